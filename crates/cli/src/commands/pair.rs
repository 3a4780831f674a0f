//! `pair`: a phone's wireless debugging gets to know this computer, by the code that it shows or by the one that it scans here.

use std::io::{IsTerminal as _, stderr};
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use sidekeep_engine::{EngineError, Invitation, Paired, Source};

use super::{Context, block_on};
use crate::args::Pair;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{qr, terminal};

/// Digits of a code.
const DIGITS: usize = 6;
const ASK: &str = "The six digits that the phone shows: ";
/// How long the QR code is good for.
const INVITED: Duration = Duration::from_secs(300);

pub(crate) fn run(context: &Context, pair: &Pair) -> Result<Exit, Failure> {
    let paired = match pair.qr {
        true => scanned(context)?,
        false => typed(context, pair)?,
    };
    let source = paired.source().name();
    context
        .output
        .object(&json!({ "host": paired.host, "phone": paired.phone, "source": source }))?;
    let host = match paired.host.contains(':') {
        true => format!("[{}]", paired.host),
        false => paired.host,
    };
    context.output.summary(format!(
        "Paired. `sidekeep add {source}` remembers the phone, whatever its port, and `sidekeep mirror` brings it in. In a network \
         where phones cannot announce themselves, it is `sidekeep add adb://{host}:PORT` with the port that Wireless debugging \
         shows, which is not the code's."
    ))?;
    Ok(Exit::Done)
}

fn typed(context: &Context, pair: &Pair) -> Result<Paired, Failure> {
    let address = match &pair.address {
        Some(address) => address.clone(),
        None => announced(context)?,
    };
    // Said before anybody types a code for it.
    if !is_address(&address) {
        let words =
            format!("{address}: the address beside the code looks like 192.168.1.20:37123, with its port.");
        return Err(Failure::Usage(words));
    }
    let typed = match pair.code_stdin {
        true => terminal::first_line(ASK)?,
        false => terminal::ask(ASK).map_err(|_| {
            let words =
                "There is no terminal here to ask for the code; --code-stdin reads it from standard input.";
            Failure::Usage(words.into())
        })?,
    };
    let Some(code) = code(&typed) else {
        let words = "The code has six digits; nothing was sent. The phone shows it under Wireless debugging, \"Pair device \
                     with pairing code\".";
        return Err(Failure::Usage(words.into()));
    };
    block_on(context.engine.pair(&address, &code))?.map_err(failed)
}

/// `HOST:PORT`.
fn is_address(text: &str) -> bool {
    let source = Source::parse(&format!("adb://{text}"), Path::new("/"));
    !text.contains('/') && matches!(source, Ok(Source::Adb { .. }))
}

/// Where the one phone is that shows a code.
fn announced(context: &Context) -> Result<String, Failure> {
    let mut found = block_on(context.engine.pairing())?;
    match (found.pop(), &found[..]) {
        (Some(only), []) => {
            context.output.warn(format!("A phone shows a code at {only}."));
            Ok(only)
        }
        (None, _) => Err(Failure::NotFound(
            "No phone is heard that shows a code. Tap \"Pair device with pairing code\" under Wireless debugging, in the same \
             network; or name the address beside the code: sidekeep pair HOST:PORT"
                .into(),
        )),
        (Some(last), others) => Err(Failure::Usage(format!(
            "Several phones show a code. Name the one that is meant: sidekeep pair {}, {last}",
            others.join(", ")
        ))),
    }
}

/// The code is drawn where prompts go: standard output is for what comes of it.
fn scanned(context: &Context) -> Result<Paired, Failure> {
    let invitation = Invitation::new()?;
    let code = invitation.code()?;
    context.output.warn(format!(
        "{}\nOn the phone: Settings, Developer options, Wireless debugging, \"Pair device with QR code\". Waiting for it...",
        qr::drawn(&code, stderr().is_terminal())
    ));
    block_on(context.engine.pair_invited(&invitation, INVITED))?.map_err(failed)
}

fn failed(error: EngineError) -> Failure {
    match error {
        EngineError::Link(error) => Failure::Pairing(error),
        other => other.into(),
    }
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
    fn addresses_beside_a_code() {
        for (text, expected) in [
            ("192.168.1.20:37123", true),
            ("[fe80::1]:37123", true),
            ("192.168.1.20", false),
            ("192.168.1.20:37123/sdcard", false),
            ("nonsense", false),
            ("", false),
        ] {
            assert_eq!(is_address(text), expected, "{text}");
        }
    }

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
