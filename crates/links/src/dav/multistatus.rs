//! What a multistatus (RFC 4918 §13) says, response by response. Only a whole `{DAV:}multistatus` is one; an HTML page
//! that came with the same status is not. It judges nothing: what is missing is for the caller to notice.

use tokio::io::AsyncBufRead;

use super::xml::{Document, Element, Ns, XmlError};

/// One resource's part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Response {
    /// As received, without white space round it.
    pub(super) href: String,
    /// The status of the whole resource, where it is told instead of properties.
    pub(super) status: Option<u16>,
    /// The properties that were found (status 200).
    pub(super) found: Vec<Element>,
    /// Names of properties that were not, each with its status.
    pub(super) lacking: Vec<(u16, Ns, String)>,
    /// What the resource's error names (`{DAV:}error`).
    pub(super) error: Option<String>,
}

impl Response {
    /// A property that was found.
    pub(super) fn get(&self, ns: Ns, name: &str) -> Option<&Element> {
        self.found.iter().find(|property| property.is(ns, name))
    }

    /// A property's text, if it was found and is not blank.
    pub(super) fn text(&self, ns: Ns, name: &str) -> Option<&str> {
        self.get(ns, name)
            .map(Element::trimmed)
            .filter(|text| !text.is_empty())
    }

    /// The server says that the resource has no such property.
    pub(super) fn has_no(&self, ns: Ns, name: &str) -> bool {
        self.lacking
            .iter()
            .any(|(status, lacking_ns, lacking)| *status == 404 && *lacking_ns == ns && lacking == name)
    }

    /// The resource is of this type (`{DAV:}resourcetype`).
    pub(super) fn is_a(&self, ns: Ns, name: &str) -> bool {
        self.get(Ns::Dav, "resourcetype")
            .is_some_and(|types| types.child(ns, name).is_some())
    }

    /// The hrefs in a property.
    pub(super) fn hrefs(&self, ns: Ns, name: &str) -> Vec<&str> {
        let children = self.get(ns, name).map_or(&[][..], |property| &property.children);
        let hrefs = children.iter().filter(|child| child.is(Ns::Dav, "href"));
        hrefs
            .map(Element::trimmed)
            .filter(|href| !href.is_empty())
            .collect()
    }
}

/// A child of a multistatus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// One resource.
    Response(Response),
    /// `{DAV:}sync-token` (RFC 6578 §6.4).
    SyncToken(String),
}

/// Stands for a status that is none: one odd response spoils no other.
const UNTOLD: u16 = 500;

/// Why there is no multistatus.
#[derive(Debug, thiserror::Error)]
pub(super) enum MultistatusError {
    /// It is no XML, or not a whole document.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It is XML of another kind, such as a login page.
    #[error("a {0:?}, not a multistatus")]
    OtherRoot(String),
    /// A response names no resource.
    #[error("a response without href")]
    Response,
}

/// A multistatus being read.
pub(super) struct Multistatus<R> {
    document: Document<R>,
    /// Those of a response with several hrefs that were not given out yet.
    waiting: Vec<Part>,
}

impl<R: AsyncBufRead + Unpin + Send> Multistatus<R> {
    /// # Errors
    /// See [`MultistatusError`].
    pub(super) async fn open(source: R) -> Result<Self, MultistatusError> {
        let document = Document::open(source).await?;
        let root = document.root();
        if !root.is(Ns::Dav, "multistatus") {
            return Err(MultistatusError::OtherRoot(root.name.chars().take(40).collect()));
        }
        Ok(Self {
            document,
            waiting: Vec::new(),
        })
    }

    /// At most this many bytes more.
    pub(super) fn within(self, bytes: u64) -> Self {
        Self {
            document: self.document.within(bytes),
            ..self
        }
    }

    /// The next part; None when the multistatus was whole.
    ///
    /// # Errors
    /// See [`MultistatusError`].
    pub(super) async fn next(&mut self) -> Result<Option<Part>, MultistatusError> {
        loop {
            if let Some(part) = self.waiting.pop() {
                return Ok(Some(part));
            }
            let Some(child) = self.document.next().await? else {
                return Ok(None);
            };
            if child.is(Ns::Dav, "response") {
                self.waiting = responses(child)?.into_iter().map(Part::Response).collect();
                self.waiting.reverse();
            } else if child.is(Ns::Dav, "sync-token") {
                return Ok(Some(Part::SyncToken(child.trimmed().to_owned())));
            }
        }
    }
}

/// A response element as one response for each of its hrefs.
fn responses(element: Element) -> Result<Vec<Response>, MultistatusError> {
    let mut hrefs = Vec::new();
    let mut response = Response::default();
    for child in element.children {
        match child.name.as_str() {
            _ if child.ns != Ns::Dav => {}
            "href" if !child.trimmed().is_empty() => hrefs.push(child.trimmed().to_owned()),
            "status" => response.status = Some(status(&child).unwrap_or(UNTOLD)),
            "error" => response.error = condition(&child),
            "propstat" => {
                let told = child.child(Ns::Dav, "status").and_then(status).unwrap_or(UNTOLD);
                let groups = child.children.into_iter();
                for group in groups.filter(|group| group.is(Ns::Dav, "prop")) {
                    if told == 200 {
                        response.found.extend(group.children);
                    } else {
                        let names = group.children.into_iter();
                        response
                            .lacking
                            .extend(names.map(|property| (told, property.ns, property.name)));
                    }
                }
            }
            _ => {}
        }
    }
    if hrefs.is_empty() {
        return Err(MultistatusError::Response);
    }
    let last = hrefs.len() - 1;
    let mut all = Vec::with_capacity(hrefs.len());
    for (at, href) in hrefs.into_iter().enumerate() {
        let one = if at == last {
            std::mem::take(&mut response)
        } else {
            response.clone()
        };
        all.push(Response { href, ..one });
    }
    Ok(all)
}

/// The number in `HTTP/1.1 200 OK`.
fn status(element: &Element) -> Option<u16> {
    let number = element.trimmed().split_ascii_whitespace().nth(1)?;
    number.parse().ok().filter(|status| (100..600).contains(status))
}

/// The first precondition that an `{DAV:}error` names (RFC 4918 §16). What stands beside it in a server's own namespace,
/// such as the class of its exception, is none.
pub(super) fn condition(error: &Element) -> Option<String> {
    let mut known = error.children.iter().filter(|child| child.ns != Ns::Other);
    known.next().map(|condition| condition.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str) -> Result<Vec<Part>, MultistatusError> {
        let mut multistatus = Multistatus::open(text.as_bytes()).await?;
        let mut parts = Vec::new();
        while let Some(part) = multistatus.next().await? {
            parts.push(part);
        }
        Ok(parts)
    }

    async fn one(text: &str) -> Response {
        let text = format!("<multistatus xmlns='DAV:'>{text}</multistatus>");
        match read(&text).await.unwrap().remove(0) {
            Part::Response(response) => response,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn properties_by_their_status() {
        let response = one("<response><href> /a%20b.vcf\n</href>\
             <propstat><prop><getetag> \"1\" </getetag><resourcetype><collection/></resourcetype></prop>\
             <status>HTTP/1.1 200 OK</status></propstat>\
             <propstat><prop><sync-token/></prop><status>HTTP/1.1 404 Not Found</status></propstat></response>")
        .await;
        assert_eq!(response.href, "/a%20b.vcf");
        assert_eq!(response.text(Ns::Dav, "getetag"), Some("\"1\""));
        assert!(response.is_a(Ns::Dav, "collection") && !response.is_a(Ns::CardDav, "addressbook"));
        assert!(response.has_no(Ns::Dav, "sync-token") && !response.has_no(Ns::Dav, "getetag"));
        assert_eq!(
            response.get(Ns::Dav, "sync-token"),
            None,
            "not found is not empty"
        );
    }

    #[tokio::test]
    async fn several_hrefs_share_a_status() {
        let text = "<multistatus xmlns='DAV:'><response><href>/a</href><href>/b</href>\
                    <status>HTTP/1.1 404 Not Found</status></response>\
                    <sync-token> t1 </sync-token></multistatus>";
        let gone = |href: &str| {
            Part::Response(Response {
                href: href.to_owned(),
                status: Some(404),
                ..Response::default()
            })
        };
        assert_eq!(
            read(text).await.unwrap(),
            [gone("/a"), gone("/b"), Part::SyncToken("t1".to_owned())]
        );
    }

    #[tokio::test]
    async fn what_is_no_multistatus() {
        let check = async |text: &str, expected: &str| {
            let found = read(text).await.expect_err(text);
            assert_eq!(found.to_string(), expected, "{text}");
        };
        check("<html><body/></html>", "a \"html\", not a multistatus").await;
        check("<multistatus/>", "a \"multistatus\", not a multistatus").await;
        check("<m:multistatus xmlns:m='DAV:'>", "it is not one whole document").await;
        check("", "it is not one whole document").await;
        let nameless = "<m:multistatus xmlns:m='DAV:'><m:response/></m:multistatus>";
        check(nameless, "a response without href").await;
        let odd = "<m:multistatus xmlns:m='DAV:'><m:response><m:href>/a</m:href><m:status>fine</m:status>\
                   </m:response></m:multistatus>";
        let parts = read(odd).await.unwrap();
        assert!(matches!(&parts[..], [Part::Response(one)] if one.status == Some(UNTOLD)));
    }
}
