//! What EXIF says of a picture (CIPA DC-008 / Exif 2.32): capture time, place, camera, orientation.

use std::io::{self, Cursor};

use sidekeep_model::{Place, Taken, TakenFrom};

use crate::containers::tiff::{Directory, Tiff};
use crate::dates;
use crate::maker_note::{self, Note};
use crate::source::Source;

/// Tag numbers.
pub(crate) mod tag {
    pub(crate) const WIDTH: u16 = 0x0100;
    pub(crate) const HEIGHT: u16 = 0x0101;
    pub(crate) const SUBFILE_TYPE: u16 = 0x00fe;
    pub(crate) const MAKE: u16 = 0x010f;
    pub(crate) const MODEL: u16 = 0x0110;
    pub(crate) const STRIP_OFFSETS: u16 = 0x0111;
    pub(crate) const ORIENTATION: u16 = 0x0112;
    pub(crate) const STRIP_LENGTHS: u16 = 0x0117;
    pub(crate) const TILE_OFFSETS: u16 = 0x0144;
    pub(crate) const TILE_LENGTHS: u16 = 0x0145;
    pub(crate) const SUB_DIRECTORIES: u16 = 0x014a;
    pub(crate) const JPEG_OFFSET: u16 = 0x0201;
    pub(crate) const JPEG_LENGTH: u16 = 0x0202;
    pub(crate) const XMP: u16 = 0x02bc;
    pub(crate) const EXIF: u16 = 0x8769;
    pub(crate) const GPS: u16 = 0x8825;
    pub(crate) const DATE_TIME_ORIGINAL: u16 = 0x9003;
    pub(crate) const DATE_TIME_DIGITIZED: u16 = 0x9004;
    pub(crate) const OFFSET_TIME: u16 = 0x9010;
    pub(crate) const OFFSET_TIME_ORIGINAL: u16 = 0x9011;
    pub(crate) const OFFSET_TIME_DIGITIZED: u16 = 0x9012;
    pub(crate) const MAKER_NOTE: u16 = 0x927c;
    pub(crate) const SUB_SECOND_ORIGINAL: u16 = 0x9291;
    pub(crate) const PIXEL_WIDTH: u16 = 0xa002;
    pub(crate) const PIXEL_HEIGHT: u16 = 0xa003;
    pub(crate) const LENS_MODEL: u16 = 0xa434;
}

/// What an EXIF block says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Exif {
    /// DateTimeOriginal, or else DateTimeDigitized, with offset and fraction where written.
    pub(crate) taken: Option<Taken>,
    /// GPSDateStamp and GPSTimeStamp.
    pub(crate) gps_time: Option<Taken>,
    /// GPS position.
    pub(crate) place: Option<Place>,
    /// Make.
    pub(crate) make: Option<String>,
    /// Model.
    pub(crate) camera: Option<String>,
    /// LensModel.
    pub(crate) lens: Option<String>,
    /// Orientation, 1–8; None where absent or absurd.
    pub(crate) orientation: Option<u8>,
    /// What the maker's own note says.
    pub(crate) note: Note,
    /// Width and height of the first directory, as stored.
    pub(crate) size: Option<(u32, u32)>,
}

impl Exif {
    /// Orientation turns the picture by a quarter: width and height change places.
    pub(crate) fn is_turned(&self) -> bool {
        self.orientation.is_some_and(|orientation| orientation >= 5)
    }
}

/// Reads a block in memory: `II*\0…` or `MM\0*…`, with or without `Exif\0\0` before it.
pub(crate) fn read_block(block: &[u8]) -> io::Result<Option<Exif>> {
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    read(&mut Source::new(&mut Cursor::new(block))?, 0)
}

/// A directory and the TIFF that it is in.
type Found = (Tiff, Directory);

/// Reads the TIFF that begins at `start`; None where none does.
pub(crate) fn read(source: &mut Source<'_>, start: u64) -> io::Result<Option<Exif>> {
    let Some((tiff, first)) = Tiff::open(source, start)? else {
        return Ok(None);
    };
    let main = tiff.directory(source, first)?;
    let exif = tiff.sub(source, main.find(tag::EXIF))?;
    let gps = tiff.sub(source, main.find(tag::GPS))?;
    said(source, &(tiff, main), &(tiff, exif), &(tiff, gps)).map(Some)
}

/// Reads three TIFFs that hold one directory each: the main one, the EXIF one and the GPS one (Canon's CR3).
pub(crate) fn read_apart(source: &mut Source<'_>, starts: [Option<u64>; 3]) -> io::Result<Option<Exif>> {
    let mut directory = |start: Option<u64>| -> io::Result<Option<Found>> {
        let Some((tiff, first)) = start
            .map(|start| Tiff::open(source, start))
            .transpose()?
            .flatten()
        else {
            return Ok(None);
        };
        Ok(Some((tiff, tiff.directory(source, first)?)))
    };
    let [main, exif, gps] = [
        directory(starts[0])?,
        directory(starts[1])?,
        directory(starts[2])?,
    ];
    let Some(main) = main else {
        return Ok(None);
    };
    let empty = || (main.0, Directory::default());
    let (exif, gps) = (exif.unwrap_or_else(empty), gps.unwrap_or_else(empty));
    said(source, &main, &exif, &gps).map(Some)
}

fn said(source: &mut Source<'_>, (tiff, main): &Found, exif: &Found, gps: &Found) -> io::Result<Exif> {
    let mut first = |tag| tiff.number(source, main, tag);
    let orientation = first(tag::ORIENTATION)?;
    let size = first(tag::WIDTH)?.zip(first(tag::HEIGHT)?);
    let taken = match taken(exif.0, source, &exif.1)? {
        // TIFF/EP (ISO 12234-2) has the tag in the main directory.
        None => taken(*tiff, source, main)?,
        taken => taken,
    };
    Ok(Exif {
        taken,
        gps_time: gps_time(gps.0, source, &gps.1)?,
        place: place(gps.0, source, &gps.1)?,
        make: tiff.text(source, main.find(tag::MAKE))?,
        camera: tiff.text(source, main.find(tag::MODEL))?,
        lens: exif.0.text(source, exif.1.find(tag::LENS_MODEL))?,
        orientation: orientation
            .and_then(|value| u8::try_from(value).ok().filter(|value| (1..=8).contains(value))),
        note: maker_note::read(source, exif.1.find(tag::MAKER_NOTE))?,
        size,
    })
}

fn taken(tiff: Tiff, source: &mut Source<'_>, exif: &Directory) -> io::Result<Option<Taken>> {
    for (date, offset) in [
        (tag::DATE_TIME_ORIGINAL, tag::OFFSET_TIME_ORIGINAL),
        (tag::DATE_TIME_DIGITIZED, tag::OFFSET_TIME_DIGITIZED),
    ] {
        let Some(text) = tiff.text(source, exif.find(date))? else {
            continue;
        };
        let Some(mut wall) = dates::exif(&text) else {
            continue;
        };
        if date == tag::DATE_TIME_ORIGINAL
            && let Some(fraction) = tiff.text(source, exif.find(tag::SUB_SECOND_ORIGINAL))?
        {
            wall += dates::fraction(&fraction);
        }
        let mut zone = tiff.text(source, exif.find(offset))?;
        if zone.is_none() {
            zone = tiff.text(source, exif.find(tag::OFFSET_TIME))?;
        }
        return Ok(Some(Taken {
            wall,
            offset: zone.and_then(|zone| dates::offset(&zone)),
            source: TakenFrom::Exif,
        }));
    }
    Ok(None)
}

/// GPSTimeStamp (7) and GPSDateStamp (29), in UTC.
fn gps_time(tiff: Tiff, source: &mut Source<'_>, gps: &Directory) -> io::Result<Option<Taken>> {
    let Some(date) = tiff.text(source, gps.find(29))? else {
        return Ok(None);
    };
    let Some(time) = gps.find(7) else {
        return Ok(None);
    };
    let time = tiff.rationals(source, time)?;
    let [Some(hour), Some(minute), Some(second)] = time[..] else {
        return Ok(None);
    };
    let text = format!("{date} {hour:02.0}:{minute:02.0}:{:02.0}", second.floor());
    Ok(dates::exif(&text).map(|wall| Taken {
        wall,
        offset: Some("+00:00".to_owned()),
        source: TakenFrom::Gps,
    }))
}

/// GPSLatitudeRef (1), GPSLatitude (2), GPSLongitudeRef (3), GPSLongitude (4), GPSAltitudeRef (5), GPSAltitude (6).
fn place(tiff: Tiff, source: &mut Source<'_>, gps: &Directory) -> io::Result<Option<Place>> {
    let mut degrees = |value: u16, mark: u16, negative: &str| -> io::Result<Option<f64>> {
        let Some(entry) = gps.find(value) else {
            return Ok(None);
        };
        let parts = tiff.rationals(source, entry)?;
        let Some(&Some(whole)) = parts.first() else {
            return Ok(None);
        };
        // Cameras that write no seconds may write 0/0 for them.
        let part = |index: usize| parts.get(index).copied().flatten().unwrap_or(0.0);
        let value = whole + part(1) / 60.0 + part(2) / 3600.0;
        let sign = tiff.text(source, gps.find(mark))?;
        Ok(Some(
            if sign.is_some_and(|sign| sign.eq_ignore_ascii_case(negative)) {
                -value
            } else {
                value
            },
        ))
    };
    let (Some(latitude), Some(longitude)) = (degrees(2, 1, "S")?, degrees(4, 3, "W")?) else {
        return Ok(None);
    };
    let altitude = match gps.find(6) {
        Some(entry) => tiff.rationals(source, entry)?.first().copied().flatten(),
        None => None,
    };
    let below = tiff.number(source, gps, 5)? == Some(1);
    Ok(sane(Place {
        latitude,
        longitude,
        altitude: altitude.map(|metres| if below { -metres } else { metres }),
    }))
}

/// Refuses degrees off the globe and the 0,0 that phones write for "unknown".
pub(crate) fn sane(place: Place) -> Option<Place> {
    let on_globe = place.latitude.abs() <= 90.0 && place.longitude.abs() <= 180.0;
    let nowhere = place.latitude == 0.0 && place.longitude == 0.0;
    (on_globe && !nowhere).then_some(place)
}
