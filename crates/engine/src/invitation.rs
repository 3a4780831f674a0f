//! A pairing that begins here: a name and a password, shown as a QR code, that the phone scans; it then announces its pairing
//! by that name and takes that password (AOSP Settings `AdbQrCode`).

use std::{fmt, io};

use qrcodegen::QrCodeEcc;

/// Letters that mean nothing in the code's text, so many that five random bits are one.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of the name behind its beginning.
const NAME: usize = 10;
/// Letters of the password: 80 bits.
const PASSWORD: usize = 16;

/// What a phone is invited by. Good for one pairing.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    name: String,
    password: String,
}

/// A QR code: a square of modules, without the quiet zone of four modules around it that a reader needs.
#[derive(Clone, PartialEq, Eq)]
pub struct QrCode(qrcodegen::QrCode);

impl Invitation {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            name: format!("sidekeep-{}", letters::<NAME>()?),
            password: letters::<PASSWORD>()?,
        })
    }

    /// What the phone announces its pairing by.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    /// What the phone scans.
    ///
    /// # Errors
    /// Never for what [`Invitation::new`] makes: the largest code holds far more.
    pub fn code(&self) -> io::Result<QrCode> {
        let Self { name, password } = self;
        let text = format!("WIFI:T:ADB;S:{name};P:{password};;");
        let code = qrcodegen::QrCode::encode_text(&text, QrCodeEcc::Medium);
        code.map(QrCode).map_err(io::Error::other)
    }
}

impl QrCode {
    /// Modules along a side.
    pub fn side(&self) -> u32 {
        self.0.size().unsigned_abs()
    }

    /// Whether a module is dark; those outside are light.
    pub fn is_dark(&self, column: i32, row: i32) -> bool {
        self.0.get_module(column, row)
    }

    /// The dark modules as the path of an SVG, a module being one unit.
    pub fn path(&self) -> String {
        let side = self.0.size();
        let all = (0..side).flat_map(|row| (0..side).map(move |column| (column, row)));
        let dark = all.filter(|&(column, row)| self.is_dark(column, row));
        dark.map(|(column, row)| format!("M{column} {row}h1v1h-1z"))
            .collect()
    }
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What it says opens a phone, once.
impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrCode")
            .field("side", &self.side())
            .finish_non_exhaustive()
    }
}

fn letters<const COUNT: usize>() -> io::Result<String> {
    let mut bytes = [0; COUNT];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
    Ok(bytes.into_iter().map(letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_invitation_is_another() {
        let (one, other) = (Invitation::new().unwrap(), Invitation::new().unwrap());
        assert_ne!(one.name(), other.name());
        assert_ne!(one.password(), other.password());
        assert!(!format!("{one:?}").contains(one.password()));
        assert!(one.name().len() <= 63 && one.password().len() == PASSWORD);
    }

    #[test]
    fn a_code_has_its_corners() {
        let code = Invitation::new().unwrap().code().unwrap();
        let end = code.side() as i32 - 1;
        for (column, row, dark) in [
            (0, 0, true),
            (1, 1, false),
            (3, 3, true),
            (end, 0, true),
            (0, end, true),
            (7, 7, false),
            (-1, 0, false),
            (end + 1, end, false),
        ] {
            assert_eq!(code.is_dark(column, row), dark, "{column} {row}");
        }
        assert!(code.path().starts_with("M0 0h1v1h-1zM1 0h1v1h-1z"));
    }
}
