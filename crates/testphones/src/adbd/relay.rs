//! Carries connections from a loopback port to a UNIX socket, by plain threads: the kernel moves the bytes.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A listening port. Stops when dropped.
#[derive(Debug)]
pub(super) struct Relay {
    address: SocketAddr,
    open: Arc<Open>,
    /// Owns the listening socket; None once stopped.
    listening: Option<thread::JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Open {
    stopped: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

impl Relay {
    pub(super) fn start(socket: &Path) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let open = Arc::new(Open::default());
        let (shared, socket) = (Arc::clone(&open), socket.to_owned());
        let listening = Some(thread::spawn(move || accept(&listener, &socket, &shared)));
        Ok(Self {
            address,
            open,
            listening,
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Breaks off every connection and takes no new one.
    pub(super) fn stop(&mut self) {
        let Some(listening) = self.listening.take() else {
            return;
        };
        self.open.stopped.store(true, Ordering::SeqCst);
        if let Ok(streams) = self.open.streams.lock() {
            for stream in streams.iter() {
                // It may have ended by itself.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
        // Wakes the thread that waits in accept, which then sees the mark.
        drop(TcpStream::connect(self.address));
        // A panic there would have been told by itself.
        let _ = listening.join();
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop();
    }
}

fn accept(listener: &TcpListener, socket: &Path, open: &Arc<Open>) {
    for near in listener.incoming().flatten() {
        if open.stopped.load(Ordering::SeqCst) {
            return;
        }
        if let (Ok(copy), Ok(mut streams)) = (near.try_clone(), open.streams.lock()) {
            streams.push(copy);
        }
        let socket = socket.to_owned();
        thread::spawn(move || -> io::Result<()> {
            near.set_nodelay(true)?;
            let far = UnixStream::connect(socket)?;
            join(&far, &near)
        });
    }
}

/// Copies both ways until both sides have ended.
pub(super) fn join(unix: &UnixStream, tcp: &TcpStream) -> io::Result<()> {
    thread::scope(|scope| {
        scope.spawn(|| {
            let copied = io::copy(&mut &*unix, &mut &*tcp);
            let _ = tcp.shutdown(Shutdown::Both);
            let _ = unix.shutdown(Shutdown::Both);
            copied
        });
        let copied = io::copy(&mut &*tcp, &mut &*unix);
        let _ = tcp.shutdown(Shutdown::Both);
        let _ = unix.shutdown(Shutdown::Both);
        copied.map(drop)
    })
}
