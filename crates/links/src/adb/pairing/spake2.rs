//! SPAKE2 over edwards25519 in the form that adb took from BoringSSL (`crypto/curve25519/spake25519.c`), which is none of
//! RFC 9382's suites: both ends show that they know the same password, and get a key, without telling it. Pure.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use sha2::{Digest, Sha512};

/// Bytes of a message.
pub(super) const MESSAGE: usize = 32;

/// What the computer's message is masked with.
const M: CompressedEdwardsY = CompressedEdwardsY([
    0x5a, 0xda, 0x7e, 0x4b, 0xf6, 0xdd, 0xd9, 0xad, 0xb6, 0x62, 0x6d, 0x32, 0x13, 0x1c, 0x6b, 0x5c, 0x51,
    0xa1, 0xe3, 0x47, 0xa3, 0x47, 0x8f, 0x53, 0xcf, 0xcf, 0x44, 0x1b, 0x88, 0xee, 0xd1, 0x2e,
]);
/// What the phone's message is masked with.
const N: CompressedEdwardsY = CompressedEdwardsY([
    0x10, 0xe3, 0xdf, 0x0a, 0xe3, 0x7d, 0x8e, 0x7a, 0x99, 0xb5, 0xfe, 0x74, 0xb4, 0x46, 0x72, 0x10, 0x3d,
    0xbd, 0xdc, 0xbd, 0x06, 0xaf, 0x68, 0x0d, 0x71, 0x32, 0x9a, 0x11, 0x69, 0x3b, 0xc7, 0x78,
]);

/// Whose end this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Who types the code.
    Computer,
    /// Who shows the code.
    Phone,
}

impl Role {
    fn masks(self) -> (CompressedEdwardsY, CompressedEdwardsY) {
        match self {
            Role::Computer => (M, N),
            Role::Phone => (N, M),
        }
    }
}

/// One end, before it has heard of the other.
pub(super) struct Spake2 {
    role: Role,
    /// An eighth of the secret scalar, which is a multiple of eight.
    secret: Scalar,
    /// An eighth of the password's scalar, which is a multiple of eight.
    password: Scalar,
    hash: [u8; 64],
    /// What the other end is to be told.
    pub(super) message: [u8; MESSAGE],
}

impl Spake2 {
    /// Begins with a password and 64 random bytes. None when the masks are no points, which they are.
    ///
    /// BoringSSL adds multiples of the group's order to the password's scalar until it is a multiple of eight. Eight times
    /// a point has no part of small order any more, and for such a point a scalar counts modulo the order: so w·M with that
    /// lifted w is (w/8 mod l)·(8·M).
    pub(super) fn begin(role: Role, password: &[u8], random: &[u8; 64]) -> Option<Self> {
        let hash: [u8; 64] = Sha512::digest(password).into();
        let password = Scalar::from_bytes_mod_order_wide(&hash) * Scalar::from(8_u8).invert();
        let secret = Scalar::from_bytes_mod_order_wide(random);
        let mask = role.masks().0.decompress()?.mul_by_cofactor() * password;
        let share = EdwardsPoint::mul_base(&secret).mul_by_cofactor();
        Some(Self {
            role,
            secret,
            password,
            hash,
            message: (share + mask).compress().0,
        })
    }

    /// The key, which is the other end's if it knows the password. None when `theirs` is no point.
    pub(super) fn finish(&self, theirs: &[u8; MESSAGE]) -> Option<[u8; 64]> {
        let mask = self.role.masks().1.decompress()?.mul_by_cofactor() * self.password;
        let share = CompressedEdwardsY(*theirs).decompress()? - mask;
        let shared = (share.mul_by_cofactor() * self.secret).compress();
        let (computers, phones) = match self.role {
            Role::Computer => (&self.message, theirs),
            Role::Phone => (theirs, &self.message),
        };
        let mut key = Sha512::new();
        let parts: [&[u8]; 6] = [
            b"adb pair client\0",
            b"adb pair server\0",
            computers,
            phones,
            shared.as_bytes(),
            &self.hash,
        ];
        for part in parts {
            key.update((part.len() as u64).to_le_bytes());
            key.update(part);
        }
        Some(key.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The group's order, little-endian.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];

    /// a + b.
    fn add(a: [u8; 32], b: [u8; 32]) -> [u8; 32] {
        let mut sum = [0; 32];
        let mut carry = 0;
        for at in 0..32 {
            let both = u16::from(a[at]) + u16::from(b[at]) + carry;
            sum[at] = both as u8;
            carry = both >> 8;
        }
        assert_eq!(carry, 0);
        sum
    }

    /// By bits, without any reduction.
    fn times(number: [u8; 32], point: EdwardsPoint) -> EdwardsPoint {
        let mut sum = EdwardsPoint::default();
        for bit in (0..256).rev() {
            sum = sum + sum;
            if number[bit / 8] >> (bit % 8) & 1 == 1 {
                sum += point;
            }
        }
        sum
    }

    /// w·M as BoringSSL says it: w, and then one, two and four times the order where a low bit is set.
    fn lifted(password: &[u8], mask: CompressedEdwardsY) -> EdwardsPoint {
        let hash: [u8; 64] = Sha512::digest(password).into();
        let mut scalar = Scalar::from_bytes_mod_order_wide(&hash).to_bytes();
        let mut order = ORDER;
        for bit in [1, 2, 4] {
            if scalar[0] & bit != 0 {
                scalar = add(scalar, order);
            }
            order = add(order, order);
        }
        assert_eq!(scalar[0] & 7, 0);
        times(scalar, mask.decompress().expect("a point"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn messages_are_those_of_the_definition(password: Vec<u8>, random in prop::array::uniform32(any::<u8>())) {
            let mut wide = [0; 64];
            wide[..32].copy_from_slice(&random);
            let secret = Scalar::from_bytes_mod_order_wide(&wide).to_bytes();
            let share = (0..3).fold(times(secret, EdwardsPoint::mul_base(&Scalar::ONE)), |sum, _| sum + sum);
            for (role, mask) in [(Role::Computer, M), (Role::Phone, N)] {
                let ours = Spake2::begin(role, &password, &wide).expect("begins");
                let expected = share + lifted(&password, mask);
                prop_assert_eq!(ours.message, expected.compress().0);
            }
        }

        #[test]
        fn one_password_makes_one_key(password: Vec<u8>, another: Vec<u8>, seeds: (u64, u64)) {
            let random = |seed: u64| std::array::from_fn(|at| (seed >> (at % 8 * 8)) as u8 ^ at as u8);
            let computer = Spake2::begin(Role::Computer, &password, &random(seeds.0)).expect("begins");
            let end = |password: &[u8], role| {
                let phone = Spake2::begin(role, password, &random(seeds.1)).expect("begins");
                (computer.finish(&phone.message), phone.finish(&computer.message))
            };
            let (ours, theirs) = end(&password, Role::Phone);
            prop_assert_eq!(ours, theirs);
            let (ours, theirs) = end(&another, Role::Phone);
            prop_assert_eq!(ours == theirs, password == another);
            let (ours, theirs) = end(&password, Role::Computer);
            prop_assert_ne!(ours, theirs, "an end that plays back our own part");
        }

        #[test]
        fn any_bytes_are_taken_without_panic(theirs in prop::array::uniform32(any::<u8>())) {
            let computer = Spake2::begin(Role::Computer, b"1", &[7; 64]).expect("begins");
            let _ = computer.finish(&theirs);
        }
    }
}
