//! What no phone should hold, brought in and looked at: it shows as what it is, and nothing else suffers.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fantoccini::key::Key;
use sidekeep_engine::{Engine, Pictures, screen};
use sidekeep_model::ItemId;
use sidekeep_testphones::bulk;
use sidekeep_tests::window::{Start, Window};

use crate::life::Life;

/// A name that would be a picture with a script if anybody took it for HTML.
const SCRIPT: &str = "<img src=x onerror=\"document.title='taken over'\">";

fn card(name: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nN:;{name};;;\r\nTEL:555-0100\r\nEND:VCARD\r\n")
}

fn people() -> String {
    let mut cards: String = [
        SCRIPT,
        "\u{1f389}\u{1f3f4}\u{200d}\u{2620}\u{fe0f}",
        "נועה בן־שחר",
        "ليلى الحداد",
    ]
    .map(card)
    .concat();
    cards += "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Switchboard\r\nN:Switchboard;;;;\r\n";
    for number in 0..10_000 {
        let _ = write!(cards, "TEL;TYPE=WORK:555-{number:05}\r\n");
    }
    cards + "END:VCARD\r\n"
}

const EVENTS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n\
BEGIN:VEVENT\r\nUID:odd\r\nDTSTART:20240502T100000Z\r\nDTEND:20240502T110000Z\r\nRRULE:FREQ=SOMETIMES\r\n\
SUMMARY:Broken rule\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[tokio::test]
async fn a_folder_of_odd_things_is_brought_in_on_the_first_start() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("odd");
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("people.vcf"), people()).unwrap();
    fs::write(odd.join("events.ics"), EVENTS).unwrap();
    fs::write(odd.join("IMG_1.jpg"), b"\xff\xd8\xff\xe0 and no more").unwrap();
    bulk::black_png(&odd.join("IMG_2.png"), 20_000, 10_000).unwrap();

    let window = Window::open(Start {
        env: vec![("SIDEKEEP_CHOSEN", odd.display().to_string())],
        ..Start::default()
    })
    .await;
    window.choose("Bring in a folder").await;
    window.says("main", "5 contacts came").await;
    window.choose("Look at it").await;

    window.choose("Contacts").await;
    window.says("main", "5 contacts").await;
    window.says("main [role=listbox]", SCRIPT).await;
    window.choose("Switchboard").await;
    window.says("main h2", "Switchboard").await;
    window.says(".detail", "555-00000").await;
    window.shoot("odd-numbers").await;
    window.choose("Show all 10,000").await;
    window.says(".detail", "555-00009").await;
    // Only what is in sight is drawn, and the last of them can be brought into sight.
    let numbers = ".detail [role=listbox]";
    window.click(&format!("{numbers} [role=option]")).await;
    window.press(Key::End).await;
    window.says(numbers, "555-09999").await;
    assert!(window.count(&format!("{numbers} [role=option]")).await < 100);
    window.shoot("odd-numbers-all").await;
    window.choose("נועה בן־שחר").await;
    window.says("main h2", "נועה בן־שחר").await;
    window.choose("<img src=x").await;
    window.says("main h2", SCRIPT).await;
    let page = window
        .run(
            "return [document.title, document.querySelectorAll('img[src=x]').length]",
            vec![],
        )
        .await;
    assert!(
        page[0].as_str().unwrap().contains("Sidekeep") && page[1] == 0,
        "{page}"
    );
    window.shoot("odd-names").await;
    assert_eq!(window.axe().await, Vec::<String>::new());

    window.go("calendar?view=month&date=2024-05-02").await;
    window.click("[data-event][aria-label*='Broken rule']").await;
    window
        .says("main", "The rule of this event could not be understood")
        .await;
    window.says("main", "FREQ=SOMETIMES").await;
    window.shoot("odd-rule").await;

    window.choose("Photos").await;
    window.counts("[role=gridcell]", 2).await;
    window
        .counts("[role=gridcell][aria-label*='Cannot be shown']", 2)
        .await;
    window.shoot("odd-photos").await;
    let archive = Engine::at(window.home().join("data/Sidekeep")).archive().unwrap();
    let large = screen::search(&archive, "IMG_2", 1).unwrap()[0].id;
    window.go(&format!("photos/{large}")).await;
    window
        .says(".lightbox", "200 megapixels are too many to be shown here")
        .await;
    assert_eq!(window.count(".lightbox img").await, 0);
    assert!(!loads(&window, large).await, "not even when the page asks for it");
    window.shoot("odd-large").await;
    window.choose("Back to the timeline").await;
    window.choose("Home").await;
    window.says("main", "Complete").await;
    window.close().await;
}

/// Whether the page can have a picture itself.
async fn loads(window: &Window, id: ItemId) -> bool {
    let script = "const [id, done] = arguments;
        const picture = Object.assign(new Image(), { onload: () => done(true), onerror: () => done(false) });
        picture.src = `photo://localhost/original/${id}`;";
    window.ask(script, vec![id.to_string().into()]).await == true
}

/// Alters some bytes of a picture where a file holds it.
fn spoil(file: &Path, picture: &[u8]) {
    let mut bytes = fs::read(file).unwrap();
    let mut parts = picture.chunks_exact(32).rev();
    let at = parts.find_map(|part| bytes.windows(32).position(|there| there == part));
    bytes[at.unwrap()] ^= 0xff;
    fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn one_small_picture_of_the_cache_is_spoilt() {
    let life = Life::copy().await;
    let photo = life.found("PXL_20240806_190405");
    let small = Pictures::new(life.root()).thumb(photo, 320).await.unwrap();
    spoil(&life.root().join(".sidekeep/thumbs.db"), &small);

    let window = crate::window(&life).await;
    window.choose("Photos").await;
    window.says("main", "26 photos, 2 videos").await;
    window
        .find(&format!("[role=gridcell] img.shown[src*='{photo}']"))
        .await;
    window
        .counts("[role=gridcell][aria-label*='Cannot be shown']", 0)
        .await;
    assert!(loads(&window, photo).await);
    window.close().await;
}

#[tokio::test]
async fn a_spoilt_cache_and_a_damaged_original() {
    let life = Life::copy().await;
    // The cache is no database, one original is another file, one is gone.
    fs::write(life.root().join(".sidekeep/thumbs.db"), b"no database at all").unwrap();
    fs::write(life.file(life.found("PXL_20240806_190405")), b"not a picture").unwrap();
    fs::remove_file(life.file(life.found("PXL_20240803_120000"))).unwrap();

    let window = crate::window(&life).await;
    window.choose("Photos").await;
    window.says("main", "26 photos, 2 videos").await;
    window.find("[role=gridcell] img.shown").await;
    window
        .counts("[role=gridcell][aria-label*='Cannot be shown']", 2)
        .await;
    window.shoot("odd-damaged").await;
    let damaged = life.found("PXL_20240806_190405");
    window.go(&format!("photos/{damaged}")).await;
    window
        .says(".lightbox", "The kept file is not what was kept")
        .await;
    window.shoot("odd-damaged-lightbox").await;
    window.choose("Back to the timeline").await;

    window.choose("Home").await;
    window.choose("Verify the archive").await;
    window.says("main", "2 files are damaged").await;
    window.says("main", "Damaged on this computer").await;
    window.shoot("home-damaged").await;
    window.go(&format!("photos/{damaged}")).await;
    window
        .says(".lightbox", "The kept file is not what was kept")
        .await;
    window.choose("Back to the timeline").await;
    window.choose("Contacts").await;
    window.says("main", "39 contacts").await;
    window.close().await;
}
