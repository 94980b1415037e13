//! `trunkline.line.*`: what a line's settings are made of.

use desk::line_fields::{FIELDS, Field, Group, Kind, TEXT_CHARS_MAX};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::{Call, NoParams, RestError};

/// A field of `imopenlines.config.*`.
#[derive(Serialize, JsonSchema)]
pub(super) struct LineField {
    name: &'static str,
    group: LineFieldGroup,
    r#type: LineFieldType,
    /// The words it may be, for one of several.
    words: &'static [&'static str],
    /// Value when nothing is set; null where that differs from empty.
    default: Option<&'static str>,
    /// Smallest and greatest number, for a number.
    min: Option<u32>,
    max: Option<u32>,
    /// What a number counts.
    unit: Option<LineFieldUnit>,
    /// Characters at most, for a text.
    chars_max: Option<usize>,
    /// Whether `imopenlines.config.update` changes it.
    settable: bool,
}

/// What a field is about.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LineFieldGroup {
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

/// What a field may hold.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LineFieldType {
    /// Any text.
    Text,
    /// A whole number, not negative.
    Int,
    /// `Y` or `N`.
    Flag,
    /// One of `words`.
    OneOf,
    /// `HH:MM`.
    Time,
    /// Days `DD.MM`, separated by commas.
    Holidays,
    /// Days of the week `MO` to `SU`, separated by commas.
    Weekdays,
    /// Ids of employees.
    Users,
    /// An object with `NAME` and `AVATAR`.
    OperatorData,
}

/// What a number counts.
#[derive(Serialize, JsonSchema)]
pub(super) enum LineFieldUnit {
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Minutes.
    #[serde(rename = "min")]
    Minutes,
}

/// All fields.
#[derive(Serialize, JsonSchema)]
pub(super) struct LineFields {
    fields: Vec<LineField>,
}

/// `trunkline.line.fields`: all in the order of a settings page. `LINE_NAME`, `ACTIVE` and `QUEUE` are not among them.
pub(super) async fn fields(_: Call, _: NoParams) -> Result<LineFields, RestError> {
    Ok(LineFields { fields: FIELDS.iter().map(shown).collect() })
}

fn shown(field: &Field) -> LineField {
    let (kind, words): (_, &'static [&'static str]) = match field.kind {
        Kind::Text => (LineFieldType::Text, &[]),
        Kind::Int => (LineFieldType::Int, &[]),
        Kind::Flag => (LineFieldType::Flag, &[]),
        Kind::OneOf(words) => (LineFieldType::OneOf, words),
        Kind::Time => (LineFieldType::Time, &[]),
        Kind::Holidays => (LineFieldType::Holidays, &[]),
        Kind::Weekdays => (LineFieldType::Weekdays, &[]),
        Kind::Users => (LineFieldType::Users, &[]),
        Kind::OperatorData => (LineFieldType::OperatorData, &[]),
    };
    LineField {
        name: field.name,
        group: group(field.group),
        r#type: kind,
        words,
        default: field.default,
        min: (field.kind == Kind::Int).then_some(0),
        max: (field.kind == Kind::Int).then_some(u32::MAX),
        unit: unit(field),
        chars_max: (field.kind == Kind::Text).then_some(TEXT_CHARS_MAX),
        settable: field.settable,
    }
}

/// Times are in seconds, but for the one in which operators may still write.
fn unit(field: &Field) -> Option<LineFieldUnit> {
    match field.name {
        "FULL_CLOSE_TIME" => Some(LineFieldUnit::Minutes),
        name if field.kind == Kind::Int && (name.ends_with("_TIME") || name == "VOTE_TIME_LIMIT") => {
            Some(LineFieldUnit::Seconds)
        }
        _ => None,
    }
}

fn group(group: Group) -> LineFieldGroup {
    match group {
        Group::Queue => LineFieldGroup::Queue,
        Group::Operator => LineFieldGroup::Operator,
        Group::Welcome => LineFieldGroup::Welcome,
        Group::NoAnswer => LineFieldGroup::NoAnswer,
        Group::Worktime => LineFieldGroup::Worktime,
        Group::Closing => LineFieldGroup::Closing,
        Group::Vote => LineFieldGroup::Vote,
        Group::Crm => LineFieldGroup::Crm,
        Group::Kpi => LineFieldGroup::Kpi,
        Group::General => LineFieldGroup::General,
    }
}
