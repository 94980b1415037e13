//! The fields of a line's configuration: one list on one page (`contract/openlines.md`, CONFIG FIELDS).
//!
//! Every value is kept as text. A list is joined with commas, an object is JSON.

/// What a field may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text up to [`TEXT_CHARS_MAX`] characters.
    Text,
    /// A whole number, not negative.
    Int,
    /// `Y` or `N`.
    Flag,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Time of day, kept as `HH:MM`; read as `H`, `H.MM` or `HH:MM` (D-46).
    Time,
    /// Days `DD.MM`.
    Holidays,
    /// Days of the week out of `MO TU WE TH FR SA SU`.
    Weekdays,
    /// User ids; unset is distinct from empty.
    Users,
    /// Object with `NAME`, `AVATAR`, `AVATAR_ID`, as JSON.
    OperatorData,
}

/// What a field is about, for settings pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Who gets dialogues, and how many.
    Queue,
    /// What customers see of operators.
    Operator,
    /// What customers hear first.
    Welcome,
    /// What they hear when nobody answers.
    NoAnswer,
    /// When the line works, and what customers hear when it does not.
    Worktime,
    /// How dialogues end.
    Closing,
    /// Asking customers for ratings.
    Vote,
    /// What becomes of customers in the CRM.
    Crm,
    /// How fast operators have to be.
    Kpi,
    /// Everything else.
    General,
}

/// One field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// What it is about.
    pub group: Group,
    /// Name on the wire.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// Value when unset; `None` is null on the wire.
    pub default: Option<&'static str>,
    /// Whether `PARAMS` of config.add and config.update may set it.
    pub settable: bool,
}

/// Longest text of a field.
pub const TEXT_CHARS_MAX: usize = 10_000;

const fn field(group: Group, name: &'static str, kind: Kind, default: &'static str) -> Field {
    Field { group, name, kind, default: Some(default), settable: true }
}

const fn nullable(group: Group, name: &'static str, kind: Kind) -> Field {
    Field { group, name, kind, default: None, settable: true }
}

use Group::{Closing, Crm, General, Kpi, NoAnswer, Operator, Queue, Vote, Welcome, Worktime};
use Kind::{Flag, Holidays, Int, OneOf, OperatorData, Text, Time, Users, Weekdays};

const TEXT_RULE: Kind = OneOf(&["none", "text"]);

/// All fields but `LINE_NAME`, `ACTIVE` and `QUEUE`, which have columns and a table of their own.
pub const FIELDS: &[Field] = &[
    field(Queue, "QUEUE_TYPE", OneOf(&["evenly", "strictly", "all"]), "evenly"),
    field(Queue, "QUEUE_TIME", Int, "60"),
    field(Queue, "NO_ANSWER_TIME", Int, "60"),
    field(Queue, "CHECK_AVAILABLE", Flag, "N"),
    field(Queue, "WATCH_TYPING", Flag, "Y"),
    field(Queue, "MAX_CHAT", Int, "0"),
    field(Queue, "TYPE_MAX_CHAT", OneOf(&["answered", "answered_new", "closed"]), "answered_new"),
    field(Operator, "OPERATOR_DATA", OneOf(&["profile", "queue", "hide"]), "profile"),
    field(Operator, "DEFAULT_OPERATOR_DATA", OperatorData, ""),
    field(Queue, "SESSION_PRIORITY", Int, "0"),
    field(Welcome, "WELCOME_MESSAGE", Flag, "Y"),
    nullable(Welcome, "WELCOME_MESSAGE_TEXT", Text),
    field(Welcome, "SEND_WELCOME_EACH_SESSION", Flag, "N"),
    field(Welcome, "WELCOME_BOT_ENABLE", Flag, "N"),
    field(Welcome, "WELCOME_BOT_JOIN", OneOf(&["first", "always"]), "first"),
    field(Welcome, "WELCOME_BOT_ID", Int, "0"),
    field(Welcome, "WELCOME_BOT_TIME", Int, "60"),
    field(Welcome, "WELCOME_BOT_LEFT", OneOf(&["queue", "close"]), "queue"),
    field(Welcome, "USE_WELCOME_FORM", Flag, "N"),
    field(Welcome, "WELCOME_FORM_ID", Int, "0"),
    field(Welcome, "WELCOME_FORM_DELAY", Flag, "Y"),
    field(Welcome, "IGNORE_WELCOME_FORM_RESPONSIBLE", Flag, "N"),
    field(NoAnswer, "NO_ANSWER_RULE", TEXT_RULE, "none"),
    field(NoAnswer, "NO_ANSWER_FORM_ID", Int, "0"),
    field(NoAnswer, "NO_ANSWER_BOT_ID", Int, "0"),
    nullable(NoAnswer, "NO_ANSWER_TEXT", Text),
    field(Worktime, "WORKTIME_ENABLE", Flag, "N"),
    field(Worktime, "WORKTIME_FROM", Time, "09:00"),
    field(Worktime, "WORKTIME_TO", Time, "18:30"),
    field(Worktime, "WORKTIME_TIMEZONE", Text, "UTC"),
    field(Worktime, "WORKTIME_HOLIDAYS", Holidays, ""),
    field(Worktime, "WORKTIME_DAYOFF", Weekdays, ""),
    field(Worktime, "WORKTIME_DAYOFF_RULE", TEXT_RULE, "none"),
    field(Worktime, "WORKTIME_DAYOFF_FORM_ID", Int, "0"),
    field(Worktime, "WORKTIME_DAYOFF_BOT_ID", Int, "0"),
    nullable(Worktime, "WORKTIME_DAYOFF_TEXT", Text),
    field(Closing, "CLOSE_RULE", TEXT_RULE, "text"),
    field(Closing, "CLOSE_FORM_ID", Int, "0"),
    field(Closing, "CLOSE_BOT_ID", Int, "0"),
    nullable(Closing, "CLOSE_TEXT", Text),
    field(Closing, "FULL_CLOSE_TIME", Int, "10"),
    field(Closing, "CONFIRM_CLOSE", Flag, "Y"),
    field(Closing, "AUTO_CLOSE_RULE", TEXT_RULE, "none"),
    field(Closing, "AUTO_CLOSE_TIME", Int, "0"),
    field(Closing, "AUTO_CLOSE_FORM_ID", Int, "0"),
    field(Closing, "AUTO_CLOSE_BOT_ID", Int, "0"),
    field(Closing, "AUTO_CLOSE_TEXT", Text, ""),
    field(Closing, "AUTO_EXPIRE_TIME", Int, "86400"),
    field(Vote, "VOTE_MESSAGE", Flag, "Y"),
    field(Vote, "VOTE_TIME_LIMIT", Int, "0"),
    field(Vote, "VOTE_BEFORE_FINISH", Flag, "Y"),
    field(Vote, "VOTE_CLOSING_DELAY", Flag, "N"),
    field(Vote, "VOTE_MESSAGE_1_TEXT", Text, "Please rate the quality of the conversation."),
    field(Vote, "VOTE_MESSAGE_1_LIKE", Text, "Thank you for your rating!"),
    field(Vote, "VOTE_MESSAGE_1_DISLIKE", Text, "We are sorry. We will do better."),
    field(Vote, "VOTE_MESSAGE_2_TEXT", Text, "Please rate the conversation: send 1 if it was good, 0 if it was not."),
    field(Vote, "VOTE_MESSAGE_2_LIKE", Text, "Thank you for your rating!"),
    field(Vote, "VOTE_MESSAGE_2_DISLIKE", Text, "We are sorry. We will do better."),
    field(Crm, "CRM", Flag, "N"),
    field(Crm, "CRM_CREATE", OneOf(&["none", "lead", "deal"]), "none"),
    field(Crm, "CRM_CREATE_SECOND", Text, "0"),
    field(Crm, "CRM_CREATE_THIRD", Flag, "Y"),
    field(Crm, "CRM_FORWARD", Flag, "Y"),
    field(Crm, "CRM_CHAT_TRACKER", Flag, "N"),
    field(Crm, "CRM_TRANSFER_CHANGE", Flag, "Y"),
    field(Crm, "CRM_SOURCE", Text, "create"),
    field(General, "CATEGORY_ENABLE", Flag, "N"),
    field(General, "CATEGORY_ID", Int, "0"),
    field(General, "QUICK_ANSWERS_IBLOCK_ID", Int, "0"),
    nullable(General, "LANGUAGE_ID", Text),
    field(General, "TEMPORARY", Flag, "N"),
    field(Kpi, "KPI_FIRST_ANSWER_TIME", Int, "0"),
    field(Kpi, "KPI_FIRST_ANSWER_ALERT", Flag, "N"),
    nullable(Kpi, "KPI_FIRST_ANSWER_LIST", Users),
    field(Kpi, "KPI_FIRST_ANSWER_TEXT", Text, "#OPERATOR# has not answered #DIALOG# in time."),
    field(Kpi, "KPI_FURTHER_ANSWER_TIME", Int, "0"),
    field(Kpi, "KPI_FURTHER_ANSWER_ALERT", Flag, "N"),
    nullable(Kpi, "KPI_FURTHER_ANSWER_LIST", Users),
    field(Kpi, "KPI_FURTHER_ANSWER_TEXT", Text, "#OPERATOR# has not answered #DIALOG# in time."),
    field(Kpi, "KPI_CHECK_OPERATOR_ACTIVITY", Flag, "N"),
    Field { group: Welcome, name: "AGREEMENT_MESSAGE", kind: Flag, default: Some("N"), settable: false },
    Field { group: Welcome, name: "AGREEMENT_ID", kind: Int, default: Some("0"), settable: false },
    Field { group: Queue, name: "SEND_NOTIFICATION_EMPTY_QUEUE", kind: Flag, default: Some("N"), settable: false },
    Field { group: General, name: "XML_ID", kind: Text, default: None, settable: false },
];

/// The field of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

impl Field {
    /// The value as it is kept, or `None` when the field cannot hold it (the caller then keeps what was there, D-47).
    #[must_use]
    pub fn accept(&self, text: &str) -> Option<String> {
        let trimmed = text.trim();
        match self.kind {
            Kind::Text => (text.chars().count() <= TEXT_CHARS_MAX).then(|| text.to_owned()),
            Kind::Int => trimmed.parse::<u32>().ok().map(|number| number.to_string()),
            Kind::Flag => flag(trimmed).map(str::to_owned),
            Kind::OneOf(words) => {
                words.iter().find(|word| word.eq_ignore_ascii_case(trimmed)).map(|word| (*word).to_owned())
            }
            Kind::Time => time_of_day(trimmed),
            Kind::Holidays => joined(trimmed, |day| month_day(day).is_some()),
            Kind::Weekdays => joined(&trimmed.to_uppercase(), |day| WEEKDAYS.contains(&day)),
            Kind::Users => joined(trimmed, |id| id.parse::<u32>().is_ok()),
            Kind::OperatorData => (text.len() <= TEXT_CHARS_MAX).then(|| text.to_owned()),
        }
    }
}

/// The days of the week as configured, Monday first.
pub const WEEKDAYS: &[&str] = &["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn flag(text: &str) -> Option<&'static str> {
    match text {
        "Y" | "y" | "1" | "true" | "True" => Some("Y"),
        "N" | "n" | "0" | "false" | "False" => Some("N"),
        _ => None,
    }
}

fn time_of_day(text: &str) -> Option<String> {
    let (hours, minutes) = text.split_once([':', '.']).unwrap_or((text, "0"));
    let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then(|| format!("{hours:02}:{minutes:02}"))
}

fn month_day(text: &str) -> Option<(u8, u8)> {
    let (day, month) = text.split_once('.')?;
    let (day, month): (u8, u8) = (day.parse().ok()?, month.parse().ok()?);
    ((1..=31).contains(&day) && (1..=12).contains(&month)).then_some((day, month))
}

fn joined(text: &str, is_item: impl Fn(&str) -> bool) -> Option<String> {
    let items: Vec<&str> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    (items.len() <= 400 && items.iter().all(|item| is_item(item))).then(|| items.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_acceptable() {
        for field in FIELDS {
            if let Some(default) = field.default {
                assert_eq!(field.accept(default).as_deref(), Some(default), "{}", field.name);
            }
        }
    }

    #[test]
    fn the_contract_names_80_settable_fields_besides_name_active_and_queue() {
        assert_eq!(FIELDS.iter().filter(|field| field.settable).count() + 3, 83);
    }

    #[test]
    fn values_are_kept_in_one_form() {
        let cases = [
            ("WORKTIME_FROM", "9", Some("09:00")),
            ("WORKTIME_FROM", "18.30", Some("18:30")),
            ("WORKTIME_FROM", "23:59", Some("23:59")),
            ("WORKTIME_FROM", "24:00", None),
            ("WORKTIME_DAYOFF", "sa, SU", Some("SA,SU")),
            ("WORKTIME_DAYOFF", "XX", None),
            ("WORKTIME_HOLIDAYS", "01.01,25.12", Some("01.01,25.12")),
            ("WORKTIME_HOLIDAYS", "32.01", None),
            ("QUEUE_TYPE", "evenly", Some("evenly")),
            ("QUEUE_TYPE", "fastest", None),
            ("CRM", "true", Some("Y")),
            ("CRM", "perhaps", None),
            ("MAX_CHAT", " 7 ", Some("7")),
            ("MAX_CHAT", "-1", None),
        ];
        for (name, given, kept) in cases {
            assert_eq!(find(name).unwrap().accept(given).as_deref(), kept, "{name} = {given}");
        }
    }
}
