//! Who sees which chats in the inbox: supervisors and administrators all, an operator those of the lines in whose queue they
//! are and those they take part in. The same rule as [`crate::chats::may_open`], for many chats at once.

use std::collections::HashSet;

use store::Tx;

use crate::users::{Role, User};
use crate::{Result, queue};

/// What an employee may see. It holds until an event [`crate::events::Kind::AccessChanged`] names the employee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The employee.
    pub user_id: i64,
    /// The chats of all lines.
    pub everything: bool,
    /// What belongs to no chat: administrators do.
    pub administers: bool,
    /// Lines in whose queue the employee is.
    pub line_ids: HashSet<i64>,
}

/// To whom a chat matters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// Its line, and the line that its open session was passed on to.
    pub line_ids: Vec<i64>,
    /// Who takes part.
    pub member_ids: Vec<i64>,
}

/// What this employee may see.
///
/// # Errors
/// Those of the database.
pub fn of(tx: &mut Tx<'_>, user: &User) -> Result<Sight> {
    let everything = user.is_active_employee() && user.role() >= Role::Supervisor;
    let line_ids = if user.is_active_employee() { queue::lines_of(tx, &[user.id])? } else { Vec::new() };
    let administers = user.is_active_employee() && user.role() >= Role::Administrator;
    Ok(Sight { user_id: user.id, everything, administers, line_ids: line_ids.into_iter().collect() })
}

impl Sight {
    /// Whether the employee sees a chat of this audience.
    #[must_use]
    pub fn sees(&self, audience: &Audience) -> bool {
        self.everything
            || audience.line_ids.iter().any(|id| self.line_ids.contains(id))
            || audience.member_ids.contains(&self.user_id)
    }

    /// Whether the employee sees what concerns a line.
    #[must_use]
    pub fn sees_line(&self, line_id: i64) -> bool {
        self.everything || self.line_ids.contains(&line_id)
    }
}
