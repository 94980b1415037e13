//! What happens: customers write, operators work, people come and go, settings change, time passes.

use desk::inbound::{Author, Call, Incoming};
use desk::presence::{self, Presence};
use desk::transfers::{self, Destination};
use desk::users::Employment;
use desk::{departments, lines, operators, queue, restarts, users};
use store::{Tx, params};

use crate::support::incoming;
use crate::world::{End, Step, World};

/// One random step.
pub fn step(world: &mut World, tx: &mut Tx<'_>) -> Step {
    match world.dice.below(100) {
        0..30 => customers_write(world, tx),
        30..60 => operator_works(world, tx),
        60..72 => someone_comes_or_goes(world, tx),
        72..77 => something_is_set(world, tx),
        _ => time_passes(world, tx),
    }
}

/// One or several messages in one group, some of them sent before.
fn customers_write(world: &mut World, tx: &mut Tx<'_>) -> Step {
    let mut calls = Vec::new();
    for _ in 0..=world.dice.below(3) {
        let (chat, line_id) = (world.dice.below(5), *world.dice.pick(&world.lines));
        let number = if world.dice.one_in(6) { world.dice.below(20) } else { 1000 + world.sent.len() + calls.len() };
        let body = match world.dice.below(8) {
            0 => format!("call me: +49 30 90182{chat}"),
            1 => "write to ann@example.com".to_owned(),
            _ => (*world.dice.pick(&["hello", "hello", "1", "0", "thanks"])).to_owned(),
        };
        let key = format!("{line_id}/c{chat}/{number}");
        // A repetition says the same; with another text it would be another message.
        let earlier = calls.iter().find(|(other, _): &&(String, Call)| *other == key);
        let earlier = earlier.map(|(_, call)| &call.messages[0].body);
        let body = earlier.or(world.sent.get(&key).map(|(body, _)| body)).cloned().unwrap_or(body);
        let author = if world.dice.one_in(20) { Author::Staff } else { Author::Customer };
        world.tell(format!("customer of chat c{chat} on line {line_id} writes {number} {body:?} {author:?}"));
        // A repetition comes from the same sender; a message of the staff has no id.
        let external_id = (author == Author::Customer).then(|| number.to_string());
        calls.push((key, call(line_id, &format!("c{chat}"), external_id, body, author)));
    }
    let all: Vec<Call> = calls.iter().map(|(_, call)| call.clone()).collect();
    let Some(accepted) = world.accept(tx, &all)? else { return Ok(()) };
    if accepted.len() != calls.len() {
        return Ok(());
    }
    for ((key, call), accepted) in calls.iter().zip(accepted) {
        if call.messages[0].external_id.is_none() {
            continue;
        }
        let body = call.messages[0].body.clone();
        let before = world.sent.entry(key.clone()).or_insert((body, accepted)).1;
        if (before.message_id, before.chat_id) != (accepted.message_id, accepted.chat_id) {
            return Err(End::Broken(format!("{key} was accepted as {before:?} and then as {accepted:?}")));
        }
    }
    Ok(())
}

fn call(line_id: i64, chat: &str, external_id: Option<String>, body: String, author: Author) -> Call {
    let message = Incoming { external_id, body, author, ..incoming(chat) };
    Call { application_id: 1, connector: "c".to_owned(), line_id, source: String::new(), messages: vec![message] }
}

fn operator_works(world: &mut World, tx: &mut Tx<'_>) -> Step {
    let chats = tx.query("SELECT id FROM chats ORDER BY id", &[], |row| row.get::<i64>(0))?;
    if chats.is_empty() {
        return Ok(());
    }
    let (chat, who) = (*world.dice.pick(&chats), *world.dice.pick(&world.employees));
    let what = world.dice.below(20);
    let to = match world.dice.one_in(3) {
        true => Destination::Line(*world.dice.pick(&world.lines)),
        false => Destination::Employee(*world.dice.pick(&world.employees)),
    };
    world.tell(format!("operator {who} does {what} in chat {chat} ({to:?})"));
    world.change(tx, who, |change| match what {
        0..4 => operators::answer(change, chat),
        4..9 => operators::write(change, chat, "hi".into()).map(|_| ()),
        9..12 => operators::finish(change, chat),
        12..14 => operators::skip(change, chat),
        14..16 => transfers::transfer(change, chat, to),
        16 => transfers::intercept(change, chat),
        17 => restarts::mark_as_spam(change, chat),
        18 => restarts::finish_for(change, chat),
        _ => restarts::start(change, chat),
    })?;
    Ok(())
}

fn someone_comes_or_goes(world: &mut World, tx: &mut Tx<'_>) -> Step {
    let who = *world.dice.pick(&world.employees);
    if world.dice.one_in(8) {
        let employment = *world.dice.pick(&[Employment::Dismissed, Employment::Employed, Employment::Employed]);
        world.tell(format!("employee {who} is {employment:?}"));
        world.change(tx, 0, |change| users::set_employment(change, who, employment))?;
        return Ok(());
    }
    let now = *world.dice.pick(Presence::ALL);
    world.tell(format!("employee {who} is {now:?}"));
    world.change(tx, who, |change| presence::set(change, who, now, "because"))?;
    Ok(())
}

fn something_is_set(world: &mut World, tx: &mut Tx<'_>) -> Step {
    let line_id = *world.dice.pick(&world.lines);
    match world.dice.below(4) {
        0 => {
            let members = world.chance_queue();
            world.tell(format!("the queue of line {line_id} is {members:?}"));
            world.change(tx, 1, |change| queue::set_members(change, line_id, &members))?;
        }
        1 => {
            let (who, into) = (*world.dice.pick(&world.employees), *world.dice.pick(&world.departments));
            world.tell(format!("employee {who} moves into department {into}"));
            world.change(tx, 1, |change| departments::move_user(change, who, &[into]))?;
        }
        _ => {
            let Some(mut line) = lines::find(tx, line_id)? else { return Ok(()) };
            let before = line.settings.clone();
            world.set_chance(&mut line.settings, Some(&before));
            world.tell(format!("line {line_id} has other settings: {:?}", line.settings));
            world.change(tx, 1, |change| lines::update(change, &line).map(|_| ()))?;
        }
    }
    Ok(())
}

fn time_passes(world: &mut World, tx: &mut Tx<'_>) -> Step {
    let seconds = *world.dice.pick(&[1, 5, 15, 30, 60, 61, 300, 1200, 90_000]);
    world.now += seconds * 1000;
    world.tell(format!("{seconds} s pass"));
    world.work_off(tx)?;
    Ok(())
}

/// The end of the day: everybody is there, answers and finishes what there is. Then nothing is left to do.
pub fn close_down(world: &mut World, tx: &mut Tx<'_>) -> Step {
    world.tell("the end of the day".to_owned());
    for who in world.employees.clone() {
        while world.change(tx, 0, |change| users::set_employment(change, who, Employment::Employed))?.is_none() {}
        while world.change(tx, who, |change| presence::set(change, who, Presence::Online, ""))?.is_none() {}
    }
    let open = "SELECT chat_id FROM sessions WHERE closed_ms IS NULL ORDER BY id";
    for _ in 0..20 {
        // Long enough for every lease and every timer.
        world.now += 100_000_000;
        let mut attempts = 0;
        while !world.work_off(tx)? {
            world.now += crate::world::LEASE_MS;
            attempts += 1;
            if attempts > 100 {
                return Err(End::Broken("the jobs never end".to_owned()));
            }
        }
        let chats = tx.query(open, &[], |row| row.get::<i64>(0))?;
        if chats.is_empty() {
            break;
        }
        for chat in chats {
            // The first employee is an administrator.
            world.change(tx, world.employees[0], |change| restarts::finish_for(change, chat))?;
        }
    }
    let left: i64 = tx.query_one("SELECT count(*) FROM sessions WHERE closed_ms IS NULL", &[], |row| row.get(0))?;
    let jobs = tx.query("SELECT kind, subject_id FROM jobs ORDER BY id", &params![], |row| {
        Ok(format!("{} of {}", row.get::<String>(0)?, row.get::<i64>(1)?))
    })?;
    if left > 0 || !jobs.is_empty() {
        return Err(End::Broken(format!("at the end of the day {left} sessions and {jobs:?} are left")));
    }
    Ok(())
}
