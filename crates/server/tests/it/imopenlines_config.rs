//! `imopenlines.config.*` and `.revision.get`

use serde_json::{Value, json};

use crate::support::{World, on_both};

/// Adds a line and returns its id.
pub async fn add(world: &World, params: Value) -> i64 {
    world.call("imopenlines.config.add", json!({"PARAMS": params})).await.result().as_i64().unwrap()
}

/// Some fields of config.get.
async fn shown(world: &World, id: i64, names: &[&str]) -> Value {
    let reply = world.call("imopenlines.config.get", json!({"CONFIG_ID": id})).await;
    names.iter().map(|name| ((*name).to_owned(), reply.result()[*name].clone())).collect()
}

/// `method parameters` → `status CODE: text`, or the result.
pub async fn check(world: &World, cases: &[(&str, Value, &str)]) {
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
