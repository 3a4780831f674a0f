//! How fast the window's screens are filled on this machine, from an archive that `sidekeep-archive`'s example `speed`
//! made, and how fast thumbnails are made of pictures: `cargo run --release -p sidekeep-engine --example looking --
//! FOLDER [PICTURE ...]`. Changes nothing.

use std::path::Path;
use std::time::Instant;

use sidekeep_engine::Engine;
use sidekeep_engine::screen::{self, Agenda, People, PhotoFilter, Span};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let engine = Engine::at(arguments.next().ok_or("a folder is needed")?);
    let archive = engine.archive()?;
    let mut agenda = Agenda::default();
    for (what, month) in [
        ("first month", "2024-05-01"),
        ("the same month", "2024-05-01"),
        ("the next month", "2024-06-01"),
        ("a month years later", "2034-06-01"),
    ] {
        let from: chrono::NaiveDate = month.parse()?;
        let span = Span {
            from,
            to: from + chrono::Days::new(42),
            zone: "America/New_York".to_owned(),
            as_of: None,
        };
        timed(what, || {
            Ok(screen::occurrences(&mut agenda, &archive, &engine.grouping()?, &span)?.len())
        })?;
    }
    timed("calendars", || Ok(screen::calendars(&archive)?.len()))?;
    timed("gallery", || {
        Ok(
            screen::gallery(&archive, &engine.grouping()?, &PhotoFilter::default())?
                .ids
                .len(),
        )
    })?;
    timed("people, none of them parsed yet", || {
        Ok(People::default().list(&archive, &engine.grouping()?, None)?.len())
    })?;
    let mut people = People::default();
    timed("people", || {
        Ok(people.list(&archive, &engine.grouping()?, None)?.len())
    })?;
    let now = chrono::Utc::now().into();
    timed("home", || Ok(engine.home(now)?.phones.len()))?;
    timed("opening", || {
        Ok(usize::from(engine.opening(true, false, "").empty))
    })?;
    timed("runs", || Ok(screen::runs(&archive)?.len()))?;
    if let Some(run) = archive.runs()?.first() {
        timed("a page of changes", || {
            Ok(screen::changes(&archive, &run.id, 50_000, 200)?.len())
        })?;
    }
    timed("finding", || Ok(screen::search(&archive, "pers", 50)?.len()))?;
    let shot = shot()?;
    for picture in arguments.map(Into::into).chain([shot.path().to_owned()]) {
        for edge in [320, 1600] {
            timed(&format!("{} → {edge} px", picture.display()), || {
                thumbnail(&picture, edge)
            })?;
        }
    }
    Ok(())
}

/// A JPEG of 12 megapixels and some megabytes, as phones take them, without a thumbnail of its own.
fn shot() -> Result<tempfile::NamedTempFile, Failure> {
    let pixels = image::RgbImage::from_fn(4000, 3000, |x, y| {
        let grain = (x.wrapping_mul(73_856_093) ^ y.wrapping_mul(19_349_663)) >> 13 & 7;
        image::Rgb([x / 17, y / 13, (x + y) / 29].map(|base| (base + grain) as u8))
    });
    let file = tempfile::NamedTempFile::new()?;
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(std::fs::File::create(file.path())?, 90);
    pixels.write_with_encoder(encoder)?;
    Ok(file)
}

/// Bytes of the thumbnail.
fn thumbnail(picture: &Path, edge: u32) -> Result<usize, Failure> {
    let mut file = std::fs::File::open(picture)?;
    let facts = sidekeep_pictures::facts(&mut file, "")?;
    Ok(sidekeep_pictures::thumbnail(&mut file, &facts, edge)?.len())
}

/// The first and the quickest of five, and the CPU that one took, which on a busy machine says more.
#[expect(clippy::print_stdout, reason = "a program for people")]
fn timed(what: &str, mut work: impl FnMut() -> Result<usize, Failure>) -> Result<(), Failure> {
    let mut times = Vec::new();
    let mut count = 0;
    let used = cpu();
    for _ in 0..5 {
        let start = Instant::now();
        count = work()?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let best = times.iter().copied().fold(f64::INFINITY, f64::min);
    let cpu = (cpu() - used) / 5.0;
    println!(
        "{:9.2} ms first, {best:9.2} ms best, {cpu:6.0} ms of CPU  {what}: {count}",
        times[0]
    );
    Ok(())
}

/// Milliseconds of CPU that this process has used, where Linux tells, in steps of ten.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}
