//! What a file's name says of its place in a stack: the name that all of a stack share, and which part of it this one is.
//! Names are compared in lower case: cameras and exports differ in it.

use sidekeep_model::Kind;

/// Endings of raws that cameras and phones write beside a JPEG.
const RAWS: [&str; 11] = [
    "arw", "cr2", "cr3", "dng", "nef", "nrw", "orf", "pef", "raf", "rw2", "srw",
];

/// What Google Photos puts behind the name of an edited picture in an export, in the language of the account
/// (google-photos-takeout-helper, `extras.dart`).
const EDITED: [&str; 9] = [
    "-edited",
    "-bearbeitet",
    "-bewerkt",
    "-edytowane",
    "-editado",
    "-modifié",
    "-modificato",
    "-effects",
    "-編集済み",
];

/// Which part of a stack a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing says that it is anything but itself.
    Plain,
    /// Made from another one.
    Edit,
    /// The one that the camera chose to show.
    Cover,
    /// What the camera made its cover from.
    Source,
    /// How an edit is made from its original.
    Recipe,
}

/// A name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// What the names of a stack share, in lower case.
    pub(super) stem: String,
    /// Which part of the stack this is.
    pub(super) part: Part,
    /// A raw by its ending.
    pub(super) raw: bool,
    /// What the names of a burst share.
    pub(super) burst: Option<String>,
    /// The name has the moment to the millisecond, so that it does not come round again.
    pub(super) unique: bool,
}

/// Takes a name apart. `kind`: what the file is, if it is a photo or film.
pub(super) fn named(name: &str, kind: Option<Kind>) -> Named {
    let name = name.to_lowercase();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    // Exports give the film of a Pixel's Motion Photo the picture's name and no ending but `.MP`.
    let (stem, ending) = if kind == Some(Kind::Film) && ending == "mp" {
        (name.as_str(), "")
    } else {
        (stem, ending)
    };
    let mut found = Named {
        stem: stem.to_owned(),
        part: Part::Plain,
        raw: RAWS.contains(&ending),
        burst: None,
        unique: false,
    };
    for rule in [edited, pixel, apple, samsung, burst] {
        rule(&mut found, ending);
    }
    if kind == Some(Kind::Film) {
        // What some programs that copy from iPhones add to the film of a Live Photo.
        strip(&mut found.stem, "_hevc");
    }
    found
}

fn strip(stem: &mut String, ending: &str) -> bool {
    let found = stem.len() > ending.len() && stem.ends_with(ending);
    if found {
        stem.truncate(stem.len() - ending.len());
    }
    found
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// `IMG_1234-edited.jpg` of Google's exports, `PXL_20240503_120322123~2.jpg` of its app on the phone, which counts from 2.
fn edited(found: &mut Named, _: &str) {
    if let Some((stem, number)) = found.stem.rsplit_once('~')
        && !stem.is_empty()
        && number.parse::<u8>().is_ok_and(|number| number >= 2)
    {
        found.stem = stem.to_owned();
        found.part = Part::Edit;
    }
    if EDITED.iter().any(|word| strip(&mut found.stem, word)) {
        found.part = Part::Edit;
    }
}

/// `PXL_20240503_120322123.RAW-01.COVER.jpg`: a moment, then words about the shot with dots before them.
fn pixel(found: &mut Named, _: &str) {
    let (base, words) = found.stem.split_once('.').unwrap_or((&found.stem, ""));
    let Some((day, time)) = base
        .strip_prefix("pxl_")
        .and_then(|moment| moment.split_once('_'))
    else {
        return;
    };
    if !digits(day, 8) || !digits(time, 9) {
        return;
    }
    found.unique = true;
    if found.part == Part::Plain {
        found.part = match words.rsplit('.').next() {
            Some("cover") => Part::Cover,
            Some("original") => Part::Source,
            _ => Part::Plain,
        };
    }
    found.stem.truncate(base.len());
}

/// `IMG_E1234.HEIC` is the edit of `IMG_1234.HEIC`; `IMG_1234.AAE` is its recipe, and `IMG_O1234.AAE` or `IMG_1234_O.AAE` that
/// of the original.
fn apple(found: &mut Named, ending: &str) {
    if ending == "aae" {
        found.part = Part::Recipe;
        strip(&mut found.stem, "_o");
    }
    let Some(number) = found.stem.strip_prefix("img_") else {
        return;
    };
    let Some((mark, number)) = number.split_at_checked(1) else {
        return;
    };
    if !digits(number, 4) {
        return;
    }
    let stem = format!("img_{number}");
    match mark {
        "e" => {
            if found.part == Part::Plain {
                found.part = Part::Edit;
            }
            found.stem = stem;
        }
        "o" if found.part == Part::Recipe => found.stem = stem,
        _ => {}
    }
}

/// `20231207_101605_001.jpg`, `_002`: a burst, named for its second.
fn samsung(found: &mut Named, _: &str) {
    let Some((second, number)) = found.stem.rsplit_once('_') else {
        return;
    };
    let is_second = second
        .split_once('_')
        .is_some_and(|(day, time)| digits(day, 8) && digits(time, 6));
    if is_second && digits(number, 3) {
        found.burst = Some(second.to_owned());
    }
}

/// `00001IMG_00001_BURST20190101120000123_COVER.jpg` (Google Camera on Nexus and early Pixels), `DSC_0001_BURST20190101120000123.JPG`
/// (Sony), `IMG_20170101_120000_BURST001_COVER.jpg` (Huawei, Xiaomi).
fn burst(found: &mut Named, _: &str) {
    let covered = found.stem.strip_suffix("_cover");
    let Some((before, after)) = covered.unwrap_or(&found.stem).split_once("_burst") else {
        return;
    };
    let number: String = after.chars().take_while(char::is_ascii_digit).collect();
    found.burst = match number.len() {
        0 => return,
        // A moment of its own; a short number counts within the name before it.
        10.. => Some(number),
        _ => Some(before.to_owned()),
    };
    if covered.is_some() {
        found.part = Part::Cover;
    }
}

/// Longer names are cut before `.json` is put behind them.
const MOST_SIDECAR: usize = 46;

/// The names that the sidecar of a picture of this name can have in a Google export, in lower case. Only this way round is
/// there one answer: a name that was cut does not tell whose it was (ente-io/ente #4956).
pub(super) fn sidecars(name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    // `IMG_1234(1).jpg` has `IMG_1234.jpg(1).json`, unless the owner called it that.
    let numbered = stem.strip_suffix(')').and_then(|stem| stem.rsplit_once('('));
    let numbered = numbered.filter(|(_, number)| number.parse::<u32>().is_ok());
    let mut found = Vec::new();
    for (stem, number) in
        std::iter::once((stem, None)).chain(numbered.map(|(stem, number)| (stem, Some(number))))
    {
        let stem = EDITED
            .iter()
            .find_map(|word| stem.strip_suffix(word))
            .unwrap_or(stem);
        let number = number.map(|number| format!("({number})")).unwrap_or_default();
        let point = if ending.is_empty() { "" } else { "." };
        for words in ["", ".supplemental-metadata"] {
            let whole = format!("{stem}{point}{ending}{words}");
            let cut: String = whole.chars().take(MOST_SIDECAR).collect();
            found.push(cut + &number + ".json");
        }
    }
    found
}
