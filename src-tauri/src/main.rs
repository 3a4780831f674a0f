//! The desktop shell: a window over the engine. It converts, calls and converts; what it knows stands in the archive
//! and in the owner's settings.

// A second, empty console window would open beside the program on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod desk;
mod dragging;
mod films;
mod photos;
mod reach;
mod secrets;
mod tray;
mod watch;
mod window;

use std::process::ExitCode;

use tauri::{DragDropEvent, Manager, RunEvent, WindowEvent};
use tauri_plugin_window_state::StateFlags;
use tracing_subscriber::EnvFilter;

use crate::desk::Desk;

/// Started with the session: no window until it is asked for.
const HIDDEN: &str = "--hidden";

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("SIDEKEEP_LOG").unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_writer(std::io::stderr)
        .init();
    window::prepare();
    match build() {
        Ok(app) => {
            app.run(|app, event| match event {
                // The window may be closed while a run goes on; only Quit ends the program then.
                RunEvent::ExitRequested { code: None, api, .. } if app.state::<Desk>().stays() => {
                    api.prevent_exit();
                }
                RunEvent::Exit => app.state::<Desk>().tidy(),
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "Sidekeep cannot start");
            ExitCode::FAILURE
        }
    }
}

fn build() -> tauri::Result<tauri::App> {
    use crate::commands::{accounts, app, calendar, contacts, export, history, home, photos, restores, runs};
    let mut context = tauri::generate_context!();
    let door = films::door(context.config_mut())?;
    tauri::Builder::default()
        // First of all: a second start only brings the first one's window forward.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app)))
        // All but whether it shows, which is decided by how the program was started.
        .plugin(
            tauri_plugin_window_state::Builder::default()
                .with_state_flags(StateFlags::all() - StateFlags::VISIBLE)
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_autostart::Builder::new().args([HIDDEN]).build())
        .register_asynchronous_uri_scheme_protocol("photo", crate::photos::serve)
        .invoke_handler(tauri::generate_handler![
            app::opening,
            app::settings,
            app::change_settings,
            app::use_archive,
            app::choose_folder,
            app::choose_files,
            app::open,
            app::reveal,
            app::drag_out,
            app::notify,
            app::name_tray,
            accounts::look_into,
            accounts::add_account,
            home::home,
            home::reachable,
            home::add_source,
            home::rename_source,
            home::forget_source,
            home::belongs,
            home::pair,
            home::pairing,
            home::invite,
            home::pair_invited,
            runs::mirror,
            runs::mirror_demo,
            runs::bring_in,
            runs::verify,
            runs::cancel,
            runs::running,
            photos::gallery,
            photos::photo,
            photos::film,
            contacts::people,
            contacts::person,
            contacts::search,
            calendar::calendars,
            calendar::occurrences,
            calendar::entry,
            calendar::tasks,
            history::runs,
            history::changes,
            history::decide,
            restores::restore_places,
            restores::restore,
            export::export_preview,
            export::export_to,
            export::as_file,
        ])
        .on_window_event(|window, event| match event {
            WindowEvent::CloseRequested { api, .. } if window.state::<Desk>().stays() => {
                api.prevent_close();
                if let Err(error) = window.hide() {
                    tracing::warn!(%error, "the window stays");
                } else {
                    tray::see_off(window.app_handle());
                }
            }
            // Called before the page can answer to the drop.
            WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
                window.state::<Desk>().reach().point_at(paths);
            }
            _ => {}
        })
        .setup(|app| {
            let handle = app.handle().clone();
            // First, so that WebKit's processes start while the rest is done. They are answered when it is done.
            window::make(&handle, std::env::args().any(|word| word == HIDDEN))?;
            let tray = tray::put_up(&handle);
            let desk = tauri::async_runtime::block_on(async { Desk::begin(door, tray) })?;
            app.manage(desk);
            desk::tell(&handle);
            watch::begin(&handle);
            Ok(())
        })
        .build(context)
}
