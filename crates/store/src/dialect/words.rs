//! Statements of word indexes. On SQLite an index is an FTS5 table, whose row ids come newest first by themselves; on
//! PostgreSQL a table with a column `tsvector` and a GIN index, which finds all rows or none. There a row also has the word of
//! the block of ids that it lies in, so that the newest rows can be asked for first.

use std::fmt::Write;
use std::ops::RangeInclusive;

use crate::words::{Term, Wanted};

/// Ids of one block.
const BLOCK_BITS: u32 = 16;

/// How many blocks the first question to an index looks at: a million ids. Each further question looks at twice as many.
const BLOCKS_FIRST: i64 = 16;

/// Where it would be more than this many, the question looks at everything older.
const BLOCKS_MAX: i64 = 64;

pub(crate) fn sqlite_put(table: &str) -> String {
    format!("INSERT OR REPLACE INTO {table} (rowid, words) VALUES (?1, ?2)")
}

pub(crate) fn sqlite_remove(table: &str) -> String {
    format!("DELETE FROM {table} WHERE rowid = ?1")
}

/// The command that empties a table without content.
pub(crate) fn sqlite_clear(table: &str) -> String {
    format!("INSERT INTO {table} ({table}) VALUES ('delete-all')")
}

pub(crate) fn sqlite_newest(table: &str) -> String {
    format!("SELECT rowid FROM {table} WHERE rowid < ?1 ORDER BY rowid DESC LIMIT 1")
}

pub(crate) fn sqlite_find(table: &str) -> String {
    format!(
        "SELECT rowid FROM {table} WHERE {table} MATCH ?1 AND rowid < ?2 AND rowid >= ?3 ORDER BY rowid DESC LIMIT ?4"
    )
}

pub(crate) fn postgres_put(table: &str) -> String {
    // Without a comma in the values the store can make one statement of many rows.
    format!(
        "INSERT INTO {table} (id, words) VALUES (?1, CAST(CAST(?2 AS text) AS tsvector)) \
         ON CONFLICT (id) DO UPDATE SET words = excluded.words"
    )
}

pub(crate) fn postgres_remove(table: &str) -> String {
    format!("DELETE FROM {table} WHERE id = ?1")
}

pub(crate) fn postgres_newest(table: &str) -> String {
    format!("SELECT id FROM {table} WHERE id < ?1 ORDER BY id DESC LIMIT 1")
}

/// Looks at the rows themselves, the newest first. The function behind the operator `@@` keeps the index out of it.
pub(crate) fn postgres_look(table: &str) -> String {
    format!(
        "SELECT id FROM {table} WHERE id < ?1 AND id >= ?2 AND ts_match_vq(words, CAST(CAST(?3 AS text) AS tsquery)) \
         ORDER BY id DESC LIMIT ?4"
    )
}

/// Asks the index for rows that answer all of `questions` questions, which begin with ?3. They are asked side by side, not as
/// one: so the index goes from row to row of the rarest, and passes over what the others have in between. The sum and the named
/// part keep the planner from walking along the primary key past all rows that do not match.
pub(crate) fn postgres_find(table: &str, questions: usize) -> String {
    let each = (3..questions + 3).map(|number| format!("words @@ CAST(CAST(?{number} AS text) AS tsquery)"));
    let all = each.collect::<Vec<_>>().join(" AND ");
    format!(
        "WITH found AS MATERIALIZED (SELECT id FROM {table} WHERE {all} AND id + 0 < ?1) \
         SELECT id FROM found ORDER BY id DESC LIMIT ?2"
    )
}

/// The word of the block that an id lies in.
pub(crate) fn block_word(id: i64) -> String {
    format!("/b{}", id >> BLOCK_BITS)
}

/// A part of the ids that an index is asked about at once: those from `low` on that were not asked about before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slice {
    /// The smallest id.
    pub(crate) low: i64,
    /// Its blocks; of the last slice, which is all that is left, there is nothing to tell apart.
    blocks: Option<RangeInclusive<i64>>,
}

/// The ids from `newest` downwards, in slices that grow.
pub(crate) fn slices(newest: i64) -> impl Iterator<Item = Slice> {
    let (mut high, mut blocks) = (newest >> BLOCK_BITS, BLOCKS_FIRST);
    std::iter::from_fn(move || {
        if high < 0 {
            return None;
        }
        let first = high - blocks + 1;
        if first <= 0 || blocks > BLOCKS_MAX {
            high = -1;
            return Some(Slice { low: i64::MIN, blocks: None });
        }
        let slice = Slice { low: first << BLOCK_BITS, blocks: Some(first..=high) };
        (high, blocks) = (first - 1, blocks * 2);
        Some(slice)
    })
}

/// The question in the language of FTS5.
pub(crate) fn sqlite_match(wanted: &Wanted) -> String {
    groups(wanted, " OR ", " AND ", |text, term| match term {
        Term::Word(word) => write!(text, "\"{word}\""),
        Term::Prefix(start) => write!(text, "\"{start}\"*"),
    })
}

/// The question in the language of `tsquery`.
pub(crate) fn postgres_match(wanted: &Wanted) -> String {
    groups(wanted, " | ", " & ", postgres_term)
}

/// The same, each part of it for itself, and for the rows of a slice only.
pub(crate) fn postgres_questions(wanted: &Wanted, slice: &Slice) -> Vec<String> {
    let alone = |group: &Vec<Term>| {
        let mut one = Wanted::default();
        one.any_of(group.iter().cloned());
        postgres_match(&one)
    };
    let mut questions: Vec<String> = wanted.groups().iter().map(alone).collect();
    questions.extend(slice.blocks.clone().map(|blocks| {
        let words: Vec<String> = blocks.map(|block| format!("'/b{block}'")).collect();
        words.join(" | ")
    }));
    questions
}

fn postgres_term(text: &mut String, term: &Term) -> std::fmt::Result {
    match term {
        Term::Word(word) => write!(text, "'{word}'"),
        Term::Prefix(start) => write!(text, "'{start}':*"),
    }
}

fn groups(wanted: &Wanted, or: &str, and: &str, each: fn(&mut String, &Term) -> std::fmt::Result) -> String {
    let mut text = String::new();
    for (number, group) in wanted.groups().iter().enumerate() {
        text.push_str(if number == 0 { "(" } else { and });
        text.push_str(if number == 0 { "" } else { "(" });
        for (number, term) in group.iter().enumerate() {
            text.push_str(if number == 0 { "" } else { or });
            // Writing into a text cannot fail.
            let _ = each(&mut text, term);
        }
        text.push(')');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_cover_every_id_once() {
        let lows = |newest: i64| slices(newest).map(|slice| slice.low).collect::<Vec<_>>();
        assert_eq!(lows(-1), [0_i64; 0]);
        for newest in [0, 5, (16 << BLOCK_BITS) - 1] {
            assert_eq!(lows(newest), [i64::MIN], "{newest}");
        }
        let block = |number: i64| number << BLOCK_BITS;
        assert_eq!(lows(block(16)), [block(1), i64::MIN]);
        assert_eq!(lows(block(200)), [block(185), block(153), block(89), i64::MIN]);
        let blocks = |newest: i64| slices(newest).map(|slice| slice.blocks).collect::<Vec<_>>();
        assert_eq!(blocks(block(200)), [Some(185..=200), Some(153..=184), Some(89..=152), None]);
        assert_eq!(blocks(block(3000)).len(), 4);
    }

    #[test]
    fn the_same_question_in_both_languages() {
        let mut wanted = Wanted::default();
        wanted.any_of([Term::word("rechnung"), Term::prefix("rechn")].into_iter().flatten());
        wanted.any_of(Term::word("/l1"));
        assert_eq!(sqlite_match(&wanted), "(\"rechnung\" OR \"rechn\"*) AND (\"/l1\")");
        assert_eq!(postgres_match(&wanted), "('rechnung' | 'rechn':*) & ('/l1')");
        let newest = slices(17 << BLOCK_BITS).next().unwrap();
        let questions = postgres_questions(&wanted, &newest);
        assert_eq!(questions[..2], ["('rechnung' | 'rechn':*)", "('/l1')"]);
        assert!(questions[2].starts_with("'/b2' | '/b3' | "), "{questions:?}");
        assert_eq!(postgres_questions(&wanted, &slices(5).next().unwrap()).len(), 2);
    }
}
