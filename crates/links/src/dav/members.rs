//! What answers say of the members of one collection: all of them, or what changed since a token. Pure. An answer that
//! hides something never counts as whole.

use std::collections::HashSet;

use sidekeep_model::{Fingerprint, Kind, Reason, RemoteId, Why};
use url::Url;

use super::href;
use super::multistatus::{Part, Response};
use super::xml::Ns;

/// One member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) remote: RemoteId,
    /// Its ETag.
    pub(super) fingerprint: Fingerprint,
    /// Its kind, where the content type says so (RFC 4791 §5.3.2 `component`).
    pub(super) kind: Option<Kind>,
}

/// The members that an answer shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Members {
    pub(super) rows: Vec<Row>,
    /// Those that are gone (RFC 6578 §3.5.2).
    pub(super) gone: Vec<RemoteId>,
    /// Something is there that is not among the rows.
    pub(super) doubts: Vec<Why>,
    /// The collection answered for itself.
    pub(super) itself: bool,
    /// There is more than the server tells at once (RFC 6578 §3.6).
    pub(super) truncated: bool,
    /// How far this goes.
    pub(super) token: Option<String>,
    /// A mark that changes with anything in the collection, where there are no tokens.
    pub(super) ctag: Option<String>,
}

/// An answer about members on its way.
pub(super) struct Telling {
    /// The collection, and its path in the spelling for comparing.
    url: Url,
    own: String,
    members: Members,
    seen: HashSet<RemoteId>,
}

impl Telling {
    /// Of the collection at `url`.
    pub(super) fn of(url: &Url) -> Self {
        Self {
            url: url.clone(),
            own: href::compared(url.path()),
            members: Members::default(),
            seen: HashSet::new(),
        }
    }

    pub(super) fn add(&mut self, part: Part) {
        let response = match part {
            Part::SyncToken(token) => {
                self.members.token = Some(token).filter(|token| !token.is_empty());
                return;
            }
            Part::Response(response) => response,
        };
        let is_own = href::compared(href::id(&response.href)) == self.own;
        if is_own && response.status == Some(507) {
            self.members.truncated = true;
        } else if is_own || response.is_a(Ns::Dav, "collection") {
            self.members.itself |= is_own && response.status.is_none();
        } else {
            self.members.member(&self.url, &response, &mut self.seen);
        }
    }

    /// All that was told.
    pub(super) fn whole(mut self) -> Members {
        // A member that came and went within one answer is there if its properties were told.
        self.members.gone.retain(|gone| !self.seen.contains(gone));
        self.members
    }
}

impl Members {
    fn member(&mut self, url: &Url, response: &Response, seen: &mut HashSet<RemoteId>) {
        let remote = RemoteId::from(href::id(&response.href));
        if href::resolve(url, &response.href).is_none() {
            self.doubt(Reason::ItemsUnnameable, &response.href);
            return;
        }
        match (response.status, response.text(Ns::Dav, "getetag")) {
            (Some(404 | 410), _) => self.gone.push(remote),
            (None | Some(200), Some(etag)) => {
                if seen.insert(remote.clone()) {
                    self.rows.push(Row {
                        remote,
                        fingerprint: Fingerprint(etag.to_owned()),
                        kind: response.text(Ns::Dav, "getcontenttype").and_then(kind),
                    });
                }
            }
            // Without a mark of its state nobody can say whether it changed.
            _ => self.doubt(Reason::Garbled, &response.href),
        }
    }

    fn doubt(&mut self, reason: Reason, href: &str) {
        match self.doubts.iter_mut().find(|why| why.reason == reason) {
            Some(why) => why.count += 1,
            None => self.doubts.push(Why::new(reason).count(1).detail(href)),
        }
    }
}

/// `component=` of a calendar object's content type.
fn kind(content_type: &str) -> Option<Kind> {
    let parameters = content_type.split(';').skip(1);
    let component = parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("component"))?;
    match component.1.trim().trim_matches('"').to_ascii_lowercase().as_str() {
        "vtodo" => Some(Kind::Task),
        "vevent" | "vjournal" | "vfreebusy" => Some(Kind::Event),
        _ => None,
    }
}

/// Two equal ctags prove that nothing changed between. SOGo's are the seconds of the last change, and a second is long
/// enough for two; -1 is that of a calendar that was never changed, and for a while of one that was.
pub(super) fn proves(ctag: &str) -> bool {
    !ctag
        .trim_start_matches('-')
        .bytes()
        .all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::multistatus::Multistatus;
    use super::*;

    async fn read(inner: &str) -> Members {
        let text = format!("<multistatus xmlns='DAV:'>{inner}</multistatus>");
        let mut multistatus = Multistatus::open(text.as_bytes()).await.unwrap();
        let mut telling = Telling::of(&Url::parse("https://h/u/book/").unwrap());
        while let Some(part) = multistatus.next().await.unwrap() {
            telling.add(part);
        }
        telling.whole()
    }

    fn found(href: &str, properties: &str) -> String {
        format!(
            "<response><href>{href}</href><propstat><prop>{properties}</prop><status>HTTP/1.1 200 OK</status>\
             </propstat></response>"
        )
    }

    fn status(href: &str, status: u16) -> String {
        format!("<response><href>{href}</href><status>HTTP/1.1 {status} x</status></response>")
    }

    const COLLECTION: &str = "<resourcetype><collection/></resourcetype>";

    async fn check(inner: &[String], rows: &[&str], gone: &[&str], doubts: &[(Reason, u64)]) -> Members {
        let members = read(&inner.concat()).await;
        let shown: Vec<String> = members
            .rows
            .iter()
            .map(|row| format!("{} {}", row.remote, row.fingerprint.0))
            .collect();
        let left: Vec<&str> = members.gone.iter().map(RemoteId::as_str).collect();
        let doubted: Vec<_> = members.doubts.iter().map(|why| (why.reason, why.count)).collect();
        assert_eq!(
            (shown, left.as_slice(), doubted.as_slice()),
            (rows.iter().map(ToString::to_string).collect(), gone, doubts)
        );
        members
    }

    #[tokio::test]
    async fn a_listing() {
        let all = [
            found("/u/book", COLLECTION),
            found(
                "https://h/u/book/a%20b.vcf",
                "<getetag> \"1\" </getetag><resourcetype/>",
            ),
            found("/u/book/c.vcf", "<getetag>W/\"2\"</getetag>"),
            found("/u/book/c.vcf", "<getetag>W/\"2\"</getetag>"),
            found("/u/book/sub/", COLLECTION),
        ];
        let whole = check(
            &all,
            &["/u/book/a%20b.vcf \"1\"", "/u/book/c.vcf W/\"2\""],
            &[],
            &[],
        )
        .await;
        assert!(whole.itself && !whole.truncated);
        assert!(
            !check(&[], &[], &[], &[]).await.itself,
            "an empty answer is no empty collection"
        );
    }

    #[tokio::test]
    async fn what_is_hidden_is_doubted() {
        let all = [
            found("/u/book/", COLLECTION),
            found("/u/book/a.vcf", "<resourcetype/>"),
            status("/u/book/b.vcf", 403),
            found("https://evil/u/book/a.vcf", "<getetag>\"1\"</getetag>"),
            found("/u/book/../x.vcf", "<getetag>\"1\"</getetag>"),
        ];
        check(
            &all,
            &[],
            &[],
            &[(Reason::Garbled, 2), (Reason::ItemsUnnameable, 2)],
        )
        .await;
    }

    #[tokio::test]
    async fn changes() {
        let all = [
            status("/u/book/", 507),
            status("/u/book/gone.vcf", 404),
            status("/u/book/again.vcf", 404),
            found("/u/book/again.vcf", "<getetag>\"1\"</getetag>"),
            "<sync-token>t2</sync-token>".to_owned(),
        ];
        let changes = check(&all, &["/u/book/again.vcf \"1\""], &["/u/book/gone.vcf"], &[]).await;
        assert!(changes.truncated && !changes.itself);
        assert_eq!(changes.token.as_deref(), Some("t2"));
    }

    #[test]
    fn kinds_by_content_type() {
        let check = |text, expected| assert_eq!(kind(text), expected, "{text}");
        check("text/calendar;charset=utf-8;component=VTODO", Some(Kind::Task));
        check("text/calendar; component=\"vevent\"", Some(Kind::Event));
        check("text/calendar; charset=utf-8", None);
        check("component=vtodo", None);
    }

    #[test]
    fn ctags_that_prove() {
        assert!(proves("data:,7") && proves("0a1b") && !proves("1700000000"));
    }
}
