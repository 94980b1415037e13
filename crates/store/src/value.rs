//! What goes into a statement ([`Param`]) and what comes out of a row ([`Row`], [`FromColumn`]).

use std::borrow::Cow;

use crate::Error;

/// One parameter of a statement. Make a list of them with [`params!`](crate::params).
#[derive(Debug, Clone, PartialEq)]
pub enum Param<'a> {
    /// `NULL`, of whatever type the statement wants.
    Null,
    /// `BIGINT`; also what a `bool` becomes (0 or 1).
    Int(i64),
    /// `DOUBLE PRECISION`; not-a-number is refused.
    Real(f64),
    /// `TEXT`; the character NUL is refused, because PostgreSQL cannot store it.
    Text(Cow<'a, str>),
    /// `BYTEA`.
    Blob(Cow<'a, [u8]>),
}

/// A list of [`Param`]s: `params![id, "text", None::<i64>]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        [$($crate::Param::from($value)),*]
    };
}

impl Param<'_> {
    /// The same with a text or bytes of its own.
    pub(crate) fn to_owned(&self) -> Param<'static> {
        match self {
            Param::Null => Param::Null,
            Param::Int(int) => Param::Int(*int),
            Param::Real(real) => Param::Real(*real),
            Param::Text(text) => Param::Text(Cow::Owned(text.as_ref().to_owned())),
            Param::Blob(bytes) => Param::Blob(Cow::Owned(bytes.as_ref().to_owned())),
        }
    }

    /// Refuses what the two databases would not store alike. `number` counts from 1.
    pub(crate) fn check(&self, number: usize) -> Result<(), Error> {
        match self {
            Param::Text(text) if text.as_bytes().contains(&0) => {
                Err(Error::parameter(number, "text may not contain the character NUL"))
            }
            Param::Real(real) if real.is_nan() => Err(Error::parameter(number, "not a number")),
            _ => Ok(()),
        }
    }
}

macro_rules! param_from_int {
    ($($int:ty),*) => {$(
        impl From<$int> for Param<'_> {
            fn from(value: $int) -> Self {
                Param::Int(i64::from(value))
            }
        }
        impl From<&$int> for Param<'_> {
            fn from(value: &$int) -> Self {
                Param::Int(i64::from(*value))
            }
        }
    )*};
}
param_from_int!(i64, i32, i16, i8, u32, u16, u8, bool);

impl From<f64> for Param<'_> {
    fn from(value: f64) -> Self {
        Param::Real(value)
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Param::Text(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Param::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Param<'_> {
    fn from(value: String) -> Self {
        Param::Text(Cow::Owned(value))
    }
}

impl<'a> From<Cow<'a, str>> for Param<'a> {
    fn from(value: Cow<'a, str>) -> Self {
        Param::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Param<'a> {
    fn from(value: &'a [u8]) -> Self {
        Param::Blob(Cow::Borrowed(value))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Param::Blob(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a Vec<u8>> for Param<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Param::Blob(Cow::Borrowed(value))
    }
}

impl From<Vec<u8>> for Param<'_> {
    fn from(value: Vec<u8>) -> Self {
        Param::Blob(Cow::Owned(value))
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}

macro_rules! param_from_option_ref {
    ($($inner:ty),*) => {$(
        impl<'a> From<&'a Option<$inner>> for Param<'a> {
            fn from(value: &'a Option<$inner>) -> Self {
                value.as_ref().map_or(Param::Null, |value| Param::from(value))
            }
        }
    )*};
}

param_from_option_ref!(i64, i32, u32, bool, String, Vec<u8>);

/// One column of a row, as the database holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// `NULL`.
    Null,
    /// Any integer type, and `BOOLEAN` as 0 or 1.
    Int(i64),
    /// `REAL` and `DOUBLE PRECISION`.
    Real(f64),
    /// Any text type.
    Text(&'a str),
    /// `BYTEA`.
    Blob(&'a [u8]),
}

impl Value<'_> {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Int(_) => "an integer",
            Value::Real(_) => "a floating-point number",
            Value::Text(_) => "text",
            Value::Blob(_) => "bytes",
        }
    }
}

/// A type that [`Row::get`] can return. Implement it for your own types over one of the given ones.
pub trait FromColumn: Sized {
    /// `None` says that the value is of another kind, or out of range.
    fn from_column(value: Value<'_>) -> Option<Self>;
}

impl FromColumn for i64 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(int) => Some(int),
            _ => None,
        }
    }
}

macro_rules! column_from_int {
    ($($int:ty),*) => {$(
        impl FromColumn for $int {
            fn from_column(value: Value<'_>) -> Option<Self> {
                i64::from_column(value)?.try_into().ok()
            }
        }
    )*};
}
column_from_int!(i32, i16, u32, u16, u8);

impl FromColumn for bool {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            _ => None,
        }
    }
}

impl FromColumn for f64 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Real(real) => Some(real),
            _ => None,
        }
    }
}

impl FromColumn for String {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl FromColumn for Vec<u8> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.to_owned()),
            _ => None,
        }
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_column(value).map(Some),
        }
    }
}

/// The columns of one row in a driver's own form.
pub(crate) trait Columns {
    fn value(&self, index: usize) -> Result<Value<'_>, Error>;
}

/// One row of a result; lives only while the closure that was given to the query looks at it.
pub struct Row<'a> {
    columns: &'a dyn Columns,
}

impl<'a> Row<'a> {
    pub(crate) fn new(columns: &'a dyn Columns) -> Self {
        Row { columns }
    }

    /// The column at `index`, counted from 0.
    ///
    /// # Errors
    /// [`Error::Column`] if there is no such column or it holds something else (`NULL` needs an `Option`).
    pub fn get<T: FromColumn>(&self, index: usize) -> Result<T, Error> {
        let value = self.columns.value(index)?;
        T::from_column(value).ok_or_else(|| Error::Column {
            index,
            expected: std::any::type_name::<T>(),
            found: value.name().into(),
        })
    }

    /// The column at `index` without copying it.
    ///
    /// # Errors
    /// [`Error::Column`] if there is no such column.
    pub fn value(&self, index: usize) -> Result<Value<'_>, Error> {
        self.columns.value(index)
    }
}
