//! The program itself: opening an archive, settings, dialogs, and what leaves the window.

use std::path::PathBuf;

use sidekeep_engine::Settings;
use sidekeep_engine::screen::{Opening, Trouble};
use tauri::{AppHandle, Manager, WebviewWindow};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_notification::NotificationExt;
use tauri_plugin_opener::OpenerExt;

use super::{Answer, apart, at, bug};
use crate::desk::Desk;
use crate::reach::denied;
use crate::{dragging, tray};

#[tauri::command]
pub(crate) async fn opening(app: AppHandle) -> Answer<Opening> {
    at(app, |desk| Ok(desk.opening())).await
}

#[tauri::command]
pub(crate) async fn settings(app: AppHandle) -> Answer<Settings> {
    at(app, |desk| Ok(desk.settings())).await
}

#[tauri::command]
pub(crate) async fn change_settings(app: AppHandle, settings: Settings) -> Answer<Settings> {
    apart(move || app.state::<Desk>().change_settings(&app, settings)).await
}

#[tauri::command]
pub(crate) async fn use_archive(app: AppHandle, folder: PathBuf) -> Answer<Opening> {
    apart(move || app.state::<Desk>().use_archive(&app, folder)).await
}

#[tauri::command]
pub(crate) async fn choose_folder(app: AppHandle, title: String) -> Answer<Option<PathBuf>> {
    let chosen = apart(move || {
        let dialog = || app.dialog().file().set_title(title).blocking_pick_folder();
        let path = given().or_else(|| dialog()?.into_path().ok());
        app.state::<Desk>().reach().point_at(path.iter());
        Ok::<_, Trouble>(path)
    });
    chosen.await
}

#[tauri::command]
pub(crate) async fn choose_files(app: AppHandle, title: String) -> Answer<Vec<PathBuf>> {
    let chosen = apart(move || {
        let dialog = || app.dialog().file().set_title(title).blocking_pick_files();
        let paths: Vec<PathBuf> = match given() {
            Some(path) => vec![path],
            None => {
                let picked = dialog().unwrap_or_default().into_iter();
                picked.filter_map(|path| path.into_path().ok()).collect()
            }
        };
        app.state::<Desk>().reach().point_at(&paths);
        Ok::<_, Trouble>(paths)
    });
    chosen.await
}

#[tauri::command]
pub(crate) async fn open(app: AppHandle, path: PathBuf) -> Answer<()> {
    apart(move || {
        let path = app.state::<Desk>().document(&path)?;
        app.opener()
            .open_path(path.to_string_lossy(), None::<&str>)
            .map_err(|error| denied(&path, error.to_string()))
    })
    .await
}

#[tauri::command]
pub(crate) async fn reveal(app: AppHandle, path: PathBuf) -> Answer<()> {
    apart(move || {
        let path = app.state::<Desk>().ours(&path)?;
        app.opener()
            .reveal_item_in_dir(&path)
            .map_err(|error| denied(&path, error.to_string()))
    })
    .await
}

#[tauri::command]
pub(crate) async fn drag_out(window: WebviewWindow, paths: Vec<PathBuf>) -> Answer<()> {
    apart(move || {
        let desk = window.state::<Desk>();
        let paths = paths
            .iter()
            .map(|path| desk.ours(path))
            .collect::<Answer<Vec<_>>>()?;
        dragging::out(&window, paths).map_err(|error| bug(&error))
    })
    .await
}

#[tauri::command]
pub(crate) async fn notify(app: AppHandle, title: String, body: String) -> Answer<()> {
    apart(move || {
        if app.state::<Desk>().settings().notifications
            && let Err(error) = app.notification().builder().title(title).body(body).show()
        {
            tracing::warn!(%error, "no notification");
        }
        Ok::<_, Trouble>(())
    })
    .await
}

#[tauri::command]
pub(crate) async fn name_tray(app: AppHandle, words: tray::Words) -> Answer<()> {
    apart(move || {
        if let Err(error) = tray::name(&app, &words) {
            tracing::warn!(%error, "the tray keeps its words");
        }
        Ok::<_, Trouble>(())
    })
    .await
}

/// A path that the end-to-end journeys give in place of the system's dialog, which no driver can reach. Whoever sets the
/// environment of this process could as well answer its dialogs.
const CHOSEN: &str = "SIDEKEEP_CHOSEN";

fn given() -> Option<PathBuf> {
    std::env::var_os(CHOSEN).map(PathBuf::from)
}
