//! Restores: what is put back, what is left, and what a phone that fails in the middle leaves.

use sidekeep_archive::{Note, Outcome, Purpose, Query};
use sidekeep_links::ErrorKind;
use sidekeep_mirror::{Fate, Obstacle, Policy, RestoreOptions, RestoreReport, Watch, restore as carry_out};
use sidekeep_model::{Collection, Kind, Time};
use sidekeep_testphones::{Asked, FakePhone, Fault, Faulty, Pen};

use crate::stage::{Stage, card, card_without_number, contacts, event, options};

/// A clock after that of any mirror run of a stage.
const LATER: i64 = 1_770_000_000_000;

pub(crate) fn asked(as_of: Option<Time>, policy: Policy) -> RestoreOptions {
    RestoreOptions {
        query: Query {
            kinds: vec![Kind::Contact],
            as_of,
            ..Query::default()
        },
        policy,
        into: None,
        preview: false,
    }
}

pub(crate) fn later() -> sidekeep_mirror::Options {
    let ticks = std::sync::atomic::AtomicI64::new(LATER);
    let now = move || Time::from_millis(ticks.fetch_add(1, std::sync::atomic::Ordering::Relaxed)).unwrap();
    sidekeep_mirror::Options {
        clock: sidekeep_mirror::Clock::new(now),
        ..options()
    }
}

pub(crate) async fn restore(
    stage: &Stage,
    phone: &mut dyn sidekeep_links::Phone,
    asked: &RestoreOptions,
) -> RestoreReport {
    let kind = asked.query.kinds[0];
    carry_out(phone, stage.writer(), kind, asked, &later(), &Watch::new())
        .await
        .unwrap()
}

/// When the archive's newest run ended.
pub(crate) fn now(stage: &Stage) -> Time {
    stage.archive().runs().unwrap()[0].end.unwrap().0
}

/// A card with a UID.
fn person(nth: usize) -> String {
    card(nth).replace("END:", &format!("UID:person-{nth}\r\nEND:"))
}

fn people(count: usize) -> FakePhone {
    (0..count).fold(FakePhone::new("pixel"), |phone, nth| {
        phone.contact(&nth.to_string(), &person(nth))
    })
}

fn numbers(report: &RestoreReport) -> [u64; 8] {
    let counts = report.counts;
    [
        counts.added,
        counts.updated,
        counts.same,
        counts.kept,
        counts.conflicts,
        counts.refused,
        counts.failed,
        counts.confirmed,
    ]
}

/// A server at its limit, or a filter before it, may answer that all is well.
#[tokio::test]
async fn what_the_phone_does_not_keep_is_not_confirmed() {
    let stage = Stage::new();
    let phone = people(300);
    stage.mirror(&mut phone.clone()).await;
    let then = now(&stage);
    let mut phone = phone.remove_all(Kind::Contact).writable(Pen::Losing);
    assert_eq!(stage.mirror(&mut phone).await.held().count(), 1);
    let report = restore(&stage, &mut phone, &asked(Some(then), Policy::Merge)).await;
    assert_eq!(numbers(&report), [300, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(report.outcome, Outcome::Partial);

    // One that is gone for good, and keeps its id.
    let stage = Stage::new();
    let mut phone = people(20);
    stage.mirror(&mut phone).await;
    let then = now(&stage);
    let mut phone = phone.remove(Kind::Contact, "7").writable(Pen::Losing);
    let report = restore(&stage, &mut phone, &asked(Some(then), Policy::Merge)).await;
    assert_eq!(numbers(&report), [1, 0, 19, 0, 0, 0, 0, 0]);
    assert_eq!(report.outcome, Outcome::Partial);
}

#[tokio::test]
async fn an_emptied_account_comes_back() {
    for pen in [Pen::Plain, Pen::NewIds, Pen::Rewriting] {
        let stage = Stage::new();
        let phone = people(300);
        stage.mirror(&mut phone.clone()).await;
        let then = now(&stage);
        let mut phone = phone.remove_all(Kind::Contact).writable(pen);
        let held = stage.mirror(&mut phone).await;
        assert_eq!(held.held().count(), 1, "an emptied account is held back");

        let preview = RestoreOptions {
            preview: true,
            ..asked(Some(then), Policy::Merge)
        };
        let told = restore(&stage, &mut phone, &preview).await;
        assert_eq!(
            (told.run.as_ref(), numbers(&told)),
            (None, [300, 0, 0, 0, 0, 0, 0, 0])
        );
        assert_eq!(phone.count(Kind::Contact), 0, "a preview writes nothing");

        let report = restore(&stage, &mut phone, &asked(Some(then), Policy::Merge)).await;
        assert_eq!(numbers(&report), [300, 0, 0, 0, 0, 0, 0, 300], "{pen:?}");
        assert_eq!(report.outcome, Outcome::Complete, "{pen:?}");
        assert_eq!(phone.count(Kind::Contact), 300);

        let archive = stage.archive();
        let run = archive.run(&report.run.clone().unwrap()).unwrap().unwrap();
        assert_eq!(
            (run.purpose, run.end.unwrap().1),
            (Purpose::Restore, Outcome::Complete)
        );
        let Some(Note::Restore(intent, Some(restored))) = archive.note(&run).unwrap() else {
            panic!("{pen:?}");
        };
        assert_eq!((intent.asked, intent.add, intent.update), (300, 300, 0));
        assert_eq!(restored, report.counts);

        let again = restore(&stage, &mut phone, &asked(Some(then), Policy::Merge)).await;
        assert_eq!(numbers(&again), [0, 0, 300, 0, 0, 0, 0, 0], "{pen:?}");
        assert_eq!((again.run, again.outcome), (None, Outcome::Complete));
        if pen == Pen::Plain {
            assert_eq!(stage.present(Kind::Contact), 300);
            assert!(
                stage.archive().holds().unwrap().is_empty(),
                "the phone is as before"
            );
        }
    }
}

#[tokio::test]
async fn lost_numbers_come_back_and_what_is_new_stays() {
    let stage = Stage::new();
    let phone = people(20);
    stage.mirror(&mut phone.clone()).await;
    let then = now(&stage);
    let spoilt = |nth: usize| {
        let card = card_without_number(nth);
        card.replace("END:", &format!("UID:person-{nth}\r\nTITLE:Doctor\r\nEND:"))
    };
    let phone = (0..20).fold(phone, |phone, nth| phone.contact(&nth.to_string(), &spoilt(nth)));
    let mut phone = phone.writable(Pen::Rewriting);
    let report = restore(&stage, &mut phone, &asked(Some(then), Policy::Merge)).await;
    assert_eq!(numbers(&report), [0, 20, 0, 0, 0, 0, 0, 20]);
    assert_eq!(report.outcome, Outcome::Complete);
    let text = String::from_utf8_lossy(phone.bytes(Kind::Contact, "3").unwrap()).into_owned();
    assert!(
        text.contains("+1 555 0003") && text.contains("TITLE:Doctor"),
        "{text}"
    );
    let choices: Vec<&str> = report.items[0]
        .choices
        .iter()
        .map(|choice| choice.property.as_str())
        .collect();
    assert_eq!(choices, ["TITLE", "TEL"]);
    assert!(
        stage
            .archive()
            .holds()
            .unwrap()
            .iter()
            .all(|held| Some(&held.run) != report.run.as_ref()),
        "what the restore itself changed is no suspicion"
    );
}

#[tokio::test]
async fn a_restore_is_undone_by_another() {
    let stage = Stage::new();
    let phone = people(3);
    stage.mirror(&mut phone.clone()).await;
    let then = now(&stage);
    let other = person(1).replace("+1 555 0001", "+1 666");
    let mut phone = phone.contact("1", &other).writable(Pen::Plain);
    let report = restore(&stage, &mut phone, &asked(Some(then), Policy::KeepArchive)).await;
    assert_eq!(phone.bytes(Kind::Contact, "1").unwrap(), person(1).as_bytes());
    let undone = restore(
        &stage,
        &mut phone,
        &asked(Some(report.fresh.ended), Policy::KeepArchive),
    )
    .await;
    assert_eq!(numbers(&undone), [0, 1, 2, 0, 0, 0, 0, 1]);
    assert_eq!(phone.bytes(Kind::Contact, "1").unwrap(), other.as_bytes());
}

#[tokio::test]
async fn policies() {
    let check = async |policy, expected: [u64; 8], on_phone: usize, number: bool| {
        let stage = Stage::new();
        let phone = people(3);
        stage.mirror(&mut phone.clone()).await;
        let then = now(&stage);
        let other = person(1)
            .replace("Person 1\r\n", "Somebody\r\n")
            .replace("+1 555 0001", "+1 666");
        let mut phone = phone
            .contact("1", &other)
            .remove(Kind::Contact, "2")
            .writable(Pen::Plain);
        let report = restore(&stage, &mut phone, &asked(Some(then), policy)).await;
        assert_eq!(numbers(&report), expected, "{policy:?}");
        assert_eq!(report.outcome, Outcome::Complete, "{policy:?}");
        assert_eq!(phone.count(Kind::Contact), on_phone, "{policy:?}");
        let text = String::from_utf8_lossy(phone.bytes(Kind::Contact, "1").unwrap()).into_owned();
        assert_eq!(text.contains("+1 555 0001"), number, "{policy:?}");
        // Asked for again, nothing is left to do.
        let again = restore(&stage, &mut phone, &asked(Some(then), policy)).await;
        assert_eq!(
            (again.run, again.outcome),
            (None, Outcome::Complete),
            "{policy:?}"
        );
        let phones = phone
            .asked()
            .iter()
            .filter(|asked| matches!(asked, Asked::Write(..)))
            .count() as u64;
        assert_eq!(phones, expected[0] + expected[1], "{policy:?}");
    };
    check(Policy::KeepPhone, [1, 0, 1, 1, 0, 0, 0, 1], 3, false).await;
    check(Policy::KeepArchive, [1, 1, 1, 0, 0, 0, 0, 2], 3, true).await;
    check(Policy::KeepBoth, [2, 0, 1, 0, 0, 0, 0, 2], 4, false).await;
    check(Policy::Merge, [1, 1, 1, 0, 0, 0, 0, 2], 3, true).await;
}

#[tokio::test]
async fn a_conflict_is_shown_and_not_forced() {
    let stage = Stage::new();
    let phone = people(3);
    stage.mirror(&mut phone.clone()).await;
    let then = now(&stage);
    let mine = person(1).replace("+1 555 0001", "+1 777");
    let mut phone = phone
        .contact("1", &person(1).replace("+1 555 0001", "+1 666"))
        .writable(Pen::Plain)
        .meddled(Kind::Contact, "1", &mine);
    let report = restore(&stage, &mut phone, &asked(Some(then), Policy::KeepArchive)).await;
    assert_eq!(numbers(&report), [0, 0, 2, 0, 1, 0, 0, 0]);
    assert_eq!(report.outcome, Outcome::Partial);
    assert_eq!(phone.bytes(Kind::Contact, "1").unwrap(), mine.as_bytes());
    let again = restore(&stage, &mut phone, &asked(Some(then), Policy::KeepArchive)).await;
    assert_eq!(numbers(&again), [0, 1, 2, 0, 0, 0, 0, 1]);
}

#[tokio::test]
async fn what_may_not_be_written_is_told() {
    let stage = Stage::new();
    let read_only = Collection {
        id: "phone".into(),
        name: "phone".into(),
        account: None,
        colour: None,
        read_only: true,
        derived: false,
    };
    let phone = people(2).collection(Kind::Contact, read_only);
    stage.mirror(&mut phone.clone()).await;
    let then = now(&stage);
    let phone = phone.remove(Kind::Contact, "1");
    let mut reads = phone.clone();
    let report = restore(&stage, &mut reads, &asked(Some(then), Policy::Merge)).await;
    assert_eq!(report.outcome, Outcome::Failed, "this link only reads");
    let mut writes = phone.writable(Pen::Plain);
    let report = restore(&stage, &mut writes, &asked(Some(then), Policy::Merge)).await;
    assert_eq!(numbers(&report), [0, 0, 1, 0, 0, 1, 0, 0]);
    assert_eq!(report.items[1].fate, Fate::Refused(Obstacle::ReadOnly));
    assert_eq!(report.outcome, Outcome::Partial);
}

#[tokio::test]
async fn bytes_that_come_back_otherwise_are_no_success() {
    let stage = Stage::new();
    let phone = people(3);
    stage.mirror(&mut phone.clone()).await;
    let then = now(&stage);
    let phone = phone.remove(Kind::Contact, "1").writable(Pen::Plain);
    // Behind the listings and the fetches of the mirror run comes the only write.
    let mut found = false;
    for nth in 1..40 {
        let copy = stage.copy();
        let mut faulty = Faulty::new(phone.clone()).at(nth, Fault::Corrupt);
        let report = restore(&copy, &mut faulty, &asked(Some(then), Policy::Merge)).await;
        if report.items.iter().any(|item| !item.differing.is_empty()) {
            assert_eq!((report.counts.added, report.counts.confirmed), (1, 0));
            assert_eq!(report.outcome, Outcome::Partial);
            found = true;
        }
    }
    assert!(found, "the write was spoilt");
}

#[tokio::test]
async fn a_property_that_is_not_kept_is_told() {
    let stage = Stage::new();
    let card = |nth: usize| person(nth).replace("END:VCARD", "X-OWN:mine\r\nEND:VCARD");
    let phone = FakePhone::new("account")
        .contact("1", &card(1))
        .contact("2", &person(2));
    stage.mirror(&mut phone.clone()).await;
    let then = now(&stage);
    let phone = phone.remove(Kind::Contact, "1").remove(Kind::Contact, "2");
    let mut narrow = phone.writable(Pen::Narrow);
    let report = restore(&stage, &mut narrow, &asked(Some(then), Policy::Merge)).await;
    assert_eq!(numbers(&report), [2, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(report.items[0].differing, ["X-OWN"]);
    assert_eq!(report.outcome, Outcome::Partial);
}

#[tokio::test]
async fn events_come_back() {
    let stage = Stage::new();
    let phone = (0..12).fold(FakePhone::new("pixel"), |phone, nth| {
        phone.event(&nth.to_string(), &event(nth))
    });
    stage.mirror(&mut phone.clone()).await;
    let then = now(&stage);
    let mut phone = phone.remove_all(Kind::Event).writable(Pen::NewIds);
    let mut wanted = asked(Some(then), Policy::Merge);
    wanted.query.kinds = vec![Kind::Event];
    let report = restore(&stage, &mut phone, &wanted).await;
    assert_eq!(numbers(&report), [12, 0, 0, 0, 0, 0, 0, 12]);
    assert_eq!(report.outcome, Outcome::Complete);
}

/// Whatever goes wrong at the Nth operation, the next restore brings the phone where an undisturbed one would have, and
/// nothing twice.
#[tokio::test]
async fn interrupted_at_any_operation_the_next_restore_goes_on() {
    let base = Stage::new();
    let phone = people(4);
    base.mirror(&mut phone.clone()).await;
    let then = now(&base);
    let other = person(1).replace("+1 555 0001", "+1 666");
    let phone = phone
        .contact("1", &other)
        .remove(Kind::Contact, "2")
        .remove(Kind::Contact, "3")
        .writable(Pen::Plain);
    let wanted = asked(Some(then), Policy::Merge);
    let cards = |phone: &FakePhone| -> Vec<Option<Vec<u8>>> {
        let remotes = ["0", "1", "2", "3"];
        remotes
            .map(|remote| phone.bytes(Kind::Contact, remote).map(<[u8]>::to_vec))
            .into()
    };
    let undisturbed = base.copy();
    let mut whole = phone.clone();
    let report = restore(&undisturbed, &mut whole, &wanted).await;
    assert_eq!(numbers(&report), [2, 1, 1, 0, 0, 0, 0, 3]);
    for fault in [
        Fault::Fail(ErrorKind::Unplugged),
        Fault::Fail(ErrorKind::Refused),
        Fault::Cut,
    ] {
        for nth in 1.. {
            let stage = base.copy();
            let mut faulty = Faulty::new(phone.clone()).at(nth, fault.clone());
            let report = restore(&stage, &mut faulty, &wanted).await;
            if !faulty.fired() {
                assert!(nth > 8, "the loop spoils something");
                break;
            }
            let case = format!("{fault:?} at {nth}: {report:?}");
            let proven = report.counts.confirmed == report.counts.added + report.counts.updated;
            let done = report.counts.failed == 0 && !report.items.is_empty() && proven;
            assert!(report.outcome != Outcome::Complete || done, "{case}");
            faulty.heal();
            let again = restore(&stage, faulty.inner_mut(), &wanted).await;
            assert_eq!(again.outcome, Outcome::Complete, "{case}\n{again:?}");
            assert_eq!(cards(faulty.inner()), cards(&whole), "{case}");
            assert_eq!(faulty.inner().count(Kind::Contact), 4, "{case}");
        }
    }
}

#[tokio::test]
async fn a_cancelled_restore_writes_no_more() {
    let stage = Stage::new();
    let phone = contacts(3);
    stage.mirror(&mut phone.clone()).await;
    let then = now(&stage);
    let mut phone = phone.remove_all(Kind::Contact).writable(Pen::Plain);
    let watch = Watch::new();
    watch.cancel();
    let wanted = asked(Some(then), Policy::Merge);
    let report = carry_out(
        &mut phone,
        stage.writer(),
        Kind::Contact,
        &wanted,
        &later(),
        &watch,
    )
    .await;
    assert_eq!(report.unwrap().outcome, Outcome::Cancelled);
    assert_eq!(phone.count(Kind::Contact), 0);
}

/// One person on two phones, edited on both since they were the same: both edits stand, a removal too.
#[tokio::test]
async fn two_that_went_separate_ways_meet() {
    let stage = Stage::new();
    let mine = FakePhone::new("pixel").contact("1", &person(1));
    let mut account = FakePhone::new("account").contact("href", &person(1));
    stage.mirror(&mut mine.clone()).await;
    stage.mirror(&mut account).await;
    let edited = person(1)
        .replace("+1 555 0001", "+1 666")
        .replace("EMAIL:person1@example.org\r\n", "");
    stage.mirror(&mut mine.contact("1", &edited)).await;
    let titled = person(1).replace("END:", "TITLE:Doctor\r\nEND:");
    let mut account = account.contact("href", &titled).writable(Pen::Plain);

    let mut wanted = asked(None, Policy::Merge);
    wanted.query.phones = vec!["fake:pixel".into()];
    let report = restore(&stage, &mut account, &wanted).await;
    assert_eq!(numbers(&report), [0, 1, 0, 0, 0, 0, 0, 1]);
    let text = String::from_utf8_lossy(account.bytes(Kind::Contact, "href").unwrap()).into_owned();
    assert!(text.contains("TITLE:Doctor") && text.contains("+1 666"), "{text}");
    assert!(!text.contains("+1 555 0001") && !text.contains("EMAIL"), "{text}");
    assert!(report.items[0].choices.iter().all(|choice| !choice.conflict));
}
