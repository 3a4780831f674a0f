//! A contact as new rows of the provider.
//!
//! `insert` does not say which row it made (AOSP `Content.java`), so the raw contact carries a `sourceid` made of what it
//! says. That also finds a contact of which the answer was lost: its missing rows are added, none twice. One that says
//! something else by now is not touched.

use sidekeep_formats::android::{NewContact, Row};
use sidekeep_model::{Digest, RemoteId};

use super::super::contacts::{DATA, GROUP_MEMBERSHIP};
use super::super::content::{Bind, Content, Shell};
use super::super::{account, groups};
use super::missing;
use crate::{ErrorKind, LinkError, Write, WriteError, Written};

const RAW_CONTACTS: &str = "content://com.android.contacts/raw_contacts";

pub(super) async fn add<S: Shell>(content: &Content<S>, write: &Write) -> Result<Written, WriteError> {
    let contact = NewContact::from_vcard(&write.bytes);
    if contact.data.is_empty() {
        return Err(WriteError::Refused(
            "it says nothing that a phone holds".to_owned(),
        ));
    }
    let account = account::columns(&write.collection);
    let token = format!("sidekeep-{}", &Digest::of(&write.bytes).to_hex()[..32]);
    let before = made(content, &account, &token).await?;
    let id = match before {
        Some(id) => id,
        None => {
            let own = [("sourceid", token.as_str())];
            let columns = account.iter().chain(&contact.raw_contact);
            let columns = columns.map(|(column, value)| (column.as_str(), value.as_str()));
            content.insert(RAW_CONTACTS, &text(columns.chain(own))).await?;
            made(content, &account, &token)
                .await?
                .ok_or_else(|| LinkError::new(ErrorKind::Garbled, "the new contact is not there"))?
        }
    };
    let rows = with_groups(content, &account, contact).await?;
    let in_group = |row: &Row| row.get("mimetype").is_some_and(|kind| kind == GROUP_MEMBERSHIP);
    // A new one has no rows but those of groups into which its account puts everybody (AOSP ContactsProvider2,
    // addAutoAddMembership).
    let there = match before.is_some() || rows.iter().any(in_group) {
        true => content.whole(&DATA, &format!("raw_contact_id={id}")).await?.rows,
        false => Vec::new(),
    };
    let (missing, others) = missing(&rows, there.into_iter().map(|(_, row)| row));
    if others.iter().any(|row| !in_group(row)) {
        // Its owner changed it since.
        return Err(WriteError::Conflict);
    }
    for row in missing {
        let mut columns = text(
            row.iter()
                .map(|(column, value)| (column.as_str(), value.as_str())),
        );
        columns.push(Bind::number("raw_contact_id", id));
        content.insert(DATA.uri, &columns).await?;
    }
    Ok(Written {
        remote: RemoteId(id.to_string()),
    })
}

fn text<'a>(columns: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Bind<'a>> {
    columns.map(|(column, value)| Bind::text(column, value)).collect()
}

/// The raw contact that was made with this token, if any.
async fn made<S: Shell>(content: &Content<S>, account: &Row, token: &str) -> Result<Option<i64>, LinkError> {
    let of_account = |column: &str| match account.get(column) {
        Some(value) => format!("{column}='{}'", value.replace('\'', "''")),
        None => format!("{column} IS NULL"),
    };
    let filter = format!(
        "deleted=0 AND sourceid='{token}' AND {} AND {}",
        of_account("account_type"),
        of_account("account_name")
    );
    Ok(content.ids_of(RAW_CONTACTS, &filter).await?.first().copied())
}

/// The data rows, with one for each of the contact's groups that its account has.
async fn with_groups<S: Shell>(
    content: &Content<S>,
    account: &Row,
    contact: NewContact,
) -> Result<Vec<Row>, LinkError> {
    let mut rows = contact.data;
    if contact.groups.is_empty() {
        return Ok(rows);
    }
    let known = groups::rows(content).await?.rows;
    for title in &contact.groups {
        let same = |row: &Row| {
            row.get("title") == Some(title)
                && ["account_type", "account_name", "data_set"]
                    .iter()
                    .all(|column| row.get(*column) == account.get(*column))
        };
        if let Some((id, _)) = known.iter().find(|(_, row)| same(row)) {
            rows.push(Row::from([
                ("mimetype".to_owned(), GROUP_MEMBERSHIP.to_owned()),
                ("data1".to_owned(), id.to_string()),
            ]));
        }
    }
    Ok(rows)
}
