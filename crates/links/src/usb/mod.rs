//! What is on this computer's USB, by nusb. Which of it is a phone, and what is said to it, is for the links to know.

#[cfg(target_os = "linux")]
mod holder;

use std::time::Duration;

use futures_util::StreamExt;
use nusb::hotplug::HotplugWatch;

use nusb::{Device, DeviceInfo, MaybeFuture};

use crate::{ErrorKind, LinkError};

/// What an interface is for: class, subclass, protocol.
pub(crate) type Class = (u8, u8, u8);

/// The interface of adb (AOSP `adb.h`).
pub(crate) const ADB: Class = (0xFF, 0x42, 0x01);

/// What comes with one plug comes in several events, and the system needs a moment to let others open it.
const SETTLES: Duration = Duration::from_millis(500);

/// Notices that something was plugged in or pulled out.
pub struct Plugs(Option<HotplugWatch>);

impl Plugs {
    /// From now on. Where the system does not tell of it (Linux without udev), only time passes.
    pub fn watch() -> Self {
        let watch = nusb::watch_devices();
        Self(
            watch
                .inspect_err(|error| tracing::debug!("the system does not tell what is plugged in: {error}"))
                .ok(),
        )
    }

    /// Waits until something was plugged in or pulled out, and no longer than this.
    pub async fn changed(&mut self, longest: Duration) {
        let Some(watch) = &mut self.0 else {
            return tokio::time::sleep(longest).await;
        };
        if tokio::time::timeout(longest, watch.next()).await.is_ok() {
            let settled = async { while tokio::time::timeout(SETTLES, watch.next()).await.is_ok() {} };
            // A loose contact may come and go without end.
            let _ = tokio::time::timeout(SETTLES * 10, settled).await;
        }
    }
}

impl std::fmt::Debug for Plugs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Plugs").field(&self.0.is_some()).finish()
    }
}

/// All that is plugged in. Quick, but it blocks. Where this computer has no USB, there is nothing.
pub(crate) fn devices() -> Vec<DeviceInfo> {
    match nusb::list_devices().wait() {
        Ok(devices) => devices.collect(),
        Err(error) => {
            tracing::debug!("the system does not tell of its USB: {error}");
            Vec::new()
        }
    }
}

/// How the place begins where something is plugged in.
const PORT: &str = "port-";

/// What names a device: its serial number, or where it is plugged in.
pub(crate) fn serial(device: &DeviceInfo) -> String {
    match device.serial_number() {
        Some(serial) if !serial.is_empty() => serial.to_owned(),
        _ => {
            let ports: Vec<String> = device.port_chain().iter().map(u8::to_string).collect();
            format!("{PORT}{}-{}", device.bus_id(), ports.join("."))
        }
    }
}

/// A serial number that no other phone has. Some makers give one to all that they make.
pub(crate) fn names_one(serial: &str) -> bool {
    !serial.is_empty()
        && !serial.starts_with(PORT)
        && !matches!(serial, "unknown" | "0123456789ABCDEF" | "0123456789abcdef")
}

/// Opens the device of a serial number, of those that are meant: a drive may have the serial number of its enclosure, which
/// several have.
///
/// # Errors
/// `Unplugged` when it is not there, `Refused` when this computer's rules do not let us, `Busy` when another program has it.
pub(crate) async fn open(
    wanted: &str,
    is_meant: impl Fn(&DeviceInfo) -> bool + Send + 'static,
) -> Result<(DeviceInfo, Device), LinkError> {
    let wanted = wanted.to_owned();
    let open = move || {
        let is_it = |device: &DeviceInfo| serial(device) == wanted && is_meant(device);
        let found = devices().into_iter().find(is_it);
        let found = found.ok_or_else(|| LinkError::new(ErrorKind::Unplugged, wanted))?;
        match found.open().wait() {
            Ok(device) => Ok((found, device)),
            Err(error) => Err(failed(kind(error.kind()), &found, error)),
        }
    };
    let opened = tokio::task::spawn_blocking(open).await;
    opened.map_err(|error| LinkError::caused(ErrorKind::Garbled, "opening a device", error))?
}

/// The error of a device that cannot be opened; where another program has it, that is named.
pub(crate) fn failed(
    kind: ErrorKind,
    device: &DeviceInfo,
    error: impl std::error::Error + Send + Sync + 'static,
) -> LinkError {
    let kind = match kind {
        ErrorKind::Busy(None) => {
            let name = held_by(device).unwrap_or_else(|| "another program".to_owned());
            ErrorKind::Busy(Some(name))
        }
        kind => kind,
    };
    let context = format!("the phone {} cannot be opened", serial(device));
    LinkError::caused(kind, context, error)
}

fn held_by(device: &DeviceInfo) -> Option<String> {
    #[cfg(target_os = "linux")]
    {
        let file = holder::device_file(device.busnum(), device.device_address());
        holder::holder(std::path::Path::new("/proc"), &file, std::process::id())
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = device;
        None
    }
}

/// What a failure of the system means.
pub(crate) fn kind(kind: nusb::ErrorKind) -> ErrorKind {
    match kind {
        nusb::ErrorKind::Busy => ErrorKind::Busy(None),
        nusb::ErrorKind::PermissionDenied => ErrorKind::Refused,
        nusb::ErrorKind::Disconnected | nusb::ErrorKind::NotFound => ErrorKind::Unplugged,
        nusb::ErrorKind::Unsupported => ErrorKind::Unsupported,
        _ => ErrorKind::Garbled,
    }
}
