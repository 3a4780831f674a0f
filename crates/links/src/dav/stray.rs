//! Members of a collection that are neither a card nor a calendar object: a text that somebody put there, a card that was
//! cut off long ago. They are kept as they are, if the server plainly hands over the whole of them.
//!
//! That is so where it says, of the very state that it sends, how long it is, and sends just that. A login page has not that
//! mark, and the half that a server in trouble takes for all has not that length.

use sidekeep_model::Media;
use url::Url;

use super::connection::{Connection, Question, Resource};
use super::failure::Failure;
use super::href;
use super::multistatus::{Part, Response};
use super::requests::STATE;
use super::xml::Ns;

/// What the server says that this is, if it says that this is the whole of it.
///
/// # Errors
/// When the server is gone or wants another login.
pub(super) async fn told(
    connection: &Connection,
    url: &Url,
    came: &Resource,
) -> Result<Option<Media>, Failure> {
    let told = match connection.whole(url, &Question::propfind("0", STATE)).await {
        Ok(told) => told,
        Err(error) if error.is_lost() => return Err(error),
        Err(_) => return Ok(None),
    };
    let own = href::compared(told.url.path());
    let itself = told.parts.iter().find_map(|part| match part {
        Part::Response(response) if href::compared(href::id(&response.href)) == own => Some(response),
        _ => None,
    });
    Ok(itself.filter(|itself| is_of(itself, came)).map(media))
}

/// What came is the state that the server speaks of, from its beginning to its end.
fn is_of(told: &Response, came: &Resource) -> bool {
    let etag = told.text(Ns::Dav, "getetag");
    let length = told.text(Ns::Dav, "getcontentlength");
    etag.is_some()
        && etag == came.etag.as_deref()
        && length.and_then(|length| length.parse().ok()) == Some(came.bytes.len())
        && !told.is_a(Ns::Dav, "collection")
}

/// The type that the server names; any bytes where it names that of a card or calendar object, which this is not.
fn media(told: &Response) -> Media {
    let named = told.text(Ns::Dav, "getcontenttype").unwrap_or_default();
    let named = named.split(';').next().unwrap_or_default().trim();
    let fits = |char: char| char.is_ascii_alphanumeric() || "/+-.".contains(char);
    let items = [
        Media::VCARD,
        Media::ICALENDAR,
        "text/x-vcard",
        "text/directory",
        "text/x-vcalendar",
    ];
    let named = named.to_ascii_lowercase();
    if named.contains('/') && named.len() < 100 && named.chars().all(fits) && !items.contains(&named.as_str())
    {
        Media(named)
    } else {
        Media::from("application/octet-stream")
    }
}

#[cfg(test)]
mod tests {
    use super::super::xml::Element;
    use super::*;

    fn told(properties: &[(&str, &str)]) -> Response {
        let found = properties.iter().map(|(name, text)| Element {
            ns: Ns::Dav,
            name: (*name).to_owned(),
            name_attribute: None,
            text: (*text).to_owned(),
            children: Vec::new(),
        });
        Response {
            found: found.collect(),
            ..Response::default()
        }
    }

    #[test]
    fn what_is_handed_over_whole() {
        let check = |etag: Option<&str>, bytes: &'static [u8], told: &[(&str, &str)], expected: bool| {
            let came = Resource {
                bytes: bytes.into(),
                etag: etag.map(str::to_owned),
            };
            assert_eq!(
                is_of(&self::told(told), &came),
                expected,
                "{etag:?} {bytes:?} {told:?}"
            );
        };
        let (etag, length) = (("getetag", "\"1\""), ("getcontentlength", "5"));
        check(Some("\"1\""), b"notes", &[etag, length], true);
        check(Some("\"2\""), b"notes", &[etag, length], false);
        check(None, b"notes", &[etag, length], false);
        check(Some("\"1\""), b"note", &[etag, length], false);
        check(Some("\"1\""), b"notes", &[etag], false);
        check(Some("\"1\""), b"notes", &[length], false);
        check(None, b"notes", &[length], false);
        check(Some("\"1\""), b"", &[etag, ("getcontentlength", "0")], true);
        check(
            Some("\"1\""),
            b"notes",
            &[etag, ("getcontentlength", "-5")],
            false,
        );
    }

    #[test]
    fn its_type() {
        for (named, expected) in [
            ("text/plain; charset=utf-8", "text/plain"),
            ("Image/PNG", "image/png"),
            ("text/vcard;charset=utf-8", "application/octet-stream"),
            ("text/calendar", "application/octet-stream"),
            ("nonsense", "application/octet-stream"),
            ("text/<b>", "application/octet-stream"),
        ] {
            assert_eq!(media(&told(&[("getcontenttype", named)])).as_str(), expected);
        }
        assert_eq!(media(&told(&[])).as_str(), "application/octet-stream");
    }
}
