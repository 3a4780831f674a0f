//! Long work: mirroring, rescuing, re-reading. It goes on when the window is closed.

use std::path::PathBuf;

use sidekeep_engine::screen::Running;
use sidekeep_model::SourceName;
use tauri::{AppHandle, State};

use super::Answer;
use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn mirror(desk: State<'_, Desk>, source: SourceName, rescue: bool) -> Answer<()> {
    desk.mirror(&source, rescue)
}

#[tauri::command]
pub(crate) async fn mirror_demo(app: AppHandle, desk: State<'_, Desk>) -> Answer<()> {
    desk.mirror_demo(&app).await
}

#[tauri::command]
pub(crate) async fn bring_in(desk: State<'_, Desk>, paths: Vec<PathBuf>) -> Answer<()> {
    desk.work().bring_in(&desk.engine(), &paths)
}

#[tauri::command]
pub(crate) async fn verify(desk: State<'_, Desk>) -> Answer<()> {
    desk.work().verify(&desk.engine())
}

#[tauri::command]
pub(crate) fn cancel(desk: State<'_, Desk>) {
    desk.work().cancel();
}

#[tauri::command]
pub(crate) fn running(desk: State<'_, Desk>) -> Option<Running> {
    desk.running()
}
