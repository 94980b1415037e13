//! What the two databases do not have in common: placeholders, type words, statements of migrations.
//!
//! The SQL of jobs is written with `?1`. The SQL of migrations is written for PostgreSQL:
//!
//! * `BIGINT`, `TEXT`, `BYTEA`, `DOUBLE PRECISION` become SQLite's words, and tables are made `STRICT`;
//! * on PostgreSQL, text columns get `COLLATE "C"`, so that both databases sort by bytes and use indexes for prefixes;
//! * a statement under a line `-- only sqlite` or `-- only postgres` runs there alone.

use std::collections::HashSet;

use crate::{Kind, Param};

/// A stretch of SQL: code, or something in quotes or a comment, which nobody may rewrite.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Piece<'a> {
    Code(&'a str),
    Quoted(&'a str),
    Comment(&'a str),
}

/// Cuts SQL into pieces; put together again they are the text.
fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < sql.len() {
        let rest = &sql[at..];
        let length = quoted_length(rest);
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        if start < at {
            pieces.push(Piece::Code(&sql[start..at]));
        }
        let text = &rest[..length];
        let comment = text.starts_with("--") || text.starts_with("/*");
        pieces.push(if comment {
            Piece::Comment(text)
        } else {
            Piece::Quoted(text)
        });
        at += length;
        start = at;
    }
    if start < sql.len() {
        pieces.push(Piece::Code(&sql[start..]));
    }
    pieces
}

/// How long the quoted text or comment at the beginning is; 0 if there is none.
fn quoted_length(rest: &str) -> usize {
    let until = |open: usize, close: &str| {
        rest[open..]
            .find(close)
            .map_or(rest.len(), |found| open + found + close.len())
    };
    match rest.as_bytes() {
        // A doubled quote ends one piece and begins the next, which comes to the same.
        [b'\'', ..] => until(1, "'"),
        [b'"', ..] => until(1, "\""),
        [b'-', b'-', ..] => rest.find('\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => until(2, "*/"),
        [b'$', b'$', ..] => until(2, "$$"),
        _ => 0,
    }
}

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

impl<'a> Piece<'a> {
    fn text(self) -> &'a str {
        match self {
            Piece::Code(text) | Piece::Quoted(text) | Piece::Comment(text) => text,
        }
    }
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
        let Key::Distinct(key) = &self.key else { return true };
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
    let close = words_end(sql, open)?;
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
        let columns = &text[open + 1..words_end(text, open)?];
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

/// A word of the code, outside of quotes, and how many parentheses are open there.
struct Word<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    depth: usize,
}

impl Word<'_> {
    fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }
}

fn positions(sql: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let (mut at, mut depth) = (0, 0usize);
    for piece in pieces(sql) {
        let Piece::Code(code) = piece else {
            at += piece.text().len();
            continue;
        };
        for text in words(code) {
            if is_word(text) {
                found.push(Word { text, start: at, end: at + text.len(), depth });
            }
            depth = text.chars().fold(depth, |depth, c| match c {
                '(' => depth + 1,
                ')' => depth.saturating_sub(1),
                _ => depth,
            });
            at += text.len();
        }
    }
    found
}

/// Where the parenthesis that opens at `open` closes.
fn words_end(sql: &str, open: usize) -> Option<usize> {
    let mut at = open;
    let mut depth = 0usize;
    for piece in pieces(&sql[open..]) {
        if let Piece::Code(code) = piece {
            for (offset, c) in code.char_indices() {
                match c {
                    '(' => depth += 1,
                    ')' if depth == 1 => return Some(at + offset),
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
        at += piece.text().len();
    }
    None
}

/// The statements of a migration as this database wants them.
pub(crate) fn script(kind: Kind, sql: &str) -> Vec<String> {
    let other = match kind {
        Kind::Sqlite => "postgres",
        Kind::Postgres => "sqlite",
    };
    let statements = split(sql).into_iter();
    statements
        .filter(|statement| statement.only.as_deref() != Some(other))
        .map(|statement| statement.for_kind(kind))
        .collect()
}

/// One statement without its comments.
#[derive(Default)]
struct Statement {
    only: Option<String>,
    /// Code and quoted text in turn.
    text: Vec<(String, Quoting)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Quoting {
    Code,
    Quoted,
}

fn split(sql: &str) -> Vec<Statement> {
    let mut done = Vec::new();
    let mut current = Statement::default();
    for piece in pieces(sql) {
        match piece {
            Piece::Comment(comment) => {
                if let Some(only) = comment.trim_start_matches('-').trim().strip_prefix("only ") {
                    current.only = Some(only.trim().to_owned());
                }
                current.text.push((" ".to_owned(), Quoting::Code));
            }
            Piece::Quoted(quoted) => current.text.push((quoted.to_owned(), Quoting::Quoted)),
            Piece::Code(mut code) => {
                while let Some((before, after)) = code.split_once(';') {
                    current.text.push((before.to_owned(), Quoting::Code));
                    code = after;
                    if current.is_inside_trigger() {
                        current.text.push((";".to_owned(), Quoting::Code));
                    } else {
                        done.push(std::mem::take(&mut current));
                    }
                }
                current.text.push((code.to_owned(), Quoting::Code));
            }
        }
    }
    done.push(current);
    done.retain(|statement| !statement.words().is_empty());
    done
}

impl Statement {
    /// The words outside of quotes, in capitals.
    fn words(&self) -> Vec<String> {
        let code = self
            .text
            .iter()
            .filter(|(_, quoting)| *quoting == Quoting::Code);
        code.flat_map(|(text, _)| words(text))
            .filter(|word| is_word(word))
            .map(str::to_ascii_uppercase)
            .collect()
    }

    /// SQLite's triggers have statements of their own, up to the word `END`.
    fn is_inside_trigger(&self) -> bool {
        let words = self.words();
        let creates = words.iter().take(3).any(|word| word == "TRIGGER");
        creates
            && words.iter().any(|word| word == "BEGIN")
            && words.last().is_none_or(|word| word != "END")
    }

    fn for_kind(&self, kind: Kind) -> String {
        let leading = self.words();
        let starts = |words: &[&str]| {
            leading.len() >= words.len() && leading.iter().zip(words).all(|(a, b)| a == b)
        };
        let table = starts(&["CREATE", "TABLE"]);
        let columns = table || starts(&["ALTER", "TABLE"]);
        let mut sql = String::new();
        for (text, quoting) in &self.text {
            match quoting {
                Quoting::Code if columns => sql.push_str(&types(kind, text)),
                Quoting::Code | Quoting::Quoted => sql.push_str(text),
            }
        }
        let sql = sql.trim().to_owned();
        match kind {
            Kind::Sqlite if table && leading.last().is_some_and(|word| word == "ROWID") => {
                format!("{sql}, STRICT")
            }
            Kind::Sqlite if table => format!("{sql} STRICT"),
            Kind::Sqlite | Kind::Postgres => sql,
        }
    }
}

/// Replaces the type words of a column list.
fn types(kind: Kind, code: &str) -> String {
    let mut out = String::with_capacity(code.len() + 16);
    let mut before = String::new();
    let mut skip_precision = false;
    for word in words(code) {
        let upper = word.to_ascii_uppercase();
        match (kind, upper.as_str()) {
            (Kind::Sqlite, "BIGINT") => out.push_str("INTEGER"),
            (Kind::Sqlite, "BYTEA") => out.push_str("BLOB"),
            (Kind::Sqlite, "DOUBLE") => {
                out.push_str("REAL");
                skip_precision = true;
            }
            (Kind::Sqlite, "PRECISION") if skip_precision => skip_precision = false,
            (Kind::Postgres, "TEXT") if before != "AS" => out.push_str("TEXT COLLATE \"C\""),
            _ => out.push_str(word),
        }
        if is_word(word) {
            before = upper;
        }
    }
    out
}

/// Cuts code into words and what stands between them.
fn words(code: &str) -> Vec<&str> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| part(c) != part(first)).unwrap_or(rest.len());
        words.push(&rest[..end]);
        rest = &rest[end..];
    }
    words
}

fn is_word(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}
