//! What a phone at the cable is up to, from what was seen of it. Pure.

use std::time::Duration;

use crate::{ErrorKind, LinkError};

/// How often a phone that is not ready is looked at again; its events cannot be relied on.
pub(super) const POLL: Duration = Duration::from_millis(2_500);

/// What a phone at the cable is up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It takes power and offers nothing: "File transfer" has to be chosen on it.
    ChargingOnly,
    /// It shows no storage, or an empty one: it is locked, or "File transfer" is not chosen yet.
    Locked,
    /// It asks its owner whether this computer may look.
    AwaitingPermission,
    /// It can be read.
    Ready,
    /// Another program holds it: its name.
    Held(String),
    /// This computer does not let us use it (udev rules).
    Denied,
    /// It does not answer, or not sensibly.
    Silent,
    /// It is not there.
    Gone,
}

/// What was seen of a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// It was plugged in; with an interface for files or without.
    Plugged { files: bool },
    /// It could not be opened, or not asked.
    Failed(ErrorKind),
    /// It showed so many storages, and objects in all their roots.
    Storages { count: usize, objects: usize },
    /// It said that a storage came or went.
    StoresChanged,
}

impl State {
    /// The state after something was seen.
    pub(super) fn after(self, seen: Seen) -> State {
        match (self, seen) {
            (_, Seen::Failed(ErrorKind::Unplugged)) => State::Gone,
            (_, Seen::Plugged { files: false }) => State::ChargingOnly,
            // What was said of a phone before it went holds no longer.
            (State::Gone | State::ChargingOnly, Seen::Plugged { files: true }) => State::Locked,
            (State::Gone, _) => State::Gone,
            // A storage that comes or goes says nothing of what is in it: the phone is asked anew.
            (state, Seen::Plugged { .. } | Seen::StoresChanged) => state,
            (_, Seen::Storages { count: 0, .. } | Seen::Storages { objects: 0, .. }) => State::Locked,
            (_, Seen::Storages { .. }) => State::Ready,
            (_, Seen::Failed(kind)) => match kind {
                ErrorKind::Busy(Some(holder)) => State::Held(holder),
                ErrorKind::Locked => State::Locked,
                ErrorKind::NotTrusted => State::AwaitingPermission,
                ErrorKind::Refused => State::Denied,
                _ => State::Silent,
            },
        }
    }

    /// After how long to look again; None when nothing but an event changes it.
    pub(super) fn poll(&self) -> Option<Duration> {
        match self {
            State::Locked | State::AwaitingPermission | State::Held(_) | State::Silent => Some(POLL),
            State::ChargingOnly | State::Ready | State::Denied | State::Gone => None,
        }
    }

    /// Why the phone cannot be read now; None when it can.
    pub fn trouble(&self) -> Option<LinkError> {
        let (kind, context) = match self {
            State::Ready => return None,
            State::ChargingOnly => (ErrorKind::Locked, "choose \"File transfer\" on the phone"),
            State::Locked => (
                ErrorKind::Locked,
                "unlock the phone and choose \"File transfer\" on it",
            ),
            State::AwaitingPermission => (ErrorKind::NotTrusted, "tap Allow on the phone"),
            State::Held(holder) => (
                ErrorKind::Busy(Some(holder.clone())),
                "another program uses the phone",
            ),
            State::Denied => (
                ErrorKind::Refused,
                "this computer does not let Sidekeep use the phone: its udev rules are missing",
            ),
            State::Silent => (
                ErrorKind::Busy(None),
                "the phone does not answer: unplug it and plug it in again",
            ),
            State::Gone => (ErrorKind::Unplugged, "the phone is not plugged in"),
        };
        Some(LinkError::new(kind, context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sight_leads_to_a_state() {
        let check = |from: State, seen: Seen, to: State| {
            assert_eq!(from.clone().after(seen.clone()), to, "{from:?} {seen:?}");
        };
        let full = || Seen::Storages { count: 1, objects: 9 };
        let none = || Seen::Storages { count: 0, objects: 0 };
        let hollow = || Seen::Storages { count: 1, objects: 0 };
        let plugged = |files| Seen::Plugged { files };
        let failed = Seen::Failed;
        check(State::Gone, plugged(false), State::ChargingOnly);
        check(State::ChargingOnly, plugged(true), State::Locked);
        check(State::Gone, plugged(true), State::Locked);
        check(State::Locked, none(), State::Locked);
        // The storage comes up before what is in it.
        check(State::Locked, Seen::StoresChanged, State::Locked);
        check(State::Locked, hollow(), State::Locked);
        check(State::Locked, full(), State::Ready);
        check(State::Ready, plugged(true), State::Ready);
        check(State::Ready, hollow(), State::Locked);
        check(State::Gone, full(), State::Gone);
        check(State::Ready, failed(ErrorKind::Unplugged), State::Gone);
        check(
            State::Locked,
            failed(ErrorKind::NotTrusted),
            State::AwaitingPermission,
        );
        check(State::AwaitingPermission, full(), State::Ready);
        check(State::Locked, failed(ErrorKind::Refused), State::Denied);
        let gvfs = || "gvfsd-mtp".to_owned();
        check(
            State::Locked,
            failed(ErrorKind::Busy(Some(gvfs()))),
            State::Held(gvfs()),
        );
        check(State::Held(gvfs()), full(), State::Ready);
        check(State::Locked, failed(ErrorKind::Garbled), State::Silent);
    }

    #[test]
    fn whatever_is_not_ready_is_told_and_what_may_change_is_looked_at_again() {
        let check = |state: State, kind: Option<ErrorKind>, again: bool| {
            let told = state.trouble().map(|error| error.kind().clone());
            assert_eq!((told, state.poll().is_some()), (kind, again), "{state:?}");
        };
        check(State::Ready, None, false);
        check(State::ChargingOnly, Some(ErrorKind::Locked), false);
        check(State::Locked, Some(ErrorKind::Locked), true);
        check(State::AwaitingPermission, Some(ErrorKind::NotTrusted), true);
        let holder = "gvfsd-mtp".to_owned();
        check(
            State::Held(holder.clone()),
            Some(ErrorKind::Busy(Some(holder))),
            true,
        );
        check(State::Denied, Some(ErrorKind::Refused), false);
        check(State::Silent, Some(ErrorKind::Busy(None)), true);
        check(State::Gone, Some(ErrorKind::Unplugged), false);
    }
}
