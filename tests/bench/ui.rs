//! The window with a large archive: how soon it says how safe one is, what memory it takes, and how smoothly it moves.
//! Software rendering throughout; beside it the same window with one line of text in it (`src-tauri/examples/hello`), as
//! Tauri makes it, and once more painted plainly as Sidekeep does where nothing accelerates graphics.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sidekeep_testphones::bulk;
use sidekeep_tests::built;
use sidekeep_tests::measure::{median, memory};
use sidekeep_tests::window::{Start, Window};

use crate::Bench;
use crate::archive::of_large_phone;
use crate::screen::Screen;

/// Tauri's own window, built beside this program.
fn hello() -> PathBuf {
    built("examples/hello")
}

fn wait<T>(steps: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(steps)
}

/// What the window says to WebKit where nothing accelerates graphics.
const PLAINLY: (&str, &str) = ("WEBKIT_DISABLE_COMPOSITING_MODE", "1");

/// Each program in turn, so that what else the machine does meets both.
pub(crate) fn start(bench: &mut Bench) {
    let (archive, _) = of_large_phone(bench);
    let screen = Screen::start();
    let homes = [
        bench.fresh("home"),
        bench.fresh("home of hello"),
        bench.fresh("home of plain hello"),
    ];
    let programs = [built("sidekeep-desktop"), hello(), hello()];
    let once = || {
        [0, 1, 2].map(|which: usize| {
            let mut command = Command::new(&programs[which]);
            alone(&mut command, &homes[which]).env("SIDEKEEP_ARCHIVE", &archive);
            if which == 2 {
                command.env(PLAINLY.0, PLAINLY.1);
            }
            screen.first_paint(&mut command)
        })
    };
    // The first start makes folders and caches that stay.
    once();
    let all: Vec<[f64; 3]> = (0..9).map(|_| once()).collect();
    let [ours, theirs, plain] =
        [0, 1, 2].map(|which: usize| median(all.iter().map(|each| each[which]).collect()));
    bench.row(
        "Home painted, with 100,000 photos, 10,000 contacts, 20,000 events",
        format!("{:.0} ms ({:.2} of the peer)", ours * 1000.0, ours / theirs),
        format!(
            "Tauri's hello: {:.0} ms; painted plainly: {:.0} ms",
            theirs * 1000.0,
            plain * 1000.0
        ),
        "1.3 of hello",
    );
}

/// A home of its own, and nothing of this session's desktop.
fn alone<'a>(command: &'a mut Command, home: &Path) -> &'a mut Command {
    std::fs::create_dir_all(home).unwrap();
    command
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_RUNTIME_DIR", home)
        .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
        .env("GDK_BACKEND", "x11")
        .env("NO_AT_BRIDGE", "1")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("LANG", "en_GB.UTF-8")
        .env_remove("WAYLAND_DISPLAY")
}

fn software() -> Vec<(&'static str, String)> {
    vec![("LIBGL_ALWAYS_SOFTWARE", "1".to_owned())]
}

async fn opened(archive: &Path) -> Window {
    let window = Window::open(Start {
        archive: Some(archive),
        env: software(),
        ..Start::default()
    })
    .await;
    window.find(".phones").await;
    window
}

pub(crate) fn photos(bench: &mut Bench) {
    let (archive, _) = of_large_phone(bench);
    wait(async {
        let window = opened(&archive).await;
        window.go("photos").await;
        window.find(".tile img.shown").await;
        scroll(bench, &window).await;
        jump(bench, &window).await;
        window.close().await;
    });
}

async fn scroll(bench: &mut Bench, window: &Window) {
    let mut frames = Vec::new();
    for _ in 0..4 {
        frames.extend(numbers(&window.ask(FRAMES, vec![json!(60), json!(300)]).await));
    }
    bench.row(
        "photo grid of 100,000 scrolled by 60 px a frame, a frame",
        format!(
            "p50 {:.0} ms, p95 {:.0} ms, worst {:.0} ms",
            part(&frames, 0.5),
            part(&frames, 0.95),
            part(&frames, 1.0)
        ),
        String::new(),
        "p95 25 ms",
    );
}

async fn jump(bench: &mut Bench, window: &Window) {
    let mut jumps = Vec::new();
    for place in 0..20 {
        // Every jump leads to where none has led before, now up, now down.
        let place = f64::from((place * 7) % 20) / 20.0 + 0.02;
        jumps.extend(window.ask(JUMP, vec![json!(place)]).await.as_f64());
    }
    bench.row(
        "jump by the scrubber to visible thumbnails, made for it",
        format!(
            "p50 {:.0} ms, p95 {:.0} ms",
            part(&jumps, 0.5),
            part(&jumps, 0.95)
        ),
        String::new(),
        "300 ms",
    );
}

pub(crate) fn held(bench: &mut Bench) {
    let (archive, _) = of_large_phone(bench);
    let (theirs, plain, at_first, ours) = wait(async {
        let mut peers = [0.0; 2];
        for (which, held) in peers.iter_mut().enumerate() {
            let mut env = software();
            if which == 1 {
                env.push((PLAINLY.0, PLAINLY.1.to_owned()));
            }
            let peer = Window::open(Start {
                program: Some(&hello()),
                env,
                ..Start::default()
            })
            .await;
            tokio::time::sleep(Duration::from_secs(3)).await;
            *held = memory(&peer.processes());
            peer.close().await;
        }

        let window = opened(&archive).await;
        let at_first = memory(&window.processes());
        window.go("photos").await;
        window.find(".tile img.shown").await;
        let begun = Instant::now();
        while window.run(PASSED, vec![]).await.as_u64().unwrap_or_default() < 10_000 {
            window.ask(FRAMES, vec![json!(300), json!(60)]).await;
            assert!(
                begun.elapsed() < Duration::from_secs(300),
                "10,000 photos are never passed"
            );
        }
        let ours = memory(&window.processes());
        window.close().await;
        (peers[0], peers[1], at_first, ours)
    });
    bench.row(
        "memory of all its processes (PSS) after scrolling 10,000 photos",
        format!("{ours:.0} MB ({:.2} of the peer)", ours / theirs),
        format!(
            "Tauri's hello: {theirs:.0} MB; painted plainly: {plain:.0} MB; Home alone: {at_first:.0} MB"
        ),
        "1.5 of hello",
    );
}

pub(crate) fn contacts(bench: &mut Bench) {
    let (archive, _) = of_large_phone(bench);
    wait(async {
        let window = opened(&archive).await;
        search(bench, &window).await;
        window.close().await;
    });
}

pub(crate) fn calendar(bench: &mut Bench) {
    let (archive, _) = of_large_phone(bench);
    wait(async {
        let window = opened(&archive).await;
        months(bench, &window).await;
        window.close().await;
    });
}

async fn search(bench: &mut Bench, window: &Window) {
    window.go("contacts").await;
    window.find("[role=option]").await;
    let mut keys = Vec::new();
    for word in [
        "ada quay12",
        "example.org",
        "555 0001234",
        "portsmouth",
        "παναγ",
        "zzz",
    ] {
        let mut typed = String::new();
        for letter in word.chars() {
            typed.push(letter);
            keys.extend(window.ask(TYPE, vec![json!(typed)]).await.as_f64());
        }
        window.ask(TYPE, vec![json!("")]).await;
    }
    window.ask(TYPE, vec![json!("1234 long street")]).await;
    let found = window.count("[role=option]").await;
    assert!((1..=3).contains(&found), "the search narrows: {found}");
    bench.row(
        "a key in the search of 10,000 contacts to the list painted",
        format!("p50 {:.0} ms, p95 {:.0} ms", part(&keys, 0.5), part(&keys, 0.95)),
        format!("{} keys", keys.len()),
        "30 ms",
    );
}

async fn months(bench: &mut Bench, window: &Window) {
    window.go("calendar?view=month&date=2020-02-10").await;
    window.find(".grid-area [data-event]").await;
    // As a person looks at one after the other, and as a key that is held down goes through them. The events end in
    // August of 2021.
    for (how, pause, limit) in [("half a second later", 500, "100 ms"), ("at once", 0, "100 ms")] {
        let mut times = Vec::new();
        for _ in 0..8 {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            times.extend(window.ask(MONTH, vec![]).await.as_f64());
        }
        bench.row(
            &format!("the next month of 20,000 events painted, asked for {how}"),
            format!(
                "p50 {:.0} ms, p95 {:.0} ms",
                part(&times, 0.5),
                part(&times, 0.95)
            ),
            String::new(),
            limit,
        );
    }
}

/// A run of 10,000 files while one looks at Home, and then at the photos.
pub(crate) fn mirroring(bench: &mut Bench) {
    let (archive, _) = of_large_phone(bench);
    for (screen, bytes) in [("home", 5_000), ("photos", 6_000)] {
        let folder = bench.fresh(&format!("folder for {screen}"));
        bulk::photos(&folder, 10_000, bytes).unwrap();
        let (gaps, seconds) = wait(stalls(&archive, &folder, screen));
        bench.row(
            &format!("a run of 10,000 items while one looks at {screen}: longest stall of the window"),
            format!(
                "{:.0} ms, p95 of the frames {:.0} ms",
                part(&gaps, 1.0),
                part(&gaps, 0.95)
            ),
            format!("{seconds:.1} s of run, {} frames", gaps.len()),
            "100 ms",
        );
    }
}

async fn stalls(archive: &Path, folder: &Path, screen: &str) -> (Vec<f64>, f64) {
    let mut env = software();
    env.push(("SIDEKEEP_CHOSEN", folder.display().to_string()));
    let window = Window::open(Start {
        archive: Some(archive),
        env,
        ..Start::default()
    })
    .await;
    window.find(".phones").await;
    window.go("home?folder=1").await;
    let begun = Instant::now();
    window
        .until(
            "return document.querySelector('[role=progressbar]') !== null",
            vec![],
        )
        .await;
    window.go(screen).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    window.run(RECORD, vec![]).await;
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        if window.ask(RUNNING, vec![]).await == Value::Bool(false) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(300), "the run never ends");
    }
    let seconds = begun.elapsed().as_secs_f64();
    let gaps = window.run("return window.gaps", vec![]).await;
    window.close().await;
    (numbers(&gaps), seconds)
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect()
}

/// The value below which this part of them lies.
fn part(all: &[f64], part: f64) -> f64 {
    let mut all = all.to_vec();
    all.sort_by(f64::total_cmp);
    let at = (all.len() as f64 * part) as usize;
    all.get(at.min(all.len().saturating_sub(1)))
        .copied()
        .unwrap_or(f64::NAN)
}

/// Scrolls by so many pixels in each of so many frames; gives the milliseconds from frame to frame.
const FRAMES: &str = "
    const [step, count, done] = arguments;
    const box = document.querySelector('.timeline [role=grid]');
    const gaps = [];
    let last = null;
    const frame = () => {
        const now = performance.now();
        if (last !== null) gaps.push(now - last);
        last = now;
        if (gaps.length === count) return done(gaps);
        box.scrollTop += step;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);";

/// How many photos are above what is in sight.
const PASSED: &str = "
    const tile = document.querySelector('.timeline .tile');
    return tile === null ? 0 : Number(tile.dataset.index);";

/// Presses the strip of months at a place, 0 to 1; gives the milliseconds until every tile in sight shows its picture.
const JUMP: &str = "
    const [place, done] = arguments;
    const strip = document.querySelector('.scrubber');
    // A pointer made by a script cannot be captured.
    strip.setPointerCapture = () => {};
    const box = document.querySelector('.timeline [role=grid]').getBoundingClientRect();
    const { left, top, height } = strip.querySelector('.track').getBoundingClientRect();
    const at = { bubbles: true, button: 0, pointerId: 1, clientX: left + 5, clientY: top + place * height };
    const begun = performance.now();
    strip.dispatchEvent(new PointerEvent('pointerdown', at));
    strip.dispatchEvent(new PointerEvent('pointerup', at));
    const look = () => {
        const tiles = [...document.querySelectorAll('.timeline .tile')].filter((tile) => {
            const { top, bottom } = tile.getBoundingClientRect();
            return bottom > box.top && top < box.bottom;
        });
        if (tiles.length > 0 && tiles.every((tile) => tile.querySelector('img.shown'))) {
            const after = new MessageChannel();
            after.port1.onmessage = () => done(performance.now() - begun);
            after.port2.postMessage(0);
        } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);";

/// Changes what stands in the search as a key does; gives the milliseconds until the list is painted.
const TYPE: &str = "
    const [text, done] = arguments;
    const field = document.querySelector('main input[type=search]');
    const begun = performance.now();
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => done(performance.now() - begun);
        after.port2.postMessage(0);
    });";

/// Turns to the next month; gives the milliseconds until its events are painted.
const MONTH: &str = "
    const done = arguments[arguments.length - 1];
    const shown = () => [...document.querySelectorAll('.grid-area [data-event]')].map((chip) => chip.dataset.event);
    const begins = () => document.querySelector('.grid-area [data-day]').dataset.day;
    const [before, old] = [begins(), new Set(shown())];
    const begun = performance.now();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true, cancelable: true }));
    const look = () => {
        // An event of several weeks may stay.
        if (begins() !== before && shown().some((one) => !old.has(one))) {
            const after = new MessageChannel();
            after.port1.onmessage = () => done(performance.now() - begun);
            after.port2.postMessage(0);
        } else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);";

/// From now on the milliseconds between frames are kept in `gaps`.
const RECORD: &str = "
    window.gaps = [];
    let last = performance.now();
    const frame = () => {
        const now = performance.now();
        window.gaps.push(now - last);
        last = now;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);";

/// Whether something goes on.
const RUNNING: &str = "
    const done = arguments[arguments.length - 1];
    window.__TAURI_INTERNALS__.invoke('running').then((running) => done(running !== null));";
