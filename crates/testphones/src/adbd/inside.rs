//! The first process of adbd's namespace: brings loopback up, starts adbd, and carries connections from a UNIX socket
//! to its port. It ends when its stdin does, and the whole namespace with it.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{INSIDE_PORT, relay};

/// Said on stdout as soon as connections are taken.
pub(super) const READY: &str = "ready\n";

pub(super) const PATIENCE: Duration = Duration::from_secs(20);
pub(super) const POLL: Duration = Duration::from_millis(2);

/// Arguments: the socket to make, then the command that is adbd.
pub(super) fn run(arguments: &[String]) -> ExitCode {
    match serve(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The harness keeps stderr as its log; there is nobody else to tell.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &[String]) -> io::Result<()> {
    let [socket, program, rest @ ..] = arguments else {
        return Err(io::Error::other("a socket and a command are needed"));
    };
    let up = Command::new("ip").args(["link", "set", "lo", "up"]).status()?;
    if !up.success() {
        return Err(io::Error::other("loopback does not come up"));
    }
    let mut adbd = Command::new(program)
        .args(rest)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    wait_for(&mut adbd)?;
    // An earlier try without a user namespace may have left one.
    let _ = std::fs::remove_file(socket);
    let listener = UnixListener::bind(socket)?;
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            thread::spawn(move || -> io::Result<()> {
                let far = TcpStream::connect((Ipv4Addr::LOCALHOST, INSIDE_PORT))?;
                far.set_nodelay(true)?;
                relay::join(&near, &far)
            });
        }
    });
    let mut out = io::stdout();
    out.write_all(READY.as_bytes())?;
    out.flush()?;
    // Ends when the harness ends, however it does.
    io::stdin().read_to_end(&mut Vec::new()).map(drop)
}

fn wait_for(adbd: &mut Child) -> io::Result<()> {
    let until = Instant::now() + PATIENCE;
    while TcpStream::connect((Ipv4Addr::LOCALHOST, INSIDE_PORT)).is_err() {
        if let Some(status) = adbd.try_wait()? {
            return Err(io::Error::other(format!("adbd ended: {status}")));
        }
        if Instant::now() > until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::sleep(POLL);
    }
    Ok(())
}
