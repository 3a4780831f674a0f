//! The one window.

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};

/// Its label.
pub(crate) const MAIN: &str = "main";

/// Makes the window; `hidden` when the program was started with the system and only watches for phones.
pub(crate) fn make(app: &AppHandle, hidden: bool) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Sidekeep")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        .visible(!hidden)
        .build()?;
    Ok(())
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    for done in [window.show(), window.unminimize(), window.set_focus()] {
        if let Err(error) = done {
            tracing::warn!(%error, "the window cannot be shown");
        }
    }
}
