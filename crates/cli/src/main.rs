//! The `sidekeep` command: the engine for scripts and for people at a terminal. One file per command in `commands/`;
//! it decides nothing that the engine could.

mod args;
mod commands;
mod exit;
mod failure;
mod output;
mod progress;
mod when;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::output::Output;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output {
        json: cli.json,
        quiet: cli.quiet,
    };
    match commands::run(cli, output) {
        Ok(exit) => exit.into(),
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            output.warn(format!("sidekeep: {}", failure.words()));
            // A script that reads JSON learns the kind there; a broken stdout has been said above.
            let _ =
                output.object(&serde_json::json!({ "error": failure.name(), "message": failure.words() }));
            ExitCode::from(failure.exit())
        }
    }
}
