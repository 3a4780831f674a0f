//! Accounts that are honest and lack something, or have more than cards of people: servers that only tell that something
//! changed, collections that are only read, groups.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sidekeep_links::{Extent, Phone};
use sidekeep_model::Kind;
use sidekeep_testphones::http::Reply;

use crate::stage::{BOOK, HOME, PRINCIPAL, Stage, asks, fetch, found, xml};

/// A server that tells of a book's changes by its ctag alone: an equal one costs no listing, another one a whole one.
#[tokio::test]
async fn a_server_that_only_has_ctags() {
    let version = Arc::new(AtomicUsize::new(1));
    let told = Arc::clone(&version);
    let ctag = move || {
        let ctag = format!("c-{}", told.load(Ordering::SeqCst));
        format!("<S:getctag xmlns:S=\"http://calendarserver.org/ns/\">{ctag}</S:getctag>")
    };
    let stage = Stage::new(move |request, _| match asks(request) {
        "collections" => {
            let reports = "<supported-report-set><supported-report><report><x/></report></supported-report>\
                           </supported-report-set>";
            // With the list of collections only where there is something to compare it with.
            let ctag = match String::from_utf8_lossy(&request.body).contains("getctag") {
                true => ctag(),
                false => String::new(),
            };
            let book = format!("{BOOK}{reports}{ctag}");
            Some(xml(&[found("/u/", HOME), found("/u/book/", &book)].concat()))
        }
        "ctag" => Some(xml(&found("/u/book/", &ctag()))),
        "changes" | "token" => Some(Reply::new(501, "")),
        _ => None,
    })
    .await;
    let mut phone = stage.connect().await.unwrap();
    let first = phone.list(Kind::Contact, None).await.unwrap();
    assert_eq!(
        (&first.collections[0].extent, first.collections[0].entries.len()),
        (&Extent::Full, 2)
    );
    let members = || {
        let asked = stage.asked();
        asked.iter().filter(|request| asks(request) == "members").count()
    };
    assert_eq!(members(), 1);
    let quiet = phone.list(Kind::Contact, first.cursor.as_ref()).await.unwrap();
    assert_eq!(quiet.collections[0].extent, Extent::Delta { gone: Vec::new() });
    assert!(quiet.collections[0].entries.is_empty() && quiet.collections[0].reading.is_complete());
    assert_eq!(members(), 1, "the ctag said that nothing changed");
    version.store(2, Ordering::SeqCst);
    let then = phone.list(Kind::Contact, quiet.cursor.as_ref()).await.unwrap();
    assert_eq!(
        (&then.collections[0].extent, then.collections[0].entries.len()),
        (&Extent::Full, 2)
    );
    assert!(
        !stage
            .asked()
            .iter()
            .any(|request| matches!(asks(request), "changes" | "token"))
    );
}

/// Collections that others write are read, and are told for what they are.
#[tokio::test]
async fn subscribed_and_shared_calendars() {
    const NAMES: &str = "xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:S=\"http://calendarserver.org/ns/\" \
                         xmlns:I=\"http://apple.com/ns/ical/\"";
    let stage = Stage::new(|request, _| match asks(request) {
        "place" => {
            let home = format!("<C:calendar-home-set {NAMES}><href>/u/</href></C:calendar-home-set>");
            Some(xml(&found("/", &format!("{PRINCIPAL}{home}"))))
        }
        "collections" => {
            let calendar = |name: &str, kind: &str, more: &str| {
                let kind = format!("<resourcetype {NAMES}><collection/><C:calendar/>{kind}</resourcetype>");
                let colour = format!("<I:calendar-color {NAMES}>#00aa11</I:calendar-color>");
                found(&format!("/u/{name}/"), &format!("{kind}{colour}{more}"))
            };
            let may = |what: &str| {
                format!("<current-user-privilege-set><privilege><{what}/></privilege></current-user-privilege-set>")
            };
            let all = [
                found("/u/", HOME),
                calendar("own", "", &may("write")),
                calendar("shared", "", &may("read")),
                calendar("holidays", "<S:subscribed/>", &may("write")),
                calendar("contact_birthdays", "", &may("write")),
            ];
            Some(xml(&all.concat()))
        }
        "members" => Some(xml(&found(&request.target, HOME))),
        _ => None,
    })
    .await;
    let mut phone = stage.connect().await.unwrap();
    let events = phone.list(Kind::Event, None).await.unwrap();
    let told: Vec<_> = events
        .collections
        .iter()
        .map(|one| {
            let told = &one.collection;
            assert!(
                one.reading.is_complete() && told.colour.as_deref() == Some("#00AA11"),
                "{one:?}"
            );
            (told.name.as_str(), told.read_only, told.derived)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("own", false, false),
            ("shared", true, false),
            ("holidays", true, false),
            ("contact_birthdays", false, true)
        ]
    );
}

/// A group is a card like any other, in whichever dialect, and comes as it is.
#[tokio::test]
async fn groups_in_every_dialect() {
    let cards = [
        "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Choir\r\nMEMBER:urn:uuid:1\r\nEND:VCARD\r\n",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nX-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\r\n\
         FN:Choir\r\nN:Choir;;;;\r\nEND:VCARD\r\n",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nCATEGORIES:Choir,Family\r\nFN:Ada\r\nN:;Ada;;;\r\nEND:VCARD\r\n",
    ];
    for card in cards {
        let told = card.replace("\r\n", "\n");
        let stage = Stage::new(move |request, _| {
            (asks(request) == "multiget").then(|| {
                let one = |name: &str, etag: u8| {
                    let data =
                        format!("<getetag>\"{etag}\"</getetag><A:address-data>{told}</A:address-data>");
                    found(&format!("/u/book/{name}.vcf"), &data)
                };
                xml(&[one("a", 1), one("b", 2)].concat())
            })
        })
        .await;
        let mut phone = stage.connect().await.unwrap();
        phone.list(Kind::Contact, None).await.unwrap();
        assert_eq!(
            fetch(&mut phone).await,
            [Ok(card.to_owned()), Ok(card.to_owned())]
        );
    }
}
