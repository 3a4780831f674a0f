//! The `sidekeep` command: the engine for scripts and for people at a terminal. One file per command in `commands/`;
//! it decides nothing that the engine could.

mod args;
mod commands;
mod exit;
mod failure;
mod output;
mod progress;
mod qr;
mod terminal;
mod when;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::output::Output;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    log();
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
            let _ = output.object(&failure.object());
            failure.exit().into()
        }
    }
}

/// Help and version are answers; anything else is a usage error, told as JSON where JSON was asked for.
fn refuse(error: &clap::Error) -> ExitCode {
    // A closed terminal leaves nobody to tell.
    let _ = error.print();
    if error.use_stderr() && std::env::args_os().any(|word| word == "--json") {
        let output = Output {
            json: true,
            quiet: true,
        };
        let message = error.render().to_string();
        let _ = output.object(&serde_json::json!({ "error": "usage", "message": message.trim_end() }));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// What the libraries log is for those who look for a fault: errors go to stderr, RUST_LOG asks for more. What people
/// must know comes as values, and the commands have the words.
fn log() {
    use tracing_subscriber::filter::{EnvFilter, LevelFilter};
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::ERROR.into())
        .from_env_lossy();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .without_time();
    // Only a second subscriber could make this fail, and there is none.
    let _ = log.with_target(false).try_init();
}
