//! Showing a server who is asking: Basic (RFC 7617), Digest (RFC 7616) and Bearer (RFC 6750). Pure: the random part of a
//! Digest comes from the caller, and nothing here sends anything.

use std::collections::HashMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha2::{Digest, Sha256};

/// What opens an account: a password, one made for this program alone, or a token that another program got. Which of these it
/// is shows in what the server asks for. It is never shown, logged or kept by the link.
#[derive(Clone, PartialEq, Eq)]
pub struct Login(pub String);

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(…)")
    }
}

/// One way that a server offers (`WWW-Authenticate`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    Basic,
    Bearer,
    Digest(DigestChallenge),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DigestChallenge {
    realm: String,
    pub(super) nonce: String,
    opaque: Option<String>,
    algorithm: Algorithm,
    session: bool,
    /// `qop=auth` is offered; without it the server speaks RFC 2069.
    quality: bool,
    /// Only the nonce was too old.
    pub(super) stale: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Algorithm {
    Md5,
    Sha256,
}

/// The ways that a server offers in its `WWW-Authenticate` lines; what is not understood is left out.
pub(super) fn challenges<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<Challenge> {
    let mut found = Vec::new();
    for line in lines {
        for (scheme, parameters) in schemes(line) {
            match scheme.to_ascii_lowercase().as_str() {
                "basic" => found.push(Challenge::Basic),
                "bearer" => found.push(Challenge::Bearer),
                "digest" => found.extend(digest_challenge(&parameters).map(Challenge::Digest)),
                _ => {}
            }
        }
    }
    found
}

/// The way to take: the strongest Digest, else Basic; Bearer where that is all there is, since servers that know passwords
/// take them otherwise.
pub(super) fn choose(offered: Vec<Challenge>) -> Option<Challenge> {
    offered.into_iter().max_by_key(|challenge| match challenge {
        Challenge::Digest(digest) => (2, Some(digest.algorithm)),
        Challenge::Basic => (1, None),
        Challenge::Bearer => (0, None),
    })
}

/// What a request is for, as a Digest covers it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking<'a> {
    pub(super) method: &'a str,
    /// Path and query as sent.
    pub(super) target: &'a str,
    /// How often this nonce was used, this time included.
    pub(super) count: u32,
    /// A random text of the client's.
    pub(super) salt: &'a str,
}

/// The value of `Authorization`.
pub(super) fn authorization(
    user: &str,
    Login(secret): &Login,
    way: &Challenge,
    asking: &Asking<'_>,
) -> String {
    match way {
        Challenge::Basic => format!("Basic {}", STANDARD.encode(format!("{user}:{secret}"))),
        Challenge::Bearer => format!("Bearer {secret}"),
        Challenge::Digest(digest) => digest_answer(user, secret, digest, asking),
    }
}

/// RFC 7616 §3.4.
fn digest_answer(user: &str, password: &str, digest: &DigestChallenge, asking: &Asking<'_>) -> String {
    let hash = |text: String| match digest.algorithm {
        Algorithm::Md5 => hex(&Md5::digest(text.as_bytes())),
        Algorithm::Sha256 => hex(&Sha256::digest(text.as_bytes())),
    };
    let DigestChallenge { realm, nonce, .. } = digest;
    let Asking {
        method,
        target,
        count,
        salt,
    } = asking;
    let mut secret = hash(format!("{user}:{realm}:{password}"));
    if digest.session {
        secret = hash(format!("{secret}:{nonce}:{salt}"));
    }
    let request = hash(format!("{method}:{target}"));
    let response = if digest.quality {
        hash(format!("{secret}:{nonce}:{count:08x}:{salt}:auth:{request}"))
    } else {
        hash(format!("{secret}:{nonce}:{request}"))
    };
    let algorithm = match (digest.algorithm, digest.session) {
        (Algorithm::Md5, false) => "MD5",
        (Algorithm::Md5, true) => "MD5-sess",
        (Algorithm::Sha256, false) => "SHA-256",
        (Algorithm::Sha256, true) => "SHA-256-sess",
    };
    let mut answer = format!(
        "Digest username={}, realm={}, nonce={}, uri={}, response=\"{response}\", algorithm={algorithm}",
        quoted(user),
        quoted(realm),
        quoted(nonce),
        quoted(target),
    );
    if digest.quality {
        answer += &format!(", qop=auth, nc={count:08x}, cnonce={}", quoted(salt));
    }
    if let Some(opaque) = &digest.opaque {
        answer += &format!(", opaque={}", quoted(opaque));
    }
    answer
}

fn digest_challenge(parameters: &HashMap<String, String>) -> Option<DigestChallenge> {
    let named = parameters
        .get("algorithm")
        .map_or("MD5", String::as_str)
        .to_ascii_uppercase();
    let (name, session) = match named.strip_suffix("-SESS") {
        Some(name) => (name, true),
        None => (named.as_str(), false),
    };
    let algorithm = match name {
        "MD5" => Algorithm::Md5,
        "SHA-256" => Algorithm::Sha256,
        _ => return None,
    };
    let offered = parameters.get("qop");
    let quality = offered.is_some_and(|qop| {
        qop.split(',')
            .any(|word| word.trim().eq_ignore_ascii_case("auth"))
    });
    // auth-int alone would cover bodies too; no server of an account is known to insist on it.
    (quality || offered.is_none()).then_some(())?;
    Some(DigestChallenge {
        realm: parameters.get("realm")?.clone(),
        nonce: parameters.get("nonce")?.clone(),
        opaque: parameters.get("opaque").cloned(),
        algorithm,
        session,
        quality,
        stale: parameters
            .get("stale")
            .is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
    })
}

/// The challenges of one line, each with its parameters (RFC 9110 §11.6.1: both are separated by commas).
fn schemes(line: &str) -> Vec<(String, HashMap<String, String>)> {
    let mut found: Vec<(String, HashMap<String, String>)> = Vec::new();
    for item in items(line) {
        let (head, value) = match item.split_once('=') {
            Some((head, value)) => (head.trim(), Some(value.trim())),
            None => (item.trim(), None),
        };
        let name = match head.split_once(char::is_whitespace) {
            Some((scheme, name)) => {
                found.push((scheme.to_owned(), HashMap::new()));
                name.trim()
            }
            None if value.is_none() => {
                found.push((head.to_owned(), HashMap::new()));
                continue;
            }
            None => head,
        };
        if let (Some((_, parameters)), Some(value)) = (found.last_mut(), value) {
            parameters.insert(name.to_ascii_lowercase(), unquoted(value));
        }
    }
    found
}

/// The parts between commas that do not stand in quotes; empty ones are left out.
fn items(line: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = line.split(|character| {
        let separates = character == ',' && !quoted;
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        separates
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return value.to_owned();
    };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut text = String::new();
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next()),
            other => text.push(other),
        }
    }
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(secret: &str) -> Login {
        Login(secret.to_owned())
    }

    fn asking<'a>(target: &'a str, salt: &'a str) -> Asking<'a> {
        Asking {
            method: "GET",
            target,
            count: 1,
            salt,
        }
    }

    #[test]
    fn the_strongest_way_that_suits() {
        let check = |lines: &[&str], expected: &str| {
            let chosen = choose(challenges(lines.iter().copied()));
            let said = match chosen {
                None => "none".to_owned(),
                Some(Challenge::Digest(digest)) => format!("{:?} {}", digest.algorithm, digest.realm),
                Some(other) => format!("{other:?}"),
            };
            assert_eq!(said, expected, "{lines:?}");
        };
        check(&["Basic realm=\"a, b\", charset=\"UTF-8\""], "Basic");
        check(&["Basic"], "Basic");
        check(&["Negotiate", "basic realm=x"], "Basic");
        let md5 = "Digest realm=\"r\", nonce=\"n\", qop=\"auth,auth-int\"";
        let sha = "Digest realm=\"r \\\"2\\\"\", nonce=n, algorithm=SHA-256";
        check(&["Basic realm=x", md5], "Md5 r");
        check(&[&format!("Basic realm=x, {md5}, {sha}")], "Sha256 r \"2\"");
        check(
            &["Digest realm=r, nonce=n, algorithm=SHA-512-256", "Basic"],
            "Basic",
        );
        check(&["Digest realm=r, nonce=n, qop=\"auth-int\""], "none");
        check(&["Digest realm=r"], "none");
        check(&["Negotiate", ""], "none");
        check(&["Bearer error=\"x\"", ""], "Bearer");
        check(&["Bearer, Basic realm=x"], "Basic");
        check(&[",,=,\"", "=x", "Basic x"], "Basic");
    }

    #[test]
    fn basic_and_bearer() {
        let asking = asking("/", "");
        assert_eq!(
            authorization("Aladdin", &password("open sesame"), &Challenge::Basic, &asking),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(
            authorization("x", &password("abc"), &Challenge::Bearer, &asking),
            "Bearer abc"
        );
        assert!(!format!("{:?}", password("abc")).contains("abc"));
    }

    /// The examples of RFC 7616 §3.9.1.
    #[test]
    fn digests_as_in_the_standard() {
        let check = |algorithm: &str, response: &str| {
            let line = format!(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                 opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            );
            let way = challenges([line.as_str()]).remove(0);
            let salt = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
            let found = authorization(
                "Mufasa",
                &password("Circle of Life"),
                &way,
                &asking("/dir/index.html", salt),
            );
            assert!(found.contains(&format!("response=\"{response}\"")), "{found}");
            assert!(found.contains("qop=auth, nc=00000001"), "{found}");
        };
        check("MD5", "8ca523f5e9506fed4657c9700eebdbec");
        check(
            "SHA-256",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        );
    }

    /// The example of RFC 2069 §2.4, with the response that its erratum gives.
    #[test]
    fn a_digest_without_quality() {
        let line = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"";
        let way = challenges([line]).remove(0);
        let found = authorization(
            "Mufasa",
            &password("CircleOfLife"),
            &way,
            &asking("/dir/index.html", "x"),
        );
        assert!(
            found.contains("response=\"1949323746fe6a43ef61f9606e7febea\""),
            "{found}"
        );
        assert!(!found.contains("cnonce"), "{found}");
    }
}
