//! `app.option.*` and `user.option.*`

use serde_json::json;

use crate::support::on_both;

#[test]
fn options_are_kept_per_application_and_per_user() {
    on_both(|world| async move {
        let (_, other) = world.add_employee("Boris").await;
        assert_eq!(*world.call("app.option.get", json!({})).await.result(), json!([]), "P-97");
        assert_eq!(*world.call("app.option.get", json!({"option": "a"})).await.result(), json!(null));
        let values = json!({"a": "x", "b": {"c": [1, true, null]}, "d": 1});
        assert_eq!(*world.call("app.option.set", json!({"options": values})).await.result(), json!(true));
        let changed = json!({"options": {"a": 2.5, "d": null}});
        assert_eq!(*world.call("app.option.set", changed).await.result(), json!(true));
        let stored = json!({"a": 2.5, "b": {"c": [1, true, null]}});
        assert_eq!(*world.call_with(&other, "app.option.get", json!({})).await.result(), stored);
        assert_eq!(*world.call("app.option.get", json!({"option": "b"})).await.result(), stored["b"]);

        assert_eq!(*world.call("user.option.set", json!({"options": {"a": "mine"}})).await.result(), json!(true));
        assert_eq!(*world.call("user.option.get", json!({"option": "a"})).await.result(), "mine");
        assert_eq!(*world.call_with(&other, "user.option.get", json!({})).await.result(), json!([]));
        let list = json!({"options": ["first", "second"]});
        assert_eq!(*world.call_with(&other, "user.option.set", list).await.result(), json!(true));
        assert_eq!(*world.call_with(&other, "user.option.get", json!({})).await.result(), json!(["first", "second"]));
        world.end().await;
    });
}

#[test]
fn options_are_refused() {
    on_both(|world| async move {
        let (_, other) = world.add_employee("Boris").await;
        let set = |options| json!({"options": options});
        let denied = "403 ACCESS_DENIED: Access denied! Application context required";
        for method in ["app.option.get", "app.option.set", "user.option.get", "user.option.set"] {
            assert_eq!(world.hook(method, set(json!({"a": 1}))).await.brief(), denied, "{method}");
        }
        for method in ["app.option.set", "user.option.set"] {
            for (options, brief) in [
                (json!(null), "400 ArgumentNullException: Argument 'options' is null or empty"),
                (json!([]), "400 ArgumentNullException: Argument 'options' is null or empty"),
                (json!({}), "400 ArgumentNullException: Argument 'options' is null or empty"),
                (json!("x"), "400 ERROR_ARGUMENT: The value of an argument 'options' must be of type array"),
                (
                    json!({"x".repeat(256): 1}),
                    "400 ERROR_ARGUMENT: The name of an option has at most 255 bytes: shorten it",
                ),
                (
                    json!({"x": "y".repeat(65_536)}),
                    "400 ERROR_ARGUMENT: The value of an option has at most 65536 bytes: shorten it",
                ),
                (
                    (0..1001).map(|index| (format!("o{index}"), json!(1))).collect::<serde_json::Map<_, _>>().into(),
                    "400 ERROR_ARGUMENT: At most 1000 are allowed: remove some first",
                ),
            ] {
                assert_eq!(world.call(method, set(options)).await.brief(), brief, "{method}");
            }
        }
        assert_eq!(
            world.call_with(&other, "app.option.set", set(json!({"a": 1}))).await.brief(),
            "400 AccessException: Administrator authorization required"
        );
        assert_eq!(world.count("SELECT count(*) FROM options").await, 0, "nothing half-stored");
        world.end().await;
    });
}
