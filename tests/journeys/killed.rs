//! A run is killed at random moments, 200 times, and finished: nothing is lost, and the archive is as if it had never
//! been disturbed.

use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use sidekeep_testphones::{MediaRow, Providers, demo};
use sidekeep_tests::{Phone, Sidekeep, same};

const KILLS: u32 = 200;

/// Enough of each kind that a kill can fall anywhere in a run.
pub(crate) fn fill(folder: &std::path::Path, mount: &str) {
    demo::write(folder, mount).unwrap();
    let providers = Providers::open(&demo::database(folder)).unwrap();
    let camera = demo::storage(folder).join("DCIM/Many");
    std::fs::create_dir_all(&camera).unwrap();
    providers
        .batch(|providers| {
            let account = providers.account(Some("com.example"), Some("many@example.org"))?;
            for person in 0..60 {
                let name = serde_json::json!({ "mimetype": "name", "data1": format!("Person {person}") });
                providers.contact(account, &[name])?;
            }
            for number in 0..40_u32 {
                let name = format!("IMG_{number:04}.jpg");
                let bytes: Vec<u8> = (0..150_000_u32)
                    .map(|at| (at.wrapping_mul(number + 7) >> 5) as u8)
                    .collect();
                std::fs::write(camera.join(&name), &bytes).unwrap();
                providers.media(&MediaRow {
                    root: mount.to_owned(),
                    data: format!("{mount}/DCIM/Many/{name}"),
                    mime: "image/jpeg".to_owned(),
                    size: bytes.len() as u64,
                    modified: 1_700_000_000 + i64::from(number),
                    taken: Some((1_700_000_000 + i64::from(number)) * 1000),
                    ..MediaRow::default()
                })?;
            }
            Ok(())
        })
        .unwrap();
    // The file service tells the file's own time; the index must agree with it.
    for number in 0..40 {
        let file = std::fs::File::options()
            .write(true)
            .open(camera.join(format!("IMG_{number:04}.jpg")))
            .unwrap();
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + number))
            .unwrap();
    }
}

/// What the owner does to the phone between two runs; less than the guard would hold back.
fn change(phone: &Phone) {
    let providers = &phone.providers;
    providers
        .execute("UPDATE data SET data1 = data1 || ' changed' WHERE data1 LIKE 'Person 1_'")
        .unwrap();
    providers
        .execute("UPDATE raw_contacts SET version = version + 1")
        .unwrap();
    providers.delete_contact(3).unwrap();
    providers.remove_media("_display_name = 'IMG_0003.jpg'").unwrap();
    std::fs::remove_file(phone.storage().join("DCIM/Many/IMG_0003.jpg")).unwrap();
}

/// A small generator is enough to spread the kills; its seed is printed by the failing assertion.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }
}

/// Kills runs at moments up to `span` after their start until one gets through or `kills` have fallen.
fn torment(sidekeep: &Sidekeep, source: &str, span: Duration, kills: u32, dice: &mut Dice) -> u32 {
    let mut fallen = 0;
    while fallen < kills {
        let mut child = sidekeep.command(&["--quiet", "mirror", source]);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_micros(dice.below(span.as_micros() as u64)));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            break;
        }
        fallen += 1;
    }
    fallen
}

#[test]
fn two_hundred_kills() {
    let phone = Phone::with(fill);
    let source = phone.source();
    let dir = tempfile::tempdir().unwrap();
    let archive = |name: String| Sidekeep::at(&dir.path().join(name));

    let calm = archive("calm".into());
    let began = Instant::now();
    calm.expect(0, &["mirror", &source]);
    let span = began.elapsed();
    let first = calm.expect(0, &["dump"]);

    let mut dice = Dice(20_091_010);
    let mut killed = 0;
    let mut tormented = Vec::new();
    while killed < KILLS / 2 {
        let sidekeep = archive(format!("first-{}", tormented.len()));
        killed += torment(&sidekeep, &source, span, 8, &mut dice);
        sidekeep.expect(0, &["mirror", &source]);
        sidekeep.expect(0, &["verify"]);
        same(&sidekeep.expect(0, &["dump"]), &first);
        tormented.push(sidekeep);
    }

    change(&phone);
    let began = Instant::now();
    calm.expect(0, &["mirror", &source]);
    let span = began.elapsed();
    let second = calm.expect(0, &["dump"]);
    assert_ne!(first, second);
    for sidekeep in tormented.iter().cycle().take(10_000) {
        if killed >= KILLS {
            break;
        }
        killed += torment(sidekeep, &source, span, 8, &mut dice);
    }
    assert!(killed >= KILLS, "only {killed} kills fell");
    for sidekeep in &tormented {
        sidekeep.expect(0, &["mirror", &source]);
        sidekeep.expect(0, &["verify"]);
        same(&sidekeep.expect(0, &["dump"]), &second);
    }
}
