//! A small disk for an archive: a file system in memory with a size, which can grow or become read-only. It is mounted in
//! a mount namespace of its own, so that it is seen by the commands that run on it and by nobody else, and it is gone
//! with the process that made it. Linux only; needs `unshare` and `nsenter` (util-linux), as root or with user namespaces.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Mounts the disk, says so, and holds it until stdin ends. Arguments: the size, the folder.
const HOLD: &str = "mount -t tmpfs -o size=$1 disk \"$2\" && echo ready && exec cat";

/// A mounted disk.
#[derive(Debug)]
pub struct SmallDisk {
    /// Holds the namespace.
    holder: Child,
    in_user_namespace: bool,
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// Mounts a disk of this many bytes (rounded up to whole pages).
    ///
    /// # Panics
    /// When it cannot be mounted: a check that cannot run has not passed.
    pub fn new(bytes: u64) -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        // As root no user namespace is needed, and some systems refuse one.
        for in_user_namespace in [false, true] {
            let mut command = Command::new("unshare");
            if in_user_namespace {
                command.arg("--map-root-user");
            }
            command
                .args(["--mount", "--", "sh", "-c", HOLD, "sh", &bytes.to_string()])
                .arg(folder.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped());
            let mut holder = command.spawn().unwrap_or_else(|error| panic!("{error}"));
            if is_ready(&mut holder) {
                return Self {
                    holder,
                    in_user_namespace,
                    folder,
                };
            }
            end(&mut holder);
        }
        panic!("no disk can be mounted, neither as root nor in a user namespace");
    }

    /// The disk's folder, as commands see it that run on it. For everyone else it is an empty folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The disk's folder as this process sees it.
    pub fn from_outside(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(self.path().strip_prefix("/").unwrap_or(self.path()))
    }

    /// Gives the disk another size.
    ///
    /// # Panics
    /// When that is not possible.
    pub fn resize(&self, bytes: u64) {
        self.remount(&format!("size={bytes}"));
    }

    /// Lets nobody write from here on.
    ///
    /// # Panics
    /// When that is not possible.
    pub fn make_read_only(&self) {
        self.remount("ro");
    }

    fn remount(&self, options: &str) {
        let words = self.enter();
        // With the type and the source named, `mount` does not add the options that the disk has: among them is its
        // owner, whom a user namespace does not know.
        let status = Command::new(&words[0])
            .args(&words[1..])
            .args([
                "mount",
                "-t",
                "tmpfs",
                "-o",
                &format!("remount,{options}"),
                "disk",
            ])
            .arg(self.path())
            .status();
        assert!(
            status.as_ref().is_ok_and(std::process::ExitStatus::success),
            "remount {options}: {status:?}"
        );
    }

    /// The words before a command that shall run where the disk is mounted.
    pub(crate) fn enter(&self) -> Vec<OsString> {
        let namespaces = format!("/proc/{}/ns", self.holder.id());
        let mut words = vec!["nsenter".into(), format!("--mount={namespaces}/mnt").into()];
        if self.in_user_namespace {
            words.push(format!("--user={namespaces}/user").into());
            words.push("--preserve-credentials".into());
        }
        words.push("--".into());
        words
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        end(&mut self.holder);
    }
}

fn is_ready(holder: &mut Child) -> bool {
    let mut line = String::new();
    holder
        .stdout
        .take()
        .is_some_and(|out| BufReader::new(out).read_line(&mut line).is_ok() && line == "ready\n")
}

fn end(holder: &mut Child) {
    // Both fail only when it has ended already.
    let _ = holder.kill();
    let _ = holder.wait();
}
