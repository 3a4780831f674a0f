//! The bytes of what was listed: all that a collection holds in one answer where most of it is wanted, otherwise many
//! items at a time, and what that did not bring one by one. Line ends are CRLF,
//! whatever the way: XML does not carry them (RFC 6350 §3.2 and RFC 5545 §3.1 want CRLF), everything else is as it came.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use sidekeep_model::{CollectionId, Fingerprint, Kind, Media, RemoteId};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::Url;

use super::connection::{Connection, ITEM, Question};
use super::failure::Failure;
use super::multistatus::{Part, Response};
use super::place::Found;
use super::requests::{all_calendar_objects, all_cards, calendar_objects, cards};
use super::xml::Ns;
use super::{href, stray};
use crate::{ErrorKind, LinkError, Sink, Stat, Wanted};

/// Items asked for at once.
const BATCH: usize = 500;
/// Requests under way at once. More pays on no server that was measured.
const LANES: usize = 2;
/// Items that wait for the sink; each may have pictures of some megabytes.
const WAITING: usize = 8;
/// After this many failures in a row, the rest of a batch fails as the last one did.
const IN_A_ROW: u32 = 5;

/// Items of one collection.
#[derive(Debug)]
struct Batch {
    url: Url,
    kind: Kind,
    /// Of a calendar that holds more than this kind.
    mixed: bool,
    /// Most of what the collection holds: it is asked for whole, which costs some servers half of naming each item.
    most: bool,
    /// Index into what was wanted, and the id.
    items: Vec<(usize, String)>,
}

/// What came of one item, by its index; an error that ends everything comes without one.
type Arrival = Result<(usize, Result<Item, LinkError>), LinkError>;

#[derive(Debug)]
struct Item {
    bytes: Bytes,
    etag: Option<String>,
    /// What it is, where it is no card or calendar object.
    media: Option<Media>,
}

/// Items that came with another ETag than was asked for, with a digest of their bytes.
#[derive(Debug, Default)]
pub(super) struct Unsettled(HashMap<RemoteId, blake3::Hash>);

impl Unsettled {
    /// The state that an item is in; None where the server's ETag tells nothing: the same bytes came before, and with
    /// another one. Asked for again and again, such an item would never come.
    fn state(&mut self, wanted: &Wanted, item: &Item) -> Option<Fingerprint> {
        let state = item.etag.clone().map(Fingerprint)?;
        let digest = blake3::hash(&item.bytes);
        let stirs =
            state != wanted.fingerprint && self.0.insert(wanted.remote.clone(), digest) == Some(digest);
        (!stirs).then_some(state)
    }
}

/// Brings `wanted` into `out`, in the order in which the server answers. `listed`: how many items a collection holds.
///
/// # Errors
/// When the server is gone or the sink stops.
pub(super) async fn fetch(
    connection: &Arc<Connection>,
    found: &HashMap<CollectionId, Found>,
    listed: &HashMap<CollectionId, usize>,
    wanted: &[Wanted],
    unsettled: &mut Unsettled,
    out: &mut dyn Sink,
) -> Result<(), LinkError> {
    let batches = Arc::new(Mutex::new(batches(connection, found, listed, wanted)));
    let (arrive, mut arrivals) = mpsc::channel(WAITING);
    // Dropped with this future, and so are the requests under way.
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let (connection, batches, arrive) = (Arc::clone(connection), Arc::clone(&batches), arrive.clone());
        lanes.spawn(async move {
            loop {
                let next = batches.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(batch) = next else { return };
                if bring(&connection, batch, &arrive).await.is_none() {
                    return;
                }
            }
        });
    }
    drop(arrive);
    while let Some(arrival) = arrivals.recv().await {
        let (index, outcome): (usize, Result<Item, LinkError>) = arrival?;
        out.begin(index).await?;
        let stat = match outcome {
            Ok(item) => {
                let stat = Stat {
                    fingerprint: unsettled.state(&wanted[index], &item),
                    size: Some(item.bytes.len() as u64),
                    media: Some(item.media.unwrap_or_else(|| media(wanted[index].kind))),
                };
                out.bytes(item.bytes).await?;
                Ok(stat)
            }
            Err(error) => Err(error),
        };
        out.end(stat).await?;
    }
    Ok(())
}

/// By collection, in the order of what is wanted.
fn batches(
    connection: &Connection,
    found: &HashMap<CollectionId, Found>,
    listed: &HashMap<CollectionId, usize>,
    wanted: &[Wanted],
) -> VecDeque<Batch> {
    let mut sizes: HashMap<&CollectionId, usize> = HashMap::new();
    for item in wanted {
        *sizes.entry(&item.collection).or_default() += 1;
    }
    let is_most = |collection| {
        let (wanted, listed) = (sizes.get(collection), listed.get(collection));
        wanted.is_some_and(|wanted| *wanted > BATCH && listed.is_some_and(|listed| wanted * 2 > *listed))
    };
    let mut all: VecDeque<Batch> = VecDeque::new();
    let mut open: HashMap<&str, usize> = HashMap::new();
    for (index, item) in wanted.iter().enumerate() {
        let id = item.collection.as_str();
        let remote = (index, item.remote.as_str().to_owned());
        match open.get(id).and_then(|at| all.get_mut(*at)) {
            Some(batch) if batch.most || batch.items.len() < BATCH => batch.items.push(remote),
            _ => {
                let found = found.get(&item.collection);
                let url = found.map(|found| found.url.clone());
                let url = url.or_else(|| connection.at(id));
                let Some(url) = url else { continue };
                open.insert(id, all.len());
                all.push_back(Batch {
                    url,
                    kind: item.kind,
                    mixed: found.is_some_and(Found::is_mixed),
                    most: is_most(&item.collection),
                    items: vec![remote],
                });
            }
        }
    }
    all
}

/// Brings one batch; None when nobody waits for it any more, or nothing more can come.
async fn bring(connection: &Connection, mut batch: Batch, arrive: &mpsc::Sender<Arrival>) -> Option<()> {
    if batch.most {
        let mut left = Left::new(std::mem::take(&mut batch.items));
        match once(connection, &batch, &mut left, arrive).await {
            Ok(sent) => sent?,
            Err(error) if error.is_lost() => return lost(arrive, error, batch.url.path()).await,
            // Not every server likes to tell all at once.
            Err(error) => tracing::debug!("{}: {error}", batch.url.path()),
        }
        batch.most = false;
        let rest = left.rest();
        for items in rest.chunks(BATCH) {
            batch.items = items.to_vec();
            named(connection, &mut batch, arrive).await?;
        }
        return Some(());
    }
    named(connection, &mut batch, arrive).await
}

/// Brings the items of a batch by their names.
async fn named(connection: &Connection, batch: &mut Batch, arrive: &mpsc::Sender<Arrival>) -> Option<()> {
    let mut left = Left::new(std::mem::take(&mut batch.items));
    match together(connection, batch, &mut left, arrive).await {
        Ok(sent) => sent?,
        Err(error) if error.is_lost() => return lost(arrive, error, batch.url.path()).await,
        // One item that cannot be told in XML spoils the answer for all; by themselves the others come.
        Err(error) => tracing::debug!("{}: {error}", batch.url.path()),
    }
    let mut in_a_row = 0;
    let mut last: Option<LinkError> = None;
    for (index, remote) in left.rest() {
        let outcome = match &last {
            Some(error) if in_a_row >= IN_A_ROW => Err(error.again()),
            _ => match alone(connection, &batch.url, &remote).await {
                Ok(item) => Ok(item),
                Err(error) if error.is_lost() => return lost(arrive, error, &remote).await,
                Err(error) => Err(error.into_error(&remote)),
            },
        };
        // An item that is not there is an answer.
        match &outcome {
            Err(error) if *error.kind() != ErrorKind::Missing => {
                in_a_row += 1;
                last = Some(error.again());
            }
            _ => in_a_row = 0,
        }
        arrive.send(Ok((index, outcome))).await.ok()?;
    }
    Some(())
}

async fn lost(arrive: &mpsc::Sender<Arrival>, error: Failure, doing: &str) -> Option<()> {
    // Whoever waited may be gone.
    let _ = arrive.send(Err(error.into_error(doing))).await;
    None
}

/// Asks for all that is left in one request; what came is not left any more.
async fn together(
    connection: &Connection,
    batch: &Batch,
    left: &mut Left,
    arrive: &mpsc::Sender<Arrival>,
) -> Result<Option<()>, Failure> {
    let mut tried = 0;
    loop {
        let before = left.items.len();
        let error = match once(connection, batch, left, arrive).await {
            Ok(sent) => return Ok(sent),
            Err(error) => error,
        };
        // Whatever came shows that the server still answers.
        tried = if left.items.len() < before { 1 } else { tried + 1 };
        match connection.patience().wait(tried, None) {
            Some(wait) if error.may_pass() && matches!(error, Failure::NotDav(_)) => {
                tokio::time::sleep(wait).await
            }
            _ => return Err(error),
        }
    }
}

async fn once(
    connection: &Connection,
    batch: &Batch,
    left: &mut Left,
    arrive: &mpsc::Sender<Arrival>,
) -> Result<Option<()>, Failure> {
    let content = match batch.kind {
        Kind::Contact => (Ns::CardDav, "address-data"),
        _ => (Ns::CalDav, "calendar-data"),
    };
    let mut answer = connection
        .ask(&batch.url, &Question::report("1", question(batch, left)))
        .await?;
    while let Some(part) = answer.multistatus.next().await? {
        let Part::Response(response) = part else { continue };
        let Some(outcome) = outcome(&response, content) else {
            continue;
        };
        if let Some(index) = left.take(&response.href)
            && arrive.send(Ok((index, outcome))).await.is_err()
        {
            return Ok(None);
        }
    }
    Ok(Some(()))
}

fn question(batch: &Batch, left: &Left) -> String {
    let component = match (batch.mixed, batch.kind) {
        (false, _) => None,
        (true, Kind::Task) => Some("VTODO"),
        (true, _) => Some("VEVENT"),
    };
    let hrefs = left.hrefs(&batch.url);
    let hrefs = hrefs.iter().map(String::as_str);
    match (batch.most, batch.kind) {
        (true, Kind::Contact) => all_cards(),
        (true, _) => all_calendar_objects(component),
        (false, Kind::Contact) => cards(hrefs),
        (false, _) => calendar_objects(hrefs),
    }
}

/// What an answer says of one item; None when it says too little.
fn outcome(response: &Response, content: (Ns, &str)) -> Option<Result<Item, LinkError>> {
    if matches!(response.status, Some(404 | 410)) {
        return Some(Err(LinkError::new(ErrorKind::Missing, &response.href)));
    }
    let bytes = &response.get(content.0, content.1)?.text;
    let etag = response.text(Ns::Dav, "getetag")?;
    (!bytes.trim().is_empty()).then(|| {
        Ok(Item {
            bytes: crlf(bytes.as_bytes()),
            etag: Some(etag.to_owned()),
            media: None,
        })
    })
}

/// Asks for one item by itself. What is no card or calendar object comes as it is, if the server plainly hands over the
/// whole of it.
async fn alone(connection: &Connection, collection: &Url, remote: &str) -> Result<Item, Failure> {
    let url = href::resolve(collection, remote).ok_or(Failure::Missing)?;
    let resource = connection.get(&url, ITEM).await?;
    if is_whole(&resource.bytes) {
        return Ok(Item {
            bytes: crlf(&resource.bytes),
            etag: resource.etag,
            media: None,
        });
    }
    // Nobody knows what line ends mean to it.
    match stray::told(connection, &url, &resource).await? {
        Some(media) => Ok(Item {
            bytes: resource.bytes,
            etag: resource.etag,
            media: Some(media),
        }),
        None => Err(Failure::NotAnItem),
    }
}

/// What came by itself is a whole object. A login page comes with status 200, too, and so does the half that a server in
/// trouble takes for all; in a multistatus neither goes unnoticed.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii();
    ["VCARD", "VCALENDAR"].iter().any(|name| {
        let (begin, end) = (format!("BEGIN:{name}"), format!("END:{name}"));
        let first = text.get(..begin.len()).unwrap_or_default();
        let last = text
            .get(text.len().saturating_sub(end.len())..)
            .unwrap_or_default();
        first.eq_ignore_ascii_case(begin.as_bytes()) && last.eq_ignore_ascii_case(end.as_bytes())
    })
}

/// With CRLF for each CRLF, CR or LF.
fn crlf(text: &[u8]) -> Bytes {
    let mut all = Vec::with_capacity(text.len() + text.len() / 16);
    let mut bytes = text.iter().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' => {
                bytes.next_if(|next| **next == b'\n');
                all.extend_from_slice(b"\r\n");
            }
            b'\n' => all.extend_from_slice(b"\r\n"),
            byte => all.push(*byte),
        }
    }
    all.into()
}

fn media(kind: Kind) -> Media {
    Media::from(match kind {
        Kind::Contact => Media::VCARD,
        _ => Media::ICALENDAR,
    })
}

/// The items of a batch that did not come yet.
#[derive(Debug)]
struct Left {
    items: HashMap<usize, String>,
    /// By id as received, and by id in the spelling for comparing.
    exact: HashMap<String, usize>,
    spelt: HashMap<String, usize>,
}

impl Left {
    fn new(items: Vec<(usize, String)>) -> Self {
        Self {
            exact: items.iter().map(|(index, id)| (id.clone(), *index)).collect(),
            spelt: items
                .iter()
                .map(|(index, id)| (href::compared(id), *index))
                .collect(),
            items: items.into_iter().collect(),
        }
    }

    /// The item that an href of an answer is about, if it did not come before.
    fn take(&mut self, href: &str) -> Option<usize> {
        let id = href::id(href);
        let exact = self.exact.get(id).copied();
        let index = exact.or_else(|| self.spelt.get(&href::compared(id)).copied())?;
        self.items.remove(&index).map(|_| index)
    }

    /// As they go into a request, in the order of what is wanted. What is no path is left to be asked for alone.
    fn hrefs(&self, collection: &Url) -> Vec<String> {
        let mut items: Vec<(&usize, &String)> = self.items.iter().collect();
        items.sort_unstable();
        let safe = items
            .into_iter()
            .filter(|(_, id)| id.starts_with('/') && href::resolve(collection, id).is_some());
        safe.map(|(_, id)| id.clone()).collect()
    }

    fn rest(self) -> Vec<(usize, String)> {
        let mut items: Vec<(usize, String)> = self.items.into_iter().collect();
        items.sort_unstable();
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn line_ends() {
        let check = |text: &str, expected: &str| assert_eq!(crlf(text.as_bytes()), expected.as_bytes());
        check("a\nb\r\nc\rd\n\n", "a\r\nb\r\nc\r\nd\r\n\r\n");
        check("", "");
    }

    #[test]
    fn what_came_alone_is_whole() {
        let check = |text: &str, expected| assert_eq!(is_whole(text.as_bytes()), expected, "{text}");
        check("\u{feff}BEGIN:VCARD\r\nFN:a\r\nEND:VCARD\r\n", true);
        check("begin:vcalendar\nend:VCalendar", true);
        check("BEGIN:VCARD\r\nFN:a\r\n", false);
        check("BEGIN:VCARD\r\nEND:VCALENDAR", false);
        check("<html>END:VCARD", false);
        check("END:VCARD", false);
        check("", false);
    }

    proptest! {
        #[test]
        fn line_ends_alone_change(text in "[a\r\n\u{e9}]{0,40}") {
            let once = crlf(text.as_bytes());
            prop_assert_eq!(&crlf(&once), &once);
            let bare = |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().filter(|byte| !b"\r\n".contains(byte)).collect() };
            prop_assert_eq!(bare(text.as_bytes()), bare(&once));
        }
    }

    #[test]
    fn answers_find_what_was_asked() {
        let mut left = Left::new(vec![
            (3, "/b/%41.vcf".into()),
            (5, "/b/A.vcf".into()),
            (7, "/b/x@y.vcf".into()),
        ]);
        assert_eq!(left.take("https://h/b/A.vcf"), Some(5));
        assert_eq!(left.take("/b/A.vcf"), None, "each comes once");
        assert_eq!(left.take("/b/%41.vcf"), Some(3));
        assert_eq!(left.take("/b/x%40y.vcf"), Some(7));
        assert_eq!(left.take("/b/never-asked.vcf"), None);
        assert!(left.rest().is_empty());
    }
}
