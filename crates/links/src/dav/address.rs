//! The address of an account as people write it: `dav+https://user@host/path`. It holds no password.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::{Host, Url};

use super::href;

/// Characters of a user's name that need no escape before the `@` of a host.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'+');

/// Where an account is, whose it is, and whom to believe that it is there. Its text is canonical.
///
/// `dav+http://` is for this computer itself; elsewhere passwords could be read on the way, and the address must say so
/// with `#insecure`. `#sha256=` and 64 hex digits name the one certificate that is believed, instead of the system's
/// roots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    url: Url,
    user: Option<String>,
    trust: Trust,
}

/// Whom to believe that the server is the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The system's certificate roots.
    Roots,
    /// The server whose certificate has this SHA-256 digest, and no other.
    Certificate([u8; 32]),
    /// Whoever answers: there is no TLS.
    Anyone,
}

/// Why a text is no address of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It begins with neither `dav+https:` nor `dav+http:`, or has no host.
    #[error("not the address of an account")]
    NotOne,
    /// A password stands in it, where anybody could read it.
    #[error("a password does not belong into an address")]
    Password,
    /// Plain HTTP to another computer, without `#insecure`.
    #[error("without TLS the password could be read on the way")]
    Insecure,
    /// What follows `#` is neither `insecure` nor a fingerprint, or does not fit the scheme.
    #[error("not a fingerprint")]
    Fingerprint,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let rest = text.strip_prefix("dav+").ok_or(AddressError::NotOne)?;
        let mut url = Url::parse(rest).map_err(|_| AddressError::NotOne)?;
        if !matches!(url.scheme(), "http" | "https") || !rest[url.scheme().len()..].starts_with("://") {
            return Err(AddressError::NotOne);
        }
        if url.password().is_some() {
            return Err(AddressError::Password);
        }
        let user = percent_decode_str(url.username()).decode_utf8();
        let user = user.map_err(|_| AddressError::NotOne)?.into_owned();
        if user.contains(|character: char| character.is_control() || character == ':') {
            return Err(AddressError::NotOne);
        }
        let trust = trust(&url)?;
        url.set_fragment(None);
        url.set_query(None);
        url.set_username("").map_err(|()| AddressError::NotOne)?;
        Ok(Self {
            url,
            user: Some(user).filter(|user| !user.is_empty()),
            trust,
        })
    }

    /// The account at a domain, by TLS.
    ///
    /// # Errors
    /// `NotOne` when it is no domain, or nobody can have that name.
    pub fn at(user: Option<&str>, domain: &str) -> Result<Self, AddressError> {
        if domain.contains(['/', '?', '#', '@', ':', '[']) {
            return Err(AddressError::NotOne);
        }
        let login = user.map(|user| format!("{}@", utf8_percent_encode(user, PLAIN)));
        let address = Self::parse(&format!("dav+https://{}{domain}", login.unwrap_or_default()))?;
        address.url.domain().ok_or(AddressError::NotOne)?;
        Ok(address)
    }

    /// The same address for whom the server may know by the first part of an e-mail address alone (RFC 6764 §6); None
    /// where the user's name is no e-mail address.
    pub fn by_local_part(&self) -> Option<Self> {
        let (local, _) = self.user.as_deref()?.rsplit_once('@')?;
        (!local.is_empty()).then(|| Self {
            user: Some(local.to_owned()),
            ..self.clone()
        })
    }

    /// The same account at another host, and where that is no path of it, at its root; None when that is no host.
    pub(super) fn moved(&self, host: &str, port: u16, path: &str) -> Option<Self> {
        let mut url = Url::parse(&format!("https://{host}:{port}/")).ok()?;
        url.domain().filter(|domain| domain.eq_ignore_ascii_case(host))?;
        if path.starts_with('/')
            && let Some(below) = href::resolve(&url, path)
        {
            url = below;
            url.set_query(None);
        }
        Some(Self {
            url,
            user: self.user.clone(),
            trust: Trust::Roots,
        })
    }

    /// Its host is the other's, or has a name below it.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        let hosts = self.url.domain().zip(other.url.domain());
        hosts.is_some_and(|(host, domain)| {
            host.strip_suffix(domain)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }

    /// Where to begin to look: `http:` or `https:`, without login.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whose account it is.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Whom to believe.
    pub fn trust(&self) -> Trust {
        self.trust
    }

    /// Host, and port where it is not the scheme's own.
    pub fn place(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// What is sent there can be read by nobody else: TLS, or the way never leaves this computer.
    pub(super) fn is_private(&self) -> bool {
        self.url.scheme() == "https" || self.is_here()
    }

    /// The server is on this computer.
    pub(super) fn is_here(&self) -> bool {
        is_here(&self.url)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dav+{}://", self.url.scheme())?;
        if let Some(user) = &self.user {
            write!(f, "{}@", utf8_percent_encode(user, PLAIN))?;
        }
        write!(f, "{}{}", self.place(), self.url.path())?;
        match self.trust {
            Trust::Certificate(digest) => {
                f.write_str("#sha256=")?;
                digest.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
            Trust::Anyone if !is_here(&self.url) => f.write_str("#insecure"),
            Trust::Anyone | Trust::Roots => Ok(()),
        }
    }
}

fn trust(url: &Url) -> Result<Trust, AddressError> {
    match (url.scheme(), url.fragment()) {
        ("https", None) => Ok(Trust::Roots),
        ("https", Some(fragment)) => {
            let hex = fragment.strip_prefix("sha256=").and_then(digest);
            hex.map(Trust::Certificate).ok_or(AddressError::Fingerprint)
        }
        (_, Some("insecure")) => Ok(Trust::Anyone),
        (_, None) if is_here(url) => Ok(Trust::Anyone),
        (_, None) => Err(AddressError::Insecure),
        (_, Some(_)) => Err(AddressError::Fingerprint),
    }
}

/// 64 hex digits, with or without the colons that other programs print between bytes.
fn digest(hex: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = hex
        .chars()
        .filter(|character| *character != ':')
        .map(|character| character.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect();
    (digits.len() == 64).then(|| bytes.try_into().ok()).flatten()
}

/// This computer itself.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_e_mail_addresses() {
        let check = |user: &str, expected: Option<&str>| {
            let address = Address::parse(&format!("dav+https://{user}example.org/a/")).unwrap();
            let other = address.by_local_part();
            let expected = expected.map(|user| format!("dav+https://{user}@example.org/a/"));
            assert_eq!(other.map(|other| other.to_string()), expected, "{user}");
        };
        check("ada%40example.org@", Some("ada"));
        check("a%20b%40c%40example.org@", Some("a%20b%40c"));
        check("ada@", None);
        check("%40example.org@", None);
        check("", None);
    }

    #[test]
    fn what_people_write() {
        let check = |text: &str, expected: Result<(&str, Option<&str>), AddressError>| {
            let found = Address::parse(text);
            let shown = found
                .as_ref()
                .map(|address| (address.to_string(), address.user()));
            let expected = expected.map(|(text, user)| (text.to_owned(), user));
            assert_eq!(shown.map_err(|error| *error), expected, "{text}");
            if let Ok(address) = &found {
                assert_eq!(
                    Address::parse(&address.to_string()).as_ref(),
                    Ok(address),
                    "{text}"
                );
            }
        };
        check(
            "dav+https://ada@Example.org",
            Ok(("dav+https://ada@example.org/", Some("ada"))),
        );
        check(
            "dav+https://example.org:443/a%20b/?x",
            Ok(("dav+https://example.org/a%20b/", None)),
        );
        let mail = "dav+https://ada%40mail.example.org@example.org:8443/";
        check(
            "dav+https://ada@mail.example.org@example.org:8443",
            Ok((mail, Some("ada@mail.example.org"))),
        );
        check(
            "dav+http://u@127.0.0.1:5232/u/",
            Ok(("dav+http://u@127.0.0.1:5232/u/", Some("u"))),
        );
        check("dav+http://[::1]:5232", Ok(("dav+http://[::1]:5232/", None)));
        check("dav+http://localhost", Ok(("dav+http://localhost/", None)));
        check("dav+http://nas.local/", Err(AddressError::Insecure));
        check("dav+http://127.0.0.1.example.org/", Err(AddressError::Insecure));
        check(
            "dav+http://nas.local/#insecure",
            Ok(("dav+http://nas.local/#insecure", None)),
        );
        check("dav+https://nas.local/#insecure", Err(AddressError::Fingerprint));
        let digest = "ab".repeat(32);
        let pinned = format!("dav+https://nas.local/#sha256={digest}");
        check(&pinned, Ok((&pinned, None)));
        let colons = vec!["AB"; 32].join(":");
        check(
            &format!("dav+https://nas.local#sha256={colons}"),
            Ok((&pinned, None)),
        );
        check(
            "dav+https://nas.local/#sha256=abc",
            Err(AddressError::Fingerprint),
        );
        check("dav+http://localhost/#sha256=abc", Err(AddressError::Fingerprint));
        check("dav+https://ada:secret@example.org", Err(AddressError::Password));
        check("dav+https://a%3Ab@example.org", Err(AddressError::NotOne));
        check("dav+https:", Err(AddressError::NotOne));
        check("dav+ftp://example.org", Err(AddressError::NotOne));
        check("dav+file:///etc", Err(AddressError::NotOne));
        check("https://example.org", Err(AddressError::NotOne));
    }
}
