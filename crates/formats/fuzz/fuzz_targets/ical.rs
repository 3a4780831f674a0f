//! Any bytes as a calendar: nothing panics, and what is written from them is well formed and stays itself.
#![no_main]

use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use sidekeep_formats::{Dialect, ical};

fuzz_target!(|bytes: &[u8]| {
    let file = ical::split(bytes).value;
    lay_out(bytes);
    for dialect in [Dialect::Google, Dialect::Outlook, Dialect::Plain] {
        ical::read(ical::convert(bytes, dialect).text.as_bytes());
    }
    let joined = rejoin(bytes);
    let again = ical::split(&joined);
    assert_eq!(again.warnings, []);
    assert_eq!(again.value.items.len(), file.items.len());
    // Once written, no line is left out any more, and with it no zone that only such a line names.
    let settled = rejoin(&joined);
    assert_eq!(rejoin(&settled), settled);
});

/// The fuzzer's own hook ends the process at every panic, also at those of a foreign crate that are caught. Without it
/// only what nobody catches is a finding.
static ONLY_UNCAUGHT: Once = Once::new();

/// Some months of it in a zone that changes its clocks.
fn lay_out(bytes: &[u8]) {
    ONLY_UNCAUGHT.call_once(|| drop(std::panic::take_hook()));
    let series = ical::Series::of(&ical::read(bytes).value);
    let days = "2024-03-01".parse().ok().zip("2024-12-01".parse().ok());
    if let (Some((from, to)), Some(zone)) = (days, ical::zone("Europe/Berlin")) {
        series.between(from, to, zone);
    }
}

fn rejoin(bytes: &[u8]) -> Vec<u8> {
    let items = ical::split(bytes).value.items;
    ical::join(
        "name",
        Some("#123456"),
        items.iter().map(|item| item.raw.as_slice()),
    )
}
