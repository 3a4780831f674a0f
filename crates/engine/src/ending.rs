//! How a piece of work ended, as a window tells it.

use std::path::PathBuf;

use sidekeep_model::Reason;
use tokio::task::JoinError;

use crate::screen::{Ended, Trouble, TroubleKind};
use crate::{EngineError, Outcome, Report};

/// How a run ended.
pub(crate) fn ended(report: &Report) -> Ended {
    let why = report.stopped.as_ref();
    Ended {
        run: Some(report.run.clone()),
        outcome: report.outcome,
        trouble: why
            .filter(|why| why.reason != Reason::Cancelled)
            .map(|why| Trouble::new(TroubleKind::from(why.reason), None, why.detail.clone())),
    }
}

/// How a run of picked files ended. That nothing is known of the rest of their folder is as it should be; that none of
/// them is of a kind that is kept is not.
pub(crate) fn picked(report: &Report, files: &[PathBuf]) -> Ended {
    let mut end = ended(report);
    let expected = |reason| matches!(reason, Reason::Picked | Reason::Unsupported);
    let mut reasons = report
        .judged
        .iter()
        .flat_map(|judged| judged.verdict.reading.reasons());
    if end.outcome == Outcome::Partial && reasons.all(|why| expected(why.reason)) {
        end.outcome = Outcome::Complete;
    }
    if end.outcome == Outcome::Complete && report.counts().listed == 0 {
        let first = files.first().map(|file| file.display().to_string());
        end.trouble = Some(Trouble::new(TroubleKind::NothingToKeep, first, String::new()));
    }
    end
}

/// Of two ends the one that went less well.
pub(crate) fn worse(one: Ended, other: Ended) -> Ended {
    let rank = |ended: &Ended| match ended.outcome {
        Outcome::Complete => 0,
        Outcome::Partial => 1,
        Outcome::Interrupted => 2,
        Outcome::Cancelled => 3,
        Outcome::Failed => 4,
    };
    let (one_rank, other_rank) = (rank(&one), rank(&other));
    if (other_rank, other.trouble.is_some()) >= (one_rank, one.trouble.is_some()) {
        other
    } else {
        one
    }
}

/// The end of what failed.
pub(crate) fn failed(error: &EngineError) -> Ended {
    let trouble = Trouble::from(error);
    Ended {
        run: match error {
            EngineError::Run(error) => error.run().cloned(),
            _ => None,
        },
        outcome: if trouble.kind == TroubleKind::Stopped {
            Outcome::Cancelled
        } else {
            Outcome::Failed
        },
        trouble: Some(trouble),
    }
}

/// What a panic said.
pub(crate) fn said(error: JoinError) -> String {
    match error.try_into_panic() {
        Ok(panic) => match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
            (Some(text), _) => (*text).to_owned(),
            (_, Some(text)) => text.clone(),
            (None, None) => "a panic without words".into(),
        },
        Err(error) => error.to_string(),
    }
}
