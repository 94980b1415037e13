//! What the two databases do not have in common: placeholders, type words, statements of migrations.
//!
//! The SQL of jobs is written with `?1`. The SQL of migrations is written for PostgreSQL:
//!
//! * `BIGINT`, `TEXT`, `BYTEA`, `DOUBLE PRECISION` become SQLite's words, and tables are made `STRICT`;
//! * on PostgreSQL, text columns get `COLLATE "C"`, so that both databases sort by bytes and use indexes for prefixes;
//! * a statement under a line `-- only sqlite` or `-- only postgres` runs there alone.

use crate::Kind;

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
