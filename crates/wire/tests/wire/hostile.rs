//! Whatever a client sends: nothing panics, nothing is lost, nothing takes long.

use proptest::prelude::*;
use serde_json::{Value, json};
use wire::form::decode_form;
use wire::json::{decode_json, decode_json_value};
use wire::php::encode_form_object;
use wire::{Batch, Limits, Map, Node, Params, UserCode};

/// Texts made of the characters that mean something.
fn syntax() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just("[]".to_owned()),
        Just("=".to_owned()),
        Just("&".to_owned()),
        Just("%".to_owned()),
        Just("%5B".to_owned()),
        Just("%00".to_owned()),
        Just("+".to_owned()),
        Just("$result[".to_owned()),
        Just("[0]".to_owned()),
        Just("[1]".to_owned()),
        Just("[a]".to_owned()),
        Just("?".to_owned()),
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("\"".to_owned()),
        Just("\n".to_owned()),
        Just(">>".to_owned()),
        Just("------".to_owned()),
        Just("[code]".to_owned()),
        Just("[/code]".to_owned()),
        Just("[b]".to_owned()),
        Just("[/b]".to_owned()),
        Just("[url=https://a]".to_owned()),
        Just("[/url]".to_owned()),
        Just("[url]".to_owned()),
        Just("<".to_owned()),
        Just("|".to_owned()),
        Just("imol|".to_owned()),
        "\\PC{0,3}",
    ];
    proptest::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

/// Trees that a form can carry: texts, without empty containers, without names PHP cannot say.
fn form_tree() -> impl Strategy<Value = Value> {
    let leaf = "\\PC{0,8}".prop_map(Value::String);
    let tree = leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..5).prop_map(Value::Array),
            proptest::collection::vec(("[a-z.<>=% ]{2,6}", inner), 1..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    });
    proptest::collection::vec(("[A-Za-z.]{1,6}", tree), 0..5)
        .prop_map(|entries| Value::Object(entries.into_iter().collect()))
}

/// Whether every tag that HTML opens is closed in turn, and nothing but our elements appears.
fn is_balanced(html: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for part in html.split('<').skip(1) {
        let Some((tag, _)) = part.split_once('>') else {
            return false;
        };
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        if !["b", "i", "u", "s", "span", "a", "img", "code", "time", "blockquote", "br"].contains(&name) {
            return false;
        }
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    open.is_empty()
}

proptest! {
    #[test]
    fn decoders_take_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let limits = Limits::default();
        if let Ok(map) = decode_form(&bytes, limits) {
            prop_assert!(!crate::shown(&map).contains("\\u0000"));
        }
        if let Ok(map) = decode_json(&bytes, limits) {
            prop_assert!(!crate::shown(&map).contains("\\u0000"));
        }
    }

    #[test]
    fn everything_takes_any_syntax(text in syntax()) {
        let limits = Limits::default();
        let map = decode_form(text.as_bytes(), limits).unwrap_or_default();
        let value = Value::from(Node::Map(map.clone()));
        prop_assert_eq!(Node::from(value.clone()), Node::Map(map.clone()));
        prop_assert!(wire::envelope::to_xml(&value).ends_with("</response>"));
        let _ = decode_json_value(text.as_bytes(), limits);
        let batch = Batch::parse(Params::from(Map::from([("cmd".to_owned(), Node::List(vec![Node::from(text.as_str())]))])), limits);
        prop_assert_eq!(batch.commands.len(), 1);
        let mut params = Map::from([("p".to_owned(), Node::from(text.as_str()))]);
        wire::batch::resolve_references(&mut params, &indexmap::IndexMap::new());
        prop_assert_eq!(params["p"].as_text(), Some(text.as_str().into()), "nothing to resolve, nothing changed");
        let _ = wire::path::parse_path(&format!("/rest/{text}"));
        if let Ok(code) = text.parse::<UserCode>() {
            prop_assert_eq!(code.to_string().parse::<UserCode>(), Ok(code));
        }
    }

    #[test]
    fn bb_codes_make_well_formed_html(text in syntax()) {
        let html = wire::bbcode::to_html(&text);
        prop_assert!(is_balanced(&html), "{text:?} made {html:?}");
        prop_assert!(wire::bbcode::strip(&text).len() <= text.len() + 1, "{text:?}");
    }

    #[test]
    fn an_encoded_form_decodes_to_the_same(tree in form_tree()) {
        let Value::Object(object) = &tree else { unreachable!("it is an object") };
        let body = encode_form_object(object);
        let decoded = decode_form(body.as_bytes(), Limits::default()).expect("our own encoding");
        prop_assert_eq!(crate::shown(&decoded), tree.to_string(), "{}", body);
    }

    #[test]
    fn a_json_body_decodes_to_the_same(tree in form_tree()) {
        let decoded = decode_json(tree.to_string().as_bytes(), Limits::default()).expect("our own encoding");
        prop_assert_eq!(crate::shown(&decoded), tree.to_string());
    }
}

/// Quadratic behaviour would take minutes here, and the test runner would say so.
#[test]
fn long_inputs_take_linear_time() {
    let limits = Limits::default();
    let n = 100_000;
    for body in [
        "a[]=x&".repeat(n),
        (0..n).map(|index| format!("a[{index}]=x&")).collect::<String>(),
        (0..n).rev().map(|index| format!("a[{index}]=x&")).collect::<String>(),
        (0..n).map(|index| format!("k{index}=x&")).collect::<String>(),
    ] {
        assert!(decode_form(body.as_bytes(), limits).is_ok());
    }
    let keys: Map = (0..n).map(|index| (format!("k{index}"), Node::Null)).collect();
    assert_eq!(Params::merge(keys.clone(), keys).as_map().len(), n);
    for token in [
        "[",
        "[b]",
        "[/b]",
        "[code]",
        "[url]",
        "[url=https://a]",
        "[b][/i]",
        ">>\n",
        "------\n",
        "[code]\n------\n[img]",
    ] {
        let text = token.repeat(n);
        assert!(wire::bbcode::to_html(&text).len() >= n, "{token}");
    }
    let results = indexmap::IndexMap::from([("a".to_owned(), json!(1))]);
    for token in ["$result[", "$result[b]", "$result[b][c", "$result[a]"] {
        let mut params = Map::from([("p".to_owned(), Node::from(token.repeat(n)))]);
        wire::batch::resolve_references(&mut params, &results);
        assert!(params["p"].as_text().is_some_and(|text| text.len() >= n), "{token}");
    }
}
