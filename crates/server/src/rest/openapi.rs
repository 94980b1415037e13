//! The method table as an OpenAPI document, for programs, and as a page, for people.

use std::fmt::Write;

use desk::users::Role;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{Callers, Method, Methods};

/// Where the definitions of a document are.
const DEFINITIONS: &str = "/components/schemas";

/// OpenAPI 3.1: every method is a path, its parameters a JSON body; besides, the paths of the portal's own pages.
///
/// The types of the inbox (`web/src/api/types.ts`) are made from it.
#[must_use]
pub fn document(methods: &Methods) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = DEFINITIONS.into();
            settings.meta_schema = None;
        })
        .into_generator();
    let mut paths = Map::new();
    for method in sorted(methods) {
        let parameters = (method.parameters)(&mut generator);
        let result = (method.result)(&mut generator);
        paths.insert(
            format!("/rest/{}", method.name),
            json!({"post": {
                "operationId": method.name,
                "tags": [family(method.name)],
                "description": about(method),
                "requestBody": {"content": {"application/json": {"schema": parameters}}},
                "responses": {
                    "200": {
                        "description": "The call is done and on disk.",
                        "content": {"application/json": {"schema": {
                            "type": "object",
                            "required": ["result", "time"],
                            "properties": {"result": result, "time": {"$ref": "#/components/schemas/Time"}},
                        }}},
                    },
                    "default": {
                        "description": "The call is refused and nothing is changed.",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                    },
                },
            }}),
        );
    }
    paths.extend(crate::http::described::paths(&mut generator));
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Error".to_owned(), error());
    schemas.insert("Time".to_owned(), time());
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Trunkline",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "All methods of this portal. Parameters may come in the query, as a form or as JSON.",
        },
        "security": [{"token": []}, {"browser": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "browser": {"type": "apiKey", "in": "cookie", "name": "trunkline_session"},
            },
        },
    });
    drop_null_defaults(&mut document);
    document
}

/// A parameter that null empties stays when it is absent: null is not what it is by default.
fn drop_null_defaults(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|name, value| name != "default" || !value.is_null());
            map.values_mut().for_each(drop_null_defaults);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_null_defaults),
        _ => {}
    }
}

/// The methods by name.
fn sorted(methods: &Methods) -> Vec<&Method> {
    let mut list: Vec<&Method> = methods.all().iter().collect();
    list.sort_by_key(|method| method.name);
    list
}

/// The first part of a name.
fn family(name: &str) -> &str {
    name.split_once('.').map_or(name, |(family, _)| family)
}

fn about(method: &Method) -> String {
    let scopes = match method.scopes {
        [] => "No scope is needed.".to_owned(),
        scopes => format!("Scope: {}.", scopes.join(" or ")),
    };
    let scopes = match method.needs {
        Role::Operator => scopes,
        Role::Supervisor => format!("{scopes} For supervisors and administrators."),
        Role::Administrator => format!("{scopes} For administrators."),
    };
    match method.callers {
        Callers::All => scopes,
        Callers::Browsers => format!("{scopes} For browsers only."),
        Callers::NotBrowsers => format!("{scopes} Not for browsers."),
        Callers::Applications => format!("{scopes} For applications only."),
    }
}

fn error() -> Value {
    json!({
        "type": "object",
        "required": ["error", "error_description"],
        "properties": {"error": {"type": "string"}, "error_description": {"type": "string"}},
    })
}

fn time() -> Value {
    json!({
        "type": "object",
        "properties": {"start": {"type": "number"}, "finish": {"type": "number"}, "duration": {"type": "number"}},
    })
}

/// The body of a page that lists the methods with their parameters. Names are ours, so nothing needs escaping but the
/// descriptions.
#[must_use]
pub fn page(methods: &Methods, escaped: fn(&str) -> String) -> String {
    let document = document(methods);
    let mut html = "<h1>Methods</h1><p>The same as <a href=\"/api/openapi.json\">OpenAPI document</a>.</p>".to_owned();
    let mut last = "";
    for method in sorted(methods) {
        let family = family(method.name);
        if family != last {
            last = family;
            let _ = write!(html, "<h2>{family}</h2>");
        }
        let operation = &document["paths"][format!("/rest/{}", method.name)]["post"];
        let _ = write!(html, "<h3 id=\"{0}\"><code>{0}</code></h3><p>{1}</p>", method.name, about(method));
        let parameters = &operation["requestBody"]["content"]["application/json"]["schema"]["properties"];
        let Some(parameters) = parameters.as_object().filter(|parameters| !parameters.is_empty()) else { continue };
        html.push_str("<dl>");
        for (name, schema) in parameters {
            let text = schema["description"].as_str().unwrap_or_default();
            let _ = write!(html, "<dt><code>{name}</code> {}</dt><dd>{}</dd>", kind(schema), escaped(text));
        }
        html.push_str("</dl>");
    }
    html
}

/// A short word for a type.
fn kind(schema: &Value) -> String {
    match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect(),
        _ => String::new(),
    }
}
