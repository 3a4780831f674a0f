//! Between the run and the phone. The run is plain blocking code on a thread of its own, since it hashes and waits for
//! the disk; the phone is asynchronous. The relay carries the run's requests to the phone and the phone's bytes back,
//! over a queue bounded in bytes: the network reader waits for the disk only when the queue is full.
//!
//! It decides nothing. Cancelling goes through the sink first, so that a link can end its transaction in good order; a
//! phone that does not notice for a while is given up.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_links::{
    Cursor, ErrorKind, LinkError, Listing, Phone, Sink, Stat, Wanted, Write, WriteError, Written,
};
use sidekeep_model::Kind;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::Watch;

/// Bytes between the network reader and the disk at most. Large enough to ride out a sync of a spinning disk, small
/// against the 200 MB that a run may use.
const QUEUE: usize = 32 << 20;
/// What an answer counts for beside its bytes, so that empty ones are bounded too.
const FRAME: usize = 512;

/// What the run asks of the phone.
enum Request {
    List(Kind, Option<Cursor>),
    Fetch(Vec<Wanted>),
    Pictures(Vec<String>),
    Write(Write),
}

/// What comes back.
enum Answer {
    Listed(Result<Listing, LinkError>),
    Item(Item),
    Fetched(Result<(), LinkError>),
    Wrote(Result<Written, WriteError>),
}

/// A part of an item on its way; see [`Sink`].
pub(crate) enum Item {
    /// `wanted[index]` begins.
    Begin(usize),
    /// Its next bytes.
    Bytes(Bytes),
    /// It is whole, or failed.
    End(Result<Stat, LinkError>),
    /// Nothing has come for a while: time to make durable what has.
    Idle,
}

/// The run's end: a phone that blocks.
pub(crate) struct Remote {
    requests: mpsc::UnboundedSender<Request>,
    answers: Receiver<(Answer, OwnedSemaphorePermit)>,
}

/// The phone's end.
pub(crate) struct Relay {
    requests: mpsc::UnboundedReceiver<Request>,
    outbox: Outbox,
    watch: Watch,
    /// How long a phone may take to notice that the run was cancelled.
    grace: Duration,
}

/// Both ends of a relay for one run. A phone that has not noticed `grace` after the run was cancelled is given up.
pub(crate) fn relay(watch: Watch, grace: Duration) -> (Remote, Relay) {
    let (ask, requests) = mpsc::unbounded_channel();
    let (answer, answers) = channel();
    let remote = Remote {
        requests: ask,
        answers,
    };
    let outbox = Outbox {
        answers: answer,
        room: Arc::new(Semaphore::new(QUEUE)),
    };
    let relay = Relay {
        requests,
        outbox,
        watch,
        grace,
    };
    (remote, relay)
}

impl Remote {
    /// [`Phone::list`].
    pub(crate) fn list(&self, kind: Kind, since: Option<Cursor>) -> Result<Listing, LinkError> {
        self.requests
            .send(Request::List(kind, since))
            .map_err(|_| dropped())?;
        loop {
            match self.answers.recv() {
                Ok((Answer::Listed(listing), _)) => return listing,
                Ok(_) => {}
                Err(_) => return Err(dropped()),
            }
        }
    }

    /// [`Phone::fetch`]. Every part goes to `receive`; [`Item::Idle`] comes each time that nothing came for `idle`.
    /// An error of `receive` ends the fetch at once.
    pub(crate) fn fetch<E>(
        &self,
        wanted: Vec<Wanted>,
        idle: Duration,
        receive: impl FnMut(Item) -> Result<(), E>,
    ) -> Result<Result<(), LinkError>, E> {
        self.bring(Request::Fetch(wanted), idle, receive)
    }

    /// [`Phone::pictures`], likewise.
    pub(crate) fn pictures<E>(
        &self,
        addresses: Vec<String>,
        idle: Duration,
        receive: impl FnMut(Item) -> Result<(), E>,
    ) -> Result<Result<(), LinkError>, E> {
        self.bring(Request::Pictures(addresses), idle, receive)
    }

    fn bring<E>(
        &self,
        request: Request,
        idle: Duration,
        mut receive: impl FnMut(Item) -> Result<(), E>,
    ) -> Result<Result<(), LinkError>, E> {
        if self.requests.send(request).is_err() {
            return Ok(Err(dropped()));
        }
        loop {
            match self.answers.recv_timeout(idle) {
                Ok((Answer::Item(item), room)) => {
                    receive(item)?;
                    drop(room);
                }
                Ok((Answer::Fetched(result), _)) => return Ok(result),
                Ok((Answer::Listed(_) | Answer::Wrote(_), _)) => {}
                Err(RecvTimeoutError::Timeout) => receive(Item::Idle)?,
                Err(RecvTimeoutError::Disconnected) => return Ok(Err(dropped())),
            }
        }
    }
}

impl Remote {
    /// [`sidekeep_links::Writing::write`].
    pub(crate) fn write(&self, write: Write) -> Result<Written, WriteError> {
        self.requests.send(Request::Write(write)).map_err(|_| dropped())?;
        loop {
            match self.answers.recv() {
                Ok((Answer::Wrote(written), _)) => return written,
                Ok(_) => {}
                Err(_) => return Err(dropped().into()),
            }
        }
    }
}

/// The caller dropped the run's future: as if it had been cancelled.
fn dropped() -> LinkError {
    LinkError::new(ErrorKind::Stopped, "the run was dropped")
}

fn cancelled() -> LinkError {
    LinkError::new(ErrorKind::Stopped, "the run was cancelled")
}

impl Relay {
    /// Serves requests until the run drops its end.
    pub(crate) async fn serve(mut self, phone: &mut dyn Phone) {
        while let Some(request) = self.requests.recv().await {
            let answer = match request {
                Request::List(kind, since) => {
                    let listing = self.patiently(phone.list(kind, since.as_ref())).await;
                    Answer::Listed(listing)
                }
                Request::Fetch(wanted) => {
                    let mut sink = Carrier {
                        outbox: &self.outbox,
                        watch: &self.watch,
                    };
                    Answer::Fetched(self.patiently(phone.fetch(&wanted, &mut sink)).await)
                }
                Request::Pictures(addresses) => {
                    let mut sink = Carrier {
                        outbox: &self.outbox,
                        watch: &self.watch,
                    };
                    Answer::Fetched(self.patiently(phone.pictures(&addresses, &mut sink)).await)
                }
                Request::Write(write) => Answer::Wrote(match phone.writing() {
                    Some(writing) => self.patiently(writing.write(&write)).await,
                    None => Err(LinkError::new(ErrorKind::Unsupported, "this link only reads").into()),
                }),
            };
            if self.outbox.send(answer, 0).await.is_err() {
                return;
            }
        }
    }

    /// Waits for the phone, but not much longer than the owner wants to.
    async fn patiently<T, E: From<LinkError>>(
        &self,
        phone: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        tokio::select! {
            biased;
            result = phone => result,
            () = async {
                self.watch.cancelled().await;
                tokio::time::sleep(self.grace).await;
            } => Err(cancelled().into()),
        }
    }
}

/// The sending end of the queue.
struct Outbox {
    answers: Sender<(Answer, OwnedSemaphorePermit)>,
    room: Arc<Semaphore>,
}

impl Outbox {
    /// Waits for room, then sends; an error when nobody receives any more.
    async fn send(&self, answer: Answer, bytes: usize) -> Result<(), LinkError> {
        let size = bytes.saturating_add(FRAME).min(QUEUE);
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        let room = Arc::clone(&self.room)
            .acquire_many_owned(size)
            .await
            .map_err(|_| cancelled())?;
        self.answers.send((answer, room)).map_err(|_| cancelled())
    }
}

/// Puts the phone's bytes into the queue as they are, without copying them.
struct Carrier<'a> {
    outbox: &'a Outbox,
    watch: &'a Watch,
}

impl Carrier<'_> {
    async fn carry(&self, item: Item, bytes: usize) -> Result<(), LinkError> {
        if self.watch.is_cancelled() {
            return Err(cancelled());
        }
        self.outbox.send(Answer::Item(item), bytes).await
    }
}

#[async_trait]
impl Sink for Carrier<'_> {
    async fn begin(&mut self, index: usize) -> Result<(), LinkError> {
        self.carry(Item::Begin(index), 0).await
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        let size = bytes.len();
        self.carry(Item::Bytes(bytes), size).await
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        self.carry(Item::End(outcome), 0).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidekeep_links::Offers;
    use sidekeep_model::Identity;
    use sidekeep_testphones::FakePhone;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[test]
    fn the_queue_is_bounded_in_bytes() {
        let check = |chunk: usize, most: usize| {
            let (remote, relay) = relay(Watch::new(), Duration::ZERO);
            let bytes = Bytes::from(vec![0; chunk]);
            let mut sent = 0;
            loop {
                let sending = pin!(relay.outbox.send(Answer::Item(Item::Bytes(bytes.clone())), chunk));
                match sending.poll(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(result) => result.unwrap(),
                    Poll::Pending => break,
                }
                sent += 1;
            }
            assert!((1..=most).contains(&sent), "{sent} of {chunk} bytes");
            drop(remote);
        };
        check(1 << 20, 32);
        check(0, 65_536);
        // One that is larger than the queue still goes through, alone.
        check(40 << 20, 1);
    }

    /// Begins an item and then says no more.
    struct Stuck(FakePhone);

    #[async_trait]
    impl Phone for Stuck {
        fn identity(&self) -> &Identity {
            self.0.identity()
        }

        fn offers(&self) -> Offers {
            self.0.offers()
        }

        async fn list(&mut self, _: Kind, _: Option<&Cursor>) -> Result<Listing, LinkError> {
            std::future::pending().await
        }

        async fn fetch(&mut self, _: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
            out.begin(0).await?;
            std::future::pending().await
        }
    }

    #[tokio::test]
    async fn a_phone_that_does_not_notice_is_given_up() {
        let watch = Watch::new();
        let (remote, relay) = relay(watch.clone(), Duration::ZERO);
        let run = std::thread::spawn(move || {
            let idle = Duration::from_millis(1);
            let fetched = remote.fetch(Vec::new(), idle, |item| match item {
                Item::Begin(0) => Ok(()),
                Item::Idle => {
                    watch.cancel();
                    Ok(())
                }
                _ => Err("not asked for"),
            });
            (fetched, remote.list(Kind::Photo, None))
        });
        relay.serve(&mut Stuck(FakePhone::new("pixel"))).await;
        let (fetched, listed) = run.join().unwrap();
        assert_eq!(*fetched.unwrap().unwrap_err().kind(), ErrorKind::Stopped);
        assert_eq!(*listed.unwrap_err().kind(), ErrorKind::Stopped);
    }

    #[tokio::test]
    async fn a_run_that_stops_receiving_stops_the_phone() {
        let (remote, relay) = relay(Watch::new(), Duration::ZERO);
        let mut phone = FakePhone::new("pixel").photo("a.jpg", vec![0; 64 << 20]);
        let listing = phone.list(Kind::Photo, None).await.unwrap();
        let entry = &listing.collections[0].entries[0];
        let wanted = Wanted {
            kind: Kind::Photo,
            collection: listing.collections[0].collection.id.clone(),
            remote: entry.remote.clone(),
            fingerprint: entry.fingerprint.clone(),
            size: entry.size,
            from: 0,
        };
        let run = std::thread::spawn(move || {
            let fetched = remote.fetch(vec![wanted], Duration::from_secs(1), |item| match item {
                Item::Bytes(_) => Err("the disk is full"),
                _ => Ok(()),
            });
            fetched.map(|_| ())
        });
        relay.serve(&mut phone).await;
        assert_eq!(run.join().unwrap(), Err("the disk is full"));
    }
}
