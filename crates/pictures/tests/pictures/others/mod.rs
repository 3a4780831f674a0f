//! Pictures that others made: their facts beside what ExifTool reads of them, and that none of them does harm. The folder is
//! named by `SIDEKEEP_PICTURES`; `cargo xtask test` fetches it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::Value;
use sidekeep_model::{Facts, TakenFrom};
use sidekeep_pictures::facts;

/// Where the packages keep their pictures. Files that the fuzzers of others found are in some of them: what these say is
/// nobody's fact, they are only tried.
const FOLDERS: &[(&str, Honest)] = &[
    ("exiv2/test/data", Honest::Unless("poc")),
    ("kamadak-exif/tests", Honest::Yes),
    ("libexif/test/testdata", Honest::Yes),
    ("libheif/examples", Honest::Yes),
    ("libheif/fuzzing", Honest::No),
    ("libheif-rs/data", Honest::Yes),
    ("libimage-exiftool-perl/t/images", Honest::Yes),
];

/// Whether the files of a folder are pictures that somebody took.
#[derive(Clone, Copy, PartialEq)]
enum Honest {
    Yes,
    No,
    /// All but those with this in their name.
    Unless(&'static str),
}

/// What is known and judged: a reason after `#`, then a line for each difference that it explains: file, field, ours,
/// theirs, with tabs between.
const DIFFERENCES: &str = include_str!("differences.tsv");

/// A file by its place below the folder, and the field that differs; ours and theirs.
type Difference = (String, String, String, String);

fn folder() -> PathBuf {
    let folder = std::env::var_os("SIDEKEEP_PICTURES");
    folder
        .expect("SIDEKEEP_PICTURES names the pictures that `cargo xtask test` fetches")
        .into()
}

/// Every picture or film, by its place, with whether it is an honest one.
fn material() -> BTreeMap<String, bool> {
    let root = folder();
    let mut found = BTreeMap::new();
    for (folder, honest) in FOLDERS {
        let mut left = vec![root.join(folder)];
        while let Some(folder) = left.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    left.push(path);
                } else if read(&path).media.as_str() != "application/octet-stream" {
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                    let is_honest = match honest {
                        Honest::Yes => true,
                        Honest::No => false,
                        Honest::Unless(word) => !name.to_lowercase().contains(word),
                    };
                    found.insert(name, is_honest);
                }
            }
        }
    }
    found
}

fn read(path: &Path) -> Facts {
    facts(&mut File::open(path).unwrap(), path.to_str().unwrap()).unwrap()
}

#[test]
#[ignore = "the pictures may not be there; `cargo xtask test` fetches them"]
fn facts_are_what_exiftool_reads() {
    let root = folder();
    let files: Vec<String> = material()
        .into_iter()
        .filter_map(|(name, honest)| honest.then_some(name))
        .collect();
    assert!(files.len() > 150, "{} files", files.len());
    let theirs = exiftool(&root, &files);
    let mut differences = BTreeSet::new();
    for name in &files {
        let ours = ours(&read(&root.join(name)));
        let theirs = told(&theirs[name]);
        for field in ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
            let value =
                |side: &BTreeMap<&str, String>| side.get(field).cloned().unwrap_or_else(|| "-".to_owned());
            let (one, other) = (value(&ours), value(&theirs));
            if !is_same(field, &one, &other) {
                differences.insert((name.clone(), (*field).to_owned(), one, other));
            }
        }
    }
    let listed: BTreeSet<Difference> = listed();
    let show = |set: Vec<&Difference>| {
        set.into_iter()
            .fold(String::new(), |mut text, (name, field, ours, theirs)| {
                let _ = writeln!(text, "{name}\t{field}\t{ours}\t{theirs}");
                text
            })
    };
    let (new, over) = (
        show(differences.difference(&listed).collect()),
        show(listed.difference(&differences).collect()),
    );
    assert!(
        new.is_empty() && over.is_empty(),
        "not listed:\n{new}\nlisted and no longer true:\n{over}"
    );
}

fn listed() -> BTreeSet<Difference> {
    let mut reason = "";
    let mut found = BTreeSet::new();
    for line in DIFFERENCES.lines().filter(|line| !line.is_empty()) {
        if let Some(text) = line.strip_prefix("# ") {
            reason = text;
            continue;
        }
        assert!(!reason.is_empty(), "no reason for {line}");
        let [name, field, ours, theirs] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not four columns: {line}");
        };
        let added = found.insert((name.into(), field.into(), ours.into(), theirs.into()));
        assert!(added, "twice: {line}");
    }
    found
}

/// Our facts as texts, by field.
fn ours(facts: &Facts) -> BTreeMap<&'static str, String> {
    let turned = facts.orientation.unwrap_or(1);
    let size = facts.width.zip(facts.height);
    // ExifTool tells the size as stored.
    let size = size.map(|(width, height)| {
        if turned >= 5 {
            (height, width)
        } else {
            (width, height)
        }
    });
    let taken = facts.taken.as_ref();
    let place = facts.place;
    fields([
        ("size", size.map(|(width, height)| format!("{width}x{height}"))),
        ("orientation", (turned > 1).then(|| turned.to_string())),
        ("make", facts.make.clone()),
        ("camera", facts.camera.clone()),
        ("lens", facts.lens.clone()),
        // The instant of a film and that of the satellites are compared as such.
        (
            "taken",
            taken
                .filter(|taken| taken.source != TakenFrom::Gps)
                .map(|taken| taken.wall.format("%Y-%m-%dT%H:%M:%S").to_string()),
        ),
        (
            "offset",
            taken
                .filter(|taken| taken.source <= TakenFrom::Quicktime)
                .and_then(|taken| taken.offset.clone()),
        ),
        ("latitude", place.map(|place| format!("{:.4}", place.latitude))),
        ("longitude", place.map(|place| format!("{:.4}", place.longitude))),
        (
            "altitude",
            place
                .and_then(|place| place.altitude)
                .map(|metres| format!("{metres:.1}")),
        ),
        ("duration", facts.duration.map(|millis| millis.to_string())),
        ("live", facts.live.clone()),
        ("burst", facts.burst.clone()),
    ])
}

fn fields<const N: usize>(all: [(&'static str, Option<String>); N]) -> BTreeMap<&'static str, String> {
    all.into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// What ExifTool says of every file, as it reads them in one go.
fn exiftool(root: &Path, files: &[String]) -> BTreeMap<String, Value> {
    let names = tempfile::NamedTempFile::new().unwrap();
    fs::write(names.path(), files.join("\n")).unwrap();
    let output = Command::new("perl")
        .current_dir(root)
        .arg("libimage-exiftool-perl/exiftool")
        .args(["-json", "-n", "-q", "-q", "-api", "QuickTimeUTC=0"])
        .args(TAGS.map(|tag| format!("-{tag}")))
        .arg("-@")
        .arg(names.path())
        .output()
        .unwrap();
    let all: Vec<Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    all.into_iter()
        .map(|one| (one["SourceFile"].as_str().unwrap().to_owned(), one))
        .collect()
}

/// What is asked for.
const TAGS: [&str; 20] = [
    "MIMEType",
    "ImageWidth",
    "ImageHeight",
    "Orientation",
    "Rotation",
    "Make",
    "Model",
    "LensModel",
    "DateTimeOriginal",
    "CreateDate",
    "CreationDate",
    "OffsetTimeOriginal",
    "OffsetTime",
    "OffsetTimeDigitized",
    "GPSLatitude",
    "GPSLongitude",
    "GPSAltitude",
    "Duration",
    "ContentIdentifier",
    "BurstUUID",
];

/// ExifTool's answer in the same fields.
fn told(one: &Value) -> BTreeMap<&'static str, String> {
    let text = |tag: &str| match &one[tag] {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let number = |tag: &str| one[tag].as_f64();
    let mime = text("MIMEType").unwrap_or_default();
    let is_film = mime.starts_with("video/");
    let orientation = match (number("Rotation"), number("Orientation")) {
        // With the clock in a film, against it in a HEIF.
        (Some(degrees), _) if is_film => Some([1, 6, 3, 8][(degrees / 90.0) as usize % 4]),
        (Some(degrees), _) if mime.contains("hei") || mime.contains("avif") => {
            Some([1, 8, 3, 6][(degrees / 90.0) as usize % 4])
        }
        (_, Some(value)) => Some(value as u8),
        _ => None,
    };
    let dates: &[&str] = if is_film {
        &["CreationDate", "CreateDate"]
    } else {
        &["DateTimeOriginal", "CreateDate"]
    };
    let date = dates
        .iter()
        .find_map(|tag| text(tag))
        .filter(|date| !date.starts_with("0000"));
    let offset = date.as_deref().and_then(|date| date.get(19..)).and_then(|rest| {
        rest.find(['+', '-', 'Z'])
            .map(|at| rest[at..].replace('Z', "+00:00"))
    });
    let offset = offset.or_else(|| {
        ["OffsetTimeOriginal", "OffsetTime"]
            .iter()
            .find_map(|tag| text(tag))
    });
    let taken = date.and_then(|date| {
        let (day, time) = date.get(..19)?.split_once(' ')?;
        Some(format!("{}T{time}", day.replace(':', "-")))
    });
    let degrees = |tag: &str| number(tag).map(|degrees| format!("{degrees:.4}"));
    fields([
        (
            "size",
            text("ImageWidth")
                .zip(text("ImageHeight"))
                .map(|(width, height)| format!("{width}x{height}")),
        ),
        (
            "orientation",
            orientation
                .filter(|value| *value > 1)
                .map(|value| value.to_string()),
        ),
        ("make", text("Make")),
        ("camera", text("Model")),
        ("lens", text("LensModel")),
        ("taken", taken),
        ("offset", offset),
        ("latitude", degrees("GPSLatitude")),
        ("longitude", degrees("GPSLongitude")),
        (
            "altitude",
            number("GPSAltitude").map(|metres| format!("{metres:.1}")),
        ),
        (
            "duration",
            number("Duration").map(|seconds| format!("{:.0}", seconds * 1000.0)),
        ),
        ("live", text("ContentIdentifier")),
        ("burst", text("BurstUUID")),
    ])
}

fn is_same(field: &str, ours: &str, theirs: &str) -> bool {
    let near = |by: f64| {
        let both = ours.parse::<f64>().ok().zip(theirs.parse::<f64>().ok());
        both.is_some_and(|(ours, theirs)| (ours - theirs).abs() <= by)
    };
    ours == theirs
        || match field {
            "latitude" | "longitude" => near(0.0002),
            "altitude" => near(0.2),
            "duration" => near(1.0),
            _ => false,
        }
}

/// Every file with some of its bytes changed, and cut: an answer each time, within bounds.
#[test]
#[ignore = "the pictures may not be there; `cargo xtask test` fetches them"]
fn no_changed_bytes_do_harm() {
    const CHANGES: usize = 12;
    let root = folder();
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]);
    let mut tried = 0;
    for name in material().into_keys() {
        let whole = fs::read(root.join(&name)).unwrap();
        for _ in 0..CHANGES {
            let mut bytes = whole.clone();
            for _ in 0..1 + random.next_u32() % 8 {
                // Headers decide; most of a file is pixels.
                let reach = if random.next_u32().is_multiple_of(4) {
                    bytes.len()
                } else {
                    bytes.len().min(4096)
                };
                let at = random.next_u64() as usize % reach;
                bytes[at] = random.next_u32() as u8;
            }
            if random.next_u32().is_multiple_of(3) {
                bytes.truncate(random.next_u64() as usize % bytes.len());
            }
            let _ = facts(&mut Cursor::new(bytes), &name).unwrap();
            tried += 1;
        }
    }
    assert!(tried > 3000, "{tried}");
}
