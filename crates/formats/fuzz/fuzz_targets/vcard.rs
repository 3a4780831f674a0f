//! Any bytes as a vCard file: split, read, converted for every target, checked, and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sidekeep_formats::vcard::{Version, check, convert, read, split};
use sidekeep_formats::{Dialect, line};

const DIALECTS: [Dialect; 6] = [
    Dialect::Apple,
    Dialect::Google,
    Dialect::Outlook,
    Dialect::Android,
    Dialect::Nextcloud,
    Dialect::Plain,
];

fuzz_target!(|bytes: &[u8]| {
    let bytes = line::utf8(bytes);
    let cards = split(&bytes);
    let covered: usize = cards.iter().map(|card| card.len()).sum();
    assert!(covered <= bytes.len());
    for card in cards.into_iter().chain([&bytes[..]]) {
        let model = read(card).value;
        // One target an input, so that the fuzzer sees many inputs: which one is a matter of chance.
        let chance = bytes.iter().fold(0usize, |sum, &byte| {
            sum.wrapping_mul(31).wrapping_add(byte.into())
        });
        let dialect = DIALECTS[chance % DIALECTS.len()];
        let version = if chance / 6 % 2 == 0 {
            Version::V3
        } else {
            Version::V4
        };
        let text = convert(card, version, dialect).text;
        assert!(text.split("\r\n").all(|line| line.len() <= 75));
        assert_eq!(split(text.as_bytes()).len(), 1);
        let again = read(text.as_bytes()).value;
        assert_eq!(again.phones.len(), model.phones.len());
        assert_eq!(again.name, model.name);
        if version == Version::V4 {
            check(&text);
        }
    }
});
