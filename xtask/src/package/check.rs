//! What came out of the bundler, looked at as the person who installs it would: what is in it, whether each part is
//! right by the tools that others wrote for it, and whether the programs run. The system is not touched: each package is
//! installed below a folder of its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Format, WINDOW, files};
use crate::icons;
use crate::shell::{self, Result, on_path, say, sh, succeeds};

/// The version that both packages must carry.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where the bundler puts the desktop file: named for the product.
const DESKTOP_FILE: &str = "usr/share/applications/Sidekeep.desktop";

/// Looks at both packages; `stage` holds what was laid out for them.
pub(super) fn check(deb: &Path, rpm: &Path, stage: &Path) -> Result<()> {
    versions(deb, rpm)?;
    for (format, package) in [(Format::Rpm, rpm), (Format::Deb, deb)] {
        let root = install(format, package, stage)?;
        contents(&root, &stage.join(format.name()), format)?;
    }
    let root = stage.join("deb-root");
    parts(&root)?;
    command(&root, stage)?;
    window(&root)
}

/// Installs a package below a folder, in a name space where this user is root. `dpkg` and `rpm` themselves do it, so what
/// they refuse they would refuse to a person too. Only what it depends on need not be there: that stays in the system.
fn install(format: Format, package: &Path, stage: &Path) -> Result<PathBuf> {
    let root = stage.join(format!("{}-root", format.name()));
    let mut command = Command::new("unshare");
    command.arg("--map-root-user");
    match format {
        Format::Deb => {
            super::put(&root, "var/lib/dpkg/status", b"", 0o644)?;
            for dir in ["updates", "info", "triggers"] {
                shell::make_dir(&root.join("var/lib/dpkg").join(dir))?;
            }
            command.args(["dpkg", "--force-depends", "--log=/dev/null", "--install"]);
        }
        Format::Rpm => {
            shell::make_dir(&root)?;
            command.args(["rpm", "--nodeps", "--nosignature", "--install"]);
        }
    }
    sh(command.arg(format!("--root={}", root.display())).arg(package))?;
    Ok(root)
}

/// A package holds what was laid out for it, byte for byte, and what the bundler makes; nothing else.
fn contents(found: &Path, laid_out: &Path, format: Format) -> Result<()> {
    let laid: BTreeSet<String> = files(laid_out)?.into_iter().collect();
    let mut wanted = laid.clone();
    wanted.extend([DESKTOP_FILE.to_owned(), format!("usr/bin/{WINDOW}")]);
    wanted
        .extend(icons::SIZES.map(|size| format!("usr/share/icons/hicolor/{size}x{size}/apps/{WINDOW}.png")));
    let installed = files(&found.join("usr"))?;
    let installed: BTreeSet<String> = installed.iter().map(|file| format!("usr/{file}")).collect();
    if wanted != installed {
        let missing: Vec<&String> = wanted.difference(&installed).collect();
        let strange: Vec<&String> = installed.difference(&wanted).collect();
        return Err(format!(
            "the .{} lacks {missing:?} and should not have {strange:?}",
            format.name()
        ));
    }
    for file in &installed {
        let (installed, program) = (found.join(file), file.starts_with("usr/bin/"));
        let mode = mode(&installed)?;
        if mode & 0o7555 != if program { 0o555 } else { 0o444 } {
            return Err(format!("{file} in the .{} has the mode {mode:o}", format.name()));
        }
        if laid.contains(file) && shell::read(&installed)? != shell::read(&laid_out.join(file))? {
            return Err(format!(
                "{file} in the .{} is not what was laid out",
                format.name()
            ));
        }
    }
    say(&format!(
        "the .{} holds its {} files",
        format.name(),
        installed.len()
    ));
    Ok(())
}

#[cfg(unix)]
fn mode(file: &Path) -> Result<u32> {
    use std::os::unix::fs::PermissionsExt;
    let found = file
        .metadata()
        .map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(found.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(file: &Path) -> Result<u32> {
    Err(format!("{}: packages are made on Linux", file.display()))
}

/// Both say who they are and which version.
fn versions(deb: &Path, rpm: &Path) -> Result<()> {
    let wanted = format!("sidekeep {VERSION}");
    let says = [
        shell::output(
            Command::new("dpkg-deb")
                .args(["--show", "--showformat=${Package} ${Version}"])
                .arg(deb),
        )?,
        shell::output(
            Command::new("rpm")
                .args(["--query", "--package", "--queryformat=%{NAME} %{VERSION}"])
                .arg(rpm),
        )?,
    ];
    match says.iter().find(|said| **said != wanted) {
        Some(said) => Err(format!("a package is {said:?} instead of {wanted:?}")),
        None => Ok(()),
    }
}

/// Each part, by the tool that its readers trust. The shells' own checks and udev's are asked where they are installed.
fn parts(root: &Path) -> Result<()> {
    let share = root.join("usr/share");
    sh(Command::new("desktop-file-validate").arg(root.join(DESKTOP_FILE)))?;
    // It also holds the metadata against the desktop file that it names.
    sh(Command::new("appstreamcli")
        .args(["validate-tree", "--no-net"])
        .arg(root))?;
    let page = shell::output(
        Command::new("gzip")
            .args(["--decompress", "--stdout"])
            .arg(share.join("man/man1/sidekeep.1.gz")),
    )?;
    super::put(root, "sidekeep.1", page.as_bytes(), 0o644)?;
    sh(Command::new("mandoc")
        .args(["-T", "lint", "-W", "error"])
        .arg(root.join("sidekeep.1")))?;
    for (shell, file) in [
        ("bash", "bash-completion/completions/sidekeep"),
        ("zsh", "zsh/vendor-completions/_sidekeep"),
        ("fish", "fish/vendor_completions.d/sidekeep.fish"),
    ] {
        if on_path(shell) {
            sh(Command::new(shell).arg("-n").arg(share.join(file)))?;
        }
    }
    if succeeds(Command::new("udevadm").args(["verify", "--help"])) {
        sh(Command::new("udevadm")
            .args(["verify", "--resolve-names=never"])
            .arg(root.join("usr/lib/udev/rules.d/70-sidekeep.rules")))?;
    }
    Ok(())
}

/// The installed command knows its version and mirrors the demo phone, in a home of its own.
fn command(root: &Path, stage: &Path) -> Result<()> {
    let installed = || {
        let mut command = Command::new(root.join("usr/bin/sidekeep"));
        command
            .env("HOME", stage.join("home"))
            .env_remove("SIDEKEEP_ARCHIVE");
        command
    };
    let said = shell::output(installed().arg("--version"))?;
    if said.trim() != format!("sidekeep {VERSION}") {
        return Err(format!("the installed command says it is {said:?}"));
    }
    sh(installed().args(["demo", "--into"]).arg(stage.join("demo")))?;
    sh(installed().args(["verify", "--archive"]).arg(stage.join("demo")))
}

/// The installed window passes the journey of the first start.
fn window(root: &Path) -> Result<()> {
    let said = shell::output(
        shell::cargo()
            .env("SIDEKEEP_DESKTOP", root.join("usr/bin").join(WINDOW))
            .args([
                "test",
                "--locked",
                "--package",
                "sidekeep-tests",
                "--test",
                "desktop",
            ])
            .args(["--", "start::"]),
    )?;
    say(&said);
    // A filter that no journey matches is a success to cargo.
    if said.contains(" 0 passed") {
        return Err("no journey was run in the installed window".into());
    }
    Ok(())
}
