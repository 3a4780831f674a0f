//! Runs, what each changed, and the owner's decisions.

use sidekeep_engine::screen::{self, ChangeRow, RunRow};
use sidekeep_model::RunId;
use tauri::{AppHandle, State};

use super::{Answer, read, with};
use crate::desk::Desk;

#[tauri::command]
pub(crate) async fn runs(desk: State<'_, Desk>) -> Answer<Vec<RunRow>> {
    read(&desk, |archive| Ok(screen::runs(archive)?)).await
}

#[tauri::command]
pub(crate) async fn changes(
    desk: State<'_, Desk>,
    run: RunId,
    from: usize,
    limit: usize,
) -> Answer<Vec<ChangeRow>> {
    read(&desk, move |archive| {
        Ok(screen::changes(archive, &run, from, limit)?)
    })
    .await
}

#[tauri::command]
pub(crate) async fn decide(app: AppHandle, desk: State<'_, Desk>, run: RunId, accept: bool) -> Answer<()> {
    let now = desk.clock().now();
    with(&desk, move |engine| engine.decide(&run, accept, now)).await?;
    crate::desk::changed(&app);
    Ok(())
}
