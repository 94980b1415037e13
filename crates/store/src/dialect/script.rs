//! The statements of migrations.

use super::text::{Piece, is_word, pieces, words};
use crate::Kind;

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
        let code = self.text.iter().filter(|(_, quoting)| *quoting == Quoting::Code);
        code.flat_map(|(text, _)| words(text)).filter(|word| is_word(word)).map(str::to_ascii_uppercase).collect()
    }

    /// SQLite's triggers have statements of their own, up to the word `END`.
    fn is_inside_trigger(&self) -> bool {
        let words = self.words();
        let creates = words.iter().take(3).any(|word| word == "TRIGGER");
        creates && words.iter().any(|word| word == "BEGIN") && words.last().is_none_or(|word| word != "END")
    }

    fn for_kind(&self, kind: Kind) -> String {
        let words = self.words();
        let starts = |start: &[&str]| words.iter().zip(start).filter(|(a, b)| a == b).count() == start.len();
        let table = starts(&["CREATE", "TABLE"]);
        let mut columns = match (table, starts(&["ALTER", "TABLE"])) {
            (true, _) => Some(Columns::of_create(kind)),
            (_, true) => Some(Columns::of_alter(kind)),
            _ => None,
        };
        let mut sql = String::new();
        for (text, quoting) in &self.text {
            match (&mut columns, quoting) {
                (None, _) => sql.push_str(text),
                (Some(columns), Quoting::Quoted) => columns.quoted(text, &mut sql),
                (Some(columns), Quoting::Code) => columns.code(text, &mut sql),
            }
        }
        let sql = sql.trim().to_owned();
        match kind {
            Kind::Sqlite if table && words.last().is_some_and(|word| word == "ROWID") => format!("{sql}, STRICT"),
            Kind::Sqlite if table => format!("{sql} STRICT"),
            Kind::Sqlite | Kind::Postgres => sql,
        }
    }
}

/// Finds the types in a list of columns: the second word of each item. A column may be called `text`.
struct Columns {
    kind: Kind,
    /// In how many parentheses we are, and in how many the columns stand.
    depth: usize,
    list_depth: usize,
    /// Names and words so far in this item; `None` where no column is described.
    seen: Option<usize>,
}

impl Columns {
    fn of_create(kind: Kind) -> Self {
        Columns { kind, depth: 0, list_depth: 1, seen: None }
    }

    fn of_alter(kind: Kind) -> Self {
        Columns { list_depth: 0, ..Columns::of_create(kind) }
    }

    fn quoted(&mut self, text: &str, sql: &mut String) {
        self.count();
        sql.push_str(text);
    }

    fn count(&mut self) {
        if self.depth == self.list_depth {
            self.seen = self.seen.map(|seen| seen + 1);
        }
    }

    fn code(&mut self, code: &str, sql: &mut String) {
        for part in words(code) {
            match is_word(part) {
                true => sql.push_str(self.word(part)),
                false => {
                    part.chars().for_each(|c| self.sign(c));
                    sql.push_str(part);
                }
            }
        }
    }

    fn sign(&mut self, sign: char) {
        match sign {
            '(' => self.depth += 1,
            ')' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let begins = self.list_depth == 1 && self.depth == 1 && (sign == ',' || (sign == '(' && self.seen.is_none()));
        if begins {
            self.seen = Some(0);
        }
    }

    /// The word, or what this database says instead.
    fn word<'w>(&mut self, word: &'w str) -> &'w str {
        if self.depth != self.list_depth {
            return word;
        }
        let upper = word.to_ascii_uppercase();
        if self.list_depth == 0 && self.seen.is_none_or(|seen| seen > 1) {
            // ALTER TABLE t ADD [COLUMN] [IF NOT EXISTS] name type
            self.seen = (upper == "ADD").then_some(0);
            return word;
        }
        match (self.seen, upper.as_str()) {
            (Some(0), "COLUMN" | "IF" | "NOT" | "EXISTS") if self.list_depth == 0 => return word,
            (Some(0), "CONSTRAINT" | "PRIMARY" | "UNIQUE" | "CHECK" | "FOREIGN") => {
                // Not a column: no second word is a type.
                self.seen = Some(2);
                return word;
            }
            _ => {}
        }
        self.count();
        match (self.seen, self.kind, upper.as_str()) {
            (Some(2), Kind::Sqlite, "BIGINT") => "INTEGER",
            (Some(2), Kind::Sqlite, "BYTEA") => "BLOB",
            (Some(2), Kind::Sqlite, "DOUBLE") => "REAL",
            (Some(3), Kind::Sqlite, "PRECISION") => "",
            (Some(2), Kind::Postgres, "TEXT") => "TEXT COLLATE \"C\"",
            _ => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_mapped_where_types_stand() {
        for (written, sqlite, postgres) in [
            (
                "CREATE TABLE t (text TEXT, bigint BIGINT NOT NULL CHECK (text <> ''), a DOUBLE PRECISION, b BYTEA, PRIMARY KEY (a, text))",
                "CREATE TABLE t (text TEXT, bigint INTEGER NOT NULL CHECK (text <> ''), a REAL , b BLOB, PRIMARY KEY (a, text)) STRICT",
                "CREATE TABLE t (text TEXT COLLATE \"C\", bigint BIGINT NOT NULL CHECK (text <> ''), a DOUBLE PRECISION, b BYTEA, PRIMARY KEY (a, text))",
            ),
            (
                "create table if not exists t (\n  \"te xt\" text default 'TEXT, a TEXT',\n  unique (\"te xt\"),\n  CONSTRAINT text CHECK (length(CAST(a AS TEXT)) > 0)\n) without rowid",
                "create table if not exists t (\n  \"te xt\" text default 'TEXT, a TEXT',\n  unique (\"te xt\"),\n  CONSTRAINT text CHECK (length(CAST(a AS TEXT)) > 0)\n) without rowid, STRICT",
                "create table if not exists t (\n  \"te xt\" TEXT COLLATE \"C\" default 'TEXT, a TEXT',\n  unique (\"te xt\"),\n  CONSTRAINT text CHECK (length(CAST(a AS TEXT)) > 0)\n) without rowid",
            ),
            (
                "ALTER TABLE text ADD COLUMN text TEXT NOT NULL DEFAULT ''",
                "ALTER TABLE text ADD COLUMN text TEXT NOT NULL DEFAULT ''",
                "ALTER TABLE text ADD COLUMN text TEXT COLLATE \"C\" NOT NULL DEFAULT ''",
            ),
            ("ALTER TABLE t ADD a BYTEA", "ALTER TABLE t ADD a BLOB", "ALTER TABLE t ADD a BYTEA"),
            (
                "ALTER TABLE t RENAME COLUMN text TO bigint",
                "ALTER TABLE t RENAME COLUMN text TO bigint",
                "ALTER TABLE t RENAME COLUMN text TO bigint",
            ),
            (
                "CREATE INDEX text ON t (text, bigint)",
                "CREATE INDEX text ON t (text, bigint)",
                "CREATE INDEX text ON t (text, bigint)",
            ),
            (
                "UPDATE t SET a = CAST(b AS BIGINT)",
                "UPDATE t SET a = CAST(b AS BIGINT)",
                "UPDATE t SET a = CAST(b AS BIGINT)",
            ),
        ] {
            assert_eq!(script(Kind::Sqlite, written), [sqlite]);
            assert_eq!(script(Kind::Postgres, written), [postgres]);
        }
    }

    #[test]
    fn statements_end_at_semicolons_outside_of_quotes() {
        let sql = "A ';' \"b;\"; -- c;\n/* d; */ E;\n-- only sqlite\nF;\n-- only postgres\nG $$;$$;; \n-- only sqlite\nCREATE TRIGGER x BEGIN a; b; END; H";
        let trim = |kind| script(kind, sql).iter().map(|text| text.trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(trim(Kind::Sqlite), ["A ';' \"b;\"", "E", "F", "CREATE TRIGGER x BEGIN a; b; END", "H"]);
        assert_eq!(trim(Kind::Postgres), ["A ';' \"b;\"", "E", "G $$;$$", "H"]);
    }
}
