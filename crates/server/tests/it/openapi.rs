//! The OpenAPI document: complete, sound, and the one that the inbox's types were made from.

use std::collections::BTreeSet;
use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use server::rest::{Methods, openapi};

use crate::browser::Browser;
use crate::support::{World, on_both};

/// What `web/src/api/types.ts` is made from.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/openapi.json");

#[test]
fn the_document_kept_for_the_inbox_is_fresh() {
    let mut now = serde_json::to_string_pretty(&openapi::document(&Methods::default())).unwrap();
    now.push('\n');
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(Path::new(KEPT).parent().unwrap()).unwrap();
        std::fs::write(KEPT, &now).unwrap();
    }
    let kept = std::fs::read_to_string(KEPT).unwrap_or_default();
    assert!(kept == now, "web/openapi.json is stale: UPDATE=1 cargo test -p server --test it openapi");
}

#[test]
fn every_method_is_in_it_and_every_reference_leads_somewhere() {
    let methods = Methods::default();
    let document = openapi::document(&methods);
    let paths = document["paths"].as_object().unwrap();
    let mut named: BTreeSet<String> = methods.all().iter().map(|method| format!("/rest/{}", method.name)).collect();
    named.extend(["/api/session", "/api/invitation", "/api/files", "/api/feed"].map(str::to_owned));
    assert_eq!(paths.keys().cloned().collect::<BTreeSet<_>>(), named);
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    assert!(references.len() > 2, "{references:?}");
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

/// Two types of one name would be told apart by a number, and the inbox's types would change their names with the order.
#[test]
fn no_two_types_share_a_name() {
    let document = openapi::document(&Methods::default());
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let numbered: Vec<_> = schemas.keys().filter(|name| name.ends_with(|last: char| last.is_ascii_digit())).collect();
    assert!(numbered.is_empty(), "{numbered:?}");
}

/// What is said of the paths that are no methods is what is served there.
#[test]
fn the_paths_beside_the_methods_are_served_as_described() {
    on_both(|world| async move {
        let document = openapi::document(&Methods::default());
        let browser = Browser::of(&world, 1).await;
        let paths = document["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/api/"));
        for (path, verbs) in paths {
            for verb in ["get", "post", "put", "delete"] {
                let known = verbs.get(verb).is_some();
                let request = Browser::new(&world).request(verb.to_uppercase().parse().unwrap(), path);
                let status = request.send().await.unwrap().status().as_u16();
                assert_eq!(status != 405, known, "{verb} {path}: {status}");
            }
        }
        let shown: Value = browser.request(Method::GET, "/api/session").send().await.unwrap().json().await.unwrap();
        fits(&document, &document["components"]["schemas"]["Welcome"], &shown);
        world.send(json!([World::message("m1", "hello")])).await;
        let file = browser.request(Method::POST, "/api/files?chat_id=1&name=a.txt").body("text");
        let file: Value = file.send().await.unwrap().json().await.unwrap();
        fits(&document, &document["components"]["schemas"]["TakenFile"], &file);
        drop(browser);
        world.end().await;
    });
}

/// All fields of an object are those of its schema, and the other way round.
fn fits(document: &Value, schema: &Value, value: &Value) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
        None => schema,
    };
    let (Some(fields), Some(properties)) = (value.as_object(), schema["properties"].as_object()) else { return };
    let names = |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(fields), names(properties));
    for (name, field) in fields {
        fits(document, &properties[name], field);
    }
}

#[test]
fn the_document_and_the_page_are_served() {
    on_both(|world| async move {
        let get = async |path: &str| world.http.get(format!("{}{path}", world.base)).send().await.unwrap();
        let methods = Methods::default();
        let document: Value = get("/api/openapi.json").await.json().await.unwrap();
        assert_eq!(document, openapi::document(&methods));
        let page = get("/api").await;
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
        let page = page.text().await.unwrap();
        for method in methods.all() {
            assert!(page.contains(&format!("<h3 id=\"{}\">", method.name)), "{} is not on the page", method.name);
        }
        world.end().await;
    });
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            references.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| collect(value, references));
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}
