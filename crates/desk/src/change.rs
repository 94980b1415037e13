//! One change of the portal: what it writes, the events it causes and the deliveries they need, in one commit.

use store::Tx;

use crate::events::NewEvent;
use crate::facts::{EventCode, Fact};
use crate::{Millis, Result, deliveries, events};

/// An open change. Rules write through `tx` and announce through [`Change::event`] and [`Change::notice`];
/// [`Change::run`] writes what was announced before the transaction can commit.
pub struct Change<'a, 'tx> {
    /// The open transaction.
    pub tx: &'a mut Tx<'tx>,
    /// The moment of the change; the same for all its rows.
    pub now: Millis,
    /// The employee who causes the change, 0 when it is a customer or the program itself.
    pub actor_id: i64,
    /// Source key of the call, or empty: offline queues with this key are not told what they caused themselves.
    pub source: String,
    events: Vec<NewEvent>,
    notices: Vec<Notice>,
}

/// Something applications may have subscribed to.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Application concerned; `None` means every application that subscribed.
    pub application_id: Option<i64>,
    /// Which of the protocol's events.
    pub code: EventCode,
    /// Chat that orders the deliveries, 0 when there is none.
    pub chat_id: i64,
    /// Outgoing message that the delivery carries, 0 when it carries none.
    pub message_id: i64,
    /// What happened.
    pub fact: Fact,
}

impl<'a, 'tx> Change<'a, 'tx> {
    /// Runs `rule` and writes the events and deliveries it announced.
    ///
    /// # Errors
    /// Those of the rule and of the database; the transaction must then be given up.
    pub fn run<T>(
        tx: &'a mut Tx<'tx>,
        now: Millis,
        actor_id: i64,
        rule: impl FnOnce(&mut Change<'a, 'tx>) -> Result<T>,
    ) -> Result<T> {
        Change::run_from(tx, now, actor_id, String::new(), rule)
    }

    /// [`Change::run`] for a call that carries a source key (`auth_connector`).
    ///
    /// # Errors
    /// Those of the rule and of the database; the transaction must then be given up.
    pub fn run_from<T>(
        tx: &'a mut Tx<'tx>,
        now: Millis,
        actor_id: i64,
        source: String,
        rule: impl FnOnce(&mut Change<'a, 'tx>) -> Result<T>,
    ) -> Result<T> {
        let mut change = Change { tx, now, actor_id, source, events: Vec::new(), notices: Vec::new() };
        let result = rule(&mut change)?;
        change.flush()?;
        Ok(result)
    }

    /// Announces a fact for the live view.
    pub fn event(&mut self, kind: events::Kind, chat_id: i64, subject_id: i64) {
        self.events.push(NewEvent { kind, chat_id, subject_id, actor_id: self.actor_id });
    }

    /// Announces a fact for the subscribed applications.
    pub fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    fn flush(&mut self) -> Result<()> {
        events::append(self.tx, self.now, &self.events)?;
        deliveries::enqueue(self.tx, self.now, self.actor_id, &self.source, &self.notices)
    }
}
