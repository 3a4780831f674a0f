//! Connecting an account: what is found there before any of it is mirrored, and what its owner left out.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sidekeep_links::dav::Refusal;
use sidekeep_links::{ErrorKind, LinkError, Listing, Phone};
use sidekeep_model::{Collection, CollectionId, Kind, PhoneId, Reading, SourceName};
use ts_rs::TS;

use crate::{Engine, EngineError, NotMirrored, Secrets, SecretsError, Source};

/// An account that answered.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct AccountFound {
    /// The source, in its canonical text.
    pub source: SourceName,
    /// What the account calls itself.
    pub name: String,
    /// Under which name this archive remembers it already.
    pub remembered: Option<String>,
    /// The phone or account that is there.
    pub phone: PhoneId,
    /// Its address books, calendars and lists of to-dos.
    pub collections: Vec<AccountCollection>,
    /// Kinds of which not all could be seen.
    pub unseen: Vec<Kind>,
}

/// One address book, calendar or list of to-dos of an account.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct AccountCollection {
    /// What it holds.
    pub kind: Kind,
    /// The collection.
    pub id: CollectionId,
    /// Its name.
    pub name: String,
    /// `#RRGGBB`.
    pub colour: Option<String>,
    /// Nothing can be put back into it.
    pub read_only: bool,
    /// How many items it has; None when that could not be seen.
    pub items: Option<u64>,
    /// It is not mirrored, by its owner's choice.
    pub left_out: bool,
}

/// An account to be remembered.
#[derive(Clone, Deserialize, TS)]
pub struct AccountOrder {
    /// The source.
    pub source: SourceName,
    /// What its owner calls it; None is the source itself.
    pub name: Option<String>,
    /// Its password; None for an account that asks for none.
    pub password: Option<String>,
    /// What is not to be mirrored.
    pub left_out: Vec<NotMirrored>,
    /// The phone that it belongs to; None is on its own.
    pub belongs_to: Option<PhoneId>,
}

/// The password that was typed just now.
struct Typed(Option<String>);

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed")
    }
}

impl Secrets for Typed {
    fn password(&self, _: &SourceName) -> Result<Option<String>, SecretsError> {
        Ok(self.0.clone())
    }

    fn keep(&self, _: &SourceName, _: &str) -> Result<(), SecretsError> {
        Ok(())
    }

    fn forget(&self, _: &SourceName) -> Result<bool, SecretsError> {
        Ok(false)
    }
}

/// How long an account is waited for that is only tried.
const TRIAL: Duration = Duration::from_secs(20);

impl Engine {
    /// Tries whether a password opens an account, and by which source: an e-mail address that the server does not know as a
    /// user's name is tried by its first part. Nothing is kept.
    ///
    /// # Errors
    /// When it cannot be reached; `Busy` when it takes longer than 20 seconds.
    pub async fn try_password(&self, source: &Source, password: &str) -> Result<Source, EngineError> {
        let typed = Some(password.to_owned());
        match tokio::time::timeout(TRIAL, self.open(source.clone(), typed)).await {
            Ok(opened) => Ok(opened?.0),
            Err(_) => Err(LinkError::new(ErrorKind::Busy(None), source.to_string()).into()),
        }
    }

    async fn open(
        &self,
        source: Source,
        password: Option<String>,
    ) -> Result<(Source, Box<dyn Phone>), EngineError> {
        let shorter = match (&source, &password) {
            (Source::Dav(address), Some(_)) => address.by_local_part().map(Source::Dav),
            _ => None,
        };
        let engine = match password {
            Some(password) => self.clone().secrets(Arc::new(Typed(Some(password)))),
            None => self.clone(),
        };
        let access = self.access.unasked();
        match (engine.connect(&source, &access).await, shorter) {
            (Err(error), Some(shorter)) if Refusal::of(&error) == Some(Refusal::Login) => {
                // What is told of a failure is told of the name that was typed.
                let phone = engine.connect(&shorter, &access).await.map_err(|_| error)?;
                Ok((shorter, phone))
            }
            (phone, _) => Ok((source, phone?)),
        }
    }

    /// Looks what an account holds. Nothing is kept, neither here nor there. `password`: as it was typed; None is the one
    /// that is kept, if there is one. The source that is told is the one that opened, as by [`Engine::try_password`].
    ///
    /// # Errors
    /// When the text is no source, or the account cannot be reached.
    pub async fn look_into(&self, text: &str, password: Option<String>) -> Result<AccountFound, EngineError> {
        let (source, mut phone) = self.open(Source::parse(text, Path::new("/"))?, password).await?;
        let mut known = self.remembered()?.into_iter();
        let known = known.find(|known| known.source == source.name());
        let left_out = known.as_ref().map_or(&[][..], |known| &known.left_out);
        let mut found = AccountFound {
            source: source.name(),
            name: phone.identity().name.clone(),
            remembered: None,
            phone: phone.identity().id.clone(),
            collections: Vec::new(),
            unseen: Vec::new(),
        };
        let offers = phone.offers();
        for kind in [Kind::Contact, Kind::Event, Kind::Task] {
            if offers.of(kind) == sidekeep_links::Offer::Readable {
                let listing = phone.list(kind, None).await?;
                found.take(kind, listing, left_out);
            }
        }
        found.remembered = known.map(|known| known.name);
        Ok(found)
    }

    /// Remembers an account and keeps its password; makes the archive when there is none. One that is remembered already
    /// gets the new password and choices, and keeps its name.
    ///
    /// # Errors
    /// When the text is no source, its name is another's, or the password cannot be kept; nothing is remembered then.
    /// `UnknownPhone` or `Circle` when it cannot belong there; the rest is remembered.
    pub fn add_account(&self, order: &AccountOrder) -> Result<(), EngineError> {
        let here = Path::new("/");
        let source = Source::parse(order.source.as_str(), here)?.name();
        let known = self.remembered()?.iter().any(|known| known.source == source);
        if !known {
            self.remember(source.as_str(), order.name.as_deref(), here)?;
        }
        let kept = match &order.password {
            Some(password) => self.secrets.keep(&source, password),
            None => Ok(()),
        };
        if let Err(error) = kept {
            if !known {
                self.forget(source.as_str())?;
            }
            return Err(error.into());
        }
        self.leave_out(&source, &order.left_out)?;
        self.source_belongs(&source, order.belongs_to.as_ref())
    }
}

impl AccountFound {
    fn take(&mut self, kind: Kind, listing: Listing, left_out: &[NotMirrored]) {
        if !listing.reading.lists_everything() {
            self.unseen.push(kind);
        }
        for collected in listing.collections {
            let Collection {
                id,
                name,
                colour,
                read_only,
                derived,
                ..
            } = collected.collection;
            let seen = !matches!(collected.reading, Reading::Unavailable { .. });
            self.collections.push(AccountCollection {
                kind,
                left_out: left_out.iter().any(|left| left.kind == kind && left.id == id),
                id,
                name,
                colour,
                read_only: read_only || derived,
                items: seen.then_some(collected.entries.len() as u64),
            });
        }
    }
}
