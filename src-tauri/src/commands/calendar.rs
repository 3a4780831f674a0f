//! Calendar and to-dos.

use std::sync::PoisonError;

use sidekeep_engine::screen::{self, CalendarRow, EntryDetail, Occurrence, Span, TaskRow};
use sidekeep_model::{ItemId, Time};
use tauri::State;

use super::{Answer, read, with};
use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn calendars(desk: State<'_, Desk>) -> Answer<Vec<CalendarRow>> {
    read(&desk, screen::calendars).await
}

#[tauri::command]
pub(crate) async fn occurrences(desk: State<'_, Desk>, span: Span) -> Answer<Vec<Occurrence>> {
    let agenda = desk.agenda();
    with(&desk, move |engine| {
        let mut agenda = agenda.lock().unwrap_or_else(PoisonError::into_inner);
        screen::occurrences(&mut agenda, &engine.archive()?, &engine.grouping()?, &span)
    })
    .await
}

#[tauri::command]
pub(crate) async fn entry(desk: State<'_, Desk>, id: ItemId, as_of: Option<Time>) -> Answer<EntryDetail> {
    read(&desk, move |archive| screen::entry(archive, id, as_of)).await
}

#[tauri::command]
pub(crate) async fn tasks(desk: State<'_, Desk>, as_of: Option<Time>) -> Answer<Vec<TaskRow>> {
    let agenda = desk.agenda();
    with(&desk, move |engine| {
        let mut agenda = agenda.lock().unwrap_or_else(PoisonError::into_inner);
        screen::tasks(&mut agenda, &engine.archive()?, &engine.grouping()?, as_of)
    })
    .await
}
