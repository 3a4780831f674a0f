//! The first start: nothing is there yet, and the demo phone is one click away.

use sidekeep_tests::window::{Start, Window};

#[tokio::test]
async fn the_demo_phone_is_mirrored_from_the_first_screen() {
    let window = Window::open(Start::default()).await;
    window.named("Look round with a demo phone").await;
    window.shoot("start").await;
    // assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Look round with a demo phone").await;
    window.named("It is kept").await;
    window.says("main", "40 contacts came").await;
    window.shoot("start-done").await;
    window.choose("Look at it").await;
    window.shoot("home-demo").await;
    window.close().await;
}
