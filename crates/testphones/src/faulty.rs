//! Spoils the Nth operation of a phone: the fault loop of the tests runs with N = 1, 2, 3 … until nothing is spoilt
//! any more. It never makes a phone say more than it knows: every fault can be noticed by a reader that checks.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_links::{
    Cursor, ErrorKind, LinkError, Listing, Offers, Phone, Sink, Stat, Wanted, Write, WriteError, Writing,
    Written,
};
use sidekeep_model::{Fingerprint, Identity, Kind};

/// What happens at the spoilt operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It fails. A kind that loses the link (see [`LinkError::is_fatal`]) fails everything after it too, until
    /// [`Faulty::heal`]; another kind fails only this listing ([`sidekeep_model::Reading::Unavailable`]) or item.
    Fail(ErrorKind),
    /// It takes this long. Under tokio's paused clock no real time goes by.
    Delay(Duration),
    /// Half of the bytes come, then the link is lost. A write is done, and its answer is lost with the link.
    Cut,
    /// Bytes come one short (the [`Stat`] still tells the true size); at an item's end its fingerprint comes out
    /// different from the listed one; at its begin it fails as garbled, and so does a listing. A write is done without
    /// its middle line, and said to be done.
    Corrupt,
}

/// A phone whose Nth operations are spoilt. An operation is a listing, a write, and within a fetch each item's begin,
/// each chunk of bytes and each end; they are counted from 1 over the life of the value.
#[derive(Debug)]
pub struct Faulty<P> {
    inner: P,
    /// Kinds of which a new item gets another UID.
    own_uids: Vec<Kind>,
    state: State,
}

#[derive(Debug, Default)]
struct State {
    faults: Vec<(u64, Fault)>,
    count: u64,
    fired: bool,
    lost: bool,
}

impl<P: Phone> Faulty<P> {
    /// Wraps `inner`; nothing is spoilt yet.
    pub fn new(mut inner: P) -> Self {
        Self {
            own_uids: match inner.writing() {
                Some(writing) => Kind::ALL
                    .into_iter()
                    .filter(|kind| !writing.keeps_uids(*kind))
                    .collect(),
                None => Vec::new(),
            },
            inner,
            state: State::default(),
        }
    }

    /// Spoils operation `nth` (counted from 1, including those already done).
    pub fn at(mut self, nth: u64, fault: Fault) -> Self {
        self.state.faults.push((nth, fault));
        self
    }

    /// How many operations were done.
    pub fn operations(&self) -> u64 {
        self.state.count
    }

    /// A fault has happened: false ends the fault loop.
    pub fn fired(&self) -> bool {
        self.state.fired
    }

    /// A lost link is found again; faults that have not happened yet stay.
    pub fn heal(&mut self) {
        self.state.lost = false;
    }

    /// The phone inside.
    pub fn inner(&self) -> &P {
        &self.inner
    }

    /// The phone inside.
    pub fn inner_mut(&mut self) -> &mut P {
        &mut self.inner
    }

    /// The phone, without faults.
    pub fn into_inner(self) -> P {
        self.inner
    }
}

fn unplugged() -> LinkError {
    LinkError::new(ErrorKind::Unplugged, "the link was lost on purpose")
}

impl State {
    /// Counts one operation; an error when the link is lost. A delay happens here.
    async fn next(&mut self) -> Result<Option<Fault>, LinkError> {
        if self.lost {
            return Err(unplugged());
        }
        self.count += 1;
        let fault = self
            .faults
            .iter()
            .find(|(nth, _)| *nth == self.count)
            .map(|(_, fault)| fault.clone());
        self.fired |= fault.is_some();
        match fault {
            Some(Fault::Delay(time)) => {
                tokio::time::sleep(time).await;
                Ok(None)
            }
            Some(Fault::Fail(kind)) => {
                let error = LinkError::new(kind.clone(), "failed on purpose");
                if error.is_fatal() {
                    self.lost = true;
                    return Err(error);
                }
                Ok(Some(Fault::Fail(kind)))
            }
            fault => Ok(fault),
        }
    }

    /// A sink that spoils what goes into `out`.
    fn spoilt<'a>(&'a mut self, out: &'a mut dyn Sink) -> Result<Spoilt<'a>, LinkError> {
        if self.lost {
            return Err(unplugged());
        }
        Ok(Spoilt {
            out,
            state: self,
            failed: None,
        })
    }
}

#[async_trait]
impl<P: Phone> Phone for Faulty<P> {
    fn identity(&self) -> &Identity {
        self.inner.identity()
    }

    fn offers(&self) -> Offers {
        self.inner.offers()
    }

    async fn list(&mut self, kind: Kind, since: Option<&Cursor>) -> Result<Listing, LinkError> {
        match self.state.next().await? {
            None | Some(Fault::Delay(_)) => self.inner.list(kind, since).await,
            Some(Fault::Fail(kind)) => Ok(Listing::unavailable(
                LinkError::new(kind, "failed on purpose").why(),
            )),
            Some(Fault::Cut) => {
                self.state.lost = true;
                Err(unplugged())
            }
            Some(Fault::Corrupt) => Ok(Listing::unavailable(
                LinkError::new(ErrorKind::Garbled, "garbled on purpose").why(),
            )),
        }
    }

    async fn fetch(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        let mut sink = self.state.spoilt(out)?;
        self.inner.fetch(wanted, &mut sink).await
    }

    async fn pictures(&mut self, addresses: &[String], out: &mut dyn Sink) -> Result<(), LinkError> {
        let mut sink = self.state.spoilt(out)?;
        self.inner.pictures(addresses, &mut sink).await
    }

    fn writing(&mut self) -> Option<&mut dyn Writing> {
        self.inner.writing()?;
        Some(self)
    }
}

#[async_trait]
impl<P: Phone> Writing for Faulty<P> {
    async fn write(&mut self, write: &Write) -> Result<Written, WriteError> {
        let fault = self.state.next().await?;
        let reads_only = || LinkError::new(ErrorKind::Unsupported, "the phone inside only reads");
        let inner = self.inner.writing().ok_or_else(reads_only)?;
        match fault {
            None | Some(Fault::Delay(_)) => inner.write(write).await,
            Some(Fault::Fail(kind)) => Err(LinkError::new(kind, "failed on purpose").into()),
            Some(Fault::Cut) => {
                inner.write(write).await?;
                self.state.lost = true;
                Err(unplugged().into())
            }
            Some(Fault::Corrupt) => {
                let text = String::from_utf8_lossy(&write.bytes).into_owned();
                let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
                if lines.len() > 2 {
                    lines.remove(lines.len() / 2);
                }
                let spoilt = Write {
                    bytes: lines.concat().into(),
                    ..write.clone()
                };
                inner.write(&spoilt).await
            }
        }
    }

    fn keeps_uids(&self, kind: Kind) -> bool {
        !self.own_uids.contains(&kind)
    }
}

struct Spoilt<'a> {
    out: &'a mut dyn Sink,
    state: &'a mut State,
    /// The current item has failed with this; the rest of its bytes is swallowed.
    failed: Option<ErrorKind>,
}

#[async_trait]
impl Sink for Spoilt<'_> {
    async fn begin(&mut self, index: usize) -> Result<(), LinkError> {
        self.failed = None;
        match self.state.next().await? {
            Some(Fault::Cut) => {
                self.state.lost = true;
                return Err(unplugged());
            }
            Some(Fault::Fail(kind)) => self.failed = Some(kind),
            Some(Fault::Corrupt) => self.failed = Some(ErrorKind::Garbled),
            Some(Fault::Delay(_)) | None => {}
        }
        self.out.begin(index).await
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        if self.failed.is_some() {
            return Ok(());
        }
        match self.state.next().await? {
            Some(Fault::Cut) => {
                self.state.lost = true;
                self.out.bytes(bytes.slice(..bytes.len() / 2)).await?;
                Err(unplugged())
            }
            Some(Fault::Fail(kind)) => {
                self.failed = Some(kind);
                Ok(())
            }
            Some(Fault::Corrupt) => self.out.bytes(bytes.slice(bytes.len().min(1)..)).await,
            Some(Fault::Delay(_)) | None => self.out.bytes(bytes).await,
        }
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        let fault = match self.failed.take() {
            Some(kind) => Some(Fault::Fail(kind)),
            None => self.state.next().await?,
        };
        let outcome = match fault {
            Some(Fault::Cut) => {
                self.state.lost = true;
                return Err(unplugged());
            }
            Some(Fault::Fail(kind)) => Err(LinkError::new(kind, "failed on purpose")),
            Some(Fault::Corrupt) => outcome.map(|stat| Stat {
                fingerprint: Some(Fingerprint("corrupt".to_owned())),
                ..stat
            }),
            Some(Fault::Delay(_)) | None => outcome,
        };
        self.out.end(outcome).await
    }
}
