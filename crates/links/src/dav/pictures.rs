//! Pictures that contacts name by an address, with the account's login. Only the account's own servers are asked: a
//! contact may come from anybody, and an address in it must neither see the login nor learn who looks, nor make this
//! computer knock at doors of its own network.

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
/// After this many failures in a row, the rest fails as the last one did.
const IN_A_ROW: u32 = 5;

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
                // One that is not there, or not ours to ask, is an answer.
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
    let elsewhere = || LinkError::new(ErrorKind::Unsupported, "a picture on another server");
    let url = connection.at(&address).ok_or_else(elsewhere)?;
    match connection.get(&url, PICTURE).await {
        Ok(resource) => match picture_type(&resource.bytes) {
            Some(media) => Ok((media, resource.bytes)),
            // A login page, more likely than not.
            None => Err(Failure::NotAnItem.into_error(url.path())),
        },
        Err(Failure::Elsewhere(_)) => Err(elsewhere()),
        Err(error) => Err(error.into_error(url.path())),
    }
}
