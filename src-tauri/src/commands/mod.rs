//! What the window may ask. A command converts, calls and converts; all of them answer off the window's thread, and a
//! panic in one is an answer like any other: the page would otherwise wait for ever, or the window end.

pub(crate) mod accounts;
pub(crate) mod app;
pub(crate) mod calendar;
pub(crate) mod contacts;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod photos;
pub(crate) mod restores;
pub(crate) mod runs;

use sidekeep_engine::screen::Trouble;
use sidekeep_engine::{Archive, Engine, EngineError};
use tauri::{AppHandle, Manager};
use tokio::task::JoinHandle;

use crate::desk::Desk;

/// What a command answers.
type Answer<T> = Result<T, Trouble>;

/// Reads the archive.
async fn read<T: Send + 'static>(
    desk: &Desk,
    look: impl FnOnce(&Archive) -> Result<T, EngineError> + Send + 'static,
) -> Answer<T> {
    with(desk, move |engine| look(&engine.archive()?)).await
}

/// Calls the engine.
async fn with<T: Send + 'static>(
    desk: &Desk,
    call: impl FnOnce(&Engine) -> Result<T, EngineError> + Send + 'static,
) -> Answer<T> {
    let engine = desk.engine();
    apart(move || call(&engine)).await
}

/// Calls the desk.
async fn at<T: Send + 'static>(
    app: AppHandle,
    call: impl FnOnce(&Desk) -> Answer<T> + Send + 'static,
) -> Answer<T> {
    apart(move || call(&app.state::<Desk>())).await
}

/// Makes a call that may block, off the window's thread and off the one that answers others.
async fn apart<T: Send + 'static, E: Into<Trouble> + Send + 'static>(
    call: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Answer<T> {
    joined(tokio::task::spawn_blocking(call)).await
}

/// Waits for what waits itself.
async fn meanwhile<T: Send + 'static>(call: impl Future<Output = Answer<T>> + Send + 'static) -> Answer<T> {
    joined(tokio::spawn(call)).await
}

async fn joined<T, E: Into<Trouble>>(work: JoinHandle<Result<T, E>>) -> Answer<T> {
    match work.await {
        Ok(answer) => answer.map_err(Into::into),
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

    use super::*;

    /// Every word of `text` between `before` and `after`.
    fn between<'a>(text: &'a str, before: &str, after: char) -> BTreeSet<&'a str> {
        let parts = text.split(before).skip(1);
        parts.filter_map(|rest| Some(rest.split_once(after)?.0)).collect()
    }

    /// The commands that the window may call.
    fn answered() -> BTreeSet<&'static str> {
        let handlers = between(include_str!("../main.rs"), "generate_handler![", ']');
        let paths = handlers.into_iter().flat_map(|list| list.split(','));
        paths
            .filter_map(|path| Some(path.trim().split_once("::")?.1))
            .collect()
    }

    #[tokio::test]
    async fn a_panic_is_an_answer() {
        let broken = apart::<(), Trouble>(|| panic!("a card that nobody foresaw")).await;
        assert_eq!(broken.unwrap_err().kind, TroubleKind::Bug);
        assert_eq!(apart::<_, Trouble>(|| Ok(7)).await, Ok(7));
        let broken = meanwhile::<()>(async { panic!("a phone that nobody foresaw") }).await;
        assert_eq!(broken.unwrap_err().kind, TroubleKind::Bug);
        assert_eq!(meanwhile(async { Ok(7) }).await, Ok(7));
    }

    #[test]
    fn no_command_answers_by_itself() {
        let mut seen = 0;
        for text in [
            include_str!("accounts.rs"),
            include_str!("app.rs"),
            include_str!("calendar.rs"),
            include_str!("contacts.rs"),
            include_str!("export.rs"),
            include_str!("history.rs"),
            include_str!("home.rs"),
            include_str!("photos.rs"),
            include_str!("restores.rs"),
            include_str!("runs.rs"),
        ] {
            for command in text.split("#[tauri::command]").skip(1) {
                let body = command.split_once("\n}").unwrap().0;
                let caught = ["read(", "with(", "at(", "apart(", "meanwhile("]
                    .iter()
                    .any(|call| body.contains(&format!(" {call}")));
                assert!(body.contains("pub(crate) async fn") && caught, "{body}");
                seen += 1;
            }
        }
        assert_eq!(
            seen,
            answered().len(),
            "every command stands in one of these files"
        );
    }

    #[test]
    fn the_window_asks_what_the_shell_answers() {
        let asked = between(include_str!("../../../ui/src/ipc/tauri.ts"), "invoke('", '\'');
        assert_eq!(asked, answered());
        assert!(asked.contains("gallery"), "the words are found");
    }
}
