//! Android over adb: which phones this computer's adb server knows, and the way to one of them.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use sidekeep_links::adb::mdns::{Mdns, Service};
use sidekeep_links::adb::{self, Access, AdbPhone};
use sidekeep_links::{ErrorKind, LinkError};

use crate::Source;
use crate::phones::{Reachable, State};
use crate::source::SHARED_STORAGE;

/// How long an adb server, which is on this computer, is waited for.
const GLANCE: Duration = Duration::from_secs(5);
/// Where an adb server listens unless `ANDROID_ADB_SERVER_PORT` says otherwise.
const ADB_SERVER_PORT: u16 = 5037;

/// Reaches the phone at an address. One that does not know us may already be held by an adb server that it trusts; its owner is
/// asked, as long as `access` has patience, where none holds it.
///
/// # Errors
/// As the phone itself says.
pub(crate) async fn at_address(
    host: &str,
    port: u16,
    root: &str,
    access: &Access,
) -> Result<AdbPhone, LinkError> {
    let direct = match adb::connect(host, port, root, &access.unasked()).await {
        Ok(phone) => return Ok(phone),
        Err(direct) => direct,
    };
    if let Some(held) = through_server(&format!("{host}:{port}"), root).await {
        return Ok(held);
    }
    match direct.kind() {
        ErrorKind::NotTrusted if !access.patience.is_zero() => adb::connect(host, port, root, access).await,
        _ => Err(direct),
    }
}

/// Reaches the phone that announces itself by this name. One that does not know us may be held by an adb server that it trusts,
/// and that names it by its service.
///
/// # Errors
/// `Unplugged` when it does not announce itself, else as the phone says.
pub(crate) async fn on_network(
    mdns: &Mdns,
    name: &str,
    root: &str,
    access: &Access,
) -> Result<AdbPhone, LinkError> {
    let Some(phone) = mdns.find(Service::Connect, name, Duration::ZERO).await else {
        return Err(LinkError::new(
            ErrorKind::Unplugged,
            "it is not announced on the network",
        ));
    };
    let direct = match adb::connect_any(&phone.addresses, root, access).await {
        Ok(phone) => return Ok(phone),
        Err(direct) => direct,
    };
    match direct.kind() {
        ErrorKind::Unplugged => mdns.doubt(Service::Connect, name),
        ErrorKind::NotPaired => {
            if let Some(held) = through_server(&format!("{name}._adb-tls-connect._tcp"), root).await {
                return Ok(held);
            }
        }
        _ => {}
    }
    Err(direct)
}

/// Reaches the phone of this serial: through an adb server that knows it, since that holds it, else at the cable itself. Its
/// owner is asked as long as `access` has patience.
///
/// # Errors
/// As the server or the phone says.
pub(crate) async fn at_cable(serial: &str, access: &Access) -> Result<AdbPhone, LinkError> {
    match is_held(serial).await {
        true => adb::connect_server(server(), serial, SHARED_STORAGE, access.patience).await,
        false => adb::connect_usb(serial, SHARED_STORAGE, access).await,
    }
}

/// It is at the cable, and no adb server has it.
pub(crate) async fn is_free(serial: &str) -> bool {
    adb::at_cable().await.iter().any(|there| there == serial) && !is_held(serial).await
}

async fn is_held(serial: &str) -> bool {
    let known = adb::attached(server(), GLANCE).await.unwrap_or_default();
    known.iter().any(|attached| attached.serial == serial)
}

/// Adds what the adb server holds, if one runs, that is not told yet.
pub(crate) async fn ask_server(all: &mut Vec<Reachable>) {
    for attached in adb::attached(server(), GLANCE).await.unwrap_or_default() {
        let source = Source::AdbUsb {
            serial: attached.serial,
        }
        .name();
        if !all.iter().any(|known| known.source == source) {
            let state = match attached.state.as_str() {
                "device" => State::Ready,
                "unauthorized" | "authorizing" => State::Not(ErrorKind::NotTrusted),
                "no permissions" => State::Not(ErrorKind::Refused),
                _ => State::Not(ErrorKind::Unplugged),
            };
            all.push(Reachable {
                name: None,
                source,
                phone: None,
                identity: None,
                called: None,
                state,
                left_out: Vec::new(),
            });
        }
    }
}

async fn through_server(serial: &str, root: &str) -> Option<AdbPhone> {
    let attached = adb::attached(server(), GLANCE).await.ok()?;
    attached
        .iter()
        .find(|attached| attached.serial == serial && attached.state == "device")?;
    adb::connect_server(server(), serial, root, Duration::ZERO)
        .await
        .ok()
}

/// The adb server of this computer; the variable is adb's own.
fn server() -> SocketAddr {
    let port = std::env::var("ANDROID_ADB_SERVER_PORT")
        .ok()
        .and_then(|port| port.parse().ok());
    SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or(ADB_SERVER_PORT)))
}
