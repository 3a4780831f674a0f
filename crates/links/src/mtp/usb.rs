//! Devices on this computer's USB, and the wire to one of them: mtp-rs over nusb.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use mtp_rs::ptp::{OperationCode, PtpError, PtpSession};
use mtp_rs::transport::{NusbTransport, Transport};
use tokio::sync::mpsc;

use super::Attached;
use super::session::{Answer, Broken, Exchange, Opener, Question};
use super::state::{Seen, State};
use crate::usb::{self, ADB, Class, devices, failed, serial};
use crate::{ErrorKind, LinkError};

/// How long a device may take for one transfer. Android may look through its storage before it answers, which libmtp
/// gives a minute.
const DEADLINE: Duration = Duration::from_secs(90);
/// The number of the one session that a device has.
const SESSION: u32 = 1;

/// Makers of phones, whose devices are told while they only charge (USB vendor ids).
const PHONES: [u16; 16] = [
    0x04E8, // Samsung
    0x0502, // Acer
    0x0B05, // Asus
    0x0BB4, // HTC
    0x0FCE, // Sony
    0x1004, // LG
    0x12D1, // Huawei
    0x18D1, // Google
    0x19D2, // ZTE
    0x22B8, // Motorola
    0x22D9, // Oppo, Realme
    0x2717, // Xiaomi
    0x2A70, // OnePlus
    0x2AE5, // Fairphone
    0x2D95, // Vivo
    0x2E04, // HMD
];

/// PTP and MTP (USB Still Image Class), and MTP of a maker's own class.
const FILES: [Class; 2] = [(0x06, 0x01, 0x01), (0xFF, 0x01, 0x01)];

/// The phones and cameras at the cable. Where this computer has no USB, there are none. None is opened for it.
pub async fn attached() -> Vec<Attached> {
    // Asking the system is quick, but it blocks.
    tokio::task::spawn_blocking(|| devices().iter().filter_map(told).collect())
        .await
        .unwrap_or_default()
}

fn told(device: &nusb::DeviceInfo) -> Option<Attached> {
    let mut interfaces: Vec<(Class, Option<&str>)> = device
        .interfaces()
        .map(|one| {
            (
                (one.class(), one.subclass(), one.protocol()),
                one.interface_string(),
            )
        })
        .collect();
    let own = (device.class(), device.subclass(), device.protocol());
    if FILES.contains(&own) {
        interfaces.push((own, None));
    }
    Some(Attached {
        serial: serial(device),
        name: device.product_string().unwrap_or_default().to_owned(),
        vendor: device.vendor_id(),
        state: state(device.vendor_id(), &interfaces)?,
    })
}

/// What a device is up to by what it offers; None when it is neither a phone nor a camera. A phone that only charges offers
/// nothing, or nothing but adb; its makers make drives, keyboards and keys too, which offer what they are for.
fn state(vendor: u16, interfaces: &[(Class, Option<&str>)]) -> Option<State> {
    let is_files = |(class, name): &(Class, Option<&str>)| {
        FILES.contains(class) || name.is_some_and(|name| name.trim().eq_ignore_ascii_case("MTP"))
    };
    let files = interfaces.iter().any(is_files);
    let charges = PHONES.contains(&vendor) && interfaces.iter().all(|(class, _)| *class == ADB);
    (files || charges).then(|| State::Gone.after(Seen::Plugged { files }))
}

/// Opens the device of a serial number.
pub(super) struct Usb {
    serial: String,
}

impl Usb {
    pub(super) fn new(attached: &Attached) -> Self {
        Self {
            serial: attached.serial.clone(),
        }
    }
}

#[async_trait]
impl Opener for Usb {
    async fn open(&mut self) -> Result<Box<dyn Exchange>, LinkError> {
        let (device, opened) = usb::open(&self.serial, |device| told(device).is_some()).await?;
        let transport = NusbTransport::open_with_timeout(opened, DEADLINE).await;
        let transport = transport.map_err(|error| {
            let error = mtp_rs::Error::from(error);
            failed(kind(&error), &device, error)
        })?;
        Wire::open(Arc::new(transport)).await
    }
}

/// Opens a device that need not be found: any transport of mtp-rs, such as its virtual device.
pub(super) struct Ready<F>(pub(super) F);

#[async_trait]
impl<F> Opener for Ready<F>
where
    F: FnMut() -> Arc<dyn Transport> + Send + 'static,
{
    async fn open(&mut self) -> Result<Box<dyn Exchange>, LinkError> {
        Wire::open((self.0)()).await
    }
}

/// What a failure of mtp-rs means, which tells the system's failures apart in its other kind of error alone.
fn kind(error: &mtp_rs::Error) -> ErrorKind {
    match error {
        mtp_rs::Error::Disconnected | mtp_rs::Error::NoDevice => ErrorKind::Unplugged,
        mtp_rs::Error::ExclusiveAccess | mtp_rs::Error::Timeout => ErrorKind::Busy(None),
        mtp_rs::Error::PermissionDenied => ErrorKind::Refused,
        mtp_rs::Error::AccessDenied => ErrorKind::NotTrusted,
        _ => ErrorKind::Garbled,
    }
}

/// A session of mtp-rs.
struct Wire {
    session: Arc<PtpSession>,
}

impl Wire {
    async fn open(transport: Arc<dyn Transport>) -> Result<Box<dyn Exchange>, LinkError> {
        let session = PtpSession::open(transport, SESSION).await;
        let session = session.map_err(|error| {
            let error = mtp_rs::Error::from(error);
            LinkError::caused(kind(&error), "the phone does not begin a session", error)
        })?;
        Ok(Box::new(Self {
            session: Arc::new(session),
        }))
    }
}

fn broken(error: PtpError) -> Broken {
    let error = mtp_rs::Error::from(error);
    match kind(&error) {
        ErrorKind::Unplugged => Broken::Gone,
        _ => Broken::Wedged(error.to_string()),
    }
}

#[async_trait]
impl Exchange for Wire {
    async fn ask(&self, question: &Question) -> Result<Answer, Broken> {
        let operation = OperationCode::from(question.operation);
        let asked = self.session.execute_with_receive(operation, &question.parameters);
        let (response, data) = asked.await.map_err(broken)?;
        Ok(Answer {
            code: response.code.into(),
            data: data.into(),
        })
    }

    async fn stream(&self, question: &Question, out: &mpsc::Sender<Bytes>) -> Result<u16, Broken> {
        let operation = OperationCode::from(question.operation);
        let begun = self
            .session
            .execute_with_receive_stream(operation, &question.parameters)
            .await;
        let mut coming = begun.map_err(broken)?;
        while let Some(chunk) = coming.next_chunk().await {
            match chunk {
                // Nobody may want it any more; the device sends it all the same, and it has to be taken.
                Ok(chunk) => drop(out.send(chunk).await),
                Err(PtpError::Protocol { code, .. }) => return Ok(code.into()),
                Err(error) => return Err(broken(error)),
            }
        }
        Ok(super::code::response::OK)
    }

    async fn event(&self) -> u16 {
        loop {
            match self.session.poll_event().await {
                Ok(Some(event)) => return event.code.into(),
                Ok(None) => {}
                Err(error) => {
                    // What is wrong shows at the next question.
                    tracing::debug!("no more events from the phone: {error}");
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    async fn close(self: Box<Self>) {
        if let Err(error) = self.session.execute(OperationCode::CloseSession, &[]).await {
            tracing::debug!("the session with the phone was not closed: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_and_cameras_are_told_from_what_else_their_makers_make() {
        let check = |vendor, interfaces: &[(Class, Option<&str>)], expected: Option<State>| {
            assert_eq!(state(vendor, interfaces), expected, "{vendor:x} {interfaces:x?}");
        };
        let charging = || Some(State::ChargingOnly);
        let files = || Some(State::Locked);
        check(0x18D1, &[], charging());
        check(0x18D1, &[(ADB, None)], charging());
        check(0x18D1, &[(FILES[0], None), (ADB, None)], files());
        check(0x04A9, &[(FILES[0], None)], files());
        check(0x04E8, &[((0xFF, 0xFF, 0), Some("MTP"))], files());
        check(0x04E8, &[((8, 6, 0x50), None)], None);
        check(0x0B05, &[((3, 1, 1), None)], None);
        check(0x18D1, &[((0xFF, 0xFF, 0), None), (ADB, None)], None);
        check(0x046D, &[], None);
    }

    #[tokio::test]
    async fn a_serial_that_is_not_there_is_unplugged() {
        // Whatever is plugged into this computer, asking does not fail.
        let all = attached().await;
        assert!(all.iter().all(|one| one.serial != "no such phone"));
        let error = super::super::connect("no such phone", Duration::ZERO)
            .await
            .unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Unplugged);
    }
}
