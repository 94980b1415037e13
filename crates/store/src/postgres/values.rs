//! Parameters, columns and errors in PostgreSQL's form.

use std::error::Error as _;

use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::value::{Columns, Value};
use crate::{Error, Param};

type Refused = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Param<'_> {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Refused> {
        match (self, wanted) {
            (Param::Null, _) => Ok(IsNull::Yes),
            (Param::Int(int), &Type::INT8) => int.to_sql(wanted, out),
            (Param::Int(int), &Type::INT4) => i32::try_from(*int)?.to_sql(wanted, out),
            (Param::Int(int), &Type::INT2) => i16::try_from(*int)?.to_sql(wanted, out),
            (Param::Int(int @ (0 | 1)), &Type::BOOL) => (*int == 1).to_sql(wanted, out),
            (Param::Int(int), &Type::FLOAT8) => (*int as f64).to_sql(wanted, out),
            (Param::Real(real), &Type::FLOAT8) => real.to_sql(wanted, out),
            (Param::Real(real), &Type::FLOAT4) => (*real as f32).to_sql(wanted, out),
            (Param::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME | &Type::UNKNOWN) => {
                text.as_ref().to_sql(wanted, out)
            }
            (Param::Blob(bytes), &Type::BYTEA) => bytes.as_ref().to_sql(wanted, out),
            (param, _) => Err(format!(
                "PostgreSQL expects {wanted} there and {} was given: write CAST(?n AS BIGINT) or another type",
                Value::from(param).name()
            )
            .into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> From<&'a Param<'_>> for Value<'a> {
    fn from(param: &'a Param<'_>) -> Self {
        match param {
            Param::Null => Value::Null,
            Param::Int(int) => Value::Int(*int),
            Param::Real(real) => Value::Real(*real),
            Param::Text(text) => Value::Text(text),
            Param::Blob(bytes) => Value::Blob(bytes),
        }
    }
}

impl<'a> FromSql<'a> for Value<'a> {
    fn from_sql(found: &Type, raw: &'a [u8]) -> Result<Self, Refused> {
        match *found {
            Type::INT8 => i64::from_sql(found, raw).map(Value::Int),
            Type::INT4 => i32::from_sql(found, raw).map(|int| Value::Int(int.into())),
            Type::INT2 => i16::from_sql(found, raw).map(|int| Value::Int(int.into())),
            Type::BOOL => bool::from_sql(found, raw).map(|yes| Value::Int(yes.into())),
            Type::FLOAT8 => f64::from_sql(found, raw).map(Value::Real),
            Type::FLOAT4 => f32::from_sql(found, raw).map(|real| Value::Real(real.into())),
            Type::BYTEA => <&[u8]>::from_sql(found, raw).map(Value::Blob),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                <&str>::from_sql(found, raw).map(Value::Text)
            }
            _ => Err(format!("of type {found}: write CAST(... AS BIGINT), TEXT or another type").into()),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Refused> {
        Ok(Value::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Columns for tokio_postgres::Row {
    fn value(&self, index: usize) -> Result<Value<'_>, Error> {
        self.try_get(index).map_err(|error| Error::Column { index, expected: "a column", found: text(&error).into() })
    }
}

/// A row whose first column counts the parameter rows.
pub(super) struct BehindOrdinal<'a>(&'a tokio_postgres::Row);

impl Columns for BehindOrdinal<'_> {
    fn value(&self, index: usize) -> Result<Value<'_>, Error> {
        self.0.value(index + 1)
    }
}

/// Splits the ordinal off, and makes it count from 0.
pub(super) fn behind_ordinal(row: &tokio_postgres::Row) -> (usize, BehindOrdinal<'_>) {
    let ordinal: i64 = row.get(0);
    (usize::try_from(ordinal - 1).unwrap_or(0), BehindOrdinal(row))
}

/// PostgreSQL's error in the store's words.
#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
pub(super) fn refusal(error: tokio_postgres::Error) -> Error {
    let Some(refused) = error.as_db_error() else {
        let io = error.source().is_some_and(|source| source.is::<std::io::Error>());
        return match error.is_closed() || io {
            true => Error::connection(text(&error)),
            false => Error::database(text(&error)),
        };
    };
    let code = refused.code();
    if *code == SqlState::UNIQUE_VIOLATION {
        return Error::Conflict { constraint: constraint(refused) };
    }
    if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        return Error::ReadOnly(text(&error).into());
    }
    // 57P01 and its neighbours: the server ends the connection; 08: the connection itself.
    match code.code().starts_with("57P") || code.code().starts_with("08") {
        true => Error::connection(text(&error)),
        false => Error::database(text(&error)),
    }
}

/// Like SQLite `table.column, table.column`. The detail is `Key (a, b)=(1, 2) already exists.` in
/// any language, and an expression where the key is one; then the name must do.
fn constraint(refused: &tokio_postgres::error::DbError) -> String {
    let name = refused.constraint().unwrap_or_default();
    let detail = refused.detail().unwrap_or_default();
    let columns = detail.split_once('(').and_then(|(_, rest)| rest.split_once(")=(")).map(|(columns, _)| columns);
    match (refused.table(), columns) {
        (Some(table), Some(columns)) if !columns.contains(['(', '"', '\'']) => {
            columns.split(", ").map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
        }
        _ => name.to_owned(),
    }
}

/// The error with its cause: tokio-postgres itself says only "db error".
pub(super) fn text(error: &tokio_postgres::Error) -> String {
    if let Some(refused) = error.as_db_error() {
        let detail = refused.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
        return format!("{}{detail} [{}]", refused.message(), refused.code().code());
    }
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
