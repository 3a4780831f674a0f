//! Any bytes as a calendar: nothing panics, and what is written from them is well formed and stays itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sidekeep_formats::{Dialect, ical};

fuzz_target!(|bytes: &[u8]| {
    let file = ical::split(bytes).value;
    ical::read(bytes);
    for dialect in [Dialect::Google, Dialect::Outlook, Dialect::Plain] {
        ical::read(ical::convert(bytes, dialect).text.as_bytes());
    }
    let joined = ical::join(
        "name",
        Some("#123456"),
        file.items.iter().map(|item| item.raw.as_slice()),
    );
    let again = ical::split(&joined);
    assert_eq!(again.warnings, []);
    assert_eq!(again.value.items.len(), file.items.len());
    let rejoined = ical::join(
        "name",
        Some("#123456"),
        again.value.items.iter().map(|item| item.raw.as_slice()),
    );
    assert_eq!(rejoined, joined);
});
