//! Contacts: raw contacts by account, each with its data rows.
//!
//! Source: AOSP ContactsContract, ContactsProvider2. The provider is strict: plain columns only, so rows are read by
//! [`Table`]. Contact pictures are blobs, which `content` cannot print and the provider does not serve as files, so
//! they are counted, not read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bytes::Bytes;
use sidekeep_formats::android::{ContactRows, Row};
use sidekeep_model::{
    Collection, CollectionId, Digest, Fingerprint, Marks, Media, Reading, Reason, RemoteId, Why,
};

use super::account;
use super::content::{Content, LiteralNulls, Query, Shell, Table, changing, within};
use super::held::give;
use super::{doubts, groups};
use crate::{Collected, Entry, ErrorKind, Extent, LinkError, Listing, Sink, Wanted};

const RAW_CONTACTS: Table<'static> = Table {
    uri: "content://com.android.contacts/raw_contacts",
    columns: &[
        "account_name",
        "account_type",
        "data_set",
        "sourceid",
        "version",
        "contact_id",
        "starred",
        "custom_ringtone",
        "send_to_voicemail",
        "display_name",
    ],
    extras: &[],
};

/// Without the rows' own ids: an account that synchronises may delete a row and insert the same again.
pub(super) const DATA: Table<'static> = Table {
    uri: "content://com.android.contacts/data",
    columns: &[
        "raw_contact_id",
        "mimetype",
        "is_primary",
        "is_super_primary",
        "data1",
        "data2",
        "data3",
        "data4",
        "data5",
        "data6",
        "data7",
        "data8",
        "data9",
        "data10",
        "data11",
        "data12",
        "data13",
        "data14",
    ],
    extras: &[],
};

pub(super) const GROUP_MEMBERSHIP: &str = "vnd.android.cursor.item/group_membership";
const PHOTO: &str = "vnd.android.cursor.item/photo";

/// Contacts whose data rows are asked for at once: about seven rows each.
const CONTACTS_A_PAGE: usize = 1_000;

/// How often a page that changes while it is read is begun again.
const ATTEMPTS: usize = 3;

/// The raw contacts and group titles as last listed.
#[derive(Debug, Default)]
pub(crate) struct Book {
    contacts: BTreeMap<i64, RawContact>,
    titles: BTreeMap<i64, String>,
}

#[derive(Debug)]
struct RawContact {
    row: Row,
    fingerprint: Fingerprint,
}

/// Lists every raw contact.
///
/// # Errors
/// Whatever keeps the raw contacts, groups or memberships from being read.
pub(crate) async fn list<S: Shell>(content: &Content<S>) -> Result<(Listing, Book), LinkError> {
    let by_type = |mimetype| format!("mimetype='{mimetype}'");
    let (memberships, photos) = (
        by_type(GROUP_MEMBERSHIP),
        // A row without either column is an emptied picture.
        format!(
            "{} AND (data14 IS NOT NULL OR data15 IS NOT NULL)",
            by_type(PHOTO)
        ),
    );
    let memberships = Query {
        uri: DATA.uri,
        projection: &["_id", "raw_contact_id", "data1"],
        filter: &memberships,
        extras: &[],
    };
    let photos = Query {
        uri: DATA.uri,
        projection: &["_id", "raw_contact_id"],
        filter: &photos,
        extras: &[],
    };
    let (raw, groups, memberships, photos) = tokio::try_join!(
        content.whole(&RAW_CONTACTS, "deleted=0"),
        groups::rows(content),
        content.numbers(&memberships),
        content.numbers(&photos),
    )?;

    let titles: BTreeMap<i64, String> = groups
        .rows
        .iter()
        .filter_map(|(id, row)| Some((*id, row.get("title")?.clone())))
        .collect();
    let mut groups_of: HashMap<i64, BTreeSet<&str>> = HashMap::new();
    for row in &memberships {
        if let [_, Some(contact), Some(group)] = row[..]
            && let Some(title) = titles.get(&group)
        {
            groups_of.entry(contact).or_default().insert(title);
        }
    }
    let mut collections: BTreeMap<CollectionId, (Collection, Vec<Entry>, u64)> = BTreeMap::new();
    // An account whose contacts are all gone is still there while it has groups.
    for (_, row) in &groups.rows {
        let account = account::of(row);
        collections
            .entry(account.id.clone())
            .or_insert((account, Vec::new(), 0));
    }
    let with_photo: BTreeSet<i64> = photos.iter().filter_map(|row| row[1]).collect();
    let mut contacts = BTreeMap::new();
    // Which account an unreadable contact belongs to cannot be read either.
    let (reading, of_each) = doubts(raw.unreadable.len() as u64);
    for (id, mut row) in raw.rows {
        let account = account::of(&row);
        // The version changes also where nothing that is kept does.
        let version = row.remove("version").and_then(|text| text.parse().ok());
        row.insert("_id".to_owned(), id.to_string());
        let fingerprint = fingerprint(version, &row, groups_of.get(&id));
        let (_, entries, pictures) =
            collections
                .entry(account.id.clone())
                .or_insert((account, Vec::new(), 0));
        *pictures += u64::from(with_photo.contains(&id));
        entries.push(Entry {
            remote: RemoteId(id.to_string()),
            fingerprint: fingerprint.clone(),
            unchanged: false,
            size: None,
            marks: Marks {
                generation: version,
                ..Marks::default()
            },
        });
        contacts.insert(id, RawContact { row, fingerprint });
    }
    let collections = collections
        .into_values()
        .map(|(collection, entries, pictures)| {
            let why = (pictures > 0).then(|| Why::new(Reason::PicturesUnreadable).count(pictures));
            Collected {
                collection,
                reading: Reading::partial(why.into_iter().collect()).and(of_each.clone()),
                entries,
                extent: Extent::Full,
            }
        })
        .collect();
    let listing = Listing {
        reading,
        collections,
        cursor: None,
    };
    Ok((listing, Book { contacts, titles }))
}

/// The version counts changes of the contact and its data rows, but neither a change of the star or of the person it
/// is joined to, nor a group's new name.
fn fingerprint(version: Option<i64>, row: &Row, groups: Option<&BTreeSet<&str>>) -> Fingerprint {
    let mut hasher = sidekeep_model::Hasher::new();
    let groups = groups.into_iter().flatten().map(|title| ("group", *title));
    for (name, text) in row
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .chain(groups)
    {
        for part in [name, text] {
            hasher
                .update(&(part.len() as u64).to_le_bytes())
                .update(part.as_bytes());
        }
    }
    let digest: Digest = hasher.digest();
    Fingerprint(format!(
        "{}.{}",
        version.unwrap_or_default(),
        &digest.to_hex()[..24]
    ))
}

/// Brings the contacts `wanted`.
///
/// # Errors
/// When the link is lost or the sink stops.
pub(crate) async fn fetch<S: Shell>(
    content: &Content<S>,
    book: &Book,
    wanted: &[Wanted],
    out: &mut dyn Sink,
) -> Result<(), LinkError> {
    let mut known: Vec<(i64, usize)> = Vec::with_capacity(wanted.len());
    for (index, item) in wanted.iter().enumerate() {
        match item.remote.as_str().parse() {
            Ok(id) if book.contacts.contains_key(&id) => known.push((id, index)),
            _ => give(out, index, Media::ANDROID_CONTACT, Err(missing(&item.remote))).await?,
        }
    }
    known.sort_unstable();
    let ids: Vec<i64> = known.iter().map(|(id, _)| *id).collect();
    let all = if ids.len() > CONTACTS_A_PAGE {
        String::new()
    } else {
        within("raw_contact_id", ids)
    };
    let index = if known.is_empty() {
        Ok(Index::default())
    } else {
        Index::read(content, &all).await
    };
    let index = match index {
        Err(error) if error.is_fatal() => return Err(error),
        index => index,
    };
    let mut pages = known.chunks(CONTACTS_A_PAGE);
    let read = async |page: &[(i64, usize)]| match &index {
        Ok(index) => payloads(content, book, page, index).await,
        Err(error) => Err(error.again()),
    };
    let mut page = pages.next();
    let mut ready = match page {
        Some(page) => Some(read(page).await),
        None => None,
    };
    // While one page is handed on, the phone prints the next.
    while let (Some(current), Some(found)) = (page, ready.take()) {
        page = pages.next();
        let next = async {
            match page {
                Some(page) => Some(read(page).await),
                None => None,
            }
        };
        let (given, next) = tokio::join!(hand_on(current, found, out), next);
        given?;
        ready = next;
    }
    Ok(())
}

type Payloads = HashMap<i64, Result<(Bytes, Fingerprint), LinkError>>;

async fn hand_on(
    page: &[(i64, usize)],
    found: Result<Payloads, LinkError>,
    out: &mut dyn Sink,
) -> Result<(), LinkError> {
    let mut found = match found {
        Err(error) if error.is_fatal() => return Err(error),
        found => found,
    };
    for (id, index) in page {
        let outcome = match &mut found {
            Ok(payloads) => payloads
                .remove(id)
                .unwrap_or_else(|| Err(missing(&RemoteId(id.to_string())))),
            Err(error) => Err(error.again()),
        };
        give(out, *index, Media::ANDROID_CONTACT, outcome).await?;
    }
    Ok(())
}

/// Which data rows belong to which raw contact.
#[derive(Debug, Default)]
struct Index {
    rows: HashMap<i64, Vec<i64>>,
    nulls: LiteralNulls,
}

impl Index {
    async fn read<S: Shell>(content: &Content<S>, filter: &str) -> Result<Self, LinkError> {
        let query = Query {
            uri: DATA.uri,
            projection: &["_id", "raw_contact_id"],
            filter,
            extras: &[],
        };
        let (numbers, nulls) =
            tokio::try_join!(content.numbers(&query), content.literal_nulls(&DATA, filter))?;
        let mut rows: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in numbers {
            if let [Some(id), Some(contact)] = row[..] {
                rows.entry(contact).or_default().push(id);
            }
        }
        Ok(Self { rows, nulls })
    }
}

/// The payloads of one page of contacts.
async fn payloads<S: Shell>(
    content: &Content<S>,
    book: &Book,
    page: &[(i64, usize)],
    index: &Index,
) -> Result<Payloads, LinkError> {
    let filter = within("raw_contact_id", page.iter().map(|(id, _)| *id));
    let mut newer;
    let mut index = index;
    for _ in 0..ATTEMPTS {
        let mut ids: Vec<i64> = page
            .iter()
            .filter_map(|(contact, _)| index.rows.get(contact))
            .flatten()
            .copied()
            .collect();
        ids.sort_unstable();
        if let Some(rows) = content.rows(&DATA, &filter, &ids, &index.nulls).await? {
            let unreadable: BTreeSet<i64> = rows.unreadable.into_iter().collect();
            let mut by_contact: HashMap<i64, Vec<Row>> = HashMap::new();
            for (_, mut row) in rows.rows {
                let contact = row.remove("raw_contact_id").and_then(|text| text.parse().ok());
                by_contact
                    .entry(contact.unwrap_or_default())
                    .or_default()
                    .push(row);
            }
            let bare = page
                .iter()
                .map(|(id, _)| *id)
                .filter(|id| !index.rows.contains_key(id));
            let gone = gone(content, bare.collect()).await?;
            return Ok(page
                .iter()
                .map(|(id, _)| (*id, index.rows.get(id).map_or(&[][..], Vec::as_slice)))
                .map(|(id, rows)| {
                    let payload = if gone.contains(&id) {
                        Err(missing(&RemoteId(id.to_string())))
                    } else if rows.iter().any(|row| unreadable.contains(row)) {
                        let context = format!("a data row of raw contact {id}");
                        Err(LinkError::new(ErrorKind::Garbled, context))
                    } else {
                        payload(book, id, by_contact.remove(&id).unwrap_or_default())
                    };
                    (id, payload)
                })
                .collect());
        }
        newer = Index::read(content, &filter).await?;
        index = &newer;
    }
    Err(changing(DATA.uri))
}

/// Which of these contacts, which have no data rows, are no longer there.
async fn gone<S: Shell>(content: &Content<S>, bare: Vec<i64>) -> Result<BTreeSet<i64>, LinkError> {
    let mut gone: BTreeSet<i64> = bare.iter().copied().collect();
    if !gone.is_empty() {
        let filter = format!("deleted=0 AND {}", within("_id", bare));
        for id in content.ids(&RAW_CONTACTS, &filter).await? {
            gone.remove(&id);
        }
    }
    Ok(gone)
}

/// One contact's payload. Its fingerprint is the listed one: what changed since then shows in the next listing.
fn payload(book: &Book, id: i64, mut data: Vec<Row>) -> Result<(Bytes, Fingerprint), LinkError> {
    let contact = book
        .contacts
        .get(&id)
        .ok_or_else(|| missing(&RemoteId(id.to_string())))?;
    for row in &mut data {
        if row.get("mimetype").map(String::as_str) == Some(GROUP_MEMBERSHIP) {
            let group = row.get("data1").and_then(|text| text.parse().ok());
            if let Some(title) = group.and_then(|group: i64| book.titles.get(&group)) {
                row.insert("group_title".to_owned(), title.clone());
            }
        }
    }
    let rows = ContactRows {
        raw_contact: contact.row.clone(),
        data,
    };
    Ok((Bytes::from(rows.to_bytes()), contact.fingerprint.clone()))
}

fn missing(remote: &RemoteId) -> LinkError {
    LinkError::new(ErrorKind::Missing, format!("raw contact {remote}"))
}
