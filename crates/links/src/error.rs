//! What can go wrong on a link, and whether trying again helps.

use std::fmt;

use sidekeep_model::{Reason, Why};

/// A failed operation on a link: its kind, what was being done, and the cause.
#[derive(Debug, thiserror::Error)]
pub struct LinkError {
    kind: ErrorKind,
    /// What was being done or what the other side said; for diagnosis, never matched on.
    context: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Kinds of failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The phone or the connection went away.
    Unplugged,
    /// The phone is locked.
    Locked,
    /// The phone does not trust this computer yet; its owner can tap Allow on it.
    NotTrusted,
    /// Wireless debugging does not know this computer's key: it has to be paired with a code first.
    NotPaired,
    /// Another program holds the phone (named where known), or it did not answer in time.
    Busy(Option<String>),
    /// There is no such item, folder or provider.
    Missing,
    /// The link or the phone cannot do this.
    Unsupported,
    /// The phone refused: a permission is missing.
    Refused,
    /// The answer breaks the protocol.
    Garbled,
    /// The receiving side stopped (cancelled, or its disk failed); nothing is wrong with the phone.
    Stopped,
}

/// When trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// By itself, soon.
    Soon,
    /// After the person did something (unlock, plug in, allow).
    AfterUser,
    /// Not as things are.
    Never,
}

impl LinkError {
    /// A failure without an underlying error.
    pub fn new(kind: ErrorKind, context: impl Into<String>) -> Self {
        Self {
            kind,
            context: context.into(),
            source: None,
        }
    }

    /// A failure caused by `source`.
    pub fn caused(
        kind: ErrorKind,
        context: impl Into<String>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind,
            context: context.into(),
            source: Some(Box::new(source)),
        }
    }

    /// The kind.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// What was being done, for a log.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// When trying again can help.
    pub fn retry(&self) -> Retry {
        match self.kind {
            ErrorKind::Busy(_) => Retry::Soon,
            ErrorKind::Unplugged
            | ErrorKind::Locked
            | ErrorKind::NotTrusted
            | ErrorKind::NotPaired
            | ErrorKind::Refused => Retry::AfterUser,
            ErrorKind::Missing | ErrorKind::Unsupported | ErrorKind::Garbled | ErrorKind::Stopped => {
                Retry::Never
            }
        }
    }

    /// The same failure once more, for another item that it hit; the cause stays with the first.
    pub fn again(&self) -> Self {
        Self::new(self.kind.clone(), self.context.clone())
    }

    /// The whole link is lost: no further operation on this phone can succeed.
    pub fn is_fatal(&self) -> bool {
        matches!(self.kind, ErrorKind::Unplugged | ErrorKind::Stopped)
    }

    /// As a reason in a [`sidekeep_model::Reading`].
    pub fn why(&self) -> Why {
        let reason = match self.kind {
            ErrorKind::Unplugged => Reason::Unplugged,
            ErrorKind::Locked => Reason::Locked,
            ErrorKind::NotTrusted | ErrorKind::NotPaired => Reason::NotTrusted,
            ErrorKind::Busy(_) => Reason::Busy,
            ErrorKind::Missing => Reason::Missing,
            ErrorKind::Unsupported => Reason::Unsupported,
            ErrorKind::Refused => Reason::Refused,
            ErrorKind::Garbled => Reason::Garbled,
            ErrorKind::Stopped => Reason::Cancelled,
        };
        Why::new(reason).detail(&self.to_string())
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            ErrorKind::Unplugged => "the connection is gone",
            ErrorKind::Locked => "the phone is locked",
            ErrorKind::NotTrusted => "the phone does not trust this computer",
            ErrorKind::NotPaired => "the phone is not paired with this computer",
            ErrorKind::Busy(None) => "busy",
            ErrorKind::Busy(Some(holder)) => return write!(f, "held by {holder}: {}", self.context),
            ErrorKind::Missing => "not there",
            ErrorKind::Unsupported => "not supported",
            ErrorKind::Refused => "refused",
            ErrorKind::Garbled => "the answer is garbled",
            ErrorKind::Stopped => "stopped",
        };
        write!(f, "{kind}: {}", self.context)
    }
}
