//! HEIF, HEIC and AVIF (ISO/IEC 23008-12): the `meta` box, without any picture data.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use heifer::heifer_isobmff::boxes::{ConstructionMethod, Property};
use heifer::heifer_isobmff::{HeifFile, Item, ItemId};
use sidekeep_model::Motion;

use super::boxes::{self, Box4};
use super::{Sketch, motion, samsung};
use crate::source::Source;
use crate::{exif, xmp};

/// Auxiliary pictures that are depth maps (ITU-T H.265 §F.14.3.3.2, ISO/IEC 23008-12 §6.5.8, ISO/IEC 23091-2).
const DEPTH: [&str; 2] = [
    "urn:mpeg:hevc:2015:auxid:2",
    "urn:mpeg:mpegB:cicp:systems:auxiliary:depth",
];

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
        orientation: outline.orientation,
        gain_map: outline.gain_map,
        depth: outline.depth,
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
    if let Some((at, length)) = outline.xmp {
        sketch.xmp = xmp::read(&source.up_to(at, length.min(xmp::MOST))?);
    }
    sketch.motion = film(source, &top, &sketch.xmp)?;
    Ok(sketch)
}

/// The film of a Motion Photo: in a box of its own (Motion Photo format 1.0, "ISOBMFF image specific behavior").
fn film(source: &mut Source<'_>, top: &[Box4], xmp: &xmp::Xmp) -> io::Result<Option<Motion>> {
    if let Some(own) = top
        .iter()
        .find(|part| &part.name == b"mpvd" && part.end <= source.len())
    {
        return Ok(Some(Motion {
            at: own.at,
            length: own.len(),
        }));
    }
    let trailer = samsung::trailer(source)?.and_then(|trailer| trailer.film);
    // The film's own first box has the name of the picture's, and stands behind it.
    let behind = top.first().map_or(0, |first| first.end);
    motion::find(source, xmp, trailer, behind)
}

/// What is needed of the `meta` box.
struct Outline {
    /// As shown: after crop and rotation.
    size: Option<(u32, u32)>,
    /// How the pixels are turned to be shown, as EXIF counts; None where they are not.
    orientation: Option<u8>,
    /// Offset and length of the EXIF item.
    exif: Option<(u64, u64)>,
    /// Offset and length of the XMP item.
    xmp: Option<(u64, u64)>,
    /// There is a gain map.
    gain_map: bool,
    /// There is a depth map.
    depth: bool,
    /// Where the furthest item ends.
    end: u64,
}

impl Outline {
    fn of(file: &HeifFile<'_>) -> Self {
        let place = |wanted: &dyn Fn(&Item) -> bool| {
            let place = file.items.iter().find(|item| wanted(item))?.location.as_ref()?;
            let extent = place.extents.first()?;
            matches!(place.construction_method, ConstructionMethod::File)
                .then_some((extent.offset, extent.length))
        };
        let is = |wanted: fn(&str) -> bool| {
            file.properties
                .iter()
                .any(|property| matches!(property, Property::AuxiliaryType(kind) if wanted(kind)))
        };
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
            orientation: turned(file),
            exif: place(&|item| &item.item_type.0 == b"Exif"),
            xmp: place(&|item| item.content_type.as_deref() == Some("application/rdf+xml")),
            // Apple's is an auxiliary picture, the standard's (ISO 21496-1) derives a picture by it.
            gain_map: is(|kind| kind.ends_with(":hdrgainmap"))
                || file.items.iter().any(|item| &item.item_type.0 == b"tmap"),
            depth: is(|kind| DEPTH.contains(&kind)),
            end,
        }
    }
}

/// How the primary item is turned and mirrored, as EXIF's orientation says it.
fn turned(file: &HeifFile<'_>) -> Option<u8> {
    // Mirrored from left to right first, then turned so many quarters against the clock.
    let (mut mirrored, mut quarters, mut says) = (false, 0u8, false);
    for property in file.item_properties(file.primary_id).ok()? {
        match property {
            Property::Rotation(more) => quarters += more % 4,
            Property::Mirror(upside_down) => {
                quarters = 8 - quarters % 4 + if *upside_down { 2 } else { 0 };
                mirrored = !mirrored;
            }
            _ => continue,
        }
        quarters %= 4;
        says = true;
    }
    let turns = if mirrored { [2, 5, 4, 7] } else { [1, 8, 3, 6] };
    says.then(|| turns[usize::from(quarters)])
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
