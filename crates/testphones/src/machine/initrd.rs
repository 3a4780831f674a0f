//! What the emulated computer starts with: BusyBox, the kernel's modules for its ports and shares, and `init.sh`.

use std::collections::BTreeMap;
use std::io::{self, Error};
use std::path::{Path, PathBuf};

/// Modules that are asked for; what they depend on comes before them.
const MODULES: [&str; 9] = [
    "virtio_pci",
    "9pnet_virtio",
    "9p",
    "virtio_rng",
    "xhci_pci",
    "udc_core",
    "libcomposite",
    "usb_f_fs",
    "dummy_hcd",
];

/// A cpio archive in the format `newc`.
pub(super) fn initrd(programs: &Path) -> io::Result<Vec<u8>> {
    let mut known = BTreeMap::new();
    find(&programs.join("lib/modules"), &mut known)?;
    let mut modules: Vec<(String, Vec<u8>)> = Vec::new();
    for name in MODULES {
        need(name, &known, &mut modules)?;
    }
    let names: Vec<&str> = modules.iter().map(|(name, _)| name.as_str()).collect();
    let mut archive = Archive::default();
    archive.add("bin", FOLDER, &[]);
    archive.add(
        "bin/busybox",
        PROGRAM,
        &std::fs::read(programs.join("bin/busybox"))?,
    );
    archive.add("init", PROGRAM, include_bytes!("init.sh"));
    archive.add("modules", FILE, names.join("\n").as_bytes());
    for (name, bytes) in &modules {
        archive.add(&format!("{name}.ko"), FILE, bytes);
    }
    Ok(archive.end())
}

/// Every module below a folder, by its name as modules call each other.
fn find(folder: &Path, known: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.is_symlink() {
            find(&path, known)?;
        } else if let Some(name) = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".ko"))
        {
            known.insert(name.replace('-', "_"), path);
        }
    }
    Ok(())
}

fn need(name: &str, known: &BTreeMap<String, PathBuf>, found: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let name = name.replace('-', "_");
    if found.iter().any(|(other, _)| *other == name) {
        return Ok(());
    }
    let path = known
        .get(&name)
        .ok_or_else(|| Error::other(format!("there is no module {name}")))?;
    let bytes = std::fs::read(path)?;
    for other in depends(&bytes) {
        need(&other, known, found)?;
    }
    found.push((name, bytes));
    Ok(())
}

/// What a module says in its section `.modinfo` that it depends on.
fn depends(module: &[u8]) -> Vec<String> {
    const KEY: &[u8] = b"\0depends=";
    let at = module.windows(KEY.len()).position(|window| window == KEY);
    let value = at.map_or(&[][..], |at| &module[at + KEY.len()..]);
    let value = value.split(|byte| *byte == 0).next().unwrap_or_default();
    let names = String::from_utf8_lossy(value);
    names
        .split(',')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

const FOLDER: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const FILE: u32 = 0o100_644;

/// An archive being written.
#[derive(Default)]
struct Archive {
    bytes: Vec<u8>,
    entries: u32,
}

impl Archive {
    fn add(&mut self, name: &str, mode: u32, content: &[u8]) {
        self.entries += 1;
        let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        // Number, mode, owner, group, links, time, length, device twice, special device twice, length of the name with its
        // end, checksum.
        let fields = [
            self.entries,
            mode,
            0,
            0,
            1,
            0,
            length(content.len()),
            0,
            0,
            0,
            0,
            length(name.len() + 1),
            0,
        ];
        self.bytes.extend_from_slice(b"070701");
        for field in fields {
            self.bytes.extend_from_slice(format!("{field:08x}").as_bytes());
        }
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.push(0);
        self.align();
        self.bytes.extend_from_slice(content);
        self.align();
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    fn end(mut self) -> Vec<u8> {
        self.add("TRAILER!!!", FILE, &[]);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_module_depends_on() {
        let check = |module: &[u8], expected: &[&str]| assert_eq!(depends(module), expected);
        check(
            b"\x7fELF\0license=GPL\0depends=9pnet,netfs\0retpoline=Y\0",
            &["9pnet", "netfs"],
        );
        check(b"\x7fELF\0depends=\0", &[]);
        check(b"", &[]);
    }

    #[test]
    fn entries_are_aligned() {
        let mut archive = Archive::default();
        archive.add("a", FILE, b"xyz");
        assert_eq!(archive.bytes.len(), 110 + 2 + 4);
        let whole = archive.end();
        assert!(whole.len().is_multiple_of(4) && whole.windows(10).any(|window| window == b"TRAILER!!!"));
    }
}
