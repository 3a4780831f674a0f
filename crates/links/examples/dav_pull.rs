//! Lists and fetches the contacts and events of an account and throws the bytes away, then asks what is new: what the
//! link alone costs. The password is the first line of standard input.
//!
//! `dav_pull ADDRESS`

use std::io::Write;
use std::time::Instant;

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_links::conformance::wanted;
use sidekeep_links::dav::{self, Address, Login, Patience};
use sidekeep_links::{LinkError, Phone, Sink, Stat};
use sidekeep_model::Kind;

/// Counts what comes.
#[derive(Default)]
struct Count {
    items: usize,
    failed: usize,
    bytes: usize,
}

#[async_trait]
impl Sink for Count {
    async fn begin(&mut self, _: usize) -> Result<(), LinkError> {
        Ok(())
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        self.bytes += bytes.len();
        Ok(())
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        self.items += 1;
        self.failed += usize::from(outcome.is_err());
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("dav_pull ADDRESS")?;
    let mut password = String::new();
    std::io::stdin().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    let login = (!password.is_empty()).then(|| Login(password.to_owned()));
    let mut out = std::io::stdout();
    let began = Instant::now();
    let mut phone = dav::connect(&Address::parse(&address)?, login, Patience::default()).await?;
    writeln!(out, "connected: {:.2} s", began.elapsed().as_secs_f64())?;
    for kind in [Kind::Contact, Kind::Event, Kind::Task] {
        let began = Instant::now();
        let listing = phone.list(kind, None).await?;
        let listed = began.elapsed().as_secs_f64();
        let wanted = wanted(kind, &listing);
        let mut count = Count::default();
        phone.fetch(&wanted, &mut count).await?;
        let fetched = began.elapsed().as_secs_f64();
        let again = Instant::now();
        phone.list(kind, listing.cursor.as_ref()).await?;
        writeln!(
            out,
            "{kind}: {} items, {} failed, {} bytes; listed {listed:.2} s, fetched {fetched:.2} s, nothing new {:.2} s",
            count.items,
            count.failed,
            count.bytes,
            again.elapsed().as_secs_f64()
        )?;
    }
    Ok(())
}
