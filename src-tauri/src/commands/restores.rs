//! Putting something kept back.

use sidekeep_engine::screen::{RestoreDone, RestoreOrder, RestorePlaces};
use tauri::{AppHandle, Manager, State};

use super::{Answer, meanwhile, with};
use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn restore_places(desk: State<'_, Desk>) -> Answer<RestorePlaces> {
    with(&desk, sidekeep_engine::Engine::restore_places).await
}

#[tauri::command]
pub(crate) async fn restore(app: AppHandle, order: RestoreOrder, preview: bool) -> Answer<RestoreDone> {
    meanwhile(async move {
        let desk = app.state::<Desk>();
        desk.work().restore(&desk.engine(), order, preview).await
    })
    .await
}
