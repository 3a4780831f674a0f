//! What belongs together with a picture, by its own bytes: the film of a Live Photo, the film inside a Motion Photo, the
//! other pictures of a burst, a gain map. And how little is read for all that.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use crate::made::{
    HEIC, Value, apple_note, boxed, encoded, exif, film, jpeg_of, jpeg_with, phone_exif, pixels, samsung,
    segment, xmp,
};
use image::ImageFormat;
use sidekeep_model::{Facts, Motion};
use sidekeep_pictures::facts;

fn read(bytes: &[u8], name: &str) -> Facts {
    facts(&mut Cursor::new(bytes), name).unwrap()
}

#[test]
fn a_live_photo_and_its_film_have_the_same_mark() {
    let note = Value::Bytes(apple_note("ABC-1", "DEF-2"));
    let still = read(&jpeg_with(exif(&[], &[(0x927c, note)], &[])), "IMG_1.JPG");
    assert_eq!(still.live.as_deref(), Some("ABC-1"));
    assert_eq!(still.burst.as_deref(), Some("DEF-2"));
    let film = read(&film(true), "IMG_1.MOV");
    assert_eq!(film.live, still.live);
    assert_eq!(film.make.as_deref(), Some("Apple"));
    // Another maker's note is none of Apple's.
    let note = Value::Bytes(b"Nikon\0\x02\x10\0\0MM\0*\0\0\0\x08".to_vec());
    assert_eq!(
        read(&jpeg_with(exif(&[], &[(0x927c, note)], &[])), "DSC.JPG").live,
        None
    );
}

/// Each way by which a film in a picture is announced, the film's place first wrong by all but the last.
#[test]
fn the_film_in_a_motion_photo_is_found() {
    fn check(what: &str, still: &[u8], before: &[u8], film: &[u8], after: &[u8]) {
        let bytes = [still, before, film, after].concat();
        let at = (still.len() + before.len()) as u64;
        let found = read(&bytes, "a.jpg");
        let length = found.motion.map_or(0, |motion| motion.length);
        assert_eq!(found.motion, Some(Motion { at, length }), "{what}");
        assert!(length >= film.len() as u64 && !found.broken, "{what}");
    }
    let film = film(false);
    let length = film.len();
    let item = |semantic: &str, length: usize| {
        format!("<rdf:li><Container:Item Item:Semantic='{semantic}' Item:Length='{length}'/></rdf:li>")
    };
    let list = |items: &[String]| {
        format!(
            "<Container:Directory><rdf:Seq>{}</rdf:Seq></Container:Directory>",
            items.concat()
        )
    };
    let motion = "GCamera:MotionPhoto='1' GCamera:MotionPhotoVersion='1'";

    let one = list(&[item("Primary", 0), item("MotionPhoto", length)]);
    let still = jpeg_of(&[xmp(motion, &one)]);
    check("container", &still, &[], &film, &[]);
    check("container whose film moved", &still, &[], &film, &[7; 99]);

    let two = list(&[
        item("Primary", 0),
        item("GainMap", 40),
        item("MotionPhoto", length),
    ]);
    check(
        "behind a gain map",
        &jpeg_of(&[xmp(motion, &two)]),
        &[9; 40],
        &film,
        &[],
    );

    let older =
        format!("GCamera:MicroVideo='1' GCamera:MicroVideoVersion='1' GCamera:MicroVideoOffset='{length}'");
    check("older", &jpeg_of(&[xmp(&older, "")]), &[], &film, &[]);

    let plain = encoded(&pixels(), ImageFormat::Jpeg);
    let trailer = samsung("MotionPhoto_Data", &film);
    let at = trailer.windows(4).position(|mark| mark == b"ftyp").unwrap() - 4;
    let (before, after) = (&trailer[..at], &trailer[at + length..]);
    check("Samsung", &plain, before, &film, after);
}

#[test]
fn the_film_in_a_heic_has_a_box_of_its_own() {
    let film = film(false);
    let bytes = [HEIC, &boxed(b"mpvd", &film)].concat();
    let motion = Motion {
        at: HEIC.len() as u64 + 8,
        length: film.len() as u64,
    };
    assert_eq!(read(&bytes, "a.heic").motion, Some(motion));
    assert_eq!(read(HEIC, "a.heic").motion, None);
}

#[test]
fn what_only_looks_like_a_film_is_none() {
    let still = jpeg_of(&[xmp("GCamera:MotionPhoto='1'", "")]);
    assert_eq!(read(&still, "a.jpg").motion, None);
    assert_eq!(
        read(&[&still[..], b"\0\0\0\x18ftyp\xff\xff\xff\xff"].concat(), "a.jpg").motion,
        None
    );
    // A film that nothing announces is somebody else's matter.
    let plain = encoded(&pixels(), ImageFormat::Jpeg);
    assert_eq!(read(&[plain, film(false)].concat(), "a.jpg").motion, None);
}

#[test]
fn gain_maps_and_depth_maps() {
    let check = |bytes: &[u8], gain_map: bool, depth: bool| {
        let found = read(bytes, "a.jpg");
        assert_eq!((found.gain_map, found.depth), (gain_map, depth));
    };
    check(&encoded(&pixels(), ImageFormat::Jpeg), false, false);
    check(&jpeg_of(&[xmp("hdrgm:Version='1.0'", "")]), true, false);
    check(
        &jpeg_of(&[segment(0xe2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0")]),
        true,
        false,
    );
    let depth =
        "<Container:Directory><rdf:Seq><rdf:li Item:Semantic='Depth'/></rdf:Seq></Container:Directory>";
    check(&jpeg_of(&[xmp("", depth)]), false, true);
    let trailer = samsung("DualShot_DepthMap_1", b"depth");
    check(
        &[encoded(&pixels(), ImageFormat::Jpeg), trailer].concat(),
        false,
        true,
    );

    // Apple's: only the second picture says that it is one, and the directory of pictures where it is.
    let aux = "xmlns:apdi='http://ns.apple.com/pixeldatainfo/1.0/' \
               apdi:AuxiliaryImageType='urn:com:apple:photo:2020:aux:hdrgainmap'";
    let second = jpeg_of(&[xmp(aux, "")]);
    let directory = |offset: u32| {
        let mut tiff = b"MPF\0MM\0*\0\0\0\x08\0\x01\xb0\x02\0\x07\0\0\0\x20\0\0\0\x1a\0\0\0\0".to_vec();
        for at in [0, offset] {
            let row = [[0; 4], [0; 4], at.to_be_bytes(), [0; 4]];
            tiff.extend_from_slice(&row.concat());
        }
        segment(0xe2, &tiff)
    };
    let first = jpeg_of(&[directory(0)]);
    // Offsets count from the directory's own first byte: after SOI, the mark, the length and `MPF`.
    let first = jpeg_of(&[directory(first.len() as u32 - 10)]);
    check(&[first.clone(), second].concat(), true, false);
    check(
        &[first, encoded(&pixels(), ImageFormat::Jpeg)].concat(),
        false,
        false,
    );
}

/// A reader that counts what it gives.
struct Counted<R> {
    from: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.from.seek(to)
    }
}

/// Thirty megabytes of pixels are not looked at.
#[test]
fn little_is_read_of_a_large_file() {
    const LARGE: usize = 30 << 20;
    let check = |name: &str, bytes: Vec<u8>, most: u64| {
        let mut counted = Counted {
            from: Cursor::new(bytes),
            bytes: 0,
        };
        let found = facts(&mut counted, name).unwrap();
        assert!(found.taken.is_some(), "{name}");
        assert!(counted.bytes <= most, "{name}: {} bytes", counted.bytes);
    };
    let raw = [phone_exif(), vec![7; LARGE]].concat();
    for name in ["a.nef", "a.dng", "a.arw", "a.tif"] {
        check(name, raw.clone(), 16 << 10);
    }
    let mut jpeg = jpeg_with(phone_exif());
    let end = jpeg.split_off(jpeg.len() - 2);
    check("a.jpg", [jpeg, vec![7; LARGE], end].concat(), 32 << 10);
    check(
        "a.heic",
        [HEIC, &boxed(b"mdat", &vec![7; LARGE])].concat(),
        32 << 10,
    );
    check(
        "a.mov",
        [boxed(b"wide", &[]), boxed(b"mdat", &vec![7; LARGE]), film(true)].concat(),
        32 << 10,
    );
}

/// A HEIF of 40×30 pixels without any: one picture with these properties, and a second item of this type.
fn heif(properties: &[Vec<u8>], second: &[u8; 4]) -> Vec<u8> {
    let full =
        |name: &[u8; 4], version: u8, content: &[u8]| boxed(name, &[&[version, 0, 0, 0], content].concat());
    let entry = |id: u8, kind: &[u8; 4]| full(b"infe", 2, &[&[0, id, 0, 0], &kind[..], &[0]].concat());
    let size = full(b"ispe", 0, &[0, 0, 0, 40, 0, 0, 0, 30]);
    let count = 1 + properties.len() as u8;
    let numbers: Vec<u8> = (1..=count).collect();
    let container = boxed(b"ipco", &[&size[..], &properties.concat()].concat());
    let links = full(b"ipma", 0, &[&[0, 0, 0, 1, 0, 1, count], &numbers[..]].concat());
    let meta = [
        full(
            b"hdlr",
            0,
            &[
                0, 0, 0, 0, b'p', b'i', b'c', b't', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            ],
        ),
        full(b"pitm", 0, &[0, 1]),
        full(
            b"iinf",
            0,
            &[&[0, 2][..], &entry(1, b"hvc1"), &entry(2, second)].concat(),
        ),
        boxed(b"iprp", &[container, links].concat()),
    ];
    [
        boxed(b"ftyp", b"heic\0\0\0\0mif1heic"),
        full(b"meta", 0, &meta.concat()),
    ]
    .concat()
}

/// ISO/IEC 23008-12 §6.5.10 and §6.5.12: quarters against the clock, then a mirror; as EXIF counts them.
#[test]
fn a_heif_says_how_it_is_turned() {
    let turn = |quarters: u8| boxed(b"irot", &[quarters]);
    // 0 exchanges top and bottom, 1 left and right.
    let mirror = |axis: u8| boxed(b"imir", &[axis]);
    let check = |properties: &[Vec<u8>], orientation: Option<u8>| {
        let found = read(&heif(properties, b"Exif"), "a.heic");
        assert_eq!(found.orientation, orientation);
        let is_turned = orientation.is_some_and(|orientation| orientation >= 5);
        let size = if is_turned { (30, 40) } else { (40, 30) };
        assert_eq!(found.width.zip(found.height), Some(size), "{orientation:?}");
    };
    check(&[], None);
    for (quarters, orientation) in [(0, 1), (1, 8), (2, 3), (3, 6)] {
        check(&[turn(quarters)], Some(orientation));
    }
    for (axis, quarters, orientation) in [
        (1, 0, 2),
        (1, 1, 7),
        (1, 2, 4),
        (1, 3, 5),
        (0, 0, 4),
        (0, 1, 5),
        (0, 2, 2),
        (0, 3, 7),
    ] {
        check(&[turn(quarters), mirror(axis)], Some(orientation));
    }
}

#[test]
fn a_heif_says_what_its_other_pictures_are() {
    let check = |kind: &str, second: &[u8; 4], gain_map: bool, depth: bool| {
        let aux = boxed(b"auxC", &[&[0, 0, 0, 0], kind.as_bytes(), &[0]].concat());
        let found = read(&heif(&[aux], second), "a.heic");
        assert_eq!((found.gain_map, found.depth), (gain_map, depth), "{kind}");
    };
    check("urn:com:apple:photo:2020:aux:hdrgainmap", b"hvc1", true, false);
    check("urn:mpeg:hevc:2015:auxid:2", b"hvc1", false, true);
    check(
        "urn:mpeg:mpegB:cicp:systems:auxiliary:depth",
        b"av01",
        false,
        true,
    );
    // Transparency, and the outline of a person.
    check("urn:mpeg:hevc:2015:auxid:1", b"hvc1", false, false);
    check(
        "urn:com:apple:photo:2018:aux:portraiteffectsmatte",
        b"hvc1",
        false,
        false,
    );
    // ISO 21496-1: a picture derived from another by a gain map.
    check("", b"tmap", true, false);
}
