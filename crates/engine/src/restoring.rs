//! Restores: connect, mirror, write, read again.

use std::sync::Arc;

use sidekeep_links::Phone;
use sidekeep_model::{Collection, CollectionId, Kind, PhoneId};

use crate::{Engine, EngineError, Options, RestoreOptions, RestoreReport, Source, Watch};

impl Engine {
    /// Puts items of the archive back on the phone at `source`, after a mirror run of their kind. The archive is locked
    /// before the phone is troubled.
    ///
    /// # Errors
    /// When the phone cannot be reached, there is no archive, another process writes, or the disk cannot take what is read
    /// again. What the phone did not take is told in the report.
    pub async fn restore(
        &self,
        source: &Source,
        kind: Kind,
        restore: &RestoreOptions,
        options: &Options,
        watch: &Watch,
    ) -> Result<RestoreReport, EngineError> {
        // Nothing can be restored from an archive that is not there, and none is made for it.
        drop(self.archive()?);
        let writer = self.writer()?;
        let options = &self.chosen(options)?;
        let mut phone = self.reach(source).await?;
        let report = sidekeep_mirror::restore(&mut *phone, writer, kind, restore, options, watch).await?;
        // What came of the restore is told whatever becomes of this.
        if let Err(error) = self.found(&options.source, &report.fresh.phone.id) {
            tracing::warn!(%error, "where the phone was found is not remembered");
        }
        Ok(report)
    }

    /// [`Engine::restore`] to a phone that is connected already.
    ///
    /// # Errors
    /// As [`Engine::restore`].
    pub async fn restore_phone(
        &self,
        phone: &mut dyn Phone,
        kind: Kind,
        restore: &RestoreOptions,
        options: &Options,
        watch: &Watch,
    ) -> Result<RestoreReport, EngineError> {
        drop(self.archive()?);
        let report = sidekeep_mirror::restore(phone, self.writer()?, kind, restore, options, watch).await?;
        Ok(report)
    }

    /// The collection of a kind that has this name or id on a phone.
    ///
    /// # Errors
    /// `UnknownPlace` when there is none, or several of this name and none of this id.
    pub fn place(&self, phone: &PhoneId, kind: Kind, name: &str) -> Result<CollectionId, EngineError> {
        let mut there: Vec<Arc<Collection>> = Vec::new();
        for collected in self.archive()?.collections(Some(phone))? {
            let collection = collected.collection;
            if collected.kind == kind && there.iter().all(|known| known.id != collection.id) {
                there.push(collection);
            }
        }
        if let Some(one) = there.iter().find(|one| one.id.as_str() == name) {
            return Ok(one.id.clone());
        }
        let mut named = there.iter().filter(|one| one.name == name);
        match (named.next(), named.next()) {
            (Some(one), None) => Ok(one.id.clone()),
            _ => Err(EngineError::UnknownPlace {
                kind,
                name: name.to_owned(),
                there,
            }),
        }
    }
}
