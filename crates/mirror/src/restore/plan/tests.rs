//! Plans as tables of cases, and the law that a second restore has nothing left to write.

use super::*;
use proptest::prelude::*;

fn collection(id: &str, read_only: bool) -> Collection {
    Collection {
        id: id.into(),
        name: format!("name of {id}"),
        account: None,
        colour: None,
        read_only,
        derived: false,
    }
}

/// `uid=words`, without a UID `=words`, of an unknown state `?`.
fn said(text: &str) -> Option<Said> {
    let (uid, words) = text.split_once('=')?;
    Some(Said {
        uid: (!uid.is_empty()).then(|| uid.to_owned()),
        meaning: Digest::of(words.as_bytes()),
    })
}

/// Items as `collection/remote uid=words`; a wanted one of another phone begins with `~`.
fn parsed(text: &str) -> (bool, &str, &str, &str) {
    let (here, text) = match text.strip_prefix('~') {
        Some(text) => (false, text),
        None => (true, text),
    };
    let (key, words) = text.split_once(' ').unwrap();
    let (collection, remote) = key.split_once('/').unwrap();
    (here, collection, remote, words)
}

fn told(step: &Step, there: &[There]) -> String {
    match step {
        Step::Add { before, uid, .. } => {
            let before = before.as_ref().map_or(String::new(), |id| format!(" as {id}"));
            format!("add{before}{}", if uid.is_some() { " copy" } else { "" })
        }
        Step::Update { there: at } => format!("update {}", there[*at].remote),
        Step::Same => "same".to_owned(),
        Step::Kept { there: at } => format!("keep {}", there[*at].remote),
        Step::Not(why) => format!("{why:?}"),
    }
}

/// Places: `a`, `b`; `r` is read-only; `h` hides items.
#[track_caller]
fn check(policy: Policy, on_phone: &[&str], asked: &[&str], expected: &[&str]) {
    let places = ["a", "b", "r", "h", "n"].map(|id| Place {
        collection: collection(id, id == "r"),
        whole: id != "h",
        keeps_uids: id != "n",
    });
    let there: Vec<There> = on_phone
        .iter()
        .map(|text| {
            let (_, collection, remote, words) = parsed(text);
            There {
                collection: collection.into(),
                remote: remote.into(),
                said: said(words),
            }
        })
        .collect();
    let wanted: Vec<Wanted> = asked
        .iter()
        .map(|text| {
            let (here, place, remote, words) = parsed(text);
            Wanted {
                collection: collection(place, false),
                remote: remote.into(),
                here,
                digest: Digest::of(text.as_bytes()),
                said: said(words),
            }
        })
        .collect();
    let steps = plan(&wanted, &there, &places, policy, None);
    let steps: Vec<String> = steps.iter().map(|step| told(step, &there)).collect();
    assert_eq!(steps, expected, "{policy:?} {asked:?} on {on_phone:?}");
}

#[test]
fn what_the_phone_lacks_is_added_by_every_policy() {
    for policy in [
        Policy::KeepBoth,
        Policy::Merge,
        Policy::KeepPhone,
        Policy::KeepArchive,
    ] {
        check(policy, &[], &["a/1 u=x", "b/2 =y"], &["add as 1", "add as 2"]);
        check(
            policy,
            &["a/1 u=x", "b/2 =y"],
            &["a/1 u=x", "b/2 =y"],
            &["same", "same"],
        );
    }
}

#[test]
fn what_differs_goes_by_the_policy() {
    let on_phone = &["a/1 u=now"];
    let asked = &["a/1 u=then"];
    check(Policy::KeepPhone, on_phone, asked, &["keep 1"]);
    check(Policy::KeepArchive, on_phone, asked, &["update 1"]);
    check(Policy::Merge, on_phone, asked, &["update 1"]);
    check(Policy::KeepBoth, on_phone, asked, &["add copy"]);
}

#[test]
fn a_copy_is_made_once() {
    let uid = copy_uid(&Wanted {
        collection: collection("a", false),
        remote: "1".into(),
        here: true,
        digest: Digest::of(b"a/1 u=then"),
        said: None,
    });
    let copy = format!("a/2 {uid}=then");
    check(
        Policy::KeepBoth,
        &["a/1 u=now", &copy],
        &["a/1 u=then"],
        &["same"],
    );
    let edited = format!("a/2 {uid}=later");
    check(
        Policy::KeepBoth,
        &["a/1 u=now", &edited],
        &["a/1 u=then"],
        &["keep 1"],
    );
}

#[test]
fn counterparts() {
    let policy = Policy::KeepArchive;
    // By UID, wherever it came from; by its id; by what it says where it has no UID.
    check(policy, &["a/9 u=now"], &["~a/1 u=then"], &["update 9"]);
    check(policy, &["a/1 =now"], &["a/1 u=then"], &["update 1"]);
    check(policy, &["a/9 v=x"], &["a/1 =x"], &["same"]);
    // The same id is no counterpart when somebody else has it, or on another phone.
    check(policy, &["a/1 v=other"], &["a/1 u=then"], &["add"]);
    check(policy, &["a/1 v=other"], &["~a/1 u=then"], &["add"]);
    // Where the phone gives UIDs of its own, what says the same is it.
    check(policy, &["a/9 v=x"], &["a/1 u=x"], &["add as 1"]);
    check(policy, &["n/9 v=x"], &["n/1 u=x"], &["same"]);
    check(
        policy,
        &["n/9 v=x", "n/8 u=x"],
        &["n/1 u=x", "n/2 v=x"],
        &["same", "same"],
    );
    check(policy, &["n/9 v=y"], &["n/1 u=x"], &["add as 1"]);
    // Of an unknown state nothing can be said.
    check(policy, &["a/1 ?"], &["a/1 u=then"], &["Unseen"]);
}

#[test]
fn doubles() {
    let policy = Policy::KeepArchive;
    check(policy, &[], &["a/1 u=x", "a/2 u=x"], &["add as 1", "same"]);
    check(policy, &[], &["a/1 u=x", "a/2 u=y"], &["add as 1", "add copy"]);
    check(
        policy,
        &["a/1 u=x"],
        &["a/1 u=x", "a/2 u=y"],
        &["same", "add copy"],
    );
    check(
        policy,
        &["a/1 u=x", "a/2 u=x"],
        &["a/1 u=z", "a/2 u=z2"],
        &["update 1", "update 2"],
    );
}

#[test]
fn places() {
    let policy = Policy::Merge;
    check(policy, &["b/7 u=x"], &["a/1 u=x"], &["Elsewhere"]);
    check(
        policy,
        &["r/1 u=now"],
        &["r/1 u=then", "r/2 v=y"],
        &["ReadOnly", "ReadOnly"],
    );
    check(policy, &["r/1 u=x"], &["r/1 u=x"], &["same"]);
    check(
        policy,
        &["h/1 u=now"],
        &["h/1 u=then", "h/2 v=y"],
        &["update 1", "Unseen"],
    );
    check(policy, &[], &["gone/1 u=x"], &["NoPlace"]);
    check(policy, &[], &["a/1 ?"], &["Damaged"]);
    let only = [Place {
        collection: collection("c", false),
        whole: true,
        keeps_uids: true,
    }];
    let wanted = Wanted {
        collection: collection("gone", false),
        remote: "1".into(),
        here: true,
        digest: Digest::of(b""),
        said: said("u=x"),
    };
    let add = Step::Add {
        place: 0,
        before: None,
        uid: None,
    };
    let steps = |into: Option<&CollectionId>| plan(std::slice::from_ref(&wanted), &[], &only, policy, into);
    assert_eq!(
        steps(None),
        std::slice::from_ref(&add),
        "the only one that takes it"
    );
    assert_eq!(steps(Some(&"c".into())), [add]);
    assert_eq!(steps(Some(&"d".into())), [Step::Not(Obstacle::NoPlace)]);
}

/// What the phone has after the steps.
fn applied(wanted: &[Wanted], mut there: Vec<There>, places: &[Place], steps: &[Step]) -> Vec<There> {
    for (nth, (wanted, step)) in wanted.iter().zip(steps).enumerate() {
        let said = wanted.said.clone().unwrap();
        match step {
            Step::Add { place, before, uid } => there.push(There {
                collection: places[*place].collection.id.clone(),
                remote: before.clone().unwrap_or_else(|| format!("new-{nth}").into()),
                said: Some(Said {
                    uid: uid.clone().or(said.uid).or_else(|| Some(format!("made-{nth}"))),
                    ..said
                }),
            }),
            Step::Update { there: at } => {
                let uid = there[*at].said.take().and_then(|now| now.uid);
                there[*at].said = Some(Said { uid, ..said });
            }
            Step::Same | Step::Kept { .. } | Step::Not(_) => {}
        }
    }
    there
}

proptest! {
    #[test]
    fn asked_for_again_nothing_is_left_to_write(
        on_phone in prop::collection::btree_map((0..2usize, 0..4u8), (prop::option::of(0..3u8), 0..3u8), 0..5),
        asked in prop::collection::btree_map(
            (any::<bool>(), 0..2usize, 0..4u8),
            (prop::option::of(0..3u8), 0..3u8),
            0..6,
        ),
        policy in prop::sample::select(vec![Policy::KeepBoth, Policy::KeepPhone, Policy::KeepArchive]),
    ) {
        let places = ["a", "b"].map(|id| Place { collection: collection(id, false), whole: true, keeps_uids: true });
        let told = |uid: Option<u8>, words: u8| Said {
            uid: uid.map(|uid| format!("uid-{uid}")),
            meaning: Digest::of(&[words]),
        };
        let there: Vec<There> = on_phone
            .into_iter()
            .map(|((place, remote), (uid, words))| There {
                collection: places[place].collection.id.clone(),
                remote: remote.to_string().into(),
                said: Some(told(uid, words)),
            })
            .collect();
        let wanted: Vec<Wanted> = asked
            .into_iter()
            .map(|((here, place, remote), (uid, words))| Wanted {
                collection: places[place].collection.clone(),
                remote: remote.to_string().into(),
                here,
                digest: Digest::of(format!("{uid:?}{words}").as_bytes()),
                said: Some(told(uid, words)),
            })
            .collect();
        let steps = plan(&wanted, &there, &places, policy, None);
        let mut updated: Vec<usize> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Update { there } => Some(*there),
                _ => None,
            })
            .collect();
        let count = updated.len();
        updated.sort_unstable();
        updated.dedup();
        prop_assert_eq!(updated.len(), count, "no item is changed twice: {:?}", steps);
        let now = applied(&wanted, there, &places, &steps);
        let again = plan(&wanted, &now, &places, policy, None);
        let writes = |step: &&Step| matches!(step, Step::Add { .. } | Step::Update { .. });
        prop_assert_eq!(again.iter().find(writes), None, "{:?} then {:?}", steps, again);
    }
}
