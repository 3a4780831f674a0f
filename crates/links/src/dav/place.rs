//! What answers say of places: what is there, where it leads, and which collections a home holds. Pure.

use percent_encoding::percent_decode_str;
use sidekeep_model::{Collection, CollectionId, Kind};
use url::Url;

use super::href;
use super::multistatus::Response;
use super::xml::{Element, Ns};

/// The two halves of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// CardDAV (RFC 6352).
    Books,
    /// CalDAV (RFC 4791).
    Calendars,
}

impl Half {
    /// The half in which items of this kind are; None where an account holds no such.
    pub(super) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Contact => Some(Half::Books),
            Kind::Event | Kind::Task => Some(Half::Calendars),
            _ => None,
        }
    }

    /// Where servers tell the way (RFC 6764 §5).
    pub(super) fn well_known(self) -> &'static str {
        match self {
            Half::Books => "/.well-known/carddav",
            Half::Calendars => "/.well-known/caldav",
        }
    }

    /// The name of the service behind TLS (RFC 6764 §3).
    pub(super) fn service(self) -> &'static str {
        match self {
            Half::Books => "_carddavs._tcp",
            Half::Calendars => "_caldavs._tcp",
        }
    }

    fn home(self) -> (Ns, &'static str) {
        match self {
            Half::Books => (Ns::CardDav, "addressbook-home-set"),
            Half::Calendars => (Ns::CalDav, "calendar-home-set"),
        }
    }

    fn type_of_collections(self) -> (Ns, &'static str) {
        match self {
            Half::Books => (Ns::CardDav, "addressbook"),
            Half::Calendars => (Ns::CalDav, "calendar"),
        }
    }
}

/// What one place says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// It is itself a collection of this half.
    pub(super) itself: Option<Half>,
    /// The owner's own place.
    pub(super) principal: Option<Url>,
    /// Where the collections of each half are.
    pub(super) books: Home,
    pub(super) calendars: Home,
}

/// Where the collections of one half are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Home {
    /// There.
    At(Vec<Url>),
    /// The owner's place says that there are none.
    Nowhere,
    /// Nothing was said.
    #[default]
    Unsaid,
}

/// Reads the answer for `url` itself. What leads to another server leads nowhere.
pub(super) fn place(url: &Url, response: &Response) -> Place {
    let resolved = |hrefs: Vec<&str>| -> Vec<Url> {
        hrefs
            .into_iter()
            .filter_map(|href| href::resolve(url, href))
            .collect()
    };
    let principal = response.get(Ns::Dav, "current-user-principal");
    let is_principal = response.is_a(Ns::Dav, "principal");
    let home = |half: Half| {
        let (ns, name) = half.home();
        let told = response.hrefs(ns, name);
        let count = told.len();
        let homes = resolved(told);
        // One that is elsewhere may hold anything.
        if !homes.is_empty() && homes.len() == count {
            Home::At(homes)
        } else if is_principal && response.has_no(ns, name) {
            Home::Nowhere
        } else {
            Home::Unsaid
        }
    };
    let is = |half: Half| {
        let (ns, name) = half.type_of_collections();
        response.is_a(ns, name)
    };
    Place {
        itself: [Half::Books, Half::Calendars].into_iter().find(|half| is(*half)),
        principal: principal
            .and_then(|principal| principal.child(Ns::Dav, "href"))
            .and_then(|href| href::resolve(url, href.trimmed())),
        books: home(Half::Books),
        calendars: home(Half::Calendars),
    }
}

/// An address book or a calendar of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) collection: Collection,
    pub(super) url: Url,
    pub(super) half: Half,
    /// What may be in it. A server that does not say may mean everything.
    pub(super) events: bool,
    pub(super) tasks: bool,
    /// It may tell what changed since a token (RFC 6578 §3.2).
    pub(super) syncs: bool,
    /// A mark that changes with anything in it (`getctag`), where it was asked for.
    pub(super) ctag: Option<String>,
}

impl Found {
    pub(super) fn holds(&self, kind: Kind) -> bool {
        match kind {
            Kind::Contact => self.half == Half::Books,
            Kind::Event => self.half == Half::Calendars && self.events,
            Kind::Task => self.half == Half::Calendars && self.tasks,
            _ => false,
        }
    }

    /// Events and to-dos share it.
    pub(super) fn is_mixed(&self) -> bool {
        self.half == Half::Calendars && self.events && self.tasks
    }
}

/// What a home's answer shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) found: Vec<Found>,
    /// The home, or the collection that was asked, answered for itself: an answer without it is no whole one.
    pub(super) itself: bool,
    /// Collections that cannot be reached by what the server says of them.
    pub(super) unreachable: u64,
    /// Resources of which the server does not say what they are, or more of them than it tells.
    pub(super) untold: u64,
}

/// Reads the answer of a home, or of a single collection, for one half.
pub(super) fn collections(url: &Url, responses: &[Response], half: Half, account: &str) -> Shown {
    let mut shown = Shown::default();
    for response in responses {
        let is_collection = response.is_a(Ns::Dav, "collection");
        let path = href::compared(href::id(&response.href));
        shown.itself |= is_collection && path == href::compared(url.path());
        let (ns, name) = half.type_of_collections();
        if !response.is_a(ns, name) {
            let is_gone = matches!(response.status, Some(404 | 410));
            let is_told = response.get(Ns::Dav, "resourcetype").is_some();
            shown.untold += u64::from(!is_told && !is_gone);
            continue;
        }
        let Some(at) = href::resolve(url, &response.href) else {
            shown.unreachable += 1;
            continue;
        };
        if shown.found.iter().any(|known| known.url == at) {
            continue;
        }
        shown.found.push(found(response, at, half, account));
    }
    shown
}

fn found(response: &Response, mut url: Url, half: Half, account: &str) -> Found {
    // A collection's members are below it.
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    let id = href::id(&response.href);
    let last = id.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let last = percent_decode_str(last).decode_utf8_lossy();
    let name = response.text(Ns::Dav, "displayname").unwrap_or(&last);
    let components: Vec<String> = response
        .get(Ns::CalDav, "supported-calendar-component-set")
        .map_or(&[][..], |set| &set.children)
        .iter()
        .filter_map(|component| {
            component
                .name_attribute
                .as_ref()
                .map(|name| name.to_ascii_uppercase())
        })
        .collect();
    let may_hold = |name: &str| components.is_empty() || components.iter().any(|component| component == name);
    let reports = response.get(Ns::Dav, "supported-report-set");
    // A server that does not list its reports may know it; one that does, and leaves it out, does not.
    let syncs = reports.is_none_or(|reports| contains(reports, "sync-collection"));
    let privileges = response.get(Ns::Dav, "current-user-privilege-set");
    let writes = ["all", "write", "write-content", "bind"];
    let read_only = privileges.is_some_and(|set| !writes.iter().any(|privilege| contains(set, privilege)));
    Found {
        collection: Collection {
            id: CollectionId::from(id),
            name: name.to_owned(),
            account: Some(account.to_owned()),
            colour: response.text(Ns::Apple, "calendar-color").and_then(rgb),
            read_only: read_only || response.is_a(Ns::CalendarServer, "subscribed"),
            // Nextcloud makes this calendar of the birthdays in the account's contacts.
            derived: half == Half::Calendars && last == "contact_birthdays",
        },
        half,
        // Neither may be named: journals alone. They are read as events, so that nothing is hidden.
        events: may_hold("VEVENT") || !may_hold("VTODO"),
        tasks: may_hold("VTODO"),
        syncs,
        ctag: response.text(Ns::CalendarServer, "getctag").map(str::to_owned),
        url,
    }
}

/// An element of DAV with this name is somewhere in it.
fn contains(element: &Element, name: &str) -> bool {
    element
        .children
        .iter()
        .any(|child| child.is(Ns::Dav, name) || contains(child, name))
}

/// `#RRGGBB` of `#RRGGBB` or `#RRGGBBAA`.
fn rgb(colour: &str) -> Option<String> {
    let digits = colour.strip_prefix('#')?;
    let right = matches!(digits.len(), 6 | 8) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    right.then(|| format!("#{}", digits[..6].to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::super::multistatus::{Multistatus, Part};
    use super::*;

    async fn responses(inner: &str) -> Vec<Response> {
        let text = format!(
            "<multistatus xmlns='DAV:' xmlns:A='urn:ietf:params:xml:ns:carddav' \
             xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns:S='http://calendarserver.org/ns/' \
             xmlns:I='http://apple.com/ns/ical/'>{inner}</multistatus>"
        );
        let mut multistatus = Multistatus::open(text.as_bytes()).await.unwrap();
        let mut all = Vec::new();
        while let Some(Part::Response(response)) = multistatus.next().await.unwrap() {
            all.push(response);
        }
        all
    }

    fn response(href: &str, found: &str, lacking: &str) -> String {
        format!(
            "<response><href>{href}</href><propstat><prop>{found}</prop><status>HTTP/1.1 200 OK</status></propstat>\
             <propstat><prop>{lacking}</prop><status>HTTP/1.1 404 Not Found</status></propstat></response>"
        )
    }

    fn base() -> Url {
        Url::parse("https://dav.example.org/u/").unwrap()
    }

    #[tokio::test]
    async fn places() {
        let check = async |found: &str, lacking: &str, expected: Place| {
            let response = responses(&response("/u/", found, lacking)).await.remove(0);
            assert_eq!(place(&base(), &response), expected, "{found} {lacking}");
        };
        let at = |path: &str| base().join(path).unwrap();
        let nothing = Place {
            itself: None,
            principal: None,
            books: Home::Unsaid,
            calendars: Home::Unsaid,
        };
        check("", "<A:addressbook-home-set/>", nothing.clone()).await;
        let principal = "<current-user-principal><href>/p/u/</href></current-user-principal>";
        check(
            principal,
            "",
            Place {
                principal: Some(at("/p/u/")),
                ..nothing.clone()
            },
        )
        .await;
        let nobody = "<current-user-principal><unauthenticated/></current-user-principal>";
        check(nobody, "", nothing.clone()).await;
        let elsewhere = "<current-user-principal><href>https://evil.example/</href></current-user-principal>";
        check(elsewhere, "", nothing.clone()).await;
        let homes = "<resourcetype><principal/></resourcetype>\
                     <C:calendar-home-set><href>/c/1/</href><href>/c/2/</href></C:calendar-home-set>";
        let both = Place {
            books: Home::Nowhere,
            calendars: Home::At(vec![at("/c/1/"), at("/c/2/")]),
            ..nothing.clone()
        };
        check(homes, "<A:addressbook-home-set/>", both).await;
        let book = "<resourcetype><collection/><A:addressbook/></resourcetype>";
        check(
            book,
            "",
            Place {
                itself: Some(Half::Books),
                ..nothing
            },
        )
        .await;
    }

    #[tokio::test]
    async fn collections_of_a_home() {
        let home = response("/u/", "<resourcetype><collection/></resourcetype>", "");
        let calendar = "<resourcetype><collection/><C:calendar/></resourcetype>";
        let work = response(
            "/u/office/",
            &format!(
                "{calendar}<displayname>Work &amp; more</displayname><I:calendar-color>#ff2968ff</I:calendar-color>\
                 <C:supported-calendar-component-set><C:comp name='VEVENT'/></C:supported-calendar-component-set>\
                 <current-user-privilege-set><privilege><read/></privilege></current-user-privilege-set>\
                 <supported-report-set><supported-report><report><sync-collection/></report></supported-report>\
                 </supported-report-set>"
            ),
            "",
        );
        let tasks = response(
            "/u/to%20do",
            &format!(
                "{calendar}<supported-report-set/>\
                 <C:supported-calendar-component-set><C:comp name='vtodo'/></C:supported-calendar-component-set>\
                 <current-user-privilege-set><privilege><write-content/></privilege></current-user-privilege-set>"
            ),
            "",
        );
        let book = response(
            "/u/book/",
            "<resourcetype><collection/><A:addressbook/></resourcetype>",
            "",
        );
        let afar = response("https://evil.example/u/x/", calendar, "");
        let all = responses(&[home, work, tasks, book, afar].concat()).await;

        let calendars = collections(&base(), &all, Half::Calendars, "ada@here");
        assert!(calendars.itself);
        assert_eq!((calendars.found.len(), calendars.unreachable), (2, 1));
        let work = &calendars.found[0];
        assert_eq!(work.collection.name, "Work & more");
        assert_eq!(work.collection.colour.as_deref(), Some("#FF2968"));
        assert!(work.collection.read_only);
        assert!(
            work.syncs && work.holds(Kind::Event) && !work.holds(Kind::Task) && !work.holds(Kind::Contact)
        );
        let tasks = &calendars.found[1];
        assert_eq!(
            (tasks.collection.id.as_str(), tasks.collection.name.as_str()),
            ("/u/to%20do", "to do")
        );
        assert_eq!(tasks.url.as_str(), "https://dav.example.org/u/to%20do/");
        assert!(!tasks.syncs && !tasks.collection.read_only);
        assert!(tasks.holds(Kind::Task) && !tasks.holds(Kind::Event));

        let books = collections(&base(), &all, Half::Books, "ada@here");
        assert_eq!(books.found.len(), 1);
        assert!(
            !collections(&base(), &all[1..], Half::Books, "").itself,
            "the home said nothing"
        );
    }

    #[tokio::test]
    async fn a_calendar_that_says_nothing_may_hold_everything() {
        let calendar = "<resourcetype><collection/><C:calendar/></resourcetype>";
        let journal = format!(
            "{calendar}<C:supported-calendar-component-set><C:comp name='VJOURNAL'/></C:supported-calendar-component-set>"
        );
        let all =
            responses(&[response("/u/a/", calendar, ""), response("/u/b/", &journal, "")].concat()).await;
        let found = collections(&base(), &all, Half::Calendars, "").found;
        assert!(found[0].is_mixed());
        assert!(found[1].holds(Kind::Event) && !found[1].holds(Kind::Task));
    }
}
