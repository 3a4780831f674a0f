//! A run's progress on stderr: a bar per kind with rate and time left on a terminal, plain lines otherwise.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use sidekeep_engine::{KindProgress, Phase, Progress, Watch};
use sidekeep_model::Kind;

use crate::words;

/// How often plain lines are written at most.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// Shows the run until it is done. Ends by itself when the run's side of the watch is dropped.
pub(crate) async fn show(watch: Watch, quiet: bool) {
    if quiet {
        return;
    }
    let mut progress = watch.progress();
    drop(watch);
    let mut display: Box<dyn Display> = if std::io::stderr().is_terminal() {
        Box::new(Bars::new())
    } else {
        Box::new(Plain::default())
    };
    while progress.changed().await.is_ok() {
        let now = progress.borrow_and_update().clone();
        display.update(&now);
        if now.phase == Phase::Done {
            break;
        }
    }
    display.finish();
}

trait Display: Send {
    fn update(&mut self, progress: &Progress);
    fn finish(&mut self);
}

struct Bars {
    all: MultiProgress,
    bars: Vec<(Kind, ProgressBar)>,
}

impl Bars {
    fn new() -> Self {
        Self {
            all: MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10)),
            bars: Vec::new(),
        }
    }

    fn bar(&mut self, kind: Kind) -> &ProgressBar {
        if let Some(place) = self.bars.iter().position(|(shown, _)| *shown == kind) {
            return &self.bars[place].1;
        }
        let bar = self.all.add(ProgressBar::new(0));
        // The template is a constant, so a mistake in it shows in the first test, not at a user's.
        if let Ok(style) = ProgressStyle::with_template("{prefix:>9} [{bar:30}] {pos:>6}/{len:<6} {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(words::nouns(kind));
        self.bars.push((kind, bar));
        &self.bars[self.bars.len() - 1].1
    }
}

impl Display for Bars {
    fn update(&mut self, progress: &Progress) {
        for kind in &progress.kinds {
            let Some(items) = kind.items else { continue };
            let message = if kind.done {
                done(kind)
            } else {
                under_way(progress, kind)
            };
            let bar = self.bar(kind.kind);
            bar.set_length(items);
            bar.set_position(kind.items_done);
            bar.set_message(message);
            if kind.done && !bar.is_finished() {
                bar.abandon();
            }
        }
    }

    fn finish(&mut self) {
        for (_, bar) in &self.bars {
            bar.abandon();
        }
    }
}

#[derive(Default)]
struct Plain {
    told: Vec<Kind>,
    last: Option<std::time::Instant>,
}

impl Display for Plain {
    fn update(&mut self, progress: &Progress) {
        for kind in progress.kinds.iter().filter(|kind| kind.done) {
            if !self.told.contains(&kind.kind) {
                self.told.push(kind.kind);
                say(&format!("{}: {}", words::nouns(kind.kind), done(kind)));
            }
        }
        if self.last.is_none_or(|last| last.elapsed() >= PLAIN_EVERY) {
            self.last = Some(std::time::Instant::now());
            if let Phase::Fetching(kind) = progress.phase
                && let Some(kind) = progress.kinds.iter().find(|now| now.kind == kind)
            {
                let items = kind.items.unwrap_or(0);
                let name = words::nouns(kind.kind);
                say(&format!(
                    "{name}: {} of {items}, {}",
                    kind.items_done,
                    under_way(progress, kind)
                ));
            }
        }
    }

    fn finish(&mut self) {}
}

fn say(line: &str) {
    // A closed stderr is no reason to stop a run.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

fn done(kind: &KindProgress) -> String {
    let mut text = match kind.listed {
        None => return "not readable".into(),
        Some(listed) => format!(
            "{} there, {} fetched",
            words::number(listed),
            words::number(kind.items_done)
        ),
    };
    if kind.bytes_done > 0 {
        text.push_str(&format!(", {}", words::bytes(kind.bytes_done)));
    }
    if kind.unread > 0 {
        text.push_str(&format!(", {} not readable", words::number(kind.unread)));
    }
    text
}

fn under_way(progress: &Progress, kind: &KindProgress) -> String {
    let mut text = words::bytes(kind.bytes_done);
    if let Some(bytes) = kind.bytes.filter(|bytes| *bytes > 0) {
        text.push_str(&format!(" of {}", words::bytes(bytes)));
    }
    if progress.rate > 0 {
        text.push_str(&format!(", {}/s", words::bytes(progress.rate)));
    }
    if let Some(left) = progress.left {
        text.push_str(&format!(", {} left", words::span(left)));
    }
    text
}
