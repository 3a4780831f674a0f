//! `cargo xtask package`: a .deb and a .rpm of both programs, with what a desktop and a shell expect beside them. Tauri's
//! bundler makes them; this module lays out the files that it does not know of, and says which libraries are needed.
//! Neither package runs a script when it is installed. `check` then looks at what came out.

mod check;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Result, say, sh};
use crate::{icons, notices, setup};

/// The programs: the command and the window.
const COMMAND: &str = "sidekeep";
const WINDOW: &str = "sidekeep-desktop";

/// A kind of package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Deb,
    Rpm,
}

impl Format {
    const ALL: [Self; 2] = [Self::Deb, Self::Rpm];

    /// As Tauri names it, and how its files end.
    fn name(self) -> &'static str {
        match self {
            Self::Deb => "deb",
            Self::Rpm => "rpm",
        }
    }

    /// Where packages lay completions for zsh.
    fn zsh(self) -> &'static str {
        match self {
            Self::Deb => "usr/share/zsh/vendor-completions",
            Self::Rpm => "usr/share/zsh/site-functions",
        }
    }

    /// What people may do with it, and where the format wants that said: from, to.
    fn licences(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Deb => &[("packaging/copyright", "usr/share/doc/sidekeep/copyright")],
            Self::Rpm => &[
                ("LICENSE", "usr/share/licenses/sidekeep/LICENSE"),
                ("LICENSE-APACHE", "usr/share/licenses/sidekeep/LICENSE-APACHE"),
                ("LICENSE-MIT", "usr/share/licenses/sidekeep/LICENSE-MIT"),
            ],
        }
    }
}

/// Committed files that go into both: from, to.
const COMMITTED: &[(&str, &str)] = &[
    (
        "packaging/70-sidekeep.rules",
        "usr/lib/udev/rules.d/70-sidekeep.rules",
    ),
    (
        "packaging/net.sidekeep.Sidekeep.metainfo.xml",
        "usr/share/metainfo/net.sidekeep.Sidekeep.metainfo.xml",
    ),
    (
        "icons/sidekeep.svg",
        "usr/share/icons/hicolor/scalable/apps/sidekeep-desktop.svg",
    ),
];

/// Makes and checks both packages, and says where they are.
pub(crate) fn package() -> Result<()> {
    setup::build_tools()?;
    setup::desktop_tools()?;
    setup::package_tools()?;
    sh(shell::cargo()
        .args(["build", "--release", "--locked", "--bins"])
        .args(["--package", "sidekeep-cli", "--package", "sidekeep-desktop"]))?;
    icons::check()?;
    let stage = shell::fresh_dir("package")?;
    let made = Made::new()?;
    for format in Format::ALL {
        lay_out(format, &made, &stage.join(format.name()))?;
        shell::fresh_dir(&format!("release/bundle/{}", format.name()))?;
    }
    // Each package would otherwise get a program with its own mark for Tauri's updater, which Sidekeep does not have.
    sh(shell::tauri()
        .args([
            "bundle",
            "--ci",
            "--no-binary-patching",
            "--bundles",
            "deb,rpm",
            "--config",
        ])
        .arg(config(&stage)?))?;
    let [deb, rpm] = [bundle(Format::Deb)?, bundle(Format::Rpm)?];
    check::check(&deb, &rpm, &stage)?;
    for package in [deb, rpm] {
        say(&package.display().to_string());
    }
    Ok(())
}

/// A program as built.
fn built(program: &str) -> PathBuf {
    shell::target().join("release").join(program)
}

/// The one package of a format that the bundler has made.
fn bundle(format: Format) -> Result<PathBuf> {
    let dir = shell::target().join("release").join("bundle").join(format.name());
    let mut packages = shell::read_dir(&dir)?;
    packages.retain(|path| path.extension().is_some_and(|end| end == format.name()));
    match <[PathBuf; 1]>::try_from(packages) {
        Ok([package]) => Ok(package),
        Err(found) => Err(format!("{} packages in {}", found.len(), dir.display())),
    }
}

/// Texts that are made at packaging.
struct Made {
    bash: String,
    zsh: String,
    fish: String,
    manual: String,
    changelog: Vec<u8>,
    notices: String,
}

impl Made {
    /// Asks the built command for what it knows of itself.
    fn new() -> Result<Self> {
        let say = |arguments: &[&str]| shell::output(Command::new(built(COMMAND)).args(arguments));
        Ok(Self {
            bash: say(&["completions", "bash"])?,
            zsh: say(&["completions", "zsh"])?,
            fish: say(&["completions", "fish"])?,
            manual: say(&["man"])?,
            changelog: shell::read(&shell::root().join("CHANGELOG.md"))?,
            notices: notices::notices()?,
        })
    }
}

/// Lays the files of a package that the bundler does not make out in a folder, as they will be installed.
fn lay_out(format: Format, made: &Made, root: &Path) -> Result<()> {
    let zsh = format!("{}/_sidekeep", format.zsh());
    for (to, text) in [
        ("usr/share/bash-completion/completions/sidekeep", &made.bash),
        (zsh.as_str(), &made.zsh),
        ("usr/share/fish/vendor_completions.d/sidekeep.fish", &made.fish),
    ] {
        put(root, to, text.as_bytes(), 0o644)?;
    }
    for (to, bytes) in [
        ("usr/share/man/man1/sidekeep.1", made.manual.as_bytes()),
        ("usr/share/doc/sidekeep/changelog", &made.changelog),
        ("usr/share/doc/sidekeep/THIRD-PARTY", made.notices.as_bytes()),
    ] {
        put(root, to, bytes, 0o644)?;
        sh(Command::new("gzip")
            .args(["--best", "--no-name"])
            .arg(root.join(to)))?;
    }
    for (from, to) in COMMITTED.iter().chain(format.licences()) {
        put(root, to, &shell::read(&shell::root().join(from))?, 0o644)?;
    }
    put(root, "usr/bin/sidekeep", &shell::read(&built(COMMAND))?, 0o755)
}

/// Writes a file with exactly these permissions, whatever this machine's are for new files.
fn put(root: &Path, to: &str, bytes: &[u8], mode: u32) -> Result<()> {
    let file = root.join(to);
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    shell::make_dir(file.parent().unwrap_or(root))?;
    std::fs::write(&file, bytes).map_err(failed)?;
    permit(&file, mode).map_err(failed)
}

#[cfg(unix)]
fn permit(file: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn permit(_: &Path, _: u32) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Every file below a folder, by its path from there, sorted.
fn files(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(dir) = open.pop() {
        for path in shell::read_dir(&dir)? {
            if path.is_dir() {
                open.push(path);
            } else {
                let below = path.strip_prefix(root).unwrap_or(&path);
                found.push(below.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What tauri.conf.json cannot know: the files laid out, and the libraries that the programs were linked with.
fn config(stage: &Path) -> Result<String> {
    let mut formats = Vec::new();
    for format in Format::ALL {
        let root = stage.join(format.name());
        let mut entries = Vec::new();
        for file in files(&root)? {
            let from = root.join(&file).to_string_lossy().into_owned();
            entries.push(format!("{}:{}", quoted(&format!("/{file}")), quoted(&from)));
        }
        let depends = match format {
            Format::Deb => deb_depends(stage)?,
            Format::Rpm => rpm_depends()?,
        };
        let depends: Vec<String> = depends.iter().map(|depend| quoted(depend)).collect();
        formats.push(format!(
            "{}:{{\"depends\":[{}],\"files\":{{{}}}}}",
            quoted(format.name()),
            depends.join(","),
            entries.join(",")
        ));
    }
    Ok(format!("{{\"bundle\":{{\"linux\":{{{}}}}}}}", formats.join(",")))
}

/// A JSON string; paths and package names hold no control characters.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The Debian packages, with least versions, that hold the libraries and symbols that the programs ask for.
fn deb_depends(stage: &Path) -> Result<Vec<String>> {
    // The tool reads a source package's control file, and needs no more of it than this.
    put(
        stage,
        "shlibdeps/debian/control",
        b"Source: sidekeep\n\nPackage: sidekeep\nArchitecture: any\n",
        0o644,
    )?;
    let said = shell::output(
        Command::new("dpkg-shlibdeps")
            .current_dir(stage.join("shlibdeps"))
            .arg("-O")
            .args([built(COMMAND), built(WINDOW)]),
    )?;
    let list = said.trim().strip_prefix("shlibs:Depends=");
    let list = list.ok_or_else(|| format!("dpkg-shlibdeps said {said:?}"))?;
    Ok(list.split(", ").map(str::to_owned).collect())
}

/// The libraries and versions of symbols that the programs ask for, as rpm names them on every distribution.
fn rpm_depends() -> Result<Vec<String>> {
    let mut depends = Vec::new();
    for program in [COMMAND, WINDOW] {
        // What rpmbuild itself calls.
        let said = shell::output(
            Command::new("/usr/lib/rpm/elfdeps")
                .arg("--requires")
                .arg(built(program)),
        )?;
        depends.extend(said.lines().map(str::to_owned));
    }
    depends.sort();
    depends.dedup();
    Ok(depends)
}
