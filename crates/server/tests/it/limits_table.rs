//! Every limit of the protocol's calls: what just fits is taken, one more is refused in words, and nothing of it is stored.

use serde_json::{Map, Value, json};

use crate::support::{Reply, World, on_both, on_both_with, read};

const OK: &str = "200 OK";

/// A text of so many letters of two bytes each.
fn letters(count: usize) -> String {
    "я".repeat(count)
}

/// A text of so many bytes.
fn bytes(count: usize) -> String {
    "a".repeat(count)
}

async fn post(world: &World, content_type: &str, body: String) -> Reply {
    let request = world.http.post(format!("{}/server.time", world.webhook)).header("content-type", content_type);
    read(request.body(body).send().await.unwrap()).await
}

#[test]
fn bodies() {
    on_both_with(
        |config| config.server.body_bytes_max = 2000,
        |world| async move {
            let json = |size: usize| format!(r#"{{"x":"{}"}}"#, bytes(size - 8));
            let form = |size: usize| format!("x={}", bytes(size - 2));
            let refused =
                "413 INVALID_REQUEST: The body could not be read or is larger than 2000 bytes: send less at once";
            for (content_type, fits, exceeds) in [
                ("application/json", json(2000), json(2001)),
                ("application/x-www-form-urlencoded", form(2000), form(2001)),
            ] {
                assert_eq!((fits.len(), exceeds.len()), (2000, 2001));
                assert_eq!(post(&world, content_type, fits).await.brief(), OK, "{content_type}");
                assert_eq!(post(&world, content_type, exceeds).await.brief(), refused, "{content_type}");
            }
            world.end().await;
        },
    );
}

#[test]
fn parameters() {
    on_both(|world| async move {
        let deep_json = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        let deep_form = |depth: usize| format!("a{}=1", "[x]".repeat(depth - 1));
        let wide_json = |leaves: usize| json!({"x": vec![1; leaves]}).to_string();
        let wide_form = |leaves: usize| "x[]=1&".repeat(leaves);
        let too_deep = "400 INVALID_REQUEST: Parameters are nested deeper than 64 levels";
        let too_many = "400 INVALID_REQUEST: More than 100000 parameter values";
        let (json, form) = ("application/json", "application/x-www-form-urlencoded");
        for (content_type, fits, exceeds, refused) in [
            (json, deep_json(64), deep_json(65), too_deep),
            (form, deep_form(64), deep_form(65), too_deep),
            (json, wide_json(100_000), wide_json(100_001), too_many),
            (form, wide_form(100_000), wide_form(100_001), too_many),
        ] {
            assert_eq!(post(&world, content_type, fits).await.brief(), OK, "{content_type}, not {refused}");
            assert_eq!(post(&world, content_type, exceeds).await.brief(), refused, "{content_type}");
        }
        world.end().await;
    });
}

#[test]
fn commands_of_a_batch() {
    on_both(|world| async move {
        let batch = async |count: usize| {
            let commands: Vec<_> = (0..count).map(|n| format!("app.option.set?options[b{count}n{n}]=1")).collect();
            world.call("batch", json!({"cmd": commands})).await.result().clone()
        };
        let fits = batch(50).await;
        assert_eq!((&fits["result"], &fits["result_error"]), (&json!(vec![true; 50]), &json!([])));
        let exceeds = batch(51).await;
        assert_eq!(exceeds["result"], json!(vec![true; 50]), "P-52");
        let errors = exceeds["result_error"].as_object().unwrap();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors["50"]["error"], "ERROR_BATCH_LENGTH_EXCEEDED");
        assert_eq!(world.count("SELECT count(*) FROM options").await, 100);
        world.end().await;
    });
}

#[test]
fn messages_of_a_call() {
    on_both(|world| async move {
        let messages = |count: usize| (0..count).map(|n| World::message(&format!("m{n}"), "hello")).collect::<Value>();
        let refused = "400 ERROR_ARGUMENT: At most 1000 messages in one call: send the rest in further calls";
        assert_eq!(world.send(messages(1001)).await.brief(), refused);
        assert_eq!(world.count("SELECT count(*) FROM chats").await, 0);
        let reply = world.send(messages(1000)).await;
        let results = reply.result()["DATA"]["RESULT"].as_array().unwrap();
        assert_eq!(results.iter().filter(|result| result["SUCCESS"] == true).count(), 1000);
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1000);
        world.end().await;
    });
}

/// Fields of one message: each case is sent with what fits and with one more.
#[test]
fn fields_of_a_message() {
    on_both(|world| async move {
        // An odd and an even number of bytes, in letters of two bytes: identifiers are counted in bytes.
        let ids = || (json!(letters(127) + "a"), json!(letters(128)));
        // Where the addresses lead does not matter, but it is nobody else's server.
        let files =
            |count: usize| -> Value { (0..count).map(|n| json!({"url": format!("{}/{n}", world.base)})).collect() };
        let cases = [
            ("user", "id", ids(), "user.id is longer than 255 bytes: send a shorter identifier"),
            ("chat", "id", ids(), "chat.id is longer than 255 bytes: send a shorter identifier"),
            ("message", "id", ids(), "message.id is longer than 255 bytes: send a shorter identifier"),
            (
                "message",
                "text",
                (json!(letters(60_000)), json!(letters(60_001))),
                "message.text is longer than 60000 characters: send it in several messages",
            ),
            (
                "message",
                "files",
                (files(50), files(51)),
                "message.files has more than 50 files: send them in several messages",
            ),
        ];
        let message = |block: &str, field: &str, value: Value| {
            let mut message = World::message(&format!("{block}-{field}"), "hello");
            message[block][field] = value;
            json!([message])
        };
        let chats = "SELECT count(*) FROM chats";
        let (mut fitting, mut exceeding) = (Vec::new(), Vec::new());
        for (block, field, (fits, exceeds), error) in cases {
            fitting.push(message(block, field, fits));
            exceeding.push((message(block, field, exceeds), error));
        }
        for (exceeds, error) in exceeding {
            let reply = world.send(exceeds).await;
            let result = &reply.result()["DATA"]["RESULT"][0];
            assert_eq!((&result["SUCCESS"], &result["ERRORS"]), (&json!(false), &json!([error])));
        }
        assert_eq!(world.count(chats).await, 0);
        assert_eq!(world.count("SELECT count(*) FROM users WHERE external_id IS NOT NULL").await, 0);
        assert_eq!(world.count("SELECT count(*) FROM files").await, 0);
        for fits in fitting {
            let reply = world.send(fits.clone()).await;
            assert_eq!(reply.result()["DATA"]["RESULT"][0]["SUCCESS"], true, "{fits}");
        }
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 5);
        assert_eq!(world.count("SELECT count(*) FROM files").await, 50);
        assert_eq!(world.count("SELECT count(*) FROM messages WHERE length(body) = 60000").await, 1);
        world.end().await;
    });
}

#[test]
fn names_of_people_are_cut() {
    on_both(|world| async move {
        for (id, count) in [("fits", 25), ("cut", 26)] {
            let mut message = World::message(id, "hello");
            message["user"] = json!({"id": id, "name": letters(count), "last_name": letters(count)});
            let reply = world.send(json!([message])).await;
            assert_eq!(reply.result()["DATA"]["RESULT"][0]["SUCCESS"], true);
        }
        for column in [
            "SELECT name FROM users WHERE external_id IN ('fits', 'cut')",
            "SELECT last_name FROM users WHERE external_id IN ('fits', 'cut')",
        ] {
            assert_eq!(world.texts(column).await, [letters(25), letters(25)], "{column}, D-33");
        }
        world.end().await;
    });
}

#[test]
fn connectors() {
    on_both(|world| async move {
        let register = async |id: String, name: String, page: usize| {
            let parameters = json!({
                "ID": id, "NAME": name, "ICON": {"DATA_IMAGE": "data:image/svg+xml,%3Csvg/%3E"},
                "PLACEMENT_HANDLER": format!("https://connector.example/{}", bytes(page - 26)),
            });
            let reply = world.call("imconnector.register", parameters).await;
            assert_eq!(reply.status, 200);
            reply.result()["error"].as_str().unwrap_or("registered").to_owned()
        };
        let refused = "GENERAL_CONNECTOR_REGISTRATION_ERROR";
        assert_eq!(register(bytes(256), letters(255), 2048).await, refused);
        assert_eq!(register(bytes(255), letters(256), 2048).await, refused);
        assert_eq!(register(bytes(255), letters(255), 2049).await, refused);
        assert_eq!(world.count("SELECT count(*) FROM connectors").await, 1);
        assert_eq!(register(bytes(255), letters(255), 2048).await, "registered");
        let parameters = json!({"CONNECTOR": bytes(255), "LINE": world.line_id, "ACTIVE": 1});
        assert_eq!(world.call("imconnector.activate", parameters).await.brief(), OK);
        let send = json!({"CONNECTOR": bytes(255), "LINE": world.line_id, "MESSAGES": [World::message("m", "hello")]});
        assert_eq!(world.call("imconnector.send.messages", send).await.brief(), OK);
        assert_eq!(world.count("SELECT count(*) FROM messages").await, 1);
        world.end().await;
    });
}

#[test]
fn handlers_of_events() {
    on_both(|world| async move {
        let count = "SELECT count(*) FROM handlers";
        let bind = async |bytes_of_url: usize, source: usize| {
            let handler = format!("https://handler.example/{}", bytes(bytes_of_url - 24));
            let parameters =
                json!({"event": "ONOPENLINEMESSAGEADD", "handler": handler, "auth_connector": bytes(source)});
            world.call("event.bind", parameters).await.brief()
        };
        let long_url = "The address of a handler has at most 2048 bytes: shorten it";
        assert!(bind(2049, 1).await.ends_with(long_url));
        let long_source = "400 ERROR_ARGUMENT: A source key has at most 255 bytes: shorten it";
        assert_eq!(bind(2048, 256).await, long_source);
        assert_eq!(world.count(count).await, 0);
        assert_eq!(bind(2048, 255).await, OK);
        for call in 0..20 {
            let command =
                |n| format!("event.bind?event=ONOPENLINEMESSAGEADD&handler=https://handler.example/{call}-{n}");
            // The last call has one command less: there is one handler already.
            let commands: Vec<_> = (0..if call == 19 { 49 } else { 50 }).map(command).collect();
            let reply = world.call("batch", json!({"cmd": commands})).await;
            assert_eq!(reply.result()["result_error"], json!([]));
        }
        assert_eq!(world.count(count).await, 1000);
        assert_eq!(bind(100, 1).await, "400 ERROR_ARGUMENT: At most 1000 are allowed: remove some first");
        assert_eq!(world.count(count).await, 1000);
        world.end().await;
    });
}

#[test]
fn options_of_an_application_and_of_a_user() {
    on_both(|world| async move {
        let count = "SELECT count(*) FROM options";
        let many = |count: usize| Value::Object((0..count).map(|n| (format!("o{n}"), json!(n))).collect::<Map<_, _>>());
        let refused = "400 ERROR_ARGUMENT: At most 1000 are allowed: remove some first";
        let long_name = "400 ERROR_ARGUMENT: The name of an option has at most 255 bytes: shorten it";
        let long_value = "400 ERROR_ARGUMENT: The value of an option has at most 65536 bytes: shorten it";
        // As JSON the value has two quotes more.
        let one = |name: usize, value: usize| json!({bytes(name): bytes(value - 2)});
        for (method, before) in [("app.option.set", 0), ("user.option.set", 1000)] {
            let set = async |options: Value| world.call(method, json!({"options": options})).await.brief();
            assert_eq!(set(many(1001)).await, refused, "{method}");
            assert_eq!(set(one(256, 65_536)).await, long_name, "{method}");
            assert_eq!(set(one(255, 65_537)).await, long_value, "{method}");
            assert_eq!(world.count(count).await, before, "{method}");
            assert_eq!(set(many(999)).await, OK, "{method}");
            assert_eq!(set(one(255, 65_536)).await, OK, "{method}");
            assert_eq!(set(json!({"o0": "changed", "one more": 1})).await, refused, "{method}");
            assert_eq!(world.count(count).await, before + 1000, "{method}");
        }
        assert_eq!(world.count("SELECT count(*) FROM options WHERE value LIKE '%changed%'").await, 0);
        world.end().await;
    });
}
