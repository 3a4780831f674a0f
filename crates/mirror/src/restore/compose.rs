//! The bytes to write for one item, and what that changes field by field. Pure.

use sidekeep_archive::Policy;
use sidekeep_formats::merge::{self, Choice, Outgoing, Side, Versions};
use sidekeep_formats::{FormatError, as_icalendar, as_vcard};
use sidekeep_model::{Kind, Media};

/// One version of an item: its type and its bytes.
pub(crate) type Version<'a> = (&'a Media, &'a [u8]);

/// What is to be written, and what it changes.
pub(crate) struct Composed {
    /// None when the phone has it already.
    pub(crate) outgoing: Option<Outgoing>,
    /// Where the sides differ; empty for an item that is added.
    pub(crate) choices: Vec<Choice>,
}

/// The item as it shall be on the phone: `wanted` alone, or together with what the phone has and what both had last.
/// `uid` is given to an item that is added.
///
/// # Errors
/// When the bytes are of no type that can be written.
pub(crate) fn compose(
    kind: Kind,
    policy: Policy,
    wanted: Version<'_>,
    there: Option<Version<'_>>,
    base: Option<Version<'_>>,
    uid: Option<&str>,
) -> Result<Composed, FormatError> {
    let Some(there) = there else {
        return Ok(Composed {
            outgoing: Some(merge::outgoing(kind, wanted.0, wanted.1, uid)?),
            choices: Vec::new(),
        });
    };
    let prefer = match policy {
        Policy::KeepArchive => Side::Archive,
        Policy::Merge | Policy::KeepPhone | Policy::KeepBoth => Side::Phone,
    };
    let versions = Versions {
        base: base.filter(|_| policy == Policy::Merge),
        phone: there,
        archive: wanted,
    };
    let merged = merge::merge(kind, versions, prefer)?;
    let own = merge::uid(kind, there.0, there.1)?;
    let own = own.as_deref();
    match policy {
        Policy::KeepArchive => {
            let mut choices = merged.choices;
            for choice in &mut choices {
                choice.taken = Side::Archive;
            }
            Ok(Composed {
                outgoing: Some(merge::outgoing(kind, wanted.0, wanted.1, own)?),
                choices,
            })
        }
        Policy::Merge => {
            let unchanged = match kind {
                Kind::Contact => *as_vcard(there.0, there.1)? == *merged.bytes,
                _ => *as_icalendar(there.0, there.1)? == *merged.bytes,
            };
            let media: Media = match kind {
                Kind::Contact => Media::VCARD.into(),
                _ => Media::ICALENDAR.into(),
            };
            let outgoing = match unchanged {
                true => None,
                false => Some(merge::outgoing(kind, &media, &merged.bytes, own)?),
            };
            Ok(Composed {
                outgoing,
                choices: merged.choices,
            })
        }
        Policy::KeepPhone | Policy::KeepBoth => Ok(Composed {
            outgoing: None,
            choices: merged
                .choices
                .into_iter()
                .map(|choice| Choice {
                    taken: Side::Phone,
                    ..choice
                })
                .collect(),
        }),
    }
}
