//! The adb server on this computer, which may hold the device already (AOSP adb, `SERVICES.TXT`). It is asked only for
//! what it knows and for streams; it is never started or stopped.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::banner::{Banner, features};
use super::connection::late;
use crate::{ErrorKind, LinkError};

/// A device that an adb server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its serial, or `host:port`.
    pub serial: String,
    /// `device` when it can be used; `unauthorized`, `offline`, `no permissions`…
    pub state: String,
    /// `product:` of the listing.
    pub product: Option<String>,
    /// `model:` of the listing, spaces written as `_`.
    pub model: Option<String>,
    /// `device:` of the listing.
    pub device: Option<String>,
}

/// The devices that the adb server at `server` knows (`host:devices-l`). `deadline` bounds each wait for it.
///
/// # Errors
/// `Missing` when no server listens there; `Busy`, `Garbled`.
pub async fn attached(server: SocketAddr, deadline: Duration) -> Result<Vec<Attached>, LinkError> {
    let listing = ask(server, "host:devices-l", deadline)
        .await?
        .map_err(|said| refused(&said))?;
    Ok(listing.lines().filter_map(parse).collect())
}

/// What the server knows of the device `serial`, as its banner.
pub(crate) async fn banner(
    server: SocketAddr,
    serial: &str,
    deadline: Duration,
) -> Result<Banner, LinkError> {
    let found = usable(server, serial, deadline).await?;
    let service = format!("host-serial:{serial}:features");
    let listed = ask(server, &service, deadline)
        .await?
        .map_err(|said| refused(&said))?;
    Ok(Banner {
        state: found.state,
        product: found.product,
        model: found.model.map(|model| model.replace('_', " ")),
        device: found.device,
        features: features(&listed),
    })
}

/// A socket that carries `service` of the device `serial`.
pub(crate) async fn open(
    server: SocketAddr,
    serial: &str,
    service: &str,
    deadline: Duration,
) -> Result<TcpStream, LinkError> {
    let mut socket = connect(server, deadline).await?;
    let transport = request(&mut socket, &format!("host:transport:{serial}"), deadline).await?;
    if let Err(said) = transport {
        // The server's words are for people; its list says the same in a form of its own.
        usable(server, serial, deadline).await?;
        return Err(refused(&said));
    }
    match request(&mut socket, service, deadline).await? {
        Ok(()) => Ok(socket),
        Err(said) => {
            usable(server, serial, deadline).await?;
            Err(LinkError::new(ErrorKind::Unsupported, said))
        }
    }
}

/// The listing of `serial`, if it can be used.
async fn usable(server: SocketAddr, serial: &str, deadline: Duration) -> Result<Attached, LinkError> {
    let mut devices = attached(server, deadline).await?;
    let Some(at) = devices.iter().position(|device| device.serial == serial) else {
        return Err(LinkError::new(
            ErrorKind::Unplugged,
            "the adb server does not know this device (any more)",
        ));
    };
    let found = devices.swap_remove(at);
    let kind = match found.state.as_str() {
        "device" | "recovery" | "rescue" => return Ok(found),
        "unauthorized" | "authorizing" => ErrorKind::NotTrusted,
        "offline" | "connecting" => ErrorKind::Busy(None),
        "no permissions" => ErrorKind::Refused,
        _ => ErrorKind::Unsupported,
    };
    Err(LinkError::new(
        kind,
        format!("the adb server calls it {}", found.state),
    ))
}

/// One line of `host:devices-l`: serial, state (which may be two words), then `key:value` pairs.
fn parse(line: &str) -> Option<Attached> {
    let (serial, rest) = line.trim().split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let state = if rest.starts_with("no permissions") {
        "no permissions"
    } else {
        rest.split_whitespace().next()?
    };
    let value = |key: &str| {
        let mut words = rest.split_whitespace();
        words
            .find_map(|word| word.strip_prefix(key))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    };
    Some(Attached {
        serial: serial.to_owned(),
        state: state.to_owned(),
        product: value("product:"),
        model: value("model:"),
        device: value("device:"),
    })
}

fn refused(said: &str) -> LinkError {
    LinkError::new(ErrorKind::Refused, format!("the adb server said: {said}"))
}

async fn connect(server: SocketAddr, deadline: Duration) -> Result<TcpStream, LinkError> {
    let socket = match timeout(deadline, TcpStream::connect(server)).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(error)) => return Err(LinkError::caused(ErrorKind::Missing, "no adb server", error)),
        Err(_) => return Err(late("connecting to the adb server")),
    };
    socket.set_nodelay(true).map_err(lost)?;
    Ok(socket)
}

/// Asks a question that is answered by one text. The inner error is what the server said when it refused.
async fn ask(
    server: SocketAddr,
    service: &str,
    deadline: Duration,
) -> Result<Result<String, String>, LinkError> {
    let mut socket = connect(server, deadline).await?;
    match request(&mut socket, service, deadline).await? {
        Ok(()) => text(&mut socket, deadline).await.map(Ok),
        Err(said) => Ok(Err(said)),
    }
}

/// Sends a request and reads its OKAY, or what the server says with its FAIL.
async fn request(
    socket: &mut TcpStream,
    service: &str,
    deadline: Duration,
) -> Result<Result<(), String>, LinkError> {
    if service.len() > 0xffff {
        return Err(LinkError::new(
            ErrorKind::Unsupported,
            "a request longer than an adb server reads",
        ));
    }
    let asked = format!("{:04x}{service}", service.len());
    let sent = timeout(deadline, socket.write_all(asked.as_bytes()));
    sent.await
        .map_err(|_| late("asking the adb server"))?
        .map_err(lost)?;
    let mut word = [0; 4];
    exact(socket, &mut word, deadline).await?;
    match &word {
        b"OKAY" => Ok(Ok(())),
        b"FAIL" => text(socket, deadline).await.map(Err),
        _ => Err(LinkError::new(ErrorKind::Garbled, "this is no adb server")),
    }
}

/// A text after its length in four hex digits.
async fn text(socket: &mut TcpStream, deadline: Duration) -> Result<String, LinkError> {
    let mut digits = [0; 4];
    exact(socket, &mut digits, deadline).await?;
    let length = std::str::from_utf8(&digits)
        .ok()
        .and_then(|digits| usize::from_str_radix(digits, 16).ok());
    let Some(length) = length else {
        return Err(LinkError::new(ErrorKind::Garbled, "a length that is no number"));
    };
    let mut bytes = vec![0; length];
    exact(socket, &mut bytes, deadline).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn exact(socket: &mut TcpStream, into: &mut [u8], deadline: Duration) -> Result<(), LinkError> {
    match timeout(deadline, socket.read_exact(into)).await {
        Ok(read) => read.map(drop).map_err(lost),
        Err(_) => Err(late("the adb server")),
    }
}

fn lost(error: std::io::Error) -> LinkError {
    LinkError::caused(ErrorKind::Unplugged, "the adb server's socket", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_listing() {
        let check = |line: &str, expected: Option<(&str, &str, Option<&str>)>| {
            let found = parse(line);
            let found = found
                .as_ref()
                .map(|d| (d.serial.as_str(), d.state.as_str(), d.model.as_deref()));
            assert_eq!(found, expected, "{line:?}");
        };
        check(
            "38081FDJH00 device usb:1-2 product:shiba model:Pixel_8 device:shiba transport_id:3",
            Some(("38081FDJH00", "device", Some("Pixel_8"))),
        );
        check(
            "192.168.1.7:5555\toffline transport_id:1",
            Some(("192.168.1.7:5555", "offline", None)),
        );
        check(
            "0123 no permissions (user in plugdev group); see [http://developer.android.com] usb:1-1",
            Some(("0123", "no permissions", None)),
        );
        check("", None);
        check("lonely", None);
    }
}
