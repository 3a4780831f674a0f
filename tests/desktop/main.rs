//! The desktop end to end: the real window under its own X server, on an archive that a real run of the demo phone
//! made. Every screen's main journey, by pointer or by keyboard alone.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a journey stops at what it cannot do")]

mod account;
mod account_looks;
mod air;
mod archive_trouble;
mod calendar;
mod contacts;
mod export;
mod grouped;
mod history;
mod home;
mod keyboard;
mod life;
mod looks;
mod odd;
mod page;
mod photos;
mod settings;
mod start;
mod tray;

use sidekeep_tests::window::{Start, Window};

use crate::life::Life;

/// A window on this archive.
async fn window(life: &Life) -> Window {
    let Start { size, dark, .. } = Start::default();
    looking(life, size, dark).await.0
}

/// A window on this archive, and how it looks, by which its pictures are called.
async fn looking(life: &Life, size: (u32, u32), dark: bool) -> (Window, String) {
    let root = life.root();
    let window = Window::open(Start {
        archive: Some(&root),
        size,
        dark,
        ..Start::default()
    })
    .await;
    let shade = if dark { "dark" } else { "light" };
    (window, format!("{shade}-{}x{}", size.0, size.1))
}

/// A window on this archive, in which every dialog of the system answers with this folder.
async fn choosing(life: &Life, folder: &std::path::Path) -> Window {
    let root = life.root();
    Window::open(Start {
        archive: Some(&root),
        env: vec![("SIDEKEEP_CHOSEN", folder.display().to_string())],
        ..Start::default()
    })
    .await
}
