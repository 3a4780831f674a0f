//! The bodies of requests. Pure text.

use std::fmt::Write;

/// What a place is, and where it leads to (RFC 5397, RFC 6352 §7.1.1, RFC 4791 §6.2.1).
pub(super) const PLACE: &str = concat!(
    r#"<?xml version="1.0" encoding="utf-8"?>"#,
    r#"<D:propfind xmlns:D="DAV:" xmlns:A="urn:ietf:params:xml:ns:carddav" xmlns:C="urn:ietf:params:xml:ns:caldav">"#,
    "<D:prop><D:resourcetype/><D:current-user-principal/><A:addressbook-home-set/><C:calendar-home-set/></D:prop>",
    "</D:propfind>"
);

macro_rules! collections {
    ($mark:literal) => {
        concat!(
            r#"<?xml version="1.0" encoding="utf-8"?>"#,
            r#"<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" "#,
            r#"xmlns:S="http://calendarserver.org/ns/" xmlns:I="http://apple.com/ns/ical/">"#,
            "<D:prop><D:resourcetype/><D:displayname/>",
            $mark,
            "<D:supported-report-set/><D:current-user-privilege-set/><C:supported-calendar-component-set/>",
            "<I:calendar-color/></D:prop></D:propfind>"
        )
    };
}

/// What a home holds: address books and calendars. Sync tokens are not asked for here, nor marks where nothing is known to
/// compare them with: Radicale goes through every member to make one.
pub(super) const COLLECTIONS: &str = collections!("");

/// The same, and a mark of each that changes with anything in it.
pub(super) const MARKED_COLLECTIONS: &str = collections!("<S:getctag/>");

/// How far a collection has changed (RFC 6578 §4).
pub(super) const TOKEN: &str = concat!(
    r#"<?xml version="1.0" encoding="utf-8"?>"#,
    r#"<D:propfind xmlns:D="DAV:"><D:prop><D:sync-token/></D:prop></D:propfind>"#
);

/// A mark that changes with anything in a collection, for those without sync tokens.
pub(super) const CTAG: &str = concat!(
    r#"<?xml version="1.0" encoding="utf-8"?>"#,
    r#"<D:propfind xmlns:D="DAV:" xmlns:S="http://calendarserver.org/ns/"><D:prop><S:getctag/></D:prop></D:propfind>"#
);

/// The members of a collection.
pub(super) const MEMBERS: &str = concat!(
    r#"<?xml version="1.0" encoding="utf-8"?>"#,
    r#"<D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getetag/></D:prop></D:propfind>"#
);

/// The members of a calendar of events and to-dos: the content type tells them apart on servers that say so.
pub(super) const MIXED_MEMBERS: &str = concat!(
    r#"<?xml version="1.0" encoding="utf-8"?>"#,
    r#"<D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getetag/><D:getcontenttype/></D:prop></D:propfind>"#
);

/// The state of one member, and how long it is in that state (RFC 4918 §15.4).
pub(super) const STATE: &str = concat!(
    r#"<?xml version="1.0" encoding="utf-8"?>"#,
    r#"<D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getetag/><D:getcontentlength/><D:getcontenttype/></D:prop>"#,
    "</D:propfind>"
);

/// The members of a calendar that hold such a component (RFC 4791 §7.8).
pub(super) fn holding(component: &str) -> String {
    format!(
        concat!(
            r#"<?xml version="1.0" encoding="utf-8"?>"#,
            r#"<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/></D:prop>"#,
            r#"<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="{}"/></C:comp-filter></C:filter>"#,
            "</C:calendar-query>"
        ),
        component
    )
}

/// What changed since a token (RFC 6578 §3.2). No limit: a server is known that then tells part and calls it all.
pub(super) fn changes(token: &str) -> String {
    format!(
        concat!(
            r#"<?xml version="1.0" encoding="utf-8"?><D:sync-collection xmlns:D="DAV:"><D:sync-token>{}</D:sync-token>"#,
            "<D:sync-level>1</D:sync-level><D:prop><D:resourcetype/><D:getetag/><D:getcontenttype/></D:prop>",
            "</D:sync-collection>"
        ),
        escaped(token)
    )
}

/// The bytes of these cards (RFC 6352 §8.7).
pub(super) fn cards<'a>(hrefs: impl IntoIterator<Item = &'a str>) -> String {
    multiget(
        "addressbook-multiget",
        "urn:ietf:params:xml:ns:carddav",
        "address-data",
        hrefs,
    )
}

/// The bytes of these calendar objects (RFC 4791 §7.9).
pub(super) fn calendar_objects<'a>(hrefs: impl IntoIterator<Item = &'a str>) -> String {
    multiget(
        "calendar-multiget",
        "urn:ietf:params:xml:ns:caldav",
        "calendar-data",
        hrefs,
    )
}

/// The bytes of all cards of an address book (RFC 6352 §8.6).
pub(super) fn all_cards() -> String {
    concat!(
        r#"<?xml version="1.0" encoding="utf-8"?>"#,
        r#"<X:addressbook-query xmlns:D="DAV:" xmlns:X="urn:ietf:params:xml:ns:carddav">"#,
        "<D:prop><D:getetag/><X:address-data/></D:prop><X:filter/></X:addressbook-query>"
    )
    .to_owned()
}

/// The bytes of all objects of a calendar, or of those that hold such a component (RFC 4791 §7.8).
pub(super) fn all_calendar_objects(component: Option<&str>) -> String {
    let within = component.map(|name| format!(r#"<C:comp-filter name="{name}"/>"#));
    format!(
        concat!(
            r#"<?xml version="1.0" encoding="utf-8"?>"#,
            r#"<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">"#,
            r#"<D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR">{}"#,
            "</C:comp-filter></C:filter></C:calendar-query>"
        ),
        within.unwrap_or_default()
    )
}

fn multiget<'a>(
    report: &str,
    namespace: &str,
    content: &str,
    hrefs: impl IntoIterator<Item = &'a str>,
) -> String {
    let mut text = format!(
        r#"<?xml version="1.0" encoding="utf-8"?><X:{report} xmlns:D="DAV:" xmlns:X="{namespace}"><D:prop><D:getetag/><X:{content}/></D:prop>"#
    );
    for href in hrefs {
        // Writing to a string does not fail.
        let _ = write!(text, "<D:href>{}</D:href>", escaped(href));
    }
    text + &format!("</X:{report}>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::xml::Document;
    use super::*;

    #[tokio::test]
    async fn every_body_is_xml_and_says_what_was_given() {
        let odd = "/a&b<c>'\"]]>%20.vcf";
        let bodies = [
            (PLACE.to_owned(), "propfind", None),
            (COLLECTIONS.to_owned(), "propfind", None),
            (MARKED_COLLECTIONS.to_owned(), "propfind", None),
            (TOKEN.to_owned(), "propfind", None),
            (CTAG.to_owned(), "propfind", None),
            (MEMBERS.to_owned(), "propfind", None),
            (MIXED_MEMBERS.to_owned(), "propfind", None),
            (STATE.to_owned(), "propfind", None),
            (holding("VTODO"), "calendar-query", None),
            (changes(odd), "sync-collection", Some("sync-token")),
            (all_cards(), "addressbook-query", None),
            (all_calendar_objects(None), "calendar-query", None),
            (all_calendar_objects(Some("VTODO")), "calendar-query", None),
            (cards([odd]), "addressbook-multiget", Some("href")),
            (calendar_objects(["/x", odd]), "calendar-multiget", Some("href")),
        ];
        for (body, root, holder) in bodies {
            assert!(!body.contains("limit"), "it may be heeded without a word");
            let mut document = Document::open(body.as_bytes()).await.unwrap();
            assert_eq!(document.root().name, root);
            let mut last = None;
            while let Some(child) = document.next().await.unwrap() {
                if Some(child.name.as_str()) == holder {
                    last = Some(child.text);
                }
            }
            assert_eq!(last.as_deref(), holder.map(|_| odd));
        }
    }
}
