//! A phone with wireless debugging in a network of its own, and the window: it scans the code that the window shows, comes,
//! is mirrored by itself, and goes, without a click.

use std::time::{Duration, Instant};

use image::RgbImage;
use sidekeep_testphones::apart::{self, is_apart};
use sidekeep_testphones::door::{Door, GUID, Lock, Tls};
use sidekeep_testphones::mdns::{Advert, CONNECT, PAIRING, Responder};
use sidekeep_tests::window::Window;
use tokio::runtime::Runtime;

use crate::life::{Life, Pebble};

/// As long as anything may take to appear on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn home_shows_a_phone_that_comes_and_goes() {
    if is_apart("air::home_shows_a_phone_that_comes_and_goes") {
        Runtime::new().unwrap().block_on(comes_and_goes());
    }
}

async fn comes_and_goes() {
    let life = Life::copy().await;
    let phone = Pebble::again(&life.beside("phone")).await;
    let lock = Lock::Tls(Tls::Phone);
    let at = phone.address().parse().unwrap();
    let door = Door::start_at(apart::ADDRESS, lock, at).await.unwrap();
    let responder = Responder::start(apart::ADDRESS).unwrap();
    let window = crate::window(&life).await;

    window.go("start/android").await;
    window.choose("Wi-Fi").await;
    window.choose("Show a QR code").await;
    window.says("main", "Waiting for it to be scanned").await;
    let to_it = "document.querySelector('svg.qr').scrollIntoView({ block: 'center' })";
    window.run(to_it, Vec::new()).await;
    window.steady().await;
    let (name, password) = scanned(&window).await;
    window.shoot("start-qr").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    let dialog = door.show_code(&password).await.unwrap();
    let advert = |service, name: &str, address| Advert {
        service,
        name: name.to_owned(),
        address,
    };
    responder
        .announce(advert(PAIRING, &name, dialog.address()))
        .unwrap();
    window.says("main", "Paired.").await;
    responder.withdraw(&name).unwrap();
    dialog.paired().await;

    window.go("settings").await;
    window.says("main", "Folder · answers").await;
    window.click("[aria-label^='Automatic mirroring']").await;
    window.choose("When it can be reached").await;
    window.go("home").await;
    let pebble = "article[aria-label^=Mira]";
    window.says(pebble, "not reachable").await;
    window.says(pebble, "39").await;

    phone.providers.delete_contact(2).unwrap();
    responder.announce(advert(CONNECT, GUID, door.address())).unwrap();
    window.says(pebble, "Wi-Fi, ready").await;
    window.says(pebble, "38").await;
    window.says(pebble, "Complete").await;
    window.shoot("home-arrived").await;
    assert_eq!(window.axe().await, Vec::<String>::new());

    responder.withdraw(GUID).unwrap();
    let left = "return !document.querySelector(arguments[0]).innerText.includes('Wi-Fi, ready')";
    window.until(left, vec![pebble.into()]).await;
    window.says(pebble, "not reachable").await;
    window.shoot("home-left").await;

    // At another port it is the same phone again.
    let door = door.restart().await.unwrap();
    phone.providers.delete_contact(3).unwrap();
    responder.announce(advert(CONNECT, GUID, door.address())).unwrap();
    window.says(pebble, "37").await;
    window.close().await;
}

/// The name and password that another's reader finds in the window's picture, once all of it is painted.
async fn scanned(window: &Window) -> (String, String) {
    let begun = Instant::now();
    loop {
        let picture = window.picture().await;
        if let Some(text) = read(&picture) {
            let inner = text
                .strip_prefix("WIFI:T:ADB;S:")
                .and_then(|rest| rest.strip_suffix(";;"));
            let (name, password) = inner.unwrap().split_once(";P:").unwrap();
            return (name.to_owned(), password.to_owned());
        }
        assert!(begun.elapsed() < PATIENCE, "no code is seen");
    }
}

fn read(picture: &RgbImage) -> Option<String> {
    let (width, height) = picture.dimensions();
    let grey = |x: usize, y: usize| {
        let [red, green, blue] = picture.get_pixel(x as u32, y as u32).0.map(u16::from);
        ((red + green + blue) / 3) as u8
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, grey);
    Some(image.detect_grids().first()?.decode().ok()?.1)
}
