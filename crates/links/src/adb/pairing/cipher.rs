//! What the two ends tell each other once they have a key (AOSP adb `pairing_auth/aes_128_gcm.cpp`): AES-128-GCM, a counter for
//! each way. Pure.

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};

/// What the key is derived for.
const INFO: &[u8] = b"adb pairing_auth aes-128-gcm key";

/// Both ways of one pairing.
pub(super) struct Cipher {
    key: LessSafeKey,
    sealed: u64,
    opened: u64,
}

impl Cipher {
    /// Of the key that SPAKE2 made; None never, as the length is what was asked for.
    pub(super) fn new(shared: &[u8; 64]) -> Option<Self> {
        let key = Salt::new(HKDF_SHA256, &[]).extract(shared);
        let key = UnboundKey::from(key.expand(&[INFO], &AES_128_GCM).ok()?);
        Some(Self {
            key: LessSafeKey::new(key),
            sealed: 0,
            opened: 0,
        })
    }

    /// Encrypts; None never, as no message is that long.
    pub(super) fn seal(&mut self, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        let nonce = nonce(&mut self.sealed);
        self.key
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut bytes)
            .ok()?;
        Some(bytes)
    }

    /// Decrypts; None when another key encrypted it.
    pub(super) fn open(&mut self, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        let nonce = nonce(&mut self.opened);
        let length = self
            .key
            .open_in_place(nonce, Aad::empty(), &mut bytes)
            .ok()?
            .len();
        bytes.truncate(length);
        Some(bytes)
    }
}

fn nonce(counter: &mut u64) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    nonce[..8].copy_from_slice(&counter.to_le_bytes());
    *counter += 1;
    Nonce::assume_unique_for_key(nonce)
}
