//! The program itself: opening an archive, settings, dialogs, and what leaves the window.

use std::path::PathBuf;

use sidekeep_engine::Settings;
use sidekeep_engine::screen::{Opening, Trouble, TroubleKind};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_notification::NotificationExt;
use tauri_plugin_opener::OpenerExt;

use super::{Answer, bug};
use crate::desk::Desk;
use crate::{dragging, tray};

#[tauri::command]
pub(crate) async fn opening(desk: State<'_, Desk>) -> Answer<Opening> {
    Ok(tokio::task::block_in_place(|| desk.opening()))
}

#[tauri::command]
pub(crate) fn settings(desk: State<'_, Desk>) -> Settings {
    desk.settings()
}

#[tauri::command]
pub(crate) async fn change_settings(
    app: AppHandle,
    desk: State<'_, Desk>,
    settings: Settings,
) -> Answer<Settings> {
    desk.change_settings(&app, settings)
}

#[tauri::command]
pub(crate) async fn use_archive(app: AppHandle, desk: State<'_, Desk>, folder: PathBuf) -> Answer<Opening> {
    tokio::task::block_in_place(|| desk.use_archive(&app, folder))
}

#[tauri::command]
pub(crate) async fn choose_folder(app: AppHandle, title: String) -> Answer<Option<PathBuf>> {
    if let Some(given) = std::env::var_os(CHOSEN) {
        return Ok(Some(given.into()));
    }
    let chosen = blocking(move || app.dialog().file().set_title(title).blocking_pick_folder()).await?;
    Ok(chosen.and_then(|path| path.into_path().ok()))
}

#[tauri::command]
pub(crate) async fn choose_files(app: AppHandle, title: String) -> Answer<Vec<PathBuf>> {
    if let Some(given) = std::env::var_os(CHOSEN) {
        return Ok(vec![given.into()]);
    }
    let chosen = blocking(move || app.dialog().file().set_title(title).blocking_pick_files()).await?;
    let paths = chosen.unwrap_or_default().into_iter();
    Ok(paths.filter_map(|path| path.into_path().ok()).collect())
}

#[tauri::command]
pub(crate) async fn open(app: AppHandle, desk: State<'_, Desk>, path: PathBuf) -> Answer<()> {
    let path = desk.ours(&path)?;
    app.opener()
        .open_path(path.to_string_lossy(), None::<&str>)
        .map_err(|error| denied(&path, &error))
}

#[tauri::command]
pub(crate) async fn reveal(app: AppHandle, desk: State<'_, Desk>, path: PathBuf) -> Answer<()> {
    let path = desk.ours(&path)?;
    app.opener()
        .reveal_item_in_dir(&path)
        .map_err(|error| denied(&path, &error))
}

#[tauri::command]
pub(crate) async fn drag_out(
    window: WebviewWindow,
    desk: State<'_, Desk>,
    paths: Vec<PathBuf>,
) -> Answer<()> {
    let paths = paths
        .iter()
        .map(|path| desk.ours(path))
        .collect::<Answer<Vec<_>>>()?;
    dragging::out(&window, paths).map_err(|error| bug(&error))
}

#[tauri::command]
pub(crate) fn notify(app: AppHandle, desk: State<'_, Desk>, title: String, body: String) {
    if desk.settings().notifications
        && let Err(error) = app.notification().builder().title(title).body(body).show()
    {
        tracing::warn!(%error, "no notification");
    }
}

#[tauri::command]
pub(crate) fn name_tray(app: AppHandle, words: tray::Words) {
    if let Err(error) = tray::name(&app, &words) {
        tracing::warn!(%error, "the tray keeps its words");
    }
}

/// A path that the end-to-end journeys give in place of the system's dialog, which no driver can reach.
const CHOSEN: &str = "SIDEKEEP_CHOSEN";

async fn blocking<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    tokio::task::spawn_blocking(call)
        .await
        .map_err(|error| bug(&error))
}

fn denied(path: &std::path::Path, cause: &dyn std::fmt::Display) -> Trouble {
    Trouble {
        kind: TroubleKind::Denied,
        subject: Some(path.display().to_string()),
        detail: cause.to_string(),
    }
}
