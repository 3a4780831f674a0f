//! What the window may ask. A command converts, calls and converts; all of them answer off the window's thread, and a
//! panic in one is an answer like any other.

pub(crate) mod app;
pub(crate) mod calendar;
pub(crate) mod contacts;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod photos;
pub(crate) mod runs;

use sidekeep_engine::screen::Trouble;
use sidekeep_engine::{Archive, Engine, EngineError};

use crate::desk::Desk;

/// What a command answers.
type Answer<T> = Result<T, Trouble>;

/// Reads the archive off the window's thread.
async fn read<T: Send + 'static>(
    desk: &Desk,
    look: impl FnOnce(&Archive) -> Result<T, EngineError> + Send + 'static,
) -> Answer<T> {
    with(desk, move |engine| look(&engine.archive()?)).await
}

/// Calls the engine off the window's thread.
async fn with<T: Send + 'static>(
    desk: &Desk,
    call: impl FnOnce(&Engine) -> Result<T, EngineError> + Send + 'static,
) -> Answer<T> {
    let engine = desk.engine();
    apart(move || call(&engine)).await
}

/// Calls off the window's thread; a panic there is an answer, too.
async fn apart<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> Answer<T> {
    match tokio::task::spawn_blocking(call).await {
        Ok(answer) => answer.map_err(|error| Trouble::from(&error)),
        Err(broken) => Err(bug(&broken)),
    }
}

/// A fault of Sidekeep itself.
fn bug(cause: &(dyn std::error::Error + 'static)) -> Trouble {
    tracing::error!(cause, "a command failed");
    Trouble::fault(cause)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sidekeep_engine::screen::TroubleKind;

    use super::apart;

    /// Every word of `text` between `before` and `after`.
    fn between<'a>(text: &'a str, before: &str, after: char) -> BTreeSet<&'a str> {
        let parts = text.split(before).skip(1);
        parts.filter_map(|rest| Some(rest.split_once(after)?.0)).collect()
    }

    #[tokio::test]
    async fn a_panic_is_an_answer() {
        let broken = apart::<()>(|| panic!("a card that nobody foresaw")).await;
        assert_eq!(broken.unwrap_err().kind, TroubleKind::Bug);
        assert_eq!(apart(|| Ok(7)).await, Ok(7));
    }

    #[test]
    fn the_window_asks_what_the_shell_answers() {
        let asked = between(include_str!("../../../ui/src/ipc/tauri.ts"), "invoke('", '\'');
        let handlers = include_str!("../main.rs")
            .split_once("generate_handler![")
            .unwrap()
            .1;
        let handlers = handlers.split_once(']').unwrap().0;
        let answered: BTreeSet<&str> = handlers
            .split(',')
            .filter_map(|path| Some(path.trim().split_once("::")?.1))
            .collect();
        assert_eq!(asked, answered);
        assert!(asked.contains("gallery"), "the words are found");
    }
}
