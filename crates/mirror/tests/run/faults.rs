//! The fault loop: whatever goes wrong at the Nth operation of the phone, the run ends by itself, and a clean run after
//! it leaves what an undisturbed run leaves.

use sidekeep_archive::Outcome;
use sidekeep_links::ErrorKind;
use sidekeep_model::Kind;
use sidekeep_testphones::{FakePhone, Fault, Faulty};

use crate::stage::{Stage, card, noise, small};

const FAULTS: [Fault; 6] = [
    Fault::Fail(ErrorKind::Unplugged),
    Fault::Fail(ErrorKind::Refused),
    Fault::Fail(ErrorKind::Locked),
    Fault::Fail(ErrorKind::Garbled),
    Fault::Cut,
    Fault::Corrupt,
];

/// Spoils every operation of a run of `phone` in turn, each time in a copy of `base`.
async fn spoil(base: &Stage, phone: &FakePhone, faults: &[Fault]) {
    let undisturbed = base.copy();
    assert_eq!(
        undisturbed.mirror(&mut phone.clone()).await.outcome,
        Outcome::Complete
    );
    let expected = undisturbed.dump();
    for fault in faults {
        for nth in 1.. {
            let stage = base.copy();
            let mut faulty = Faulty::new(phone.clone()).at(nth, fault.clone());
            let report = stage.mirror(&mut faulty).await;
            if !faulty.fired() {
                assert!(nth > 10, "the loop spoils something");
                break;
            }
            let case = format!("{fault:?} at {nth}: {report:?}");
            let lost = matches!(fault, Fault::Cut | Fault::Fail(ErrorKind::Unplugged));
            assert_eq!(report.outcome == Outcome::Failed, lost, "{case}");
            assert_eq!(report.stopped.is_some(), lost, "{case}");
            let told = report.judged.iter().map(|judged| &judged.verdict);
            for verdict in told.filter(|verdict| !verdict.reading.lists_everything()) {
                assert_eq!(verdict.counts.gone, 0, "{case}");
            }
            // Nothing of what was kept before may have left the view because of a fault.
            let again = stage.mirror(faulty.inner_mut()).await;
            assert_eq!(again.outcome, Outcome::Complete, "{case}\n{again:?}");
            assert_eq!(stage.dump(), expected, "{case}");
        }
    }
}

#[tokio::test]
async fn a_first_run() {
    // Into an empty archive the other faults come to the same.
    let faults = [
        Fault::Fail(ErrorKind::Unplugged),
        Fault::Fail(ErrorKind::Garbled),
        Fault::Cut,
    ];
    spoil(&Stage::new(), &small(), &faults).await;
}

#[tokio::test]
async fn a_run_with_changes() {
    let base = Stage::new();
    let phone = small();
    base.mirror(&mut phone.clone()).await;
    let phone = phone
        .contact("1", &card(11))
        .remove(Kind::Contact, "2")
        .contact("3", &card(3))
        .photo("DCIM/Camera/IMG_1.jpg", noise(5, 2100))
        .remove(Kind::Photo, "DCIM/Camera/IMG_2.jpg")
        .photo("DCIM/Trip/IMG_2.jpg", noise(2, 100))
        .photo("DCIM/Camera/IMG_3.jpg", noise(6, 1));
    spoil(&base, &phone, &FAULTS).await;
}
