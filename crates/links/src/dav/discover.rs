//! Finding an account's address books and calendars from any of its addresses (RFC 6764 §6): the address itself, what it
//! names as its owner's place, the well-known places, the root. Behind a path that was named nothing else is looked for
//! unless something is there. It asks only the server that was named.

use url::Url;

use super::connection::{Connection, Question};
use super::failure::Failure;
use super::multistatus::{MultistatusError, Part, Response};
use super::place::{Half, Home, Place, place};
use super::requests::PLACE;
use super::xml::XmlError;

/// Places in a row that name another one.
const STEPS: usize = 4;

/// Where the collections of one half are found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Way {
    /// Below these homes.
    Homes(Vec<Url>),
    /// Only this collection was named.
    One(Url),
    /// The account has none.
    Nowhere,
    /// Nobody could say.
    #[default]
    Unknown,
}

/// The ways to both halves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ways {
    pub(super) books: Way,
    pub(super) calendars: Way,
    /// The owner's place.
    pub(super) principal: Option<Url>,
}

impl Ways {
    pub(super) fn of(&self, half: Half) -> &Way {
        match half {
            Half::Books => &self.books,
            Half::Calendars => &self.calendars,
        }
    }

    fn are_known(&self) -> bool {
        self.books != Way::Unknown && self.calendars != Way::Unknown
    }

    /// Learns from a place. What is known already stays: the address itself is asked first.
    fn learn(&mut self, at: &Url, place: &Place) {
        if let Some(half) = place.itself {
            let (own, other) = match half {
                Half::Books => (&mut self.books, &mut self.calendars),
                Half::Calendars => (&mut self.calendars, &mut self.books),
            };
            *own = Way::One(at.clone());
            *other = Way::Nowhere;
            return;
        }
        for (way, home) in [
            (&mut self.books, &place.books),
            (&mut self.calendars, &place.calendars),
        ] {
            match (&way, home) {
                (Way::Unknown | Way::Nowhere, Home::At(homes)) => *way = Way::Homes(homes.clone()),
                (Way::Unknown, Home::Nowhere) => *way = Way::Nowhere,
                _ => {}
            }
        }
        if self.principal.is_none() {
            self.principal.clone_from(&place.principal);
        }
    }
}

/// Looks for both halves of the account at `address`.
///
/// # Errors
/// When the server cannot be reached, wants another login, or has no account here.
pub(super) async fn discover(connection: &Connection, address: &Url) -> Result<Ways, Failure> {
    let mut ways = Ways::default();
    let mut first = None;
    let at = |path: &str| {
        let mut url = address.clone();
        url.set_path(path);
        url
    };
    let starts = [
        (address.clone(), None),
        (at(Half::Books.well_known()), Some(Half::Books)),
        (at(Half::Calendars.well_known()), Some(Half::Calendars)),
        (at("/"), None),
    ];
    // A half that is nowhere to be found is only then known to be nowhere when every place said so plainly.
    let mut plain = true;
    for (start, half) in starts {
        let wanted = half.map_or(!ways.are_known(), |half| *ways.of(half) == Way::Unknown);
        if !wanted {
            continue;
        }
        let at_address = start == *address;
        match visit(connection, start, &mut ways).await {
            Ok(()) => {}
            // Whoever names a path wants what is there, and not the whole account in its place.
            Err(error) if at_address && error.is_elsewhere() && address.path() != "/" => return Err(error),
            Err(error) if error.is_elsewhere() => {
                plain &= matches!(error, Failure::Missing | Failure::Status(405 | 501));
                first.get_or_insert(error);
            }
            // The address itself was reached: what other places do not say now is not known now.
            Err(error) if ways != Ways::default() && !matches!(error, Failure::Login) => {
                plain = false;
                first.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    let found = |way: &Way| matches!(way, Way::Homes(_) | Way::One(_));
    if !found(&ways.books) && !found(&ways.calendars) {
        return Err(first.unwrap_or(Failure::Missing));
    }
    for way in [&mut ways.books, &mut ways.calendars] {
        if plain && *way == Way::Unknown {
            *way = Way::Nowhere;
        }
    }
    Ok(ways)
}

/// Asks a place, and the owner's place that it names.
async fn visit(connection: &Connection, start: Url, ways: &mut Ways) -> Result<(), Failure> {
    let mut url = start;
    for _ in 0..STEPS {
        let whole = connection.whole(&url, &Question::propfind("0", PLACE)).await?;
        let told = own(whole.parts)?;
        let place = place(&whole.url, &told);
        ways.learn(&whole.url, &place);
        match place.principal {
            Some(principal) if principal != whole.url && !ways.are_known() => url = principal,
            _ => return Ok(()),
        }
    }
    Ok(())
}

/// What is said of the place itself; that nothing is there may stand in the answer, too (RFC 4918 §14.24).
fn own(parts: Vec<Part>) -> Result<Response, Failure> {
    let mut failure = nothing();
    for part in parts {
        match part {
            Part::Response(response) if response.status.is_none() => return Ok(response),
            Part::Response(Response {
                status: Some(404 | 410),
                ..
            }) => failure = Failure::Missing,
            _ => {}
        }
    }
    Err(failure)
}

/// A multistatus that answers nothing.
fn nothing() -> Failure {
    Failure::NotDav(MultistatusError::Xml(XmlError::Torn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_that_knows_wins() {
        let url = |path: &str| Url::parse("https://h").unwrap().join(path).unwrap();
        let place = |books: Home, calendars: Home| Place {
            itself: None,
            principal: None,
            books,
            calendars,
        };
        let homes = |path: &str| Home::At(vec![url(path)]);
        let mut ways = Ways::default();
        ways.learn(&url("/"), &place(Home::Unsaid, Home::Unsaid));
        assert_eq!(ways, Ways::default());
        ways.learn(&url("/"), &place(homes("/a/"), Home::Nowhere));
        assert!(ways.are_known());
        ways.learn(&url("/"), &place(homes("/b/"), homes("/c/")));
        assert_eq!(ways.of(Half::Books), &Way::Homes(vec![url("/a/")]));
        assert_eq!(ways.of(Half::Calendars), &Way::Homes(vec![url("/c/")]));
        let mut one = Ways::default();
        one.learn(
            &url("/x/"),
            &Place {
                itself: Some(Half::Calendars),
                ..place(Home::Unsaid, Home::Unsaid)
            },
        );
        assert_eq!((one.books, one.calendars), (Way::Nowhere, Way::One(url("/x/"))));
    }
}
