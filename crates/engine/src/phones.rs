//! Which phones are remembered, and which are reachable.

use std::path::Path;
use std::time::Duration;

use sidekeep_links::adb::mdns::Service;
use sidekeep_links::dav::{self, Address, Dns, Server};
use sidekeep_links::{ErrorKind, mtp};
use sidekeep_model::{Identity, PhoneId, SourceName, Time};

use crate::adb;
use crate::cable::from_outside;
use crate::remembered::{Failed, NotMirrored, Remembered, Sources};
use crate::screen::Trouble;
use crate::ways::worth_telling;
use crate::{Engine, EngineError, Options, Source, SourceError};

/// How long `phones` waits for one answer.
const GLANCE: Duration = Duration::from_secs(5);

/// A source and what it answers now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reachable {
    /// What its owner calls it; None when it is not remembered.
    pub name: Option<String>,
    /// The source.
    pub source: SourceName,
    /// The phone there now, or the one that was there last.
    pub phone: Option<PhoneId>,
    /// Who it says it is, or last said.
    pub identity: Option<Identity>,
    /// What it calls itself on the USB, where it was not asked who it is.
    pub called: Option<String>,
    /// What it answers.
    pub state: State,
    /// What its owner chose not to mirror.
    pub left_out: Vec<NotMirrored>,
}

/// What a source answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It can be mirrored now.
    Ready,
    /// It cannot, and why.
    Not(ErrorKind),
}

impl Engine {
    /// The sources that this archive remembers.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn remembered(&self) -> Result<Vec<Remembered>, EngineError> {
        Ok(Sources::of(&self.root)?.list().to_vec())
    }

    /// Remembers a source; makes the archive when there is none. Without a name, the source is the name.
    ///
    /// # Errors
    /// When the text is no source, or its name or itself is remembered already.
    pub fn remember(&self, text: &str, name: Option<&str>, here: &Path) -> Result<Remembered, EngineError> {
        let source = Source::parse(text, here)?.name();
        if !self.exists()? {
            drop(self.writer()?);
        }
        let name = name.map_or_else(|| source.to_string(), str::to_owned);
        let new = Remembered::new(name, source);
        Sources::of(&self.root)?.add(new.clone())?;
        Ok(new)
    }

    /// Calls a remembered source otherwise; without a name, by itself. The way stays the same, and so does what is known of
    /// it.
    ///
    /// # Errors
    /// `UnknownPhone` when it is not remembered; when another has the name, and the source is then called as before.
    pub fn rename(&self, source: &SourceName, name: Option<&str>) -> Result<(), EngineError> {
        let name = name.unwrap_or(source.as_str());
        if Sources::of(&self.root)?.rename(source, name)? {
            Ok(())
        } else {
            Err(EngineError::UnknownPhone(source.to_string()))
        }
    }

    /// Whether this archive remembers a source, or a phone of it last came by it.
    ///
    /// # Errors
    /// When the list or the archive cannot be read.
    pub fn knows(&self, source: &SourceName) -> Result<bool, EngineError> {
        let remembered = self.remembered()?;
        let before = self.mirrored_before(&remembered)?;
        Ok(remembered.iter().any(|known| known.source == *source)
            || before.iter().any(|(known, _)| known == source))
    }

    /// Notes what is not to be mirrored of a remembered source; nothing that is kept of it goes away.
    ///
    /// # Errors
    /// When the list cannot be read or written.
    pub fn leave_out(&self, source: &SourceName, left_out: &[NotMirrored]) -> Result<(), EngineError> {
        Ok(Sources::of(&self.root)?.leave_out(source, left_out)?)
    }

    /// Notes that what is found at a remembered source belongs to a phone, or to none; of one that was never mirrored, as
    /// soon as it is known who is there.
    ///
    /// # Errors
    /// `UnknownPhone` when the archive has no such phone; `Circle` when it belongs to what is found there.
    pub fn source_belongs(&self, source: &SourceName, to: Option<&PhoneId>) -> Result<(), EngineError> {
        if let Some(to) = to
            && !self.archive()?.phones()?.iter().any(|known| known.id == *to)
        {
            return Err(EngineError::UnknownPhone(to.to_string()));
        }
        Ok(Sources::of(&self.root)?.source_belongs(source, to)?)
    }

    /// What a run by this source is asked to do, with what its owner left out.
    pub(crate) fn chosen(&self, options: &Options) -> Result<Options, EngineError> {
        let mut remembered = self.remembered()?.into_iter();
        let own = remembered.find(|known| known.source == options.source);
        let mut leave_out = Vec::new();
        if let Some(own) = own {
            leave_out = self.not_chosen(&own)?;
            leave_out.extend(own.left_out.into_iter().map(|left| (left.kind, left.id)));
        }
        Ok(Options {
            leave_out,
            ..options.clone()
        })
    }

    /// Forgets a source by its name, by itself, or by the phone that was found there, and then its password; of an account
    /// that is not remembered, named by itself, a password that may still be kept. Everything kept stays kept.
    ///
    /// # Errors
    /// `UnknownPhone` when it is not remembered, `SeveralPhones`; `Secrets` when only its password may still be kept.
    pub fn forget(&self, name: &str) -> Result<(), EngineError> {
        let mut sources = Sources::of(&self.root)?;
        let mut removed = sources.remove(name)?;
        if removed.is_empty()
            && let Ok(account @ Source::Dav(_)) = Source::parse(name, Path::new("/"))
        {
            // As `remember` writes it, which may be otherwise than it was typed.
            let source = account.name();
            removed = sources.remove(source.as_str())?;
            if removed.is_empty() && self.secrets.forget(&source)? {
                return Ok(());
            }
        }
        if removed.is_empty() {
            let phone = self.phone(name)?;
            let leads = |known: &&Remembered| known.phone.as_ref() == Some(&phone);
            let source = sources
                .list()
                .iter()
                .find(leads)
                .map(|known| known.source.to_string());
            removed = match source {
                Some(source) => sources.remove(&source)?,
                None => return Err(EngineError::UnknownPhone(name.to_owned())),
            };
        }
        for source in removed {
            if let Ok(Source::Dav(address)) = Source::parse(source.as_str(), Path::new("/"))
                && address.user().is_some()
            {
                self.secrets.forget(&source)?;
            }
        }
        Ok(())
    }

    /// The phone of this id or own name, or the one last found at the source of this name or text.
    ///
    /// # Errors
    /// `UnknownPhone`, `SeveralPhones`.
    pub fn phone(&self, name: &str) -> Result<PhoneId, EngineError> {
        let archive = match self.exists()? {
            true => Some(self.archive()?),
            false => None,
        };
        let phones = match &archive {
            Some(archive) => archive.phones()?,
            None => Vec::new(),
        };
        if let Some(phone) = phones.iter().find(|phone| phone.id.as_str() == name) {
            return Ok(phone.id.clone());
        }
        let mut remembered = self.remembered()?.into_iter();
        let at = remembered.find(|known| known.name == name || known.source.as_str() == name);
        if let Some(phone) = at.and_then(|known| known.phone) {
            return Ok(phone);
        }
        let mut named = phones.into_iter().filter(|phone| phone.name == name);
        match (named.next(), named.next()) {
            (Some(phone), None) => return Ok(phone.id),
            (Some(_), Some(_)) => return Err(EngineError::SeveralPhones(name.to_owned())),
            (None, _) => {}
        }
        let came_by = match archive {
            Some(archive) => archive.phone_at(&name.into())?,
            None => None,
        };
        came_by.ok_or_else(|| EngineError::UnknownPhone(name.to_owned()))
    }

    /// What a name, a phone's id, its own name or a source means: a remembered source first, then a source itself, then
    /// the way by which the phone last came.
    ///
    /// # Errors
    /// `UnknownPhone` when it is none of these, `SeveralPhones`.
    pub fn source(&self, name: &str, here: &Path) -> Result<Source, EngineError> {
        let list = self.remembered()?;
        let known = list.iter().find(|known| {
            known.name == name
                || known.source.as_str() == name
                || known.phone.as_ref().is_some_and(|phone| phone.as_str() == name)
        });
        match (known, Source::parse(name, here)) {
            (Some(known), _) => Ok(Source::parse(known.source.as_str(), here)?),
            (None, Ok(source)) => Ok(source),
            (None, Err(crate::SourceError::UnknownScheme(_))) => {
                let phone = self.phone(name)?;
                let leads = |known: &&Remembered| known.phone.as_ref() == Some(&phone);
                let source = match list.iter().find(leads) {
                    Some(known) => Some(known.source.clone()),
                    None => self.archive()?.last_source(&phone)?,
                };
                match source {
                    Some(source) => Ok(Source::parse(source.as_str(), here)?),
                    None => Err(EngineError::UnknownPhone(name.to_owned())),
                }
            }
            (None, Err(error)) => Err(error.into()),
        }
    }

    /// Asks every remembered source, the source by which each phone of the archive last came, the adb server if one runs,
    /// what is at the cable, and what announces itself on the network, who is there. All at once; none is waited for longer than five seconds.
    ///
    /// # Errors
    /// When the list of sources cannot be read.
    pub async fn phones(&self) -> Result<Vec<Reachable>, EngineError> {
        self.ask(Asked::Everyone).await
    }

    /// [`Engine::phones`], and phones over MTP are only looked at from outside: opening one takes it from the programs that
    /// show its files. One that offers them is ready then; whether it is unlocked shows when it is mirrored.
    ///
    /// # Errors
    /// As [`Engine::phones`].
    pub async fn phones_unopened(&self) -> Result<Vec<Reachable>, EngineError> {
        self.ask(Asked::Unopened).await
    }

    /// [`Engine::phones_unopened`] without accounts: their servers are not to be asked every few seconds, least of all with a
    /// password that is wrong.
    ///
    /// # Errors
    /// As [`Engine::phones`].
    pub async fn phones_nearby(&self) -> Result<Vec<Reachable>, EngineError> {
        self.ask(Asked::Nearby).await
    }

    async fn ask(&self, whom: Asked) -> Result<Vec<Reachable>, EngineError> {
        let nearby = whom == Asked::Nearby;
        let asked = |source: &SourceName| !nearby || !source.as_str().starts_with("dav+");
        let mut remembered = self.remembered()?;
        let mut before = self.mirrored_before(&remembered)?;
        remembered.retain(|known| asked(&known.source));
        before.retain(|(source, _)| asked(source));
        let mdns = self.mdns.clone();
        let announced = tokio::spawn(async move { mdns.announced(Service::Connect).await });
        let cable = mtp::attached().await;
        let ask = |source: &SourceName| tokio::spawn(self.glance(whom, &cable, source));
        let asked: Vec<_> = remembered.iter().map(|known| ask(&known.source)).collect();
        let asked_before: Vec<_> = before.iter().map(|(source, _)| ask(source)).collect();
        let mut all = Vec::new();
        for (known, answer) in remembered.into_iter().zip(asked) {
            if let Ok(answer) = answer.await {
                all.push(at_remembered(known, answer));
            }
        }
        for ((source, identity), answer) in before.into_iter().zip(asked_before) {
            let is_listed = |found: &Reachable| found.phone.as_ref() == Some(&identity.id);
            if let Ok(answer) = answer.await
                && !all.iter().any(is_listed)
            {
                all.push(at_last_source(source, identity, answer));
            }
        }
        adb::ask_server(&mut all).await;
        self.ask_cable(whom, &cable, &mut all).await;
        let announced = announced.await.unwrap_or_default();
        self.ask_network(whom, &cable, announced, &mut all).await;
        Ok(worth_telling(all))
    }

    /// Who is at a source now.
    pub(crate) fn glance(
        &self,
        whom: Asked,
        cable: &[mtp::Attached],
        source: &SourceName,
    ) -> impl Future<Output = Answer> + use<> {
        let source = Source::parse(source.as_str(), Path::new("/"));
        let at_cable = match &source {
            Ok(Source::Mtp { serial }) => Some(from_outside(cable, serial)),
            _ => None,
        };
        let engine = self.clone();
        async move {
            // Who only looks has no phone ask its owner anything.
            let access = engine.access.unasked();
            if let Ok(Source::AdbUsb { serial }) = &source
                && whom != Asked::Everyone
                && adb::is_free(serial).await
            {
                return Ok(None);
            }
            match (source, at_cable) {
                (Err(_), _) => Err(ErrorKind::Unsupported),
                (_, Some(Err(kind))) => Err(kind),
                (_, Some(Ok(()))) if whom != Asked::Everyone => Ok(None),
                (Ok(source), _) => {
                    match tokio::time::timeout(GLANCE, engine.connect(&source, &access)).await {
                        Ok(Ok(phone)) => Ok(Some(phone.identity().clone())),
                        Ok(Err(error)) => Err(error.kind().clone()),
                        Err(_) => Err(ErrorKind::Busy(None)),
                    }
                }
            }
        }
    }

    /// The phones of the archive that no remembered source is known to lead to, each with the source by which it last
    /// came.
    fn mirrored_before(&self, remembered: &[Remembered]) -> Result<Vec<(SourceName, Identity)>, EngineError> {
        let mut before = Vec::new();
        if self.exists()? {
            let archive = self.archive()?;
            for identity in archive.phones()? {
                let leads = |known: &Remembered| known.phone.as_ref() == Some(&identity.id);
                if !remembered.iter().any(leads)
                    && let Some(source) = archive.last_source(&identity.id)?
                {
                    before.push((source, identity));
                }
            }
        }
        Ok(before)
    }

    /// The phone that was last found at a remembered source, as far as the archive knows it.
    pub(crate) fn known(&self, source: &SourceName) -> Option<Identity> {
        let remembered = self.remembered().ok()?;
        let id = remembered
            .into_iter()
            .find(|known| known.source == *source)?
            .phone?;
        let phones = self.archive().ok()?.phones().ok()?;
        phones.into_iter().find(|phone| phone.id == id)
    }

    /// Notes that a source could not be reached; that it cannot be noted is no reason to hide why.
    pub(crate) fn missed(&self, source: &SourceName, at: Time, error: &EngineError) {
        let why = Trouble::from(error).kind;
        let noted =
            Sources::of(&self.root).and_then(|mut sources| sources.failed(source, Failed { at, why }));
        if let Err(error) = noted {
            tracing::warn!(%error, "that a source could not be reached is not remembered");
        }
    }

    /// Notes which phone was found at a source.
    pub(crate) fn found(&self, source: &SourceName, phone: &PhoneId) -> Result<(), EngineError> {
        Ok(Sources::of(&self.root)?.found(source, phone)?)
    }
}

/// The servers that an e-mail address, or a domain, leads to. Nobody but the system's DNS is asked.
///
/// # Errors
/// `Source` when it is neither, `Link` when DNS does not answer.
pub async fn servers(text: &str) -> Result<Vec<Server>, EngineError> {
    let (user, domain) = match text.rsplit_once('@') {
        // Providers take the whole address as the user's name (RFC 6764 §6).
        Some((_, domain)) => (Some(text), domain),
        None => (None, text),
    };
    let nowhere = Address::at(user, domain).map_err(SourceError::from)?;
    Ok(dav::servers(&nowhere, &Dns::of_system()?).await?)
}

/// Who is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Everyone,
    /// Everyone, and phones over MTP stay closed.
    Unopened,
    /// The same, but no accounts.
    Nearby,
}

/// Who is there; None when somebody is and was not asked.
pub(crate) type Answer = Result<Option<Identity>, ErrorKind>;

pub(crate) fn of_answer(answer: Answer) -> (Option<Identity>, State) {
    match answer {
        Ok(identity) => (identity, State::Ready),
        Err(kind) => (None, State::Not(kind)),
    }
}

fn at_remembered(known: Remembered, answer: Answer) -> Reachable {
    let (identity, state) = of_answer(answer);
    let phone = identity
        .as_ref()
        .map(|identity| identity.id.clone())
        .or(known.phone);
    Reachable {
        name: Some(known.name),
        source: known.source,
        phone,
        identity,
        called: None,
        state,
        left_out: known.left_out,
    }
}

/// A phone of the archive at the source by which it last came. Another phone that is there now is not this one.
fn at_last_source(source: SourceName, kept: Identity, answer: Answer) -> Reachable {
    let (identity, state) = match answer {
        Ok(None) => (kept, State::Ready),
        Ok(Some(found)) if found.id == kept.id => (found, State::Ready),
        Ok(Some(_)) => (kept, State::Not(ErrorKind::Unplugged)),
        Err(kind) => (kept, State::Not(kind)),
    };
    Reachable {
        name: None,
        source,
        phone: Some(identity.id.clone()),
        identity: Some(identity),
        called: None,
        state,
        left_out: Vec::new(),
    }
}
