use proptest::prelude::*;

use super::*;
use crate::grounds;

fn operator(id: i64, last_turn: i64) -> Operator {
    Operator {
        id,
        name: format!("Op{id}"),
        employed: true,
        presence: Presence::Online,
        presence_reason: String::new(),
        chats: 0,
        last_turn,
    }
}

fn facts(rule: Rule, operators: Vec<Operator>) -> Facts {
    Facts {
        rule,
        chats_max: 0,
        counted: Counted::AnsweredAndOffered,
        check_available: false,
        turns: 3,
        closed_until_ms: None,
        operators,
    }
}

/// Three operators who had the turns 3, 1 and 2.
fn check(rule: Rule, change: impl FnOnce(&mut Facts, &mut Wish), operators: &[i64], reason: &str) {
    let mut facts = facts(rule, vec![operator(1, 3), operator(2, 1), operator(3, 2)]);
    let mut wish = Wish::default();
    change(&mut facts, &mut wish);
    let decision = decide(&facts, &wish);
    assert_eq!((decision.operator_ids.as_slice(), grounds::text(&decision.grounds).as_str()), (operators, reason));
}

#[test]
fn each_rule_says_whom_and_why() {
    check(Rule::Evenly, |_, _| (), &[2], "Op2: next in queue");
    check(Rule::Strictly, |_, _| (), &[1], "Op1: first in queue");
    check(Rule::All, |_, _| (), &[1, 2, 3], "offered to all who are free: Op1, Op2, Op3");
    check(Rule::All, |facts, _| facts.operators.clear(), &[], "the queue is empty");
    check(
        Rule::Evenly,
        |facts, wish| {
            facts.closed_until_ms = Some(1);
            wish.preferred = Some(operator(2, 0));
        },
        &[],
        "outside working hours",
    );
    check(
        Rule::Evenly,
        |facts, _| {
            facts.chats_max = 5;
            facts.check_available = true;
            facts.operators[1].presence = Presence::Away;
            facts.operators[2].chats = 2;
        },
        &[3],
        "Op3: next in queue, 2 of 5 chats, online; Op2 skipped: away",
    );
    check(
        Rule::Strictly,
        |facts, wish| {
            facts.check_available = true;
            facts.operators[0].presence = Presence::Pause;
            facts.operators[0].presence_reason = "lunch".to_owned();
            wish.passed.insert(2, Pass::Skipped);
        },
        &[3],
        "Op3: first in queue, online; Op1 skipped: pause (lunch); Op2 skipped: passed it on",
    );
    check(Rule::Strictly, |facts, _| facts.operators[0].presence = Presence::Away, &[1], "Op1: first in queue");
    check(
        Rule::Evenly,
        |facts, wish| {
            facts.chats_max = 1;
            facts.operators[0].employed = false;
            facts.operators[1].chats = 1;
            wish.passed.insert(3, Pass::Lapsed);
        },
        &[],
        "nobody is free; Op1 skipped: does not work here any more; Op2 skipped: 1 of 1 chats; \
         Op3 skipped: did not answer in time",
    );
    check(
        Rule::All,
        |_, wish| wish.passed.extend([(2, Pass::Skipped)]),
        &[1, 3],
        "offered to all who are free: Op1, Op3; Op2 skipped: passed it on",
    );
}

#[test]
fn the_responsible_employee_comes_first_unless_something_is_in_the_way() {
    for rule in [Rule::Evenly, Rule::Strictly, Rule::All] {
        check(rule, |_, wish| wish.preferred = Some(operator(9, 0)), &[9], "Op9: responsible for the customer");
    }
    let full = |facts: &mut Facts, wish: &mut Wish| {
        facts.chats_max = 1;
        wish.preferred = Some(Operator { chats: 1, ..operator(9, 0) });
    };
    check(Rule::Strictly, full, &[1], "Op1: first in queue, 0 of 1 chats");
    let passed = |_: &mut Facts, wish: &mut Wish| {
        wish.preferred = Some(operator(3, 0));
        wish.passed.insert(3, Pass::Lapsed);
    };
    check(Rule::Strictly, passed, &[1], "Op1: first in queue");
}

#[test]
fn a_reason_names_twenty_at_most() {
    let mut facts = facts(Rule::All, (1..=100).map(|id| operator(id, 0)).collect());
    let long = grounds::text(&decide(&facts, &Wish::default()).grounds);
    assert!(long.ends_with("Op19, Op20, 80 more"), "{long}");
    facts.operators.iter_mut().for_each(|operator| operator.employed = false);
    let none = grounds::text(&decide(&facts, &Wish::default()).grounds);
    assert_eq!(none.matches("skipped").count(), NAMES_MAX);
}

/// What happens between two sessions.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A session comes in.
    Session,
    /// An operator closes one of his sessions.
    Close(usize),
    /// An operator comes or goes.
    Toggle(usize),
    /// An operator leaves the queue or comes back into it.
    Requeue(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Session),
        2 => (0..8_usize).prop_map(Step::Close),
        1 => (0..8_usize).prop_map(Step::Toggle),
        1 => (0..8_usize).prop_map(Step::Requeue),
    ];
    proptest::collection::vec(step, 1..200)
}

proptest! {
    #[test]
    fn evenly_gives_everybody_the_same_number(count in 1_usize..20, rounds in 1_usize..20) {
        let mut facts = facts(Rule::Evenly, (1..).take(count).map(|id| operator(id, 0)).collect());
        let mut received = vec![0_usize; count];
        for _ in 0..rounds * count {
            let decision = decide(&facts, &Wish::default());
            facts.record(&decision);
            received[usize::try_from(decision.operator_id()).unwrap() - 1] += 1;
        }
        prop_assert!(received.iter().all(|turns| *turns == rounds));
    }

    /// Fairness when people come and go and have all they may have: nobody gets a second session while somebody who was
    /// free the whole time has had none.
    #[test]
    fn evenly_gives_nobody_two_turns_while_another_free_one_waits(count in 2_usize..8, chats_max in 0_i64..4, steps in steps()) {
        let mut facts = facts(Rule::Evenly, (1..).take(count).map(|id| operator(id, 0)).collect());
        facts.chats_max = chats_max;
        facts.check_available = true;
        // For each pair: the first had a turn, and the second has been free, and without one, ever since.
        let mut owed = vec![vec![false; count]; count];
        let mut away: Vec<Operator> = Vec::new();
        let mut sessions = 0;
        for step in steps {
            match step {
                Step::Session => {
                    let decision = decide(&facts, &Wish::default());
                    let free = |facts: &Facts, id: i64| facts.operators.iter().any(|operator| operator.id == id && obstacle(facts, &Wish::default(), operator).is_none());
                    if decision.operator_ids.is_empty() {
                        prop_assert!((1..).take(count).all(|id| !free(&facts, id)), "somebody was free");
                        continue;
                    }
                    sessions += 1;
                    let chosen = decision.operator_id();
                    let seat = usize::try_from(chosen).unwrap() - 1;
                    prop_assert!(free(&facts, chosen));
                    prop_assert!(!owed[seat].contains(&true), "Op{chosen} had two turns while another was free: {owed:?}");
                    for (id, other) in (1..).zip(0..count) {
                        owed[seat][other] = id != chosen && free(&facts, id);
                        owed[other][seat] = false;
                    }
                    facts.record(&decision);
                }
                Step::Close(seat) => {
                    if let Some(operator) = facts.operators.iter_mut().find(|operator| operator.id == i64::try_from(seat).unwrap() + 1) {
                        operator.chats = (operator.chats - 1).max(0);
                    }
                }
                Step::Toggle(seat) => {
                    let id = i64::try_from(seat).unwrap() + 1;
                    if let Some(operator) = facts.operators.iter_mut().find(|operator| operator.id == id) {
                        operator.presence = if operator.presence == Presence::Online { Presence::Away } else { Presence::Online };
                    }
                }
                Step::Requeue(seat) => {
                    let id = i64::try_from(seat).unwrap() + 1;
                    if let Some(index) = away.iter().position(|operator| operator.id == id) {
                        facts.operators.push(away.remove(index));
                    } else if let Some(index) = facts.operators.iter().position(|operator| operator.id == id) {
                        away.push(facts.operators.remove(index));
                    }
                }
            }
            // Who is not free at any moment has lost the claim.
            for seat in 0..count {
                let id = i64::try_from(seat).unwrap() + 1;
                let operator = facts.operators.iter().find(|operator| operator.id == id);
                if operator.is_none_or(|operator| obstacle(&facts, &Wish::default(), operator).is_some()) {
                    owed.iter_mut().for_each(|owed| owed[seat] = false);
                }
            }
        }
        prop_assert!(sessions <= 200);
    }
}
