//! Filters of `user.get` and `user.search`: an operator before a field, and the value to compare with.

use std::cmp::Ordering;

use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use wire::node::Node;

use super::super::RestError;
use super::super::params::moment;
use super::fields::{FIELDS, Field};

/// How texts match when no operator says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matching {
    /// The whole text.
    Whole,
    /// From the beginning of one of its words.
    WordStart,
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
    Field(&'static Field),
    /// Name, family name and position together.
    Names,
    /// Every text of the row.
    Anything,
    /// Name of the portal's only department.
    DepartmentName,
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

impl Condition {
    /// Reads one entry; `None` when it names nothing that can be filtered by.
    ///
    /// # Errors
    /// `ERROR_ARGUMENT` when the value is no scalar and no array of scalars.
    pub fn read(name: &str, value: &Node, matching: Matching) -> Result<Option<Condition>, RestError> {
        let given = OPERATORS.iter().find(|(operator, ..)| name.starts_with(operator));
        let code = given.map_or(name, |(operator, ..)| &name[operator.len()..]);
        let target = match code.to_ascii_uppercase().as_str() {
            "NAME_SEARCH" => Target::Names,
            "UF_DEPARTMENT_NAME" => Target::DepartmentName,
            code => match Field::find(code) {
                Some(field) => Target::Field(field),
                None => return Ok(None),
            },
        };
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
        let (test, negated) = match (given, &target) {
            (Some((_, test, negated)), _) => (*test, *negated),
            (None, Target::Names | Target::DepartmentName) => (Test::WordStart, false),
            (None, Target::Field(field)) if is_pattern && field.code == "NAME" => (Test::Pattern, false),
            (None, Target::Field(field)) if matching == Matching::WordStart && is_text(field.code) => {
                (Test::WordStart, false)
            }
            _ => (Test::Equal, false),
        };
        Ok(Some(Condition { target, test, negated, values }))
    }

    /// Any field has a word that begins with the text.
    pub fn anywhere(text: &str) -> Condition {
        let values = vec![text.trim().to_owned()];
        Condition { target: Target::Anything, test: Test::WordStart, negated: false, values }
    }

    /// Whether the row satisfies the condition.
    pub fn holds(&self, row: &Map<String, Value>, time_zone: &TimeZone) -> bool {
        let found = match &self.target {
            Target::Field(field) => match &row[field.code] {
                Value::Array(items) => items.iter().any(|item| self.matches(field.code, item, time_zone)),
                value => self.matches(field.code, value, time_zone),
            },
            Target::Names => self.matches("", &joined(row, &["NAME", "LAST_NAME", "WORK_POSITION"]), time_zone),
            Target::DepartmentName => self.matches("", &Value::String("Company".to_owned()), time_zone),
            Target::Anything => {
                let codes: Vec<&str> = FIELDS.iter().map(|field| field.code).filter(|code| is_text(code)).collect();
                self.matches("", &joined(row, &codes), time_zone)
            }
        };
        found != self.negated
    }

    fn matches(&self, code: &str, stored: &Value, time_zone: &TimeZone) -> bool {
        let text = text_of(stored).to_lowercase();
        self.values.iter().any(|wanted| {
            let wanted = wanted.to_lowercase();
            match self.test {
                Test::Contains => text.contains(&wanted),
                Test::Pattern => is_like(&text, &wanted),
                Test::WordStart => {
                    wanted.split_whitespace().all(|part| text.split_whitespace().any(|word| word.starts_with(part)))
                }
                Test::Equal => compare(code, &text, &wanted, time_zone) == Some(Ordering::Equal),
                Test::Ordered(one, other) => {
                    compare(code, &text, &wanted, time_zone).is_some_and(|order| order == one || order == other)
                }
            }
        })
    }
}

/// The text of a stored value; flags are `1` and empty.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "1".to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn joined(row: &Map<String, Value>, codes: &[&str]) -> Value {
    Value::String(codes.iter().map(|code| text_of(&row[*code])).collect::<Vec<_>>().join(" "))
}

/// Fields that `user.search` searches from the beginning of a word.
fn is_text(code: &str) -> bool {
    !is_date(code) && !["ID", "ACTIVE", "IS_ONLINE", "USER_TYPE", "UF_DEPARTMENT", "PERSONAL_PHOTO"].contains(&code)
}

/// Fields that hold a moment.
pub(super) fn is_date(code: &str) -> bool {
    ["DATE_REGISTER", "TIMESTAMP_X", "LAST_ACTIVITY_DATE", "LAST_LOGIN", "PERSONAL_BIRTHDAY", "UF_EMPLOYMENT_DATE"]
        .contains(&code)
}

/// Compares by the field's type; `None` when the wanted value is none of that type, which matches nothing.
fn compare(code: &str, stored: &str, wanted: &str, time_zone: &TimeZone) -> Option<Ordering> {
    match code {
        "ID" | "UF_DEPARTMENT" => Some(stored.parse::<i64>().ok()?.cmp(&wanted.parse().ok()?)),
        "ACTIVE" => {
            let flag = match wanted {
                "" => false,
                text => Node::from(text).as_flag()?,
            };
            Some((stored == "1").cmp(&flag))
        }
        code if is_date(code) && !(wanted.is_empty() || stored.is_empty()) => {
            Some(moment(stored, time_zone)?.cmp(&moment(wanted, time_zone)?))
        }
        _ => Some(stored.cmp(wanted)),
    }
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
