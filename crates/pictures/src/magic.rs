//! The media type of a file by its first bytes. The name only tells RAW formats apart that share TIFF's first bytes.

/// Unknown bytes.
pub(crate) const UNKNOWN: &str = "application/octet-stream";

/// The media type of a file that begins with `head` (64 bytes are enough) and is called `name`.
pub(crate) fn media(head: &[u8], name: &str) -> &'static str {
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    if at(0, b"\xff\xd8\xff") {
        return "image/jpeg";
    }
    if at(0, b"\x89PNG\r\n\x1a\n") {
        return "image/png";
    }
    if at(0, b"GIF87a") || at(0, b"GIF89a") {
        return "image/gif";
    }
    if at(0, b"RIFF") {
        return match head.get(8..12) {
            Some(b"WEBP") => "image/webp",
            Some(b"AVI ") => "video/x-msvideo",
            _ => UNKNOWN,
        };
    }
    if at(0, b"II*\0") || at(0, b"MM\0*") {
        return tiff_family(head, name);
    }
    if at(0, b"II\x55\0") {
        return "image/x-panasonic-rw2";
    }
    if at(0, b"IIRO") || at(0, b"IIRS") || at(0, b"MMOR") {
        return "image/x-olympus-orf";
    }
    if at(0, b"FUJIFILMCCD-RAW") {
        return "image/x-fuji-raf";
    }
    if at(0, b"\x1a\x45\xdf\xa3") {
        let webm = head.windows(4).any(|word| word == b"webm");
        return if webm { "video/webm" } else { "video/x-matroska" };
    }
    if at(4, b"ftyp") {
        return boxes(head);
    }
    // QuickTime files from before the `ftyp` box begin with one of these.
    if [b"moov", b"mdat", b"wide", b"pnot"]
        .iter()
        .any(|name| at(4, *name))
    {
        return "video/quicktime";
    }
    // `BM` is two letters only: the reserved words and the size of the next header make sure.
    if at(0, b"BM") && at(6, &[0; 4]) && head.get(15..18) == Some(&[0; 3]) {
        return "image/bmp";
    }
    UNKNOWN
}

/// TIFF, or a camera's RAW built on it.
fn tiff_family(head: &[u8], name: &str) -> &'static str {
    if head.get(8..10) == Some(b"CR") {
        return "image/x-canon-cr2";
    }
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("dng") => "image/x-adobe-dng",
        Some("nef" | "nrw") => "image/x-nikon-nef",
        Some("arw" | "sr2" | "srf") => "image/x-sony-arw",
        Some("pef") => "image/x-pentax-pef",
        Some("srw") => "image/x-samsung-srw",
        Some("cr2") => "image/x-canon-cr2",
        _ => "image/tiff",
    }
}

/// ISO base media files (ISO/IEC 14496-12), by their major brand; by the compatible ones where that is generic.
fn boxes(head: &[u8]) -> &'static str {
    let size = head
        .get(..4)
        .and_then(|size| size.try_into().ok())
        .map_or(0, u32::from_be_bytes) as usize;
    let major = head.get(8..12).unwrap_or_default();
    let compatible = head
        .get(16..size.clamp(16, head.len().max(16)))
        .unwrap_or_default();
    let mut brands = std::iter::once(major).chain(compatible.chunks_exact(4));
    let known = |brand: &[u8]| match brand {
        b"heic" | b"heix" | b"heim" | b"heis" => Some("image/heic"),
        b"hevc" | b"hevx" => Some("image/heic-sequence"),
        b"avif" | b"avis" => Some("image/avif"),
        b"crx " => Some("image/x-canon-cr3"),
        b"qt  " => Some("video/quicktime"),
        [b'3', b'g', ..] => Some("video/3gpp"),
        b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"mp4v" | b"avc1" | b"M4V "
        | b"MSNV" | b"dash" => Some("video/mp4"),
        _ => None,
    };
    if matches!(major, b"mif1" | b"msf1" | b"mif2") {
        return brands
            .find_map(known)
            .filter(|media| media.starts_with("image/"))
            .unwrap_or("image/heif");
    }
    brands.find_map(known).unwrap_or("video/mp4")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_the_type() {
        fn check(head: &[u8], name: &str, media_type: &str) {
            assert_eq!(
                media(head, name),
                media_type,
                "{name} {:?}",
                String::from_utf8_lossy(head)
            );
        }
        check(b"", "a.jpg", UNKNOWN);
        check(b"\xff\xd8\xff\xe1", "a.png", "image/jpeg");
        check(b"\x89PNG\r\n\x1a\n", "", "image/png");
        check(b"GIF89a", "", "image/gif");
        check(b"RIFF\0\0\0\0WEBPVP8 ", "", "image/webp");
        check(b"RIFF\0\0\0\0AVI LIST", "", "video/x-msvideo");
        check(b"RIFF\0\0\0\0WAVE", "", UNKNOWN);
        check(b"II*\0\x08\0\0\0", "a.tif", "image/tiff");
        check(b"II*\0\x08\0\0\0", "PXL_1.DNG", "image/x-adobe-dng");
        check(b"II*\0\x10\0\0\0CR\x02\0", "IMG.TIF", "image/x-canon-cr2");
        check(b"MM\0*\0\0\0\x08", "DSC.NEF", "image/x-nikon-nef");
        check(b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "", "image/bmp");
        check(b"BMW is a car, not a bitmap", "", UNKNOWN);
        check(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "", "image/heic");
        check(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "", "image/heic");
        check(b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf", "", "image/heif");
        check(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "", "image/avif");
        check(b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "", "video/quicktime");
        check(b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "a.mov", "video/mp4");
        check(b"\0\0\0\x14ftyp3gp4\0\0\0\x003gp4", "", "video/3gpp");
        check(b"\0\0\0\x08wide\0\0\0\0mdat", "", "video/quicktime");
        check(b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "", "video/webm");
        check(
            b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska",
            "",
            "video/x-matroska",
        );
    }
}
