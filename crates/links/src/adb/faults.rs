//! What a connection and its streams do when the far end misbehaves.

use proptest::prelude::*;

use super::device::Device;
use super::script::{DEADLINE, NEW, Opened, Peer, WITHOUT_WINDOWS, connected, shell_packet, wire};
use super::shell::Output;
use super::stream::Stream;
use super::wire::{Command, MAX_PAYLOAD};
use crate::ErrorKind::{self, *};
use crate::LinkError;

fn kind<T: std::fmt::Debug>(result: Result<T, LinkError>) -> ErrorKind {
    result.expect_err("fails").kind().clone()
}

/// Opens a stream and gives both ends.
async fn opened(device: &Device, peer: &mut Peer, ours: u32) -> (Stream, Opened) {
    let (stream, opened) = tokio::join!(device.open("exec:x", 1000), peer.accept(ours));
    (stream.expect("opens"), opened)
}

async fn read_all(stream: &mut Stream) -> Result<Vec<u8>, LinkError> {
    let mut all = Vec::new();
    while let Some(bytes) = stream.read(usize::MAX).await? {
        all.extend_from_slice(&bytes);
    }
    Ok(all)
}

/// What connecting ends with when the phone answers the greeting with these bytes and then hangs up or is silent.
async fn greeted_with(answer: &[u8], hangs_up: bool) -> ErrorKind {
    let (client, mut peer) = wire(4096);
    let far = async {
        peer.expect(Command::Connect).await;
        peer.raw(answer).await;
        if hangs_up { None } else { Some(peer) }
    };
    let (device, _peer) = tokio::join!(client, far);
    kind(device)
}

fn header(command: &[u8; 4], length: u32) -> Vec<u8> {
    let word = u32::from_le_bytes(*command);
    [word, 1, 0, length, 0, !word].map(u32::to_le_bytes).concat()
}

#[tokio::test(start_paused = true)]
async fn greetings_that_fail() {
    let token = [header(b"AUTH", 20), vec![7; 20]].concat();
    assert_eq!(greeted_with(&token, false).await, NotTrusted);
    assert_eq!(greeted_with(&header(b"STLS", 0), false).await, NotPaired);
    assert_eq!(greeted_with(&header(b"OKAY", 0), false).await, Garbled);
    assert_eq!(
        greeted_with(b"HTTP/1.1 400 Bad Request\r\n\r\n", false).await,
        Garbled
    );
    assert_eq!(greeted_with(&header(b"CNXN", u32::MAX), false).await, Garbled);
    assert_eq!(greeted_with(&[], true).await, Unplugged);
    assert_eq!(greeted_with(&header(b"CNXN", 20), true).await, Unplugged);
    assert_eq!(greeted_with(&[], false).await, Busy(None));
    assert_eq!(greeted_with(&header(b"CNXN", 20), false).await, Busy(None));
}

#[tokio::test(start_paused = true)]
async fn an_open_may_be_refused_or_ignored() {
    let (device, mut peer) = connected(NEW).await;
    let refuse = async {
        let open = peer.expect(Command::Open).await;
        peer.send(Command::Close, 0, open.arg0, &[]).await;
    };
    let (stream, ()) = tokio::join!(device.open("nothing:", 10), refuse);
    assert_eq!(kind(stream), Unsupported);

    assert_eq!(kind(device.open("exec:slow", 10).await), Busy(None));
    let open = peer.expect(Command::Open).await;
    peer.send(Command::Okay, 77, open.arg0, &[0; 4]).await;
    let close = peer.expect(Command::Close).await;
    assert_eq!(
        (close.arg0, close.arg1),
        (open.arg0, 77),
        "an OPEN that was given up is closed when it is answered"
    );

    let (_stream, _) = opened(&device, &mut peer, 5).await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_stream_is_closed_and_what_was_on_its_way_is_ignored() {
    let (device, mut peer) = connected(NEW).await;
    let (stream, first) = opened(&device, &mut peer, 5).await;
    drop(stream);
    peer.write(&first, b"late").await;
    let close = peer.expect(Command::Close).await;
    assert_eq!((close.arg0, close.arg1), (first.theirs, first.ours));
    peer.close(&first).await;

    let (mut stream, second) = opened(&device, &mut peer, 5).await;
    assert_ne!(first.theirs, second.theirs);
    peer.write(&second, b"well").await;
    assert_eq!(
        stream.read(10).await.expect("reads").as_deref(),
        Some(&b"well"[..])
    );
}

#[tokio::test(start_paused = true)]
async fn what_came_before_the_close_is_read() {
    for features in [NEW, WITHOUT_WINDOWS] {
        let (device, mut peer) = connected(features).await;
        let (mut stream, far) = opened(&device, &mut peer, 5).await;
        peer.write(&far, b"one ").await;
        peer.write(&far, b"two").await;
        peer.close(&far).await;
        assert_eq!(read_all(&mut stream).await.expect("reads"), b"one two");
        stream
            .write(b"too late".as_slice().into())
            .await
            .expect("goes nowhere");
    }
}

/// How two open streams, and a third that is opened after, end when these bytes come and the phone hangs up.
async fn cut_by(bytes: &[u8]) -> [ErrorKind; 3] {
    let (device, mut peer) = connected(NEW).await;
    let (mut one, far) = opened(&device, &mut peer, 5).await;
    let (mut two, _) = opened(&device, &mut peer, 6).await;
    peer.write(&far, b"before").await;
    peer.raw(bytes).await;
    drop(peer);
    assert_eq!(
        one.read(10).await.expect("what came before").as_deref(),
        Some(&b"before"[..])
    );
    [
        kind(one.read(10).await),
        kind(two.read(10).await),
        kind(device.open("exec:y", 10).await),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_lost_link_is_lost_for_every_stream() {
    assert_eq!(cut_by(&[]).await, [Unplugged, Unplugged, Unplugged]);
    assert_eq!(
        cut_by(&header(b"WRTE", 1000)).await,
        [Unplugged, Unplugged, Unplugged]
    );
    assert_eq!(cut_by(&[0; 24]).await, [Garbled, Garbled, Garbled]);
    assert_eq!(
        cut_by(&header(b"WRTE", MAX_PAYLOAD as u32 + 1)).await,
        [Garbled, Garbled, Garbled]
    );
    assert_eq!(
        cut_by(&header(b"CNXN", 0)).await,
        [Unplugged, Unplugged, Unplugged]
    );
}

#[tokio::test(start_paused = true)]
async fn a_stalled_phone_is_busy_and_a_slow_one_is_not() {
    let (device, mut peer) = connected(NEW).await;
    let (mut stream, far) = opened(&device, &mut peer, 5).await;
    let slow = async {
        for _ in 0..5 {
            tokio::time::sleep(DEADLINE * 9 / 10).await;
            peer.write(&far, b".").await;
        }
    };
    let read = async {
        for _ in 0..5 {
            stream.read(1).await.expect("in time");
        }
    };
    tokio::join!(slow, read);
    assert_eq!(kind(stream.read(1).await), Busy(None));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_overruns_its_window_ends_alone() {
    let (device, mut peer) = connected(NEW).await;
    let (mut bad, bad_far) = opened(&device, &mut peer, 5).await;
    let (mut good, good_far) = opened(&device, &mut peer, 6).await;
    // Some overdraft is adbd's habit; five packets of the largest size are not.
    for _ in 0..6 {
        peer.write(&bad_far, &vec![0; 1 << 20]).await;
    }
    peer.write(&good_far, b"fine").await;
    assert_eq!(good.read(10).await.expect("reads").as_deref(), Some(&b"fine"[..]));
    assert_eq!(kind(read_all(&mut bad).await), Garbled);
    let close = peer.expect(Command::Close).await;
    assert_eq!(close.arg0, bad_far.theirs);
}

#[tokio::test(start_paused = true)]
async fn the_window_is_widened_as_bytes_are_taken() {
    let (device, mut peer) = connected(NEW).await;
    let (mut stream, far) = opened(&device, &mut peer, 5).await;
    assert_eq!(far.window, 1000);
    peer.write(&far, &[0; 300]).await;
    stream.read(usize::MAX).await.expect("reads");
    let okay = peer.expect(Command::Okay).await;
    assert_eq!(&okay.payload[..], 300_u32.to_le_bytes());
}

#[tokio::test(start_paused = true)]
async fn without_windows_each_packet_is_answered() {
    let (device, mut peer) = connected(WITHOUT_WINDOWS).await;
    let (mut stream, far) = opened(&device, &mut peer, 5).await;
    assert_eq!(far.window, 0);
    // The first packets fit what is read ahead; the third has to wait until the owner takes something.
    for length in [600, 600] {
        peer.write(&far, &vec![0; length]).await;
    }
    assert_eq!(peer.expect(Command::Okay).await.payload.len(), 0);
    stream.read(usize::MAX).await.expect("reads");
    peer.expect(Command::Okay).await;

    let (written, received) = tokio::join!(
        async {
            stream.write(b"one".as_slice().into()).await?;
            stream.write(b"two".as_slice().into()).await
        },
        async { [peer.read(&far).await, peer.read(&far).await] }
    );
    written.expect("writes");
    assert_eq!(received, ["one", "two"]);
    stream
        .write(b"three".as_slice().into())
        .await
        .expect("there is room for one");
    peer.expect(Command::Write).await;
    assert_eq!(kind(stream.write(b"four".as_slice().into()).await), Busy(None));
}

#[tokio::test(start_paused = true)]
async fn an_old_phone_gets_small_packets_with_their_sums() {
    let (client, mut peer) = wire(1 << 20);
    let greet = async {
        peer.expect(Command::Connect).await;
        assert_ne!(peer.sum, 0);
        peer.send(Command::Connect, 0x0100_0000, 4096, b"device::").await;
    };
    let (device, ()) = tokio::join!(client, greet);
    let device = device.expect("connects");
    let (mut stream, far) = opened(&device, &mut peer, 5).await;
    let bytes = vec![1; 10_000];
    let (written, lengths) = tokio::join!(stream.write(bytes.into()), async {
        let mut lengths = Vec::new();
        while lengths.iter().sum::<usize>() < 10_000 {
            lengths.push(peer.read(&far).await.len());
            assert_eq!(peer.sum as usize, lengths[lengths.len() - 1], "each byte is 1");
        }
        lengths
    });
    written.expect("writes");
    assert_eq!(lengths, [4096, 4096, 1808]);
    assert_eq!(kind(device.shell("true", 10).await), Unsupported);
}

#[tokio::test(start_paused = true)]
async fn giving_up_a_write_never_cuts_a_packet() {
    // The wire holds less than a packet, so that most attempts are dropped half written.
    let (client, mut peer) = wire(64);
    let (device, ()) = tokio::join!(client, peer.greet(NEW));
    let device = device.expect("connects");
    let (mut stream, far) = opened(&device, &mut peer, 5).await;
    let write = async {
        for length in 1..200_usize {
            let attempt = stream.write(vec![length as u8; length].into());
            let _ = tokio::time::timeout(std::time::Duration::from_millis(1), attempt).await;
        }
        drop(stream);
    };
    let read = async {
        let mut packets = 0;
        loop {
            // Slower than the writer is patient.
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            let packet = peer.packet().await.expect("the client is there");
            if packet.command == Command::Close {
                return packets;
            }
            assert_eq!((packet.command, packet.arg0), (Command::Write, far.theirs));
            assert!(
                packet
                    .payload
                    .iter()
                    .all(|byte| *byte as usize == packet.payload.len())
            );
            packets += 1;
        }
    };
    let ((), packets) = tokio::join!(write, read);
    assert!(packets > 0);
}

#[tokio::test(start_paused = true)]
async fn the_last_handle_hangs_up() {
    let (device, mut peer) = connected(NEW).await;
    let (stream, _) = opened(&device, &mut peer, 5).await;
    drop(device);
    drop(stream);
    while peer.packet().await.is_some() {}
}

/// What `shell` makes of this answer, with a limit of 100 bytes.
async fn said(answer: &[u8], pieces: usize) -> Result<Output, LinkError> {
    let (device, mut peer) = connected(NEW).await;
    let far = async {
        let opened = peer.accept(5).await;
        assert_eq!(opened.service, "shell,v2,raw:echo 'a b'");
        assert_eq!(
            peer.read(&opened).await,
            [4, 0, 0, 0, 0][..],
            "standard input is closed"
        );
        for piece in answer.chunks(pieces) {
            peer.write(&opened, piece).await;
        }
        peer.close(&opened).await;
        peer
    };
    let (output, _peer) = tokio::join!(device.shell("echo 'a b'", 100), far);
    output
}

#[tokio::test(start_paused = true)]
async fn commands() {
    let answer = [
        shell_packet(1, b"some "),
        shell_packet(2, b"bad"),
        shell_packet(1, b""),
        shell_packet(1, b"thing"),
        shell_packet(3, &[9]),
    ]
    .concat();
    for pieces in [1, 2, 3, 7, 100] {
        let output = said(&answer, pieces).await.expect("is understood");
        assert_eq!(
            output,
            Output {
                stdout: b"some thing".into(),
                stderr: b"bad".into(),
                exit: 9
            }
        );
    }
    let much = [
        shell_packet(1, &[b'x'; 100]),
        shell_packet(2, &[b'y'; 100]),
        shell_packet(3, &[0]),
    ]
    .concat();
    assert_eq!(said(&much, 50).await.expect("is just enough").stderr.len(), 100);
    for bad in [
        [
            shell_packet(1, &[0; 60]),
            shell_packet(1, &[0; 41]),
            shell_packet(3, &[0]),
        ]
        .concat(),
        [vec![1], u32::MAX.to_le_bytes().to_vec()].concat(),
        shell_packet(0, b"x"),
        shell_packet(255, b"x"),
        shell_packet(3, b""),
        shell_packet(3, &[0, 0]),
        shell_packet(1, b"and then nothing"),
        shell_packet(1, b"cut")[..6].to_vec(),
        Vec::new(),
    ] {
        assert_eq!(kind(said(&bad, 10).await), Garbled, "{bad:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the phone sends on a stream or on the wire, every call ends, within its deadlines, without a panic.
    #[test]
    fn any_answer_ends_every_call(
        answer in prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(1)], 0..400),
        ids in prop::sample::select(&["", "DATA", "DONE", "STA2", "LST2", "DNT2", "FAIL"][..]),
        framed in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let bytes = [ids.as_bytes(), &answer].concat();
            let (device, mut peer) = connected(NEW).await;
            let far = async {
                loop {
                    let packet = tokio::time::timeout(DEADLINE * 10, peer.packet()).await;
                    let Ok(Some(packet)) = packet else { return };
                    if packet.command != Command::Open {
                        continue;
                    }
                    if framed {
                        peer.send(Command::Okay, 9, packet.arg0, &[0, 0, 16, 0]).await;
                        peer.send(Command::Write, 9, packet.arg0, &bytes).await;
                        peer.send(Command::Close, 9, packet.arg0, &[]).await;
                    } else {
                        peer.raw(&bytes).await;
                    }
                }
            };
            let near = async {
                let _ = device.shell("x", 1000).await;
                if let Ok(mut sync) = device.sync().await {
                    let _ = sync.stat(b"/a").await;
                    let _ = sync.lstat(b"/a").await;
                    let _ = sync.list(b"/a").await;
                    let gets = [0, 5].map(|from| super::Get { path: b"/a".to_vec(), from });
                    let mut receiving = sync.receive_all(gets.to_vec());
                    while let Ok(Some(_)) = receiving.next().await {}
                }
                drop(device);
            };
            tokio::join!(far, near);
        });
    }
}
