//! The phones that the tests of links run against: one invented phone, as rows and files.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use sidekeep_links::adb::{self, Access, AdbPhone};
use sidekeep_testphones::{MediaRow, Providers, Storage, android::Android};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Files and a providers' database in a temporary folder.
pub(crate) struct Fixture {
    pub(crate) folder: TempDir,
    pub(crate) providers: Providers,
    /// Where the phone sees its shared storage.
    pub(crate) mount: String,
}

/// When every file was last changed: 2024-05-03T12:03:22Z.
pub(crate) const MODIFIED: i64 = 1_714_737_802;

/// Values that look like the frame that `content` prints round them.
pub(crate) const NASTY: [&str; 9] = [
    "x, data2=y",
    "x, data2=y, data3=z, data4=",
    "two\nlines",
    "fake\nRow: 1 _id=2, raw_contact_id=1, mimetype=x",
    "fake\nRow: 0 _id=1",
    "NULL",
    "No result found.",
    "👩‍🚀 \u{202e}rtl\r",
    "'; DROP TABLE data; --",
];

impl Fixture {
    /// An empty phone whose storage is seen at `mount`; None: at its own path, as a real adbd sees it.
    pub(crate) fn empty(mount: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("storage")).unwrap();
        let own = folder.path().join("storage").to_str().unwrap().to_owned();
        Self {
            providers: Providers::create(&folder.path().join("phone.db")).unwrap(),
            mount: mount.map_or(own, str::to_owned),
            folder,
        }
    }

    /// The phone of most tests.
    pub(crate) fn full(mount: Option<&str>) -> Self {
        let fixture = Self::empty(mount);
        let google = fixture
            .providers
            .account(Some("com.google"), Some("ada@example.org"))
            .unwrap();
        let own = fixture.providers.account(None, None).unwrap();
        let copies = fixture
            .providers
            .account(Some("com.whatsapp"), Some("WhatsApp"))
            .unwrap();
        fixture.contacts(google, own, copies);
        fixture.events();
        fixture.pictures();
        fixture
    }

    fn contacts(&self, google: i64, own: i64, copies: i64) {
        let phone = &self.providers;
        let friends = phone
            .insert(
                "groups",
                &json!({ "account_id": google, "title": "Friends, data2=NULL" }),
            )
            .unwrap();
        phone
            .insert(
                "groups",
                &json!({ "account_id": google, "title": "NULL", "notes": null }),
            )
            .unwrap();
        phone
            .insert(
                "groups",
                &json!({ "account_id": google, "title": "Old", "deleted": 1 }),
            )
            .unwrap();
        for (n, value) in NASTY.iter().enumerate() {
            phone
                .contact(
                    google,
                    &[
                        json!({ "mimetype": "name", "data1": format!("Person {n}"), "data2": value }),
                        json!({ "mimetype": "note", "data1": value }),
                        json!({ "mimetype": "phone_v2", "data1": "555-0100", "data2": "0", "data3": value }),
                    ],
                )
                .unwrap();
        }
        let member = json!({ "mimetype": "group_membership", "data1": friends.to_string() });
        let ada = json!({ "mimetype": "name", "data1": "Ada", "data2": "Ada" });
        let picture = json!({ "mimetype": "photo", "data14": "7", "data15": [1, 2, 3] });
        phone.contact(google, &[ada.clone(), member, picture]).unwrap();
        phone.contact(own, std::slice::from_ref(&ada)).unwrap();
        phone.contact(copies, std::slice::from_ref(&ada)).unwrap();
        phone.contact(own, &[]).unwrap();
        let deleted = phone.contact(own, &[ada]).unwrap();
        phone.delete_contact(deleted).unwrap();
    }

    fn events(&self) {
        let phone = &self.providers;
        let calendar = |name: &str, level: i64, owner: &str| {
            let row = json!({
                "account_name": "ada@example.org", "account_type": "com.google", "name": name,
                "calendar_displayName": name, "calendar_color": -14069085, "calendar_access_level": level,
                "ownerAccount": owner,
            });
            phone.insert("Calendars", &row).unwrap()
        };
        let work = calendar("Work, calendar_color=1", 700, "ada@example.org");
        let birthdays = calendar(
            "Birthdays",
            200,
            "addressbook#contacts@group.v.calendar.google.com",
        );
        calendar("Empty", 700, "ada@example.org");
        let event = |row: serde_json::Value| phone.insert("Events", &row).unwrap();
        let weekly = event(json!({
            "calendar_id": work, "_sync_id": "w1", "title": "Stand-up\nRow: 1 _id=2", "dtstart": 1_714_737_600_000i64,
            "duration": "P900S", "eventTimezone": "Europe/Berlin", "rrule": "FREQ=WEEKLY", "description": "",
        }));
        let moved = event(json!({
            "calendar_id": work, "title": "Stand-up, later", "dtstart": 1_715_345_000_000i64,
            "dtend": 1_715_346_000_000i64, "eventTimezone": "Europe/Berlin", "original_id": weekly,
            "original_sync_id": "w1", "originalInstanceTime": 1_715_342_400_000i64,
        }));
        event(json!({
            "calendar_id": work, "title": "Stand-up", "eventStatus": 2, "original_sync_id": "w1",
            "originalInstanceTime": 1_715_947_200_000i64, "dtstart": 1_715_947_200_000i64,
        }));
        event(json!({ "calendar_id": work, "title": "Orphan", "original_sync_id": "gone", "dtstart": 0 }));
        event(json!({ "calendar_id": work, "title": "Deleted", "deleted": 1, "dtstart": 0 }));
        event(json!({
            "calendar_id": birthdays, "title": "Ada's birthday", "allDay": 1, "dtstart": 1_714_694_400_000i64,
            "rrule": "FREQ=YEARLY", "duration": "P1D", "eventTimezone": "UTC",
        }));
        for on in [weekly, moved] {
            let attendee =
                json!({ "event_id": on, "attendeeName": "Bob = b, c=", "attendeeEmail": "bob@example.org" });
            phone.insert("Attendees", &attendee).unwrap();
            phone
                .insert(
                    "Reminders",
                    &json!({ "event_id": on, "minutes": 10, "method": 1 }),
                )
                .unwrap();
        }
        let extended = json!({ "event_id": weekly, "name": "k", "value": "v" });
        phone.insert("ExtendedProperties", &extended).unwrap();
    }

    fn pictures(&self) {
        self.indexed("DCIM/Camera/IMG_1.jpg", 300_000);
        self.indexed("DCIM/Camera/IMG_2, _data=x.jpg", 10);
        self.indexed("DCIM/Camera/empty.jpg", 0);
        self.indexed("DCIM/Camera/VID_1.mp4", 2_500_000);
        self.indexed("Pictures/Screenshots/two  spaces é.png", 77);
        self.indexed("WhatsApp/Media/in.jpg", 1_000);
        self.file("DCIM/secret/.nomedia", 0);
        self.file("DCIM/secret/only-on-disk.jpg", 55);
        self.file("DCIM/.thumbnails/1.jpg", 5);
        self.file("DCIM/Camera/notes.txt", 5);
        self.file("Pictures/secret/.nomedia", 0);
        self.file("Pictures/secret/left-alone.jpg", 5);
        fs::create_dir_all(self.path("DCIM/Camera/folder.jpg")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(self.path("DCIM"), self.path("DCIM/Camera/loop")).unwrap();
    }

    /// Where a file of the shared storage really is.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join("storage").join(relative)
    }

    /// A file of the shared storage, unknown to the media index.
    pub(crate) fn file(&self, relative: &str, size: usize) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes(relative, size)).unwrap();
        touch(&path, MODIFIED);
    }

    /// A file and its row in the media index.
    pub(crate) fn indexed(&self, relative: &str, size: usize) {
        self.file(relative, size);
        let film = relative.ends_with(".mp4");
        let row = MediaRow {
            data: format!("{}/{relative}", self.mount),
            root: self.mount.clone(),
            mime: if film { "video/mp4" } else { "image/jpeg" }.to_owned(),
            size: size as u64,
            modified: MODIFIED,
            taken: Some(MODIFIED * 1000),
            ..MediaRow::default()
        };
        self.providers.media(&row).unwrap();
    }

    pub(crate) fn storage(&self) -> PathBuf {
        self.folder.path().join("storage")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("phone.db")
    }

    /// Serves it by the simulated adbd.
    pub(crate) async fn serve(&self) -> Android {
        let storage = Storage::new(&self.mount, &self.storage());
        Android::start(storage, self.database()).await.unwrap()
    }
}

/// The phone that such a server is, without key or lock.
pub(crate) async fn connect(android: &Android) -> AdbPhone {
    let port = android.address().port();
    adb::connect("127.0.0.1", port, "/sdcard", &Access::default())
        .await
        .unwrap()
}

/// Bytes that differ from file to file and place to place.
pub(crate) fn bytes(name: &str, size: usize) -> Vec<u8> {
    let seed = name.bytes().fold(7u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    (0..size as u32)
        .map(|n| (n.wrapping_mul(seed | 1) >> 7) as u8)
        .collect()
}

pub(crate) fn touch(path: &Path, seconds: i64) {
    let time = UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs());
    fs::File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(time)
        .unwrap();
}

/// A folder with everything that the folder link reads.
pub(crate) fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |relative: &str, text: &[u8]| {
        let path = folder.path().join(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let card =
        |name: &str| format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nN:;{name};;;\r\nEND:VCARD\r\n");
    write(
        "all.vcf",
        [card("Ada"), card("Bob"), card("Ada")].concat().as_bytes(),
    );
    write("Contacts/one.vcf", card("Cleo").as_bytes());
    write("Contacts/two.vcf", card("Dan").as_bytes());
    write("Contacts/empty.vcf", b"");
    let event = |uid: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\n"
        )
    };
    let calendar = |name: &str, items: &str| {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{name}{items}END:VCALENDAR\r\n")
    };
    let task = "BEGIN:VTODO\r\nUID:t\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Buy milk\r\nEND:VTODO\r\n";
    let work = calendar(
        "X-WR-CALNAME:Work\r\n",
        &[event("a"), event("b"), task.to_owned()].concat(),
    );
    write("Calendars/work.ics", work.as_bytes());
    write("Calendars/vdir/c.ics", calendar("", &event("c")).as_bytes());
    write("DCIM/100/IMG_1.JPG", &bytes("IMG_1", 70_000));
    write("DCIM/100/IMG_0.JPG", b"");
    write("DCIM/100/MOV_1.MOV", &bytes("MOV_1", 3_000_000));
    write("loose.png", &bytes("loose", 10));
    write(".Trash/old.jpg", b"x");
    folder
}

/// A wire that lets `bytes` through from the phone and then ends, for one connection.
pub(crate) async fn wire(phone: SocketAddr, bytes: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        let server = TcpStream::connect(phone).await.unwrap();
        // Questions and answers are short: each would wait for the one before it.
        client.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        let (mut from_client, mut to_client) = client.into_split();
        let (from_server, mut to_server) = server.into_split();
        let up = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
        let _ = tokio::io::copy(&mut from_server.take(bytes as u64), &mut to_client).await;
        up.abort();
        let _ = to_client.shutdown().await;
    });
    address
}
