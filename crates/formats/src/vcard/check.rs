//! An independent second opinion on the 4.0 cards that we write, by `vcard_parser`.
//!
//! It is strict where our own reader is lenient, but it is wrong in places; what it wrongly objects to is not passed
//! on (see `is_false_alarm`). It is never used to read data.

use vcard_parser::error::VcardError;
use vcard_parser::parse::property::property;
use vcard_parser::parse_vcards;
use vcard_parser::vcard::property::Property;

use crate::line::{Line, lines, text};

/// Something in a card that RFC 6350 does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The property, upper case; empty when it is about the whole card.
    pub property: String,
    /// What is wrong.
    pub objection: Objection,
}

/// What can be wrong with a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Objection {
    /// Not a card: BEGIN, VERSION:4.0 or END is missing or misplaced.
    NotACard,
    /// A line that is no property.
    Syntax,
    /// FN is missing.
    NoName,
    /// A parameter that the property does not take, or of a bad value.
    Parameter,
    /// A value that the property does not take.
    Value,
}

/// Checks one card of version 4.0, as [`super::convert`] writes it. Empty when there is nothing to object to.
///
/// Each property is parsed by itself, and the card's frame without them: at every name that does not match, the parser
/// copies all that is left of its input, so that a whole card would cost the square of its length.
pub fn check(card: &str) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut frame = String::new();
    for raw in lines(card.as_bytes()) {
        let Some(line) = raw.parse() else {
            complaints.push(complaint("", Objection::Syntax));
            continue;
        };
        let written = card.get(raw.span).unwrap_or_default();
        if ["BEGIN", "VERSION", "END", "FN"].iter().any(|name| line.is(name)) {
            frame.push_str(written);
        } else if let Err(error) = parse(written)
            && !is_false_alarm(&line, &error)
        {
            complaints.push(complaint(&line.name, objection(&error, Objection::Syntax)));
        }
    }
    let whole = parse_vcards(&frame)
        .err()
        .map(|error| objection(&error, Objection::NotACard));
    if !(card.starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\n") && card.ends_with("END:VCARD\r\n")) {
        complaints.push(complaint("", whole.unwrap_or(Objection::NotACard)));
    } else if whole == Some(Objection::NoName) {
        complaints.push(complaint("", Objection::NoName));
    }
    complaints
}

/// Parses one property, folds and line end included.
fn parse(written: &str) -> Result<Property, VcardError> {
    match property(written.as_bytes())? {
        ([], parsed) => Property::create_from_data(parsed),
        _ => Err(VcardError::ParseError(Vec::new())),
    }
}

fn complaint(property: &str, objection: Objection) -> Complaint {
    Complaint {
        property: property.to_ascii_uppercase(),
        objection,
    }
}

fn objection(error: &VcardError, syntax: Objection) -> Objection {
    match error {
        VcardError::PropertyFnMissing | VcardError::PropertyFnRequired => Objection::NoName,
        VcardError::ParameterTypeNotAllowed(..) => Objection::Parameter,
        VcardError::ValueInvalid(..)
        | VcardError::ValueNotAllowed(..)
        | VcardError::ValueMismatch(..)
        | VcardError::ValueMalformed(_)
        | VcardError::ValueNameUnknown(_)
        | VcardError::PropertySetError(_) => Objection::Value,
        VcardError::ParseError(_) | VcardError::ConversionFailure => syntax,
    }
}

/// Where the parser is wrong, or where a value is the owner's and not ours to mend.
///
/// - A URI may be any that the owner typed: `URL:example.org` is kept as it is.
/// - SOUND;VALUE=uri and the like are right (RFC 6350 §6.7.5) but taken for a mismatch.
/// - RFC 9554 added components to N and ADR, and some programs write more still; and the parser takes the `;` after
///   an escaped backslash for an escaped one, so that it counts too few.
/// - Names of properties and parameters with `_` or `/` are carried as they came.
fn is_false_alarm(line: &Line, error: &VcardError) -> bool {
    let value_is_uri = line
        .param("VALUE")
        .is_some_and(|value| value.eq_ignore_ascii_case("uri"));
    match error {
        VcardError::ValueMalformed(_) => [
            "URL",
            "SOURCE",
            "IMPP",
            "FBURL",
            "CALURI",
            "CALADRURI",
            "MEMBER",
            "PHOTO",
            "LOGO",
            "KEY",
            "SOUND",
        ]
        .iter()
        .any(|name| line.is(name)),
        VcardError::ValueInvalid(..) => {
            let components = text::split(&line.value, ';').len();
            line.is("N") && components >= 5 || line.is("ADR") && components >= 7
        }
        VcardError::ValueMismatch(..) => value_is_uri,
        VcardError::ParseError(_) => line.name.contains(['_', '/']),
        _ => false,
    }
}
