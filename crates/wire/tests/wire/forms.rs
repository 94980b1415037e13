//! Form and JSON decoders.

use wire::form::decode_form;
use wire::json::decode_json;
use wire::{DecodeError, FormBuilder, Limits, Node};

use crate::shown;

fn form(input: &str) -> String {
    decode_form(input.as_bytes(), Limits::default()).map_or_else(|error| error.to_string(), |map| shown(&map))
}

fn json(input: &str) -> String {
    decode_json(input.as_bytes(), Limits::default()).map_or_else(|error| error.to_string(), |map| shown(&map))
}

#[test]
fn forms_decode_as_php_does() {
    let cases = [
        // The table of platform.md 1.3.
        ("a=1", r#"{"a":"1"}"#),
        ("a=1&a=2", r#"{"a":"2"}"#),
        ("a[]=x&a[]=y", r#"{"a":["x","y"]}"#),
        ("a[0][b]=1&a[1][b]=2", r#"{"a":[{"b":"1"},{"b":"2"}]}"#),
        ("fields[TITLE]=T", r#"{"fields":{"TITLE":"T"}}"#),
        ("filter[>=ID]=5", r#"{"filter":{">=ID":"5"}}"#),
        ("filter[%3E%3DID]=5", r#"{"filter":{">=ID":"5"}}"#),
        ("0=123&1[POST_MESSAGE]=t", r#"{"0":"123","1":{"POST_MESSAGE":"t"}}"#),
        ("k", r#"{"k":""}"#),
        ("k=", r#"{"k":""}"#),
        // An `=` inside brackets, closed or not, encoded or not.
        ("filter%5B%3E=ID%5D=5", r#"{"filter":{">=ID":"5"}}"#),
        ("filter[=%ID]=a=b]=c", r#"{"filter":{"=%ID":"a=b]=c"}}"#),
        ("a[b=c]", r#"{"a[b":"c]"}"#),
        ("a[b]=[x]=y", r#"{"a":{"b":"[x]=y"}}"#),
        // What encoders do differently.
        ("a=b+c%20d", r#"{"a":"b c d"}"#),
        ("a%5Bb%5D=1", r#"{"a":{"b":"1"}}"#),
        ("a=1&", r#"{"a":"1"}"#),
        ("&&a=1&&b=2&", r#"{"a":"1","b":"2"}"#),
        ("text=Привет, мир!", r#"{"text":"Привет, мир!"}"#),
        ("text=%D0%9F", r#"{"text":"П"}"#),
        ("a=b=c", r#"{"a":"b=c"}"#),
        ("a=100%&b=%zz&c=%4", r#"{"a":"100%","b":"%zz","c":"%4"}"#),
        ("", "{}"),
        ("&", "{}"),
        // Names are not mangled (P-10), keys are literal.
        ("a.b c=1", r#"{"a.b c":"1"}"#),
        ("event_type%09=1", r#"{"event_type\t":"1"}"#),
        ("a['b']=1", r#"{"a":{"'b'":"1"}}"#),
        ("a[b.c][ d]=1", r#"{"a":{"b.c":{" d":"1"}}}"#),
        // Brackets that do not match.
        ("a[b=1", r#"{"a[b":"1"}"#),
        ("a]b=1", r#"{"a]b":"1"}"#),
        ("a[b]c=1", r#"{"a":{"b":"1"}}"#),
        ("a[b][c=1", r#"{"a":{"b":"1"}}"#),
        ("a[b]c[d]=1", r#"{"a":{"b":"1"}}"#),
        ("a[[b]]=1", r#"{"a":{"[b":"1"}}"#),
        ("=1", "{}"),
        ("[a]=1", "{}"),
        // Lists and maps.
        ("a[1]=x&a[2]=y", r#"{"a":{"1":"x","2":"y"}}"#),
        ("a[1]=x&a[0]=y", r#"{"a":{"1":"x","0":"y"}}"#),
        ("a[0]=x&a[2]=y", r#"{"a":{"0":"x","2":"y"}}"#),
        ("a[0]=x&a[00]=y", r#"{"a":{"0":"x","00":"y"}}"#),
        ("a[0]=x&a[b]=y&a[]=z", r#"{"a":{"0":"x","b":"y","1":"z"}}"#),
        ("a[5]=x&a[]=y", r#"{"a":{"5":"x","6":"y"}}"#),
        ("a[-3]=x&a[]=y", r#"{"a":{"-3":"x","0":"y"}}"#),
        ("a[0]=x&a[1]=y&a[0]=z", r#"{"a":["z","y"]}"#),
        ("a[][b]=1&a[][b]=2", r#"{"a":[{"b":"1"},{"b":"2"}]}"#),
        ("a[ ]=1", r#"{"a":["1"]}"#),
        ("a[9223372036854775807]=x&a[]=y", r#"{"a":{"9223372036854775807":"x"}}"#),
        // The last one wins, whatever it is; the place is that of the first.
        ("a=1&a[b]=2", r#"{"a":{"b":"2"}}"#),
        ("a[b]=1&a=2", r#"{"a":"2"}"#),
        ("a=1&b=2&a=3", r#"{"a":"3","b":"2"}"#),
        // U+0000 becomes U+FFFD, in names too, and they stay one name.
        ("a=x%00y", "{\"a\":\"x\u{fffd}y\"}"),
        ("a[%00][b]=1&a[%00][c]=2", "{\"a\":{\"\u{fffd}\":{\"b\":\"1\",\"c\":\"2\"}}}"),
        // Not UTF-8: windows-1251.
        ("a=%CF%F0", "Parameters are not valid UTF-8"),
        ("%CF=1", "Parameters are not valid UTF-8"),
    ];
    for (input, expected) in cases {
        assert_eq!(form(input), expected, "{input}");
    }
}

#[test]
fn json_bodies_decode_into_the_same_trees() {
    let cases = [
        (r#"{"a":1,"b":[true,null,1.5,"x"],"c":{"d":{}}}"#, r#"{"a":1,"b":[true,null,1.5,"x"],"c":{"d":{}}}"#),
        ("", "{}"),
        (" \r\n", "{}"),
        ("[]", "{}"),
        ("{}", "{}"),
        ("\u{feff}{\"a\":1}", r#"{"a":1}"#),
        (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
        (r#"{"a":"\u0000","\u0000":1}"#, "{\"a\":\"\u{fffd}\",\"\u{fffd}\":1}"),
        (r#"{"a":18446744073709551615}"#, r#"{"a":18446744073709551615}"#),
        ("[1]", "Invalid JSON"),
        ("null", "Invalid JSON"),
        ("\"a\"", "Invalid JSON"),
        (r#"{"a":1"#, "Invalid JSON"),
        (r#"{"a":1} x"#, "Invalid JSON"),
        (r#"{"a":NaN}"#, "Invalid JSON"),
        ("a=1", "Invalid JSON"),
    ];
    for (input, expected) in cases {
        assert_eq!(json(input), expected, "{input}");
    }
    assert_eq!(decode_json(b"{\"a\":\"\xff\"}", Limits::default()), Err(DecodeError::NotUtf8));
    assert_eq!(decode_json(b"{\n x", Limits::default()), Err(DecodeError::Json { line: 2, column: 2 }));
}

#[test]
fn limits_hold_exactly() {
    let too_deep = Err(DecodeError::TooDeep { depth_max: 64 });
    let too_many = Err(DecodeError::TooManyValues { leaves_max: 100_000 });
    let limits = Limits::default();
    let is_ok = |result: Result<wire::Map, DecodeError>| result.map(|_| ());

    for (keys, expected) in [(64, Ok(())), (65, too_deep), (100_000, too_deep)] {
        let name = format!("a{}=1", "[b]".repeat(keys - 1));
        assert_eq!(is_ok(decode_form(name.as_bytes(), limits)), expected, "form, {keys} keys");
        let body = format!("{}1{}", "{\"a\":".repeat(keys), "}".repeat(keys));
        assert_eq!(is_ok(decode_json(body.as_bytes(), limits)), expected, "JSON, {keys} keys");
        let body = format!("{{\"a\":{}1{}}}", "[".repeat(keys - 1), "]".repeat(keys - 1));
        assert_eq!(is_ok(decode_json(body.as_bytes(), limits)), expected, "JSON lists, {keys} keys");
    }
    for (leaves, expected) in [(100_000, Ok(())), (100_001, too_many)] {
        let body = "a[]=&".repeat(leaves);
        assert_eq!(is_ok(decode_form(body.as_bytes(), limits)), expected, "form, {leaves} leaves");
        for leaf in ["1,", "[],"] {
            // The list itself is one of the containers.
            let leaves = if leaf == "[]," { leaves - 2 } else { leaves };
            let body = format!("{{\"a\":[{}]}}", leaf.repeat(leaves).trim_end_matches(','));
            assert_eq!(is_ok(decode_json(body.as_bytes(), limits)), expected, "JSON, {leaves} of {leaf}");
        }
    }
    // Few leaves, many containers.
    let body = format!("a{}=&", "[]".repeat(60)).repeat(2_000);
    assert_eq!(is_ok(decode_form(body.as_bytes(), limits)), too_many);
    let body = format!("{{\"a\":[{}]}}", format!("{}1{},", "[".repeat(60), "]".repeat(60)).repeat(2_000));
    assert_eq!(is_ok(decode_json(body.replace(",]}", "]}").as_bytes(), limits)), too_many);
}

#[test]
fn parts_of_a_multipart_body_make_the_same_tree() {
    let mut parts = FormBuilder::new(Limits::default());
    for (name, value) in [("fields[NAME]", "a b"), ("files[]", "x"), ("files[]", "y+%20"), ("n", "\0")] {
        parts.push(name, value).expect("within the limits");
    }
    parts.push("fields[FILE]", Node::Number(7.into())).expect("within the limits");
    let expected = "{\"fields\":{\"NAME\":\"a b\",\"FILE\":7},\"files\":[\"x\",\"y+%20\"],\"n\":\"\u{fffd}\"}";
    assert_eq!(shown(&parts.finish()), expected);
}
