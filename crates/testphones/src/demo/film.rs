//! A short film: landscapes as JPEG frames in an MP4 (ISO/IEC 14496-12 boxes, 14496-14 sample entry with object type
//! 0x6C, JPEG). Small, valid, and the same each time.

use image::ImageError;

use super::painting;

const WIDTH: u16 = 160;
const HEIGHT: u16 = 120;
const FRAMES: u32 = 10;
/// Milliseconds; the film's clock ticks in them.
const FRAME_TIME: u32 = 200;

/// The film's length in milliseconds.
pub(super) const DURATION: u32 = FRAMES * FRAME_TIME;

/// Its width and height in pixels.
pub(super) const SIZE: (u32, u32) = (WIDTH as u32, HEIGHT as u32);

/// A film whose header says that it was made at this time (seconds since 1970).
pub(super) fn mp4(seed: u32, made: i64) -> Result<Vec<u8>, ImageError> {
    let frames: Vec<Vec<u8>> = (0..FRAMES)
        .map(|frame| painting::jpeg(seed + frame * 6, WIDTH.into(), HEIGHT.into()))
        .collect::<Result<_, _>>()?;
    let file_type = boxed(b"ftyp", &[b"isom\0\0\x02\0isommp41"]);
    // The frames come first, so that their places do not depend on the size of the index.
    let first = file_type.len() + 8;
    let frames_box = boxed(b"mdat", &frames.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let movie = movie(&frames, number(first), made);
    Ok([file_type, frames_box, movie].concat())
}

fn movie(frames: &[Vec<u8>], first: u32, made: i64) -> Vec<u8> {
    // MP4 counts from 1904.
    let made = number(usize::try_from(made + 2_082_844_800).unwrap_or_default());
    let header = full(
        b"mvhd",
        &[
            &words(&[made, made, 1000, DURATION, 0x0001_0000, 0x0100_0000, 0, 0]),
            &MATRIX,
            &[0; 24],
            &words(&[2]),
        ],
    );
    let mut track_header = full(
        b"tkhd",
        &[
            &words(&[made, made, 1, 0, DURATION, 0, 0, 0, 0]),
            &MATRIX,
            &words(&[u32::from(WIDTH) << 16, u32::from(HEIGHT) << 16]),
        ],
    );
    // Enabled, in the movie.
    track_header[11] = 3;
    let media_header = full(b"mdhd", &[&words(&[made, made, 1000, DURATION, 0x55c4_0000])]);
    let handler = full(b"hdlr", &[&[0; 4], b"vide", &[0; 12], b"Film\0"]);
    let mut video_header = full(b"vmhd", &[&[0; 8]]);
    video_header[11] = 1;
    let mut here = full(b"url ", &[]);
    here[11] = 1;
    let places = boxed(b"dinf", &[&full(b"dref", &[&words(&[1]), &here])]);
    let sizes: Vec<u32> = frames.iter().map(|frame| number(frame.len())).collect();
    let samples = boxed(
        b"stbl",
        &[
            &full(b"stsd", &[&words(&[1]), &sample_entry()]),
            &full(b"stts", &[&words(&[1, FRAMES, FRAME_TIME])]),
            &full(b"stsc", &[&words(&[1, 1, FRAMES, 1])]),
            &full(b"stsz", &[&words(&[0, FRAMES]), &words(&sizes)]),
            &full(b"stco", &[&words(&[1, first])]),
        ],
    );
    let media = boxed(
        b"mdia",
        &[
            &media_header,
            &handler,
            &boxed(b"minf", &[&video_header, &places, &samples]),
        ],
    );
    boxed(b"moov", &[&header, &boxed(b"trak", &[&track_header, &media])])
}

/// `mp4v`: size, 72 dpi, one frame a sample, 24 bits, and the descriptor that says JPEG.
fn sample_entry() -> Vec<u8> {
    let descriptor = full(
        b"esds",
        &[&[
            3, 21, 0, 1, 0, // ES descriptor
            4, 13, 0x6c, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // decoder: JPEG, visual
            6, 1, 2, // as in MP4
        ]],
    );
    let mut fields = vec![0, 0, 0, 0, 0, 0, 0, 1];
    fields.extend_from_slice(&[0; 16]);
    fields.extend_from_slice(&WIDTH.to_be_bytes());
    fields.extend_from_slice(&HEIGHT.to_be_bytes());
    fields.extend_from_slice(&words(&[0x0048_0000, 0x0048_0000, 0]));
    fields.extend_from_slice(&[0, 1]);
    fields.extend_from_slice(&[0; 32]);
    fields.extend_from_slice(&[0, 24, 0xff, 0xff]);
    boxed(b"mp4v", &[&fields, &descriptor])
}

const MATRIX: [u8; 36] = {
    let mut matrix = [0; 36];
    matrix[1] = 1;
    matrix[17] = 1;
    matrix[32] = 0x40;
    matrix
};

fn boxed(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&number(body.len() + 8).to_be_bytes()[..], kind, &body].concat()
}

/// A box with version 0 and no flags.
fn full(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    boxed(kind, &[&[0; 4], &parts.concat()])
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// Everything in this film is far below 4 GiB.
fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
