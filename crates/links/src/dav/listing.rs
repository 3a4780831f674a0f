//! What is in an account now: its collections, and in each everything or what changed since a cursor. It says Complete
//! only of what the server told whole.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use sidekeep_model::{CollectionId, Kind, Marks, Reading, Reason, RemoteId, Why};
use url::Url;

use super::connection::{Connection, Question};
use super::discover::{Way, Ways};
use super::failure::Failure;
use super::kinds::tell_apart;
use super::members::{Members, Telling, proves};
use super::multistatus::{Part, Response};
use super::place::{Found, Half, Shown, collections};
use super::requests::{COLLECTIONS, CTAG, MARKED_COLLECTIONS, MEMBERS, MIXED_MEMBERS, TOKEN, changes};
use super::xml::Ns;
use crate::{Collected, Cursor, Entry, ErrorKind, Extent, LinkError, Listing};

/// After this many listings that only told changes, everything is compared again: servers are known that take any token
/// for theirs.
const CHANGES_IN_A_ROW: u32 = 20;
/// Pages of one answer about changes.
const PAGES: usize = 1_000;

/// What was seen of a home. Each kind is listed from it once; then everything is asked anew.
#[derive(Debug)]
pub(super) struct Overview {
    halves: Vec<Half>,
    pub(super) found: Vec<Found>,
    /// Collections exist that could not be seen.
    doubts: Vec<(Half, Why)>,
    served: Vec<Kind>,
    /// What mixed calendars told for one kind is kept for the other: all members, or what changed since a token.
    mixed: HashMap<(CollectionId, Option<String>), Members>,
}

impl Overview {
    pub(super) fn serves(&self, half: Half, kind: Kind) -> bool {
        self.halves.contains(&half) && !self.served.contains(&kind)
    }

    fn add(&mut self, half: Half, shown: Shown) {
        for found in shown.found {
            let id = &found.collection.id;
            if self.found.iter().all(|known| known.collection.id != *id) {
                self.found.push(found);
            }
        }
        if shown.unreachable > 0 {
            let why = Why::new(Reason::ItemsUnnameable).count(shown.unreachable);
            self.doubts
                .push((half, why.detail("collections on another server")));
        }
        if shown.untold > 0 {
            let why = Why::new(Reason::Garbled).count(shown.untold);
            self.doubts
                .push((half, why.detail("collections that the server does not describe")));
        }
    }
}

/// How far a listing read, by collection.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Marked {
    collections: BTreeMap<String, Mark>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ctag: Option<String>,
    /// Listings since everything was compared.
    #[serde(default)]
    since_full: u32,
}

/// Looks which collections there are, and where `marked` takes the ctag of each: before its members are listed, so that
/// what changes meanwhile is told again rather than never. Where both halves share their homes, these are asked once.
pub(super) async fn overview(
    connection: &Connection,
    ways: &Ways,
    half: Half,
    account: &str,
    marked: bool,
) -> Result<Overview, LinkError> {
    let way = ways.of(half);
    let (urls, depth): (&[Url], _) = match way {
        Way::Homes(urls) => (urls, "1"),
        Way::One(url) => (std::slice::from_ref(url), "0"),
        Way::Nowhere => return Err(LinkError::new(ErrorKind::Unsupported, "the account has none")),
        Way::Unknown => return Err(LinkError::new(ErrorKind::Garbled, "the server did not say where")),
    };
    let halves = [Half::Books, Half::Calendars];
    let mut overview = Overview {
        halves: halves.into_iter().filter(|half| ways.of(*half) == way).collect(),
        found: Vec::new(),
        doubts: Vec::new(),
        served: Vec::new(),
        mixed: HashMap::new(),
    };
    let asked = if marked { MARKED_COLLECTIONS } else { COLLECTIONS };
    for url in urls {
        let whole = connection.whole(url, &Question::propfind(depth, asked)).await;
        let whole = whole.map_err(|error| error.into_error(url.path()))?;
        let responses: Vec<Response> = whole.parts.into_iter().filter_map(response).collect();
        for half in overview.halves.clone() {
            let shown = collections(&whole.url, &responses, half, account);
            if !shown.itself {
                let what = format!("{}: the answer is not about it", url.path());
                return Err(LinkError::new(ErrorKind::Garbled, what));
            }
            overview.add(half, shown);
        }
    }
    Ok(overview)
}

pub(super) fn response(part: Part) -> Option<Response> {
    match part {
        Part::Response(response) => Some(response),
        Part::SyncToken(_) => None,
    }
}

/// Lists one kind.
///
/// # Errors
/// When the server is gone.
pub(super) async fn list(
    connection: &Connection,
    overview: &mut Overview,
    kind: Kind,
    since: Option<&Cursor>,
) -> Result<Listing, LinkError> {
    // A cursor that is not understood asks for everything.
    let since: Marked = since
        .and_then(|cursor| serde_json::from_str(&cursor.0).ok())
        .unwrap_or_default();
    overview.served.push(kind);
    let mut marked = Marked::default();
    let mut all = Vec::new();
    let found: Vec<Found> = overview
        .found
        .iter()
        .filter(|found| found.holds(kind))
        .cloned()
        .collect();
    for found in found {
        let mark = since.collections.get(found.collection.id.as_str());
        let outcome = collected(connection, overview, &found, kind, mark).await;
        let collected = match outcome {
            Ok((collected, mark)) => {
                marked
                    .collections
                    .insert(found.collection.id.as_str().to_owned(), mark);
                collected
            }
            Err(error) => {
                let error = error.into_error(found.url.path());
                if error.is_fatal() {
                    return Err(error);
                }
                Collected {
                    collection: found.collection,
                    reading: Reading::unavailable(error.why()),
                    entries: Vec::new(),
                    extent: Extent::Delta { gone: Vec::new() },
                }
            }
        };
        all.push(collected);
    }
    let cursor = serde_json::to_string(&marked).ok().map(Cursor);
    let doubts = overview.doubts.iter();
    let doubts = doubts.filter(|(half, _)| Half::of(kind) == Some(*half));
    Ok(Listing {
        reading: Reading::partial(doubts.map(|(_, why)| why.clone()).collect()),
        collections: all,
        cursor,
    })
}

/// One collection, by the cheapest way that is sure.
async fn collected(
    connection: &Connection,
    overview: &mut Overview,
    found: &Found,
    kind: Kind,
    since: Option<&Mark>,
) -> Result<(Collected, Mark), Failure> {
    if let Some(since) = since.filter(|since| since.since_full < CHANGES_IN_A_ROW) {
        let since_full = since.since_full + 1;
        if stands_still(since.ctag.as_deref(), found.ctag.as_deref()) {
            let mark = Mark {
                token: since.token.clone(),
                ctag: found.ctag.clone(),
                since_full,
            };
            return Ok((delta(found, kind, Members::default()), mark));
        }
        if let Some(token) = since.token.as_ref().filter(|_| found.syncs)
            && let Some(members) = overview.changed(connection, found, token).await?
        {
            let mark = Mark {
                token: members.token.clone(),
                ctag: found.ctag.clone(),
                since_full,
            };
            return Ok((delta(found, kind, members), mark));
        }
    }
    let members = overview.everything(connection, found).await?;
    let collected = Collected {
        collection: found.collection.clone(),
        reading: Reading::partial(members.doubts.clone()),
        entries: entries(&members, found, kind),
        extent: Extent::Full,
    };
    let mark = Mark {
        token: members.token,
        ctag: members.ctag,
        since_full: 0,
    };
    Ok((collected, mark))
}

impl Overview {
    /// What changed since a token; None where everything has to be asked for.
    async fn changed(
        &mut self,
        connection: &Connection,
        found: &Found,
        token: &str,
    ) -> Result<Option<Members>, Failure> {
        let place = (found.collection.id.clone(), Some(token.to_owned()));
        if let Some(members) = self.mixed.remove(&place) {
            return Ok(Some(members));
        }
        match changed(connection, found, token).await {
            Ok(Some(members)) => Ok(Some(self.kept(found, place, members))),
            Ok(None) => Ok(None),
            Err(error) if error.asks_for_full() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn everything(&mut self, connection: &Connection, found: &Found) -> Result<Members, Failure> {
        let place = (found.collection.id.clone(), None);
        if let Some(members) = self.mixed.remove(&place) {
            return Ok(members);
        }
        let members = everything(connection, found).await?;
        Ok(self.kept(found, place, members))
    }

    fn kept(&mut self, found: &Found, place: (CollectionId, Option<String>), members: Members) -> Members {
        if found.is_mixed() {
            self.mixed.insert(place, members.clone());
        }
        members
    }
}

/// Equal ctags that prove that nothing changed between.
fn stands_still(since: Option<&str>, now: Option<&str>) -> bool {
    since == now && now.is_some_and(proves)
}

/// Everything in a collection, and a mark of before, so that what changes meanwhile is told again rather than never; of a mixed calendar every member with its kind.
async fn everything(connection: &Connection, found: &Found) -> Result<Members, Failure> {
    let token = match found.syncs {
        true => mark(connection, found, TOKEN, (Ns::Dav, "sync-token")).await?,
        false => None,
    };
    let ctag = match (&found.ctag, &token) {
        (Some(ctag), _) => Some(ctag.clone()),
        (None, Some(_)) => None,
        (None, None) => mark(connection, found, CTAG, (Ns::CalendarServer, "getctag")).await?,
    };
    let question = Question::propfind("1", if found.is_mixed() { MIXED_MEMBERS } else { MEMBERS });
    let told = connection.members(&found.url, &question, Telling::of, Telling::add);
    let mut all = told.await?.whole();
    (all.token, all.ctag) = (token, ctag);
    if !all.itself {
        all.doubts
            .push(Why::new(Reason::Garbled).detail("the answer is not about the collection"));
    }
    if all.truncated {
        all.doubts
            .push(Why::new(Reason::Garbled).detail("the server does not tell all at once"));
    }
    if found.is_mixed() {
        tell_apart(connection, found, &mut all).await?;
    }
    Ok(all)
}

/// How far a collection has changed, by one of its properties; None where the server does not say.
async fn mark(
    connection: &Connection,
    found: &Found,
    question: &'static str,
    (ns, name): (Ns, &str),
) -> Result<Option<String>, Failure> {
    let question = Question::propfind("0", question);
    let whole = match connection.whole(&found.url, &question).await {
        Ok(whole) => whole,
        Err(failure) if failure.asks_for_full() => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let mut told = whole.parts.into_iter().filter_map(response);
    Ok(told.find_map(|told| told.text(ns, name).map(str::to_owned)))
}

/// What changed since a token; None when that does not tell kinds apart that have to be.
async fn changed(connection: &Connection, found: &Found, token: &str) -> Result<Option<Members>, Failure> {
    let mut all = Members::default();
    let mut token = token.to_owned();
    for _ in 0..PAGES {
        let question = Question::report("0", changes(&a_second_before(&token)));
        let told = connection.members(&found.url, &question, Telling::of, Telling::add);
        let page = told.await?.whole();
        let next = page.token.clone();
        let goes_on = page.truncated && next.as_ref().is_some_and(|next| *next != token);
        let cut_short = page.truncated && !goes_on;
        add(&mut all, page);
        if cut_short {
            return Err(Failure::Status(507));
        }
        match next {
            Some(next) if goes_on => token = next,
            // Without it this is no answer about changes, whatever it leaves out.
            None => return Ok(None),
            Some(_) => {
                let told = !found.is_mixed() || all.rows.iter().all(|row| row.kind.is_some());
                return Ok(told.then_some(all));
            }
        }
    }
    Err(Failure::TooBig)
}

/// SOGo's tokens are seconds, and what changes later in the second of a token is not told as a change since: it is asked
/// from the second before, and tells a little twice.
fn a_second_before(token: &str) -> String {
    match token.parse::<u64>() {
        Ok(seconds @ 1..) if token.len() == 10 => (seconds - 1).to_string(),
        _ => token.to_owned(),
    }
}

/// The next page; what it says of a member holds.
fn add(all: &mut Members, page: Members) {
    let told: HashSet<&RemoteId> = page
        .rows
        .iter()
        .map(|row| &row.remote)
        .chain(&page.gone)
        .collect();
    all.rows.retain(|row| !told.contains(&row.remote));
    all.gone.retain(|gone| !told.contains(gone));
    all.rows.extend(page.rows);
    all.gone.extend(page.gone);
    all.doubts.extend(page.doubts);
    all.token = page.token;
}

/// A member whose kind is not told is taken for what its collection is for.
fn is_of(found: &Found, kind: Kind, told: Option<Kind>) -> bool {
    !found.is_mixed() || told == Some(kind)
}

fn entries(members: &Members, found: &Found, kind: Kind) -> Vec<Entry> {
    let rows = members.rows.iter().filter(|row| is_of(found, kind, row.kind));
    rows.map(|row| Entry {
        remote: row.remote.clone(),
        fingerprint: row.fingerprint.clone(),
        unchanged: false,
        size: None,
        marks: Marks::default(),
    })
    .collect()
}

fn delta(found: &Found, kind: Kind, members: Members) -> Collected {
    let entries = entries(&members, found, kind);
    // A to-do that became an event is no to-do any more.
    let others = members.rows.iter().filter(|row| !is_of(found, kind, row.kind));
    let gone = members
        .gone
        .iter()
        .chain(others.map(|row| &row.remote))
        .cloned()
        .collect();
    Collected {
        collection: found.collection.clone(),
        reading: Reading::partial(members.doubts),
        entries,
        extent: Extent::Delta { gone },
    }
}

#[cfg(test)]
mod tests {
    use super::super::members::Row;
    use super::*;
    use sidekeep_model::Collection;

    fn found() -> Found {
        Found {
            collection: Collection {
                id: "/c/".into(),
                name: "c".into(),
                account: None,
                colour: None,
                read_only: false,
                derived: false,
            },
            url: Url::parse("https://h/c/").unwrap(),
            half: Half::Calendars,
            events: true,
            tasks: true,
            syncs: true,
            ctag: None,
        }
    }

    #[test]
    fn what_proves_that_nothing_changed() {
        let check = |then: Option<&str>, now: Option<&str>, expected| {
            assert_eq!(stands_still(then, now), expected, "{then:?} {now:?}");
        };
        check(Some("x"), Some("x"), true);
        check(Some("x"), Some("y"), false);
        check(Some("x"), None, false);
        check(None, Some("x"), false);
        check(None, None, false);
        check(Some("1700000000"), Some("1700000000"), false);
        check(Some("-1"), Some("-1"), false);
    }

    #[test]
    fn tokens_that_are_seconds() {
        for (token, asked) in [
            ("1700000000", "1699999999"),
            ("1000000000", "999999999"),
            ("7", "7"),
            ("0", "0"),
            ("0000000000", "0000000000"),
            ("-1", "-1"),
            ("data:,1700000000", "data:,1700000000"),
            ("17000000001", "17000000001"),
        ] {
            assert_eq!(a_second_before(token), asked);
        }
    }

    #[test]
    fn pages_and_kinds() {
        let row = |remote: &str, kind| Row {
            remote: remote.into(),
            fingerprint: "1".into(),
            kind: Some(kind),
        };
        let mut all = Members {
            rows: vec![row("a", Kind::Event), row("b", Kind::Event)],
            gone: vec!["c".into()],
            ..Members::default()
        };
        let page = Members {
            rows: vec![row("c", Kind::Task)],
            gone: vec!["b".into(), "d".into()],
            ..Members::default()
        };
        add(&mut all, page);
        let told = |kind| {
            let delta = delta(&found(), kind, all.clone());
            let listed: Vec<String> = delta
                .entries
                .iter()
                .map(|entry| entry.remote.to_string())
                .collect();
            let Extent::Delta { gone } = delta.extent else {
                panic!("no delta")
            };
            let gone: Vec<String> = gone.iter().map(ToString::to_string).collect();
            (listed.join(" "), gone.join(" "))
        };
        assert_eq!(told(Kind::Event), ("a".into(), "b d c".into()));
        assert_eq!(told(Kind::Task), ("c".into(), "b d a".into()));
    }
}
