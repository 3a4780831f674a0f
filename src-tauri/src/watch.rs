//! Looks for phones that come and go, and mirrors them by itself where the owner wants that.

use std::time::Duration;

use sidekeep_engine::Schedule;
use sidekeep_engine::screen::PhoneLink;
use sidekeep_model::Time;
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
            if let Some(link) = due(&desk, &before, &links)
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

/// The phone that is to be mirrored now, if any.
fn due<'a>(desk: &Desk, before: &[PhoneLink], links: &'a [PhoneLink]) -> Option<&'a PhoneLink> {
    let ready = |link: &&PhoneLink| link.ready == Some(true) && link.phone.is_some();
    match desk.settings().schedule {
        Schedule::Off => None,
        Schedule::Connect => links.iter().filter(ready).find(|link| {
            let was = before.iter().find(|was| was.source == link.source);
            was.is_none_or(|was| was.ready != Some(true))
        }),
        Schedule::Daily => {
            let now = desk.clock().now();
            let home = desk.engine().home(now).ok()?;
            links.iter().filter(ready).find(|link| {
                let card = home
                    .phones
                    .iter()
                    .find(|card| Some(&card.id) == link.phone.as_ref());
                card.is_some_and(|card| is_due(card.last_run, now))
            })
        }
    }
}

fn is_due(last: Option<Time>, now: Time) -> bool {
    last.is_none_or(|last| now.millis() - last.millis() >= DAILY)
}
