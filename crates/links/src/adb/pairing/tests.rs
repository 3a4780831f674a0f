//! Both ends of an exchange, and ends that are none.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;

const EXPORT: [u8; EXPORTED] = [5; EXPORTED];

fn computer() -> Peer {
    Peer::Computer("QAAA sidekeep@here".to_owned())
}

fn phone() -> Peer {
    Peer::Phone("adb-1-2".to_owned())
}

async fn computers_end(mut near: DuplexStream) -> Result<Peer, ExchangeError> {
    exchange(&mut near, Role::Computer, "123456", &EXPORT, &computer()).await
}

async fn both(code: &str, export: [u8; EXPORTED], role: Role) -> [Result<Peer, ExchangeError>; 2] {
    let (near, mut far) = duplex(1 << 16);
    let far_end = phone();
    let phones = async move { exchange(&mut far, role, code, &export, &far_end).await };
    let (ours, theirs) = tokio::join!(computers_end(near), phones);
    [ours, theirs]
}

#[tokio::test]
async fn one_code_brings_both_together() {
    let [ours, theirs] = both("123456", EXPORT, Role::Phone).await;
    assert_eq!(ours.expect("agrees"), phone());
    assert_eq!(theirs.expect("agrees"), computer());
}

#[tokio::test]
async fn another_code_session_or_part_does_not() {
    for (code, export, role) in [
        ("123457", EXPORT, Role::Phone),
        ("", EXPORT, Role::Phone),
        ("123456", [6; EXPORTED], Role::Phone),
        ("123456", EXPORT, Role::Computer),
    ] {
        for end in both(code, export, role).await {
            assert!(
                matches!(end, Err(ExchangeError::WrongCode)),
                "{code:?} {role:?}: {end:?}"
            );
        }
    }
}

/// Everything that an end says which answers as a phone would.
async fn recorded() -> Vec<u8> {
    let (near, far) = duplex(1 << 16);
    let (mut tap, mut end) = duplex(1 << 16);
    let recorder = async move {
        let (mut from_computer, mut to_computer) = tokio::io::split(far);
        let (mut from_phone, mut to_phone) = tokio::io::split(&mut tap);
        let up = tokio::io::copy(&mut from_computer, &mut to_phone);
        let down = async {
            let mut said = Vec::new();
            // The two packets that a phone sends.
            for length in [HEADER + MESSAGE, HEADER + wire::PEER + 16] {
                let mut packet = vec![0; length];
                from_phone.read_exact(&mut packet).await.expect("says it");
                to_computer.write_all(&packet).await.expect("hears it");
                said.extend_from_slice(&packet);
            }
            said
        };
        // The computer's end hangs up when it is done.
        tokio::join!(down, up).0
    };
    let far_end = phone();
    let phones = exchange(&mut end, Role::Phone, "123456", &EXPORT, &far_end);
    let (said, ours, theirs) = tokio::join!(recorder, computers_end(near), phones);
    assert!(ours.is_ok() && theirs.is_ok());
    said
}

/// What becomes of the exchange when the other end says exactly this and then hangs up.
async fn told(bytes: &[u8]) -> ExchangeError {
    let (near, mut far) = duplex(1 << 16);
    let peer = async {
        far.write_all(bytes).await.expect("hears it");
        far.shutdown().await.expect("hangs up");
        // What it is told must not block it.
        let _ = far.read_to_end(&mut Vec::new()).await;
    };
    let ours = async { computers_end(near).await.expect_err("fails") };
    tokio::join!(ours, peer).0
}

#[tokio::test]
async fn ends_that_stop_play_back_or_are_none() {
    let said = recorded().await;
    // An earlier pairing, word for word, even to its end: this end's own part is new each time.
    assert!(matches!(told(&said).await, ExchangeError::WrongCode));
    for length in (0..said.len())
        .step_by(97)
        .chain([0, 1, 5, 6, 37, 38, 44, said.len() - 1])
    {
        let error = told(&said[..length]).await;
        assert!(
            matches!(error, ExchangeError::Io(_)),
            "cut at {length}: {error:?}"
        );
    }
    let mut long = said.clone();
    long[HEADER + MESSAGE + 2..][..4].copy_from_slice(&u32::MAX.to_be_bytes());
    for (bytes, what) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "a web server"),
        (&[0xff; 100], "noise"),
        (&[1, 0, 0xff, 0xff, 0xff, 0xff], "too long a message"),
        (&[1, 0, 0, 0, 0, 33, 0], "a message of another length"),
        (&[1, 1, 0, 0, 0, 32], "the second packet first"),
        (&long, "too long a second packet"),
    ] {
        let error = told(bytes).await;
        let garbled = matches!(error, ExchangeError::Garbled(_));
        // A packet that promises a byte more than came is cut off before it is judged.
        let cut = what == "a message of another length" && matches!(error, ExchangeError::Io(_));
        assert!(garbled || cut, "{what}: {error:?}");
    }
    // y = 2 is on no point of the curve.
    let mut no_point = vec![1, 0, 0, 0, 0, 32, 2];
    no_point.resize(HEADER + MESSAGE, 0);
    assert!(matches!(
        told(&no_point).await,
        ExchangeError::Garbled(Garbled::Message)
    ));
}

#[tokio::test(start_paused = true)]
async fn an_end_that_is_silent_is_not_waited_for_longer_than_it_may_take() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let key = Key::generate().expect("a key");
    let paired = pair("127.0.0.1", port, "123456", &key, Duration::from_secs(5)).await;
    let Err(PairingError::Link(error)) = paired else {
        panic!("{paired:?}");
    };
    assert!(matches!(error.kind(), ErrorKind::Busy(None)), "{error}");
}
