//! A DNS server for tests: it answers from a table over UDP (RFC 1035 §4), without recursion.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// What the table tells of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A server (RFC 2782).
    Srv {
        /// The lowest is asked first.
        priority: u16,
        /// Among equals, the heaviest is asked most.
        weight: u16,
        /// Its port.
        port: u16,
        /// Its name without the last dot; empty: there is decidedly none.
        target: String,
    },
    /// A text of at most 255 bytes.
    Txt(String),
}

impl Told {
    fn kind(&self) -> u16 {
        match self {
            Told::Txt(_) => 16,
            Told::Srv { .. } => 33,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Told::Txt(text) => sized(text),
            Told::Srv {
                priority,
                weight,
                port,
                target,
            } => {
                let numbers = [priority, weight, port].into_iter();
                let labels = target.split('.').filter(|label| !label.is_empty());
                numbers
                    .flat_map(|number| number.to_be_bytes())
                    .chain(labels.flat_map(sized))
                    .chain([0])
                    .collect()
            }
        }
    }
}

/// A name and one thing that is told of it.
pub type Row = (&'static str, Told);

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct DnsServer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for DnsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl DnsServer {
    /// Answers on a free port of the loopback address; with status `trouble`, where it is not 0, whatever is asked
    /// (RFC 1035 §4.1.1 `RCODE`).
    ///
    /// # Errors
    /// When no port can be opened.
    pub async fn start(table: Vec<Row>, trouble: u8) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        let task = tokio::spawn(async move {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query).await {
                if let Some(answer) = answer(&query[..length], &table, trouble) {
                    // Who asked may be gone.
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        Ok(Self { address, task })
    }

    /// Where to ask.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// The answer to a query with one question; None to what is none.
fn answer(query: &[u8], table: &[Row], trouble: u8) -> Option<Vec<u8>> {
    let (name, end) = name(query)?;
    let question = query.get(12..end + 4)?;
    let kind = u16::from_be_bytes(query.get(end..end + 2)?.try_into().ok()?);
    let named: Vec<&Told> = table
        .iter()
        .filter(|(known, _)| trouble == 0 && *known == name)
        .map(|(_, told)| told)
        .collect();
    let code = match (trouble, named.is_empty()) {
        (0, true) => 3,
        (trouble, _) => trouble,
    };
    let found: Vec<&Told> = named.into_iter().filter(|told| told.kind() == kind).collect();
    let mut bytes = query[..2].to_vec();
    bytes.extend([
        0x85,
        0x80 | code,
        0,
        1,
        0,
        u8::try_from(found.len()).ok()?,
        0,
        0,
        0,
        0,
    ]);
    bytes.extend(question);
    for told in found {
        let content = told.bytes();
        // The question's name, its kind, the internet, for a minute.
        bytes.extend([0xC0, 12]);
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 0, 60]);
        bytes.extend(u16::try_from(content.len()).ok()?.to_be_bytes());
        bytes.extend(content);
    }
    Some(bytes)
}

/// The name in a query's question, in small letters, and where it ends.
fn name(query: &[u8]) -> Option<(String, usize)> {
    let mut at = 12;
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            return Some((labels.join("."), at));
        }
        let label = std::str::from_utf8(query.get(at..at + length)?).ok()?;
        labels.push(label.to_ascii_lowercase());
        at += length;
    }
}

/// A text after its length.
pub(crate) fn sized(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
    std::iter::once(length)
        .chain(text.bytes().take(length.into()))
        .collect()
}
