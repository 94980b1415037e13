//! Bodies of events, decoded: one `key=value` per line.

use super::*;

fn chat() -> ChatRef {
    ChatRef { connector: "OL_0".to_owned(), line_id: 3, external_id: "1".to_owned(), customer_id: 8 }
}

fn outgoing(signature: Option<&str>, connector_ids: &[&str]) -> Fact {
    Fact::Outgoing {
        chat: chat(),
        chat_id: 13,
        message_id: 297,
        author_id: if signature.is_some() { 1 } else { 0 },
        signature: signature.map(str::to_owned),
        body: "text".to_owned(),
        connector_ids: connector_ids.iter().map(|id| (*id).to_owned()).collect(),
    }
}

fn session(closed: bool) -> Fact {
    Fact::Session { chat: chat(), session_id: 42, parent_id: 0, closed, close_term_minutes: 10 }
}

fn line_message() -> Fact {
    Fact::LineMessage {
        chat: chat(),
        chat_id: 13,
        message_id: 297,
        at_ms: 1_749_990_400_000,
        body: "hello".to_owned(),
        author_id: 8,
        system: false,
    }
}

fn file(state: State) -> File {
    File {
        id: 5,
        purpose: "attachment".to_owned(),
        chat_id: 13,
        message_id: 297,
        author_id: 1,
        name: "price list.png".to_owned(),
        source_url: "https://files.example/a.png".to_owned(),
        state,
        reason: String::new(),
        mime: "image/png".to_owned(),
        size_bytes: 2048,
        width: 640,
        height: 480,
        has_preview: false,
        secret: "s3cret".to_owned(),
        created_ms: 0,
        content_id: 0,
        folder_id: None,
    }
}

fn locale(zone: &TimeZone) -> Locale<'_> {
    Locale { portal_url: "https://portal.example", language: "en", time_zone: zone }
}

fn auth(tokens: Option<Tokens>) -> Auth {
    Auth {
        domain: "portal.example".to_owned(),
        server_endpoint: "https://oauth.example/rest/".to_owned(),
        client_endpoint: "https://portal.example/rest/".to_owned(),
        member_id: "a1".to_owned(),
        application_token: "b2".to_owned(),
        tokens,
    }
}

fn tokens(refresh_token: Option<&str>) -> Tokens {
    Tokens {
        user_id: 1,
        access_token: "acc".to_owned(),
        expires_ms: 1_750_003_600_000,
        refresh_token: refresh_token.map(str::to_owned),
        scope: "imopenlines,imbot,im,user".to_owned(),
    }
}

fn lines(form: &str) -> Vec<String> {
    url::form_urlencoded::parse(form.as_bytes()).map(|(key, value)| format!("{key}={value}")).collect()
}

/// The lines of `data` alone.
fn data_lines(code: EventCode, fact: &Fact, files: &[File]) -> Vec<String> {
    let zone = TimeZone::get("Europe/Moscow").unwrap();
    let body = data(code.code, fact, files, &locale(&zone));
    lines(&wire::php::encode_form(&[("data", body)]))
}

fn whole(code: EventCode, fact: &Fact, auth: &Auth) -> Vec<String> {
    let event =
        Event { code: code.code, handler_id: 555, fact, files: &[], now: 1_750_000_000_999, auth, bot_auth: auth };
    lines(&form(&event, &locale(&TimeZone::UTC)))
}

#[test]
fn the_installation_is_told_as_captured() {
    let body = whole(EventCode::AppInstall, &Fact::Installed { version: 1 }, &auth(Some(tokens(Some("ref")))));
    assert_eq!(
        body,
        [
            "event=ONAPPINSTALL",
            "event_handler_id=555",
            "data[VERSION]=1",
            "data[ACTIVE]=Y",
            "data[INSTALLED]=Y",
            "data[LANGUAGE_ID]=en",
            "ts=1750000000",
            "auth[access_token]=acc",
            "auth[expires]=1750003600",
            "auth[expires_in]=3600",
            "auth[scope]=imopenlines,imbot,im,user",
            "auth[domain]=portal.example",
            "auth[server_endpoint]=https://oauth.example/rest/",
            "auth[status]=L",
            "auth[client_endpoint]=https://portal.example/rest/",
            "auth[member_id]=a1",
            "auth[user_id]=1",
            "auth[refresh_token]=ref",
            "auth[application_token]=b2",
        ]
    );
}

#[test]
fn a_message_goes_out_as_captured() {
    let body = whole(EventCode::ConnectorMessageAdd, &outgoing(Some("Name"), &[]), &auth(Some(tokens(None))));
    assert_eq!(
        body,
        [
            "event=ONIMCONNECTORMESSAGEADD",
            "event_handler_id=555",
            "data[CONNECTOR]=OL_0",
            "data[LINE]=3",
            "data[MESSAGES][0][im][chat_id]=13",
            "data[MESSAGES][0][im][message_id]=297",
            "data[MESSAGES][0][message][user_id]=1",
            "data[MESSAGES][0][message][text]=[b]Name:[/b][br] text",
            "data[MESSAGES][0][chat][id]=1",
            "ts=1750000000",
            "auth[access_token]=acc",
            "auth[expires]=1750003600",
            "auth[expires_in]=3600",
            "auth[scope]=imopenlines,imbot,im,user",
            "auth[domain]=portal.example",
            "auth[server_endpoint]=https://oauth.example/rest/",
            "auth[status]=L",
            "auth[client_endpoint]=https://portal.example/rest/",
            "auth[member_id]=a1",
            "auth[user_id]=1",
            "auth[application_token]=b2",
        ]
    );
}

#[test]
fn without_an_employee_there_are_no_tokens() {
    let body = whole(EventCode::SessionStart, &session(false), &auth(None));
    assert_eq!(
        body,
        [
            "event=ONSESSIONSTART",
            "event_handler_id=555",
            "eventId=555",
            "data[DATA][0][connector][connector_id]=OL_0",
            "data[DATA][0][connector][line_id]=3",
            "data[DATA][0][connector][chat_id]=1",
            "data[DATA][0][connector][user_id]=8",
            "data[DATA][0][session][id]=42",
            "data[DATA][0][session][closed]=N",
            "data[DATA][0][session][parent_id]=0",
            "data[DATA][0][session][close_term]=10",
            "data[DATA][0][chat][id]=1",
            "data[DATA][0][user][id]=8",
            "ts=1750000000",
            "auth[domain]=portal.example",
            "auth[server_endpoint]=https://oauth.example/rest/",
            "auth[client_endpoint]=https://portal.example/rest/",
            "auth[member_id]=a1",
            "auth[application_token]=b2",
        ]
    );
}

#[test]
fn seven_events_carry_their_handler_under_both_names() {
    let facts = [
        (EventCode::ConnectorDialogStart, session(false)),
        (EventCode::ConnectorDialogFinish, session(true)),
        (EventCode::LineMessageAdd, line_message()),
        (EventCode::LineMessageUpdate, line_message()),
        (EventCode::LineMessageDelete, line_message()),
        (EventCode::SessionStart, session(false)),
        (EventCode::SessionFinish, session(true)),
    ];
    for (code, fact) in &facts {
        assert_eq!(whole(*code, fact, &auth(None))[2], "eventId=555", "{}", code.code);
    }
    let others = [
        (EventCode::ConnectorMessageAdd, outgoing(None, &[])),
        (EventCode::ConnectorLineDelete, Fact::LineGone { line_id: 3 }),
    ];
    for (code, fact) in &others {
        assert!(!whole(*code, fact, &auth(None)).contains(&"eventId=555".to_owned()), "{}", code.code);
    }
}

#[test]
fn data_of_every_event() {
    let im = ["data[MESSAGES][0][im][chat_id]=13", "data[MESSAGES][0][im][message_id]=297"];
    let head = ["data[CONNECTOR]=OL_0", "data[LINE]=3"];
    let table: Vec<(EventCode, Fact, Vec<&str>)> = vec![
        (
            EventCode::ConnectorMessageAdd,
            outgoing(None, &[]),
            [
                &head[..],
                &im,
                &["data[MESSAGES][0][message][user_id]=0", "data[MESSAGES][0][message][text]=text"],
                &["data[MESSAGES][0][chat][id]=1"],
            ]
            .concat(),
        ),
        (
            EventCode::ConnectorMessageUpdate,
            outgoing(Some("Ann Lee"), &["ext-5", "ext-6"]),
            [
                &head[..],
                &im,
                &[
                    "data[MESSAGES][0][message][id][0]=ext-5",
                    "data[MESSAGES][0][message][id][1]=ext-6",
                    "data[MESSAGES][0][message][text]=[b]Ann Lee:[/b][br] text",
                    "data[MESSAGES][0][chat][id]=1",
                ],
            ]
            .concat(),
        ),
        (
            EventCode::ConnectorMessageUpdate,
            outgoing(None, &[]),
            [&head[..], &im, &["data[MESSAGES][0][message][text]=text", "data[MESSAGES][0][chat][id]=1"]].concat(),
        ),
        (
            EventCode::ConnectorMessageDelete,
            outgoing(None, &["ext-5", "ext-6"]),
            [
                &head[..],
                &im,
                &[
                    "data[MESSAGES][0][message][id]=ext-5",
                    "data[MESSAGES][0][chat][id]=1",
                    "data[MESSAGES][1][im][chat_id]=13",
                    "data[MESSAGES][1][im][message_id]=297",
                    "data[MESSAGES][1][message][id]=ext-6",
                    "data[MESSAGES][1][chat][id]=1",
                ],
            ]
            .concat(),
        ),
        (
            EventCode::ConnectorMessageDelete,
            outgoing(None, &[]),
            [&head[..], &im, &["data[MESSAGES][0][message][id]=", "data[MESSAGES][0][chat][id]=1"]].concat(),
        ),
        (
            EventCode::ConnectorDialogFinish,
            session(true),
            vec![
                "data[CONNECTOR]=OL_0",
                "data[LINE]=3",
                "data[DATA][0][connector][connector_id]=OL_0",
                "data[DATA][0][connector][line_id]=3",
                "data[DATA][0][connector][chat_id]=1",
                "data[DATA][0][connector][user_id]=8",
                "data[DATA][0][session][id]=42",
                "data[DATA][0][session][closed]=Y",
                "data[DATA][0][session][parent_id]=0",
                "data[DATA][0][session][close_term]=10",
                "data[DATA][0][chat][id]=1",
                "data[DATA][0][user][id]=8",
            ],
        ),
        (
            EventCode::ConnectorStatusDelete,
            Fact::ChannelGone { connector: "OL_0".to_owned(), line_id: 107 },
            vec!["data[connector]=OL_0", "data[line]=107"],
        ),
        (EventCode::ConnectorLineDelete, Fact::LineGone { line_id: 107 }, vec!["data=107"]),
        (
            EventCode::LineMessageAdd,
            line_message(),
            vec![
                "data[DATA][0][connector][connector_id]=OL_0",
                "data[DATA][0][connector][line_id]=3",
                "data[DATA][0][connector][chat_id]=1",
                "data[DATA][0][connector][user_id]=8",
                "data[DATA][0][chat][id]=13",
                "data[DATA][0][message][id]=297",
                "data[DATA][0][message][date]=2025-06-15T15:26:40+03:00",
                "data[DATA][0][message][text]=hello",
                "data[DATA][0][message][attach]=",
                "data[DATA][0][message][system]=N",
                "data[DATA][0][message][user_id]=8",
                "data[DATA][0][extra][EXTRA_URL]=",
            ],
        ),
        (
            EventCode::LineMessageDelete,
            line_message(),
            vec![
                "data[CONNECTOR]=OL_0",
                "data[LINE]=3",
                "data[DATA][0][im][chat_id]=13",
                "data[DATA][0][im][message_id]=297",
                "data[DATA][0][message][id]=297",
                "data[DATA][0][chat][id]=13",
            ],
        ),
        (
            EventCode::AppUninstall,
            Fact::Uninstalled { application_token: "b2".to_owned() },
            vec!["data[LANGUAGE_ID]=en", "data[CLEAN]=1"],
        ),
        (
            EventCode::AppTest,
            Fact::Test { query: json!({"any": "data", "list": [1, true]}) },
            vec!["data[QUERY][any]=data", "data[QUERY][list][0]=1", "data[QUERY][list][1]=1", "data[LANGUAGE_ID]=en"],
        ),
        (EventCode::OfflineEvent, Fact::OfflineStored, vec![]),
    ];
    for (code, fact, expected) in table {
        assert_eq!(data_lines(code, &fact, &[]), expected, "{}", code.code);
    }
}

#[test]
fn files_go_along_with_absolute_addresses() {
    let body = data_lines(EventCode::ConnectorMessageAdd, &outgoing(None, &[]), &[file(State::Ready)]);
    let prefix = "data[MESSAGES][0][message][files][0]";
    let files: Vec<&str> = body.iter().filter_map(|line| line.strip_prefix(prefix)).collect();
    assert_eq!(
        files,
        [
            "[name]=price list.png",
            "[type]=image",
            "[mime]=image/png",
            "[size]=2048",
            "[link]=https://portal.example/files/s3cret/price%20list.png",
            "[downloadLink]=https://portal.example/files/s3cret/price%20list.png",
            "[width]=640",
            "[height]=480",
        ]
    );
    let body = data_lines(EventCode::ConnectorMessageAdd, &outgoing(None, &[]), &[file(State::Loading)]);
    assert!(body.contains(&format!("{prefix}[link]=https://files.example/a.png")), "{body:?}");
}

#[test]
fn only_some_events_carry_a_refresh_token() {
    let carrying: Vec<&str> =
        EventCode::ALL.iter().map(|code| code.code).filter(|code| carries_refresh_token(code)).collect();
    assert_eq!(carrying, ["ONAPPINSTALL", "ONAPPUPDATE", "ONOFFLINEEVENT"]);
}
