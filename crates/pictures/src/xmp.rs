//! What XMP says of a picture (ISO 16684-1): capture time, camera, place, and whether a film, a gain map or a depth map is
//! beside it. A packet is read as far as it is well formed; prefixes mean nothing, namespaces do.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::{NsReader, XmlVersion};
use sidekeep_model::{Place, Taken, TakenFrom};

use crate::{dates, exif};

/// Longer than any packet that is read here; what cameras write is a few kilobytes.
pub(crate) const MOST: u64 = 1 << 20;
/// More properties than any real packet has.
const MOST_PROPERTIES: usize = 4096;

/// What one packet says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Xmp {
    /// `exif:DateTimeOriginal`, or else `photoshop:DateCreated`, or else `xmp:CreateDate`, which is for EXIF's
    /// DateTimeDigitized (Metadata Working Group, Guidelines 2.0 §5.3).
    pub(crate) taken: Option<Taken>,
    /// `exif:GPSLatitude` and its kin.
    pub(crate) place: Option<Place>,
    /// `tiff:Make`.
    pub(crate) make: Option<String>,
    /// `tiff:Model`.
    pub(crate) camera: Option<String>,
    /// `exifEX:LensModel`, or else `aux:Lens`.
    pub(crate) lens: Option<String>,
    /// `GCamera:BurstID`.
    pub(crate) burst: Option<String>,
    /// A film follows the picture: `GCamera:MotionPhoto`, `GCamera:MicroVideo`.
    pub(crate) motion: bool,
    /// Bytes from where the film begins to the end of the file, by Google's container or its older `MicroVideoOffset`; and
    /// how many of them are the film.
    pub(crate) film: Option<(u64, u64)>,
    /// More files follow the picture.
    pub(crate) container: bool,
    /// One of these is a gain map, or the picture is one itself.
    pub(crate) gain_map: bool,
    /// One of these is a depth map, or the packet holds one.
    pub(crate) depth: bool,
}

/// The namespaces that matter here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ns {
    Apple,
    Aux,
    Camera,
    Container,
    Depth,
    Exif,
    ExifEx,
    GainMap,
    Item,
    Photoshop,
    Rdf,
    Tiff,
    Xap,
}

impl Ns {
    fn of(uri: &str) -> Option<Self> {
        Some(match uri {
            "http://ns.apple.com/HDRGainMap/1.0/" | "http://ns.apple.com/pixeldatainfo/1.0/" => Self::Apple,
            "http://ns.adobe.com/exif/1.0/aux/" => Self::Aux,
            "http://ns.google.com/photos/1.0/camera/" => Self::Camera,
            "http://ns.google.com/photos/1.0/container/"
            | "http://ns.google.com/photos/dd/1.0/container/" => Self::Container,
            "http://ns.google.com/photos/1.0/container/item/"
            | "http://ns.google.com/photos/dd/1.0/item/" => Self::Item,
            "http://ns.google.com/photos/1.0/depthmap/" => Self::Depth,
            "http://ns.adobe.com/exif/1.0/" => Self::Exif,
            "http://cipa.jp/exif/1.0/" => Self::ExifEx,
            "http://ns.adobe.com/hdr-gain-map/1.0/" => Self::GainMap,
            "http://ns.adobe.com/photoshop/1.0/" => Self::Photoshop,
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#" => Self::Rdf,
            "http://ns.adobe.com/tiff/1.0/" => Self::Tiff,
            "http://ns.adobe.com/xap/1.0/" => Self::Xap,
            _ => return None,
        })
    }
}

/// Reads a packet.
pub(crate) fn read(packet: &[u8]) -> Xmp {
    let packet = packet.get(..MOST as usize).unwrap_or(packet);
    let text = String::from_utf8_lossy(packet);
    let mut said = Said::default();
    properties(&text, &mut said);
    said.summed()
}

/// Tells `said` what begins and every property, in the order of the packet: attributes, and elements that hold text.
fn properties(text: &str, said: &mut Said) {
    // Some writers pad packets with NULs, which XML does not have.
    let mut reader = NsReader::from_str(text.trim_matches(['\0', '\u{feff}']));
    let mut open: Option<(Ns, String)> = None;
    let mut value = String::new();
    let mut left = MOST_PROPERTIES;
    while left > 0 {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                open = attributes(&reader, &start, said, &mut left);
                value.clear();
            }
            Ok(Event::Empty(start)) => {
                attributes(&reader, &start, said, &mut left);
                open = None;
            }
            Ok(Event::Text(piece)) if open.is_some() => value.push_str(&piece.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                let known = resolve_predefined_entity(&reference.xml10_content());
                let character = reference.resolve_char_ref().ok().flatten();
                value.push_str(known.unwrap_or_default());
                value.extend(character);
            }
            Ok(Event::End(_)) => {
                if let Some((ns, name)) = open.take() {
                    left -= 1;
                    said.take(ns, &name, value.trim());
                }
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// Tells the attributes of an element; gives its own name, if it is of a namespace that matters.
fn attributes(
    reader: &NsReader<&[u8]>,
    start: &BytesStart<'_>,
    said: &mut Said,
    left: &mut usize,
) -> Option<(Ns, String)> {
    *left = left.saturating_sub(1);
    let named = |bound: ResolveResult<'_>| match bound {
        ResolveResult::Bound(Namespace(uri)) => Ns::of(uri),
        _ => None,
    };
    let (bound, local) = reader.resolver().resolve_element(start.name());
    let element = named(bound).map(|ns| (ns, local.into_inner().to_owned()));
    if let Some((ns, name)) = &element {
        said.begin(*ns, name);
    }
    for attribute in start.attributes().with_checks(false).flatten() {
        if *left == 0 {
            break;
        }
        *left -= 1;
        let (bound, local) = reader.resolver().resolve_attribute(attribute.key);
        if let Some(ns) = named(bound)
            && let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0)
        {
            said.take(ns, local.into_inner(), value.trim());
        }
    }
    element
}

/// The properties so far.
#[derive(Default)]
struct Said {
    xmp: Xmp,
    original: Option<Taken>,
    created: Option<Taken>,
    digitized: Option<Taken>,
    aux_lens: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    altitude: Option<f64>,
    below: bool,
    micro_video: Option<u64>,
    items: Vec<Item>,
}

/// One file of Google's container.
#[derive(Default)]
struct Item {
    semantic: String,
    length: u64,
}

impl Said {
    fn begin(&mut self, ns: Ns, name: &str) {
        match (ns, name) {
            (Ns::Container, "Directory") => self.xmp.container = true,
            (Ns::Rdf, "li") if self.xmp.container => self.items.push(Item::default()),
            _ => {}
        }
    }

    fn take(&mut self, ns: Ns, name: &str, value: &str) {
        let xmp = &mut self.xmp;
        let text = || (!value.is_empty()).then(|| value.to_owned());
        match (ns, name) {
            (Ns::Exif, "DateTimeOriginal") => self.original = taken(value),
            (Ns::Photoshop, "DateCreated") => self.created = taken(value),
            (Ns::Xap, "CreateDate") => self.digitized = taken(value),
            (Ns::Exif, "GPSLatitude") => self.latitude = degrees(value, 'S'),
            (Ns::Exif, "GPSLongitude") => self.longitude = degrees(value, 'W'),
            (Ns::Exif, "GPSAltitude") => self.altitude = fraction(value),
            (Ns::Exif, "GPSAltitudeRef") => self.below = value == "1",
            (Ns::Tiff, "Make") => xmp.make = text(),
            (Ns::Tiff, "Model") => xmp.camera = text(),
            (Ns::ExifEx, "LensModel") => xmp.lens = text(),
            (Ns::Aux, "Lens") => self.aux_lens = text(),
            (Ns::Camera, "BurstID") => xmp.burst = text(),
            (Ns::Camera, "MotionPhoto" | "MicroVideo") => xmp.motion |= value == "1",
            (Ns::Camera, "MicroVideoOffset") => self.micro_video = value.parse().ok(),
            (Ns::GainMap, "Version") | (Ns::Apple, "HDRGainMapVersion") => xmp.gain_map = true,
            (Ns::Apple, "AuxiliaryImageType") => {
                xmp.gain_map |= value.ends_with("hdrgainmap");
                xmp.depth |= matches!(value, "disparity" | "depth");
            }
            (Ns::Depth, _) => xmp.depth = true,
            (Ns::Item, _) => {
                if let Some(item) = self.items.last_mut() {
                    match name {
                        "Semantic" => value.clone_into(&mut item.semantic),
                        "Length" => item.length = value.parse().unwrap_or(0),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn summed(mut self) -> Xmp {
        let of = |semantic: &str| self.items.iter().position(|item| item.semantic == semantic);
        self.xmp.gain_map |= of("GainMap").is_some();
        self.xmp.depth |= of("Depth").or(of("DepthMap")).is_some();
        let film = of("MotionPhoto");
        self.xmp.motion |= film.is_some();
        // The files of the container stand one after the other up to the end of the file.
        self.xmp.film = film
            .map(|film| {
                let lengths = self.items[film..].iter().map(|item| item.length);
                (lengths.fold(0, u64::saturating_add), self.items[film].length)
            })
            .or(self.micro_video.map(|offset| (offset, offset)));
        self.xmp.container |= self.xmp.motion;
        self.xmp.taken = self.original.or(self.created).or(self.digitized);
        self.xmp.lens = self.xmp.lens.or(self.aux_lens);
        self.xmp.place = self
            .latitude
            .zip(self.longitude)
            .and_then(|(latitude, longitude)| {
                exif::sane(Place {
                    latitude,
                    longitude,
                    altitude: self
                        .altitude
                        .map(|metres| if self.below { -metres } else { metres }),
                })
            });
        self.xmp
    }
}

fn taken(value: &str) -> Option<Taken> {
    let (wall, offset) = dates::iso(value)?;
    Some(Taken {
        wall,
        offset,
        source: TakenFrom::Exif,
    })
}

/// `48,51.463N` or `48,51,27.8N` (ISO 16684-1 Annex, GPSCoordinate).
fn degrees(value: &str, negative: char) -> Option<f64> {
    let (numbers, sign) = value.split_at_checked(value.len().checked_sub(1)?)?;
    let mut parts = numbers.split(',').map(|part| part.trim().parse::<f64>().ok());
    let whole = parts.next()??;
    let minutes = parts.next().flatten().unwrap_or(0.0);
    let seconds = parts.next().flatten().unwrap_or(0.0);
    let value = whole + minutes / 60.0 + seconds / 3600.0;
    let is_negative = sign.eq_ignore_ascii_case(negative.encode_utf8(&mut [0; 4]));
    Some(if is_negative { -value } else { value })
}

/// `351/10`
fn fraction(value: &str) -> Option<f64> {
    let (top, bottom) = value.split_once('/').unwrap_or((value, "1"));
    let (top, bottom): (f64, f64) = (top.parse().ok()?, bottom.parse().ok()?);
    (bottom != 0.0).then_some(top / bottom)
}

#[cfg(test)]
mod tests;
