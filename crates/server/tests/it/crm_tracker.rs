//! The tracker: what becomes of a line's customers in the CRM. Each `CRM_*` field of a line has a test of its name.

use serde_json::{Value, json};

use crate::receiver::Receiver;
use crate::support::{CONNECTOR, World, on_both, on_both_with};

/// Changes the line's settings.
pub(crate) async fn configure(world: &World, settings: Value) {
    let reply = world.call("imopenlines.config.update", json!({"CONFIG_ID": world.line_id, "PARAMS": settings})).await;
    assert_eq!(*reply.result(), json!(true));
}

/// Waits until the tracker has nothing to do.
pub(crate) async fn tracked(world: &World) {
    world.until("SELECT count(*) FROM jobs WHERE kind = 'track'", 0).await;
}

/// A customer with this id and these further fields writes; the tracker has looked when it returns. Returns the chat.
pub(crate) async fn write(world: &World, id: &str, user: Value, text: &str) -> i64 {
    write_message(world, id, user, json!({"text": text})).await
}

async fn write_message(world: &World, id: &str, mut user: Value, message: Value) -> i64 {
    user["id"] = json!(id);
    let reply = world.send(json!([{"user": user, "message": message, "chat": {"id": format!("c-{id}")}}])).await;
    tracked(world).await;
    reply.result()["DATA"]["RESULT"][0]["session"]["CHAT_ID"].as_str().unwrap().parse().unwrap()
}

/// The chat's `entity_data_1` up to the item, and `entity_data_2`.
async fn links(world: &World, chat: i64) -> (String, String) {
    let dialog = world.call("imopenlines.dialog.get", json!({"CHAT_ID": chat})).await;
    let data_1 = dialog.result()["entity_data_1"].as_str().unwrap().to_owned();
    let main = data_1.split('|').take(3).collect::<Vec<_>>().join("|");
    (main, dialog.result()["entity_data_2"].as_str().unwrap().to_owned())
}

/// Some fields of an item; of phones and addresses the values.
async fn shown(world: &World, entity: &str, id: i64, names: &[&str]) -> Value {
    let reply = world.call(&format!("crm.{entity}.get"), json!({"id": id})).await;
    let value = |name: &&str| match &reply.result()[*name] {
        Value::Array(list) => list.iter().map(|one| one["VALUE"].clone()).collect(),
        other => other.clone(),
    };
    names.iter().map(value).collect()
}

async fn count(world: &World, entity: &str) -> i64 {
    world.call(&format!("crm.{entity}.list"), json!({"select": ["ID"]})).await.body["total"].as_i64().unwrap()
}

async fn add(world: &World, entity: &str, fields: Value) -> i64 {
    world.call(&format!("crm.{entity}.add"), json!({"fields": fields})).await.result().as_i64().unwrap()
}

async fn close_session(world: &World, chat: i64) {
    world.call("imopenlines.operator.answer", json!({"CHAT_ID": chat})).await;
    world.call("imopenlines.operator.finish", json!({"CHAT_ID": chat})).await;
}

const PHONE: &str = "+49 30 901820";

#[test]
fn crm() {
    on_both(|world| async move {
        add(&world, "contact", json!({"NAME": "Maria", "PHONE": [{"VALUE": PHONE}]})).await;
        configure(&world, json!({"CRM": "N", "CRM_CREATE": "lead"})).await;
        let chat = write(&world, "u1", json!({"phone": "+4930901820"}), "hello").await;
        assert_eq!(links(&world, chat).await, ("N|NONE|0".to_owned(), "LEAD|0|COMPANY|0|CONTACT|0|DEAL|0".to_owned()));
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "none"})).await;
        let chat = write(&world, "u2", json!({"phone": "+4930901820", "email": "m@example.com"}), "hello").await;
        assert_eq!(
            links(&world, chat).await,
            ("Y|CONTACT|1".to_owned(), "LEAD|0|COMPANY|0|CONTACT|1|DEAL|0".to_owned())
        );
        let contact = shown(&world, "contact", 1, &["PHONE", "EMAIL", "IM", "HAS_IMOL"]).await;
        assert_eq!(contact, json!([[PHONE], ["m@example.com"], ["imol|myconnector|1|c-u2|3"], "Y"]));
        world.end().await;
    });
}

#[test]
fn crm_create() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "none", "FULL_CLOSE_TIME": 0})).await;
        write(&world, "u1", json!({"name": "Anna", "phone": PHONE}), "hello").await;
        assert_eq!((count(&world, "lead").await, count(&world, "contact").await), (0, 0));

        configure(&world, json!({"CRM_CREATE": "lead"})).await;
        let user = json!({"name": "Maria", "last_name": "Weber", "phone": "+4930901821", "email": "M@Example.com"});
        let chat = write(&world, "u2", user.clone(), "hello").await;
        let lead = ["TITLE", "NAME", "LAST_NAME", "PHONE", "EMAIL", "IM", "STATUS_ID", "ASSIGNED_BY_ID"];
        assert_eq!(
            shown(&world, "lead", 1, &lead).await,
            json!([
                "Maria Weber - Support",
                "Maria",
                "Weber",
                ["+4930901821"],
                ["m@example.com"],
                ["imol|myconnector|1|c-u2|3"],
                "NEW",
                "1"
            ])
        );
        assert_eq!(links(&world, chat).await, ("Y|LEAD|1".to_owned(), "LEAD|1|COMPANY|0|CONTACT|0|DEAL|0".to_owned()));
        // As long as the lead is open the customer goes on with it; after it there is a new one.
        close_session(&world, chat).await;
        write(&world, "u2", user.clone(), "again").await;
        assert_eq!(count(&world, "lead").await, 1);
        close_session(&world, chat).await;
        world.call("crm.lead.update", json!({"id": 1, "fields": {"STATUS_ID": "JUNK"}})).await;
        write(&world, "u2", user, "once more").await;
        assert_eq!(count(&world, "lead").await, 2);
        assert_eq!(links(&world, chat).await.1, "LEAD|2|COMPANY|0|CONTACT|0|DEAL|0");

        configure(&world, json!({"CRM_CREATE": "deal"})).await;
        let chat = write(&world, "u3", json!({"name": "Boris", "phone": "+4930901822"}), "hello").await;
        assert_eq!(links(&world, chat).await, ("Y|DEAL|1".to_owned(), "LEAD|0|COMPANY|0|CONTACT|1|DEAL|1".to_owned()));
        assert_eq!(shown(&world, "contact", 1, &["NAME", "PHONE"]).await, json!(["Boris", ["+4930901822"]]));
        assert_eq!(shown(&world, "deal", 1, &["TITLE", "CONTACT_ID"]).await, json!(["Boris - Support", "1"]));
        world.end().await;
    });
}

#[test]
fn crm_create_second() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "deal"})).await;
        for (funnel, user, expected) in
            [("0", "u1", json!(["0", "NEW"])), ("7", "u2", json!(["7", "C7:NEW"])), ("N", "u3", json!(["0", "NEW"]))]
        {
            configure(&world, json!({"CRM_CREATE_SECOND": funnel})).await;
            write(&world, user, json!({"name": "Anna"}), "hello").await;
            let id = count(&world, "deal").await;
            assert_eq!(shown(&world, "deal", id, &["CATEGORY_ID", "STAGE_ID"]).await, expected, "{funnel}");
        }
        world.end().await;
    });
}

#[test]
fn crm_create_third() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "deal", "CRM_CREATE_THIRD": "Y", "FULL_CLOSE_TIME": 0}))
            .await;
        let chat = write(&world, "u1", json!({"name": "Anna"}), "hello").await;
        for (third, deals) in [("Y", 1), ("N", 2), ("N", 3), ("Y", 3)] {
            configure(&world, json!({"CRM_CREATE_THIRD": third})).await;
            close_session(&world, chat).await;
            write(&world, "u1", json!({"name": "Anna"}), "hello").await;
            assert_eq!(count(&world, "deal").await, deals, "{third}");
            write(&world, "u1", json!({"name": "Anna", "phone": format!("+493090182{deals}")}), "and this").await;
            assert_eq!(count(&world, "deal").await, deals, "one for a session");
        }
        assert_eq!(count(&world, "contact").await, 1);
        world.end().await;
    });
}

#[test]
fn crm_forward() {
    on_both(|world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        let owner = async |chat: i64| {
            let dialog = world.call("imopenlines.dialog.get", json!({"CHAT_ID": chat})).await;
            dialog.result()["owner"].clone()
        };
        configure(&world, json!({"CRM": "Y", "QUEUE_TYPE": "strictly", "CRM_FORWARD": "N"})).await;
        let contact =
            add(&world, "contact", json!({"NAME": "A", "ASSIGNED_BY_ID": boris, "PHONE": [{"VALUE": PHONE}]})).await;
        let chat = write(&world, "u1", json!({"phone": PHONE}), "hello").await;
        assert_eq!(owner(chat).await, json!(1));
        configure(&world, json!({"CRM_FORWARD": "Y"})).await;
        let chat = write(&world, "u2", json!({"phone": PHONE}), "hello").await;
        assert_eq!(owner(chat).await, json!(boris), "by the phone of the profile");
        let chat = write(&world, "u3", json!({}), "hello").await;
        assert_eq!(owner(chat).await, json!(1), "nobody is responsible for a stranger");
        configure(&world, json!({"CRM": "N"})).await;
        let chat = write(&world, "u4", json!({"phone": PHONE}), "hello").await;
        assert_eq!(owner(chat).await, json!(1));
        assert_eq!(contact, 1);
        world.end().await;
    });
}

#[test]
fn crm_forward_after_a_bot_and_between_lines() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let (boris, boris_token) = world.add_employee("Boris").await;
        let bot =
            json!({"CODE": "robo", "TYPE": "O", "EVENT_HANDLER": receiver.url("/bot"), "PROPERTIES": {"NAME": "Robo"}});
        let bot = world.call("imbot.register", bot).await.result().as_i64().unwrap();
        configure(&world, json!({"CRM": "Y", "WELCOME_BOT_ENABLE": "Y", "WELCOME_BOT_ID": bot})).await;
        add(&world, "contact", json!({"NAME": "A", "ASSIGNED_BY_ID": boris, "PHONE": [{"VALUE": PHONE}]})).await;
        let chat = write(&world, "u1", json!({"phone": PHONE}), "hello").await;
        let owner = async || {
            let dialog = world.call("imopenlines.dialog.get", json!({"CHAT_ID": chat})).await;
            dialog.result()["owner"].clone()
        };
        assert_eq!(owner().await, json!(bot));
        let handed = world.call("imopenlines.bot.session.operator", json!({"CHAT_ID": chat})).await;
        assert_eq!(handed.brief(), "200 OK");
        assert_eq!(owner().await, json!(boris), "the bot hands over to the responsible person");
        world.call_with(&boris_token, "imopenlines.operator.answer", json!({"CHAT_ID": chat})).await;
        let away = json!({"CHAT_ID": chat, "QUEUE_ID": 1});
        assert_eq!(world.call_with(&boris_token, "imopenlines.operator.transfer", away).await.brief(), "200 OK");
        assert_eq!(owner().await, json!(1), "who gives it away does not get it back");
        world.end().await;
    });
}

#[test]
fn crm_chat_tracker() {
    on_both_with(
        |config| config.server.country = "DE".to_owned(),
        |world| async move {
            let text = "Call me: 030 901820 or mail Anna@Example.com";
            configure(&world, json!({"CRM": "Y", "CRM_CREATE": "lead", "CRM_CHAT_TRACKER": "N"})).await;
            write(&world, "u1", json!({"name": "Anna"}), text).await;
            assert_eq!(shown(&world, "lead", 1, &["PHONE", "EMAIL"]).await, json!([null, null]));
            configure(&world, json!({"CRM_CHAT_TRACKER": "Y"})).await;
            write(&world, "u2", json!({"name": "Boris"}), text).await;
            let found = json!([["+4930901820"], ["anna@example.com"]]);
            assert_eq!(shown(&world, "lead", 2, &["PHONE", "EMAIL"]).await, found);
            write(&world, "u3", json!({"name": "Vera"}), "hello").await;
            write(&world, "u3", json!({"name": "Vera"}), "I am vera@example.com").await;
            write(&world, "u3", json!({"name": "Vera"}), "or 0171 1234567, order 12345").await;
            let found = json!([["+491711234567"], ["vera@example.com"]]);
            assert_eq!(shown(&world, "lead", 3, &["PHONE", "EMAIL"]).await, found);
            // What an operator writes is not the customer's.
            world.call("im.message.add", json!({"DIALOG_ID": "chat3", "MESSAGE": "our number is 030 111111"})).await;
            write(&world, "u3", json!({}), "fine, v2@example.com").await;
            let found = json!([["+491711234567"], ["vera@example.com", "v2@example.com"]]);
            assert_eq!(shown(&world, "lead", 3, &["PHONE", "EMAIL"]).await, found);
            world.end().await;
        },
    );
}

#[test]
fn crm_transfer_change() {
    on_both(|world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "lead"})).await;
        for (change, user, expected) in [("N", "u1", json!(["1"])), ("Y", "u2", json!([boris.to_string()]))] {
            configure(&world, json!({"CRM_TRANSFER_CHANGE": change})).await;
            let chat = write(&world, user, json!({"name": "Anna"}), "hello").await;
            let lead = count(&world, "lead").await;
            world.call("imopenlines.operator.answer", json!({"CHAT_ID": chat})).await;
            let transferred =
                world.call("imopenlines.operator.transfer", json!({"CHAT_ID": chat, "USER_ID": boris})).await;
            assert_eq!(*transferred.result(), json!(true));
            assert_eq!(shown(&world, "lead", lead, &["ASSIGNED_BY_ID"]).await, expected, "{change}");
        }
        world.end().await;
    });
}

#[test]
fn crm_source() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "deal", "CRM_SOURCE": "create"})).await;
        write(&world, "u1", json!({"name": "Anna"}), "hello").await;
        assert_eq!(shown(&world, "deal", 1, &["SOURCE_ID"]).await, json!(["1|MYCONNECTOR"]));
        configure(&world, json!({"CRM_SOURCE": "WEB"})).await;
        write(&world, "u2", json!({"name": "Boris"}), "hello").await;
        assert_eq!(shown(&world, "deal", 2, &["SOURCE_ID"]).await, json!(["WEB"]));
        assert_eq!(shown(&world, "contact", 2, &["SOURCE_ID"]).await, json!(["WEB"]));
        world.end().await;
    });
}

#[test]
fn disable_crm_hides_a_message() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "lead", "CRM_CHAT_TRACKER": "Y"})).await;
        let hidden = json!({"text": "I am secret@example.com", "disable_crm": "Y"});
        write_message(&world, "u1", json!({"name": "Anna"}), hidden).await;
        assert_eq!(count(&world, "lead").await, 0);
        write(&world, "u1", json!({"name": "Anna"}), "I am open@example.com").await;
        assert_eq!(shown(&world, "lead", 1, &["EMAIL"]).await, json!([["open@example.com"]]));
        world.end().await;
    });
}

#[test]
fn skip_phone_validate_trusts_the_connector() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "lead"})).await;
        write(&world, "u1", json!({"name": "A", "phone": "12345"}), "hello").await;
        write(&world, "u2", json!({"name": "B", "phone": "12345", "skip_phone_validate": "Y"}), "hello").await;
        assert_eq!(shown(&world, "lead", 1, &["PHONE"]).await, json!([null]));
        assert_eq!(shown(&world, "lead", 2, &["PHONE"]).await, json!([["12345"]]));
        write(&world, "u1", json!({"phone": "+4930901820", "email": "not an address"}), "my number").await;
        assert_eq!(shown(&world, "lead", 1, &["PHONE", "EMAIL"]).await, json!([["+4930901820"], null]), "told later");
        world.end().await;
    });
}

#[test]
fn groups_are_left_alone() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "lead"})).await;
        let icon = json!({"DATA_IMAGE": "data:image/svg+xml;charset=US-ASCII,%3Csvg/%3E"});
        let group = json!({"ID": "groups", "NAME": "G", "ICON": icon, "PLACEMENT_HANDLER": "https://c.example/", "CHAT_GROUP": true});
        assert_eq!(world.call("imconnector.register", group).await.brief(), "200 OK");
        world.call("imconnector.activate", json!({"CONNECTOR": "groups", "LINE": 1, "ACTIVE": 1})).await;
        let message =
            json!([{"user": {"id": "u1", "phone": PHONE}, "message": {"text": "hello"}, "chat": {"id": "g"}}]);
        let sent = world
            .call("imconnector.send.messages", json!({"CONNECTOR": "groups", "LINE": 1, "MESSAGES": message}))
            .await;
        assert_eq!(sent.result()["DATA"]["RESULT"][0]["SUCCESS"], json!(true));
        tracked(&world).await;
        assert_eq!(count(&world, "lead").await, 0);
        world.end().await;
    });
}

#[test]
fn a_lead_is_found_by_phone_only_if_it_is_the_only_open_one() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y"})).await;
        let lead = json!({"NAME": "A", "PHONE": [{"VALUE": PHONE}]});
        add(&world, "lead", lead.clone()).await;
        let closed = json!({"NAME": "B", "PHONE": [{"VALUE": PHONE}], "STATUS_ID": "JUNK"});
        add(&world, "lead", closed).await;
        let chat = write(&world, "u1", json!({"phone": PHONE}), "hello").await;
        assert_eq!(links(&world, chat).await.0, "Y|LEAD|1");
        add(&world, "lead", lead).await;
        let chat = write(&world, "u2", json!({"phone": PHONE}), "hello").await;
        assert_eq!(links(&world, chat).await.0, "N|NONE|0", "two are open");
        world.end().await;
    });
}

#[test]
fn sixty_four_first_messages_with_one_phone_make_one_contact() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "deal"})).await;
        let sends = (0..64).map(|number| {
            let user = json!({"id": format!("u{number}"), "name": "Anna", "phone": "+49 30 901820"});
            let message = json!([{"user": user, "message": {"id": "m", "text": "hello"}, "chat": {"id": "c"}}]);
            world.send(message)
        });
        for reply in futures::future::join_all(sends).await {
            assert_eq!(reply.result()["DATA"]["RESULT"][0]["SUCCESS"], json!(true));
        }
        tracked(&world).await;
        assert_eq!((count(&world, "contact").await, count(&world, "deal").await), (1, 1));
        assert_eq!(
            world.count("SELECT count(*) FROM crm_links WHERE type_id = 3 AND item_id = 1 AND present = 1").await,
            64
        );
        let imols = shown(&world, "contact", 1, &["PHONE", "IM"]).await;
        assert_eq!((&imols[0], imols[1].as_array().unwrap().len()), (&json!(["+4930901820"]), 64));
        world.end().await;
    });
}

#[test]
fn a_message_of_a_known_session_plans_nothing() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "lead", "CRM_CHAT_TRACKER": "Y"})).await;
        write(&world, "u1", json!({"name": "Anna"}), "hello").await;
        let planned = "SELECT value FROM counters WHERE name = 'job'";
        let before = world.count(planned).await;
        for text in ["how are you", "2 of 5, please", "see https://example.com/ - 100%"] {
            write(&world, "u1", json!({"name": "Anna"}), text).await;
        }
        assert_eq!(world.count(planned).await, before);
        // What is written now makes the writer forget what it remembered; it asks the database and knows again.
        world.execute("UPDATE counters SET value = 0 WHERE name = 'writer'").await;
        write(&world, "u1", json!({"name": "Anna"}), "and now").await;
        assert_eq!(world.count(planned).await, before);
        write(&world, "u1", json!({"name": "Anna"}), "my address is anna@example.com").await;
        assert_eq!(world.count(planned).await, before + 1);
        world.end().await;
    });
}

#[test]
fn a_session_has_an_activity_and_its_operator_becomes_responsible() {
    on_both(|world| async move {
        let (boris, boris_token) = world.add_employee("Boris").await;
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "deal", "QUEUE": [{"ENTITY_TYPE": "user", "ENTITY_ID": "1"}, {"ENTITY_TYPE": "user", "ENTITY_ID": boris.to_string()}], "QUEUE_TYPE": "strictly", "FULL_CLOSE_TIME": 0})).await;
        let chat = write(&world, "u1", json!({"name": "Anna"}), "hello").await;
        assert_eq!(shown(&world, "deal", 1, &["ASSIGNED_BY_ID"]).await, json!(["1"]), "it was offered to");
        world.call_with(&boris_token, "imopenlines.session.intercept", json!({"CHAT_ID": chat})).await;
        assert_eq!(shown(&world, "deal", 1, &["ASSIGNED_BY_ID"]).await, json!([boris.to_string()]));
        assert_eq!(shown(&world, "contact", 1, &["ASSIGNED_BY_ID"]).await, json!([boris.to_string()]));
        world.call("imopenlines.session.intercept", json!({"CHAT_ID": chat})).await;
        assert_eq!(shown(&world, "deal", 1, &["ASSIGNED_BY_ID"]).await, json!([boris.to_string()]), "once");
        let activity = async || {
            let select = json!([
                "ID",
                "OWNER_ID",
                "OWNER_TYPE_ID",
                "PROVIDER_ID",
                "PROVIDER_TYPE_ID",
                "ASSOCIATED_ENTITY_ID",
                "SUBJECT",
                "COMPLETED",
                "STATUS"
            ]);
            let filter = json!({"BINDINGS": [{"OWNER_TYPE_ID": 3, "OWNER_ID": 1}]});
            world.call("crm.activity.list", json!({"filter": filter, "select": select})).await.result()[0].clone()
        };
        let shown = activity().await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown, @r#"
        {
          "ID": "1",
          "OWNER_ID": "1",
          "OWNER_TYPE_ID": "2",
          "PROVIDER_ID": "IMOPENLINES_SESSION",
          "PROVIDER_TYPE_ID": "1",
          "ASSOCIATED_ENTITY_ID": "1",
          "SUBJECT": "Anna - Support",
          "COMPLETED": "N",
          "STATUS": "1"
        }
        "#); }
        close_session(&world, chat).await;
        let done = activity().await;
        assert_eq!((&done["COMPLETED"], &done["STATUS"]), (&json!("Y"), &json!("2")));
        world.end().await;
    });
}

#[test]
fn the_object_of_a_dialogue_is_found_as_the_tutorial_says() {
    on_both(|world| async move {
        configure(&world, json!({"CRM": "Y", "CRM_CREATE": "lead"})).await;
        let chat = write(&world, "ext-42", json!({"name": "Anna"}), "hello").await;
        let dialog = world.call("imopenlines.dialog.get", json!({"CHAT_ID": chat})).await;
        let entity_id = dialog.result()["entity_id"].as_str().unwrap().to_owned();
        assert_eq!(dialog.result()["entity_data_2"], "LEAD|1|COMPANY|0|CONTACT|0|DEAL|0");
        let filter = json!({"=imol": format!("imol|{entity_id}")});
        let found = world.hook("crm.item.list", json!({"entityTypeId": 1, "filter": filter, "select": ["id"]})).await;
        assert_eq!(found.result()["items"], json!([{"id": 1}]));
        assert!(entity_id.starts_with(CONNECTOR));
        world.end().await;
    });
}
