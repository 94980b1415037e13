//! `trunkline.board.get`: who waits, and who works on how much.

use desk::users::Role;
use desk::{Millis, board};
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
    let board::Board { lines, operators } = call.read(board::of_all).await?;
    let line = |queue: board::LineQueue| BoardLine {
        line_id: queue.line_id,
        open: queue.open,
        queued: queue.queued,
        waiting_since_ms: queue.waiting_since_ms,
    };
    let operator = |load: board::Workload| BoardOperator {
        user_id: load.user.id,
        presence: load.user.presence,
        open: load.open,
        unanswered: load.unanswered,
        waiting_since_ms: load.waiting_since_ms,
    };
    Ok(Board {
        now_ms: call.now,
        lines: lines.into_iter().map(line).collect(),
        operators: operators.into_iter().map(operator).collect(),
    })
}
