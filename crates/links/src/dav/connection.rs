//! Requests to one account over HTTP: login, redirects, waiting and bounds. It follows no redirect to another server,
//! shows the login to no other server, and sends nothing again that could change something.

use std::io;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use reqwest::redirect::Policy;
use reqwest::{Method, Response, StatusCode};
use tokio::io::AsyncBufRead;
use tokio_util::io::StreamReader;
use url::Url;

use super::address::{Address, Trust};
use super::failure::Failure;
use super::href;
use super::login::{Asking, Challenge, Login, authorization, challenges, choose};
use super::multistatus::{Multistatus, MultistatusError, Part, condition};
use super::retry::{Patience, may_pass, retry_after};
use super::tls::Verifier;
use super::xml::Document;

/// Redirects in a row.
const REDIRECTS: u32 = 5;
/// Bytes of a page that explains a failure.
const EXPLANATION: usize = 64 << 10;
/// Bytes of an answer about places: of a home with thousands of collections, several times over.
const PLACES: u64 = 16 << 20;
/// Bytes of an answer about members: of a collection with a hundred thousand.
const MEMBERS: u64 = 64 << 20;
/// Bytes of one item.
pub(super) const ITEM: usize = 64 << 20;
/// How long a server may take to accept a connection, in seconds.
const CONNECT: u64 = 15;

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Question {
    method: &'static str,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

const DEPTH: HeaderName = HeaderName::from_static("depth");
const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");

impl Question {
    pub(super) fn propfind(depth: &'static str, body: &'static str) -> Self {
        Self {
            method: "PROPFIND",
            headers: vec![(DEPTH, HeaderValue::from_static(depth)), (CONTENT_TYPE, XML)],
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    pub(super) fn report(depth: &'static str, body: String) -> Self {
        Self {
            method: "REPORT",
            headers: vec![(DEPTH, HeaderValue::from_static(depth)), (CONTENT_TYPE, XML)],
            body: body.into(),
        }
    }

    /// Bytes of this type, on a condition (RFC 9110 §13.1).
    pub(super) fn put(
        content_type: &'static str,
        body: Bytes,
        (condition, value): (HeaderName, HeaderValue),
    ) -> Self {
        Self {
            method: "PUT",
            headers: vec![
                (CONTENT_TYPE, HeaderValue::from_static(content_type)),
                (condition, value),
            ],
            body,
        }
    }

    fn get() -> Self {
        Self {
            method: "GET",
            // Servers that pack the bytes give them an ETag of their own.
            headers: vec![(ACCEPT_ENCODING, HeaderValue::from_static("identity"))],
            body: Bytes::new(),
        }
    }
}

/// A multistatus on its way, and where it came from after redirects.
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) multistatus: Multistatus<Pin<Box<dyn AsyncBufRead + Send>>>,
}

/// A whole multistatus.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) url: Url,
    pub(super) parts: Vec<Part>,
}

/// A resource's own bytes.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) bytes: Bytes,
    pub(super) etag: Option<String>,
}

/// The way to one account.
#[derive(Debug)]
pub(super) struct Connection {
    client: reqwest::Client,
    address: Address,
    login: Option<Login>,
    patience: Patience,
    verifier: Verifier,
    /// How the login is shown, once the server said how it wants it.
    way: Mutex<Option<Way>>,
}

#[derive(Clone, Debug)]
struct Way {
    challenge: Challenge,
    /// Requests made with it.
    count: u32,
}

impl Connection {
    /// # Errors
    /// When this computer's certificate roots cannot be read.
    pub(super) fn new(address: &Address, login: Option<Login>, patience: Patience) -> Result<Self, Failure> {
        let verifier = Verifier::new(address.trust()).map_err(|_| Failure::Certificate(String::new()))?;
        let tls = verifier
            .config()
            .map_err(|_| Failure::Certificate(String::new()))?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(std::time::Duration::from_secs(CONNECT))
            .read_timeout(patience.silence)
            .referer(false)
            .user_agent(concat!("Sidekeep/", env!("CARGO_PKG_VERSION")));
        if address.trust() == Trust::Anyone {
            // The way without TLS is short: no proxy reads along.
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(Failure::Unreachable)?;
        // A login is shown unasked where nobody reads along; over plain HTTP the server may know a better way.
        let unasked = (login.is_some() && address.is_private()).then_some(Challenge::Basic);
        Ok(Self {
            client,
            address: address.clone(),
            login,
            patience,
            verifier,
            way: Mutex::new(unasked.map(|challenge| Way { challenge, count: 0 })),
        })
    }

    /// How long it waits.
    pub(super) fn patience(&self) -> &Patience {
        &self.patience
    }

    /// A collection of the account by its path.
    pub(super) fn at(&self, path: &str) -> Option<Url> {
        href::resolve(self.address.url(), path)
    }

    /// Asks about a few places until a whole multistatus came, or waiting is of no more use.
    pub(super) async fn whole(&self, url: &Url, question: &Question) -> Result<Whole, Failure> {
        let begin = |url: &Url| Whole {
            url: url.clone(),
            parts: Vec::new(),
        };
        let add = |whole: &mut Whole, part| whole.parts.push(part);
        self.until_whole(url, question, PLACES, begin, add).await
    }

    /// Asks about the members of a collection, likewise, and keeps of each part only what `add` takes from it. `begin` is
    /// told where the answer came from.
    pub(super) async fn members<T>(
        &self,
        url: &Url,
        question: &Question,
        begin: impl Fn(&Url) -> T,
        add: impl Fn(&mut T, Part),
    ) -> Result<T, Failure> {
        self.until_whole(url, question, MEMBERS, begin, add).await
    }

    async fn until_whole<T>(
        &self,
        url: &Url,
        question: &Question,
        most: u64,
        begin: impl Fn(&Url) -> T,
        add: impl Fn(&mut T, Part),
    ) -> Result<T, Failure> {
        let mut tried = 0;
        loop {
            tried += 1;
            let error = match self.read_whole(url, question, most, &begin, &add).await {
                Ok(whole) => return Ok(whole),
                Err(error) => error,
            };
            // What `send` waited for already is not waited for again.
            let broke = matches!(error, Failure::NotDav(_) | Failure::Broken(_));
            match self.patience.wait(tried, None) {
                Some(wait) if broke && error.may_pass() => tokio::time::sleep(wait).await,
                _ => return Err(error),
            }
        }
    }

    async fn read_whole<T>(
        &self,
        url: &Url,
        question: &Question,
        most: u64,
        begin: &impl Fn(&Url) -> T,
        add: &impl Fn(&mut T, Part),
    ) -> Result<T, Failure> {
        let answer = self.ask(url, question).await?;
        let mut told = begin(&answer.url);
        let mut multistatus = answer.multistatus.within(most);
        while let Some(part) = multistatus.next().await? {
            add(&mut told, part);
        }
        Ok(told)
    }

    /// Asks for a multistatus, which is read by the caller.
    pub(super) async fn ask(&self, url: &Url, question: &Question) -> Result<Answer, Failure> {
        let response = self.send(url, question).await?;
        if response.status() != StatusCode::MULTI_STATUS {
            return Err(Failure::Status(response.status().as_u16()));
        }
        let url = response.url().clone();
        let body = response.bytes_stream().map_err(io::Error::other);
        let body: Pin<Box<dyn AsyncBufRead + Send>> = Box::pin(StreamReader::new(body));
        Ok(Answer {
            url,
            multistatus: Multistatus::open(body).await?,
        })
    }

    /// One resource's own bytes, at most so many.
    pub(super) async fn get(&self, url: &Url, most: usize) -> Result<Resource, Failure> {
        let mut tried = 0;
        loop {
            tried += 1;
            let response = self.send(url, &Question::get()).await?;
            match resource(response, most).await {
                Ok(resource) => return Ok(resource),
                Err(error) => match self.patience.wait(tried, None) {
                    Some(wait) if error.may_pass() => tokio::time::sleep(wait).await,
                    _ => return Err(error),
                },
            }
        }
    }

    /// The same, without asking again where the server is in trouble.
    pub(super) async fn get_once(&self, url: &Url, most: usize) -> Result<Resource, Failure> {
        let response = self.attempt(url, &Question::get()).await;
        resource(response.map_err(|(error, _)| error)?, most).await
    }

    /// Writes a resource, once: sent again by itself, it could undo what another program did meanwhile. Returns where
    /// the server put it, if it says so (RFC 9110 §10.2.2).
    ///
    /// # Errors
    /// With how long the server asks to be left alone.
    pub(super) async fn put(
        &self,
        url: &Url,
        question: &Question,
    ) -> Result<Option<Url>, (Failure, Option<Duration>)> {
        // Where it points elsewhere nobody has looked what is there.
        let response = self.knock(url, question).await.map_err(|error| (error, None))?;
        if response.status().is_redirection() {
            let place = header(response.headers(), LOCATION.as_str()).unwrap_or_default();
            return Err((Failure::Elsewhere(whereto(url, place)), None));
        }
        let response = self.successful(response).await?;
        match response.status() {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => {
                let place = header(response.headers(), LOCATION.as_str());
                Ok(place.and_then(|place| href::resolve(response.url(), place)))
            }
            status => Err((Failure::Status(status.as_u16()), None)),
        }
    }

    /// Sends until there is an answer of success, or waiting is of no more use.
    async fn send(&self, url: &Url, question: &Question) -> Result<Response, Failure> {
        let mut tried = 0;
        loop {
            tried += 1;
            let (error, asked) = match self.attempt(url, question).await {
                Ok(response) => return Ok(response),
                Err(failed) => failed,
            };
            match self.patience.wait(tried, asked) {
                Some(wait) if error.may_pass() => tokio::time::sleep(wait).await,
                _ => return Err(error),
            }
        }
    }

    /// Sends for an answer of success; with a failure comes how long the server asks to be left alone.
    async fn attempt(&self, url: &Url, question: &Question) -> Result<Response, (Failure, Option<Duration>)> {
        match self.follow(url, question).await {
            Ok(response) => self.successful(response).await,
            Err(error) => Err((error, None)),
        }
    }

    async fn successful(&self, response: Response) -> Result<Response, (Failure, Option<Duration>)> {
        if response.status().is_success() {
            return Ok(response);
        }
        let asked = header(response.headers(), RETRY_AFTER.as_str())
            .and_then(|value| retry_after(value, SystemTime::now()));
        Err((failed(response).await, asked))
    }

    /// Sends, and goes where the answer points as long as that is the same server.
    async fn follow(&self, url: &Url, question: &Question) -> Result<Response, Failure> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let response = self.knock(&url, question).await?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let target = header(response.headers(), LOCATION.as_str()).unwrap_or_default();
            url = match href::resolve(&url, target) {
                Some(target) if href::is_kin(self.address.url(), &target) => target,
                _ => return Err(Failure::Elsewhere(whereto(&url, target))),
            };
        }
        Err(Failure::Elsewhere(url.path().chars().take(200).collect()))
    }

    /// Sends once; if the server wants the login shown otherwise, once more.
    async fn knock(&self, url: &Url, question: &Question) -> Result<Response, Failure> {
        if !href::is_kin(self.address.url(), url) {
            return Err(Failure::Elsewhere(url.path().chars().take(200).collect()));
        }
        let mut shown = self.authorization(url, question.method);
        for _ in 0..2 {
            let response = self
                .once(url, question, shown.as_ref().map(|(_, value)| value.as_str()))
                .await?;
            if response.status() != StatusCode::UNAUTHORIZED {
                return Ok(response);
            }
            let lines = response.headers().get_all(WWW_AUTHENTICATE);
            let lines = lines.iter().filter_map(|line| line.to_str().ok());
            let (Some(_), Some(challenge)) = (&self.login, choose(challenges(lines))) else {
                return Err(Failure::Login);
            };
            let refused = match (&challenge, shown.as_ref().map(|(way, _)| way)) {
                // Not every server says that its nonce was only too old.
                (Challenge::Digest(new), Some(Challenge::Digest(old))) => {
                    !new.stale && new.nonce == old.nonce
                }
                (new, Some(old)) => new == old,
                (_, None) => false,
            };
            if refused {
                return Err(Failure::Login);
            }
            *self.way.lock().unwrap_or_else(PoisonError::into_inner) = Some(Way { challenge, count: 0 });
            shown = self.authorization(url, question.method);
        }
        Err(Failure::Login)
    }

    async fn once(&self, url: &Url, question: &Question, shown: Option<&str>) -> Result<Response, Failure> {
        let method = Method::from_bytes(question.method.as_bytes()).unwrap_or_default();
        let mut request = self.client.request(method, url.clone());
        for (name, value) in &question.headers {
            request = request.header(name, value);
        }
        if self.address.is_here() && question.method != "GET" {
            // Where nothing is far, packing takes longer than the way.
            request = request.header(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        if let Some(shown) = shown {
            let mut value = HeaderValue::from_str(shown).map_err(|_| Failure::Login)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if !question.body.is_empty() {
            request = request.body(question.body.clone());
        }
        request
            .send()
            .await
            .map_err(|error| match self.verifier.refused() {
                Some(digest) => Failure::Certificate(digest),
                None => Failure::unanswered(error),
            })
    }

    /// How the login is shown now, if it is: the way, and the header's value.
    fn authorization(&self, url: &Url, method: &str) -> Option<(Challenge, String)> {
        let login = self.login.as_ref()?;
        let way = {
            let mut way = self.way.lock().unwrap_or_else(PoisonError::into_inner);
            let way = way.as_mut()?;
            way.count += 1;
            way.clone()
        };
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).ok()?;
        let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
        let target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let asking = Asking {
            method,
            target: &target,
            count: way.count,
            salt: &salt,
        };
        let user = self.address.user().unwrap_or_default();
        let value = authorization(user, login, &way.challenge, &asking);
        Some((way.challenge, value))
    }
}

/// The server that an address leads to. What follows may hold somebody's session.
fn whereto(from: &Url, target: &str) -> String {
    match from.join(target) {
        Ok(target) if target.has_host() => target.origin().ascii_serialization(),
        Ok(target) => format!("{}:", target.scheme()),
        Err(_) => String::from("no address"),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What an answer means that is no success.
async fn failed(response: Response) -> Failure {
    let status = response.status().as_u16();
    let failure = match status {
        401 => return Failure::Login,
        404 | 410 => return Failure::Missing,
        _ if may_pass(status) => return Failure::Trouble(status),
        403 => Failure::Forbidden,
        _ => Failure::Status(status),
    };
    let Ok(page) = limited(response, EXPLANATION).await else {
        return failure;
    };
    match named(&page).await {
        Some(name) => Failure::Condition { status, name },
        None => failure,
    }
}

/// The precondition that a page names, if it is a `{DAV:}error`.
async fn named(page: &[u8]) -> Option<String> {
    let mut document = Document::open(page).await.ok()?;
    let mut error = document.root().clone();
    if !error.is(super::xml::Ns::Dav, "error") {
        return None;
    }
    while let Ok(Some(child)) = document.next().await {
        error.children.push(child);
    }
    condition(&error)
}

async fn resource(response: Response, most: usize) -> Result<Resource, Failure> {
    if response.status() != StatusCode::OK {
        return Err(Failure::Status(response.status().as_u16()));
    }
    let etag = response.headers().get("etag").and_then(|etag| etag.to_str().ok());
    let etag = etag.map(|etag| etag.trim().to_owned());
    let bytes = limited(response, most).await?;
    Ok(Resource { bytes, etag })
}

async fn limited(mut response: Response, most: usize) -> Result<Bytes, Failure> {
    let mut all = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if all.len() + chunk.len() > most => return Err(Failure::TooBig),
            Ok(Some(chunk)) => all.extend_from_slice(&chunk),
            Ok(None) => return Ok(all.freeze()),
            Err(error) if error.is_timeout() => return Err(Failure::Silent),
            Err(error) => return Err(Failure::Broken(error.without_url())),
        }
    }
}

impl From<super::xml::XmlError> for Failure {
    fn from(error: super::xml::XmlError) -> Self {
        Failure::NotDav(MultistatusError::Xml(error))
    }
}
