//! What the server sends: PHP arrays, event bodies, the envelope, XML.

use serde_json::{Value, json};
use wire::envelope::{method_not_found_v3, to_xml};
use wire::php::{encode_form, encode_form_object, php_map};
use wire::{ErrorBody, PhpMap, Success, TimeBlock};

#[test]
fn php_maps_choose_their_brackets() {
    for (keys, expected) in [
        (&[][..], "[]"),
        (&["0"], "[1]"),
        (&["0", "1", "2"], "[1,1,1]"),
        (&["0", "2"], r#"{"0":1,"2":1}"#),
        (&["1", "0"], r#"{"1":1,"0":1}"#),
        (&["00"], r#"{"00":1}"#),
        (&["me", "0"], r#"{"me":1,"0":1}"#),
    ] {
        let map: PhpMap<i64> = keys.iter().map(|key| (*key, 1)).collect();
        assert_eq!(serde_json::to_string(&map).expect("JSON"), expected, "{keys:?}");
        let value = php_map(keys.iter().map(|key| ((*key).to_owned(), json!(1))));
        assert_eq!(value.to_string(), expected, "{keys:?} as value");
    }
}

#[test]
fn event_bodies_are_encoded_as_php_does() {
    for (value, expected) in [
        (json!(107), "data=107"),
        (json!(""), "data="),
        (json!(true), "data=1"),
        (json!(false), "data=0"),
        (json!(null), ""),
        (json!([]), ""),
        (json!({}), ""),
        (json!({"a": null, "b": [[], {}]}), ""),
        (json!(2.0), "data=2"),
        (json!(2.5), "data=2.5"),
        (json!("a b+c&d=e~f-g_h.i*"), "data=a+b%2Bc%26d%3De%7Ef-g_h.i%2A"),
        (json!("Ы\n"), "data=%D0%AB%0A"),
        (json!([1, {"x y": "z"}]), "data%5B0%5D=1&data%5B1%5D%5Bx+y%5D=z"),
        (json!([null, 1]), "data%5B1%5D=1"),
        (json!({"a": {"b": 1}, "c": 2}), "data%5Ba%5D%5Bb%5D=1&data%5Bc%5D=2"),
    ] {
        assert_eq!(encode_form(&[("data", value.clone())]), expected, "{value}");
        let Value::Object(object) = json!({"data": value}) else { unreachable!("it is an object") };
        assert_eq!(encode_form_object(&object), expected);
    }
    assert_eq!(encode_form(&[("event", json!("E")), ("x", json!(null)), ("ts", json!(1))]), "event=E&ts=1");
}

#[test]
fn a_success_has_its_keys_in_order() {
    let time = TimeBlock::unmetered(10.25, 11.5, 0.5, "2025-09-09T16:31:11+03:00", "2025-09-09T16:31:12+03:00");
    let times = r#""time":{"start":10.25,"finish":11.5,"duration":1.25,"processing":0.5,"date_start":"2025-09-09T16:31:11+03:00","date_finish":"2025-09-09T16:31:12+03:00","operating_reset_at":610,"operating":0.0}"#;
    let plain = Success::new(json!(null), time.clone());
    assert_eq!(serde_json::to_string(&plain).expect("JSON"), format!(r#"{{"result":null,{times}}}"#));
    let page = Success { next: Some(50), total: Some(123), ..Success::new([1], time.clone()) };
    let expected = format!(r#"{{"result":[1],"next":50,"total":123,{times}}}"#);
    assert_eq!(serde_json::to_string(&page).expect("JSON"), expected);
    let metered = time.metered(0.75, 700);
    assert_eq!((metered.operating, metered.operating_reset_at, metered.duration), (0.75, 700, 1.25));
}

#[test]
fn an_error_has_its_keys_in_order() {
    let body = ErrorBody::new("ERROR_ARGUMENT", "Argument 'LINE' is null or empty").with("argument", "LINE");
    let expected =
        r#"{"error":"ERROR_ARGUMENT","error_description":"Argument 'LINE' is null or empty","argument":"LINE"}"#;
    assert_eq!(serde_json::to_string(&body).expect("JSON"), expected);
    assert_eq!(serde_json::to_string(&ErrorBody::new("", "")).expect("JSON"), r#"{"error":"","error_description":""}"#);
    let v3 = method_not_found_v3();
    assert_eq!(v3["error"]["code"], "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION");
}

#[test]
fn xml_answers() {
    for (value, expected) in [
        (json!({"result": {"get_user": {"ID": "1"}}}), "<result><get_user><ID>1</ID></get_user></result>"),
        (
            json!({"error": "E", "error_description": "a<b>&\"c\""}),
            "<error>E</error><error_description>a&lt;b&gt;&amp;&quot;c&quot;</error_description>",
        ),
        (json!({"result": [1, "x"]}), "<result><item>1</item><item>x</item></result>"),
        (json!({"a": true, "b": false, "c": null, "d": []}), "<a>1</a><b>0</b><c></c><d></d>"),
        (
            json!({"1": "x", "a b": 1, "": 2, "Ы": 3}),
            "<item key=\"1\">x</item><item key=\"a b\">1</item><item key=\"\">2</item><item key=\"Ы\">3</item>",
        ),
        (json!({"\"><x": 1}), "<item key=\"&quot;&gt;&lt;x\">1</item>"),
        (json!({"a": "\u{1}\t\r\n"}), "<a>\u{fffd}\t&#13;\n</a>"),
    ] {
        assert_eq!(to_xml(&value), format!("<response>{expected}</response>"), "{value}");
    }
}
