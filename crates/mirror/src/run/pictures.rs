//! The pictures that contacts name by an address. Which are wanted, the archive knows by what is kept, so that a run that
//! stopped anywhere is made up for by the next.

use std::collections::HashSet;

use sidekeep_archive::{ArchiveError, NoPicture, Run, WantedPicture};
use sidekeep_links::{ErrorKind, LinkError, Stat};
use sidekeep_model::{CollectionId, Kind, Media, Reason, RemoteId, Why};

use super::Course;
use super::fetch::IDLE;
use crate::Clock;
use crate::desk::Desk;
use crate::progress::Meter;
use crate::relay::Item;

/// Longer than any picture that a link brings; not taken into memory.
const PICTURE: usize = 32 << 20;

impl Course<'_> {
    /// Asks for every picture that a contact of the phone names and that is not kept. One that could not be read is said
    /// of its collection and asked for again the next time; that there is none is an answer, which is noted.
    pub(super) fn pictures(&mut self, desks: &mut [Desk]) -> Result<(), ArchiveError> {
        if self.stopped.is_some() {
            return Ok(());
        }
        let mut wanted = self.run.wanted_pictures(self.options.clock.now())?;
        // What the listing shows as gone is not yet called so.
        let gone: HashSet<(&CollectionId, &RemoteId)> = desks
            .iter()
            .flat_map(|desk| {
                desk.plan
                    .gone
                    .iter()
                    .map(move |at| (desk.id(), &desk.known[*at].remote))
            })
            .collect();
        wanted.retain(|wanted| !gone.contains(&(&wanted.collection, &wanted.remote)));
        if wanted.is_empty() {
            return Ok(());
        }
        let addresses = wanted.iter().map(|wanted| wanted.address.clone()).collect();
        let mut album = Album {
            run: &mut self.run,
            meter: &mut self.meter,
            clock: &self.options.clock,
            wanted: &wanted,
            current: None,
            answers: vec![None; wanted.len()],
        };
        let ended = self.remote.pictures(addresses, IDLE, |item| album.take(item))?;
        let answers = std::mem::take(&mut album.answers);
        let (unanswered, lost) = match ended {
            Ok(()) => (unread("the link skipped it"), None),
            Err(error) => (unread(&error.to_string()), error.is_fatal().then(|| error.why())),
        };
        for (wanted, answer) in wanted.iter().zip(answers) {
            if let Err(why) = answer.unwrap_or_else(|| Err(unanswered.clone())) {
                blame(desks, wanted, why);
            }
        }
        if let Some(why) = lost {
            for desk in desks.iter_mut() {
                desk.stop(&why);
            }
            self.stopped = Some(why);
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
    /// What came of each of `wanted`.
    answers: Vec<Option<Result<(), Why>>>,
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
        let (Some(wanted), Some(None)) = (self.wanted.get(index), self.answers.get(index)) else {
            return Ok(());
        };
        let now = self.clock.now();
        let answer = match picture(current, outcome) {
            Found::Picture(media, bytes) => self
                .run
                .picture(wanted.clone(), Ok((media, &bytes)), now)
                .map(Ok)?,
            Found::Nothing(why) => self.run.picture(wanted.clone(), Err(why), now).map(Ok)?,
            Found::Unread(why) => Err(why),
        };
        self.answers[index] = Some(answer);
        self.meter
            .kind(Kind::Contact, now, |progress| progress.bytes_done += size);
        Ok(())
    }
}

/// What came of asking for a picture.
enum Found {
    Picture(Media, Vec<u8>),
    Nothing(NoPicture),
    Unread(Why),
}

fn picture(current: Current, outcome: Result<Stat, LinkError>) -> Found {
    match outcome {
        Ok(_) if current.too_long => Found::Nothing(NoPicture::Unusable),
        Ok(stat) if stat.size.is_some_and(|size| size != current.bytes.len() as u64) => {
            Found::Unread(unread("cut off"))
        }
        Ok(Stat {
            media: Some(media), ..
        }) => Found::Picture(media, current.bytes),
        Ok(_) => Found::Nothing(NoPicture::Unusable),
        Err(error) => match error.kind() {
            ErrorKind::Missing => Found::Nothing(NoPicture::Missing),
            ErrorKind::Unsupported => Found::Nothing(NoPicture::Unusable),
            _ => Found::Unread(unread(&error.to_string())),
        },
    }
}

fn unread(detail: &str) -> Why {
    Why::new(Reason::PicturesUnreadable).detail(detail)
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
