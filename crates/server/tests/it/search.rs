//! `trunkline.search`: what is found, by whom, and how the indexes are kept.

use desk::search::indexer;
use serde_json::{Value, json};
use server::jobs::search_step;

use crate::support::{CONNECTOR, World, on_both};

/// Waits until everything that was committed can be found. The server's own worker may do the same at the same time.
async fn caught_up(world: &World) {
    while search_step(&world.server.app).await.unwrap() {}
    let progress = world.server.app.read(indexer::progress).await.unwrap();
    assert!(!progress.is_rebuilding());
}

/// Texts of the found messages, the newest first.
async fn found(world: &World, q: &str) -> Vec<String> {
    let reply = world.call("trunkline.search", json!({"q": q})).await;
    let messages = reply.result()["messages"].as_array().unwrap().clone();
    messages.iter().map(|message| message["snippet"]["text"].as_str().unwrap().to_owned()).collect()
}

fn from(user: &Value, chat: &str, id: &str, text: &str) -> Value {
    json!({"user": user, "message": {"id": id, "text": text}, "chat": {"id": chat}})
}

/// (texts of messages, question, which of them are found, the newest first)
const CASES: &[(&[&str], &str, &[usize])] = &[
    (&["I cancelled the orders", "an order form", "disorder"], "order", &[1, 0]),
    (&["Ihre Rechnungen sind da", "Die Rechnung", "Rechner"], "Rechnungen", &[1, 0]),
    (&["Ihre Rechnungen sind da", "Die Rechnung", "Rechner"], "Rechnung ", &[1, 0]),
    (&["Größe XL", "Groesse M", "grosse Freude", "Gras"], "größe", &[2, 1, 0]),
    (&["Größe XL", "Groesse M"], "groesse", &[1, 0]),
    (&["Größe XL"], "grosse", &[0]),
    (&["alte Häuser", "ein Haus"], "haus", &[1, 0]),
    (&["мой заказ", "нет заказа", "о заказах", "указ"], "заказа", &[2, 1, 0]),
    (&["Ёлки", "елка"], "елку", &[1, 0]),
    (&["красивая ваза", "красивые вазы"], "красивую вазу", &[1, 0]),
    (&["Ihre Rechnungsnummer", "Rechnung"], "rechnungsn", &[0]),
    (&["заказывали вчера"], "заказыва", &[0]),
    (&["two words here", "words two", "only words"], "words two", &[1, 0]),
    (&["call +7 (912) 345-67-89 now", "8 912 345 67 89"], "9123456789", &[1, 0]),
    (&["call +7 (912) 345-67-89 now"], "+7 912 345", &[0]),
    (&["write to ivan.petrov@example.com"], "ivan.petrov@exam", &[0]),
    (&["café crème", "CAFE"], "Café", &[1, 0]),
    (&["[b]bold[/b] [url=https://example.com/secret]link[/url]"], "bold", &[0]),
    (&["[b]bold[/b]"], "b ", &[]),
    (&["注文番号は12です"], "番号", &[0]),
    (&["a AND b", "a OR c"], "a AND b", &[0]),
    (&["words"], "\"words", &[0]),
    (&["words"], "words*", &[0]),
    (&["words"], "NEAR(words, 5) words:x -y ^z", &[]),
    (&["words"], "!!! ??? '\"`;--/*", &[0]),
    (&["/l1 /c1 /b0"], "/l1", &[0]),
    (&["words"], "/l1 /b0", &[]),
];

#[test]
fn messages_are_found_in_english_german_and_russian() {
    on_both(|world| async move {
        let mut number = 0;
        for (texts, q, expected) in CASES {
            // Each case has a word of its own, so that no case finds the messages of another.
            let case = format!("case{number}x");
            for text in *texts {
                number += 1;
                world.send(json!([World::message(&format!("m{number}"), &format!("{text} {case}"))])).await;
            }
            caught_up(&world).await;
            let expected: Vec<String> = expected.iter().map(|index| format!("{} {case}", texts[*index])).collect();
            let plain: Vec<String> = expected.iter().map(|text| wire::bbcode::strip(text)).collect();
            assert_eq!(found(&world, &format!("{case} {q}")).await, plain, "{q}");
        }
        assert_eq!(found(&world, "!!! ??? '\"`;--/*").await, Vec::<String>::new());
        world.end().await;
    });
}

#[test]
fn customers_and_chats_are_found() {
    on_both(|world| async move {
        let maria = json!({"id": "u1", "name": "María", "last_name": "Ильина", "phone": "+7 (912) 345-67-89",
            "email": "maria.ilina@example.com"});
        world.send(json!([from(&maria, "c1", "m1", "hello")])).await;
        let oleg = json!({"id": "u2", "name": "Олег", "last_name": "Müller"});
        let chat = json!({"user": oleg, "message": {"id": "m2", "text": "hello too"}, "chat": {"id": "c2", "name": "Big order"}});
        world.send(json!([chat])).await;
        caught_up(&world).await;
        let mut lines = Vec::new();
        for q in [
            "maria",
            "ильина mar",
            "Ильина M",
            "6789",
            "912345",
            "+7 (912)",
            "maria.ilina@exam",
            "example.com",
            "Мария",
            "mueller",
            "MULLER олег",
            "order big",
            "#2",
            "2",
            "#3",
            "",
        ] {
            let reply = world.call("trunkline.search", json!({"q": q, "limit": 5})).await;
            let ids = |kind: &str, id: &str| {
                let rows = reply.result()[kind].as_array().unwrap().iter();
                rows.map(|row| row[id].to_string()).collect::<Vec<_>>().join(",")
            };
            lines.push(format!("{q}: customers [{}] chats [{}]", ids("customers", "id"), ids("chats", "id")));
        }
        insta::allow_duplicates! { insta::assert_snapshot!(lines.join("\n"), @"
        maria: customers [2] chats [1]
        ильина mar: customers [2] chats [1]
        Ильина M: customers [2] chats [1]
        6789: customers [2] chats []
        912345: customers [2] chats []
        +7 (912): customers [2] chats []
        maria.ilina@exam: customers [2] chats []
        example.com: customers [2] chats []
        Мария: customers [] chats []
        mueller: customers [3] chats []
        MULLER олег: customers [3] chats []
        order big: customers [] chats [2]
        #2: customers [] chats [2]
        2: customers [] chats [2]
        #3: customers [] chats []
        : customers [] chats []
        "); }
        let reply = world.call("trunkline.search", json!({"q": "hello"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.snapshot(&world), @r#"
        {
          "status": 200,
          "body": {
            "result": {
              "customers": [],
              "messages": [
                {
                  "message_id": 2,
                  "chat_id": 2,
                  "chat_name": "Big order",
                  "no": 1,
                  "author_id": 3,
                  "created_ms": 1749990400000,
                  "snippet": {
                    "text": "hello too",
                    "marks": [
                      {
                        "start": 0,
                        "length": 5
                      }
                    ]
                  }
                },
                {
                  "message_id": 1,
                  "chat_id": 1,
                  "chat_name": "María Ильина",
                  "no": 1,
                  "author_id": 2,
                  "created_ms": 1749990400000,
                  "snippet": {
                    "text": "hello",
                    "marks": [
                      {
                        "start": 0,
                        "length": 5
                      }
                    ]
                  }
                }
              ],
              "chats": [],
              "cut": false
            },
            "time": {
              "start": 1749990400.0,
              "finish": 1749990400.0,
              "duration": 0.0,
              "processing": 0.0,
              "date_start": "2025-06-15T12:26:40+00:00",
              "date_finish": "2025-06-15T12:26:40+00:00",
              "operating_reset_at": 1749991000,
              "operating": 0.0
            }
          }
        }
        "#); }
        let reply = world.call("trunkline.search", json!({"q": "#2"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.snapshot(&world), @r#"
        {
          "status": 200,
          "body": {
            "result": {
              "customers": [],
              "messages": [],
              "chats": [
                {
                  "id": 2,
                  "name": "Big order",
                  "line_id": 1,
                  "customer_id": 3
                }
              ],
              "cut": false
            },
            "time": {
              "start": 1749990400.0,
              "finish": 1749990400.0,
              "duration": 0.0,
              "processing": 0.0,
              "date_start": "2025-06-15T12:26:40+00:00",
              "date_finish": "2025-06-15T12:26:40+00:00",
              "operating_reset_at": 1749991000,
              "operating": 0.0
            }
          }
        }
        "#); }
        world.end().await;
    });
}

#[test]
fn changes_and_deletions_are_followed() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "first wording"), World::message("m2", "stays")])).await;
        caught_up(&world).await;
        assert_eq!(found(&world, "wording").await, ["first wording"]);
        let change = json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id,
            "MESSAGES": [{"user": {"id": "u1"}, "message": {"id": "m1", "text": "second version"}, "chat": {"id": "c1"}}]});
        world.call("imconnector.update.messages", change).await;
        caught_up(&world).await;
        assert_eq!(found(&world, "wording").await, Vec::<String>::new());
        assert_eq!(found(&world, "version").await, ["second version"]);
        let removal = json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id,
            "MESSAGES": [{"user": {"id": "u1"}, "message": {"id": "m1"}, "chat": {"id": "c1"}}]});
        world.call("imconnector.delete.messages", removal).await;
        // Even before the index knows of it.
        assert_eq!(found(&world, "version").await, Vec::<String>::new());
        caught_up(&world).await;
        assert_eq!(found(&world, "version").await, Vec::<String>::new());
        assert_eq!(found(&world, "stays").await, ["stays"]);
        world.end().await;
    });
}

#[test]
fn names_of_files_and_of_customers_are_followed() {
    on_both(|world| async move {
        let file = json!({"url": "https://files.invalid/x", "name": "Vertrag_Müller 2025.pdf"});
        let message = |id: &str, name: &str| json!({"user": {"id": "u1", "name": name}, "message": {"id": id, "text": "", "files": [file.clone()]}, "chat": {"id": "c1"}});
        world.send(json!([message("m1", "Maria")])).await;
        caught_up(&world).await;
        assert_eq!(found(&world, "vertrag mueller").await, ["Vertrag_Müller 2025.pdf"]);
        let customers = async |q: &str| {
            let reply = world.call("trunkline.search", json!({"q": q})).await;
            let count = |kind: &str| reply.result()[kind].as_array().unwrap().len();
            (count("customers"), count("chats"))
        };
        assert_eq!(customers("maria").await, (1, 1));
        world.send(json!([message("m2", "Ekaterina")])).await;
        caught_up(&world).await;
        assert_eq!((customers("maria").await, customers("ekaterina").await), ((0, 0), (1, 1)));
        world.end().await;
    });
}

#[test]
fn an_operator_finds_only_what_they_may_see() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "secret word")])).await;
        let (boris, token) = world.add_employee("Boris").await;
        caught_up(&world).await;
        let counts = async |world: &World| {
            let mut counts = Vec::new();
            for q in ["secret", "Maria", "#1"] {
                let reply = world.call_with(&token, "trunkline.search", json!({"q": q})).await;
                let count = |kind: &str| reply.result()[kind].as_array().unwrap().len();
                counts.push(count("messages") + count("customers") + count("chats"));
            }
            counts
        };
        assert_eq!(counts(&world).await, [0, 0, 0]);
        let app = &world.server.app;
        let now = app.clock.now_ms();
        app.change(now, 0, move |change| desk::chats::join(change, &[(1, boris)])).await.unwrap();
        assert_eq!(counts(&world).await, [1, 2, 1], "as one who takes part");
        world.execute("DELETE FROM chat_members").await;
        assert_eq!(counts(&world).await, [0, 0, 0]);
        let members = vec![("user".to_owned(), world.operator_id), ("user".to_owned(), boris)];
        let line_id = world.line_id;
        app.change(now, 0, move |change| desk::queue::set_members(change, line_id, &members)).await.unwrap();
        assert_eq!(counts(&world).await, [1, 2, 1], "as one of the line's queue");
        world.end().await;
    });
}

/// Chats in the own line are not what is counted: who takes part in very many of them still finds those elsewhere.
#[test]
fn chats_elsewhere_are_found_beside_very_many_of_the_own_line() {
    on_both(|world| async move {
        let sales = world.call("imopenlines.config.add", json!({"PARAMS": {"LINE_NAME": "Sales"}})).await;
        let sales = sales.result().as_i64().unwrap();
        let active = json!({"CONNECTOR": CONNECTOR, "LINE": sales, "ACTIVE": 1});
        assert_eq!(world.call("imconnector.activate", active).await.brief(), "200 OK");
        let message = json!([World::message("m1", "secret word")]);
        let there = json!({"CONNECTOR": CONNECTOR, "LINE": sales, "MESSAGES": message});
        assert_eq!(world.call("imconnector.send.messages", there).await.brief(), "200 OK");
        let (boris, token) = world.add_employee("Boris").await;
        let app = &world.server.app;
        let joined = app.change(app.clock.now_ms(), 0, move |change| {
            desk::chats::join(change, &[(1, boris)])?;
            desk::queue::set_members(change, 1, &[("user".to_owned(), boris)])
        });
        joined.await.unwrap();
        caught_up(&world).await;
        let find = async || world.call_with(&token, "trunkline.search", json!({"q": "secret"})).await;
        assert_eq!(find().await.result()["messages"].as_array().unwrap().len(), 1);
        world
            .execute(
                "INSERT INTO chats (id, connector_id, line_id, external_id, customer_id, created_ms, name, url, silent, bot_id) \
                 WITH RECURSIVE n (id) AS (SELECT 1001 UNION ALL SELECT id + 1 FROM n WHERE id < 1600) \
                 SELECT id, 1, 1, 'chat ' || id, 0, 0, '', '', 0, 0 FROM n",
            )
            .await;
        world
            .execute(
                "INSERT INTO chat_members (chat_id, user_id, joined_ms, read_message_id) \
                 SELECT c.id, u.id, 0, 0 FROM chats c CROSS JOIN users u WHERE c.id > 1000 AND u.name = 'Boris'",
            )
            .await;
        assert_eq!(find().await.result()["messages"].as_array().unwrap().len(), 1);
        world.end().await;
    });
}

#[test]
fn questions_have_limits() {
    on_both(|world| async move {
        let mut briefs = Vec::new();
        for parameters in [
            json!({}),
            json!({"q": "x".repeat(1001)}),
            json!({"q": "x", "limit": 0}),
            json!({"q": "x", "limit": 51}),
            json!({"q": "x", "limit": -1}),
            json!({"q": "x".repeat(1000), "limit": 50}),
            json!({"q": "\u{0}"}),
            json!({"q": "я".repeat(1000)}),
            json!({"q": "ab ".repeat(333)}),
        ] {
            briefs.push(world.call("trunkline.search", parameters).await.brief());
        }
        let token = world.narrow_application(&["im"]).await;
        briefs.push(world.call_with(&token, "trunkline.search", json!({"q": "x"})).await.brief());
        insta::allow_duplicates! { insta::assert_snapshot!(briefs.join("\n"), @"
        400 ERROR_ARGUMENT: Argument 'q' is null or empty
        400 ERROR_ARGUMENT: Argument 'q' is longer than 1000 characters
        400 ERROR_ARGUMENT: limit is a number from 1 to 50
        400 ERROR_ARGUMENT: limit is a number from 1 to 50
        400 ERROR_ARGUMENT: limit is a number from 1 to 50
        200 OK
        200 OK
        200 OK
        200 OK
        401 insufficient_scope: The request requires higher privileges than provided by the access token
        "); }
        world.end().await;
    });
}

/// Empties the index of messages and runs two statements in the same transaction, so that no worker sees a half of it.
async fn damage(world: &World, one: &'static str, other: &'static str) {
    let app = &world.server.app;
    let statements = ["DELETE FROM search_messages", one, other];
    let damaged = app.work(move |change| {
        for sql in statements {
            change.tx.execute(sql, &[])?;
        }
        Ok(())
    });
    damaged.await.unwrap();
}

#[test]
fn what_is_missing_is_made_anew() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "before the gap")])).await;
        caught_up(&world).await;
        // Events that nobody took in are swept, and rows of the index are gone.
        damage(&world, "UPDATE search_progress SET event = 0, step = step + 1", "DELETE FROM events").await;
        world.send(json!([World::message("m2", "after the gap")])).await;
        caught_up(&world).await;
        assert_eq!(found(&world, "gap").await, ["after the gap", "before the gap"]);
        // Other rules make other words.
        damage(&world, "UPDATE search_progress SET rules = -1, step = step + 1", "UPDATE lines SET name = name").await;
        caught_up(&world).await;
        assert_eq!(found(&world, "gap").await, ["after the gap", "before the gap"]);
        // By command.
        damage(&world, "UPDATE search_progress SET step = step + 1", "UPDATE lines SET name = name").await;
        assert_eq!(found(&world, "gap").await, Vec::<String>::new());
        let app = &world.server.app;
        let begun = app.work(|change| {
            let group = indexer::begin_rebuild(change.tx)?;
            indexer::apply(change.tx, &group)
        });
        assert!(begun.await.unwrap());
        caught_up(&world).await;
        assert_eq!(found(&world, "gap").await, ["after the gap", "before the gap"]);
        let world = world.restart().await;
        world.send(json!([World::message("m3", "third gap")])).await;
        caught_up(&world).await;
        assert_eq!(found(&world, "gap").await, ["third gap", "after the gap", "before the gap"]);
        world.end().await;
    });
}

/// Of two who gathered the same group only the first is heard.
#[test]
fn a_group_is_taken_in_once() {
    on_both(|world| async move {
        let app = &world.server.app;
        caught_up(&world).await;
        let group = || app.work(|change| indexer::begin_rebuild(change.tx));
        let (first, second) = (group().await.unwrap(), group().await.unwrap());
        let mut taken = Vec::new();
        for group in [first, second] {
            taken.push(app.work(move |change| indexer::apply(change.tx, &group)).await.unwrap());
        }
        assert!(!taken[1], "{taken:?}");
        world.end().await;
    });
}
