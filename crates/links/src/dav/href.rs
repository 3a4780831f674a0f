//! Hrefs: as received they are ids and go into requests; resolved they lead to the account's own server and nowhere
//! else; in a common spelling they are only compared.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

/// Providers that spread one account over several hosts of a domain. Everywhere else an account is one origin.
const SPREAD: &[&str] = &["icloud.com"];

/// Bytes of an href.
const LONGEST: usize = 4096;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Where an href leads that stood in the answer to a request for `base`; None when it leads to another server, out of
/// the web, or has parts that servers and clients read differently (`..`, backslashes, a login).
pub(super) fn resolve(base: &Url, href: &str) -> Option<Url> {
    if href.len() > LONGEST || href.contains(['\\', '\r', '\n', '\t', '\0']) {
        return None;
    }
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let climbs = |part: &str| matches!(&*percent_decode_str(part).decode_utf8_lossy(), "." | "..");
    if path.split('/').any(climbs) {
        return None;
    }
    let mut url = base.join(href).ok()?;
    url.set_fragment(None);
    (is_kin(base, &url) && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// A login for one may be shown to the other: the same scheme, host and port, or two hosts of a provider that spreads
/// its accounts, both by https.
pub(super) fn is_kin(one: &Url, other: &Url) -> bool {
    let of = |domain: &str, url: &Url| {
        let below = |host: &str| {
            host.strip_suffix(domain)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        url.scheme() == "https"
            && url.port_or_known_default() == Some(443)
            && url.host_str().is_some_and(below)
    };
    one.origin() == other.origin() || SPREAD.iter().any(|domain| of(domain, one) && of(domain, other))
}

/// The id of what an href names: its path as received, without scheme and host.
pub(super) fn id(href: &str) -> &str {
    match href.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
        {
            rest.find('/').map_or("/", |slash| &rest[slash..])
        }
        _ => href,
    }
}

/// A spelling that is the same however a path's characters were escaped and whether a collection's slash is there.
/// Which slashes separate stays as it was.
pub(super) fn compared(path: &str) -> String {
    let part = |part: &str| {
        let bytes: Vec<u8> = percent_decode_str(part).collect();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        utf8_percent_encode(&text, UNRESERVED).to_string()
    };
    let parts: Vec<String> = path.trim_end_matches('/').split('/').map(part).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hrefs_stay_on_their_server() {
        let check = |base: &str, href: &str, expected: Option<&str>| {
            let found = resolve(&Url::parse(base).unwrap(), href);
            assert_eq!(found.as_ref().map(Url::as_str), expected, "{href}");
        };
        let base = "https://dav.example.org/u/book/";
        check(
            base,
            "/u/book/a.vcf",
            Some("https://dav.example.org/u/book/a.vcf"),
        );
        check(base, "a.vcf", Some("https://dav.example.org/u/book/a.vcf"));
        check(
            base,
            "https://DAV.example.org:443/x",
            Some("https://dav.example.org/x"),
        );
        check(
            base,
            "/u/a%20%41+&'.vcf",
            Some("https://dav.example.org/u/a%20%41+&'.vcf"),
        );
        check(base, "/u/%2541.vcf", Some("https://dav.example.org/u/%2541.vcf"));
        check(base, "/u/ü.vcf", Some("https://dav.example.org/u/%C3%BC.vcf"));
        for bad in [
            "https://evil.example.org/a.vcf",
            "//evil.example.org/a.vcf",
            "http://dav.example.org/a.vcf",
            "https://dav.example.org:8443/a.vcf",
            "https://u:p@dav.example.org/a.vcf",
            "file:///etc/passwd",
            "/u/../other/a.vcf",
            "/u/%2e%2E/other/a.vcf",
            "\\\\evil\\a.vcf",
            "/u/a\nb",
            "javascript:alert(1)",
        ] {
            check(base, bad, None);
        }
        check(base, &format!("/{}", "a".repeat(LONGEST)), None);
        let cloud = "https://contacts.icloud.com/";
        check(
            cloud,
            "https://p42-contacts.icloud.com:443/1/",
            Some("https://p42-contacts.icloud.com/1/"),
        );
        check(cloud, "http://p42-contacts.icloud.com/1/", None);
        check(cloud, "https://p42.icloud.com:8443/1/", None);
        check(cloud, "https://noticloud.com/1/", None);
    }

    #[test]
    fn ids_are_paths_as_received() {
        assert_eq!(id("https://h:1/a%41/b.vcf"), "/a%41/b.vcf");
        assert_eq!(id("HTTP://h"), "/");
        assert_eq!(id("/a b"), "/a b");
        assert_eq!(id("x://y/z"), "x://y/z");
    }

    #[test]
    fn spellings_of_one_path() {
        let same = |one: &str, other: &str| assert_eq!(compared(one), compared(other), "{one} {other}");
        same("/a%40b/c", "/a@b/c/");
        same("/%c3%bc", "/ü");
        assert_ne!(compared("/a%2Fb"), compared("/a/b"));
        assert_ne!(compared("/%2541"), compared("/A"));
        assert_ne!(compared("/a"), compared("/A"));
    }
}
