//! Phones that announce their wireless debugging on the network (RFC 6763 over RFC 6762; AOSP adb `daemon/mdns.cpp`): which
//! there are, where, and when that changes. Debugging listens at another port each time that it starts, so that a phone is
//! known by the name of its announcement. Nothing is announced here, and no phone is connected to.

mod announced;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use mdns_sd::{Receiver, ServiceDaemon, ServiceEvent};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use self::announced::own_networks;

pub use self::announced::Announced;

/// How long it takes until phones have answered: the question goes out at once and, as it may be lost, after a second again;
/// they take up to 120 ms each (RFC 6762 §5.2, §6).
const LISTENS: Duration = Duration::from_millis(1300);
/// What changes together comes in several answers.
const SETTLES: Duration = Duration::from_millis(200);
/// How long a phone may take to answer that it is still there.
const DOUBT: Duration = Duration::from_secs(2);
/// Services of one kind that are believed; nobody has so many phones.
const MOST: usize = 64;
/// Events after which listening begins anew, and what was remembered until then is let go.
const EVENTS: usize = 4096;

/// What a phone offers (AOSP `adb_mdns.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Debugging, to those who are paired.
    Connect,
    /// Pairing, as long as its dialog is open.
    Pairing,
}

impl Service {
    fn domain(self) -> &'static str {
        match self {
            Self::Connect => "_adb-tls-connect._tcp.local.",
            Self::Pairing => "_adb-tls-pairing._tcp.local.",
        }
    }

    /// The instance in a full name.
    fn instance(self, full: &str) -> Option<&str> {
        full.strip_suffix(self.domain())?.strip_suffix('.')
    }
}

/// Listens from the first question on, until the last handle is dropped; a clone is another handle. The default one is deaf.
#[derive(Clone, Debug, Default)]
pub struct Mdns(Option<Arc<Ear>>);

/// Notices that something was announced, or is gone.
#[derive(Debug)]
pub struct Announcements {
    mdns: Mdns,
    seen: Option<watch::Receiver<Heard>>,
}

#[derive(Debug, Default)]
struct Ear {
    heard: Arc<watch::Sender<Heard>>,
    listening: Mutex<Option<Listening>>,
}

type Heard = BTreeMap<(Service, String), Announced>;

struct Listening {
    daemon: ServiceDaemon,
    since: Instant,
    /// It heard too much, or could not keep up.
    over: Arc<AtomicBool>,
}

impl std::fmt::Debug for Listening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listening")
            .field("since", &self.since)
            .finish_non_exhaustive()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.daemon.shutdown();
    }
}

impl Mdns {
    /// One that hears, once it is asked.
    pub fn listening() -> Self {
        Self(Some(Arc::default()))
    }

    /// Who announces this service. Takes a bit more than a second the first time, and no time later.
    pub async fn announced(&self, service: Service) -> Vec<Announced> {
        let Some((ear, since)) = self.listen() else {
            return Vec::new();
        };
        sleep_until(since + LISTENS).await;
        let heard = ear.heard.borrow();
        let of = heard.iter().filter(|((of, _), _)| *of == service);
        of.map(|(_, announced)| announced.clone()).collect()
    }

    /// The one of this name; it may take so long to appear, or as long as listening takes.
    pub async fn find(&self, service: Service, name: &str, longest: Duration) -> Option<Announced> {
        let (ear, since) = self.listen()?;
        let until = (since + LISTENS).max(Instant::now() + longest);
        let sought = (service, name.to_owned());
        let mut heard = ear.heard.subscribe();
        let found = timeout_at(until, heard.wait_for(|heard| heard.contains_key(&sought))).await;
        found.ok()?.ok()?.get(&sought).cloned()
    }

    /// It did not answer where it announced itself: unless it does so again, it is gone (RFC 6762 §10.4).
    pub fn doubt(&self, service: Service, name: &str) {
        if let Some((ear, _)) = self.listen()
            && let Some(listening) = &*ear.lock()
            && let Err(error) = listening
                .daemon
                .verify(format!("{name}.{}", service.domain()), DOUBT)
        {
            tracing::debug!(%error, "a phone stays announced that does not answer");
        }
    }

    /// From now on.
    pub fn watch(&self) -> Announcements {
        let seen = self.listen().map(|(ear, _)| ear.heard.subscribe());
        Announcements {
            mdns: self.clone(),
            seen,
        }
    }

    /// Begins to listen if nobody does, and says since when. None where nothing can be heard.
    fn listen(&self) -> Option<(&Ear, Instant)> {
        let ear = self.0.as_deref()?;
        let mut listening = ear.lock();
        if listening
            .as_ref()
            .is_none_or(|now| now.over.load(Ordering::Relaxed))
        {
            *listening = None;
            ear.heard
                .send_if_modified(|heard| !std::mem::take(heard).is_empty());
            match Listening::begin(&ear.heard) {
                Ok(begun) => *listening = Some(begun),
                Err(error) => {
                    tracing::debug!(%error, "nothing is heard of phones on the network");
                    return None;
                }
            }
        }
        let since = listening.as_ref()?.since;
        drop(listening);
        Some((ear, since))
    }
}

impl Announcements {
    /// Waits until something was announced, or is gone; for ever where nothing can be heard.
    pub async fn changed(&mut self) {
        // Nobody else may have asked since it was over.
        self.mdns.listen();
        if let Some(seen) = &mut self.seen
            && seen.changed().await.is_ok()
        {
            sleep(SETTLES).await;
            seen.mark_unchanged();
            return;
        }
        std::future::pending().await
    }
}

impl Ear {
    /// What a panic elsewhere left is whole: it is replaced in one step.
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Listening>> {
        self.listening.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listening {
    fn begin(heard: &Arc<watch::Sender<Heard>>) -> mdns_sd::Result<Self> {
        let daemon = ServiceDaemon::new()?;
        let over = Arc::new(AtomicBool::new(false));
        for service in [Service::Connect, Service::Pairing] {
            let events = daemon.browse(service.domain())?;
            let (heard, over) = (Arc::clone(heard), Arc::clone(&over));
            // It ends with the daemon.
            thread::spawn(move || {
                hear(service, &events, &heard);
                over.store(true, Ordering::Relaxed);
            });
        }
        Ok(Self {
            daemon,
            since: Instant::now(),
            over,
        })
    }
}

fn hear(service: Service, events: &Receiver<ServiceEvent>, heard: &watch::Sender<Heard>) {
    for event in events.iter().take(EVENTS) {
        match event {
            ServiceEvent::ServiceResolved(found) => {
                let Some(name) = service.instance(&found.fullname) else {
                    continue;
                };
                let said = found.addresses.iter().cloned();
                let announced = Announced::new(name, found.port, said, &own_networks());
                heard.send_if_modified(|heard| note(heard, (service, name.to_owned()), announced));
            }
            ServiceEvent::ServiceRemoved(_, full) => {
                if let Some(name) = service.instance(&full) {
                    heard.send_if_modified(|heard| note(heard, (service, name.to_owned()), None));
                }
            }
            _ => {}
        }
    }
}

/// Takes what is said of an instance now. Whether it is another than before.
fn note(heard: &mut Heard, key: (Service, String), announced: Option<Announced>) -> bool {
    match announced {
        None => heard.remove(&key).is_some(),
        Some(announced) => {
            let of = heard.keys().filter(|(service, _)| *service == key.0).count();
            if of >= MOST && !heard.contains_key(&key) {
                return false;
            }
            heard.insert(key, announced.clone()) != Some(announced)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(name: &str, port: u16) -> Announced {
        Announced {
            name: name.to_owned(),
            addresses: vec![([192, 168, 1, 9], port).into()],
        }
    }

    #[test]
    fn what_is_announced_comes_moves_and_goes() {
        let mut heard = Heard::new();
        let key = || (Service::Connect, "a".to_owned());
        for (said, is_new) in [
            (Some(phone("a", 1)), true),
            (Some(phone("a", 1)), false),
            (Some(phone("a", 2)), true),
            (None, true),
            (None, false),
        ] {
            assert_eq!(note(&mut heard, key(), said.clone()), is_new, "{said:?}");
            assert_eq!(heard.get(&key()), said.as_ref());
        }
    }

    #[test]
    fn nobody_has_thousands_of_phones() {
        let mut heard = Heard::new();
        for number in 0..5000 {
            let name = format!("adb-{number}-x");
            note(
                &mut heard,
                (Service::Connect, name.clone()),
                Some(phone(&name, 1)),
            );
        }
        assert_eq!(heard.len(), MOST);
        // Who is there may move all the same, and another kind of service has room of its own.
        let moved = Some(phone("adb-0-x", 2));
        assert!(note(&mut heard, (Service::Connect, "adb-0-x".into()), moved));
        assert!(note(
            &mut heard,
            (Service::Pairing, "p".into()),
            Some(phone("p", 1))
        ));
    }

    #[test]
    fn instances_of_full_names() {
        let check = |full, instance| assert_eq!(Service::Connect.instance(full), instance, "{full}");
        check("adb-S-x._adb-tls-connect._tcp.local.", Some("adb-S-x"));
        check("a.b._adb-tls-connect._tcp.local.", Some("a.b"));
        check("adb-S-x._adb-tls-pairing._tcp.local.", None);
        check("_adb-tls-connect._tcp.local.", None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_deaf_one_hears_nothing_and_takes_no_time() {
        let before = Instant::now();
        let mdns = Mdns::default();
        assert_eq!(mdns.announced(Service::Connect).await, []);
        assert_eq!(
            mdns.find(Service::Pairing, "p", Duration::from_secs(60)).await,
            None
        );
        assert_eq!(before, Instant::now());
    }
}
