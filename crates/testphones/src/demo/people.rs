//! The demo's people: `people.json` into the contacts provider.

use serde_json::{Map, Value, json};

use crate::providers::{Providers, ProvidersError};

/// Inserts accounts, groups and people. A person's `name` and `rows` hold data1, data2, … in order (the first of a
/// row is its MIME type, null leaves a column out); `in` and `groups` name account and groups. Returns how many people
/// and groups there are.
pub(super) fn insert(providers: &Providers, tables: &Value) -> Result<(usize, usize), ProvidersError> {
    let mut groups = 0;
    let mut people = 0;
    for account in items(&tables["accounts"]) {
        let id = providers.account(account["type"].as_str(), account["name"].as_str())?;
        let mut known = Map::new();
        for group in items(&account["groups"]) {
            let mut row = group.clone();
            row["account_id"] = id.into();
            let group_id = providers.insert("groups", &row)?;
            known.insert(
                group["title"].as_str().unwrap_or_default().to_owned(),
                group_id.into(),
            );
            groups += 1;
        }
        for person in items(&tables["people"]).filter(|person| person["in"] == account["id"]) {
            let raw = providers.contact(id, &rows(person, &known))?;
            if let Some(columns) = person["raw_contact"].as_object() {
                for (column, value) in columns {
                    providers.execute(&format!(
                        "UPDATE raw_contacts SET {column} = {value} WHERE _id = {raw}"
                    ))?;
                }
            }
            people += 1;
        }
    }
    Ok((people, groups))
}

fn rows(person: &Value, groups: &Map<String, Value>) -> Vec<Value> {
    let mut rows = Vec::new();
    if !person["name"].is_null() {
        rows.push(row("name", items(&person["name"])));
    }
    for given in items(&person["rows"]) {
        let mimetype = given[0].as_str().unwrap_or_default();
        rows.push(row(mimetype, items(given).skip(1)));
    }
    for group in items(&person["groups"]) {
        let id = group.as_str().and_then(|title| groups.get(title));
        rows.push(json!({ "mimetype": "group_membership", "data1": id }));
    }
    rows
}

fn row<'a>(mimetype: &str, values: impl Iterator<Item = &'a Value>) -> Value {
    let mut row = Map::new();
    row.insert("mimetype".to_owned(), mimetype.into());
    for (index, value) in values.enumerate().filter(|(_, value)| !value.is_null()) {
        row.insert(format!("data{}", index + 1), value.clone());
    }
    Value::Object(row)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
