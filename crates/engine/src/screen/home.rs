//! Home: am I safe, and if not, what is missing? (PRODUCT R15, R16, R20)

use serde::Serialize;
use sidekeep_archive::{Archive, ArchiveError, Status};
use sidekeep_model::{Identity, Kind, PhoneId, Reading, SourceName, Time};
use ts_rs::TS;

use super::history::{HoldRow, holds};
use super::trouble::TroubleKind;
use crate::{
    Engine, EngineError, Grouping, NotMirrored, OVERDUE_AFTER, Reachable, Remembered, Source, State,
};

/// How many damaged files Home names; the journal of checks names all.
const NAMED: usize = 10;

/// Everything that Home shows.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Home {
    /// One card per phone with all that belongs to it, most recently mirrored first.
    pub phones: Vec<PhoneCard>,
    /// Questions that only the owner can decide.
    pub holds: Vec<HoldRow>,
    /// When the whole archive was last re-read.
    pub verified_at: Option<Time>,
    /// Files found damaged or missing by that check or since.
    pub damaged: u64,
    /// The first ten of them, as paths below the archive's root.
    pub damaged_files: Vec<String>,
    /// Bytes that the archive keeps.
    pub bytes: u64,
}

/// One phone, with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct PhoneCard {
    /// The phone.
    pub id: PhoneId,
    /// The owner's or the maker's name for it.
    pub name: String,
    /// Model, when the phone says one.
    pub model: Option<String>,
    /// System and version.
    pub system: Option<String>,
    /// Ways to it and to what belongs to it, best first.
    pub links: Vec<PhoneLink>,
    /// What is kept, by where it came from: the phone itself first. What two of them have alike is two proofs.
    pub parts: Vec<PhonePart>,
    /// The one honest verdict: that of the part which is least well.
    pub safety: Safety,
    /// When any part was last tried.
    pub last_run: Option<Time>,
    /// Since when every part was read completely, with nothing held back.
    pub last_complete: Option<Time>,
    /// Some part's last complete reading is older than seven days, or there was none.
    pub overdue: bool,
}

/// A phone or account by itself.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct PhonePart {
    /// The phone or account.
    pub id: PhoneId,
    /// Its name.
    pub name: String,
    /// Each kind of data, in the order of a run. No kind is hidden.
    pub kinds: Vec<KindRow>,
    /// The one honest verdict.
    pub safety: Safety,
    /// When it was last tried.
    pub last_run: Option<Time>,
    /// When everything that its links can read was last read completely, with nothing held back.
    pub last_complete: Option<Time>,
}

/// The first thing that is not well with a phone, or that all is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", tag = "safety")]
pub enum Safety {
    /// Everything that the link can read is kept, and lately.
    Complete,
    /// Nothing was ever read completely.
    Never,
    /// Complete, but too long ago.
    Overdue,
    /// A suspicious change waits for the owner.
    Held {
        /// Of this kind.
        kind: Kind,
    },
    /// Kept bytes are damaged.
    Damaged {
        /// Of this kind.
        kind: Kind,
        /// How many items.
        items: u64,
    },
    /// On the phone but not kept.
    Short {
        /// Of this kind.
        kind: Kind,
        /// How many items.
        items: u64,
    },
    /// A kind could not be read whole.
    Incomplete {
        /// This kind.
        kind: Kind,
        /// Why.
        reading: Reading,
    },
}

/// One way to a phone, or what may be one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PhoneLink {
    /// The source, as the owner wrote it.
    pub source: SourceName,
    /// The name it is remembered by.
    pub name: Option<String>,
    /// The phone there now, or the one that was there last.
    pub phone: Option<PhoneId>,
    /// What that phone calls itself.
    pub phone_name: Option<String>,
    /// What kind of way.
    pub link: LinkKind,
    /// What its owner chose not to mirror.
    pub left_out: Vec<NotMirrored>,
    /// It answers now. None: nobody was asked.
    pub ready: Option<bool>,
    /// Why it does not answer, or did not when it was last tried, and so what it needs from the person.
    pub needs: Option<TroubleKind>,
}

/// Kinds of ways to a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// A cable.
    Usb,
    /// The network.
    Network,
    /// An account on a server.
    Account,
    /// A folder: card reader, exports.
    Folder,
}

/// One row of proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct KindRow {
    /// The kind.
    pub kind: Kind,
    /// On the phone, by the last reading; None when it could not be read.
    pub on_phone: Option<u64>,
    /// Kept and on the phone.
    pub kept: u64,
    /// Kept and no longer on the phone.
    pub gone: u64,
    /// Bytes kept.
    pub bytes: u64,
    /// Of `kept`, found right by the last full check.
    pub verified: u64,
    /// When that check ran.
    pub verified_at: Option<Time>,
    /// Damaged here.
    pub damaged: u64,
    /// Contacts there that name a picture which is not kept: it is elsewhere, or not there.
    pub without_picture: u64,
    /// Collections held back.
    pub held: u64,
    /// Some run set out to read it.
    pub tried: bool,
    /// What the readers last said.
    pub reading: Option<Reading>,
    /// This link can never carry the kind, which is no fault of the phone's.
    pub beyond_link: bool,
}

/// The first thing that is not well with a phone, by its rows of proof. What a link can never carry and what no run was
/// asked for is told beside this and makes nothing worse.
pub fn safety(rows: &[&Status], now: Time) -> Safety {
    if let Some(row) = rows.iter().find(|row| row.held > 0) {
        return Safety::Held { kind: row.kind };
    }
    if let Some(row) = rows.iter().find(|row| row.damaged > 0) {
        return Safety::Damaged {
            kind: row.kind,
            items: row.damaged,
        };
    }
    let within = || rows.iter().filter(|row| counts(row));
    if let Some((kind, items)) = within().find_map(|row| Some((row.kind, lacking(row)?))) {
        return Safety::Short { kind, items };
    }
    let unwell = |reading: &&Reading| !reading.is_complete();
    if let Some((kind, reading)) =
        within().find_map(|row| Some((row.kind, row.reading.as_ref().filter(unwell)?)))
    {
        return Safety::Incomplete {
            kind,
            reading: reading.clone(),
        };
    }
    match last_complete(rows) {
        None => Safety::Never,
        last if is_overdue(last, now) => Safety::Overdue,
        Some(_) => Safety::Complete,
    }
}

/// When everything that a phone's links can read was last read completely, with nothing held back.
pub fn last_complete(rows: &[&Status]) -> Option<Time> {
    let within = rows.iter().filter(|row| counts(row));
    within.map(|row| row.last_complete).min().flatten()
}

/// The last complete reading is older than [`OVERDUE_AFTER`], or there was none.
pub fn is_overdue(last_complete: Option<Time>, now: Time) -> bool {
    let limit = i64::try_from(OVERDUE_AFTER.as_millis()).unwrap_or(i64::MAX);
    last_complete.is_none_or(|last| now.millis() - last.millis() > limit)
}

/// Some run set out to read it, over a link that can.
fn counts(row: &Status) -> bool {
    row.is_tried() && !row.reading.as_ref().is_some_and(Reading::is_beyond_link)
}

/// How many fewer are kept than the phone said it has, although all could be read.
fn lacking(row: &Status) -> Option<u64> {
    row.reading.as_ref().filter(|reading| reading.is_complete())?;
    row.on_phone?
        .checked_sub(row.present)
        .filter(|lacking| *lacking > 0)
}

impl Engine {
    /// Home, from what the archive and the list of sources say: no phone is asked.
    ///
    /// # Errors
    /// When the archive or the list of sources cannot be read.
    pub fn home(&self, now: Time) -> Result<Home, EngineError> {
        let links: Vec<PhoneLink> = self.remembered()?.into_iter().map(PhoneLink::from).collect();
        Ok(home(&self.archive()?, &self.grouping()?, &links, now)?)
    }
}

/// Home. `links`: the ways to phones that are known; a phone that has none among them gets the one by which it last
/// came.
///
/// # Errors
/// Index errors.
pub fn home(
    archive: &Archive,
    grouping: &Grouping,
    links: &[PhoneLink],
    now: Time,
) -> Result<Home, ArchiveError> {
    let rows = archive.status()?;
    let mut phones = Vec::new();
    for group in grouping.groups(archive.phones()?) {
        let mut all = Vec::new();
        for phone in &group {
            all.extend(ways(archive, phone, links)?);
        }
        all.sort_by_key(|link| (link.ready != Some(true), link.link));
        let parts = group.iter().map(|phone| part(phone, &rows, now)).collect();
        phones.extend(card(group, all, parts, now));
    }
    phones.sort_by_key(|card| std::cmp::Reverse(card.last_run));
    let verified = archive.verified()?;
    let damaged = verified.damaged();
    Ok(Home {
        holds: holds(archive)?,
        damaged: damaged.len() as u64,
        damaged_files: damaged.iter().take(NAMED).map(ToString::to_string).collect(),
        verified_at: verified.full.as_ref().map(|full| full.at),
        bytes: rows.iter().map(|row| row.bytes).sum(),
        phones,
    })
}

/// The ways that lead to a phone; where none is known, the one by which it last came.
fn ways(archive: &Archive, phone: &Identity, links: &[PhoneLink]) -> Result<Vec<PhoneLink>, ArchiveError> {
    let leads = |link: &&PhoneLink| link.phone.as_ref() == Some(&phone.id);
    let mut ways: Vec<PhoneLink> = links.iter().filter(leads).cloned().collect();
    if ways.is_empty() {
        ways.extend(archive.last_source(&phone.id)?.map(|source| PhoneLink {
            link: LinkKind::of(&source),
            left_out: Vec::new(),
            source,
            name: None,
            phone: Some(phone.id.clone()),
            phone_name: Some(phone.name.clone()),
            ready: None,
            needs: None,
        }));
    }
    Ok(ways)
}

fn part(phone: &Identity, rows: &[Status], now: Time) -> PhonePart {
    let own: Vec<&Status> = rows.iter().filter(|row| row.phone.id == phone.id).collect();
    PhonePart {
        id: phone.id.clone(),
        name: phone.name.clone(),
        kinds: own.iter().map(|row| KindRow::from(*row)).collect(),
        safety: safety(&own, now),
        last_run: own.iter().filter_map(|row| row.last_run).max(),
        last_complete: last_complete(&own),
    }
}

/// The card of a group; None of an empty one.
fn card(group: Vec<Identity>, links: Vec<PhoneLink>, parts: Vec<PhonePart>, now: Time) -> Option<PhoneCard> {
    let phone = group.into_iter().next()?;
    let worst = parts.iter().min_by_key(|part| rank(&part.safety))?;
    Some(PhoneCard {
        id: phone.id,
        name: phone.name,
        model: phone.model,
        system: phone.system,
        links,
        safety: worst.safety.clone(),
        last_run: parts.iter().filter_map(|part| part.last_run).max(),
        last_complete: parts.iter().map(|part| part.last_complete).min().flatten(),
        overdue: parts.iter().any(|part| is_overdue(part.last_complete, now)),
        parts,
    })
}

/// The least well first.
fn rank(safety: &Safety) -> u8 {
    match safety {
        Safety::Held { .. } => 0,
        Safety::Damaged { .. } => 1,
        Safety::Short { .. } => 2,
        Safety::Incomplete { .. } => 3,
        Safety::Never => 4,
        Safety::Overdue => 5,
        Safety::Complete => 6,
    }
}

impl From<&Status> for KindRow {
    fn from(row: &Status) -> Self {
        Self {
            kind: row.kind,
            on_phone: row.on_phone,
            kept: row.present,
            gone: row.gone,
            bytes: row.bytes,
            verified: row.verified.saturating_sub(row.verified_gone),
            verified_at: row.verified_at,
            damaged: row.damaged,
            without_picture: row.without_picture,
            held: row.held,
            tried: row.is_tried(),
            beyond_link: row.reading.as_ref().is_some_and(Reading::is_beyond_link),
            reading: row.reading.clone(),
        }
    }
}

impl LinkKind {
    fn of(source: &SourceName) -> Self {
        match Source::parse(source.as_str(), std::path::Path::new("/")) {
            Ok(Source::AdbUsb { .. } | Source::Mtp { .. }) => LinkKind::Usb,
            Ok(Source::Folder(_)) => LinkKind::Folder,
            Ok(Source::Dav(_)) => LinkKind::Account,
            // What a later version wrote comes over a network more likely than not.
            Ok(Source::Adb { .. } | Source::AdbWifi { .. }) | Err(_) => LinkKind::Network,
        }
    }
}

impl From<Remembered> for PhoneLink {
    /// Nobody was asked now.
    fn from(known: Remembered) -> Self {
        Self {
            link: LinkKind::of(&known.source),
            left_out: known.left_out,
            source: known.source,
            name: Some(known.name),
            phone: known.phone,
            phone_name: None,
            ready: None,
            needs: known.failed.map(|failed| failed.why),
        }
    }
}

impl From<Reachable> for PhoneLink {
    fn from(found: Reachable) -> Self {
        let needs = match &found.state {
            State::Ready => None,
            State::Not(kind) => Some(TroubleKind::from(kind)),
        };
        Self {
            link: LinkKind::of(&found.source),
            left_out: found.left_out,
            source: found.source,
            name: found.name,
            phone: found.phone,
            phone_name: found.identity.map(|identity| identity.name).or(found.called),
            ready: Some(needs.is_none()),
            needs,
        }
    }
}

#[cfg(test)]
mod tests {
    use sidekeep_model::{Reason, Why};

    use super::*;

    fn now() -> Time {
        Time::from_seconds(1_767_225_600).unwrap()
    }

    /// Ten items, all here, read completely an hour ago.
    fn well(kind: Kind) -> Status {
        let hour_ago = Time::from_millis(now().millis() - 3_600_000);
        Status {
            phone: Identity {
                id: "p".into(),
                name: "P".into(),
                model: None,
                system: None,
            },
            kind,
            on_phone: Some(10),
            present: 10,
            gone: 0,
            bytes: 0,
            verified: 0,
            verified_gone: 0,
            verified_at: None,
            damaged: 0,
            without_picture: 0,
            reading: Some(Reading::Complete),
            held: 0,
            last_run: hour_ago,
            last_complete: hour_ago,
        }
    }

    #[test]
    fn the_first_thing_that_is_not_well() {
        let unavailable = |reason| Reading::unavailable(Why::new(reason));
        let held = Status {
            held: 1,
            ..well(Kind::Event)
        };
        let damaged = Status {
            damaged: 3,
            ..well(Kind::Film)
        };
        let short = Status {
            present: 8,
            ..well(Kind::Photo)
        };
        let incomplete = Status {
            reading: Some(unavailable(Reason::Refused)),
            present: 0,
            last_complete: None,
            ..well(Kind::Task)
        };
        let beyond = Status {
            reading: Some(unavailable(Reason::Unsupported)),
            last_complete: None,
            ..well(Kind::Message)
        };
        let untried = Status {
            reading: None,
            last_run: None,
            last_complete: None,
            ..well(Kind::Call)
        };
        let old = Status {
            last_complete: Time::from_millis(now().millis() - 8 * 24 * 3_600_000),
            ..well(Kind::Group)
        };
        let check = |rows: &[&Status], expected: Safety| assert_eq!(safety(rows, now()), expected);
        let contact = well(Kind::Contact);
        check(
            &[&contact, &incomplete, &short, &damaged, &held],
            Safety::Held { kind: Kind::Event },
        );
        check(
            &[&contact, &incomplete, &short, &damaged],
            Safety::Damaged {
                kind: Kind::Film,
                items: 3,
            },
        );
        check(
            &[&contact, &incomplete, &short],
            Safety::Short {
                kind: Kind::Photo,
                items: 2,
            },
        );
        check(
            &[&contact, &incomplete, &old],
            Safety::Incomplete {
                kind: Kind::Task,
                reading: unavailable(Reason::Refused),
            },
        );
        check(&[&contact, &old], Safety::Overdue);
        check(&[&contact, &beyond, &untried], Safety::Complete);
        check(&[&beyond, &untried], Safety::Never);
        check(&[], Safety::Never);
    }

    #[test]
    fn overdue_after_a_week() {
        let after = |days: i64| is_overdue(Time::from_millis(now().millis() - days * 24 * 3_600_000), now());
        assert!(!after(7) && after(8) && is_overdue(None, now()));
        assert!(!after(-1), "a clock that was set back");
    }
}
