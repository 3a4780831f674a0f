//! Pictures and films made for the tests, and the files they are read from.

use std::fs::File;
use std::io::{Cursor, Write};

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use img_parts::{Bytes, ImageEXIF};

/// An open file with these bytes.
pub(crate) fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// A HEIC made by libheif's heif-enc, 64×48, with EXIF (Pixel 8, 2024-05-03T14:03:22.120+02:00, Paris).
pub(crate) const HEIC: &[u8] = include_bytes!("../fixtures/heif-enc-64x48.heic");

/// A picture of 6×4 whose top left quarter is red, on blue.
pub(crate) fn pixels() -> DynamicImage {
    DynamicImage::ImageRgba8(RgbaImage::from_fn(6, 4, |x, y| {
        if x < 3 && y < 2 {
            Rgba([230, 20, 20, 255])
        } else {
            Rgba([20, 20, 230, 255])
        }
    }))
}

/// `pixels` in a format.
pub(crate) fn encoded(pixels: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let pixels = match format {
        ImageFormat::Jpeg | ImageFormat::Bmp => DynamicImage::ImageRgb8(pixels.to_rgb8()),
        _ => pixels.clone(),
    };
    let mut out = Cursor::new(Vec::new());
    pixels.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A value of an EXIF entry.
pub(crate) enum Value {
    Text(&'static str),
    Short(u16),
    Degrees(u32, u32, u32),
    Bytes(Vec<u8>),
}

/// An EXIF block, big-endian: the main directory, the EXIF one and the GPS one.
pub(crate) fn exif(main: &[(u16, Value)], below: &[(u16, Value)], gps: &[(u16, Value)]) -> Vec<u8> {
    let mut block = b"MM\0*\0\0\0\0".to_vec();
    let mut rows: Vec<(u16, u16, u32, [u8; 4])> = entries(&mut block, main);
    for (tag, values) in [(0x8769, below), (0x8825, gps)] {
        if !values.is_empty() {
            let inside = entries(&mut block, values);
            let at = directory(&mut block, inside);
            rows.push((tag, 4, 1, at.to_be_bytes()));
        }
    }
    let at = directory(&mut block, rows);
    block[4..8].copy_from_slice(&at.to_be_bytes());
    block
}

fn entries(block: &mut Vec<u8>, values: &[(u16, Value)]) -> Vec<(u16, u16, u32, [u8; 4])> {
    let mut rows = Vec::new();
    for (tag, value) in values {
        let (form, count, bytes) = match value {
            Value::Text(text) => (2, text.len() as u32 + 1, [text.as_bytes(), b"\0"].concat()),
            Value::Short(value) => (3, 1, value.to_be_bytes().to_vec()),
            Value::Bytes(bytes) => (7, bytes.len() as u32, bytes.clone()),
            Value::Degrees(a, b, c) => {
                let numbers = [*a, 1, *b, 1, *c, 100];
                (
                    5,
                    3,
                    numbers.iter().flat_map(|number| number.to_be_bytes()).collect(),
                )
            }
        };
        let mut field = [0; 4];
        if bytes.len() <= 4 {
            field[..bytes.len()].copy_from_slice(&bytes);
        } else {
            field = (block.len() as u32).to_be_bytes();
            block.extend_from_slice(&bytes);
        }
        rows.push((*tag, form, count, field));
    }
    rows
}

fn directory(block: &mut Vec<u8>, mut rows: Vec<(u16, u16, u32, [u8; 4])>) -> u32 {
    rows.sort_by_key(|row| row.0);
    let at = block.len() as u32;
    block.extend_from_slice(&(rows.len() as u16).to_be_bytes());
    for (tag, form, count, field) in rows {
        block.extend_from_slice(&tag.to_be_bytes());
        block.extend_from_slice(&form.to_be_bytes());
        block.extend_from_slice(&count.to_be_bytes());
        block.extend_from_slice(&field);
    }
    block.extend_from_slice(&[0; 4]);
    at
}

/// What a phone writes: turned by a quarter, with date, offset, fraction and place.
pub(crate) fn phone_exif() -> Vec<u8> {
    exif(
        &[(0x0110, Value::Text("Pixel 8")), (0x0112, Value::Short(6))],
        &[
            (0x9003, Value::Text("2024:05:03 14:03:22")),
            (0x9011, Value::Text("+02:00")),
            (0x9291, Value::Text("120")),
        ],
        &[
            (1, Value::Text("S")),
            (2, Value::Degrees(48, 30, 0)),
            (3, Value::Text("E")),
            (4, Value::Degrees(2, 15, 0)),
        ],
    )
}

/// A JPEG of `pixels()` with this EXIF block.
pub(crate) fn jpeg_with(exif: Vec<u8>) -> Vec<u8> {
    let plain = Bytes::from(encoded(&pixels(), ImageFormat::Jpeg));
    let mut parts = img_parts::jpeg::Jpeg::from_bytes(plain).unwrap();
    parts.set_exif(Some(Bytes::from(exif)));
    parts.encoder().bytes().to_vec()
}

/// Apple's maker note: ContentIdentifier and BurstUUID.
pub(crate) fn apple_note(live: &'static str, burst: &'static str) -> Vec<u8> {
    let mut note = b"Apple iOS\0\0\x01MM".to_vec();
    let start = note.len() + 2 + 2 * 12 + 4;
    let mut values = Vec::new();
    note.extend_from_slice(&2u16.to_be_bytes());
    for (tag, text) in [(0x000bu16, burst), (0x0011, live)] {
        note.extend_from_slice(&tag.to_be_bytes());
        note.extend_from_slice(&2u16.to_be_bytes());
        note.extend_from_slice(&(text.len() as u32 + 1).to_be_bytes());
        note.extend_from_slice(&((start + values.len()) as u32).to_be_bytes());
        values.extend_from_slice(text.as_bytes());
        values.push(0);
    }
    note.extend_from_slice(&[0; 4]);
    [note, values].concat()
}

/// A segment of a JPEG.
pub(crate) fn segment(kind: u8, content: &[u8]) -> Vec<u8> {
    [
        &[0xff, kind],
        &(content.len() as u16 + 2).to_be_bytes()[..],
        content,
    ]
    .concat()
}

/// A JPEG of `pixels()` with these segments at its beginning.
pub(crate) fn jpeg_of(segments: &[Vec<u8>]) -> Vec<u8> {
    let plain = encoded(&pixels(), ImageFormat::Jpeg);
    [&plain[..2], &segments.concat(), &plain[2..]].concat()
}

/// An XMP segment with these attributes and elements, in Google's namespaces.
pub(crate) fn xmp(attributes: &str, inside: &str) -> Vec<u8> {
    let text = format!(
        "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description xmlns:GCamera='http://ns.google.com/photos/1.0/camera/' \
         xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/' \
         xmlns:Container='http://ns.google.com/photos/1.0/container/' \
         xmlns:Item='http://ns.google.com/photos/1.0/container/item/' \
         {attributes}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>"
    );
    segment(0xe1, text.as_bytes())
}

/// Samsung's trailer with one block of this name.
pub(crate) fn samsung(name: &str, content: &[u8]) -> Vec<u8> {
    let block = [
        &[0, 0, 0x30, 0x0a],
        &(name.len() as u32).to_le_bytes()[..],
        name.as_bytes(),
        content,
    ]
    .concat();
    let size = (block.len() as u32).to_le_bytes();
    let directory = [
        b"SEFH",
        &101u32.to_le_bytes()[..],
        &1u32.to_le_bytes(),
        &[0, 0, 0x30, 0x0a],
        &size,
        &size,
    ]
    .concat();
    let length = (directory.len() as u32).to_le_bytes();
    [&block[..], &directory, &length, b"SEFT"].concat()
}

/// One box of an ISO base media file.
pub(crate) fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [
        &(content.len() as u32 + 8).to_be_bytes(),
        name.as_slice(),
        content,
    ]
    .concat()
}

/// A film of 1.5 s, 1920×1080 turned by a quarter, created 2024-05-03T12:03:22Z; with Apple's keys when asked.
pub(crate) fn film(keys: bool) -> Vec<u8> {
    let mut header = vec![0; 100];
    header[4..8].copy_from_slice(&3_797_582_602u32.to_be_bytes());
    header[12..16].copy_from_slice(&600u32.to_be_bytes());
    header[16..20].copy_from_slice(&900u32.to_be_bytes());
    let mut track = vec![0; 84];
    for (at, value) in [
        (40, 0u32),
        (44, 0x10000),
        (52, 0xffff_0000),
        (76, 1920 << 16),
        (80, 1080 << 16),
    ] {
        track[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
    let mut moov = [boxed(b"mvhd", &header), boxed(b"trak", &boxed(b"tkhd", &track))].concat();
    if keys {
        let pairs = [
            ("com.apple.quicktime.creationdate", "2024-05-03T14:03:20+0200"),
            (
                "com.apple.quicktime.location.ISO6709",
                "+48.5000+002.2500+035.000/",
            ),
            ("com.apple.quicktime.make", "Apple"),
            ("com.apple.quicktime.model", "iPhone 15"),
            ("com.apple.quicktime.content.identifier", "ABC-1"),
        ];
        let mut names = [0u32.to_be_bytes(), (pairs.len() as u32).to_be_bytes()].concat();
        let mut list = Vec::new();
        for (index, (name, value)) in pairs.iter().enumerate() {
            names.extend(boxed(b"mdta", name.as_bytes()));
            let data = boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], value.as_bytes()].concat());
            list.extend(boxed(&(index as u32 + 1).to_be_bytes(), &data));
        }
        let hdlr = boxed(b"hdlr", &[0; 25]);
        let meta = [hdlr, boxed(b"keys", &names), boxed(b"ilst", &list)].concat();
        moov.extend(boxed(b"meta", &meta));
    }
    [
        boxed(b"ftyp", b"qt  \0\0\0\0qt  "),
        boxed(b"mdat", &[7; 1000]),
        boxed(b"moov", &moov),
    ]
    .concat()
}
