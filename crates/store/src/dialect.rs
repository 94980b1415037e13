//! What the two databases do not have in common: placeholders, type words, statements of migrations.
//!
//! The SQL of jobs is written with `?1`. The SQL of migrations is written for PostgreSQL:
//!
//! * `BIGINT`, `TEXT`, `BYTEA`, `DOUBLE PRECISION` become SQLite's words, and tables are made `STRICT`;
//! * on PostgreSQL, text columns get `COLLATE "C"`, so that both databases sort by bytes and use indexes for prefixes;
//! * a statement under a line `-- only sqlite` or `-- only postgres` runs there alone.

use std::collections::HashSet;

use crate::Param;

mod script;
mod text;
pub(crate) mod words;

pub(crate) use script::script;
use text::{Piece, closing, pieces, positions};

/// `?1` as `name(1)` says, outside of quotes and comments.
pub(crate) fn placeholders(sql: &str, name: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(sql.len() + 8);
    for piece in pieces(sql) {
        let Piece::Code(mut code) = piece else {
            text.push_str(piece.text());
            continue;
        };
        while let Some((before, after)) = code.split_once('?') {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            text.push_str(before);
            match after[..digits].parse() {
                Ok(number) => text.push_str(&name(number)),
                Err(_) => text.push('?'),
            }
            code = &after[digits..];
        }
        text.push_str(code);
    }
    text
}

/// A `SELECT` for many parameter rows at once; `types` are those of its placeholders.
pub(crate) fn select_each(sql: &str, types: &[&str]) -> String {
    let inner = placeholders(sql, each_column);
    let inner = inner.trim_end().trim_end_matches(';');
    let from = unnest(types);
    format!("SELECT each_row.ord, each_found.* FROM {from}, LATERAL ({inner}\n) each_found ORDER BY each_row.ord")
}

fn each_column(number: usize) -> String {
    format!("each_row.p{number}")
}

/// Arrays as a table `each_row (p1, p2, ..., ord)`.
fn unnest(types: &[&str]) -> String {
    let arrays: Vec<String> = types.iter().zip(1..).map(|(name, number)| format!("${number}::{name}[]")).collect();
    let names: Vec<String> = (1..=types.len()).map(|number| format!("p{number}")).collect();
    format!("unnest({}) WITH ORDINALITY AS each_row({}, ord)", arrays.join(", "), names.join(", "))
}

/// An `INSERT` for many parameter rows at once.
pub(crate) struct InsertEach {
    pub(crate) sql: String,
    key: Key,
}

/// Which rows may stand in one statement.
enum Key {
    /// Any.
    Free,
    /// Rows that differ in these parameters (counted from 0): PostgreSQL updates no row twice in one statement.
    Distinct(Vec<usize>),
}

impl InsertEach {
    /// Whether one statement does the same as one after the other.
    pub(crate) fn allows(&self, rows: &[Vec<Param<'_>>]) -> bool {
        let Key::Distinct(key) = &self.key else {
            return true;
        };
        let mut seen = HashSet::new();
        rows.iter().all(|row| seen.insert(key.iter().map(|&index| format!("{:?}", row.get(index))).collect::<Vec<_>>()))
    }
}

/// Rewrites `INSERT INTO t (a, b) VALUES (?1, ?2) [ON CONFLICT ...]`. `None` for everything else.
pub(crate) fn insert_each(sql: &str, types: &[&str]) -> Option<InsertEach> {
    let sql = sql.trim().trim_end_matches(';');
    let words = positions(sql);
    let first = words.first()?;
    let values = words.iter().find(|word| word.is("VALUES") && word.depth == 0)?;
    let subquery = words.iter().any(|word| word.is("SELECT"));
    if !first.is("INSERT") || subquery || types.is_empty() {
        return None;
    }
    let open = values.end + sql[values.end..].find('(')?;
    let close = closing(sql, open)?;
    let (head, list, tail) = (&sql[..values.start], &sql[open + 1..close], &sql[close + 1..]);
    let tail_words = positions(tail);
    let simple_tail = tail_words.first().is_none_or(|word| word.is("ON")) && !tail.contains('?');
    if !simple_tail || tail.trim_start().starts_with(',') || tail_words.iter().any(|word| word.is("RETURNING")) {
        return None;
    }
    let key = match tail_words.iter().any(|word| word.is("UPDATE")) {
        true => Key::Distinct(conflict_key(head, list, tail)?),
        false => Key::Free,
    };
    let list = placeholders(list, each_column);
    let sql = format!("{head}SELECT {list} FROM {} ORDER BY each_row.ord {tail}", unnest(types));
    Some(InsertEach { sql, key })
}

/// The parameters that stand for the columns of `ON CONFLICT (...)`.
fn conflict_key(head: &str, list: &str, tail: &str) -> Option<Vec<usize>> {
    let inside = |text: &str| -> Option<Vec<String>> {
        let open = text.find('(')?;
        let columns = &text[open + 1..closing(text, open)?];
        Some(columns.split(',').map(|column| column.trim().to_ascii_lowercase()).collect())
    };
    let columns = inside(head)?;
    let values: Vec<&str> = list.split(',').map(str::trim).collect();
    let number = |column: &String| {
        let at = columns.iter().position(|name| name == column)?;
        let number: usize = values.get(at)?.strip_prefix('?')?.parse().ok()?;
        number.checked_sub(1)
    };
    match columns.len() == values.len() {
        true => inside(tail)?.iter().map(number).collect(),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_inserts_that_mean_the_same_become_one_statement() {
        let one = |sql: &str| insert_each(sql, &["int8", "text"]).map(|insert| insert.sql);
        let simple = one("INSERT INTO t (a, b) VALUES (?1, upper(?2)) ON CONFLICT (a) DO NOTHING;");
        assert_eq!(
            simple.as_deref(),
            Some(
                "INSERT INTO t (a, b) SELECT each_row.p1, upper(each_row.p2) FROM unnest($1::int8[], $2::text[]) \
                 WITH ORDINALITY AS each_row(p1, p2, ord) ORDER BY each_row.ord  ON CONFLICT (a) DO NOTHING"
            )
        );
        for single in [
            "UPDATE t SET a = ?1 WHERE b = ?2",
            "INSERT INTO t (a, b) SELECT ?1, ?2",
            "INSERT INTO t (a, b) VALUES (?1, ?2), (?1, ?2)",
            "INSERT INTO t (a, b) VALUES (?1, (SELECT max(b) FROM t WHERE b > ?2))",
            "INSERT INTO t (a, b) VALUES (?1, ?2) RETURNING a",
            "INSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT (a) DO UPDATE SET b = ?2",
            "INSERT INTO t (a, b) VALUES (?1 + 1, ?2) ON CONFLICT (a) DO UPDATE SET b = 'x'",
        ] {
            assert_eq!(one(single), None, "{single}");
        }
    }

    #[test]
    fn an_upsert_may_not_meet_its_own_rows() {
        let sql = "INSERT INTO t (b, a) VALUES (?2, ?1) ON CONFLICT (a) DO UPDATE SET b = excluded.b";
        let insert = insert_each(sql, &["int8", "text"]).unwrap();
        let row = |a: i64, b: &'static str| vec![Param::from(a), Param::from(b)];
        assert!(insert.allows(&[row(1, "x"), row(2, "x")]));
        assert!(!insert.allows(&[row(1, "x"), row(2, "x"), row(1, "y")]));
    }
}
