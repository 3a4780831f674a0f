//! Home: the phones, the ways to them.

use std::path::Path;

use sidekeep_engine::screen::{Home, PhoneLink};
use tauri::State;

use super::{Answer, with};
use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn home(desk: State<'_, Desk>) -> Answer<Home> {
    with(&desk, desk.home()).await
}

#[tauri::command]
pub(crate) async fn reachable(desk: State<'_, Desk>) -> Answer<Vec<PhoneLink>> {
    desk.ask_around().await
}

#[tauri::command]
pub(crate) async fn add_source(desk: State<'_, Desk>, text: String, name: Option<String>) -> Answer<()> {
    with(&desk, move |engine| {
        engine.remember(&text, name.as_deref(), Path::new("/")).map(drop)
    })
    .await
}

#[tauri::command]
pub(crate) async fn forget_source(desk: State<'_, Desk>, name: String) -> Answer<()> {
    with(&desk, move |engine| engine.forget(&name)).await
}
