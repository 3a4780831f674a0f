//! A line to text: parameters quoted and RFC 6868 encoded, folded at 75 octets, CRLF.

use super::Line;

/// Longest physical line in octets, its end not counted (RFC 5545 §3.1, RFC 6350 §3.2).
const WIDTH: usize = 75;

impl Line {
    /// Appends the line, folded, with its CRLF. No value can end the line early: a line feed in it is written as the
    /// escape `\n`, other control characters except the tab are left out.
    pub fn write(&self, out: &mut String) {
        fold(&self.unfolded(), out);
    }

    /// The value or a parameter has characters that [`Line::write`] leaves out.
    pub fn has_unwritable(&self) -> bool {
        let params = self.params.iter().flat_map(|param| &param.values);
        params
            .chain([&self.value])
            .any(|text| text.contains(is_unwritable))
    }

    /// The whole line without fold and line end.
    pub fn unfolded(&self) -> String {
        let mut line = String::with_capacity(self.name.len() + self.value.len() + 32);
        if let Some(group) = &self.group {
            line.push_str(group);
            line.push('.');
        }
        line.push_str(&self.name);
        for param in &self.params {
            line.push(';');
            if !param.name.is_empty() {
                line.push_str(&param.name);
                line.push('=');
            }
            for (nth, value) in param.values.iter().enumerate() {
                if nth > 0 {
                    line.push(',');
                }
                write_param_value(value, &mut line);
            }
        }
        line.push(':');
        for char in self.value.chars() {
            match char {
                '\n' => line.push_str("\\n"),
                _ if is_unwritable(char) => {}
                _ => line.push(char),
            }
        }
        line
    }
}

/// A control character that no content line can hold; a line feed is written as an escape.
fn is_unwritable(char: char) -> bool {
    char.is_control() && !matches!(char, '\t' | '\n')
}

/// Appends `line` in physical lines of at most 75 octets, cut between characters, each with CRLF.
pub(crate) fn fold(line: &str, out: &mut String) {
    let mut rest = line;
    let mut width = WIDTH;
    while rest.len() > width {
        let mut cut = width;
        while !rest.is_char_boundary(cut) {
            cut -= 1;
        }
        let (head, tail) = rest.split_at(cut);
        out.push_str(head);
        out.push_str("\r\n ");
        rest = tail;
        // The space of the fold counts.
        width = WIDTH - 1;
    }
    out.push_str(rest);
    out.push_str("\r\n");
}

fn write_param_value(value: &str, line: &mut String) {
    let quoted = value.contains([',', ';', ':']) || value.starts_with(' ') || value.ends_with(' ');
    if quoted {
        line.push('"');
    }
    for char in value.chars() {
        match char {
            '\n' => line.push_str("^n"),
            '^' => line.push_str("^^"),
            '"' => line.push_str("^'"),
            _ if is_unwritable(char) => {}
            _ => line.push(char),
        }
    }
    if quoted {
        line.push('"');
    }
}
