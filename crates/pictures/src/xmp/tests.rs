//! Packets as cameras and programs write them, and as nobody does.

use super::*;
use proptest::prelude::*;

const NAMES: &str = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' \
    xmlns:C='http://ns.google.com/photos/1.0/container/' xmlns:I='http://ns.google.com/photos/1.0/container/item/' \
    xmlns:G='http://ns.google.com/photos/1.0/camera/' xmlns:h='http://ns.adobe.com/hdr-gain-map/1.0/' \
    xmlns:e='http://ns.adobe.com/exif/1.0/' xmlns:t='http://ns.adobe.com/tiff/1.0/' \
    xmlns:p='http://ns.adobe.com/photoshop/1.0/' xmlns:d='http://ns.google.com/photos/1.0/depthmap/' \
    xmlns:a='http://ns.apple.com/pixeldatainfo/1.0/'";

fn packet(attributes: &str, inside: &str) -> Xmp {
    let text = format!(
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF {NAMES}><rdf:Description {attributes}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>\
         <?xpacket end='w'?>"
    );
    read(text.as_bytes())
}

fn item(inside: &str) -> String {
    format!("<rdf:li rdf:parseType='Resource'><C:Item {inside}/></rdf:li>")
}

/// Motion Photo format 1.0, with a gain map between the picture and the film.
#[test]
fn a_container_says_where_the_film_is() {
    let items = [
        item("I:Mime='image/jpeg' I:Semantic='Primary' I:Padding='4'"),
        item("I:Mime='image/jpeg' I:Semantic='GainMap' I:Length='500'"),
        item("I:Mime='video/mp4' I:Semantic='MotionPhoto' I:Length='3000'"),
    ];
    let list = format!("<C:Directory><rdf:Seq>{}</rdf:Seq></C:Directory>", items.concat());
    let found = packet("G:MotionPhoto='1' h:Version='1.0' G:BurstID='b-1'", &list);
    assert_eq!(found.film, Some((3000, 3000)));
    assert_eq!(found.burst.as_deref(), Some("b-1"));
    assert!(found.motion && found.gain_map && found.container && !found.depth);

    // The same properties as elements.
    let list = "<C:Directory><rdf:Seq><rdf:li><I:Semantic>MotionPhoto</I:Semantic><I:Length>30</I:Length></rdf:li>\
        <rdf:li><I:Semantic>Depth</I:Semantic><I:Length>7</I:Length></rdf:li></rdf:Seq></C:Directory>";
    let found = packet("", list);
    assert_eq!(found.film, Some((37, 30)));
    assert!(found.motion && found.depth && !found.gain_map);
}

#[test]
fn the_older_mark_of_a_film() {
    let found = packet(
        "G:MicroVideo='1' G:MicroVideoVersion='1' G:MicroVideoOffset='4711'",
        "",
    );
    assert_eq!((found.motion, found.film), (true, Some((4711, 4711))));
    assert!(!packet("G:MotionPhoto='0'", "").motion);
}

#[test]
fn what_a_camera_says() {
    let found = packet(
        "t:Make=' Apple ' e:GPSLatitude='48,30.0S' e:GPSLongitude='2,15,0E' e:GPSAltitude='351/10' e:GPSAltitudeRef='1'",
        "<t:Model>iPhone &amp; Co</t:Model><p:DateCreated>2024-05-03T14:03:22+02:00</p:DateCreated>",
    );
    let place = found.place.unwrap();
    assert_eq!(
        (place.latitude, place.longitude, place.altitude),
        (-48.5, 2.25, Some(-35.1))
    );
    let taken = found.taken.unwrap();
    assert_eq!(
        (taken.wall.to_string().as_str(), taken.offset.as_deref()),
        ("2024-05-03 14:03:22", Some("+02:00"))
    );
    assert_eq!(found.make.as_deref(), Some("Apple"));
    assert_eq!(found.camera.as_deref(), Some("iPhone & Co"));
}

#[test]
fn marks_of_other_pictures() {
    assert!(packet("d:Format='RangeInverse'", "").depth);
    assert!(packet("a:AuxiliaryImageType='disparity'", "").depth);
    assert!(
        packet(
            "a:AuxiliaryImageType='urn:com:apple:photo:2020:aux:hdrgainmap'",
            ""
        )
        .gain_map
    );
    assert!(
        !packet(
            "a:AuxiliaryImageType='urn:com:apple:photo:2018:aux:portraiteffectsmatte'",
            ""
        )
        .depth
    );
    assert_eq!(read(b""), Xmp::default());
    // What is well formed counts.
    assert!(read(format!("<rdf:RDF {NAMES}><rdf:Description G:MotionPhoto='1'><").as_bytes()).motion);
}

#[test]
fn a_packet_without_end_is_given_up() {
    let many = "<rdf:li I:Length='1'/>".repeat(200_000);
    let text = format!("<rdf:RDF {NAMES}><C:Directory>{many}");
    assert!(read(text.as_bytes()).container);
}

proptest! {
    #[test]
    fn no_text_panics(text in "(<[a-z:/]{1,6}( [a-z:]{1,8}='[^']{0,9}')?/?>|&[a-z#0-9]{0,4};?|\\PC){0,60}") {
        let _ = read(text.as_bytes());
    }

    #[test]
    fn no_value_panics(value in any::<String>()) {
        let _ = (degrees(&value, 'S'), fraction(&value), taken(&value));
    }
}
