//! The tray: Open, Mirror now, Rescue, Quit. A system without a tray library has none, and the window's close button
//! then ends the program instead of hiding it.

use serde::Deserialize;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Emitter, Wry};

use crate::window;

const ID: &str = "tray";

/// The words of the tray's menu. The window has them in the owner's language and hands them over once it stands.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Words {
    open: String,
    mirror: String,
    rescue: String,
    quit: String,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            open: "Open Sidekeep".into(),
            mirror: "Mirror now".into(),
            rescue: "Rescue".into(),
            quit: "Quit".into(),
        }
    }
}

/// Puts the icon up. False when this system has no tray.
pub(crate) fn put_up(app: &AppHandle) -> bool {
    if !is_there() {
        tracing::info!("no tray library: closing the window ends Sidekeep");
        return false;
    }
    match build(app) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "no tray");
            false
        }
    }
}

/// Names the menu's lines anew.
pub(crate) fn name(app: &AppHandle, words: &Words) -> tauri::Result<()> {
    match app.tray_by_id(ID) {
        Some(tray) => tray.set_menu(Some(menu(app, words)?)),
        None => Ok(()),
    }
}

fn menu(app: &AppHandle, words: &Words) -> tauri::Result<Menu<Wry>> {
    let item = |id, text| MenuItem::with_id(app, id, text, true, None::<&str>);
    Menu::with_items(
        app,
        &[
            &item("open", &words.open)?,
            &item("mirror", &words.mirror)?,
            &item("rescue", &words.rescue)?,
            &PredefinedMenuItem::separator(app)?,
            &item("quit", &words.quit)?,
        ],
    )
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let menu = menu(app, &Words::default())?;
    let mut tray = TrayIconBuilder::with_id(ID).menu(&menu).tooltip("Sidekeep");
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.on_menu_event(|app, event| match event.id().as_ref() {
        "mirror" => go(app, "home?mirror"),
        "rescue" => go(app, "rescue"),
        "quit" => app.exit(0),
        _ => window::show(app),
    })
    .on_tray_icon_event(|tray, event| {
        if let TrayIconEvent::Click {
            button: MouseButton::Left,
            button_state: MouseButtonState::Up,
            ..
        } = event
        {
            window::show(tray.app_handle());
        }
    })
    .build(app)?;
    Ok(())
}

/// Shows the window at a screen.
fn go(app: &AppHandle, screen: &str) {
    window::show(app);
    if let Err(error) = app.emit_to(window::MAIN, "navigate", screen) {
        tracing::warn!(%error, "the window was not told");
    }
}

/// The tray library is loaded when first used, and panics when it is missing; so it is looked for first.
#[cfg(target_os = "linux")]
fn is_there() -> bool {
    const NAMES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];
    let folders = std::fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .chain(["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib"].map(Into::into));
    let elsewhere = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    folders
        .chain(std::env::split_paths(&elsewhere))
        .any(|folder| NAMES.iter().any(|name| folder.join(name).exists()))
}

#[cfg(not(target_os = "linux"))]
fn is_there() -> bool {
    true
}
