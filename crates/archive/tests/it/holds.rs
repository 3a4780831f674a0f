//! What counts and what is kept aside.

use sidekeep_archive::{ArchiveErrorKind, Change, Hold, Outcome, Query, Standing, Writer};
use sidekeep_model::{Kind, Marks};

use crate::support::*;

/// An archive with Ada, and a run in which she is Bea, held back or cut off.
fn after(hold: bool) -> (tempfile::TempDir, Writer) {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default().with(Kind::Contact, "book", "1", card("Ada", "1"));
    mirror(&mut writer, &phone, 0).unwrap();
    let mut run = writer.begin(new_run(10)).unwrap();
    let change = run
        .payload(contact_item("1", "new", 10), &card("Bea", "2"))
        .unwrap();
    assert_eq!(change, Some(Change::Changed));
    if hold {
        run.payload(contact_item("2", "new", 10), &card("Cleo", "3"))
            .unwrap();
        run.verdict(held(Kind::Contact, "book")).unwrap();
        run.finish(Outcome::Complete, at(11)).unwrap();
    } else {
        run.sync().unwrap();
        drop(run);
        drop(writer);
        writer = Writer::open(dir.path()).unwrap();
    }
    (dir, writer)
}

fn titles(writer: &Writer) -> Vec<String> {
    let items = writer.list(&Query::default()).unwrap();
    items.into_iter().map(|item| item.title).collect()
}

#[test]
fn held_back_bytes_are_kept_and_do_not_count() {
    let (dir, mut writer) = after(true);
    assert_eq!(titles(&writer), ["Ada", "Cleo"], "new items count at once");
    let holds = writer.holds().unwrap();
    assert_eq!(holds.len(), 1);
    let versions = writer.versions(id(Kind::Contact, "book", "1")).unwrap();
    assert_eq!(versions[1].standing, Standing::Aside);
    assert_eq!(
        writer.raw(versions[1].state.as_ref().unwrap()).unwrap(),
        card("Bea", "2")
    );
    let view = std::fs::read_to_string(dir.path().join("Contacts/Ada's phone/The book.vcf")).unwrap();
    assert!(view.contains("FN:Ada") && !view.contains("FN:Bea"));

    writer.decide(&holds[0].run, true, at(20)).unwrap();
    assert_eq!(titles(&writer), ["Bea", "Cleo"]);
    assert_eq!(writer.holds().unwrap(), []);
    let view = std::fs::read_to_string(dir.path().join("Contacts/Ada's phone/The book.vcf")).unwrap();
    assert!(view.contains("FN:Bea") && !view.contains("FN:Ada"));
    assert_eq!(
        writer.decide(&holds[0].run, true, at(30)).unwrap_err().kind(),
        ArchiveErrorKind::NotFound
    );
    let run = writer.run(&holds[0].run).unwrap().unwrap();
    assert_eq!(run.verdicts[0].hold, Some(Hold::Accepted));
    rebuilds_the_same(&mut writer);
}

#[test]
fn refused_changes_stay_in_the_history() {
    let (_dir, mut writer) = after(true);
    let run = writer.holds().unwrap().remove(0).run;
    writer.decide(&run, false, at(20)).unwrap();
    assert_eq!(titles(&writer), ["Ada", "Cleo"]);
    assert_eq!(writer.versions(id(Kind::Contact, "book", "1")).unwrap().len(), 2);
    rebuilds_the_same(&mut writer);
}

#[test]
fn a_newer_verdict_takes_the_place_of_an_open_hold() {
    for accepted in [true, false] {
        let (_dir, mut writer) = after(true);
        let first = writer.holds().unwrap().remove(0).run;
        let mut run = writer.begin(new_run(30)).unwrap();
        run.verdict(if accepted {
            verdict(Kind::Contact, "book")
        } else {
            held(Kind::Contact, "book")
        })
        .unwrap();
        run.finish(Outcome::Complete, at(31)).unwrap();
        assert_eq!(
            writer.decide(&first, true, at(40)).unwrap_err().kind(),
            ArchiveErrorKind::NotFound
        );
        assert_eq!(writer.holds().unwrap().len(), usize::from(!accepted));
        rebuilds_the_same(&mut writer);
    }
}

#[test]
fn what_is_kept_aside_need_not_come_again_to_count() {
    for hold in [true, false] {
        let (_dir, mut writer) = after(hold);
        assert_eq!(titles(&writer)[0], "Ada");
        let mut run = writer.begin(new_run(20)).unwrap();
        let known = run.known(Kind::Contact).unwrap();
        let known = known.iter().find(|known| known.remote.0 == "1").unwrap();
        assert!(known.pending && known.present);
        assert_eq!(known.fingerprint.0, "new");
        assert_ne!(known.counted, known.digest);
        assert_eq!(run.cursor(Kind::Contact).unwrap(), None);
        let key = key(Kind::Contact, "book", "1");
        let change = run
            .mark(&key, &known.fingerprint, &Marks::default(), at(20))
            .unwrap();
        assert_eq!(change, Some(Change::Changed));
        run.verdict(verdict(Kind::Contact, "book")).unwrap();
        assert!(
            !run.known(Kind::Contact)
                .unwrap()
                .iter()
                .any(|known| known.pending)
        );
        run.finish(Outcome::Complete, at(21)).unwrap();
        assert_eq!(titles(&writer)[0], "Bea");
        rebuilds_the_same(&mut writer);
    }
}

#[test]
fn a_phone_that_takes_its_change_back_is_not_asked_for_ever() {
    let (_dir, mut writer) = after(false);
    let ada = sidekeep_model::Digest::of(&card("Ada", "1"));
    let mut run = writer.begin(new_run(20)).unwrap();
    let change = run
        .payload(contact_item("1", "again", 20), &card("Ada", "1"))
        .unwrap();
    assert_eq!(change, Some(Change::Marked));
    run.verdict(verdict(Kind::Contact, "book")).unwrap();
    let known = run.known(Kind::Contact).unwrap().remove(0);
    assert_eq!((known.pending, known.digest), (false, Some(ada)));
    run.finish(Outcome::Complete, at(21)).unwrap();
    assert_eq!(titles(&writer), ["Ada"]);
    rebuilds_the_same(&mut writer);
}

#[test]
fn gone_counts_only_under_an_accepted_verdict() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default().with(Kind::Contact, "book", "1", card("Ada", "1"));
    mirror(&mut writer, &phone, 0).unwrap();
    for (seconds, verdict, left) in [
        (10, None, 1),
        (20, Some(held(Kind::Contact, "book")), 1),
        (30, Some(verdict(Kind::Contact, "other book")), 1),
        (40, Some(verdict(Kind::Contact, "book")), 0),
    ] {
        let mut run = writer.begin(new_run(seconds)).unwrap();
        run.gone(&key(Kind::Contact, "book", "1"), at(seconds)).unwrap();
        if let Some(verdict) = verdict {
            run.verdict(verdict).unwrap();
        }
        run.finish(Outcome::Complete, at(seconds)).unwrap();
        assert_eq!(titles(&writer).len(), left, "{seconds}");
    }
    assert_eq!(
        writer
            .list(&Query {
                gone: true,
                ..Query::default()
            })
            .unwrap()
            .len(),
        1
    );
    rebuilds_the_same(&mut writer);
}

#[test]
fn a_cursor_counts_only_where_nothing_was_left_behind() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let mut step =
        |seconds: i64, verdicts: Vec<sidekeep_archive::Verdict>, outcome, expected: Option<&str>| {
            let mut run = writer.begin(new_run(seconds)).unwrap();
            for verdict in verdicts {
                run.verdict(verdict).unwrap();
            }
            run.finish(outcome, at(seconds)).unwrap();
            let run = writer.begin(new_run(seconds + 1)).unwrap();
            assert_eq!(
                run.cursor(Kind::Contact).unwrap().as_deref(),
                expected,
                "{seconds}"
            );
            run.finish(Outcome::Complete, at(seconds + 1)).unwrap();
        };
    let with = |cursor: &str, verdict: sidekeep_archive::Verdict| sidekeep_archive::Verdict {
        cursor: Some(cursor.to_owned()),
        ..verdict
    };
    step(0, vec![], Outcome::Complete, None);
    step(
        10,
        vec![with("a", verdict(Kind::Contact, "x"))],
        Outcome::Complete,
        Some("a"),
    );
    step(
        20,
        vec![with("b", verdict(Kind::Contact, "x")), held(Kind::Contact, "y")],
        Outcome::Complete,
        Some("a"),
    );
    step(
        30,
        vec![with("c", verdict(Kind::Contact, "x"))],
        Outcome::Interrupted,
        Some("a"),
    );
    step(
        40,
        vec![with("d", verdict(Kind::Event, "x"))],
        Outcome::Complete,
        Some("a"),
    );
    step(
        50,
        vec![with("e", verdict(Kind::Contact, "x"))],
        Outcome::Partial,
        Some("e"),
    );
}
