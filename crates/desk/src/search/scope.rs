//! In which chats an employee finds something: those of their [`Sight`], as words of an index and as a check of rows.

use std::collections::HashSet;

use store::words::{Term, Wanted};
use store::{Param, Tx, params};

use crate::sight::Sight;
use crate::users::User;
use crate::{Result, sight};

/// Chats outside of one's lines that are taken into account, the newest.
const CHATS_MAX: i64 = 500;

/// What an employee may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// All chats.
    Everything,
    /// Some.
    Part {
        /// All chats of these lines.
        line_ids: HashSet<i64>,
        /// Chats of other lines that the employee takes part in or that were passed on to one of these lines.
        chat_ids: HashSet<i64>,
    },
}

/// The word that a row has for its line.
pub(super) fn line_word(line_id: i64) -> String {
    format!("/l{line_id}")
}

/// The word that a row has for its chat.
pub(super) fn chat_word(chat_id: i64) -> String {
    format!("/c{chat_id}")
}

/// What this employee may see.
pub(super) fn of(tx: &mut Tx<'_>, user: &User) -> Result<Scope> {
    let Sight { everything, line_ids, .. } = sight::of(tx, user)?;
    if everything {
        return Ok(Scope::Everything);
    }
    let member = "SELECT m.chat_id, c.line_id FROM chat_members m JOIN chats c ON c.id = m.chat_id WHERE m.user_id = ?1 \
                  ORDER BY m.chat_id DESC LIMIT ?2";
    let mut others: HashSet<i64> = HashSet::new();
    let mut add = |sql: &str, params: &[Param<'_>]| -> Result<()> {
        let chats = tx.query(sql, params, |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
        let elsewhere = chats.into_iter().filter(|(_, line_id)| !line_ids.contains(line_id));
        others.extend(elsewhere.map(|(chat_id, _)| chat_id));
        Ok(())
    };
    add(member, &params![user.id, CHATS_MAX])?;
    if !line_ids.is_empty() {
        // The sum keeps the planner from walking back through all closed sessions.
        let marks: Vec<String> = (2..line_ids.len() + 2).map(|number| format!("?{number}")).collect();
        let passed_on = format!(
            "SELECT s.chat_id, c.line_id FROM sessions s JOIN chats c ON c.id = s.chat_id WHERE s.closed_ms IS NULL \
             AND s.line_id IN ({}) AND c.line_id <> s.line_id ORDER BY s.id + 0 DESC LIMIT ?1",
            marks.join(", ")
        );
        add(&passed_on, &std::iter::once(&CHATS_MAX).chain(&line_ids).map(Param::from).collect::<Vec<_>>())?;
    }
    let mut newest: Vec<i64> = others.into_iter().collect();
    newest.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    newest.truncate(usize::try_from(CHATS_MAX).unwrap_or(0));
    Ok(Scope::Part { line_ids, chat_ids: newest.into_iter().collect() })
}

impl Scope {
    /// Whether nothing is hidden.
    pub(super) fn sees_everything(&self) -> bool {
        matches!(self, Scope::Everything)
    }

    /// Whether a chat, which is one of this line, may be seen.
    pub(super) fn sees(&self, chat_id: i64, line_id: i64) -> bool {
        match self {
            Scope::Everything => true,
            Scope::Part { line_ids, chat_ids } => line_ids.contains(&line_id) || chat_ids.contains(&chat_id),
        }
    }

    /// The question, for rows that may be seen.
    pub(super) fn narrow(&self, mut wanted: Wanted) -> Wanted {
        if let Scope::Part { line_ids, chat_ids } = self {
            let lines = line_ids.iter().map(|id| line_word(*id));
            let words: Vec<String> = lines.chain(chat_ids.iter().map(|id| chat_word(*id))).collect();
            wanted.any_of(words.iter().filter_map(|word| Term::word(word)));
        }
        wanted
    }
}
