//! How fast a run is by itself: phones that cost nothing, and a real archive in the folder named by the first argument.
//!
//! `cargo run --release -p sidekeep-mirror --example pace -- DIR [quiet|files|contacts]`
//!
//! `quiet` is a second run with nothing new over 20,000 photos, 10,000 contacts and 5,000 events; `files` receives 1,000
//! photos of 2 MB; `contacts` receives 10,000 contacts.

#![allow(clippy::print_stdout, reason = "it is a command")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_archive::Writer;
use sidekeep_links::{
    Collected, Cursor, Entry, Extent, LinkError, Listing, Offer, Offers, Phone, Sink, Stat, Wanted,
};
use sidekeep_mirror::{Options, Watch, run};
use sidekeep_model::{Collection, Identity, Kind, Marks, Media, Reading};

/// Makes every item up when it is asked for.
struct Endless {
    identity: Identity,
    counts: Vec<(Kind, usize, usize)>,
    /// Bytes that all files share but for the first eight.
    block: Bytes,
}

impl Endless {
    fn new(counts: &[(Kind, usize, usize)]) -> Self {
        let largest = counts.iter().map(|(.., size)| *size).max().unwrap_or(0);
        Self {
            identity: Identity {
                id: "fake:endless".into(),
                name: "Endless".to_owned(),
                model: None,
                system: None,
            },
            counts: counts.to_vec(),
            block: (0..largest).map(|at| (at % 251) as u8).collect(),
        }
    }

    fn count(&self, kind: Kind) -> usize {
        self.counts
            .iter()
            .filter(|(counted, ..)| *counted == kind)
            .map(|(_, count, _)| count)
            .sum()
    }

    fn payload(&self, kind: Kind, nth: usize) -> (Bytes, Option<Media>) {
        match kind {
            Kind::Contact => {
                let note = "A note that is long enough for an ordinary contact. ".repeat(6);
                let card = format!(
                    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Person {nth}\r\nN:{nth};Person;;;\r\nTEL;TYPE=CELL:+1 555 {nth:05}\r\n\
                     TEL;TYPE=HOME:+1 556 {nth:05}\r\nEMAIL:person{nth}@example.org\r\nORG:Firm {}\r\nNOTE:{note}\r\n\
                     END:VCARD\r\n",
                    nth % 97
                );
                (card.into(), Some(Media::VCARD.into()))
            }
            Kind::Event => {
                let event = format!(
                    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Sidekeep//Pace//EN\r\nBEGIN:VEVENT\r\nUID:{nth}\r\n\
                     DTSTAMP:20240101T000000Z\r\nDTSTART:20240503T{:02}0000Z\r\nDURATION:PT1H\r\nSUMMARY:Event {nth}\r\n\
                     END:VEVENT\r\nEND:VCALENDAR\r\n",
                    nth % 24
                );
                (event.into(), Some(Media::ICALENDAR.into()))
            }
            _ => (Bytes::new(), None),
        }
    }
}

#[async_trait]
impl Phone for Endless {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn offers(&self) -> Offers {
        Offers(
            self.counts
                .iter()
                .map(|(kind, ..)| (*kind, Offer::Readable))
                .collect(),
        )
    }

    async fn list(&mut self, kind: Kind, _: Option<&Cursor>) -> Result<Listing, LinkError> {
        let size = self
            .counts
            .iter()
            .find(|(counted, ..)| *counted == kind)
            .map(|(.., size)| *size as u64);
        let entries = (0..self.count(kind)).map(|nth| Entry {
            remote: format!("DCIM/Camera/IMG_{nth:05}").into(),
            fingerprint: "1".into(),
            unchanged: false,
            size: size.filter(|_| kind.is_file()),
            marks: Marks {
                taken: kind.is_file().then_some(1_700_000_000_000 + nth as i64 * 60_000),
                ..Marks::default()
            },
        });
        Ok(Listing {
            reading: Reading::Complete,
            collections: vec![Collected {
                collection: Collection {
                    id: "all".into(),
                    name: "All".to_owned(),
                    account: None,
                    colour: None,
                    read_only: false,
                    derived: false,
                },
                reading: Reading::Complete,
                entries: entries.collect(),
                extent: Extent::Full,
            }],
            cursor: None,
        })
    }

    async fn fetch(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        for (index, want) in wanted.iter().enumerate() {
            out.begin(index).await?;
            let media = match want.size {
                Some(size) => {
                    let size = usize::try_from(size).unwrap_or(0);
                    out.bytes(Bytes::copy_from_slice(&(index as u64).to_le_bytes()))
                        .await?;
                    let mut rest = self.block.slice(8.min(size)..size);
                    while !rest.is_empty() {
                        out.bytes(rest.split_to(rest.len().min(64 << 10))).await?;
                    }
                    None
                }
                None => {
                    let (bytes, media) = self.payload(want.kind, index);
                    out.bytes(bytes).await?;
                    media
                }
            };
            let stat = Stat {
                media,
                ..Stat::default()
            };
            out.end(Ok(stat)).await?;
        }
        Ok(())
    }
}

async fn timed(what: &str, root: &Path, phone: &mut Endless) -> Result<(), Box<dyn Error>> {
    let writer = Writer::open(root)?;
    let began = Instant::now();
    let report = run(phone, writer, &Options::new("fake:endless".into()), &Watch::new()).await?;
    let took = began.elapsed().as_secs_f64();
    let counts = report.counts();
    let megabytes = counts.bytes as f64 / 1e6;
    println!(
        "{what}: {took:.3} s, {} listed, {} new, {megabytes:.0} MB, {:.0} MB/s",
        counts.listed,
        counts.seen,
        megabytes / took
    );
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().ok_or("which folder?")?;
    let what = arguments.next().unwrap_or_else(|| "quiet".into());
    let folder = tempfile::tempdir_in(folder)?;
    let root = folder.path().join("Sidekeep");
    let mut phone = match what.to_str() {
        Some("files") => Endless::new(&[(Kind::Photo, 1_000, 2_000_000)]),
        Some("contacts") => Endless::new(&[(Kind::Contact, 10_000, 0)]),
        _ => Endless::new(&[
            (Kind::Contact, 10_000, 0),
            (Kind::Event, 5_000, 0),
            (Kind::Photo, 20_000, 16),
        ]),
    };
    timed("first run", &root, &mut phone).await?;
    timed("second run, nothing new", &root, &mut phone).await?;
    Ok(())
}
