//! The disk fault loop: whatever operation on the archive's folder fails, the run ends by itself with what is wrong, and
//! a clean run after it leaves what an undisturbed run leaves.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sidekeep_archive::{ArchiveErrorKind, Disk, Gate, Op, Outcome, Pass, Writer};
use sidekeep_mirror::{Watch, run};
use sidekeep_model::Kind;

use crate::stage::{Stage, card, noise, options, small};

/// A disk that is full from the Nth operation on.
struct Filling {
    left: AtomicU64,
}

impl Gate for Filling {
    fn pass(&self, op: Op, _: &Path) -> Pass {
        let left = self.left.load(Ordering::SeqCst);
        self.left.store(left.saturating_sub(1), Ordering::SeqCst);
        match op {
            Op::Write(length) if left == 0 => Pass::Torn(length / 2, io::ErrorKind::StorageFull.into()),
            // A full disk still takes what needs no room.
            Op::Remove | Op::Cut | Op::Rename | Op::Touch => Pass::Go,
            _ if left == 0 => Pass::Fail(io::ErrorKind::StorageFull.into()),
            _ => Pass::Go,
        }
    }
}

#[tokio::test]
async fn a_disk_that_fills_up_stops_the_run_and_loses_nothing() {
    let base = Stage::new();
    let phone = small();
    base.mirror(&mut phone.clone()).await;
    let phone = phone
        .contact("1", &card(11))
        .remove(Kind::Contact, "2")
        .photo("DCIM/Camera/IMG_1.jpg", noise(5, 2100))
        .photo("DCIM/Camera/IMG_3.jpg", noise(6, 1));
    let undisturbed = base.copy();
    undisturbed.mirror(&mut phone.clone()).await;
    let expected = undisturbed.dump();
    for nth in 0.. {
        let stage = base.copy();
        let gate = Arc::new(Filling {
            left: AtomicU64::new(nth),
        });
        let mut phone = phone.clone();
        let stopped = match Writer::open_on(&stage.root(), Disk::gated(gate.clone())) {
            Err(error) => Some(error.kind()),
            Ok(writer) => {
                let ended = run(&mut phone, writer, &options(), &Watch::new()).await;
                ended.err().map(|error| error.kind())
            }
        };
        if gate.left.load(Ordering::SeqCst) > 0 {
            assert!(nth > 10 && stopped.is_none(), "the loop fills the disk");
            break;
        }
        assert!(
            matches!(stopped, None | Some(ArchiveErrorKind::Full)),
            "{stopped:?} at {nth}"
        );
        assert!(stage.present(Kind::Contact) >= 1, "at {nth}");
        assert_eq!(
            stage.mirror(&mut phone).await.outcome,
            Outcome::Complete,
            "at {nth}"
        );
        assert_eq!(stage.dump(), expected, "at {nth}");
    }
}
