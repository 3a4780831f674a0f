//! Contacts in, search, export, rebuild and verify on a large archive, and the peak memory of each command.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use sidekeep_engine::Engine;
use sidekeep_engine::screen::People;
use sidekeep_testphones::{Providers, bulk, demo};
use sidekeep_tests::{Phone, built};

use crate::{Bench, size};
use sidekeep_tests::measure::{Cost, cost, median};

fn sidekeep(archive: &Path, arguments: &[&str]) -> Cost {
    cost(
        Command::new(built("sidekeep"))
            .arg("--archive")
            .arg(archive)
            .args(arguments),
    )
}

/// A card of about 600 bytes.
pub(crate) fn card(person: usize) -> String {
    let note = "Met at the harbour; likes tea, tide tables and long letters. ".repeat(5);
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:person-{person}@example.org\r\nN:Family{person};Given{person};;;\r\n\
             FN:Given{person} Family{person}\r\nTEL;TYPE=CELL:+1 202-555-{person:05}\r\n\
             EMAIL;TYPE=HOME:person{person}@example.org\r\nADR;TYPE=HOME:;;{person} Quay Street;Portsmouth;NH;03801;USA\r\n\
             CATEGORIES:Choir,Harbour\r\nNOTE:{note}\r\nEND:VCARD\r\n"
    )
}

/// 10,000 cards in one file.
fn cards(path: &Path) -> u64 {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    for person in 0..10_000 {
        file.write_all(card(person).as_bytes()).unwrap();
    }
    file.flush().unwrap();
    drop(file);
    std::fs::metadata(path).unwrap().len()
}

pub(crate) fn contacts(bench: &mut Bench) {
    let folder = bench.fresh("cards");
    std::fs::create_dir_all(&folder).unwrap();
    let bytes = cards(&folder.join("all.vcf"));
    let source = format!("folder:{}", folder.display());
    let archive = bench.fresh("archive");
    let runs: Vec<Cost> = (0..5)
        .map(|_| {
            let _ = std::fs::remove_dir_all(&archive);
            sidekeep(&archive, &["mirror", &source])
        })
        .collect();
    let wall = median(runs.iter().map(|cost| cost.wall).collect());
    let peak = median(runs.iter().map(|cost| cost.peak).collect());
    bench.row(
        "10,000 contacts parsed, journalled, indexed",
        format!("{wall:.2} s wall, {peak:.0} MB peak"),
        format!(
            "{:.1} MB of vCard; the whole command, views written",
            bytes as f64 / 1e6
        ),
        "1.5 s",
    );

    let exports: Vec<Cost> = (0..5)
        .map(|run| {
            let to = bench.fresh(&format!("out-{run}.vcf"));
            sidekeep(&archive, &["export", "contacts", "--to", to.to_str().unwrap()])
        })
        .collect();
    let wall = median(exports.iter().map(|cost| cost.wall).collect());
    let peak = median(exports.iter().map(|cost| cost.peak).collect());
    bench.row(
        "10,000 contacts exported, read back and compared",
        format!("{wall:.2} s wall, {peak:.0} MB peak"),
        String::new(),
        "1 s",
    );
}

/// The same contacts from two sources: listed one by one, and as one phone's.
pub(crate) fn alike(bench: &mut Bench) {
    let archive = bench.fresh("archive");
    for name in ["one", "two"] {
        let folder = bench.fresh(name);
        std::fs::create_dir_all(&folder).unwrap();
        cards(&folder.join("all.vcf"));
        sidekeep(&archive, &["mirror", &format!("folder:{}", folder.display())]);
    }
    let engine = Engine::at(archive);
    let listed = |times: usize, expected: usize| {
        let grouping = engine.grouping().unwrap();
        let times = (0..times).map(|_| {
            let (opened, mut people) = (engine.archive().unwrap(), People::default());
            let mut list = || {
                let began = Instant::now();
                let found = people.list(&opened, &grouping, None).unwrap();
                assert_eq!(found.len(), expected);
                began.elapsed().as_secs_f64() * 1000.0
            };
            (list(), list())
        });
        let (first, again): (Vec<f64>, Vec<f64>) = times.unzip();
        (median(first), median(again))
    };
    let apart = listed(3, 20_000);
    let phones = engine.archive().unwrap().phones().unwrap();
    engine.belongs(&phones[1].id, Some(&phones[0].id)).unwrap();
    let (first, again) = listed(3, 10_000);
    bench.row(
        "10,000 contacts, each from two sources of one phone, listed",
        format!("{first:.0} ms, again {again:.0} ms"),
        format!("ungrouped {:.0} ms, again {:.0} ms", apart.0, apart.1),
        "",
    );
}

/// The archive of a large phone, mirrored when it is first asked for, and what that cost.
pub(crate) fn of_large_phone(bench: &mut Bench) -> (PathBuf, Option<Cost>) {
    let archive = bench.folder.join("large");
    if archive.exists() {
        return (archive, None);
    }
    let phone = Phone::with(|folder, mount| {
        let providers = Providers::create(&demo::database(folder)).unwrap();
        bulk::photos(&demo::storage(folder), 100_000, 4_000).unwrap();
        bulk::media(&providers, mount, 100_000, 4_000).unwrap();
        bulk::contacts(&providers, 10_000).unwrap();
        bulk::events(&providers, 20_000).unwrap();
    });
    let cost = sidekeep(&archive, &["mirror", &phone.source()]);
    (archive, Some(cost))
}

pub(crate) fn large(bench: &mut Bench) {
    let (archive, mirrored) = of_large_phone(bench);
    if let Some(mirror) = mirrored {
        bench.row(
            "10,000 contacts, 20,000 events, 100,000 small photos mirrored",
            format!("{:.1} s wall, {:.0} MB peak", mirror.wall, mirror.peak),
            format!("{:.0} MB of archive", size(&archive) as f64 / 1e6),
            "200 MB peak",
        );
    }

    let open = Engine::at(&archive).archive().unwrap();
    let mut times = Vec::new();
    for word in [
        "an",
        "person",
        "tea",
        "img 00",
        "stand",
        "555 01",
        "harbour st",
        "zzz",
        "2020",
        "meeting wi",
    ] {
        for _ in 0..20 {
            let began = Instant::now();
            open.search(word, 50).unwrap();
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
    }
    drop(open);
    times.sort_by(f64::total_cmp);
    bench.row(
        "search over it, 200 queries",
        format!(
            "p50 {:.1} ms, p95 {:.1} ms",
            times[times.len() / 2],
            times[times.len() * 95 / 100]
        ),
        String::new(),
        "p95 10 ms",
    );

    let rebuild = sidekeep(&archive, &["rebuild"]);
    bench.row(
        "rebuild of its index",
        format!("{:.1} s wall, {:.0} MB peak", rebuild.wall, rebuild.peak),
        String::new(),
        "20 s, 200 MB peak",
    );

    for arguments in [
        &["list", "photos"][..],
        &["list", "contacts"],
        &["list", "events"],
        &["status"],
        &["dump"],
    ] {
        let cost = sidekeep(&archive, arguments);
        let what = format!("{} of it", arguments.join(" "));
        bench.row(
            &what,
            format!("{:.2} s wall, {:.0} MB peak", cost.wall, cost.peak),
            String::new(),
            "200 MB peak",
        );
    }
}
