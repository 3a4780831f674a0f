//! `cargo xtask run`: builds and starts Sidekeep.

use std::env::var_os;

use crate::setup;
use crate::shell::{self, Result, say, sh};

/// Builds and opens the window; with arguments, builds and starts the `sidekeep` command with them.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let given = match arguments {
        [first, rest @ ..] if first == "--" => rest,
        all => all,
    };
    setup::build_tools()?;
    setup::usb_rules()?;
    if !given.is_empty() {
        return sh(cargo_run("sidekeep-cli", "sidekeep").arg("--").args(given));
    }
    if !has_display() {
        say(
            "There is no display here, so the window cannot open. `cargo xtask run -- demo` shows what Sidekeep does.",
        );
        return Err("no display: neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned());
    }
    setup::desktop_tools()?;
    sh(&mut cargo_run("sidekeep-desktop", "sidekeep-desktop"))
}

fn cargo_run(package: &str, program: &str) -> std::process::Command {
    let mut command = shell::cargo();
    command.args([
        "run",
        "--release",
        "--locked",
        "--package",
        package,
        "--bin",
        program,
    ]);
    command
}

/// Windows and macOS always have one.
fn has_display() -> bool {
    !cfg!(target_os = "linux") || var_os("DISPLAY").is_some() || var_os("WAYLAND_DISPLAY").is_some()
}
