//! The way to one phone: by which link it goes, as whom, and with which password.

use std::sync::Arc;
use std::time::Duration;

use sidekeep_links::adb::Access;
use sidekeep_links::dav::{self, Login, Patience};
use sidekeep_links::{ErrorKind, LinkError, Phone, folder::FolderPhone, mtp};
use sidekeep_model::SourceName;

use crate::adb;
use crate::secrets::{Secrets, SecretsError};
use crate::{Engine, EngineError, Source};

impl Engine {
    /// Reaches the phone at a source, and tells it what it has to know.
    pub(crate) async fn reach(&self, source: &Source) -> Result<Box<dyn Phone>, EngineError> {
        match source {
            Source::Mtp { serial } => {
                let phone = mtp::connect(serial, self.patience).await?;
                Ok(Box::new(self.informed(phone, &source.name())?))
            }
            other => Ok(self.connect(other, &self.access).await?),
        }
    }

    /// Reaches the phone at a source. `access`: who we are over adb.
    ///
    /// # Errors
    /// As the link says.
    pub(crate) async fn connect(
        &self,
        source: &Source,
        access: &Access,
    ) -> Result<Box<dyn Phone>, LinkError> {
        let adb = match source {
            Source::Adb { host, port, root } => adb::at_address(host, *port, root, access).await?,
            Source::AdbWifi { name, root } => adb::on_network(&self.mdns, name, root, access).await?,
            Source::AdbUsb { serial } => adb::at_cable(serial, access).await?,
            Source::Mtp { serial } => return Ok(Box::new(mtp::connect(serial, Duration::ZERO).await?)),
            Source::Folder(path) => return Ok(Box::new(FolderPhone::open(path)?)),
            Source::Dav(address) => {
                let login = match address.user() {
                    Some(_) => password(source.name(), &self.secrets).await?.map(Login),
                    None => None,
                };
                return Ok(Box::new(dav::connect(address, login, Patience::default()).await?));
            }
        };
        Ok(Box::new(match self.jobs {
            Some(jobs) => adb.jobs(jobs),
            None => adb,
        }))
    }
}

/// The password of an account; a place for passwords may ask its owner, and take its time.
async fn password(source: SourceName, secrets: &Arc<dyn Secrets>) -> Result<Option<String>, LinkError> {
    let secrets = Arc::clone(secrets);
    let asked = tokio::task::spawn_blocking(move || secrets.password(&source)).await;
    let failed = |error: SecretsError| LinkError::caused(ErrorKind::Refused, "no password", error);
    match asked {
        Ok(password) => password.map_err(failed),
        Err(error) => Err(failed(SecretsError::Failed(error.to_string()))),
    }
}
