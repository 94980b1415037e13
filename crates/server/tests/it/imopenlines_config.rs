//! `imopenlines.config.*` and `.revision.get`

use serde_json::{Value, json};

use crate::support::{World, on_both};

async fn add(world: &World, params: Value) -> i64 {
    world.call("imopenlines.config.add", json!({"PARAMS": params})).await.result().as_i64().unwrap()
}

/// Some fields of config.get.
async fn shown(world: &World, id: i64, names: &[&str]) -> Value {
    let reply = world.call("imopenlines.config.get", json!({"CONFIG_ID": id})).await;
    names.iter().map(|name| ((*name).to_owned(), reply.result()[*name].clone())).collect()
}

/// `method parameters` → `status CODE: text`, or the result.
async fn check(world: &World, cases: &[(&str, Value, &str)]) {
    for (method, parameters, expected) in cases {
        let reply = world.call(method, parameters.clone()).await;
        let found = match reply.status {
            200 => reply.result().to_string(),
            _ => reply.brief(),
        };
        assert_eq!(found, *expected, "{method} {parameters}");
    }
}

#[test]
fn a_new_line_has_every_documented_field() {
    on_both(|world| async move {
        let added = world.hook("imopenlines.config.add", json!(null)).await;
        assert_eq!(added.result(), &json!(2), "a number, unlike ID in config.get");
        let reply = world.call("imopenlines.config.get", json!({"CONFIG_ID": 2})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.result(), @r##"
        {
          "ID": "2",
          "LINE_NAME": "Open line 2",
          "ACTIVE": "Y",
          "QUEUE_TYPE": "evenly",
          "QUEUE_TIME": "60",
          "NO_ANSWER_TIME": "60",
          "CHECK_AVAILABLE": "N",
          "WATCH_TYPING": "Y",
          "MAX_CHAT": "0",
          "TYPE_MAX_CHAT": "answered_new",
          "OPERATOR_DATA": "profile",
          "DEFAULT_OPERATOR_DATA": [],
          "SESSION_PRIORITY": "0",
          "WELCOME_MESSAGE": "Y",
          "WELCOME_MESSAGE_TEXT": null,
          "SEND_WELCOME_EACH_SESSION": "N",
          "WELCOME_BOT_ENABLE": "N",
          "WELCOME_BOT_JOIN": "first",
          "WELCOME_BOT_ID": "0",
          "WELCOME_BOT_TIME": "60",
          "WELCOME_BOT_LEFT": "queue",
          "USE_WELCOME_FORM": "N",
          "WELCOME_FORM_ID": "0",
          "WELCOME_FORM_DELAY": "Y",
          "IGNORE_WELCOME_FORM_RESPONSIBLE": "N",
          "NO_ANSWER_RULE": "none",
          "NO_ANSWER_FORM_ID": "0",
          "NO_ANSWER_BOT_ID": "0",
          "NO_ANSWER_TEXT": null,
          "WORKTIME_ENABLE": "N",
          "WORKTIME_FROM": "9",
          "WORKTIME_TO": "18.30",
          "WORKTIME_TIMEZONE": "UTC",
          "WORKTIME_HOLIDAYS": [
            ""
          ],
          "WORKTIME_DAYOFF": [
            ""
          ],
          "WORKTIME_DAYOFF_RULE": "none",
          "WORKTIME_DAYOFF_FORM_ID": "0",
          "WORKTIME_DAYOFF_BOT_ID": "0",
          "WORKTIME_DAYOFF_TEXT": null,
          "CLOSE_RULE": "text",
          "CLOSE_FORM_ID": "0",
          "CLOSE_BOT_ID": "0",
          "CLOSE_TEXT": null,
          "FULL_CLOSE_TIME": "10",
          "CONFIRM_CLOSE": "Y",
          "AUTO_CLOSE_RULE": "none",
          "AUTO_CLOSE_TIME": "0",
          "AUTO_CLOSE_FORM_ID": "0",
          "AUTO_CLOSE_BOT_ID": "0",
          "AUTO_CLOSE_TEXT": "",
          "AUTO_EXPIRE_TIME": "86400",
          "VOTE_MESSAGE": "Y",
          "VOTE_TIME_LIMIT": "0",
          "VOTE_BEFORE_FINISH": "Y",
          "VOTE_CLOSING_DELAY": "N",
          "VOTE_MESSAGE_1_TEXT": "Please rate the quality of the conversation.",
          "VOTE_MESSAGE_1_LIKE": "Thank you for your rating!",
          "VOTE_MESSAGE_1_DISLIKE": "We are sorry. We will do better.",
          "VOTE_MESSAGE_2_TEXT": "Please rate the conversation: send 1 if it was good, 0 if it was not.",
          "VOTE_MESSAGE_2_LIKE": "Thank you for your rating!",
          "VOTE_MESSAGE_2_DISLIKE": "We are sorry. We will do better.",
          "CRM": "N",
          "CRM_CREATE": "none",
          "CRM_CREATE_SECOND": "0",
          "CRM_CREATE_THIRD": "Y",
          "CRM_FORWARD": "Y",
          "CRM_CHAT_TRACKER": "N",
          "CRM_TRANSFER_CHANGE": "Y",
          "CRM_SOURCE": "create",
          "CATEGORY_ENABLE": "N",
          "CATEGORY_ID": "0",
          "QUICK_ANSWERS_IBLOCK_ID": "0",
          "LANGUAGE_ID": null,
          "TEMPORARY": "N",
          "KPI_FIRST_ANSWER_TIME": "0",
          "KPI_FIRST_ANSWER_ALERT": "N",
          "KPI_FIRST_ANSWER_LIST": null,
          "KPI_FIRST_ANSWER_TEXT": "#OPERATOR# has not answered #DIALOG# in time.",
          "KPI_FURTHER_ANSWER_TIME": "0",
          "KPI_FURTHER_ANSWER_ALERT": "N",
          "KPI_FURTHER_ANSWER_LIST": null,
          "KPI_FURTHER_ANSWER_TEXT": "#OPERATOR# has not answered #DIALOG# in time.",
          "KPI_CHECK_OPERATOR_ACTIVITY": "N",
          "AGREEMENT_MESSAGE": "N",
          "AGREEMENT_ID": "0",
          "SEND_NOTIFICATION_EMPTY_QUEUE": "N",
          "XML_ID": null,
          "DATE_CREATE": {},
          "DATE_MODIFY": {},
          "MODIFY_USER_ID": "1",
          "QUEUE": [
            "1"
          ],
          "QUEUE_FULL": {
            "1": {
              "ID": "2",
              "SORT": "0",
              "USER_ID": "1",
              "DEPARTMENT_ID": "0",
              "USER_NAME": null,
              "USER_WORK_POSITION": null,
              "USER_AVATAR": null,
              "USER_AVATAR_ID": "0"
            }
          },
          "QUEUE_USERS_FIELDS": {
            "1": {
              "USER_NAME": null,
              "USER_WORK_POSITION": null,
              "USER_AVATAR": null,
              "USER_AVATAR_ID": "0"
            }
          },
          "QUEUE_ONLINE": "Y"
        }
        "##); }
        world.end().await;
    });
}

#[test]
fn input_comes_in_many_shapes_and_is_kept_in_one() {
    on_both(|world| async move {
        let (other, _) = world.add_employee("Boris").await;
        let id = add(
            &world,
            json!({
                "LINE_NAME": "  Desk ", "ACTIVE": false, "QUEUE": {"U": ["1", other, 999, 1]},
                "QUEUE_TYPE": "ALL", "QUEUE_TIME": "90", "MAX_CHAT": 3, "WELCOME_MESSAGE": false, "CRM": "true",
                "CHECK_AVAILABLE": 1, "WORKTIME_FROM": "09:30", "WORKTIME_TO": "0", "WORKTIME_TIMEZONE": "Europe/Berlin",
                "WORKTIME_HOLIDAYS": "01.01, 25.12", "WORKTIME_DAYOFF": {"0": "sa", "1": "SU"}, "CLOSE_TEXT": "[b]Bye[/b]",
                "DEFAULT_OPERATOR_DATA": {"name": "Desk", "AVATAR_ID": 5, "OTHER": "x"}, "KPI_FIRST_ANSWER_LIST": [1, "2"],
                "XML_ID": "mine", "NO_SUCH_FIELD": 1, "TIMEMAN": "Y", "QUEUE_OPERATOR_DATA": {"1": {"NAME": "x"}},
            }),
        )
        .await;
        let names = [
            "LINE_NAME",
            "ACTIVE",
            "QUEUE",
            "QUEUE_TYPE",
            "QUEUE_TIME",
            "MAX_CHAT",
            "WELCOME_MESSAGE",
            "CRM",
            "CHECK_AVAILABLE",
            "WORKTIME_FROM",
            "WORKTIME_TO",
            "WORKTIME_TIMEZONE",
            "WORKTIME_HOLIDAYS",
            "WORKTIME_DAYOFF",
            "CLOSE_TEXT",
            "DEFAULT_OPERATOR_DATA",
            "KPI_FIRST_ANSWER_LIST",
            "XML_ID",
            "NO_SUCH_FIELD",
        ];
        let found = shown(&world, id, &names).await;
        insta::allow_duplicates! { insta::assert_compact_json_snapshot!(found, @r#"
        {
          "LINE_NAME": "Desk",
          "ACTIVE": "N",
          "QUEUE": [
            "1",
            "2"
          ],
          "QUEUE_TYPE": "all",
          "QUEUE_TIME": "90",
          "MAX_CHAT": "3",
          "WELCOME_MESSAGE": "N",
          "CRM": "Y",
          "CHECK_AVAILABLE": "Y",
          "WORKTIME_FROM": "9.30",
          "WORKTIME_TO": "0",
          "WORKTIME_TIMEZONE": "Europe/Berlin",
          "WORKTIME_HOLIDAYS": [
            "01.01",
            "25.12"
          ],
          "WORKTIME_DAYOFF": [
            "SA",
            "SU"
          ],
          "CLOSE_TEXT": "[b]Bye[/b]",
          "DEFAULT_OPERATOR_DATA": {
            "NAME": "Desk",
            "AVATAR_ID": "5"
          },
          "KPI_FIRST_ANSWER_LIST": [
            "1",
            "2"
          ],
          "XML_ID": null,
          "NO_SUCH_FIELD": null
        }
        "#); }
        // What does not fit leaves what was there (D-47).
        let update = json!({"CONFIG_ID": id.to_string(), "PARAMS": {
            "QUEUE_TYPE": "fastest", "QUEUE_TIME": -1, "MAX_CHAT": "many", "CRM": "perhaps", "WORKTIME_FROM": "25:00",
            "WORKTIME_TIMEZONE": "Mars/Olympus", "WORKTIME_DAYOFF": ["XX"], "WORKTIME_HOLIDAYS": "99.99", "LINE_NAME": "",
            "CLOSE_TEXT": null, "QUEUE": [{"ENTITY_TYPE": "department", "ENTITY_ID": "7"}, {"ENTITY_TYPE": "user", "ENTITY_ID": other}, {"x": 1}],
        }});
        assert_eq!(world.call("imopenlines.config.update", update).await.result(), &json!(true));
        let found = shown(&world, id, &names).await;
        insta::allow_duplicates! { insta::assert_compact_json_snapshot!(found, @r#"
        {
          "LINE_NAME": "Desk",
          "ACTIVE": "N",
          "QUEUE": [
            "2"
          ],
          "QUEUE_TYPE": "all",
          "QUEUE_TIME": "90",
          "MAX_CHAT": "3",
          "WELCOME_MESSAGE": "N",
          "CRM": "Y",
          "CHECK_AVAILABLE": "Y",
          "WORKTIME_FROM": "9.30",
          "WORKTIME_TO": "0",
          "WORKTIME_TIMEZONE": "Europe/Berlin",
          "WORKTIME_HOLIDAYS": [
            "01.01",
            "25.12"
          ],
          "WORKTIME_DAYOFF": [
            "SA",
            "SU"
          ],
          "CLOSE_TEXT": "[b]Bye[/b]",
          "DEFAULT_OPERATOR_DATA": {
            "NAME": "Desk",
            "AVATAR_ID": "5"
          },
          "KPI_FIRST_ANSWER_LIST": [
            "1",
            "2"
          ],
          "XML_ID": null,
          "NO_SUCH_FIELD": null
        }
        "#); }
        let emptied = json!({"CONFIG_ID": id, "PARAMS": {"WORKTIME_DAYOFF": [""], "WORKTIME_HOLIDAYS": "",
            "DEFAULT_OPERATOR_DATA": [], "KPI_FIRST_ANSWER_LIST": [], "QUEUE": [], "CLOSE_TEXT": "", "ACTIVE": "Y"}});
        assert_eq!(world.call("imopenlines.config.update", emptied).await.result(), &json!(true));
        let names = [
            "ACTIVE",
            "WORKTIME_DAYOFF",
            "WORKTIME_HOLIDAYS",
            "DEFAULT_OPERATOR_DATA",
            "KPI_FIRST_ANSWER_LIST",
            "CLOSE_TEXT",
            "QUEUE",
            "QUEUE_FULL",
            "QUEUE_USERS_FIELDS",
            "QUEUE_ONLINE",
        ];
        let found = shown(&world, id, &names).await;
        insta::allow_duplicates! { insta::assert_compact_json_snapshot!(found, @r#"
        {
          "ACTIVE": "Y",
          "WORKTIME_DAYOFF": [
            ""
          ],
          "WORKTIME_HOLIDAYS": [
            ""
          ],
          "DEFAULT_OPERATOR_DATA": [],
          "KPI_FIRST_ANSWER_LIST": [],
          "CLOSE_TEXT": "",
          "QUEUE": [],
          "QUEUE_FULL": [],
          "QUEUE_USERS_FIELDS": [],
          "QUEUE_ONLINE": "N"
        }
        "#); }
        world.end().await;
    });
}

#[test]
fn a_form_may_set_a_line_too() {
    on_both(|world| async move {
        let form = "PARAMS[LINE_NAME]=Desk&PARAMS[QUEUE][U][]=1&PARAMS[WORKTIME_DAYOFF][]=SA&PARAMS[ACTIVE]=N";
        let url = format!("{}/imopenlines.config.add", world.webhook);
        let request = world.http.post(url).header("Content-Type", "application/x-www-form-urlencoded").body(form);
        let reply = crate::support::read(request.send().await.unwrap()).await;
        let id = reply.result().as_i64().unwrap();
        let found = shown(&world, id, &["LINE_NAME", "QUEUE", "WORKTIME_DAYOFF", "ACTIVE"]).await;
        assert_eq!(found, json!({"LINE_NAME": "Desk", "QUEUE": ["1"], "WORKTIME_DAYOFF": ["SA"], "ACTIVE": "N"}));
        world.end().await;
    });
}

#[test]
fn get_leaves_out_what_is_not_wanted() {
    on_both(|world| async move {
        let reply = world.call("imopenlines.config.get", json!({"CONFIG_ID": 1, "WITH_QUEUE": "N"})).await;
        for name in ["QUEUE", "QUEUE_FULL", "QUEUE_USERS_FIELDS", "QUEUE_ONLINE"] {
            assert!(reply.result().get(name).is_none(), "{name}");
        }
        let app = &world.server.app;
        app.change(0, 0, |change| Ok(change.tx.execute("UPDATE users SET presence = 'away'", &[])?)).await.unwrap();
        let reply = world.call("imopenlines.config.get", json!({"CONFIG_ID": 1, "SHOW_OFFLINE": "N"})).await;
        assert_eq!((&reply.result()["QUEUE"], &reply.result()["QUEUE_ONLINE"]), (&json!([]), &json!("N")));
        world.end().await;
    });
}

#[test]
fn lines_are_changed_by_administrators_and_by_who_made_them() {
    on_both(|world| async move {
        let (_, token) = world.add_employee("Boris").await;
        let own = world.call_with(&token, "imopenlines.config.add", json!({"PARAMS": {"LINE_NAME": "Mine"}})).await;
        let own = own.result().as_i64().unwrap();
        let mut found = Vec::new();
        for (method, id) in [("update", 1), ("delete", 1), ("update", own), ("delete", own), ("delete", own)] {
            let parameters = json!({"CONFIG_ID": id, "PARAMS": {"LINE_NAME": "x"}});
            let reply = world.call_with(&token, &format!("imopenlines.config.{method}"), parameters).await;
            found.push(if reply.status == 200 { reply.result().to_string() } else { reply.brief() });
        }
        let denied = "403 CONFIG_WRONG_USER_PERMISSION: Permission denied";
        assert_eq!(found, [denied, denied, "true", "true", "false"]);
        world.end().await;
    });
}

#[test]
fn deleting_a_line_closes_its_sessions_and_keeps_its_chats() {
    on_both(|world| async move {
        let chat = crate::imopenlines_sessions::first_message(&world).await;
        check(&world, &[("imopenlines.config.delete", json!({"CONFIG_ID": "1"}), "true")]).await;
        assert_eq!(world.count("SELECT count(*) FROM sessions WHERE closed_ms IS NULL").await, 0);
        assert_eq!(world.count("SELECT count(*) FROM channels").await, 0);
        let history = world.call("imopenlines.session.history.get", json!({"CHAT_ID": chat})).await;
        assert_eq!(history.result()["message"]["1"]["text"], json!("hello"));
        let sent = world.send(json!([World::message("m2", "still there?")])).await;
        assert_eq!(sent.brief(), "400 NOT_ACTIVE_LINE: The line with this ID is inactive or does not exist");
        world.end().await;
    });
}

#[test]
fn small_answers_and_errors() {
    on_both(|world| async move {
        let empty = "400 CONFIG_ID_EMPTY: Config ID can't be empty";
        check(
            &world,
            &[
                ("imopenlines.revision.get", json!({}), r#"{"rest":2,"web":1,"mobile":1}"#),
                (
                    "imopenlines.config.path.get",
                    json!({}),
                    &json!({"SERVER_ADDRESS": world.base, "PUBLIC_PATH": "/contact_center/"}).to_string(),
                ),
                ("imopenlines.config.get", json!({"CONFIG_ID": 99}), "false"),
                ("imopenlines.config.update", json!({"CONFIG_ID": 99, "PARAMS": {"LINE_NAME": "x"}}), "false"),
                ("imopenlines.config.delete", json!({"CONFIG_ID": 99}), "false"),
                ("imopenlines.config.get", json!({}), empty),
                ("imopenlines.config.get", json!({"CONFIG_ID": "x"}), empty),
                ("imopenlines.config.update", json!({"CONFIG_ID": 0}), empty),
                ("imopenlines.config.delete", json!({"CONFIG_ID": ""}), empty),
                (
                    "imopenlines.config.add",
                    json!({"PARAMS": "x"}),
                    "400 ERROR_ARGUMENT: The value of an argument 'PARAMS' must be of type array",
                ),
                (
                    "imopenlines.config.add",
                    json!({"PARAMS": {"QUEUE": {"U": (1..=1001).collect::<Vec<_>>()}}}),
                    "400 ERROR_ARGUMENT: At most 1000 members are allowed in QUEUE: leave some out",
                ),
            ],
        )
        .await;
        world.end().await;
    });
}

#[test]
fn list_selects_filters_and_sorts() {
    on_both(|world| async move {
        add(&world, json!({"LINE_NAME": "Beta", "ACTIVE": "N", "QUEUE_TIME": 5})).await;
        add(&world, json!({"LINE_NAME": "Alpha", "QUEUE_TIME": 100, "QUEUE": [{"ENTITY_TYPE": "department", "ENTITY_ID": "10"}]})).await;
        let list = "imopenlines.config.list.get";
        let ids = |params: Value| {
            let mut params = params;
            params["select"] = json!(["ID"]);
            json!({"PARAMS": params})
        };
        check(
            &world,
            &[
                (list, ids(json!({})), r#"[{"ID":"1"},{"ID":"2"},{"ID":"3"}]"#),
                (list, ids(json!({"order": {"LINE_NAME": "ASC"}})), r#"[{"ID":"3"},{"ID":"2"},{"ID":"1"}]"#),
                (list, ids(json!({"order": {"QUEUE_TIME": "desc"}})), r#"[{"ID":"3"},{"ID":"1"},{"ID":"2"}]"#),
                (list, ids(json!({"filter": {"ACTIVE": "Y"}})), r#"[{"ID":"1"},{"ID":"3"}]"#),
                (list, ids(json!({"filter": {"ACTIVE": false}})), r#"[{"ID":"2"}]"#),
                (list, ids(json!({"filter": {"ID": [1, "3", 9]}})), r#"[{"ID":"1"},{"ID":"3"}]"#),
                (list, ids(json!({"filter": {"!ID": [1, 3]}})), r#"[{"ID":"2"}]"#),
                (list, ids(json!({"filter": {">=QUEUE_TIME": 60, "<ID": 3}})), r#"[{"ID":"1"}]"#),
                (list, ids(json!({"filter": {">QUEUE_TIME": 5, "<=QUEUE_TIME": "60"}})), r#"[{"ID":"1"}]"#),
                (list, ids(json!({"filter": {"%LINE_NAME": "ET"}})), r#"[{"ID":"2"}]"#),
                (list, ids(json!({"filter": {"=LINE_NAME": "Alpha"}})), r#"[{"ID":"3"}]"#),
                (list, ids(json!({"filter": {"CLOSE_TEXT": null, "<DATE_CREATE": "2020-01-01"}})), "[]"),
                (list, ids(json!({"filter": {">=DATE_CREATE": "2025-06-15T12:26:40+00:00"}})), r#"[{"ID":"1"},{"ID":"2"},{"ID":"3"}]"#),
                (list, ids(json!({"limit": 1, "offset": "1"})), r#"[{"ID":"2"}]"#),
                (list, ids(json!({"limit": 0, "offset": 2})), r#"[{"ID":"3"}]"#),
                (list, ids(json!({"limit": 1000, "offset": 3})), "[]"),
                (
                    list,
                    json!({"PARAMS": {"select": {"number": "ID", "title": "LINE_NAME", "since": "DATE_CREATE"}, "limit": 1}}),
                    r#"[{"number":"1","title":"Support","since":{}}]"#,
                ),
                (
                    list,
                    json!({"PARAMS": {"select": ["ID"], "limit": 1}, "OPTIONS": {"QUEUE": "Y", "CONFIG_QUEUE": "Y"}}),
                    r#"[{"ID":"1","QUEUE":[1],"QUEUE_USERS_FIELDS":{"1":{"USER_NAME":"Anna Ivanova","USER_WORK_POSITION":"Operator","USER_AVATAR":"","USER_AVATAR_ID":null}},"CONFIG_QUEUE":[{"ENTITY_ID":"1","ENTITY_TYPE":"user"}]}]"#,
                ),
                (
                    list,
                    json!({"PARAMS": {"select": ["ID"], "offset": 2}, "OPTIONS": {"QUEUE": "Y", "CONFIG_QUEUE": "Y"}}),
                    r#"[{"ID":"3","QUEUE":[],"QUEUE_USERS_FIELDS":[],"CONFIG_QUEUE":[{"ENTITY_ID":"10","ENTITY_TYPE":"department"}]}]"#,
                ),
            ],
        )
        .await;
        let all = world.call(list, json!({"PARAMS": {"limit": 1}})).await;
        let one = world.call("imopenlines.config.get", json!({"CONFIG_ID": 1, "WITH_QUEUE": "N"})).await;
        assert_eq!(&all.result()[0], one.result(), "without select every field is shown");
        let (_, token) = world.add_employee("Boris").await;
        let allowed = |action| json!({"PARAMS": {"select": ["ID"]}, "OPTIONS": {"CHECK_PERMISSION": action}});
        assert_eq!(world.call_with(&token, list, allowed("modify")).await.result(), &json!([]));
        assert_eq!(world.call(list, allowed("VIEW")).await.result().as_array().unwrap().len(), 3);
        world.end().await;
    });
}

#[test]
fn list_says_what_is_wrong() {
    on_both(|world| async move {
        let params = |value: Value| json!({"PARAMS": value});
        let options = |value: Value| json!({"OPTIONS": value});
        let cases = [
            (params(json!({"Select": [], "x": 1})), "Unsupported PARAMS fields are passed: Select, x"),
            (params(json!({"select": "ID"})), "A wrong format for the PARAMS field 'select' is passed"),
            (params(json!({"order": "ID"})), "A wrong format for the PARAMS field 'order' is passed"),
            (params(json!({"filter": 5})), "A wrong format for the PARAMS field 'filter' is passed"),
            (params(json!({"filter": {"ID": {"a": 1}}})), "A wrong format for the PARAMS field 'filter' is passed"),
            (params(json!({"limit": -1})), "A non-negative integer is expected in the PARAMS field 'limit'"),
            (params(json!({"limit": "ten"})), "A non-negative integer is expected in the PARAMS field 'limit'"),
            (params(json!({"offset": 1.5})), "A non-negative integer is expected in the PARAMS field 'offset'"),
            (params(json!({"select": ["ID", ""]})), "A wrong field name is passed in the PARAMS field 'select'"),
            (params(json!({"select": [5]})), "A wrong field name is passed in the PARAMS field 'select'"),
            (params(json!({"order": ["ID"]})), "A wrong field name is passed in the PARAMS field 'order'"),
            (params(json!({"filter": {"": 1}})), "A wrong field name is passed in the PARAMS field 'filter'"),
            (
                params(json!({"select": ["QUEUE", "ID", "x"]})),
                "An unknown field 'QUEUE, x' is passed in the PARAMS field 'select'",
            ),
            (params(json!({"order": {"id": "ASC"}})), "An unknown field 'id' is passed in the PARAMS field 'order'"),
            (params(json!({"filter": {"!=WHO": 1}})), "An unknown field 'WHO' is passed in the PARAMS field 'filter'"),
            (
                params(json!({"select": {"my name": "ID"}})),
                "A wrong field alias is passed in the PARAMS field 'select'",
            ),
            (
                params(json!({"select": {"CRM": "ID"}})),
                "The alias 'CRM' matches an existing field in the PARAMS field 'select'",
            ),
            (params(json!({"order": {"ID": "up"}})), "A wrong sorting direction is passed in the PARAMS field 'order'"),
            (options(json!({"QUEUES": "Y"})), "Unsupported OPTIONS fields are passed: QUEUES"),
            (options(json!({"QUEUE": ["Y"]})), "A wrong format for the OPTIONS field 'QUEUE' is passed"),
            (
                options(json!({"CONFIG_QUEUE": {"a": 1}})),
                "A wrong format for the OPTIONS field 'CONFIG_QUEUE' is passed",
            ),
            (
                options(json!({"CHECK_PERMISSION": "fly"})),
                "An unknown value for the OPTIONS field 'CHECK_PERMISSION' is passed",
            ),
        ];
        for (parameters, text) in cases {
            let reply = world.call("imopenlines.config.list.get", parameters.clone()).await;
            assert_eq!(reply.brief(), format!("400 INVALID_FORMAT: {text}"), "{parameters}");
        }
        world.end().await;
    });
}
