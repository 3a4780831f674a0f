//! What a device says of storages and objects, from datasets to values. Pure.

use std::collections::HashMap;

use super::code::{ALL, ASSOCIATION};
use super::wire::{Dataset, Short, Text, Value};

/// An object as its device describes it. A handle names it for as long as the session lasts, and no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) handle: u32,
    pub(super) name: Text,
    pub(super) folder: bool,
    /// Bytes.
    pub(super) size: Option<u64>,
    pub(super) stamp: Stamp,
}

/// When an object was last changed, in the device's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    /// DateModified (0xDC09), as it was written: `20240503T140322`, on most phones without a zone.
    pub(super) date: Option<String>,
    /// The lower half of PersistentUID (0xDC41). What it means differs: see [`super::time`].
    pub(super) uid: Option<u64>,
}

/// The ObjectInfo dataset (MTP 1.1 §5.3.1): the object, and the parent that it says it has. One that does not lie in
/// `storage` is not the one that was asked for.
pub(super) fn object_info(storage: u32, handle: u32, bytes: &[u8]) -> Result<(Object, u32), Short> {
    let mut dataset = Dataset::new(bytes);
    let own = dataset.u32()?;
    if own != storage && own != 0 {
        return Err(Short);
    }
    let format = dataset.u16()?;
    dataset.skip(2)?;
    let size = dataset.u32()?;
    // The thumbnail's format and measures, and the picture's.
    dataset.skip(26)?;
    let parent = dataset.u32()?;
    let association = dataset.u16()?;
    dataset.skip(8)?;
    let name = dataset.text()?;
    // Some devices leave out what follows the name.
    let _created = dataset.text();
    let modified = dataset.text().ok().and_then(Result::ok);
    let folder = format == ASSOCIATION || (format == 0 && association == 1);
    let object = Object {
        handle,
        name,
        folder,
        size: (size != ALL).then_some(size.into()),
        stamp: Stamp {
            date: modified.and_then(date),
            uid: None,
        },
    };
    Ok((object, parent))
}

/// A date as it was written, unless it is empty or far longer than any (MTP 1.1 §3.2.5).
pub(super) fn date(text: String) -> Option<String> {
    (!text.is_empty() && text.len() <= 32).then_some(text)
}

/// A storage (StorageInfo dataset, MTP 1.1 §5.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Storage {
    pub(super) id: u32,
    /// It is built in: the phone's own, not a card.
    pub(super) fixed: bool,
    pub(super) description: String,
    /// The volume's own id; Android leaves it empty.
    pub(super) volume: String,
}

pub(super) fn storage_info(id: u32, bytes: &[u8]) -> Result<Storage, Short> {
    let mut dataset = Dataset::new(bytes);
    let kind = dataset.u16()?;
    dataset.skip(2)?;
    let access = dataset.u16()?;
    // Its name is part of every path on a card, so what makes no sense is not taken for one.
    if kind > 4 || access > 2 {
        return Err(Short);
    }
    dataset.skip(8 + 8 + 4)?;
    let text = |found: Result<Text, Short>| match found {
        Ok(Ok(text) | Err(text)) => text,
        Err(Short) => String::new(),
    };
    Ok(Storage {
        id,
        fixed: matches!(kind, 1 | 3),
        description: text(dataset.text()),
        volume: text(dataset.text()),
    })
}

/// One property of many objects (ObjectPropList dataset, MTP 1.1 §E.2.1), up to where the answer makes no more sense.
/// Who asks for one object's property and finds none, asks for that object.
pub(super) fn property_list(bytes: &[u8], property: u16) -> HashMap<u32, Value> {
    let mut found = HashMap::new();
    let mut dataset = Dataset::new(bytes);
    let count = dataset.u32().unwrap_or_default();
    for _ in 0..count {
        let mut element = || {
            let handle = dataset.u32()?;
            let of = dataset.u16()?;
            let kind = dataset.u16()?;
            Ok::<_, Short>((handle, of, dataset.value(kind)?))
        };
        let Ok((handle, of, value)) = element() else {
            break;
        };
        if of == property {
            found.entry(handle).or_insert(value);
        }
    }
    found
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::code::property::{FILE_NAME, SIZE};
    use super::*;
    use proptest::prelude::*;

    /// A string as it is sent.
    pub(in crate::mtp) fn text(text: &str) -> Vec<u8> {
        let units: Vec<u16> = text.encode_utf16().chain([0]).collect();
        let count = u8::try_from(units.len()).unwrap();
        let units = units.iter().flat_map(|unit| unit.to_le_bytes());
        [count].into_iter().chain(units).collect()
    }

    /// An ObjectInfo dataset.
    pub(in crate::mtp) fn info(format: u16, size: u32, parent: u32, name: &[u8], modified: &str) -> Vec<u8> {
        let mut bytes = vec![0, 0, 0, 0];
        bytes.extend(format.to_le_bytes());
        bytes.extend([0; 2]);
        bytes.extend(size.to_le_bytes());
        bytes.extend([0; 26]);
        bytes.extend(parent.to_le_bytes());
        bytes.extend([0; 10]);
        bytes.extend(name);
        bytes.extend(text(""));
        bytes.extend(text(modified));
        bytes.extend(text(""));
        bytes
    }

    #[test]
    fn an_object_is_read_from_its_info() {
        let check = |bytes: &[u8], folder: bool, size: Option<u64>, date: Option<&str>| {
            let (object, parent) = object_info(9, 7, bytes).unwrap();
            let stamp = (object.folder, object.size, object.stamp.date.as_deref());
            assert_eq!((object.name.as_deref(), parent), (Ok("a.jpg"), 5));
            assert_eq!(stamp, (folder, size, date));
        };
        let name = text("a.jpg");
        let day = "20240503T140322";
        check(&info(0x3801, 9, 5, &name, day), false, Some(9), Some(day));
        check(&info(0x3001, 0, 5, &name, ""), true, Some(0), None);
        // More than four GiB is asked for by another property.
        check(&info(0x300B, u32::MAX, 5, &name, day), false, None, Some(day));
        // Everything after the name is missing.
        let cut = info(0x3801, 9, 5, &name, day);
        check(&cut[..cut.len() - 34], false, Some(9), None);
        assert_eq!(object_info(9, 7, &cut[..60]), Err(Short));
        let mut other = cut;
        other[0] = 1;
        assert_eq!(object_info(9, 7, &other), Err(Short));
        assert!(object_info(1, 7, &other).is_ok());
    }

    #[test]
    fn storages_are_told_apart() {
        let mut bytes = vec![3, 0, 2, 0, 0, 0];
        bytes.extend([0; 20]);
        bytes.extend(text("Internal shared storage"));
        let storage = storage_info(0x0001_0001, &bytes).unwrap();
        assert!(storage.fixed);
        assert_eq!(
            (storage.description.as_str(), storage.volume.as_str()),
            ("Internal shared storage", "")
        );
        bytes[0] = 4;
        assert!(!storage_info(1, &bytes).unwrap().fixed);
        assert_eq!(storage_info(1, &bytes[..9]), Err(Short));
        bytes[0] = 5;
        assert_eq!(storage_info(1, &bytes), Err(Short));
    }

    #[test]
    fn a_list_is_read_as_far_as_it_makes_sense() {
        let element = |handle: u32, property: u16, kind: u16, value: &[u8]| {
            let mut bytes = handle.to_le_bytes().to_vec();
            bytes.extend(property.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(value);
            bytes
        };
        let check = |count: u32, elements: &[Vec<u8>], expected: &[(u32, u128)]| {
            let mut bytes = count.to_le_bytes().to_vec();
            bytes.extend(elements.concat());
            let mut found: Vec<_> = property_list(&bytes, SIZE).into_iter().collect();
            found.sort_by_key(|(handle, _)| *handle);
            let expected: Vec<_> = expected
                .iter()
                .map(|(handle, number)| (*handle, Value::Number(*number)))
                .collect();
            assert_eq!(found, expected);
        };
        let size = |handle, size: u64| element(handle, SIZE, 8, &size.to_le_bytes());
        check(2, &[size(1, 5), size(2, 1 << 33)], &[(1, 5), (2, 1 << 33)]);
        check(9, &[size(1, 5)], &[(1, 5)]);
        check(1, &[size(1, 5), size(2, 6)], &[(1, 5)]);
        check(2, &[size(1, 5), size(1, 6)], &[(1, 5)]);
        check(
            2,
            &[element(1, FILE_NAME, 0xFFFF, &text("x")), size(2, 6)],
            &[(2, 6)],
        );
        check(2, &[element(1, SIZE, 99, &[0; 8]), size(2, 6)], &[]);
        check(u32::MAX, &[], &[]);
    }

    proptest! {
        #[test]
        fn garbage_does_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = storage_info(1, &bytes);
            let _ = object_info(1, 1, &bytes);
            prop_assert!(property_list(&bytes, SIZE).len() <= bytes.len() / 8);
        }
    }
}
