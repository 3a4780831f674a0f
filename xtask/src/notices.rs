//! Whose work the programs hold, and under which licence: the notices that these licences ask to be handed on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::shell::{self, Result, read_dir};

/// How a file begins that holds a licence or a notice, in lower case.
const BEGINNINGS: [&str; 6] = [
    "license",
    "licence",
    "copying",
    "copyright",
    "notice",
    "unlicense",
];

/// The text: every crate and every npm package that is in the programs, each licence text once.
pub(crate) fn notices() -> Result<String> {
    let mut parts = crates()?;
    parts.extend(pages()?);
    let mut list = String::from("Sidekeep holds parts of these works.\n\n");
    let mut texts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for part in &parts {
        list += &format!("{}: {}\n", part.name, part.licence);
        let mut files = Vec::new();
        collect(&part.folder, &mut files);
        for file in files {
            let text = String::from_utf8_lossy(&shell::read(&file)?)
                .trim()
                .replace("\r\n", "\n");
            texts.entry(text).or_default().insert(&part.name);
        }
    }
    for (text, names) in &texts {
        let names: Vec<&str> = names.iter().copied().collect();
        list += &format!("\n{}\n{}\n\n{text}\n", "-".repeat(80), names.join(", "));
    }
    Ok(list)
}

/// A work of others.
struct Part {
    /// Name and version.
    name: String,
    /// Which licence, as its authors say it.
    licence: String,
    /// Where its sources are.
    folder: PathBuf,
}

/// The crates that are linked into the two programs, as cargo unpacked them.
fn crates() -> Result<Vec<Part>> {
    let tree = shell::output(
        shell::cargo()
            .args([
                "tree",
                "--locked",
                "--package",
                "sidekeep-cli",
                "--package",
                "sidekeep-desktop",
            ])
            .args([
                "--edges",
                "normal",
                "--prefix",
                "none",
                "--no-dedupe",
                "--format",
                "{p}|{l}",
            ]),
    )?;
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let registries = read_dir(&home.unwrap_or_default().join("registry").join("src"))?;
    let lines: BTreeSet<&str> = tree.lines().collect();
    let mut parts = Vec::new();
    for line in lines {
        let Some((package, licence)) = line.split_once('|') else {
            continue;
        };
        // Sidekeep's own crates come with their path: `sidekeep-model v0.1.0 (…)`; a macro's with `(proc-macro)`.
        let package = package.trim_end_matches(" (proc-macro)");
        let Some((name, version)) = package.split_once(" v").filter(|_| !package.ends_with(')')) else {
            continue;
        };
        let folder = registries
            .iter()
            .map(|registry| registry.join(format!("{name}-{version}")))
            .find(|folder| folder.is_dir())
            .ok_or_else(|| format!("the sources of {package} are not where cargo unpacks them"))?;
        parts.push(Part {
            name: format!("{name} {version}"),
            licence: licence.into(),
            folder,
        });
    }
    Ok(parts)
}

/// The npm packages that the window's pages are built from.
fn pages() -> Result<Vec<Part>> {
    let list = shell::output(shell::npm().args(["ls", "--omit=dev", "--all", "--parseable", "--long"]))?;
    let modules = Path::new("node_modules");
    let mut parts = Vec::new();
    for line in list.lines() {
        // FOLDER:NAME@VERSION, and more on some lines.
        let Some((folder, name)) = line.split_once(':') else {
            continue;
        };
        let folder = PathBuf::from(folder);
        if folder.iter().any(|step| step == modules.as_os_str()) {
            let name = name.split(':').next().unwrap_or(name);
            parts.push(Part {
                name: name.into(),
                licence: licence(&folder)?,
                folder,
            });
        }
    }
    Ok(parts)
}

/// What package.json says: `"license": "MIT"` on a line of its own, as npm writes it.
fn licence(folder: &Path) -> Result<String> {
    let text = shell::read(&folder.join("package.json"))?;
    let text = String::from_utf8_lossy(&text);
    let said = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("\"license\":"));
    Ok(said
        .map_or("see its text", |said| said.trim_matches([' ', ',', '"']))
        .to_owned())
}

/// Every licence file of a work, those of the C sources that it carries along included.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in read_dir(folder).unwrap_or_default() {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        if path.is_dir() {
            // What an npm package itself installs is named on its own.
            if name != "node_modules" {
                collect(&path, files);
            }
        } else if BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) && !name.ends_with(".rs") {
            files.push(path);
        }
    }
}
