//! A screen whose pixels can be read from outside while a program paints on it: when does what the program shows in the
//! end stand there? The program is asked nothing and knows nothing of it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Width and height in pixels.
const SIZE: (usize, usize) = (1280, 800);
/// Every so many lines are looked at.
const LINES: usize = 4;
/// Between two looks.
const EVERY: Duration = Duration::from_millis(4);
/// Without change for so long: all is painted.
const CALM: Duration = Duration::from_millis(2500);
/// A picture with fewer edges is an empty window.
const SOME: usize = 100;
/// No window takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// This part of the edges on the last picture makes a picture the same: a badge may still change.
const ALIKE: f64 = 0.95;

/// An X server that keeps its pixels in a file.
pub(crate) struct Screen {
    server: Child,
    display: String,
    pixels: File,
    /// Where the picture begins in the file, and the bytes of a line.
    layout: (u64, usize),
    _folder: TempDir,
}

impl Screen {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (width, height) = SIZE;
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset", "-fbdir"])
            .arg(folder.path())
            .args(["-screen", "0", &format!("{width}x{height}x24")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb: run cargo xtask setup");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        let pixels = File::open(folder.path().join("Xvfb_screen0")).unwrap();
        // The header of X's own window dumps (XWDFile.h): big-endian words; 12 bytes a colour follow it.
        let mut header = [0; 100];
        pixels.read_exact_at(&mut header, 0).unwrap();
        let word = |at: usize| u32::from_be_bytes(header[at * 4..][..4].try_into().unwrap());
        let layout = (u64::from(word(0)) + 12 * u64::from(word(19)), word(12) as usize);
        Self {
            server,
            display: format!(":{}", number.trim()),
            pixels,
            layout,
            _folder: folder,
        }
    }

    /// Seconds from the start of a program until what it shows in the end is painted. The program is ended then.
    pub(crate) fn first_paint(&self, program: &mut Command) -> f64 {
        let empty = self.look();
        let begun = Instant::now();
        let mut child = program
            .env("DISPLAY", &self.display)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{program:?}: {error}"));
        let mut seen: Vec<(Duration, Picture)> = Vec::new();
        while begun.elapsed() < PATIENCE {
            let (at, picture) = (begun.elapsed(), self.look());
            let last = seen.last();
            let calm =
                |(last, picture): &(Duration, Picture)| at - *last > CALM && picture.edges().len() > SOME;
            if last.is_some_and(calm) {
                break;
            }
            if picture != *last.map_or(&empty, |(_, last)| last) {
                seen.push((at, picture));
            }
            sleep(EVERY);
        }
        // Its other processes end by themselves once it is gone, and so does what it shows.
        let _ = child.kill();
        let _ = child.wait();
        while self.look() != empty {
            sleep(EVERY);
        }
        let (_, last) = seen.last().expect("nothing was painted");
        let edges = last.edges();
        let done = seen.iter().find(|(_, picture)| picture.has(&edges, last));
        done.expect("the last picture is like itself").0.as_secs_f64()
    }

    fn look(&self) -> Picture {
        let (start, line) = self.layout;
        let mut bytes = vec![0; line * SIZE.1 / LINES];
        for (at, line) in bytes.chunks_mut(line).enumerate() {
            let from = start + (at * LINES * line.len()) as u64;
            self.pixels.read_exact_at(line, from).unwrap();
        }
        Picture(bytes)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Some lines of the screen, four bytes a pixel.
#[derive(PartialEq, Eq)]
struct Picture(Vec<u8>);

impl Picture {
    fn pixel(&self, at: usize) -> &[u8] {
        &self.0[at * 4..][..4]
    }

    /// Pixels unlike the one before: letters and borders, not the large plain parts that say nothing.
    fn edges(&self) -> Vec<usize> {
        (1..self.0.len() / 4)
            .filter(|at| self.pixel(*at) != self.pixel(at - 1))
            .collect()
    }

    /// It has (nearly) all of these pixels as another has them.
    fn has(&self, edges: &[usize], of: &Self) -> bool {
        let same = edges.iter().filter(|at| self.pixel(**at) == of.pixel(**at));
        same.count() as f64 >= ALIKE * edges.len() as f64
    }
}
