//! Conversion to JPEG: decode, turn upright, shrink if asked, encode, and carry over what the JPEG can hold.

mod decode;
mod heic;
mod tags;
mod thumbnail;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Cursor;

use image::{DynamicImage, GenericImageView};
use img_parts::{Bytes, ImageEXIF, ImageICC};
use serde::Serialize;
use sidekeep_model::Taken;
use ts_rs::TS;

use crate::source::Source;
use crate::{PictureError, facts};
use decode::Decoded;

pub use thumbnail::thumbnail;

/// How to write a JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JpegOptions {
    /// 1–100, as libjpeg counts; values outside are taken to the nearer end.
    pub quality: u8,
    /// Shrinks so that the longer side has at most this many pixels; never enlarges.
    pub long_edge: Option<u32>,
}

impl Default for JpegOptions {
    /// Quality 90, full size.
    fn default() -> Self {
        Self {
            quality: 90,
            long_edge: None,
        }
    }
}

/// A picture as JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jpeg {
    /// The file.
    pub bytes: Vec<u8>,
    /// Pixels, as shown.
    pub width: u32,
    /// Pixels, as shown.
    pub height: u32,
    /// What the JPEG does not carry over or never had, sorted. Of an original only [`Reduced::Broken`] can be said.
    pub reduced: Vec<Reduced>,
    /// The bytes are the original's: it was a JPEG already, with a capture time or none to write, and no smaller size was
    /// asked for.
    pub original: bool,
}

/// What a JPEG lacks that the original has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Reduced {
    /// More than 8 bits a channel.
    Depth,
    /// Transparency: white now.
    Alpha,
    /// An animation, several pictures, or a film beside the picture: the first picture is kept.
    Frames,
    /// Size in pixels.
    Size,
    /// A brightness range beyond what a plain JPEG shows.
    Range,
    /// Some of the EXIF block, or a colour profile that does not fit the pixels.
    Metadata,
    /// Pixels that the original lacks itself: it is cut off or damaged, as it was on the phone.
    Broken,
}

/// Converts a still picture to JPEG: JPEG, PNG, WebP, GIF, TIFF, BMP and HEIC. The pixels are turned upright once and
/// Orientation says so; EXIF and the colour profile are carried over; transparency becomes white. `taken` is written
/// as DateTimeOriginal where the source has no capture time.
///
/// A JPEG is left as it is, byte for byte (see [`Jpeg::original`]), unless `long_edge` asks for a smaller one or it lacks
/// the capture time; then only the EXIF block changes and no pixel does.
///
/// # Errors
/// [`PictureError::TooLarge`] above [`MOST_PIXELS`](crate::MOST_PIXELS), before anything is decoded; the other kinds as
/// they say.
pub fn to_jpeg(file: &mut File, options: &JpegOptions, taken: Option<&Taken>) -> Result<Jpeg, PictureError> {
    let found = facts::read(&mut Source::new(file)?, "")?;
    let size = found.width.zip(found.height);
    let mut reduced = Reductions::from_iter(found.broken.then_some(Reduced::Broken));
    if found.media.as_str() == "image/jpeg"
        && let Some((width, height)) = size
        && options.long_edge.is_none_or(|edge| width.max(height) <= edge)
    {
        let bytes = decode::whole(file)?;
        let dated = match taken {
            Some(taken) if found.taken.is_none() => date(&bytes, width, height, taken)?,
            _ => None,
        };
        return Ok(Jpeg {
            original: dated.is_none(),
            bytes: dated.unwrap_or(bytes),
            width,
            height,
            reduced: Vec::from_iter(reduced),
        });
    }
    let mut decoded = decode::decode(file, &found, options.long_edge)?;
    decoded.reduced.append(&mut reduced);
    encode(decoded, options, taken)
}

fn encode(decoded: Decoded, options: &JpegOptions, taken: Option<&Taken>) -> Result<Jpeg, PictureError> {
    let Decoded {
        mut pixels,
        orientation,
        exif,
        icc,
        mut reduced,
    } = decoded;
    if let Some(edge) = options
        .long_edge
        .filter(|edge| pixels.width().max(pixels.height()) > *edge)
    {
        pixels = pixels.resize(edge.max(1), edge.max(1), image::imageops::FilterType::CatmullRom);
        reduced.insert(Reduced::Size);
    }
    pixels.apply_orientation(orientation);
    let (width, height) = pixels.dimensions();
    let turned = orientation != image::metadata::Orientation::NoTransforms;

    let (exif, lost) = tags::block(
        exif.as_deref(),
        tags::Picture {
            width,
            height,
            turned,
            untouched: false,
            taken,
        },
    )?;
    if lost {
        reduced.insert(Reduced::Metadata);
    }
    let icc = icc.filter(|icc| {
        let fits = fits(icc, &pixels);
        if !fits {
            reduced.insert(Reduced::Metadata);
        }
        fits
    });
    let bytes = with_tags(compress(&pixels, options.quality)?, exif, icc)?;
    Ok(Jpeg {
        bytes,
        width,
        height,
        reduced: Vec::from_iter(reduced),
        original: false,
    })
}

/// The profile is for pixels of this kind (ICC.1 §7.2.6: colour space at byte 16).
fn fits(icc: &[u8], pixels: &DynamicImage) -> bool {
    let space: &[u8] = if matches!(pixels, DynamicImage::ImageLuma8(_)) {
        b"GRAY"
    } else {
        b"RGB "
    };
    icc.get(16..20) == Some(space)
}

fn compress(pixels: &DynamicImage, quality: u8) -> Result<Vec<u8>, PictureError> {
    /// What JPEG's 16-bit sizes leave after libjpeg's own margin.
    const MOST_SIDE: u32 = 65_500;
    let (width, height) = pixels.dimensions();
    if width.max(height) > MOST_SIDE {
        return Err(PictureError::TooLarge {
            width: u64::from(width),
            height: u64::from(height),
            limit: crate::MOST_PIXELS,
        });
    }
    let (bytes, format): (&[u8], _) = match pixels {
        DynamicImage::ImageLuma8(gray) => (gray.as_raw(), turbojpeg::PixelFormat::GRAY),
        DynamicImage::ImageRgba8(rgba) => (rgba.as_raw(), turbojpeg::PixelFormat::RGBA),
        DynamicImage::ImageRgb8(rgb) => (rgb.as_raw(), turbojpeg::PixelFormat::RGB),
        other => return compress(&DynamicImage::ImageRgb8(other.to_rgb8()), quality),
    };
    let mut compressor = turbojpeg::Compressor::new().map_err(encoder)?;
    compressor
        .set_quality(i32::from(quality.clamp(1, 100)))
        .map_err(encoder)?;
    // Half the colour resolution is invisible in photos; high qualities are asked for because of drawings and text.
    let colour = match (format, quality) {
        (turbojpeg::PixelFormat::GRAY, _) => turbojpeg::Subsamp::Gray,
        (_, 93..) => turbojpeg::Subsamp::None,
        _ => turbojpeg::Subsamp::Sub2x2,
    };
    compressor.set_subsamp(colour).map_err(encoder)?;
    let image = turbojpeg::Image {
        pixels: bytes,
        width: width as usize,
        pitch: width as usize * format.size(),
        height: height as usize,
        format,
    };
    compressor.compress_to_vec(image).map_err(encoder)
}

fn encoder(error: turbojpeg::Error) -> PictureError {
    PictureError::Encoder(Box::new(error))
}

fn with_tags(bytes: Vec<u8>, exif: Option<Vec<u8>>, icc: Option<Vec<u8>>) -> Result<Vec<u8>, PictureError> {
    if exif.is_none() && icc.is_none() {
        return Ok(bytes);
    }
    let mut parts = img_parts::jpeg::Jpeg::from_bytes(Bytes::from(bytes))
        .map_err(|error| PictureError::Encoder(Box::new(error)))?;
    parts.set_icc_profile(icc.map(Bytes::from));
    parts.set_exif(exif.map(Bytes::from));
    let mut out = Cursor::new(Vec::with_capacity(parts.len()));
    parts.encoder().write_to(&mut out)?;
    Ok(out.into_inner())
}

/// A JPEG with its capture time written into it, and nothing else changed; None where that cannot be done without loss.
fn date(bytes: &[u8], width: u32, height: u32, taken: &Taken) -> Result<Option<Vec<u8>>, PictureError> {
    let Ok(mut parts) = img_parts::jpeg::Jpeg::from_bytes(Bytes::copy_from_slice(bytes)) else {
        return Ok(None);
    };
    let old = parts.exif();
    let picture = tags::Picture {
        width,
        height,
        turned: false,
        untouched: true,
        taken: Some(taken),
    };
    let (Some(block), false) = tags::block(old.as_deref(), picture)? else {
        return Ok(None);
    };
    parts.set_exif(Some(Bytes::from(block)));
    let mut out = Cursor::new(Vec::with_capacity(parts.len()));
    parts.encoder().write_to(&mut out)?;
    let out = out.into_inner();
    // What stands behind the picture (a film, a second picture) must have come along.
    Ok((out.len() > bytes.len()).then_some(out))
}

/// The set of what was reduced, as it grows.
type Reductions = BTreeSet<Reduced>;
