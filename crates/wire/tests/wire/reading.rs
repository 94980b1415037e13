//! A method's struct read out of its parameters.

use serde::Deserialize;
use serde_json::{Value, json};
use wire::form::decode_form;
use wire::params::read_node;
use wire::{Limits, Node, ParamReason, Params};

use crate::params::{node, params};

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE", default)]
struct Sample {
    connector: Option<String>,
    line: Option<i64>,
    active: Option<bool>,
    ids: Option<Vec<i64>>,
    names: Vec<String>,
    user: Option<User>,
    mode: Option<Mode>,
    small: Option<u8>,
    ratio: Option<f64>,
    any: Option<Node>,
    json: Option<Value>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct User {
    id: Option<String>,
    last_name: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Mode {
    Queue,
    Strictly,
}

#[test]
fn structs_are_read_leniently() {
    let none = Sample::default;
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let user = |id: &str| Some(User { id: Some(id.to_owned()), last_name: None });
    let cases = [
        (json!({}), none()),
        (json!({"CONNECTOR": null, "LINE": "", "ACTIVE": "", "IDS": null, "USER": "", "MODE": ""}), none()),
        (json!({"CONNECTOR": ""}), none()),
        (json!({"unknown": 1, "event_type\t": 2}), none()),
        (json!({"connector": 5}), Sample { connector: Some("5".into()), ..none() }),
        (json!({"Connector": true}), Sample { connector: Some("1".into()), ..none() }),
        (json!({"CONNECTOR": "a", "connector": "b"}), Sample { connector: Some("a".into()), ..none() }),
        (json!({"connector": "a", "Connector": "b"}), Sample { connector: Some("b".into()), ..none() }),
        (json!({"LINE": " 107 "}), Sample { line: Some(107), ..none() }),
        (json!({"LINE": 107.0}), Sample { line: Some(107), ..none() }),
        (json!({"ACTIVE": "True"}), Sample { active: Some(true), ..none() }),
        (json!({"ACTIVE": 0}), Sample { active: Some(false), ..none() }),
        (json!({"IDS": ["1", 2]}), Sample { ids: Some(vec![1, 2]), ..none() }),
        (json!({"IDS": {"5": "1", "9": 2}}), Sample { ids: Some(vec![1, 2]), ..none() }),
        (json!({"IDS": "7"}), Sample { ids: Some(vec![7]), ..none() }),
        (json!({"IDS": [""]}), Sample { ids: Some(vec![]), ..none() }),
        (json!({"IDS": {}}), Sample { ids: Some(vec![]), ..none() }),
        (json!({"NAMES": ["a", 1, false]}), Sample { names: names(&["a", "1", ""]), ..none() }),
        (json!({"NAMES": "a"}), Sample { names: names(&["a"]), ..none() }),
        (json!({"NAMES": null}), none()),
        (json!({"USER": {"ID": 5}}), Sample { user: user("5"), ..none() }),
        (json!({"USER": {"ID": 5, "id": "6"}}), Sample { user: user("6"), ..none() }),
        (json!({"USER": []}), Sample { user: Some(User::default()), ..none() }),
        (json!({"MODE": "strictly"}), Sample { mode: Some(Mode::Strictly), ..none() }),
        (json!({"SMALL": "255"}), Sample { small: Some(255), ..none() }),
        (json!({"RATIO": " 0.5"}), Sample { ratio: Some(0.5), ..none() }),
        (json!({"JSON": {"a": [1, "b"]}}), Sample { json: Some(json!({"a": [1, "b"]})), ..none() }),
    ];
    for (sent, expected) in cases {
        assert_eq!(params(sent.clone()).read(), Ok(expected), "{sent}");
    }
}

#[test]
fn an_optional_node_keeps_what_was_sent() {
    for sent in [json!(null), json!(""), json!([]), json!({"a": {"B": [1, 1.5, true]}}), json!("x")] {
        let read: Sample = params(json!({"any": sent})).read().expect("any value fits");
        assert_eq!(read.any, Some(node(sent)));
    }
    let read: Sample = params(json!({})).read().expect("absent fits");
    assert_eq!(read.any, None);
}

#[test]
fn what_does_not_fit_is_named() {
    use ParamReason::{InvalidType, Missing, MustBeArray};
    for (sent, argument, reason) in [
        (json!({"line": "abc"}), "LINE", InvalidType),
        (json!({"LINE": []}), "LINE", InvalidType),
        (json!({"LINE": 1.5}), "LINE", InvalidType),
        (json!({"ACTIVE": "maybe"}), "ACTIVE", InvalidType),
        (json!({"CONNECTOR": {"a": 1}}), "CONNECTOR", InvalidType),
        (json!({"SMALL": 256}), "SMALL", InvalidType),
        (json!({"MODE": "random"}), "MODE", InvalidType),
        (json!({"RATIO": "NaN"}), "RATIO", InvalidType),
        (json!({"IDS": {"a": 1}}), "IDS", MustBeArray),
        (json!({"IDS": ["x"]}), "IDS", InvalidType),
        (json!({"IDS": [null]}), "IDS", Missing),
        (json!({"USER": "x"}), "USER", MustBeArray),
        (json!({"user": {"id": []}}), "USER", InvalidType),
    ] {
        let error = params(sent.clone()).read::<Sample>().expect_err("it does not fit");
        assert_eq!((error.argument.as_str(), error.reason), (argument, reason), "{sent}");
    }
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct Strict {
    line: i64,
    data: Vec<User>,
}

#[test]
fn required_fields_are_named_when_missing() {
    for (sent, argument, text) in [
        (json!({"DATA": []}), "LINE", "Argument 'LINE' is null or empty"),
        (json!({"LINE": "", "DATA": []}), "LINE", "Argument 'LINE' is null or empty"),
        (json!({"LINE": "x", "DATA": []}), "LINE", "The value of an argument 'LINE' has an invalid type"),
        (json!({"LINE": 1}), "DATA", "Argument 'DATA' is null or empty"),
        (json!({"LINE": 1, "DATA": "x"}), "DATA", "The value of an argument 'DATA' must be of type array"),
    ] {
        let error = params(sent.clone()).read::<Strict>().expect_err("it is not complete");
        assert_eq!((error.argument.as_str(), error.to_string().as_str()), (argument, text), "{sent}");
    }
    let ids: Vec<i64> = read_node("ID", node(json!("5"))).expect("one scalar is an array");
    assert_eq!(ids, [5]);
    let error = read_node::<Vec<i64>>("ID", node(json!("x"))).expect_err("not a number");
    assert_eq!(error.argument, "ID");
}

#[derive(Debug, PartialEq, Deserialize)]
struct Both {
    filter: Option<String>,
    #[serde(rename = "FILTER")]
    loud: Option<String>,
}

#[test]
fn one_parameter_never_fills_two_fields() {
    let both = |filter: Option<&str>, loud: Option<&str>| Both {
        filter: filter.map(str::to_owned),
        loud: loud.map(str::to_owned),
    };
    for (sent, expected) in [
        (json!({"FILTER": "a"}), both(None, Some("a"))),
        (json!({"filter": "a"}), both(Some("a"), None)),
        (json!({"Filter": "a"}), both(Some("a"), None)),
        (json!({"filter": "a", "FILTER": "b"}), both(Some("a"), Some("b"))),
    ] {
        assert_eq!(params(sent.clone()).read(), Ok(expected), "{sent}");
    }
}

/// Every SDK's way to say the same thing reads the same (the encoder table of platform.md 1.3).
#[test]
fn all_encoders_mean_the_same() {
    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Said {
        yes: Option<bool>,
        no: Option<bool>,
        nothing: Option<i64>,
        list: Vec<i64>,
        text: Option<String>,
    }
    let expected = || Said { yes: Some(true), no: Some(false), text: Some("a b".into()), ..Said::default() };
    for (client, sent) in [
        ("php", "yes=1&no=0&text=a+b"),
        ("qs", "yes=true&no=false&nothing=&text=a%20b"),
        ("b24pysdk", "yes=True&no=False&nothing=&list%5B%5D=&text=a+b"),
    ] {
        let map = decode_form(sent.as_bytes(), Limits::default()).expect("a form");
        assert_eq!(Params::from(map).read(), Ok(expected()), "{client}");
    }
    for list in [json!([]), json!({})] {
        let sent = json!({"yes": true, "no": false, "nothing": null, "list": list, "text": "a b"});
        assert_eq!(params(sent).read(), Ok(expected()));
    }
}
