//! Small pictures of whole files, of files with a small picture of their own, and of hostile files.

use crate::made::{self, HEIC, encoded, exif, file, film, jpeg_with, phone_exif, pixels};
use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage};
use img_parts::{Bytes, ImageEXIF, ImageICC};
use proptest::prelude::*;
use sidekeep_pictures::{PictureError, facts, thumbnail};

fn small(bytes: &[u8], edge: u32) -> Result<Vec<u8>, PictureError> {
    let mut file = file(bytes);
    let facts = facts(&mut file, "").unwrap();
    thumbnail(&mut file, &facts, edge)
}

fn decoded(jpeg: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap()
}

/// 600×400, red at the top left, on blue.
fn large() -> DynamicImage {
    pixels().resize_exact(600, 400, image::imageops::FilterType::Nearest)
}

fn plain(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let pixels = DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, Rgb(colour)));
    encoded(&pixels, ImageFormat::Jpeg)
}

fn is_red(pixels: &DynamicImage, x: u32, y: u32) -> bool {
    let [red, _, blue, _] = pixels.get_pixel(x, y).0;
    red > 128 && blue < 128
}

/// An EXIF block with this orientation and, in its second directory, this thumbnail.
fn block_with(orientation: u16, thumbnail: &[u8]) -> Vec<u8> {
    let mut block = exif(&[(0x0112, made::Value::Short(orientation))], &[], &[]);
    // The link to the next directory is the last of the first one, which is the last in the block.
    let (link, at) = (block.len() - 4, block.len() as u32);
    block[link..].copy_from_slice(&at.to_be_bytes());
    block.extend(2u16.to_be_bytes());
    for (tag, value) in [(0x0201u16, at + 30), (0x0202, thumbnail.len() as u32)] {
        block.extend(tag.to_be_bytes());
        block.extend(4u16.to_be_bytes());
        block.extend(1u32.to_be_bytes());
        block.extend(value.to_be_bytes());
    }
    block.extend([0; 4]);
    block.extend(thumbnail);
    block
}

fn with_own(orientation: u16, thumbnail: &[u8]) -> Vec<u8> {
    let whole = Bytes::from(encoded(&large(), ImageFormat::Jpeg));
    let mut parts = img_parts::jpeg::Jpeg::from_bytes(whole).unwrap();
    parts.set_exif(Some(Bytes::from(block_with(orientation, thumbnail))));
    parts.encoder().bytes().to_vec()
}

#[test]
fn every_format_becomes_a_small_jpeg() {
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Tiff,
        ImageFormat::Bmp,
    ] {
        for (edge, expected) in [(60, (60, 40)), (320, (320, 213)), (1600, (600, 400))] {
            let shown = decoded(&small(&encoded(&large(), format), edge).unwrap());
            let (width, height) = shown.dimensions();
            assert_eq!((width, height), expected, "{format:?} {edge}");
            assert!(is_red(&shown, width / 4, height / 4), "{format:?} {edge}");
            assert!(
                !is_red(&shown, width * 3 / 4, height * 3 / 4),
                "{format:?} {edge}"
            );
        }
    }
    assert_eq!(decoded(&small(HEIC, 32).unwrap()).dimensions(), (32, 24));
    // A phone's picture lies on its side; it is turned, and not enlarged.
    let upright = small(&jpeg_with(phone_exif()), 320).unwrap();
    assert_eq!(decoded(&upright).dimensions(), (4, 6));
}

#[test]
fn the_cameras_own_is_taken_when_it_is_large_enough_and_whole() {
    let green = |pixels: &DynamicImage| {
        let [red, green, blue, _] = pixels.get_pixel(pixels.width() / 4, pixels.height() / 4).0;
        green > 128 && red < 128 && blue < 128
    };
    const GREEN: [u8; 3] = [0, 255, 0];
    for (width, height, edge, taken) in [
        (120, 80, 120, true),
        (120, 80, 60, true),
        (120, 80, 121, false),
        // Black bars above and below, a square section, one that lies on its side.
        (120, 90, 60, false),
        (80, 80, 60, false),
        (80, 120, 60, false),
    ] {
        let shown = decoded(&small(&with_own(1, &plain(width, height, GREEN)), edge).unwrap());
        assert_eq!(green(&shown), taken, "{width}×{height} for {edge}");
        assert_eq!(shown.width(), edge);
    }
    // It lies as the picture does, and is turned with it.
    let own = encoded(
        &pixels().resize_exact(120, 80, image::imageops::FilterType::Nearest),
        ImageFormat::Jpeg,
    );
    let shown = decoded(&small(&with_own(6, &own), 60).unwrap());
    assert_eq!(shown.dimensions(), (40, 60));
    assert!(is_red(&shown, 30, 15) && !is_red(&shown, 10, 15));
    // One that is broken, or not there at all.
    for own in [&own[..100], b"", b"no picture"] {
        let shown = decoded(&small(&with_own(1, own), 60).unwrap());
        assert_eq!(shown.dimensions(), (60, 40));
        assert!(is_red(&shown, 10, 10));
    }
}

#[test]
fn the_colour_profile_goes_along() {
    let mut profile = vec![0; 128];
    profile[16..20].copy_from_slice(b"RGB ");
    for own in [plain(120, 80, [0, 255, 0]), Vec::new()] {
        let mut parts = img_parts::jpeg::Jpeg::from_bytes(Bytes::from(with_own(1, &own))).unwrap();
        parts.set_icc_profile(Some(Bytes::from(profile.clone())));
        let found = small(&parts.encoder().bytes(), 60).unwrap();
        let found = img_parts::jpeg::Jpeg::from_bytes(Bytes::from(found)).unwrap();
        assert_eq!(
            found.icc_profile().map(|found| found.to_vec()),
            Some(profile.clone())
        );
        assert!(found.exif().is_none());
    }
}

#[test]
fn a_raf_is_shown_by_the_jpeg_in_it() {
    let shot = with_own(6, b"");
    let mut raf = b"FUJIFILMCCD-RAW ".to_vec();
    raf.resize(84, 0);
    raf.extend(100u32.to_be_bytes());
    raf.extend((shot.len() as u32).to_be_bytes());
    raf.resize(100, 0);
    raf.extend(shot);
    raf.extend([0; 1000]);
    assert_eq!(decoded(&small(&raf, 60).unwrap()).dimensions(), (40, 60));
}

/// Files that claim what nobody can hold are refused before anything is allocated for them.
#[test]
fn claims_of_very_many_pixels() {
    let mut png = encoded(&pixels(), ImageFormat::Png);
    png[16..20].copy_from_slice(&20_000u32.to_be_bytes());
    png[20..24].copy_from_slice(&10_000u32.to_be_bytes());
    let mut jpeg = encoded(&pixels(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|mark| mark == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xdc, 0xff, 0xdc]);
    for bytes in [png, jpeg] {
        assert!(matches!(small(&bytes, 320), Err(PictureError::TooLarge { .. })));
    }
}

#[test]
fn what_cannot_be_shown_says_so() {
    assert!(matches!(
        small(&film(true), 320),
        Err(PictureError::Unsupported(_))
    ));
    for bytes in [
        b"".as_slice(),
        b"hello",
        &encoded(&large(), ImageFormat::Png)[..300],
    ] {
        assert!(matches!(small(bytes, 320), Err(PictureError::Broken(_))));
    }
    // The pixels of a JPEG overwritten: some grey picture or an error, but an answer.
    let mut jpeg = encoded(&large(), ImageFormat::Jpeg);
    let scan = jpeg.windows(2).position(|mark| mark == [0xff, 0xda]).unwrap() + 14;
    jpeg[scan..].fill(0xff);
    assert!(matches!(small(&jpeg, 320), Ok(_) | Err(PictureError::Broken(_))));
    assert!(matches!(
        small(&jpeg[..scan - 30], 320),
        Err(PictureError::Broken(_))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_change_of_bytes_panics(at in any::<prop::sample::Index>(), value in any::<u8>(), which in 0usize..5) {
        let mut bytes = match which {
            0 | 1 => with_own(6, &plain(120, 80, [0, 255, 0])),
            2 => HEIC.to_vec(),
            3 => encoded(&pixels(), ImageFormat::Tiff),
            _ => encoded(&pixels(), ImageFormat::Png),
        };
        // What is hostile stands in the head.
        let at = at.index(bytes.len().min(400));
        bytes[at] = value;
        if let Ok(jpeg) = small(&bytes, 60) {
            let (width, height) = decoded(&jpeg).dimensions();
            prop_assert!(width.max(height) <= 60);
        }
    }
}
