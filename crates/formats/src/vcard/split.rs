//! A file to its cards.

use crate::line::lines;

use super::card::Bracket;

/// The raw cards of a file, in order: each from its `BEGIN:VCARD` to its `END:VCARD`, byte for byte. What stands
/// between cards is left out. A card without END ends where the next begins, or with the file, but a pile of BEGINs
/// with nothing between them is one card: a damaged file does not become a crowd of empty people. A card nested in an
/// AGENT property (vCard 2.1 §2.1.5) stays inside. A UTF-16 file is passed through [`crate::line::utf8`] first.
pub fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let mut cards = Vec::new();
    let mut start = None;
    let mut agents = 0usize;
    let mut after_agent = false;
    let mut after_begin = false;
    // Where bare BEGINs before the latest one start.
    let mut pile: Option<usize> = None;
    for line in lines(bytes) {
        let bracket = Bracket::of(&line.bytes);
        let begins = bracket == Some(Bracket::Begin);
        if let (false, Some(open)) = (begins, start) {
            cards.extend(pile.take().map(|first| &bytes[first..open]));
        }
        match (bracket, start) {
            (Some(Bracket::Begin), None) => start = Some(line.span.start),
            (Some(Bracket::Begin), Some(_)) if after_agent => agents += 1,
            (Some(Bracket::Begin), Some(open)) if after_begin && agents == 0 => {
                pile.get_or_insert(open);
                start = Some(line.span.start);
            }
            (Some(Bracket::Begin), Some(open)) => {
                cards.push(&bytes[open..line.span.start]);
                start = Some(line.span.start);
                agents = 0;
            }
            (Some(Bracket::End), Some(_)) if agents > 0 => agents -= 1,
            (Some(Bracket::End), Some(open)) => {
                cards.push(&bytes[open..line.span.end]);
                start = None;
            }
            _ => {}
        }
        after_agent = super::card::opens_agent(&line.bytes);
        after_begin = begins;
    }
    if let Some(open) = pile.or(start) {
        cards.push(&bytes[open..]);
    }
    cards
}
