//! Any bytes as a picture or film: facts, whatever they are, and no place in them that is not in the file.
#![no_main]

use std::io::Cursor;
use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use sidekeep_pictures::facts;

/// The fuzzer's own hook ends the process at every panic, also at those of a foreign crate that are caught. Without it
/// only what nobody catches is a finding.
static ONLY_UNCAUGHT: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    ONLY_UNCAUGHT.call_once(|| drop(std::panic::take_hook()));
    // The name only tells raws apart that begin like a TIFF.
    let found = facts(&mut Cursor::new(bytes), "a.nef").expect("bytes in memory can be read");
    if let Some(motion) = found.motion {
        assert!(motion.at.checked_add(motion.length).is_some_and(|end| end <= bytes.len() as u64));
    }
    assert!(found.orientation.is_none_or(|orientation| (1..=8).contains(&orientation)));
});
