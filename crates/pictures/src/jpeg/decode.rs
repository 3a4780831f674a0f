//! Pixels and their metadata out of every still format that is understood. Sizes are checked before pixels are made.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::{
    bmp::BmpDecoder, gif::GifDecoder, png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder,
};
use image::error::ImageError;
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, Limits, Rgb, RgbImage};
use sidekeep_model::Facts;

use super::{Reduced, Reductions, heic, tags};
use crate::source::Source;
use crate::{MOST_PIXELS, PictureError, exif};

/// The longest file that is read into memory for decoding.
const MOST_BYTES: u64 = 256 << 20;

/// Progressive JPEGs have about ten scans; a small file of thousands would take minutes.
const MOST_SCANS: u32 = 500;

/// Pixels of 8 bits, opaque, and what belongs to them.
pub(super) struct Decoded {
    pub(super) pixels: DynamicImage,
    /// How to turn the pixels upright.
    pub(super) orientation: Orientation,
    /// The EXIF block.
    pub(super) exif: Option<Vec<u8>>,
    /// The colour profile.
    pub(super) icc: Option<Vec<u8>>,
    pub(super) reduced: Reductions,
}

/// Decodes the picture that `facts` speaks of. With `long_edge` the result may already be smaller, but not smaller than
/// that.
pub(super) fn decode(
    file: &mut File,
    facts: &Facts,
    long_edge: Option<u32>,
) -> Result<Decoded, PictureError> {
    let (width, height) = match facts.width.zip(facts.height) {
        Some((width, height)) => (u64::from(width), u64::from(height)),
        None if facts.broken => return Err(PictureError::Broken(None)),
        None => return Err(PictureError::Unsupported(facts.media.clone())),
    };
    let media = facts.media.as_str();
    // A JPEG is shrunk while it is decoded; its own decoder checks again.
    if width * height > MOST_PIXELS && (media != "image/jpeg" || long_edge.is_none()) {
        return Err(PictureError::TooLarge {
            width,
            height,
            limit: MOST_PIXELS,
        });
    }
    file.seek(SeekFrom::Start(0))?;
    // Decoders are third parties' and have panicked on hostile bytes.
    let decoded = catch_unwind(AssertUnwindSafe(|| match media {
        "image/jpeg" => jpeg(&whole(file)?, long_edge),
        "image/heic" | "image/heif" | "image/heic-sequence" => heic::decode(&whole(file)?),
        "image/png" => {
            let mut decoder = PngDecoder::with_limits(BufReader::new(file), limits()).map_err(broken)?;
            let animated = decoder.is_apng().map_err(broken)?;
            let exif = decoder.exif_metadata().map_err(broken)?;
            pixels(decoder, exif, animated)
        }
        "image/webp" => {
            let mut decoder = WebPDecoder::new(BufReader::new(file)).map_err(broken)?;
            let animated = decoder.has_animation();
            let exif = decoder.exif_metadata().map_err(broken)?;
            pixels(decoder, exif, animated)
        }
        "image/gif" => pixels(
            GifDecoder::new(BufReader::new(file)).map_err(broken)?,
            None,
            false,
        ),
        "image/bmp" => pixels(
            BmpDecoder::new(BufReader::new(file)).map_err(broken)?,
            None,
            false,
        ),
        "image/tiff" => {
            let picture = tags::Picture {
                width: facts.width.unwrap_or(0),
                height: facts.height.unwrap_or(0),
                turned: false,
                untouched: false,
                taken: None,
            };
            let described = tags::rebuild_from(&mut Source::new(file)?, picture)?;
            file.seek(SeekFrom::Start(0))?;
            pixels(
                TiffDecoder::new(BufReader::new(file)).map_err(broken)?,
                Some(described),
                false,
            )
        }
        _ => Err(PictureError::Unsupported(facts.media.clone())),
    }));
    decoded.unwrap_or(Err(PictureError::Broken(None)))
}

/// The whole file, if it is not absurdly long.
pub(super) fn whole(file: &mut File) -> Result<Vec<u8>, PictureError> {
    file.seek(SeekFrom::Start(0))?;
    let length = file.metadata()?.len();
    if length > MOST_BYTES {
        return Err(PictureError::TooLarge {
            width: 0,
            height: 0,
            limit: MOST_PIXELS,
        });
    }
    let mut bytes = Vec::with_capacity(length as usize);
    file.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Decoders may use the pixels at 16 bits with alpha, and half of that for themselves.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_PIXELS * 8);
    limits
}

fn broken(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge {
            width: 0,
            height: 0,
            limit: MOST_PIXELS,
        },
        ImageError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            PictureError::Io(error)
        }
        error => PictureError::Broken(Some(Box::new(error))),
    }
}

/// Decodes with one of the image crate's decoders.
fn pixels(
    mut decoder: impl ImageDecoder,
    exif: Option<Vec<u8>>,
    animated: bool,
) -> Result<Decoded, PictureError> {
    decoder.set_limits(limits()).map_err(broken)?;
    let icc = decoder.icc_profile().ok().flatten();
    // TIFF says it in its own directory, the others in their EXIF block.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut reduced = Reductions::new();
    if animated {
        reduced.insert(Reduced::Frames);
    }
    if decoder.color_type().bytes_per_pixel() / decoder.color_type().channel_count() > 1
        && !matches!(decoder.color_type(), ColorType::Rgb32F | ColorType::Rgba32F)
    {
        reduced.insert(Reduced::Depth);
    }
    let pixels = DynamicImage::from_decoder(decoder).map_err(broken)?;
    Ok(Decoded {
        pixels: opaque(pixels, &mut reduced),
        orientation,
        exif,
        icc,
        reduced,
    })
}

/// Pixels of 8 bits over white.
pub(super) fn opaque(pixels: DynamicImage, reduced: &mut Reductions) -> DynamicImage {
    let pixels = match pixels {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => return pixels,
        DynamicImage::ImageLuma16(_) => return DynamicImage::ImageLuma8(pixels.into_luma8()),
        DynamicImage::ImageRgb16(_) => return DynamicImage::ImageRgb8(pixels.into_rgb8()),
        DynamicImage::ImageRgb32F(_) => {
            reduced.insert(Reduced::Range);
            return DynamicImage::ImageRgb8(pixels.into_rgb8());
        }
        DynamicImage::ImageRgba32F(_) => {
            reduced.insert(Reduced::Range);
            pixels.into_rgba8()
        }
        pixels => pixels.into_rgba8(),
    };
    if pixels.pixels().any(|pixel| pixel.0[3] != u8::MAX) {
        reduced.insert(Reduced::Alpha);
    }
    let (width, height) = pixels.dimensions();
    let mut over_white = RgbImage::new(width, height);
    for (to, from) in over_white.pixels_mut().zip(pixels.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let blend = |colour: u32| ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        *to = Rgb([blend(red), blend(green), blend(blue)]);
    }
    DynamicImage::ImageRgb8(over_white)
}

/// A JPEG that shall become smaller: decoded at the smallest eighth that is large enough.
pub(super) fn jpeg(bytes: &[u8], long_edge: Option<u32>) -> Result<Decoded, PictureError> {
    let parts = image::codecs::jpeg::JpegDecoder::new(Cursor::new(bytes));
    let mut parts = parts.map_err(broken)?;
    let exif = parts.exif_metadata().ok().flatten();
    let icc = parts.icc_profile().ok().flatten();
    let said = exif.as_deref().map(exif::read_block).transpose()?.flatten();
    let orientation = said.and_then(|exif| Orientation::from_exif(exif.orientation?));
    let orientation = orientation.unwrap_or(Orientation::NoTransforms);
    let mut reduced = Reductions::new();
    let pixels = match turbo(bytes, long_edge) {
        Ok(Some(pixels)) => pixels,
        Err(error @ PictureError::TooLarge { .. }) => return Err(error),
        // CMYK, and what libjpeg refuses: most often pixels that are damaged.
        turbo => {
            if turbo.is_err() {
                reduced.insert(Reduced::Broken);
            }
            parts.set_limits(limits()).map_err(broken)?;
            opaque(DynamicImage::from_decoder(parts).map_err(broken)?, &mut reduced)
        }
    };
    Ok(Decoded {
        pixels,
        orientation,
        exif,
        icc,
        reduced,
    })
}

/// Decodes with libjpeg-turbo; None where the colour space is not for it.
pub(super) fn turbo(bytes: &[u8], long_edge: Option<u32>) -> Result<Option<DynamicImage>, PictureError> {
    let failed = |error: turbojpeg::Error| PictureError::Broken(Some(Box::new(error)));
    let mut decompressor = turbojpeg::Decompressor::new().map_err(failed)?;
    decompressor.set_scan_limit(MOST_SCANS).map_err(failed)?;
    let header = decompressor.read_header(bytes).map_err(failed)?;
    if matches!(
        header.colorspace,
        turbojpeg::Colorspace::CMYK | turbojpeg::Colorspace::YCCK
    ) {
        return Ok(None);
    }
    let long = header.width.max(header.height);
    let eighths = long_edge.filter(|edge| *edge > 0).map_or(8, |edge| {
        (1..=8)
            .find(|&eighths| long * eighths / 8 >= edge as usize)
            .unwrap_or(8)
    });
    let factor = turbojpeg::ScalingFactor::new(eighths, 8);
    if eighths < 8 && !header.is_lossless {
        decompressor.set_scaling_factor(factor).map_err(failed)?;
    }
    let scaled = if eighths < 8 && !header.is_lossless {
        header.scaled(factor)
    } else {
        header
    };
    if scaled.width as u64 * scaled.height as u64 > MOST_PIXELS {
        return Err(PictureError::TooLarge {
            width: header.width as u64,
            height: header.height as u64,
            limit: MOST_PIXELS,
        });
    }
    let gray = header.colorspace == turbojpeg::Colorspace::Gray;
    let format = if gray {
        turbojpeg::PixelFormat::GRAY
    } else {
        turbojpeg::PixelFormat::RGB
    };
    let mut image = turbojpeg::Image {
        pixels: vec![0; scaled.width * scaled.height * format.size()],
        width: scaled.width,
        pitch: scaled.width * format.size(),
        height: scaled.height,
        format,
    };
    decompressor
        .decompress(bytes, image.as_deref_mut())
        .map_err(failed)?;
    let (width, height) = (scaled.width as u32, scaled.height as u32);
    Ok(if gray {
        image::GrayImage::from_raw(width, height, image.pixels).map(DynamicImage::ImageLuma8)
    } else {
        RgbImage::from_raw(width, height, image.pixels).map(DynamicImage::ImageRgb8)
    })
}
