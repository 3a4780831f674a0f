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

/// What became of one collection, when `moved` of its absent items are found elsewhere.
pub(super) fn shift(archive: &Archive, desk: &Desk, moved: u64) -> Result<Shift, ArchiveError> {
    Ok(Shift {
        before: desk.before(),
        lost: (desk.plan.gone.len() as u64).saturating_sub(moved),
        moved,
        changed: desk.changed.len() as u64,
        after: desk.listed(),
        vanished: desk.place == Place::Vanished,
        folder: desk.kind.is_file(),
        fields: fields(archive, desk)?,
    })
}

/// The fields that changed items lost.
fn fields(archive: &Archive, desk: &Desk) -> Result<Vec<FieldShift>, ArchiveError> {
    let mut lost: BTreeMap<&'static str, u64> = BTreeMap::new();
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
    // Fewer are never suspicious; most runs end here without reading what did not change.
    lost.retain(|_, lost| *lost >= FEW);
    if lost.is_empty() {
        return Ok(Vec::new());
    }

    let gone: HashSet<usize> = desk.plan.gone.iter().copied().collect();
    let mut had: BTreeMap<&'static str, u64> = BTreeMap::new();
    for (at, known) in desk.known.iter().enumerate() {
        if !known.present || gone.contains(&at) {
            continue;
        }
        if let Some(before) = before(archive, desk.kind, known)? {
            for field in lost.keys().filter(|field| before.has(field)) {
                *had.entry(field).or_default() += 1;
            }
        }
    }
    Ok(lost
        .into_iter()
        .map(|(field, lost)| FieldShift {
            field,
            lost,
            before: had.get(field).copied().unwrap_or(lost),
        })
        .collect())
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
