//! Something kept goes back into an account: one conditional PUT for each item (RFC 9110 §13.1; RFC 6352 §6.3.2 and
//! RFC 4791 §5.3.2), and a look just before it. It never deletes, and it sends nothing twice without looking what became
//! of it.
//!
//! The look is for servers that heed no condition (SOGo). What another program changes there between the look and the
//! PUT, some milliseconds, is overwritten, and only its older state is in the archive.

use async_trait::async_trait;
use reqwest::header::{HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use sidekeep_formats::merge;
use sidekeep_model::{Digest, Fingerprint, Kind, RemoteId};
use url::Url;

use super::DavPhone;
use super::connection::{Connection, ITEM, Question};
use super::failure::Failure;
use super::href;
use super::listing::response;
use super::multistatus::Response;
use super::place::{Found, Half};
use super::requests::MEMBERS;
use super::xml::Ns;
use crate::{Condition, ErrorKind, LinkError, Write, WriteError, Writing, Written};

/// Why nothing is written to a server that only has weak ETags.
const WEAK: &str = "the server tells no state that a write could safely depend on (a weak ETag)";

/// Characters of a UID that becomes the name of a resource.
const NAME: usize = 100;

#[async_trait]
impl Writing for DavPhone {
    async fn write(&mut self, write: &Write) -> Result<Written, WriteError> {
        let found = self.place_of(write).await?;
        // The members that were listed are not the members any more.
        self.overview = None;
        let desk = Desk {
            connection: &self.connection,
            found: &found,
            write,
        };
        match &write.condition {
            Condition::New { before } => desk.add(before.as_ref()).await,
            Condition::Unchanged { remote, fingerprint } => desk.change(remote, fingerprint).await,
        }
    }
}

impl DavPhone {
    /// The collection, if the item may be written to it.
    async fn place_of(&mut self, write: &Write) -> Result<Found, WriteError> {
        let Some(half) = Half::of(write.kind) else {
            return Err(LinkError::new(ErrorKind::Unsupported, write.kind.name()).into());
        };
        if !self.found.contains_key(&write.collection) {
            self.overview = Some(self.look(half, false).await?);
        }
        let Some(found) = self.found.get(&write.collection) else {
            return Err(LinkError::new(ErrorKind::Missing, write.collection.as_str()).into());
        };
        if found.collection.read_only || found.collection.derived {
            return Err(WriteError::ReadOnly);
        }
        if !found.holds(write.kind) {
            let what = format!("{} is no place for a {}", found.url.path(), write.kind.name());
            return Err(WriteError::Refused(what));
        }
        Ok(found.clone())
    }
}

/// One item on its way into its collection.
struct Desk<'a> {
    connection: &'a Connection,
    found: &'a Found,
    write: &'a Write,
}

impl Desk<'_> {
    async fn add(&self, before: Option<&RemoteId>) -> Result<Written, WriteError> {
        let mut taken = WriteError::Conflict;
        for remote in names(self.found, self.write, before) {
            let Some(url) = href::resolve(&self.found.url, remote.as_str()) else {
                continue;
            };
            match self.state(&url).await {
                Ok(None) => {}
                // Not every server minds two items of one UID.
                Ok(Some(_)) if self.is_of_its_uid(&url).await? => return Err(WriteError::Conflict),
                Ok(Some(_)) => continue,
                // Nobody knows what is at this name. Another will do.
                Err(error) if *error.kind() == ErrorKind::Garbled => {
                    taken = error.into();
                    continue;
                }
                Err(error) => return Err(error.into()),
            }
            let place = self.put(&url, None).await?;
            // A server may give a name of its own.
            let named = place.filter(|place| *place != url && is_below(&self.found.url, place));
            let remote = named.map_or(remote, |place| RemoteId::from(place.path()));
            return Ok(Written { remote });
        }
        Err(taken)
    }

    async fn change(&self, remote: &RemoteId, fingerprint: &Fingerprint) -> Result<Written, WriteError> {
        let url = href::resolve(&self.found.url, remote.as_str()).ok_or(WriteError::Conflict)?;
        if self.state(&url).await?.as_ref() != Some(fingerprint) {
            return Err(WriteError::Conflict);
        }
        self.put(&url, Some(fingerprint)).await?;
        Ok(Written {
            remote: remote.clone(),
        })
    }

    /// Writes where `state` was just seen. Where no answer tells what became of it, it looks again, and writes again only
    /// what did not arrive.
    async fn put(&self, url: &Url, state: Option<&Fingerprint>) -> Result<Option<Url>, WriteError> {
        let doing = url.path();
        let content_type = match self.write.kind {
            Kind::Contact => "text/vcard; charset=utf-8",
            _ => "text/calendar; charset=utf-8",
        };
        let condition = condition(state).ok_or_else(|| LinkError::new(ErrorKind::Garbled, doing))?;
        let question = Question::put(content_type, self.write.bytes.clone(), condition);
        let mut tried = 0;
        loop {
            tried += 1;
            let (failure, asked) = match self.connection.put(url, &question).await {
                Ok(place) => return Ok(place),
                Err(failed) => failed,
            };
            let lost = failure.may_pass();
            if is_weak(state) && matches!(failure, Failure::Status(412)) {
                return Err(match self.state(url).await?.as_ref() == state {
                    true => WriteError::Refused(WEAK.to_owned()),
                    false => WriteError::Conflict,
                });
            }
            if !lost && tried == 1 {
                return Err(refusal(failure, doing, state.is_none()));
            }
            let wait = self.connection.patience().wait(tried, asked);
            if let Some(wait) = wait.filter(|_| lost) {
                tokio::time::sleep(wait).await;
            }
            match self.state(url).await {
                Ok(now) if lost && wait.is_some() && now.as_ref() == state => {}
                Ok(Some(now)) if Some(&now) != state && self.is_there(url).await => return Ok(None),
                _ => return Err(refusal(failure, doing, state.is_none())),
            }
        }
    }

    /// The ETag of what is there; None when nothing is.
    async fn state(&self, url: &Url) -> Result<Option<Fingerprint>, LinkError> {
        let garbled = || {
            LinkError::new(
                ErrorKind::Garbled,
                format!("{}: its state is not told", url.path()),
            )
        };
        let whole = match self
            .connection
            .whole(url, &Question::propfind("0", MEMBERS))
            .await
        {
            Ok(whole) => whole,
            Err(Failure::Missing) => return Ok(None),
            Err(failure) => return Err(failure.into_error(url.path())),
        };
        let own = href::compared(whole.url.path());
        let told: Vec<Response> = whole.parts.into_iter().filter_map(response).collect();
        // Xandikos spells the name of what is not there with an escape too many.
        let is_missing = |one: &Response| matches!(one.status, Some(404 | 410));
        if !told.is_empty() && told.iter().all(is_missing) {
            return Ok(None);
        }
        let about = |one: &&Response| href::compared(href::id(&one.href)) == own;
        let told = told.iter().find(about).ok_or_else(garbled)?;
        let etag = told.text(Ns::Dav, "getetag").ok_or_else(garbled)?;
        Ok(Some(Fingerprint(etag.to_owned())))
    }

    /// What is there has the UID of what is to be written: somebody else added it.
    async fn is_of_its_uid(&self, url: &Url) -> Result<bool, LinkError> {
        let there = self.connection.get(url, ITEM).await;
        let there = there.map_err(|failure| failure.into_error(url.path()))?;
        let uid = |bytes: &[u8]| merge::uid(self.write.kind, &self.write.media, bytes);
        let own = uid(&self.write.bytes).ok().flatten();
        Ok(own.is_some() && uid(&there.bytes).ok().flatten() == own)
    }

    /// What is there means what was to be written. A server that changes the spelling leaves the meaning.
    async fn is_there(&self, url: &Url) -> bool {
        let Write {
            kind, media, bytes, ..
        } = self.write;
        match self.connection.get(url, ITEM).await {
            Ok(there) => merge::differing(*kind, (media, bytes), (media, &there.bytes))
                .is_ok_and(|differing| differing.is_empty()),
            Err(_) => false,
        }
    }
}

/// By such a state a server may refuse every write, whatever the state is: a weak ETag never matches (RFC 9110 §13.1.1).
/// Some let it match all the same, so it is tried.
fn is_weak(state: Option<&Fingerprint>) -> bool {
    state.is_some_and(|state| state.0.starts_with("W/"))
}

fn condition(state: Option<&Fingerprint>) -> Option<(HeaderName, HeaderValue)> {
    match state {
        None => Some((IF_NONE_MATCH, HeaderValue::from_static("*"))),
        Some(state) => {
            let value = HeaderValue::from_bytes(state.0.as_bytes()).ok()?;
            Some((IF_MATCH, value))
        }
    }
}

/// Ids for a new item, the dearest first: the one that it had, one made of its UID, one made of its bytes.
fn names(found: &Found, write: &Write, before: Option<&RemoteId>) -> Vec<RemoteId> {
    let before = before.filter(|before| {
        href::resolve(&found.url, before.as_str()).is_some_and(|url| is_below(&found.url, &url))
    });
    // As received, so that the id is spelt as it will be listed.
    let id = found.collection.id.as_str();
    let folder = match id.starts_with('/') {
        true => format!("{}/", id.trim_end_matches('/')),
        false => found.url.path().to_owned(),
    };
    let ending = match write.kind {
        Kind::Contact => "vcf",
        _ => "ics",
    };
    let uid = merge::uid(write.kind, &write.media, &write.bytes).ok().flatten();
    let stems = [uid.as_deref().map(stem), Some(digest(&write.bytes))];
    let made = stems
        .into_iter()
        .flatten()
        .map(|stem| RemoteId(format!("{folder}{stem}.{ending}")));
    before.cloned().into_iter().chain(made).collect()
}

/// A UID as the name of a resource: itself, where every server spells it alike.
fn stem(uid: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let safe = !uid.is_empty() && uid.len() <= NAME && !uid.starts_with('.') && uid.bytes().all(plain);
    match safe {
        true => uid.to_owned(),
        false => digest(uid.as_bytes()),
    }
}

fn digest(bytes: &[u8]) -> String {
    Digest::of(bytes).to_hex()[..32].to_owned()
}

fn is_below(collection: &Url, url: &Url) -> bool {
    url.query().is_none()
        && url
            .path()
            .strip_prefix(collection.path())
            .is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

/// What an answer means that is no success.
fn refusal(failure: Failure, doing: &str, is_new: bool) -> WriteError {
    match &failure {
        Failure::Status(412) => WriteError::Conflict,
        Failure::Missing if !is_new => WriteError::Conflict,
        Failure::Forbidden | Failure::Status(405) => WriteError::ReadOnly,
        // RFC 3744 §7.1.1.
        Failure::Condition { name, .. } if name == "need-privileges" => WriteError::ReadOnly,
        Failure::Condition { .. } | Failure::Missing | Failure::Status(400..=499 | 507) => {
            WriteError::Refused(failure.to_string())
        }
        _ => WriteError::Link(failure.into_error(doing)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use sidekeep_model::{Collection, CollectionId, Media};

    fn found(id: &str) -> Found {
        Found {
            collection: Collection {
                id: CollectionId::from(id),
                name: "c".into(),
                account: None,
                colour: None,
                read_only: false,
                derived: false,
            },
            url: Url::parse("https://h/u/%C3%BC/").unwrap(),
            half: Half::Books,
            events: false,
            tasks: false,
            syncs: true,
            ctag: None,
        }
    }

    fn write(uid: &str) -> Write {
        let uid = match uid {
            "" => String::new(),
            uid => format!("UID:{uid}\r\n"),
        };
        let text = format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{uid}FN:Ada\r\nN:;Ada;;;\r\nEND:VCARD\r\n");
        Write {
            kind: Kind::Contact,
            collection: "/u/\u{fc}/".into(),
            media: Media::VCARD.into(),
            bytes: Bytes::from(text),
            condition: Condition::New { before: None },
        }
    }

    #[test]
    fn names_for_new_items() {
        let check = |id: &str, uid: &str, before: Option<&str>, expected: &[&str]| {
            let write = write(uid);
            let before = before.map(RemoteId::from);
            let names = names(&found(id), &write, before.as_ref());
            let mut names: Vec<&str> = names.iter().map(RemoteId::as_str).collect();
            let own = format!("{}.vcf", digest(&write.bytes));
            assert!(names.pop().is_some_and(|last| last.ends_with(&own)), "{names:?}");
            assert_eq!(names, expected, "{id} {uid} {before:?}");
        };
        check("/u/\u{fc}/", "a-1", None, &["/u/\u{fc}/a-1.vcf"]);
        check("/u/\u{fc}", "a-1", None, &["/u/\u{fc}/a-1.vcf"]);
        check("\u{fc}/", "a-1", None, &["/u/%C3%BC/a-1.vcf"]);
        check("/u/\u{fc}/", "", None, &[]);
        check(
            "/u/\u{fc}/",
            "a",
            Some("/u/%C3%BC/was here.vcf"),
            &["/u/%C3%BC/was here.vcf", "/u/\u{fc}/a.vcf"],
        );
        // An id that leads out of the collection is none that the item had there.
        for stray in [
            "/u/other/x.vcf",
            "/u/%C3%BC/",
            "/u/%C3%BC/a/b.vcf",
            "https://evil/x.vcf",
        ] {
            check("/u/\u{fc}/", "a", Some(stray), &["/u/\u{fc}/a.vcf"]);
        }
        for odd in ["urn:uuid:1", "../x", "a/b", "a%41", ".hidden", "\u{fc}"] {
            let made = format!("/u/\u{fc}/{}.vcf", digest(odd.as_bytes()));
            check("/u/\u{fc}/", odd, None, &[&made]);
        }
        let long = "a".repeat(NAME + 1);
        let made = format!("/u/\u{fc}/{}.vcf", digest(long.as_bytes()));
        check("/u/\u{fc}/", &long, None, &[&made]);
    }

    #[test]
    fn what_servers_mean() {
        let check = |failure: Failure, is_new: bool, expected: &str| {
            let told = match refusal(failure, "/x", is_new) {
                WriteError::Conflict => "conflict".to_owned(),
                WriteError::ReadOnly => "read only".to_owned(),
                WriteError::Refused(words) => words,
                WriteError::Link(error) => format!("{:?}", error.kind()),
            };
            assert_eq!(told, expected);
        };
        let named = |status, name: &str| Failure::Condition {
            status,
            name: name.to_owned(),
        };
        check(Failure::Status(412), true, "conflict");
        check(Failure::Missing, false, "conflict");
        check(Failure::Missing, true, "the server has no such resource");
        check(Failure::Forbidden, true, "read only");
        check(Failure::Status(405), false, "read only");
        check(named(403, "need-privileges"), true, "read only");
        check(
            named(403, "no-uid-conflict"),
            true,
            "the server says no-uid-conflict (403)",
        );
        check(
            named(412, "valid-address-data"),
            false,
            "the server says valid-address-data (412)",
        );
        check(Failure::Status(413), true, "the server answers with status 413");
        check(Failure::Status(507), true, "the server answers with status 507");
        check(Failure::Login, true, "Refused");
        check(Failure::Trouble(503), true, "Busy(None)");
        check(Failure::Silent, false, "Busy(None)");
        check(Failure::Status(202), true, "Garbled");
    }
}
