//! What a call that goes into the audit log is recorded as.

use desk::audit::Act;
use serde_json::{Map, Value};
use wire::Params;

use super::Call;

/// Parameters that name what an act is done to, the most telling first.
const SUBJECTS: &[&str] = &["CONFIG_ID", "ID", "CONNECTOR", "PLACEMENT", "EVENT"];

/// Parameters that nobody may read again.
const SECRETS: &[&str] = &["CURRENT", "PASSWORD", "CODE", "SECRET"];

/// The act of a call of this method, with all parameters that are no secrets.
pub(super) fn act(method: &'static str, call: &Call) -> Act {
    Act {
        kind: method,
        subject: subject(&call.params),
        details: details(&call.params),
        address: call.address.to_string(),
        application_id: call.caller.application().map_or(0, |application| application.id),
    }
}

fn subject(params: &Params) -> String {
    let named = SUBJECTS.iter().filter_map(|name| params.get(name)?.as_text());
    named.map(std::borrow::Cow::into_owned).find(|text| !text.is_empty()).unwrap_or_default()
}

fn details(params: &Params) -> String {
    let told = params.as_map().iter().filter(|(name, _)| !SECRETS.contains(&name.to_uppercase().as_str()));
    let object: Map<String, Value> = told.map(|(name, node)| (name.clone(), Value::from(node.clone()))).collect();
    Value::Object(object).to_string()
}
