//! Commands of a batch and their references.

use indexmap::IndexMap;
use serde_json::{Value, json};
use wire::batch::{COMMANDS_MAX, RESOLVED_BYTES_MAX, resolve_references};
use wire::form::decode_form;
use wire::{Batch, DecodeError, Limits, Map, Node, Params};

fn map(value: Value) -> Map {
    match Node::from(value) {
        Node::Map(map) => map,
        other => panic!("a map: {other:?}"),
    }
}

fn batch(params: Value) -> Batch {
    Batch::parse(Params::from(map(params)), Limits::default())
}

/// Every command as `key:method{params}`.
fn commands(batch: &Batch) -> Vec<String> {
    let show = |command: &wire::Command| {
        let params = command.params.as_ref().map_or_else(ToString::to_string, |params| crate::shown(params.as_map()));
        format!("{}:{}{params}", command.key, command.method)
    };
    batch.commands.iter().map(show).collect()
}

#[test]
fn commands_come_in_many_wrappings() {
    let two = &["a:user.get{\"ID\":\"1\"}", "b:profile{}"][..];
    for (cmd, expected) in [
        (json!({"a": "user.get?ID=1", "b": "profile"}), two),
        (json!(r#"{"a":"user.get?ID=1","b":"profile"}"#), two),
        (json!("%7B%22a%22%3A%22user.get%3FID%3D1%22%2C%22b%22%3A%22profile%22%7D"), two),
        (json!({"a": {"method": "user.get", "params": {"ID": "1"}}, "b": {"method": "profile"}}), two),
        (json!({"a": ["user.get", {"ID": "1"}], "b": ["profile"]}), two),
        (json!({"a": ["user.get", "ID=1"], "b": ["profile", []]}), two),
        (json!(["profile", "user.get?"]), &["0:profile{}", "1:user.get{}"]),
        (json!(r#"["profile"]"#), &["0:profile{}"]),
        (json!({"5": "profile", "x y": "profile"}), &["5:profile{}", "x y:profile{}"]),
        (json!({"a": "/User.Current.json?x=1"}), &["a:user.current{\"x\":\"1\"}"]),
        (json!({"a": "profile.xml"}), &["a:profile{}"]),
        (json!({"a": "user.get%3FID%3D1%26NAME%3Da%2Bb"}), &["a:user.get{\"ID\":\"1\",\"NAME\":\"a b\"}"]),
        (json!({"a": "user.get?F%5BID%5D=1&x=%26&"}), &["a:user.get{\"F\":{\"ID\":\"1\"},\"x\":\"&\"}"]),
        (json!({"a": "user.get?q=what%3F"}), &["a:user.get{\"q\":\"what?\"}"]),
        (json!({"a": "user.get?q=a?b"}), &["a:user.get{\"q\":\"a?b\"}"]),
        (json!({"a": "user.get?auth=secret&ID=1"}), &["a:user.get{\"ID\":\"1\"}"]),
        (json!({"a": "user.get?x=%CF"}), &["a:user.getParameters are not valid UTF-8"]),
        (json!({"a": 5, "b": null, "c": ""}), &["a:{}", "b:{}", "c:{}"]),
        (json!(null), &[]),
        (json!(5), &[]),
        (json!("nonsense"), &[]),
        (json!([]), &[]),
    ] {
        assert_eq!(commands(&batch(json!({"cmd": cmd}))), expected, "{cmd}");
    }
    assert_eq!(commands(&batch(json!({}))), Vec::<String>::new());
}

#[test]
fn crest_forms_and_query_strings_carry_commands() {
    for body in [
        "halt=0&cmd%5Ba%5D=user.get%3FFILTER%255BID%255D%3D%2524result%255Bb%255D",
        "halt=0&cmd[a]=user.get?FILTER%5BID%5D=%24result%5Bb%5D",
    ] {
        let form = decode_form(body.as_bytes(), Limits::default()).expect("a form");
        let batch = Batch::parse(Params::from(form), Limits::default());
        assert_eq!(commands(&batch), [r#"a:user.get{"FILTER":{"ID":"$result[b]"}}"#], "{body}");
    }
}

#[test]
fn halt_is_any_flag() {
    for (halt, expected) in [
        (json!(1), true),
        (json!("1"), true),
        (json!(true), true),
        (json!("true"), true),
        (json!(0), false),
        (json!("0"), false),
        (json!(false), false),
        (json!("false"), false),
        (json!(null), false),
        (json!([]), false),
    ] {
        assert_eq!(batch(json!({"cmd": [], "HALT": halt})).halt, expected, "{halt}");
    }
}

#[test]
fn commands_beyond_the_fiftieth_are_known_by_key_only() {
    let cmd: Vec<&str> = vec!["profile?a=1"; COMMANDS_MAX + 2];
    let batch = batch(json!({"cmd": cmd}));
    let commands = commands(&batch);
    assert_eq!(commands.len(), COMMANDS_MAX + 2);
    assert_eq!(commands[COMMANDS_MAX - 1], r#"49:profile{"a":"1"}"#);
    assert_eq!(commands[COMMANDS_MAX], "50:{}");
}

#[test]
fn one_command_cannot_use_up_the_leaves_of_all() {
    let batch = batch(json!({"cmd": [format!("x?{}", "a[]=&".repeat(2_001)), "y"]}));
    assert_eq!(batch.commands[0].params, Err(DecodeError::TooManyValues { leaves_max: 2_000 }));
    assert_eq!(batch.commands[1].params, Ok(Params::default()));
}

#[test]
fn references_are_resolved_in_values() {
    let results: IndexMap<String, Value> = [
        ("me".to_owned(), json!({"ID": "1", "N": 5, "T": true, "F": false, "Z": null, "DEP": [7, 8], "O": {"a": 1}})),
        ("0".to_owned(), json!(["x", "y"])),
        ("n".to_owned(), json!(12)),
        ("$".to_owned(), json!("$result[n]")),
    ]
    .into_iter()
    .collect();
    for (text, expected) in [
        ("$result[me][ID]", json!("1")),
        ("$result[n]", json!("12")),
        ("$result[me][N]", json!("5")),
        ("$result[me][T]", json!("1")),
        ("$result[me][F]", json!("")),
        ("$result[me][Z]", json!("")),
        ("$result[me][DEP]", json!([7, 8])),
        ("$result[me][O]", json!({"a": 1})),
        ("$result[me][DEP][1]", json!("8")),
        ("$result[0][0]", json!("x")),
        ("Hello $result[me][ID], $result[n]!", json!("Hello 1, 12!")),
        ("$result[n]$result[n]", json!("1212")),
        ("a$result[me][DEP]b", json!("ab")),
        ("$result[me][DEP]$result[me][O]", json!("")),
        // Not followed to a second reference.
        ("$result[$]", json!("$result[n]")),
        // Unresolved: stays, and the rest is resolved.
        ("$result[nobody][ID] $result[n]", json!("$result[nobody][ID] 12")),
        ("$result[me][NOPE]", json!("$result[me][NOPE]")),
        ("$result[me][DEP][5]", json!("$result[me][DEP][5]")),
        ("$result[me][ID][x]", json!("$result[me][ID][x]")),
        ("$result[n", json!("$result[n")),
        ("$result[]", json!("$result[]")),
        ("$result", json!("$result")),
        ("$result[$result[n]", json!("$result[12")),
        ("$result[n][", json!("12[")),
        ("Ы$result[n]Ы", json!("Ы12Ы")),
    ] {
        let mut params = map(json!({"p": [{"q": text}], "$result[n]": 1}));
        resolve_references(&mut params, &results);
        let expected = map(json!({"p": [{"q": expected}], "$result[n]": 1}));
        assert_eq!(crate::shown(&params), crate::shown(&expected), "{text}");
    }
}

#[test]
fn references_cannot_fill_the_memory() {
    let results = IndexMap::from([("a".to_owned(), json!("x".repeat(1024 * 1024)))]);
    let mut params = map(json!({"p": "$result[a]".repeat(10_000)}));
    resolve_references(&mut params, &results);
    let length = params["p"].as_text().map_or(0, |text| text.len());
    assert!(length > RESOLVED_BYTES_MAX / 2, "{length} bytes: most of the bound is used");
    assert!(length < RESOLVED_BYTES_MAX + 10_000 * 10, "{length} bytes");
}
