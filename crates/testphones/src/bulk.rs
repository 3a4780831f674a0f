//! Phones with much on them, for benches: many photos of a size, many contacts, many events, each distinct and the
//! same on every run. Fast: one transaction, no picture is encoded twice.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::DateTime;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use serde_json::{Value, json};

use crate::demo::{DemoError, Exif, paint, with_exif};
use crate::providers::{MediaRow, Providers, ProvidersError};

/// Photos in one folder of the camera; then the next is begun, as cameras do.
const PER_FOLDER: usize = 10_000;

/// When the first photo was taken: 2020-01-01T00:00:00Z.
const FIRST: i64 = 1_577_836_800;

/// Seconds between two photos.
const APART: i64 = 1_717;

/// Writes `count` JPEGs of exactly `bytes` bytes each below `storage`/DCIM (folders of 10,000), with EXIF and times of
/// modification. Each is a small picture that any viewer opens, filled up with bytes that no compressor shrinks. A
/// size too small for the picture is raised to it (about 4 kB).
///
/// # Errors
/// The disk; the picture's encoder.
pub fn photos(storage: &Path, count: usize, bytes: usize) -> Result<(), DemoError> {
    let mut picture = io::Cursor::new(Vec::new());
    paint(1, 96, 72).write_to(&mut picture, image::ImageFormat::Jpeg)?;
    let picture = picture.into_inner();
    for index in 0..count {
        let path = storage.join(photo_path(index));
        if index % PER_FOLDER == 0
            && let Some(folder) = path.parent()
        {
            fs::create_dir_all(folder)?;
        }
        let taken = taken(index);
        let text = DateTime::from_timestamp(taken, 0).unwrap_or_default();
        let exif = Exif {
            taken: Some(&text.format("%Y:%m:%d %H:%M:%S").to_string()),
            offset: Some("+00:00"),
            orientation: 1,
            pixels: (96, 72),
            place: None,
            camera: Some(("Example", "Bulk")),
        };
        let head = with_exif(&picture, &exif);
        let file = File::create(path)?;
        let mut to = BufWriter::with_capacity(1 << 18, &file);
        to.write_all(&head)?;
        fill(&mut to, index as u64, bytes.saturating_sub(head.len()))?;
        to.flush()?;
        drop(to);
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(taken.cast_unsigned()))?;
    }
    Ok(())
}

/// Writes a black PNG of these many pixels; however many they are, the file is small.
///
/// # Errors
/// The disk; the picture's encoder.
pub fn black_png(path: &Path, width: u32, height: u32) -> Result<(), DemoError> {
    // Zeros that are only read take no memory: the system maps one page of them.
    let pixels = vec![0; width as usize * height as usize];
    PngEncoder::new_with_quality(File::create(path)?, CompressionType::Fast, FilterType::NoFilter)
        .write_image(&pixels, width, height, ExtendedColorType::L8)?;
    Ok(())
}

/// Inserts the rows of the media index for photos that [`photos`] wrote (or, when nothing shall be fetched, would
/// write), as seen below `mount`.
///
/// # Errors
/// Only those of the database.
pub fn media(providers: &Providers, mount: &str, count: usize, bytes: usize) -> Result<(), ProvidersError> {
    providers.batch(|providers| {
        for index in 0..count {
            providers.media(&MediaRow {
                data: format!("{mount}/{}", photo_path(index)),
                root: mount.to_owned(),
                mime: "image/jpeg".to_owned(),
                size: bytes as u64,
                modified: taken(index),
                taken: Some(taken(index) * 1000),
                width: Some(96),
                height: Some(72),
                orientation: Some(0),
                ..MediaRow::default()
            })?;
        }
        Ok(())
    })
}

/// Inserts `count` contacts of about 600 bytes as a vCard: seven data rows each, in one account with ten groups.
///
/// # Errors
/// Only those of the database.
pub fn contacts(providers: &Providers, count: usize) -> Result<(), ProvidersError> {
    providers.batch(|providers| {
        let account = providers.account(Some("com.example.cloud"), Some("bulk@example.org"))?;
        let groups = (0..10)
            .map(|group| {
                let row = json!({ "account_id": account, "title": format!("Group {group}") });
                providers.insert("groups", &row)
            })
            .collect::<Result<Vec<i64>, _>>()?;
        for index in 0..count {
            providers.contact(account, &person(index, groups[index % groups.len()]))?;
        }
        Ok(())
    })
}

fn person(index: usize, group: i64) -> Vec<Value> {
    let given = GIVEN[index % GIVEN.len()];
    let family = format!("{}{}", FAMILY[index / GIVEN.len() % FAMILY.len()], index / 400);
    let number = format!("+1 202-555-{index:07}");
    vec![
        json!({ "mimetype": "name", "data1": format!("{given} {family}"), "data2": given, "data3": family }),
        json!({ "mimetype": "phone_v2", "data1": number, "data2": 2, "data4": number.replace([' ', '-'], "") }),
        json!({ "mimetype": "email_v2", "data1": format!("p{index}@example.org"), "data2": 1 }),
        json!({ "mimetype": "organization", "data1": format!("Firm {}", index % 97), "data2": 1, "data4": "Clerk" }),
        json!({
            "mimetype": "postal-address_v2", "data1": format!("{index} Long Street\nPortsmouth 03801\nUSA"), "data2": 1,
            "data4": format!("{index} Long Street"), "data7": "Portsmouth", "data9": "03801", "data10": "USA",
        }),
        json!({ "mimetype": "note", "data1": format!("Met at occasion {}, and talked at some length about the weather, \
            the sea and the price of boats. Prefers mornings; likes tea.\nNumber {index}.", index % 31) }),
        json!({ "mimetype": "group_membership", "data1": group }),
    ]
}

const GIVEN: [&str; 20] = [
    "Ada",
    "Björn",
    "Chidi",
    "Dolores",
    "Emil",
    "Fatou",
    "Giulia",
    "Hamid",
    "Ingrid",
    "Jiří",
    "Kofi",
    "Lý",
    "Magnus",
    "Nkechi",
    "Ольга",
    "Παναγιώτα",
    "Quirin",
    "Rosa",
    "さくら",
    "Tomasz",
];

const FAMILY: [&str; 20] = [
    "Abend", "Brook", "Cove", "Dune", "Ebb", "Fjord", "Gale", "Harbour", "Isle", "Jetty", "Kelp", "Lagoon",
    "Marsh", "Neap", "Otter", "Pier", "Quay", "Reef", "Shoal", "Tide",
];

/// Inserts `count` events in three calendars: one in ten recurs weekly, one in five has attendees and a reminder.
///
/// # Errors
/// Only those of the database.
pub fn events(providers: &Providers, count: usize) -> Result<(), ProvidersError> {
    providers.batch(|providers| {
        let calendars = (0..3)
            .map(|calendar| {
                providers.insert(
                    "Calendars",
                    &json!({
                        "account_name": "bulk@example.org", "account_type": "com.example.cloud",
                        "calendar_displayName": format!("Calendar {calendar}"), "calendar_color": -14_069_085,
                        "calendar_access_level": 700, "calendar_timezone": "Europe/Lisbon", "sync_events": 1,
                    }),
                )
            })
            .collect::<Result<Vec<i64>, _>>()?;
        for index in 0..count {
            event(providers, calendars[index % calendars.len()], index)?;
        }
        Ok(())
    })
}

fn event(providers: &Providers, calendar: i64, index: usize) -> Result<(), ProvidersError> {
    let start = taken(index) * 1000;
    let recurs = index.is_multiple_of(10);
    let attended = index % 5 == 1;
    let mut row = json!({
        "calendar_id": calendar, "title": format!("Occasion {index}"), "dtstart": start, "eventTimezone": "Europe/Lisbon",
        "eventLocation": format!("Room {}", index % 40), "description": "Bring the blue folder.\nTea will be served.",
        "eventStatus": 1, "uid2445": format!("bulk-{index}@example.org"), "_sync_id": format!("bulk-{index}"),
        "hasAttendeeData": i64::from(attended), "hasAlarm": i64::from(attended),
    });
    if recurs {
        row["duration"] = "P3600S".into();
        row["rrule"] = "FREQ=WEEKLY;COUNT=30".into();
    } else {
        row["dtend"] = (start + 3_600_000).into();
    }
    let id = providers.insert("Events", &row)?;
    if attended {
        for guest in 0..2 {
            let row = json!({
                "event_id": id, "attendeeName": format!("Guest {guest}"), "attendeeRelationship": 1, "attendeeType": 1,
                "attendeeEmail": format!("guest{guest}@example.org"), "attendeeStatus": 3,
            });
            providers.insert("Attendees", &row)?;
        }
        providers.insert(
            "Reminders",
            &json!({ "event_id": id, "minutes": 10, "method": 1 }),
        )?;
    }
    Ok(())
}

fn photo_path(index: usize) -> String {
    format!(
        "DCIM/{}BULK/IMG_{:04}.JPG",
        100 + index / PER_FOLDER,
        index % PER_FOLDER
    )
}

fn taken(index: usize) -> i64 {
    FIRST + i64::try_from(index).unwrap_or_default() * APART
}

/// Writes pseudo-random bytes (splitmix64), different for each seed.
fn fill(to: &mut impl Write, seed: u64, length: usize) -> io::Result<()> {
    let mut state = seed.wrapping_mul(0xd134_2543_de82_ef95);
    let mut buffer = [0; 8192];
    let mut left = length;
    while left > 0 {
        for eight in buffer.as_chunks_mut::<8>().0 {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *eight = (mixed ^ (mixed >> 31)).to_le_bytes();
        }
        let length = left.min(buffer.len());
        to.write_all(&buffer[..length])?;
        left -= length;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_distinct_and_of_the_size_asked() {
        let folder = tempfile::tempdir().unwrap();
        photos(folder.path(), 3, 50_000).unwrap();
        let read = |index| fs::read(folder.path().join(photo_path(index))).unwrap();
        assert!((0..3).all(|index| read(index).len() == 50_000));
        assert!(read(0) != read(1) && read(1) != read(2));
        assert_eq!(image::load_from_memory(&read(2)).unwrap().width(), 96);
    }

    #[test]
    fn rows_are_inserted() {
        let folder = tempfile::tempdir().unwrap();
        let providers = Providers::create(&folder.path().join("phone.db")).unwrap();
        contacts(&providers, 1_000).unwrap();
        events(&providers, 500).unwrap();
        media(&providers, "/sdcard", 20_001, 9).unwrap();
        let count = |sql: &str| {
            let sql = format!("SELECT count(*) FROM {sql}");
            providers
                .connection()
                .query_row(&sql, [], |row| row.get::<_, i64>(0))
                .unwrap()
        };
        assert_eq!(count("view_data"), 7_000);
        assert_eq!(
            count("view_raw_contacts GROUP BY display_name HAVING count(*) > 1 UNION SELECT 0"),
            0
        );
        assert_eq!(count("Events"), 500);
        assert_eq!(count("Events WHERE rrule IS NOT NULL"), 50);
        assert_eq!(count("Attendees"), 200);
        assert_eq!(
            count("files WHERE _data = '/sdcard/DCIM/102BULK/IMG_0000.JPG'"),
            1
        );
    }
}
