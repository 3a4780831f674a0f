//! Contacts: found while typing, read whole, with their history, and those that have left the phone.

use crate::life::Life;

#[tokio::test]
async fn found_read_and_followed_back() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    window.choose("Contacts").await;
    window.says("main", "39 contacts").await;
    let field = window.find("main input").await;
    field.click().await.unwrap();
    field.send_keys("okonk").await.unwrap();
    window.counts("main [role=option]", 1).await;
    window.click("main [role=option]").await;
    window.says("main h2", "Ada Okonkwo-Bell").await;
    window.says(".detail", "boat").await;
    window.says(".detail", "Spare key is under the blue pot").await;
    // The number that she had before stands in her history.
    window.says(".detail", "+1 202-555-0101").await;
    window.says(".detail", "+1 202-555-0199").await;
    let back = window.named("Put this version back…").await;
    let disabled = back.attr("aria-disabled").await.unwrap();
    assert_eq!(disabled, None, "it can be asked for");

    window.choose("Clear").await;
    window.choose("Filter").await;
    window.choose_in("menu", "No longer there").await;
    window.counts("main [role=option]", 1).await;
    window.click("main [role=option]").await;
    window.says("main h2", "Emil Sørensbakken").await;
    window.says(".detail", "No longer there since").await;
    window.shoot("contacts-gone").await;

    window.go("contacts").await;
    let field = window.find("main input").await;
    field.send_keys("nobody at all").await.unwrap();
    window.says("main", "Nobody matches").await;
    window.choose("Show everyone").await;
    window.says("main", "contacts").await;
    window.close().await;
}
