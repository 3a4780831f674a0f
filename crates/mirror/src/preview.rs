//! What a run would do now: the listings and the plans, without a run. Nothing is fetched and nothing is written.

use std::collections::BTreeMap;

use serde::Serialize;
use sidekeep_archive::{Archive, ArchiveError, Known, Suspicion};
use sidekeep_links::{Offer, Phone};
use sidekeep_model::{Collection, Kind, Reading};

use crate::desk::{Desk, Place, Written, desks};
use crate::guard::{Shift, guard_kind};
use crate::plan::{Cause, Restated};
use crate::{Options, RunError};

/// What a run would do about one collection, or, where nothing of a kind can be listed, about the kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Preview {
    /// The kind.
    pub kind: Kind,
    /// The collection; None for the kind as a whole.
    pub collection: Option<Collection>,
    /// What the reader says.
    pub reading: Reading,
    /// On the phone now.
    pub listed: u64,
    /// To fetch: never seen before.
    pub new: u64,
    /// To fetch: changed on the phone.
    pub changed: u64,
    /// To fetch again: damaged here.
    pub damaged: u64,
    /// Bytes to fetch, as far as the phone says sizes.
    pub bytes: u64,
    /// To note without fetching: other marks, or a state that an earlier run kept but did not come to count.
    pub marked: u64,
    /// To note without fetching: on the phone again.
    pub back: u64,
    /// To note: no longer on the phone.
    pub gone: u64,
    /// Nothing to do.
    pub unchanged: u64,
    /// Why the absences would be held back. What changed is only known once its bytes are here.
    pub suspicions: Vec<Suspicion>,
}

/// Asks the phone for full listings and plans them against the archive; None is an archive that does not exist yet. The
/// archive is read before the future is made, so that the future does not hold it.
///
/// # Errors
/// When the archive cannot be read. What the phone does not tell is a reading in the previews.
pub fn dry_run<'a>(
    phone: &'a mut dyn Phone,
    archive: Option<&Archive>,
    options: &Options,
) -> impl Future<Output = Result<Vec<Preview>, RunError>> + Send + use<'a> {
    let asked: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| options.asks_for(*kind))
        .collect();
    let offers = phone.offers();
    let options = options.clone();
    let known: Result<BTreeMap<Kind, Vec<Known>>, ArchiveError> = asked
        .iter()
        .map(|kind| {
            let known = match archive {
                Some(archive) => archive.known(&phone.identity().id, &options.source, *kind)?,
                None => Vec::new(),
            };
            Ok((*kind, known))
        })
        .collect();
    async move {
        let mut known = known.map_err(|error| RunError::new(None, error))?;
        let mut previews = Vec::new();
        for kind in asked {
            let listing = match offers.of(kind) {
                Offer::Not(why) => Err(why),
                Offer::Readable => phone.list(kind, None).await.map_err(|error| error.why()),
            };
            match listing {
                Err(why) => previews.push(whole(kind, Reading::unavailable(why))),
                Ok(mut listing) => {
                    let mut known = known.remove(&kind).unwrap_or_default();
                    options.choose(kind, &mut known, &mut listing);
                    let reading = listing.reading.clone();
                    let desks = match reading {
                        Reading::Unavailable { .. } => Vec::new(),
                        _ => desks(kind, known, listing, &Written::new()),
                    };
                    if desks.is_empty() || !reading.is_complete() {
                        previews.push(whole(kind, reading));
                    }
                    let guarded = guard_kind(&desks.iter().map(absences).collect::<Vec<_>>());
                    let previewed = desks.iter().zip(guarded.collections);
                    previews.extend(previewed.map(|(desk, suspicions)| preview(desk, suspicions)));
                }
            }
        }
        Ok(previews)
    }
}

/// A kind as a whole.
fn whole(kind: Kind, reading: Reading) -> Preview {
    Preview {
        kind,
        collection: None,
        reading,
        listed: 0,
        new: 0,
        changed: 0,
        damaged: 0,
        bytes: 0,
        marked: 0,
        back: 0,
        gone: 0,
        unchanged: 0,
        suspicions: Vec::new(),
    }
}

/// What would become of a collection, as far as it is known before anything is fetched.
fn absences(desk: &Desk) -> Shift {
    Shift {
        before: desk.before(),
        lost: desk.plan.gone.len() as u64,
        after: desk.after(),
        vanished: desk.place == Place::Vanished,
        folder: desk.kind.is_file(),
        ..Shift::default()
    }
}

fn preview(desk: &Desk, suspicions: Vec<Suspicion>) -> Preview {
    let plan = &desk.plan;
    let fetched = |cause| plan.fetch.iter().filter(|fetch| fetch.cause == cause).count() as u64;
    let restated = |cause| {
        plan.restate
            .iter()
            .filter(|restate| restate.cause == cause)
            .count() as u64
    };
    let sizes = plan.fetch.iter().filter_map(|fetch| desk.entry(fetch.entry).size);
    Preview {
        collection: Some(desk.collected.collection.clone()),
        listed: desk.listed(),
        new: fetched(Cause::New),
        changed: fetched(Cause::Changed),
        damaged: fetched(Cause::Damaged),
        bytes: sizes.sum(),
        marked: restated(Restated::Marked) + restated(Restated::Pending),
        back: restated(Restated::Back),
        gone: plan.gone.len() as u64,
        unchanged: plan.unchanged,
        suspicions,
        ..whole(desk.kind, desk.reading())
    }
}
