//! The QR code that a phone scans to be paired.

use serde::Serialize;
use ts_rs::TS;

use crate::QrCode;

/// A QR code, for an SVG.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PairingCode {
    /// Modules along a side, without the four light ones around that a reader needs.
    pub side: u32,
    /// The dark modules as a path, a module being one unit.
    pub path: String,
}

impl From<QrCode> for PairingCode {
    fn from(code: QrCode) -> Self {
        Self {
            side: code.side(),
            path: code.path(),
        }
    }
}
