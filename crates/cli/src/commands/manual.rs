//! `completions` and `man`.

use std::io::Write;

use clap::CommandFactory;

use crate::args::Cli;
use crate::exit::Exit;
use crate::failure::Failure;

pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "sidekeep", &mut text);
    std::io::stdout().lock().write_all(&text)?;
    Ok(Exit::Done)
}

/// One page for the whole command: no page that it names is missing.
pub(crate) fn page() -> Result<Exit, Failure> {
    let mut text = Vec::new();
    let man = clap_mangen::Man::new(Cli::command().disable_help_flag(true).after_help(""));
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    writeln!(
        text,
        ".SH SYNOPSIS\n\\fBsidekeep\\fR [\\-\\-archive \\fIDIR\\fR] [\\-\\-json] [\\-\\-quiet] \\fICOMMAND\\fR"
    )?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    writeln!(text, ".SH COMMANDS")?;
    let mut whole = Cli::command();
    whole.build();
    for command in whole.get_subcommands_mut() {
        subcommand(&mut text, command)?;
    }
    text.extend_from_slice(MORE.as_bytes());
    std::io::stdout().lock().write_all(&text)?;
    Ok(Exit::Done)
}

/// One command, and what it is divided into: how it is typed, what it does, its own options.
fn subcommand(text: &mut Vec<u8>, command: &mut clap::Command) -> std::io::Result<()> {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").replace('-', "\\-");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    writeln!(text, ".SS {usage}\n{}", about.replace('-', "\\-"))?;
    for argument in command.get_arguments() {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        if !argument.is_global_set() && argument.get_id() != "help" {
            let name = argument.to_string().replace('-', "\\-");
            writeln!(text, ".TP\n{name}\n{}", help.replace('-', "\\-"))?;
        }
    }
    for part in command.get_subcommands_mut() {
        subcommand(text, part)?;
    }
    Ok(())
}

/// What the grammar does not say.
const MORE: &str = r"
.SH EXIT STATUS
.TP
0
Done.
.TP
1
Failed; what arrived before is kept.
.TP
2
The command line makes no sense.
.TP
3
Done, but something could not be read; it is named.
.TP
4
Held back as suspicious; the last good view stays until you decide (\fBsidekeep hold\fR).
.TP
5
Another Sidekeep is writing to the archive.
.SH ENVIRONMENT
.TP
SIDEKEEP_ARCHIVE
The archive's folder, unless \-\-archive names one.
.TP
ANDROID_ADB_SERVER_PORT
Where the adb server listens on this computer; 5037 otherwise.
.TP
RUST_LOG
What the libraries log to stderr; errors alone otherwise.
.SH FILES
.TP
~/.local/share/Sidekeep
The archive, unless another is named (on Linux; elsewhere the platform's data folder).
.TP
READ ME.html
In the archive: what is kept, and how to read it without Sidekeep.
.TP
\&.sidekeep/sources.toml
In the archive: the sources it remembers. It holds no secret.
.SH EXAMPLES
.TP
sidekeep demo
Look round without a phone.
.TP
sidekeep add adb://192.168.1.20:5555 \-\-name phone
Remember a phone on the network.
.TP
sidekeep mirror
Mirror every phone that is remembered.
.TP
sidekeep list contacts \-\-as\-of 2026\-01\-31
The address book as it was that day.
.TP
sidekeep export photos \-\-jpeg \-\-to pictures
Photos as JPEG, with their dates.
";
