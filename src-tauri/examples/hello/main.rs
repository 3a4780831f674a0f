//! A window with one line of text: what Tauri itself costs. `cargo xtask bench ui` holds Sidekeep's window against it,
//! built with the same versions and profile. It knows nothing of Sidekeep.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("examples/hello/tauri.conf.json"))
}
