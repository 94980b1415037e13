//! In which chats an employee finds something: those of their [`Sight`], as words of an index and as a check of rows.

use std::collections::HashSet;

use store::words::{Term, Wanted};
use store::{Param, Tx};

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
    // The own lines are left out before the newest are counted: they are most of what one takes part in.
    let marks: Vec<String> = (3..line_ids.len() + 3).map(|number| format!("?{number}")).collect();
    let own_lines = marks.join(", ");
    let keys: Vec<Param<'_>> = [&user.id, &CHATS_MAX].into_iter().chain(&line_ids).map(Param::from).collect();
    let elsewhere = if line_ids.is_empty() { String::new() } else { format!("AND c.line_id NOT IN ({own_lines})") };
    let member = format!(
        "SELECT m.chat_id FROM chat_members m JOIN chats c ON c.id = m.chat_id WHERE m.user_id = ?1 {elsewhere} \
         ORDER BY m.chat_id DESC LIMIT ?2"
    );
    let mut others: HashSet<i64> = tx.query(&member, &keys, |row| row.get(0))?.into_iter().collect();
    if !line_ids.is_empty() {
        // The sum keeps the planner from walking back through all closed sessions.
        let passed_on = format!(
            "SELECT s.chat_id FROM sessions s JOIN chats c ON c.id = s.chat_id WHERE s.closed_ms IS NULL AND ?1 <> 0 \
             AND s.line_id IN ({own_lines}) {elsewhere} ORDER BY s.id + 0 DESC LIMIT ?2"
        );
        others.extend(tx.query(&passed_on, &keys, |row| row.get::<i64>(0))?);
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
