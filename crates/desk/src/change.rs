//! One change of the portal: what it writes, the events it causes and the deliveries they need, in one commit.

use std::sync::Arc;

use store::Tx;

use crate::audit::{self, Act};
use crate::events::NewEvent;
use crate::facts::{EventCode, Fact};
use crate::handlers::{self, Handler};
use crate::ids::{self, Series};
use crate::memory::{Memory, Writer};
use crate::sessions::{self, Vacancies};
use crate::{Millis, Result, deliveries, events};

/// An open change. Rules write through `tx` and announce through [`Change::event`] and [`Change::notice`];
/// the end of the change writes what was announced before the transaction can commit.
pub struct Change<'a, 'tx> {
    /// The open transaction.
    pub tx: &'a mut Tx<'tx>,
    /// The moment of the change; the same for all its rows.
    pub now: Millis,
    /// The employee who causes the change, 0 when it is a customer or the program itself.
    pub actor_id: i64,
    /// Source key of the call, or empty: offline queues with this key are not told what they caused themselves.
    pub source: String,
    /// What goes into the audit log when the change succeeds.
    pub(crate) act: Option<Act>,
    /// What is known of the rows without asking for them.
    pub(crate) memory: Memory,
    /// Who has to be woken after the commit.
    pub(crate) wake: Wake,
    /// Series of which remembered ids were taken.
    pub(crate) taken: Vec<Series>,
    /// Whom the change may have freed.
    pub(crate) vacancies: Vacancies,
    pub(crate) events: Vec<NewEvent>,
    pub(crate) notices: Vec<Notice>,
}

/// When and why something changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cause {
    /// The moment of the change.
    pub now: Millis,
    /// The employee who causes it, or 0.
    pub actor_id: i64,
    /// Source key of the call (`auth_connector`), or empty.
    pub source: String,
    /// What goes into the audit log, if it is something that does.
    pub act: Option<Act>,
}

/// Whose work a change has made. A hint: whoever is not woken finds the work a little later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wake {
    /// There is something to deliver.
    pub deliveries: bool,
    /// A job was planned.
    pub jobs: bool,
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
    /// Runs `rule` and writes the events and deliveries it announced, without remembering anything; a server changes
    /// through its [`Writer`].
    ///
    /// # Errors
    /// Those of the rule and of the database; the transaction must then be given up.
    pub fn run<T>(
        tx: &'a mut Tx<'tx>,
        now: Millis,
        actor_id: i64,
        rule: impl FnOnce(&mut Change<'a, 'tx>) -> Result<T>,
    ) -> Result<T> {
        Writer::new(0).change(tx, Cause { now, actor_id, ..Cause::default() }, rule)
    }

    pub(crate) fn run_with<T>(
        tx: &'a mut Tx<'tx>,
        cause: Cause,
        memory: Memory,
        rule: impl FnOnce(&mut Change<'a, 'tx>) -> Result<T>,
    ) -> Result<(T, Memory, Wake)> {
        let (events, notices, taken, wake) = (Vec::new(), Vec::new(), Vec::new(), Wake::default());
        let Cause { now, actor_id, source, act } = cause;
        let vacancies = Vacancies::default();
        let mut change = Change { tx, now, actor_id, source, act, memory, events, notices, taken, vacancies, wake };
        let result = rule(&mut change)?;
        sessions::settle(&mut change)?;
        #[cfg(debug_assertions)]
        crate::queue::check_memory(&mut change)?;
        if let Some(act) = change.act.take() {
            audit::add(change.tx, now, actor_id, &act)?;
        }
        events::append(&mut change)?;
        let enqueued = deliveries::enqueue(&mut change)?;
        ids::write_back(&mut change)?;
        let wake = Wake { deliveries: enqueued || change.wake.deliveries, ..change.wake };
        Ok((result, change.memory, wake))
    }

    /// Says what the act of the change was done to; without an act it says nothing.
    pub fn about(&mut self, subject: impl std::fmt::Display) {
        if let Some(act) = &mut self.act {
            act.subject = subject.to_string();
        }
    }

    /// The rule found nothing to do: the audit log is not told.
    pub fn nothing_done(&mut self) {
        self.act = None;
    }

    /// Announces a fact for the live view.
    pub fn event(&mut self, kind: events::Kind, chat_id: i64, subject_id: i64) {
        self.events.push(NewEvent { kind, chat_id, subject_id, actor_id: self.actor_id });
    }

    /// The handlers of an application, or of all.
    pub(crate) fn handlers(&mut self, application_id: Option<i64>) -> Result<Arc<Vec<Handler>>> {
        if let Some(remembered) = self.memory.handlers.get(&application_id) {
            return Ok(Arc::clone(remembered));
        }
        let bound = Arc::new(handlers::wanting(self.tx, application_id)?);
        self.memory.handlers.insert(application_id, Arc::clone(&bound));
        Ok(bound)
    }

    /// Whether anybody would hear such an event; what nobody hears need not be put into words.
    pub(crate) fn is_heard(&mut self, application_id: i64, code: EventCode) -> Result<bool> {
        Ok(self.handlers(Some(application_id))?.iter().any(|handler| handler.event_code == code.code))
    }

    /// Announces a fact for the subscribed applications.
    pub fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }
}
