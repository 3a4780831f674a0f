//! What lies among the cards and is none: it comes whole or not at all.

use sidekeep_links::{ErrorKind, Phone, Wanted};
use sidekeep_model::Kind;
use sidekeep_testphones::http::Reply;

use crate::stage::{Stage, asks, card, found, xml};
use crate::tray::Tray;

/// What comes of `b`, which no answer tells beside `a`: its bytes with their type, or the kind of failure. `came` is the
/// answer to a GET, `told` what the server says of it then.
async fn stray(came: Reply, told: Reply) -> Result<(String, String), ErrorKind> {
    let stage = Stage::new(move |request, _| {
        let about_state = String::from_utf8_lossy(&request.body).contains("getcontentlength");
        match asks(request) {
            "multiget" => {
                let data = format!(
                    "<getetag>\"1\"</getetag><A:address-data>{}</A:address-data>",
                    card("a")
                );
                Some(xml(&found("/u/book/a.vcf", &data)))
            }
            "members" if about_state => Some(told.clone()),
            "get" if request.target.ends_with("b.txt") => Some(came.clone()),
            _ => None,
        }
    })
    .await;
    let mut phone = stage.connect().await.unwrap();
    let wanted = ["/u/book/a.vcf", "/u/book/b.txt"].map(|remote| Wanted {
        kind: Kind::Contact,
        collection: "/u/book/".into(),
        remote: remote.into(),
        fingerprint: "\"1\"".into(),
        size: None,
        from: 0,
    });
    let mut tray = Tray::default();
    phone.fetch(&wanted, &mut tray).await.unwrap();
    tray.0.sort_by_key(|(index, ..)| *index);
    let (_, bytes, outcome) = tray.0.pop().unwrap();
    match outcome.unwrap() {
        Ok(stat) => Ok((String::from_utf8(bytes).unwrap(), stat.media.unwrap().0)),
        Err(error) => Err(error.kind().clone()),
    }
}

#[tokio::test]
async fn a_stray_file_comes_if_the_server_says_that_it_is_whole() {
    let sent = |body: &str, etag: &str| Reply::new(200, body.to_owned()).header("ETag", etag);
    let state = |etag: &str, length: usize, media: &str| {
        let properties = format!(
            "<getetag>{etag}</getetag><getcontentlength>{length}</getcontentlength>\
             <getcontenttype>{media}</getcontenttype>"
        );
        xml(&found("/u/book/b.txt", &properties))
    };
    let garbled = Err(ErrorKind::Garbled);
    let notes = "two\nlines";
    let plain = || state("\"1\"", notes.len(), "text/plain");
    assert_eq!(
        stray(sent(notes, "\"1\""), plain()).await,
        Ok((notes.to_owned(), "text/plain".to_owned())),
        "with its own line ends"
    );
    // Half a card that is all there is.
    let half = "BEGIN:VCARD\r\nFN:b\r\n";
    let (whole, longer) = (half.len(), half.len() + 11);
    assert_eq!(
        stray(sent(half, "\"1\""), state("\"1\"", whole, "text/vcard")).await,
        Ok((half.to_owned(), "application/octet-stream".to_owned()))
    );
    // Half of a card.
    let told = state("\"1\"", longer, "text/vcard");
    assert_eq!(stray(sent(half, "\"1\""), told).await, garbled);
    // A page instead of it, whatever it says that it is.
    let page = "<html>Log in</html>";
    assert_eq!(stray(Reply::new(200, page), plain()).await, garbled);
    assert_eq!(stray(sent(page, "\"1\""), plain()).await, garbled);
    let told = state("\"1\"", page.len(), "text/html");
    assert_eq!(stray(Reply::new(200, page), told).await, garbled);
    // Another state than is told, and nothing told.
    let told = state("\"2\"", notes.len(), "text/plain");
    assert_eq!(stray(sent(notes, "\"1\""), told).await, garbled);
    let elsewhere = plain_of("/u/book/c.txt", notes.len());
    for told in [
        elsewhere,
        xml(""),
        Reply::new(403, ""),
        Reply::new(200, page),
        Reply::new(207, page),
    ] {
        assert_eq!(stray(sent(notes, "\"1\""), told).await, garbled);
    }
    assert_eq!(
        stray(Reply::new(404, ""), plain()).await,
        Err(ErrorKind::Missing),
        "what is not there is missing"
    );
}

fn plain_of(href: &str, length: usize) -> Reply {
    let properties = format!("<getetag>\"1\"</getetag><getcontentlength>{length}</getcontentlength>");
    xml(&found(href, &properties))
}
