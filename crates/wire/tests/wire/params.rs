//! Parameters and the value reading rules for scalars, arrays and names.

use serde_json::{Value, json};
use wire::form::decode_form;
use wire::{Limits, Map, Node, Params};

pub fn node(value: Value) -> Node {
    Node::from(value)
}

pub fn params(value: Value) -> Params {
    match node(value) {
        Node::Map(map) => Params::from(map),
        other => panic!("parameters are a map: {other:?}"),
    }
}

#[test]
fn scalars_are_read_by_the_rules() {
    // value, text, integer, flag
    let cases = [
        (json!("Y"), Some("Y"), None, Some(true)),
        (json!("y"), Some("y"), None, Some(true)),
        (json!("N"), Some("N"), None, Some(false)),
        (json!("1"), Some("1"), Some(1), Some(true)),
        (json!("0"), Some("0"), Some(0), Some(false)),
        (json!("true"), Some("true"), None, Some(true)),
        (json!("True"), Some("True"), None, Some(true)),
        (json!("FALSE"), Some("FALSE"), None, Some(false)),
        (json!(true), Some("1"), None, Some(true)),
        (json!(false), Some(""), None, Some(false)),
        (json!(1), Some("1"), Some(1), Some(true)),
        (json!(0), Some("0"), Some(0), Some(false)),
        (json!(2), Some("2"), Some(2), None),
        (json!(107.0), Some("107.0"), Some(107), None),
        (json!(1.5), Some("1.5"), None, None),
        (json!(1e300), Some("1e+300"), None, None),
        (json!(" 107 "), Some(" 107 "), Some(107), None),
        (json!("-5"), Some("-5"), Some(-5), None),
        (json!("9223372036854775808"), Some("9223372036854775808"), None, None),
        (json!("12a"), Some("12a"), None, None),
        (json!(""), Some(""), None, None),
        (json!(null), None, None, None),
        (json!([]), None, None, None),
        (json!({"a": 1}), None, None, None),
    ];
    for (value, text, int, flag) in cases {
        let node = node(value.clone());
        assert_eq!(node.as_text().as_deref(), text, "text of {value}");
        assert_eq!(node.as_int(), int, "integer of {value}");
        assert_eq!(node.as_flag(), flag, "flag of {value}");
    }
}

#[test]
fn zero_is_not_empty() {
    for (value, is_empty) in [
        (json!(null), true),
        (json!(""), true),
        (json!([]), true),
        (json!({}), true),
        (json!(0), false),
        (json!("0"), false),
        (json!(false), false),
        (json!(" "), false),
        (json!([null]), false),
    ] {
        assert_eq!(node(value.clone()).is_empty(), is_empty, "{value}");
    }
    assert!(wire::node::is_absent(None));
    assert!(!wire::node::is_absent(Some(&node(json!(0)))));
}

#[test]
fn arrays_come_as_lists_and_as_maps_with_numbers() {
    for (value, items) in [
        (json!([1, 2]), Some(json!([1, 2]))),
        (json!({"0": 1, "7": 2, "3": 3}), Some(json!([1, 2, 3]))),
        (json!({}), Some(json!([]))),
        (json!([]), Some(json!([]))),
        (json!([""]), Some(json!([]))),
        (json!(["", ""]), Some(json!(["", ""]))),
        (json!([null]), Some(json!([null]))),
        (json!({"0": 1, "a": 2}), None),
        (json!({"01": 1}), None),
        (json!("x"), None),
    ] {
        let read = node(value.clone()).items().map(|items| serde_json::to_value(items).expect("JSON"));
        assert_eq!(read, items, "{value}");
        let taken = node(value.clone()).into_items().ok().map(|items| serde_json::to_value(items).expect("JSON"));
        assert_eq!(taken, items, "{value} taken");
    }
}

#[test]
fn keys_match_exactly_then_in_any_case() {
    let user = node(json!({"ID": 1, "id": 2, "Name": "a", "NAME": "b", "list": [{"x": 5}]}));
    assert_eq!(user.get("Id"), None);
    for (key, expected) in [("id", json!(2)), ("ID", json!(1)), ("iD", json!(2)), ("name", json!("b"))] {
        assert_eq!(user.get_any_case(key), Some(&node(expected)), "{key}");
    }
    assert_eq!(user.at(&["list", "0", "x"]), Some(&node(json!(5))));
    for path in [["list", "1"], ["list", "-1"], ["list", "00"], ["nothing", "x"], ["ID", "x"]] {
        assert_eq!(user.at(&path), None, "{path:?}");
    }
}

#[test]
fn the_body_wins_over_the_query() {
    let merge = |query: &str, body: &str| {
        let decode = |text: &str| decode_form(text.as_bytes(), Limits::default()).expect("a form");
        crate::shown(Params::merge(decode(query), decode(body)).as_map())
    };
    for (query, body, merged) in [
        ("a=1&b=2", "B=3", r#"{"a":"1","B":"3"}"#),
        ("f[x]=1", "f[y]=2", r#"{"f":{"y":"2"}}"#),
        ("", "0=a&1=b", r#"{"0":"a","1":"b"}"#),
        ("a=1", "", r#"{"a":"1"}"#),
    ] {
        assert_eq!(merge(query, body), merged, "{query} {body}");
    }
}

#[test]
fn the_token_is_taken_out_in_every_spelling() {
    for (sent, token) in [
        (json!({"auth": "t", "a": 1}), Some("t")),
        (json!({"AUTH": "x", "auth": "t", "a": 1}), Some("t")),
        (json!({"Auth": "t", "a": 1}), Some("t")),
        (json!({"auth": 12, "a": 1}), Some("12")),
        (json!({"auth": "", "a": 1}), None),
        (json!({"auth": {"access_token": "t"}, "a": 1}), None),
        (json!({"a": 1}), None),
    ] {
        let mut params = params(sent.clone());
        assert_eq!(params.take_auth().as_deref(), token, "{sent}");
        assert_eq!(crate::shown(params.as_map()), r#"{"a":1}"#, "{sent}");
    }
}

#[test]
fn take_moves_and_get_finds() {
    let mut params = params(json!({"Messages": {"0": 1}, "x": 2}));
    assert_eq!(params.get("x"), Some(&node(json!(2))));
    assert_eq!(params.take("MESSAGES"), Some(node(json!({"0": 1}))));
    assert_eq!(params.take("MESSAGES"), None);
    params.insert("y", "z");
    assert_eq!(crate::shown(&params.into_map()), r#"{"x":2,"y":"z"}"#);
    assert_eq!(Params::default().into_map(), Map::new());
}
