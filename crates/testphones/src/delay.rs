//! A long way: a TCP proxy that holds every byte back for a fixed time in each direction, as Wi-Fi or a far network
//! does, without limiting how many bytes are on their way. It neither reads nor changes them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

/// The most that one read of a socket brings.
const CHUNK: usize = 256 * 1024;
/// Reads that may be on their way in one direction: more than any test sends within its delay.
const ON_THE_WAY: usize = 4096;

/// A running proxy; dropping it cuts every connection through it.
#[derive(Debug)]
pub struct Delay {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Delay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Delay {
    /// Listens on a free port of the loopback address and passes each connection on to `target`, every byte
    /// `one_way` later than it came. A round trip therefore takes twice that.
    ///
    /// # Errors
    /// When no port can be opened.
    pub async fn start(target: SocketAddr, one_way: Duration) -> io::Result<Delay> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            // Owned here, so that connections end with the proxy.
            let mut connections = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                connections.spawn(pass(near, target, one_way));
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Delay { address, task })
    }

    /// Where to connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Carries one connection both ways until both sides have ended or one breaks.
async fn pass(near: TcpStream, target: SocketAddr, one_way: Duration) -> io::Result<()> {
    let far = TcpStream::connect(target).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (near_source, near_sink) = near.into_split();
    let (far_source, far_sink) = far.into_split();
    tokio::try_join!(
        hold(near_source, far_sink, one_way),
        hold(far_source, near_sink, one_way)
    )?;
    Ok(())
}

/// Carries one direction, its end included.
async fn hold<R, W>(mut source: R, mut sink: W, delay: Duration) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let (sender, mut receiver) = mpsc::channel::<(Instant, Bytes)>(ON_THE_WAY);
    let read = async move {
        let mut buffer = BytesMut::new();
        loop {
            buffer.reserve(CHUNK);
            let length = source.read_buf(&mut buffer).await?;
            let bytes = buffer.split().freeze();
            if sender.send((Instant::now() + delay, bytes)).await.is_err() || length == 0 {
                return io::Result::Ok(());
            }
        }
    };
    let write = async move {
        while let Some((due, bytes)) = receiver.recv().await {
            sleep_until(due).await;
            if bytes.is_empty() {
                break;
            }
            sink.write_all(&bytes).await?;
        }
        sink.shutdown().await
    };
    tokio::try_join!(read, write)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends all it receives back.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut source, mut sink) = socket.split();
                    tokio::io::copy(&mut source, &mut sink).await.expect("echoes");
                    sink.shutdown().await.expect("ends");
                });
            }
        });
        address
    }

    #[tokio::test]
    async fn bytes_come_back_unchanged_and_a_round_trip_later() {
        let delay = Duration::from_millis(10);
        let proxy = Delay::start(echo().await, delay).await.expect("a proxy");
        let mut socket = TcpStream::connect(proxy.address()).await.expect("connects");
        let sent: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
        let began = Instant::now();
        let (mut source, mut sink) = socket.split();
        let mut received = Vec::new();
        let write = async {
            sink.write_all(&sent).await?;
            sink.shutdown().await
        };
        tokio::try_join!(write, source.read_to_end(&mut received)).expect("comes back");
        assert!(received == sent, "{} bytes of {}", received.len(), sent.len());
        assert!(began.elapsed() >= 2 * delay, "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn dropping_it_cuts_the_connections() {
        let proxy = Delay::start(echo().await, Duration::ZERO).await.expect("a proxy");
        let mut socket = TcpStream::connect(proxy.address()).await.expect("connects");
        socket.write_all(b"x").await.expect("sends");
        socket.read_u8().await.expect("comes back");
        drop(proxy);
        assert!(matches!(socket.read(&mut [0; 1]).await, Ok(0) | Err(_)));
    }
}
