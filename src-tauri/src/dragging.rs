//! Dragging files out of the window, to the desktop or another program.

use std::path::PathBuf;

use tauri::WebviewWindow;

/// What is shown under the pointer.
const PICTURE: &[u8] = include_bytes!("../../icons/32x32.png");

/// Starts the system's drag with these files. Must be called while the pointer's button is down.
pub(crate) fn out(window: &WebviewWindow, paths: Vec<PathBuf>) -> tauri::Result<()> {
    let this = window.clone();
    window.run_on_main_thread(move || {
        let item = drag::DragItem::Files(paths);
        let picture = drag::Image::Raw(PICTURE.to_vec());
        #[cfg(target_os = "linux")]
        let begun = this
            .gtk_window()
            .map_err(|error| error.to_string())
            .and_then(|gtk| {
                drag::start_drag(&gtk, item, picture, |_, _| {}, drag::Options::default())
                    .map_err(|error| error.to_string())
            });
        #[cfg(not(target_os = "linux"))]
        let begun = drag::start_drag(&this, item, picture, |_, _| {}, drag::Options::default())
            .map_err(|error| error.to_string());
        if let Err(error) = begun {
            tracing::warn!(%error, "nothing could be dragged out");
        }
    })
}
