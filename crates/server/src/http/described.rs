//! The paths that are no methods, as the OpenAPI document has them: made of the types that are read and written there.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::{feed, invitation, session, upload};

/// All of them, by path and verb.
pub(crate) fn paths(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let operations = session::described(generator).into_iter().chain([
        invitation::described(generator),
        upload::described(generator),
        feed::described(generator),
    ]);
    let mut paths = Map::new();
    for operation in operations {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.verb] = operation.object();
    }
    paths
}

/// One verb of one path.
pub(super) struct Operation {
    pub path: &'static str,
    pub verb: &'static str,
    /// A sentence.
    pub about: &'static str,
    /// Who may ask.
    pub admits: Admits,
    /// Parameters of the query.
    pub query: Vec<Value>,
    /// Media types of the body with their schemas.
    pub body: Vec<(&'static str, Value)>,
    /// Status, media type and schema of the answer.
    pub answer: Answered,
    /// Codes of errors besides those that everybody may get, by status.
    pub errors: &'static [(u16, &'static str)],
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admits {
    /// Everybody.
    Strangers,
    /// A browser with its cookie.
    Browsers,
    /// A browser with its cookie and the header that proves a page of ours.
    OwnPages,
}

/// The answer when all goes well.
pub(super) enum Answered {
    /// This type as JSON.
    Json(Value),
    /// Events of this type.
    Events(Value),
    /// Nothing.
    Nothing,
}

impl Operation {
    fn object(&self) -> Value {
        let family = self.path.trim_start_matches("/api/");
        let content = |bodies: &[(&'static str, Value)]| -> Map<String, Value> {
            bodies.iter().map(|(kind, schema)| ((*kind).to_owned(), json!({"schema": schema}))).collect()
        };
        let mut parameters = self.query.clone();
        if self.admits == Admits::OwnPages {
            parameters.push(json!({
                "name": "X-Trunkline-Csrf", "in": "header", "required": true, "schema": {"type": "string"},
                "description": "`csrf` of the answer of /api/session.",
            }));
        }
        let mut responses = Map::new();
        let (status, answer) = match &self.answer {
            Answered::Json(schema) => ("200", content(&[("application/json", schema.clone())])),
            Answered::Events(schema) => ("200", content(&[("text/event-stream", schema.clone())])),
            Answered::Nothing => ("204", Map::new()),
        };
        responses.insert(status.to_owned(), json!({"description": "Done."}));
        if !answer.is_empty() {
            responses[status]["content"] = answer.into();
        }
        let error = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}});
        for (status, codes) in self.errors {
            responses.insert(status.to_string(), json!({"description": codes, "content": error}));
        }
        let others =
            "`INVALID_REQUEST`, `NO_AUTH_FOUND`, `NO_SESSION`, `CSRF_FAILED`, `FOREIGN_ORIGIN`, `QUERY_LIMIT_EXCEEDED`";
        responses.insert("default".to_owned(), json!({"description": others, "content": error}));
        let security = if self.admits == Admits::Strangers { json!([]) } else { json!([{"browser": []}]) };
        let mut object = json!({
            "operationId": format!("api.{family}.{}", self.verb),
            "tags": ["api"],
            "description": self.about,
            "security": security,
            "parameters": parameters,
            "responses": responses,
        });
        if !self.body.is_empty() {
            object["requestBody"] = json!({"required": true, "content": content(&self.body)});
        }
        object
    }
}

/// The reference to a type.
pub(super) fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// The fields of a type as parameters of the query.
pub(super) fn query<T: JsonSchema>(generator: &mut SchemaGenerator) -> Vec<Value> {
    let schema = T::json_schema(generator).to_value();
    let required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
    let fields = schema["properties"].as_object().into_iter().flatten();
    let parameter = |(name, schema): (&String, &Value)| json!({"name": name, "in": "query", "required": required(name), "schema": schema});
    fields.map(parameter).collect()
}
