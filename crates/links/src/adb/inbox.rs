//! What has arrived for one stream, between the task that reads the socket and the stream's owner. Bounded: the phone
//! may have no more bytes on their way than it was granted.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

/// Packets that may wait in one stream; a phone's are some 64 KiB, so this stops only one that floods us with crumbs.
const MAX_PACKETS: usize = 65_536;

/// Bytes that a phone may send beyond its window. adbd looks whether there is any room, not how much, and goes on after
/// any OKAY, even one that leaves it without; so it may overdraw more than once. The bound keeps memory bounded.
const OVERDRAFT: i64 = 4 * 1024 * 1024;

/// How the two sides tell each other that bytes were received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// One packet at a time, each answered by an OKAY.
    OneByOne,
    /// A window of bytes, widened by an OKAY that carries a count (feature `delayed_ack`).
    Window,
}

/// Why nothing more comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The phone closed the stream.
    Closed,
    /// The phone broke the stream's rules.
    Broken,
    /// The link is lost.
    Lost,
}

/// A packet that does not belong to the stream or breaks its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Foul;

/// The state of one stream as seen from the reading task.
#[derive(Debug)]
pub(crate) struct Inbox {
    flow: Flow,
    /// Bytes that may be on their way or waiting.
    window: usize,
    state: Mutex<State>,
    /// Something arrived: bytes, room to send, or the end.
    pub(crate) arrived: Notify,
}

#[derive(Debug)]
struct State {
    remote: Option<u32>,
    queue: VecDeque<Bytes>,
    queued: usize,
    /// Bytes ([`Flow::Window`]) or packets ([`Flow::OneByOne`]) that the phone may still send.
    granted: i64,
    /// What we may still send, in the same units.
    credit: i64,
    end: Option<End>,
}

impl Inbox {
    /// The inbox of a stream that is about to be opened.
    pub(crate) fn new(flow: Flow, window: usize) -> Self {
        let granted = match flow {
            Flow::OneByOne => 1,
            Flow::Window => window as i64,
        };
        let state = State {
            remote: None,
            queue: VecDeque::new(),
            queued: 0,
            granted,
            credit: 0,
            end: None,
        };
        Self {
            flow,
            window,
            state: Mutex::new(state),
            arrived: Notify::new(),
        }
    }

    /// The state is plain numbers, valid after any panic.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The phone's id of the stream, once it is open.
    pub(crate) fn remote(&self) -> Option<u32> {
        self.state().remote
    }

    /// Why nothing more comes, if so.
    pub(crate) fn end(&self) -> Option<End> {
        self.state().end
    }

    /// An OKAY of `remote`: the stream is open, or there is room for more.
    pub(crate) fn okay(&self, remote: u32, payload: &[u8]) -> Result<(), Foul> {
        let mut state = self.state();
        if *state.remote.get_or_insert(remote) != remote {
            return Err(Foul);
        }
        match (self.flow, <[u8; 4]>::try_from(payload)) {
            // The count may be negative: the phone takes room back.
            (Flow::Window, Ok(count)) => {
                state.credit = state.credit.saturating_add(i32::from_le_bytes(count).into())
            }
            (Flow::OneByOne, _) if payload.is_empty() => state.credit = 1,
            _ => return Err(Foul),
        }
        self.arrived.notify_one();
        Ok(())
    }

    /// A WRTE of `remote`. True when the phone should be told at once that it may go on.
    pub(crate) fn write(&self, remote: u32, payload: Bytes) -> Result<bool, Foul> {
        let mut state = self.state();
        let least = match self.flow {
            Flow::OneByOne => 0,
            Flow::Window => -OVERDRAFT,
        };
        if state.remote != Some(remote) || state.granted <= least || state.queue.len() >= MAX_PACKETS {
            return Err(Foul);
        }
        state.queued += payload.len();
        let at_once = match self.flow {
            Flow::Window => {
                state.granted -= payload.len() as i64;
                false
            }
            // Answering before the owner looked keeps a stream busy that is read later.
            Flow::OneByOne if state.queued < self.window => true,
            Flow::OneByOne => {
                state.granted = 0;
                false
            }
        };
        state.queue.push_back(payload);
        self.arrived.notify_one();
        Ok(at_once)
    }

    /// Nothing more comes. What has arrived can still be taken.
    pub(crate) fn finish(&self, end: End) {
        self.state().end.get_or_insert(end);
        self.arrived.notify_one();
    }

    /// The next bytes, and whether the phone waits to hear that it may go on ([`Flow::OneByOne`] only).
    pub(crate) fn take(&self) -> Option<(Bytes, bool)> {
        let mut state = self.state();
        let bytes = state.queue.pop_front()?;
        state.queued -= bytes.len();
        let owed = self.flow == Flow::OneByOne && state.granted == 0 && state.queued < self.window;
        if owed {
            state.granted = 1;
        }
        Some((bytes, owed))
    }

    /// Lets the phone send `bytes` more ([`Flow::Window`] only).
    pub(crate) fn grant(&self, bytes: usize) {
        self.state().granted += bytes as i64;
    }

    /// Reserves room to send up to `most` bytes; nothing while there is none.
    pub(crate) fn spend(&self, most: usize) -> Option<usize> {
        let mut state = self.state();
        if state.credit <= 0 {
            return None;
        }
        let bytes = match self.flow {
            Flow::OneByOne => most,
            Flow::Window => most.min(usize::try_from(state.credit).unwrap_or(usize::MAX)),
        };
        state.credit -= match self.flow {
            Flow::OneByOne => 1,
            Flow::Window => bytes as i64,
        };
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(flow: Flow, window: usize) -> Inbox {
        let inbox = Inbox::new(flow, window);
        let room: &[u8] = if flow == Flow::Window {
            &[100, 0, 0, 0]
        } else {
            &[]
        };
        inbox.okay(9, room).expect("the first OKAY opens");
        inbox
    }

    fn bytes(length: usize) -> Bytes {
        Bytes::from(vec![0; length])
    }

    #[test]
    fn a_window_may_be_overdrawn_but_not_without_end() {
        let inbox = opened(Flow::Window, 10);
        assert_eq!(inbox.write(9, bytes(9)), Ok(false));
        assert_eq!(inbox.write(9, bytes(50)), Ok(false), "one byte was left");
        assert_eq!(
            inbox.write(9, bytes(1)),
            Ok(false),
            "adbd goes on after an OKAY that left it none"
        );
        assert_eq!(inbox.write(9, bytes(OVERDRAFT as usize)), Ok(false));
        assert_eq!(inbox.write(9, bytes(1)), Err(Foul));
        assert_eq!(inbox.take(), Some((bytes(9), false)));
        inbox.grant(100);
        assert_eq!(inbox.write(9, bytes(1)), Ok(false));
    }

    #[test]
    fn one_by_one_is_answered_until_the_window_is_full() {
        let inbox = opened(Flow::OneByOne, 10);
        assert_eq!(inbox.write(9, bytes(6)), Ok(true));
        assert_eq!(inbox.write(9, bytes(6)), Ok(false));
        assert_eq!(inbox.write(9, bytes(6)), Err(Foul), "the last was not answered");
        assert_eq!(inbox.take(), Some((bytes(6), true)));
        assert_eq!(inbox.take(), Some((bytes(6), false)), "answered already");
        assert_eq!(inbox.write(9, bytes(6)), Ok(true));
    }

    #[test]
    fn strangers_and_odd_counts_are_foul() {
        let inbox = opened(Flow::Window, 10);
        assert_eq!(inbox.write(8, bytes(1)), Err(Foul));
        assert_eq!(inbox.okay(8, &[0; 4]), Err(Foul));
        assert_eq!(inbox.okay(9, &[]), Err(Foul));
        assert_eq!(inbox.okay(9, &[0; 5]), Err(Foul));
        assert_eq!(opened(Flow::OneByOne, 10).okay(9, &[0; 4]), Err(Foul));
    }

    #[test]
    fn crumbs_are_bounded() {
        let inbox = opened(Flow::Window, 10);
        let taken = (0..).take_while(|_| inbox.write(9, Bytes::new()).is_ok()).count();
        assert_eq!(taken, MAX_PACKETS);
    }

    #[test]
    fn room_to_send() {
        let inbox = opened(Flow::Window, 10);
        assert_eq!(inbox.spend(60), Some(60));
        assert_eq!(inbox.spend(60), Some(40));
        assert_eq!(inbox.spend(60), None);
        inbox
            .okay(9, &(-5_i32).to_le_bytes())
            .expect("it may take room back");
        inbox.okay(9, &6_i32.to_le_bytes()).expect("and give it");
        assert_eq!(inbox.spend(60), Some(1));

        let inbox = opened(Flow::OneByOne, 10);
        assert_eq!((inbox.spend(60), inbox.spend(60)), (Some(60), None));
    }

    #[test]
    fn the_end_comes_after_the_bytes_and_the_first_reason_stays() {
        let inbox = opened(Flow::Window, 10);
        inbox.write(9, bytes(1)).expect("granted");
        inbox.finish(End::Closed);
        inbox.finish(End::Lost);
        assert!(inbox.take().is_some());
        assert_eq!(inbox.end(), Some(End::Closed));
    }
}
