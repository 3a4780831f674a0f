//! How fast the archive is on this machine: `cargo run --release -p sidekeep-archive --example speed -- FOLDER`, where
//! FOLDER does not exist yet. Prints what was done and how long it took; leaves the folder for a look.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use sidekeep_archive::{
    Archive, ArchiveError, Counts, ItemKey, NewFile, NewItem, NewRun, Outcome, Purpose, Query, Run, Verdict,
    VerifyOptions, Writer,
};
use sidekeep_model::{
    Collection, CollectionId, Facts, Identity, Kind, Marks, Media, Reading, Taken, TakenFrom, Time,
};

const CONTACTS: u32 = 10_000;
const EVENTS: u32 = 20_000;
const PHOTOS: u32 = 100_000;
const BIG: u32 = 1000;
const BIG_BYTES: usize = 2_000_000;

type Done = Result<(), Box<dyn std::error::Error>>;

fn main() -> Done {
    let root = PathBuf::from(std::env::args().nth(1).ok_or("a folder is needed")?);
    let mut writer = Writer::open(&root)?;
    timed("10,000 contacts kept, views included", || {
        run(&mut writer, Kind::Contact, CONTACTS, contact)
    })?;
    timed("20,000 events kept, views included", || {
        run(&mut writer, Kind::Event, EVENTS, event)
    })?;
    timed("1,000 photos of 2 MB received, hashed, kept", || big(&mut writer))?;
    timed("100,000 small photos kept", || {
        run(&mut writer, Kind::Photo, PHOTOS, |run, n| {
            let bytes = n.to_le_bytes();
            file(run, n, &format!("DCIM/Camera/IMG_{n:06}.jpg"), &[&bytes])
        })
    })?;
    timed("known() of 101,000 photos", || {
        let known = writer.known(&identity().id, &source(), Kind::Photo)?;
        assert_eq!(known.len(), 101_000);
        Ok(())
    })?;
    timed("a run with nothing new", || {
        let run = writer.begin(new_run(Kind::Contact))?;
        Ok(run.finish(Outcome::Complete, at(0))?)
    })?;
    searches(&Archive::open(&root)?)?;
    timed("list of 100,000 photos", || {
        let query = Query {
            kinds: vec![Kind::Photo],
            ..Query::default()
        };
        writer.each(&query, &mut |_| ControlFlow::Continue(()))?;
        Ok(())
    })?;
    timed("gallery of 100,000 photos", || {
        assert_eq!(writer.gallery(&Query::default())?.len(), 101_000);
        Ok(())
    })?;
    timed("dump", || Ok(writer.dump(&mut std::io::sink())?))?;
    timed("rebuild", || {
        Ok(writer.rebuild(&mut |_| ControlFlow::Continue(()))?)
    })?;
    timed("verify", || {
        let options = VerifyOptions {
            at: at(0),
            sample: None,
            jobs: 0,
        };
        let check = writer.verify(&options, &mut |_| ControlFlow::Continue(()))?;
        say(&format!(
            "  {} files, {} bytes, {} damaged",
            check.files,
            check.bytes,
            check.damage.len()
        ));
        Ok(())
    })?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a program for people")]
fn say(text: &str) {
    println!("{text}");
}

fn timed(what: &str, work: impl FnOnce() -> Done) -> Done {
    let (start, cpu) = (Instant::now(), cpu());
    work()?;
    let (wall, cpu) = (start.elapsed().as_secs_f64(), self::cpu() - cpu);
    say(&format!("{wall:8.3} s, {cpu:7.3} s of CPU  {what}"));
    Ok(())
}

/// Seconds of CPU that this process has used, where Linux tells (in hundredths); on a busy machine they say more than
/// the clock.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    ticks as f64 / 100.0
}

fn searches(archive: &Archive) -> Done {
    let words = [
        "ada",
        "person 77",
        "meeting",
        "img 0042",
        "2025550",
        "per",
        "im",
        "meeting 19",
        "nobody",
        "street 5",
    ];
    let mut times = Vec::new();
    for round in 0..20 {
        for word in words {
            let start = Instant::now();
            archive.search(&format!("{word}{}", round % 10), 50)?;
            archive.search(word, 50)?;
            times.push(start.elapsed().as_secs_f64() * 500.0);
        }
    }
    times.sort_by(f64::total_cmp);
    say(&format!(
        "{:8.3} ms search, p95 of {}",
        times[times.len() * 95 / 100],
        times.len()
    ));
    Ok(())
}

fn at(millis: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + millis).unwrap_or(Time::from(chrono::DateTime::UNIX_EPOCH))
}

fn identity() -> Identity {
    Identity {
        id: "android:SPEED".into(),
        name: "Speed".to_owned(),
        model: None,
        system: None,
    }
}

fn source() -> sidekeep_model::SourceName {
    "adb://127.0.0.1:5555".into()
}

fn new_run(kind: Kind) -> NewRun {
    NewRun {
        purpose: Purpose::Mirror,
        phone: identity(),
        source: source(),
        kinds: vec![kind],
        at: at(0),
    }
}

fn run(
    writer: &mut Writer,
    kind: Kind,
    count: u32,
    mut each: impl FnMut(&mut Run<'_>, u32) -> Result<(), ArchiveError>,
) -> Done {
    let mut run = writer.begin(new_run(kind))?;
    run.collection(
        kind,
        &Collection {
            id: "all".into(),
            name: "All".to_owned(),
            account: None,
            colour: None,
            read_only: false,
            derived: false,
        },
    )?;
    for n in 0..count {
        each(&mut run, n)?;
    }
    run.verdict(Verdict {
        kind,
        collection: Some("all".into()),
        reading: Reading::Complete,
        accepted: true,
        suspicions: Vec::new(),
        counts: Counts::default(),
        cursor: None,
    })?;
    Ok(run.finish(Outcome::Complete, at(1))?)
}

fn big(writer: &mut Writer) -> Done {
    // Chunks as a link hands them over.
    let chunk: Vec<u8> = (0..1 << 16)
        .map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    run(writer, Kind::Photo, BIG, |run, n| {
        let number = n.to_le_bytes();
        let mut parts: Vec<&[u8]> = vec![&number];
        parts.extend((0..BIG_BYTES / chunk.len()).map(|_| chunk.as_slice()));
        file(run, n, &format!("DCIM/Big/BIG_{n:06}.jpg"), &parts)
    })
}

fn file(run: &mut Run<'_>, n: u32, remote: &str, parts: &[&[u8]]) -> Result<(), ArchiveError> {
    let key = ItemKey {
        kind: Kind::Photo,
        collection: CollectionId::from("all"),
        remote: remote.into(),
    };
    let mut incoming = run.receive(&key, &"1".into(), None)?;
    for part in parts {
        incoming.write(part)?;
    }
    let day = chrono::NaiveDate::default() + chrono::Days::new(15_000 + u64::from(n / 50));
    run.keep(
        incoming,
        NewFile {
            kind: key.kind,
            collection: key.collection,
            remote: key.remote,
            fingerprint: "1".into(),
            marks: Marks::default(),
            facts: Facts {
                width: Some(4000),
                height: Some(3000),
                camera: Some("Camera 1".to_owned()),
                ..Facts::of("image/jpeg".into())
            },
            taken: Taken {
                wall: day.and_time(chrono::NaiveTime::MIN),
                offset: None,
                source: TakenFrom::Exif,
            },
            at: at(i64::from(n)),
        },
    )?;
    Ok(())
}

fn contact(run: &mut Run<'_>, n: u32) -> Result<(), ArchiveError> {
    let note = "A note of some length, as people write them. ".repeat(6);
    let card = format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:contact-{n}\r\nFN:Ada Person {n}\r\nN:Person {n};Ada;;;\r\n\
         TEL;TYPE=CELL:+1 202 555 {:04}\r\nTEL;TYPE=HOME:+1 202 556 {:04}\r\nEMAIL;TYPE=HOME:ada.{n}@example.org\r\n\
         ADR;TYPE=HOME:;;{n} Long Street;Springfield;;12345;Nowhere\r\nORG:Example {};Unit\r\nNOTE:{note}\r\nEND:VCARD\r\n",
        n % 10_000,
        n % 10_000,
        n % 100,
    );
    payload(run, Kind::Contact, n, Media::VCARD, card.as_bytes())
}

fn event(run: &mut Run<'_>, n: u32) -> Result<(), ArchiveError> {
    // Every tenth recurs, in as many ways as people have.
    let rule = match n % 40 {
        0 => "RRULE:FREQ=WEEKLY\r\n",
        10 => "RRULE:FREQ=YEARLY\r\n",
        20 => "RRULE:FREQ=MONTHLY;BYDAY=2TU\r\n",
        30 => "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=100\r\n",
        _ => "",
    };
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//speed//speed//EN\r\nBEGIN:VEVENT\r\nUID:event-{n}\r\n\
         DTSTAMP:20240101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20{:02}{:02}{:02}T100000\r\nDURATION:PT1H\r\n\
         SUMMARY:Meeting {n}\r\nLOCATION:Room {}\r\n{rule}END:VEVENT\r\nEND:VCALENDAR\r\n",
        10 + n % 15,
        1 + n % 12,
        1 + n % 28,
        n % 40,
    );
    payload(run, Kind::Event, n, Media::ICALENDAR, text.as_bytes())
}

fn payload(run: &mut Run<'_>, kind: Kind, n: u32, media: &str, raw: &[u8]) -> Result<(), ArchiveError> {
    run.payload(
        NewItem {
            kind,
            collection: "all".into(),
            remote: n.to_string().into(),
            fingerprint: "1".into(),
            marks: Marks::default(),
            media: media.into(),
            at: at(i64::from(n)),
        },
        raw,
    )?;
    Ok(())
}
