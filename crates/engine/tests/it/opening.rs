//! What stands when the window opens.

use sidekeep_engine::Engine;
use sidekeep_engine::screen::{Opening, OpeningState, TroubleKind};

use crate::stage::{Stage, people};

fn look(engine: &Engine, known: bool) -> Opening {
    engine.opening(known, false, "1.2.3")
}

#[tokio::test]
async fn first_empty_and_filled() {
    let stage = Stage::new();
    let first = look(&stage.engine, false);
    assert_eq!(
        (first.state, first.trouble, first.empty),
        (OpeningState::First, None, true)
    );
    assert!(!stage.engine.root().exists(), "looking makes nothing");

    drop(stage.engine.writer().unwrap());
    let empty = look(&stage.engine, false);
    assert_eq!(
        (empty.state, empty.trouble, empty.empty),
        (OpeningState::Ready, None, true)
    );

    stage.mirror(&mut people(1)).await;
    let filled = look(&stage.engine, true);
    assert_eq!((filled.state, filled.empty), (OpeningState::Ready, false));
    assert!(!filled.has_messages && !filled.has_calls && !filled.read_only);
    assert_eq!(filled.version, "1.2.3");
}

#[test]
fn what_cannot_be_opened_is_told() {
    let trouble = |stage: &Stage| {
        let opening = look(&stage.engine, true);
        assert_eq!(opening.state, OpeningState::Ready);
        opening.trouble.map(|trouble| trouble.kind)
    };
    let stage = Stage::new();
    assert_eq!(
        trouble(&stage),
        Some(TroubleKind::NoArchive),
        "it was there before"
    );
    drop(stage.engine.writer().unwrap());
    stage.file("archive/.sidekeep/format", "sidekeep-archive 999\n");
    assert_eq!(trouble(&stage), Some(TroubleKind::NewerFormat));
    stage.file("archive/.sidekeep/format", "what?");
    assert_eq!(trouble(&stage), Some(TroubleKind::Damaged));
}
