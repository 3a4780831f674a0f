//! EXIF for pictures made by code: the tags that cameras of phones write (CIPA DC-008), nothing more. Writes only.

/// What goes into a picture's EXIF.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Exif<'a> {
    /// DateTimeOriginal, as `YYYY:MM:DD HH:MM:SS`.
    pub taken: Option<&'a str>,
    /// OffsetTimeOriginal, as `+02:00`.
    pub offset: Option<&'a str>,
    /// Orientation, 1 to 8.
    pub orientation: u16,
    /// Where.
    pub place: Option<Place>,
    /// Width and height as stored.
    pub pixels: (u32, u32),
    /// Make and Model.
    pub camera: Option<(&'a str, &'a str)>,
}

/// A place on Earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Metres above the sea.
    pub altitude: u32,
}

/// A JPEG with an EXIF segment put right after its start. Bytes that are no JPEG come back as they are.
pub fn with_exif(jpeg: &[u8], exif: &Exif<'_>) -> Vec<u8> {
    let tiff = tiff(exif);
    let Ok(length) = u16::try_from(tiff.len() + 8) else {
        return jpeg.to_vec();
    };
    let Some(rest) = jpeg.strip_prefix(&[0xff, 0xd8]) else {
        return jpeg.to_vec();
    };
    let mut bytes = Vec::with_capacity(jpeg.len() + tiff.len() + 12);
    bytes.extend_from_slice(&[0xff, 0xd8, 0xff, 0xe1]);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(b"Exif\0\0");
    bytes.extend_from_slice(&tiff);
    bytes.extend_from_slice(rest);
    bytes
}

/// One entry of a directory: tag, type, count, and the bytes of its values.
struct Field {
    tag: u16,
    kind: u16,
    count: u32,
    bytes: Vec<u8>,
}

const BYTE: u16 = 1;
const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;
const UNDEFINED: u16 = 7;

const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;

fn text(tag: u16, value: &str) -> Field {
    let mut bytes = value.as_bytes().to_vec();
    bytes.push(0);
    Field {
        tag,
        kind: ASCII,
        count: u32::try_from(bytes.len()).unwrap_or_default(),
        bytes,
    }
}

fn short(tag: u16, value: u16) -> Field {
    Field {
        tag,
        kind: SHORT,
        count: 1,
        bytes: value.to_le_bytes().to_vec(),
    }
}

fn long(tag: u16, value: u32) -> Field {
    Field {
        tag,
        kind: LONG,
        count: 1,
        bytes: value.to_le_bytes().to_vec(),
    }
}

/// Four bytes whose meaning the tag knows.
fn opaque(tag: u16, bytes: [u8; 4]) -> Field {
    Field {
        tag,
        kind: UNDEFINED,
        count: 4,
        bytes: bytes.to_vec(),
    }
}

fn rationals(tag: u16, values: &[(u32, u32)]) -> Field {
    Field {
        tag,
        kind: RATIONAL,
        count: u32::try_from(values.len()).unwrap_or_default(),
        bytes: values
            .iter()
            .flat_map(|(over, under)| [over.to_le_bytes(), under.to_le_bytes()].concat())
            .collect(),
    }
}

/// A little-endian TIFF: the main directory, then EXIF's, then GPS's.
fn tiff(exif: &Exif<'_>) -> Vec<u8> {
    let mut main = Vec::new();
    if let Some((make, model)) = exif.camera {
        main.push(text(0x010f, make));
        main.push(text(0x0110, model));
    }
    main.push(short(0x0112, exif.orientation.clamp(1, 8)));
    // 72 dots per inch, which means nothing and must be there.
    main.push(rationals(0x011a, &[(72, 1)]));
    main.push(rationals(0x011b, &[(72, 1)]));
    main.push(short(0x0128, 2));
    if let Some(taken) = exif.taken {
        main.push(text(0x0132, taken));
    }
    // The samples of colour are centred.
    main.push(short(0x0213, 1));
    let mut inner = vec![opaque(0x9000, *b"0232")];
    inner.extend(exif.taken.map(|taken| text(0x9003, taken)));
    inner.extend(exif.offset.map(|offset| text(0x9011, offset)));
    // YCbCr, Flashpix 1.0, sRGB.
    inner.push(opaque(0x9101, [1, 2, 3, 0]));
    inner.push(opaque(0xa000, *b"0100"));
    inner.push(short(0xa001, 1));
    inner.push(long(0xa002, exif.pixels.0));
    inner.push(long(0xa003, exif.pixels.1));
    let gps = exif.place.map(gps).unwrap_or_default();

    let pointers = if gps.is_empty() { 1 } else { 2 };
    let inner_at = 8 + size(&main) + pointers * 12;
    let gps_at = inner_at + size(&inner);
    let position = |at: usize| u32::try_from(at).unwrap_or_default();
    main.push(long(EXIF_DIRECTORY, position(inner_at)));
    if !gps.is_empty() {
        main.push(long(GPS_DIRECTORY, position(gps_at)));
    }
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    for directory in [&main, &inner, &gps] {
        if !directory.is_empty() {
            append(&mut bytes, directory);
        }
    }
    bytes
}

fn gps(place: Place) -> Vec<Field> {
    let side = |degrees: f64, positive: &'static str, negative: &'static str| {
        if degrees < 0.0 { negative } else { positive }
    };
    let bytes = |tag: u16, bytes: &[u8]| Field {
        tag,
        kind: BYTE,
        count: u32::try_from(bytes.len()).unwrap_or_default(),
        bytes: bytes.to_vec(),
    };
    vec![
        bytes(0, &[2, 3, 0, 0]),
        text(1, side(place.latitude, "N", "S")),
        rationals(2, &sexagesimal(place.latitude)),
        text(3, side(place.longitude, "E", "W")),
        rationals(4, &sexagesimal(place.longitude)),
        // Above the sea.
        bytes(5, &[0]),
        rationals(6, &[(place.altitude, 1)]),
    ]
}

/// Degrees, minutes and ten-thousandths of seconds.
fn sexagesimal(degrees: f64) -> [(u32, u32); 3] {
    let whole = |number: f64| {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "parts of an angle of at most 180 degrees"
        )]
        let number = number as u32;
        number
    };
    // Rounded first, so that no seconds come out as 60.
    let parts = (degrees.abs() * 36_000_000.0).round();
    let (minutes, seconds) = (whole(parts / 600_000.0), whole(parts % 600_000.0));
    [(minutes / 60, 1), (minutes % 60, 1), (seconds, 10_000)]
}

/// Bytes that a directory takes with the values that do not fit into their entries.
fn size(directory: &[Field]) -> usize {
    if directory.is_empty() {
        return 0;
    }
    let outside: usize = directory
        .iter()
        .filter(|field| field.bytes.len() > 4)
        .map(|field| field.bytes.len().next_multiple_of(2))
        .sum();
    2 + directory.len() * 12 + 4 + outside
}

fn append(tiff: &mut Vec<u8>, directory: &[Field]) {
    let mut outside_at = tiff.len() + 2 + directory.len() * 12 + 4;
    let mut outside = Vec::new();
    tiff.extend_from_slice(&u16::try_from(directory.len()).unwrap_or_default().to_le_bytes());
    for field in directory {
        tiff.extend_from_slice(&field.tag.to_le_bytes());
        tiff.extend_from_slice(&field.kind.to_le_bytes());
        tiff.extend_from_slice(&field.count.to_le_bytes());
        let mut value = field.bytes.clone();
        if value.len() > 4 {
            value.resize(value.len().next_multiple_of(2), 0);
            tiff.extend_from_slice(&u32::try_from(outside_at).unwrap_or_default().to_le_bytes());
            outside_at += value.len();
            outside.extend_from_slice(&value);
        } else {
            value.resize(4, 0);
            tiff.extend_from_slice(&value);
        }
    }
    // No further directory follows.
    tiff.extend_from_slice(&[0; 4]);
    tiff.extend_from_slice(&outside);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_are_split() {
        assert_eq!(sexagesimal(-9.5), [(9, 1), (30, 1), (0, 10_000)]);
        assert_eq!(sexagesimal(38.700_001), [(38, 1), (42, 1), (36, 10_000)]);
        assert_eq!(sexagesimal(174.7943), [(174, 1), (47, 1), (394_800, 10_000)]);
        assert_eq!(sexagesimal(59.999_999_999), [(60, 1), (0, 1), (0, 10_000)]);
    }

    #[test]
    fn values_lie_where_the_entries_say() {
        let exif = Exif {
            taken: Some("2024:05:03 12:00:00"),
            offset: Some("+01:00"),
            orientation: 6,
            pixels: (640, 480),
            place: Some(Place {
                latitude: 38.7,
                longitude: -9.1,
                altitude: 12,
            }),
            camera: Some(("Example", "Pebble 7")),
        };
        let bytes = tiff(&exif);
        let find = |text: &[u8]| {
            bytes
                .windows(text.len())
                .position(|window| window == text)
                .unwrap()
        };
        let pointer_to = |at: usize| {
            let at = u32::try_from(at).unwrap().to_le_bytes();
            bytes.windows(4).any(|window| window == at)
        };
        for value in [
            &b"Example\0"[..],
            b"Pebble 7\0",
            b"2024:05:03 12:00:00\0",
            b"+01:00\0",
        ] {
            assert!(pointer_to(find(value)), "{value:?}");
        }
        assert_eq!(with_exif(b"not a jpeg", &exif), b"not a jpeg");
    }
}
