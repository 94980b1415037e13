//! `imconnector.*`

use serde_json::json;

use crate::support::{World, on_both};

#[test]
fn send_messages_answers_as_documented() {
    on_both(|world| async move {
        let reply = world
            .send(json!([{
                "user": {"id": "ext-user-1", "name": "Maria", "last_name": "Petrova", "skip_phone_validate": "Y"},
                "message": {"id": "ext-1", "date": 1_749_990_000, "text": "hello", "disable_crm": "Y",
                            "files": [{"url": "http://127.0.0.1:9/a.png", "name": "a.png"}]},
                "chat": {"id": "chan-1", "name": "Desk", "url": "https://ext.example/c/1"}
            }]))
            .await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.snapshot(&world), @r#"
        {
          "status": 200,
          "body": {
            "result": {
              "SUCCESS": true,
              "DATA": {
                "RESULT": [
                  {
                    "user": "2",
                    "message": {
                      "id": "ext-1",
                      "date": {},
                      "text": "hello",
                      "files": []
                    },
                    "chat": {
                      "id": "chan-1",
                      "name": "Desk",
                      "description": "Link to the original post: https://ext.example/c/1"
                    },
                    "extra": {
                      "skip_phone_validate": "Y",
                      "disable_tracker": "Y"
                    },
                    "SUCCESS": true,
                    "session": {
                      "ID": "1",
                      "CHAT_ID": "1"
                    }
                  }
                ]
              }
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
fn a_repeated_message_is_stored_once_and_has_the_first_answer() {
    on_both(|world| async move {
        let first = world.send(json!([World::message("m1", "hello")])).await;
        let again = world.send(json!([World::message("m1", "hello")])).await;
        assert_eq!(first.result(), again.result());
        let twice = world.send(json!([World::message("m2", "x"), World::message("m2", "x")])).await;
        assert_eq!(twice.result()["DATA"]["RESULT"][0], twice.result()["DATA"]["RESULT"][1]);
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 2);
        let other = world.send(json!([World::message("m1", "changed")])).await;
        assert_eq!(other.status, 200);
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 3, "same id, other content: a new message");
        world.end().await;
    });
}
