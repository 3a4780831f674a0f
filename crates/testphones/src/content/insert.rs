//! `content insert` into the contacts provider: raw contacts and their data rows (AOSP ContactsProvider2).

use serde_json::{Map, Value};

use super::arguments::Insert;
use super::trace::Trace;
use crate::providers::{Providers, ProvidersError, authority, permission};

const ITEM: &str = "vnd.android.cursor.item/";

/// Adds the row, or fails as the provider does.
pub(super) fn run(insert: &Insert, providers: &Providers) -> Result<(), Trace> {
    let uri = &insert.uri;
    let unsupported = || Trace::unsupported(format!("Unknown URI: {}", uri.text));
    if uri.authority != authority::CONTACTS {
        return Err(unsupported());
    }
    if !providers.is_granted(permission::WRITE_CONTACTS).unwrap_or(false) {
        return Err(Trace::denied(uri, permission::WRITE_CONTACTS));
    }
    let columns: Map<String, Value> = insert
        .columns
        .iter()
        .map(|bound| (bound.name.clone(), Value::from(bound.value.clone())))
        .collect();
    match uri.path.first().map(String::as_str) {
        Some("raw_contacts") => raw_contact(providers, columns).map_err(|error| Trace::broken(&error)),
        Some("data") => data(providers, columns),
        _ => Err(unsupported()),
    }
}

fn raw_contact(providers: &Providers, mut columns: Map<String, Value>) -> Result<(), ProvidersError> {
    let mut take = |name: &str| {
        columns
            .remove(name)
            .and_then(|value| value.as_str().map(str::to_owned))
    };
    let (kind, name) = (take("account_type"), take("account_name"));
    let account = providers.account(kind.as_deref(), name.as_deref())?;
    providers.batch(|providers| {
        let raw = providers.contact(account, &[])?;
        for (column, value) in &columns {
            providers.set_raw(raw, column, value)?;
        }
        Ok(())
    })
}

fn data(providers: &Providers, mut columns: Map<String, Value>) -> Result<(), Trace> {
    let raw = columns.remove("raw_contact_id");
    let raw = raw.and_then(|id| id.as_str()?.parse::<i64>().ok());
    let (Some(raw), Some(mimetype)) = (raw, columns.get("mimetype").and_then(Value::as_str)) else {
        return Err(Trace::illegal_argument(
            "raw_contact_id and mimetype are required",
        ));
    };
    let is_name = mimetype.strip_prefix(ITEM) == Some("name");
    let text = |name: &str| columns.get(name).and_then(Value::as_str).unwrap_or_default();
    let shown = match text("data1") {
        "" => {
            let parts = ["data4", "data2", "data5", "data3", "data6"].map(text);
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(" ")
        }
        shown => shown.to_owned(),
    };
    let shown = Value::from(shown);
    if is_name {
        columns.insert("data1".to_owned(), shown.clone());
    }
    let added = providers.batch(|providers| {
        providers.data(raw, &Value::Object(columns.clone()))?;
        if is_name {
            providers.set_raw(raw, "display_name", &shown)?;
        }
        providers.touch_raw(raw)
    });
    added.map_err(|error| Trace::broken(&error))
}
