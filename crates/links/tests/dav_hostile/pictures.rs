//! Pictures that contacts name by an address: with the login on the account's own server, and nowhere else.

use sidekeep_links::{ErrorKind, Phone};
use sidekeep_testphones::http::{Reply, Request};

use crate::stage::Stage;
use crate::tray::Tray;

const PICTURE: &[u8] = b"GIF89a, a face";

/// A server whose pictures are for those who log in.
async fn album(elsewhere: &str) -> Stage {
    let elsewhere = elsewhere.to_owned();
    Stage::new(move |request: &Request, _| {
        let name = request.target.strip_prefix("/p/")?;
        if request.header("authorization").is_none() {
            return Some(Reply::new(401, "").header("WWW-Authenticate", "Basic realm=\"a\""));
        }
        Some(match name {
            "face" => Reply::new(200, PICTURE),
            "page" => Reply::new(200, "<html>Sign in</html>"),
            "closed" => Reply::new(403, ""),
            "trouble" => Reply::new(503, ""),
            "away" => Reply::new(302, "").header("Location", &format!("{elsewhere}/p/face")),
            "round" => Reply::new(302, "").header("Location", "/p/round"),
            "file" => Reply::new(302, "").header("Location", "file:///etc/hostname"),
            "huge" => Reply::new(200, vec![b'G'; (16 << 20) + 1]),
            _ => Reply::new(404, ""),
        })
    })
    .await
}

#[tokio::test]
async fn only_the_own_server_is_asked() {
    let other = album("").await;
    let there = format!("http://{}", other.server.address());
    let stage = album(&there).await;
    let here = format!("http://{}", stage.server.address());
    let cases = [
        (format!("{here}/p/face"), None),
        ("/p/face".into(), Some(ErrorKind::Unsupported)),
        (here.replace("http://", "http:/"), Some(ErrorKind::Unsupported)),
        (format!("{here}/p/gone"), Some(ErrorKind::Missing)),
        (format!("{here}/p/page"), Some(ErrorKind::Unsupported)),
        (format!("{here}/p/closed"), Some(ErrorKind::Unsupported)),
        (format!("{here}/p/trouble"), Some(ErrorKind::Busy(None))),
        (format!("{here}/p/huge"), Some(ErrorKind::Unsupported)),
        (format!("{there}/p/face"), Some(ErrorKind::Unsupported)),
        (format!("{here}/p/away"), Some(ErrorKind::Unsupported)),
        (format!("{here}/p/round"), Some(ErrorKind::Unsupported)),
        (format!("{here}/p/file"), Some(ErrorKind::Unsupported)),
        (format!("{here}/p/%2e%2e/face"), Some(ErrorKind::Unsupported)),
        (
            here.replace("//", "//ada:secret@") + "/p/face",
            Some(ErrorKind::Unsupported),
        ),
        ("file:///etc/hostname".into(), Some(ErrorKind::Unsupported)),
        ("uid:4711".into(), Some(ErrorKind::Unsupported)),
    ];
    let mut phone = stage.connect().await.unwrap();
    let addresses: Vec<String> = cases.iter().map(|(address, _)| address.clone()).collect();
    let mut tray = Tray::default();
    phone.pictures(&addresses, &mut tray).await.unwrap();
    assert_eq!(tray.0.len(), cases.len());
    for ((address, expected), (_, bytes, outcome)) in cases.iter().zip(tray.0) {
        let outcome = outcome.unwrap();
        match expected {
            None => {
                let stat = outcome.unwrap();
                assert_eq!(
                    (bytes.as_slice(), stat.size),
                    (PICTURE, Some(PICTURE.len() as u64)),
                    "{address}"
                );
                assert_eq!(stat.media.unwrap().as_str(), "image/gif");
            }
            Some(kind) => assert_eq!(outcome.unwrap_err().kind(), kind, "{address}"),
        }
    }
    assert!(other.asked().is_empty(), "nobody else learns of it");
}

/// A server in trouble is not asked ten thousand times.
#[tokio::test]
async fn after_some_failures_the_rest_is_left() {
    let stage = album("").await;
    let mut phone = stage.connect().await.unwrap();
    let before = stage.asked().len();
    let trouble = format!("http://{}/p/trouble", stage.server.address());
    let addresses = vec![trouble; 100];
    let mut tray = Tray::default();
    phone.pictures(&addresses, &mut tray).await.unwrap();
    let in_trouble = |outcome: &Option<Result<_, sidekeep_links::LinkError>>| matches!(outcome, Some(Err(error)) if *error.kind() == ErrorKind::Busy(None));
    assert_eq!(
        tray.0.iter().filter(|(.., outcome)| in_trouble(outcome)).count(),
        100
    );
    let asked = stage.asked().len() - before;
    assert!(asked < 25, "{asked} requests");

    // What is of no use is no trouble.
    let here = format!("http://{}/p/", stage.server.address());
    let mut addresses: Vec<String> = (0..20)
        .map(|nth| format!("{here}{}", ["page", "closed", "huge"][nth % 3]))
        .collect();
    addresses.push(format!("{here}face"));
    let mut tray = Tray::default();
    phone.pictures(&addresses, &mut tray).await.unwrap();
    assert_eq!(tray.0.last().unwrap().1, PICTURE);
}
