//! Reads what adb writes of a public key (AOSP libcrypto_utils `android_pubkey_decode`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::{BoxedUint, PublicKey};

/// Bytes of the modulus.
const MODULUS: usize = 256;

/// The key in its base64; None when it is none.
pub(super) fn decode(text: &str) -> Option<PublicKey> {
    let bytes = STANDARD.decode(text).ok()?;
    let (words, rest) = bytes.split_first_chunk::<4>()?;
    let (_inverse, rest) = rest.split_first_chunk::<4>()?;
    let (modulus, rest) = rest.split_first_chunk::<MODULUS>()?;
    let (_square, rest) = rest.split_first_chunk::<MODULUS>()?;
    let exponent = u32::from_le_bytes(rest.try_into().ok()?);
    if u32::from_le_bytes(*words) as usize != MODULUS / 4 {
        return None;
    }
    let modulus = BoxedUint::from_le_slice(modulus, 8 * MODULUS as u32).ok()?;
    PublicKey::new(modulus, BoxedUint::from(exponent)).ok()
}
