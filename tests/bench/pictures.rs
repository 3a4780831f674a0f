//! HEIC to JPEG against heif-convert, and `verify` against reading the same bytes.

use std::fs;
use std::process::Command;

use sidekeep_testphones::demo;
use sidekeep_tests::built;

use crate::Bench;
use sidekeep_tests::measure::{cost, median};

pub(crate) fn heic(bench: &mut Bench) {
    let folder = bench.fresh("heic");
    fs::create_dir_all(&folder).unwrap();
    let png = bench.fresh("12mp.png");
    demo::paint(7, 4000, 3000).save(&png).unwrap();
    let first = folder.join("IMG_0001.HEIC");
    let made = Command::new("heif-enc")
        .args(["-q", "80", "-o"])
        .arg(&first)
        .arg(&png)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        bench.row(
            "HEIC to JPEG, 12 MP",
            "not measured".into(),
            "heif-enc cannot encode here".into(),
            "1.0 of heif-convert",
        );
        return;
    }
    let count = 4;
    for number in 2..=count {
        // The same pixels in other bytes, or the archive would keep it once.
        let mut bytes = fs::read(&first).unwrap();
        bytes.extend_from_slice(&[0, 0, 0, 9, b'f', b'r', b'e', b'e', number]);
        fs::write(folder.join(format!("IMG_{number:04}.HEIC")), bytes).unwrap();
    }
    let archive = bench.fresh("archive");
    let sidekeep = |arguments: &[&str]| {
        cost(
            Command::new(built("sidekeep"))
                .arg("--archive")
                .arg(&archive)
                .args(arguments),
        )
    };
    sidekeep(&["mirror", &format!("folder:{}", folder.display())]);
    let mut ratios = Vec::new();
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    let mut peak = 0.0_f64;
    for run in 0..3 {
        let to = bench.fresh(&format!("out-{run}"));
        let cost_of_ours = sidekeep(&["export", "photos", "--jpeg", "--to", to.to_str().unwrap()]);
        let out = bench.fresh("peer.jpg");
        let cost_of_theirs = (1..=count).fold(0.0, |sum, number| {
            let input = folder.join(format!("IMG_{number:04}.HEIC"));
            sum + cost(
                Command::new("heif-convert")
                    .args(["-q", "90"])
                    .arg(input)
                    .arg(&out),
            )
            .cpu
        });
        ratios.push(cost_of_ours.cpu / cost_of_theirs);
        ours.push(cost_of_ours.cpu / f64::from(count));
        theirs.push(cost_of_theirs / f64::from(count));
        peak = peak.max(cost_of_ours.peak);
    }
    bench.row(
        "HEIC to JPEG, 12 MP, processor time a picture",
        format!(
            "{:.2} s ({:.2} of the peer), {peak:.0} MB peak",
            median(ours),
            median(ratios)
        ),
        format!("heif-convert: {:.2} s", median(theirs)),
        "1.0 of heif-convert, 200 MB peak",
    );
}
