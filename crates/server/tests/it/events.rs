//! `event.*` and `events`

use serde_json::{Value, json};

use crate::support::{on_both, on_both_with};

const URL: &str = "https://handler.example/a?b=c";

#[test]
fn handlers_are_bound_listed_and_unbound() {
    on_both(|world| async move {
        let (other_id, other) = world.add_employee("Boris").await;
        let bound = world.call("event.bind", json!({"event": "OnImConnectorMessageAdd", "handler": URL})).await;
        assert_eq!(*bound.result(), json!(true));
        for parameters in [
            json!({"EVENT": "ONAPPTEST", "HANDLER": URL, "AUTH_TYPE": other_id.to_string(), "EVENT_TYPE": "online"}),
            json!({"event": "onuseradd", "event_type": "offline", "auth_connector": "sync"}),
            json!({"event": "onuseradd", "event_type": "offline", "handler": "ignored"}),
            json!({"event": "onOfflineEvent", "handler": URL, "options": {"minTimeout": "0"}}),
        ] {
            assert_eq!(world.call("event.bind", parameters.clone()).await.brief(), "200 OK", "{parameters}");
        }
        let own = json!({"event": "ONAPPTEST", "handler": "http://handler.example/b", "auth_type": other_id});
        assert_eq!(world.call_with(&other, "event.bind", own).await.brief(), "200 OK");
        let all = world.call("event.get", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(all.result(), @r#"
        [
          {
            "event": "ONIMCONNECTORMESSAGEADD",
            "handler": "https://handler.example/a?b=c",
            "auth_type": "0",
            "offline": 0
          },
          {
            "event": "ONAPPTEST",
            "handler": "https://handler.example/a?b=c",
            "auth_type": "2",
            "offline": 0
          },
          {
            "event": "ONUSERADD",
            "handler": "",
            "auth_type": "0",
            "offline": 1,
            "auth_connector": "sync"
          },
          {
            "event": "ONUSERADD",
            "handler": "",
            "auth_type": "0",
            "offline": 1,
            "auth_connector": ""
          },
          {
            "event": "ONOFFLINEEVENT",
            "handler": "https://handler.example/a?b=c",
            "auth_type": "0",
            "offline": 0
          },
          {
            "event": "ONAPPTEST",
            "handler": "http://handler.example/b",
            "auth_type": "2",
            "offline": 0
          }
        ]
        "#); }
        let seen = world.call_with(&other, "event.get", json!({})).await;
        assert_eq!(seen.result().as_array().unwrap().len(), 1, "only his own");

        for (token, parameters, count) in [
            (&world.tokens.access_token, json!({"event": "onapptest", "handler": URL, "auth_type": ""}), 0),
            (&other, json!({"event": "ONAPPTEST", "handler": URL}), 0),
            (&world.tokens.access_token, json!({"event": "onapptest", "handler": URL, "auth_type": other_id}), 1),
            (&world.tokens.access_token, json!({"event": "ONUSERADD"}), 0),
            (
                &world.tokens.access_token,
                json!({"event": "ONUSERADD", "event_type": "offline", "auth_connector": "sync"}),
                1,
            ),
            (&world.tokens.access_token, json!({"event": "ONUSERADD", "event_type": "offline"}), 1),
            (&world.tokens.access_token, json!({"event": "ONIMCONNECTORMESSAGEADD", "auth_type": 0}), 1),
            (&other, json!({"event": "ONAPPTEST", "auth_type": other_id}), 1),
            (&world.tokens.access_token, json!({"event": "NOSUCH"}), 0),
            (&world.tokens.access_token, json!({"event": "ONOFFLINEEVENT", "handler": URL, "auth_type": null}), 1),
        ] {
            let reply = world.call_with(token, "event.unbind", parameters.clone()).await;
            assert_eq!(*reply.result(), json!({"count": count}), "{parameters}");
        }
        assert_eq!(*world.call("event.get", json!({})).await.result(), json!([]));
        world.end().await;
    });
}

#[test]
fn bindings_are_refused() {
    on_both(|world| async move {
        let (other_id, other) = world.add_employee("Boris").await;
        let narrow = world.narrow_application(&["im"]).await;
        let twice = json!({"event": "ONAPPTEST", "handler": URL});
        assert_eq!(world.call("event.bind", twice.clone()).await.brief(), "200 OK");
        let (admin, long) = (&world.tokens.access_token, format!("https://h.example/{}", "x".repeat(2048)));
        let not_a_url = "400 ERROR_ARGUMENT: The address of a handler must be an absolute http or https address";
        let cases: Vec<(&String, Value, &str)> = vec![
            (admin, twice, "400 ERROR_CORE: Handler already binded"),
            (admin, json!({"handler": URL}), "400 ERROR_ARGUMENT: Argument 'EVENT' is null or empty"),
            (admin, json!({"event": "", "handler": URL}), "400 ERROR_ARGUMENT: Argument 'EVENT' is null or empty"),
            (admin, json!({"event": "ONAPPTEST"}), "400 ERROR_ARGUMENT: Argument 'HANDLER' is null or empty"),
            (admin, json!({"event": "ONAPPTEST", "handler": "handler.example"}), not_a_url),
            (admin, json!({"event": "ONAPPTEST", "handler": "ftp://handler.example"}), not_a_url),
            (admin, json!({"event": "ONAPPTEST", "handler": "javascript:alert(1)"}), not_a_url),
            (
                admin,
                json!({"event": "ONAPPTEST", "handler": long}),
                "400 ERROR_ARGUMENT: The address of a handler has at most 2048 bytes: shorten it",
            ),
            (admin, json!({"event": "ONNOTHING", "handler": URL}), "400 ERROR_EVENT_NOT_FOUND: Event not found"),
            (&narrow, json!({"event": "ONSESSIONSTART", "handler": URL}), "400 ERROR_EVENT_NOT_FOUND: Event not found"),
            (
                admin,
                json!({"event": "ONAPPTEST", "handler": URL, "event_type": "sometimes"}),
                "400 ERROR_ARGUMENT: The event type is either online or offline",
            ),
            (
                admin,
                json!({"event": "ONAPPTEST", "handler": URL, "auth_type": 99}),
                "400 ERROR_ARGUMENT: No employee has the id 99: take one that user.get lists",
            ),
            (
                admin,
                json!({"event": "ONAPPTEST", "handler": URL, "auth_type": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'auth_type' has an invalid type",
            ),
            (
                admin,
                json!({"event": "ONOFFLINEEVENT", "handler": URL, "options": {"minTimeout": -1}}),
                "400 ERROR_ARGUMENT: minTimeout is a number of seconds from 0 to 86400",
            ),
            (
                admin,
                json!({"event": "ONAPPTEST", "event_type": "offline", "auth_connector": "x".repeat(256)}),
                "400 ERROR_ARGUMENT: A source key has at most 255 bytes: shorten it",
            ),
            (
                &other,
                json!({"event": "ONAPPTEST", "event_type": "offline"}),
                "403 ACCESS_DENIED: Access denied! Offline events binding requires administrator access rights",
            ),
            (
                &other,
                json!({"event": "ONAPPTEST", "handler": URL, "auth_type": world.operator_id}),
                "403 ACCESS_DENIED: Access denied! Event binding with AUTH_TYPE requires administrator access rights",
            ),
        ];
        for (token, parameters, brief) in cases {
            assert_eq!(world.call_with(token, "event.bind", parameters.clone()).await.brief(), brief, "{parameters}");
        }
        for (token, parameters, brief) in [
            (admin, json!({}), "400 ERROR_ARGUMENT: Argument 'EVENT' is null or empty"),
            (
                &other,
                json!({"event": "ONAPPTEST", "event_type": "offline"}),
                "403 ACCESS_DENIED: Access denied! Offline events unbinding requires administrator access rights",
            ),
            (
                &other,
                json!({"event": "ONAPPTEST", "auth_type": other_id + 100}),
                "403 ACCESS_DENIED: Access denied! Event unbinding with AUTH_TYPE requires administrator access rights",
            ),
        ] {
            assert_eq!(world.call_with(token, "event.unbind", parameters).await.brief(), brief);
        }
        let wrong =
            "403 WRONG_AUTH_TYPE: Current authorization type is denied for this method Application context required";
        for method in ["event.bind", "event.unbind", "event.get", "event.test"] {
            assert_eq!(world.hook(method, json!({"event": "ONAPPTEST"})).await.brief(), wrong, "{method}");
        }
        assert_eq!(world.count("SELECT count(*) FROM handlers").await, 1);
        world.end().await;
    });
}

#[test]
fn handlers_must_be_https_where_the_portal_says_so() {
    on_both_with(
        |config| config.delivery.require_https = true,
        |world| async move {
            let plain = json!({"event": "ONAPPTEST", "handler": "http://handler.example"});
            let brief = "400 ERROR_ARGUMENT: The address of a handler must begin with https://";
            assert_eq!(world.call("event.bind", plain).await.brief(), brief);
            world.end().await;
        },
    );
}

#[test]
fn events_lists_codes() {
    on_both(|world| async move {
        let common = json!([
            "ONAPPUNINSTALL",
            "ONAPPINSTALL",
            "ONAPPUPDATE",
            "ONAPPPAYMENT",
            "ONAPPTEST",
            "ONAPPMETHODCONFIRM",
            "ONOFFLINEEVENT"
        ]);
        assert_eq!(*world.call("events", json!({"SCOPE": ""})).await.result(), common);
        assert_eq!(*world.call("events", json!({"scope": "user"})).await.result(), json!(["ONUSERADD"]));
        assert_eq!(*world.call("events", json!({"SCOPE": "nothing"})).await.result(), json!([]));
        let narrow = world.narrow_application(&["im"]).await;
        assert_eq!(*world.call_with(&narrow, "events", json!({})).await.result(), common);
        let count = |reply: &Value| reply.as_array().unwrap().len();
        let full = world.call_with(&narrow, "events", json!({"FULL": "true"})).await;
        assert_eq!(count(full.result()), desk::facts::EventCode::ALL.len());
        let own = world.hook("events", json!({})).await;
        assert!(own.result().as_array().unwrap().contains(&json!("ONIMCONNECTORMESSAGEADD")));
        world.end().await;
    });
}

#[test]
fn event_test_tells_the_applications_own_handlers() {
    on_both(|world| async move {
        world.call("event.bind", json!({"event": "ONAPPTEST", "handler": URL})).await;
        let reply = world.call("event.test", json!({"any": "data", "n": [1]})).await;
        assert_eq!(*reply.result(), json!(1));
        let fact = world.text("SELECT fact FROM deliveries WHERE event_code = 'ONAPPTEST'").await;
        let fact: Value = serde_json::from_str(&fact).unwrap();
        assert_eq!(fact["query"], json!({"any": "data", "n": [1]}), "without auth");
        let long = world.call("event.test", json!({"x": "y".repeat(70_000)})).await;
        let brief = "400 ERROR_ARGUMENT: The parameters of a test have at most 65536 bytes as JSON: send less";
        assert_eq!(long.brief(), brief);
        world.end().await;
    });
}
