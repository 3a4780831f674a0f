//! The forms of a key, by what they mean.

use rsa::BoxedUint;
use rsa::traits::PublicKeyParts;

use super::android::{LENGTH, encode};
use super::*;

#[test]
fn androids_form_is_what_its_arithmetic_needs() {
    let key = Key::generate().expect("a key");
    let public = key.0.as_public_key();
    let bytes = encode(public).expect("encodes");
    assert_eq!(bytes.len(), LENGTH);
    assert_eq!(bytes[..4], 64_u32.to_le_bytes());
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four"));
    let modulus = BoxedUint::from_le_slice(&bytes[8..264], 2048).expect("fits");
    assert_eq!(&modulus, public.n().as_ref());
    assert_eq!(word(4).wrapping_mul(word(8)), u32::MAX, "-1/n");
    let doubled = |number: BoxedUint, _| number.add_mod(&number, public.n());
    let r2 = (0..4096).fold(BoxedUint::one_with_precision(2048), doubled);
    let square = BoxedUint::from_le_slice(&bytes[264..520], 2048).expect("fits");
    assert_eq!(square, r2);
    assert_eq!(word(520), 65_537);
}

#[test]
fn the_text_names_this_program_and_computer() {
    let text = Key::generate().expect("a key").public_text().expect("a text");
    let (bytes, who) = text.split_once(' ').expect("two words");
    assert_eq!(STANDARD.decode(bytes).expect("base64").len(), LENGTH);
    let host = who.strip_prefix("sidekeep@").expect("this program");
    assert!(!host.is_empty() && !host.contains(char::is_whitespace), "{who}");
}

#[test]
fn a_key_survives_its_file() {
    let key = Key::generate().expect("a key");
    let text = key.to_pem().expect("a text");
    assert!(text.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    let read = Key::from_pem(&text).expect("reads");
    assert_eq!(
        read.public_text().expect("a text"),
        key.public_text().expect("a text")
    );
    let token = [9; 20];
    assert_eq!(
        read.sign(&token).expect("signs"),
        key.sign(&token).expect("signs")
    );
}

#[test]
fn other_texts_are_no_keys() {
    let small = PrivateKey::new(&mut SysRng, 1024).expect("a key");
    let small = small.to_pkcs8_pem(LineEnding::LF).expect("a text");
    let key = Key::generate().expect("a key").to_pem().expect("a text");
    let torn = &key[..key.len() / 2];
    for text in ["", "no key", torn, &small] {
        let read = Key::from_pem(text);
        assert!(matches!(read, Err(KeyError::NotOne)), "{text}");
    }
}

#[test]
fn a_key_prints_nothing_of_itself() {
    assert_eq!(format!("{:?}", Key::generate().expect("a key")), "Key");
}
