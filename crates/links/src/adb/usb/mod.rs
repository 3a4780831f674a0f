//! adb over a cable: the way to the interface of a device, and its two endpoints as a stream of bytes each way.
//!
//! The device reads and writes one transfer for a header and then those of its payload (AOSP `daemon/usb.cpp`), so both
//! streams follow the packets that they carry ([`frames`]). A transfer under way belongs to the system: dropping a stream
//! takes it back.

mod frames;

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use nusb::Endpoint;
use nusb::MaybeFuture;
use nusb::transfer::{Buffer, Bulk, Direction, In, Out};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use self::frames::{Incoming, Outgoing};
use crate::usb::{ADB, Class, devices, failed, kind, open, serial};
use crate::{ErrorKind, LinkError};

/// Transfers to the device that may be under way at once.
const WRITES: usize = 8;

/// The serial numbers of the devices at the cable that offer adb. None is opened for it.
pub async fn at_cable() -> Vec<String> {
    // Asking the system is quick, but it blocks.
    let asked =
        tokio::task::spawn_blocking(|| devices().iter().filter(|one| has_adb(one)).map(serial).collect());
    asked.await.unwrap_or_default()
}

fn has_adb(device: &nusb::DeviceInfo) -> bool {
    let class = |one: &nusb::InterfaceInfo| -> Class { (one.class(), one.subclass(), one.protocol()) };
    device.interfaces().any(|one| class(one) == ADB)
}

/// Takes the adb interface of a device.
///
/// # Errors
/// `Unplugged` when it is not there, `Refused` when this computer's rules do not let us, `Busy` when another program has it,
/// such as an adb server.
pub(super) async fn connect(wanted: &str) -> Result<(Source, Sink), LinkError> {
    let (found, device) = open(wanted, has_adb).await?;
    let number = found.interfaces().find_map(|one| {
        ((one.class(), one.subclass(), one.protocol()) == ADB).then(|| one.interface_number())
    });
    let number = number.ok_or_else(|| LinkError::new(ErrorKind::Unplugged, wanted))?;
    let claim = move || -> Result<(Source, Sink), nusb::Error> {
        let interface = device.claim_interface(number).wait()?;
        let endpoints: Vec<u8> = interface
            .descriptor()
            .into_iter()
            .flat_map(|one| one.endpoints().map(|end| end.address()).collect::<Vec<_>>())
            .collect();
        let towards = |direction: Direction| {
            let is_in = direction == Direction::In;
            let mut ends = endpoints.iter().copied();
            ends.find(|end| (end & 0x80 != 0) == is_in).unwrap_or_default()
        };
        let mut source: Endpoint<Bulk, In> = interface.endpoint(towards(Direction::In))?;
        let mut sink: Endpoint<Bulk, Out> = interface.endpoint(towards(Direction::Out))?;
        // A program that was here before may have left them halted (AOSP `client/usb_libusb.cpp`).
        source.clear_halt().wait()?;
        sink.clear_halt().wait()?;
        Ok((Source::new(source), Sink::new(sink)))
    };
    match tokio::task::spawn_blocking(claim).await {
        Ok(Ok(ends)) => Ok(ends),
        Ok(Err(error)) => Err(failed(kind(error.kind()), &found, error)),
        Err(error) => Err(LinkError::caused(ErrorKind::Garbled, "opening a device", error)),
    }
}

/// What the device sends.
pub(super) struct Source {
    endpoint: Endpoint<Bulk, In>,
    frames: Incoming,
    /// A transfer that arrived, and how much of it was taken.
    arrived: Option<(Buffer, usize)>,
    /// Transfers to be used again.
    spare: Vec<Buffer>,
}

impl Source {
    fn new(endpoint: Endpoint<Bulk, In>) -> Self {
        let frames = Incoming::new(endpoint.max_packet_size());
        Self {
            endpoint,
            frames,
            arrived: None,
            spare: Vec::new(),
        }
    }

    /// Asks for all that the packet under way still brings, and for the header of the next one behind it.
    fn ask(&mut self) {
        while let Some(bytes) = self.frames.wants() {
            let fits = |buffer: &Buffer| buffer.capacity() >= bytes;
            let mut buffer = match self.spare.iter().position(fits) {
                Some(at) => self.spare.swap_remove(at),
                None => self.endpoint.allocate(bytes),
            };
            buffer.clear();
            buffer.set_requested_len(bytes);
            self.endpoint.submit(buffer);
        }
    }
}

impl AsyncRead for Source {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if let Some((buffer, taken)) = &mut this.arrived {
                let rest = &buffer[*taken..];
                let fits = rest.len().min(out.remaining());
                out.put_slice(&rest[..fits]);
                *taken += fits;
                if *taken < buffer.len() {
                    return Poll::Ready(Ok(()));
                }
                this.spare.extend(this.arrived.take().map(|(buffer, _)| buffer));
                if out.filled().is_empty() {
                    continue;
                }
                return Poll::Ready(Ok(()));
            }
            this.ask();
            let completion = ready!(this.endpoint.poll_next_complete(context));
            completion.status?;
            match this.frames.arrived(&completion.buffer)? {
                true => this.arrived = Some((completion.buffer, 0)),
                false => this.spare.push(completion.buffer),
            }
        }
    }
}

/// What the device is sent.
pub(super) struct Sink {
    endpoint: Endpoint<Bulk, Out>,
    frames: Outgoing,
    /// The transfer that is being filled.
    filling: Vec<u8>,
    /// Transfers to be used again.
    spare: VecDeque<Vec<u8>>,
}

impl Sink {
    fn new(endpoint: Endpoint<Bulk, Out>) -> Self {
        let frames = Outgoing::new(endpoint.max_packet_size());
        Self {
            endpoint,
            frames,
            filling: Vec::new(),
            spare: VecDeque::new(),
        }
    }

    /// Waits until at most `count` transfers are under way.
    fn poll_until(&mut self, count: usize, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.endpoint.pending() > count {
            let completion = ready!(self.endpoint.poll_next_complete(context));
            completion.status?;
            let mut buffer = completion.buffer.into_vec();
            buffer.clear();
            self.spare.push_back(buffer);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Sink {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_until(WRITES, context))?;
        let step = this.frames.next(bytes);
        this.filling.extend_from_slice(&bytes[..step.taken]);
        if step.is_full {
            let next = this.spare.pop_front().unwrap_or_default();
            let full = std::mem::replace(&mut this.filling, next);
            this.endpoint.submit(full.into());
        }
        if step.then_empty {
            this.endpoint.submit(Buffer::new(0));
        }
        Poll::Ready(Ok(step.taken))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_until(0, context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}
