//! Facts of whole files, cut files and hostile files.

use crate::made::{self, HEIC, encoded, file, film, jpeg_with, phone_exif, pixels};
use image::ImageFormat;
use proptest::prelude::*;
use sidekeep_model::Facts;
use sidekeep_pictures::facts;

fn read(bytes: &[u8], name: &str) -> Facts {
    facts(&mut file(bytes), name).unwrap()
}

fn shown(facts: &Facts) -> String {
    let taken = facts.taken.as_ref().map_or_else(
        || "undated".to_owned(),
        |taken| {
            let offset = taken.offset.as_deref().unwrap_or("?");
            format!("{}{offset} {:?}", taken.wall, taken.source)
        },
    );
    let size = facts
        .width
        .zip(facts.height)
        .map_or("?".to_owned(), |(w, h)| format!("{w}x{h}"));
    let place = facts.place.map_or(String::new(), |place| {
        format!(" at {:.4},{:.4}", place.latitude, place.longitude)
    });
    let camera = facts.camera.as_deref().unwrap_or("-");
    let duration = facts
        .duration
        .map_or(String::new(), |millis| format!(" {millis}ms"));
    let broken = if facts.broken { " broken" } else { "" };
    format!("{} {size} {taken}{place} {camera}{duration}{broken}", facts.media)
}

#[test]
fn whole_files() {
    fn check(bytes: &[u8], name: &str, expected: &str) {
        assert_eq!(shown(&read(bytes, name)), expected, "{name}");
    }
    let made = |format| encoded(&pixels(), format);
    check(&made(ImageFormat::Png), "a.png", "image/png 6x4 undated -");
    check(&made(ImageFormat::WebP), "a.webp", "image/webp 6x4 undated -");
    check(&made(ImageFormat::Gif), "a.gif", "image/gif 6x4 undated -");
    check(&made(ImageFormat::Bmp), "a.bmp", "image/bmp 6x4 undated -");
    check(&made(ImageFormat::Tiff), "a.tif", "image/tiff 6x4 undated -");
    check(
        &made(ImageFormat::Tiff),
        "a.dng",
        "image/x-adobe-dng 6x4 undated -",
    );
    check(&made(ImageFormat::Jpeg), "wrong.png", "image/jpeg 6x4 undated -");
    check(
        &jpeg_with(phone_exif()),
        "a.jpg",
        "image/jpeg 4x6 2024-05-03 14:03:22.120+02:00 Exif at -48.5000,2.2500 Pixel 8",
    );
    check(
        HEIC,
        "a.heic",
        "image/heic 64x48 2024-05-03 14:03:22.120+02:00 Exif at 48.8577,2.2950 Pixel 8",
    );
    check(
        &film(false),
        "a.mov",
        "video/quicktime 1080x1920 2024-05-03 12:03:22+00:00 Mvhd - 1500ms",
    );
    check(
        &film(true),
        "a.mov",
        "video/quicktime 1080x1920 2024-05-03 14:03:20+02:00 Quicktime at 48.5000,2.2500 iPhone 15 1500ms",
    );
}

#[test]
fn absurd_dates_are_no_dates() {
    for text in [
        "0000:00:00 00:00:00",
        "1970:01:01 00:00:00",
        "                   ",
    ] {
        let block = made::exif(&[], &[(0x9003, made::Value::Text(text))], &[]);
        assert_eq!(read(&jpeg_with(block), "a.jpg").taken, None, "{text}");
    }
}

#[test]
fn a_motion_photo_is_whole() {
    let mut jpeg = encoded(&pixels(), ImageFormat::Jpeg);
    jpeg.extend_from_slice(&film(false));
    assert!(!read(&jpeg, "PXL.MP.jpg").broken);
}

#[test]
fn cut_files_are_broken_and_still_answer() {
    let made = |format| encoded(&pixels(), format);
    for (name, bytes) in [
        ("a.jpg", jpeg_with(phone_exif())),
        ("a.png", made(ImageFormat::Png)),
        ("a.webp", made(ImageFormat::WebP)),
        ("a.gif", made(ImageFormat::Gif)),
        ("a.bmp", made(ImageFormat::Bmp)),
        ("a.heic", HEIC.to_vec()),
        ("a.mov", film(true)),
    ] {
        assert!(!read(&bytes, name).broken, "{name} whole");
        for end in 0..bytes.len() {
            assert!(
                read(&bytes[..end], name).broken,
                "{name} cut at {end} of {}",
                bytes.len()
            );
        }
    }
    // A cut TIFF may still hold all its pixels; it must only be seen when they are cut.
    let tiff = made(ImageFormat::Tiff);
    assert!(read(&tiff[..tiff.len() / 2], "a.tif").broken);
}

#[test]
fn the_dates_survive_a_cut_in_the_pixels() {
    let whole = jpeg_with(phone_exif());
    let cut = read(&whole[..whole.len() - 10], "a.jpg");
    assert!(cut.broken && cut.taken.is_some() && cut.width == Some(4));
}

/// A sparse file of 5 GB costs what its header costs.
#[test]
fn a_film_of_five_gigabytes_is_not_read() {
    use std::io::{Seek, SeekFrom, Write};
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&made::boxed(b"ftyp", b"isom\0\0\0\0isom"))
        .unwrap();
    file.write_all(&[0, 0, 0, 1]).unwrap();
    file.write_all(b"mdat").unwrap();
    file.write_all(&(5u64 << 30).to_be_bytes()).unwrap();
    let head = 20 + (5 << 30);
    file.seek(SeekFrom::Start(head)).unwrap();
    let small = film(false);
    file.write_all(&small[small.len() - 216..]).unwrap();
    let facts = facts(&mut file, "long.mp4").unwrap();
    assert_eq!(facts.media.as_str(), "video/mp4");
    assert_eq!(facts.duration, Some(1500));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), which in 0usize..12) {
        let magic: &[&[u8]] = &[
            b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\0\0\0WEBP", b"RIFF\xff\0\0\0AVI ", b"GIF89a", b"BM",
            b"II*\0", b"MM\0*", b"\0\0\0\x10ftypheic\0\0\0\0", b"\0\0\0\x10ftypqt  \0\0\0\0", b"\x1a\x45\xdf\xa3",
        ];
        let bytes = [magic[which], &bytes].concat();
        let _ = read(&bytes, "any");
    }

    #[test]
    fn no_change_of_bytes_panics(at in any::<prop::sample::Index>(), value in any::<u8>(), which in 0usize..5) {
        let mut bytes = match which {
            0 => jpeg_with(phone_exif()),
            1 => HEIC.to_vec(),
            2 => film(true),
            3 => encoded(&pixels(), ImageFormat::Tiff),
            _ => encoded(&pixels(), ImageFormat::WebP),
        };
        let at = at.index(bytes.len());
        bytes[at] = value;
        let _ = read(&bytes, "any");
    }
}
