//! Between the run and the phone. The run is plain blocking code on a thread of its own, since it hashes and waits for
//! the disk; the phone is asynchronous. The relay carries the run's requests to the phone and the phone's bytes back,
//! over a queue bounded in bytes: the network reader waits for the disk only when the queue is full.
//!
//! The next kind is listed as soon as the last bytes of the one before are in the queue, while the run still works on them:
//! a server that takes seconds to tell what it has does not wait for the disk, nor the other way round.
//!
//! It decides nothing. Cancelling goes through the sink first, so that a link can end its transaction in good order; a
//! phone that does not notice for a while is given up.

use std::pin::pin;
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
    List(Next),
    Fetch(Vec<Wanted>, Option<Next>),
    Pictures(Vec<String>),
    Write(Write),
}

/// A kind to list, and since when.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Next {
    pub(crate) kind: Kind,
    pub(crate) since: Option<Cursor>,
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
    ahead: Option<Ahead>,
}

/// A listing that was asked for before its turn.
struct Ahead {
    next: Next,
    /// It came.
    listing: Option<Result<Listing, LinkError>>,
}

/// The phone's end.
pub(crate) struct Relay {
    requests: mpsc::UnboundedReceiver<Request>,
    bearer: Bearer,
}

/// Asks the phone, and carries its answers.
struct Bearer {
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
        ahead: None,
    };
    let outbox = Outbox {
        answers: answer,
        room: Arc::new(Semaphore::new(QUEUE)),
    };
    let bearer = Bearer { outbox, watch, grace };
    (remote, Relay { requests, bearer })
}

impl Remote {
    /// [`Phone::list`].
    pub(crate) fn list(&mut self, next: Next) -> Result<Listing, LinkError> {
        match self.ahead.take_if(|ahead| ahead.next == next) {
            Some(Ahead {
                listing: Some(listing),
                ..
            }) => return listing,
            Some(_) => {}
            None => self.requests.send(Request::List(next)).map_err(|_| dropped())?,
        }
        loop {
            match self.answers.recv() {
                Ok((Answer::Listed(listing), _)) => match &mut self.ahead {
                    Some(ahead) if ahead.listing.is_none() => ahead.listing = Some(listing),
                    _ => return listing,
                },
                Ok(_) => {}
                Err(_) => return Err(dropped()),
            }
        }
    }

    /// [`Phone::fetch`]. Every part goes to `receive`; [`Item::Idle`] comes each time that nothing came for `idle`.
    /// An error of `receive` ends the fetch at once. `next` is what is going to be listed after it.
    pub(crate) fn fetch<E>(
        &mut self,
        wanted: Vec<Wanted>,
        next: Option<Next>,
        idle: Duration,
        receive: impl FnMut(Item) -> Result<(), E>,
    ) -> Result<Result<(), LinkError>, E> {
        // One listing at a time is ahead of its turn.
        let next = next.filter(|_| self.ahead.is_none());
        if let Some(next) = next.clone() {
            self.ahead = Some(Ahead { next, listing: None });
        }
        self.bring(Request::Fetch(wanted, next), idle, receive)
    }

    /// [`Phone::pictures`], likewise.
    pub(crate) fn pictures<E>(
        &mut self,
        addresses: Vec<String>,
        idle: Duration,
        receive: impl FnMut(Item) -> Result<(), E>,
    ) -> Result<Result<(), LinkError>, E> {
        self.bring(Request::Pictures(addresses), idle, receive)
    }

    fn bring<E>(
        &mut self,
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
                Ok((Answer::Fetched(result), _)) => {
                    if is_over(&result) {
                        self.ahead = None;
                    }
                    return Ok(result);
                }
                Ok((Answer::Listed(came), _)) => {
                    if let Some(ahead) = &mut self.ahead {
                        ahead.listing = Some(came);
                    }
                }
                Ok((Answer::Wrote(_), _)) => {}
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

/// Nothing more is asked of the phone.
fn is_over(fetched: &Result<(), LinkError>) -> bool {
    fetched.as_ref().is_err_and(LinkError::is_fatal)
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
    pub(crate) async fn serve(self, phone: &mut dyn Phone) {
        let Self { mut requests, bearer } = self;
        let mut waiting = None;
        loop {
            let request = match waiting.take() {
                Some(request) => request,
                None => match requests.recv().await {
                    Some(request) => request,
                    None => return,
                },
            };
            let Ok(next) = bearer.serve(phone, request).await else {
                return;
            };
            let Some(next) = next else { continue };
            let mut listing = pin!(bearer.serve(phone, Request::List(next)));
            let listed = tokio::select! {
                biased;
                listed = &mut listing => listed,
                request = requests.recv() => match request {
                    Some(request) => {
                        waiting = Some(request);
                        listing.await
                    }
                    // The run failed meanwhile, and is not kept waiting for what it will not read.
                    None => return,
                },
            };
            if listed.is_err() {
                return;
            }
        }
    }
}

impl Bearer {
    /// Carries one request out; gives what to list after it. An error when nobody receives any more.
    async fn serve(&self, phone: &mut dyn Phone, request: Request) -> Result<Option<Next>, LinkError> {
        let mut after = None;
        let mut sink = Carrier {
            outbox: &self.outbox,
            watch: &self.watch,
        };
        let answer = match request {
            Request::List(Next { kind, since }) => {
                Answer::Listed(self.patiently(phone.list(kind, since.as_ref())).await)
            }
            Request::Fetch(wanted, next) => {
                let fetched = self.patiently(phone.fetch(&wanted, &mut sink)).await;
                after = next.filter(|_| !is_over(&fetched));
                Answer::Fetched(fetched)
            }
            Request::Pictures(addresses) => {
                Answer::Fetched(self.patiently(phone.pictures(&addresses, &mut sink)).await)
            }
            Request::Write(write) => Answer::Wrote(match phone.writing() {
                Some(writing) => self.patiently(writing.write(&write)).await,
                None => Err(LinkError::new(ErrorKind::Unsupported, "this link only reads").into()),
            }),
        };
        self.outbox.send(answer, 0).await?;
        Ok(after)
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
    use std::task::{Context, Poll, Waker};

    #[test]
    fn the_queue_is_bounded_in_bytes() {
        let check = |chunk: usize, most: usize| {
            let (remote, relay) = relay(Watch::new(), Duration::ZERO);
            let bytes = Bytes::from(vec![0; chunk]);
            let mut sent = 0;
            loop {
                let item = Answer::Item(Item::Bytes(bytes.clone()));
                let sending = pin!(relay.bearer.outbox.send(item, chunk));
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

    fn all(kind: Kind) -> Next {
        Next { kind, since: None }
    }

    async fn photos(phone: &mut FakePhone) -> Vec<Wanted> {
        let listing = phone.list(Kind::Photo, None).await.unwrap();
        let listed = listing.collections.iter();
        let wanted = listed.flat_map(|one| {
            one.entries.iter().map(|entry| Wanted {
                kind: Kind::Photo,
                collection: one.collection.id.clone(),
                remote: entry.remote.clone(),
                fingerprint: entry.fingerprint.clone(),
                size: entry.size,
                from: 0,
            })
        });
        wanted.collect()
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
        let (mut remote, relay) = relay(watch.clone(), Duration::ZERO);
        let run = std::thread::spawn(move || {
            let idle = Duration::from_millis(1);
            let fetched = remote.fetch(Vec::new(), None, idle, |item| match item {
                Item::Begin(0) => Ok(()),
                Item::Idle => {
                    watch.cancel();
                    Ok(())
                }
                _ => Err("not asked for"),
            });
            (fetched, remote.list(all(Kind::Photo)))
        });
        relay.serve(&mut Stuck(FakePhone::new("pixel"))).await;
        let (fetched, listed) = run.join().unwrap();
        assert_eq!(*fetched.unwrap().unwrap_err().kind(), ErrorKind::Stopped);
        assert_eq!(*listed.unwrap_err().kind(), ErrorKind::Stopped);
    }

    #[tokio::test]
    async fn a_run_that_stops_receiving_stops_the_phone() {
        let (mut remote, relay) = relay(Watch::new(), Duration::ZERO);
        let mut phone = FakePhone::new("pixel").photo("a.jpg", vec![0; 64 << 20]);
        let wanted = photos(&mut phone).await;
        let run = std::thread::spawn(move || {
            let fetched = remote.fetch(wanted, None, Duration::from_secs(1), |item| match item {
                Item::Bytes(_) => Err("the disk is full"),
                _ => Ok(()),
            });
            fetched.map(|_| ())
        });
        relay.serve(&mut phone).await;
        assert_eq!(run.join().unwrap(), Err("the disk is full"));
    }

    /// Tells of each kind that it is asked to list; may be unplugged before it hands anything over.
    struct Telling {
        phone: FakePhone,
        listed: Sender<Kind>,
        is_gone: bool,
    }

    #[async_trait]
    impl Phone for Telling {
        fn identity(&self) -> &Identity {
            self.phone.identity()
        }

        fn offers(&self) -> Offers {
            self.phone.offers()
        }

        async fn list(&mut self, kind: Kind, since: Option<&Cursor>) -> Result<Listing, LinkError> {
            self.listed.send(kind).unwrap();
            self.phone.list(kind, since).await
        }

        async fn fetch(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
            match self.is_gone {
                true => Err(LinkError::new(ErrorKind::Unplugged, "gone")),
                false => self.phone.fetch(wanted, out).await,
            }
        }
    }

    async fn telling(is_gone: bool) -> (Telling, Receiver<Kind>, Vec<Wanted>) {
        let mut phone = FakePhone::new("pixel").photo("a.jpg", vec![0; 9]);
        let wanted = photos(&mut phone).await;
        let (listed, hears) = channel();
        let phone = Telling {
            phone,
            listed,
            is_gone,
        };
        (phone, hears, wanted)
    }

    #[tokio::test]
    async fn the_next_kind_is_listed_once_and_while_the_run_is_at_work() {
        let (mut phone, listed, wanted) = telling(false).await;
        let (mut remote, relay) = relay(Watch::new(), Duration::ZERO);
        let run = std::thread::spawn(move || {
            // What is listed until the bytes are worked on.
            let meanwhile = |remote: &mut Remote, patience: Duration| {
                let mut told = None;
                let next = Some(all(Kind::Film));
                let fetched = remote.fetch(wanted.clone(), next, Duration::from_secs(10), |item| {
                    if let Item::End(_) = item {
                        told = listed.recv_timeout(patience).ok();
                    }
                    Ok::<_, ()>(())
                });
                fetched.map(|fetched| fetched.map(|()| told))
            };
            let first = meanwhile(&mut remote, Duration::from_secs(10));
            assert_eq!(first.unwrap().unwrap(), Some(Kind::Film));
            let again = meanwhile(&mut remote, Duration::from_millis(100));
            assert_eq!(again.unwrap().unwrap(), None);
            let listing = remote.list(all(Kind::Film)).unwrap();
            (listing.reading, listed.try_recv().is_err())
        });
        relay.serve(&mut phone).await;
        assert_eq!(run.join().unwrap(), (sidekeep_model::Reading::Complete, true));
    }

    #[tokio::test]
    async fn a_phone_that_is_gone_is_asked_nothing_more() {
        let (mut phone, listed, wanted) = telling(true).await;
        let (mut remote, relay) = relay(Watch::new(), Duration::ZERO);
        let run = std::thread::spawn(move || {
            let next = Some(all(Kind::Film));
            let fetched = remote.fetch(wanted, next, Duration::from_secs(10), |_| Ok::<_, ()>(()));
            fetched.unwrap().unwrap_err().kind().clone()
        });
        relay.serve(&mut phone).await;
        assert_eq!(run.join().unwrap(), ErrorKind::Unplugged);
        assert!(listed.try_recv().is_err());
    }
}
