//! What the database holds at a moment, and what of it may not be.

use std::collections::{BTreeMap, BTreeSet};

use desk::lines::{self, Line};
use store::Tx;

use crate::world::{End, Step, World};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub chat_id: i64,
    pub line_id: i64,
    pub status: String,
    pub operator_id: i64,
    pub waiting: bool,
    pub closed: bool,
    pub reason: String,
}

struct Employee {
    active: bool,
    online: bool,
}

#[derive(Default)]
pub struct Picture {
    sessions: BTreeMap<i64, Session>,
    lines: BTreeMap<i64, Line>,
    employees: BTreeMap<i64, Employee>,
    /// Employees of each line's queue, departments taken apart.
    queues: BTreeMap<i64, BTreeSet<i64>>,
    passes: BTreeSet<(i64, i64)>,
    members: BTreeSet<(i64, i64)>,
    jobs: BTreeSet<(String, i64)>,
    events: i64,
}

fn pairs(tx: &mut Tx<'_>, sql: &str) -> Step<BTreeSet<(i64, i64)>> {
    Ok(tx.query(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

impl Picture {
    pub fn take(tx: &mut Tx<'_>) -> Step<Picture> {
        let sql = "SELECT id, chat_id, line_id, status, operator_id, waiting_ms, closed_ms, reason FROM sessions";
        let sessions = tx.query(sql, &[], |row| {
            let session = Session {
                chat_id: row.get(1)?,
                line_id: row.get(2)?,
                status: row.get(3)?,
                operator_id: row.get(4)?,
                waiting: row.get::<Option<i64>>(5)?.is_some(),
                closed: row.get::<Option<i64>>(6)?.is_some(),
                reason: row.get(7)?,
            };
            Ok((row.get(0)?, session))
        })?;
        let sql = "SELECT id, active, presence FROM users WHERE kind = 'employee'";
        let employees = tx.query(sql, &[], |row| {
            Ok((row.get(0)?, Employee { active: row.get(1)?, online: row.get::<String>(2)? == "online" }))
        })?;
        let jobs = tx.query("SELECT kind, subject_id FROM jobs", &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Picture {
            sessions: sessions.into_iter().collect(),
            lines: lines::list(tx)?.into_iter().map(|line| (line.id, line)).collect(),
            employees: employees.into_iter().collect(),
            queues: queues(tx)?,
            passes: pairs(tx, "SELECT session_id, user_id FROM session_passes")?,
            members: pairs(tx, "SELECT chat_id, user_id FROM chat_members")?,
            jobs: jobs.into_iter().collect(),
            events: tx.query_one("SELECT value FROM counters WHERE name = 'event'", &[], |row| row.get(0))?,
        })
    }

    /// Compares with the picture before the last step, and looks for what may not be.
    pub fn check(&self, tx: &mut Tx<'_>, before: &Picture, world: &World) -> Step {
        let told: BTreeSet<i64> = tx
            .query(
                &format!("SELECT subject_id FROM events WHERE number > {} AND kind LIKE 'session.%'", before.events),
                &[],
                |row| row.get(0),
            )?
            .into_iter()
            .collect();
        let mut chats = BTreeSet::new();
        for (id, session) in &self.sessions {
            let broken = |what: &str| Err(End::Broken(format!("session {id}: {what}: {session:?}")));
            if !session.closed && !chats.insert(session.chat_id) {
                return broken("the chat has another open session");
            }
            let earlier = before.sessions.get(id);
            if earlier.is_some_and(|earlier| earlier.closed && earlier != session) {
                return broken("it was closed and changed");
            }
            if earlier != Some(session) && !told.contains(id) {
                return broken("it changed and nobody was told");
            }
            if let Some(what) = self.wrong(*id, session) {
                return broken(&what);
            }
            if let Some(what) = self.forgotten(*id, session) {
                return broken(&what);
            }
        }
        self.check_limits(before, world)?;
        check_links(tx)?;
        check_numbers(tx)
    }

    /// What a session must be by itself.
    fn wrong(&self, id: i64, session: &Session) -> Option<String> {
        let status = session.status.as_str();
        let over = matches!(status, "closed" | "spam");
        if over != session.closed {
            return Some("its status and its end disagree".to_owned());
        }
        if session.waiting != matches!(status, "new" | "offered" | "answered") {
            return Some("it is not clear whether the customer waits".to_owned());
        }
        if status == "new" && session.operator_id != 0 {
            return Some("nobody should have it".to_owned());
        }
        if status == "answered" && session.operator_id == 0 {
            return Some("nobody has it".to_owned());
        }
        if session.closed {
            let left = self.jobs.iter().find(|(kind, subject)| *subject == id && is_timer(kind));
            return left.map(|(kind, _)| format!("it is over and has a timer {kind}"));
        }
        let owner = session.operator_id;
        if owner != 0 && !self.members.contains(&(session.chat_id, owner)) {
            return Some("its owner is not in the chat".to_owned());
        }
        let dismissed = self.employees.get(&owner).is_some_and(|owner| !owner.active);
        if dismissed && !self.jobs.contains(&("take_back".to_owned(), owner)) {
            return Some("its owner does not work here any more".to_owned());
        }
        let has = |timer: &str| self.jobs.contains(&(timer.to_owned(), id));
        if status == "closing" && !has("close_session") && !has("expire") {
            return Some("it will never close".to_owned());
        }
        let line = self.lines.get(&session.line_id)?;
        if status == "offered" && line.settings.int("QUEUE_TIME") > 0 && !has("hand_over") {
            return Some("it will never be handed over".to_owned());
        }
        None
    }

    /// Whether somebody could have a session that waits for an operator.
    fn forgotten(&self, id: i64, session: &Session) -> Option<String> {
        if session.status != "new" || self.jobs.contains(&("offer_waiting".to_owned(), session.line_id)) {
            return None;
        }
        let free = self.queues.get(&session.line_id)?.iter().find(|user| self.is_free(**user, session.line_id, id))?;
        Some(format!("its customer waits although {free} is free"))
    }

    fn is_free(&self, user: i64, line_id: i64, session_id: i64) -> bool {
        let (line, employee) = (&self.lines[&line_id], &self.employees[&user]);
        let max = line.settings.int("MAX_CHAT");
        employee.active
            && !self.passes.contains(&(session_id, user))
            && (employee.online || !line.settings.flag("CHECK_AVAILABLE"))
            && (max == 0 || self.load(user, line) < max)
    }

    /// The sessions that count against `MAX_CHAT` of a line.
    fn load(&self, user: i64, line: &Line) -> i64 {
        let counted: &[&str] = match line.settings.text("TYPE_MAX_CHAT") {
            Some("answered") => &["answered", "waiting"],
            Some("closed") => &["offered", "answered", "waiting", "closing"],
            _ => &["offered", "answered", "waiting"],
        };
        let own = self.sessions.values().filter(|session| session.operator_id == user);
        i64::try_from(own.filter(|session| counted.contains(&session.status.as_str())).count()).unwrap_or(i64::MAX)
    }

    /// Routing never gives somebody more than `MAX_CHAT`; people may.
    fn check_limits(&self, before: &Picture, world: &World) -> Step {
        let by_routing = |(id, session): &(&i64, &Session)| {
            let earlier = before.sessions.get(id);
            let is_new = earlier.is_none_or(|earlier| earlier.operator_id != session.operator_id);
            let words = ["\"next_in_queue\"", "\"first_in_queue\"", "\"all_free\"", "\"responsible\""];
            is_new
                && session.operator_id != 0
                && session.status == "offered"
                && words.iter().any(|words| session.reason.contains(words))
        };
        let mut given: BTreeMap<i64, Vec<&Session>> = BTreeMap::new();
        for (_, session) in self.sessions.iter().filter(by_routing) {
            given.entry(session.operator_id).or_default().push(session);
        }
        for (user, sessions) in given {
            for session in &sessions {
                let line = &self.lines[&session.line_id];
                let max = line.settings.int("MAX_CHAT");
                let counts = line.settings.text("TYPE_MAX_CHAT") != Some("answered");
                // Those of other lines may have come later, under another limit.
                let later = sessions.iter().filter(|other| counts && other.line_id != session.line_id).count();
                let load = self.load(user, line) - i64::try_from(later).unwrap_or(0);
                if max > 0 && load - i64::from(counts) >= max {
                    let last = world.story.last();
                    return Err(End::Broken(format!(
                        "{user} was given {session:?} with {load} of {max} chats: {last:?}"
                    )));
                }
            }
        }
        Ok(())
    }
}

fn is_timer(kind: &str) -> bool {
    desk::timers::Timer::ALL.iter().any(|timer| timer.as_str() == kind)
}

/// The employees of each queue: a department stands for everybody in it and below it.
fn queues(tx: &mut Tx<'_>) -> Step<BTreeMap<i64, BTreeSet<i64>>> {
    let parents = pairs(tx, "SELECT id, parent_id FROM departments")?;
    let people = pairs(tx, "SELECT department_id, user_id FROM department_members")?;
    let parents: BTreeMap<i64, i64> = parents.into_iter().collect();
    let is_in = |mut department: i64, wanted: i64| loop {
        if department == wanted {
            return true;
        }
        match parents.get(&department) {
            Some(parent) => department = *parent,
            None => return false,
        }
    };
    let rows = tx.query("SELECT line_id, entity_type, entity_id FROM line_queue", &[], |row| {
        Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<i64>(2)?))
    })?;
    let mut queues: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for (line_id, kind, id) in rows {
        let queue = queues.entry(line_id).or_default();
        match kind.as_str() {
            "user" => drop(queue.insert(id)),
            _ => queue.extend(people.iter().filter(|(department, _)| is_in(*department, id)).map(|(_, user)| *user)),
        }
    }
    Ok(queues)
}

/// A customer is one contact. That an address stands in one contact, and that a chat has one item of a type, hold by unique
/// keys: breaking them is an error that nobody should see.
fn check_links(tx: &mut Tx<'_>) -> Step {
    let sql = "SELECT customer_id FROM crm_links WHERE type_id = 3 AND customer_id <> 0 \
               GROUP BY customer_id HAVING count(DISTINCT item_id) > 1";
    match tx.query_opt(sql, &[], |row| row.get::<i64>(0))? {
        Some(id) => Err(End::Broken(format!("customer {id} is two contacts"))),
        None => Ok(()),
    }
}

/// Messages of a chat are numbered without gaps.
fn check_numbers(tx: &mut Tx<'_>) -> Step {
    let sql = "SELECT chat_id, CAST(count(*) AS BIGINT), min(no), max(no) FROM messages GROUP BY chat_id";
    let rows: Vec<[i64; 4]> = tx.query(sql, &[], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?;
    for [chat, count, first, last] in rows {
        if (first, last) != (1, count) {
            return Err(End::Broken(format!("chat {chat} has {count} messages, numbered {first} to {last}")));
        }
    }
    Ok(())
}
