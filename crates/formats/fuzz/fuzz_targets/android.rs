//! Any bytes as a payload of every media type.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sidekeep_formats::{as_icalendar, as_vcard, contact, entries, group_name};
use sidekeep_model::Media;

fuzz_target!(|bytes: &[u8]| {
    for media in [
        Media::ANDROID_CONTACT,
        Media::ANDROID_EVENT,
        Media::ANDROID_GROUP,
        Media::VCARD,
        Media::ICALENDAR,
    ] {
        let media = Media::from(media);
        let model = contact(&media, bytes);
        let card = as_vcard(&media, bytes);
        assert_eq!(model.is_ok(), card.is_ok());
        let _ = entries(&media, bytes);
        let _ = as_icalendar(&media, bytes);
        let _ = group_name(&media, bytes);
    }
});
