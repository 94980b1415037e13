//! Finding the chats of a page among very many.

use std::collections::HashSet;

use store::{Tx, params};

use super::{Asked, Known, Place, ROW, Sort, View, from_row, last_ids, rows};
use crate::Result;

/// So many open chats have their last message looked up one by one.
const FEW: usize = 1000;

/// Messages or chats per step.
pub(super) const STEP: usize = 250;

/// Messages that a walk looks at before all chats are looked up after all.
const WALK_MAX: usize = 5000;

/// Closed chats looked at for one page.
const CLOSED_MAX: usize = 5000;

/// Chats with a priority that are read for one page; where there are more of them, every open chat is.
const PRIORITISED_MAX: usize = 2000;

/// How many of those who wait longest are read first, and how many times more each further time.
const WAITING_FIRST: i64 = 250;
const WAITING_GROWTH: i64 = 8;

/// Open chats that stand together in the order, and among themselves by their newest message.
struct Group<'g> {
    /// [`Place::group`] of them all.
    number: i64,
    /// What a statement says of their sessions `s` and rows `c`.
    condition: &'g str,
    /// The same of a row.
    belongs: &'g dyn Fn(&Known) -> bool,
}

impl Asked<'_> {
    /// The page of open chats.
    pub(super) fn open(&self, tx: &mut Tx<'_>) -> Result<Vec<Place>> {
        match self.query.sort {
            Sort::Newest => self.group(tx, &Group { number: 0, condition: "", belongs: &|_| true }),
            Sort::Waiting => self.waiting_first(tx),
            Sort::Priority => self.by_priority(tx),
        }
    }

    fn taken(&self, rows: Vec<Known>) -> Vec<Known> {
        rows.into_iter().filter(|row| self.takes(row) && self.sees(row)).collect()
    }

    /// What the view says of sessions `s`, with the owner that ?1 stands for.
    fn of_view(&self) -> (&'static str, i64) {
        match self.query.view {
            View::Mine => ("AND s.operator_id = ?1", self.sight.user_id),
            View::Unassigned => ("AND s.operator_id = ?1", 0),
            _ => ("AND ?1 = 0", 0),
        }
    }

    /// Chats with an open session: those of one owner if the view is about one.
    fn open_rows(&self, tx: &mut Tx<'_>, condition: &str, limit: usize) -> Result<Vec<Known>> {
        let (of_view, owner_id) = self.of_view();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // In the order of the index of open sessions: otherwise PostgreSQL expects them everywhere, and looks through the closed
        // ones for the first.
        let sql = format!(
            "SELECT {ROW} FROM sessions s JOIN chats c ON c.id = s.chat_id \
             WHERE s.closed_ms IS NULL {of_view} {condition} ORDER BY s.chat_id LIMIT ?2"
        );
        Ok(tx.query(&sql, &params![owner_id, limit], from_row)?)
    }

    /// The places of a group: each last message looked up where the chats are few, else by a walk.
    fn group(&self, tx: &mut Tx<'_>, group: &Group<'_>) -> Result<Vec<Place>> {
        if self.query.after.is_some_and(|after| after.group > group.number) {
            return Ok(Vec::new());
        }
        let few = self.open_rows(tx, group.condition, FEW + 1)?;
        if few.len() <= FEW {
            return self.looked_up(tx, &self.taken(few));
        }
        let after = self.query.after.filter(|after| after.group == group.number);
        if let Some(places) = self.walk(tx, group.belongs, after)? {
            return Ok(places);
        }
        let all = self.open_rows(tx, group.condition, usize::MAX)?;
        self.looked_up(tx, &self.taken(all))
    }

    /// Those whose customer waits, then the others.
    fn waiting_first(&self, tx: &mut Tx<'_>) -> Result<Vec<Place>> {
        let mut found = self.waiting(tx)?;
        if found.len() < self.wanted() {
            let others =
                Group { number: 1, condition: "AND s.waiting_ms IS NULL", belongs: &|row| row.waiting_ms.is_none() };
            found.extend(self.group(tx, &others)?);
        }
        Ok(found)
    }

    /// Those whose customer waits longest.
    fn waiting(&self, tx: &mut Tx<'_>) -> Result<Vec<Place>> {
        let (of_view, owner_id) = self.of_view();
        let (mut since_ms, mut chat_id) = match self.query.after {
            None => (i64::MIN, 0),
            Some(Place { group: 0, rank, chat }) => (rank, -chat),
            Some(_) => return Ok(Vec::new()),
        };
        let (mut step, mut found) = (WAITING_FIRST, Vec::new());
        while found.len() < self.wanted() {
            let sql = format!(
                "SELECT {ROW} FROM (SELECT chat_id, line_id, status, operator_id, waiting_ms FROM sessions s WHERE s.closed_ms IS NULL AND s.waiting_ms IS NOT NULL {of_view} \
                 AND (s.waiting_ms > ?2 OR (s.waiting_ms = ?2 AND s.chat_id < ?3)) \
                 ORDER BY s.waiting_ms, s.chat_id DESC LIMIT ?4) s \
                 JOIN chats c ON c.id = s.chat_id ORDER BY s.waiting_ms, s.chat_id DESC"
            );
            let rows = tx.query(&sql, &params![owner_id, since_ms, chat_id, step], from_row)?;
            let Some(last) = rows.last() else { break };
            (since_ms, chat_id) = (last.waiting_ms.unwrap_or(i64::MAX), last.chat_id);
            let whole = rows.len() < usize::try_from(step).unwrap_or(usize::MAX);
            let taken = self.taken(rows);
            if self.last_ids == (0, i64::MAX) {
                let places: Vec<Place> = taken.iter().map(|row| self.place(row, 0)).collect();
                found.extend(self.keep_first(tx, &places)?);
            } else {
                found.extend(self.looked_up(tx, &taken)?);
            }
            if whole {
                break;
            }
            step *= WAITING_GROWTH;
        }
        Ok(found)
    }

    /// Priority by priority, until the page is full. Most chats have none, so those that have one are read.
    fn by_priority(&self, tx: &mut Tx<'_>) -> Result<Vec<Place>> {
        let mut read = self.open_rows(tx, "AND c.priority <> 0", PRIORITISED_MAX + 1)?;
        let few = read.len() <= PRIORITISED_MAX;
        if !few {
            read = self.open_rows(tx, "", usize::MAX)?;
        }
        let mut priorities: Vec<i64> = read.iter().map(|row| row.priority).chain(few.then_some(0)).collect();
        priorities.sort_unstable_by_key(|priority| std::cmp::Reverse(*priority));
        priorities.dedup();
        let mut found = Vec::new();
        for priority in priorities {
            let belongs = |row: &Known| row.priority == priority;
            if few && priority == 0 {
                let group = Group { number: 0, condition: "AND c.priority = 0", belongs: &belongs };
                found.extend(self.group(tx, &group)?);
            } else if self.query.after.is_none_or(|after| after.group <= -priority) {
                let rows: Vec<Known> = read.iter().filter(|row| belongs(row)).copied().collect();
                let after = self.query.after.filter(|after| after.group == -priority);
                let walked = if rows.len() > FEW { self.walk(tx, &belongs, after)? } else { None };
                found.extend(match walked {
                    Some(places) => places,
                    None => self.looked_up(tx, &self.taken(rows))?,
                });
            }
            if found.len() >= self.wanted() {
                break;
            }
        }
        Ok(found)
    }

    /// Walks back from the newest messages until the page is full; `None` when that takes too long.
    fn walk(
        &self,
        tx: &mut Tx<'_>,
        belongs: &dyn Fn(&Known) -> bool,
        after: Option<Place>,
    ) -> Result<Option<Vec<Place>>> {
        // Ids are negative in a place; the messages of the page come before the last one's.
        let edge = after.map_or(i64::MAX, |place| -place.rank);
        let mut cursor = edge.min(self.last_ids.1);
        let (mut found, mut seen, mut looked) = (Vec::new(), HashSet::new(), 0);
        while found.len() < self.wanted() {
            if looked >= WALK_MAX {
                return Ok(None);
            }
            let sql = "SELECT id, chat_id FROM messages WHERE id < ?1 AND id >= ?2 ORDER BY id DESC LIMIT ?3";
            let step = i64::try_from(STEP).expect("a small number");
            let messages: Vec<(i64, i64)> =
                tx.query(sql, &params![cursor, self.last_ids.0, step], |row| Ok((row.get(0)?, row.get(1)?)))?;
            // Chats without a message, if there are any, are found by looking at all.
            let Some((last, _)) = messages.last() else { return Ok(None) };
            cursor = *last;
            looked += messages.len();
            let met: Vec<(i64, i64)> = messages.into_iter().filter(|(_, chat_id)| seen.insert(*chat_id)).collect();
            let ids: Vec<i64> = met.iter().map(|(_, chat_id)| *chat_id).collect();
            let taken = self.taken(rows(tx, &ids)?);
            let taken: Vec<Known> = taken.into_iter().filter(|row| belongs(row)).collect();
            let ids: Vec<i64> = taken.iter().map(|row| row.chat_id).collect();
            // A chat with a newer message than those walked over stood on a page before, or is out of the time asked for.
            let last = last_ids(tx, &ids)?;
            let at_newest =
                |row: &&Known| met.iter().any(|(id, chat_id)| *chat_id == row.chat_id && last[chat_id] == *id);
            let places = taken.iter().filter(at_newest).map(|row| self.place(row, last[&row.chat_id]));
            found.extend(self.keep(tx, places.collect())?);
        }
        Ok(Some(found))
    }

    /// The page of closed chats, and the place that was reached when it is not full although there may be more.
    pub(super) fn closed(&self, tx: &mut Tx<'_>) -> Result<(Vec<Place>, Option<Place>)> {
        let sources = self.closed_sources(tx)?;
        let mut before = self.query.after.map_or(self.last_ids.1, |place| (-place.rank).min(self.last_ids.1));
        let (mut found, mut looked) = (Vec::new(), 0);
        while found.len() < self.wanted() {
            let mut resting: Vec<(i64, i64)> = Vec::new();
            for source in &sources {
                resting.extend(self.resting(tx, *source, before)?);
            }
            resting.sort_unstable_by_key(|(last_id, _)| std::cmp::Reverse(*last_id));
            resting.dedup();
            resting.truncate(STEP);
            let Some((last_id, chat_id)) = resting.last().copied() else { return Ok((found, None)) };
            (before, looked) = (last_id, looked + resting.len());
            let ids: Vec<i64> = resting.iter().map(|(_, chat_id)| *chat_id).collect();
            let taken: HashSet<i64> =
                rows(tx, &ids)?.iter().filter(|row| self.takes(row)).map(|row| row.chat_id).collect();
            let places = resting.iter().filter(|(_, chat_id)| taken.contains(chat_id));
            let places = places.map(|(last_id, chat_id)| Place::newest(0, *last_id, *chat_id)).collect();
            found.extend(self.keep(tx, places)?);
            if looked >= CLOSED_MAX && found.len() < self.wanted() {
                return Ok((found, Some(Place::newest(0, last_id, chat_id))));
            }
        }
        Ok((found, None))
    }

    /// Where closed chats that the employee sees are found: lines, and what they take part in.
    fn closed_sources(&self, tx: &mut Tx<'_>) -> Result<Vec<Source>> {
        let mut sources: Vec<Source> = match self.sight.everything {
            true => tx.query("SELECT id FROM lines", &[], |row| row.get(0))?.into_iter().map(Source::Line).collect(),
            false => self.sight.line_ids.iter().copied().map(Source::Line).collect(),
        };
        let wanted = &self.query.filter.line_ids;
        sources.retain(|source| match source {
            Source::Line(id) => wanted.is_empty() || wanted.contains(id),
            Source::Joined => true,
        });
        if !self.sight.everything {
            sources.push(Source::Joined);
        }
        Ok(sources)
    }

    /// The chats of a source that rest before a message, as (last message, chat).
    fn resting(&self, tx: &mut Tx<'_>, source: Source, before: i64) -> Result<Vec<(i64, i64)>> {
        let (sql, id) = match source {
            Source::Line(id) => (
                "SELECT resting_id, id FROM chats WHERE line_id = ?1 AND resting_id < ?2 AND resting_id >= ?3 \
                 ORDER BY resting_id DESC LIMIT ?4",
                id,
            ),
            Source::Joined => (
                "SELECT c.resting_id, c.id FROM chat_members m JOIN chats c ON c.id = m.chat_id \
                 WHERE m.user_id = ?1 AND m.resting_id < ?2 AND m.resting_id >= ?3 AND c.resting_id IS NOT NULL \
                 ORDER BY m.resting_id DESC LIMIT ?4",
                self.sight.user_id,
            ),
        };
        let step = i64::try_from(STEP).expect("a small number");
        let key = params![id, before, self.last_ids.0, step];
        let mut found: Vec<(i64, i64)> = tx.query(sql, &key, |row| Ok((row.get(0)?, row.get(1)?)))?;
        // A deleted message is a member's last one no more, but still the chat's.
        found.retain(|(last_id, _)| *last_id < before);
        Ok(found)
    }
}

/// Where closed chats are found.
#[derive(Debug, Clone, Copy)]
enum Source {
    Line(i64),
    /// What the employee takes part in.
    Joined,
}
