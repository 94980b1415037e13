//! `imopenlines.config.*`: the settings of lines.

mod fields;
mod list;
mod query;
mod shown;

use desk::{Error, Refusal, lines, queue, users};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::node::Node;

use super::super::{Call, NoParams, Outcome, RestError};
use fields::Given;

pub(super) use list::list;

/// Parameters of `imopenlines.config.add`.
#[derive(JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(dead_code, reason = "read by hand, because PARAMS may come in several shapes; this is its description")]
pub(super) struct AddParams {
    /// The fields of a line, all optional.
    params: Option<Value>,
}

/// `imopenlines.config.add`
pub(super) async fn add(mut call: Call) -> Outcome {
    let given = Given::read(call.params.take("PARAMS"))?;
    let zone = call.app.time_zone.iana_name().map(str::to_owned);
    let id = call
        .change(move |change| {
            let mut settings = lines::Settings::default();
            if let Some(zone) = zone {
                settings.set("WORKTIME_TIMEZONE", zone);
            }
            given.apply(&mut settings);
            let id = lines::add(change, given.name.as_deref().unwrap_or(""), given.active.unwrap_or(true), &settings)?;
            let members = match given.queue {
                Some(members) => queue::known_members(change.tx, &members)?,
                // D-50
                None => vec![("user".to_owned(), change.actor_id)],
            };
            queue::set_members(change, id, &members)?;
            change.about(id);
            Ok(id)
        })
        .await?;
    Ok(id.into())
}

/// Parameters of `imopenlines.config.update`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct UpdateParams {
    config_id: Option<Node>,
    /// Fields of a line; only those given change.
    params: Option<Node>,
}

/// `imopenlines.config.update`
pub(super) async fn update(call: Call, params: UpdateParams) -> Outcome {
    let id = config_id(params.config_id.as_ref())?;
    let given = Given::read(params.params)?;
    let updated = call
        .change(move |change| {
            let Some(mut line) = line_to_change(change, id)? else { return Ok(false) };
            given.apply(&mut line.settings);
            if let Some(name) = given.name {
                line.name = name;
            }
            line.active = given.active.unwrap_or(line.active);
            if let Some(members) = given.queue {
                let members = queue::known_members(change.tx, &members)?;
                queue::set_members(change, id, &members)?;
            }
            lines::update(change, &line)
        })
        .await;
    changed(updated)
}

/// Parameters of `imopenlines.config.delete`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct DeleteParams {
    config_id: Option<Node>,
}

/// `imopenlines.config.delete`
pub(super) async fn delete(call: Call, params: DeleteParams) -> Outcome {
    let id = config_id(params.config_id.as_ref())?;
    let deleted = call
        .change(move |change| match line_to_change(change, id)? {
            Some(_) => lines::remove(change, id),
            None => Ok(false),
        })
        .await;
    changed(deleted)
}

/// The line, if it exists; the caller must be allowed to change it.
fn line_to_change(change: &mut desk::Change<'_, '_>, id: i64) -> desk::Result<Option<lines::Line>> {
    let Some(line) = lines::find(change.tx, id)? else {
        change.nothing_done();
        return Ok(None);
    };
    let user = users::find(change.tx, change.actor_id)?.ok_or(Refusal::NoAccess)?;
    if lines::may_change(&line, &user) { Ok(Some(line)) } else { Err(Error::Refused(Refusal::NoAccess)) }
}

fn changed(result: desk::Result<bool>) -> Outcome {
    match result {
        Ok(changed) => Ok(changed.into()),
        Err(Error::Refused(Refusal::NoAccess)) => {
            let code = "CONFIG_WRONG_USER_PERMISSION";
            Err(RestError::new(http::StatusCode::FORBIDDEN, code, "Permission denied"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Missing, no number and not positive are all the same.
fn config_id(node: Option<&Node>) -> Result<i64, RestError> {
    let id = node.and_then(Node::as_int).filter(|id| *id > 0);
    id.ok_or_else(|| RestError::method("CONFIG_ID_EMPTY", "Config ID can't be empty"))
}

/// Parameters of `imopenlines.config.get`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct GetParams {
    config_id: Option<Node>,
    /// `N`: without the four fields of the queue.
    with_queue: Option<Node>,
    /// `N`: only operators who are online.
    show_offline: Option<Node>,
}

/// `imopenlines.config.get`
pub(super) async fn get(call: Call, params: GetParams) -> Outcome {
    let id = config_id(params.config_id.as_ref())?;
    let is_off = |node: &Option<Node>| node.as_ref().and_then(Node::as_flag) == Some(false);
    let (with_queue, only_online) = (!is_off(&params.with_queue), is_off(&params.show_offline));
    let found = call
        .read(move |tx| {
            let Some(line) = lines::find(tx, id)? else { return Ok(None) };
            let operators = shown::operators(tx, id)?;
            Ok(Some((line, operators)))
        })
        .await?;
    let Some((line, mut operators)) = found else { return Ok(false.into()) };
    let mut answer = shown::fields(&line);
    if with_queue {
        let online = shown::is_online(&operators);
        if only_online {
            operators.retain(shown::Operator::is_online);
        }
        answer.extend(shown::queue(&operators, online));
    }
    Ok(Value::Object(answer).into())
}

/// `imopenlines.config.path.get`
pub(super) async fn path(call: Call, _params: NoParams) -> Outcome {
    Ok(json!({"SERVER_ADDRESS": call.app.address.portal_url, "PUBLIC_PATH": "/contact_center/"}).into())
}

/// `imopenlines.revision.get`
pub(super) async fn revision(_call: Call, _params: NoParams) -> Outcome {
    Ok(json!({"rest": 2, "web": 1, "mobile": 1}).into())
}
