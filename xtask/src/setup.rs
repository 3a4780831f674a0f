//! Installs what is missing: on Debian and its relatives through apt-get, elsewhere it says exactly what to install.
//! Nothing is installed that is there already.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::material;
use crate::shell::{self, Result, on_path, say, sh, succeeds};

/// What must be there (a program on the PATH, if nothing else is said), and the Debian package that brings it.
type Needed = (&'static str, &'static str);

/// To build: the JPEG codec is C and assembly, SQLite is C.
const BUILD: &[Needed] = &[("cc", "build-essential"), ("cmake", "cmake"), ("nasm", "nasm")];

/// To build the window's pages, and to find the libraries below.
const DESKTOP: &[Needed] = &[("npm", "npm"), ("pkg-config", "pkg-config")];

/// The oldest Node.js that builds them, as `ui/package.json` says. Some systems' own package is older than that.
const NODE: (u32, u32) = (20, 19);

/// Libraries of the window, by pkg-config's name.
const DESKTOP_LIBRARIES: &[Needed] = &[
    ("webkit2gtk-4.1", "libwebkit2gtk-4.1-dev"),
    ("ayatana-appindicator3-0.1", "libayatana-appindicator3-dev"),
];

/// To test and bench: bare requests and what Xandikos keeps its collections in, a real Android adbd and adb (extracted,
/// not installed), a network namespace to run them in, programs that others wrote which read what Sidekeep exports, and a
/// screen, a session's bus and a driver for the window.
const TEST: &[Needed] = &[
    ("c++", "build-essential"),
    ("curl", "curl"),
    ("dbus-daemon", "dbus-daemon"),
    ("exiftool", "libimage-exiftool-perl"),
    ("exiv2", "exiv2"),
    ("git", "git"),
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("heif-convert", "libheif-examples"),
    ("ip", "iproute2"),
    ("mmdebstrap", "mmdebstrap"),
    ("python3", "python3"),
    ("sqlite3", "sqlite3"),
    ("unshare", "util-linux"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("xz", "xz-utils"),
    ("Xvfb", "xvfb"),
];

/// To package: what reads the libraries that programs need, and what checks a package's parts.
const PACKAGE: &[Needed] = &[
    ("appstreamcli", "appstream"),
    ("desktop-file-validate", "desktop-file-utils"),
    ("dpkg-shlibdeps", "dpkg-dev"),
    ("mandoc", "mandoc"),
    ("rpm", "rpm"),
    ("unshare", "util-linux"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
];

/// For pictures of the window: a letter that invented people have in their names, and the package whose font has it.
const LETTERS: &[Needed] = &[
    ("\u{1f98a}", "fonts-noto-color-emoji"),
    ("\u{4e2d}", "fonts-droid-fallback"),
];

/// Readers of vCard and iCalendar, servers of CardDAV and CalDAV, a client of these, and both ends of mDNS, that others wrote.
const PYTHON: &[&str] = &[
    "vobject==0.9.9",
    "icalendar==6.3.1",
    "radicale==3.9.0",
    "xandikos==0.4.10",
    "vdirsyncer==0.21.0",
    "zeroconf==0.154.0",
];

/// Servers of CardDAV and CalDAV that Debian has, what they run on, and a shell to start them (extracted, not installed:
/// installed they would be services of this computer).
const SERVERS: &[&str] = &[
    "bash",
    "coreutils",
    "cyrus-caldav",
    "cyrus-imapd",
    "dash",
    "davical",
    "grep",
    "libdbd-pg-perl",
    "libsasl2-modules",
    "libyaml-perl",
    "memcached",
    "php-cli",
    "php-curl",
    "php-pgsql",
    "php-xml",
    "postgresql",
    "sasl2-bin",
    "sed",
    "sogo",
];

/// An emulated computer, the kernel that runs in it, an MTP device for its port, and another program that reads such.
const MACHINE: &[&str] = &[
    "busybox-static",
    "linux-image-amd64",
    "mtp-tools",
    "qemu-system-x86",
    "udev",
    "umtp-responder",
];

/// Cargo's own tools: name and version.
const CARGO: &[(&str, &str)] = &[("nextest", "0.9.143"), ("deny", "0.20.2"), ("fuzz", "0.13.2")];

/// Test phones and readers, where the tests find them.
pub(crate) struct TestTools {
    /// Root of an extracted Debian with `adbd` and `adb`.
    pub(crate) adbd: PathBuf,
    /// A Python with the packages of [`PYTHON`].
    pub(crate) python: PathBuf,
    /// Root of an extracted Debian with [`SERVERS`], or why there is none.
    pub(crate) servers: Result<PathBuf>,
    /// Root of an extracted Debian with [`MACHINE`] and the kernel unpacked, or why there is none.
    pub(crate) machine: Result<PathBuf>,
    /// Pictures that others made, or why there are none.
    pub(crate) pictures: Result<PathBuf>,
}

impl TestTools {
    /// Tells a command where they are.
    pub(crate) fn tell(&self, command: &mut Command) {
        command
            .env("SIDEKEEP_ADBD", &self.adbd)
            .env("SIDEKEEP_PYTHON", &self.python);
        let fetched = [
            ("SIDEKEEP_DAV", &self.servers),
            ("SIDEKEEP_MACHINE", &self.machine),
            ("SIDEKEEP_PICTURES", &self.pictures),
        ];
        for (name, tool) in fetched {
            if let Ok(tool) = tool {
                command.env(name, tool);
            }
        }
    }
}

/// What a build of the command needs.
pub(crate) fn build_tools() -> Result<()> {
    packages(BUILD)
}

/// What a build of the desktop needs besides. Only where the system's packages are the way to get it; Windows and
/// macOS bring their own web view.
pub(crate) fn desktop_tools() -> Result<()> {
    packages(DESKTOP)?;
    node()?;
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    bring(DESKTOP_LIBRARIES, |library| {
        succeeds(Command::new("pkg-config").args(["--exists", library]))
    })
}

fn node() -> Result<()> {
    let output = Command::new("node").arg("--version").output();
    let found = output.map_or_else(
        |error| error.to_string(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    );
    if version(&found).is_some_and(|found| found >= NODE) {
        return Ok(());
    }
    let (major, minor) = NODE;
    Err(format!(
        "the window's pages need Node.js {major}.{minor} or newer, and `node --version` says: {found}. Install a newer one \
         (https://nodejs.org) and try again."
    ))
}

/// `v20.19.2`
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// What packages need beyond a build, their checks included.
pub(crate) fn package_tools() -> Result<()> {
    packages(PACKAGE)
}

/// What the tests need beyond a build.
pub(crate) fn test_tools() -> Result<TestTools> {
    packages(TEST)?;
    for (tool, version) in CARGO {
        if !succeeds(shell::cargo().args([tool, "--version"])) {
            let package = format!("cargo-{tool}");
            sh(shell::cargo().args(["install", "--locked", "--version", version, &package]))?;
        }
    }
    Ok(TestTools {
        adbd: adbd()?,
        python: python()?,
        servers: servers(),
        machine: machine(),
        pictures: material::pictures(),
    })
}

/// Fonts that have every letter on the window's pictures.
pub(crate) fn fonts() -> Result<()> {
    bring(LETTERS, |letters| {
        letters.chars().all(|letter| {
            let wanted = format!(":charset={:x}", u32::from(letter));
            let found = Command::new("fc-list").arg(wanted).output();
            found.is_ok_and(|found| !found.stdout.is_empty())
        })
    })
}

fn packages(needed: &[Needed]) -> Result<()> {
    bring(needed, on_path)
}

/// Installs the packages of what is not there.
fn bring(needed: &[Needed], is_there: impl Fn(&str) -> bool) -> Result<()> {
    let missing: Vec<&str> = needed
        .iter()
        .filter(|(wanted, _)| !is_there(wanted))
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        install(&missing)
    }
}

/// Installs Debian packages, or says exactly which are missing.
fn install(missing: &[&str]) -> Result<()> {
    let list = missing.join(" ");
    if !on_path("apt-get") {
        return Err(format!(
            "these are missing: {list} (Debian's names). Install them with your package manager and try again."
        ));
    }
    if !may_become_root() {
        return Err(format!(
            "these are missing: {list}. As root, run: apt-get install {list}"
        ));
    }
    let apt = || elevated("env", &["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    sh(apt().args(["update", "-qq"]))?;
    sh(apt()
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(missing))
}

fn may_become_root() -> bool {
    is_root() || on_path("sudo")
}

/// As root, whoever runs this.
fn elevated(program: &str, arguments: &[&str]) -> Command {
    let mut command = match is_root() {
        true => Command::new(program),
        false => {
            let mut command = Command::new("sudo");
            command.arg(program);
            command
        }
    };
    command.args(arguments);
    command
}

/// The rules by which whoever sits here may use a phone at the cable, where no package has brought them.
pub(crate) fn usb_rules() -> Result<()> {
    const NAME: &str = "70-sidekeep.rules";
    let ours = shell::root().join("packaging").join(NAME);
    let wanted = std::fs::read(&ours).map_err(|error| format!("{}: {error}", ours.display()))?;
    let own = Path::new("/etc/udev/rules.d").join(NAME);
    let places = [own.clone(), Path::new("/usr/lib/udev/rules.d").join(NAME)];
    let is_there = |place: &PathBuf| std::fs::read(place).is_ok_and(|rules| rules == wanted);
    if !cfg!(target_os = "linux") || places.iter().any(is_there) {
        return Ok(());
    }
    let (from, to) = (ours.to_string_lossy(), own.to_string_lossy());
    if !may_become_root() {
        say(&format!(
            "Phones at the cable need rules of this system's. As root: install -D -m 644 {from} {to} && udevadm control --reload"
        ));
        return Ok(());
    }
    sh(&mut elevated("install", &["-D", "-m", "644", &from, &to]))?;
    // Where no udev runs, there is nothing to tell.
    if Path::new("/run/udev/control").exists() {
        sh(&mut elevated("udevadm", &["control", "--reload"]))?;
    }
    Ok(())
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// A real Android adbd and adb, as Debian trixie packages them, extracted beside the build.
fn adbd() -> Result<PathBuf> {
    let root = shell::tools().join("adbd");
    if root.join("usr/lib/android-sdk/platform-tools/adbd").is_file() {
        return Ok(root);
    }
    // Debian's keys, which its relatives do not bring along.
    if !Path::new("/usr/share/keyrings/debian-archive-keyring.gpg").is_file() {
        install(&["debian-archive-keyring"])?;
    }
    extract(&root, "trixie", &["adbd", "adb"])?;
    Ok(root)
}

/// Debian's servers of accounts, of the release whose ways the tests describe, extracted beside the build.
fn servers() -> Result<PathBuf> {
    let root = shell::tools().join("servers");
    if !root.join("usr/sbin/sogod").exists() {
        extract(&root, "bookworm", SERVERS)?;
    }
    Ok(root)
}

/// The emulated computer, of the release whose kernel has the modules that it needs.
fn machine() -> Result<PathBuf> {
    if !cfg!(target_arch = "x86_64") {
        return Err("only x86-64 is emulated".into());
    }
    let root = shell::tools().join("machine");
    let kernel = root.join("vmlinux");
    // The last that was added to the list tells an older one.
    if !kernel.exists() || !root.join("bin/udevadm").exists() {
        extract(&root, "bookworm", MACHINE)?;
        unpack_kernel(&root, &kernel)?;
    }
    Ok(root)
}

/// Writes the kernel as it is before it is packed: a third of the time to start goes into unpacking it.
fn unpack_kernel(root: &Path, to: &Path) -> Result<()> {
    const XZ: &[u8] = b"\xFD7zXZ\0";
    let told = |error: std::io::Error| format!("{}: {error}", to.display());
    let packed = std::fs::read_dir(root.join("boot"))
        .map_err(told)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("vmlinuz-"))
        });
    let packed = packed.ok_or("the kernel's package has no kernel")?;
    let packed = std::fs::read(packed).map_err(told)?;
    let start = packed.windows(XZ.len()).position(|window| window == XZ);
    let start = start.ok_or("the kernel is packed in another way than by xz")?;
    // What follows the packed part is not xz's, so that it goes in as a stream of its own.
    let fresh = to.with_extension("fresh");
    let stream = to.with_extension("xz");
    std::fs::write(&stream, &packed[start..]).map_err(told)?;
    let unpacked = std::fs::File::create(&fresh).map_err(told)?;
    sh(Command::new("xz")
        .args(["-dc", "--single-stream"])
        .arg(&stream)
        .stdout(unpacked))?;
    std::fs::remove_file(&stream).map_err(told)?;
    std::fs::rename(&fresh, to).map_err(told)
}

/// Extracts Debian packages, and what they need, without installing them.
fn extract(root: &Path, release: &str, packages: &[&str]) -> Result<()> {
    let fresh = root.with_extension("fresh");
    remove(&fresh)?;
    std::fs::create_dir_all(shell::tools()).map_err(|error| error.to_string())?;
    let mut command = Command::new("mmdebstrap");
    command
        .args(["--quiet", "--variant=extract"])
        .arg(format!("--include={}", packages.join(",")))
        .arg(release)
        .arg(&fresh);
    command.args(configured_mirror());
    sh(&mut command)?;
    remove(root)?;
    std::fs::rename(&fresh, root).map_err(|error| format!("{}: {error}", root.display()))
}

/// The Debian mirror that this machine is set up with, so that packages come the way its owner chose.
pub(crate) fn configured_mirror() -> Option<String> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(dir) = std::fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(dir.flatten().map(|entry| entry.path()));
    }
    files.sort();
    let texts: Vec<String> = files.iter().flat_map(std::fs::read_to_string).collect();
    texts
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| line.starts_with("deb ") || line.starts_with("URIs:"))
        .flat_map(str::split_whitespace)
        .map(|word| word.trim_end_matches('/'))
        .find(|word| word.contains("://") && word.ends_with("/debian"))
        .map(str::to_owned)
}

/// A virtual environment with the readers and servers that others wrote.
fn python() -> Result<PathBuf> {
    let venv = shell::tools().join("python");
    let python = venv.join("bin/python");
    let pinned = venv.join("pinned.txt");
    let wanted = PYTHON.join("\n");
    if python.is_file() && std::fs::read_to_string(&pinned).is_ok_and(|found| found == wanted) {
        return Ok(python);
    }
    remove(&venv)?;
    // Debian splits venv from python3, and the package's name carries the version only on some releases.
    if !succeeds(Command::new("python3").args(["-c", "import ensurepip"])) {
        install(&["python3-venv"])?;
    }
    sh(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    sh(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet"])
        .args(PYTHON))?;
    std::fs::write(&pinned, wanted).map_err(|error| error.to_string())?;
    Ok(python)
}

pub(crate) fn remove(dir: &Path) -> Result<()> {
    match std::fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", dir.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_node() {
        for (text, found) in [
            ("v20.19.2", Some((20, 19))),
            ("v22.0.0", Some((22, 0))),
            ("20.19.2", None),
            ("No such file or directory", None),
            ("", None),
        ] {
            assert_eq!(version(text), found, "{text}");
        }
        let (major, minor) = NODE;
        let pages = include_str!("../../ui/package.json");
        assert!(
            pages.contains(&format!("\"node\": \">={major}.{minor}\"")),
            "the pages say the same"
        );
    }
}
