//! A message bus of a session, with nobody on it but those who were told its address.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::window::Ending;

/// Without folders of services, so that no program of this machine is started by it (dbus-daemon(1)).
const RULES: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>"#;

/// A bus that ends with this value.
pub struct Bus {
    address: String,
    _daemon: Ending,
    _folder: TempDir,
}

impl Bus {
    /// Starts one.
    ///
    /// # Panics
    /// When `dbus-daemon` is not there.
    #[allow(clippy::unwrap_used, reason = "a journey stops at what it cannot do")]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rules = folder.path().join("session.conf");
        std::fs::write(&rules, RULES).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg("--config-file")
            .arg(&rules)
            .args(["--nofork", "--nopidfile", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon: run cargo xtask setup");
        let mut address = String::new();
        let out = daemon.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut address).unwrap();
        Self {
            address: address.trim().to_owned(),
            _daemon: Ending(daemon),
            _folder: folder,
        }
    }

    /// Where it is: `unix:path=…`.
    pub fn address(&self) -> String {
        self.address.clone()
    }
}
