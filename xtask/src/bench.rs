//! `cargo xtask bench`: the figures of the speed table, each beside its peer, measured in the same run.

use crate::setup;
use crate::shell::{self, Result, sh};

/// Builds everything optimised and runs the benches whose name contains the filter.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    setup::build_tools()?;
    let tools = setup::test_tools()?;
    // Some benches measure programs that are only made to be measured.
    sh(shell::cargo().args([
        "build",
        "--release",
        "--locked",
        "--workspace",
        "--bins",
        "--examples",
    ]))?;
    let mut command = shell::cargo();
    tools.tell(&mut command);
    sh(command
        .args([
            "bench",
            "--locked",
            "--package",
            "sidekeep-tests",
            "--bench",
            "speed",
            "--",
        ])
        .args(arguments))
}
