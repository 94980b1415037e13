//! Whose a session is: offered to operators, taken by one, passed on to the next.

use store::params;

use super::{Session, Status, changed, closing, find, may_take_more};
use crate::events::Kind;
use crate::grounds::{self, Ground, Word};
use crate::jobs::{self, JobKind};
use crate::lines::Line;
use crate::routing::{self, Decision, Facts, Rule, Wish};
use crate::timers::{self, Timer};
use crate::{Change, Millis, Result, bots, chats, lines, queue, tracker};

/// Pause until a session that nobody took begins a new round, when the line has no `QUEUE_TIME`, milliseconds.
const ROUND_MS: Millis = 60_000;

/// What becomes of a session that is given to somebody.
pub(super) struct Given {
    pub status: Status,
    /// Its owner, 0 for nobody or everybody.
    pub operator_id: i64,
    /// Who takes part in the chat from now on.
    pub members: Vec<i64>,
    pub grounds: Vec<Ground>,
    /// Number of the owner's turn, under `evenly`.
    turn: Option<i64>,
    /// When the line works again, if it does not.
    opens_ms: Option<Millis>,
}

impl Given {
    /// What routing decides; the facts are kept up to date, so that several sessions can be given from one loading.
    pub fn by_routing(facts: &mut Facts, wish: &Wish) -> Given {
        let decision = routing::decide(facts, wish);
        Given::decided(facts, decision)
    }

    fn decided(facts: &mut Facts, decision: Decision) -> Given {
        let turn = facts.record(&decision);
        let status = if decision.operator_ids.is_empty() { Status::New } else { Status::Offered };
        let operator_id = decision.operator_id();
        Given {
            status,
            operator_id,
            members: decision.operator_ids,
            grounds: decision.grounds,
            turn,
            opens_ms: facts.closed_until_ms,
        }
    }

    /// A person says to whom.
    pub fn offered_to(employee_id: i64, ground: Ground) -> Given {
        Given {
            status: Status::Offered,
            operator_id: employee_id,
            members: vec![employee_id],
            grounds: vec![ground],
            turn: None,
            opens_ms: None,
        }
    }

    /// A bot is to answer before people.
    pub fn to_bot(bot_id: i64) -> Given {
        Given {
            status: Status::Bot,
            operator_id: bot_id,
            members: vec![bot_id],
            grounds: vec![Ground::new(Word::WelcomeBot)],
            turn: None,
            opens_ms: None,
        }
    }

    /// An employee has opened it: the customer waits for nothing yet.
    pub fn to_employee(employee_id: i64) -> Given {
        Given {
            status: Status::Waiting,
            operator_id: employee_id,
            members: vec![employee_id],
            grounds: vec![Ground::new(Word::Started)],
            turn: None,
            opens_ms: None,
        }
    }
}

/// Counts the turn, and sets or takes back the timer for the hand-over of a session that was just given to somebody.
pub(super) fn begin_offer(change: &mut Change<'_, '_>, line: &Line, session_id: i64, given: &Given) -> Result<()> {
    if let Some(turn) = given.turn {
        queue::record_turn(change, line.id, given.operator_id, turn)?;
    }
    if let Some(opens_ms) = given.opens_ms.filter(|_| given.status == Status::New) {
        jobs::schedule_once(change, JobKind::OfferWaiting, line.id, opens_ms)?;
    }
    // Without a QUEUE_TIME one operator keeps it, but what is offered to all is still offered to those who come later.
    let ends = line.settings.int("QUEUE_TIME") > 0 || Rule::of(line) == Rule::All;
    if given.status == Status::Offered && ends {
        timers::arm(change, Timer::HandOver, session_id, change.now + round_ms(line))?;
    }
    Ok(())
}

fn round_ms(line: &Line) -> Millis {
    match line.settings.int("QUEUE_TIME") {
        0 => ROUND_MS,
        seconds => seconds * 1000,
    }
}

/// Gives an open session to an employee who answers it.
///
/// # Errors
/// Those of the database.
pub fn assign(change: &mut Change<'_, '_>, session: &Session, employee_id: i64, ground: Ground) -> Result<()> {
    change.tx.execute(
        "UPDATE sessions SET operator_id = ?2, status = CASE WHEN waiting_ms IS NULL THEN 'waiting' ELSE 'answered' END, \
         reason = ?3, closing_ms = NULL, close_reason = '', answered_ms = coalesce(answered_ms, ?4) \
         WHERE id = ?1 AND closed_ms IS NULL",
        &params![session.id, employee_id, grounds::stored(&[ground]), change.now],
    )?;
    change.tx.execute("DELETE FROM session_passes WHERE session_id = ?1", &params![session.id])?;
    chats::join(change, &[(session.chat_id, employee_id)])?;
    timers::disarm(change, Timer::HandOver, session.id)?;
    bots::answered(change, session)?;
    closing::go_on(change, session.id)?;
    if session.operator_id != employee_id {
        may_take_more(change, session.operator_id);
    }
    tracker::answered(change, session, employee_id)?;
    changed(change, Kind::SessionChanged, session.chat_id, session.id, &[session.operator_id, employee_id]);
    Ok(())
}

/// Passes an open session on to whom routing finds, leaving out those who let it go by before; when nobody is left it waits,
/// and a new round begins after `QUEUE_TIME`.
///
/// # Errors
/// Those of the database.
pub fn pass_on(change: &mut Change<'_, '_>, session: &Session, line: &Line, from: i64) -> Result<()> {
    record_pass(change, session.id, from, "skipped")?;
    chats::leave(change, session.chat_id, from)?;
    let wish = queue::wish(change.tx, session.id)?;
    let mut facts = facts_without(change, line, session)?;
    let given = Given::by_routing(&mut facts, &wish);
    give(change, line, session, &given)?;
    if given.status == Status::New {
        timers::arm(change, Timer::HandOver, session.id, change.now + round_ms(line))?;
    }
    Ok(())
}

fn record_pass(change: &mut Change<'_, '_>, session_id: i64, user_id: i64, how: &str) -> Result<()> {
    change.tx.execute(
        "INSERT INTO session_passes (session_id, user_id, how) VALUES (?1, ?2, ?3) \
         ON CONFLICT (session_id, user_id) DO UPDATE SET how = excluded.how",
        &params![session_id, user_id, how],
    )?;
    Ok(())
}

/// The facts as they are without this session: it must not count against the one who has it.
pub(super) fn facts_without(change: &mut Change<'_, '_>, line: &Line, session: &Session) -> Result<Facts> {
    let mut facts = queue::facts(change, line)?;
    let counts = match facts.counted {
        routing::Counted::Answered => matches!(session.status, Status::Answered | Status::Waiting),
        routing::Counted::AnsweredAndOffered => session.status != Status::Closing,
        routing::Counted::UntilClosed => true,
    };
    if let Some(owner) = facts.operators.iter_mut().find(|operator| counts && operator.id == session.operator_id) {
        owner.chats = (owner.chats - 1).max(0);
    }
    Ok(facts)
}

/// Nobody has answered for `QUEUE_TIME`: the session goes to the next operator, and when all have had it, a new round of the
/// queue begins. Under `all` it is offered to those who are free by now as well. What the timer [`Timer::HandOver`] does.
pub(crate) fn hand_over(change: &mut Change<'_, '_>, session_id: i64) -> Result<()> {
    let Some(session) = find(change.tx, session_id)? else { return Ok(()) };
    let Some(line) = lines::find(change.tx, session.line_id)? else { return Ok(()) };
    if !matches!(session.status, Status::New | Status::Offered) {
        return Ok(());
    }
    if session.operator_id != 0 && Rule::of(&line) != Rule::All {
        record_pass(change, session.id, session.operator_id, "lapsed")?;
    }
    let mut wish = queue::wish(change.tx, session.id)?;
    let mut facts = facts_without(change, &line, &session)?;
    let mut decision = routing::decide(&facts, &wish);
    if decision.operator_ids.is_empty() && !wish.passed.is_empty() {
        change.tx.execute("DELETE FROM session_passes WHERE session_id = ?1", &params![session.id])?;
        // Who had it last comes last in the new round too.
        wish.passed.retain(|user_id, _| *user_id == session.operator_id);
        decision = routing::decide(&facts, &wish);
        if decision.operator_ids.is_empty() {
            wish.passed.clear();
            decision = routing::decide(&facts, &wish);
        }
    }
    if decision.operator_ids.is_empty() && session.status == Status::Offered && session.operator_id == 0 {
        // Nobody else is free, and it is still offered to those who were.
        return timers::arm(change, Timer::HandOver, session.id, change.now + round_ms(&line));
    }
    let given = Given::decided(&mut facts, decision);
    give(change, &line, &session, &given)
}

/// Gives a session that waits or is offered to somebody else, or to nobody.
pub(super) fn give(change: &mut Change<'_, '_>, line: &Line, session: &Session, given: &Given) -> Result<()> {
    timers::disarm(change, Timer::HandOver, session.id)?;
    begin_offer(change, line, session.id, given)?;
    let before: Vec<i64> = chats::members(change.tx, session.chat_id)?.iter().map(|member| member.user_id).collect();
    let new: Vec<(i64, i64)> =
        given.members.iter().filter(|id| !before.contains(id)).map(|id| (session.chat_id, *id)).collect();
    let before = (session.line_id, session.status, session.operator_id);
    let same = before == (line.id, given.status, given.operator_id);
    if same && new.is_empty() {
        return Ok(());
    }
    change.tx.execute(
        "UPDATE sessions SET operator_id = ?2, status = ?3, reason = ?4, waiting_ms = coalesce(waiting_ms, ?5), \
         closing_ms = NULL, close_reason = '', line_id = ?6 WHERE id = ?1 AND closed_ms IS NULL",
        &params![
            session.id,
            given.operator_id,
            given.status.as_str(),
            grounds::stored(&given.grounds),
            change.now,
            line.id
        ],
    )?;
    if session.line_id != line.id {
        change.event(Kind::ChatMoved, session.chat_id, session.line_id);
    }
    // Also when the same employee has it again: what is offered may not count where what is answered does.
    may_take_more(change, session.operator_id);
    // Whether a bot leaves is the bot's matter.
    let left = session.operator_id != 0 && session.status != Status::Bot;
    if left && !given.members.contains(&session.operator_id) {
        chats::leave(change, session.chat_id, session.operator_id)?;
    }
    chats::join(change, &new)?;
    changed(change, Kind::SessionChanged, session.chat_id, session.id, &[session.operator_id, given.operator_id]);
    Ok(())
}

/// Takes a session from an operator who is not there any more, and gives it to whom routing finds.
pub(super) fn take_back(change: &mut Change<'_, '_>, line: &Line, session: &Session) -> Result<()> {
    let wish = queue::wish(change.tx, session.id)?;
    let mut facts = facts_without(change, line, session)?;
    let given = Given::by_routing(&mut facts, &wish);
    give(change, line, session, &given)
}
