//! How a [`FakePhone`] writes: well, or as some phones and servers do.

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_links::{Condition, ErrorKind, LinkError, Write, WriteError, Writing, Written};
use sidekeep_model::{Kind, Marks, RemoteId};

use super::{Asked, FakeItem, FakePhone, Held, fingerprint};

/// How a [`FakePhone`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pen {
    /// Byte for byte, and an item that was there before gets its id again.
    Plain,
    /// Every new item gets an id and a UID of the phone's, as in Android's providers.
    NewIds,
    /// What is written comes back sorted and with a stamp, as from some servers.
    Rewriting,
    /// What is of no standard (`X-…`) is left out, as by some servers.
    Narrow,
    /// It says that it wrote, and keeps nothing.
    Losing,
}

#[async_trait]
impl Writing for FakePhone {
    async fn write(&mut self, write: &Write) -> Result<Written, WriteError> {
        let target = match &write.condition {
            Condition::New { .. } => None,
            Condition::Unchanged { remote, .. } => Some(remote.clone()),
        };
        self.asked.push(Asked::Write(write.kind, target));
        if let Some((kind, remote, bytes)) = self.meddling.take() {
            self.generation += 1;
            let generation = self.generation;
            for held in self.held(kind, remote.as_str()) {
                held.fingerprint = fingerprint(&bytes, generation);
                held.generation = generation;
                held.item.bytes = bytes.clone();
            }
        }
        let (generation, pen) = (self.generation + 1, self.writable.unwrap_or(Pen::Plain));
        let bytes = match pen {
            Pen::Plain | Pen::Losing => write.bytes.clone(),
            Pen::NewIds => with_uid(&write.bytes, &write.condition, generation),
            Pen::Rewriting => rewritten(&write.bytes, generation),
            Pen::Narrow => narrowed(&write.bytes),
        };
        let drawer = self
            .kinds
            .get_mut(&write.kind)
            .and_then(|shelf| shelf.collections.get_mut(&write.collection))
            .ok_or_else(|| LinkError::new(ErrorKind::Missing, write.collection.as_str()))?;
        if drawer.collection.read_only {
            return Err(WriteError::ReadOnly);
        }
        let remote = match &write.condition {
            Condition::Unchanged { remote, fingerprint } => match drawer.items.get(remote) {
                Some(held) if held.fingerprint == *fingerprint => remote.clone(),
                _ => return Err(WriteError::Conflict),
            },
            Condition::New { before } => {
                let uid = uid(&write.bytes);
                if uid.is_some()
                    && drawer
                        .items
                        .values()
                        .any(|held| self::uid(&held.item.bytes) == uid)
                {
                    return Err(WriteError::Refused("no-uid-conflict".into()));
                }
                let before = before.clone().filter(|_| pen != Pen::NewIds);
                match before {
                    Some(before) if drawer.items.contains_key(&before) => return Err(WriteError::Conflict),
                    Some(before) => before,
                    None => RemoteId(format!("new-{generation}")),
                }
            }
        };
        if pen == Pen::Losing {
            return Ok(Written { remote });
        }
        let held = Held {
            fingerprint: fingerprint(&bytes, generation),
            item: FakeItem {
                bytes,
                media: Some(write.media.clone()),
                marks: Marks::default(),
            },
            generation,
            fails: None,
            becomes: None,
        };
        drawer.removed.remove(&remote);
        drawer.items.insert(remote.clone(), held);
        self.generation = generation;
        Ok(Written { remote })
    }

    fn keeps_uids(&self, _: Kind) -> bool {
        self.writable != Some(Pen::NewIds)
    }
}

/// The value of the first UID line.
fn uid(bytes: &[u8]) -> Option<&[u8]> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    lines.find_map(|line| line.strip_prefix(b"UID:"))
}

/// The lines of a card sorted, with a stamp; other bytes as they are.
fn rewritten(bytes: &Bytes, generation: u64) -> Bytes {
    let text = String::from_utf8_lossy(bytes);
    let inside = text
        .strip_prefix("BEGIN:VCARD\r\n")
        .and_then(|rest| rest.strip_suffix("END:VCARD\r\n"));
    let Some(inside) = inside else {
        return bytes.clone();
    };
    // A line that goes on stays with its beginning.
    let unfolded = inside.replace("\r\n ", "");
    let mut lines: Vec<&str> = unfolded.lines().collect();
    lines.sort_unstable();
    format!(
        "BEGIN:VCARD\r\n{}\r\nREV:{generation}\r\nEND:VCARD\r\n",
        lines.join("\r\n")
    )
    .into()
}

/// A new item under a UID of the phone's own; one that is changed keeps its own.
fn with_uid(bytes: &Bytes, condition: &Condition, generation: u64) -> Bytes {
    let Condition::New { .. } = condition else {
        return bytes.clone();
    };
    let own = format!("UID:of-the-phone-{generation}\r\n");
    lines_of(bytes)
        .map(|line| {
            if line.starts_with("UID:") {
                own.as_str()
            } else {
                line
            }
        })
        .collect::<String>()
        .into()
}

/// Without the lines of no standard.
fn narrowed(bytes: &Bytes) -> Bytes {
    lines_of(bytes)
        .filter(|line| !line.starts_with("X-"))
        .collect::<String>()
        .into()
}

/// The lines with their ends; none of bytes that are no text.
fn lines_of(bytes: &Bytes) -> impl Iterator<Item = &str> {
    std::str::from_utf8(bytes)
        .unwrap_or_default()
        .split_inclusive('\n')
}
