//! Sources as people write them: `adb://HOST:PORT[/ROOT]`, `adb-wifi:NAME[/ROOT]`, `adb-usb:SERIAL`, `mtp:SERIAL`,
//! `folder:PATH`, `dav+https://USER@HOST/PATH`.

use std::fmt;
use std::path::{Path, PathBuf};

use sidekeep_links::dav::{Address, AddressError};
use sidekeep_model::{Kind, SourceName};

/// One way to one phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An adb daemon on the network.
    Adb {
        /// Name or address; an IPv6 address without brackets.
        host: String,
        /// TCP port.
        port: u16,
        /// Root of the shared storage on the phone, absolute.
        root: String,
    },
    /// A phone that announces its wireless debugging on the network, at whatever port.
    AdbWifi {
        /// As it announces itself: `adb-SERIAL-xxxxxx`.
        name: String,
        /// As of `Adb`.
        root: String,
    },
    /// A phone on this computer's USB, through the adb server that holds it.
    AdbUsb {
        /// As `adb devices` shows it.
        serial: String,
    },
    /// A phone or camera on this computer's USB, over MTP or PTP.
    Mtp {
        /// As the device tells it on the USB.
        serial: String,
    },
    /// A folder of this computer, absolute.
    Folder(PathBuf),
    /// An account over CardDAV and CalDAV.
    Dav(Address),
}

/// Why a text is no source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// It begins with none of the known schemes.
    #[error("{0:?} is no source")]
    UnknownScheme(String),
    /// The scheme is known, but this version cannot use it yet.
    #[error("{0} sources are not supported yet")]
    NotYet(&'static str),
    /// No host, no port, or a root that is not absolute.
    #[error("{0:?}: a host and a port are needed")]
    BadAddress(String),
    /// An account's address that is none. What was written is not repeated: it may hold a password.
    #[error(transparent)]
    BadAccount(#[from] AddressError),
    /// Nothing after the scheme.
    #[error("{0:?} names nothing")]
    Empty(String),
}

/// Schemes of the contract that later versions bring.
const NOT_YET: &[&str] = &["iphone:"];

/// Where Android keeps the shared storage.
pub(crate) const SHARED_STORAGE: &str = "/sdcard";

impl Source {
    /// Reads a source; a relative folder is taken from `here`.
    ///
    /// # Errors
    /// See [`SourceError`].
    pub fn parse(text: &str, here: &Path) -> Result<Self, SourceError> {
        if let Some(address) = text.strip_prefix("adb://") {
            return adb(address).ok_or_else(|| SourceError::BadAddress(text.to_owned()));
        }
        let some = |rest: &str| {
            if rest.is_empty() {
                Err(SourceError::Empty(text.to_owned()))
            } else {
                Ok(rest.to_owned())
            }
        };
        if let Some(serial) = text.strip_prefix("adb-usb:") {
            return Ok(Source::AdbUsb {
                serial: some(serial)?,
            });
        }
        if let Some(serial) = text.strip_prefix("mtp:") {
            return Ok(Source::Mtp {
                serial: some(serial)?,
            });
        }
        if let Some(phone) = text.strip_prefix("adb-wifi:") {
            let (name, root) = split_root(phone);
            return Ok(Source::AdbWifi {
                name: some(name)?,
                root,
            });
        }
        if let Some(path) = text.strip_prefix("folder:") {
            // `std::path::absolute` would ask the process for its folder; `here` keeps this a pure function.
            return Ok(Source::Folder(tidy(&here.join(some(path)?))));
        }
        if text.starts_with("dav+") {
            return Ok(Source::Dav(Address::parse(text)?));
        }
        match NOT_YET.iter().find(|scheme| text.starts_with(**scheme)) {
            Some(scheme) => Err(SourceError::NotYet(scheme)),
            None => Err(SourceError::UnknownScheme(text.to_owned())),
        }
    }

    /// What can be put back there ([`sidekeep_links::Phone::writing`]).
    pub fn takes(&self) -> &'static [Kind] {
        match self {
            Source::Dav(_) => &[Kind::Contact, Kind::Event, Kind::Task],
            Source::Adb { .. } | Source::AdbWifi { .. } | Source::AdbUsb { .. } => {
                &[Kind::Contact, Kind::Event]
            }
            Source::Mtp { .. } | Source::Folder(_) => &[],
        }
    }

    /// The canonical text, as the archive records it.
    pub fn name(&self) -> SourceName {
        SourceName(self.to_string())
    }
}

/// Without `.` and trailing slashes; `..` stays, since it may cross a symbolic link.
fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

fn adb(address: &str) -> Option<Source> {
    let (authority, root) = split_root(address);
    let (host, port) = authority.rsplit_once(':')?;
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']')?,
        None if host.contains(':') => return None,
        None => host,
    };
    let port = port.parse().ok().filter(|port| *port != 0)?;
    (!host.is_empty()).then(|| Source::Adb {
        host: host.to_owned(),
        port,
        root,
    })
}

/// What stands before the root of the shared storage, and that root, which is usually not written.
fn split_root(text: &str) -> (&str, String) {
    let (before, root) = text.split_at(text.find('/').unwrap_or(text.len()));
    let root = match root.trim_end_matches('/') {
        "" => SHARED_STORAGE,
        root => root,
    };
    (before, root.to_owned())
}

/// A root as it is written.
fn written(root: &str) -> &str {
    if root == SHARED_STORAGE { "" } else { root }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Adb { host, port, root } => {
                let host = if host.contains(':') {
                    format!("[{host}]")
                } else {
                    host.clone()
                };
                write!(f, "adb://{host}:{port}{}", written(root))
            }
            Source::AdbWifi { name, root } => write!(f, "adb-wifi:{name}{}", written(root)),
            Source::AdbUsb { serial } => write!(f, "adb-usb:{serial}"),
            Source::Mtp { serial } => write!(f, "mtp:{serial}"),
            Source::Folder(path) => write!(f, "folder:{}", path.display()),
            Source::Dav(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write() {
        let check = |text: &str, expected: Result<&str, SourceError>| {
            let found = Source::parse(text, Path::new("/home/ada")).map(|source| source.to_string());
            assert_eq!(found, expected.map(str::to_owned), "{text}");
        };
        let bad = |text: &str| Err(SourceError::BadAddress(text.to_owned()));
        check("adb://10.0.0.2:5555", Ok("adb://10.0.0.2:5555"));
        check("adb://10.0.0.2:5555/", Ok("adb://10.0.0.2:5555"));
        check("adb://10.0.0.2:5555/sdcard", Ok("adb://10.0.0.2:5555"));
        check("adb://phone:5601/tmp/card/", Ok("adb://phone:5601/tmp/card"));
        check("adb://[::1]:5601", Ok("adb://[::1]:5601"));
        check("adb://::1:5601", bad("adb://::1:5601"));
        check("adb://phone", bad("adb://phone"));
        check("adb://phone:0", bad("adb://phone:0"));
        check("adb://phone:99999", bad("adb://phone:99999"));
        check("adb://:5555", bad("adb://:5555"));
        check("adb-wifi:adb-R58M-x7Qk2p", Ok("adb-wifi:adb-R58M-x7Qk2p"));
        check("adb-wifi:adb-R58M-x7Qk2p/sdcard/", Ok("adb-wifi:adb-R58M-x7Qk2p"));
        check(
            "adb-wifi:adb-R58M-x7Qk2p/tmp/card",
            Ok("adb-wifi:adb-R58M-x7Qk2p/tmp/card"),
        );
        check("adb-wifi:", Err(SourceError::Empty("adb-wifi:".into())));
        check("adb-wifi:/tmp", Err(SourceError::Empty("adb-wifi:/tmp".into())));
        check("adb-usb:R58M", Ok("adb-usb:R58M"));
        check("adb-usb:", Err(SourceError::Empty("adb-usb:".into())));
        check("folder:/media/card/", Ok("folder:/media/card"));
        check("folder:card", Ok("folder:/home/ada/card"));
        check("folder:./card/.", Ok("folder:/home/ada/card"));
        check("dav+https://ada@example.org", Ok("dav+https://ada@example.org/"));
        check("dav+http://127.0.0.1:5232/u/", Ok("dav+http://127.0.0.1:5232/u/"));
        check(
            "dav+https://ada:secret@example.org",
            Err(AddressError::Password.into()),
        );
        check("mtp:R58M", Ok("mtp:R58M"));
        check("mtp:", Err(SourceError::Empty("mtp:".into())));
        check("iphone:1", Err(SourceError::NotYet("iphone:")));
        check("gopher://x", Err(SourceError::UnknownScheme("gopher://x".into())));
    }
}
