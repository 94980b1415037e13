//! `filter`, `order` and `select` of the CRM's lists: an operator before a field, and the value to compare with.

use desk::crm::Type;
use desk::crm::fields::{self, Kind, Name};
use desk::crm::query::{Condition, Direction, Filter, Operand, Sense, Test};
use jiff::tz::TimeZone;
use wire::node::{Map, Node};

use super::super::RestError;
use super::super::params::moment;
use super::Style;

/// Conditions of one filter at most, and values of one condition.
const CONDITIONS_MAX: usize = 100;
const VALUES_MAX: usize = 500;
/// Groups inside of groups at most.
const DEPTH_MAX: usize = 8;

/// Operators, the longer ones first.
const OPERATORS: &[(&str, Test, Sense)] = &[
    ("!=%", Test::Like, Sense::HoldsNot),
    ("!%=", Test::Like, Sense::HoldsNot),
    (">=", Test::AtLeast, Sense::Holds),
    ("<=", Test::AtMost, Sense::Holds),
    ("!@", Test::Equal, Sense::HoldsNot),
    ("!%", Test::Contains, Sense::HoldsNot),
    ("=%", Test::Like, Sense::Holds),
    ("%=", Test::Like, Sense::Holds),
    ("!=", Test::Equal, Sense::HoldsNot),
    (">", Test::Greater, Sense::Holds),
    ("<", Test::Less, Sense::Holds),
    ("@", Test::Equal, Sense::Holds),
    ("%", Test::Contains, Sense::Holds),
    ("=", Test::Equal, Sense::Holds),
    ("!", Test::Equal, Sense::HoldsNot),
];

/// Reads what a list asks for.
pub(super) struct Reader<'r> {
    /// Type of the rows.
    pub item_type: Type,
    /// Names and strictness.
    pub style: Style,
    /// Zone of moments without an offset.
    pub time_zone: &'r TimeZone,
}

impl Reader<'_> {
    fn find(&self, name: &str) -> Option<Name> {
        match (self.style, name) {
            (Style::Original, name) => fields::find(self.item_type, name),
            // The messenger value of an open line has a name of its own (6.4).
            (Style::Modern, "imol") => fields::find(self.item_type, "IM"),
            (Style::Modern, name) => fields::find_modern(self.item_type, name),
        }
    }

    /// Reads a filter.
    ///
    /// # Errors
    /// A limit is reached; in the newer methods `INVALID_ARG_VALUE` for a field or value that cannot be used.
    pub fn filter(&self, given: Option<&Map>) -> Result<Filter, RestError> {
        let mut left = CONDITIONS_MAX;
        given.map_or(Ok(Filter::All(Vec::new())), |map| self.group(map, 0, &mut left))
    }

    fn group(&self, map: &Map, depth: usize, left: &mut usize) -> Result<Filter, RestError> {
        let mut parts = Vec::new();
        let mut any = false;
        for (key, node) in map {
            if self.style == Style::Modern && key == "logic" {
                any = node.as_text().is_some_and(|word| word.eq_ignore_ascii_case("OR"));
                continue;
            }
            *left = left.checked_sub(1).ok_or_else(too_much)?;
            let is_group = self.style == Style::Modern && key.bytes().all(|b| b.is_ascii_digit());
            match node {
                Node::Map(inner) if is_group && depth < DEPTH_MAX => parts.push(self.group(inner, depth + 1, left)?),
                _ if is_group => return Err(too_much()),
                _ => parts.extend(self.condition(key, node)?),
            }
        }
        Ok(if any { Filter::Any(parts) } else { Filter::All(parts) })
    }

    fn condition(&self, key: &str, node: &Node) -> Result<Option<Filter>, RestError> {
        let given = OPERATORS.iter().find(|(operator, ..)| key.starts_with(operator));
        let name = given.map_or(key, |(operator, ..)| &key[operator.len()..]);
        let (test, sense) = given.map_or((Test::Equal, Sense::Holds), |(_, test, sense)| (*test, *sense));
        let Some(field) = self.find(name) else {
            return match self.style {
                Style::Original => Ok(None),
                Style::Modern => Err(invalid(format!("Invalid filter: field '{name}' is not allowed in filter"))),
            };
        };
        let unusable = || invalid(format!("Invalid filter: field '{name}' has invalid value"));
        let scalars = match node {
            Node::List(_) | Node::Map(_) => node.items(),
            scalar => Some(vec![scalar]),
        };
        let mut operands = Vec::new();
        for scalar in scalars.unwrap_or_default() {
            match operand(field.kind(), scalar, self.time_zone) {
                Some(operand) => operands.push(operand),
                None if self.style == Style::Modern => return Err(unusable()),
                None => {}
            }
        }
        if operands.len() > VALUES_MAX {
            return Err(too_much());
        }
        Ok(Some(Filter::Is(Condition { name: field, test, operands, sense })))
    }

    /// Reads an order; fields that cannot be sorted by are passed over or refused.
    ///
    /// # Errors
    /// In the newer methods `INVALID_ARG_VALUE`.
    pub fn order(&self, given: Option<&Map>) -> Result<Vec<(Name, Direction)>, RestError> {
        let mut order = Vec::new();
        for (name, node) in given.into_iter().flatten().take(CONDITIONS_MAX) {
            let word = node.as_text().unwrap_or_default();
            let direction = match word.trim().to_ascii_uppercase().as_str() {
                "DESC" => Direction::Descending,
                "ASC" => Direction::Ascending,
                _ if self.style == Style::Original => Direction::Ascending,
                _ => {
                    let text = "Invalid order: allowed sort directions are ASC, DESC. But got";
                    return Err(invalid(format!("{text} '{word}' for field '{name}'")));
                }
            };
            match self.find(name) {
                Some(field) if field.kind() != Kind::Multifield => order.push((field, direction)),
                _ if self.style == Style::Original => {}
                _ => return Err(invalid(format!("Invalid order: field '{name}' is not allowed in order"))),
            }
        }
        Ok(order)
    }
}

fn invalid(text: String) -> RestError {
    RestError::method("INVALID_ARG_VALUE", text)
}

fn too_much() -> RestError {
    let text = format!("A filter has at most {CONDITIONS_MAX} conditions of {VALUES_MAX} values: ask in several calls");
    invalid(text)
}

/// What the field is compared with; `None` when the value cannot be one of the field's.
fn operand(kind: Kind, node: &Node, time_zone: &TimeZone) -> Option<Operand> {
    let nothing = node.is_empty() || *node == Node::Bool(false);
    let text = match node.as_text() {
        Some(text) => text.into_owned(),
        None if *node == Node::Null => String::new(),
        None => return None,
    };
    #[expect(clippy::cast_precision_loss, reason = "ids and moments are far below 2^53")]
    let number = |number: i64| Operand::Number(number as f64);
    match kind {
        Kind::Flag => {
            let flag = if nothing { Some(false) } else { node.as_flag() };
            flag.map(|flag| Operand::Text(if flag { "Y" } else { "N" }.to_owned()))
        }
        Kind::Int | Kind::User | Kind::Category | Kind::Item(_) if nothing => Some(Operand::Number(0.0)),
        Kind::Int | Kind::User | Kind::Category | Kind::Item(_) => node.as_int().map(number),
        Kind::Double if nothing => Some(Operand::Number(0.0)),
        Kind::Double => text.trim().parse().ok().filter(|number: &f64| number.is_finite()).map(Operand::Number),
        Kind::Date | Kind::DateTime if nothing => Some(Operand::Number(0.0)),
        Kind::Date | Kind::DateTime => moment(text.trim(), time_zone).map(|at| number(at.as_millisecond())),
        _ => Some(Operand::Text(text)),
    }
}

/// The fields that an answer has.
pub(super) struct Select {
    names: Vec<String>,
}

impl Select {
    /// Reads `select`; without one, everything that `*` and `UF_*` name.
    pub fn read(node: Option<&Node>) -> Select {
        let items = node.map(|node| node.items().unwrap_or_else(|| vec![node])).unwrap_or_default();
        let names: Vec<String> = items
            .into_iter()
            .filter_map(Node::as_text)
            .filter(|name| !name.is_empty())
            .map(|n| n.into_owned())
            .collect();
        if names.is_empty() { Select { names: vec!["*".to_owned(), "UF_*".to_owned()] } } else { Select { names } }
    }

    /// Whether the answer has everything that is no custom field and no phone or address.
    pub fn all(&self) -> bool {
        self.names.iter().any(|name| name == "*")
    }

    /// Whether the answer has all custom fields.
    pub fn all_custom(&self) -> bool {
        self.names.iter().any(|name| name.eq_ignore_ascii_case("UF_*"))
    }

    /// Whether the answer names this field.
    pub fn names(&self, name: &str) -> bool {
        self.names.iter().any(|one| one.eq_ignore_ascii_case(name))
    }
}
