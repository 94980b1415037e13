//! `crm.status.list` and `crm.category.list`

use desk::crm::statuses::{self, Semantic, Status};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::node::{Map, Node, is_absent};

use super::super::{Answer, Call, Outcome, RestError};
use super::input::object;
use super::missing;

/// Which entries of the directories.
#[derive(Deserialize, JsonSchema)]
pub(super) struct StatusParams {
    /// `ASC` or `DESC` by field; `SORT` unless given.
    order: Option<Node>,
    /// Values by field, such as `ENTITY_ID` = `SOURCE`.
    filter: Option<Node>,
}

/// `crm.status.list`
pub(super) async fn statuses(call: Call, params: StatusParams) -> Outcome {
    let wrong = |_| RestError::method("Invalid parameters.", "Incorrect parameters passed.");
    let filter = object(params.filter.as_ref(), "filter").map_err(wrong)?;
    let order = object(params.order.as_ref(), "order").map_err(wrong)?;
    let of_lines = call.read(statuses::line_sources).await?;
    let mut rows: Vec<Value> = statuses::all().chain(of_lines).map(|status| row(&status)).collect();
    rows.retain(|row| filter.is_none_or(|filter| matches(row, filter)));
    for (name, direction) in order.into_iter().flatten().rev() {
        let key = |row: &Value| {
            let text = row[name.to_uppercase()].as_str().unwrap_or_default().to_owned();
            (text.parse::<i64>().unwrap_or(0), text)
        };
        rows.sort_by_key(key);
        if direction.as_text().is_some_and(|word| word.eq_ignore_ascii_case("DESC")) {
            rows.reverse();
        }
    }
    let total = i64::try_from(rows.len()).ok();
    Ok(Answer { result: rows.into(), total, next: None })
}

fn row(status: &Status) -> Value {
    let stage = matches!(status.directory, "STATUS" | "DEAL_STAGE");
    let system = matches!(status.code.as_str(), "NEW" | "CONVERTED" | "JUNK" | "WON" | "LOSE") && stage;
    let semantics = match status.semantic {
        Semantic::Process => Value::Null,
        other => json!(other.as_str()),
    };
    let (colour, word) = match status.semantic {
        Semantic::Process => ("#39A8EF", "process"),
        Semantic::Success => ("#7BD500", "success"),
        Semantic::Failure => ("#FF5752", "failure"),
    };
    let mut row = json!({
        "ID": status.id.to_string(),
        "ENTITY_ID": status.directory,
        "STATUS_ID": status.code,
        "NAME": status.name,
        "NAME_INIT": if system { status.name.as_str() } else { "" },
        "SORT": status.sort.to_string(),
        "SYSTEM": if system { "Y" } else { "N" },
        "CATEGORY_ID": null,
        "COLOR": if stage { colour } else { "" },
        "SEMANTICS": semantics,
    });
    if stage {
        row["EXTRA"] = json!({"SEMANTICS": word, "COLOR": colour});
    }
    row
}

fn matches(row: &Value, filter: &Map) -> bool {
    filter.iter().all(|(name, node)| {
        let name = name.trim_start_matches(['=', '@']).to_uppercase();
        let Some(stored) = row.get(&name) else { return true };
        let stored = stored.as_str().unwrap_or_default();
        let wanted = node.items().unwrap_or_else(|| vec![node]);
        wanted.into_iter().any(|one| one.as_text().unwrap_or_default() == stored)
    })
}

/// Whose funnels.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CategoryParams {
    /// 2 for deals.
    entity_type_id: Option<Node>,
}

/// `crm.category.list`: deals have one funnel, the others none.
pub(super) async fn categories(_: Call, params: CategoryParams) -> Outcome {
    if is_absent(params.entity_type_id.as_ref()) {
        return Err(missing("entityTypeId"));
    }
    let item_type = params.entity_type_id.as_ref().and_then(Node::as_int).and_then(desk::crm::Type::from_id);
    let Some(item_type) = item_type else { return Err(RestError::method("NOT_FOUND", "Smart process not found")) };
    if item_type != desk::crm::Type::Deal {
        let text = format!("Entity type {} is not supported", item_type.code());
        return Err(RestError::method("ENTITY_TYPE_NOT_SUPPORTED", text));
    }
    let general = json!({"id": 0, "name": "General", "sort": 300, "entityTypeId": 2, "isDefault": "Y"});
    Ok(Answer { result: json!({"categories": [general]}), total: Some(1), next: None })
}
