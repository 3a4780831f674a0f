//! The first start: nothing is there yet. The demo phone is one click away, a phone of one's own an address, and what
//! comes later says so.

use sidekeep_testphones::door::{Door, Lock, Tls};
use sidekeep_tests::window::{Start, Window};

use crate::life::Pebble;

#[tokio::test]
async fn the_demo_phone_is_mirrored_from_the_first_screen_and_left_again() {
    let window = Window::open(Start::default()).await;
    window.named("Look round with a demo phone").await;
    window.shoot("start").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Look round with a demo phone").await;
    window.named("It is kept").await;
    for came in ["40 contacts came", "27 photos came", "2 videos came"] {
        window.says("main", came).await;
    }
    window.shoot("start-done").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Look at it").await;
    window.says("main", "Mira's Pebble").await;
    window.shoot("home-demo").await;
    window.choose("Photos").await;
    window.says("main", "27 photos, 2 videos").await;
    window.find("[role=gridcell] img.shown").await;

    // The owner's own archive is still to be begun.
    window.choose("Home").await;
    window.choose("Leave the demo").await;
    window.named("Connect a phone").await;
    let data = window.home().join("data");
    assert!(data.join("Sidekeep demo").is_dir());
    assert!(!data.join("Sidekeep").exists());
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_connected_tested_and_mirrored() {
    let folder = tempfile::tempdir().unwrap();
    let phone = Pebble::new(folder.path()).await;
    let window = Window::open(Start::default()).await;
    window.choose("Connect a phone").await;
    window.says("main h1", "Which phone?").await;
    for (later, title, today) in [
        ("iPhone or iPad", "An iPhone or iPad", "Export vCard"),
        ("An account", "Connect an account", "Nextcloud"),
    ] {
        window.choose(later).await;
        window.says("main h1", title).await;
        window.says("main", today).await;
        assert_eq!(window.axe().await, Vec::<String>::new(), "{title}");
        window.choose("Back").await;
        window.says("main h1", "Which phone?").await;
    }

    window.choose("Android").await;
    window.says("main", "Switch on USB debugging").await;
    window.shoot("start-cable").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Wi-Fi").await;
    let address = window.find("main input[id$='-address']").await;
    address.send_keys("127.0.0.1:1").await.unwrap();
    window.choose("Test the connection").await;
    window.says("main", "There is no connection.").await;
    window.shoot("start-android").await;
    assert_eq!(window.axe().await, Vec::<String>::new());

    // Wireless debugging lets nobody in who was not paired by the code.
    let door = Door::start(Lock::Tls(Tls::Phone), phone.address().parse().unwrap());
    let door = door.await.unwrap();
    address.clear().await.unwrap();
    address.send_keys(&door.address().to_string()).await.unwrap();
    window.choose("Test the connection").await;
    window.says("main", "This computer is not paired with it.").await;
    let dialog = door.show_code("391604").await.unwrap();
    let beside = window
        .find("main input[aria-label='Address beside the code']")
        .await;
    beside.send_keys(&dialog.address().to_string()).await.unwrap();
    for (typed, answer) in [("391605", "It shows another code."), ("391604", "Paired.")] {
        let code = window.find("main input[aria-label='Pairing code']").await;
        code.send_keys(typed).await.unwrap();
        window.choose("Pair").await;
        window.says("main", answer).await;
    }
    window.shoot("start-paired").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Test the connection").await;
    window.says("main", "The phone answers.").await;
    window.choose("Mirror now").await;
    window.named("It is kept").await;
    window.says("main", "40 contacts came").await;
    window.choose("Look at it").await;
    let pebble = "article[aria-label^=Mira]";
    window.says(pebble, "Wi-Fi, ready").await;
    window.says(pebble, "Complete").await;
    window.choose("Contacts").await;
    window.says("main", "40 contacts").await;
    window.close().await;
}
