//! Looks for phones that come and go, mirrors them by itself where the owner wants that, and notices when another program
//! (the command, run by a clock) has written into the archive.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use sidekeep_engine::screen::{PhoneLink, Trouble, TroubleKind};
use sidekeep_engine::{Plugs, Schedule};
use sidekeep_model::{PhoneId, SourceName, Time};
use tauri::{AppHandle, Manager};

use crate::desk::{self, Desk};

/// The longest between two looks around: what is plugged in is told at once where the system tells it, and so is a phone
/// that announces itself.
const EVERY: Duration = Duration::from_secs(15);

/// Between two looks at accounts: a server somewhere is not to be bothered for every phone that may come by.
const ACCOUNTS_EVERY: Duration = Duration::from_secs(60 * 60);

/// A daily run is due this long after the last one, in milliseconds; less than a day, so that it does not wander through
/// the day.
const DAILY: i64 = 20 * HOUR;

/// A daily run that failed is tried again after this long, in milliseconds.
const AGAIN: i64 = HOUR;

const HOUR: i64 = 60 * 60 * 1000;

/// From now on phones that come and go are noticed.
pub(crate) fn begin(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut before = Vec::new();
        let mut asked = None;
        let mut ways = Ways::default();
        let mut writing = Writing::default();
        let mut plugs = Plugs::watch();
        let mut announcements = app.state::<Desk>().engine().network().watch();
        loop {
            tokio::select! {
                () = plugs.changed(EVERY) => {}
                () = announcements.changed() => {}
            }
            let desk = app.state::<Desk>();
            desk::emit(&app, "pairing", desk.engine().pairing().await);
            // A run asks the phone enough, and its end is told.
            if desk.running().is_some() {
                writing = Writing::default();
                continue;
            }
            if writing.has_ended(desk.engine().journal_size()) {
                desk::changed(&app);
            }
            let due = asked.is_none_or(|asked: Instant| asked.elapsed() >= ACCOUNTS_EVERY);
            let asking = if due {
                asked = Some(Instant::now());
                desk.ask_around().await
            } else {
                desk.ask_nearby().await
            };
            let Ok(links) = asking else {
                continue;
            };
            if links != before {
                desk::emit(&app, "reachable", links.clone());
                before.clone_from(&links);
            }
            if let Err(trouble) = tokio::task::block_in_place(|| serve(&desk, &mut ways, &links)) {
                tracing::warn!(?trouble, "a run did not begin by itself");
                desk::emit(&app, "trouble", trouble);
            }
        }
    });
}

/// Whether somebody else writes into the archive.
#[derive(Debug, Default)]
struct Writing {
    /// The journal's size at the last look.
    size: Option<u64>,
    grew: bool,
}

impl Writing {
    /// The journal grew, and since the last look no more: what was written stands.
    fn has_ended(&mut self, size: Option<u64>) -> bool {
        let grows = self.size.is_some() && self.size != size;
        let ended = self.grew && !grows;
        self.size = size;
        self.grew = grows;
        ended
    }
}

/// Begins the run that is due, if any. The others wait for the next look.
fn serve(desk: &Desk, ways: &mut Ways, links: &[PhoneLink]) -> Result<(), Trouble> {
    let (schedule, now) = (desk.settings().schedule, desk.clock().now());
    let last = match schedule {
        Schedule::Daily => last_runs(desk),
        Schedule::Off | Schedule::Connect => BTreeMap::new(),
    };
    let Some(link) = ways.due(schedule, links, now, |phone| last.get(phone).copied()) else {
        return Ok(());
    };
    let begun = desk
        .source(link.source.as_str())
        .and_then(|source| desk.mirror(source, false));
    match begun {
        // The owner was quicker; this phone's turn comes after that.
        Err(trouble) if trouble.kind == TroubleKind::Running => Ok(()),
        begun => {
            ways.serve(link, links, now);
            begun
        }
    }
}

/// The ways by which phones answer, and since when each has nothing to wait for: it was served then, or nothing was due
/// when it came.
#[derive(Debug, Default)]
struct Ways(BTreeMap<SourceName, Time>);

impl Ways {
    /// The phone that is to be mirrored now, if any; never one that this archive does not know. `last_run` says when a
    /// known phone was last mirrored, if ever.
    fn due<'a>(
        &mut self,
        schedule: Schedule,
        links: &'a [PhoneLink],
        now: Time,
        last_run: impl Fn(&PhoneId) -> Option<Option<Time>>,
    ) -> Option<&'a PhoneLink> {
        let ready = || links.iter().filter(|link| link.ready == Some(true));
        let here: BTreeSet<&SourceName> = ready().map(|link| &link.source).collect();
        self.0.retain(|source, _| here.contains(source));
        let long_ago = |time: Time, span| now.millis() - time.millis() >= span;
        let mut first = None;
        for link in ready() {
            let since = self.0.get(&link.source);
            let is_due = match (schedule, &link.phone) {
                (Schedule::Off, _) | (_, None) => false,
                (Schedule::Connect, Some(_)) => since.is_none(),
                (Schedule::Daily, Some(phone)) => {
                    last_run(phone).is_some_and(|last| last.is_none_or(|last| long_ago(last, DAILY)))
                        && since.is_none_or(|since| long_ago(*since, AGAIN))
                }
            };
            if is_due {
                first = first.or(Some(link));
            } else {
                self.0.entry(link.source.clone()).or_insert(now);
            }
        }
        first
    }

    /// A phone has had its turn, by whichever way it answers.
    fn serve(&mut self, link: &PhoneLink, links: &[PhoneLink], now: Time) {
        for same in links.iter().filter(|other| other.phone == link.phone) {
            self.0.insert(same.source.clone(), now);
        }
    }
}

/// When each phone of the archive was last mirrored; of an archive that cannot be read, which the window tells, none.
fn last_runs(desk: &Desk) -> BTreeMap<PhoneId, Option<Time>> {
    let home = desk.home()(&desk.engine());
    let cards = home.map(|home| home.phones).unwrap_or_default();
    let parts = cards.into_iter().flat_map(|card| card.parts);
    parts.map(|part| (part.id, part.last_run)).collect()
}

#[cfg(test)]
mod tests {
    use sidekeep_engine::screen::LinkKind;

    use super::*;

    fn link(source: &str, phone: Option<&str>, ready: bool) -> PhoneLink {
        PhoneLink {
            source: source.into(),
            name: None,
            phone: phone.map(PhoneId::from),
            phone_name: None,
            link: LinkKind::Network,
            left_out: Vec::new(),
            ready: Some(ready),
            needs: None,
        }
    }

    /// Looks at these many minutes, at each of which these ways answer: the sources that are served, in turn.
    fn served(schedule: Schedule, last: Option<Option<i64>>, looks: &[(i64, &[&PhoneLink])]) -> Vec<String> {
        let at = |minute: i64| Time::from_millis(1_800_000_000_000 + minute * 60_000).unwrap();
        let mut ways = Ways::default();
        let mut served = Vec::new();
        for (minute, links) in looks {
            let links: Vec<PhoneLink> = links.iter().copied().cloned().collect();
            let due = ways.due(schedule, &links, at(*minute), |_| last.map(|last| last.map(at)));
            if let Some(link) = due.cloned() {
                ways.serve(&link, &links, at(*minute));
                served.push(link.source.to_string());
            }
        }
        served
    }

    #[test]
    fn a_phone_is_mirrored_by_itself_when_the_owner_wants_that() {
        let a = &link("adb:a", Some("A"), true);
        let a_by_cable = &link("usb:a", Some("A"), true);
        let a_away = &link("adb:a", Some("A"), false);
        let b = &link("adb:b", Some("B"), true);
        let strange = &link("adb:a", None, true);
        let check = |schedule, last, looks: &[(i64, &[&PhoneLink])], wanted: &[&str]| {
            assert_eq!(
                served(schedule, last, looks),
                wanted,
                "{schedule:?} {last:?} {looks:?}"
            );
        };
        check(Schedule::Off, None, &[(0, &[a]), (1, &[a])], &[]);

        let connect = Schedule::Connect;
        check(connect, None, &[(0, &[a]), (1, &[a]), (2000, &[a])], &["adb:a"]);
        check(connect, None, &[(0, &[a_away]), (1, &[a])], &["adb:a"]);
        check(
            connect,
            None,
            &[(0, &[a]), (1, &[a_away]), (2, &[a])],
            &["adb:a", "adb:a"],
        );
        check(
            connect,
            None,
            &[(0, &[a]), (1, &[]), (2, &[a])],
            &["adb:a", "adb:a"],
        );
        check(
            connect,
            None,
            &[(0, &[a, b]), (1, &[a, b]), (2, &[a, b])],
            &["adb:a", "adb:b"],
        );
        check(connect, None, &[(0, &[a, b]), (1, &[a])], &["adb:a"]);
        check(
            connect,
            None,
            &[(0, &[a, a_by_cable]), (1, &[a, a_by_cable])],
            &["adb:a"],
        );
        // Whoever mirrors a stranger by hand need not have it done again.
        check(connect, None, &[(0, &[strange]), (1, &[a])], &[]);

        let daily = Schedule::Daily;
        let hours = |hours: i64| Some(Some(-hours * 60));
        check(daily, None, &[(0, &[a])], &[]);
        check(daily, Some(None), &[(0, &[a])], &["adb:a"]);
        check(daily, hours(19), &[(0, &[a]), (30, &[a]), (61, &[a])], &["adb:a"]);
        check(daily, hours(24), &[(0, &[a_away])], &[]);
        check(
            daily,
            hours(24),
            &[(0, &[a, b]), (1, &[a, b]), (2, &[a, b])],
            &["adb:a", "adb:b"],
        );
        // Its last run stays as long ago as it was: these failed.
        check(
            daily,
            hours(24),
            &[(0, &[a]), (1, &[a]), (61, &[a])],
            &["adb:a", "adb:a"],
        );
    }

    #[test]
    fn what_another_program_wrote_is_told_once_it_writes_no_more() {
        for (sizes, told) in [
            (&[Some(9), Some(9), Some(9)][..], &[][..]),
            (&[Some(9), Some(12), Some(12), Some(12)], &[2]),
            (&[Some(9), Some(12), Some(15), Some(15)], &[3]),
            (&[None, None, Some(9), Some(9)], &[]),
            (&[Some(9), Some(12), Some(12), Some(13), Some(13)], &[2, 4]),
            // A disk that was pulled out and is there again may be another.
            (&[Some(9), None, None, Some(9), Some(9)], &[2]),
        ] {
            let mut writing = Writing::default();
            let ended: Vec<usize> = (0..sizes.len())
                .filter(|&look| writing.has_ended(sizes[look]))
                .collect();
            assert_eq!(ended, told, "{sizes:?}");
        }
    }

    #[test]
    fn a_switch_of_the_schedule_begins_nothing_for_who_is_there() {
        let links = [link("adb:a", Some("A"), true)];
        let now = Time::from_millis(1_800_000_000_000).unwrap();
        let mut ways = Ways::default();
        assert_eq!(ways.due(Schedule::Off, &links, now, |_| None), None);
        assert_eq!(ways.due(Schedule::Connect, &links, now, |_| None), None);
    }
}
