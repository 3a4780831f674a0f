//! The pictures that contacts name by an address. Which are wanted, the archive knows by what is kept, so that a run that
//! stopped anywhere is made up for by the next.

use sidekeep_archive::{ArchiveError, WantedPicture};
use sidekeep_links::{ErrorKind, LinkError, Stat};
use sidekeep_model::{Media, Reason, Why};

use super::Course;
use super::fetch::IDLE;
use crate::desk::Desk;
use crate::relay::Item;

/// A picture that is longer is not taken into memory.
const PICTURE: usize = 64 << 20;

/// The picture under way.
struct Current {
    index: usize,
    bytes: Vec<u8>,
    too_long: bool,
}

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
        let addresses = wanted.iter().map(|wanted| wanted.address.clone()).collect();
        let mut unread: Vec<(usize, Why)> = Vec::new();
        let mut current: Option<Current> = None;
        let (run, options) = (&mut self.run, self.options);
        let ended = self
            .remote
            .pictures(addresses, IDLE, |item| -> Result<(), ArchiveError> {
                match item {
                    Item::Begin(index) => {
                        current = Some(Current {
                            index,
                            bytes: Vec::new(),
                            too_long: false,
                        });
                    }
                    Item::Bytes(bytes) => {
                        if let Some(current) = &mut current {
                            current.too_long |= current.bytes.len() + bytes.len() > PICTURE;
                            if !current.too_long {
                                current.bytes.extend_from_slice(&bytes);
                            }
                        }
                    }
                    Item::End(outcome) => {
                        let Some(current) = current.take() else {
                            return Ok(());
                        };
                        let Some(wanted) = wanted.get(current.index).cloned() else {
                            return Ok(());
                        };
                        let index = current.index;
                        match picture(current, outcome) {
                            Found::Picture(media, bytes) => {
                                run.picture(wanted, Some((media, &bytes)), options.clock.now())?;
                            }
                            Found::Nothing => run.picture(wanted, None, options.clock.now())?,
                            Found::NotOurs => {}
                            Found::Unread(why) => unread.push((index, why)),
                        }
                    }
                    Item::Idle => run.sync()?,
                }
                Ok(())
            })?;
        if let Err(error) = ended
            && error.is_fatal()
        {
            for desk in desks.iter_mut() {
                desk.stop(&error.why());
            }
            self.stopped = Some(error.why());
        }
        for (index, why) in unread {
            blame(desks, &wanted[index], why);
        }
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
