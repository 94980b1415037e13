//! `trunkline.quickanswer.*`: whose they are, and moving them between lines.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::support::{World, on_both};

/// Boris in the queue of line 1 and of a second line; nobody in the queue of a third, and a fourth shares its list.
async fn furnish(world: &World) -> i64 {
    let (boris, _) = world.add_employee("Boris").await;
    let queue = json!({"CONFIG_ID": 1, "PARAMS": {"QUEUE": {"U": [1, boris]}}});
    assert_eq!(world.call("imopenlines.config.update", queue).await.brief(), "200 OK");
    for (name, queue, list) in [("Second", vec![boris], 0), ("Third", vec![], 0), ("Shared", vec![boris], 7)] {
        let line = json!({"LINE_NAME": name, "QUEUE": {"U": queue}, "QUICK_ANSWERS_IBLOCK_ID": list});
        assert_eq!(world.call("imopenlines.config.add", json!({"PARAMS": line})).await.brief(), "200 OK");
    }
    boris
}

#[test]
fn an_answer_moves_between_all_lines_and_one() {
    on_both(|world| async move {
        let boris = furnish(&world).await;
        let (lead, operator) = (Browser::of(&world, 1).await, Browser::of(&world, boris).await);
        let added =
            lead.call("trunkline.quickanswer.add", json!({"line_id": null, "title": "Hi", "text": "Hello"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(added.result(), @r#"
        {
          "id": 1,
          "line_id": null,
          "title": "Hi",
          "text": "Hello",
          "message_id": 0,
          "created_by": 1
        }
        "#); }
        operator.call("trunkline.quickanswer.add", json!({"line_id": 1, "text": "Boris's"})).await;
        let mut seen = Vec::new();
        for (browser, parameters) in [
            (&lead, json!({"id": 1, "line_id": 2})),
            (&lead, json!({"id": 1, "text": "Hello!"})),
            (&lead, json!({"id": 1, "line_id": null, "title": ""})),
            (&lead, json!({"id": 1, "line_id": 9})),
            (&lead, json!({"id": 1, "line_id": "x"})),
            (&lead, json!({"id": 1, "text": null})),
            (&operator, json!({"id": 1, "line_id": 1})),
            (&operator, json!({"id": 2, "line_id": 2})),
            (&operator, json!({"id": 2, "line_id": 3})),
            (&operator, json!({"id": 2, "line_id": null})),
            (&operator, json!({"id": 2, "line_id": 4})),
            (&operator, json!({"id": 2, "line_id": null, "title": "Shared"})),
            (&operator, json!({"id": 2, "line_id": ""})),
            (&lead, json!({"id": 2, "line_id": 3})),
            (&operator, json!({"id": 2, "line_id": 1})),
            (&operator, json!({"id": 2, "title": "Mine still"})),
            (&lead, json!({"id": 2, "line_id": null})),
            (&operator, json!({"id": 2, "line_id": 1})),
        ] {
            let reply = browser.call("trunkline.quickanswer.update", parameters.clone()).await;
            let became = match reply.body.get("result") {
                Some(answer) => json!([answer["line_id"], answer["title"], answer["text"]]).to_string(),
                None => reply.brief(),
            };
            seen.push(format!("{parameters} -> {became}"));
        }
        insta::allow_duplicates! { insta::assert_json_snapshot!(seen, @r#"
        [
          "{\"id\":1,\"line_id\":2} -> [2,\"Hi\",\"Hello\"]",
          "{\"id\":1,\"text\":\"Hello!\"} -> [2,\"Hi\",\"Hello!\"]",
          "{\"id\":1,\"line_id\":null,\"title\":\"\"} -> [null,\"\",\"Hello!\"]",
          "{\"id\":1,\"line_id\":9} -> 400 ERROR_NOT_FOUND: Not found",
          "{\"id\":1,\"line_id\":\"x\"} -> 400 ERROR_ARGUMENT: The value of an argument 'line_id' has an invalid type",
          "{\"id\":1,\"text\":null} -> 400 ERROR_ARGUMENT: A text has 1 to 60000 characters",
          "{\"id\":1,\"line_id\":1} -> 400 ERROR_NOT_FOUND: Not found",
          "{\"id\":2,\"line_id\":2} -> [2,\"\",\"Boris's\"]",
          "{\"id\":2,\"line_id\":3} -> 400 ERROR_NOT_FOUND: Not found",
          "{\"id\":2,\"line_id\":null} -> 403 ACCESS_DENIED: You do not have the right to do this",
          "{\"id\":2,\"line_id\":4} -> [null,\"\",\"Boris's\"]",
          "{\"id\":2,\"line_id\":null,\"title\":\"Shared\"} -> [null,\"Shared\",\"Boris's\"]",
          "{\"id\":2,\"line_id\":\"\"} -> [null,\"Shared\",\"Boris's\"]",
          "{\"id\":2,\"line_id\":3} -> [3,\"Shared\",\"Boris's\"]",
          "{\"id\":2,\"line_id\":1} -> 403 ACCESS_DENIED: You do not have the right to do this",
          "{\"id\":2,\"title\":\"Mine still\"} -> [3,\"Mine still\",\"Boris's\"]",
          "{\"id\":2,\"line_id\":null} -> [null,\"Mine still\",\"Boris's\"]",
          "{\"id\":2,\"line_id\":1} -> 403 ACCESS_DENIED: You do not have the right to do this"
        ]
        "#); }
        drop((lead, operator));
        world.end().await;
    });
}

#[test]
fn two_answers_of_one_message_meet_in_a_list() {
    on_both(|world| async move {
        furnish(&world).await;
        world.send(json!([World::message("m1", "hello")])).await;
        let lead = Browser::of(&world, 1).await;
        let save = json!({"CHAT_ID": 1, "MESSAGE_ID": 1});
        assert_eq!(world.call("imopenlines.message.quick.save", save.clone()).await.brief(), "200 OK");
        lead.call("trunkline.quickanswer.update", json!({"id": 1, "line_id": 2})).await;
        assert_eq!(world.call("imopenlines.message.quick.save", save).await.brief(), "200 OK");
        let back = lead.call("trunkline.quickanswer.update", json!({"id": 1, "line_id": 1})).await;
        assert_eq!(back.result()["line_id"], 1);
        let list = lead.call("trunkline.quickanswer.list", json!({"line_id": 1})).await;
        let list: Vec<Value> =
            list.result().as_array().unwrap().iter().map(|answer| answer["message_id"].clone()).collect();
        assert_eq!(list, [json!(0), json!(1)]);
        drop(lead);
        world.end().await;
    });
}
