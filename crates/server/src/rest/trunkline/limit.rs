//! `limit`: how many rows a caller wants.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use super::super::RestError;

/// How many rows are wanted: from 1 to `MAX`, and `USUAL` unless it is said.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Limit<const USUAL: usize, const MAX: usize>(Option<i64>);

impl<const USUAL: usize, const MAX: usize> Limit<USUAL, MAX> {
    /// The number.
    ///
    /// # Errors
    /// `ERROR_ARGUMENT` when it is not from 1 to `MAX`.
    pub(super) fn rows(self) -> Result<usize, RestError> {
        let Some(given) = self.0 else { return Ok(USUAL) };
        let rows = usize::try_from(given).ok().filter(|rows| (1..=MAX).contains(rows));
        rows.ok_or_else(|| RestError::argument("limit", format!("limit is a number from 1 to {MAX}")))
    }
}

impl<'de, const USUAL: usize, const MAX: usize> Deserialize<'de> for Limit<USUAL, MAX> {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        Option::deserialize(value).map(Limit)
    }
}

impl<const USUAL: usize, const MAX: usize> JsonSchema for Limit<USUAL, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Limit{USUAL}Of{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": format!("From 1 to {MAX}; {USUAL} when absent."),
            "type": ["integer", "null"],
            "minimum": 1,
            "maximum": MAX,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_documented_is_taken() {
        for (given, rows) in [
            (None, Some(20)),
            (Some(1), Some(1)),
            (Some(50), Some(50)),
            (Some(0), None),
            (Some(-1), None),
            (Some(51), None),
        ] {
            assert_eq!(Limit::<20, 50>(given).rows().ok(), rows, "{given:?}");
        }
    }
}
