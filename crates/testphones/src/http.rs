//! HTTP for tests: a server whose answers a function gives, and a proxy that spoils the Nth answer of a real server.
//! One request a connection; it knows no TLS.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// The most that a request's or an answer's head may take.
const HEAD: usize = 64 << 10;

/// What was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Such as `PROPFIND`.
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Request {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status; 0 hangs up without a word.
    pub status: u16,
    /// Content-Length is added.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
    /// Only this much of the body comes, then the connection ends.
    pub cut: Option<usize>,
}

impl Reply {
    /// An answer without headers.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            body: body.into(),
            ..Self::default()
        }
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A running server; dropping it ends every connection.
#[derive(Debug)]
pub struct HttpServer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl HttpServer {
    /// Answers on a free port of the loopback address.
    ///
    /// # Errors
    /// When no port can be opened.
    pub async fn start<F, A>(answer: F) -> io::Result<Self>
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Reply> + Send,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let answer = Arc::new(answer);
        let task = tokio::spawn(async move {
            // Owned here, so that connections end with the server.
            let mut connections = JoinSet::new();
            while let Ok((mut socket, _)) = listener.accept().await {
                let answer = Arc::clone(&answer);
                connections.spawn(async move {
                    let request = read_request(&mut socket).await?;
                    let reply = answer(request).await;
                    write_reply(&mut socket, &reply).await
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, task })
    }

    /// Where to connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// How an answer is spoilt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// Half of the body comes, then the connection ends.
    Cut,
    /// Half of the body comes as if it were all.
    Torn,
    /// No answer at all, though the server behind did what was asked.
    HangUp,
    /// No answer at all, and the server behind was not asked.
    Unheard,
    /// This status, and a page that says so.
    Status(u16),
    /// A login page, with this status.
    Page(u16),
    /// A multistatus that tells of nothing.
    Nothing,
    /// The right answer, later.
    Late(Duration),
}

/// A running proxy. It passes requests on and spoils answers from the Nth on.
#[derive(Debug)]
pub struct Spoiler {
    server: HttpServer,
    plan: Arc<Mutex<Plan>>,
}

/// Which answers are spoilt, and how.
#[derive(Debug)]
struct Plan {
    spoil: Spoil,
    first: u64,
    last: u64,
    asked: u64,
}

impl Plan {
    /// How the next answer is spoilt, if it is.
    fn next(&mut self) -> Option<Spoil> {
        self.asked += 1;
        let spoils = (self.first..=self.last).contains(&self.asked);
        spoils.then(|| self.spoil.clone())
    }
}

impl Spoiler {
    /// Stands before the server at `target`; the answers `first` to `last`, counted from 1, are spoilt.
    ///
    /// # Errors
    /// When no port can be opened.
    pub async fn start(target: SocketAddr, spoil: Spoil, first: u64, last: u64) -> io::Result<Self> {
        let plan = Arc::new(Mutex::new(Plan {
            spoil,
            first,
            last,
            asked: 0,
        }));
        let planned = Arc::clone(&plan);
        let server = HttpServer::start(move |request| {
            let spoil = planned.lock().unwrap_or_else(PoisonError::into_inner).next();
            async move {
                if spoil == Some(Spoil::Unheard) {
                    return Reply::default();
                }
                let reply = pass(target, request).await.unwrap_or_default();
                match spoil {
                    Some(spoil) => spoilt(reply, spoil).await,
                    None => reply,
                }
            }
        })
        .await?;
        Ok(Self { server, plan })
    }

    /// Spoils otherwise from now on, and counts anew.
    pub fn spoil(&self, spoil: Spoil, first: u64, last: u64) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = Plan {
            spoil,
            first,
            last,
            asked: 0,
        };
    }

    /// Where to connect.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// An answer was spoilt: false ends the fault loop.
    pub fn fired(&self) -> bool {
        let plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        plan.asked >= plan.first
    }
}

async fn spoilt(reply: Reply, spoil: Spoil) -> Reply {
    let half = reply.body.len() / 2;
    match spoil {
        Spoil::Cut => Reply {
            cut: Some(half),
            ..reply
        },
        Spoil::Torn => Reply {
            body: reply.body[..half].to_vec(),
            ..reply
        },
        Spoil::HangUp | Spoil::Unheard => Reply::default(),
        Spoil::Status(status) => Reply::new(status, "<html><body>trouble</body></html>"),
        Spoil::Page(status) => {
            let page = "<html><head><title>Log in</title></head><body><form/></body></html>";
            Reply::new(status, page).header("Content-Type", "text/html")
        }
        Spoil::Nothing => {
            let nothing = "<?xml version=\"1.0\"?><multistatus xmlns=\"DAV:\"/>";
            Reply::new(207, nothing).header("Content-Type", "application/xml")
        }
        Spoil::Late(time) => {
            tokio::time::sleep(time).await;
            reply
        }
    }
}

/// Asks the server behind. HTTP/1.0, so that the end of the connection is the end of the answer.
///
/// # Errors
/// When it cannot be reached, or does not speak HTTP.
pub async fn pass(target: SocketAddr, request: Request) -> io::Result<Reply> {
    let mut socket = TcpStream::connect(target).await?;
    let mut head = format!("{} {} HTTP/1.0\r\n", request.method, request.target);
    for (name, value) in &request.headers {
        if !matches!(name.as_str(), "connection" | "accept-encoding" | "content-length") {
            head += &format!("{name}: {value}\r\n");
        }
    }
    head += &format!("content-length: {}\r\n\r\n", request.body.len());
    socket.write_all(head.as_bytes()).await?;
    socket.write_all(&request.body).await?;
    let (head, rest) = read_head(&mut socket).await?;
    let mut body = rest;
    socket.read_to_end(&mut body).await?;
    let (first, mut headers) = parse(&head)?;
    headers.retain(|(name, _)| {
        !matches!(
            name.as_str(),
            "content-length" | "connection" | "transfer-encoding"
        )
    });
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(Reply {
        status: status.ok_or(io::ErrorKind::InvalidData)?,
        headers,
        body,
        cut: None,
    })
}

async fn read_request(socket: &mut TcpStream) -> io::Result<Request> {
    let (head, mut body) = read_head(socket).await?;
    let (first, headers) = parse(&head)?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, target) = (words.next(), words.next());
    let mut request = Request {
        method: method.unwrap_or_default(),
        target: target.unwrap_or_default(),
        headers,
        body: Vec::new(),
    };
    let length = request
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    while body.len() < length {
        if socket.read_buf(&mut body).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    request.body = body;
    Ok(request)
}

/// The head without its empty line, and what came after it.
async fn read_head(socket: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            bytes.truncate(end);
            let head = String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?;
            return Ok((head, rest));
        }
        if bytes.len() > HEAD || socket.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

fn parse(head: &str) -> io::Result<(String, Vec<(String, String)>)> {
    let mut lines = head.split("\r\n");
    let first = lines.next().ok_or(io::ErrorKind::InvalidData)?.to_owned();
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    Ok((first, headers.collect()))
}

async fn write_reply(socket: &mut TcpStream, reply: &Reply) -> io::Result<()> {
    if reply.status == 0 {
        return Ok(());
    }
    let mut head = format!(
        "HTTP/1.1 {} x\r\nContent-Length: {}\r\nConnection: close\r\n",
        reply.status,
        reply.body.len()
    );
    for (name, value) in &reply.headers {
        head += &format!("{name}: {value}\r\n");
    }
    socket.write_all(format!("{head}\r\n").as_bytes()).await?;
    socket
        .write_all(&reply.body[..reply.cut.unwrap_or(reply.body.len())])
        .await?;
    socket.shutdown().await
}
