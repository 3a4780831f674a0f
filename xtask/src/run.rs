//! `cargo xtask run`: builds and starts Sidekeep.

use crate::setup;
use crate::shell::{self, Result, sh};

/// Builds and starts the `sidekeep` command with `arguments`; with none, the demo.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    setup::build_tools()?;
    let given = match arguments {
        [first, rest @ ..] if first == "--" => rest,
        all => all,
    };
    let mut command = shell::cargo();
    command.args([
        "run",
        "--release",
        "--locked",
        "--package",
        "sidekeep-cli",
        "--bin",
        "sidekeep",
        "--",
    ]);
    if given.is_empty() {
        command.arg("demo");
    }
    sh(command.args(given))
}
