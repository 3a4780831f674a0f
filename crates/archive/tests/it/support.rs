//! A small phone made of values, and a mirror that carries it into an archive with no cleverness of its own.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use sidekeep_archive::{
    Archive, ArchiveError, Counts, ItemKey, NewFile, NewItem, NewRun, Outcome, Purpose, Run, Suspicion,
    Verdict, Writer,
};
use sidekeep_model::{
    Collection, CollectionId, Facts, Identity, ItemId, Kind, Marks, Media, Reading, RemoteId, Taken,
    TakenFrom, Time,
};
use tempfile::TempDir;

pub(crate) fn scratch() -> TempDir {
    // Syncing a busy disk hundreds of times would only measure that disk.
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

pub(crate) fn at(seconds: i64) -> Time {
    Time::from_seconds(1_700_000_000 + seconds).unwrap()
}

pub(crate) fn identity() -> Identity {
    Identity {
        id: "android:TEST".into(),
        name: "Ada's phone".to_owned(),
        model: Some("Test 1".to_owned()),
        system: None,
    }
}

pub(crate) fn new_run(seconds: i64) -> NewRun {
    NewRun {
        purpose: Purpose::Mirror,
        phone: identity(),
        source: "adb://127.0.0.1:5555".into(),
        kinds: vec![Kind::Contact, Kind::Event, Kind::Photo],
        at: at(seconds),
    }
}

pub(crate) fn collection(id: &str) -> Collection {
    Collection {
        id: id.into(),
        name: format!("The {id}"),
        account: None,
        colour: None,
        read_only: false,
        derived: false,
    }
}

pub(crate) fn card(name: &str, tel: &str) -> Vec<u8> {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nN:{name};;;;\r\nTEL:{tel}\r\nEND:VCARD\r\n")
        .into_bytes()
}

/// A card that names its picture.
pub(crate) fn card_with_address(name: &str, address: &str) -> Vec<u8> {
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nN:{name};;;;\r\nPHOTO;VALUE=uri:{address}\r\nEND:VCARD\r\n"
    )
    .into_bytes()
}

pub(crate) fn event(uid: &str, summary: &str, start: &str) -> Vec<u8> {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20240101T000000Z\r\n\
         DTSTART:{start}\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    .into_bytes()
}

pub(crate) fn key(kind: Kind, collection: &str, remote: &str) -> ItemKey {
    ItemKey {
        kind,
        collection: collection.into(),
        remote: remote.into(),
    }
}

pub(crate) fn id(kind: Kind, collection: &str, remote: &str) -> ItemId {
    ItemId::of(&identity().id, kind, &collection.into(), &remote.into())
}

pub(crate) fn taken(wall: &str) -> Taken {
    Taken {
        wall: wall.parse().unwrap(),
        offset: Some("+01:00".to_owned()),
        source: TakenFrom::Exif,
    }
}

pub(crate) fn facts() -> Facts {
    Facts::of("image/jpeg".into())
}

pub(crate) fn contact_item(remote: &str, fingerprint: &str, seconds: i64) -> NewItem {
    NewItem {
        kind: Kind::Contact,
        collection: "book".into(),
        remote: remote.into(),
        fingerprint: fingerprint.into(),
        marks: Marks::default(),
        media: Media::VCARD.into(),
        at: at(seconds),
    }
}

pub(crate) fn verdict(kind: Kind, collection: &str) -> Verdict {
    Verdict {
        kind,
        collection: Some(collection.into()),
        reading: Reading::Complete,
        accepted: true,
        suspicions: Vec::new(),
        counts: Counts::default(),
        cursor: None,
    }
}

pub(crate) fn held(kind: Kind, collection: &str) -> Verdict {
    Verdict {
        accepted: false,
        suspicions: vec![Suspicion::Emptied { before: 1 }],
        ..verdict(kind, collection)
    }
}

/// Receives and keeps one photo.
pub(crate) fn photo(
    run: &mut Run<'_>,
    remote: &str,
    bytes: &[u8],
    wall: &str,
    seconds: i64,
) -> Result<Option<sidekeep_archive::Change>, ArchiveError> {
    let fingerprint = format!("{}:{wall}", bytes.len());
    let key = key(Kind::Photo, "DCIM", remote);
    let mut incoming = run.receive(&key, &fingerprint.as_str().into(), Some(bytes.len() as u64))?;
    let here = usize::try_from(incoming.len()).unwrap();
    for chunk in bytes[here..].chunks(1000) {
        incoming.write(chunk)?;
    }
    run.keep(
        incoming,
        NewFile {
            kind: Kind::Photo,
            collection: "DCIM".into(),
            remote: remote.into(),
            fingerprint: fingerprint.into(),
            marks: Marks::default(),
            facts: facts(),
            taken: taken(wall),
            at: at(seconds),
        },
    )
}

/// What is on the phone: per kind, collection and id the bytes (for photos with their wall time).
#[derive(Clone, Debug, Default)]
pub(crate) struct Phone(pub(crate) BTreeMap<(Kind, String, String), (Vec<u8>, String)>);

impl Phone {
    pub(crate) fn with(
        mut self,
        kind: Kind,
        collection: &str,
        remote: &str,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        self.0.insert(
            (kind, collection.to_owned(), remote.to_owned()),
            (bytes.into(), "2024-05-03T14:00:00".to_owned()),
        );
        self
    }

    pub(crate) fn without(mut self, kind: Kind, collection: &str, remote: &str) -> Self {
        self.0.remove(&(kind, collection.to_owned(), remote.to_owned()));
        self
    }
}

/// Carries the phone into the archive in one run: new and changed items are fetched, known ones marked, absent ones
/// gone, every collection accepted.
pub(crate) fn mirror(writer: &mut Writer, phone: &Phone, seconds: i64) -> Result<(), ArchiveError> {
    let mut run = writer.begin(new_run(seconds))?;
    match carry(&mut run, phone, seconds) {
        Ok(()) => run.finish(Outcome::Complete, at(seconds + 1)),
        Err(error) => {
            // As a mirror does after a failure: end the run; what it says then no longer matters.
            let _ = run.finish(Outcome::Failed, at(seconds + 1));
            Err(error)
        }
    }
}

fn carry(run: &mut Run<'_>, phone: &Phone, seconds: i64) -> Result<(), ArchiveError> {
    for kind in [Kind::Contact, Kind::Event, Kind::Photo] {
        let known: BTreeMap<(CollectionId, RemoteId), sidekeep_archive::Known> = run
            .known(kind)?
            .into_iter()
            .map(|known| ((known.collection.clone(), known.remote.clone()), known))
            .collect();
        let listed: Vec<_> = phone.0.iter().filter(|((of, ..), _)| *of == kind).collect();
        let mut collections: Vec<String> = listed.iter().map(|((_, id, _), _)| id.clone()).collect();
        collections.extend(known.keys().map(|(id, _)| id.0.clone()));
        collections.sort();
        collections.dedup();
        for id in &collections {
            run.collection(kind, &collection(id))?;
        }
        for ((_, collection, remote), (bytes, wall)) in listed {
            let fingerprint: sidekeep_model::Fingerprint =
                format!("{}:{}", bytes.len(), sidekeep_model::Digest::of(bytes)).into();
            let key = key(kind, collection, remote);
            let known = known.get(&(key.collection.clone(), key.remote.clone()));
            if known.is_some_and(|known| known.fingerprint == fingerprint && known.digest.is_some()) {
                run.mark(&key, &fingerprint, &Marks::default(), at(seconds))?;
            } else if kind == Kind::Photo {
                let mut incoming = run.receive(&key, &fingerprint, None)?;
                let here = usize::try_from(incoming.len()).unwrap();
                for chunk in bytes[here..].chunks(1000) {
                    incoming.write(chunk)?;
                }
                let file = NewFile {
                    kind,
                    collection: key.collection,
                    remote: key.remote,
                    fingerprint,
                    marks: Marks::default(),
                    facts: facts(),
                    taken: taken(wall),
                    at: at(seconds),
                };
                run.keep(incoming, file)?;
            } else {
                let media = if kind == Kind::Contact {
                    Media::VCARD
                } else {
                    Media::ICALENDAR
                };
                let item = NewItem {
                    kind,
                    collection: key.collection,
                    remote: key.remote,
                    fingerprint,
                    marks: Marks::default(),
                    media: media.into(),
                    at: at(seconds),
                };
                run.payload(item, bytes)?;
            }
        }
        if kind == Kind::Contact {
            for wanted in run.wanted_pictures(at(seconds))? {
                let picture = format!("GIF89a at {}", wanted.address);
                run.picture(wanted, Ok(("image/gif".into(), picture.as_bytes())), at(seconds))?;
            }
        }
        for (collection, remote) in known.keys() {
            if !phone
                .0
                .contains_key(&(kind, collection.0.clone(), remote.0.clone()))
            {
                run.gone(&key(kind, &collection.0, &remote.0), at(seconds))?;
            }
        }
        for id in &collections {
            run.verdict(verdict(kind, id))?;
        }
    }
    Ok(())
}

pub(crate) fn dump(archive: &Archive) -> String {
    let mut text = Vec::new();
    archive.dump(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// The index says the same when made anew.
pub(crate) fn rebuilds_the_same(writer: &mut Writer) {
    let before = dump(writer);
    writer.rebuild(&mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(dump(writer), before);
}
