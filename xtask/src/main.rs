//! Set-up, run, test and bench. Every command that it starts is printed first, so that what happens on the machine
//! can be read and repeated by hand.

mod bench;
mod icons;
mod material;
mod notices;
mod package;
mod run;
mod screenshots;
mod setup;
mod shell;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask run             install what is missing, build, and open Sidekeep
cargo xtask run -- ARGS     the same with the sidekeep command and its arguments; `demo` needs neither display nor phone
cargo xtask test [STEP...]  install what is missing and pass every check; STEPs: fmt clippy deny ui doc fuzz nextest
cargo xtask test --all ...  the same, and fail where what Debian has for tests cannot be fetched
cargo xtask bench [FILTER]  measure against the peers named in the table
cargo xtask bindings        make the window's types (ui/src/ipc/bindings) anew from the Rust ones
cargo xtask icons           make the pictures in icons/ anew from the drawing
cargo xtask package         make a .deb and a .rpm, and check them as installed (on Debian and its relatives)
cargo xtask screenshots     pictures of every screen of the window, into screenshots/
cargo xtask setup           only install what is missing";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let result = match arguments.first().map(String::as_str) {
        Some("run") => run::run(rest),
        Some("test") => test::test(rest),
        Some("bench") => bench::bench(rest),
        Some("bindings") => test::write_bindings(),
        Some("icons") => icons::icons(),
        Some("package") => package::package(),
        Some("screenshots") => screenshots::screenshots(),
        Some("setup") => setup::build_tools()
            .and_then(|()| setup::desktop_tools())
            .and_then(|()| setup::test_tools().map(drop)),
        _ => {
            shell::say(USAGE);
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::say(&format!("xtask: {error}"));
            ExitCode::FAILURE
        }
    }
}
