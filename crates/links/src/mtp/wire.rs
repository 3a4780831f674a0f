//! Datasets as PTP packs them: little-endian numbers, counted arrays, counted strings of UTF-16 (MTP 1.1 §3.2). Pure.
//!
//! Nothing is believed: a count that promises more than there is reads as an end that comes too early.

/// A text: as it was sent, or as far as it can be shown when it is not UTF-16.
pub(super) type Text = Result<String, String>;

/// The dataset ends too early, or holds a value that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the dataset is cut short or makes no sense")]
pub(super) struct Short;

/// What is left of a dataset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dataset<'a>(&'a [u8]);

/// A value of an object's property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Of any width; negative ones in two's complement of their own width.
    Number(u128),
    Text(Text),
    /// An array, which nothing here asks for, or nothing, which is how Android tells of a property that it does not know.
    Other,
}

/// The type of a value that is not there.
const UNDEFINED: u16 = 0;
/// The type of a string in a property list (MTP 1.1 §3.2.1).
const STRING: u16 = 0xFFFF;
/// Types of arrays are those of their elements with this bit.
const ARRAY: u16 = 0x4000;

impl<'a> Dataset<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Short> {
        let (head, rest) = self.0.split_first_chunk().ok_or(Short)?;
        self.0 = rest;
        Ok(*head)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Short> {
        self.take().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Short> {
        self.take().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Short> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Short> {
        self.take().map(u64::from_le_bytes)
    }

    fn u128(&mut self) -> Result<u128, Short> {
        self.take().map(u128::from_le_bytes)
    }

    pub(super) fn skip(&mut self, bytes: usize) -> Result<(), Short> {
        self.0 = self.0.get(bytes..).ok_or(Short)?;
        Ok(())
    }

    /// A string: a count of UTF-16 units with the final NUL among them, and the units. A NUL elsewhere stays.
    pub(super) fn text(&mut self) -> Result<Text, Short> {
        let count = usize::from(self.u8()?) * 2;
        let (text, rest) = self.0.split_at_checked(count).ok_or(Short)?;
        self.0 = rest;
        let mut units: Vec<u16> = text
            .chunks_exact(2)
            .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
            .collect();
        if units.last() == Some(&0) {
            units.pop();
        }
        Ok(String::from_utf16(&units).map_err(|_| String::from_utf16_lossy(&units)))
    }

    /// An array of 32-bit numbers, such as handles.
    pub(super) fn numbers(&mut self) -> Result<Vec<u32>, Short> {
        let count = self.u32()? as usize;
        let bytes = count.checked_mul(4).ok_or(Short)?;
        let (numbers, rest) = self.0.split_at_checked(bytes).ok_or(Short)?;
        self.0 = rest;
        let number = |four: &[u8]| u32::from_le_bytes([four[0], four[1], four[2], four[3]]);
        Ok(numbers.chunks_exact(4).map(number).collect())
    }

    /// An array of 16-bit numbers, such as operations.
    pub(super) fn short_numbers(&mut self) -> Result<Vec<u16>, Short> {
        let count = self.u32()? as usize;
        let bytes = count.checked_mul(2).ok_or(Short)?;
        let (numbers, rest) = self.0.split_at_checked(bytes).ok_or(Short)?;
        self.0 = rest;
        let number = |two: &[u8]| u16::from_le_bytes([two[0], two[1]]);
        Ok(numbers.chunks_exact(2).map(number).collect())
    }

    /// A property's value of this type (MTP 1.1 §3.2.1).
    pub(super) fn value(&mut self, of: u16) -> Result<Value, Short> {
        if of == STRING {
            return Ok(Value::Text(self.text()?));
        }
        if of == UNDEFINED {
            return Ok(Value::Other);
        }
        if of & ARRAY != 0 {
            let count = self.u32()? as usize;
            let width = width(of & !ARRAY).ok_or(Short)?;
            self.skip(count.checked_mul(width).ok_or(Short)?)?;
            return Ok(Value::Other);
        }
        Ok(Value::Number(match width(of).ok_or(Short)? {
            1 => self.u8()?.into(),
            2 => self.u16()?.into(),
            4 => self.u32()?.into(),
            8 => self.u64()?.into(),
            _ => self.u128()?,
        }))
    }
}

/// Bytes of a number of this type: signed and unsigned ones from 8 to 128 bits.
fn width(of: u16) -> Option<usize> {
    match of {
        1..=10 => Some(1 << ((of - 1) / 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_are_counted_and_end_with_nul() {
        let check = |bytes: &[u8], expected: Result<Text, Short>| {
            assert_eq!(Dataset::new(bytes).text(), expected, "{bytes:x?}");
        };
        let right = |text: &str| Ok(Ok(text.to_owned()));
        check(&[0], right(""));
        check(&[1, 0, 0], right(""));
        check(&[3, b'a', 0, 0xE9, 0, 0, 0], right("aé"));
        check(&[1, b'a', 0], right("a"));
        check(&[3, 0, 0, b'a', 0, 0, 0], right("\0a"));
        check(&[3, 0x3D, 0xD8, 0, 0xDE, 0, 0], right("😀"));
        check(&[2, 0x3D, 0xD8, 0, 0], Ok(Err("\u{fffd}".to_owned())));
        check(&[], Err(Short));
        check(&[255, 0, 0], Err(Short));
    }

    #[test]
    fn arrays_never_promise_more_than_there_is() {
        let check = |bytes: &[u8], expected: Result<&[u32], Short>| {
            let found = Dataset::new(bytes).numbers();
            assert_eq!(
                found.as_deref(),
                expected.as_ref().map(|some| *some),
                "{bytes:x?}"
            );
        };
        check(&[0, 0, 0, 0], Ok(&[]));
        check(&[1, 0, 0, 0, 9, 0, 0, 0, 7], Ok(&[9]));
        check(&[2, 0, 0, 0, 9, 0, 0, 0], Err(Short));
        check(&[255, 255, 255, 255, 1, 2, 3, 4], Err(Short));
    }

    #[test]
    fn values_of_each_type() {
        let bytes: Vec<u8> = (1..=16).collect();
        let check = |of: u16, expected: Result<Value, Short>, left: usize| {
            let mut dataset = Dataset::new(&bytes);
            assert_eq!(dataset.value(of), expected, "{of:x}");
            assert_eq!(dataset.0.len(), left, "{of:x}");
        };
        check(1, Ok(Value::Number(1)), 15);
        check(4, Ok(Value::Number(0x0201)), 14);
        check(6, Ok(Value::Number(0x0403_0201)), 12);
        check(8, Ok(Value::Number(0x0807_0605_0403_0201)), 8);
        check(
            10,
            Ok(Value::Number(0x100F_0E0D_0C0B_0A09_0807_0605_0403_0201)),
            0,
        );
        check(0, Ok(Value::Other), 16);
        check(11, Err(Short), 16);
        check(0x4006, Err(Short), 12);
    }

    proptest! {
        #[test]
        fn garbage_is_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..64), of: u16) {
            let mut dataset = Dataset::new(&bytes);
            let mut left = bytes.len();
            while dataset.value(of).is_ok() && dataset.0.len() < left {
                left = dataset.0.len();
            }
            prop_assert!(dataset.0.len() <= bytes.len());
        }
    }
}
