//! Who this computer is to a phone that asks, and whether the phone's owner may be asked to allow it.

use std::sync::Arc;
use std::time::Duration;

use super::key::{Key, KeyError, Keys};
use crate::{ErrorKind, LinkError};

/// What a connection may show of this computer.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Where the key comes from; without it, a phone that asks for one is not reached.
    pub keys: Option<Arc<dyn Keys>>,
    /// How long the owner of a phone that does not know the key may take to allow it. Zero: the phone is not made to ask
    /// them, and no key is made.
    pub patience: Duration,
}

impl Access {
    /// With this key; the owner is not asked.
    pub fn with(keys: impl Keys + 'static) -> Self {
        Self {
            keys: Some(Arc::new(keys)),
            patience: Duration::ZERO,
        }
    }

    /// With so much time for the owner to allow the key.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The same without asking anybody, for who only looks.
    pub fn unasked(&self) -> Self {
        self.clone().patience(Duration::ZERO)
    }

    /// The key; made when there is none.
    ///
    /// # Errors
    /// `Refused` when there is no place for it, or it cannot be used.
    pub async fn obtain(&self) -> Result<Key, LinkError> {
        let key = self.ask(|keys| keys.obtain()).await?;
        key.ok_or_else(|| LinkError::new(ErrorKind::Refused, "there is no place for an adb key"))
    }

    /// The key that there is already.
    pub(super) async fn known(&self) -> Result<Option<Key>, LinkError> {
        self.ask(|keys| keys.known()).await.map(Option::flatten)
    }

    /// The key to show: where the owner can be asked, a new one serves as well.
    pub(super) async fn key(&self) -> Result<Option<Key>, LinkError> {
        match self.patience.is_zero() {
            true => self.known().await,
            false => self.ask(|keys| keys.obtain()).await,
        }
    }

    /// Off this thread: a key takes its time.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Keys) -> Result<T, KeyError> + Send + 'static,
    ) -> Result<Option<T>, LinkError> {
        let Some(keys) = self.keys.clone() else {
            return Ok(None);
        };
        let answer = tokio::task::spawn_blocking(move || question(&*keys)).await;
        answer
            .unwrap_or(Err(KeyError::Broken))
            .map(Some)
            .map_err(unusable)
    }
}

/// There is a key, and it cannot be used.
pub(super) fn unusable(error: KeyError) -> LinkError {
    LinkError::caused(ErrorKind::Refused, "the adb key of this computer", error)
}
