//! Words about the ways to a phone: what is wrong with one, and what a person can do about it.

use sidekeep_engine::screen::{TroubleKind, is_without_password};
use sidekeep_engine::{ErrorKind, KeyError, LinkError, Refusal, Source};

/// The state of a phone that cannot be mirrored now, and what its owner must do.
pub(crate) fn link_state(kind: &ErrorKind, source: &str) -> String {
    match kind {
        ErrorKind::Locked if source.starts_with("mtp:") => {
            "locked, or only charging: unlock it and choose \"File transfer\" on it".into()
        }
        ErrorKind::Unplugged | ErrorKind::Missing | ErrorKind::Stopped => "not reachable".into(),
        ErrorKind::Locked => "locked: unlock it".into(),
        ErrorKind::NotTrusted if source.starts_with("adb://") => {
            "does not know this computer: mirror it, and tap Allow on it".into()
        }
        ErrorKind::NotTrusted => "waits for you: tap Allow on the phone".into(),
        ErrorKind::NotPaired => "not paired with this computer: `sidekeep pair` does it".into(),
        ErrorKind::Busy(Some(holder)) => format!("held by {holder}"),
        ErrorKind::Busy(None) => "does not answer".into(),
        ErrorKind::Unsupported => "not supported by this version".into(),
        ErrorKind::Refused if source.starts_with("dav") => {
            "wants another login or is not believed: `sidekeep mirror` says why".into()
        }
        ErrorKind::Refused if source.starts_with("mtp:") || source.starts_with("adb-usb:") => {
            "this computer's USB rules do not let you use it".into()
        }
        ErrorKind::Refused => "refuses: a permission is missing".into(),
        ErrorKind::Garbled => "answers, but not as it should".into(),
    }
}

/// What a person can do about a link that failed.
pub(crate) fn link_hint(error: &LinkError, from: Option<&Source>) -> &'static str {
    match (error.kind(), from) {
        (ErrorKind::Refused, Some(Source::Folder(_))) => {
            "See that you may read the folder, as its owner or by its permissions, then try again."
        }
        (_, Some(Source::Dav(_))) if is_without_password(error) => {
            "Open the keyring, or run this at a terminal, which asks for the password; `sidekeep add SOURCE \
             --password-stdin` keeps it."
        }
        (kind, Some(Source::Dav(_))) => match Refusal::of(error) {
            Some(refusal) => refusal_hint(&refusal),
            None => account_hint(kind),
        },
        (
            ErrorKind::NotTrusted,
            Some(Source::Adb { .. } | Source::AdbWifi { .. } | Source::AdbUsb { .. }),
        ) => "Unlock the phone, run `sidekeep mirror`, and tap Allow when the phone asks.",
        (_, Some(Source::Adb { .. } | Source::AdbWifi { .. } | Source::AdbUsb { .. }))
            if is_without_key(error) =>
        {
            "The file `adbkey` beside the settings cannot be read as a key. Put it back from a copy; or move it away, and \
             each phone asks once more."
        }
        (ErrorKind::Unplugged, Some(Source::AdbWifi { .. })) => {
            "See that Wireless debugging is on, and that phone and computer are in the same network."
        }
        (kind, Some(Source::AdbUsb { .. } | Source::Mtp { .. })) => cable_hint(kind),
        (kind, _) => hint(kind),
    }
}

fn refusal_hint(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Login => {
            "Check the user's name and the password; where you sign in with a second step, the provider's settings make a \
             password for this program."
        }
        Refusal::Certificate(_) => {
            "If the server is your own, compare this SHA-256 with its certificate's, and name it after the address: \
             #sha256= and the 64 digits."
        }
        Refusal::NoTls => {
            "Check the port: encrypted and unencrypted connections usually have different ones. Without TLS an address \
             begins with dav+http://."
        }
    }
}

/// Why a source could not be reached when it was last tried.
pub(crate) fn missed(why: TroubleKind) -> &'static str {
    match why {
        TroubleKind::Login => "the server did not accept the name and password",
        TroubleKind::Certificate => "nobody vouches for the server's certificate",
        TroubleKind::NoTls => "what answers there does not speak TLS",
        TroubleKind::Secrets => "its password could not be had",
        TroubleKind::Unplugged => "it could not be reached",
        TroubleKind::Locked => "it was locked",
        TroubleKind::NotTrusted => "it does not trust this computer",
        TroubleKind::PhoneBusy => "it was busy or did not answer",
        TroubleKind::Refused | TroubleKind::Denied => "access was refused",
        TroubleKind::Missing => "there is no such thing there",
        _ => "it could not be read; `sidekeep mirror` says why",
    }
}

/// What a phone waits for, where its owner can end the waiting; None where waiting helps nothing.
pub(crate) fn wait(kind: &ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::Locked => Some("Unlock the phone and choose \"File transfer\" on it."),
        ErrorKind::NotTrusted => Some("Unlock the phone and tap Allow on it."),
        _ => None,
    }
}

fn cable_hint(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unplugged => {
            "Check the cable, and that the phone is on; `sidekeep phones` lists what is plugged in."
        }
        ErrorKind::Refused => {
            "This computer's rules for USB devices do not let you use it: the package brings them, and from the sources \
             `cargo xtask run` installs them. Then plug the phone in again."
        }
        kind => wait(kind).unwrap_or_else(|| hint(kind)),
    }
}

fn account_hint(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unplugged => "Check the address, the network, and that the server runs.",
        ErrorKind::Refused => {
            "Check the address; if it has a path, leave that out. Or the account may not use CardDAV and CalDAV: ask whoever \
             runs the server."
        }
        ErrorKind::Missing | ErrorKind::Garbled | ErrorKind::Unsupported => {
            "Take the address that the provider names for CardDAV or CalDAV, or leave the path out: the account is then \
             looked for."
        }
        ErrorKind::Busy(_) => "The server is in trouble or asks for patience; try again later.",
        kind => hint(kind),
    }
}

/// What a person can do about a pairing that failed.
pub(crate) fn pairing_hint(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unplugged | ErrorKind::Busy(_) => {
            "See that phone and computer are in the same network, that the phone still shows its code, and that the address is \
             the one beside the code."
        }
        ErrorKind::Garbled | ErrorKind::Unsupported => {
            "That address takes no code: take the one that the phone shows beside it."
        }
        kind => hint(kind),
    }
}

/// The key is there and of no use, whatever the phone would have said to it.
fn is_without_key(error: &LinkError) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<KeyError>())
}

fn hint(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unplugged => "Check the cable or the network, and that the phone is on.",
        ErrorKind::Locked => "Unlock the phone and leave it unlocked.",
        ErrorKind::NotTrusted => "Look at the phone and tap Allow.",
        ErrorKind::NotPaired => {
            "Open Wireless debugging on the phone, tap \"Pair device with QR code\" and run `sidekeep pair --qr`; or \"Pair device \
             with pairing code\" and `sidekeep pair HOST:PORT` with the address that it shows there."
        }
        ErrorKind::Busy(_) => "Close other programs that use the phone, then try again.",
        ErrorKind::Missing => "Check the address or the folder's name.",
        ErrorKind::Unsupported => "Sidekeep cannot read a phone this way; name another source.",
        ErrorKind::Refused => "Allow it in the phone's settings (developer options), then try again.",
        ErrorKind::Garbled => "Is this really a phone? If so, please report it.",
        ErrorKind::Stopped => "Nothing is wrong with the phone.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_phone_at_the_cable_needs() {
        let mtp = Source::Mtp {
            serial: "R58M".into(),
        };
        let check = |kind: ErrorKind, says: &str| {
            let error = LinkError::new(kind.clone(), "the phone");
            let hint = link_hint(&error, Some(&mtp));
            assert!(hint.contains(says), "{kind:?}: {hint}");
        };
        check(ErrorKind::Locked, "choose \"File transfer\"");
        check(ErrorKind::NotTrusted, "tap Allow");
        check(ErrorKind::Refused, "rules for USB");
        check(ErrorKind::Unplugged, "cable");
        check(ErrorKind::Busy(Some("gvfsd-mtp".into())), "Close other programs");
        assert!(wait(&ErrorKind::Unplugged).is_none());
        assert!(link_state(&ErrorKind::Refused, "mtp:R58M").contains("USB rules"));
        assert!(link_state(&ErrorKind::Refused, "dav+https://ada@example.org/").contains("login"));
        assert!(link_state(&ErrorKind::Locked, "mtp:R58M").contains("File transfer"));
        assert_eq!(
            link_state(&ErrorKind::Locked, "adb-usb:R58M"),
            "locked: unlock it"
        );
    }

    #[test]
    fn what_a_phone_that_does_not_know_us_needs() {
        let adb = Source::Adb {
            host: "phone".into(),
            port: 5555,
            root: "/sdcard".into(),
        };
        let check = |kind: ErrorKind, hinted: &str, state: &str| {
            let error = LinkError::new(kind.clone(), "the phone");
            let hint = link_hint(&error, Some(&adb));
            assert!(hint.contains(hinted), "{kind:?}: {hint}");
            let told = link_state(&kind, "adb://phone:5555");
            assert!(told.contains(state), "{kind:?}: {told}");
        };
        check(
            ErrorKind::NotTrusted,
            "tap Allow when",
            "mirror it, and tap Allow",
        );
        check(ErrorKind::NotPaired, "sidekeep pair HOST:PORT", "sidekeep pair");
        let broken = LinkError::caused(ErrorKind::Refused, "the adb key", KeyError::NotOne);
        assert!(link_hint(&broken, Some(&adb)).contains("adbkey"));
        assert!(wait(&ErrorKind::NotPaired).is_none());
        assert!(link_state(&ErrorKind::NotTrusted, "adb-usb:R58M").contains("waits for you"));
    }
}
