//! A sink that keeps what comes, shared by the tests of accounts.

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_links::{LinkError, Sink, Stat};

/// What came of one item: its index, its bytes, and how it ended.
pub(crate) type Came = (usize, Vec<u8>, Option<Result<Stat, LinkError>>);

/// Keeps what comes.
#[derive(Default)]
pub(crate) struct Tray(pub(crate) Vec<Came>);

#[async_trait]
impl Sink for Tray {
    async fn begin(&mut self, index: usize) -> Result<(), LinkError> {
        self.0.push((index, Vec::new(), None));
        Ok(())
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        self.0.last_mut().unwrap().1.extend_from_slice(&bytes);
        Ok(())
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        self.0.last_mut().unwrap().2 = Some(outcome);
        Ok(())
    }
}
