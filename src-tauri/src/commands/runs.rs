//! Long work: mirroring, rescuing, re-reading. It goes on when the window is closed.

use std::path::PathBuf;

use sidekeep_engine::screen::Running;
use sidekeep_model::SourceName;
use tauri::{AppHandle, Manager};

use super::{Answer, at, meanwhile};
use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn mirror(app: AppHandle, source: SourceName, rescue: bool) -> Answer<()> {
    at(app, move |desk| {
        let source = desk.source(source.as_str())?;
        desk.mirror(source, rescue)
    })
    .await
}

#[tauri::command]
pub(crate) async fn mirror_demo(app: AppHandle) -> Answer<()> {
    meanwhile(async move { app.state::<Desk>().mirror_demo(&app).await }).await
}

#[tauri::command]
pub(crate) async fn bring_in(app: AppHandle, paths: Vec<PathBuf>) -> Answer<()> {
    at(app, move |desk| desk.bring_in(&paths)).await
}

#[tauri::command]
pub(crate) async fn verify(app: AppHandle) -> Answer<()> {
    at(app, |desk| desk.work().verify(&desk.engine())).await
}

#[tauri::command]
pub(crate) async fn cancel(app: AppHandle) -> Answer<()> {
    at(app, |desk| {
        desk.work().cancel();
        Ok(())
    })
    .await
}

#[tauri::command]
pub(crate) async fn running(app: AppHandle) -> Answer<Option<Running>> {
    at(app, |desk| Ok(desk.running())).await
}
