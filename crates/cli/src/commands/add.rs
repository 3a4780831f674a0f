//! `add` and `forget`: which sources the archive remembers.

use serde_json::json;

use super::Context;
use crate::args::Add;
use crate::exit::Exit;
use crate::failure::Failure;

pub(crate) fn add(context: &Context, add: &Add) -> Result<Exit, Failure> {
    let here = std::env::current_dir()?;
    let added = context.engine.remember(&add.source, add.name.as_deref(), &here)?;
    context
        .output
        .object(&json!({ "name": added.name, "source": added.source }))?;
    context.output.summary(format!(
        "Remembered {} as {}. `sidekeep mirror` brings it in.",
        added.source, added.name
    ))?;
    Ok(Exit::Done)
}

pub(crate) fn forget(context: &Context, source: &str) -> Result<Exit, Failure> {
    context.engine.forget(source)?;
    context.output.object(&json!({ "forgotten": source }))?;
    context
        .output
        .summary(format!("Forgot {source}. Everything kept from it stays kept."))?;
    Ok(Exit::Done)
}
