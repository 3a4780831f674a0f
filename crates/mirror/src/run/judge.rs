//! Before and after: what became of a collection's items and of their fields. The judgement itself is
//! [`crate::guard`]'s.

use std::collections::{BTreeMap, HashMap, HashSet};

use sidekeep_archive::{Archive, ArchiveError, ArchiveErrorKind, Known, StateRef};
use sidekeep_model::{CollectionId, Digest, Kind, Media, Reason, RemoteId};

use crate::desk::{Desk, Now, Place};
use crate::guard::{FEW, FieldShift, Shift};
use crate::profile::Profile;

/// How many of the lost items of each desk, in their order, are found elsewhere with the same bytes. `now` is what the
/// archive knows with this run included.
pub(super) fn moved(desks: &[Desk], now: &[Known]) -> Vec<u64> {
    let arrived: HashSet<(&CollectionId, &RemoteId)> = desks
        .iter()
        .flat_map(|desk| {
            desk.arrived
                .iter()
                .map(move |entry| (desk.id(), &desk.entry(*entry).remote))
        })
        .collect();
    let mut copies: HashMap<Digest, u64> = HashMap::new();
    for item in now {
        if let Some(digest) = item.digest
            && arrived.contains(&(&item.collection, &item.remote))
        {
            *copies.entry(digest).or_default() += 1;
        }
    }
    let mut found = |item: &Known| {
        let copy = item.counted.and_then(|digest| copies.get_mut(&digest));
        match copy.filter(|left| **left > 0) {
            Some(left) => {
                *left -= 1;
                true
            }
            None => false,
        }
    };
    desks
        .iter()
        .map(|desk| {
            desk.plan
                .gone
                .iter()
                .filter(|at| found(&desk.known[**at]))
                .count() as u64
        })
        .collect()
}

/// What became of each collection of a kind, when so many of its absent items are found elsewhere.
pub(super) fn shifts(archive: &Archive, desks: &[Desk], moved: &[u64]) -> Result<Vec<Shift>, ArchiveError> {
    let fields = fields(archive, desks)?;
    Ok(desks
        .iter()
        .zip(moved)
        .zip(fields)
        .map(|((desk, moved), fields)| Shift {
            before: desk.before(),
            lost: (desk.plan.gone.len() as u64).saturating_sub(*moved),
            moved: *moved,
            changed: desk.changed.len() as u64,
            after: desk.after(),
            vanished: desk.place == Place::Vanished,
            folder: desk.kind.is_file(),
            fields,
        })
        .collect())
}

/// The fields that changed items lost, for each desk.
fn fields(archive: &Archive, desks: &[Desk]) -> Result<Vec<Vec<FieldShift>>, ArchiveError> {
    let lost: Vec<Tally> = desks
        .iter()
        .map(|desk| lost(archive, desk))
        .collect::<Result<_, _>>()?;
    let mut together = Tally::new();
    for (field, lost) in lost.iter().flatten() {
        *together.entry(field).or_default() += lost;
    }
    // Fewer in the whole kind are never suspicious; most runs end here without reading what did not change.
    together.retain(|_, lost| *lost >= FEW);
    if together.is_empty() {
        return Ok(vec![Vec::new(); desks.len()]);
    }
    let wanted: Vec<&'static str> = together.into_keys().collect();
    desks
        .iter()
        .zip(lost)
        .map(|(desk, lost)| {
            let had = had(archive, desk, &wanted)?;
            let fields = had.into_iter().map(|(field, before)| FieldShift {
                field,
                lost: lost.get(field).copied().unwrap_or_default(),
                before,
            });
            Ok(fields.collect())
        })
        .collect()
}

/// How many items, by field.
type Tally = BTreeMap<&'static str, u64>;

/// How many changed items of a collection lost each field.
fn lost(archive: &Archive, desk: &Desk) -> Result<Tally, ArchiveError> {
    let mut lost = Tally::new();
    for altered in &desk.changed {
        let Some(before) = before(archive, desk.kind, &desk.known[altered.known])? else {
            continue;
        };
        let after = match &altered.now {
            Now::Read(profile) => *profile,
            Now::Kept(digest, media) => profile(archive, desk.kind, *digest, media)?.unwrap_or_default(),
        };
        for field in before.lost(after) {
            *lost.entry(field).or_default() += 1;
        }
    }
    // A picture that this link cannot read is not lost.
    let blind = |reason: Reason| {
        desk.collected
            .reading
            .reasons()
            .iter()
            .any(|why| why.reason == reason)
    };
    if blind(Reason::PicturesUnreadable) {
        lost.remove("photo");
    }
    Ok(lost)
}

/// How many items of a collection had each of these fields; what is gone now does not count.
fn had(archive: &Archive, desk: &Desk, fields: &[&'static str]) -> Result<Tally, ArchiveError> {
    let gone: HashSet<usize> = desk.plan.gone.iter().copied().collect();
    let mut had = Tally::new();
    for (at, known) in desk.known.iter().enumerate() {
        if !known.present || gone.contains(&at) {
            continue;
        }
        if let Some(before) = before(archive, desk.kind, known)? {
            for field in fields.iter().filter(|field| before.has(field)) {
                *had.entry(*field).or_default() += 1;
            }
        }
    }
    Ok(had)
}

/// What an item had by the state that counts.
fn before(archive: &Archive, kind: Kind, known: &Known) -> Result<Option<Profile>, ArchiveError> {
    match known.counted {
        Some(digest) => profile(archive, kind, digest, &known.media),
        None => Ok(None),
    }
}

/// The profile of kept bytes; None when they cannot be read.
fn profile(
    archive: &Archive,
    kind: Kind,
    digest: Digest,
    media: &Media,
) -> Result<Option<Profile>, ArchiveError> {
    // Files have no fields, and their bytes are not to be read into memory.
    if kind.is_file() {
        return Ok(None);
    }
    let state = StateRef {
        digest,
        media: media.clone(),
    };
    match archive.raw(&state) {
        Ok(raw) => Ok(Profile::of(kind, media, &raw)),
        // Damage is told by verify; what cannot be compared raises no alarm of its own.
        Err(error)
            if matches!(
                error.kind(),
                ArchiveErrorKind::Damaged | ArchiveErrorKind::NotFound
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
