//! The simulated portal: its people and lines, its processes, and how they change things and die while doing so.

use std::collections::BTreeMap;

use desk::inbound::Accepted;
use desk::jobs::{Job, JobKind};
use desk::timers::Timer;
use desk::{Cause, Change, Error, Millis, Refusal, Writer};
use desk::{channels, connectors, departments, jobs, line_fields, lines, queue, tracker, users};
use store::Tx;

use crate::dice::Dice;
use crate::picture::Picture;
use crate::support::registration;

/// How the simulation of a seed ends.
pub enum End {
    /// A promise is broken; the text says which.
    Broken(String),
    /// The database failed: not what is simulated here.
    Store(store::Error),
    /// It went well; what it did is undone.
    Well,
}

impl From<store::Error> for End {
    fn from(error: store::Error) -> End {
        End::Store(error)
    }
}

impl From<Error> for End {
    fn from(error: Error) -> End {
        match error {
            Error::Store(error) => End::Store(error),
            error => End::Broken(format!("an error that nobody should see: {error}")),
        }
    }
}

pub type Step<T = ()> = Result<T, End>;

/// What becomes of a change.
enum Fate {
    Refused(Refusal),
    /// The process died before the commit.
    Died,
    Failed(Error),
}

impl From<store::Error> for Fate {
    fn from(error: store::Error) -> Fate {
        Fate::Failed(Error::Store(error))
    }
}

impl From<Error> for Fate {
    fn from(error: Error) -> Fate {
        match error {
            Error::Refused(refusal) => Fate::Refused(refusal),
            error => Fate::Failed(error),
        }
    }
}

/// The kinds that a worker serves.
pub const KINDS: &[JobKind] = &[
    JobKind::Session(Timer::HandOver),
    JobKind::Session(Timer::NoAnswer),
    JobKind::Session(Timer::AutoClose),
    JobKind::Session(Timer::Close),
    JobKind::Session(Timer::Expire),
    JobKind::Session(Timer::KpiFirst),
    JobKind::Session(Timer::KpiFurther),
    JobKind::Session(Timer::BotHandOver),
    JobKind::TakeBack,
    JobKind::OfferWaiting,
    JobKind::Track,
];

pub const LEASE_MS: Millis = 15_000;

pub struct World {
    pub dice: Dice,
    pub now: Millis,
    /// Two processes of one portal.
    writers: [Writer; 2],
    marks: i64,
    pub lines: Vec<i64>,
    pub employees: Vec<i64>,
    pub departments: Vec<i64>,
    /// What was answered for each external message id.
    pub sent: BTreeMap<String, (String, Accepted)>,
    /// Jobs were done since the last look.
    pub worked: bool,
    /// What happened, for whoever has to find out why.
    pub story: Vec<String>,
}

impl World {
    /// People, departments and lines, all by chance.
    pub fn furnish(tx: &mut Tx<'_>, seed: u64) -> Step<World> {
        let mut world = World {
            dice: Dice::new(seed),
            now: 1_749_990_400_000,
            writers: [Writer::new(1), Writer::new(2)],
            marks: 2,
            lines: Vec::new(),
            employees: Vec::new(),
            departments: vec![departments::COMPANY],
            sent: BTreeMap::new(),
            worked: false,
            story: Vec::new(),
        };
        let (now, writer) = (world.now, Writer::new(3));
        let cause = Cause { now, ..Cause::default() };
        let world = writer.change(tx, cause, |change| {
            for _ in 0..world.dice.below(3) {
                let parent_id = *world.dice.pick(&world.departments);
                let new = departments::NewDepartment { name: "D".to_owned(), parent_id, head_id: 0, sort: 500 };
                world.departments.push(departments::add(change, &new)?);
            }
            for number in 1..=world.dice.below(5) + 1 {
                let departments = vec![*world.dice.pick(&world.departments)];
                let new = users::NewEmployee {
                    name: format!("Op{number}"),
                    admin: number == 1,
                    departments,
                    ..users::NewEmployee::default()
                };
                world.employees.push(users::add_employee(change, &new)?);
            }
            let connector_id = connectors::register(change, 1, &registration())?;
            for number in 0..=world.dice.below(3) {
                let mut settings = lines::Settings::default();
                world.set_chance(&mut settings, None);
                let line_id = lines::add(change, &format!("L{number}"), true, &settings)?;
                queue::set_members(change, line_id, &world.chance_queue())?;
                channels::set_active(change, connector_id, line_id, true)?;
                world.lines.push(line_id);
            }
            Ok(world)
        })?;
        Ok(world)
    }

    /// Random settings. Whether there is a `QUEUE_TIME` stays as it was: what is on offer keeps the timer it has, or has none.
    pub fn set_chance(&mut self, settings: &mut lines::Settings, before: Option<&lines::Settings>) {
        let without_time = match before {
            Some(before) => before.int("QUEUE_TIME") == 0,
            None => self.dice.one_in(4),
        };
        let queue_time = if without_time { "0" } else { self.dice.pick(&["30", "60", "300"]) };
        let dice = &mut self.dice;
        let chosen = [
            ("QUEUE_TYPE", *dice.pick(&["evenly", "strictly", "all"])),
            ("QUEUE_TIME", queue_time),
            ("MAX_CHAT", *dice.pick(&["0", "1", "2", "3"])),
            ("TYPE_MAX_CHAT", *dice.pick(&["answered", "answered_new", "closed"])),
            ("CHECK_AVAILABLE", *dice.pick(&["Y", "N"])),
            ("SESSION_PRIORITY", *dice.pick(&["0", "0", "1", "2"])),
            ("FULL_CLOSE_TIME", *dice.pick(&["0", "1", "10"])),
            ("WELCOME_MESSAGE_TEXT", *dice.pick(&["", "Welcome"])),
            ("CLOSE_TEXT", *dice.pick(&["", "Bye"])),
            ("NO_ANSWER_TIME", *dice.pick(&["10", "60", "600"])),
            ("NO_ANSWER_RULE", *dice.pick(&["none", "text"])),
            ("AUTO_CLOSE_TIME", *dice.pick(&["0", "60", "600"])),
            ("AUTO_CLOSE_RULE", *dice.pick(&["none", "text"])),
            ("AUTO_EXPIRE_TIME", *dice.pick(&["0", "60", "86400"])),
            ("VOTE_MESSAGE", *dice.pick(&["Y", "N"])),
            ("VOTE_BEFORE_FINISH", *dice.pick(&["Y", "N"])),
            ("VOTE_CLOSING_DELAY", *dice.pick(&["Y", "N"])),
            ("VOTE_TIME_LIMIT", *dice.pick(&["0", "60"])),
            ("KPI_FIRST_ANSWER_TIME", *dice.pick(&["0", "30"])),
            ("KPI_FIRST_ANSWER_ALERT", *dice.pick(&["Y", "N"])),
            ("KPI_FURTHER_ANSWER_TIME", *dice.pick(&["0", "30"])),
            ("KPI_FURTHER_ANSWER_ALERT", *dice.pick(&["Y", "N"])),
            ("CRM", *dice.pick(&["Y", "N"])),
            ("CRM_CREATE", *dice.pick(&["none", "lead", "deal"])),
            ("CRM_CREATE_THIRD", *dice.pick(&["Y", "N"])),
            ("CRM_CHAT_TRACKER", *dice.pick(&["Y", "N"])),
            ("CRM_FORWARD", *dice.pick(&["Y", "N"])),
            ("CRM_TRANSFER_CHANGE", *dice.pick(&["Y", "N"])),
            ("WORKTIME_ENABLE", *dice.pick(&["Y", "N"])),
            ("WORKTIME_DAYOFF_RULE", *dice.pick(&["none", "text"])),
        ];
        for (name, value) in chosen {
            let field = line_fields::find(name).expect("a field of this name");
            settings.set(name, field.accept(value).expect("an acceptable value"));
        }
    }

    /// A random queue, perhaps empty, perhaps with departments.
    pub fn chance_queue(&mut self) -> Vec<(String, i64)> {
        let mut members = Vec::new();
        for _ in 0..self.dice.below(5) {
            let member = match self.dice.one_in(5) {
                true => ("department".to_owned(), *self.dice.pick(&self.departments)),
                false => ("user".to_owned(), *self.dice.pick(&self.employees)),
            };
            if !members.contains(&member) {
                members.push(member);
            }
        }
        members
    }

    /// One process changes something. `None` when a rule refused it or the process died before the commit.
    pub fn change<T>(
        &mut self,
        tx: &mut Tx<'_>,
        actor_id: i64,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T>,
    ) -> Step<Option<T>> {
        let cause = Cause { now: self.now, actor_id, ..Cause::default() };
        self.run(tx, |writer, tx| writer.change(tx, cause, rule))
    }

    /// The same for work of the program itself.
    pub fn work<T>(
        &mut self,
        tx: &mut Tx<'_>,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T>,
    ) -> Step<Option<T>> {
        let now = self.now;
        self.run(tx, |writer, tx| writer.work(tx, now, rule))
    }

    /// The same for incoming messages.
    pub fn accept(&mut self, tx: &mut Tx<'_>, calls: &[desk::inbound::Call]) -> Step<Option<Vec<Accepted>>> {
        let now = self.now;
        let outcomes = self.run(tx, |writer, tx| Ok(writer.accept(tx, now, calls)?.0))?;
        let Some(outcomes) = outcomes else { return Ok(None) };
        let accepted = outcomes.into_iter().filter_map(Result::ok).flatten().collect();
        Ok(Some(accepted))
    }

    fn run<T>(
        &mut self,
        tx: &mut Tx<'_>,
        change: impl FnOnce(&Writer, &mut Tx<'_>) -> desk::Result<T>,
    ) -> Step<Option<T>> {
        let process = self.dice.below(2);
        let dies = self.dice.one_in(40);
        let writer = &self.writers[process];
        let done = tx.attempt(|tx| {
            let done = change(writer, tx)?;
            if dies { Err(Fate::Died) } else { Ok(done) }
        });
        match done {
            Ok(done) => {
                if self.dice.one_in(60) {
                    self.restart(process);
                }
                Ok(Some(done))
            }
            Err(Fate::Refused(refusal)) => {
                self.tell(format!("  refused: {refusal}"));
                Ok(None)
            }
            Err(Fate::Died) => {
                self.tell("  the process died before the commit".to_owned());
                self.restart(process);
                Ok(None)
            }
            Err(Fate::Failed(error)) => Err(error.into()),
        }
    }

    /// A process begins anew: it remembers nothing and has another mark.
    fn restart(&mut self, process: usize) {
        self.marks += 1;
        self.writers[process] = Writer::new(self.marks);
    }

    pub fn tell(&mut self, what: String) {
        self.story.push(what);
    }

    /// A worker claims what is due and does it, unless it dies on the way. Says whether everything due was done.
    pub fn work_off(&mut self, tx: &mut Tx<'_>) -> Step<bool> {
        self.worked = true;
        for _ in 0..200 {
            let now = self.now;
            let claimed = self.work(tx, |change| jobs::claim(change.tx, now, KINDS, LEASE_MS, 4))?;
            let Some(claimed) = claimed else { return Ok(false) };
            if claimed.is_empty() {
                return Ok(true);
            }
            for job in claimed {
                if !self.run_job(tx, &job)? {
                    return Ok(false);
                }
            }
        }
        Err(End::Broken("the jobs of one moment never end".to_owned()))
    }

    fn run_job(&mut self, tx: &mut Tx<'_>, job: &Job) -> Step<bool> {
        self.tell(format!("  {} of {}", job.kind.as_str(), job.subject_id));
        if self.dice.one_in(30) {
            self.tell("  the worker died before it began".to_owned());
            return Ok(false);
        }
        let (kind, subject_id) = (job.kind, job.subject_id);
        let before = Picture::take(tx)?;
        if self.work(tx, |change| fire(change, kind, subject_id))?.is_none() {
            return Ok(false);
        }
        Picture::take(tx)?.check(tx, &before, self)?;
        if self.dice.one_in(10) {
            self.fire_again(tx, kind, subject_id)?;
        }
        if self.dice.one_in(30) {
            self.tell("  the worker died before it wrote that it was done".to_owned());
            return Ok(false);
        }
        let job = job.clone();
        Ok(self.work(tx, |change| jobs::finish(change.tx, &job))?.is_some())
    }

    /// Another worker has claimed the same job meanwhile: it must find nothing to do.
    fn fire_again(&mut self, tx: &mut Tx<'_>, kind: JobKind, subject_id: i64) -> Step {
        let sql = "SELECT value FROM counters WHERE name = 'event'";
        let before: i64 = tx.query_one(sql, &[], |row| row.get(0))?;
        self.work(tx, |change| fire(change, kind, subject_id))?;
        let after: i64 = tx.query_one(sql, &[], |row| row.get(0))?;
        if before != after {
            return Err(End::Broken(format!("{} of {subject_id} fired twice", kind.as_str())));
        }
        Ok(())
    }
}

fn fire(change: &mut Change<'_, '_>, kind: JobKind, subject_id: i64) -> desk::Result<()> {
    match kind {
        JobKind::Session(timer) => desk::timers::fire(change, timer, subject_id),
        JobKind::Track => {
            let Some(material) = tracker::gather(change.tx, subject_id)? else { return Ok(()) };
            tracker::apply(change, &material, &material.found())
        }
        kind => desk::sessions::go_on(change, kind, subject_id),
    }
}
