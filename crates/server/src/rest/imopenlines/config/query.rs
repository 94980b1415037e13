//! `PARAMS` of `imopenlines.config.list.get`: which fields, which lines, in which order (D-52, D-53).

use std::cmp::Ordering;

use desk::line_fields;
use desk::lines::Line;
use wire::node::{Map, Node};

use super::super::super::RestError;
use super::shown;

const LIMIT_DEFAULT: usize = 50;
const LIMIT_MAX: usize = 200;

/// A checked query.
#[derive(Debug, Clone, Default)]
pub(super) struct Query {
    /// Fields to show as (alias, name); `None` shows all.
    pub(super) select: Option<Vec<(String, &'static str)>>,
    pub(super) limit: usize,
    pub(super) offset: usize,
    order: Vec<(&'static str, Direction)>,
    filter: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

#[derive(Debug, Clone)]
struct Condition {
    field: &'static str,
    operator: Operator,
    values: Vec<Option<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
}

/// Longer prefixes first.
const PREFIXES: &[(&str, Operator)] = &[
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=%", Operator::Contains),
    ("%=", Operator::Contains),
    ("!", Operator::NotEqual),
    ("=", Operator::Equal),
    ("@", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("%", Operator::Contains),
];

/// `INVALID_FORMAT`
pub(super) fn invalid(text: impl Into<std::borrow::Cow<'static, str>>) -> RestError {
    RestError::method("INVALID_FORMAT", text)
}

/// A parameter that is an object; `None` when it is absent or empty.
pub(super) fn map<'n>(name: &'static str, node: Option<&'n Node>) -> Result<Option<&'n Map>, RestError> {
    match node {
        None => Ok(None),
        Some(node) if node.is_empty() => Ok(None),
        Some(Node::Map(map)) => Ok(Some(map)),
        Some(_) => Err(RestError::argument(name, format!("The value of an argument '{name}' must be of type array"))),
    }
}

impl Query {
    /// Reads `PARAMS`.
    ///
    /// # Errors
    /// `INVALID_FORMAT` in the documented words; `ERROR_ARGUMENT` when it is no object.
    pub(super) fn read(node: Option<&Node>) -> Result<Query, RestError> {
        let mut query = Query { limit: LIMIT_DEFAULT, ..Query::default() };
        let Some(given) = map("PARAMS", node)? else { return Ok(query) };
        let known = ["select", "order", "filter", "limit", "offset"];
        let unknown: Vec<&str> = given.keys().map(String::as_str).filter(|key| !known.contains(key)).collect();
        if !unknown.is_empty() {
            return Err(invalid(format!("Unsupported PARAMS fields are passed: {}", unknown.join(", "))));
        }
        if let Some(node) = given.get("select") {
            query.select = select(node)?;
        }
        if let Some(node) = given.get("order") {
            query.order = order(node)?;
        }
        if let Some(node) = given.get("filter") {
            query.filter = filter(node)?;
        }
        if let Some(limit) = not_negative("limit", given)? {
            query.limit = if limit == 0 { LIMIT_DEFAULT } else { limit.min(LIMIT_MAX) };
        }
        query.offset = not_negative("offset", given)?.unwrap_or(0);
        Ok(query)
    }

    /// Whether the line fulfils every condition of the filter.
    pub(super) fn matches(&self, line: &Line) -> bool {
        self.filter.iter().all(|condition| condition.holds(line))
    }

    /// Sorts as asked, then by id.
    pub(super) fn sort(&self, lines: &mut [Line]) {
        lines.sort_by(|left, right| {
            let by = self.order.iter().map(|(field, direction)| {
                let ordering = compare(kept(left, field).as_deref(), kept(right, field).as_deref());
                if *direction == Direction::Descending { ordering.reverse() } else { ordering }
            });
            by.fold(Ordering::Equal, Ordering::then).then(left.id.cmp(&right.id))
        });
    }
}

fn not_negative(name: &'static str, given: &Map) -> Result<Option<usize>, RestError> {
    match given.get(name) {
        None | Some(Node::Null) => Ok(None),
        Some(node) => {
            let number = node.as_int().and_then(|number| usize::try_from(number).ok());
            let text = || format!("A non-negative integer is expected in the PARAMS field '{name}'");
            number.map(Some).ok_or_else(|| invalid(text()))
        }
    }
}

fn wrong_format(part: &str) -> RestError {
    invalid(format!("A wrong format for the PARAMS field '{part}' is passed"))
}

fn wrong_name(part: &str) -> RestError {
    invalid(format!("A wrong field name is passed in the PARAMS field '{part}'"))
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A field that a line has outside its queue.
fn known(name: &str) -> Option<&'static str> {
    let beside = shown::FIRST.iter().chain(&shown::LAST).copied().find(|known| *known == name);
    beside.or_else(|| line_fields::find(name).map(|field| field.name))
}

/// Looks the names up; all that are unknown are named together.
fn fields<'t>(part: &str, names: impl Iterator<Item = &'t str>) -> Result<Vec<&'static str>, RestError> {
    let mut found = Vec::new();
    let mut unknown = Vec::new();
    for name in names {
        if !is_name(name) {
            return Err(wrong_name(part));
        }
        match known(name) {
            Some(field) => found.push(field),
            None => unknown.push(name),
        }
    }
    match unknown.as_slice() {
        [] => Ok(found),
        unknown => {
            Err(invalid(format!("An unknown field '{}' is passed in the PARAMS field '{part}'", unknown.join(", "))))
        }
    }
}

/// A list of names, or a map from alias to name.
fn select(node: &Node) -> Result<Option<Vec<(String, &'static str)>>, RestError> {
    let entries: Vec<(Option<&str>, &Node)> = match node {
        Node::Null => return Ok(None),
        Node::List(_) => node.items().unwrap_or_default().into_iter().map(|item| (None, item)).collect(),
        Node::Map(map) => map
            .iter()
            .map(|(alias, item)| (Some(alias.as_str()).filter(|alias| alias.parse::<u32>().is_err()), item))
            .collect(),
        _ => return Err(wrong_format("select")),
    };
    let names: Option<Vec<&str>> = entries
        .iter()
        .map(|(_, item)| match item {
            Node::Text(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let names = names.ok_or_else(|| wrong_name("select"))?;
    let fields = fields("select", names.into_iter())?;
    for alias in entries.iter().filter_map(|(alias, _)| *alias) {
        if !is_name(alias) {
            return Err(invalid("A wrong field alias is passed in the PARAMS field 'select'"));
        }
        if known(alias).is_some() {
            let text = format!("The alias '{alias}' matches an existing field in the PARAMS field 'select'");
            return Err(invalid(text));
        }
    }
    let aliases = entries.iter().map(|(alias, _)| *alias);
    let select: Vec<(String, &'static str)> =
        aliases.zip(fields).map(|(alias, field)| (alias.unwrap_or(field).to_owned(), field)).collect();
    Ok(Some(select).filter(|select| !select.is_empty()))
}

/// The entries of an object; a list has no names.
fn entries<'n>(part: &str, node: &'n Node) -> Result<Vec<(&'n str, &'n Node)>, RestError> {
    match node {
        Node::Map(map) => Ok(map.iter().map(|(name, node)| (name.as_str(), node)).collect()),
        node if matches!(node, Node::Null | Node::List(_)) && node.items().is_none_or(|items| items.is_empty()) => {
            Ok(Vec::new())
        }
        Node::List(_) => Err(wrong_name(part)),
        _ => Err(wrong_format(part)),
    }
}

fn order(node: &Node) -> Result<Vec<(&'static str, Direction)>, RestError> {
    let entries = entries("order", node)?;
    let fields = fields("order", entries.iter().map(|(name, _)| *name))?;
    let directions = entries.iter().map(|(_, node)| match node.as_text().unwrap_or_default().to_lowercase().as_str() {
        "asc" => Ok(Direction::Ascending),
        "desc" => Ok(Direction::Descending),
        _ => Err(invalid("A wrong sorting direction is passed in the PARAMS field 'order'")),
    });
    fields.into_iter().zip(directions).map(|(field, direction)| Ok((field, direction?))).collect()
}

fn filter(node: &Node) -> Result<Vec<Condition>, RestError> {
    let entries = entries("filter", node)?;
    let split = |name| {
        let prefix = PREFIXES.iter().find(|(prefix, _)| str::starts_with(name, prefix));
        prefix.map_or((name, Operator::Equal), |(prefix, operator)| (&name[prefix.len()..], *operator))
    };
    let fields = fields("filter", entries.iter().map(|(name, _)| split(*name).0))?;
    let conditions = entries.iter().zip(fields).map(|((name, node), field)| {
        let values = match node.items() {
            Some(items) => items.into_iter().map(|item| value(field, item)).collect::<Option<Vec<_>>>(),
            None => value(field, node).map(|value| vec![value]),
        };
        let values = values.ok_or_else(|| wrong_format("filter"))?;
        Ok(Condition { field, operator: split(*name).1, values })
    });
    conditions.collect()
}

/// A value to compare with, in the form in which the line keeps it; `None` inside is null.
fn value(field: &str, node: &Node) -> Option<Option<String>> {
    if *node == Node::Null {
        return Some(None);
    }
    let kind = line_fields::find(field).map(|field| field.kind);
    let is_flag = field == "ACTIVE" || kind == Some(line_fields::Kind::Flag);
    if let Some(flag) = node.as_flag().filter(|_| is_flag) {
        return Some(Some(if flag { "Y" } else { "N" }.to_owned()));
    }
    let text = node.as_text()?.into_owned();
    if field.starts_with("DATE_") {
        return Some(Some(milliseconds(&text).unwrap_or(text)));
    }
    let normal = line_fields::find(field).and_then(|field| field.accept(&text));
    Some(Some(normal.unwrap_or(text)))
}

/// A date with or without time and zone; without a zone it is in UTC.
fn milliseconds(text: &str) -> Option<String> {
    let with_zone = text.parse::<jiff::Timestamp>().ok();
    let civil = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    let moment = with_zone.or_else(|| civil().map(|zoned| zoned.timestamp()))?;
    Some(moment.as_millisecond().to_string())
}

/// A field as it is compared: dates as unix milliseconds, the rest as kept.
fn kept(line: &Line, field: &str) -> Option<String> {
    match field {
        "ID" => Some(line.id.to_string()),
        "LINE_NAME" => Some(line.name.clone()),
        "ACTIVE" => Some(if line.active { "Y" } else { "N" }.to_owned()),
        "DATE_CREATE" => Some(line.created_ms.to_string()),
        "DATE_MODIFY" => Some(line.updated_ms.to_string()),
        "MODIFY_USER_ID" => Some(line.updated_by.to_string()),
        field => line.settings.text(field).map(str::to_owned),
    }
}

/// Numbers as numbers, texts as texts; null comes first.
fn compare(left: Option<&str>, right: Option<&str>) -> Ordering {
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.cmp(&right),
    }
}

impl Condition {
    fn holds(&self, line: &Line) -> bool {
        let kept = kept(line, self.field);
        let any = |test: &dyn Fn(Option<&str>) -> bool| self.values.iter().any(|value| test(value.as_deref()));
        let is = |wanted: &'static [Ordering]| {
            let kept = kept.as_deref();
            any(&|value| kept.is_some() && value.is_some() && wanted.contains(&compare(kept, value)))
        };
        let equal = || any(&|value| compare(kept.as_deref(), value) == Ordering::Equal);
        match self.operator {
            Operator::Equal => equal(),
            Operator::NotEqual => !equal(),
            Operator::Less => is(&[Ordering::Less]),
            Operator::LessOrEqual => is(&[Ordering::Less, Ordering::Equal]),
            Operator::Greater => is(&[Ordering::Greater]),
            Operator::GreaterOrEqual => is(&[Ordering::Greater, Ordering::Equal]),
            Operator::Contains => {
                let kept = kept.as_deref().unwrap_or_default().to_lowercase();
                any(&|value| kept.contains(&value.unwrap_or_default().to_lowercase()))
            }
        }
    }
}
