//! Pictures that others made, for the tests: the test data of programs and crates that read pictures, and ExifTool itself to
//! compare with. Fetched beside the build the way packages come to this machine, never committed.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::setup::{configured_mirror, remove};
use crate::shell::{self, Result, make_dir, read_dir, sh};

/// Debian's release whose sources are taken: the table of disagreements holds for its ExifTool.
const RELEASE: &str = "bookworm";
/// Source packages: ExifTool with pictures of dozens of makers, and what libraries for EXIF and HEIF test themselves with.
const SOURCES: &[&str] = &["exiv2", "libexif", "libheif", "libimage-exiftool-perl"];
/// Crates that bring pictures along.
const CRATES: &[(&str, &str)] = &[("kamadak-exif", "0.6.2"), ("libheif-rs", "3.0.0")];
/// Debian's keys.
const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The folder with all of them, one folder each by the package's name.
pub(crate) fn pictures() -> Result<PathBuf> {
    let root = shell::tools().join("pictures");
    let listed = root.join("listed.txt");
    let wanted = format!("{RELEASE} {SOURCES:?} {CRATES:?}");
    if std::fs::read_to_string(&listed).is_ok_and(|found| found == wanted) {
        return Ok(root);
    }
    let fresh = root.with_extension("fresh");
    remove(&fresh)?;
    make_dir(&fresh)?;
    sources(&fresh)?;
    crates(&fresh)?;
    write(&fresh.join("listed.txt"), &wanted)?;
    remove(&root)?;
    std::fs::rename(&fresh, &root).map_err(|error| format!("{}: {error}", root.display()))?;
    Ok(root)
}

/// Debian's source packages as their authors released them, by an apt whose lists are its own: this machine's may have no
/// sources among them.
fn sources(root: &Path) -> Result<()> {
    let mirror = configured_mirror().ok_or("this machine knows no Debian mirror")?;
    let apt = root.join("apt");
    for folder in ["lists/partial", "cache", "packed"] {
        make_dir(&apt.join(folder))?;
    }
    let list = apt.join("sources.list");
    write(
        &list,
        &format!("deb-src [signed-by={KEYS}] {mirror} {RELEASE} main\n"),
    )?;
    let get = || {
        // apt-get leaves sources where it is started.
        let mut command = Command::new("env");
        command
            .arg(format!("--chdir={}", apt.join("packed").display()))
            .arg("apt-get");
        for (option, value) in [
            ("Dir::Etc::sourcelist", list.clone()),
            ("Dir::Etc::sourceparts", PathBuf::from("-")),
            ("Dir::State::lists", apt.join("lists")),
            ("Dir::Cache", apt.join("cache")),
        ] {
            command.arg("-o").arg(format!("{option}={}", value.display()));
        }
        // What apt fetches as another user it could not write here.
        command.args(["-o", "APT::Sandbox::User=root", "-qq"]);
        command
    };
    sh(get().arg("update"))?;
    sh(get().args(["source", "--download-only"]).args(SOURCES))?;
    for name in SOURCES {
        let to = root.join(name);
        make_dir(&to)?;
        sh(Command::new("tar")
            .arg("-xf")
            .arg(packed(&apt.join("packed"), name)?)
            .arg("-C")
            .arg(&to)
            .arg("--strip-components=1"))?;
    }
    remove(&apt)
}

/// The authors' own part of a source package.
fn packed(folder: &Path, name: &str) -> Result<PathBuf> {
    let is_it = |path: &PathBuf| {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        file.starts_with(&format!("{name}_")) && file.contains(".orig.tar.")
    };
    let mut found = read_dir(folder)?.into_iter().filter(is_it);
    found
        .next()
        .ok_or_else(|| format!("the package {name} has no original"))
}

/// Crates as cargo brings them, with their tests.
fn crates(root: &Path) -> Result<()> {
    let folder = root.join("crates");
    make_dir(&folder.join("src"))?;
    write(&folder.join("src/lib.rs"), "")?;
    let mut manifest =
        "[package]\nname = \"material\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n".to_owned();
    for (name, version) in CRATES {
        manifest += &format!("{name} = {{ version = \"={version}\", default-features = false }}\n");
    }
    write(&folder.join("Cargo.toml"), &manifest)?;
    let vendored = folder.join("vendored");
    shell::output(
        shell::cargo()
            .args(["vendor", "--quiet", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .arg(&vendored),
    )?;
    for (name, _) in CRATES {
        std::fs::rename(vendored.join(name), root.join(name)).map_err(|error| format!("{name}: {error}"))?;
    }
    remove(&folder)
}

fn write(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}
