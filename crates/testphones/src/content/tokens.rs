//! What the providers allow in SQL from outside: AOSP ContactsProvider SqlChecker, and SQLiteQueryBuilder's strict
//! grammar as MediaProvider uses it. Decides on text only; SQLite has the last word.

/// The words of an SQL expression: identifiers, and quoted identifiers without their quotes. Strings and numbers are
/// passed over.
///
/// # Errors
/// What the checker says: a semicolon, a comment, or a quote that is not closed.
pub(crate) fn words(sql: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        if is_word(first) && !first.is_ascii_digit() {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            words.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else if matches!(first, '\'' | '"' | '`') {
            let (inside, after) =
                quoted(&rest[1..], first).ok_or_else(|| refusal("Unterminated quote", sql))?;
            if first != '\'' {
                words.push(inside.to_owned());
            }
            rest = after;
        } else if first == '[' {
            let end = rest.find(']').ok_or_else(|| refusal("Unterminated quote", sql))?;
            words.push(rest[1..end].to_owned());
            rest = &rest[end + 1..];
        } else if rest.starts_with("--") || rest.starts_with("/*") {
            return Err(refusal("Comment is not allowed", sql));
        } else if first == ';' {
            return Err(refusal("Semicolon is not allowed", sql));
        } else if first.is_ascii_digit() {
            // A number, with any letters that follow (0x1F, 1e5).
            rest = rest.trim_start_matches(is_word);
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    Ok(words)
}

/// The text up to the closing quote (doubled quotes stay inside), and what follows it.
fn quoted(text: &str, quote: char) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let end = from + text[from..].find(quote)?;
        let after = &text[end + 1..];
        if !after.starts_with(quote) {
            return Some((&text[..end], after));
        }
        from = end + 2;
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

fn refusal(reason: &str, sql: &str) -> String {
    format!("{reason} in '{sql}'")
}

/// SqlChecker: what a condition or an order may contain.
pub(crate) fn check_contacts(sql: &str) -> Result<(), String> {
    match words(sql)?
        .iter()
        .find(|word| word.to_ascii_lowercase().starts_with("x_"))
    {
        Some(word) => Err(refusal(&format!("Detected disallowed token: {word}"), sql)),
        None => Ok(()),
    }
}

/// SqlChecker.ensureSingleTokenOnly: what a projection entry may be.
pub(crate) fn check_single(column: &str) -> Result<(), String> {
    check_contacts(column)?;
    match words(column)?.len() {
        0 => Err(refusal("Token not found", column)),
        1 => Ok(()),
        _ => Err(refusal("Multiple tokens detected", column)),
    }
}

/// SQLiteQueryBuilder's strict grammar: each word is a column, a function or an operator.
pub(crate) fn check_grammar(sql: &str, columns: &[String]) -> Result<(), String> {
    const ALLOWED: &[&str] = &[
        "ABS",
        "AND",
        "AS",
        "ASC",
        "AVG",
        "BETWEEN",
        "BINARY",
        "CASE",
        "CAST",
        "COLLATE",
        "COUNT",
        "DESC",
        "DISTINCT",
        "ELSE",
        "END",
        "ESCAPE",
        "EXISTS",
        "GLOB",
        "IFNULL",
        "IN",
        "INTEGER",
        "IS",
        "ISNULL",
        "LENGTH",
        "LIKE",
        "LOCALIZED",
        "LOWER",
        "LTRIM",
        "MAX",
        "MIN",
        "NOCASE",
        "NOT",
        "NOTNULL",
        "NULL",
        "OR",
        "REAL",
        "REGEXP",
        "RTRIM",
        "SUBSTR",
        "SUM",
        "TEXT",
        "THEN",
        "TRIM",
        "UNICODE",
        "UPPER",
        "WHEN",
    ];
    for word in words(sql).map_err(|_| format!("Invalid token {sql}"))? {
        let upper = word.to_ascii_uppercase();
        let known = ALLOWED.contains(&upper.as_str())
            || columns.iter().any(|column| column.eq_ignore_ascii_case(&word));
        if !known {
            return Err(format!("Invalid token {word}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_take_one_plain_word() {
        let refused = |column: &str| assert!(check_single(column).is_err(), "{column}");
        assert_eq!(check_single("data1"), Ok(()));
        assert_eq!(check_single(" _id "), Ok(()));
        refused("hex(data1)");
        refused("data1 AS d");
        refused("x_secret");
        refused("");
        refused("a;b");
        refused("a--");
        assert_eq!(check_contacts("_id > 5 AND data1 LIKE 'it''s; -- fine'"), Ok(()));
        assert_eq!(
            check_contacts("_id IN (SELECT raw_contact_id FROM view_data)"),
            Ok(())
        );
        assert!(check_contacts("data1 = 'open").is_err());
    }

    #[test]
    fn media_takes_its_own_columns() {
        let columns = ["_id".to_owned(), "generation_modified".to_owned()];
        assert_eq!(
            check_grammar("generation_modified>5 AND _id IN (1,2)", &columns),
            Ok(())
        );
        for bad in [
            "_id IN (SELECT _id)",
            "_id ASC LIMIT 5",
            "hex(_id)",
            "name = 'x'",
            "_id = 'x",
        ] {
            assert!(check_grammar(bad, &columns).is_err(), "{bad}");
        }
    }
}
