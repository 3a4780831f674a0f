//! Which program holds a device that cannot be claimed (Linux).

use std::fs;
use std::path::{Path, PathBuf};

/// The name of a program that has the device file open, other than this process. `processes` is `/proc`; those of other
/// owners do not show what they have open.
pub(super) fn holder(processes: &Path, device: &Path, own: u32) -> Option<String> {
    let all = fs::read_dir(processes).ok()?.flatten();
    let holds = |process: &PathBuf| {
        let open = fs::read_dir(process.join("fd"));
        open.into_iter()
            .flatten()
            .flatten()
            .any(|file| fs::read_link(file.path()).is_ok_and(|target| target == device))
    };
    let others = all.filter(|entry| {
        let name = entry.file_name();
        name.to_str()
            .and_then(|name| name.parse::<u32>().ok())
            .is_some_and(|process| process != own)
    });
    others
        .map(|entry| entry.path())
        .filter(holds)
        .find_map(|process| fs::read_to_string(process.join("comm")).ok())
        .map(|name| name.trim().to_owned())
}

/// The device file of a USB device (kernel: `Documentation/driver-api/usb`, usbfs).
pub(super) fn device_file(bus: u8, address: u8) -> PathBuf {
    PathBuf::from(format!("/dev/bus/usb/{bus:03}/{address:03}"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn the_holder_is_named() {
        let processes = tempfile::tempdir().unwrap();
        let process = |number: &str, name: &str, open: &[&str]| {
            let folder = processes.path().join(number);
            fs::create_dir_all(folder.join("fd")).unwrap();
            fs::write(folder.join("comm"), format!("{name}\n")).unwrap();
            for (at, file) in open.iter().enumerate() {
                symlink(file, folder.join("fd").join(at.to_string())).unwrap();
            }
        };
        process("self", "sidekeep", &["/dev/bus/usb/001/004"]);
        process("12", "sidekeep", &["/dev/bus/usb/001/004"]);
        process("34", "bash", &["/dev/null"]);
        process("56", "gvfsd-mtp", &["/dev/null", "/dev/bus/usb/001/004"]);
        let check = |bus, address, expected: Option<&str>| {
            let found = holder(processes.path(), &device_file(bus, address), 12);
            assert_eq!(found.as_deref(), expected);
        };
        check(1, 4, Some("gvfsd-mtp"));
        check(2, 4, None);
        assert_eq!(holder(Path::new("/nowhere"), &device_file(1, 4), 12), None);
    }
}
