//! Exports.

use std::path::PathBuf;

use sidekeep_engine::screen::{self, ExportDone, ExportOrder};
use sidekeep_model::ItemId;
use tauri::State;

use super::{Answer, read};
use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn export_preview(desk: State<'_, Desk>, order: ExportOrder) -> Answer<ExportDone> {
    read(&desk, move |archive| screen::preview(archive, &order)).await
}

#[tauri::command]
pub(crate) async fn export_to(desk: State<'_, Desk>, order: ExportOrder) -> Answer<ExportDone> {
    desk.export(order).await
}

#[tauri::command]
pub(crate) async fn as_file(desk: State<'_, Desk>, ids: Vec<ItemId>) -> Answer<Vec<PathBuf>> {
    let below = desk.carried()?;
    read(&desk, move |archive| screen::as_file(archive, &ids, &below)).await
}
