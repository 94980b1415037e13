//! `imopenlines.crm.*`

use serde_json::{Value, json};

use crate::crm_tracker::{configure, tracked, write};
use crate::support::{World, on_both};

/// A lead with a chat of an open session.
async fn lead_with_chat(world: &World) -> i64 {
    configure(world, json!({"CRM": "Y", "CRM_CREATE": "lead", "FULL_CLOSE_TIME": 0})).await;
    write(world, "u1", json!({"name": "Anna"}), "hello").await
}

async fn briefs(world: &World, method: &str, cases: &[(Value, &str)]) {
    for (parameters, brief) in cases {
        assert_eq!(world.call(method, parameters.clone()).await.brief(), *brief, "{method} {parameters}");
    }
}

#[test]
fn lead_create() {
    on_both(|world| async move {
        let sent = world.send(json!([{"user": {"id": "u1", "name": "Anna", "phone": "+49 30 901820"}, "message": {"text": "hi"}, "chat": {"id": "c"}}])).await;
        let chat: i64 = sent.result()["DATA"]["RESULT"][0]["session"]["CHAT_ID"].as_str().unwrap().parse().unwrap();
        let (_, boris_token) = world.add_employee("Boris").await;
        world.call("imopenlines.operator.answer", json!({"CHAT_ID": chat})).await;
        let denied = world.call_with(&boris_token, "imopenlines.crm.lead.create", json!({"CHAT_ID": chat})).await;
        assert_eq!(
            denied.brief(),
            "400 ACCESS_DENIED: You cannot open this conversation as you do not have sufficient permissions"
        );
        let created = world.hook("imopenlines.crm.lead.create", json!({"CHAT_ID": chat.to_string()})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(created.body["result"], @"true"); }
        world.call("imopenlines.crm.lead.create", json!({"CHAT_ID": chat})).await;
        let leads = world.call("crm.lead.list", json!({"select": ["TITLE", "PHONE", "SOURCE_ID"]})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(leads.result(), @r#"
        [
          {
            "ID": "1",
            "TITLE": "Anna - Support",
            "SOURCE_ID": "1|MYCONNECTOR",
            "PHONE": [
              {
                "ID": "2",
                "VALUE_TYPE": "WORK",
                "VALUE": "+4930901820",
                "TYPE_ID": "PHONE"
              }
            ]
          }
        ]
        "#); }
        let dialog = world.call("imopenlines.dialog.get", json!({"CHAT_ID": chat})).await;
        assert_eq!(dialog.result()["entity_data_1"], "Y|LEAD|1|N|N|1|1749990400|0|0|0");
        assert_eq!(dialog.result()["entity_data_2"], "LEAD|1|COMPANY|0|CONTACT|0|DEAL|0");
        world.call("imopenlines.session.join", json!({"CHAT_ID": chat})).await;
        world.execute("UPDATE sessions SET operator_id = 99").await;
        briefs(
            &world,
            "imopenlines.crm.lead.create",
            &[
                (json!({}), "400 CHAT_ID: The specified chat identifier is incorrect"),
                (json!({"CHAT_ID": 999}), "400 CHAT_ID: The specified chat identifier is incorrect"),
                (
                    json!({"CHAT_ID": chat}),
                    "400 ERROR_USER_NOT_OPERATOR: Attempt to save a CRM entity by a user who is not an operator",
                ),
            ],
        )
        .await;
        world.end().await;
    });
}

#[test]
fn chat_get() {
    on_both(|world| async move {
        let chat = lead_with_chat(&world).await;
        let object = json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": 1});
        let found = world.call("imopenlines.crm.chat.get", object.clone()).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(found.result(), @r#"
        [
          {
            "CHAT_ID": "1",
            "CONNECTOR_ID": "myconnector",
            "CONNECTOR_TITLE": "My Connector"
          }
        ]
        "#); }
        world.call("imopenlines.operator.finish", json!({"CHAT_ID": chat})).await;
        let get = async |parameters: Value| world.call("imopenlines.crm.chat.get", parameters).await.result().clone();
        assert_eq!(get(object).await, json!([]), "closed");
        let all = get(json!({"CRM_ENTITY_TYPE": "LEAD", "CRM_ENTITY": "1", "ACTIVE_ONLY": "N"})).await;
        assert_eq!(all.as_array().unwrap().len(), 1);
        assert_eq!(get(json!({"CRM_ENTITY_TYPE": "deal", "CRM_ENTITY": 99})).await, json!([]));
        briefs(
            &world,
            "imopenlines.crm.chat.get",
            &[
                (json!({"CRM_ENTITY": 1}), "400 ERROR_ARGUMENT: Argument 'CRM_ENTITY_TYPE' is null or empty"),
                (json!({"CRM_ENTITY_TYPE": "lead"}), "400 ERROR_ARGUMENT: Argument 'CRM_ENTITY' is null or empty"),
                (
                    json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": "x"}),
                    "400 ERROR_ARGUMENT: The value of an argument 'CRM_ENTITY' has an invalid type",
                ),
                (
                    json!({"CRM_ENTITY_TYPE": "order", "CRM_ENTITY": 1}),
                    "403 ACCESS_DENIED: Access denied! You dont have access to this action",
                ),
            ],
        )
        .await;
        world.end().await;
    });
}

#[test]
fn chat_get_last_id() {
    on_both(|world| async move {
        let chat = lead_with_chat(&world).await;
        let last =
            world.call("imopenlines.crm.chat.getLastId", json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": 1})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(last.body["result"], @"1"); }
        assert_eq!(chat, 1);
        let nothing = "400 CRM_CHAT_EMPTY_CRM_DATA: Could not find CRM entity";
        briefs(
            &world,
            "imopenlines.crm.chat.getLastId",
            &[
                (json!({"CRM_ENTITY": 1}), "400 CRM_CHAT_EMPTY_CRM_DATA: Empty CRM data"),
                (json!({"CRM_ENTITY_TYPE": "lead"}), "400 CRM_CHAT_EMPTY_CRM_DATA: Empty CRM data"),
                (json!({"CRM_ENTITY_TYPE": "order", "CRM_ENTITY": 1}), nothing),
                (json!({"CRM_ENTITY_TYPE": "deal", "CRM_ENTITY": 1}), nothing),
                (
                    json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": "x"}),
                    "400 ERROR_ARGUMENT: The value of an argument 'CRM_ENTITY' has an invalid type",
                ),
            ],
        )
        .await;
        world.end().await;
    });
}

#[test]
fn chat_user_add() {
    on_both(|world| async move {
        let chat = lead_with_chat(&world).await;
        let (boris, _) = world.add_employee("Boris").await;
        let with = |user: i64| json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": 1, "USER_ID": user});
        let added = world.call("imopenlines.crm.chat.user.add", with(boris)).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(added.body["result"], @"1"); }
        let dialog = world.call("imopenlines.dialog.get", json!({"CHAT_ID": chat})).await;
        assert_eq!(dialog.result()["user_counter"], 3);
        let elsewhere = json!({"CRM_ENTITY_TYPE": "deal", "CRM_ENTITY": 1, "USER_ID": boris});
        assert_eq!(*world.call("imopenlines.crm.chat.user.add", elsewhere).await.result(), json!(0), "no chat");
        let customer = 2;
        briefs(&world, "imopenlines.crm.chat.user.add", &[
            (with(boris), "400 WRONG_REQUEST: You don't have access or user already member in chat"),
            (json!({"CRM_ENTITY": 1, "USER_ID": 1}), "400 ERROR_ARGUMENT: Argument 'CRM_ENTITY_TYPE' is null or empty"),
            (json!({"CRM_ENTITY_TYPE": "lead", "USER_ID": 1}), "400 ERROR_ARGUMENT: Argument 'CRM_ENTITY' is null or empty"),
            (
                json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": "x", "USER_ID": 1}),
                "400 ERROR_ARGUMENT: The value of an argument 'CRM_ENTITY' has an invalid type",
            ),
            (
                json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": 1}),
                "400 ERROR_ARGUMENT: Argument 'Empty USER_ID' is null or empty",
            ),
            (
                json!({"CRM_ENTITY_TYPE": "order", "CRM_ENTITY": 1, "USER_ID": 1}),
                "403 ACCESS_DENIED: Access denied! You don't have access to join user to chat",
            ),
            (
                with(customer),
                "403 ACCESS_DENIED: Access denied! This user does not have access to the chat because he does not have access to this CRM entity",
            ),
            (with(999), "400 CRM_CHAT_USER_NOT_ACTIVE: User not active"),
            (
                json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": 1, "USER_ID": boris, "CHAT_ID": 999}),
                "400 CHAT_NOT_IN_CRM: Chat does not belong to the CRM entity being checked",
            ),
        ])
        .await;
        world.end().await;
    });
}

#[test]
fn chat_user_delete() {
    on_both(|world| async move {
        let chat = lead_with_chat(&world).await;
        let (boris, boris_token) = world.add_employee("Boris").await;
        let (vera, _) = world.add_employee("Vera").await;
        let with = |user: i64| json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": 1, "USER_ID": user, "CHAT_ID": chat});
        for user in [boris, vera] {
            world.call("imopenlines.crm.chat.user.add", with(user)).await;
        }
        let denied = world.call_with(&boris_token, "imopenlines.crm.chat.user.delete", with(vera)).await;
        assert_eq!(
            denied.brief(),
            "403 CHAT_DELETE_USER_PERMISSION_DENIED: You don't have access to delete a user from this chat"
        );
        let removed = world.call("imopenlines.crm.chat.user.delete", with(vera)).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(removed.body["result"], @"1"); }
        assert_eq!(
            *world.call_with(&boris_token, "imopenlines.crm.chat.user.delete", with(boris)).await.result(),
            json!(chat),
            "oneself"
        );
        let elsewhere = json!({"CRM_ENTITY_TYPE": "deal", "CRM_ENTITY": 1, "USER_ID": boris});
        assert_eq!(*world.call("imopenlines.crm.chat.user.delete", elsewhere).await.result(), json!(0), "no chat");
        briefs(
            &world,
            "imopenlines.crm.chat.user.delete",
            &[
                (with(vera), "400 WRONG_REQUEST: You don't have access or user already not in chat"),
                (json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": 1}), "400 CRM_CHAT_EMPTY_USER: Empty User ID"),
                (json!({"USER_ID": 1}), "400 CRM_CHAT_EMPTY_CRM_DATA: Empty CRM data"),
                (
                    json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": "x", "USER_ID": 1}),
                    "400 ERROR_ARGUMENT: The value of an argument 'CRM_ENTITY' has an invalid type",
                ),
                (
                    json!({"CRM_ENTITY_TYPE": "order", "CRM_ENTITY": 1, "USER_ID": 1}),
                    "403 ACCESS_DENIED: Access denied! You don't have access to join user to chat",
                ),
                (with(999), "400 CRM_CHAT_USER_NOT_ACTIVE: User not active"),
                (
                    json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": 1, "USER_ID": 1, "CHAT_ID": 999}),
                    "400 CHAT_NOT_IN_CRM: Chat does not belong to the CRM entity being checked",
                ),
            ],
        )
        .await;
        world.end().await;
    });
}

#[test]
fn message_add() {
    on_both(|world| async move {
        let chat = lead_with_chat(&world).await;
        let (boris, _) = world.add_employee("Boris").await;
        let base = json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": 1, "USER_ID": 1, "CHAT_ID": chat, "MESSAGE": "hi"});
        let with = |name: &str, value: Value| {
            let mut changed = base.clone();
            changed[name] = value;
            changed
        };
        let added = world.call("imopenlines.crm.message.add", base.clone()).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(added.body["result"], @"2"); }
        let messages = world.call("im.dialog.messages.get", json!({"DIALOG_ID": format!("chat{chat}")})).await;
        let newest = &messages.result()["messages"][0];
        assert_eq!((&newest["text"], &newest["author_id"]), (&json!("hi"), &json!(1)));
        let entity = "403 ACCESS_DENIED: Access denied! User dont have access to this entity";
        briefs(
            &world,
            "imopenlines.crm.message.add",
            &[
                (with("CRM_ENTITY_TYPE", json!("")), "400 ERROR_ARGUMENT: Argument 'CRM_ENTITY_TYPE' is null or empty"),
                (with("CRM_ENTITY", json!(null)), "400 ERROR_ARGUMENT: Argument 'CRM_ENTITY' is null or empty"),
                (with("USER_ID", json!(null)), "400 ERROR_ARGUMENT: Argument 'USER_ID' is null or empty"),
                (with("CHAT_ID", json!([])), "400 ERROR_ARGUMENT: Argument 'CHAT_ID' is null or empty"),
                (with("MESSAGE", json!("")), "400 ERROR_ARGUMENT: Argument 'MESSAGE' is null or empty"),
                (
                    with("CRM_ENTITY", json!("x")),
                    "400 ERROR_ARGUMENT: The value of an argument 'CRM_ENTITY' has an invalid type",
                ),
                (
                    with("USER_ID", json!("x")),
                    "400 ERROR_ARGUMENT: The value of an argument 'USER_ID' has an invalid type",
                ),
                (
                    with("CHAT_ID", json!("x")),
                    "400 ERROR_ARGUMENT: The value of an argument 'CHAT_ID' has an invalid type",
                ),
                (
                    with("CRM_ENTITY_TYPE", json!("order")),
                    "403 ACCESS_DENIED: Access denied! You dont have access to this action",
                ),
                (
                    with("CHAT_ID", json!(999)),
                    "400 CHAT_NOT_IN_CRM: Chat does not belong to the CRM entity being checked",
                ),
                (
                    with("CRM_ENTITY", json!(2)),
                    "400 CHAT_NOT_IN_CRM: Chat does not belong to the CRM entity being checked",
                ),
                (with("USER_ID", json!(2)), entity),
                (with("USER_ID", json!(999)), entity),
                (with("USER_ID", json!(boris)), "400 CANCELED: You cannot send messages to the specified chat"),
                (with("MESSAGE", json!("x".repeat(60_001))), "400 MESSAGE_ADD_ERROR: Message isn't added"),
            ],
        )
        .await;
        tracked(&world).await;
        world.end().await;
    });
}

#[test]
fn bots_take_part() {
    on_both(|world| async move {
        let chat = lead_with_chat(&world).await;
        let bot = json!({"CODE": "robo", "TYPE": "O", "EVENT_HANDLER": "https://bot.example/", "PROPERTIES": {"NAME": "Robo"}});
        let bot = world.call("imbot.register", bot).await.result().as_i64().unwrap();
        let with =
            json!({"CRM_ENTITY_TYPE": "lead", "CRM_ENTITY": 1, "USER_ID": bot, "CHAT_ID": chat, "MESSAGE": "beep"});
        let narrow = world.narrow_application(&["imopenlines"]).await;
        let refused = world.call_with(&narrow, "imopenlines.crm.chat.user.add", with.clone()).await;
        assert_eq!(refused.body["error"], "insufficient_scope", "a bot needs crm as well");
        assert_eq!(*world.call("imopenlines.crm.chat.user.add", with.clone()).await.result(), json!(chat));
        assert_eq!(world.call("imopenlines.crm.message.add", with.clone()).await.brief(), "200 OK");
        assert_eq!(world.text("SELECT body FROM messages ORDER BY id DESC LIMIT 1").await, "beep");
        assert_eq!(*world.call("imopenlines.crm.chat.user.delete", with).await.result(), json!(chat));
        world.end().await;
    });
}
