//! Accounts: what one holds, and remembering it.

use sidekeep_engine::screen::{AccountFound, AccountOrder, Trouble};
use tauri::{AppHandle, Manager, State};

use super::{Answer, meanwhile, with};
use crate::desk::{self, Desk};

#[tauri::command]
pub(crate) async fn look_into(
    app: AppHandle,
    source: String,
    password: Option<String>,
) -> Answer<AccountFound> {
    meanwhile(async move {
        let engine = app.state::<Desk>().engine();
        let found = engine.look_into(&source, password).await;
        found.map_err(Trouble::from)
    })
    .await
}

#[tauri::command]
pub(crate) async fn add_account(app: AppHandle, desk: State<'_, Desk>, order: AccountOrder) -> Answer<()> {
    with(&desk, move |engine| engine.add_account(&order)).await?;
    desk::changed(&app);
    Ok(())
}
