//! The wire to the phone ends after any number of bytes: whatever was claimed before is true.

#![allow(clippy::unwrap_used, reason = "tests")]

mod phones;

use phones::{Fixture, connect, wire};
use sidekeep_links::adb::{self, Access};
use sidekeep_links::conformance;

#[tokio::test]
async fn after_any_number_of_bytes() {
    let fixture = Fixture::full(Some("/sdcard"));
    let android = fixture.serve().await;
    let open = async || connect(&android).await;
    let truth = conformance::check(open).await.unwrap();
    let mut bytes = 40;
    let mut connected = 0;
    // Ever further, in uneven steps, through the greeting, the listings and the files.
    while bytes < 4 << 20 {
        let address = wire(android.address(), bytes).await;
        if let Ok(mut phone) = adb::connect("127.0.0.1", address.port(), "/sdcard", &Access::default()).await
        {
            connected += 1;
            conformance::stays_honest(&mut phone, &truth).await.unwrap();
        }
        bytes += bytes / 13 + 17;
    }
    assert!(connected > 40, "{connected}");
}
