//! Lists of the CRM: a filter, an order and a page become one statement. Every value is bound, no text of a client
//! becomes SQL.

use store::{Param, Tx};

use super::fields::{Column, Kind, Name, Place};
use super::items::{self, Item};
use super::values::{digest, fold};
use super::{Type, multifields};
use crate::Result;

/// Which rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of these hold; none is everything.
    All(Vec<Filter>),
    /// One of these holds.
    Any(Vec<Filter>),
    /// A field compares.
    Is(Condition),
    /// The item has this messenger value, byte for byte (6.4).
    Imol(Vec<String>),
    /// The activity is shown with such an item: type, and id unless it may be any.
    BoundTo(Vec<(Option<i64>, Option<i64>)>),
}

/// A field, how it is compared, and with what.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The field.
    pub name: Name,
    /// The comparison.
    pub test: Test,
    /// What it compares with; one of them is enough.
    pub operands: Vec<Operand>,
    /// Rows for which it holds, or those for which it does not.
    pub sense: Sense,
}

/// A comparison. Texts compare without regard to letter case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// The same.
    Equal,
    /// Less.
    Less,
    /// Less or the same.
    AtMost,
    /// Greater.
    Greater,
    /// Greater or the same.
    AtLeast,
    /// The text contains the operand.
    Contains,
    /// `%` in the operand stands for any text.
    Like,
}

impl Test {
    fn sql(self) -> &'static str {
        match self {
            Test::Equal => "=",
            Test::Less => "<",
            Test::AtMost => "<=",
            Test::Greater => ">",
            Test::AtLeast => ">=",
            Test::Contains | Test::Like => "LIKE",
        }
    }
}

/// Which rows a condition selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// Those for which it holds.
    Holds,
    /// All others.
    HoldsNot,
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// Text.
    Text(String),
    /// A number, an id or a moment.
    Number(f64),
}

impl Operand {
    fn text(&self) -> String {
        match self {
            Operand::Text(text) => text.clone(),
            Operand::Number(number) => number.to_string(),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Operand::Text(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()).unwrap_or(0.0),
            Operand::Number(number) => *number,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a cast saturates, and no id or moment is beyond it")]
    fn int(&self) -> i64 {
        self.number() as i64
    }
}

/// Which way a list goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// What to list.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Which rows.
    pub filter: Filter,
    /// Fields to sort by; rows that are alike come by id.
    pub order: Vec<(Name, Direction)>,
    /// Rows before the page; `None` is the first page, uncounted.
    pub start: Option<i64>,
    /// Rows of the page at most.
    pub limit: i64,
}

/// A page of items.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The items.
    pub items: Vec<Item>,
    /// How many match in all; 0 when they were not counted.
    pub total: i64,
}

/// Lists items.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, item_type: Type, query: &Query) -> Result<Found> {
    let region = super::region(tx)?;
    let mut sql = Sql { region, text: String::new(), params: Vec::new() };
    sql.push(" FROM crm_items i WHERE i.type_id = ");
    sql.bind(Param::Int(item_type.id()));
    sql.push(" AND ");
    sql.filter(&query.filter);
    let total = match query.start {
        None => 0,
        Some(_) => tx.query_one(&format!("SELECT count(*){}", sql.text), &sql.params, |row| row.get(0))?,
    };
    sql.push(" ORDER BY ");
    for (name, direction) in &query.order {
        sql.sort_key(name);
        sql.push(if *direction == Direction::Descending { " DESC, " } else { ", " });
    }
    let newest_first = matches!(query.order.first(), Some((_, Direction::Descending)));
    sql.push(if newest_first { "i.id DESC LIMIT " } else { "i.id LIMIT " });
    sql.bind(Param::Int(query.limit));
    sql.push(" OFFSET ");
    sql.bind(Param::Int(query.start.unwrap_or(0)));
    let ids: Vec<i64> = tx.query(&format!("SELECT i.id{}", sql.text), &sql.params, |row| row.get(0))?;
    Ok(Found { items: items::load(tx, item_type, &ids)?, total })
}

/// A statement that grows from left to right with its parameters.
struct Sql {
    region: Option<super::addresses::Region>,
    text: String,
    params: Vec<Param<'static>>,
}

impl Sql {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn bind(&mut self, param: Param<'static>) {
        self.params.push(param);
        self.text.push('?');
        self.text.push_str(&self.params.len().to_string());
    }

    /// `(one OR other)`; of none, `nothing`.
    fn joined<T>(&mut self, items: &[T], word: &str, nothing: &str, mut each: impl FnMut(&mut Sql, &T)) {
        if items.is_empty() {
            self.push(nothing);
            return;
        }
        self.push("(");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(word);
            }
            each(self, item);
        }
        self.push(")");
    }

    fn filter(&mut self, filter: &Filter) {
        match filter {
            Filter::All(parts) => self.joined(parts, " AND ", "1 = 1", Sql::filter),
            Filter::Any(parts) => self.joined(parts, " OR ", "1 = 1", Sql::filter),
            Filter::Is(condition) => self.condition(condition),
            Filter::Imol(values) => self.multifield("IM", values),
            Filter::BoundTo(pairs) => self.joined(pairs, " OR ", "1 = 1", |sql, (item_type, item_id)| {
                sql.push("EXISTS (SELECT 1 FROM crm_bindings b WHERE b.activity_id = i.id");
                for (column, value) in [(" AND b.type_id = ", item_type), (" AND b.item_id = ", item_id)] {
                    if let Some(value) = value {
                        sql.push(column);
                        sql.bind(Param::Int(*value));
                    }
                }
                sql.push(")");
            }),
        }
    }

    fn condition(&mut self, condition: &Condition) {
        if condition.sense == Sense::HoldsNot {
            self.push("NOT ");
        }
        let operands = &condition.operands;
        // Of no operands none can match.
        self.joined(operands, " OR ", "(1 = 0)", |sql, operand| match &condition.name {
            Name::Custom(name) => sql.custom(name, condition.test, operand),
            Name::Known(field) => match field.place {
                Place::Id => sql.compare_int("i.id", condition.test, operand),
                Place::Column(Column::Closed) if field.kind == Kind::Flag => {
                    sql.push("(CASE WHEN i.semantic = 'P' THEN 'n' ELSE 'y' END)");
                    sql.compare_text(condition.test, operand);
                }
                Place::Column(column) if column.is_text() => {
                    sql.push("lower(i.");
                    sql.push(column.sql());
                    sql.push(")");
                    sql.compare_text(condition.test, operand);
                }
                Place::Column(column) => sql.compare_int(&format!("i.{}", column.sql()), condition.test, operand),
                Place::Value(_) if matches!(field.kind, Kind::Items(_)) => sql.equal_value(field.name, operand),
                Place::Value(default) if items::is_number(field) => {
                    sql.value("number", field.name, Param::Real(default.parse().unwrap_or(0.0)));
                    sql.push(condition.test.sql());
                    sql.bind(Param::Real(operand.number()));
                }
                Place::Value("") if condition.test == Test::Equal && !operand.text().is_empty() => {
                    sql.equal_value(field.name, operand);
                }
                Place::Value(default) => {
                    sql.value("folded", field.name, Param::from(default.to_lowercase()));
                    sql.compare_text(condition.test, operand);
                }
                Place::Multifields => sql.multifield(field.name, &[operand.text()]),
                Place::Has(kind) => {
                    sql.push(if operand.text().eq_ignore_ascii_case("Y") { "" } else { "NOT " });
                    sql.any_multifield(kind);
                    sql.push(")");
                }
                Place::Fixed(_) => sql.push(if operand.text().is_empty() { "1 = 1" } else { "1 = 0" }),
            },
        });
    }

    fn compare_int(&mut self, expression: &str, test: Test, operand: &Operand) {
        self.push(&format!("coalesce({expression}, 0)"));
        // A number has no substrings.
        self.push(if matches!(test, Test::Contains | Test::Like) { "=" } else { test.sql() });
        self.bind(Param::Int(operand.int()));
    }

    fn compare_text(&mut self, test: Test, operand: &Operand) {
        let folded = fold(&operand.text());
        self.push(" ");
        self.push(test.sql());
        self.push(" ");
        let escaped = |text: &str| text.replace('\\', "\\\\").replace('_', "\\_");
        match test {
            Test::Contains => {
                self.bind(Param::from(format!("%{}%", escaped(&folded).replace('%', "\\%"))));
                self.push(" ESCAPE '\\'");
            }
            Test::Like => {
                self.bind(Param::from(escaped(&folded)));
                self.push(" ESCAPE '\\'");
            }
            _ => self.bind(Param::from(folded)),
        }
    }

    /// A single value as an expression.
    fn value(&mut self, column: &str, name: &str, default: Param<'static>) {
        self.push("coalesce((SELECT v.");
        self.push(column);
        self.push(
            " FROM crm_values v WHERE v.type_id = i.type_id AND v.item_id = i.id AND v.position = 0 AND v.name = ",
        );
        self.bind(Param::from(name.to_owned()));
        self.push("), ");
        self.bind(default);
        self.push(")");
    }

    /// Any of the field's values is the operand; found by index.
    fn equal_value(&mut self, name: &str, operand: &Operand) {
        let folded = fold(&operand.text());
        let digest = digest(&folded);
        self.push("EXISTS (SELECT 1 FROM crm_values v WHERE v.type_id = i.type_id AND v.item_id = i.id AND v.name = ");
        self.bind(Param::from(name.to_owned()));
        self.push(" AND v.digest = ");
        self.bind(Param::Int(digest));
        self.push(" AND v.folded = ");
        self.bind(Param::from(folded));
        self.push(")");
    }

    fn custom(&mut self, name: &str, test: Test, operand: &Operand) {
        let text = operand.text();
        match (test, text.trim().parse::<f64>()) {
            (Test::Equal, _) if !text.is_empty() => self.equal_value(name, operand),
            (Test::Less | Test::AtMost | Test::Greater | Test::AtLeast, Ok(number)) if number.is_finite() => {
                self.value("number", name, Param::Real(0.0));
                self.push(test.sql());
                self.bind(Param::Real(number));
            }
            _ => {
                self.value("folded", name, Param::from(""));
                self.compare_text(test, operand);
            }
        }
    }

    /// The item has one of these values; of an empty one, it has none at all.
    fn multifield(&mut self, kind: &'static str, values: &[String]) {
        let region = self.region;
        self.joined(values, " OR ", "1 = 0", |sql, value| {
            if value.is_empty() {
                sql.push("NOT ");
                sql.any_multifield(kind);
            } else {
                sql.any_multifield(kind);
                sql.push(" AND f.normal = ");
                sql.bind(Param::from(multifields::normal(kind, value, region)));
            }
            sql.push(")");
        });
    }

    /// Leaves the parenthesis open.
    fn any_multifield(&mut self, kind: &'static str) {
        self.push(
            "EXISTS (SELECT 1 FROM crm_multifields f WHERE f.type_id = i.type_id AND f.item_id = i.id AND f.kind = ",
        );
        self.bind(Param::from(kind));
    }

    fn sort_key(&mut self, name: &Name) {
        match name {
            Name::Custom(name) => self.value("folded", name, Param::from("")),
            Name::Known(field) => match field.place {
                Place::Id => self.push("i.id"),
                Place::Column(column) => {
                    let default = if column.is_text() { "''" } else { "0" };
                    self.push(&format!("coalesce(i.{}, {default})", column.sql()));
                }
                Place::Value(default) if items::is_number(field) => {
                    self.value("number", field.name, Param::Real(default.parse().unwrap_or(0.0)));
                }
                Place::Value(default) => self.value("folded", field.name, Param::from(default.to_lowercase())),
                // A sort key must not be a number: that would name a column.
                Place::Multifields | Place::Has(_) | Place::Fixed(_) => self.push("i.type_id"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crm::fields;

    #[test]
    fn no_text_of_a_client_becomes_sql() {
        let hostile = "x' OR 1=1; --";
        for field in fields::of(Type::Lead) {
            for test in [Test::Equal, Test::Less, Test::Contains, Test::Like] {
                let mut sql = Sql { region: None, text: String::new(), params: Vec::new() };
                sql.condition(&Condition {
                    name: Name::Known(field),
                    test,
                    operands: vec![Operand::Text(hostile.to_owned())],
                    sense: Sense::HoldsNot,
                });
                assert!(!sql.text.contains("OR 1=1"), "{}", field.name);
            }
        }
    }
}
