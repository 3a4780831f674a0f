//! Export: chosen, foreseen, written, and read back.

use crate::life::Life;

#[tokio::test]
async fn contacts_for_google_into_a_folder() {
    let life = Life::copy().await;
    let out = life.beside("out");
    std::fs::create_dir(&out).unwrap();
    let window = crate::choosing(&life, &out).await;
    window.choose("Export").await;
    window.says("main", "39 contacts").await;
    window.click("main input[value=google]").await;
    window.says("main", "Google").await;
    window.choose("Choose a folder…").await;
    window.choose("Export to “out”").await;
    window.says("main h2", "39 contacts written").await;
    window.says("main", "Read back and compared").await;
    window.shoot("export-done").await;
    assert_eq!(window.axe().await, Vec::<String>::new());

    let files: Vec<_> = std::fs::read_dir(&out)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    let cards: String = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    assert_eq!(cards.matches("BEGIN:VCARD").count(), 39);

    // The same once more: nothing is overwritten unasked.
    window.choose("Export something else").await;
    window.choose("Export to “out”").await;
    window
        .says("main", "Files with these names are there already")
        .await;
    window.choose("Replace them").await;
    window.says("main h2", "39 contacts written").await;
    window.close().await;
}
