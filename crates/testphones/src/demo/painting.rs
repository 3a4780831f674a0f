//! Landscapes painted by integer arithmetic: pictures that look like pictures, and are the same on every machine.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, Rgb, RgbImage, imageops};

/// Sky above, sky at the horizon, sun, far hills, near hills.
type Palette = [[i32; 3]; 5];

const PALETTES: [Palette; 6] = [
    [
        [70, 130, 200],
        [200, 225, 240],
        [255, 245, 200],
        [110, 140, 150],
        [60, 110, 60],
    ],
    [
        [40, 40, 90],
        [250, 150, 90],
        [255, 220, 120],
        [90, 60, 100],
        [40, 30, 50],
    ],
    [
        [150, 170, 185],
        [225, 225, 220],
        [245, 245, 235],
        [150, 160, 160],
        [100, 110, 100],
    ],
    [
        [10, 15, 45],
        [30, 45, 90],
        [235, 235, 215],
        [20, 30, 60],
        [10, 15, 25],
    ],
    [
        [90, 180, 220],
        [250, 240, 210],
        [255, 255, 230],
        [210, 190, 140],
        [230, 205, 150],
    ],
    [
        [120, 150, 210],
        [235, 215, 235],
        [255, 250, 240],
        [160, 175, 205],
        [235, 240, 245],
    ],
];

/// A landscape; equal arguments give equal pixels.
pub fn paint(seed: u32, width: u32, height: u32) -> RgbImage {
    let palette = PALETTES[seed as usize % PALETTES.len()];
    let [w, h] = [width, height].map(u32::cast_signed);
    let shift = (seed.wrapping_mul(7919) % 997).cast_signed();
    let sun = (w / 5 + shift % (w * 3 / 5).max(1), h / 6 + shift % (h / 4).max(1));
    let radius = h / 12;
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (x.cast_signed(), y.cast_signed());
        let far = h * 3 / 5 - wave(x + shift * 3, w / 2, h / 6) - wave(x + shift, w / 5, h / 20);
        let near = h * 4 / 5 - wave(x + shift * 5, w / 3, h / 9) - wave(x, w / 11, h / 40);
        let (dx, dy) = (x - sun.0, y - sun.1);
        let colour = if y >= near {
            darker(palette[4], (y - near) * 60 / h)
        } else if y >= far {
            darker(palette[3], (y - far) * 40 / h)
        } else if dx * dx + dy * dy < radius * radius {
            palette[2]
        } else {
            between(palette[0], palette[1], y, h * 3 / 5)
        };
        Rgb(colour.map(|part| u8::try_from(part.clamp(0, 255)).unwrap_or_default()))
    })
}

/// A landscape as a JPEG without metadata.
///
/// # Errors
/// Sides over 65,535 pixels.
pub(super) fn jpeg(seed: u32, width: u32, height: u32) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    paint(seed, width, height).write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 85))?;
    Ok(bytes)
}

/// A landscape as a sensor of `width` by `height` sees it that was turned: shown by EXIF's `orientation` (3, 6, 8; any
/// other: not turned) it stands upright.
///
/// # Errors
/// As [`jpeg`].
pub(super) fn turned(seed: u32, width: u32, height: u32, orientation: u16) -> Result<Vec<u8>, ImageError> {
    let seen = match orientation {
        3 => imageops::rotate180(&paint(seed, width, height)),
        6 => imageops::rotate270(&paint(seed, height, width)),
        8 => imageops::rotate90(&paint(seed, height, width)),
        _ => paint(seed, width, height),
    };
    let mut bytes = Vec::new();
    seen.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 85))?;
    Ok(bytes)
}

/// A smooth wave from 0 to `top` with a period, from parabolas: no float, no library's sine.
fn wave(x: i32, period: i32, top: i32) -> i32 {
    let period = period.max(4);
    let half = period / 2;
    let at = x.rem_euclid(period);
    let (at, sign) = if at < half { (at, 1) } else { (at - half, -1) };
    // 0 at both ends of a half period, 1 (× half²/4) in its middle.
    let hump = at * (half - at).max(0) * 4;
    top / 2 + sign * top * hump / (2 * half * half)
}

fn between(from: [i32; 3], to: [i32; 3], at: i32, whole: i32) -> [i32; 3] {
    std::array::from_fn(|part| from[part] + (to[part] - from[part]) * at / whole.max(1))
}

fn darker(colour: [i32; 3], by: i32) -> [i32; 3] {
    colour.map(|part| part - by)
}
