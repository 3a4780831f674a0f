//! Finds the program `content` of this package beside the running test, and has it built when it is missing or older
//! than its sources: a test of another package does not build it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs, io};

use super::AdbdError;

/// The program's path.
pub(super) fn find() -> Result<PathBuf, AdbdError> {
    let profile = profile_folder(&env::current_exe()?).ok_or_else(|| {
        AdbdError::NoStandIn("this program does not run from a target folder of cargo".to_owned())
    })?;
    let program = profile.join("content");
    if !is_fresh(&program) {
        build(&profile)?;
    }
    Ok(program)
}

/// `target/debug` of `target/debug/deps/x`, `target/debug/examples/x` or `target/debug/x`.
fn profile_folder(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    match folder.file_name()?.to_str()? {
        "deps" | "examples" => folder.parent().map(Path::to_owned),
        _ => Some(folder.to_owned()),
    }
}

fn is_fresh(program: &Path) -> bool {
    let modified = |path: &Path| fs::metadata(path).and_then(|found| found.modified());
    let Ok(built) = modified(program) else {
        return false;
    };
    newest(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).is_ok_and(|changed| changed <= built)
}

fn newest(folder: &Path) -> io::Result<SystemTime> {
    let mut last = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let changed = if entry.file_type()?.is_dir() {
            newest(&entry.path())?
        } else {
            entry.metadata()?.modified()?
        };
        last = last.max(changed);
    }
    Ok(last)
}

fn build(profile: &Path) -> Result<(), AdbdError> {
    let name = match profile.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--bin", "content", "--profile", name])
        .arg("--manifest-path")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .env(
            "CARGO_TARGET_DIR",
            profile.parent().unwrap_or(Path::new("target")),
        )
        .output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(AdbdError::NoStandIn(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ))
    }
}
