//! The tray: Open, Mirror now, Rescue, Quit. A system without a tray library has none, and the window's close button
//! then ends the program instead of hiding it. Where the library is there and no desktop shows its icon, closing hides the
//! window, and a notification says so.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Deserialize;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

use crate::{desk, window};

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
    // On Linux the tray's library is loaded when it is first used, and a library that is missing or broken is a panic there.
    match catch_unwind(AssertUnwindSafe(|| build(app))) {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(%error, "no tray: closing the window ends Sidekeep");
            false
        }
        Err(_) => {
            tracing::warn!("no tray library: closing the window ends Sidekeep");
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

/// The window was hidden. Where nothing on the desktop shows an icon for it, the owner is told by other means that
/// Sidekeep goes on.
pub(crate) fn see_off(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        if !is_shown() {
            desk::emit(&app, "hidden", ());
        }
    });
}

/// Shows the window at a screen.
fn go(app: &AppHandle, screen: &str) {
    window::show(app);
    desk::emit(app, "navigate", screen);
}

/// Whether the desktop shows icons of trays now. A library that is there says nothing of it: GNOME by itself shows none.
/// Asks `org.kde.StatusNotifierWatcher` (StatusNotifierItem specification), and may wait half a second.
#[cfg(target_os = "linux")]
fn is_shown() -> bool {
    use gio::prelude::*;
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let asked = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE).and_then(|bus| {
        bus.call_sync(
            Some(WATCHER),
            "/StatusNotifierWatcher",
            "org.freedesktop.DBus.Properties",
            "Get",
            Some(&(WATCHER, "IsStatusNotifierHostRegistered").to_variant()),
            None,
            gio::DBusCallFlags::NO_AUTO_START,
            500,
            gio::Cancellable::NONE,
        )
    });
    let answer = asked.ok().and_then(|answer| answer.get::<(glib::Variant,)>());
    answer.is_some_and(|(shown,)| shown.get() == Some(true))
}

#[cfg(not(target_os = "linux"))]
fn is_shown() -> bool {
    true
}
