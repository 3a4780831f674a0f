use serde_json::json;

use super::*;
use crate::providers::MediaRow;

struct Bench {
    _folder: tempfile::TempDir,
    providers: Providers,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let providers = Providers::create(&folder.path().join("phone.db")).unwrap();
    let account = providers
        .account(Some("com.example"), Some("ada@example.org"))
        .unwrap();
    let odd = "a, data2=b\nRow: 1 _id=2";
    providers
        .contact(
            account,
            &[
                json!({ "mimetype": "name", "data1": "Ada", "data2": "Ada" }),
                json!({ "mimetype": "phone_v2", "data1": "555-0100", "data2": 2, "data15": [1, 2] }),
            ],
        )
        .unwrap();
    providers
        .contact(account, &[json!({ "mimetype": "name", "data1": odd })])
        .unwrap();
    let calendar = providers
        .insert(
            "Calendars",
            &json!({ "account_name": "a", "account_type": "LOCAL" }),
        )
        .unwrap();
    let event = providers
        .insert(
            "Events",
            &json!({ "calendar_id": calendar, "title": "Tea, or: coffee", "dtstart": 1_700_000_000_000_i64 }),
        )
        .unwrap();
    providers
        .insert("Attendees", &json!({ "event_id": event, "attendeeName": "Bob" }))
        .unwrap();
    for (name, trashed) in [("a.jpg", false), ("b.jpg", true)] {
        providers
            .media(&MediaRow {
                data: format!("/sdcard/DCIM/Camera/{name}"),
                root: "/sdcard".to_owned(),
                mime: "image/jpeg".to_owned(),
                size: 5,
                trashed,
                ..MediaRow::default()
            })
            .unwrap();
    }
    Bench {
        _folder: folder,
        providers,
    }
}

impl Bench {
    fn run(&self, arguments: &[&str]) -> (String, String) {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        run(&arguments, &self.providers, None, &mut out, &mut err).unwrap();
        (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[track_caller]
    fn prints(&self, arguments: &[&str], expected: &str) {
        assert_eq!(self.run(arguments), (expected.to_owned(), String::new()));
    }

    /// The output before the failure is empty, and the trace begins with this exception.
    #[track_caller]
    fn fails(&self, arguments: &[&str], exception: &str) {
        let (out, err) = self.run(arguments);
        assert_eq!(out, "");
        let (first, trace) = err.split_once('\n').unwrap();
        assert!(first.starts_with("Error while accessing provider:"), "{err}");
        assert!(trace.starts_with(exception), "{err}");
    }
}

const DATA: &str = "content://com.android.contacts/data";
const EVENTS: &str = "content://com.android.calendar/events";
const ATTENDEES: &str = "content://com.android.calendar/attendees";
const IMAGES: &str = "content://media/external/images/media";

#[test]
fn contacts_follow_their_provider() {
    let bench = bench();
    bench.prints(
        &[
            "query",
            "--uri",
            DATA,
            "--projection",
            "_id:data1:data2:data15",
            "--sort",
            "_id ASC",
        ],
        "Row: 0 _id=1, data1=Ada, data2=Ada, data15=NULL\n\
         Row: 1 _id=2, data1=555-0100, data2=2, data15=BLOB\n\
         Row: 2 _id=3, data1=a, data2=b\nRow: 1 _id=2, data2=NULL, data15=NULL\n",
    );
    bench.prints(
        &[
            "query",
            "--uri",
            &format!("{DATA}?limit=1"),
            "--projection",
            "_id",
            "--where",
            "_id > 1",
        ],
        "Row: 0 _id=2\n",
    );
    bench.prints(
        &[
            "query",
            "--uri",
            &format!("{DATA}/3"),
            "--projection",
            "raw_contact_id",
        ],
        "Row: 0 raw_contact_id=2\n",
    );
    bench.prints(&["query", "--uri", DATA, "--where", "_id > 99"], NO_RESULT);
    let invalid = "java.lang.IllegalArgumentException";
    bench.fails(
        &["query", "--uri", DATA, "--projection", "hex(data1) AS h"],
        invalid,
    );
    bench.fails(&["query", "--uri", DATA, "--projection", "nonsense"], invalid);
    bench.fails(&["query", "--uri", DATA, "--where", "1;2"], invalid);
    bench.fails(
        &["query", "--uri", DATA, "--where", "nonsense = 1"],
        "android.database.sqlite.SQLiteException",
    );
    bench.fails(
        &["query", "--uri", "content://com.android.contacts/nonsense"],
        invalid,
    );
    bench.fails(
        &["read", "--uri", "content://com.android.contacts/contacts/1/photo"],
        "java.io.FileNotFoundException",
    );
}

#[test]
fn calendars_take_expressions() {
    let bench = bench();
    bench.prints(
        &["query", "--uri", EVENTS, "--projection", "_id:hex(title) AS t"],
        "Row: 0 _id=1, t=5465612C206F723A20636F66666565\n",
    );
    bench.fails(
        &["query", "--uri", EVENTS, "--projection", "hex(title)"],
        "java.lang.IllegalArgumentException",
    );
    bench.prints(
        &[
            "query",
            "--uri",
            ATTENDEES,
            "--projection",
            "_id:event_id:hex(attendeeName) AS n",
            "--sort",
            "_id",
        ],
        "Row: 0 _id=1, event_id=1, n=426F62\n",
    );
    bench.fails(
        &[
            "query",
            "--uri",
            ATTENDEES,
            "--projection",
            "_id",
            "--where",
            "_id > 0",
        ],
        "android.database.sqlite.SQLiteException: ambiguous column name",
    );
    bench.prints(
        &[
            "query",
            "--uri",
            ATTENDEES,
            "--projection",
            "_id",
            "--where",
            "Attendees._id > 0",
        ],
        "Row: 0 _id=1\n",
    );
}

#[test]
fn media_hides_the_bin() {
    let bench = bench();
    let names = |extra: &[&str], expected: &str| {
        let mut line = vec!["query", "--uri", IMAGES, "--projection", "_display_name"];
        line.extend(extra);
        bench.prints(&line, expected);
    };
    names(&[], "Row: 0 _display_name=a.jpg\n");
    names(
        &["--extra", r"android\:query-arg-match-trashed:i:3"],
        "Row: 0 _display_name=b.jpg\n",
    );
    names(
        &[
            "--extra",
            r"android\:query-arg-match-trashed:i:1",
            "--sort",
            "_id DESC",
        ],
        "Row: 0 _display_name=b.jpg\nRow: 1 _display_name=a.jpg\n",
    );
    names(&["--where", "generation_modified>1"], NO_RESULT);
    bench.fails(
        &["query", "--uri", IMAGES, "--sort", "_id LIMIT 1"],
        "java.lang.IllegalArgumentException: Invalid token LIMIT",
    );
    let call = |method| {
        [
            "call",
            "--uri",
            "content://media",
            "--method",
            method,
            "--extra",
            "android.intent.extra.TEXT:s:external_primary",
        ]
    };
    bench.prints(
        &call("get_generation"),
        "Result: Bundle[{android.intent.extra.INDEX=2}]\n",
    );
    bench.prints(
        &call("get_version"),
        "Result: Bundle[{android.intent.extra.TEXT=1:first}]\n",
    );
    bench.prints(
        &["gettype", "--uri", &format!("{IMAGES}/1")],
        "Result: vnd.android.cursor.item/image\n",
    );
}

#[test]
fn android_10_has_no_generation() {
    let bench = bench();
    bench.providers.set("ro.build.version.sdk", Some("29")).unwrap();
    bench.fails(
        &["query", "--uri", IMAGES, "--projection", "generation_modified"],
        "java.lang.IllegalArgumentException",
    );
    bench.prints(
        &[
            "query",
            "--uri",
            &format!("{IMAGES}?limit=1"),
            "--projection",
            "_id",
        ],
        "Row: 0 _id=1\n",
    );
    let (out, err) = bench.run(&["query", "--uri", IMAGES, "--extra", "a:i:1"]);
    assert!(
        out.ends_with("[ERROR] Unsupported argument: --extra\n") && err.is_empty(),
        "{out}{err}"
    );
}

#[test]
fn permissions_and_providers_are_switches() {
    let bench = bench();
    for (authority, permission, uri) in [
        (authority::CONTACTS, permission::CONTACTS, DATA),
        (authority::CALENDAR, permission::CALENDAR, EVENTS),
        (authority::MEDIA, permission::MEDIA, IMAGES),
    ] {
        bench.providers.revoke(permission).unwrap();
        bench.fails(
            &["query", "--uri", uri],
            "java.lang.SecurityException: Permission Denial: reading",
        );
        bench.providers.grant(permission).unwrap();
        bench.providers.remove_provider(authority).unwrap();
        bench.fails(
            &["query", "--uri", uri],
            "java.lang.IllegalStateException: Could not find provider: ",
        );
        bench.providers.restore_provider(authority).unwrap();
        assert_eq!(bench.run(&["query", "--uri", uri]).1, "");
    }
    bench.fails(
        &["query", "--uri", "content://sms"],
        "java.lang.IllegalStateException: Could not find provider: sms",
    );
    bench.fails(
        &["delete", "--uri", DATA],
        "java.lang.UnsupportedOperationException",
    );
}

#[test]
fn a_row_must_fit_its_window() {
    let bench = bench();
    bench
        .providers
        .insert(
            "Events",
            &json!({ "calendar_id": 1, "description": "x".repeat(3 << 20) }),
        )
        .unwrap();
    bench.fails(
        &[
            "query",
            "--uri",
            EVENTS,
            "--projection",
            "_id:description",
            "--where",
            "_id > 1",
        ],
        "android.database.sqlite.SQLiteBlobTooBigException",
    );
}

#[test]
fn deleted_contacts_lose_their_rows() {
    let bench = bench();
    bench.providers.delete_contact(1).unwrap();
    bench.prints(&["query", "--uri", DATA, "--projection", "_id"], "Row: 0 _id=3\n");
    bench.prints(
        &[
            "query",
            "--uri",
            "content://com.android.contacts/raw_contacts",
            "--projection",
            "_id:deleted:version",
        ],
        "Row: 0 _id=1, deleted=1, version=2\nRow: 1 _id=2, deleted=0, version=1\n",
    );
}
