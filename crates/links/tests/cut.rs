//! The wire to the phone ends after any number of bytes: whatever was claimed before is true.

#![allow(clippy::unwrap_used, reason = "tests")]

mod phones;

use std::net::SocketAddr;

use phones::Fixture;
use sidekeep_links::adb;
use sidekeep_links::conformance;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A wire that lets `bytes` through from the phone and then ends, for one connection.
async fn wire(phone: SocketAddr, bytes: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        let server = TcpStream::connect(phone).await.unwrap();
        // Questions and answers are short: each would wait for the one before it.
        client.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        let (mut from_client, mut to_client) = client.into_split();
        let (from_server, mut to_server) = server.into_split();
        let up = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
        let _ = tokio::io::copy(&mut from_server.take(bytes as u64), &mut to_client).await;
        up.abort();
        let _ = to_client.shutdown().await;
    });
    address
}

#[tokio::test]
async fn after_any_number_of_bytes() {
    let fixture = Fixture::full(Some("/sdcard"));
    let android = fixture.serve().await;
    let open = async || {
        adb::connect("127.0.0.1", android.address().port(), "/sdcard")
            .await
            .unwrap()
    };
    let truth = conformance::check(open).await.unwrap();
    let mut bytes = 40;
    let mut connected = 0;
    // Ever further, in uneven steps, through the greeting, the listings and the files.
    while bytes < 4 << 20 {
        let address = wire(android.address(), bytes).await;
        if let Ok(mut phone) = adb::connect("127.0.0.1", address.port(), "/sdcard").await {
            connected += 1;
            conformance::stays_honest(&mut phone, &truth).await.unwrap();
        }
        bytes += bytes / 13 + 17;
    }
    assert!(connected > 40, "{connected}");
}
