//! Mirror runs: connect, run, remember who was there.

use sidekeep_archive::Writer;
use sidekeep_links::{ErrorKind, LinkError, Phone, Reason, Why};

use crate::ways::another;
use crate::{ArchiveErrorKind, Engine, EngineError, Options, Preview, Report, Source, Watch};

impl Engine {
    /// Mirrors the phone at `source`; that it cannot be reached is noted beside the source, where that is remembered. An
    /// archive that exists is locked before the phone is troubled; one that does not is only made once the phone answers, so
    /// that a wrong address leaves no empty archive behind.
    ///
    /// Where the link is lost on the way and the phone answers by another one, a run by that goes on where this one was, and is
    /// the one that is reported.
    ///
    /// # Errors
    /// When the phone cannot be reached, another process writes, or the disk cannot take what arrives. A link that is
    /// lost on the way is an outcome in the report.
    pub async fn mirror(
        &self,
        source: &Source,
        options: &Options,
        watch: &Watch,
    ) -> Result<Report, EngineError> {
        let report = self.mirror_by(source, options, watch).await?;
        let is_lost = |why: &Why| why.reason == Reason::Unplugged;
        if !report.stopped.as_ref().is_some_and(is_lost) {
            return Ok(report);
        }
        let found = self.phones_nearby().await.unwrap_or_default();
        let Some(other) = another(&found, &report.phone.id, &options.source) else {
            return Ok(report);
        };
        tracing::info!(%source, %other, "the link is lost, and the run goes on by another");
        let options = Options {
            source: other.name(),
            ..options.clone()
        };
        // What stopped the run remains what is told, should that way lead nowhere either.
        Ok(self.mirror_by(&other, &options, watch).await.unwrap_or(report))
    }

    async fn mirror_by(
        &self,
        source: &Source,
        options: &Options,
        watch: &Watch,
    ) -> Result<Report, EngineError> {
        let locked = self.exists()?.then(|| self.writer()).transpose()?;
        let mut phone = tokio::select! {
            phone = self.reach(source) => {
                phone.inspect_err(|error| self.missed(&options.source, options.clock.now(), error))?
            }
            () = watch.cancelled() => {
                let stopped = LinkError::new(ErrorKind::Stopped, "before the phone was reached");
                return Err(stopped.into());
            }
        };
        let writer = locked.map_or_else(|| self.writer(), Ok)?;
        self.carry_out(&mut *phone, writer, options, watch).await
    }

    /// Mirrors a phone that is connected already.
    ///
    /// # Errors
    /// As [`Engine::mirror`].
    pub async fn mirror_phone(
        &self,
        phone: &mut dyn Phone,
        options: &Options,
        watch: &Watch,
    ) -> Result<Report, EngineError> {
        self.carry_out(phone, self.writer()?, options, watch).await
    }

    async fn carry_out(
        &self,
        phone: &mut dyn Phone,
        writer: Writer,
        options: &Options,
        watch: &Watch,
    ) -> Result<Report, EngineError> {
        let options = &self.chosen(options)?;
        let report = sidekeep_mirror::run(phone, writer, options, watch).await?;
        self.found(&options.source, &report.phone.id)?;
        Ok(report)
    }

    /// What a mirror run would do now. Writes nothing.
    ///
    /// # Errors
    /// When the phone cannot be reached or the archive cannot be read.
    pub async fn plan(&self, source: &Source, options: &Options) -> Result<Vec<Preview>, EngineError> {
        let mut phone = self.reach(source).await?;
        let archive = if self.exists()? {
            Some(self.archive()?)
        } else {
            None
        };
        let options = &self.chosen(options)?;
        let preview = sidekeep_mirror::dry_run(&mut *phone, archive.as_ref(), options);
        drop(archive);
        Ok(preview.await?)
    }

    /// There is an archive, readable or not.
    pub(crate) fn exists(&self) -> Result<bool, EngineError> {
        match self.archive() {
            Ok(_) => Ok(true),
            Err(EngineError::Archive(error)) if error.kind() == ArchiveErrorKind::Absent => Ok(false),
            Err(error) => Err(error),
        }
    }
}
