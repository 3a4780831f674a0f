//! Capture time.
use sidekeep_model::{Facts, Marks, Taken, TakenFrom};

/// Best capture time.
pub fn file_taken(facts: &Facts, _marks: &Marks, _name: &str) -> Taken {
    facts.taken.clone().unwrap_or(Taken {
        wall: chrono::DateTime::UNIX_EPOCH.naive_utc(),
        offset: None,
        source: TakenFrom::Modified,
    })
}
