//! Facts of ten thousand files beside ExifTool and exiv2: pictures that others made, copied often enough. Each program reads
//! them in one go, on one core, and prints what it found.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sidekeep_tests::measure::{cost, measured, median};
use sidekeep_tests::{built, tool};

use crate::Bench;

const FILES: usize = 10_000;
/// ExifTool is given a part of them: it needs minutes for all.
const PART: usize = 1000;
const RUNS: usize = 3;

/// Where the packages keep pictures of cameras.
const FOLDERS: [&str; 5] = [
    "exiv2/test/data",
    "kamadak-exif/tests",
    "libexif/test/testdata",
    "libheif-rs/data",
    "libimage-exiftool-perl/t/images",
];
/// What is read there.
const ENDINGS: [&str; 17] = [
    "avif", "cr2", "cr3", "dng", "gif", "heic", "heif", "jpg", "mov", "nef", "png", "raf", "rw2", "tif",
    "tiff", "webp", "mp4",
];

/// What ExifTool is asked for: the same facts, and no more.
const TAGS: [&str; 12] = [
    "-MIMEType",
    "-ImageSize",
    "-Orientation",
    "-Make",
    "-Model",
    "-LensModel",
    "-DateTimeOriginal",
    "-OffsetTimeOriginal",
    "-CreateDate",
    "-GPSPosition",
    "-GPSAltitude",
    "-Duration",
];

pub(crate) fn facts(bench: &mut Bench) {
    let material = tool("SIDEKEEP_PICTURES");
    let pictures = pictures(&material);
    let (all, part) = (bench.fresh("facts"), bench.fresh("facts of some"));
    for (folder, count) in [(&all, FILES), (&part, PART)] {
        for (number, from) in pictures.iter().cycle().take(count).enumerate() {
            let within = folder.join(format!("{:03}", number / 100));
            fs::create_dir_all(&within).unwrap();
            let ending = from.extension().unwrap().to_str().unwrap();
            fs::copy(from, within.join(format!("{number:05}.{ending}"))).unwrap();
        }
    }
    let a_file = |cpu: f64, count: usize| cpu * 1_000_000.0 / count as f64;
    let (mut ours, mut perls, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(a_file(
            cost(Command::new(built("examples/facts")).arg(&all)).cpu,
            FILES,
        ));
        let mut exiftool = Command::new("perl");
        exiftool.arg(material.join("libimage-exiftool-perl/exiftool"));
        exiftool
            .args(["-fast", "-json", "-n", "-q", "-r"])
            .args(TAGS)
            .arg(&part);
        // Some of the pictures are broken, which ExifTool and exiv2 tell at their end.
        perls.push(a_file(measured(&mut exiftool).0.cpu, PART));
        let mut exiv2 = Command::new("exiv2");
        exiv2.arg("-q").args(files(&all));
        theirs.push(a_file(measured(&mut exiv2).0.cpu, FILES));
    }
    let times = |peers: &[f64]| median(peers.iter().zip(&ours).map(|(peer, own)| peer / own).collect());
    let ratios = (times(&perls), times(&theirs));
    bench.row(
        "Facts of 10,000 pictures, processor time a picture",
        format!(
            "{:.0} µs ({:.0} and {:.1} times as fast)",
            median(ours),
            ratios.0,
            ratios.1
        ),
        format!(
            "exiftool -fast: {:.0} µs, exiv2: {:.0} µs",
            median(perls),
            median(theirs)
        ),
        "20 times as fast as exiftool -fast, 1.0 times as fast as exiv2",
    );
}

fn pictures(material: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = FOLDERS
        .iter()
        .flat_map(|folder| files(&material.join(folder)))
        .collect();
    found.retain(|path| {
        let ending = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        ENDINGS.contains(&ending.as_str())
    });
    found.sort();
    assert!(found.len() > 150, "{} pictures", found.len());
    found
}

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}
