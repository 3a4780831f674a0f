//! The one window.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::webview::PageLoadEvent;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

/// Its label.
pub(crate) const MAIN: &str = "main";

/// What WebKitGTK is told by its environment, before anything else.
#[cfg(target_os = "linux")]
pub(crate) fn prepare() {
    let tell = |name, value| {
        if let Err(error) = glib::setenv(name, value, false) {
            tracing::warn!(%error, name, "WebKit is not told");
        }
    };
    // It waits longer with collecting its garbage the more memory a machine has, and each picture scrolled past is held by
    // some: told of 256 MB it keeps half as much after ten thousand of them, and scrolls as smoothly.
    tell("JSC_forceRAMSize", "268435456");
    // Where nothing accelerates graphics it would imitate what does, and compile a program for each way to fill a shape:
    // plainly it starts sooner, scrolls at more than twice the rate and takes half the memory. Every driver of the
    // kernel's Direct Rendering Manager puts its devices into this folder.
    if !std::path::Path::new("/dev/dri").exists() {
        tell("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
    }
}

/// The web views of other systems decide well by themselves.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare() {}

/// The window shows after this long though its page is not there: what the owner sees can be closed.
const PATIENCE: Duration = Duration::from_secs(3);

/// Makes the window, which shows once its page is loaded: an empty one would be painted for nothing, and where nothing
/// accelerates graphics WebKit may wait half a second for that picture. `hidden` when the program was started with the
/// system and only watches for phones.
pub(crate) fn make(app: &AppHandle, hidden: bool) -> tauri::Result<()> {
    // Once: a page that begins anew opens no window that its owner closed.
    let shown = Arc::new(AtomicBool::new(hidden));
    let show_once = move |app: &AppHandle| {
        if !shown.swap(true, Ordering::Relaxed) {
            show(app);
        }
    };
    let (late, later) = (app.clone(), show_once.clone());
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        later(&late);
    });
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Sidekeep")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        .visible(false)
        .on_page_load(move |window, page| {
            if page.event() == PageLoadEvent::Finished {
                show_once(window.app_handle());
            }
        })
        .build()?;
    forget_what_was_shown(&window)
}

/// WebKitGTK keeps what it loaded last, for a browser's way back: of pictures scrolled past, some fifty megabytes. They
/// are in the archive, a few milliseconds away.
#[cfg(target_os = "linux")]
fn forget_what_was_shown(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{CacheModel, WebContextExt, WebViewExt};
    window.with_webview(|view| {
        if let Some(context) = view.inner().context() {
            context.set_cache_model(CacheModel::DocumentViewer);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn forget_what_was_shown(_: &WebviewWindow) -> tauri::Result<()> {
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
