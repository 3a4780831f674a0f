//! History: what a run found, how the archive was on a day, and what is held back until the owner decides.

use crate::life::{FIRST, Life};

#[tokio::test]
async fn a_run_its_changes_and_the_day_it_made() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    window.choose("History").await;
    window.says("main", "4 runs").await;
    let runs = life.runs();
    window.go(&format!("history/{}", runs[2].id)).await;
    window.choose("Changes (4)").await;
    window.says("main", "Emil Sørensbakken").await;
    window.says("main", "Ada Okonkwo-Bell").await;

    assert_eq!(runs[3].at.to_string(), FIRST);
    window.go(&format!("history/{}", runs[3].id)).await;
    window.says("main", "Thursday, June 20, 2024").await;
    window.choose("Look at the archive as it was then…").await;
    window.says("[role=dialog]", "June 20, 2024").await;
    window.shoot("history-travel").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose_in("dialog", "Contacts").await;
    window.at("contacts?asOf=2024-06-20").await;
    window.says("main", "40 contacts").await;
    let field = window.find("main input").await;
    field.send_keys("ada").await.unwrap();
    window.choose("Ada Okonkwo-Bell").await;
    window.says(".detail", "+1 202-555-0101").await;
    window.choose("Photos").await;
    window.says("main", "27 photos, 2 videos").await;
    window.choose("Back to now").await;
    window.says("main", "26 photos, 2 videos").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_held_back_is_decided() {
    let life = Life::copy().await;
    life.goes_on(|phone| {
        for contact in 1..=30 {
            phone.delete_contact(contact).unwrap();
        }
    })
    .await;
    let window = crate::window(&life).await;
    window.says("main", "something looks wrong with its").await;
    window.shoot("home-held").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Decide…").await;
    window.at("history/").await;
    window.says("main", "This change is held back.").await;
    window.shoot("history-held").await;
    window.choose("Keep the old view").await;
    window.choose_in("dialog", "Keep the old view").await;
    window.says("main", "Old view kept by you").await;
    window.choose("Contacts").await;
    window.says("main", "39 contacts").await;
    window.close().await;
}
