//! Who a device is. Pure.

use sidekeep_model::{Identity, PhoneId};

use super::Attached;
use super::quirks::System;
use super::wire::{Dataset, Short, Text};
use crate::usb::names_one;

/// What a device says of itself (DeviceInfo dataset, MTP 1.1 §5.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    /// The vendor extension's description: `microsoft.com: 1.0; android.com: 1.0;`.
    pub(super) extension: String,
    pub(super) operations: Vec<u16>,
    pub(super) maker: String,
    pub(super) model: String,
    /// Android makes up a number of its own here; the one on the USB is the phone's.
    pub(super) serial: String,
}

impl About {
    /// What follows the operations may be missing.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Short> {
        let text = |found: Result<Text, Short>| match found {
            Ok(Ok(text) | Err(text)) => text.trim().to_owned(),
            Err(Short) => String::new(),
        };
        let mut dataset = Dataset::new(bytes);
        dataset.skip(2 + 4 + 2)?;
        let extension = text(dataset.text());
        dataset.skip(2)?;
        let operations = dataset.short_numbers()?;
        // Events, device properties, formats that are made and that are known.
        for _ in 0..4 {
            if dataset.short_numbers().is_err() {
                break;
            }
        }
        let maker = text(dataset.text());
        let model = text(dataset.text());
        let _version = dataset.text();
        Ok(Self {
            extension,
            operations,
            maker,
            model,
            serial: text(dataset.text()),
        })
    }
}

/// Who the phone is: for Android by the serial number that adb tells too.
pub(super) fn identity(attached: &Attached, about: &About, system: System) -> Identity {
    let first = |texts: [&str; 3]| {
        let said = texts.into_iter().find(|text| !text.is_empty());
        said.unwrap_or("unknown").to_owned()
    };
    // Where it is plugged in, and what a factory gave to all alike, is nobody's name.
    let own = [&attached.serial, &about.serial];
    let own = own.into_iter().find(|serial| names_one(serial));
    let serial = match own {
        Some(serial) => serial.clone(),
        None => first([&about.model, &attached.name, &about.maker]),
    };
    let id = match system {
        System::Android => format!("android:{serial}"),
        System::Apple => format!("iphone:{}", udid(&serial)),
        System::Other => format!("mtp:{serial}"),
    };
    Identity {
        id: PhoneId(id),
        name: first([&about.model, &attached.name, &about.maker]),
        model: Some(about.model.clone()).filter(|model| !model.is_empty()),
        system: match system {
            System::Android => Some("Android".to_owned()),
            System::Apple => Some("iOS".to_owned()),
            System::Other => None,
        },
    }
}

/// On the USB the newer of Apple's device ids lack the hyphen that they have everywhere else.
fn udid(serial: &str) -> String {
    match serial.split_at_checked(8) {
        Some((chip, own)) if serial.len() == 24 => format!("{chip}-{own}"),
        _ => serial.to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::object::tests::text;
    use super::super::state::State;
    use super::*;

    /// A DeviceInfo dataset.
    pub(in crate::mtp) fn dataset(extension: &str, operations: &[u16], model: &str, serial: &str) -> Vec<u8> {
        let mut bytes = vec![100, 0, 6, 0, 0, 0, 100, 0];
        bytes.extend(text(extension));
        bytes.extend([0, 0]);
        bytes.extend((operations.len() as u32).to_le_bytes());
        bytes.extend(operations.iter().flat_map(|operation| operation.to_le_bytes()));
        bytes.extend([0; 16]);
        for part in ["Maker", model, "1.0", serial] {
            bytes.extend(text(part));
        }
        bytes
    }

    #[test]
    fn a_device_says_who_it_is() {
        let bytes = dataset("android.com: 1.0;", &[0x1001, 0x9805], " Pixel 8", "F00");
        let about = About::read(&bytes).unwrap();
        let expected = About {
            extension: "android.com: 1.0;".to_owned(),
            operations: vec![0x1001, 0x9805],
            maker: "Maker".to_owned(),
            model: "Pixel 8".to_owned(),
            serial: "F00".to_owned(),
        };
        assert_eq!(about, expected);
        // The names are missing.
        let bare = About::read(&bytes[..60]).unwrap();
        assert_eq!((bare.operations.len(), bare.model.as_str()), (2, ""));
        assert_eq!(About::read(&bytes[..7]), Err(Short));
    }

    #[test]
    fn the_serial_on_the_usb_names_the_phone() {
        let check = |usb: &str, own: &str, system: System, expected: &str| {
            let attached = Attached {
                serial: usb.to_owned(),
                name: "USB name".to_owned(),
                vendor: 1,
                state: State::Locked,
            };
            let about = About {
                serial: own.to_owned(),
                ..About::default()
            };
            let found = identity(&attached, &about, system);
            assert_eq!((found.id.as_str(), found.name.as_str()), (expected, "USB name"));
        };
        check("R58M", "made up", System::Android, "android:R58M");
        check("port-1-2.4", "made up", System::Android, "android:made up");
        check("0123456789ABCDEF", "made up", System::Android, "android:made up");
        check("port-1-2.4", "unknown", System::Other, "mtp:USB name");
        check(
            "000081100012345678901234",
            "",
            System::Apple,
            "iphone:00008110-0012345678901234",
        );
        check(
            "abcdefabcdefabcdefabcdefabcdefabcdefabcd",
            "",
            System::Apple,
            "iphone:abcdefabcdefabcdefabcdefabcdefabcdefabcd",
        );
    }
}
