//! Home: the phones, the ways to them.

use std::path::Path;

use sidekeep_engine::screen::{Home, PairingCode, PhoneLink, Trouble};
use sidekeep_model::{PhoneId, SourceName};
use tauri::{AppHandle, Manager, State};

use super::{Answer, at, meanwhile, with};
use crate::desk::{self, Desk};

#[tauri::command]
pub(crate) async fn home(desk: State<'_, Desk>) -> Answer<Home> {
    with(&desk, desk.home()).await
}

#[tauri::command]
pub(crate) async fn reachable(app: AppHandle) -> Answer<Vec<PhoneLink>> {
    meanwhile(async move { app.state::<Desk>().ask_around().await }).await
}

#[tauri::command]
pub(crate) async fn add_source(app: AppHandle, text: String, name: Option<String>) -> Answer<()> {
    at(app, move |desk| {
        let source = desk.source(&text)?.name();
        let added = desk
            .engine()
            .remember(source.as_str(), name.as_deref(), Path::new("/"));
        added.map(drop).map_err(Trouble::from)
    })
    .await
}

#[tauri::command]
pub(crate) async fn pair(app: AppHandle, address: String, code: String) -> Answer<()> {
    meanwhile(async move {
        let engine = app.state::<Desk>().engine();
        let paired = engine.pair(&address, &code).await;
        paired.map(drop).map_err(Trouble::from)
    })
    .await
}

#[tauri::command]
pub(crate) async fn pairing(app: AppHandle) -> Answer<Vec<String>> {
    meanwhile(async move { Ok(app.state::<Desk>().engine().pairing().await) }).await
}

#[tauri::command]
pub(crate) async fn invite(app: AppHandle) -> Answer<PairingCode> {
    at(app, |desk| desk.invite().map(PairingCode::from)).await
}

#[tauri::command]
pub(crate) async fn pair_invited(app: AppHandle) -> Answer<()> {
    meanwhile(async move { app.state::<Desk>().pair_invited().await }).await
}

#[tauri::command]
pub(crate) async fn rename_source(
    desk: State<'_, Desk>,
    source: SourceName,
    name: Option<String>,
) -> Answer<()> {
    with(&desk, move |engine| engine.rename(&source, name.as_deref())).await
}

#[tauri::command]
pub(crate) async fn forget_source(desk: State<'_, Desk>, name: String) -> Answer<()> {
    with(&desk, move |engine| engine.forget(&name)).await
}

#[tauri::command]
pub(crate) async fn belongs(
    app: AppHandle,
    desk: State<'_, Desk>,
    phone: PhoneId,
    to: Option<PhoneId>,
) -> Answer<()> {
    with(&desk, move |engine| engine.belongs(&phone, to.as_ref())).await?;
    desk::changed(&app);
    Ok(())
}
