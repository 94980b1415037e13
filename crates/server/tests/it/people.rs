//! `user.add` and `user.update`.

use serde_json::{Value, json};

use crate::support::{World, on_both};

async fn row(world: &World, id: i64) -> Value {
    world.call("user.get", json!({"ID": id})).await.result()[0].clone()
}

#[test]
fn employees_are_added_and_changed() {
    on_both(|world| async move {
        let new = json!({
            "EMAIL": "boris@example.com", "NAME": "Boris", "LAST_NAME": "Petrov", "UF_DEPARTMENT": [1, 99],
            "WORK_POSITION": "Head", "PERSONAL_GENDER": "M", "PERSONAL_MOBILE": "+49123", "SECOND_NAME": "K.", "NOTHING": 1,
            "PERSONAL_BIRTHDAY": "1990-01-02", "PERSONAL_PHOTO": ["a.png", "AAAA"], "XML_ID": "x-1",
        });
        let added = world.call("user.add", new).await;
        assert_eq!(*added.result(), json!(2));
        let shown = row(&world, 2).await;
        let facts = |row: &Value| {
            let codes =
                ["NAME", "EMAIL", "PERSONAL_GENDER", "PERSONAL_MOBILE", "SECOND_NAME", "UF_DEPARTMENT", "ACTIVE"];
            json!(codes.iter().map(|code| row[code].clone()).collect::<Vec<_>>())
        };
        assert_eq!(facts(&shown), json!(["Boris", "boris@example.com", "M", "+49123", "K.", [1], true]));
        assert_eq!(
            json!([shown["PERSONAL_BIRTHDAY"], shown["PERSONAL_PHOTO"], shown["XML_ID"]]),
            json!(["1990-01-02T00:00:00+00:00", "", "x-1"])
        );
        let update = json!({"ID": "2", "NAME": "Bob", "SECOND_NAME": "", "WORK_CITY": "Bonn", "ACTIVE": "N"});
        assert_eq!(*world.call("user.update", update).await.result(), json!(true));
        let shown = row(&world, 2).await;
        assert_eq!(facts(&shown), json!(["Bob", "boris@example.com", "M", "+49123", "", [1], false]));
        assert_eq!(shown["WORK_CITY"], "Bonn");
        let found = world.call("user.search", json!({"FILTER": {"WORK_CITY": "bon"}})).await;
        assert_eq!(found.body["total"], 1);
        world.call("user.update", json!({"ID": 1, "TITLE": "Dr."})).await;
        assert_eq!(world.call("user.current", json!({})).await.result()["TITLE"], "Dr.");
        world.end().await;
    });
}

#[test]
fn dismissal_takes_effect_at_once() {
    on_both(|world| async move {
        let (boris, token) = world.add_employee("Boris").await;
        let current = async || world.call_with(&token, "user.current", json!({})).await.status;
        let set = async |active: &str| world.call("user.update", json!({"ID": boris, "ACTIVE": active})).await.brief();
        assert_eq!(current().await, 200);
        assert_eq!(set("N").await, "200 OK");
        assert_eq!(current().await, 401);
        let update = json!({"ID": boris, "UF_DEPARTMENT": []});
        assert_eq!(world.call("user.update", update).await.brief(), "200 OK");
        assert_eq!(current().await, 401, "what is not named stays");
        assert_eq!(set("Y").await, "200 OK");
        assert_eq!(current().await, 200);
        world.call("user.add", json!({"EMAIL": "c@example.com", "UF_DEPARTMENT": 1, "ACTIVE": "N"})).await;
        assert_eq!(row(&world, boris + 1).await["ACTIVE"], false);
        world.end().await;
    });
}

#[test]
fn employees_may_be_refused() {
    on_both(|world| async move {
        let (boris, token) = world.add_employee("Boris").await;
        let denied = "400 ERROR_CORE: access_denied";
        let email = "400 ERROR_ARGUMENT: wrong_email";
        let taken = "400 ERROR_ARGUMENT: A user with this email already exists";
        let new = |more: Value| {
            let mut new = json!({"EMAIL": "x@example.com", "UF_DEPARTMENT": [1]});
            new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            new
        };
        let cases = [
            ("user.add", json!({"UF_DEPARTMENT": [1]}), email),
            ("user.add", new(json!({"EMAIL": "x"})), email),
            ("user.add", new(json!({"EMAIL": "x y@example.com"})), email),
            ("user.add", new(json!({"EMAIL": "anna@example.com"})), taken),
            ("user.add", new(json!({"EMAIL": "ANNA@example.com"})), taken),
            ("user.add", json!({"EMAIL": "x@example.com"}), "400 ERROR_ARGUMENT: no_extranet_field"),
            ("user.add", new(json!({"EXTRANET": "Y"})), "400 ERROR_GROUPID: Group code not specified"),
            (
                "user.add",
                new(json!({"EXTRANET": "Y", "SONET_GROUP_ID": [1]})),
                "400 ERROR_NO_GROUP: Group is specified incorrectly",
            ),
            (
                "user.add",
                new(json!({"UF_DEPARTMENT": ["x"]})),
                "400 ERROR_ARGUMENT: UF_DEPARTMENT is a list of up to 50 departments",
            ),
            (
                "user.add",
                new(json!({"TITLE": "x".repeat(1001)})),
                "400 ERROR_ARGUMENT: TITLE may have 1000 characters: shorten it",
            ),
            (
                "user.add",
                new(json!({"PERSONAL_BIRTHDAY": "soon"})),
                "400 ERROR_ARGUMENT: PERSONAL_BIRTHDAY is not a date: write it as 2025-12-28",
            ),
            (
                "user.add",
                new(json!({"NAME": ["x"]})),
                "400 ERROR_ARGUMENT: The value of an argument 'NAME' has an invalid type",
            ),
            ("user.update", json!({}), denied),
            ("user.update", json!({"ID": 99, "NAME": "x"}), denied),
            ("user.update", json!({"ID": 1, "ACTIVE": "N"}), denied),
            ("user.update", json!({"ID": boris, "EMAIL": "x"}), email),
            ("user.update", json!({"ID": boris, "EMAIL": "anna@example.com"}), taken),
            (
                "user.update",
                json!({"ID": boris, "PERSONAL_GENDER": "Q"}),
                "400 ERROR_ARGUMENT: PERSONAL_GENDER is M, F or empty",
            ),
        ];
        for (method, parameters, expected) in cases {
            let shown: String = parameters.to_string().chars().take(90).collect();
            assert_eq!(world.call(method, parameters).await.brief(), expected, "{method} {shown}");
        }
        for method in ["user.add", "user.update"] {
            let reply = world.call_with(&token, method, new(json!({"ID": boris}))).await;
            assert_eq!(reply.brief(), denied, "{method}");
        }
        let brief = world.narrow_application(&["user_basic"]).await;
        let reply = world.call_with(&brief, "user.add", new(json!({}))).await;
        let text = "The request requires higher privileges than provided by the access token";
        assert_eq!(reply.brief(), format!("401 insufficient_scope: {text}"));
        assert_eq!(world.count("SELECT count(*) FROM users").await, 2, "nothing half-stored");
        world.end().await;
    });
}
