mod convert;
mod dates;
mod dialects;
mod properties;
mod reading;
mod splitting;

use sidekeep_model::Contact;

use super::read;

/// A card of `version` with these lines, each ended by CRLF.
fn card(version: &str, lines: &[&str]) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:{version}\r\n{}\r\nEND:VCARD\r\n",
        lines.join("\r\n")
    )
}

/// The model of a card, which must be read without warnings.
#[track_caller]
fn contact(version: &str, lines: &[&str]) -> Contact {
    let read = read(card(version, lines).as_bytes());
    assert_eq!(read.warnings, [], "{lines:?}");
    read.value
}

/// The model as the command line shows it.
fn json(contact: &Contact) -> String {
    serde_json::to_string_pretty(contact).expect("a contact is JSON")
}
