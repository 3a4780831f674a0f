//! Photos: the timeline, what narrows it, the lightbox with its facts, and films over their loopback port.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use fantoccini::key::Key;
use image::RgbImage;
use serde_json::json;
use sidekeep_model::ItemId;
use sidekeep_tests::window::Window;

use crate::life::Life;

/// The mean colour.
fn mean(picture: &RgbImage) -> [u8; 3] {
    let mut sums = [0_u64; 3];
    for pixel in picture.pixels() {
        for (sum, channel) in sums.iter_mut().zip(pixel.0) {
            *sum += u64::from(channel);
        }
    }
    sums.map(|sum| u8::try_from(sum / u64::from(picture.width() * picture.height())).unwrap())
}

/// The photo that an image of the page shows has its colours on the screen.
async fn check_colours(window: &Window, life: &Life, css: &str) {
    let script = "return document.querySelector(arguments[0])?.src";
    let address = window.until(script, vec![css.into()]).await;
    let path = address.as_str().unwrap().split('?').next().unwrap();
    let id: ItemId = path.rsplit('/').next().unwrap().parse().unwrap();
    let original = image::open(life.file(id)).unwrap().to_rgb8();

    let [left, top, width, height] = window.place(css).await;
    let picture = window.picture().await;
    let shown = image::imageops::crop_imm(&picture, left, top, width, height).to_image();
    let (wanted, found) = (mean(&original), mean(&shown));
    for (wanted, found) in wanted.iter().zip(found) {
        assert!(wanted.abs_diff(found) < 16, "{wanted} became {found}: {path}");
    }
}

#[tokio::test]
async fn looked_through_narrowed_opened_and_chosen() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    window.choose("Photos").await;
    window.says("main", "26 photos, 2 videos").await;
    for tile in [0, 1, 3, 4] {
        let css = format!("[data-index='{tile}'] img.shown");
        window.find(&css).await;
        check_colours(&window, &life, &css).await;
    }

    window.choose("Filter").await;
    window.choose_in("menu", "Only videos").await;
    window.counts("[role=gridcell]", 2).await;
    window.choose("Show all").await;
    window.choose("Filter").await;
    window.choose_in("menu", "No longer there").await;
    window.counts("[role=gridcell]", 1).await;
    window.choose("Show all").await;

    window.click("[data-index='1'] img").await;
    window.says("main", "1 selected").await;
    window.press(Key::Enter).await;
    window.says(".lightbox", "2 of 28").await;
    window.find(".lightbox img[alt^=Photo]").await;
    check_colours(&window, &life, ".lightbox img[alt^=Photo]").await;
    window.choose("Info").await;
    window.says("aside", "Camera").await;
    window.says("aside", "Kept here").await;
    window.shoot("lightbox-info").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.press(Key::Left).await;
    window.says(".lightbox", "1 of 28").await;
    window.choose("Back to the timeline").await;
    window.counts(".lightbox", 0).await;
    window.choose("Export…").await;
    window.at("export").await;
    window.says("main", "1 selected").await;
    window.close().await;
}

/// The answer to a request for some bytes of a film: the status and what came.
fn got(address: &str, range: &str) -> (String, Vec<u8>) {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let request =
        format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nRange: {range}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..end]);
    let status = head.split(' ').nth(1).unwrap().to_owned();
    (status, answer.split_off(end + 4))
}

#[tokio::test]
async fn a_film_comes_in_parts_to_whoever_was_given_its_address() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    let film = life.found("VID_20240804");
    // Without a codec the page soon puts words in the film's place; so its address is caught as it appears.
    let script = "window.films = [];
        const see = () => document.querySelectorAll('video').forEach((film) => films.push(film.src));
        new MutationObserver(see).observe(document, { subtree: true, childList: true });
        window.refused = [];
        document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective))";
    window.run(script, vec![]).await;
    window.go(&format!("photos/{film}")).await;
    let address = window.until("return films[0]", vec![]).await;
    let address = address.as_str().unwrap();
    let shows = "return document.querySelector('video')?.readyState >= 2 || document.querySelector('.lightbox').innerText.includes('cannot be played')";
    window.until(shows, vec![]).await;
    let picture = window.shoot("film").await;
    if window.count("video").await == 1 {
        // Its first frame stands in the middle of the stage.
        let [left, top, width, height] = window.place("video").await;
        assert!(top + height <= picture.height());
        let [red, green, blue] = picture.get_pixel(left + width / 2, top + 10).0;
        assert!(
            blue > 40 && blue > red && blue > green,
            "night sky: {red} {green} {blue}"
        );
    }

    // The policy lets the page play from this port, and from no other.
    assert_eq!(window.run("return refused", vec![]).await, json!([]));
    let other = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let script = "window.other = new Audio(arguments[0])";
    window
        .run(script, vec![json!(format!("http://{other}/film"))])
        .await;
    window.until("return refused.length > 0", vec![]).await;
    assert_eq!(window.run("return refused", vec![]).await, json!(["media-src"]));

    let bytes = std::fs::read(life.file(film)).unwrap();
    assert_eq!(
        got(address, "bytes=100-299"),
        ("206".to_owned(), bytes[100..300].to_vec())
    );
    assert!(got(address, "bytes=0-") == ("206".to_owned(), bytes));

    let (before, item) = address.rsplit_once('/').unwrap();
    let (door, secret) = before.rsplit_once('/').unwrap();
    let digit = if secret.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{door}/{}{digit}/{item}", &secret[..secret.len() - 1]);
    let contact = life.found("Ada Okonkwo");
    for refused in [
        wrong,
        format!("{door}/{item}"),
        format!("{before}/{contact}"),
        format!("{before}/0000000000000000"),
        format!("{before}/..%2F..%2Fetc%2Fpasswd"),
    ] {
        assert_eq!(got(&refused, "bytes=0-99").0, "404", "{refused}");
    }
    window.close().await;
}
