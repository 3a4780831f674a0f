//! `cargo xtask screenshots`: pictures of every screen in light and dark, large and small, made by the journeys that
//! drive the real window.

use crate::setup;
use crate::shell::{self, Result, say, sh};

/// Builds the programs, runs the journeys of the window, and says where the pictures are.
pub(crate) fn screenshots() -> Result<()> {
    setup::build_tools()?;
    setup::desktop_tools()?;
    setup::fonts()?;
    let tools = setup::test_tools()?;
    let folder = shell::root().join("screenshots");
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(format!("{}: {error}", folder.display()));
        }
        _ => {}
    }
    sh(shell::cargo().args(["build", "--locked", "--workspace", "--bins"]))?;
    let mut command = shell::cargo();
    tools.tell(&mut command);
    sh(command.env("SIDEKEEP_SCREENSHOTS", &folder).args([
        "nextest",
        "run",
        "--locked",
        "--package",
        "sidekeep-tests",
        "--test",
        "desktop",
        "--no-fail-fast",
    ]))?;
    say(&format!("The pictures are in {}", folder.display()));
    Ok(())
}
