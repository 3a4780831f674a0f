//! What X knows of the window: its pixels, whether it shows, the button in its frame.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use image::RgbImage;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, ImageFormat, MapState,
};
use x11rb::rust_connection::RustConnection;

use super::Ending;

/// An X server of its own; ended when dropped.
pub(super) struct Display {
    number: u32,
    _server: Ending,
}

impl Display {
    /// Starts one of this width and height.
    pub(super) fn of((width, height): (u32, u32)) -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"])
            .arg(format!("{width}x{height}x24"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb: run cargo xtask setup");
        let mut line = String::new();
        let out = server.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        Self {
            number: line.trim().parse().unwrap(),
            _server: Ending(server),
        }
    }

    /// As the environment names it.
    pub(super) fn name(&self) -> String {
        format!(":{}", self.number)
    }

    /// The window as the screen has it.
    pub(super) fn picture(&self) -> RgbImage {
        let (x, window) = self.window().expect("the window is there");
        let place = x.get_geometry(window).unwrap().reply().unwrap();
        let all = u32::MAX;
        let asked = x.get_image(
            ImageFormat::Z_PIXMAP,
            window,
            0,
            0,
            place.width,
            place.height,
            all,
        );
        // 24 bits deep, which the server sends as blue, green, red and nothing.
        let bytes = asked.unwrap().reply().unwrap().data;
        let pixels = bytes.as_chunks().0.iter().flat_map(|[b, g, r, _]| [*r, *g, *b]);
        RgbImage::from_raw(place.width.into(), place.height.into(), pixels.collect()).unwrap()
    }

    /// Asks the window to close, as the button in its frame does (ICCCM 4.2.8.1).
    pub(super) fn press_close(&self) {
        let (x, window) = self.window().expect("the window is there");
        let atom = |name: &str| {
            x.intern_atom(false, name.as_bytes())
                .unwrap()
                .reply()
                .unwrap()
                .atom
        };
        let message = ClientMessageEvent::new(
            32,
            window,
            atom("WM_PROTOCOLS"),
            [atom("WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0],
        );
        x.send_event(false, window, EventMask::NO_EVENT, message)
            .unwrap()
            .check()
            .unwrap();
    }

    /// Whether the window shows.
    pub(super) fn shows(&self) -> bool {
        self.window().is_some()
    }

    /// The window where it shows, and the connection to the server.
    fn window(&self) -> Option<(RustConnection, u32)> {
        let (x, screen) = RustConnection::connect(Some(&self.name())).unwrap();
        let root = x.setup().roots[screen].root;
        let all = x.query_tree(root).unwrap().reply().unwrap().children;
        let ours = all.into_iter().find(|&window| {
            let name = x.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::STRING, 0, 64);
            let name = name.ok().and_then(|asked| asked.reply().ok());
            let seen = x
                .get_window_attributes(window)
                .ok()
                .and_then(|asked| asked.reply().ok());
            name.is_some_and(|name| name.value == b"Sidekeep")
                && seen.is_some_and(|seen| seen.map_state == MapState::VIEWABLE)
        })?;
        Some((x, ours))
    }
}
