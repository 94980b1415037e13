//! Word indexes: which rows have these words, the newest first. What a word is, its stem and its spelling, is the caller's
//! matter, so that both databases answer alike.
//!
//! An index is a table that a migration makes, once for each database:
//!
//! ```sql
//! -- only sqlite
//! CREATE VIRTUAL TABLE name USING fts5 (words, content = '', contentless_delete = 1, detail = none,
//!                                       tokenize = 'ascii tokenchars ''/''');
//! -- only postgres
//! CREATE TABLE name (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
//! -- only postgres
//! CREATE INDEX name_words ON name USING gin (words) WITH (fastupdate = off);
//! ```

use crate::dialect::words as dialect;
use crate::{Error, Kind, Param, Tx, params};

/// Longest word, in bytes; PostgreSQL refuses more than 2046.
pub const WORD_BYTES_MAX: usize = 200;

/// Most groups and most terms of a question.
pub const TERMS_MAX: usize = 2000;

/// The table of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordIndex {
    table: &'static str,
}

/// One word of a question: small letters, digits and anything that is not ASCII; a slash begins words that no text has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    /// Exactly this word.
    Word(String),
    /// Every word that begins so.
    Prefix(String),
}

impl Term {
    /// Exactly this word; nothing when it cannot be a word.
    #[must_use]
    pub fn word(word: &str) -> Option<Term> {
        is_word(word).then(|| Term::Word(word.to_owned()))
    }

    /// Every word that begins so; nothing when no word can.
    #[must_use]
    pub fn prefix(start: &str) -> Option<Term> {
        is_word(start).then(|| Term::Prefix(start.to_owned()))
    }

    /// Whether this word is meant.
    #[must_use]
    pub fn fits(&self, word: &str) -> bool {
        match self {
            Term::Word(wanted) => wanted == word,
            Term::Prefix(start) => word.starts_with(start),
        }
    }
}

/// Whether both databases take it as one word, as it is.
fn is_word(word: &str) -> bool {
    let plain =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '/' || (!c.is_ascii() && !c.is_whitespace());
    !word.is_empty() && word.len() <= WORD_BYTES_MAX && word.chars().all(plain)
}

/// What a row must have: of each group one term.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    groups: Vec<Vec<Term>>,
}

impl Wanted {
    /// The row must have one of these; without any nothing is found.
    pub fn any_of(&mut self, terms: impl IntoIterator<Item = Term>) {
        self.groups.push(terms.into_iter().collect());
    }

    /// The groups.
    #[must_use]
    pub fn groups(&self) -> &[Vec<Term>] {
        &self.groups
    }

    fn is_hopeless(&self) -> bool {
        self.groups.is_empty() || self.groups.iter().any(Vec::is_empty)
    }
}

impl WordIndex {
    /// The index of this table.
    #[must_use]
    pub const fn new(table: &'static str) -> WordIndex {
        WordIndex { table }
    }

    /// Puts rows in, each an id and its words, instead of what these ids had. What is not a word is left out.
    ///
    /// # Errors
    /// Those of the database.
    pub fn put<'w>(self, tx: &mut Tx<'_>, rows: &[(i64, Vec<&'w str>)]) -> Result<(), Error> {
        let kind = tx.kind();
        let text = |id: i64, words: &[&'w str]| {
            let mut words: Vec<&str> = words.iter().copied().filter(|word| is_word(word)).collect();
            let block = dialect::block_word(id);
            if kind == Kind::Postgres {
                words.push(&block);
            }
            words.join(" ")
        };
        let rows: Vec<Vec<Param<'_>>> =
            rows.iter().map(|(id, words)| params![*id, text(*id, words)].to_vec()).collect();
        match kind {
            Kind::Sqlite => tx.send_each(&dialect::sqlite_put(self.table), &rows),
            Kind::Postgres => tx.send_each(&dialect::postgres_put(self.table), &rows),
        }
    }

    /// Takes rows out; those that are not there are no error.
    ///
    /// # Errors
    /// Those of the database.
    pub fn remove(self, tx: &mut Tx<'_>, ids: &[i64]) -> Result<(), Error> {
        let rows: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![*id].to_vec()).collect();
        match tx.kind() {
            Kind::Sqlite => tx.send_each(&dialect::sqlite_remove(self.table), &rows),
            Kind::Postgres => tx.send_each(&dialect::postgres_remove(self.table), &rows),
        }
    }

    /// Makes ready for putting all rows in anew. Where that is quick, the old ones are gone; elsewhere each stays until it is
    /// put in again: removing them would hold up the writer, and emptying the table would wait for every reader, a backup too.
    ///
    /// # Errors
    /// Those of the database.
    pub fn begin_anew(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        match tx.kind() {
            Kind::Sqlite => tx.execute(&dialect::sqlite_clear(self.table), &[]).map(drop),
            Kind::Postgres => Ok(()),
        }
    }

    /// The ids below `below` of the rows that have what is wanted, the largest first, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for more than [`TERMS_MAX`] terms; those of the database.
    pub fn find(self, tx: &mut Tx<'_>, wanted: &Wanted, below: i64, limit: usize) -> Result<Vec<i64>, Error> {
        if wanted.is_hopeless() || limit == 0 {
            return Ok(Vec::new());
        }
        if wanted.groups.iter().map(Vec::len).sum::<usize>() > TERMS_MAX {
            return Err(Error::unsupported("a question of so many words"));
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        match tx.kind() {
            Kind::Sqlite => {
                let question = dialect::sqlite_match(wanted);
                tx.query(&dialect::sqlite_find(self.table), &params![question, below, limit], |row| row.get(0))
            }
            Kind::Postgres => self.find_in_blocks(tx, wanted, below, limit),
        }
    }

    fn find_in_blocks(self, tx: &mut Tx<'_>, wanted: &Wanted, below: i64, limit: i64) -> Result<Vec<i64>, Error> {
        let newest = tx.query_opt(&dialect::postgres_newest(self.table), &params![below], |row| row.get::<i64>(0))?;
        let Some(newest) = newest else { return Ok(Vec::new()) };
        let sql = dialect::postgres_find(self.table);
        let mut found: Vec<i64> = Vec::new();
        for (number, stretch) in dialect::stretches(newest).into_iter().enumerate() {
            // What does not stand in the newest rows at all is rare: one question for all others costs less than several.
            let rare = number > 0 && found.is_empty();
            let stretch = stretch.filter(|_| !rare);
            let room = limit - i64::try_from(found.len()).unwrap_or(limit);
            let under = found.last().copied().unwrap_or(below);
            let question = dialect::postgres_match(wanted, stretch.as_ref());
            found.extend(tx.query(&sql, &params![question, under, room], |row| row.get::<i64>(0))?);
            if rare || i64::try_from(found.len()).unwrap_or(limit) >= limit {
                break;
            }
        }
        Ok(found)
    }
}
