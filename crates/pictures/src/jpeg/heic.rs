//! HEIC, decoded by heifer. Crop, rotation and mirror are properties of the file that the decoder applies; the EXIF
//! orientation beside them says the same again and must not be applied (ISO/IEC 23008-12 §6.5.10).

use heifer::heifer_isobmff::HeifFile;
use image::metadata::Orientation;
use image::{DynamicImage, RgbImage, RgbaImage};

use super::decode::{self, Decoded};
use super::{Reduced, Reductions};
use crate::{MOST_PIXELS, PictureError};

/// Decodes the primary picture.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, PictureError> {
    let options = heifer::Options {
        max_threads: 0,
        max_pixels: MOST_PIXELS,
    };
    let file = HeifFile::parse(bytes).map_err(|error| failed(error.into()))?;
    let metadata = heifer::item_metadata(&file, file.primary_id).unwrap_or_default();
    let mut reduced = Reductions::new();
    if file.top_level_image_ids().len() > 1 {
        reduced.insert(Reduced::Frames);
    }
    // With a profile the pixels stay as they are and the profile goes along; without one they become sRGB, which is
    // what a JPEG without a profile means.
    let image = if metadata.icc_profile.is_some() {
        heifer::decode_rgba8(bytes, &options).map_err(failed)?
    } else {
        match heifer::decode_srgb_rgba8(bytes, &options) {
            Err(heifer::Error::Unsupported(_)) => {
                reduced.insert(Reduced::Range);
                heifer::decode_rgba8(bytes, &options).map_err(failed)?
            }
            image => image.map_err(failed)?,
        }
    };
    let depth = file.hevc_config(file.primary_id).ok().flatten();
    if depth.is_some_and(|config| config.bit_depth_luma > 8) {
        reduced.insert(Reduced::Depth);
    }
    let has_alpha = image.has_alpha;
    let Some(pixels) = RgbaImage::from_raw(image.width, image.height, image.data) else {
        return Err(PictureError::Broken(None));
    };
    let pixels = DynamicImage::ImageRgba8(pixels);
    Ok(Decoded {
        // Opaque pixels stay four bytes wide: the encoder skips the fourth.
        pixels: if has_alpha {
            decode::opaque(pixels, &mut reduced)
        } else {
            pixels
        },
        orientation: Orientation::NoTransforms,
        exif: metadata.exif,
        icc: metadata.icc_profile,
        reduced,
    })
}

/// The thumbnail beside the primary picture (ISO/IEC 23008-12 §6.4.3, `thmb`), when its longer side has at least `edge`
/// pixels; None also where it cannot be decoded, since the picture itself may be.
pub(super) fn thumbnail(bytes: &[u8], edge: u32) -> Option<Decoded> {
    let file = HeifFile::parse(bytes).ok()?;
    let sizes = file.referencing_items(file.primary_id, b"thmb").into_iter();
    let mut sizes = sizes.filter_map(|id| file.image_size(id).ok().flatten());
    // The decoder takes the smallest one, and has a higher limit of its own.
    let fits = |(width, height): (u32, u32)| {
        width.max(height) >= edge && u64::from(width) * u64::from(height) <= MOST_PIXELS
    };
    if !sizes.next().is_some_and(fits) || !sizes.all(fits) {
        return None;
    }
    let image = heifer::decode_thumbnail(bytes).ok()??;
    let icc = file.icc_profile(file.primary_id).ok().flatten();
    let (width, height) = (image.width, image.height);
    let pixels = RgbImage::from_raw(width, height, image.to_rgb8())?;
    Some(Decoded {
        pixels: DynamicImage::ImageRgb8(pixels),
        orientation: Orientation::NoTransforms,
        exif: None,
        icc: icc.map(<[u8]>::to_vec),
        reduced: Reductions::new(),
    })
}

fn failed(error: heifer::Error) -> PictureError {
    match error {
        heifer::Error::Unsupported(_) => PictureError::Unsupported("image/heic".into()),
        error => PictureError::Broken(Some(Box::new(error))),
    }
}
