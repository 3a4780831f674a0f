//! Looks for phones that come and go, and mirrors them by itself where the owner wants that.

use std::collections::BTreeMap;
use std::time::Duration;

use sidekeep_engine::Schedule;
use sidekeep_engine::screen::PhoneLink;
use sidekeep_model::{PhoneId, Time};
use tauri::{AppHandle, Manager};

use crate::desk::{self, Desk};

/// Between two looks around.
const EVERY: Duration = Duration::from_secs(15);

/// A daily run is due this long after the last one; less than a day, so that it does not wander through the day.
const DAILY: i64 = 20 * 60 * 60 * 1000;

/// From now on phones that come and go are noticed.
pub(crate) fn begin(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut before = Vec::new();
        loop {
            tokio::time::sleep(EVERY).await;
            let desk = app.state::<Desk>();
            // A run asks the phone enough.
            if desk.running().is_some() {
                continue;
            }
            let Ok(links) = desk.ask_around().await else {
                continue;
            };
            let (schedule, now) = (desk.settings().schedule, desk.clock().now());
            let last = match schedule {
                Schedule::Daily => tokio::task::block_in_place(|| last_runs(&desk)),
                Schedule::Off | Schedule::Connect => BTreeMap::new(),
            };
            if let Some(link) = due(schedule, &before, &links, now, |phone| last.get(phone).copied())
                && let Err(trouble) = desk.mirror(&link.source, false)
            {
                tracing::warn!(?trouble, "a run did not begin by itself");
            }
            if links != before {
                desk::emit(&app, "reachable", links.clone());
                before = links;
            }
        }
    });
}

/// The phone that is to be mirrored now, if any; never one that this archive does not know. `last_run` says when a known
/// phone was last mirrored, if ever.
fn due<'a>(
    schedule: Schedule,
    before: &[PhoneLink],
    links: &'a [PhoneLink],
    now: Time,
    last_run: impl Fn(&PhoneId) -> Option<Option<Time>>,
) -> Option<&'a PhoneLink> {
    let is_ready = |link: &PhoneLink| link.ready == Some(true);
    let mut known = links.iter().filter(|link| is_ready(link) && link.phone.is_some());
    match schedule {
        Schedule::Off => None,
        Schedule::Connect => known.find(|link| {
            !before
                .iter()
                .any(|was| was.source == link.source && is_ready(was))
        }),
        Schedule::Daily => known.find(|link| {
            let last = link.phone.as_ref().and_then(&last_run);
            last.is_some_and(|last| last.is_none_or(|last| now.millis() - last.millis() >= DAILY))
        }),
    }
}

/// When each phone of the archive was last mirrored.
fn last_runs(desk: &Desk) -> BTreeMap<PhoneId, Option<Time>> {
    let home = desk.home()(&desk.engine());
    let cards = home.map(|home| home.phones).unwrap_or_default();
    cards.into_iter().map(|card| (card.id, card.last_run)).collect()
}

#[cfg(test)]
mod tests {
    use sidekeep_engine::screen::LinkKind;

    use super::*;

    fn link(source: &str, phone: Option<&str>, ready: Option<bool>) -> PhoneLink {
        PhoneLink {
            source: source.into(),
            name: None,
            phone: phone.map(PhoneId::from),
            phone_name: None,
            link: LinkKind::Network,
            ready,
            needs: None,
        }
    }

    #[test]
    fn a_phone_is_mirrored_by_itself_when_the_owner_wants_that() {
        let now = Time::from_millis(1_800_000_000_000).unwrap();
        let ago = |hours: i64| Time::from_millis(now.millis() - hours * 60 * 60 * 1000).unwrap();
        let here = link("adb:here", Some("P1"), Some(true));
        let away = link("adb:here", Some("P1"), Some(false));
        let strange = link("adb:new", None, Some(true));
        let (off, connect, daily) = (Schedule::Off, Schedule::Connect, Schedule::Daily);
        for (schedule, before, links, last, begins) in [
            (off, vec![], vec![&here], Some(None), false),
            (connect, vec![], vec![&here], Some(Some(ago(1))), true),
            (connect, vec![&away], vec![&here], Some(None), true),
            (connect, vec![&here], vec![&here], Some(None), false),
            (connect, vec![], vec![&away, &strange], Some(None), false),
            (daily, vec![&here], vec![&here], Some(Some(ago(24))), true),
            (daily, vec![], vec![&here], Some(Some(ago(19))), false),
            (daily, vec![], vec![&here], Some(None), true),
            (daily, vec![], vec![&here], None, false),
            (daily, vec![], vec![&away], Some(Some(ago(24))), false),
        ] {
            let all = |links: Vec<&PhoneLink>| links.into_iter().cloned().collect::<Vec<_>>();
            let (before, links) = (all(before), all(links));
            let begun = due(schedule, &before, &links, now, |_| last);
            assert_eq!(
                begun.is_some(),
                begins,
                "{schedule:?} {before:?} {links:?} {last:?}"
            );
        }
    }
}
