//! `app.option.*` and `user.option.*`: values that an application keeps on the portal (`contract/platform.md` 8.3).

use desk::options::{self, Owner};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::node::Node;
use wire::php::php_map;

use super::{Call, Callers, Method, Outcome, RestError, method};

pub(super) fn methods() -> Vec<Method> {
    vec![
        // A webhook gets the application's own wording of the refusal (P-96), not that of the table.
        method("app.option.get", &[], Callers::All, app_get),
        // What an employee keeps for themselves is nobody else's business: `user.option.set` is not recorded.
        method("app.option.set", &[], Callers::All, app_set).audited(),
        method("user.option.get", &[], Callers::All, user_get),
        method("user.option.set", &[], Callers::All, user_set),
    ]
}

/// Longest name of an option, in bytes.
const NAME_BYTES_MAX: usize = 255;

/// Longest value of an option as JSON, in bytes.
const VALUE_BYTES_MAX: usize = 65_536;

#[derive(Deserialize, JsonSchema)]
struct GetParams {
    /// Name of one option; without it all are returned.
    option: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct SetParams {
    /// Values by name: new names are added, `null` removes one, others stay.
    options: Option<Node>,
}

/// `app.option.get`
async fn app_get(call: Call, params: GetParams) -> Outcome {
    let owner = Owner { application_id: application_id(&call)?, user_id: 0 };
    get(call, owner, params).await
}

/// `app.option.set`: for administrators.
async fn app_set(mut call: Call, params: SetParams) -> Outcome {
    let owner = Owner { application_id: application_id(&call)?, user_id: 0 };
    let options = read(params)?;
    if !call.caller.user.admin {
        return Err(RestError::method("AccessException", "Administrator authorization required"));
    }
    // Applications keep secrets there: the log says which options were set, not to what.
    let names: Vec<&str> = options.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(act) = &mut call.act {
        act.details = json!({"options": names}).to_string();
    }
    set(call, owner, options).await
}

/// `user.option.get`
async fn user_get(call: Call, params: GetParams) -> Outcome {
    let owner = Owner { application_id: application_id(&call)?, user_id: call.caller.user.id };
    get(call, owner, params).await
}

/// `user.option.set`
async fn user_set(call: Call, params: SetParams) -> Outcome {
    let owner = Owner { application_id: application_id(&call)?, user_id: call.caller.user.id };
    let options = read(params)?;
    set(call, owner, options).await
}

fn application_id(call: &Call) -> Result<i64, RestError> {
    let application = call.caller.application();
    let required = || RestError::access_denied("Access denied! Application context required");
    application.map(|application| application.id).ok_or_else(required)
}

async fn get(call: Call, owner: Owner, params: GetParams) -> Outcome {
    let value = |json: String| serde_json::from_str(&json).unwrap_or(Value::Null);
    if let Some(name) = params.option {
        let found = call.read(move |tx| options::get(tx, owner, &name)).await?;
        return Ok(found.map_or(Value::Null, value).into());
    }
    let all = call.read(move |tx| options::list(tx, owner)).await?;
    Ok(php_map(all.into_iter().map(|(name, json)| (name, value(json)))).into())
}

async fn set(call: Call, owner: Owner, options: Vec<(String, Option<String>)>) -> Outcome {
    call.change(move |change| options::set(change.tx, owner, &options)).await?;
    Ok(json!(true).into())
}

/// Names with their values as JSON texts.
fn read(params: SetParams) -> Result<Vec<(String, Option<String>)>, RestError> {
    let missing = || RestError::method("ArgumentNullException", "Argument 'options' is null or empty");
    let given = params.options.filter(|node| !node.is_empty()).ok_or_else(missing)?;
    let entries: Vec<(String, Node)> = match given {
        Node::Map(map) => map.into_iter().collect(),
        Node::List(items) => items.into_iter().enumerate().map(|(index, node)| (index.to_string(), node)).collect(),
        _ => {
            let text = "The value of an argument 'options' must be of type array";
            return Err(RestError::argument("options", text));
        }
    };
    let too_long = |what: &str, max: usize| {
        RestError::argument("options", format!("The {what} of an option has at most {max} bytes: shorten it"))
    };
    let one = |(name, node): (String, Node)| {
        if name.len() > NAME_BYTES_MAX {
            return Err(too_long("name", NAME_BYTES_MAX));
        }
        let value = match node {
            Node::Null => None,
            node => Some(Value::from(node).to_string()),
        };
        if value.as_ref().is_some_and(|json| json.len() > VALUE_BYTES_MAX) {
            return Err(too_long("value", VALUE_BYTES_MAX));
        }
        Ok((name, value))
    };
    entries.into_iter().map(one).collect()
}
