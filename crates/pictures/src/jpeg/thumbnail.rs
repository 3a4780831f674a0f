//! Small pictures to look at: the camera's own where it made one, else the picture shrunk while it is decoded.
//!
//! Colours keep the picture's profile. No film is decoded, and of a RAW only the JPEG that facts.rs finds in it.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::JpegDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageDecoder};
use sidekeep_model::Facts;

use super::decode::{self, Decoded};
use super::{JpegOptions, Reductions, encode};
use crate::PictureError;
use crate::containers::raw;
use crate::containers::tiff::Tiff;
use crate::exif::{self, tag};
use crate::source::Source;

/// The largest picture that is shrunk while it is decoded: more than the largest sensor of any phone has. A JPEG that
/// claims more would, if it is progressive, take its coefficients' memory all the same.
const MOST_SHRUNK: u64 = 256_000_000;
/// What stands before the pixels of a JPEG: EXIF block and profile.
const MOST_HEAD: u64 = 512 << 10;
/// The longest JPEG in a RAF that is read.
const MOST_SHOT: u64 = 64 << 20;
/// libjpeg's scale of quality; small pictures show no difference above.
const QUALITY: u8 = 80;
/// How far the ratio of the sides of a camera's thumbnail may be off, in per cent. Cameras that put black bars round it
/// are further off.
const TOLERANCE: f64 = 2.0;

/// A small JPEG of a still picture, upright, its longer side at most `long_edge` pixels and never enlarged: JPEG, PNG,
/// WebP, GIF (the first frame), TIFF, BMP, HEIC, and RAF by the JPEG in it. `facts` are those of the same file.
///
/// # Errors
/// [`PictureError::Unsupported`] for films, other RAWs and unknown bytes; [`PictureError::TooLarge`] before anything is
/// decoded, above [`MOST_PIXELS`](crate::MOST_PIXELS) or, of a JPEG, 256 million pixels; the others as they say.
pub fn thumbnail(file: &mut File, facts: &Facts, long_edge: u32) -> Result<Vec<u8>, PictureError> {
    let pixels = facts.width.zip(facts.height);
    let pixels = pixels.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
    if pixels > MOST_SHRUNK {
        return Err(PictureError::TooLarge {
            width: facts.width.unwrap_or(0).into(),
            height: facts.height.unwrap_or(0).into(),
            limit: MOST_SHRUNK,
        });
    }
    let edge = long_edge.max(1);
    // Decoders are third parties' and have panicked on hostile bytes.
    let own = catch_unwind(AssertUnwindSafe(|| cameras_own(file, facts, edge)));
    let decoded = match own.unwrap_or(Ok(None))? {
        Some(decoded) => decoded,
        None if facts.media.as_str() == "image/x-fuji-raf" => shot(file, facts, edge)?,
        None => decode::decode(file, facts, Some(edge))?,
    };
    let options = JpegOptions {
        quality: QUALITY,
        long_edge: Some(edge),
    };
    let small = Decoded {
        pixels: nearly(decoded.pixels, edge),
        exif: None,
        ..decoded
    };
    Ok(encode(small, &options, None)?.bytes)
}

/// Shrunk to twice the size by averaging, which is far faster than the filter that does the rest.
fn nearly(pixels: DynamicImage, edge: u32) -> DynamicImage {
    let twice = edge.saturating_mul(2);
    if pixels.width().max(pixels.height()) > twice.saturating_mul(2) {
        pixels.thumbnail(twice, twice)
    } else {
        pixels
    }
}

/// The thumbnail that the camera put into the file, when it is large enough and shows the same section.
fn cameras_own(file: &mut File, facts: &Facts, edge: u32) -> Result<Option<Decoded>, PictureError> {
    let own = match facts.media.as_str() {
        "image/jpeg" => in_exif(file, edge)?,
        "image/heic" | "image/heif" => super::heic::thumbnail(&decode::whole(file)?, edge),
        _ => None,
    };
    Ok(own.filter(|own| {
        let (width, height) = own.pixels.dimensions();
        // From 5 on orientations turn by a quarter.
        let turned = own.orientation.to_exif() >= 5;
        let shown = if turned { (height, width) } else { (width, height) };
        let ratio = |(width, height): (u32, u32)| f64::from(width) / f64::from(height.max(1));
        let whole = facts.width.zip(facts.height).map(ratio);
        whole.is_some_and(|whole| (ratio(shown) / whole - 1.0).abs() * 100.0 <= TOLERANCE)
            && width.max(height) >= edge
    }))
}

/// JPEGInterchangeFormat of the second directory (Exif 2.32 §4.5.6).
fn in_exif(file: &mut File, edge: u32) -> Result<Option<Decoded>, PictureError> {
    let head = Source::new(file)?.up_to(0, MOST_HEAD)?;
    let Ok(mut parts) = JpegDecoder::new(Cursor::new(head.as_slice())) else {
        return Ok(None);
    };
    let Ok(Some(block)) = parts.exif_metadata() else {
        return Ok(None);
    };
    let Some(small) = second(&block)? else {
        return Ok(None);
    };
    let Ok(Some(pixels)) = decode::turbo(&small, Some(edge)) else {
        return Ok(None);
    };
    let orientation = exif::read_block(&block)?.and_then(|exif| Orientation::from_exif(exif.orientation?));
    Ok(Some(Decoded {
        pixels,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        exif: None,
        icc: parts.icc_profile().ok().flatten(),
        reduced: Reductions::new(),
    }))
}

/// The JPEG that the second directory of an EXIF block speaks of.
fn second(block: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let mut reader = Cursor::new(block);
    let source = &mut Source::new(&mut reader)?;
    let Some((tiff, first)) = Tiff::open(source, 0)? else {
        return Ok(None);
    };
    let main = tiff.directory(source, first)?;
    let Some(link) = tiff.next(source, &main)? else {
        return Ok(None);
    };
    let directory = tiff.at(source, link)?;
    let mut integer = |tag| tiff.number(source, &directory, tag);
    let place = integer(tag::JPEG_OFFSET)?.zip(integer(tag::JPEG_LENGTH)?);
    match place {
        Some((at, length)) => source.exactly(at.into(), length.into()),
        None => Ok(None),
    }
}

/// The JPEG of the whole picture in a Fuji RAF.
fn shot(file: &mut File, facts: &Facts, edge: u32) -> Result<Decoded, PictureError> {
    let Some((at, length)) = raw::fuji_jpeg(&mut Source::new(file)?)? else {
        return Err(PictureError::Unsupported(facts.media.clone()));
    };
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(length.min(MOST_SHOT)).read_to_end(&mut bytes)?;
    let decoded = catch_unwind(AssertUnwindSafe(|| decode::jpeg(&bytes, Some(edge))));
    decoded.unwrap_or(Err(PictureError::Broken(None)))
}
