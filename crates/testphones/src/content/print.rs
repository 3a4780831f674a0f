//! What `content query` prints, byte for byte (Content.java QueryCommand, AbstractCursor.getColumnIndex). Nothing is
//! escaped: that is the point.

use std::fmt::Write as _;

/// A value of a cursor.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// SQL NULL: printed as `NULL`, like the text.
    Null,
    /// Decimal.
    Integer(i64),
    /// Printed by Java's `String.valueOf(float)`: precision is lost.
    Real(f64),
    /// Printed as it is.
    Text(String),
    /// Printed as `BLOB`; only its size counts.
    Blob(usize),
}

/// A row that does not fit: Android's cursor windows hold 2 MiB.
pub(crate) const WINDOW: usize = 2 * 1024 * 1024;

/// What an empty result prints.
pub const NO_RESULT: &str = "No result found.\n";

/// Prints a whole result as the tool does. None when the tool fails on a column's name (an unaliased name with a
/// dot that leads to no column).
pub fn print_rows(columns: &[&str], rows: &[Vec<Cell>]) -> Option<String> {
    if rows.is_empty() {
        return Some(NO_RESULT.to_owned());
    }
    let order = lookup(columns)?;
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        print_row(&mut text, index, columns, &order, row);
    }
    Some(text)
}

/// Where the tool looks for each column's value: it asks for the name again, and so finds the first column whose
/// name is equal without regard to case, after everything up to the last dot was cut.
pub(crate) fn lookup(columns: &[&str]) -> Option<Vec<usize>> {
    columns
        .iter()
        .map(|name| {
            let name = name.rsplit('.').next().unwrap_or(name);
            columns.iter().position(|known| known.eq_ignore_ascii_case(name))
        })
        .collect()
}

pub(crate) fn print_row(text: &mut String, index: usize, columns: &[&str], order: &[usize], row: &[Cell]) {
    // Writing to a String cannot fail.
    let _ = write!(text, "Row: {index} ");
    for (at, (name, source)) in columns.iter().zip(order).enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str(name);
        text.push('=');
        match &row[*source] {
            Cell::Null => text.push_str("NULL"),
            Cell::Integer(number) => {
                let _ = write!(text, "{number}");
            }
            Cell::Real(number) => text.push_str(&java_float(*number)),
            Cell::Text(value) => text.push_str(value),
            Cell::Blob(_) => text.push_str("BLOB"),
        }
    }
    text.push('\n');
}

/// Java's `String.valueOf((float) number)`, except that older Java prints some numbers with one digit too many.
fn java_float(number: f64) -> String {
    #[allow(clippy::cast_possible_truncation, reason = "the tool loses the precision too")]
    let float = number as f32;
    let size = float.abs();
    if float.is_nan() {
        "NaN".to_owned()
    } else if float.is_infinite() {
        if float > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if size == 0.0 || (1e-3..1e7).contains(&size) {
        format!("{float:?}")
    } else {
        let text = format!("{float:E}");
        match text.split_once('E') {
            Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
            _ => text,
        }
    }
}

impl Cell {
    pub(crate) fn size(&self) -> usize {
        match self {
            Cell::Null => 0,
            Cell::Integer(_) | Cell::Real(_) => 8,
            Cell::Text(text) => text.len() + 1,
            Cell::Blob(size) => *size,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_printed_verbatim() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let rows = [
            vec![Cell::Integer(7), text("a, data2=b"), Cell::Null],
            vec![Cell::Integer(-1), text("x\nRow: 5 _id=9"), text("NULL")],
            vec![Cell::Integer(2), Cell::Blob(3), Cell::Real(0.5)],
        ];
        assert_eq!(
            print_rows(&["_id", "data1", "data2"], &rows).unwrap(),
            "Row: 0 _id=7, data1=a, data2=b, data2=NULL\n\
             Row: 1 _id=-1, data1=x\nRow: 5 _id=9, data2=NULL\n\
             Row: 2 _id=2, data1=BLOB, data2=0.5\n"
        );
        assert_eq!(print_rows(&["_id"], &[]).unwrap(), NO_RESULT);
    }

    #[test]
    fn columns_are_found_by_name() {
        assert_eq!(lookup(&["a", "A", "t.a"]), Some(vec![0, 0, 0]));
        assert_eq!(lookup(&["hex(t.b)"]), None);
    }

    #[test]
    fn floats_are_java_floats() {
        let check = |number: f64, expected: &str| assert_eq!(java_float(number), expected);
        check(0.0, "0.0");
        check(1.0, "1.0");
        check(-2.5, "-2.5");
        check(0.1, "0.1");
        check(1e7, "1.0E7");
        check(1.25e10, "1.25E10");
        check(0.0001, "1.0E-4");
    }
}
