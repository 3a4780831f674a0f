//! Exports.

use std::path::PathBuf;

use sidekeep_engine::screen::{self, ExportDone, ExportOrder, Trouble};
use sidekeep_model::ItemId;
use tauri::{AppHandle, Manager, State};

use super::{Answer, at, meanwhile, with};
use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn export_preview(desk: State<'_, Desk>, order: ExportOrder) -> Answer<ExportDone> {
    with(&desk, move |engine| screen::preview(engine, &order)).await
}

#[tauri::command]
pub(crate) async fn export_to(app: AppHandle, order: ExportOrder) -> Answer<ExportDone> {
    meanwhile(async move { app.state::<Desk>().export(order).await }).await
}

#[tauri::command]
pub(crate) async fn as_file(app: AppHandle, ids: Vec<ItemId>) -> Answer<Vec<PathBuf>> {
    at(app, move |desk| {
        let below = desk.carried()?;
        let files = desk
            .engine()
            .archive()
            .and_then(|archive| screen::as_file(&archive, &ids, &below));
        files.map_err(Trouble::from)
    })
    .await
}
