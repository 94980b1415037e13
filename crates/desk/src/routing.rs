//! Routing: from loaded facts to a decision with its reason. Pure: no database, no clock, no chance.

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

/// What is known about an operator of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Employee.
    pub id: i64,
    /// Name for the reason.
    pub name: String,
    /// Works here.
    pub employed: bool,
    /// Says to be at work.
    pub online: bool,
    /// Open sessions that count against `MAX_CHAT`.
    pub chats: i64,
    /// Session received last on this line, 0 for none; grows with time.
    pub last_turn: i64,
    /// Passed this session on already.
    pub skipped: bool,
}

/// All that a decision depends on; operators in queue order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// How to spread.
    pub rule: Rule,
    /// `MAX_CHAT`; 0 is no limit.
    pub chats_max: i64,
    /// `CHECK_AVAILABLE`: only those online take part.
    pub check_online: bool,
    /// The queue.
    pub operators: Vec<Operator>,
}

/// Who gets the session, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// One operator, several under [`Rule::All`], none when the customer has to wait.
    pub operator_ids: Vec<i64>,
    /// For people: why them, and why not the others.
    pub reason: String,
}

/// Decides who gets a waiting session.
#[must_use]
pub fn decide(facts: &Facts) -> Decision {
    let (free, refused): (Vec<&Operator>, Vec<&Operator>) =
        facts.operators.iter().partition(|operator| obstacle(facts, operator).is_none());
    let refusals =
        refused.iter().filter_map(|operator| Some(format!("{} {}", operator.name, obstacle(facts, operator)?)));
    let why_not: Vec<String> = refusals.take(REASONS_MAX).collect();
    let chosen = match facts.rule {
        Rule::All => free.clone(),
        Rule::Strictly => free.iter().take(1).copied().collect(),
        Rule::Evenly => free.iter().min_by_key(|operator| operator.last_turn).into_iter().copied().collect(),
    };
    let why = match (facts.rule, chosen.as_slice()) {
        (_, []) if facts.operators.is_empty() => "the queue is empty".to_owned(),
        (_, []) => "nobody is free".to_owned(),
        (Rule::All, all) => format!("offered to all {} who are free", all.len()),
        (Rule::Strictly, [one, ..]) => format!("{}: first in the queue{}", one.name, load(facts, one)),
        (Rule::Evenly, [one, ..]) => format!("{}: next in turn{}", one.name, load(facts, one)),
    };
    let reason = if why_not.is_empty() { why } else { format!("{why}; {}", why_not.join(", ")) };
    Decision { operator_ids: chosen.iter().map(|operator| operator.id).collect(), reason }
}

/// A reason names at most so many operators who were passed over.
const REASONS_MAX: usize = 20;

fn obstacle(facts: &Facts, operator: &Operator) -> Option<&'static str> {
    if !operator.employed {
        return Some("does not work here any more");
    }
    if operator.skipped {
        return Some("passed it on");
    }
    if facts.check_online && !operator.online {
        return Some("is away");
    }
    if facts.chats_max > 0 && operator.chats >= facts.chats_max {
        return Some("has all the chats allowed");
    }
    None
}

fn load(facts: &Facts, operator: &Operator) -> String {
    match facts.chats_max {
        0 => String::new(),
        max => format!(", {} of {max} chats", operator.chats),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn operator(id: i64, last_turn: i64) -> Operator {
        Operator { id, name: format!("Op{id}"), employed: true, online: true, chats: 0, last_turn, skipped: false }
    }

    fn check(rule: Rule, change: impl FnOnce(&mut Facts), operators: &[i64], reason: &str) {
        let mut facts = Facts {
            rule,
            chats_max: 0,
            check_online: false,
            operators: vec![operator(1, 30), operator(2, 10), operator(3, 20)],
        };
        change(&mut facts);
        let decision = decide(&facts);
        assert_eq!((decision.operator_ids.as_slice(), decision.reason.as_str()), (operators, reason));
    }

    #[test]
    fn each_rule_has_its_choice_and_says_why() {
        check(Rule::Evenly, |_| (), &[2], "Op2: next in turn");
        check(Rule::Strictly, |_| (), &[1], "Op1: first in the queue");
        check(Rule::All, |_| (), &[1, 2, 3], "offered to all 3 who are free");
        check(Rule::Evenly, |facts| facts.operators.clear(), &[], "the queue is empty");
        check(Rule::Evenly, |facts| facts.operators[1].skipped = true, &[3], "Op3: next in turn; Op2 passed it on");
        check(
            Rule::Strictly,
            |facts| {
                facts.check_online = true;
                facts.operators[0].online = false;
            },
            &[2],
            "Op2: first in the queue; Op1 is away",
        );
        check(Rule::Strictly, |facts| facts.operators[0].online = false, &[1], "Op1: first in the queue");
        check(
            Rule::Evenly,
            |facts| {
                facts.chats_max = 2;
                facts.operators[1].chats = 2;
                facts.operators[2].chats = 1;
            },
            &[3],
            "Op3: next in turn, 1 of 2 chats; Op2 has all the chats allowed",
        );
        check(
            Rule::All,
            |facts| facts.operators.iter_mut().for_each(|operator| operator.employed = false),
            &[],
            "nobody is free; Op1 does not work here any more, Op2 does not work here any more, Op3 does not work here any more",
        );
    }

    proptest! {
        #[test]
        fn evenly_gives_everybody_the_same_number(count in 1_usize..20, rounds in 1_usize..20) {
            let mut facts = Facts {
                rule: Rule::Evenly,
                chats_max: 0,
                check_online: false,
                operators: (1..).take(count).map(|id| operator(id, 0)).collect(),
            };
            let mut received = vec![0_usize; count];
            for session in (1..).take(rounds * count) {
                let id = decide(&facts).operator_ids[0];
                let chosen = facts.operators.iter_mut().position(|operator| operator.id == id).unwrap();
                facts.operators[chosen].last_turn = session;
                received[chosen] += 1;
            }
            prop_assert!(received.iter().all(|turns| *turns == rounds));
        }
    }
}
