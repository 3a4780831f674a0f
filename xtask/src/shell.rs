//! Running commands in the open: each is printed, and a failure names it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What went wrong, in words for the person at the terminal.
pub(crate) type Result<T> = std::result::Result<T, String>;

/// Prints one line for the person at the terminal.
#[allow(
    clippy::print_stderr,
    reason = "xtask's whole purpose is to talk to a terminal"
)]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo's target directory.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Where tools and test phones that no package manager keeps for us are put.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// npm, for the window's pages.
pub(crate) fn npm() -> Command {
    let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.arg("--prefix").arg(root().join("ui"));
    npm
}

/// Tauri's command, as ui/package.json pins it; it finds src-tauri from the repository's root.
pub(crate) fn tauri() -> Command {
    let mut tauri = Command::new("node");
    tauri.arg(root().join("ui/node_modules/@tauri-apps/cli/tauri.js"));
    tauri
}

/// Prints and runs a command in the repository's root; fails unless it succeeds.
pub(crate) fn sh(command: &mut Command) -> Result<()> {
    command.current_dir(root());
    let line = show(command);
    say(&format!("$ {line}"));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{line}: {status}")),
        Err(error) => Err(format!("{line}: {error}")),
    }
}

/// Runs a command and gives what it writes to stdout; fails unless it succeeds, and shows then what it wrote.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = show(command);
    match command.stdin(Stdio::null()).stderr(Stdio::inherit()).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            if output.status.success() {
                return Ok(text);
            }
            say(&text);
            Err(format!("{line}: {}", output.status))
        }
        Err(error) => Err(format!("{line}: {error}")),
    }
}

/// Runs a command quietly; true if it could be started and succeeded.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A program of this name is on the PATH.
pub(crate) fn on_path(program: &str) -> bool {
    let sbin = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(sbin)
        .any(|dir| dir.join(program).is_file())
}

fn show(command: &Command) -> String {
    let mut words = Vec::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!("{}={}", name.to_string_lossy(), value.to_string_lossy()));
        }
    }
    let program = Path::new(command.get_program());
    words.push(
        program
            .file_name()
            .unwrap_or(command.get_program())
            .to_string_lossy()
            .into_owned(),
    );
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// An empty folder of this name beside the build.
pub(crate) fn fresh_dir(name: &str) -> Result<PathBuf> {
    let dir = target().join(name);
    match std::fs::remove_dir_all(&dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(format!("{}: {error}", dir.display()));
        }
        _ => {}
    }
    make_dir(&dir)?;
    Ok(dir)
}

/// A folder and those above it, unless they are there.
pub(crate) fn make_dir(dir: &Path) -> Result<()> {
    std::fs::create_dir_all(dir).map_err(|error| format!("{}: {error}", dir.display()))
}

/// What a folder holds, sorted.
pub(crate) fn read_dir(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

/// The bytes of a file.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}
