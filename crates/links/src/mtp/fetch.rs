//! The bytes of what was listed: in pieces from any offset where the device can, whole otherwise.
//!
//! While a piece is written to disk the device is asked for the next, of the same file or of the one after it. A piece is
//! asked for as long as it may be, not as long as the file is said to be: a device that has more than it says is found
//! out. What a file says of itself is asked again after its bytes: a handle may have come to mean another file.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};
use tokio::sync::mpsc;

use super::catalogue::Place;
use super::code::operation::{GET_OBJECT, GET_PARTIAL_OBJECT, GET_PARTIAL_OBJECT_64};
use super::code::response;
use super::quirks::{Parts, Quirks};
use super::session::{Pending, Question, Session, refused};
use super::walk::Walk;
use crate::{ErrorKind, LinkError, Sink, Stat};

/// Bytes that are asked for at once. What was asked for when its reader stops is read all the same.
const PIECE: u32 = 1 << 20;
/// Pieces under way: one that is waited for, and one that the device reads meanwhile.
const AHEAD: usize = 2;
/// Chunks of a whole file that wait to be written.
const CHUNKS: usize = 16;

/// A file to bring.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// None when nothing of that name is there.
    pub(super) place: Option<Place>,
    /// Bytes that are here already.
    pub(super) from: u64,
}

/// Files on their way, in order.
pub(super) struct Files<'a> {
    session: &'a Session,
    walk: Walk<'a>,
    parts: Parts,
    items: &'a [Item],
    /// Which item and offset, and the answer.
    under_way: VecDeque<(usize, u64, Pending)>,
}

/// How a file came to its end.
enum Came {
    Whole(u64),
    /// Its handle names nothing, and nothing of it was given out.
    Lost(LinkError),
    Failed(LinkError),
}

impl<'a> Files<'a> {
    pub(super) fn new(session: &'a Session, quirks: Quirks, items: &'a [Item]) -> Self {
        Self {
            session,
            walk: Walk::new(session, quirks),
            parts: quirks.parts,
            items,
            under_way: VecDeque::new(),
        }
    }

    /// Brings every item; `first` is the number of the first among those that the sink knows. With `until_lost`, stops
    /// before the first whose handle names nothing any more, and returns its place among the items.
    ///
    /// # Errors
    /// When the link is lost or the sink stops.
    pub(super) async fn bring(
        mut self,
        first: usize,
        until_lost: bool,
        out: &mut dyn Sink,
    ) -> Result<Option<usize>, LinkError> {
        for (at, item) in self.items.iter().enumerate() {
            let Some(place) = &item.place else {
                let missing = LinkError::new(ErrorKind::Missing, "nothing of that name is there");
                out.begin(first + at).await?;
                out.end(Err(missing)).await?;
                continue;
            };
            let mut sink = Begun {
                index: first + at,
                begun: false,
                out,
            };
            let came = match self.bytes(at, place, item.from, &mut sink).await? {
                Came::Lost(_) if until_lost => return Ok(Some(at)),
                Came::Whole(received) => self.whole(place, received).await,
                Came::Lost(error) | Came::Failed(error) => Err(error),
            };
            match came {
                Err(error) if error.is_fatal() => return Err(error),
                came => sink.end(came).await?,
            }
        }
        Ok(None)
    }

    /// How the device can be asked for a file of this size.
    fn parts(&self, place: &Place) -> Parts {
        let reach = u64::from(u32::MAX - PIECE);
        match self.parts {
            Parts::Near if place.size > reach => Parts::Whole,
            parts => parts,
        }
    }

    async fn bytes(
        &mut self,
        at: usize,
        place: &Place,
        from: u64,
        out: &mut Begun<'_>,
    ) -> Result<Came, LinkError> {
        let mut received = from;
        // A file that is said to be empty may be one that is still written. After a piece that came full it is not known
        // that there is no more.
        let mut more = place.size == 0 && from == 0;
        while received < place.size || more {
            let parts = self.parts(place);
            if parts == Parts::Whole {
                self.under_way.clear();
                return self.stream(place, received, out).await;
            }
            let answer = match self.piece(at, received).await?.answer().await {
                Ok(answer) => answer,
                Err(error) if error.is_fatal() => return Err(error),
                Err(error) => return Ok(Came::Failed(error)),
            };
            self.ask_ahead().await?;
            match answer.code {
                response::OK => {}
                response::INVALID_OBJECT_HANDLE if !out.begun => {
                    return Ok(Came::Lost(refused(answer.code, &place.file.path)));
                }
                response::OPERATION_NOT_SUPPORTED if received == from => {
                    self.parts = match parts {
                        Parts::Far => Parts::Near,
                        Parts::Near | Parts::Whole => Parts::Whole,
                    };
                    self.under_way.clear();
                    continue;
                }
                // Some devices refuse to be asked for what is beyond the end.
                _ if received == place.size && received > 0 => break,
                code => return Ok(Came::Failed(refused(code, &place.file.path))),
            }
            if answer.data.is_empty() {
                break;
            }
            more = answer.data.len() == PIECE as usize;
            received += answer.data.len() as u64;
            if received > place.size || answer.data.len() > PIECE as usize {
                return Ok(Came::Failed(lied(place, "more")));
            }
            out.bytes(answer.data).await?;
        }
        Ok(Came::Whole(received))
    }

    /// The answer that holds this offset of this item. Whatever is under way for another one is given up.
    async fn piece(&mut self, at: usize, offset: u64) -> Result<Pending, LinkError> {
        let is_it = |(item, from, _): &(usize, u64, Pending)| *item == at && *from == offset;
        if !self.under_way.front().is_some_and(is_it) {
            self.under_way.clear();
            self.ask(at, offset).await?;
        }
        match self.under_way.pop_front() {
            Some((_, _, pending)) => {
                if self.under_way.is_empty() {
                    self.ask_after(at, offset).await?;
                }
                Ok(pending)
            }
            None => Err(LinkError::new(ErrorKind::Garbled, "the transfer is out of step")),
        }
    }

    /// Keeps the device busy while what came is written.
    async fn ask_ahead(&mut self) -> Result<(), LinkError> {
        while self.under_way.len() < AHEAD
            && let Some((at, offset, _)) = self.under_way.back()
        {
            let before = self.under_way.len();
            self.ask_after(*at, *offset).await?;
            if self.under_way.len() == before {
                break;
            }
        }
        Ok(())
    }

    /// Asks for the piece after this one, if there is one that comes in pieces.
    async fn ask_after(&mut self, at: usize, offset: u64) -> Result<(), LinkError> {
        let items = self.items;
        let size = |at: usize| items.get(at).and_then(|item| item.place.as_ref());
        let next = offset + u64::from(PIECE);
        if size(at).is_some_and(|place| next < place.size) {
            return self.ask(at, next).await;
        }
        let Some(item) = items.get(at + 1) else {
            return Ok(());
        };
        match &item.place {
            Some(place) if item.from < place.size && self.parts(place) != Parts::Whole => {
                self.ask(at + 1, item.from).await
            }
            _ => Ok(()),
        }
    }

    async fn ask(&mut self, at: usize, offset: u64) -> Result<(), LinkError> {
        let Some(place) = self.items.get(at).and_then(|item| item.place.as_ref()) else {
            return Ok(());
        };
        let handle = place.file.handle;
        let (low, high) = (offset as u32, (offset >> 32) as u32);
        let question = match self.parts(place) {
            Parts::Far => Question::new(GET_PARTIAL_OBJECT_64, &[handle, low, high, PIECE]),
            Parts::Near | Parts::Whole => Question::new(GET_PARTIAL_OBJECT, &[handle, low, PIECE]),
        };
        let pending = self.session.send(question).await?;
        self.under_way.push_back((at, offset, pending));
        Ok(())
    }

    /// A file that can only be had whole: what is here already comes once more and is left out.
    async fn stream(&mut self, place: &Place, from: u64, out: &mut Begun<'_>) -> Result<Came, LinkError> {
        let (chunks, mut coming) = mpsc::channel::<Bytes>(CHUNKS);
        let question = Question::new(GET_OBJECT, &[place.file.handle]);
        let code = self.session.stream(question, chunks).await?;
        let mut received = 0;
        while let Some(mut chunk) = coming.recv().await {
            let here = from.saturating_sub(received).min(chunk.len() as u64);
            received += chunk.len() as u64;
            if received > place.size {
                return Ok(Came::Failed(lied(place, "more")));
            }
            chunk.advance(usize::try_from(here).unwrap_or(usize::MAX));
            if !chunk.is_empty() {
                out.bytes(chunk).await?;
            }
        }
        let gone = |_| LinkError::new(ErrorKind::Unplugged, "the phone was unplugged");
        match code.await.map_err(gone)? {
            Ok(response::OK) => Ok(Came::Whole(received)),
            Ok(code) => {
                let error = refused(code, &place.file.path);
                let lost = code == response::INVALID_OBJECT_HANDLE && !out.begun;
                Ok(if lost {
                    Came::Lost(error)
                } else {
                    Came::Failed(error)
                })
            }
            Err(error) if error.is_fatal() => Err(error),
            Err(error) => Ok(Came::Failed(error)),
        }
    }

    /// Whether the file that came is the one that was listed, and all of it.
    async fn whole(&self, place: &Place, received: u64) -> Result<Stat, LinkError> {
        let now = self.walk.now(&place.file, place.by_uid).await?;
        let name = place.file.path.rsplit('/').next().unwrap_or_default();
        let same = now.size == Some(place.size)
            && if place.by_uid {
                now.stamp.uid == place.file.stamp.uid
            } else {
                now.stamp.date == place.file.stamp.date && now.name.as_deref() == Ok(name)
            };
        if !same {
            let context = format!("{} changed while it was read", place.file.path);
            return Err(LinkError::new(ErrorKind::Busy(None), context));
        }
        if received != place.size {
            return Err(lied(place, &received.to_string()));
        }
        Ok(Stat {
            fingerprint: Some(place.fingerprint.clone()),
            size: Some(place.size),
            media: None,
        })
    }
}

fn lied(place: &Place, came: &str) -> LinkError {
    let context = format!(
        "{} is said to have {} bytes, and {came} came",
        place.file.path, place.size
    );
    LinkError::new(ErrorKind::Garbled, context)
}

/// An item of the sink's that begins with its first byte or its end, so that nothing has happened before.
struct Begun<'a> {
    index: usize,
    begun: bool,
    out: &'a mut dyn Sink,
}

impl Begun<'_> {
    async fn begin(&mut self) -> Result<(), LinkError> {
        if !self.begun {
            self.begun = true;
            self.out.begin(self.index).await?;
        }
        Ok(())
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        self.begin().await?;
        self.out.bytes(bytes).await
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        self.begin().await?;
        self.out.end(outcome).await
    }
}
