//! Photos and films. Their bytes go over the photo protocol and the film door.

use sidekeep_engine::screen::{self, Gallery, PhotoDetail, PhotoFilter};
use sidekeep_model::{ItemId, Time};
use tauri::{AppHandle, State};

use super::{Answer, at, read, with};
use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn gallery(desk: State<'_, Desk>, filter: PhotoFilter) -> Answer<Gallery> {
    with(&desk, move |engine| {
        screen::gallery(&engine.archive()?, &engine.grouping()?, &filter)
    })
    .await
}

#[tauri::command]
pub(crate) async fn photo(desk: State<'_, Desk>, id: ItemId, as_of: Option<Time>) -> Answer<PhotoDetail> {
    read(&desk, move |archive| screen::photo(archive, id, as_of)).await
}

#[tauri::command]
pub(crate) async fn film(app: AppHandle, id: ItemId) -> Answer<String> {
    at(app, move |desk| Ok(desk.films().url(id))).await
}
