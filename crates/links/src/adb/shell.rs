//! Commands on the device: the shell v2 framing (AOSP adb, `shell_protocol.h`), and quoting for `sh`.

use super::stream::Stream;
use crate::{ErrorKind, LinkError};

/// What a command said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Exit status.
    pub exit: u8,
}

/// `arg` as one word of a `sh` command line, whatever it holds. (A NUL cannot be part of one; the phone stops there.)
pub fn quote(arg: &str) -> String {
    format!("'{}'", arg.replace('\'', r"'\''"))
}

/// Packet ids of the shell protocol.
pub(crate) mod id {
    pub(crate) const STDOUT: u8 = 1;
    pub(crate) const STDERR: u8 = 2;
    pub(crate) const EXIT: u8 = 3;
    pub(crate) const CLOSE_STDIN: u8 = 4;
}

/// The packet that says: standard input is at its end.
pub(crate) const NO_INPUT: &[u8] = &[id::CLOSE_STDIN, 0, 0, 0, 0];

/// The head of the shell packet that comes next: its id and how many bytes follow.
pub(crate) async fn head(stream: &mut Stream) -> Result<(u8, usize), LinkError> {
    let mut head = [0; 5];
    stream.exact(&mut head).await?;
    let [id, length @ ..] = head;
    Ok((id, u32::from_le_bytes(length) as usize))
}

/// Collects what a command says until it ends; at most `limit` bytes of each kind.
pub(crate) async fn collect(stream: &mut Stream, limit: usize) -> Result<Output, LinkError> {
    let mut output = Output::default();
    loop {
        let (id, mut length) = head(stream).await?;
        let into = match id {
            id::STDOUT => &mut output.stdout,
            id::STDERR => &mut output.stderr,
            id::EXIT => {
                output.exit = exit(stream, length).await?;
                return Ok(output);
            }
            other => {
                return Err(LinkError::new(
                    ErrorKind::Garbled,
                    format!("a shell packet {other}"),
                ));
            }
        };
        if length > limit - into.len() {
            return Err(LinkError::new(
                ErrorKind::Garbled,
                format!("a command said more than {limit} bytes"),
            ));
        }
        while length > 0 {
            let Some(bytes) = stream.read(length).await? else {
                return Err(LinkError::new(ErrorKind::Garbled, "the answer ends early"));
            };
            into.extend_from_slice(&bytes);
            length -= bytes.len();
        }
    }
}

/// The exit status of an exit packet of `length` bytes.
pub(crate) async fn exit(stream: &mut Stream, length: usize) -> Result<u8, LinkError> {
    let mut status = [0];
    if length != status.len() {
        return Err(LinkError::new(
            ErrorKind::Garbled,
            format!("an exit status of {length} bytes"),
        ));
    }
    stream.exact(&mut status).await?;
    Ok(status[0])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_quoted() {
        let check = |arg, expected| assert_eq!(quote(arg), expected);
        check("", "''");
        check("/sdcard/DCIM/a b.jpg", "'/sdcard/DCIM/a b.jpg'");
        check("it's", r"'it'\''s'");
        check("$(reboot) `x` \\ \" \n", "'$(reboot) `x` \\ \" \n'");
    }

    proptest! {
        /// What a shell makes of a quoted word, by the two rules that quoting relies on.
        #[test]
        fn a_shell_reads_back_what_was_quoted(arg in "[^\0]*") {
            let mut read = String::new();
            let quoted = quote(&arg);
            let mut characters = quoted.chars();
            let mut inside = false;
            while let Some(c) = characters.next() {
                match (inside, c) {
                    (_, '\'') => inside = !inside,
                    (true, c) => read.push(c),
                    (false, '\\') => read.extend(characters.next()),
                    (false, c) => prop_assert!(false, "bare {c:?}"),
                }
            }
            prop_assert!(!inside);
            prop_assert_eq!(read, arg);
        }
    }
}
