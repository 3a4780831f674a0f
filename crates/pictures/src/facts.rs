//! Facts of one file, from its headers alone.

use std::io::{self, Read, Seek};

use sidekeep_model::{Facts, Media};

use crate::containers::{Sketch, canon, film, heif, jpeg, matroska, png, raw, riff, small};
use crate::magic;
use crate::source::Source;

/// Reads what the file's own bytes say: type, capture time, size in pixels, place, camera,
/// duration, and what belongs together with it. Reads headers and
/// a little of the end, at most a few megabytes whatever the file's length. `name` only tells apart what the bytes
/// cannot (RAW formats built on TIFF).
///
/// Broken, cut or hostile bytes are no error: what could be read is returned, with `broken` set.
///
/// # Errors
/// Only when the file itself cannot be read.
pub fn facts(file: &mut (impl Read + Seek), name: &str) -> io::Result<Facts> {
    read(&mut Source::new(file)?, name)
}

pub(crate) fn read(source: &mut Source<'_>, name: &str) -> io::Result<Facts> {
    let media = magic::media(&source.up_to(0, 64)?, name);
    let sketch = match media {
        "image/jpeg" => jpeg::read(source)?,
        "image/png" => png::read(source)?,
        "image/gif" => small::gif(source)?,
        "image/bmp" => small::bmp(source)?,
        "image/webp" => riff::webp(source)?,
        "image/heic" | "image/heic-sequence" | "image/heif" | "image/avif" => heif::read(source)?,
        "image/x-fuji-raf" => raw::fuji(source)?,
        "image/x-canon-cr3" => canon::read(source)?,
        "video/quicktime" | "video/mp4" | "video/3gpp" => film::read(source)?,
        "video/x-matroska" | "video/webm" => matroska::read(source)?,
        "video/x-msvideo" => riff::avi(source)?,
        magic::UNKNOWN => Sketch::broken(),
        _ => raw::tiff(source)?,
    };
    Ok(facts_of(media, sketch))
}

fn facts_of(media: &str, sketch: Sketch) -> Facts {
    let exif = sketch.exif.unwrap_or_default();
    let (width, height) = match sketch.size {
        Some((width, height)) if sketch.turns_by_exif && exif.is_turned() => (Some(height), Some(width)),
        Some((width, height)) => (Some(width), Some(height)),
        None => (None, None),
    };
    let xmp = sketch.xmp;
    let taken = exif
        .taken
        .into_iter()
        .chain(xmp.taken)
        .chain(sketch.taken)
        .chain(exif.gps_time)
        .min_by_key(|taken| taken.source);
    Facts {
        taken,
        width,
        height,
        orientation: if sketch.turns_by_exif {
            exif.orientation
        } else {
            sketch.orientation
        },
        place: exif.place.or(xmp.place).or(sketch.place),
        make: exif.make.or(xmp.make).or(sketch.make),
        camera: exif.camera.or(xmp.camera).or(sketch.camera),
        lens: exif.lens.or(xmp.lens).or(sketch.lens),
        duration: sketch.duration,
        live: exif.note.live.or(sketch.live),
        burst: exif.note.burst.or(xmp.burst),
        motion: sketch.motion,
        gain_map: sketch.gain_map || xmp.gain_map,
        depth: sketch.depth || xmp.depth,
        broken: sketch.broken,
        ..Facts::of(Media::from(media))
    }
}
