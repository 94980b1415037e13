//! Filters of `user.get`, `user.search` and `user.userfield.list`: an operator before a column, and the value to compare with.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use wire::node::{Node, is_absent};

use super::super::RestError;
use super::super::params::moment;

/// How texts match when no operator says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matching {
    /// The whole text.
    Whole,
    /// From the beginning of one of its words.
    WordStart,
}

/// What a column holds, which says how its values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Text that may be searched from the beginning of a word.
    Text,
    /// Text that is searched so unless an operator says otherwise.
    Words,
    /// One of a few words, or an address.
    Code,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A moment.
    Date,
}

/// A value of every row that may be filtered and sorted by.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its key in the row.
    pub code: Cow<'static, str>,
    /// What it holds.
    pub holds: Holds,
    /// A search through everything looks here.
    pub searched: bool,
}

impl Column {
    /// A column that searches do not look into.
    pub const fn new(code: &'static str, holds: Holds) -> Column {
        Column { code: Cow::Borrowed(code), holds, searched: false }
    }

    /// The column of this code in any letter case.
    pub fn find<'c>(columns: &'c [Column], code: &str) -> Option<&'c Column> {
        columns.iter().find(|column| column.code.eq_ignore_ascii_case(code))
    }

    /// How two rows stand to each other by this column, without regard to letter case.
    pub fn compare(&self, one: &Map<String, Value>, other: &Map<String, Value>) -> Ordering {
        let text = |row: &Map<String, Value>| text_of(&row[self.code.as_ref()]).to_lowercase();
        let (one, other) = (text(one), text(other));
        match self.holds {
            Holds::Number => compare_numbers(&one, &other).unwrap_or_else(|| one.cmp(&other)),
            _ => one.cmp(&other),
        }
    }
}

/// One condition on a row.
#[derive(Debug)]
pub(super) struct Condition {
    target: Target,
    test: Test,
    negated: bool,
    values: Vec<String>,
}

#[derive(Debug)]
enum Target {
    Column(Column),
    /// All texts of the row together.
    Anything(Vec<Column>),
}

#[derive(Debug, Clone, Copy)]
enum Test {
    Equal,
    Contains,
    Pattern,
    WordStart,
    /// The comparison's outcome is one of these two.
    Ordered(Ordering, Ordering),
}

/// Operators, the longer ones first: what it tests, and whether it negates.
const OPERATORS: &[(&str, Test, bool)] = &[
    ("!=%", Test::Pattern, true),
    ("!%=", Test::Pattern, true),
    (">=", Test::Ordered(Ordering::Greater, Ordering::Equal), false),
    ("<=", Test::Ordered(Ordering::Less, Ordering::Equal), false),
    ("!@", Test::Equal, true),
    ("!%", Test::Contains, true),
    ("=%", Test::Pattern, false),
    ("%=", Test::Pattern, false),
    ("!=", Test::Equal, true),
    (">", Test::Ordered(Ordering::Greater, Ordering::Greater), false),
    ("<", Test::Ordered(Ordering::Less, Ordering::Less), false),
    ("@", Test::Equal, false),
    ("%", Test::Contains, false),
    ("=", Test::Equal, false),
    ("!", Test::Equal, true),
];

/// The conditions of a parameter that holds them by column; without any when it is absent.
///
/// # Errors
/// `ERROR_ARGUMENT` when the parameter, or a value in it, is of a wrong type.
pub(super) fn read(
    name: &str,
    node: Option<&Node>,
    matching: Matching,
    columns: &[Column],
) -> Result<Vec<Condition>, RestError> {
    let mut conditions = Vec::new();
    match node {
        Some(Node::Map(map)) => {
            for (name, value) in map {
                conditions.extend(Condition::read(name, value, matching, columns)?);
            }
        }
        node if is_absent(node) => {}
        _ => {
            let text = format!("The value of an argument '{name}' must be of type array");
            return Err(RestError::argument(name, text));
        }
    }
    Ok(conditions)
}

impl Condition {
    /// Reads one entry; `None` when it names nothing that can be filtered by.
    ///
    /// # Errors
    /// `ERROR_ARGUMENT` when the value is no scalar and no array of scalars.
    pub fn read(
        name: &str,
        value: &Node,
        matching: Matching,
        columns: &[Column],
    ) -> Result<Option<Condition>, RestError> {
        let given = OPERATORS.iter().find(|(operator, ..)| name.starts_with(operator));
        let code = given.map_or(name, |(operator, ..)| &name[operator.len()..]);
        let Some(column) = Column::find(columns, code).cloned() else { return Ok(None) };
        let values = match value {
            Node::List(_) | Node::Map(_) => value.items().map(|items| items.into_iter().map(Node::as_text).collect()),
            scalar => Some(vec![Some(scalar.as_text().unwrap_or_default())]),
        };
        let values: Option<Vec<_>> = values.and_then(|values: Vec<_>| values.into_iter().collect());
        let values = values.ok_or_else(|| {
            RestError::argument(name, format!("The value of an argument '{name}' has an invalid type"))
        })?;
        let values: Vec<String> = values.into_iter().map(|text| text.trim().to_owned()).collect();
        let is_pattern = matches!(values.as_slice(), [one] if one.ends_with('%'));
        let (test, negated) = match (given, column.holds) {
            (Some((_, test, negated)), _) => (*test, *negated),
            (None, Holds::Words) => (Test::WordStart, false),
            (None, _) if is_pattern && column.code == "NAME" => (Test::Pattern, false),
            (None, Holds::Text) if matching == Matching::WordStart => (Test::WordStart, false),
            _ => (Test::Equal, false),
        };
        Ok(Some(Condition { target: Target::Column(column), test, negated, values }))
    }

    /// Any text of the row has a word that begins so.
    pub fn anywhere(text: &str, columns: &[Column]) -> Condition {
        let searched = columns.iter().filter(|column| column.searched).cloned().collect();
        let values = vec![text.trim().to_owned()];
        Condition { target: Target::Anything(searched), test: Test::WordStart, negated: false, values }
    }

    /// Whether the row satisfies the condition.
    pub fn holds(&self, row: &Map<String, Value>, time_zone: &TimeZone) -> bool {
        let found = match &self.target {
            Target::Column(column) => match &row[column.code.as_ref()] {
                Value::Array(items) if !items.is_empty() => {
                    items.iter().any(|item| self.matches(column.holds, &text_of(item), time_zone))
                }
                value => self.matches(column.holds, &text_of(value), time_zone),
            },
            Target::Anything(columns) => {
                let texts: Vec<String> = columns.iter().map(|column| text_of(&row[column.code.as_ref()])).collect();
                self.matches(Holds::Text, &texts.join(" "), time_zone)
            }
        };
        found != self.negated
    }

    fn matches(&self, holds: Holds, stored: &str, time_zone: &TimeZone) -> bool {
        let text = stored.to_lowercase();
        self.values.iter().any(|wanted| {
            let wanted = wanted.to_lowercase();
            match self.test {
                Test::Contains => text.contains(&wanted),
                Test::Pattern => is_like(&text, &wanted),
                Test::WordStart => {
                    wanted.split_whitespace().all(|part| text.split_whitespace().any(|word| word.starts_with(part)))
                }
                Test::Equal => compare(holds, &text, &wanted, time_zone) == Some(Ordering::Equal),
                Test::Ordered(one, other) => {
                    compare(holds, &text, &wanted, time_zone).is_some_and(|order| order == one || order == other)
                }
            }
        })
    }
}

/// The text of a stored value; flags are `1` and empty, the values of a list stand beside each other.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "1".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

/// Compares by what the column holds; `None` when the wanted value is nothing of that kind, which matches nothing.
fn compare(holds: Holds, stored: &str, wanted: &str, time_zone: &TimeZone) -> Option<Ordering> {
    match holds {
        _ if stored.is_empty() && wanted.is_empty() => Some(Ordering::Equal),
        Holds::Number => compare_numbers(stored, wanted),
        Holds::Flag => {
            let flag = match wanted {
                "" => false,
                text => Node::from(text).as_flag()?,
            };
            Some((Node::from(stored).as_flag() == Some(true)).cmp(&flag))
        }
        Holds::Date if !(wanted.is_empty() || stored.is_empty()) => {
            Some(moment(stored, time_zone)?.cmp(&moment(wanted, time_zone)?))
        }
        Holds::Date | Holds::Text | Holds::Words | Holds::Code => Some(stored.cmp(wanted)),
    }
}

fn compare_numbers(one: &str, other: &str) -> Option<Ordering> {
    if let (Ok(one), Ok(other)) = (one.parse::<i64>(), other.parse::<i64>()) {
        return Some(one.cmp(&other));
    }
    one.parse::<f64>().ok()?.partial_cmp(&other.parse::<f64>().ok()?)
}

/// SQL's LIKE with `%` for any text. Compares piece by piece from the left, which takes linear time.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut pieces = pattern.split('%');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn patterns() {
        for (text, pattern, like) in [
            ("ivanova", "iv%", true),
            ("ivanova", "%nova", true),
            ("ivanova", "%van%", true),
            ("ivanova", "iv%a%a", true),
            ("ivanova", "iv", false),
            ("aa", "a%aa", false),
            ("", "%", true),
            ("", "", true),
        ] {
            assert_eq!(is_like(text, pattern), like, "{text} {pattern}");
        }
    }
}
