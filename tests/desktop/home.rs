//! Home and Rescue: a phone is added, mirrored, checked and rescued.

use sidekeep_testphones::authority;

use crate::life::{Life, Pebble};

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_added_mirrored_checked_and_rescued() {
    let life = Life::copy().await;
    let phone = Pebble::again(&life.beside("phone")).await;
    phone.providers.delete_contact(2).unwrap();
    let window = crate::window(&life).await;

    window.go("settings").await;
    window.choose("Add…").await;
    let address = window.find("[role=dialog] input").await;
    address.send_keys(&phone.address()).await.unwrap();
    window.choose_in("dialog", "Test and add").await;
    window
        .says("main", &format!("Network · {} · answers", phone.address()))
        .await;

    window.choose("Home").await;
    let pebble = "article[aria-label^=Mira]";
    window.says(pebble, "Wi-Fi, ready").await;
    window.says(pebble, "39").await;
    window.click(&format!("{pebble} .actions button")).await;
    window.says(pebble, "Nothing new this time.").await;
    window.says(pebble, "2 now only here").await;
    window.says(pebble, "38").await;

    window.choose("Verify the archive").await;
    window.says("main", "Verified").await;

    // A kind that cannot be read is said, and what is kept stays.
    phone.providers.remove_provider(authority::CALENDAR).unwrap();
    window.choose("Rescue").await;
    window.choose("Rescue Mira's Pebble now").await;
    window.says("main", "Part of it is here").await;
    window.says("main", "What did not come").await;
    window.shoot("rescue-done").await;
    window.choose("To Home").await;
    window.says(pebble, "Incomplete: events not readable").await;
    window.shoot("home-incomplete").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.close().await;
}
