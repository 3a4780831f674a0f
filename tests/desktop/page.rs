//! A page that a phone's text has taken over: it reaches nothing of the owner's that Sidekeep did not give it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sidekeep_tests::window::Window;

use crate::life::Life;

/// What a command of the shell answers, or the kind of trouble that it refuses with.
async fn invoked(window: &Window, command: &str, arguments: Value) -> Result<Value, String> {
    let script = "const [command, values, done] = arguments;
        window.__TAURI_INTERNALS__.invoke(command, values).then(
            (answer) => done({ answer }),
            (trouble) => done({ trouble: trouble.kind ?? String(trouble) }),
        );";
    let answer = window.ask(script, vec![command.into(), arguments]).await;
    match answer["trouble"].as_str() {
        Some(kind) => Err(kind.to_owned()),
        None => Ok(answer["answer"].clone()),
    }
}

fn order(to: &Path) -> Value {
    json!({ "order": {
        "what": "contacts", "ids": [], "phone": null, "collection": null, "since": null, "until": null, "as_of": null,
        "dialect": "plain", "per_contact": false, "jpeg_quality": null, "long_edge": null, "derived": false,
        "replace": false, "to": to,
    } })
}

#[tokio::test]
async fn it_names_no_path_of_its_own() {
    let life = Life::copy().await;
    let (private, out) = (life.beside("private"), life.beside("out"));
    fs::create_dir(&private).unwrap();
    fs::create_dir(&out).unwrap();
    let card = private.join("ada.vcf");
    fs::write(&card, "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Private\r\nEND:VCARD\r\n").unwrap();
    let source = format!("folder:{}", private.display());
    let window = crate::choosing(&life, &out).await;

    for (command, arguments) in [
        ("use_archive", json!({ "folder": private })),
        ("add_source", json!({ "text": source, "name": null })),
        ("mirror", json!({ "source": source, "rescue": false })),
        ("bring_in", json!({ "paths": [card] })),
        ("export_to", order(&private)),
        ("open", json!({ "path": card })),
        ("open", json!({ "path": life.root().join("READ ME.html") })),
        ("open", json!({ "path": life.root().join(".sidekeep/index.db") })),
        ("reveal", json!({ "path": private })),
        ("drag_out", json!({ "paths": [card] })),
    ] {
        let refused = invoked(&window, command, arguments.clone()).await;
        assert_eq!(refused, Err("denied".to_owned()), "{command} {arguments}");
    }
    let mut settings = invoked(&window, "settings", json!({})).await.unwrap();
    let before = settings["archive"].clone();
    settings["archive"] = json!(private);
    let kept = invoked(&window, "change_settings", json!({ "settings": settings })).await;
    assert_eq!(kept.unwrap()["archive"], before);

    // What the owner points at, in a dialog, it may use: that folder, and no other.
    let chosen = invoked(&window, "choose_folder", json!({ "title": "" })).await;
    assert_eq!(chosen, Ok(json!(out)));
    assert_eq!(
        invoked(&window, "export_to", order(life.root().as_path())).await,
        Err("denied".to_owned())
    );
    let done = invoked(&window, "export_to", order(&out)).await.unwrap();
    assert_eq!(done["items"], 39);
    assert_eq!(fs::read_dir(&private).unwrap().count(), 1);
    assert_eq!(life.runs().len(), 4, "nothing was mirrored");
    window.close().await;
}
