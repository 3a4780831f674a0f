//! What can go wrong with one request, and what it means for a link.

use std::error::Error;
use std::io;

use super::multistatus::MultistatusError;
use super::xml::XmlError;
use crate::{ErrorKind, LinkError};

/// A request that was not answered as it should be.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// 401, or no way of showing the login that suits.
    #[error("the server wants another login")]
    Login,
    /// 403 without a reason.
    #[error("the server forbids it")]
    Forbidden,
    /// 404 or 410.
    #[error("the server has no such resource")]
    Missing,
    /// A precondition of DAV that does not hold (RFC 4918 §16), by its name.
    #[error("the server says {name} ({status})")]
    Condition { status: u16, name: String },
    /// Too many requests, or the server is in trouble; also after waiting.
    #[error("the server has trouble ({0})")]
    Trouble(u16),
    /// Any other status that does not answer the question.
    #[error("{}", answered(*.0))]
    Status(u16),
    /// It sends us to another server, or in circles. The login was not shown there.
    #[error("the server points elsewhere: {0}")]
    Elsewhere(String),
    /// Its certificate is not believed; the SHA-256 of it.
    #[error("the server's certificate is not trusted; its SHA-256 is {0}")]
    Certificate(String),
    /// What answers there does not speak TLS.
    #[error("what answers there does not speak TLS")]
    NoTls(#[source] reqwest::Error),
    /// No connection.
    #[error("no connection")]
    Unreachable(#[source] reqwest::Error),
    /// It was silent for too long.
    #[error("no answer in time")]
    Silent,
    /// The answer is not what was asked for.
    #[error("the answer is no listing")]
    NotDav(#[from] MultistatusError),
    /// The answer broke off.
    #[error("the answer broke off")]
    Broken(#[source] reqwest::Error),
    /// It sent something that is neither a card nor a calendar object, such as a login page.
    #[error("what came is neither a card nor a calendar object")]
    NotAnItem,
    /// The answer is longer than any item.
    #[error("the answer goes beyond all measure")]
    TooBig,
}

fn answered(status: u16) -> String {
    match status {
        200 => "a web page answers there, and no account".into(),
        status => format!("the server answers with status {status}"),
    }
}

/// What the owner of an account has to see to before it can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server wants another name or password.
    Login,
    /// Nobody vouches for the server's certificate; the SHA-256 of it in hex, to be compared and named in the address.
    Certificate(String),
    /// What answers at the address does not speak TLS.
    NoTls,
}

impl Refusal {
    /// What is behind an error of this link, where it is one of these.
    pub fn of(error: &LinkError) -> Option<Self> {
        match Error::source(error)?.downcast_ref()? {
            Failure::Login => Some(Refusal::Login),
            Failure::Certificate(digest) => Some(Refusal::Certificate(digest.clone())),
            Failure::NoTls(_) => Some(Refusal::NoTls),
            _ => None,
        }
    }
}

impl Failure {
    /// What a request came to that had no answer.
    pub(super) fn unanswered(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_timeout() && !error.is_connect() {
            Failure::Silent
        } else if is_no_tls(&error) {
            Failure::NoTls(error)
        } else {
            Failure::Unreachable(error)
        }
    }

    /// Nothing else can be asked for now either.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Failure::Unreachable(_) | Failure::Login | Failure::Silent)
    }

    /// The same request may be answered a moment later.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Failure::Silent | Failure::Unreachable(_) | Failure::Broken(_) | Failure::Trouble(_) => true,
            Failure::NotDav(MultistatusError::Xml(error)) => {
                matches!(error, XmlError::Read(_) | XmlError::Torn)
            }
            _ => false,
        }
    }

    /// A sync token is not (any more) one that the server knows (RFC 6578 §3.2), or it does not answer such a question.
    pub(super) fn asks_for_full(&self) -> bool {
        match self {
            Failure::Condition { status, .. } => matches!(status, 400..=412),
            Failure::Status(status) => matches!(status, 400 | 405 | 409 | 412 | 415 | 422 | 501 | 507),
            Failure::Forbidden => true,
            _ => false,
        }
    }

    /// There is no account here, which says nothing of other places on the same server.
    pub(super) fn is_elsewhere(&self) -> bool {
        matches!(
            self,
            Failure::Missing
                | Failure::Forbidden
                | Failure::Condition { .. }
                | Failure::Status(_)
                | Failure::Elsewhere(_)
                | Failure::NotDav(_)
                | Failure::TooBig
        )
    }

    /// For the rest of the crate. `doing` names the resource, never the login.
    pub(super) fn into_error(self, doing: &str) -> LinkError {
        let kind = match &self {
            Failure::Login | Failure::Forbidden | Failure::Certificate(_) => ErrorKind::Refused,
            Failure::Missing => ErrorKind::Missing,
            Failure::Trouble(_) | Failure::Silent => ErrorKind::Busy(None),
            Failure::Unreachable(_) => ErrorKind::Unplugged,
            Failure::NoTls(_)
            | Failure::Condition { .. }
            | Failure::Status(_)
            | Failure::Elsewhere(_)
            | Failure::NotDav(_)
            | Failure::Broken(_)
            | Failure::NotAnItem
            | Failure::TooBig => ErrorKind::Garbled,
        };
        let context = format!("{doing}: {self}");
        LinkError::caused(kind, context, self)
    }
}

/// What came in place of TLS was none: most often the plain text of a port for HTTP.
fn is_no_tls(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if matches!(error.downcast_ref(), Some(rustls::Error::InvalidMessage(_))) {
            return true;
        }
        // What an I/O error holds is not what it names as its cause.
        cause = match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    false
}
