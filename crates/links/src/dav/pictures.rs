//! Pictures that contacts name by an address, with the account's login. Only the account's own servers are asked: a
//! contact may come from anybody, and an address in it must neither see the login nor learn who looks, nor make this
//! computer knock at doors of its own network.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use sidekeep_formats::vcard::picture_type;
use sidekeep_model::Media;

use super::connection::Connection;
use super::failure::Failure;
use crate::{ErrorKind, LinkError, Sink, Stat};

/// Bytes of one picture.
const PICTURE: usize = 16 << 20;
/// Requests under way at once.
const LANES: usize = 4;
/// After this many failures of the server in a row, the rest fails as the last one did.
const IN_A_ROW: u32 = 5;
/// How long it may take, once: a picture is an extra, and asked for again by the next run.
const SILENCE: Duration = Duration::from_secs(20);

/// Brings the pictures into `out`; see [`crate::Phone::pictures`].
pub(super) async fn fetch(
    connection: &Connection,
    addresses: &[String],
    out: &mut dyn Sink,
) -> Result<(), LinkError> {
    let mut answers = stream::iter(addresses.to_vec())
        .map(|address| one(connection, address))
        .buffered(LANES);
    let mut failed: (u32, Option<LinkError>) = (0, None);
    for index in 0..addresses.len() {
        let outcome = match &failed {
            (IN_A_ROW.., Some(last)) => Err(last.again()),
            _ => match answers.next().await {
                Some(outcome) => outcome,
                None => return Ok(()),
            },
        };
        out.begin(index).await?;
        let stat = match outcome {
            Ok((media, bytes)) => {
                failed.0 = 0;
                let size = Some(bytes.len() as u64);
                out.bytes(bytes).await?;
                Ok(Stat {
                    size,
                    media: Some(media),
                    ..Stat::default()
                })
            }
            Err(error) => {
                // One that is not there, or of no use, is an answer.
                if !matches!(error.kind(), ErrorKind::Missing | ErrorKind::Unsupported) {
                    failed = (failed.0 + 1, Some(error.again()));
                }
                Err(error)
            }
        };
        out.end(stat).await?;
    }
    Ok(())
}

async fn one(connection: &Connection, address: String) -> Result<(Media, Bytes), LinkError> {
    let unusable = |why: &str| LinkError::new(ErrorKind::Unsupported, why);
    // What names no server would be another picture for each account that has the contact.
    let is_whole = ["http://", "https://"].iter().any(|scheme| {
        let start = address.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let Some(url) = connection.at(&address).filter(|_| is_whole) else {
        return Err(unusable("a picture on another server"));
    };
    let asked = tokio::time::timeout(SILENCE, connection.get_once(&url, PICTURE)).await;
    match asked.unwrap_or(Err(Failure::Silent)) {
        Ok(resource) => match picture_type(&resource.bytes) {
            Some(media) => Ok((media, resource.bytes)),
            None => Err(unusable("no picture of a known format")),
        },
        Err(
            error @ (Failure::Elsewhere(_)
            | Failure::Forbidden
            | Failure::Condition { .. }
            | Failure::Status(400..500)
            | Failure::TooBig),
        ) => Err(unusable(&error.to_string())),
        Err(error) => Err(error.into_error(url.path())),
    }
}
