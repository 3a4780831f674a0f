//! The RSA key by which phones know this computer, in the forms that adb has for it: a PKCS#8 file, a signature, a line of
//! text, a certificate. Where it is kept is not its business ([`Keys`]), and it prints itself nowhere.

mod android;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use getrandom::SysRng;
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256};
use rsa::PrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use rsa::traits::PublicKeyParts;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use sha1::Sha1;

/// The only size that Android's form of a key has room for.
const BITS: usize = 2048;

/// A private key; a clone is the same key.
#[derive(Clone)]
pub struct Key(Arc<PrivateKey>);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the file of the adb key")]
    Io(#[from] io::Error),
    /// What is there is no RSA key of 2048 bits in PKCS#8.
    #[error("no adb key: an RSA key of 2048 bits in PKCS#8 was expected")]
    NotOne,
    /// The system gives no random bytes, or the key did not do what a key does.
    #[error("the adb key does not work")]
    Broken,
}

/// A place that has the key. It may block, and a new key takes up to some seconds.
pub trait Keys: fmt::Debug + Send + Sync {
    /// The key, if there is one already.
    ///
    /// # Errors
    /// When it is there and cannot be used.
    fn known(&self) -> Result<Option<Key>, KeyError>;

    /// The key; made when there is none.
    ///
    /// # Errors
    /// When it cannot be used, made or kept.
    fn obtain(&self) -> Result<Key, KeyError>;
}

impl Key {
    /// A new key.
    ///
    /// # Errors
    /// `Broken` when the system gives no random bytes.
    pub fn generate() -> Result<Self, KeyError> {
        let made = PrivateKey::new(&mut SysRng, BITS).map_err(|_| KeyError::Broken)?;
        Ok(Self(Arc::new(made)))
    }

    /// Reads adb's file `adbkey` (AOSP adb `client/auth.cpp`): PKCS#8 as PEM.
    ///
    /// # Errors
    /// `NotOne`.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let read = PrivateKey::from_pkcs8_pem(text).map_err(|_| KeyError::NotOne)?;
        match read.n().bit_width() as usize {
            BITS => Ok(Self(Arc::new(read))),
            _ => Err(KeyError::NotOne),
        }
    }

    /// As [`Key::from_pem`] reads it: a secret.
    ///
    /// # Errors
    /// `Broken`, which a key that was made or read here is not.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let text = self.0.to_pkcs8_pem(LineEnding::LF);
        text.map(|text| text.to_string()).map_err(|_| KeyError::Broken)
    }

    /// What a phone keeps of the key and shows to its owner (AOSP libcrypto_utils `android_pubkey`): base64 of the public
    /// half, a space, and who has it.
    ///
    /// # Errors
    /// `Broken` as [`Key::to_pem`].
    pub fn public_text(&self) -> Result<String, KeyError> {
        let public = android::encode(self.0.as_public_key()).ok_or(KeyError::Broken)?;
        Ok(format!("{} sidekeep@{}", STANDARD.encode(public), host()))
    }

    /// Signs a phone's token, which stands where a SHA-1 digest would (AOSP adb `adb_auth_sign`; RFC 8017 §8.2).
    ///
    /// # Errors
    /// `Broken` as [`Key::to_pem`], or when the system gives no random bytes to hide the work's timing behind.
    pub fn sign(&self, token: &[u8; 20]) -> Result<Vec<u8>, KeyError> {
        let signature = self.0.pkcs1v15_sign_prehash::<Sha1>(token);
        signature.map_err(|_| KeyError::Broken)
    }

    /// A certificate that the key signed for itself, and the key, for TLS. A phone takes nothing from it but the key.
    ///
    /// # Errors
    /// `Broken` as [`Key::to_pem`].
    pub fn certified(&self) -> Result<(CertificateDer<'static>, PrivatePkcs8KeyDer<'static>), KeyError> {
        let broken = |_: rcgen::Error| KeyError::Broken;
        let secret = self.0.to_pkcs8_der().map_err(|_| KeyError::Broken)?;
        let secret = PrivatePkcs8KeyDer::from(secret.as_bytes().to_vec());
        let pair = KeyPair::from_pkcs8_der_and_sign_algo(&secret, &PKCS_RSA_SHA256).map_err(broken)?;
        let mut about = CertificateParams::new([]).map_err(broken)?;
        // As adb writes it (AOSP adb `tls/x509_generator.cpp`).
        about.distinguished_name.push(DnType::CommonName, "Adb");
        about.distinguished_name.push(DnType::OrganizationName, "Android");
        about.distinguished_name.push(DnType::CountryName, "US");
        let certificate = about.self_signed(&pair).map_err(broken)?;
        Ok((certificate.der().clone(), secret))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// One key that is there already.
impl Keys for Key {
    fn known(&self) -> Result<Option<Key>, KeyError> {
        Ok(Some(self.clone()))
    }

    fn obtain(&self) -> Result<Key, KeyError> {
        Ok(self.clone())
    }
}

/// This computer's name, as far as it stands in one word of plain letters.
fn host() -> String {
    let name = gethostname::gethostname();
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
    let name: String = name.to_string_lossy().chars().filter(plain).take(64).collect();
    match name.as_str() {
        "" => "unknown".to_owned(),
        _ => name,
    }
}
