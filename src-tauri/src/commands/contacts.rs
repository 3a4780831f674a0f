//! Contacts, and finding anything.

use std::sync::PoisonError;

use sidekeep_engine::screen::{self, Found, Person, PersonDetail};
use sidekeep_model::{ItemId, Time};
use tauri::State;

use super::{Answer, read, with};
use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn people(desk: State<'_, Desk>, as_of: Option<Time>) -> Answer<Vec<Person>> {
    let people = desk.people();
    with(&desk, move |engine| {
        people.lock().unwrap_or_else(PoisonError::into_inner).list(
            &engine.archive()?,
            &engine.grouping()?,
            as_of,
        )
    })
    .await
}

#[tauri::command]
pub(crate) async fn person(desk: State<'_, Desk>, id: ItemId, as_of: Option<Time>) -> Answer<PersonDetail> {
    read(&desk, move |archive| screen::person(archive, id, as_of)).await
}

#[tauri::command]
pub(crate) async fn search(desk: State<'_, Desk>, words: String, limit: usize) -> Answer<Vec<Found>> {
    read(&desk, move |archive| Ok(screen::search(archive, &words, limit)?)).await
}
