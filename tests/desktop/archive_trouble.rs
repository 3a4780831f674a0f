//! An archive that may only be read, that a newer Sidekeep wrote, or that is gone: what is wrong and what is kept is
//! said, and the window lives on.

use std::fs;

use sidekeep_tests::SmallDisk;
use sidekeep_tests::window::{Start, Window};

use crate::life::{self, Life};

#[tokio::test]
async fn a_read_only_disk() {
    let life = Life::copy().await;
    let disk = SmallDisk::new(64 << 20);
    life::copy(&life.root(), &disk.from_outside().join("Sidekeep"));
    disk.make_read_only();
    let root = disk.path().join("Sidekeep");
    let window = Window::open(Start {
        archive: Some(&root),
        disk: Some(&disk),
        ..Start::default()
    })
    .await;
    window.says("main", "The archive is read-only.").await;
    window.shoot("home-read-only").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Photos").await;
    window.find("[role=gridcell] img.shown").await;
    window.choose("Contacts").await;
    window.says("main", "39 contacts").await;
    window.close().await;
}

#[tokio::test]
async fn a_newer_format() {
    let life = Life::copy().await;
    fs::write(life.root().join(".sidekeep/format"), "sidekeep-archive 99\n").unwrap();
    let window = crate::window(&life).await;
    window.says("main", "A newer Sidekeep wrote this archive.").await;
    window.says("main", "Sidekeep has changed nothing there.").await;
    window.shoot("archive-newer").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Contacts").await;
    window.says("main", "A newer Sidekeep wrote this archive.").await;
    window.choose("Settings").await;
    window.says("main", "Look and language").await;
    window.close().await;
}

#[tokio::test]
async fn it_disappears_while_it_is_looked_at_and_comes_back() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    window.choose("Photos").await;
    window.find("[role=gridcell] img.shown").await;
    let away = life.beside("away");
    fs::rename(life.root(), &away).unwrap();
    window.choose("Contacts").await;
    window.says("main", "There is no archive here").await;
    window.says("main", "Sidekeep has changed nothing there.").await;
    window.says("main", "Choose the archive’s folder").await;
    window.shoot("archive-gone").await;
    window.choose("Settings").await;
    window.says("main", "Look and language").await;
    assert!(!life.root().exists(), "nothing is made in its place");

    fs::rename(&away, life.root()).unwrap();
    window.choose("Contacts").await;
    window.says("main", "39 contacts").await;
    window.close().await;
}
