//! `imopenlines.config.*`: the settings of lines.

mod fields;

use desk::{lines, queue};
use schemars::JsonSchema;
use serde_json::Value;

use super::super::{Call, Outcome};
use fields::Given;

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
            queue::set_members(change.tx, id, &members)?;
            Ok(id)
        })
        .await?;
    Ok(id.into())
}
