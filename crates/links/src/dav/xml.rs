//! XML answers, one child of the root at a time, within bounds. It refuses document types, and it knows nothing of what
//! the elements mean.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, ResolveResult};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

/// Bytes of one answer, after gzip, unless its reader says otherwise.
const DOCUMENT: u64 = 512 << 20;
/// Bytes of one child of the root: the biggest picture in a card, several times over.
const PIECE: usize = 64 << 20;
/// Elements within elements, the root included.
const DEPTH: usize = 32;
/// Elements in one child of the root.
const ELEMENTS: usize = 10_000;

/// The namespaces that accounts speak in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ns {
    /// `DAV:` (RFC 4918).
    Dav,
    /// `urn:ietf:params:xml:ns:carddav` (RFC 6352).
    CardDav,
    /// `urn:ietf:params:xml:ns:caldav` (RFC 4791).
    CalDav,
    /// `http://calendarserver.org/ns/`: getctag, subscribed.
    CalendarServer,
    /// `http://apple.com/ns/ical/`: calendar-color.
    Apple,
    /// Any other, or none.
    Other,
}

impl Ns {
    fn of(uri: &str) -> Self {
        match uri {
            "DAV:" => Ns::Dav,
            "urn:ietf:params:xml:ns:carddav" => Ns::CardDav,
            "urn:ietf:params:xml:ns:caldav" => Ns::CalDav,
            "http://calendarserver.org/ns/" => Ns::CalendarServer,
            "http://apple.com/ns/ical/" => Ns::Apple,
            _ => Ns::Other,
        }
    }
}

/// An element and all that is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) ns: Ns,
    pub(super) name: String,
    /// The attribute `name`, where there is one.
    pub(super) name_attribute: Option<String>,
    /// Its own text, references resolved, line ends as XML has them (LF).
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    pub(super) fn is(&self, ns: Ns, name: &str) -> bool {
        self.ns == ns && self.name == name
    }

    /// The first child of this name.
    pub(super) fn child(&self, ns: Ns, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.is(ns, name))
    }

    /// Its text without the white space round it.
    pub(super) fn trimmed(&self) -> &str {
        self.text.trim_matches([' ', '\t', '\r', '\n'])
    }
}

/// Why an answer is not the XML that it should be.
#[derive(Debug, thiserror::Error)]
pub(super) enum XmlError {
    /// It breaks XML's rules, or is no XML.
    #[error("not well-formed")]
    Syntax(#[source] quick_xml::Error),
    /// It ends before its root does, or goes on after it.
    #[error("it is not one whole document")]
    Torn,
    /// It brings a document type, or a reference that only one could define.
    #[error("it has a document type or references of its own")]
    Entities,
    /// It is deeper, longer or has more elements than any honest answer.
    #[error("it goes beyond all measure")]
    TooBig,
    /// The connection broke off.
    #[error("it broke off")]
    Read(#[source] io::Error),
}

impl From<quick_xml::Error> for XmlError {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Io(cause) if cause.kind() == io::ErrorKind::FileTooLarge => XmlError::TooBig,
            quick_xml::Error::Io(cause) => XmlError::Read(io::Error::new(cause.kind(), cause)),
            error => XmlError::Syntax(error),
        }
    }
}

/// A document being read.
pub(super) struct Document<R> {
    reader: NsReader<Bounded<R>>,
    buffer: Vec<u8>,
    root: Element,
    /// The root's end was read.
    closed: bool,
    /// The root is an empty element.
    hollow: bool,
}

impl<R: AsyncBufRead + Unpin + Send> Document<R> {
    /// Reads up to the root's begin.
    ///
    /// # Errors
    /// See [`XmlError`].
    pub(super) async fn open(source: R) -> Result<Self, XmlError> {
        let mut reader = NsReader::from_reader(Bounded {
            inner: source,
            left: DOCUMENT,
            piece: 0,
        });
        reader.config_mut().allow_dangling_amp = false;
        let mut buffer = Vec::new();
        loop {
            let event = next(&mut reader, &mut buffer).await?;
            let hollow = matches!(event, Event::Empty(_));
            match event {
                Event::Start(start) | Event::Empty(start) => {
                    let root = element(reader.resolver(), &start)?;
                    return Ok(Self {
                        reader,
                        buffer: Vec::new(),
                        root,
                        closed: false,
                        hollow,
                    });
                }
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
                Event::Text(text) if is_blank(&text.xml10_content()) => {}
                Event::DocType(_) => return Err(XmlError::Entities),
                _ => return Err(XmlError::Torn),
            }
        }
    }

    /// The root, without what is in it.
    pub(super) fn root(&self) -> &Element {
        &self.root
    }

    /// At most this many bytes more.
    pub(super) fn within(mut self, bytes: u64) -> Self {
        self.reader.get_mut().left = bytes;
        self
    }

    /// The next child of the root; None when the root was closed and nothing follows it.
    ///
    /// # Errors
    /// See [`XmlError`].
    pub(super) async fn next(&mut self) -> Result<Option<Element>, XmlError> {
        let mut open: Vec<Element> = Vec::new();
        let mut elements = 0;
        self.reader.get_mut().piece = 0;
        loop {
            if self.closed || self.hollow {
                return self.epilogue().await.map(|()| None);
            }
            let event = next(&mut self.reader, &mut self.buffer).await?;
            let done = match event {
                Event::Start(start) => {
                    elements += 1;
                    if open.len() + 2 > DEPTH || elements > ELEMENTS {
                        return Err(XmlError::TooBig);
                    }
                    open.push(element(self.reader.resolver(), &start)?);
                    None
                }
                Event::Empty(start) => {
                    elements += 1;
                    if elements > ELEMENTS {
                        return Err(XmlError::TooBig);
                    }
                    Some(element(self.reader.resolver(), &start)?)
                }
                Event::End(_) => match open.pop() {
                    Some(element) => Some(element),
                    None => {
                        self.closed = true;
                        None
                    }
                },
                Event::Text(text) => add(&mut open, &text.xml10_content())?,
                Event::CData(text) => add(&mut open, &text.xml10_content())?,
                Event::GeneralRef(reference) => {
                    let mut character = [0; 4];
                    add(&mut open, resolved(&reference)?.encode_utf8(&mut character))?
                }
                Event::Comment(_) | Event::PI(_) => None,
                Event::DocType(_) => return Err(XmlError::Entities),
                Event::Decl(_) | Event::Eof => return Err(XmlError::Torn),
            };
            match (done, open.last_mut()) {
                (Some(child), Some(parent)) => parent.children.push(child),
                (Some(child), None) => return Ok(Some(child)),
                (None, _) => {}
            }
        }
    }

    /// After the root there is nothing but white space and comments.
    async fn epilogue(&mut self) -> Result<(), XmlError> {
        loop {
            match next(&mut self.reader, &mut self.buffer).await? {
                Event::Eof => return Ok(()),
                Event::Comment(_) | Event::PI(_) => {}
                Event::Text(text) if is_blank(&text.xml10_content()) => {}
                _ => return Err(XmlError::Torn),
            }
        }
    }
}

async fn next<'b, R: AsyncBufRead + Unpin + Send>(
    reader: &mut NsReader<Bounded<R>>,
    buffer: &'b mut Vec<u8>,
) -> Result<Event<'b>, XmlError> {
    buffer.clear();
    Ok(reader.read_event_into_async(buffer).await?)
}

fn element(resolver: &NamespaceResolver, start: &BytesStart<'_>) -> Result<Element, XmlError> {
    let (bound, local) = resolver.resolve_element(start.name());
    let ns = match bound {
        ResolveResult::Bound(Namespace(uri)) => Ns::of(uri),
        ResolveResult::Unbound | ResolveResult::Unknown(_) => Ns::Other,
    };
    let name_attribute = match start.try_get_attribute("name") {
        Ok(attribute) => attribute.map(|attribute| attribute.value.into_owned()),
        Err(error) => return Err(XmlError::Syntax(error.into())),
    };
    Ok(Element {
        ns,
        name: local.into_inner().to_owned(),
        name_attribute,
        text: String::new(),
        children: Vec::new(),
    })
}

/// Adds text to the innermost open element; between the root's children only white space may stand, and none is kept.
fn add(open: &mut [Element], text: &str) -> Result<Option<Element>, XmlError> {
    match open.last_mut() {
        Some(element) => {
            element.text.push_str(text);
            Ok(None)
        }
        None if is_blank(text) => Ok(None),
        None => Err(XmlError::Torn),
    }
}

fn resolved(reference: &BytesRef<'_>) -> Result<char, XmlError> {
    if let Some(character) = reference.resolve_char_ref()? {
        return Ok(character);
    }
    match reference.xml10_content().as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(XmlError::Entities),
    }
}

fn is_blank(text: &str) -> bool {
    // Some servers begin with a byte order mark.
    text.trim_start_matches('\u{feff}')
        .bytes()
        .all(|byte| byte.is_ascii_whitespace())
}

/// A source that fails with `FileTooLarge` once it brought more than a document, or than one child of the root, may have.
struct Bounded<R> {
    inner: R,
    left: u64,
    piece: usize,
}

impl<R: AsyncBufRead + Unpin> AsyncRead for Bounded<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let available = ready!(self.as_mut().poll_fill_buf(context))?;
        let length = available.len().min(into.remaining());
        into.put_slice(&available[..length]);
        self.consume(length);
        Poll::Ready(Ok(()))
    }
}

impl<R: AsyncBufRead + Unpin> AsyncBufRead for Bounded<R> {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if this.left == 0 || this.piece > PIECE {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        let available = ready!(Pin::new(&mut this.inner).poll_fill_buf(context))?;
        let most = usize::try_from(this.left).unwrap_or(usize::MAX);
        Poll::Ready(Ok(&available[..available.len().min(most)]))
    }

    fn consume(mut self: Pin<&mut Self>, amount: usize) {
        self.left = self.left.saturating_sub(amount as u64);
        self.piece = self.piece.saturating_add(amount);
        Pin::new(&mut self.inner).consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write;

    async fn read(text: &[u8]) -> Result<(Element, Vec<Element>), XmlError> {
        // Small pieces, so that every token is cut somewhere.
        let mut document = Document::open(tokio::io::BufReader::with_capacity(7, text)).await?;
        let mut children = Vec::new();
        while let Some(child) = document.next().await? {
            children.push(child);
        }
        Ok((document.root().clone(), children))
    }

    fn shown(element: &Element) -> String {
        let mut text = format!("{:?}:{}", element.ns, element.name);
        if !element.trimmed().is_empty() {
            let _ = write!(text, "={:?}", element.trimmed());
        }
        if !element.children.is_empty() {
            let children: Vec<String> = element.children.iter().map(shown).collect();
            let _ = write!(text, "[{}]", children.join(" "));
        }
        text
    }

    async fn check(text: &str, expected: Result<&[&str], &str>) {
        let found = read(text.as_bytes()).await;
        let found = found.map(|(_, children)| children.iter().map(shown).collect::<Vec<_>>());
        let found = found.map_err(|error| error.to_string());
        let expected = expected.map(|all| all.iter().map(ToString::to_string).collect());
        assert_eq!(found, expected.map_err(str::to_owned), "{text}");
    }

    const TORN: Result<&[&str], &str> = Err("it is not one whole document");
    const ENTITIES: Result<&[&str], &str> = Err("it has a document type or references of its own");
    const TOO_BIG: Result<&[&str], &str> = Err("it goes beyond all measure");

    #[tokio::test]
    async fn elements_by_namespace_whatever_their_prefix() {
        check(
            r#"<?xml version="1.0"?><!-- x --><D:m xmlns:D="DAV:"><D:a/><x:b xmlns:x="urn:ietf:params:xml:ns:carddav"> t </x:b></D:m> <!-- y -->"#,
            Ok(&["Dav:a", "CardDav:b=\"t\""]),
        )
        .await;
        check(
            r#"<m xmlns="DAV:"><a xmlns="http://calendarserver.org/ns/"><b xmlns=""/></a><p:c/></m>"#,
            Ok(&["CalendarServer:a[Other:b]", "Other:c"]),
        )
        .await;
        check(
            "<m xmlns='DAV:'><a>1 &lt;&amp;&#x41;&#66; <![CDATA[<&]]> 2</a></m>",
            Ok(&["Dav:a=\"1 <&AB <& 2\""]),
        )
        .await;
        check("<m/>", Ok(&[])).await;
        check("\u{feff}<m></m>", Ok(&[])).await;
    }

    #[tokio::test]
    async fn what_is_no_whole_document() {
        check("", TORN).await;
        check("text", TORN).await;
        check("<m><a></a>", TORN).await;
        check("<m><a>", TORN).await;
        check("<m/><n/>", TORN).await;
        check("<m/>x", TORN).await;
        check("<m>x<a/></m>", TORN).await;
        check("<m><a></b></m>", Err("not well-formed")).await;
        check("<m><a", Err("not well-formed")).await;
        check("<m><a>&bomb;</a></m>", ENTITIES).await;
        check("<!DOCTYPE m [<!ENTITY a \"aaaa\">]><m>&a;</m>", ENTITIES).await;
        check("<!DOCTYPE html><html><br></html>", ENTITIES).await;
        let deep = "<a>".repeat(DEPTH);
        check(&format!("<m>{deep}"), TOO_BIG).await;
        let wide = "<a/>".repeat(ELEMENTS);
        check(&format!("<m><a>{wide}</a></m>"), TOO_BIG).await;
    }

    #[tokio::test]
    async fn one_piece_without_end_is_given_up() {
        for begin in ["<m><a>", "<m><a x='", "<m><!--", "<m><![CDATA["] {
            let endless = tokio::io::AsyncReadExt::chain(begin.as_bytes(), tokio::io::repeat(b'x'));
            let mut document = Document::open(tokio::io::BufReader::with_capacity(1 << 20, endless))
                .await
                .unwrap();
            assert!(matches!(document.next().await, Err(XmlError::TooBig)), "{begin}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(text in "(<m>)?([<>/&;a-c!\\[\\]'= -]|<a>|</a>|<a/>|&#[0-9]{1,9};|\u{e9}){0,80}(</m>)?") {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let _ = runtime.block_on(read(text.as_bytes()));
        }

        #[test]
        fn a_document_that_is_cut_is_never_whole(at in 0_usize..80) {
            let text = "<m xmlns='DAV:'><a>one</a><b x='1'>&amp;<![CDATA[t]]></b><c/><!-- end --></m>";
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let cut = at.min(text.len() - 1);
            prop_assert!(runtime.block_on(read(&text.as_bytes()[..cut])).is_err());
        }
    }
}
