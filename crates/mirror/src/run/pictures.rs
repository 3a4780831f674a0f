//! The pictures that contacts name by an address. Which are wanted, the archive knows by what is kept, so that a run that
//! stopped anywhere is made up for by the next.

use sidekeep_archive::{ArchiveError, Run, WantedPicture};
use sidekeep_links::{ErrorKind, LinkError, Stat};
use sidekeep_model::{Kind, Media, Reason, Why};

use super::Course;
use super::fetch::IDLE;
use crate::Clock;
use crate::desk::Desk;
use crate::progress::Meter;
use crate::relay::Item;

/// A picture that is longer is not taken into memory.
const PICTURE: usize = 64 << 20;

impl Course<'_> {
    /// Asks for every picture that a contact of the phone names and that is not kept. One that could not be read is said
    /// of its collection and asked for again the next time; one that lies on somebody else's server is left there.
    pub(super) fn pictures(&mut self, desks: &mut [Desk]) -> Result<(), ArchiveError> {
        if self.stopped.is_some() {
            return Ok(());
        }
        let wanted = self.run.wanted_pictures()?;
        if wanted.is_empty() {
            return Ok(());
        }
        self.meter
            .kind(Kind::Contact, self.options.clock.now(), |progress| {
                progress.items = Some(progress.items.unwrap_or(0) + wanted.len() as u64);
            });
        let addresses = wanted.iter().map(|wanted| wanted.address.clone()).collect();
        let mut album = Album {
            run: &mut self.run,
            meter: &mut self.meter,
            clock: &self.options.clock,
            wanted: &wanted,
            current: None,
            unread: Vec::new(),
        };
        let ended = self.remote.pictures(addresses, IDLE, |item| album.take(item))?;
        for (index, why) in std::mem::take(&mut album.unread) {
            blame(desks, &wanted[index], why);
        }
        if let Err(error) = ended
            && error.is_fatal()
        {
            for desk in desks.iter_mut() {
                desk.stop(&error.why());
            }
            self.stopped = Some(error.why());
        }
        Ok(())
    }
}

/// Takes the pictures as they come.
struct Album<'a, 'w> {
    run: &'a mut Run<'w>,
    meter: &'a mut Meter,
    clock: &'a Clock,
    wanted: &'a [WantedPicture],
    current: Option<Current>,
    /// By index into `wanted`.
    unread: Vec<(usize, Why)>,
}

/// The picture under way.
struct Current {
    index: usize,
    bytes: Vec<u8>,
    too_long: bool,
}

impl Album<'_, '_> {
    fn take(&mut self, item: Item) -> Result<(), ArchiveError> {
        match (item, &mut self.current) {
            (Item::Begin(index), current) => {
                *current = Some(Current {
                    index,
                    bytes: Vec::new(),
                    too_long: false,
                });
                Ok(())
            }
            (Item::Bytes(bytes), Some(current)) => {
                current.too_long |= current.bytes.len() + bytes.len() > PICTURE;
                if !current.too_long {
                    current.bytes.extend_from_slice(&bytes);
                }
                Ok(())
            }
            (Item::End(outcome), current) => match current.take() {
                Some(current) => self.end(current, outcome),
                None => Ok(()),
            },
            (Item::Bytes(_), None) => Ok(()),
            (Item::Idle, _) => self.run.sync(),
        }
    }

    fn end(&mut self, current: Current, outcome: Result<Stat, LinkError>) -> Result<(), ArchiveError> {
        let (index, size) = (current.index, current.bytes.len() as u64);
        let Some(wanted) = self.wanted.get(index) else {
            return Ok(());
        };
        let now = self.clock.now();
        match picture(current, outcome) {
            Found::Picture(media, bytes) => self.run.picture(wanted.clone(), Some((media, &bytes)), now)?,
            Found::Nothing => self.run.picture(wanted.clone(), None, now)?,
            Found::NotOurs => {}
            Found::Unread(why) => self.unread.push((index, why)),
        }
        self.meter.kind(Kind::Contact, now, |progress| {
            progress.items_done += 1;
            progress.bytes_done += size;
        });
        Ok(())
    }
}

/// What came of asking for a picture.
enum Found {
    Picture(Media, Vec<u8>),
    Nothing,
    NotOurs,
    Unread(Why),
}

fn picture(current: Current, outcome: Result<Stat, LinkError>) -> Found {
    let unread = |detail: &str| Found::Unread(Why::new(Reason::PicturesUnreadable).detail(detail));
    match outcome {
        Ok(_) if current.too_long => unread("too long"),
        Ok(stat) if stat.size.is_some_and(|size| size != current.bytes.len() as u64) => unread("cut off"),
        Ok(Stat {
            media: Some(media), ..
        }) => Found::Picture(media, current.bytes),
        Ok(_) => unread("of no known type"),
        Err(error) => match error.kind() {
            ErrorKind::Missing => Found::Nothing,
            ErrorKind::Unsupported => Found::NotOurs,
            _ => unread(&error.to_string()),
        },
    }
}

/// The contacts themselves are read: what may not be said is that they are all there is.
fn blame(desks: &mut [Desk], wanted: &WantedPicture, why: Why) {
    if let Some(desk) = desks.iter_mut().find(|desk| *desk.id() == wanted.collection) {
        desk.troubles
            .entry(why.reason)
            .and_modify(|seen| seen.count += 1)
            .or_insert(Why { count: 1, ..why });
    }
}
