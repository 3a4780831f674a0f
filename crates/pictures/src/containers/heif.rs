//! HEIF, HEIC and AVIF (ISO/IEC 23008-12): the `meta` box, without any picture data.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use heifer::heifer_isobmff::boxes::{ConstructionMethod, Property};
use heifer::heifer_isobmff::{HeifFile, ItemId};

use super::{Sketch, boxes};
use crate::exif;
use crate::source::Source;

/// Reads the properties of the primary item and the EXIF item.
pub(crate) fn read(source: &mut Source<'_>) -> io::Result<Sketch> {
    let top = boxes::boxes(source, 0, source.len())?;
    let whole = top.last().is_some_and(|last| last.end <= source.len());
    let mut head = Vec::new();
    for name in [b"ftyp", b"meta"] {
        let Some(part) = top.iter().find(|part| &part.name == name) else {
            return Ok(Sketch::broken());
        };
        let Some(content) = source.exactly(part.at, part.len())? else {
            return Ok(Sketch::broken());
        };
        head.extend_from_slice(&(content.len() as u32 + 8).to_be_bytes());
        head.extend_from_slice(name);
        head.extend_from_slice(&content);
    }
    // The parser is a third party's; offsets inside are into the whole file, so it must not fetch item data itself.
    let outline = catch_unwind(AssertUnwindSafe(|| {
        HeifFile::parse(&head).ok().map(|file| Outline::of(&file))
    }));
    let Some(outline) = outline.ok().flatten() else {
        return Ok(Sketch::broken());
    };
    let mut sketch = Sketch {
        size: outline.size,
        broken: !whole || outline.size.is_none() || outline.end > source.len(),
        ..Sketch::default()
    };
    if let Some((at, length)) = outline.exif
        && let Some(item) = source.exactly(at, length)?
    {
        // The item begins with the distance of the TIFF header from the next byte on.
        let skip = item
            .get(..4)
            .and_then(|skip| skip.try_into().ok())
            .map_or(0, u32::from_be_bytes) as usize;
        let tiff = item
            .get(4..)
            .and_then(|rest| rest.get(skip..))
            .unwrap_or_default();
        sketch.exif = exif::read_block(tiff)?;
    }
    Ok(sketch)
}

/// What is needed of the `meta` box.
struct Outline {
    /// As shown: after crop and rotation.
    size: Option<(u32, u32)>,
    /// Offset and length of the EXIF item.
    exif: Option<(u64, u64)>,
    /// Where the furthest item ends.
    end: u64,
}

impl Outline {
    fn of(file: &HeifFile<'_>) -> Self {
        let exif = file
            .items
            .iter()
            .find(|item| &item.item_type.0 == b"Exif")
            .and_then(|item| item.location.as_ref())
            .filter(|place| matches!(place.construction_method, ConstructionMethod::File))
            .and_then(|place| place.extents.first())
            .map(|extent| (extent.offset, extent.length));
        let end = file
            .items
            .iter()
            .filter_map(|item| item.location.as_ref())
            .filter(|place| matches!(place.construction_method, ConstructionMethod::File))
            .flat_map(|place| &place.extents)
            .map(|extent| extent.offset.saturating_add(extent.length))
            .max()
            .unwrap_or(0);
        Self {
            size: shown(file, file.primary_id),
            exif,
            end,
        }
    }
}

/// Width and height after the transforms of the item, in their order.
fn shown(file: &HeifFile<'_>, id: ItemId) -> Option<(u32, u32)> {
    let (mut width, mut height) = file.image_size(id).ok()??;
    for property in file.item_properties(id).ok()? {
        match property {
            Property::CleanAperture {
                width: (wide, wide_by),
                height: (high, high_by),
                ..
            } if *wide_by > 0 && *high_by > 0 => {
                width = width.min(wide / wide_by);
                height = height.min(high / high_by);
            }
            Property::Rotation(quarters) if quarters % 2 == 1 => (width, height) = (height, width),
            _ => {}
        }
    }
    Some((width, height))
}
