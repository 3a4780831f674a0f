//! Calendar and to-dos: a month, a week, a list, one event with its history, calendars put away; to-dos open and done.

use crate::life::Life;

#[tokio::test]
async fn a_month_an_event_a_week_and_a_list() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    window.go("calendar?view=month&date=2024-06-11").await;
    window.says("main h1", "June 2024").await;
    window.click("[data-event][aria-label*='Choir practice']").await;
    window.says("main", "Quay Hall").await;
    window.says("main", "St. Brendan's hall").await;
    window.says("main", "Every week on Tuesday").await;
    window.shoot("calendar-event").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Close").await;

    let team = "[data-event][aria-label*='Stand-up']";
    window.find(team).await;
    window.choose("Tide tables, team & co.").await;
    window.counts(team, 0).await;
    window.choose("Tide tables, team & co.").await;
    window.find(team).await;

    window.choose("Next month").await;
    window.says("main h1", "July 2024").await;
    window.choose("Week").await;
    window.at("calendar?view=week").await;
    window.choose("Agenda").await;
    window.says("main [role=listbox]", "Stand-up").await;
    window.close().await;
}

#[tokio::test]
async fn to_dos_open_and_done() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    window.choose("To-dos").await;
    window.says("main", "3 open").await;
    window.choose("Have the boiler checked").await;
    window.says(".detail", "number on the fridge").await;
    window.says("main [role=listbox]", "Overdue since").await;
    window.choose("Done").await;
    window
        .says("main [role=listbox]", "Fix the lamp in the hall")
        .await;
    window.close().await;
}
