//! The demo's pictures and film: the files in the shared storage, and the rows of the media index that agree with them.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, FixedOffset};

use super::exif::{Exif, Place, with_exif};
use super::{DemoError, film, painting};
use crate::providers::{MediaRow, Providers, ProvidersError};

/// A picture to make.
struct Shot {
    /// Below the shared storage.
    path: &'static str,
    /// When, in RFC 3339 with the offset of the place.
    taken: &'static str,
    /// Latitude, longitude, metres.
    place: Option<(f64, f64, u32)>,
    kind: Kind,
    mark: Mark,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A JPEG with EXIF and this orientation.
    Camera(u16),
    /// A JPEG without any metadata.
    Bare,
    Png,
    Webp,
    Film,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Favourite,
    Trashed,
}

/// A file that was made.
pub(super) struct Made {
    path: &'static str,
    mime: &'static str,
    size: u64,
    taken: DateTime<FixedOffset>,
    /// As stored, before the orientation turns it.
    pixels: (u32, u32),
    kind: Kind,
    mark: Mark,
}

const fn shot(path: &'static str, taken: &'static str, place: (f64, f64, u32), orientation: u16) -> Shot {
    Shot {
        path,
        taken,
        place: Some(place),
        kind: Kind::Camera(orientation),
        mark: Mark::None,
    }
}

const fn other(path: &'static str, taken: &'static str, kind: Kind) -> Shot {
    Shot {
        path,
        taken,
        place: None,
        kind,
        mark: Mark::None,
    }
}

const fn marked(shot: Shot, mark: Mark) -> Shot {
    Shot { mark, ..shot }
}

const LISBON: (f64, f64, u32) = (38.7108, -9.1366, 15);
const NORDERNEY: (f64, f64, u32) = (53.7066, 7.1464, 4);
const TROMSO: (f64, f64, u32) = (69.6496, 18.956, 40);
const NEW_YORK: (f64, f64, u32) = (40.7061, -73.9969, 41);
const WELLINGTON: (f64, f64, u32) = (-41.2904, 174.7943, 196);

const SHOTS: [Shot; 29] = [
    shot(
        "DCIM/Camera/PXL_20230518_101502.jpg",
        "2023-05-18T11:15:02+01:00",
        LISBON,
        1,
    ),
    shot(
        "DCIM/Camera/PXL_20230518_101640.jpg",
        "2023-05-18T11:16:40+01:00",
        LISBON,
        6,
    ),
    shot(
        "DCIM/Camera/PXL_20230518_174411.jpg",
        "2023-05-18T18:44:11+01:00",
        LISBON,
        1,
    ),
    marked(
        shot(
            "DCIM/Camera/PXL_20230912_053010.jpg",
            "2023-09-12T06:30:10+01:00",
            LISBON,
            1,
        ),
        Mark::Favourite,
    ),
    shot(
        "DCIM/Camera/PXL_20231221_111500.jpg",
        "2023-12-21T12:15:00+01:00",
        TROMSO,
        1,
    ),
    shot(
        "DCIM/Camera/PXL_20231221_113012.jpg",
        "2023-12-21T12:30:12+01:00",
        TROMSO,
        8,
    ),
    shot(
        "DCIM/Camera/PXL_20231221_213344.jpg",
        "2023-12-21T22:33:44+01:00",
        TROMSO,
        3,
    ),
    // Just before midnight at the place, on the next day in UTC.
    shot(
        "DCIM/Camera/PXL_20240303_045930.jpg",
        "2024-03-02T23:59:30-05:00",
        NEW_YORK,
        1,
    ),
    shot(
        "DCIM/Camera/PXL_20240303_153000.jpg",
        "2024-03-03T10:30:00-05:00",
        NEW_YORK,
        1,
    ),
    shot(
        "DCIM/Camera/PXL_20240303_153001.jpg",
        "2024-03-03T10:30:01-05:00",
        NEW_YORK,
        6,
    ),
    marked(
        shot(
            "DCIM/Camera/PXL_20240303_153112.jpg",
            "2024-03-03T10:31:12-05:00",
            NEW_YORK,
            1,
        ),
        Mark::Favourite,
    ),
    shot(
        "DCIM/Camera/PXL_20240410_031500.jpg",
        "2024-04-10T15:15:00+12:00",
        WELLINGTON,
        1,
    ),
    shot(
        "DCIM/Camera/PXL_20240410_031733.jpg",
        "2024-04-10T15:17:33+12:00",
        WELLINGTON,
        1,
    ),
    shot(
        "DCIM/Camera/PXL_20240803_120000.jpg",
        "2024-08-03T14:00:00+02:00",
        NORDERNEY,
        1,
    ),
    shot(
        "DCIM/Camera/PXL_20240804_060102.jpg",
        "2024-08-04T08:01:02+02:00",
        NORDERNEY,
        6,
    ),
    shot(
        "DCIM/Camera/PXL_20240806_190405.jpg",
        "2024-08-06T21:04:05+02:00",
        NORDERNEY,
        1,
    ),
    shot(
        "DCIM/Camera/Überraschung 🎂 für Ada.jpg",
        "2024-02-29T16:20:00+00:00",
        LISBON,
        1,
    ),
    shot(
        "DCIM/Camera/100% (final), data2=x; 'really'.jpg",
        "2024-06-15T09:00:00+01:00",
        LISBON,
        1,
    ),
    marked(
        shot(
            "DCIM/Camera/.trashed-1735689600-PXL_20240806_190406.jpg",
            "2024-08-06T21:04:06+02:00",
            NORDERNEY,
            1,
        ),
        Mark::Trashed,
    ),
    shot(
        "DCIM/100PEBBL/IMG_0001.JPG",
        "2023-11-05T10:00:00+00:00",
        LISBON,
        1,
    ),
    shot(
        "DCIM/100PEBBL/IMG_0002.JPG",
        "2023-11-05T10:00:05+00:00",
        LISBON,
        1,
    ),
    other(
        "Pictures/Pebblechat/IMG-20240101-WA0003.jpg",
        "2024-01-01T00:00:41+00:00",
        Kind::Bare,
    ),
    other(
        "Pictures/Pebblechat/IMG-20240214-WA0001.jpg",
        "2024-02-14T18:05:00+00:00",
        Kind::Bare,
    ),
    shot(
        "Pictures/Scans/IMG_0001.JPG",
        "2022-07-01T12:00:00+01:00",
        LISBON,
        1,
    ),
    other(
        "Pictures/Screenshots/Screenshot_20240312-081502.png",
        "2024-03-12T08:15:02+00:00",
        Kind::Png,
    ),
    other(
        "Pictures/Screenshots/Screenshot_20240702-220101.png",
        "2024-07-02T22:01:01+01:00",
        Kind::Png,
    ),
    other(
        "Pictures/Stickers/tide.webp",
        "2024-05-05T12:00:00+01:00",
        Kind::Webp,
    ),
    other(
        "DCIM/Camera/VID_20240804_080210.mp4",
        "2024-08-04T08:02:10+02:00",
        Kind::Film,
    ),
    other(
        "Movies/VID_20231221_224000.mp4",
        "2023-12-21T22:40:00+01:00",
        Kind::Film,
    ),
];

/// Makes every file, with its time of modification.
pub(super) fn write(storage: &Path) -> Result<Vec<Made>, DemoError> {
    let mut made = Vec::with_capacity(SHOTS.len());
    for (seed, shot) in (0..).zip(&SHOTS) {
        let taken = DateTime::parse_from_rfc3339(shot.taken).unwrap_or_default();
        let (bytes, mime, pixels) = develop(shot, seed, taken)?;
        put(storage, shot.path, &bytes, taken)?;
        made.push(Made {
            path: shot.path,
            mime,
            size: bytes.len() as u64,
            taken,
            pixels,
            kind: shot.kind,
            mark: shot.mark,
        });
    }
    // A phone's own thumbnails, which are nobody's photos.
    let thumbnail = painting::jpeg(0, 64, 48)?;
    put(storage, "DCIM/.thumbnails/1.jpg", &thumbnail, DateTime::default())?;
    put(storage, "DCIM/.thumbnails/.nomedia", &[], DateTime::default())?;
    Ok(made)
}

type Developed = (Vec<u8>, &'static str, (u32, u32));

fn develop(shot: &Shot, seed: u32, taken: DateTime<FixedOffset>) -> Result<Developed, DemoError> {
    let encoded = |format: image::ImageFormat, (width, height): (u32, u32)| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        painting::paint(seed, width, height).write_to(&mut bytes, format)?;
        Ok::<_, image::ImageError>(bytes.into_inner())
    };
    Ok(match shot.kind {
        Kind::Camera(orientation) => {
            let pixels = (640, 480);
            let exif = Exif {
                taken: Some(&taken.format("%Y:%m:%d %H:%M:%S").to_string()),
                offset: Some(&taken.format("%:z").to_string()),
                orientation,
                pixels,
                place: shot.place.map(|(latitude, longitude, altitude)| Place {
                    latitude,
                    longitude,
                    altitude,
                }),
                camera: Some(("Example", "Pebble 7")),
            };
            (
                with_exif(&painting::turned(seed, pixels.0, pixels.1, orientation)?, &exif),
                "image/jpeg",
                pixels,
            )
        }
        Kind::Bare => (painting::jpeg(seed, 480, 320)?, "image/jpeg", (480, 320)),
        Kind::Png => (
            encoded(image::ImageFormat::Png, (270, 480))?,
            "image/png",
            (270, 480),
        ),
        Kind::Webp => (
            encoded(image::ImageFormat::WebP, (128, 128))?,
            "image/webp",
            (128, 128),
        ),
        Kind::Film => (film::mp4(seed, taken.timestamp())?, "video/mp4", film::SIZE),
    })
}

fn put(storage: &Path, path: &str, bytes: &[u8], modified: DateTime<FixedOffset>) -> Result<(), DemoError> {
    let path = storage.join(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(&path)?;
    file.write_all(bytes)?;
    let seconds = u64::try_from(modified.timestamp()).unwrap_or_default();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))?;
    Ok(())
}

/// Inserts the rows of the media index. Returns how many photos and films there are.
pub(super) fn insert(
    providers: &Providers,
    made: &[Made],
    mount: &str,
) -> Result<(usize, usize), ProvidersError> {
    let mut films = 0;
    for file in made {
        let is_film = file.kind == Kind::Film;
        films += usize::from(is_film);
        providers.media(&MediaRow {
            data: format!("{mount}/{}", file.path),
            root: mount.to_owned(),
            mime: file.mime.to_owned(),
            size: file.size,
            modified: file.taken.timestamp(),
            // The index knows a time only from the file itself.
            taken: matches!(file.kind, Kind::Camera(_) | Kind::Film).then(|| file.taken.timestamp_millis()),
            width: Some(file.pixels.0),
            height: Some(file.pixels.1),
            orientation: match file.kind {
                Kind::Camera(6) => Some(90),
                Kind::Camera(3) => Some(180),
                Kind::Camera(8) => Some(270),
                Kind::Camera(_) => Some(0),
                _ => None,
            },
            duration: is_film.then_some(u64::from(film::DURATION)),
            favourite: file.mark == Mark::Favourite,
            trashed: file.mark == Mark::Trashed,
        })?;
    }
    Ok((made.len() - films, films))
}
