//! Conversion to JPEG: pixels, orientation, metadata, limits.

use crate::made::{self, HEIC, encoded, file, film, jpeg_with, phone_exif, pixels};
use image::metadata::Orientation;
use image::{DynamicImage, GenericImageView, ImageDecoder, ImageFormat, Rgba, RgbaImage};
use img_parts::{Bytes, ImageEXIF, ImageICC};
use proptest::prelude::*;
use sidekeep_model::{Taken, TakenFrom};
use sidekeep_pictures::{Jpeg, JpegOptions, PictureError, Reduced, facts, to_jpeg};

fn convert(bytes: &[u8], long_edge: Option<u32>, taken: Option<&Taken>) -> Result<Jpeg, PictureError> {
    let options = JpegOptions {
        quality: 95,
        long_edge,
    };
    to_jpeg(&mut file(bytes), &options, taken)
}

/// The pixels as a viewer shows them: turned by the JPEG's own orientation.
fn viewed(jpeg: &Jpeg) -> DynamicImage {
    let mut decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(&jpeg.bytes)).unwrap();
    let orientation = decoder.orientation().unwrap();
    let mut pixels = DynamicImage::from_decoder(decoder).unwrap();
    pixels.apply_orientation(orientation);
    assert_eq!(pixels.dimensions(), (jpeg.width, jpeg.height));
    pixels
}

fn is_red(pixels: &DynamicImage, x: u32, y: u32) -> bool {
    let [red, _, blue, _] = pixels.get_pixel(x, y).0;
    red > 128 && blue < 128
}

fn name_date() -> Taken {
    Taken {
        wall: "2023-01-02T03:04:05".parse().unwrap(),
        offset: None,
        source: TakenFrom::Name,
    }
}

#[test]
fn every_format_keeps_its_pixels_and_gets_a_date() {
    let taken = name_date();
    for format in [
        ImageFormat::Png,
        ImageFormat::WebP,
        ImageFormat::Gif,
        ImageFormat::Tiff,
        ImageFormat::Bmp,
    ] {
        let jpeg = convert(&encoded(&pixels(), format), None, Some(&taken)).unwrap();
        let shown = viewed(&jpeg);
        assert!(
            is_red(&shown, 0, 0) && !is_red(&shown, 5, 0) && !is_red(&shown, 0, 3),
            "{format:?}"
        );
        assert!(
            !jpeg.original && jpeg.reduced.is_empty(),
            "{format:?} {:?}",
            jpeg.reduced
        );
        let found = facts(&mut file(&jpeg.bytes), "").unwrap().taken.unwrap();
        assert_eq!(
            (found.wall, found.source),
            (taken.wall, TakenFrom::Exif),
            "{format:?}"
        );
    }
}

#[test]
fn a_jpeg_stays_byte_for_byte() {
    let original = jpeg_with(phone_exif());
    for edge in [None, Some(6), Some(100)] {
        let jpeg = convert(&original, edge, Some(&name_date())).unwrap();
        assert!(jpeg.original && jpeg.bytes == original);
        assert_eq!((jpeg.width, jpeg.height), (4, 6));
    }
}

/// What is cut off is seen at the end of the file; an end before the last pixel, by the decoder.
#[test]
fn a_jpeg_that_is_not_whole_says_so() {
    let noise = image::RgbImage::from_fn(64, 64, |x, y| image::Rgb([x * y, x * 7, y * 31].map(|c| c as u8)));
    let whole = encoded(&DynamicImage::ImageRgb8(noise), ImageFormat::Jpeg);
    let cut = &whole[..whole.len() - 300];
    let mut damaged = whole.clone();
    let middle = whole.len() - 300;
    damaged[middle..middle + 2].copy_from_slice(&[0xff, 0xd9]);
    let check = |bytes: &[u8], long_edge, broken| {
        let jpeg = convert(bytes, long_edge, None).unwrap();
        assert_eq!(jpeg.reduced.contains(&Reduced::Broken), broken, "{long_edge:?}");
    };
    check(&whole, None, false);
    check(&whole, Some(32), false);
    check(cut, None, true);
    check(cut, Some(32), true);
    check(&damaged, Some(32), true);
}

#[test]
fn a_jpeg_without_a_date_gets_one_and_no_pixel_changes() {
    let plain = encoded(&pixels(), ImageFormat::Jpeg);
    let taken = name_date();
    let jpeg = convert(&plain, None, Some(&taken)).unwrap();
    let found = facts(&mut file(&jpeg.bytes), "").unwrap().taken.unwrap();
    assert_eq!((found.wall, jpeg.original), (taken.wall, false));
    assert_eq!(
        viewed(&jpeg).as_bytes(),
        viewed(&convert(&plain, None, None).unwrap()).as_bytes()
    );

    // A film behind the picture comes along, or the file stays as it is.
    let motion = [plain.as_slice(), b"a film behind the picture"].concat();
    let kept = convert(&motion, None, Some(&taken)).unwrap();
    assert!(kept.bytes.ends_with(b"a film behind the picture"));
}

#[test]
fn turned_pixels_are_upright_once() {
    // Orientation 6: the camera was held so that the stored left side is up.
    let large = pixels().resize_exact(60, 40, image::imageops::FilterType::Nearest);
    for (number, orientation) in (1..=8).map(|number| (number, Orientation::from_exif(number).unwrap())) {
        let block = made::exif(&[(0x0112, made::Value::Short(u16::from(number)))], &[], &[]);
        let plain = Bytes::from(encoded(&large, ImageFormat::Png));
        let mut parts = img_parts::png::Png::from_bytes(plain).unwrap();
        parts.set_exif(Some(Bytes::from(block)));
        let jpeg = convert(&parts.encoder().bytes(), None, None).unwrap();

        let mut expected = large.clone();
        expected.apply_orientation(orientation);
        let shown = viewed(&jpeg);
        assert_eq!(shown.dimensions(), expected.dimensions(), "{number}");
        for (x, y) in [(2, 2), (2, expected.height() - 3), (expected.width() - 3, 2)] {
            assert_eq!(
                is_red(&shown, x, y),
                is_red(&expected, x, y),
                "{number} at {x},{y}"
            );
        }
        let found = facts(&mut file(&jpeg.bytes), "").unwrap();
        assert_eq!(
            (found.width, found.height),
            (Some(jpeg.width), Some(jpeg.height)),
            "reset to 1"
        );
    }
}

#[test]
fn smaller_on_request() {
    let large = pixels().resize_exact(600, 400, image::imageops::FilterType::Nearest);
    let mut parts =
        img_parts::jpeg::Jpeg::from_bytes(Bytes::from(encoded(&large, ImageFormat::Jpeg))).unwrap();
    parts.set_exif(Some(Bytes::from(phone_exif())));
    let turned = parts.encoder().bytes().to_vec();
    for (bytes, expected) in [
        (turned.clone(), (33, 50)),
        (encoded(&large, ImageFormat::Png), (50, 33)),
    ] {
        let jpeg = convert(&bytes, Some(50), None).unwrap();
        assert_eq!((jpeg.width, jpeg.height), expected);
        assert_eq!(jpeg.reduced, [Reduced::Size]);
        viewed(&jpeg);
    }
    let found = facts(&mut file(&convert(&turned, Some(50), None).unwrap().bytes), "").unwrap();
    assert_eq!(found.camera.as_deref(), Some("Pixel 8"));
    assert!(found.place.is_some() && found.taken.is_some());
}

#[test]
fn alpha_becomes_white_and_sixteen_bits_eight() {
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(6, 4, Rgba([0, 0, 0, 0])));
    let jpeg = convert(&encoded(&clear, ImageFormat::Png), None, None).unwrap();
    assert_eq!(jpeg.reduced, [Reduced::Alpha]);
    assert!(
        viewed(&jpeg)
            .to_rgb8()
            .pixels()
            .all(|pixel| pixel.0.iter().all(|value| *value > 250))
    );

    let deep = DynamicImage::ImageRgb16(pixels().to_rgb16());
    let jpeg = convert(&encoded(&deep, ImageFormat::Png), None, None).unwrap();
    assert_eq!(jpeg.reduced, [Reduced::Depth]);
    assert!(is_red(&viewed(&jpeg), 0, 0));
}

#[test]
fn heic_keeps_its_exif() {
    let jpeg = convert(HEIC, None, Some(&name_date())).unwrap();
    assert_eq!((jpeg.width, jpeg.height, jpeg.original), (64, 48, false));
    viewed(&jpeg);
    let (before, after) = (
        facts(&mut file(HEIC), "").unwrap(),
        facts(&mut file(&jpeg.bytes), "").unwrap(),
    );
    assert_eq!(
        (before.taken, before.place, before.camera),
        (after.taken, after.place, after.camera)
    );
}

#[test]
fn the_colour_profile_goes_along_if_it_fits() {
    for (space, kept) in [(b"RGB ", true), (b"GRAY", false)] {
        let mut profile = vec![0; 128];
        profile[16..20].copy_from_slice(space);
        let mut parts =
            img_parts::png::Png::from_bytes(Bytes::from(encoded(&pixels(), ImageFormat::Png))).unwrap();
        parts.set_icc_profile(Some(Bytes::from(profile.clone())));
        let jpeg = convert(&parts.encoder().bytes(), None, None).unwrap();
        let found = img_parts::jpeg::Jpeg::from_bytes(Bytes::from(jpeg.bytes))
            .unwrap()
            .icc_profile();
        assert_eq!(found.map(|found| found.to_vec()), kept.then_some(profile));
        assert_eq!(jpeg.reduced.contains(&Reduced::Metadata), !kept);
    }
}

/// A PNG that claims 20,000 × 20,000 pixels is refused before anything is allocated for them.
#[test]
fn png_20000_by_20000() {
    let mut huge = encoded(&pixels(), ImageFormat::Png);
    huge[16..20].copy_from_slice(&20_000u32.to_be_bytes());
    huge[20..24].copy_from_slice(&20_000u32.to_be_bytes());
    assert!(matches!(
        convert(&huge, None, None),
        Err(PictureError::TooLarge {
            width: 20_000,
            height: 20_000,
            limit: sidekeep_pictures::MOST_PIXELS
        })
    ));
}

#[test]
fn what_is_no_still_picture_is_refused() {
    assert!(matches!(
        convert(&film(true), None, None),
        Err(PictureError::Unsupported(_))
    ));
    assert!(matches!(convert(b"", None, None), Err(PictureError::Broken(_))));
    assert!(matches!(
        convert(b"hello", None, None),
        Err(PictureError::Broken(_))
    ));
    let png = encoded(&pixels(), ImageFormat::Png);
    assert!(matches!(
        convert(&png[..png.len() - 20], None, None),
        Err(PictureError::Broken(_))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_change_of_bytes_panics(at in any::<prop::sample::Index>(), value in any::<u8>(), which in 0usize..6) {
        let mut bytes = match which {
            0 => jpeg_with(phone_exif()),
            1 | 2 => HEIC.to_vec(),
            3 => encoded(&pixels(), ImageFormat::Tiff),
            4 => encoded(&pixels(), ImageFormat::Gif),
            _ => encoded(&pixels(), ImageFormat::WebP),
        };
        let at = at.index(bytes.len());
        bytes[at] = value;
        let _ = convert(&bytes, Some(3), None);
    }
}
