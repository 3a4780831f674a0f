//! Groups of contacts by account, empty ones included.
//!
//! Source: AOSP ContactsContract.Groups.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use sidekeep_formats::android::GroupRow;
use sidekeep_model::{Collection, CollectionId, Media, RemoteId};

use super::account;
use super::content::{Content, Rows, Shell, Table};
use super::doubts;
use super::held::{self, Held};
use crate::{Collected, Entry, Extent, LinkError, Listing};

const GROUPS: Table<'static> = Table {
    uri: "content://com.android.contacts/groups",
    columns: &[
        "account_name",
        "account_type",
        "data_set",
        "sourceid",
        "title",
        "notes",
        "system_id",
        "favorites",
        "auto_add",
        "group_is_read_only",
    ],
    extras: &[],
};

/// The rows of all groups.
pub(super) async fn rows<S: Shell>(content: &Content<S>) -> Result<Rows, LinkError> {
    content.whole(&GROUPS, "deleted=0").await
}

/// Lists every group; there are few, so their payloads are ready at once.
pub(super) async fn list<S: Shell>(content: &Content<S>) -> Result<(Listing, Held), LinkError> {
    let rows = rows(content).await?;
    let mut payloads = HashMap::new();
    let mut collections: BTreeMap<CollectionId, (Collection, Vec<Entry>)> = BTreeMap::new();
    for (id, mut row) in rows.rows {
        let account = account::of(&row);
        row.insert("_id".to_owned(), id.to_string());
        let payload = Bytes::from(GroupRow { group: row }.to_bytes());
        let remote = RemoteId(id.to_string());
        let (_, entries) = collections
            .entry(account.id.clone())
            .or_insert((account, Vec::new()));
        entries.push(held::entry(remote.clone(), &payload));
        payloads.insert(remote, payload);
    }
    // Which account such a group belongs to cannot be read either.
    let (reading, of_each) = doubts(rows.unreadable.len() as u64);
    let collections = collections
        .into_values()
        .map(|(collection, entries)| Collected {
            collection,
            reading: of_each.clone(),
            entries,
            extent: Extent::Full,
        })
        .collect();
    let listing = Listing {
        reading,
        collections,
        cursor: None,
    };
    Ok((listing, Held::new(Media::ANDROID_GROUP, payloads)))
}
