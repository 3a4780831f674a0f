//! Android's form of an RSA public key (AOSP system/core `libcrypto_utils/android_pubkey.cpp`): the modulus and what its
//! Montgomery arithmetic starts from, as little-endian words. Pure.

use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, PublicKey};

/// Bytes of the modulus.
const MODULUS: usize = 256;
/// Bytes of the whole: words of the modulus, its inverse, modulus, R squared, exponent.
pub(super) const LENGTH: usize = 4 + 4 + MODULUS + MODULUS + 4;

/// The 524 bytes; None when the key is not of 2048 bits, or its exponent not of 32.
pub(super) fn encode(key: &PublicKey) -> Option<Vec<u8>> {
    let modulus = key.n().to_le_bytes();
    let exponent = key.e().to_le_bytes_trimmed_vartime();
    let mut word = [0; 4];
    word.get_mut(..exponent.len())?.copy_from_slice(&exponent);
    if modulus.len() != MODULUS || key.size() != MODULUS {
        return None;
    }
    // R is 2 to the 2048. Nothing here is secret, so that time may tell of it.
    let bits = 2 * 8 * MODULUS as u32;
    let square = BoxedUint::one_with_precision(bits + 64).shl(bits);
    let square = square.rem_vartime(key.n()).to_le_bytes();
    let inverse = inverse(u32::from_le_bytes(*modulus.first_chunk()?));
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend_from_slice(&(MODULUS as u32 / 4).to_le_bytes());
    bytes.extend_from_slice(&inverse.wrapping_neg().to_le_bytes());
    bytes.extend_from_slice(&modulus);
    bytes.extend_from_slice(&square);
    bytes.extend_from_slice(&word);
    Some(bytes)
}

/// Of an odd number, modulo 2 to the 32: it is right in three bits to begin with, and in twice as many after each step.
fn inverse(odd: u32) -> u32 {
    (0..4).fold(odd, |near, _| {
        near.wrapping_mul(2_u32.wrapping_sub(odd.wrapping_mul(near)))
    })
}
