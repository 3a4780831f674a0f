//! One run: what to fetch ([`plan`](mod@plan)), what not to believe ([`guard`](mod@guard)), and carrying it out
//! ([`run`](fn@run)). [`dry_run`] tells what a run would do. [`restore`](fn@restore) puts something kept back.
//!
//! Planning and guarding are pure. A run writes only through [`sidekeep_archive::Run`] and only reads from the phone; but
//! for a restore nothing flows back, and nothing in the archive is overwritten or removed.

pub mod guard;
pub mod plan;
pub mod profile;
pub mod restore;

mod desk;
mod error;
mod options;
mod preview;
mod progress;
mod relay;
mod report;
mod run;

pub use error::RunError;
pub use guard::guard;
pub use options::{Clock, Options};
pub use plan::{Plan, plan};
pub use preview::{Preview, dry_run};
pub use progress::{KindProgress, Phase, Progress, Watch};
pub use report::{Judged, Report};
pub use restore::{Fate, Obstacle, RestoreOptions, RestoreReport, RestoredItem};
pub use run::{restore, run};
pub use sidekeep_archive::Policy;
pub use sidekeep_formats::merge::{Apart, Choice, Labels, Side};
