//! The supervisors' board: who waits, and who works on how much.

use std::collections::HashMap;

use store::Tx;

use crate::users::{self, User};
use crate::{Millis, Result, chat_list, lines};

/// How it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// All lines by id.
    pub lines: Vec<LineQueue>,
    /// All employees who work here, by id.
    pub operators: Vec<Workload>,
}

/// A line's queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineQueue {
    /// The line.
    pub line_id: i64,
    /// Open chats.
    pub open: i64,
    /// Customers who wait and whom nobody has answered in this session.
    pub queued: i64,
    /// Since when the one waits who waits longest.
    pub waiting_since_ms: Option<Millis>,
}

/// What an operator has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Who it is.
    pub user: User,
    /// Open chats.
    pub open: i64,
    /// Those whose customer waits for an answer.
    pub unanswered: i64,
    /// Since when the one waits who waits longest.
    pub waiting_since_ms: Option<Millis>,
}

/// How it stands now.
///
/// # Errors
/// Those of the database.
pub fn of_all(tx: &mut Tx<'_>) -> Result<Board> {
    let mut of_line: HashMap<i64, LineQueue> = HashMap::new();
    let mut of_owner: HashMap<i64, (i64, i64, Option<Millis>)> = HashMap::new();
    let earlier = |one: Option<Millis>, other: Option<Millis>| one.into_iter().chain(other).min();
    for load in chat_list::loads(tx)? {
        let line = of_line.entry(load.line_id).or_default();
        line.open += load.open;
        line.waiting_since_ms = earlier(line.waiting_since_ms, load.waiting_since_ms);
        if load.queued {
            line.queued += load.open;
        }
        let owner = of_owner.entry(load.owner_id).or_default();
        owner.0 += load.open;
        owner.1 += load.waiting;
        owner.2 = earlier(owner.2, load.waiting_since_ms);
    }
    let lines = lines::list(tx)?.into_iter().map(|line| {
        let queue = of_line.remove(&line.id).unwrap_or_default();
        LineQueue { line_id: line.id, ..queue }
    });
    let lines = lines.collect();
    let employees = users::employees(tx)?.into_iter().filter(User::is_active_employee);
    let operators = employees.map(|user| {
        let (open, unanswered, waiting_since_ms) = of_owner.get(&user.id).copied().unwrap_or_default();
        Workload { user, open, unanswered, waiting_since_ms }
    });
    Ok(Board { lines, operators: operators.collect() })
}
