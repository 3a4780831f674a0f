//! Payloads that a listing had to read whole, kept for the fetch that follows it.

use std::collections::HashMap;

use bytes::Bytes;
use sidekeep_model::{Digest, Fingerprint, Marks, Media, RemoteId};

use crate::{Entry, ErrorKind, LinkError, Sink, Stat, Wanted};

/// Payloads of one kind, as last listed.
#[derive(Debug)]
pub(super) struct Held {
    media: &'static str,
    payloads: HashMap<RemoteId, Bytes>,
}

impl Held {
    pub(super) fn new(media: &'static str, payloads: HashMap<RemoteId, Bytes>) -> Self {
        Self { media, payloads }
    }

    /// Hands on what is wanted.
    ///
    /// # Errors
    /// When the sink stops.
    pub(super) async fn fetch(&self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        for (index, item) in wanted.iter().enumerate() {
            let outcome = match self.payloads.get(&item.remote) {
                Some(payload) => Ok((payload.clone(), fingerprint(payload))),
                None => Err(LinkError::new(ErrorKind::Missing, item.remote.as_str())),
            };
            give(out, index, self.media, outcome).await?;
        }
        Ok(())
    }
}

/// The entry of a payload whose state is its bytes.
pub(super) fn entry(remote: RemoteId, payload: &Bytes) -> Entry {
    Entry {
        remote,
        fingerprint: fingerprint(payload),
        unchanged: false,
        size: Some(payload.len() as u64),
        marks: Marks::default(),
    }
}

fn fingerprint(payload: &Bytes) -> Fingerprint {
    Fingerprint(Digest::of(payload).to_hex()[..32].to_owned())
}

/// Hands on one whole payload, or says why not.
///
/// # Errors
/// When the sink stops.
pub(super) async fn give(
    out: &mut dyn Sink,
    index: usize,
    media: &str,
    outcome: Result<(Bytes, Fingerprint), LinkError>,
) -> Result<(), LinkError> {
    out.begin(index).await?;
    let stat = match outcome {
        Ok((payload, fingerprint)) => {
            let size = payload.len() as u64;
            out.bytes(payload).await?;
            Ok(Stat {
                fingerprint: Some(fingerprint),
                size: Some(size),
                media: Some(Media::from(media)),
            })
        }
        Err(error) => Err(error),
    };
    out.end(stat).await
}
