//! Each event of the protocol as it arrives at a handler, and in which order.

use desk::facts::EventCode;
use desk::handlers::Handler;
use serde_json::json;
use server::provision::NewApplication;

use super::delivery::{ATTEMPTS, DONE, PENDING, bind, chat, delete, edit, handler, say};
use super::receiver::{Answer, Receiver};
use super::support::{START_MS, World, on_both, on_both_with};

#[test]
fn an_application_is_told_of_its_installation_and_removal() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let app = &world.server.app;
        let new = NewApplication {
            name: "Second".to_owned(),
            scopes: vec!["imconnector".to_owned()],
            install_url: receiver.url("/install"),
            ..NewApplication::default()
        };
        let added = server::provision::add_application(app, new).await.unwrap();
        let heard = receiver.next().await;
        assert_eq!((heard.field("event"), heard.field("event_handler_id")), ("ONAPPINSTALL", "0"));
        assert_eq!(heard.data(), ["data[ACTIVE]=Y", "data[INSTALLED]=Y", "data[LANGUAGE_ID]=en", "data[VERSION]=1"]);
        assert_eq!(heard.field("auth[user_id]"), world.operator_id.to_string());
        let refresh_token = heard.field("auth[refresh_token]").to_owned();
        let find = move |tx: &mut store::Tx<'_>| desk::tokens::find(tx, desk::tokens::Kind::Refresh, &refresh_token);
        assert_eq!(app.read(find).await.unwrap().unwrap().application_id, added.application.id);

        let id = added.application.id;
        let handler =
            Handler { application_id: id, ..handler(&world, EventCode::AppUninstall, receiver.url("/removed")) };
        app.change(START_MS, 0, move |change| desk::handlers::bind(change, &handler)).await.unwrap();
        app.change(START_MS, 0, move |change| desk::applications::remove(change, id)).await.unwrap();
        let heard = receiver.next().await;
        assert_eq!(heard.path, "/removed");
        assert_eq!(heard.data(), ["data[CLEAN]=1", "data[LANGUAGE_ID]=en"]);
        assert_eq!(heard.field("auth[application_token]"), added.application.application_token);
        let auth: Vec<&str> = heard.form.keys().filter(|key| key.starts_with("auth")).map(String::as_str).collect();
        assert_eq!(
            auth,
            [
                "auth[application_token]",
                "auth[client_endpoint]",
                "auth[domain]",
                "auth[member_id]",
                "auth[server_endpoint]"
            ]
        );
        world.end().await;
    });
}

#[test]
fn every_connector_event_as_it_arrives() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        for code in EventCode::ALL.iter().filter(|code| !code.scopes.is_empty()) {
            bind(&world, *code, receiver.url(&format!("/{}", code.code))).await;
        }
        let chat_id = chat(&world, "c1").await;
        let id = say(&world, chat_id, "Good day").await;
        world.until(PENDING, 0).await;
        edit(&world, id, "Good evening").await;
        world.until(PENDING, 0).await;
        delete(&world, id).await;
        let app = &world.server.app;
        let line_id = world.line_id;
        app.change(START_MS, world.operator_id, move |change| {
            let connector_id = desk::chats::context(change.tx, chat_id)?.connector.id;
            let session = desk::sessions::open_of_chat(change.tx, chat_id)?.expect("a session");
            desk::sessions::close(change, session.id, desk::sessions::CloseReason::Finished)?;
            desk::channels::disconnect(change, connector_id, line_id)?;
            desk::lines::remove(change, line_id)
        })
        .await
        .unwrap();
        world.until(PENDING, 0).await;
        let mut bodies: Vec<String> = receiver
            .rest()
            .await
            .iter()
            .map(|heard| {
                let user = heard.form.get("auth[user_id]").map_or("nobody", String::as_str);
                format!("{} by {user}\n  {}", heard.field("event"), heard.data().join("\n  "))
            })
            .collect();
        bodies.sort();
        insta::allow_duplicates! { insta::assert_snapshot!(bodies.join("\n"), @"
        ONIMCONNECTORDIALOGFINISH by 1
          data[CONNECTOR]=myconnector
          data[DATA][0][chat][id]=c1
          data[DATA][0][connector][chat_id]=c1
          data[DATA][0][connector][connector_id]=myconnector
          data[DATA][0][connector][line_id]=1
          data[DATA][0][connector][user_id]=2
          data[DATA][0][session][close_term]=10
          data[DATA][0][session][closed]=Y
          data[DATA][0][session][id]=1
          data[DATA][0][session][parent_id]=0
          data[DATA][0][user][id]=2
          data[LINE]=1
        ONIMCONNECTORDIALOGSTART by nobody
          data[CONNECTOR]=myconnector
          data[DATA][0][chat][id]=c1
          data[DATA][0][connector][chat_id]=c1
          data[DATA][0][connector][connector_id]=myconnector
          data[DATA][0][connector][line_id]=1
          data[DATA][0][connector][user_id]=2
          data[DATA][0][session][close_term]=10
          data[DATA][0][session][closed]=N
          data[DATA][0][session][id]=1
          data[DATA][0][session][parent_id]=0
          data[DATA][0][user][id]=2
          data[LINE]=1
        ONIMCONNECTORLINEDELETE by 1
          data=1
        ONIMCONNECTORMESSAGEADD by 1
          data[CONNECTOR]=myconnector
          data[LINE]=1
          data[MESSAGES][0][chat][id]=c1
          data[MESSAGES][0][im][chat_id]=1
          data[MESSAGES][0][im][message_id]=2
          data[MESSAGES][0][message][text]=[b]Anna Ivanova:[/b][br] Good day
          data[MESSAGES][0][message][user_id]=1
        ONIMCONNECTORMESSAGEDELETE by 1
          data[CONNECTOR]=myconnector
          data[LINE]=1
          data[MESSAGES][0][chat][id]=c1
          data[MESSAGES][0][im][chat_id]=1
          data[MESSAGES][0][im][message_id]=2
          data[MESSAGES][0][message][id]=
        ONIMCONNECTORMESSAGEUPDATE by 1
          data[CONNECTOR]=myconnector
          data[LINE]=1
          data[MESSAGES][0][chat][id]=c1
          data[MESSAGES][0][im][chat_id]=1
          data[MESSAGES][0][im][message_id]=2
          data[MESSAGES][0][message][text]=[b]Anna Ivanova:[/b][br] Good evening
        ONIMCONNECTORSTATUSDELETE by 1
          data[connector]=myconnector
          data[line]=1
        ONOPENLINEMESSAGEADD by 1
          data[DATA][0][chat][id]=1
          data[DATA][0][connector][chat_id]=c1
          data[DATA][0][connector][connector_id]=myconnector
          data[DATA][0][connector][line_id]=1
          data[DATA][0][connector][user_id]=2
          data[DATA][0][extra][EXTRA_URL]=
          data[DATA][0][message][attach]=
          data[DATA][0][message][date]=2025-06-15T12:26:40+00:00
          data[DATA][0][message][id]=2
          data[DATA][0][message][system]=N
          data[DATA][0][message][text]=Good day
          data[DATA][0][message][user_id]=1
        ONOPENLINEMESSAGEADD by nobody
          data[DATA][0][chat][id]=1
          data[DATA][0][connector][chat_id]=c1
          data[DATA][0][connector][connector_id]=myconnector
          data[DATA][0][connector][line_id]=1
          data[DATA][0][connector][user_id]=2
          data[DATA][0][extra][EXTRA_URL]=
          data[DATA][0][message][attach]=
          data[DATA][0][message][date]=2025-06-15T12:26:40+00:00
          data[DATA][0][message][id]=1
          data[DATA][0][message][system]=N
          data[DATA][0][message][text]=hello
          data[DATA][0][message][user_id]=2
        ONOPENLINEMESSAGEDELETE by 1
          data[CONNECTOR]=myconnector
          data[DATA][0][chat][id]=1
          data[DATA][0][im][chat_id]=1
          data[DATA][0][im][message_id]=2
          data[DATA][0][message][id]=2
          data[LINE]=1
        ONOPENLINEMESSAGEUPDATE by 1
          data[CONNECTOR]=myconnector
          data[DATA][0][chat][id]=1
          data[DATA][0][im][chat_id]=1
          data[DATA][0][im][message_id]=2
          data[DATA][0][message][id]=2
          data[LINE]=1
        ONSESSIONFINISH by 1
          data[DATA][0][chat][id]=c1
          data[DATA][0][connector][chat_id]=c1
          data[DATA][0][connector][connector_id]=myconnector
          data[DATA][0][connector][line_id]=1
          data[DATA][0][connector][user_id]=2
          data[DATA][0][session][close_term]=10
          data[DATA][0][session][closed]=Y
          data[DATA][0][session][id]=1
          data[DATA][0][session][parent_id]=0
          data[DATA][0][user][id]=2
        ONSESSIONSTART by nobody
          data[DATA][0][chat][id]=c1
          data[DATA][0][connector][chat_id]=c1
          data[DATA][0][connector][connector_id]=myconnector
          data[DATA][0][connector][line_id]=1
          data[DATA][0][connector][user_id]=2
          data[DATA][0][session][close_term]=10
          data[DATA][0][session][closed]=N
          data[DATA][0][session][id]=1
          data[DATA][0][session][parent_id]=0
          data[DATA][0][user][id]=2
        "); }
        world.end().await;
    });
}

#[test]
fn event_test_arrives_with_its_parameters() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::AppTest, receiver.url("/hook")).await;
        let (_, other) = world.add_application("Other").await;
        assert_eq!(world.call_with(&other, "event.test", json!({"of": "another application"})).await.brief(), "200 OK");
        assert_eq!(world.call("event.test", json!({"any": "data", "n": [1, {"x": "y"}]})).await.brief(), "200 OK");
        let heard = receiver.next().await;
        assert_eq!(heard.field("event"), "ONAPPTEST");
        let query = ["data[QUERY][any]=data", "data[QUERY][n][0]=1", "data[QUERY][n][1][x]=y"];
        assert_eq!(heard.data(), ["data[LANGUAGE_ID]=en", query[0], query[1], query[2]]);
        assert_eq!(heard.field("auth[user_id]"), world.operator_id.to_string());
        world.until(DONE, 1).await;
        assert!(receiver.rest().await.is_empty(), "others are not told");
        world.end().await;
    });
}

/// `ONOFFLINEEVENT` comes at once, then not before `minTimeout` is over, and then once for all that was collected (P-65).
#[test]
fn the_call_for_offline_events_keeps_its_distance() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bind = json!({"event": "ONOFFLINEEVENT", "handler": receiver.url("/go"), "options": {"minTimeout": 10}});
        assert_eq!(world.call("event.bind", bind).await.brief(), "200 OK");
        let bind = json!({"event": "ONOPENLINEMESSAGEADD", "event_type": "offline"});
        assert_eq!(world.call("event.bind", bind).await.brief(), "200 OK");
        world.send(json!([World::message("m1", "hello")])).await;
        let heard = receiver.next().await;
        assert_eq!(heard.field("event"), "ONOFFLINEEVENT");
        assert_eq!(heard.data(), Vec::<String>::new());
        world.until(DONE, 1).await;

        world.advance(1_000);
        world.send(json!([World::message("m2", "hello")])).await;
        world.send(json!([World::message("m3", "hello")])).await;
        let due = "SELECT due_ms FROM deliveries WHERE state = 'pending'";
        assert_eq!(world.count(due).await, START_MS + 10_000, "one call for both, ten seconds after the first");
        world.advance(8_999);
        assert!(receiver.rest().await.is_empty());
        world.advance(1);
        receiver.next().await;
        world.until(DONE, 2).await;
        assert_eq!(world.count("SELECT count(*) FROM deliveries").await, 2);
        world.end().await;
    });
}

/// What is stored while a call is on its way calls once more, and keeps its distance too, however late that call comes through.
#[test]
fn the_second_call_for_offline_events_keeps_its_distance_from_a_slow_first() {
    let impatient = |config: &mut server::config::Config| config.delivery.timeout_s = 1;
    on_both_with(impatient, |world| async move {
        let receiver = Receiver::start().await;
        receiver.answer("/go", [Answer::Hang, Answer::Status(200)]);
        let bind = json!({"event": "ONOFFLINEEVENT", "handler": receiver.url("/go"), "options": {"minTimeout": 6}});
        assert_eq!(world.call("event.bind", bind).await.brief(), "200 OK");
        let bind = json!({"event": "ONOPENLINEMESSAGEADD", "event_type": "offline"});
        assert_eq!(world.call("event.bind", bind).await.brief(), "200 OK");
        world.send(json!([World::message("m1", "hello")])).await;
        receiver.next().await;
        world.send(json!([World::message("m2", "hello")])).await;
        world.until(ATTEMPTS, 1).await;
        world.send(json!([World::message("m3", "hello")])).await;
        world.advance(8_000);
        receiver.next().await;
        world.until(DONE, 1).await;
        let due = "SELECT due_ms FROM deliveries WHERE state = 'pending'";
        assert_eq!(world.count(due).await, START_MS + 14_000, "one call for all that came meanwhile");
        world.advance(2_000);
        world.send(json!([World::message("m4", "hello")])).await;
        assert_eq!(world.count(due).await, START_MS + 14_000, "which is to come and calls for this one too");
        world.advance(4_000);
        receiver.next().await;
        world.until(DONE, 2).await;
        assert_eq!(world.count("SELECT count(*) FROM deliveries").await, 2);
        world.end().await;
    });
}

/// Whoever adds the employee authorises the event; where nobody does, as on the command line, it is the employee.
#[test]
fn applications_are_told_of_new_employees() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::UserAdd, receiver.url("/")).await;
        let new = json!({
            "EMAIL": "boris@example.com", "NAME": "Boris", "LAST_NAME": "Petrov", "UF_DEPARTMENT": [1], "WORK_POSITION": "Head",
            "PERSONAL_GENDER": "M", "PERSONAL_BIRTHDAY": "02.01.1990", "UF_EMPLOYMENT_DATE": "2025-06-01", "ACTIVE": "N",
        });
        assert_eq!(world.call("user.add", new).await.brief(), "200 OK");
        let heard = receiver.next().await;
        insta::allow_duplicates! { insta::assert_snapshot!(heard.data().join("\n"), @"
        data[ACTIVE]=N
        data[DATE_REGISTER]=2025-06-15T12:26:40+00:00
        data[EMAIL]=boris@example.com
        data[ID]=2
        data[LAST_NAME]=Petrov
        data[NAME]=Boris
        data[PERSONAL_BIRTHDAY]=1990-01-02
        data[PERSONAL_GENDER]=M
        data[UF_DEPARTMENT][0]=1
        data[UF_EMPLOYMENT_DATE]=2025-06-01
        data[WORK_POSITION]=Head
        "); }
        assert_eq!((heard.field("event"), heard.field("auth[user_id]")), ("ONUSERADD", "1"));
        assert!(heard.form.contains_key("auth[access_token]") && !heard.form.contains_key("auth[refresh_token]"));

        let clara = desk::users::NewEmployee { name: "Clara".to_owned(), ..desk::users::NewEmployee::default() };
        let app = &world.server.app;
        app.change(START_MS, 0, move |change| desk::users::employ(change, &clara, |_, _| Ok(()))).await.unwrap();
        let heard = receiver.next().await;
        insta::allow_duplicates! { insta::assert_snapshot!(heard.data().join("\n"), @"
        data[ACTIVE]=Y
        data[DATE_REGISTER]=2025-06-15T12:26:40+00:00
        data[EMAIL]=
        data[ID]=3
        data[LAST_NAME]=
        data[NAME]=Clara
        data[PERSONAL_BIRTHDAY]=
        data[PERSONAL_GENDER]=
        data[UF_DEPARTMENT][0]=1
        data[UF_EMPLOYMENT_DATE]=
        data[WORK_POSITION]=
        "); }
        assert_eq!(heard.field("auth[user_id]"), "3");
        let taken = world.call("user.add", json!({"EMAIL": "boris@example.com", "UF_DEPARTMENT": [1]})).await;
        assert_eq!(taken.status, 400);
        assert_eq!(world.count("SELECT count(*) FROM deliveries").await, 2, "who was not added is not told of");
        let (data, url) = (app.config.data.folder.display().to_string(), app.config.database.url.clone());
        let mut command = vec!["user", "create", "Dora", "--json", "--data", &data];
        if !url.is_empty() {
            command.extend(["--database", &url]);
        }
        assert_eq!(super::cli::printed_json(&app.config.data.folder, &command)["id"], 4);
        let told = "SELECT max(auth_user_id) FROM deliveries WHERE event_code = 'ONUSERADD'";
        assert_eq!(world.count(told).await, 4, "the command line tells of them too");
        world.end().await;
    });
}

/// Each event has a handler, so a queue, of its own; what is written for a chat is written in the order in which it happened.
#[test]
fn events_of_a_chat_are_written_in_the_order_in_which_they_happened() {
    on_both(|world| async move {
        let bound = ["ONOPENLINEMESSAGEADD", "ONIMCONNECTORDIALOGSTART", "ONSESSIONSTART", "ONIMCONNECTORMESSAGEADD"];
        for event in bound {
            let offline = json!({"event": event, "event_type": "offline"});
            assert_eq!(world.call("event.bind", offline).await.brief(), "200 OK");
            let online = json!({"event": event, "handler": "https://connector.example/hook"});
            assert_eq!(world.call("event.bind", online).await.brief(), "200 OK");
        }
        let chat_id = chat(&world, "c1").await;
        say(&world, chat_id, "Good day").await;
        let expected = [
            "ONSESSIONSTART",
            "ONIMCONNECTORDIALOGSTART",
            "ONOPENLINEMESSAGEADD",
            "ONOPENLINEMESSAGEADD",
            "ONIMCONNECTORMESSAGEADD",
        ];
        let deliveries = world.texts("SELECT event_code FROM deliveries ORDER BY id").await;
        assert_eq!(deliveries, expected);
        let queue = world.call("event.offline.list", json!({"order": {"ID": "ASC"}})).await;
        let queue: Vec<_> = queue.result().as_array().unwrap().iter().map(|row| row["EVENT_NAME"].clone()).collect();
        assert_eq!(queue, expected);
        world.end().await;
    });
}

/// D-86: what customers write is stored, and what operators write leaves, letter for letter, BB codes and line breaks included.
#[test]
fn texts_pass_a_connector_as_they_are() {
    let texts = [
        "[b]Bold[/b][br]line\nnext\r\nlast",
        " [URL=https://shop.example/?a=1&b=2]shop[/URL] [unknown]x[/unknown] [b]open ",
        "<b>html</b> &amp; &lt;i&gt; \"quoted\"",
        ">>said\n------\nBoris\n[i]before[/i]\n------\n[br][BR]\n\n\tend\n",
    ];
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        let bound = [EventCode::ConnectorMessageAdd, EventCode::ConnectorMessageUpdate, EventCode::LineMessageAdd];
        for code in bound {
            bind(&world, code, receiver.url("/")).await;
        }
        let next = async |event: &str| loop {
            let heard = receiver.next().await;
            if heard.field("event") == event {
                return heard;
            }
        };
        for (number, text) in texts.iter().enumerate() {
            let sent = world.send(json!([World::message(&format!("m{number}"), text)])).await;
            assert_eq!(sent.result()["DATA"]["RESULT"][0]["message"]["text"], *text);
            assert_eq!(next("ONOPENLINEMESSAGEADD").await.field("data[DATA][0][message][text]"), *text);
            let newest = world.call("im.dialog.messages.get", json!({"DIALOG_ID": "chat1", "LIMIT": 1})).await;
            assert_eq!(newest.result()["messages"][0]["text"], *text);

            let say = json!({"DIALOG_ID": "chat1", "MESSAGE": text});
            let id = world.call("im.message.add", say).await.result().as_i64().unwrap();
            let signed = format!("[b]Anna Ivanova:[/b][br] {text}");
            assert_eq!(next("ONIMCONNECTORMESSAGEADD").await.text(), signed);
            let edited = json!({"MESSAGE_ID": id, "MESSAGE": format!("{text}+")});
            assert_eq!(world.call("im.message.update", edited).await.brief(), "200 OK");
            assert_eq!(next("ONIMCONNECTORMESSAGEUPDATE").await.text(), format!("{signed}+"));
        }
        world.execute("UPDATE connectors SET need_signature = 0").await;
        for text in texts {
            world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": text})).await;
            assert_eq!(next("ONIMCONNECTORMESSAGEADD").await.text(), text);
        }
        let update = json!({
            "CONNECTOR": "myconnector", "LINE": world.line_id,
            "MESSAGES": [{"user": {"id": "u1"}, "message": {"id": "m0", "text": texts[3]}, "chat": {"id": "c1"}}],
        });
        assert_eq!(world.call("imconnector.update.messages", update).await.brief(), "200 OK");
        assert_eq!(world.text("SELECT body FROM messages WHERE external_id = 'm0'").await, texts[3]);
        let history = world.call("imopenlines.session.history.get", json!({"CHAT_ID": 1})).await;
        assert_eq!(history.result()["message"]["1"]["text"], texts[3]);
        world.end().await;
    });
}
