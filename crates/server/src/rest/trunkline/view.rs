//! `trunkline.view.*`: lists of chats that somebody saved. `trunkline.preferences.set`: what the inbox remembers.

use desk::preferences;
use desk::saved_views::{self, SavedView as Stored};
use desk::users::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::{Call, NoParams, RestError};
use super::chat::{Filter, Sort, ViewName};
use super::{at_least, not_found, title};

/// A list of chats that somebody saved.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct SavedView {
    id: i64,
    title: String,
    /// Everybody has it.
    shared: bool,
    owner_id: i64,
    view: ViewName,
    filter: Filter,
    sort: Sort,
}

impl SavedView {
    /// `None` when it holds what this program never stored.
    fn of(stored: Stored) -> Option<SavedView> {
        Some(SavedView {
            id: stored.id,
            title: stored.title,
            shared: stored.shared,
            owner_id: stored.user_id,
            view: word(&stored.view)?,
            filter: serde_json::from_str(&stored.filter).ok()?,
            sort: word(&stored.sort)?,
        })
    }
}

fn word<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::from(text)).ok()
}

fn stored(word: impl Serialize) -> String {
    match serde_json::to_value(word) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

pub(super) fn all(tx: &mut store::Tx<'_>, user_id: i64) -> desk::Result<Vec<SavedView>> {
    Ok(saved_views::list(tx, user_id)?.into_iter().filter_map(SavedView::of).collect())
}

/// `trunkline.view.list`: the caller's own and those that everybody has.
pub(super) async fn list(call: Call, _: NoParams) -> Result<Vec<SavedView>, RestError> {
    let user_id = call.caller.user.id;
    Ok(call.read(move |tx| all(tx, user_id)).await?)
}

/// Longest title, in characters.
const TITLE_CHARS_MAX: usize = 100;

/// Parameters of `trunkline.view.save`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct SaveParams {
    /// Absent: a new one.
    id: Option<i64>,
    title: String,
    /// For everybody: supervisors and administrators may.
    shared: Option<bool>,
    view: ViewName,
    filter: Option<Filter>,
    sort: Option<Sort>,
}

/// What was saved.
#[derive(Serialize, JsonSchema)]
pub(super) struct Saved {
    view: SavedView,
}

/// `trunkline.view.save`
pub(super) async fn save(call: Call, params: SaveParams) -> Result<Saved, RestError> {
    let shared = params.shared.unwrap_or(false);
    if shared {
        at_least(&call, Role::Supervisor)?;
    }
    let (filter, sort) = (params.filter.unwrap_or_default(), params.sort.unwrap_or_default());
    filter.read()?;
    let user = call.caller.user.clone();
    let view = Stored {
        id: params.id.unwrap_or(0),
        user_id: user.id,
        title: title(&params.title, TITLE_CHARS_MAX)?,
        shared,
        view: stored(params.view),
        filter: serde_json::to_string(&filter).unwrap_or_default(),
        sort: stored(sort),
    };
    let saved = call.change(move |change| saved_views::save(change, &user, &view)).await.map_err(not_found)?;
    let view = SavedView::of(saved).ok_or_else(RestError::internal)?;
    Ok(Saved { view })
}

/// Names one view.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ViewParams {
    id: i64,
}

/// `trunkline.view.delete`
pub(super) async fn delete(call: Call, params: ViewParams) -> Result<bool, RestError> {
    let user = call.caller.user.clone();
    let done = call.change(move |change| saved_views::remove(change, &user, params.id));
    done.await.map(|()| true).map_err(not_found)
}

/// Parameters of `trunkline.preferences.set`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct PreferencesParams {
    /// By name; null forgets one, and what is not named stays. All together at most 16 kB of JSON.
    preferences: Map<String, Value>,
}

/// `trunkline.preferences.set`: those of the caller's that are named.
pub(super) async fn set_preferences(call: Call, params: PreferencesParams) -> Result<bool, RestError> {
    if call.change(move |change| preferences::set(change, params.preferences)).await? {
        return Ok(true);
    }
    let text = format!("Preferences may have {} bytes as JSON", preferences::BYTES_MAX);
    Err(RestError::argument("preferences", text))
}
