//! `pair`: a phone's wireless debugging gets to know this computer.

use serde_json::json;
use sidekeep_engine::EngineError;

use super::{Context, block_on};
use crate::args::Pair;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;

/// Digits of a code.
const DIGITS: usize = 6;

pub(crate) fn run(context: &Context, pair: &Pair) -> Result<Exit, Failure> {
    let typed = match pair.code_stdin {
        true => terminal::first_line(ASK)?,
        false => terminal::ask(ASK)?,
    };
    let Some(code) = code(&typed) else {
        let words = "The code has six digits; nothing was sent. The phone shows it under Wireless debugging, \"Pair device \
                     with pairing code\".";
        return Err(Failure::Usage(words.into()));
    };
    let paired = block_on(context.engine.pair(&pair.address, &code))?;
    let paired = paired.map_err(|error| match error {
        EngineError::Link(error) => Failure::Pairing(error),
        other => other.into(),
    })?;
    context
        .output
        .object(&json!({ "host": paired.host, "phone": paired.phone }))?;
    let host = match paired.host.contains(':') {
        true => format!("[{}]", paired.host),
        false => paired.host,
    };
    context.output.summary(format!(
        "Paired. Wireless debugging shows an IP address and a port of its own, which is not the code's: `sidekeep add \
         adb://{host}:PORT` remembers the phone there, and `sidekeep mirror` brings it in."
    ))?;
    Ok(Exit::Done)
}

/// What was typed, without the spaces that make it readable.
fn code(typed: &str) -> Option<String> {
    let code: String = typed.split_whitespace().collect();
    let is_code = code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_as_people_type_them() {
        let check = |typed, expected: Option<&str>| assert_eq!(code(typed).as_deref(), expected, "{typed:?}");
        check("123456", Some("123456"));
        check(" 012 345\n", Some("012345"));
        check("12345", None);
        check("1234567", None);
        check("12345a", None);
        check("\u{662}23456", None);
        check("", None);
    }
}
