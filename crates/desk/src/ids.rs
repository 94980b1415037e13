//! Ids are numbers given by the process. A change holds the writer's row until its commit (`memory.rs`), so that numbers
//! commit in order.

use store::{Tx, params};

use crate::{Change, Result};

/// A series of ids: one row of the table `counters`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Series {
    /// Employees and customers.
    User,
    /// Applications.
    Application,
    /// Inbound webhooks.
    Webhook,
    /// Connectors.
    Connector,
    /// Lines.
    Line,
    /// Members of a line's queue.
    Queue,
    /// Chats.
    Chat,
    /// Sessions.
    Session,
    /// Messages.
    Message,
    /// Events.
    Event,
    /// Handlers.
    Handler,
    /// Deliveries.
    Delivery,
    /// Attempts of deliveries.
    Attempt,
    /// Files.
    File,
    /// Jobs.
    Job,
    /// Offline events.
    Offline,
    /// Leads.
    CrmLead,
    /// Deals.
    CrmDeal,
    /// Contacts.
    CrmContact,
    /// Companies.
    CrmCompany,
    /// Activities of the CRM.
    CrmActivity,
    /// Phones, addresses and messengers of the CRM.
    CrmMultifield,
    /// Comments in a timeline of the CRM.
    CrmComment,
    /// Placements of applications.
    Placement,
    /// Notifications of employees.
    Notification,
    /// Departments.
    Department,
    /// Quick answers.
    QuickAnswer,
    /// Declared fields of employees.
    UserField,
    /// Choices of declared fields.
    UserFieldItem,
    /// Browsers that somebody signed in with.
    BrowserSession,
    /// Labels of chats.
    Label,
    /// Saved views.
    View,
    /// Messages to be sent later.
    Scheduled,
    /// Rows of the audit log.
    Audit,
}

impl Series {
    fn name(self) -> &'static str {
        match self {
            Series::User => "user",
            Series::Application => "application",
            Series::Webhook => "webhook",
            Series::Connector => "connector",
            Series::Line => "line",
            Series::Queue => "queue",
            Series::Chat => "chat",
            Series::Session => "session",
            Series::Message => "message",
            Series::Event => "event",
            Series::Handler => "handler",
            Series::Delivery => "delivery",
            Series::Attempt => "attempt",
            Series::File => "file",
            Series::Job => "job",
            Series::Offline => "offline",
            Series::CrmLead => "crm_lead",
            Series::CrmDeal => "crm_deal",
            Series::CrmContact => "crm_contact",
            Series::CrmCompany => "crm_company",
            Series::CrmActivity => "crm_activity",
            Series::CrmMultifield => "crm_multifield",
            Series::CrmComment => "crm_comment",
            Series::Placement => "placement",
            Series::Notification => "notification",
            Series::Department => "department",
            Series::QuickAnswer => "quick_answer",
            Series::UserField => "user_field",
            Series::UserFieldItem => "user_field_item",
            Series::BrowserSession => "browser_session",
            Series::Label => "label",
            Series::View => "view",
            Series::Scheduled => "scheduled",
            Series::Audit => "audit",
        }
    }
}

/// Takes the next id of the series.
///
/// # Errors
/// Those of the database.
pub fn next(tx: &mut Tx<'_>, series: Series) -> Result<i64> {
    take(tx, series, 1)
}

/// Takes `count` ids of the series and returns the first; the rest follow without a gap.
///
/// # Errors
/// Those of the database.
pub fn take(tx: &mut Tx<'_>, series: Series, count: usize) -> Result<i64> {
    let count = i64::try_from(count).expect("a batch is smaller than 2^63");
    let sql = "UPDATE counters SET value = value + ?2 WHERE name = ?1 RETURNING value";
    let last: i64 = tx.query_one(sql, &params![series.name(), count], |row| row.get(0))?;
    Ok(last - count + 1)
}

/// Takes `count` ids of a series that every change needs. While a change has its turn nobody else takes any, so the counter
/// is asked for once, remembered, and written by [`write_back`]. All ids of such a series must be taken here.
pub(crate) fn take_remembered(change: &mut Change<'_, '_>, series: Series, count: usize) -> Result<i64> {
    let last = match change.memory.ids.get(&series) {
        Some(last) => *last,
        None => {
            let sql = "SELECT value FROM counters WHERE name = ?1";
            change.tx.query_one(sql, &params![series.name()], |row| row.get(0))?
        }
    };
    let count = i64::try_from(count).expect("a batch is smaller than 2^63");
    change.memory.ids.insert(series, last + count);
    if !change.taken.contains(&series) {
        change.taken.push(series);
    }
    Ok(last + 1)
}

/// Writes the counters from which the change took remembered ids.
pub(crate) fn write_back(change: &mut Change<'_, '_>) -> Result<()> {
    let rows: Vec<_> =
        change.taken.iter().map(|series| params![series.name(), change.memory.ids[series]].to_vec()).collect();
    change.tx.send_each("UPDATE counters SET value = ?2 WHERE name = ?1", &rows)?;
    Ok(())
}
