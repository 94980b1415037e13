//! Offline events.

use serde_json::{Value, json};

use crate::support::{CONNECTOR, World, on_both};

/// The application collects messages of the line, once without a source key and once as `sync`.
async fn collecting(world: &World) {
    for key in ["", "sync"] {
        let bind = json!({"event": "ONOPENLINEMESSAGEADD", "event_type": "offline", "auth_connector": key});
        assert_eq!(world.call("event.bind", bind).await.brief(), "200 OK");
    }
}

async fn ids(world: &World, method: &str, parameters: Value) -> Vec<String> {
    let reply = world.call(method, parameters.clone()).await;
    let rows = if method == "event.offline.get" { &reply.result()["events"] } else { reply.result() };
    let rows = rows.as_array().unwrap_or_else(|| panic!("{parameters} {}", reply.body));
    rows.iter().map(|row| row["ID"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn events_are_kept_reserved_marked_and_cleared() {
    on_both(|world| async move {
        collecting(&world).await;
        for number in 1..=3 {
            world.send(json!([World::message(&format!("m{number}"), "hello")])).await;
            world.server.app.clock.advance(1000);
        }
        let all = ids(&world, "event.offline.list", json!({})).await;
        let first = world.call("event.offline.list", json!({"filter": {"ID": all[0]}})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(first.result(), @r#"
        [
          {
            "ID": "1",
            "TIMESTAMP_X": "2025-06-15T12:26:40+00:00",
            "EVENT_NAME": "ONOPENLINEMESSAGEADD",
            "EVENT_DATA": {
              "DATA": [
                {
                  "connector": {
                    "connector_id": "myconnector",
                    "line_id": 1,
                    "chat_id": "c1",
                    "user_id": 2
                  },
                  "chat": {
                    "id": 1
                  },
                  "message": {
                    "id": 1,
                    "date": "2025-06-15T12:26:40+00:00",
                    "text": "hello",
                    "files": [],
                    "attach": "",
                    "system": "N",
                    "user_id": 2
                  },
                  "ref": [],
                  "extra": {
                    "EXTRA_URL": ""
                  }
                }
              ]
            },
            "EVENT_ADDITIONAL": false,
            "MESSAGE_ID": "d4f806dc8d7061cd8965b6a18f610ddb",
            "PROCESS_ID": "",
            "ERROR": "0"
          }
        ]
        "#); }
        assert_eq!(first.body["total"], 1);

        let key = first.result()[0]["MESSAGE_ID"].clone();
        let (last, count) = (all.last().unwrap(), all.len());
        for (filter, found) in [
            (json!({">ID": all[0]}), count - 1),
            (json!({"@ID": [all[0], last]}), 2),
            (json!({"!ID": last}), count - 1),
            (json!({"<TIMESTAMP_X": "2025-06-15T12:26:41+00:00", ">=TIMESTAMP_X": "2025-06-15T12:26:40+00:00"}), 1),
            (json!({"EVENT_NAME": "onOpenlineMessageAdd"}), count),
            (json!({"MESSAGE_ID": key}), 1),
            (json!({"ERROR": 1}), 0),
            (json!({"PROCESS_ID": "x"}), 0),
        ] {
            assert_eq!(ids(&world, "event.offline.list", json!({"filter": filter})).await.len(), found, "{filter}");
        }
        let newest = json!({"order": {"TIMESTAMP_X": "DESC"}, "limit": 1, "clear": 0});
        let reserved = world.call("event.offline.get", newest).await;
        let process_id = reserved.result()["process_id"].as_str().unwrap().to_owned();
        assert_eq!(process_id.len(), 32);
        assert_eq!(reserved.result()["events"][0]["ID"], json!(last));
        let again = json!({"process_id": process_id, "clear": 0});
        assert_eq!(ids(&world, "event.offline.get", again).await, std::slice::from_ref(last));

        let package = json!({"process_id": process_id});
        assert_eq!(*world.call("event.offline.error", package.clone()).await.result(), json!(true));
        assert_eq!(
            ids(&world, "event.offline.list", json!({"filter": {"ERROR": 1}})).await,
            std::slice::from_ref(last)
        );
        assert_eq!(ids(&world, "event.offline.get", json!({"error": 1, "clear": 0})).await, std::slice::from_ref(last));
        let alone = || ids(&world, "event.offline.get", json!({"limit": 1, "clear": 0}));
        let (one, other) = tokio::join!(alone(), alone());
        assert_eq!((one.len(), other.len()), (1, 1), "whoever comes second gets the next");
        assert_ne!(one, other);
        world.execute("UPDATE offline_events SET process_id = '' WHERE failed = 0").await;
        assert_eq!(ids(&world, "event.offline.get", json!({})).await, all[..count - 1], "neither reserved nor failed");
        assert_eq!(ids(&world, "event.offline.get", json!({})).await, Vec::<String>::new(), "and removed now");
        let process_id = world.text("SELECT process_id FROM offline_events WHERE process_id <> ''").await;
        let other = json!({"process_id": process_id, "id": "999"});
        assert_eq!(*world.call("event.offline.clear", other).await.result(), json!(true), "P-63");
        assert_eq!(ids(&world, "event.offline.list", json!({})).await.len(), 1);
        world.call("event.offline.clear", json!({"process_id": process_id, "id": [last]})).await;
        assert_eq!(ids(&world, "event.offline.list", json!({})).await.len(), 0);
        assert_eq!(ids(&world, "event.offline.list", json!({"auth_connector": "sync"})).await.len(), count);
        world.end().await;
    });
}

#[test]
fn a_call_with_the_key_is_not_recorded_in_that_queue() {
    on_both(|world| async move {
        collecting(&world).await;
        let send = |key: &'static str, id: &'static str| {
            let messages = json!([World::message(id, "hello")]);
            json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "MESSAGES": messages, "auth_connector": key})
        };
        world.call("imconnector.send.messages", send("sync", "m1")).await;
        assert_eq!(ids(&world, "event.offline.list", json!({"auth_connector": "sync"})).await.len(), 0);
        let open = ids(&world, "event.offline.list", json!({})).await.len();
        assert!(open > 0);
        world.call("imconnector.send.messages", send("other", "m2")).await;
        assert!(!ids(&world, "event.offline.list", json!({"auth_connector": "sync"})).await.is_empty());
        world.end().await;
    });
}

#[test]
fn the_offline_queue_refuses() {
    on_both(|world| async move {
        let (_, other) = world.add_employee("Boris").await;
        for method in ["event.offline.get", "event.offline.list", "event.offline.clear", "event.offline.error"] {
            let denied = "403 ACCESS_DENIED: Access denied!";
            assert_eq!(world.call_with(&other, method, json!({"process_id": "x"})).await.brief(), denied, "{method}");
            assert_eq!(world.hook(method, json!({"process_id": "x"})).await.brief(), denied, "{method}");
        }
        for method in ["event.offline.clear", "event.offline.error"] {
            let missing = "400 ERROR_ARGUMENT: Argument 'PROCESS_ID' is null or empty";
            assert_eq!(world.call(method, json!({})).await.brief(), missing, "{method}");
        }
        let fields = "take ID, TIMESTAMP_X, EVENT_NAME, MESSAGE_ID, PROCESS_ID and ERROR";
        for (parameters, text) in [
            (json!({"filter": {"NOPE": 1}}), format!("'NOPE' is no field of 'filter': {fields}")),
            (json!({"order": {"NOPE": 1}}), format!("'NOPE' is no field of 'order': {fields}")),
            (json!({"filter": {"ID": "x"}}), "The value of 'ID' in 'filter' has an invalid type".to_owned()),
            (json!({"filter": "x"}), "The value of an argument 'filter' must be of type array".to_owned()),
        ] {
            for method in ["event.offline.get", "event.offline.list"] {
                let reply = world.call(method, parameters.clone()).await;
                assert_eq!(reply.brief(), format!("400 ERROR_ARGUMENT: {text}"), "{parameters}");
            }
        }
        world.end().await;
    });
}
