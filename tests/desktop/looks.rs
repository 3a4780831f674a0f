//! Every screen in light and dark, large and small: it shows something, its colours are the tokens' colours, and axe
//! finds nothing. With SIDEKEEP_SCREENSHOTS set these are the pictures that people look at.

use std::collections::HashMap;
use std::path::Path;

use image::RgbImage;

use crate::life::Life;
use crate::looking;

/// Light and dark of a token: `--pane: light-dark(#ffffff, #1d2020);`
fn token(name: &str, dark: bool) -> [u8; 3] {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/look/tokens.css");
    let text = std::fs::read_to_string(file).unwrap();
    let opening = format!("--{name}: light-dark(#");
    let pair = text
        .lines()
        .find_map(|line| line.trim().strip_prefix(&opening))
        .unwrap();
    let (light, other) = pair.trim_end_matches(");").split_once(", #").unwrap();
    let hex = u32::from_str_radix(if dark { other } else { light }, 16).unwrap();
    let [_, colour @ ..] = hex.to_be_bytes();
    colour
}

/// The largest difference of a channel.
fn apart(one: [u8; 3], other: [u8; 3]) -> u8 {
    one.iter()
        .zip(other)
        .map(|(one, other)| one.abs_diff(other))
        .max()
        .unwrap()
}

/// How much of a place in the picture has this colour, from 0 to 1.
fn share(picture: &RgbImage, [left, top, width, height]: [u32; 4], colour: [u8; 3]) -> f64 {
    let view = image::imageops::crop_imm(picture, left, top, width, height).to_image();
    let hits = view.pixels().filter(|pixel| apart(pixel.0, colour) <= 2).count();
    hits as f64 / (view.width() * view.height()).max(1) as f64
}

/// How much of the picture its most frequent colour takes.
fn commonest(picture: &RgbImage) -> f64 {
    let mut counts = HashMap::new();
    for pixel in picture.pixels() {
        *counts.entry(pixel.0).or_insert(0_u32) += 1;
    }
    let most = counts.into_values().max().unwrap_or_default();
    f64::from(most) / f64::from(picture.width() * picture.height())
}

async fn check(size: (u32, u32), dark: bool) {
    let life = Life::copy().await;
    let (window, look) = looking(&life, size, dark).await;
    let ada = life.found("Ada Okonkwo");
    let photo = life.found("PXL_20240303_153000");
    let boiler = life.found("boiler");
    let changed = &life.runs()[2];
    let run = &changed.id;

    // A place, what must stand there, and the picture's name.
    let screens = [
        ("home", "main".to_owned(), "home".to_owned()),
        ("photos", "main img.shown".into(), "photos".into()),
        (
            "lightbox",
            ".lightbox img[alt^=Photo]".into(),
            format!("photos/{photo}"),
        ),
        ("contacts", "main h2".into(), format!("contacts/{ada}")),
        (
            "calendar-month",
            "[data-event]".into(),
            "calendar?view=month&date=2024-06-11".into(),
        ),
        (
            "calendar-week",
            "[data-event]".into(),
            "calendar?view=week&date=2024-06-11".into(),
        ),
        (
            "calendar-agenda",
            "main [role=option], main li".into(),
            "calendar?view=agenda&date=2024-06-01".into(),
        ),
        ("tasks", "main h2".into(), format!("tasks/{boiler}")),
        ("history", "main h2".into(), format!("history/{run}")),
        (
            "history-items",
            "main h2".into(),
            format!("history/{run}?view=items"),
        ),
        ("export", "main .summary button:enabled".into(), "export".into()),
        ("rescue", "main h1".into(), "rescue".into()),
        ("settings", "main h2".into(), "settings".into()),
        (
            "as-of",
            "main [role=option]".into(),
            "contacts?asOf=2024-07-01".into(),
        ),
        ("start", "main h1".into(), "start".into()),
    ];
    let mut wrong = Vec::new();
    for (name, shows, place) in &screens {
        window.go(place).await;
        window.find(shows).await;
        let picture = window.shoot(&format!("{name}-{look}")).await;
        assert_eq!((picture.width(), picture.height()), size);
        let most = commonest(&picture);
        assert!(most < 0.98, "{name} in {look} is blank: {most}");
        if !["lightbox", "start"].contains(name) {
            let whole = [0, 0, picture.width(), picture.height()];
            let pane = share(&picture, whole, token("pane", dark));
            assert!(pane > 0.05, "{name} in {look}: {pane} is the pane");
        }
        let found = window.axe().await;
        wrong.extend(found.into_iter().map(|line| format!("{name}: {line}")));
    }
    assert!(wrong.is_empty(), "{look}\n{}", wrong.join("\n"));

    // What is to be done has the accent's colour.
    window.go("export").await;
    let button = "main .summary button";
    window.find(&format!("{button}:enabled")).await;
    let accent = window.colour("var(--accent)").await;
    let picture = window.picture().await;
    let painted = share(&picture, window.place(button).await, accent);
    assert!(painted > 0.5, "{painted} of the button is {accent:?}");
    assert!(apart(accent, token("pane", dark)) > 60, "{accent:?} stands out");
    let side = share(&picture, window.place("nav").await, token("side", dark));
    assert!(side > 0.5, "{side} of the sidebar");
    window.close().await;
}

#[tokio::test]
async fn light_and_large() {
    check((1280, 800), false).await;
}

#[tokio::test]
async fn dark_and_large() {
    check((1280, 800), true).await;
}

#[tokio::test]
async fn light_and_small() {
    check((800, 600), false).await;
}

#[tokio::test]
async fn dark_and_small() {
    check((800, 600), true).await;
}
