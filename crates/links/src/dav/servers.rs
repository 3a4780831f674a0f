//! Which servers a domain names for its address books and calendars, by DNS (RFC 6764 §3 and §4). It asks none of them,
//! and knows only services behind TLS.

use std::fmt;
use std::net::SocketAddr;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::rdata::SRV;
use hickory_resolver::proto::rr::{RData, Record, RecordType};

use super::address::Address;
use super::place::Half;
use crate::{ErrorKind, LinkError};

/// A server that a domain names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The account there.
    pub address: Address,
    /// It is named for address books.
    pub books: bool,
    /// It is named for calendars.
    pub calendars: bool,
    /// Its name is neither the domain's nor below it. Whoever forges an answer of DNS could send a password there, so its
    /// owner has to say that it is the right one (RFC 6764 §8).
    pub elsewhere: bool,
}

/// Who is asked for names.
#[derive(Clone)]
pub struct Dns(TokioResolver);

impl fmt::Debug for Dns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dns")
    }
}

impl Dns {
    /// Those that the system asks.
    ///
    /// # Errors
    /// `Unplugged` when the system names none.
    pub fn of_system() -> Result<Self, LinkError> {
        let resolver = TokioResolver::builder_tokio().and_then(|builder| builder.build());
        resolver.map(Self).map_err(unanswered)
    }

    /// This one.
    ///
    /// # Errors
    /// `Unplugged` when it cannot be asked from here.
    pub fn at(address: SocketAddr) -> Result<Self, LinkError> {
        let mut connection = ConnectionConfig::udp();
        connection.port = address.port();
        let mut server = NameServerConfig::udp(address.ip());
        server.connections = vec![connection];
        let config = ResolverConfig::from_name_servers(vec![server]);
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        builder.build().map(Self).map_err(unanswered)
    }

    /// What is told of a name; nothing where there is no such name.
    async fn told(&self, name: &str, kind: RecordType) -> Result<Vec<Record>, LinkError> {
        match self.0.lookup(name, kind).await {
            Ok(found) => Ok(found.answers().to_vec()),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(unanswered(error)),
        }
    }
}

fn unanswered(error: NetError) -> LinkError {
    LinkError::caused(ErrorKind::Unplugged, "DNS", error)
}

/// What DNS says of one half.
enum Told {
    At(Address),
    /// The service is decidedly not there (RFC 2782, target `.`).
    Nowhere,
    Nothing,
}

/// The servers of the domain at which `account` is. Where DNS names none, that is the domain itself.
///
/// # Errors
/// `Unplugged` when DNS does not answer.
pub async fn servers(account: &Address, dns: &Dns) -> Result<Vec<Server>, LinkError> {
    let mut servers: Vec<Server> = Vec::new();
    let books = told(account, Half::Books, dns).await?;
    let calendars = told(account, Half::Calendars, dns).await?;
    if let (Told::Nothing, Told::Nothing) = (&books, &calendars) {
        servers.push(Server {
            address: account.clone(),
            books: true,
            calendars: true,
            elsewhere: false,
        });
    }
    for (half, told) in [(Half::Books, books), (Half::Calendars, calendars)] {
        let Told::At(address) = told else { continue };
        let known = servers.iter().position(|server| server.address == address);
        let server = match known {
            Some(at) => servers.remove(at),
            None => Server {
                elsewhere: !address.is_within(account),
                address,
                books: false,
                calendars: false,
            },
        };
        servers.push(Server {
            books: server.books || half == Half::Books,
            calendars: server.calendars || half == Half::Calendars,
            ..server
        });
    }
    Ok(servers)
}

async fn told(account: &Address, half: Half, dns: &Dns) -> Result<Told, LinkError> {
    let Some(domain) = account.url().domain() else {
        return Ok(Told::Nothing);
    };
    let name = format!("{}.{domain}.", half.service());
    let named = dns.told(&name, RecordType::SRV).await?;
    let Some(server) = first(named.iter().filter_map(srv)) else {
        return Ok(Told::Nothing);
    };
    if server.target.is_root() {
        return Ok(Told::Nowhere);
    }
    let texts = dns.told(&name, RecordType::TXT).await?;
    let path = texts.iter().find_map(path).unwrap_or_default();
    let host = server.target.to_ascii();
    let address = account.moved(host.trim_end_matches('.'), server.port, &path);
    // A name that is none names nothing.
    Ok(address.map_or(Told::Nothing, Told::At))
}

fn srv(record: &Record) -> Option<&SRV> {
    match &record.data {
        RData::SRV(server) => Some(server),
        _ => None,
    }
}

/// The one to ask first. Among equals the heaviest: an account is asked by one program at a time, and is to be found at
/// the same place each time.
fn first<'a>(named: impl Iterator<Item = &'a SRV>) -> Option<&'a SRV> {
    named.min_by_key(|server| {
        (
            server.priority,
            u16::MAX - server.weight,
            server.target.to_ascii(),
        )
    })
}

/// `path=` of a text (RFC 6764 §4).
fn path(record: &Record) -> Option<String> {
    let RData::TXT(text) = &record.data else {
        return None;
    };
    let strings = text.txt_data.iter();
    strings
        .filter_map(|string| std::str::from_utf8(string).ok())
        .find_map(|string| string.strip_prefix("path="))
        .map(str::to_owned)
}
