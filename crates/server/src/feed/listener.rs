//! One who listens: what it missed first, then what comes.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use desk::sight::{self, Sight};
use desk::{events, users};
use tokio::sync::mpsc;

use super::hub::{Limits, Seat};
use super::news::{self, Written};
use crate::app::{App, SharedApp};

/// Something for a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Changes up to a number.
    Changes {
        /// Number of the last event in them.
        number: i64,
        /// Each as JSON.
        changes: Vec<Arc<str>>,
    },
    /// Something unnumbered, as JSON.
    Live(Arc<str>),
    /// The feed is alive.
    Beat {
        /// Everything up to here was sent.
        number: i64,
        /// The server's time.
        now_ms: i64,
    },
    /// Everything has to be fetched again, and why; nothing comes after it.
    Reset(&'static str),
}

/// Events that a listener may have missed; one that missed more fetches everything again.
const MISSED_MAX: i64 = 5_000;

/// Items that may wait for a listener.
const BUFFER: usize = 256;

/// One who listens. Dropping it gives up its place.
pub struct Listener {
    app: SharedApp,
    /// What it has been sent up to.
    pub number: i64,
    waiting: VecDeque<Item>,
    id: u64,
    user_id: i64,
    items: mpsc::Receiver<Item>,
    over: bool,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.app.feed.leave(self.id, self.user_id);
    }
}

impl Listener {
    /// The next item; `None` after a [`Item::Reset`] and when the server stops.
    pub async fn next(&mut self) -> Option<Item> {
        while !self.over {
            let item = match self.waiting.pop_front() {
                Some(item) => item,
                None => match self.items.recv().await {
                    Some(item) => item,
                    None if self.app.feed.is_closed() => return None,
                    // The hub let go of it: it was behind.
                    None => Item::Reset("behind"),
                },
            };
            match &item {
                // What a listener knew when it came may be newer than what was handed out then.
                Item::Changes { number, .. } if *number <= self.number => continue,
                Item::Changes { number, .. } | Item::Beat { number, .. } => self.number = self.number.max(*number),
                Item::Reset(_) => self.over = true,
                Item::Live(_) => {}
            }
            return Some(item);
        }
        None
    }
}

/// Nobody more may listen: too many do, or too many of this employee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPlace;

/// Begins to listen for an employee who knows the state at `after`, or from now on.
///
/// # Errors
/// Those of the database; inside, [`NoPlace`].
pub async fn listen(app: &SharedApp, user_id: i64, after: Option<i64>) -> desk::Result<Result<Listener, NoPlace>> {
    let (sight, present) = app
        .read(move |tx| {
            let user = users::find(tx, user_id)?.ok_or(desk::Refusal::NoUser)?;
            Ok((sight::of(tx, &user)?, events::number(tx)?))
        })
        .await?;
    let limits = Limits {
        listeners_max: app.config.feed.connections_max,
        per_employee_max: app.config.feed.connections_per_employee_max,
        buffer: BUFFER,
    };
    let Some(seat) = app.feed.take(sight.clone(), present, limits) else { return Ok(Err(NoPlace)) };
    let after = after.unwrap_or(present);
    let Seat { id, items, number } = seat;
    // From here on the place is given up when this is dropped, whatever happens.
    let app = SharedApp::clone(app);
    let mut listener = Listener { number: after, waiting: VecDeque::new(), id, user_id, items, over: false, app };
    // The rights above are those after `present`, so what changed them since is among what was missed.
    if after > present {
        listener.waiting.push_back(Item::Reset("unknown number"));
    } else if after < number {
        listener.waiting.push_back(missed(&listener.app, &sight, after, number).await?);
    }
    Ok(Ok(listener))
}

/// What happened after one number up to another, read from the database, or that it cannot be told any more.
async fn missed(app: &App, sight: &Sight, from: i64, to: i64) -> desk::Result<Item> {
    let user_id = sight.user_id;
    let news = app
        .read(move |tx| {
            if !events::can_resume(tx, from, MISSED_MAX)? {
                return Ok(None);
            }
            let mut found = events::after(tx, from, MISSED_MAX)?;
            found.retain(|event| event.number <= to);
            Ok(Some(desk::feed::read(tx, &found, &HashSet::from([user_id]))?))
        })
        .await?;
    let Some(news) = news else { return Ok(Item::Reset("too far behind")) };
    if news.strangers.iter().any(|id| *id == 0 || *id == user_id) {
        return Ok(Item::Reset("access"));
    }
    let bulletin = news::written(app, &news);
    let visible = bulletin.changes.iter().filter(|(whom, _)| whom.includes(sight));
    let changes: Vec<Written> = visible.map(|(_, change)| Arc::clone(change)).collect();
    Ok(Item::Changes { number: bulletin.number, changes })
}
