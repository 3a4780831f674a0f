//! `search`: words in everything kept.

use super::{Context, list};
use crate::exit::Exit;
use crate::failure::Failure;

pub(crate) fn run(context: &Context, words: &str, limit: usize) -> Result<Exit, Failure> {
    let archive = context.engine.archive()?;
    let found = archive.search(words, limit)?;
    if found.is_empty() {
        context.output.summary("Nothing kept holds these words.")?;
    }
    list::print(context, &archive, found, None)?;
    Ok(Exit::Done)
}
