//! The parameters of one call, and how a method reads its own struct out of them.

mod read;

use std::collections::HashSet;

use serde::de::DeserializeOwned;

use crate::node::{Map, Node, find_any_case};

/// The merged parameters of one call, in the order in which they were sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params(Map);

/// A parameter that does not fit the method's struct.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.describe())]
pub struct ParamError {
    /// The top-level name as the method declares it, such as `LINE`; empty when the struct itself
    /// could not be made.
    pub argument: String,
    /// What is wrong with it.
    pub reason: ParamReason,
}

/// What is wrong with a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamReason {
    /// A container where a scalar belongs, or a text that is not a number, a flag, ….
    InvalidType,
    /// A scalar or a map where an array belongs, or a scalar where an object belongs: PHP calls
    /// both "array".
    MustBeArray,
    /// Absent, null or empty, and the field is not an `Option`.
    Missing,
}

impl ParamError {
    /// The words of the platform (`contract/openlines.md` 0.6, E-ARG), which are also the
    /// `Display` of the error.
    #[must_use]
    pub fn describe(&self) -> String {
        let name = &self.argument;
        match self.reason {
            ParamReason::InvalidType => {
                format!("The value of an argument '{name}' has an invalid type")
            }
            ParamReason::MustBeArray => {
                format!("The value of an argument '{name}' must be of type array")
            }
            ParamReason::Missing => format!("Argument '{name}' is null or empty"),
        }
    }
}

impl Params {
    /// Merges query and body: of the same top-level name, in any case, the body's wins (P-07).
    /// There is no deep merge. The query's parameters come first.
    #[must_use]
    pub fn merge(mut query: Map, body: Map) -> Self {
        if query.is_empty() {
            return Self(body);
        }
        let names: HashSet<String> = body.keys().map(|name| name.to_ascii_lowercase()).collect();
        query.retain(|name, _| !names.contains(&name.to_ascii_lowercase()));
        query.extend(body);
        Self(query)
    }

    /// A top-level parameter: exact name first, then in any case (P-14).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        find_any_case(&self.0, name).map(|index| &self.0[index])
    }

    /// [`Params::get`], taking the value out without copying it.
    pub fn take(&mut self, name: &str) -> Option<Node> {
        let index = find_any_case(&self.0, name)?;
        self.0.shift_remove_index(index).map(|(_, node)| node)
    }

    /// Removes `auth` in every spelling and returns its text, the exact spelling first.
    /// `None` when it is absent, empty, or not a scalar.
    pub fn take_auth(&mut self) -> Option<String> {
        let auth = self.get("auth").and_then(Node::as_text).map(std::borrow::Cow::into_owned);
        self.0.retain(|name, _| !name.eq_ignore_ascii_case("auth"));
        auth.filter(|token| !token.is_empty())
    }

    /// Sets a top-level parameter of exactly this name.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Node>) {
        self.0.insert(name.into(), value.into());
    }

    /// The tree itself.
    #[must_use]
    pub fn as_map(&self) -> &Map {
        &self.0
    }

    /// The tree itself, for resolving batch references in place.
    pub fn as_map_mut(&mut self) -> &mut Map {
        &mut self.0
    }

    /// The tree itself.
    #[must_use]
    pub fn into_map(self) -> Map {
        self.0
    }

    /// Reads a method's struct by the value reading rules of `contract/platform.md` 1.3.
    ///
    /// * Names of fields match exactly, else in any case, also in nested structs; unknown parameters
    ///   are ignored.
    /// * `Option<T>` is `None` for absent, null and `""`; only `Option<Node>` keeps what was sent,
    ///   so that a method can tell null, `""` and absent apart.
    /// * `String` takes numbers and booleans, integers and `f64` take texts, `bool` takes `Y`/`N`/….
    ///   Unit enums match their variant's name in any case.
    /// * `Vec<T>` takes a list, a map with numeric keys, or one scalar (P-12); null and `""` are
    ///   empty, and so is `k[]=`. Structs and maps take `[]` as empty.
    ///
    /// Consumes the parameters so that texts are moved; clone first to keep them.
    ///
    /// # Errors
    /// [`ParamError`] for the first declared field that does not fit.
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// #[serde(rename_all = "UPPERCASE")]
    /// struct Activate { connector: Option<String>, line: Option<i64>, active: Option<bool> }
    ///
    /// let form = wire::form::decode_form(b"connector=wa&LINE=107&ACTIVE=Y", wire::Limits::default())?;
    /// let read: Activate = wire::Params::from(form).read()?;
    /// assert_eq!((read.connector.as_deref(), read.line, read.active), (Some("wa"), Some(107), Some(true)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read<P: DeserializeOwned>(self) -> Result<P, ParamError> {
        read::read(Node::Map(self.0))
    }
}

impl From<Map> for Params {
    fn from(map: Map) -> Self {
        Self(map)
    }
}

/// Reads one value by the same rules as [`Params::read`], for a [`Node`] that a method kept.
///
/// # Errors
/// [`ParamError`] with the given argument name.
pub fn read_node<P: DeserializeOwned>(argument: &str, node: Node) -> Result<P, ParamError> {
    read::read(node).map_err(|error| ParamError { argument: argument.to_owned(), ..error })
}
