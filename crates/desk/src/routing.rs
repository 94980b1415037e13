//! Routing: from loaded facts to a decision with its grounds. Pure: no database, no clock, no chance.

use std::collections::BTreeMap;

use crate::grounds::{Ground, Word};
use crate::lines::Line;
use crate::presence::Presence;

/// How a line spreads its sessions (`QUEUE_TYPE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// To the operator whose last turn is longest ago.
    Evenly,
    /// To the first in queue order who is free.
    Strictly,
    /// To everybody at once; the first to answer owns the session.
    All,
}

impl Rule {
    /// The rule of a line.
    #[must_use]
    pub fn of(line: &Line) -> Rule {
        Rule::parse(line.settings.text("QUEUE_TYPE").unwrap_or_default())
    }

    /// The rule of this name; `evenly` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Rule {
        match text {
            "strictly" => Rule::Strictly,
            "all" => Rule::All,
            _ => Rule::Evenly,
        }
    }
}

/// Which of an operator's sessions count against `MAX_CHAT` (`TYPE_MAX_CHAT`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Those that the operator has answered (`answered`).
    Answered,
    /// Those, and those offered to the operator alone (`answered_new`).
    AnsweredAndOffered,
    /// Those, and those about to close (`closed`): everything until it is closed.
    UntilClosed,
}

impl Counted {
    /// The rule of this name; `answered_new` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Counted {
        match text {
            "answered" => Counted::Answered,
            "closed" => Counted::UntilClosed,
            _ => Counted::AnsweredAndOffered,
        }
    }
}

/// What is known about an operator of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Employee.
    pub id: i64,
    /// Name for the grounds.
    pub name: String,
    /// Works here.
    pub employed: bool,
    /// Says to be at work, or why not.
    pub presence: Presence,
    /// What the employee says about it, or empty.
    pub presence_reason: String,
    /// Open sessions that count against `MAX_CHAT`.
    pub chats: i64,
    /// Number of the last turn on this line, 0 for none; grows with every turn of the line.
    pub last_turn: i64,
}

/// All that a decision depends on, of the line; operators in queue order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// How to spread.
    pub rule: Rule,
    /// `MAX_CHAT`; 0 is no limit.
    pub chats_max: i64,
    /// What counts against it.
    pub counted: Counted,
    /// `CHECK_AVAILABLE`: only those online take part.
    pub check_available: bool,
    /// Turns of the line so far.
    pub turns: i64,
    /// When the line's working hours begin, if it does not work now; until then nobody gets a session.
    pub closed_until_ms: Option<i64>,
    /// The queue.
    pub operators: Vec<Operator>,
}

/// How an operator let a session go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Passed it on.
    Skipped,
    /// Did not answer in time (`QUEUE_TIME`).
    Lapsed,
}

/// What a decision depends on, of the session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Whom it should go to before all others, in the queue or not (`CRM_FORWARD`).
    pub preferred: Option<Operator>,
    /// Who has let it go by in this round of the queue.
    pub passed: BTreeMap<i64, Pass>,
}

/// Who gets the session, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// One operator, several under [`Rule::All`], none when the customer has to wait.
    pub operator_ids: Vec<i64>,
    /// Why them, and why not those who would have come first.
    pub grounds: Vec<Ground>,
}

impl Decision {
    /// The only operator it goes to, 0 when that is nobody or several.
    #[must_use]
    pub fn operator_id(&self) -> i64 {
        match self.operator_ids.as_slice() {
            [one] => *one,
            _ => 0,
        }
    }
}

impl Facts {
    /// Takes the decision over: whose turn it was, and who has one session more. Returns the number of the turn, if it was one.
    pub fn record(&mut self, decision: &Decision) -> Option<i64> {
        let id = decision.operator_id();
        self.add_session(id);
        let operator = self.operators.iter_mut().find(|operator| operator.id == id)?;
        if self.rule != Rule::Evenly {
            return None;
        }
        self.turns += 1;
        operator.last_turn = self.turns;
        Some(self.turns)
    }

    /// An operator was offered one session more, here or on another line.
    pub fn add_session(&mut self, operator_id: i64) {
        let counts = self.counted != Counted::Answered;
        if let Some(operator) = self.operators.iter_mut().find(|operator| counts && operator.id == operator_id) {
            operator.chats += 1;
        }
    }
}

/// Decides who gets a waiting session.
#[must_use]
pub fn decide(facts: &Facts, wish: &Wish) -> Decision {
    if facts.closed_until_ms.is_some() {
        return Decision { operator_ids: Vec::new(), grounds: vec![Ground::new(Word::OffHours)] };
    }
    if let Some(operator) = &wish.preferred
        && obstacle(facts, wish, operator).is_none()
    {
        return Decision { operator_ids: vec![operator.id], grounds: vec![chosen(Word::Responsible, facts, operator)] };
    }
    let seats: Vec<Seat<'_>> = (0..)
        .zip(&facts.operators)
        .map(|(position, operator)| {
            let turn = if facts.rule == Rule::Evenly { operator.last_turn } else { 0 };
            Seat { rank: (turn, position), operator, obstacle: obstacle(facts, wish, operator) }
        })
        .collect();
    let free = || seats.iter().filter(|seat| seat.obstacle.is_none());
    let taking: Vec<&Seat<'_>> = match facts.rule {
        Rule::All => free().collect(),
        Rule::Strictly | Rule::Evenly => free().min_by_key(|seat| seat.rank).into_iter().collect(),
    };
    let why = match (facts.rule, taking.as_slice()) {
        (_, []) if seats.is_empty() => Ground::new(Word::QueueEmpty),
        (_, []) => Ground::new(Word::NobodyFree),
        (Rule::All, all) => all_free(all),
        (Rule::Strictly, [one, ..]) => chosen(Word::FirstInQueue, facts, one.operator),
        (Rule::Evenly, [one, ..]) => chosen(Word::NextInQueue, facts, one.operator),
    };
    let before = match (facts.rule, taking.as_slice()) {
        // Those behind the one who gets it were not passed over.
        (Rule::Strictly | Rule::Evenly, [one, ..]) => one.rank,
        _ => (i64::MAX, i64::MAX),
    };
    let passed_over = seats.iter().filter(|seat| seat.rank < before);
    let refusals = passed_over.filter_map(|seat| Some(seat.obstacle?.ground(facts, seat.operator)));
    let grounds = std::iter::once(why).chain(refusals.take(NAMES_MAX)).collect();
    Decision { operator_ids: taking.iter().map(|seat| seat.operator.id).collect(), grounds }
}

/// An operator's place in the order of the rule; the smallest comes first.
struct Seat<'f> {
    rank: (i64, i64),
    operator: &'f Operator,
    obstacle: Option<Obstacle>,
}

/// The grounds name at most so many operators who get the session, and as many who were passed over.
const NAMES_MAX: usize = 20;

fn all_free(seats: &[&Seat<'_>]) -> Ground {
    Ground {
        names: seats.iter().take(NAMES_MAX).map(|seat| seat.operator.name.clone()).collect(),
        more: seats.len().saturating_sub(NAMES_MAX),
        ..Ground::new(Word::AllFree)
    }
}

/// Why an operator cannot take the session now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Obstacle {
    Gone,
    Passed(Pass),
    Absent,
    Full,
}

impl Obstacle {
    fn ground(self, facts: &Facts, operator: &Operator) -> Ground {
        let of = |word| Ground::of(word, &operator.name);
        match self {
            Obstacle::Gone => of(Word::SkippedGone),
            Obstacle::Passed(Pass::Skipped) => of(Word::SkippedPassedOn),
            Obstacle::Passed(Pass::Lapsed) => of(Word::SkippedLate),
            Obstacle::Absent => {
                let note = (!operator.presence_reason.is_empty()).then(|| operator.presence_reason.clone());
                Ground { presence: Some(operator.presence), note, ..of(Word::SkippedAway) }
            }
            Obstacle::Full => {
                Ground { chats: Some(operator.chats), chats_max: Some(facts.chats_max), ..of(Word::SkippedFull) }
            }
        }
    }
}

fn obstacle(facts: &Facts, wish: &Wish, operator: &Operator) -> Option<Obstacle> {
    if !operator.employed {
        return Some(Obstacle::Gone);
    }
    if let Some(pass) = wish.passed.get(&operator.id) {
        return Some(Obstacle::Passed(*pass));
    }
    if facts.check_available && operator.presence != Presence::Online {
        return Some(Obstacle::Absent);
    }
    (facts.chats_max > 0 && operator.chats >= facts.chats_max).then_some(Obstacle::Full)
}

/// With what speaks for the operator, as far as the line looks at it.
fn chosen(word: Word, facts: &Facts, operator: &Operator) -> Ground {
    let is_limited = facts.chats_max != 0;
    Ground {
        chats: is_limited.then_some(operator.chats),
        chats_max: is_limited.then_some(facts.chats_max),
        presence: facts.check_available.then_some(operator.presence),
        ..Ground::of(word, &operator.name)
    }
}

#[cfg(test)]
mod tests;
