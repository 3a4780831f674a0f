//! What is different with which make of device. Pure.
//!
//! What a device can do is asked of it where it answers truly; what it says wrongly, or cannot say, stands here.

use super::code::operation::{GET_OBJECT_PROP_LIST, GET_PARTIAL_OBJECT, GET_PARTIAL_OBJECT_64};
use super::tree::Scope;

/// Who a device says it is and what it says it can do (DeviceInfo dataset, MTP 1.1 §5.1.1; USB descriptor).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Maker {
    /// USB vendor id.
    pub(super) vendor: u16,
    /// The vendor extension's description: `microsoft.com: 1.0; android.com: 1.0;`.
    pub(super) extension: String,
    pub(super) operations: Vec<u16>,
}

/// How a device is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quirks {
    /// The system of the device, which tells how its phone is named.
    pub(super) system: System,
    /// Properties can be asked for of a whole folder, one at a time. All of them at once hangs many phones.
    pub(super) lists: bool,
    /// How parts of a file are asked for.
    pub(super) parts: Parts,
}

/// What runs on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    Android,
    /// May hand out HEIC as JPEG, as its owner chose.
    Apple,
    /// A camera, or something else, which is looked through whole.
    Other,
}

/// How parts of a file are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parts {
    /// From any offset.
    Far,
    /// From offsets below 4 GiB.
    Near,
    /// Not at all.
    Whole,
}

const APPLE: u16 = 0x05AC;

impl Quirks {
    pub(super) fn of(maker: &Maker) -> Self {
        let can = |operation| maker.operations.contains(&operation);
        let android = maker.extension.to_ascii_lowercase().contains("android.com");
        let system = match maker.vendor {
            APPLE => System::Apple,
            _ if android => System::Android,
            _ => System::Other,
        };
        Self {
            system,
            // The operation is MTP's; a camera that claims it without being one has been seen to hang.
            lists: can(GET_OBJECT_PROP_LIST) && system != System::Apple,
            parts: if can(GET_PARTIAL_OBJECT_64) {
                Parts::Far
            } else if can(GET_PARTIAL_OBJECT) {
                Parts::Near
            } else {
                Parts::Whole
            },
        }
    }

    /// The folders that are looked at unless others are chosen.
    pub(super) fn scope(&self) -> Scope {
        match self.system {
            System::Android => Scope::Folders(
                ["DCIM", "Pictures", "Movies", "Download", "Documents"]
                    .map(str::to_owned)
                    .into(),
            ),
            System::Apple | System::Other => Scope::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_make_is_treated_its_way() {
        let check = |vendor, extension: &str, operations: &[u16], expected: (System, bool, Parts)| {
            let found = Quirks::of(&Maker {
                vendor,
                extension: extension.to_owned(),
                operations: operations.to_vec(),
            });
            assert_eq!(
                (found.system, found.lists, found.parts),
                expected,
                "{vendor:x} {extension}"
            );
            assert_eq!(found.scope() == Scope::All, found.system != System::Android);
        };
        let all = [GET_PARTIAL_OBJECT, GET_OBJECT_PROP_LIST, GET_PARTIAL_OBJECT_64];
        let android = "microsoft.com: 1.0; android.com: 1.0;";
        check(0x18D1, android, &all, (System::Android, true, Parts::Far));
        check(
            0x04E8,
            "Android.com: 1.0",
            &all[..2],
            (System::Android, true, Parts::Near),
        );
        check(0x05AC, "", &all[..2], (System::Apple, false, Parts::Near));
        check(0x04A9, "", &all[..1], (System::Other, false, Parts::Near));
        check(0x04B0, "", &[], (System::Other, false, Parts::Whole));
    }
}
