//! Pictures, logos, sounds and keys: base64 with a TYPE in vCard 3.0, a data: URI in 4.0, or a URI in both.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::line::{Line, Param};

/// Phones leave out padding and set stray bits.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A `data:` URI (RFC 2397) in base64, taken apart.
pub(super) struct DataUri<'a> {
    /// Media type with its parameters; may be empty.
    pub(super) media: &'a str,
    pub(super) base64: &'a str,
}

impl<'a> DataUri<'a> {
    pub(super) fn parse(uri: &'a str) -> Option<Self> {
        let scheme = uri.get(..5)?;
        let (head, base64) = uri[5..].split_once(',')?;
        let media = head
            .strip_suffix(";base64")
            .or_else(|| head.strip_suffix(";BASE64"))?;
        scheme
            .eq_ignore_ascii_case("data:")
            .then_some(Self { media, base64 })
    }
}

/// The bytes of base64 text, if it is that.
pub(super) fn decode(base64: &str) -> Option<Vec<u8>> {
    BASE64.decode(base64.as_bytes()).ok()
}

/// The media type of a property by its old TYPE (`JPEG`), or of its bytes.
fn media_of(name: &str, kind: Option<&str>, base64: &str) -> Option<String> {
    let kind = kind.map(str::to_ascii_lowercase);
    match kind.as_deref() {
        Some(kind) if kind.contains('/') => Some(kind.to_owned()),
        Some("jpg" | "jpeg" | "pjpeg") => Some("image/jpeg".to_owned()),
        Some(kind @ ("png" | "gif" | "webp" | "bmp" | "tiff" | "heic")) => Some(format!("image/{kind}")),
        Some("x509") => Some("application/x-x509-cert".to_owned()),
        Some("pgp") => Some("application/pgp-keys".to_owned()),
        Some("wave" | "wav") => Some("audio/wav".to_owned()),
        Some("aac") => Some("audio/aac".to_owned()),
        Some("basic" | "pcm") => Some("audio/basic".to_owned()),
        Some(kind) if name.eq_ignore_ascii_case("SOUND") => Some(format!("audio/{kind}")),
        Some(kind) if name.eq_ignore_ascii_case("PHOTO") || name.eq_ignore_ascii_case("LOGO") => {
            Some(format!("image/{kind}"))
        }
        _ => sniff(base64).map(str::to_owned),
    }
}

/// The media type of a picture by its first bytes, still in base64.
fn sniff(base64: &str) -> Option<&'static str> {
    let start = base64.get(..16.min(base64.len()) / 4 * 4)?;
    sniff_bytes(&decode(start)?)
}

/// The media type of a picture by its first bytes.
pub(super) fn sniff_bytes(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xFF\xD8\xFF") {
        Some("image/jpeg")
    } else if bytes.starts_with(b"\x89PNG") {
        Some("image/png")
    } else if bytes.starts_with(b"GIF8") {
        Some("image/gif")
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12).is_none_or(|kind| kind == b"WEBP") {
        Some("image/webp")
    } else if bytes.get(4..8) == Some(b"ftyp") {
        Some("image/heic")
    } else {
        None
    }
}

/// A binary property in normal form to 4.0.
pub(super) fn raise(line: &mut Line) {
    let inline = line.param("ENCODING").is_some();
    line.remove("ENCODING");
    let kind = line
        .params
        .iter_mut()
        .find(|param| param.is("TYPE"))
        .and_then(|param| {
            let at = param.values.iter().position(|value| is_format(value))?;
            Some(param.values.remove(at))
        });
    line.params
        .retain(|param| !(param.is("TYPE") && param.values.is_empty()));
    if inline {
        line.remove("VALUE");
        let declared = line.param("MEDIATYPE").map(str::to_owned).or(kind);
        line.remove("MEDIATYPE");
        let media = media_of(&line.name, declared.as_deref(), &line.value).unwrap_or_default();
        line.value = format!("data:{media};base64,{}", line.value);
    } else if let Some(data) = DataUri::parse(&line.value) {
        line.value = format!("data:{};base64,{}", data.media, data.base64);
        line.remove("VALUE");
    } else if let Some(kind) = kind
        && let Some(media) = media_of(&line.name, Some(&kind), "")
    {
        line.params.push(Param::new("MEDIATYPE", media));
    }
}

/// A binary property of 4.0 to 3.0.
pub(super) fn lower(line: &mut Line) {
    if let Some(data) = DataUri::parse(&line.value) {
        let kind = data.media.split(';').next().unwrap_or_default();
        let kind = match kind {
            "application/pgp-keys" => "PGP".to_owned(),
            "application/x-x509-cert" => "X509".to_owned(),
            _ => kind.rsplit('/').next().unwrap_or_default().to_ascii_uppercase(),
        };
        line.value = data.base64.to_owned();
        line.params.insert(0, Param::new("ENCODING", "b"));
        add_type(line, kind);
    } else {
        if let Some(media) = line.param("MEDIATYPE") {
            let kind = media.rsplit('/').next().unwrap_or_default().to_ascii_uppercase();
            line.remove("MEDIATYPE");
            add_type(line, kind);
        }
        if line.param("VALUE").is_none() && line.value.contains(':') {
            line.params.insert(0, Param::new("VALUE", "uri"));
        }
    }
}

fn add_type(line: &mut Line, kind: String) {
    if kind.is_empty() {
        return;
    }
    match line.params.iter_mut().find(|param| param.is("TYPE")) {
        Some(param) => param.values.insert(0, kind),
        None => line.params.push(Param::new("TYPE", kind)),
    }
}

/// A TYPE value that names a format, not a place such as `home`.
fn is_format(kind: &str) -> bool {
    const PLACES: [&str; 4] = ["home", "work", "pref", "other"];
    !PLACES.iter().any(|place| kind.eq_ignore_ascii_case(place))
}
