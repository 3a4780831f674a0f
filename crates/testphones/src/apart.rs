//! A network of a test's own: the test runs once more in a network namespace where there is one link that can multicast,
//! and nobody else. Linux only; needs `unshare` (util-linux) and `ip` (iproute2), as root or with user namespaces.

use std::net::Ipv4Addr;
use std::process::Command;
use std::{env, io};

/// The address of everything in there.
pub const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);

/// Where X servers have their sockets.
const SOCKETS: &str = "/tmp/.X11-unix";

/// Set in there.
const APART: &str = "SIDEKEEP_APART";

/// False where the test of this name (with the path to it in its program) has just run in a network of its own; true in there,
/// where it is to do its work.
///
/// # Panics
/// When it failed in there, or no such network can be had.
pub fn is_apart(test: &str) -> bool {
    if env::var_os(APART).is_some() {
        set_up().expect("a network of its own");
        return true;
    }
    // As root no user namespace is needed, and some systems refuse one.
    let is_root = unshare(&[])
        .arg("true")
        .status()
        .is_ok_and(|ended| ended.success());
    let own = if is_root { &[][..] } else { &["--map-root-user"] };
    let program = env::current_exe().expect("the test's program");
    let ended = unshare(own)
        .arg(program)
        .args(["--exact", test, "--nocapture", "--include-ignored"])
        .env(APART, "1")
        .output()
        .expect("unshare runs");
    let said = String::from_utf8_lossy(&ended.stdout);
    let ran = ended.status.success() && said.contains("1 passed");
    assert!(ran, "{test}: {said}{}", String::from_utf8_lossy(&ended.stderr));
    false
}

fn unshare(own: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(own)
        .args(["--net", "--mount", "--fork", "--kill-child", "--"]);
    command
}

fn set_up() -> io::Result<()> {
    let address = format!("{ADDRESS}/24");
    // X servers of two networks would take each other's displays, whose sockets stand in the one folder.
    std::fs::create_dir_all(SOCKETS)?;
    run("mount", &["-t", "tmpfs", "-o", "mode=1777", "sockets", SOCKETS])?;
    for words in [
        &["link", "set", "lo", "up"][..],
        // A link carries something as long as its other end is up.
        &["link", "add", "apart", "type", "veth", "peer", "name", "far"],
        &["address", "add", &address, "dev", "apart"],
        &["link", "set", "far", "up"],
        &["link", "set", "apart", "up"],
    ] {
        run("ip", words)?;
    }
    Ok(())
}

fn run(program: &str, words: &[&str]) -> io::Result<()> {
    let ended = Command::new(program).args(words).output()?;
    match ended.status.success() {
        true => Ok(()),
        false => Err(io::Error::other(
            String::from_utf8_lossy(&ended.stderr).into_owned(),
        )),
    }
}
