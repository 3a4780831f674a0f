//! Pictures and films that are one thing to look at: a Live Photo's still and film, an edit and its original, a raw and its
//! JPEG, a burst. From values to values: nothing of it is stored, so that it can be told anew, better, at any time; and
//! nothing is hidden or dropped by it.
//!
//! Names come round again and copies keep them, so a name alone joins nothing: only files of one folder are joined, and
//! where their capture times speak against it, they are not.

mod kept;
mod names;

use std::collections::HashMap;

use chrono::{NaiveDateTime, TimeDelta};
use sidekeep_model::{Confidence, Kind, Taken};

pub use kept::Stacks;
use names::{Named, Part, named, sidecars};

/// How far the times of one shot may lie apart: a Live Photo's film begins before its still, a raw is written after its JPEG.
const APART: i64 = 3;
/// Zones are whole quarters of an hour.
const QUARTER: i64 = 15 * 60;

/// A file as far as its place in a stack goes.
#[derive(Clone, Copy, Debug)]
pub struct Shot<'a> {
    /// Where it lies: phone and folder. Only what has the same is joined.
    pub folder: &'a str,
    /// Its name there.
    pub name: &'a str,
    /// Photo or film; None for what is neither, as a recipe or a sidecar.
    pub kind: Option<Kind>,
    /// Its capture time.
    pub taken: Option<&'a Taken>,
    /// Apple's ContentIdentifier.
    pub live: Option<&'a str>,
    /// What the pictures of a burst share.
    pub burst: Option<&'a str>,
}

/// What a file is in its stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Made from another one, by the phone or its owner.
    Edit,
    /// The picture.
    Picture,
    /// One of a burst.
    Burst,
    /// What an edit, or the camera's own cover, was made from.
    Original,
    /// The raw beside a picture.
    Raw,
    /// The film of a still.
    Film,
    /// How an edit was made (AAE).
    Recipe,
    /// What a service wrote beside it (Google's JSON).
    Sidecar,
}

/// Files that are one thing to look at, two or more: their places in what was given and what they are, the one to show first.
pub type Stack = Vec<(usize, Role)>;

/// The stacks among these files, in the order of their first ones; no file is in two.
pub fn stacks(shots: &[Shot<'_>]) -> Vec<Stack> {
    let named: Vec<Named> = shots.iter().map(|shot| named(shot.name, shot.kind)).collect();
    let mut ties = Ties::among(shots.len());
    by_content(shots, &mut ties);
    by_name(shots, &named, &mut ties);
    by_burst(shots, &named, &mut ties);
    by_sidecar(shots, &mut ties);
    ties.stacks()
        .into_iter()
        .map(|stack| roles(shots, &named, stack))
        .collect()
}

/// The still and the film of a Live Photo, and their edits, have one ContentIdentifier.
fn by_content(shots: &[Shot<'_>], ties: &mut Ties) {
    let mut first = HashMap::new();
    for (index, shot) in shots.iter().enumerate() {
        if let Some(live) = shot.live {
            ties.tie(index, *first.entry((shot.folder, live)).or_insert(index));
        }
    }
}

/// Files that share a name but for what says which part of a shot they are.
fn by_name(shots: &[Shot<'_>], named: &[Named], ties: &mut Ties) {
    let mut same: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (index, shot) in shots.iter().enumerate() {
        same.entry((shot.folder, &named[index].stem))
            .or_default()
            .push(index);
    }
    for files in same.into_values().filter(|files| files.len() > 1) {
        let rank = |index: &usize| (main_rank(&shots[*index], &named[*index]), shots[*index].name);
        let Some(main) = files.iter().copied().min_by_key(rank) else {
            continue;
        };
        for other in files.into_iter().filter(|other| *other != main) {
            if belongs((&shots[main], &named[main]), (&shots[other], &named[other])) {
                ties.tie(other, main);
            }
        }
    }
}

/// Which file of a name the others are compared with: the picture as it was taken, if it is there.
fn main_rank(shot: &Shot<'_>, named: &Named) -> u8 {
    match (shot.kind, named.part) {
        (Some(Kind::Photo), Part::Plain) if !named.raw => 0,
        (Some(Kind::Photo), Part::Cover) => 1,
        (Some(Kind::Photo), Part::Source | Part::Edit) if !named.raw => 2,
        (Some(Kind::Photo), _) => 3,
        (Some(Kind::Film), Part::Plain) => 4,
        _ => 5,
    }
}

/// Whether a file of the same name is part of the shot that `main` is.
fn belongs((main, main_name): (&Shot<'_>, &Named), (other, name): (&Shot<'_>, &Named)) -> bool {
    let same = is_same_moment(main.taken, other.taken);
    let differ_in_id = main.live.zip(other.live).is_some_and(|(one, other)| one != other);
    if differ_in_id || same == Some(false) {
        return false;
    }
    let is_film = other.kind == Some(Kind::Film);
    match name.part {
        Part::Recipe | Part::Edit | Part::Cover | Part::Source => true,
        // A film of a still, or a raw beside it; two plain pictures of a name are copies, which are another matter.
        Part::Plain if is_film != (main.kind == Some(Kind::Film)) || name.raw != main_name.raw => {
            other.kind.is_some() && (name.unique || same == Some(true))
        }
        Part::Plain => main_name.part != Part::Plain,
    }
}

/// Whether two times say the same moment; None where one of them is only guessed.
fn is_same_moment(one: Option<&Taken>, other: Option<&Taken>) -> Option<bool> {
    let (one, other) = one.zip(other)?;
    if one.source.confidence().min(other.source.confidence()) == Confidence::Guess {
        return None;
    }
    let seconds = match (instant(one), instant(other)) {
        (Some(one), Some(other)) => (one - other).num_seconds().abs(),
        // Two clocks of the same place, whichever it is.
        (None, None) => (one.wall - other.wall).num_seconds().abs(),
        // A clock of the place and an instant: a whole zone lies between.
        _ => {
            let apart = (one.wall - other.wall).num_seconds().rem_euclid(QUARTER);
            apart.min(QUARTER - apart)
        }
    };
    Some(seconds <= APART)
}

/// In UTC, where the offset is known.
fn instant(taken: &Taken) -> Option<NaiveDateTime> {
    let (sign, rest) = taken.offset.as_deref()?.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    let offset = TimeDelta::try_minutes(if sign == "-" { -minutes } else { minutes })?;
    taken.wall.checked_sub_signed(offset)
}

/// The pictures of a burst, by what they say themselves or by their names.
fn by_burst(shots: &[Shot<'_>], named: &[Named], ties: &mut Ties) {
    let mut first = HashMap::new();
    for (index, shot) in shots
        .iter()
        .enumerate()
        .filter(|(_, shot)| shot.kind == Some(Kind::Photo))
    {
        for burst in [shot.burst, named[index].burst.as_deref()].into_iter().flatten() {
            ties.tie(index, *first.entry((shot.folder, burst)).or_insert(index));
        }
    }
}

/// Google's JSON beside what it is about.
fn by_sidecar(shots: &[Shot<'_>], ties: &mut Ties) {
    let others = shots.iter().enumerate().filter(|(_, shot)| shot.kind.is_none());
    let jsons: HashMap<(&str, String), usize> = others
        .filter(|(_, shot)| is_json(shot.name))
        .map(|(index, shot)| ((shot.folder, shot.name.to_lowercase()), index))
        .collect();
    if jsons.is_empty() {
        return;
    }
    for (index, shot) in shots.iter().enumerate().filter(|(_, shot)| shot.kind.is_some()) {
        for name in sidecars(shot.name) {
            if let Some(json) = jsons.get(&(shot.folder, name)) {
                ties.tie(*json, index);
            }
        }
    }
}

fn is_json(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("json"))
}

/// What each file of a stack is, the one to show first.
fn roles(shots: &[Shot<'_>], named: &[Named], files: Vec<usize>) -> Stack {
    let is_still = |index: usize| shots[index].kind == Some(Kind::Photo);
    let has_still = files.iter().any(|index| is_still(*index) && !named[*index].raw);
    let has = |part: Part| {
        files
            .iter()
            .any(|index| named[*index].part == part && shots[*index].kind.is_some())
    };
    let (edited, covered) = (has(Part::Edit), has(Part::Cover));
    let in_burst = |index: usize| shots[index].burst.is_some() || named[index].burst.is_some();
    let bursts = files.iter().filter(|index| in_burst(**index)).count() > 1;
    let role = |index: usize| match (shots[index].kind, named[index].part) {
        (None, _) if is_json(shots[index].name) => Role::Sidecar,
        (None, _) => Role::Recipe,
        (Some(Kind::Film), _) if has_still => Role::Film,
        (_, Part::Edit) => Role::Edit,
        _ if named[index].raw && has_still => Role::Raw,
        (_, Part::Cover) => Role::Picture,
        (_, Part::Source) if covered => Role::Original,
        _ if bursts && in_burst(index) => Role::Burst,
        _ if edited => Role::Original,
        _ => Role::Picture,
    };
    let mut stack: Stack = files.into_iter().map(|index| (index, role(index))).collect();
    // Of several edits the last one is shown: they are numbered.
    stack.sort_by(|(one, role), (other, its)| {
        let by_name = shots[*one].name.cmp(shots[*other].name);
        role.cmp(its).then(if *role == Role::Edit {
            by_name.reverse()
        } else {
            by_name
        })
    });
    stack
}

/// Which files are tied to which, each by way of others.
struct Ties(Vec<usize>);

impl Ties {
    fn among(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn first(&mut self, mut index: usize) -> usize {
        while self.0[index] != index {
            self.0[index] = self.0[self.0[index]];
            index = self.0[index];
        }
        index
    }

    fn tie(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other)] = one.min(other);
    }

    fn stacks(mut self) -> Vec<Vec<usize>> {
        let mut found: Vec<Vec<usize>> = vec![Vec::new(); self.0.len()];
        for index in 0..self.0.len() {
            let first = self.first(index);
            found[first].push(index);
        }
        found.retain(|files| files.len() > 1);
        found
    }
}

#[cfg(test)]
mod tests;
