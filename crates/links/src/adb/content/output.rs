//! What `content query` printed, cut into cells. Pure.
//!
//! The tool prints `Row: n a=…, b=…` and escapes nothing (AOSP `Content.java`), so a value may hold anything, also
//! text that looks like the next column or the next row. But the frame is known beforehand: which columns were asked
//! for, and (from a query of the ids alone) which row has which id. Each frame mark is looked for from the front and
//! from the back. Where both searches meet, every possible reading of the text has the mark at that place; the cells
//! between two such marks are exact. All other cells are left open, to be asked for again. Nothing is guessed.

use super::failure::NOTHING;

/// The cells of one row beside `_id`, in the order of the columns; None where the text can be read in several ways.
pub(super) type Cells<'t> = Vec<Option<&'t str>>;

/// Why a text is not the answer that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// Its rows are not those that were there when the ids were read.
    Moved,
    /// It is not what `content` prints for such a query.
    Garbled,
}

/// How a query chose its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    /// By a condition: rows may have come since the ids were read.
    ByFilter,
    /// By their ids: there can be no other row.
    ById,
}

/// Cuts `text`, the answer for `_id` and then `columns` (at least one) of the rows `ids`, in this order.
pub(super) fn cut<'t>(
    text: &'t str,
    ids: &[i64],
    columns: &[&str],
    chosen: Chosen,
) -> Result<Vec<Cells<'t>>, Misfit> {
    let Some(first) = columns.first() else {
        return Err(Misfit::Garbled);
    };
    if ids.is_empty() || text == NOTHING {
        return if ids.is_empty() && text == NOTHING {
            Ok(Vec::new())
        } else {
            Err(Misfit::Moved)
        };
    }
    let body = text.strip_suffix('\n').ok_or(Misfit::Garbled)?;
    let headers: Vec<String> = ids
        .iter()
        .enumerate()
        .map(|(n, id)| format!("\nRow: {n} _id={id}, {first}="))
        .collect();
    if !body.starts_with(&headers[0][1..]) {
        return Err(if body.starts_with("Row: 0 _id=") {
            Misfit::Moved
        } else {
            Misfit::Garbled
        });
    }
    // The first header's line break would be before the text.
    let marks = Marks::find(body, &headers[1..], headers[0].len() - 1).ok_or(Misfit::Moved)?;
    let separators: Vec<String> = columns[1..].iter().map(|column| format!(", {column}=")).collect();
    let beyond = format!("\nRow: {} _id=", ids.len());

    let mut rows = Vec::with_capacity(ids.len());
    for (n, header) in headers.iter().enumerate() {
        let start = if n == 0 {
            Some(header.len() - 1)
        } else {
            marks.certain(n - 1).map(|at| at + header.len())
        };
        let end = if n + 1 < headers.len() {
            marks.certain(n)
        } else {
            Some(body.len())
        };
        let (Some(start), Some(end)) = (start, end) else {
            rows.push(vec![None; columns.len()]);
            continue;
        };
        let mut cells = cells(&body[start..end], &separators).ok_or(Misfit::Garbled)?;
        let last_row = n + 1 == headers.len();
        if last_row && chosen == Chosen::ByFilter && body[start..end].contains(&beyond) {
            // A row that came after the ids were read would look like the end of this one.
            cells.fill(None);
        }
        rows.push(cells);
    }
    Ok(rows)
}

/// Cuts one row, from the first column's value on.
fn cells<'t>(row: &'t str, separators: &[String]) -> Option<Cells<'t>> {
    let marks = Marks::find(row, separators, 0)?;
    Some(
        (0..=separators.len())
            .map(|n| {
                let start = match n.checked_sub(1) {
                    None => 0,
                    Some(before) => marks.certain(before)? + separators[before].len(),
                };
                let end = if n < separators.len() {
                    marks.certain(n)?
                } else {
                    row.len()
                };
                row.get(start..end)
            })
            .collect(),
    )
}

/// The earliest and the latest place of each of a series of marks that follow one another in a text.
struct Marks {
    earliest: Vec<usize>,
    latest: Vec<usize>,
}

impl Marks {
    /// None if the marks do not all occur, in order and without overlap, from `from` on.
    fn find(text: &str, marks: &[String], from: usize) -> Option<Self> {
        let mut at = from;
        let mut earliest = Vec::with_capacity(marks.len());
        for mark in marks {
            let found = at + text.get(at..)?.find(mark.as_str())?;
            earliest.push(found);
            at = found + mark.len();
        }
        let mut end = text.len();
        let mut latest = vec![0; marks.len()];
        for (n, mark) in marks.iter().enumerate().rev() {
            // Searching only back to the earliest place keeps the whole search linear.
            let found = earliest[n] + text.get(earliest[n]..end)?.rfind(mark.as_str())?;
            latest[n] = found;
            end = found;
        }
        Some(Self { earliest, latest })
    }

    /// The place of mark `n`, if it has only one.
    fn certain(&self, n: usize) -> Option<usize> {
        (self.earliest[n] == self.latest[n]).then_some(self.earliest[n])
    }
}

/// Cuts an answer whose values hold neither `, ` nor a line break (whole numbers, hex), so that there is one reading.
/// NULL is None.
pub(super) fn plain<'t>(text: &'t str, columns: &[&str]) -> Result<Vec<Vec<Option<&'t str>>>, Misfit> {
    if text == NOTHING {
        return Ok(Vec::new());
    }
    text.lines()
        .enumerate()
        .map(|(n, line)| {
            let cells = line
                .strip_prefix("Row: ")
                .and_then(|rest| rest.strip_prefix(n.to_string().as_str()))
                .and_then(|rest| rest.strip_prefix(' '))
                .ok_or(Misfit::Garbled)?;
            let mut cells = cells.split(", ");
            let row: Option<Vec<_>> = columns
                .iter()
                .map(|column| {
                    let value = cells.next()?.strip_prefix(column)?.strip_prefix('=')?;
                    let hexadecimal = value
                        .bytes()
                        .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'-' | b'x'));
                    match value {
                        "NULL" => Some(None),
                        "" => None,
                        _ => hexadecimal.then_some(Some(value)),
                    }
                })
                .collect();
            row.filter(|_| cells.next().is_none()).ok_or(Misfit::Garbled)
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What AOSP's `Content.java` prints for these rows.
    pub(in super::super) fn print(columns: &[&str], rows: &[(i64, Vec<Option<String>>)]) -> String {
        if rows.is_empty() {
            return NOTHING.to_owned();
        }
        let mut text = String::new();
        for (n, (id, values)) in rows.iter().enumerate() {
            text.push_str(&format!("Row: {n} _id={id}"));
            for (column, value) in columns.iter().zip(values) {
                text.push_str(&format!(", {column}={}", value.as_deref().unwrap_or("NULL")));
            }
            text.push('\n');
        }
        text
    }

    /// Values that try to look like the tool's own marks.
    pub(in super::super) fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just(", data1=".to_owned()),
            Just(", data2=".to_owned()),
            Just("data2=".to_owned()),
            Just(", ".to_owned()),
            Just("\nRow: 0 _id=1, data1=".to_owned()),
            (0..5usize, 1..6i64).prop_map(|(n, id)| format!("\nRow: {n} _id={id}, data1=")),
            (0..5usize, 1..6i64).prop_map(|(n, id)| format!("Row: {n} _id={id}")),
            Just("\n".to_owned()),
            Just("\r\n".to_owned()),
            Just("NULL".to_owned()),
            Just("No result found.".to_owned()),
            Just("No result found.\n".to_owned()),
            Just("BLOB".to_owned()),
            Just("👩‍🚀".to_owned()),
            Just("=".to_owned()),
            "[a-z]{0,3}",
        ];
        prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
    }

    /// Rows with ids 1, 2, 3… or with gaps, and two or three text columns.
    pub(in super::super) fn table() -> impl Strategy<Value = Vec<(i64, Vec<Option<String>>)>> {
        let row = (
            1..3i64,
            prop::collection::vec(prop::option::weighted(0.9, nasty()), 3),
        );
        prop::collection::vec(row, 0..6).prop_map(|rows| {
            let mut id = 0;
            rows.into_iter()
                .map(|(step, values)| {
                    id += step;
                    (id, values)
                })
                .collect()
        })
    }

    const COLUMNS: [&str; 3] = ["data1", "data2", "data3"];

    proptest! {
        #[test]
        fn what_is_cut_is_what_was_printed(rows in table()) {
            let text = print(&COLUMNS, &rows);
            let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
            let cut = cut(&text, &ids, &COLUMNS, Chosen::ByFilter).unwrap();
            prop_assert_eq!(cut.len(), rows.len());
            for (cells, (_, values)) in cut.iter().zip(&rows) {
                for (cell, value) in cells.iter().zip(values) {
                    if let Some(cell) = cell {
                        prop_assert_eq!(*cell, value.as_deref().unwrap_or("NULL"));
                    }
                }
            }
        }

        #[test]
        fn one_cell_of_one_row_is_always_exact(value in nasty(), id in any::<i64>()) {
            let text = print(&["data1"], &[(id, vec![Some(value.clone())])]);
            let cut = cut(&text, &[id], &["data1"], Chosen::ById).unwrap();
            prop_assert_eq!(cut, vec![vec![Some(value.as_str())]]);
        }

        #[test]
        fn no_text_makes_it_panic(text in "(Row: [0-3] _id=[1-3](, data[1-3]=[a-z]?)*\n?){0,4}") {
            let _ = cut(&text, &[1, 2], &COLUMNS, Chosen::ByFilter);
            let _ = plain(&text, &["_id", "data1"]);
        }
    }

    #[track_caller]
    fn check(text: &str, ids: &[i64], columns: &[&str], expected: Result<&[&[Option<&str>]], Misfit>) {
        let expected = expected.map(|rows| rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>());
        assert_eq!(cut(text, ids, columns, Chosen::ByFilter), expected, "{text:?}");
    }

    #[test]
    fn marks_inside_values() {
        check(
            "Row: 0 _id=1, a=x, b=y\nRow: 1 _id=4, a=, b=NULL\n",
            &[1, 4],
            &["a", "b"],
            Ok(&[&[Some("x"), Some("y")], &[Some(""), Some("NULL")]]),
        );
        check(
            "Row: 0 _id=1, a=x, c=q, b=two\nlines\nRow: 9 _id=9\r\n",
            &[1],
            &["a", "b"],
            Ok(&[&[Some("x, c=q"), Some("two\nlines\nRow: 9 _id=9\r")]]),
        );
        // Which of the two ", b=" is the separator cannot be known; c is certain all the same.
        check(
            "Row: 0 _id=1, a=x, b=y, b=z, c=w\n",
            &[1],
            &["a", "b", "c"],
            Ok(&[&[None, None, Some("w")]]),
        );
        // Either row may hold the false header.
        check(
            "Row: 0 _id=1, a=x\nRow: 1 _id=2, a=y\nRow: 1 _id=2, a=z\nRow: 2 _id=3, a=w\n",
            &[1, 2, 3],
            &["a"],
            Ok(&[&[None], &[None], &[Some("w")]]),
        );
    }

    #[test]
    fn rows_that_came_or_went() {
        check("No result found.\n", &[], &["a"], Ok(&[]));
        check("No result found.\n", &[1], &["a"], Err(Misfit::Moved));
        check("Row: 0 _id=1, a=x\n", &[], &["a"], Err(Misfit::Moved));
        check("Row: 0 _id=2, a=x\n", &[1, 2], &["a"], Err(Misfit::Moved));
        check("Row: 0 _id=1, a=x\n", &[1, 2], &["a"], Err(Misfit::Moved));
        check("Row: 0 a=x\n", &[1], &["a"], Err(Misfit::Garbled));
        check("Row: 0 _id=1, a=x", &[1], &["a"], Err(Misfit::Garbled));
        check("Row: 0 _id=1, a=x\n", &[1], &["a", "b"], Err(Misfit::Garbled));
        // A new row at the end must not become part of the last value.
        check(
            "Row: 0 _id=1, a=x\nRow: 1 _id=2, a=y\n",
            &[1],
            &["a"],
            Ok(&[&[None]]),
        );
    }

    #[test]
    fn plain_values_have_one_reading() {
        let columns = ["_id", "n"];
        assert_eq!(
            plain("Row: 0 _id=1, n=x41\nRow: 1 _id=-2, n=NULL\n", &columns),
            Ok(vec![vec![Some("1"), Some("x41")], vec![Some("-2"), None]])
        );
        assert_eq!(plain("No result found.\n", &columns), Ok(vec![]));
        for bad in [
            "Row: 0 _id=1\n",
            "Row: 1 _id=1, n=2\n",
            "Row: 0 _id=1, n=hello\n",
            "Row: 0 _id=1, n=2, m=3\n",
            "Row: 0 _id=1, n=\n",
        ] {
            assert_eq!(plain(bad, &columns), Err(Misfit::Garbled), "{bad}");
        }
    }
}
