//! The service texts of a chat, `entity_data_1` and `entity_data_2` (D-12, `contract/clients.md` rule 18).

use desk::Millis;
use desk::crm::LINKED;
use desk::crm::links::Links;

/// The open session as the first text shows it; all zero when there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shown {
    /// Its id.
    pub id: i64,
    /// When it was opened.
    pub started_ms: Millis,
    /// It is pinned to its owner.
    pub pinned: bool,
    /// It is about to close.
    pub closing: bool,
}

/// Ten segments: the CRM item that stands for the chat, pinned, about to close, the session, the second of its start.
#[must_use]
pub fn first(links: &Links, session: Shown) -> String {
    let flag = |on| if on { "Y" } else { "N" };
    let crm = match links.main() {
        Some((item_type, item_id)) => format!("Y|{}|{item_id}", item_type.code()),
        None => "N|NONE|0".to_owned(),
    };
    let Shown { id, started_ms, pinned, closing } = session;
    format!("{crm}|{}|{}|{id}|{}|0|0|0", flag(pinned), flag(closing), started_ms.div_euclid(1000))
}

/// The CRM items to which the chat belongs, 0 for none.
#[must_use]
pub fn second(links: &Links) -> String {
    let segments = LINKED.iter().map(|item_type| format!("{}|{}", item_type.code(), links.of(*item_type)));
    segments.collect::<Vec<_>>().join("|")
}
