//! Phones at the cable: which are there, over adb or MTP; which folders of them are looked at over MTP, and what is known of
//! them before they are asked.

use std::collections::{BTreeMap, HashSet};

use sidekeep_links::mtp::{Attached, MtpPhone, State as CableState, lies_outside};
use sidekeep_links::{ErrorKind, Phone, adb};
use sidekeep_model::{Collection, CollectionId, Kind, SourceName};

use crate::phones::{Asked, Reachable, State, of_answer};
use crate::remembered::{Remembered, Sources};
use crate::{Engine, EngineError, Source};

/// Kinds that MTP brings.
const KINDS: [Kind; 5] = [Kind::Photo, Kind::Film, Kind::Contact, Kind::Event, Kind::Task];

impl Engine {
    /// Notes which folders of a remembered phone are looked at over MTP, `/`-separated and below each of its storages; none
    /// means the usual ones. What is kept of others stays as it is.
    ///
    /// # Errors
    /// When the list cannot be read or written.
    pub fn look_into_folders(&self, source: &SourceName, folders: &[String]) -> Result<(), EngineError> {
        Ok(Sources::of(&self.root)?.folders(source, folders)?)
    }

    /// A phone over MTP that knows what its owner chose, and what was found on it before: without that it cannot say that
    /// anything is gone.
    ///
    /// # Errors
    /// When the list of sources or the archive cannot be read.
    pub fn informed(&self, phone: MtpPhone, source: &SourceName) -> Result<MtpPhone, EngineError> {
        let found_before = self.found_before(&phone, source)?;
        let phone = phone.found_before(found_before);
        let remembered = self.remembered()?.into_iter();
        let folders = remembered.filter(|known| known.source == *source);
        Ok(
            match folders.flat_map(|known| known.folders).collect::<Vec<_>>() {
                none if none.is_empty() => phone,
                folders => phone.folders(folders),
            },
        )
    }

    /// The collections that lie outside the folders that its owner chose.
    pub(crate) fn not_chosen(&self, known: &Remembered) -> Result<Vec<(Kind, CollectionId)>, EngineError> {
        let (Some(phone), false, true) = (&known.phone, known.folders.is_empty(), self.exists()?) else {
            return Ok(Vec::new());
        };
        let collections = self.archive()?.collections(Some(phone))?.into_iter();
        let outside = collections.filter(|one| lies_outside(&known.folders, one.kind, &one.collection.id));
        Ok(outside.map(|one| (one.kind, one.collection.id.clone())).collect())
    }

    /// Adds the phones and cameras at the cable that are not told yet: over adb, or else over MTP.
    pub(crate) async fn ask_cable(&self, whom: Asked, cable: &[Attached], all: &mut Vec<Reachable>) {
        let adb = adb::at_cable().await.into_iter();
        let adb = adb.map(|serial| (Source::AdbUsb { serial }.name(), None));
        let adb = adb
            .filter(|(source, _)| !all.iter().any(|known| known.source == *source))
            .collect();
        self.add(whom, cable, adb, all).await;
        let files = cable.iter().filter_map(|one| {
            let (serial, adb) = (one.serial.clone(), one.serial.clone());
            let own = Source::Mtp { serial }.name();
            let adb = Source::AdbUsb { serial: adb }.name();
            let told = |known: &Reachable| {
                known.source == own || (known.source == adb && known.state == State::Ready)
            };
            let called = Some(one.name.clone()).filter(|name| !name.is_empty());
            (!all.iter().any(told)).then_some((own, called))
        });
        let files = files.collect();
        self.add(whom, cable, files, all).await;
    }

    /// Adds sources that are not remembered, each with what it calls itself where it was not asked who it is.
    pub(crate) async fn add(
        &self,
        whom: Asked,
        cable: &[Attached],
        sources: Vec<(SourceName, Option<String>)>,
        all: &mut Vec<Reachable>,
    ) {
        let sources = sources.into_iter();
        let asked: Vec<_> = sources
            .map(|(source, called)| (tokio::spawn(self.glance(whom, cable, &source)), source, called))
            .collect();
        for (answer, source, called) in asked {
            let Ok(answer) = answer.await else { continue };
            let (identity, state) = of_answer(answer);
            all.push(Reachable {
                name: None,
                source,
                phone: identity.as_ref().map(|identity| identity.id.clone()),
                identity,
                called,
                state,
                left_out: Vec::new(),
            });
        }
    }

    fn found_before(
        &self,
        phone: &MtpPhone,
        source: &SourceName,
    ) -> Result<BTreeMap<Kind, Vec<Collection>>, EngineError> {
        let mut found: BTreeMap<Kind, Vec<Collection>> = BTreeMap::new();
        if !self.exists()? {
            return Ok(found);
        }
        let archive = self.archive()?;
        let phone = &phone.identity().id;
        let mut here: HashSet<(Kind, CollectionId)> = HashSet::new();
        for kind in KINDS {
            let known = archive.known(phone, source, kind)?.into_iter();
            here.extend(
                known
                    .filter(|item| item.present && !item.elsewhere)
                    .map(|item| (kind, item.collection)),
            );
        }
        for one in archive.collections(Some(phone))? {
            if here.contains(&(one.kind, one.collection.id.clone())) {
                found.entry(one.kind).or_default().push((*one.collection).clone());
            }
        }
        Ok(found)
    }
}

/// What shows of a phone at the cable without opening it: that it offers its files, or why not.
pub(crate) fn from_outside(cable: &[Attached], serial: &str) -> Result<(), ErrorKind> {
    match cable.iter().find(|one| one.serial == serial) {
        None => Err(ErrorKind::Unplugged),
        Some(one) if one.state == CableState::ChargingOnly => Err(ErrorKind::Locked),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_that_only_charges_shows_from_outside() {
        let at_cable = |serial: &str, state| Attached {
            serial: serial.to_owned(),
            name: String::new(),
            vendor: 0x18D1,
            state,
        };
        let cable = [
            at_cable("offers", CableState::Locked),
            at_cable("charges", CableState::ChargingOnly),
        ];
        let check = |serial, expected| assert_eq!(from_outside(&cable, serial), expected, "{serial}");
        check("offers", Ok(()));
        check("charges", Err(ErrorKind::Locked));
        check("away", Err(ErrorKind::Unplugged));
    }
}
