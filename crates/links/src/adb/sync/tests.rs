//! What a file session does with odd answers. Right answers come from a real adbd, in `crates/links/tests`.

use bytes::Bytes;

use super::{DirEntry, FileStat, Get, Piece, SyncSession};
use crate::ErrorKind::{self, *};
use crate::LinkError;
use crate::adb::device::Device;
use crate::adb::script::{NEW, Opened, Peer, WITHOUT_WINDOWS, connected, shell_packet};
use crate::adb::wire::Command;

const FILE: u32 = 0o100_644;
const FOLDER: u32 = 0o040_755;

fn word(word: usize) -> [u8; 4] {
    (word as u32).to_le_bytes()
}

/// `id`, a word, and bytes: the form of DATA, DONE and FAIL, and of every request.
fn message(id: &str, bytes: &[u8]) -> Vec<u8> {
    [id.as_bytes(), &word(bytes.len()), bytes].concat()
}

fn done() -> Vec<u8> {
    message("DONE", b"")
}

fn stat2(id: &str, errno: u32, mode: u32, size: u64) -> Vec<u8> {
    let mut bytes = id.as_bytes().to_vec();
    bytes.extend(errno.to_le_bytes());
    bytes.extend([0; 16]);
    bytes.extend(mode.to_le_bytes());
    bytes.extend([0; 12]);
    bytes.extend(size.to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend(1_700_000_000_i64.to_le_bytes());
    bytes.extend([0; 8]);
    bytes
}

fn entry2(name: &[u8], mode: u32) -> Vec<u8> {
    [
        stat2("DNT2", 0, mode, 5),
        word(name.len()).to_vec(),
        name.to_vec(),
    ]
    .concat()
}

fn end_of_list2() -> Vec<u8> {
    [stat2("DONE", 0, 0, 0), word(0).to_vec()].concat()
}

fn stat(size: u64) -> FileStat {
    FileStat {
        mode: FILE,
        size,
        mtime: 1_700_000_000,
    }
}

fn gets(paths: &[&str]) -> Vec<Get> {
    paths
        .iter()
        .map(|path| Get {
            path: path.as_bytes().to_vec(),
            from: 0,
        })
        .collect()
}

fn kind<T: std::fmt::Debug>(result: Result<T, LinkError>) -> ErrorKind {
    result.expect_err("fails").kind().clone()
}

async fn session(features: &str) -> (SyncSession, Peer, Opened) {
    let (device, mut peer) = connected(features).await;
    let (sync, opened) = tokio::join!(device.sync(), peer.accept(50));
    assert_eq!(opened.service, "sync:");
    (sync.expect("opens"), peer, opened)
}

/// What was received: each file's bytes and how it ended.
type Received = Vec<(Vec<u8>, Result<FileStat, ErrorKind>)>;

async fn receive(sync: &mut SyncSession, gets: Vec<Get>) -> Result<Received, LinkError> {
    let mut receiving = sync.receive_all(gets);
    let mut files: Received = Vec::new();
    let mut bytes = None;
    while let Some(piece) = receiving.next().await? {
        match piece {
            Piece::Begin(index) => {
                assert_eq!(index, files.len());
                assert_eq!(bytes.replace(Vec::new()), None);
            }
            Piece::Bytes(more) => bytes.as_mut().expect("has begun").extend_from_slice(&more),
            Piece::End(outcome) => {
                files.push((
                    bytes.take().expect("has begun"),
                    outcome.map_err(|error| error.kind().clone()),
                ));
            }
        }
    }
    Ok(files)
}

/// The next requests of the client, however they are cut into packets, must be these.
async fn expect(peer: &mut Peer, from: &Opened, requests: &[Vec<u8>]) {
    let expected = requests.concat();
    let mut sent = Vec::new();
    while sent.len() < expected.len() {
        sent.extend_from_slice(&peer.read(from).await);
    }
    assert_eq!(Bytes::from(sent), Bytes::from(expected));
}

fn ask_bytes(path: &str) -> Vec<u8> {
    [
        message("RCV2", path.as_bytes()),
        b"RCV2\0\0\0\0".to_vec(),
        message("STA2", path.as_bytes()),
    ]
    .concat()
}

#[tokio::test(start_paused = true)]
async fn a_fail_in_the_middle_is_one_files_and_the_rest_is_asked_for_again() {
    let (mut sync, mut peer, first) = session(NEW).await;
    let far = async {
        expect(&mut peer, &first, &["/a", "/b", "/c", "/d"].map(ask_bytes)).await;
        peer.write(
            &first,
            &[message("DATA", b"aa"), done(), stat2("STA2", 0, FILE, 2)].concat(),
        )
        .await;
        // Some bytes, then the failure: the sort that a disk error makes.
        peer.write(
            &first,
            &[message("DATA", b"b"), message("FAIL", b"read failed")].concat(),
        )
        .await;
        peer.close(&first).await;

        let second = peer.accept(51).await;
        expect(&mut peer, &second, &[message("STA2", b"/b")]).await;
        peer.write(&second, &stat2("STA2", 0, FILE, 9)).await;
        expect(&mut peer, &second, &["/c", "/d"].map(ask_bytes)).await;
        peer.write(&second, &message("FAIL", b"open failed")).await;
        peer.close(&second).await;

        let third = peer.accept(52).await;
        expect(&mut peer, &third, &[message("STA2", b"/c")]).await;
        peer.write(&third, &stat2("STA2", 2, 0, 0)).await;
        expect(&mut peer, &third, &[ask_bytes("/d")]).await;
        peer.write(&third, &[done(), stat2("STA2", 0, FILE, 0)].concat())
            .await;
    };
    let (files, ()) = tokio::join!(receive(&mut sync, gets(&["/a", "/b", "/c", "/d"])), far);
    assert_eq!(
        files.expect("the link holds"),
        [
            (b"aa".to_vec(), Ok(stat(2))),
            (b"b".to_vec(), Err(Refused)),
            (Vec::new(), Err(Missing)),
            (Vec::new(), Ok(stat(0))),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn why_a_file_is_refused() {
    let check = async |answer: Vec<u8>, expected: ErrorKind| {
        let (mut sync, mut peer, first) = session(NEW).await;
        let far = async {
            expect(&mut peer, &first, &[ask_bytes("/a")]).await;
            peer.write(&first, &message("FAIL", b"no")).await;
            peer.close(&first).await;
            let second = peer.accept(51).await;
            expect(&mut peer, &second, &[message("STA2", b"/a")]).await;
            peer.write(&second, &answer).await;
        };
        let (files, ()) = tokio::join!(receive(&mut sync, gets(&["/a"])), far);
        assert_eq!(files.expect("the link holds"), [(Vec::new(), Err(expected))]);
    };
    check(stat2("STA2", 2, 0, 0), Missing).await;
    check(stat2("STA2", 20, 0, 0), Missing).await;
    check(stat2("STA2", 13, 0, 0), Refused).await;
    check(stat2("STA2", 1, 0, 0), Refused).await;
    check(stat2("STA2", 0, FILE, 3), Refused).await;
    check(stat2("STA2", 0, FOLDER, 3), Unsupported).await;
}

/// How receiving one file ends when the phone answers with these bytes and closes the session.
async fn received_from(answer: &[u8]) -> Result<Received, LinkError> {
    let (mut sync, mut peer, first) = session(NEW).await;
    let far = async {
        expect(&mut peer, &first, &[ask_bytes("/a")]).await;
        peer.write(&first, answer).await;
        peer.close(&first).await;
        peer
    };
    let (files, _peer) = tokio::join!(receive(&mut sync, gets(&["/a"])), far);
    files
}

#[tokio::test(start_paused = true)]
async fn answers_that_break_the_protocol() {
    let long = [b"DATA".to_vec(), word(65_537).to_vec()].concat();
    let endless = [b"DATA".to_vec(), vec![0xff; 4]].concat();
    let words = [b"FAIL".to_vec(), vec![0xff; 4]].concat();
    for bad in [
        Vec::new(),
        b"DA".to_vec(),
        b"DATA\x05\0\0\0abc".to_vec(),
        long,
        endless,
        words,
        message("OKAY", b""),
        [done(), b"STA2\0".to_vec()].concat(),
        [done(), done()].concat(),
    ] {
        assert_eq!(kind(received_from(&bad).await), Garbled, "{bad:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_changes_while_it_is_read_is_not_taken_for_whole() {
    for now in [0, 2, 4, (1 << 32) + 3] {
        let answer = [message("DATA", b"abc"), done(), stat2("STA2", 0, FILE, now)].concat();
        let files = received_from(&answer).await.expect("the link holds");
        assert_eq!(files, [(b"abc".to_vec(), Err(Busy(None)))], "{now}");
    }
    let answer = [message("DATA", b"abc"), done(), stat2("STA2", 2, 0, 0)].concat();
    assert_eq!(
        received_from(&answer).await.expect("the link holds"),
        [(b"abc".to_vec(), Err(Missing))]
    );
}

#[tokio::test(start_paused = true)]
async fn paths_that_adb_cannot_carry_are_not_asked_for() {
    let (mut sync, mut peer, first) = session(NEW).await;
    let long = "/x".repeat(513);
    let far = async {
        expect(&mut peer, &first, &[ask_bytes("/a")]).await;
        peer.write(&first, &[done(), stat2("STA2", 0, FILE, 0)].concat())
            .await;
    };
    let (files, ()) = tokio::join!(receive(&mut sync, gets(&["/b\0c", &long, "/a"])), far);
    let ends: Vec<_> = files
        .expect("the link holds")
        .into_iter()
        .map(|(_, end)| end)
        .collect();
    assert_eq!(ends, [Err(Unsupported), Err(Unsupported), Ok(stat(0))]);
    assert_eq!(kind(sync.stat(b"/b\0c").await), Unsupported);
    assert_eq!(kind(sync.list(long.as_bytes()).await), Unsupported);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_costs_only_its_stream() {
    let (mut sync, mut peer, first) = session(NEW).await;
    let given_up = tokio::time::timeout(std::time::Duration::from_secs(1), sync.stat(b"/a"));
    let far = async { expect(&mut peer, &first, &[message("STA2", b"/a")]).await };
    let (given_up, ()) = tokio::join!(given_up, far);
    given_up.expect_err("no answer came");
    assert_eq!(peer.expect(Command::Close).await.arg0, first.theirs);

    let far = async {
        let second = peer.accept(51).await;
        expect(&mut peer, &second, &[message("STA2", b"/b")]).await;
        peer.write(&second, &stat2("STA2", 0, FILE, 7)).await;
        second
    };
    let (answer, second) = tokio::join!(sync.stat(b"/b"), far);
    assert_eq!(answer.expect("answers"), stat(7));

    // A transfer that is dropped ends its stream, too; one whose call was dropped says so.
    let mut receiving = sync.receive_all(gets(&["/c"]));
    receiving.next().await.expect("begins");
    tokio::time::timeout(std::time::Duration::from_secs(1), receiving.next())
        .await
        .expect_err("no bytes came");
    assert_eq!(kind(receiving.next().await), Stopped);
    drop(receiving);
    expect(&mut peer, &second, &[ask_bytes("/c")]).await;
    assert_eq!(peer.expect(Command::Close).await.arg0, second.theirs);
}

/// What a listing becomes when the phone says that the path has `mode` and answers with these entries.
async fn listed(mode: u32, answer: Vec<u8>, shell_exit: Option<u8>) -> Result<Vec<DirEntry>, LinkError> {
    let (mut sync, mut peer, first) = session(NEW).await;
    let far = async {
        expect(
            &mut peer,
            &first,
            &[message("STA2", b"/d"), message("LIS2", b"/d")],
        )
        .await;
        let errno = if mode == 0 { 13 } else { 0 };
        peer.write(&first, &[stat2("STA2", errno, mode, 0), answer].concat())
            .await;
        match shell_exit {
            Some(exit) => {
                let shell = peer.accept(51).await;
                assert_eq!(shell.service, "shell,v2,raw:ls -a '/d' >/dev/null 2>&1");
                peer.write(&shell, &shell_packet(3, &[exit])).await;
            }
            None => peer.close(&first).await,
        }
        peer
    };
    let (entries, _peer) = tokio::join!(sync.list(b"/d"), far);
    entries
}

#[tokio::test(start_paused = true)]
async fn listings() {
    let dots = [entry2(b".", FOLDER), entry2(b"..", FOLDER)].concat();
    let names = async |answer: Vec<u8>| -> Vec<Vec<u8>> {
        let entries = listed(FOLDER, [answer, end_of_list2()].concat(), None)
            .await
            .expect("is listed");
        entries.into_iter().map(|entry| entry.name).collect()
    };
    assert_eq!(names([dots.clone(), entry2(b"a", FILE)].concat()).await, [b"a"]);
    assert_eq!(
        names([entry2(b"\xff\n", FILE), entry2(b"DONE", FOLDER)].concat()).await,
        [&b"\xff\n"[..], b"DONE"]
    );
    assert_eq!(names(dots).await, Vec::<Vec<u8>>::new());

    let unknown = [
        stat2("DNT2", 13, 0, 0),
        word(1).to_vec(),
        b"x".to_vec(),
        end_of_list2(),
    ]
    .concat();
    let entries = listed(FOLDER, unknown, None).await.expect("is listed");
    assert_eq!(
        entries,
        [DirEntry {
            name: b"x".into(),
            stat: None
        }]
    );

    // An answer without even the dots may mean that the folder cannot be read: the shell knows.
    assert_eq!(
        listed(FOLDER, end_of_list2(), Some(0)).await.expect("is empty"),
        []
    );
    assert_eq!(kind(listed(FOLDER, end_of_list2(), Some(1)).await), Refused);
    assert_eq!(kind(listed(FILE, end_of_list2(), None).await), Missing);
    assert_eq!(kind(listed(0, end_of_list2(), None).await), Refused);

    for name in [&b""[..], b"a/b", b"a\0"] {
        let answer = [entry2(name, FILE), end_of_list2()].concat();
        assert_eq!(kind(listed(FOLDER, answer, None).await), Garbled, "{name:?}");
    }
    let long = [stat2("DNT2", 0, FILE, 0), word(4097).to_vec()].concat();
    assert_eq!(kind(listed(FOLDER, long, None).await), Garbled);
    assert_eq!(
        kind(listed(FOLDER, entry2(b"a", FILE), None).await),
        Garbled,
        "no end"
    );
    assert_eq!(kind(listed(FOLDER, message("DATA", b"a"), None).await), Garbled);
}

#[tokio::test(start_paused = true)]
async fn an_old_phones_stat_says_missing_by_mode_0() {
    let (mut sync, mut peer, first) = session("").await;
    let far = async {
        for answer in [[0; 12], *b"\xa4\x81\0\0\x05\0\0\0\x09\0\0\0"] {
            expect(&mut peer, &first, &[message("STAT", b"/a")]).await;
            peer.write(&first, &[b"STAT".to_vec(), answer.to_vec()].concat())
                .await;
        }
    };
    let near = async { (sync.stat(b"/a").await, sync.lstat(b"/a").await) };
    let ((missing, there), ()) = tokio::join!(near, far);
    assert_eq!(kind(missing), Missing);
    assert_eq!(
        there.expect("is there"),
        FileStat {
            mode: FILE,
            size: 5,
            mtime: 9
        }
    );
}

#[tokio::test(start_paused = true)]
async fn the_rest_of_a_file() {
    let check = async |features: &str, service: &str, answer: Vec<u8>, size: u64, expected| {
        let (mut sync, mut peer, _) = session(features).await;
        let far = async {
            let tail = peer.accept(51).await;
            assert_eq!(
                tail.service,
                format!("{service}tail -c +4 '/it'\\''s' 2>/dev/null")
            );
            if service.starts_with("shell") {
                assert_eq!(peer.read(&tail).await, [4, 0, 0, 0, 0][..]);
            }
            for byte in answer {
                peer.write(&tail, &[byte]).await;
            }
            peer.close(&tail).await;
            // The stream of the files asked for ahead may be busy, so the question has one of its own.
            let second = peer.accept(52).await;
            expect(&mut peer, &second, &[message("STA2", b"/it's")]).await;
            peer.write(&second, &stat2("STA2", 0, FILE, size)).await;
        };
        let get = Get {
            path: b"/it's".to_vec(),
            from: 3,
        };
        let (files, ()) = tokio::join!(receive(&mut sync, vec![get]), far);
        assert_eq!(files.expect("the link holds"), [expected]);
    };
    let shell = "shell,v2,raw:";
    let framed = [
        shell_packet(1, b"de"),
        shell_packet(1, b"f"),
        shell_packet(3, &[0]),
    ]
    .concat();
    check(NEW, shell, framed.clone(), 6, (b"def".to_vec(), Ok(stat(6)))).await;
    check(NEW, shell, framed, 7, (b"def".to_vec(), Err(Busy(None)))).await;
    check(
        NEW,
        shell,
        shell_packet(3, &[1]),
        6,
        (Vec::new(), Err(Busy(None))),
    )
    .await;
    check(NEW, shell, shell_packet(3, &[0]), 3, (Vec::new(), Ok(stat(3)))).await;
    check(
        "stat_v2",
        "exec:",
        b"def".to_vec(),
        6,
        (b"def".to_vec(), Ok(stat(6))),
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn without_windows_several_streams_are_used_and_the_order_stays() {
    let (device, peer) = connected(WITHOUT_WINDOWS).await;
    let phone = tokio::spawn(serve(peer));
    let mut sync = device.sync().await.expect("opens");
    let paths: Vec<String> = (0..50)
        .map(|n| {
            if n % 7 == 3 {
                format!("/none/{n}")
            } else {
                format!("/{n}")
            }
        })
        .collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    for _ in 0..2 {
        let files = receive(&mut sync, gets(&paths)).await.expect("the link holds");
        assert_eq!(files.len(), paths.len());
        for ((bytes, end), path) in files.iter().zip(&paths) {
            if path.starts_with("/none") {
                assert_eq!((bytes.len(), end), (0, &Err(Missing)));
            } else {
                assert_eq!(
                    (bytes, end),
                    (&path.as_bytes().to_vec(), &Ok(stat(path.len() as u64)))
                );
            }
        }
    }
    drop(sync);
    drop(device);
    let streams = phone.await.expect("the phone served");
    // Eight to begin with, and one for each file that was not there.
    assert_eq!(streams, 8 + 2 * 7);
}

/// Serves files that hold their own path, and none below `/none`, until the client hangs up. Gives how many streams
/// were opened.
async fn serve(mut peer: Peer) -> usize {
    let mut streams = std::collections::HashMap::new();
    let mut opened = 0;
    while let Some(packet) = peer.packet().await {
        match packet.command {
            Command::Open => {
                opened += 1;
                streams.insert(packet.arg0, Vec::new());
                peer.send(Command::Okay, packet.arg0 + 1000, packet.arg0, &[])
                    .await;
            }
            Command::Write => {
                let (theirs, ours) = (packet.arg0, packet.arg1);
                peer.send(Command::Okay, ours, theirs, &[]).await;
                let Some(requests) = streams.get_mut(&theirs) else {
                    continue;
                };
                requests.extend_from_slice(&packet.payload);
                let mut answer = Vec::new();
                let mut failed = false;
                while !failed && requests.len() >= 8 {
                    let length = requests[4] as usize;
                    let setup = if requests.starts_with(b"RCV2") { 8 } else { 0 };
                    if requests.len() < 8 + length + setup {
                        break;
                    }
                    let request: Vec<u8> = requests.drain(..8 + length + setup).collect();
                    let path = &request[8..8 + length];
                    failed = path.starts_with(b"/none") && setup > 0;
                    answer.extend(match (failed, setup) {
                        (true, _) => message("FAIL", b"none"),
                        (false, 0) if path.starts_with(b"/none") => stat2("STA2", 2, 0, 0),
                        (false, 0) => stat2("STA2", 0, FILE, length as u64),
                        (false, _) => [message("DATA", path), done()].concat(),
                    });
                }
                if !answer.is_empty() {
                    peer.send(Command::Write, ours, theirs, &answer).await;
                }
                if failed {
                    streams.remove(&theirs);
                    peer.send(Command::Close, ours, theirs, &[]).await;
                }
            }
            _ => {}
        }
    }
    opened
}

#[test]
fn a_session_can_be_sent_to_another_thread() {
    fn check<T: Send>() {}
    check::<SyncSession>();
    check::<Device>();
}
