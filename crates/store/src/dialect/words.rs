//! Statements of word indexes. On SQLite an index is an FTS5 table, whose row ids come newest first by themselves; on
//! PostgreSQL a table with a column `tsvector` and a GIN index, which finds all rows or none. There a row also has the word of
//! the block of ids that it lies in, so that the newest rows can be asked for first.

use std::fmt::Write;

use crate::words::{Term, Wanted};

/// Ids of one block: enough that few questions find what is wanted, few enough that all of a block can be looked at.
pub(crate) const BLOCK_BITS: u32 = 16;

/// How many blocks the first question looks at: the newest may have begun just now, so one more.
const BLOCKS_FIRST: i64 = 2;

/// How many times more each further question looks at.
const BLOCKS_GROWTH: i64 = 4;

/// Above this many the blocks are not named any more: the last question looks at everything older.
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

pub(crate) fn sqlite_find(table: &str) -> String {
    format!("SELECT rowid FROM {table} WHERE {table} MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3")
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

/// The sum and the named part keep the planner from walking along the primary key past all rows that do not match.
pub(crate) fn postgres_find(table: &str) -> String {
    format!(
        "WITH found AS MATERIALIZED (SELECT id FROM {table} \
         WHERE words @@ CAST(CAST(?1 AS text) AS tsquery) AND id + 0 < ?2) \
         SELECT id FROM found ORDER BY id DESC LIMIT ?3"
    )
}

/// The word of the block that an id lies in.
pub(crate) fn block_word(id: i64) -> String {
    format!("/b{}", id >> BLOCK_BITS)
}

/// Blocks from `newest` downwards in stretches that grow; the last stretch is `None`: everything.
pub(crate) fn stretches(newest: i64) -> Vec<Option<std::ops::RangeInclusive<i64>>> {
    let (mut high, mut width, mut stretches) = (newest >> BLOCK_BITS, BLOCKS_FIRST, Vec::new());
    while high >= 0 {
        if width > BLOCKS_MAX {
            stretches.push(None);
            break;
        }
        let low = (high - width + 1).max(0);
        stretches.push(Some(low..=high));
        high = low - 1;
        width *= BLOCKS_GROWTH;
    }
    stretches
}

/// The question in the language of FTS5.
pub(crate) fn sqlite_match(wanted: &Wanted) -> String {
    groups(wanted, " OR ", " AND ", |text, term| match term {
        Term::Word(word) => write!(text, "\"{word}\""),
        Term::Prefix(start) => write!(text, "\"{start}\"*"),
    })
}

/// The question in the language of `tsquery`, for the rows of some blocks or all.
pub(crate) fn postgres_match(wanted: &Wanted, blocks: Option<&std::ops::RangeInclusive<i64>>) -> String {
    let mut text = groups(wanted, " | ", " & ", |text, term| match term {
        Term::Word(word) => write!(text, "'{word}'"),
        Term::Prefix(start) => write!(text, "'{start}':*"),
    });
    if let Some(blocks) = blocks {
        let words: Vec<String> = blocks.clone().map(|block| format!("'/b{block}'")).collect();
        let _ = write!(text, " & ({})", words.join(" | "));
    }
    text
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
    fn stretches_cover_every_block_once() {
        assert_eq!(stretches(5), [Some(0..=0)]);
        assert_eq!(stretches(6 << BLOCK_BITS), [Some(5..=6), Some(0..=4)]);
        assert_eq!(stretches(0), [Some(0..=0)]);
        let large = stretches(200 << BLOCK_BITS);
        assert_eq!(large, [Some(199..=200), Some(191..=198), Some(159..=190), None]);
    }

    #[test]
    fn the_same_question_in_both_languages() {
        let mut wanted = Wanted::default();
        wanted.any_of([Term::word("rechnung"), Term::prefix("rechn")].into_iter().flatten());
        wanted.any_of(Term::word("/l1"));
        assert_eq!(sqlite_match(&wanted), "(\"rechnung\" OR \"rechn\"*) AND (\"/l1\")");
        assert_eq!(postgres_match(&wanted, None), "('rechnung' | 'rechn':*) & ('/l1')");
        assert_eq!(postgres_match(&wanted, Some(&(1..=2))), "('rechnung' | 'rechn':*) & ('/l1') & ('/b1' | '/b2')");
    }
}
