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
//! CREATE INDEX name_words ON name USING gin (words) WITH (gin_pending_list_limit = 256);
//! ```
//!
//! The limit, in kilobytes, keeps the one that takes the list of new words into the index from taking long.

use std::time::{Duration, Instant};

use crate::dialect::words as dialect;
use crate::{Error, Kind, Param, Tx, params};

/// Longest word, in bytes; PostgreSQL refuses more than 2046.
pub const WORD_BYTES_MAX: usize = 200;

/// Most groups and most terms of a question.
pub const TERMS_MAX: usize = 2000;

/// Ids whose rows are looked at, on PostgreSQL, before the index is asked.
const LOOK_ROWS: i64 = 4096;

/// For questions of more terms, fewer rows are.
const LOOK_TERMS_MAX: usize = 100;

/// What an index has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// Ids, the largest first.
    pub ids: Vec<i64>,
    /// Smaller ids were not looked at, because it had taken too long.
    pub cut: bool,
}

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
        // Waited for, so that the caller can tell how long it took.
        let put = match kind {
            Kind::Sqlite => tx.execute_each(&dialect::sqlite_put(self.table), &rows),
            Kind::Postgres => tx.execute_each(&dialect::postgres_put(self.table), &rows),
        };
        put.map(drop)
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

    /// The ids below `below` of the rows that have what is wanted, the largest first, at most `limit`. It looks at the newest
    /// million ids first, then at twice as many, and so on; once it has looked for longer than `patience`, it looks no further.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for more than [`TERMS_MAX`] terms; those of the database.
    pub fn find(
        self,
        tx: &mut Tx<'_>,
        wanted: &Wanted,
        below: i64,
        limit: usize,
        patience: Duration,
    ) -> Result<Hits, Error> {
        let mut hits = Hits::default();
        if wanted.is_hopeless() || limit == 0 {
            return Ok(hits);
        }
        let terms = wanted.groups.iter().map(Vec::len).sum::<usize>();
        if terms > TERMS_MAX {
            return Err(Error::unsupported("a question of so many words"));
        }
        let sql = match tx.kind() {
            Kind::Sqlite => dialect::sqlite_newest(self.table),
            Kind::Postgres => dialect::postgres_newest(self.table),
        };
        let Some(newest) = tx.query_opt(&sql, &params![below], |row| row.get::<i64>(0))? else { return Ok(hits) };
        let (begun, mut under) = (Instant::now(), below);
        if tx.kind() == Kind::Postgres {
            // Frequent words stand in the newest rows, and looking at those costs less than asking the index.
            let rows = if terms <= LOOK_TERMS_MAX { LOOK_ROWS } else { LOOK_ROWS / 4 };
            let low = newest.saturating_sub(rows);
            let key = params![under, low, dialect::postgres_match(wanted), count(limit)];
            hits.ids = tx.query(&dialect::postgres_look(self.table), &key, |row| row.get(0))?;
            if low <= 0 {
                return Ok(hits);
            }
            under = low;
        }
        for (number, slice) in dialect::slices(newest).enumerate() {
            if hits.ids.len() >= limit {
                break;
            }
            if number > 0 && begun.elapsed() >= patience {
                hits.cut = true;
                break;
            }
            hits.ids.extend(self.find_in(tx, wanted, &slice, under, limit - hits.ids.len())?);
            under = slice.low;
        }
        Ok(hits)
    }

    /// The ids of a slice and below `under`.
    fn find_in(
        self,
        tx: &mut Tx<'_>,
        wanted: &Wanted,
        slice: &dialect::Slice,
        under: i64,
        limit: usize,
    ) -> Result<Vec<i64>, Error> {
        match tx.kind() {
            Kind::Sqlite => {
                let key = params![dialect::sqlite_match(wanted), under, slice.low, count(limit)];
                tx.query(&dialect::sqlite_find(self.table), &key, |row| row.get(0))
            }
            Kind::Postgres => {
                let questions = dialect::postgres_questions(wanted, slice);
                let mut key = params![under, count(limit)].to_vec();
                key.extend(questions.iter().map(Param::from));
                tx.query(&dialect::postgres_find(self.table, questions.len()), &key, |row| row.get(0))
            }
        }
    }
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
