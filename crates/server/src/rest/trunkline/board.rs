//! `trunkline.board.get`: who waits, and who works on how much.

use std::collections::HashMap;

use desk::users::{self, Role};
use desk::{Millis, chat_list, lines};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::{Call, NoParams, RestError};
use super::at_least;
use super::shapes::words;

/// How it stands now.
#[derive(Serialize, JsonSchema)]
pub(super) struct Board {
    now_ms: Millis,
    lines: Vec<BoardLine>,
    operators: Vec<BoardOperator>,
}

/// A line's queue.
#[derive(Serialize, JsonSchema)]
pub(super) struct BoardLine {
    line_id: i64,
    /// Open chats.
    open: i64,
    /// Customers who wait and whom nobody has answered in this session.
    queued: i64,
    /// Since when the one waits who waits longest.
    waiting_since_ms: Option<Millis>,
}

/// What an operator has.
#[derive(Serialize, JsonSchema)]
pub(super) struct BoardOperator {
    user_id: i64,
    /// `online`, `away`, `pause` or `offline`
    #[schemars(extend("enum" = words::presences()))]
    presence: String,
    /// Open chats.
    open: i64,
    /// Those whose customer waits for an answer.
    unanswered: i64,
    /// Since when the one waits who waits longest.
    waiting_since_ms: Option<Millis>,
}

/// `trunkline.board.get`: for supervisors.
pub(super) async fn get(call: Call, _: NoParams) -> Result<Board, RestError> {
    at_least(&call, Role::Supervisor)?;
    let now_ms = call.now;
    let board = call.read(move |tx| {
        let loads = chat_list::loads(tx)?;
        let mut of_line: HashMap<i64, BoardLine> = HashMap::new();
        let mut of_owner: HashMap<i64, (i64, i64, Option<Millis>)> = HashMap::new();
        let earlier = |one: Option<Millis>, other: Option<Millis>| one.into_iter().chain(other).min();
        for load in loads {
            let line = of_line.entry(load.line_id).or_insert(BoardLine {
                line_id: load.line_id,
                open: 0,
                queued: 0,
                waiting_since_ms: None,
            });
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
        let all = lines::list(tx)?.into_iter().map(|line| {
            let empty = BoardLine { line_id: line.id, open: 0, queued: 0, waiting_since_ms: None };
            of_line.remove(&line.id).unwrap_or(empty)
        });
        let lines: Vec<BoardLine> = all.collect();
        let employees = users::employees(tx)?.into_iter().filter(users::User::is_active_employee);
        let operators = employees.map(|user| {
            let (open, unanswered, waiting_since_ms) = of_owner.get(&user.id).copied().unwrap_or_default();
            BoardOperator { user_id: user.id, presence: user.presence, open, unanswered, waiting_since_ms }
        });
        Ok(Board { now_ms, operators: operators.collect(), lines })
    });
    Ok(board.await?)
}
