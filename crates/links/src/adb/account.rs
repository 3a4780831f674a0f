//! The account that a contact or group belongs to, as a collection.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use sidekeep_formats::android::Row;
use sidekeep_model::{Collection, CollectionId};

/// What would make two different accounts' ids equal.
const RESERVED: &AsciiSet = &CONTROLS.add(b'%').add(b':').add(b'/');

/// Account types whose contacts are copies of contacts elsewhere: messengers and SIM cards.
const COPIES: [&str; 18] = [
    "com.whatsapp",
    "com.whatsapp.w4b",
    "org.telegram.messenger",
    "org.thoughtcrime.securesms",
    "com.viber.voip",
    "com.viber.voip.account",
    "com.facebook.messenger",
    "com.facebook.auth.login",
    "com.skype.contacts.sync",
    "com.skype.raider",
    "jp.naver.line.android",
    "com.tencent.mm.account",
    "ch.threema.app",
    "com.google.android.apps.tachyon",
    "com.imo.android.imoim",
    "com.truecaller.account",
    "com.linkedin.android",
    "com.microsoft.teams",
];

/// The collection of a row with `account_type`, `account_name` and `data_set`. Rows without an account are the
/// phone's own.
pub(super) fn of(row: &Row) -> Collection {
    let column = |name: &str| row.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let (kind, name) = (column("account_type"), column("account_name"));
    if kind.is_none() && name.is_none() {
        return Collection {
            id: CollectionId::from("device"),
            name: "Device".to_owned(),
            account: None,
            colour: None,
            read_only: false,
            derived: false,
        };
    }
    let kind = kind.unwrap_or_default();
    let name = name.unwrap_or_default();
    let mut id = utf8_percent_encode(kind, RESERVED).to_string();
    if let Some(set) = column("data_set") {
        id.push('/');
        id.extend(utf8_percent_encode(set, RESERVED));
    }
    id.push(':');
    id.push_str(name);
    Collection {
        id: CollectionId(id),
        name: if name.is_empty() { kind } else { name }.to_owned(),
        account: Some(format!("{kind}:{name}")),
        colour: None,
        read_only: false,
        derived: COPIES.contains(&kind) || is_sim(kind),
    }
}

/// The columns of an account by the id of its collection: the inverse of [`of`].
pub(super) fn columns(id: &CollectionId) -> Row {
    let Some((kind, name)) = id.as_str().split_once(':') else {
        return Row::new();
    };
    let (kind, set) = kind.split_once('/').unwrap_or((kind, ""));
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let columns = [
        ("account_type", decoded(kind)),
        ("account_name", name.to_owned()),
        ("data_set", decoded(set)),
    ];
    let columns = columns.into_iter().filter(|(_, text)| !text.is_empty());
    columns.map(|(column, text)| (column.to_owned(), text)).collect()
}

/// Makers name the account of a SIM card's contacts after it: `vnd.sec.contact.sim`, `com.android.sim`, `SIM Account`.
fn is_sim(kind: &str) -> bool {
    kind.to_ascii_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| {
            matches!(
                word,
                "sim" | "sim1" | "sim2" | "usim" | "simcontacts" | "simaccount"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: Option<&str>, name: Option<&str>, set: Option<&str>, id: &str, derived: bool) {
        let columns = [("account_type", kind), ("account_name", name), ("data_set", set)];
        let row: Row = columns
            .into_iter()
            .filter_map(|(column, text)| Some((column.to_owned(), text?.to_owned())))
            .collect();
        let collection = of(&row);
        assert_eq!((collection.id.as_str(), collection.derived), (id, derived));
        assert!(!collection.name.is_empty());
        assert_eq!(super::columns(&collection.id), row);
    }

    #[test]
    fn accounts_keep_apart() {
        check(None, None, None, "device", false);
        check(
            Some("com.google"),
            Some("ada@example.org"),
            None,
            "com.google:ada@example.org",
            false,
        );
        check(
            Some("com.google"),
            Some("ada@example.org"),
            Some("plus"),
            "com.google/plus:ada@example.org",
            false,
        );
        check(Some("a:b"), Some("c"), None, "a%3Ab:c", false);
        check(Some("a"), Some("b:c"), None, "a:b:c", false);
        check(None, Some("x"), None, ":x", false);
    }

    #[test]
    fn copies_are_known() {
        check(
            Some("com.whatsapp"),
            Some("WhatsApp"),
            None,
            "com.whatsapp:WhatsApp",
            true,
        );
        check(
            Some("vnd.sec.contact.sim"),
            Some("primary.sim.account_name"),
            None,
            "vnd.sec.contact.sim:primary.sim.account_name",
            true,
        );
        check(
            Some("USIM Account"),
            Some("USIM"),
            None,
            "USIM Account:USIM",
            true,
        );
        check(
            Some("com.simple.contacts"),
            Some("me"),
            None,
            "com.simple.contacts:me",
            false,
        );
    }
}
