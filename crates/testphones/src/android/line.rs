//! A shell's command line, as much of it as a reader sends: words with quotes and backslashes, `;`, `&&`, and
//! redirections to /dev/null and of stderr to stdout. Anything else (variables, pipes, substitution, globs) is refused, not guessed.

/// One simple command of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Simple {
    pub(super) words: Vec<String>,
    /// Where stdout goes.
    pub(super) out: Where,
    /// Where stderr goes.
    pub(super) err: Where,
    /// Runs only if the one before succeeded (`&&`).
    pub(super) if_success: bool,
}

/// Where a command's output goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Where {
    /// To the stream that it is for.
    #[default]
    Itself,
    /// To stdout's stream.
    Stdout,
    /// `/dev/null`.
    Nowhere,
}

/// The redirections that are served. `2>&1` takes stderr to where stdout goes at that point.
fn redirect<'a>(text: &'a str, command: &mut Simple) -> Option<&'a str> {
    if let Some(after) = text.strip_prefix("2>&1") {
        command.err = match command.out {
            Where::Nowhere => Where::Nowhere,
            _ => Where::Stdout,
        };
        Some(after)
    } else if let Some(after) = text.strip_prefix("2>/dev/null") {
        command.err = Where::Nowhere;
        Some(after)
    } else if let Some(after) = text
        .strip_prefix(">/dev/null")
        .or_else(|| text.strip_prefix("1>/dev/null"))
    {
        command.out = Where::Nowhere;
        Some(after)
    } else {
        None
    }
}

/// Splits a line into its commands; None when it holds something that is not served.
pub(super) fn parse(line: &str) -> Option<Vec<Simple>> {
    let mut commands = vec![Simple::default()];
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let command = commands.last_mut()?;
        if rest.is_empty() {
            break;
        } else if let Some(after) = redirect(rest, command) {
            rest = after;
        } else if let Some(after) = rest.strip_prefix("&&") {
            commands.push(Simple {
                if_success: true,
                ..Simple::default()
            });
            rest = after;
        } else if let Some(after) = rest.strip_prefix([';', '\n']) {
            commands.push(Simple::default());
            rest = after;
        } else if rest.starts_with('&') {
            return None;
        } else {
            let (word, after) = word(rest)?;
            command.words.push(word);
            rest = after;
        }
    }
    Some(commands)
}

fn word(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            ' ' | '\t' | '\n' | ';' | '&' => return Some((word, &text[at..])),
            '\'' => loop {
                match chars.next()?.1 {
                    '\'' => break,
                    c => word.push(c),
                }
            },
            '"' => loop {
                match chars.next()?.1 {
                    '"' => break,
                    '\\' => match chars.next()?.1 {
                        c @ ('"' | '\\' | '$' | '`') => word.push(c),
                        '\n' => {}
                        c => word.extend(['\\', c]),
                    },
                    '$' | '`' => return None,
                    c => word.push(c),
                }
            },
            '\\' => word.push(chars.next()?.1),
            '$' | '`' | '|' | '<' | '>' | '(' | ')' | '*' | '?' | '[' | '#' | '~' | '{' | '}' | '!' => {
                return None;
            }
            c => word.push(c),
        }
    }
    Some((word, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_a_shells() {
        let check = |line: &str, expected: Option<&[&str]>| {
            let words = parse(line).map(|commands| commands[0].words.clone());
            assert_eq!(
                words,
                expected.map(|words| words.iter().map(|word| (*word).to_owned()).collect()),
                "{line}"
            );
        };
        check("getprop ro.serialno", Some(&["getprop", "ro.serialno"]));
        check(r"a 'b c'\''d' e\ f", Some(&["a", "b c'd", "e f"]));
        check(r#"a "b '\"\$ \n" '' "#, Some(&["a", "b '\"$ \\n", ""]));
        check("a '2>/dev/null'", Some(&["a", "2>/dev/null"]));
        for refused in [
            "a $HOME", "a `b`", "a | b", "a > b", "a 'b", "a \"$b\"", "a *", "$(a)", "a\\",
        ] {
            check(refused, None);
        }
        check("", Some(&[]));
    }

    #[test]
    fn lines_are_split() {
        let commands = parse("a 2>/dev/null && b 'x;y' 2>&1; c").unwrap();
        let shape: Vec<_> = commands
            .iter()
            .map(|command| (command.words.join(" "), command.err, command.if_success))
            .collect();
        assert_eq!(
            shape,
            [
                ("a".to_owned(), Where::Nowhere, false),
                ("b x;y".to_owned(), Where::Stdout, true),
                ("c".to_owned(), Where::Itself, false)
            ]
        );
        assert_eq!(parse("a & b"), None);
    }
}
