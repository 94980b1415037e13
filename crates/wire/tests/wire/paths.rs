//! Request paths and dialogue names.

use wire::path::parse_path;
use wire::{Format, RestPath, Route, UserCode};

#[test]
fn paths_name_methods() {
    let hook = |user: i64, code: &str| Some((user, code.to_owned()));
    for (path, webhook, method, format) in [
        ("/rest/im.message.add", None, "im.message.add", Format::Json),
        ("/rest/7/abc1/im.message.add", hook(7, "abc1"), "im.message.add", Format::Json),
        ("/rest//profile", None, "profile", Format::Json),
        ("//rest///7//abc1//profile//", hook(7, "abc1"), "profile", Format::Json),
        ("/rest/7/AbC1/profile/", hook(7, "AbC1"), "profile", Format::Json),
        ("/rest/profile.json", None, "profile", Format::Json),
        ("/rest/profile.JSON/", None, "profile", Format::Json),
        ("/rest/7/abc1/profile.Xml", hook(7, "abc1"), "profile", Format::Xml),
        ("/rest/profile.json.xml", None, "profile.json", Format::Xml),
        ("/rest/profile.yaml", None, "profile.yaml", Format::Json),
        ("/REST/im.v2.File.upload", None, "im.v2.file.upload", Format::Json),
        ("/rest/im%2Emessage%2eadd", None, "im.message.add", Format::Json),
        ("/rest/im%252Emessage", None, "im%2emessage", Format::Json),
        ("/rest/imopenlines.session.mode.pinAll", None, "imopenlines.session.mode.pinall", Format::Json),
        ("/rest/7/abc1", None, "7/abc1", Format::Json),
        ("/rest/7/abc1/a/b", hook(7, "abc1"), "a/b", Format::Json),
        ("/rest/seven/abc1/profile", None, "seven/abc1/profile", Format::Json),
        ("/rest/99999999999999999999/abc1/profile", hook(i64::MAX, "abc1"), "profile", Format::Json),
        ("/rest/", None, "", Format::Json),
        ("/rest", None, "", Format::Json),
    ] {
        let expected = Route::Method(RestPath { webhook, method: method.to_owned(), format });
        assert_eq!(parse_path(path), Some(expected), "{path}");
    }
    for path in ["/rest/api/tasks.task.get", "/rest/API/1/code/x", "/rest//api"] {
        assert_eq!(parse_path(path), Some(Route::V3), "{path}");
    }
    for path in ["", "/", "/restful/x", "/x/rest/y", "/rest/%ff", "/oauth/token/"] {
        assert_eq!(parse_path(path), None, "{path}");
    }
}

#[test]
fn user_codes_are_parsed_and_printed() {
    for (text, connector, line, chat, user) in [
        ("livechat|22|1775|599", "livechat", 22, "1775", "599"),
        ("imol|livechat|1|67|21", "livechat", 1, "67", "21"),
        ("IMOL|livechat|1|67|21", "livechat", 1, "67", "21"),
        ("wa|107|a|b|c|5", "wa", 107, "a|b|c", "5"),
        ("myconnector|107|channel-123|ext-user-42", "myconnector", 107, "channel-123", "ext-user-42"),
        ("imol|5|chat|6", "imol", 5, "chat", "6"),
        ("wa|107||0", "wa", 107, "", "0"),
    ] {
        let code: UserCode = text.parse().expect(text);
        let expected = UserCode { connector: connector.into(), line, chat: chat.into(), user: user.into() };
        assert_eq!(code, expected, "{text}");
        assert_eq!(code.to_string(), format!("{connector}|{line}|{chat}|{user}"));
        assert_eq!(code.to_crm(), format!("imol|{connector}|{line}|{chat}|{user}"));
    }
    for text in ["", "a|b", "a|1|c", "a|x|c|d", "|1|c|d", "imol|", "imol|a|b|c", "Ыы|1"] {
        assert!(text.parse::<UserCode>().is_err(), "{text}");
    }
}
