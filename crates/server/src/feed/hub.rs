//! Who listens, and handing them what they may see. Nothing here waits.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use desk::chat_list::LineCounts;
use desk::sight::{Audience, Sight};
use tokio::sync::mpsc;

use super::listener::Item;
use super::news::{Bulletin, Live, TYPING_MS, Written, json};
use crate::rest::shapes;

/// Everybody who listens to a portal's feed.
#[derive(Debug, Default)]
pub struct Feed {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Number of the last event that was handed out.
    number: i64,
    next_id: u64,
    listeners: HashMap<u64, Listening>,
    /// Which chat each employee looks at.
    looks: HashMap<i64, Look>,
    closed: bool,
}

#[derive(Debug)]
struct Listening {
    sight: Sight,
    sender: mpsc::Sender<Item>,
}

/// A chat that somebody looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The chat.
    pub chat_id: i64,
    /// To whom it matters.
    pub audience: Audience,
}

/// A place among the listeners.
pub(super) struct Seat {
    pub id: u64,
    pub items: mpsc::Receiver<Item>,
    /// Everything after this number comes as an item.
    pub number: i64,
}

/// How far the feed has come, and for whom it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    /// Number of the last event that was handed out.
    pub number: i64,
    /// Employees who listen.
    pub employees: HashSet<i64>,
}

/// Whether a bulletin was handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Published {
    Yes,
    No,
}

impl Feed {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where to read on and who listens; `None` when nobody does.
    pub(super) fn position(&self) -> Option<Position> {
        let state = self.state();
        let employees = state.employees();
        (!employees.is_empty()).then_some(Position { number: state.number, employees })
    }

    /// Takes a listener in who knows the state at `number`; `None` when there is no room or the server stops.
    pub(super) fn take(&self, sight: Sight, number: i64, limits: Limits) -> Option<Seat> {
        let mut state = self.state();
        let own = state.listeners.values().filter(|listener| listener.sight.user_id == sight.user_id).count();
        if state.closed || state.listeners.len() >= limits.listeners_max || own >= limits.per_employee_max {
            return None;
        }
        if state.listeners.is_empty() {
            // Nothing was read while nobody listened.
            state.number = state.number.max(number);
        }
        let (sender, items) = mpsc::channel(limits.buffer);
        let id = state.next_id;
        state.next_id += 1;
        state.listeners.insert(id, Listening { sight, sender });
        Some(Seat { id, items, number: state.number })
    }

    /// A listener is gone.
    pub(super) fn leave(&self, id: u64, user_id: i64) {
        let mut state = self.state();
        state.listeners.remove(&id);
        if !state.listeners.values().any(|listener| listener.sight.user_id == user_id) {
            state.look(user_id, None);
        }
    }

    /// Hands on to everybody what was read from a position. It is not handed on, and has to be read again, when that is no
    /// longer the position: somebody who came since keeps things with chats that were not read for them.
    pub(super) fn publish(&self, from: &Position, bulletin: &Bulletin) -> Published {
        let mut state = self.state();
        if state.number != from.number || !state.employees().is_subset(&from.employees) {
            return Published::No;
        }
        state.number = bulletin.number;
        state.hand_out(|listening| {
            let stranger = |id: &i64| *id == 0 || *id == listening.sight.user_id;
            if bulletin.strangers.iter().any(stranger) {
                return Handed::Away("access");
            }
            let visible = bulletin.changes.iter().filter(|(whom, _)| whom.includes(&listening.sight));
            let changes: Vec<Written> = visible.map(|(_, change)| Arc::clone(change)).collect();
            let live = bulletin.live.iter().filter(|(audience, _)| listening.sight.sees(audience));
            let changes = (!changes.is_empty()).then_some(Item::Changes { number: bulletin.number, changes });
            Handed::Items(changes.into_iter().chain(live.map(|(_, live)| Item::Live(Arc::clone(live)))).collect())
        });
        Published::Yes
    }

    /// Tells everybody that the feed is alive and how far it has come.
    pub fn beat(&self, now_ms: i64) {
        let mut state = self.state();
        let number = state.number;
        state.hand_out(|_| Handed::Items(vec![Item::Beat { number, now_ms }]));
    }

    /// Tells everybody the counts of the lines that they see.
    pub(super) fn tell_counts(&self, counts: &[LineCounts]) {
        let written: Vec<(i64, Written)> =
            counts.iter().map(|line| (line.line_id, json(&shapes::LineCounts::from(line)))).collect();
        self.state().hand_out(|listening| {
            let lines = written.iter().filter(|(line_id, _)| listening.sight.sees_line(*line_id));
            let lines: Vec<&str> = lines.map(|(_, line)| line.as_ref()).collect();
            let counts = format!(r#"{{"type":"counts","lines":[{}]}}"#, lines.join(","));
            Handed::Items(vec![Item::Live(counts.into())])
        });
    }

    /// Somebody is writing into a chat.
    pub fn typing(&self, chat_id: i64, audience: &Audience, user_id: i64, now_ms: i64) {
        let live = json(&Live::Typing { chat_id, user_id, until_ms: now_ms + TYPING_MS });
        self.state().tell(audience, &live);
    }

    /// Somebody looks at a chat, or at none.
    pub fn look(&self, user_id: i64, look: Option<&Look>) {
        self.state().look(user_id, look);
    }

    /// Whether the server stops.
    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// The server stops: nobody listens any more.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.listeners.clear();
    }
}

/// What a listener gets.
enum Handed {
    Items(Vec<Item>),
    /// It has to fetch everything again, and why.
    Away(&'static str),
}

impl State {
    fn employees(&self) -> HashSet<i64> {
        self.listeners.values().map(|listener| listener.sight.user_id).collect()
    }

    /// Hands something to each listener. Whoever has no room for it is behind and leaves: when its buffer is read it is told.
    fn hand_out(&mut self, what: impl Fn(&Listening) -> Handed) {
        self.listeners.retain(|_, listening| match what(listening) {
            Handed::Items(items) => items.into_iter().all(|item| listening.sender.try_send(item).is_ok()),
            Handed::Away(reason) => {
                // Without room for the reason the end of the buffer says the same.
                let _ = listening.sender.try_send(Item::Reset(reason));
                false
            }
        });
    }

    fn tell(&mut self, audience: &Audience, live: &Written) {
        self.hand_out(|listening| match listening.sight.sees(audience) {
            true => Handed::Items(vec![Item::Live(Arc::clone(live))]),
            false => Handed::Items(Vec::new()),
        });
    }

    fn look(&mut self, user_id: i64, look: Option<&Look>) {
        let before = match look {
            Some(look) => self.looks.insert(user_id, look.clone()),
            None => self.looks.remove(&user_id),
        };
        let moved = before.iter().filter(|before| look.is_none_or(|look| look.chat_id != before.chat_id));
        let told: Vec<Look> = moved.cloned().chain(look.cloned()).collect();
        for Look { chat_id, audience } in told {
            let lookers = self.looks.iter().filter(|(_, look)| look.chat_id == chat_id);
            let mut user_ids: Vec<i64> = lookers.map(|(user_id, _)| *user_id).collect();
            user_ids.sort_unstable();
            self.tell(&audience, &json(&Live::Looking { chat_id, user_ids }));
        }
    }
}

/// How many may listen, and how far one may fall behind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub listeners_max: usize,
    pub per_employee_max: usize,
    pub buffer: usize,
}

#[cfg(test)]
mod tests {
    use super::super::news::For;
    use super::*;

    const LIMITS: Limits = Limits { listeners_max: 10, per_employee_max: 10, buffer: 10 };

    fn sight(user_id: i64) -> Sight {
        Sight { user_id, everything: true, administers: true, line_ids: HashSet::new() }
    }

    /// What event 8 means for those for whom it is read: each keeps something of their own.
    fn read(from: &Position) -> Bulletin {
        let own = |id: &i64| {
            let whom = For::Employee { id: *id, audience: Arc::default() };
            (whom, Written::from(format!("own of {id}")))
        };
        Bulletin {
            number: 8,
            changes: from.employees.iter().map(own).collect(),
            live: Vec::new(),
            strangers: Vec::new(),
        }
    }

    fn heard(seat: &mut Seat) -> Option<Item> {
        seat.items.try_recv().ok()
    }

    fn own_of(id: i64) -> Option<Item> {
        Some(Item::Changes { number: 8, changes: vec![format!("own of {id}").into()] })
    }

    #[test]
    fn who_comes_while_events_are_read_misses_nothing_of_their_own() {
        let feed = Feed::default();
        let mut first = feed.take(sight(1), 7, LIMITS).unwrap();
        let from = feed.position().unwrap();
        let bulletin = read(&from);
        let mut second = feed.take(sight(2), 7, LIMITS).unwrap();
        assert_eq!(second.number, 7, "event 8 is to come as an item");
        assert_eq!(feed.publish(&from, &bulletin), Published::No);
        assert_eq!((heard(&mut first), heard(&mut second)), (None, None));
        let from = feed.position().unwrap();
        assert_eq!(feed.publish(&from, &read(&from)), Published::Yes);
        assert_eq!((heard(&mut first), heard(&mut second)), (own_of(1), own_of(2)));
    }

    #[test]
    fn who_goes_or_opens_another_tab_holds_nobody_up() {
        let feed = Feed::default();
        let mut first = feed.take(sight(1), 7, LIMITS).unwrap();
        let second = feed.take(sight(2), 7, LIMITS).unwrap();
        let from = feed.position().unwrap();
        feed.leave(second.id, 2);
        let mut tab = feed.take(sight(1), 7, LIMITS).unwrap();
        assert_eq!(feed.publish(&from, &read(&from)), Published::Yes);
        assert_eq!((heard(&mut first), heard(&mut tab)), (own_of(1), own_of(1)));
    }
}
