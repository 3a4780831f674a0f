//! A provider's table, read exactly: ids first, then pages of rows, then again whatever could be read in two ways.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sidekeep_formats::android::Row;

use super::command::{Query, within};
use super::output::{self, Chosen, Misfit};
use super::{Content, Shell};
use crate::{ErrorKind, LinkError};

/// Rows that one answer should have.
const PAGE: usize = 5_000;

/// How often a table that changes while it is read is begun again.
const ATTEMPTS: usize = 3;

/// Extra questions that one page may cause. Beyond this the provider is not merely odd in a few rows.
const MAX_QUESTIONS: usize = 300;

/// A provider's table and the columns that are wanted of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    /// `content://authority/path`.
    pub(crate) uri: &'a str,
    /// Plain columns beside `_id`, at least one.
    pub(crate) columns: &'a [&'a str],
    /// Extras for every query.
    pub(crate) extras: &'a [&'a str],
}

/// Cells whose text is the four letters NULL: `content` prints SQL NULL the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LiteralNulls(BTreeSet<(i64, usize)>);

/// Rows that were read, or what was made of each.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rows<T = (i64, Row)> {
    /// In the order of the ids. NULL columns are absent.
    pub(crate) rows: Vec<T>,
    /// Ids of rows that the provider or its tool could not print.
    pub(crate) unreadable: Vec<i64>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            unreadable: Vec::new(),
        }
    }
}

/// A reading's cells by id and column; a cell is None where it is SQL NULL or says so.
type Known = HashMap<i64, Vec<Option<String>>>;

impl<S: Shell> Content<S> {
    /// Which cells of the rows chosen by `filter` are the text NULL. Nearly always none, which one question tells.
    pub(crate) async fn literal_nulls(
        &self,
        table: &Table<'_>,
        filter: &str,
    ) -> Result<LiteralNulls, LinkError> {
        let any: Vec<String> = table
            .columns
            .iter()
            .map(|column| format!("{column}='NULL'"))
            .collect();
        let any = match filter {
            "" => any.join(" OR "),
            _ => format!("({filter}) AND ({})", any.join(" OR ")),
        };
        let rows = self.ids(table, &any).await?;
        let mut cells = BTreeSet::new();
        if rows.is_empty() {
            return Ok(LiteralNulls(cells));
        }
        let rows = within("_id", rows);
        for (n, column) in table.columns.iter().enumerate() {
            let ids = self.ids(table, &format!("{column}='NULL' AND {rows}")).await?;
            cells.extend(ids.into_iter().map(|id| (id, n)));
        }
        Ok(LiteralNulls(cells))
    }

    /// The ids of the rows chosen by `filter`, ascending.
    pub(crate) async fn ids(&self, table: &Table<'_>, filter: &str) -> Result<Vec<i64>, LinkError> {
        let rows = self
            .numbers(&Query {
                uri: table.uri,
                projection: &["_id"],
                filter,
                extras: table.extras,
            })
            .await?;
        Ok(rows.into_iter().filter_map(|row| row[0]).collect())
    }

    /// All rows chosen by `filter`.
    ///
    /// # Errors
    /// `Busy` when the rows change faster than they can be read, and the failures of a query. A row that alone cannot
    /// be read is no error.
    pub(crate) async fn whole(&self, table: &Table<'_>, filter: &str) -> Result<Rows, LinkError> {
        self.whole_as(table, filter, |id, row| (id, row)).await
    }

    /// As [`Content::whole`], with what `make` makes of each row: only one page of rows is held as rows, which take
    /// about a kilobyte each.
    ///
    /// # Errors
    /// As [`Content::whole`].
    pub(crate) async fn whole_as<T>(
        &self,
        table: &Table<'_>,
        filter: &str,
        make: impl Fn(i64, Row) -> T,
    ) -> Result<Rows<T>, LinkError> {
        'again: for _ in 0..ATTEMPTS {
            let (ids, nulls) = tokio::try_join!(self.ids(table, filter), self.literal_nulls(table, filter))?;
            let mut whole = Rows::default();
            for page in ids.chunks(PAGE) {
                let range = format!("_id>={} AND _id<={}", page[0], page[page.len() - 1]);
                let filter = match filter {
                    "" => range,
                    _ => format!("({filter}) AND {range}"),
                };
                let Some(rows) = self.rows(table, &filter, page, &nulls).await? else {
                    continue 'again;
                };
                whole
                    .rows
                    .extend(rows.rows.into_iter().map(|(id, row)| make(id, row)));
                whole.unreadable.extend(rows.unreadable);
            }
            return Ok(whole);
        }
        Err(changing(table.uri))
    }

    /// The rows `ids` (ascending, as [`Content::ids`] gave them for `filter`); None when they are not the same rows
    /// any more.
    ///
    /// # Errors
    /// The failures of a query. A row that alone cannot be read is no error.
    pub(crate) async fn rows(
        &self,
        table: &Table<'_>,
        filter: &str,
        ids: &[i64],
        nulls: &LiteralNulls,
    ) -> Result<Option<Rows>, LinkError> {
        if ids.is_empty() {
            return Ok(Some(Rows::default()));
        }
        let mut work = Work {
            table,
            known: Known::with_capacity(ids.len()),
            unreadable: BTreeSet::new(),
            questions: 0,
        };
        let mut pending = vec![Part {
            ids: ids.to_vec(),
            columns: (0..table.columns.len()).collect(),
            filter: Some(filter),
        }];
        while let Some(part) = pending.pop() {
            match work.read(self, part).await {
                Ok(open) => pending.extend(open),
                Err(Halt::Moved) => return Ok(None),
                Err(Halt::Failed(error)) => return Err(error),
            }
        }
        Ok(Some(work.finish(ids, nulls)))
    }
}

/// The failure of a table that never holds still.
pub(crate) fn changing(uri: &str) -> LinkError {
    LinkError::new(ErrorKind::Busy(None), format!("{uri} changes while it is read"))
}

/// Cells still to be read.
struct Part<'a> {
    ids: Vec<i64>,
    /// Indices into the table's columns.
    columns: Vec<usize>,
    /// The condition that chooses exactly `ids`, if it is not to be made from them.
    filter: Option<&'a str>,
}

/// Why a reading stops.
enum Halt {
    /// The rows are not those that were asked for.
    Moved,
    Failed(LinkError),
}

struct Work<'a> {
    table: &'a Table<'a>,
    known: Known,
    unreadable: BTreeSet<i64>,
    questions: usize,
}

impl Work<'_> {
    /// Reads a part. Returns what stays open in smaller parts, the smallest of which (one cell) has one reading only.
    async fn read<'p, S: Shell>(
        &mut self,
        content: &Content<S>,
        part: Part<'p>,
    ) -> Result<Vec<Part<'p>>, Halt> {
        let columns: Vec<&str> = part.columns.iter().map(|n| self.table.columns[*n]).collect();
        let (filter, chosen) = match part.filter {
            Some(filter) => (filter.to_owned(), Chosen::ByFilter),
            None => (within("_id", part.ids.iter().copied()), Chosen::ById),
        };
        let projection: Vec<&str> = std::iter::once("_id").chain(columns.iter().copied()).collect();
        let answer = content
            .query(&Query {
                uri: self.table.uri,
                projection: &projection,
                filter: &filter,
                extras: self.table.extras,
            })
            .await;
        let open = match answer {
            Ok(text) => match output::cut(&text, &part.ids, &columns, chosen) {
                Ok(rows) => self.take(&part, rows),
                Err(Misfit::Moved) => return Err(Halt::Moved),
                Err(Misfit::Garbled) => self.split(part, &"not what was asked for"),
            },
            // One row may be too big for the provider's window; its neighbours are not to suffer.
            Err(error) if *error.kind() == ErrorKind::Garbled => self.split(part, &error),
            Err(error) => return Err(Halt::Failed(error)),
        };
        self.questions += open.len();
        if self.questions > MAX_QUESTIONS {
            return Err(Halt::Failed(LinkError::new(
                ErrorKind::Garbled,
                format!("{}: too many rows that cannot be read", self.table.uri),
            )));
        }
        Ok(open)
    }

    /// Keeps what is exact; returns the rest as parts, by column while there are several columns or rows.
    fn take<'p>(&mut self, part: &Part<'p>, rows: Vec<output::Cells<'_>>) -> Vec<Part<'p>> {
        let mut open: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
        for (id, cells) in part.ids.iter().zip(rows) {
            let row = self
                .known
                .entry(*id)
                .or_insert_with(|| vec![None; self.table.columns.len()]);
            for (column, cell) in part.columns.iter().zip(cells) {
                match cell {
                    Some("NULL") => row[*column] = None,
                    Some(text) => row[*column] = Some(text.to_owned()),
                    None => open.entry(*column).or_default().push(*id),
                }
            }
        }
        let alone = part.columns.len() == 1;
        let mut parts = Vec::new();
        for (column, ids) in open {
            let each = if alone { 1 } else { ids.len() };
            parts.extend(ids.chunks(each).map(|ids| Part {
                ids: ids.to_vec(),
                columns: vec![column],
                filter: None,
            }));
        }
        parts
    }

    /// Two halves of a part that could not be read; a row that could not be read alone is given up.
    fn split<'p>(&mut self, part: Part<'p>, trouble: &dyn std::fmt::Display) -> Vec<Part<'p>> {
        if let [id] = part.ids[..] {
            tracing::warn!(uri = self.table.uri, id, %trouble, "row given up");
            self.unreadable.insert(id);
            return Vec::new();
        }
        let (left, right) = part.ids.split_at(part.ids.len() / 2);
        [left, right]
            .map(|ids| Part {
                ids: ids.to_vec(),
                columns: part.columns.clone(),
                filter: None,
            })
            .into()
    }

    fn finish(mut self, ids: &[i64], nulls: &LiteralNulls) -> Rows {
        let mut rows = Rows {
            rows: Vec::with_capacity(ids.len()),
            unreadable: self.unreadable.iter().copied().collect(),
        };
        for id in ids.iter().filter(|id| !self.unreadable.contains(id)) {
            let cells = self.known.remove(id).unwrap_or_default();
            let mut row = Row::new();
            for (n, (column, cell)) in self.table.columns.iter().zip(cells).enumerate() {
                let cell = cell.or_else(|| nulls.0.contains(&(*id, n)).then(|| "NULL".to_owned()));
                if let Some(text) = cell {
                    row.insert((*column).to_owned(), text);
                }
            }
            rows.rows.push((*id, row));
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use proptest::prelude::*;

    use super::super::output::tests::{print, table};
    use super::super::{Output, block_on};
    use super::*;

    const COLUMNS: [&str; 3] = ["data1", "data2", "data3"];
    const TABLE: Table<'static> = Table {
        uri: "content://com.android.contacts/data",
        columns: &COLUMNS,
        extras: &[],
    };

    /// A provider with one table, reached through a printer exact to `Content.java`. It understands the conditions
    /// that this module writes, and nothing else.
    struct Provider {
        rows: Vec<(i64, Vec<Option<String>>)>,
        /// Printing these rows fails, as when one is bigger than a cursor window.
        too_big: Vec<i64>,
        asked: Mutex<usize>,
    }

    impl Shell for &Provider {
        async fn shell(&self, command: &str, _limit: usize) -> Result<Output, LinkError> {
            *self.asked.lock().unwrap() += 1;
            let (_, rest) = command.split_once("--projection '").unwrap();
            let (projection, rest) = rest.split_once('\'').unwrap();
            let filter = rest.strip_prefix(" --where '").map(|rest| {
                rest.strip_suffix("' --sort '_id ASC'")
                    .unwrap()
                    .replace(r"'\''", "'")
            });
            let chosen: Vec<_> = self
                .rows
                .iter()
                .filter(|row| filter.as_ref().is_none_or(|filter| matches(filter, row)))
                .collect();
            if chosen.iter().any(|(id, _)| self.too_big.contains(id)) && projection != "_id" {
                return Ok(Output {
                    stderr: b"android.database.sqlite.SQLiteBlobTooBigException: Row too big".to_vec(),
                    ..Output::default()
                });
            }
            let columns: Vec<&str> = projection.split(':').skip(1).collect();
            let rows: Vec<_> = chosen
                .into_iter()
                .map(|(id, values)| {
                    let values = columns.iter().map(|name| {
                        values[COLUMNS.iter().position(|column| column == name).unwrap()].clone()
                    });
                    (*id, values.collect())
                })
                .collect();
            Ok(Output {
                stdout: print(&columns, &rows).into_bytes(),
                ..Output::default()
            })
        }
    }

    fn matches(filter: &str, (id, values): &(i64, Vec<Option<String>>)) -> bool {
        filter.split(" AND ").all(|all| {
            all.trim_matches(['(', ')']).split(" OR ").any(|any| {
                let any = any.trim_matches(['(', ')']);
                if let Some(list) = any.strip_prefix("_id IN (") {
                    list.split(',').any(|one| one == id.to_string())
                } else if let Some(first) = any.strip_prefix("_id>=") {
                    *id >= first.parse().unwrap()
                } else if let Some(last) = any.strip_prefix("_id<=") {
                    *id <= last.parse().unwrap()
                } else {
                    let (column, value) = any.split_once('=').unwrap();
                    let column = COLUMNS.iter().position(|name| *name == column).unwrap();
                    values[column].as_deref() == Some(value.trim_matches('\''))
                }
            })
        })
    }

    fn read(provider: &Provider) -> Result<Rows, LinkError> {
        block_on(Content::new(provider).whole(&TABLE, ""))
    }

    proptest! {
        #[test]
        fn every_cell_is_read_exactly(rows in table()) {
            let provider = Provider { rows, too_big: Vec::new(), asked: Mutex::new(0) };
            let expected: Vec<(i64, Row)> = provider.rows.iter().map(|(id, values)| {
                let row = COLUMNS.iter().zip(values)
                    .filter_map(|(column, value)| Some(((*column).to_owned(), value.clone()?)))
                    .collect();
                (*id, row)
            }).collect();
            let read = read(&provider).unwrap();
            prop_assert_eq!(read.rows, expected);
            prop_assert!(read.unreadable.is_empty());
        }
    }

    #[test]
    fn a_row_too_big_costs_only_itself() {
        let row = |id| (id, vec![Some(format!("v{id}")), None, None]);
        let provider = Provider {
            rows: (1..=100).map(row).collect(),
            too_big: vec![37],
            asked: Mutex::new(0),
        };
        let read = read(&provider).unwrap();
        assert_eq!(read.unreadable, [37]);
        assert_eq!(read.rows.len(), 99);
        assert!(*provider.asked.lock().unwrap() < 20);
    }

    #[test]
    fn a_table_that_cannot_be_printed_at_all_is_an_error() {
        let row = |id| (id, vec![None, None, None]);
        let provider = Provider {
            rows: (1..=1000).map(row).collect(),
            too_big: (1..=1000).collect(),
            asked: Mutex::new(0),
        };
        assert_eq!(read(&provider).unwrap_err().kind(), &ErrorKind::Garbled);
        assert!(*provider.asked.lock().unwrap() < 700);
    }

    #[test]
    fn ordinary_rows_take_three_questions() {
        let row = |id| {
            (
                id,
                vec![Some("Ada, Countess".to_owned()), None, Some(String::new())],
            )
        };
        let provider = Provider {
            rows: (1..=1000).map(row).collect(),
            too_big: Vec::new(),
            asked: Mutex::new(0),
        };
        assert_eq!(read(&provider).unwrap().rows.len(), 1000);
        assert_eq!(*provider.asked.lock().unwrap(), 3);
    }
}
