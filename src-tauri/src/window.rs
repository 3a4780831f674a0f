//! The one window.

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};

/// Its label.
pub(crate) const MAIN: &str = "main";

/// Lets the window paint plainly where nothing accelerates graphics. WebKitGTK would imitate what does, and compile a
/// program for each way to fill a shape: plainly it starts sooner, scrolls at more than twice the rate and takes half the
/// memory. To be called before anything else: what it says to WebKit stands in the environment.
#[cfg(target_os = "linux")]
pub(crate) fn paint_plainly() {
    // Every driver of the kernel's Direct Rendering Manager puts its devices here.
    if !std::path::Path::new("/dev/dri").exists()
        && let Err(error) = glib::setenv("WEBKIT_DISABLE_COMPOSITING_MODE", "1", false)
    {
        tracing::warn!(%error, "graphics are imitated");
    }
}

/// The web views of other systems decide well by themselves.
#[cfg(not(target_os = "linux"))]
pub(crate) fn paint_plainly() {}

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
