//! `im.user.status.*` and `trunkline.presence.*`

use serde_json::{Value, json};

use crate::imopenlines_sessions::first_message;
use crate::support::{World, on_both};

async fn status(world: &World) -> Value {
    world.call("im.user.status.get", json!({})).await.result().clone()
}

#[test]
fn employees_say_whether_they_are_there() {
    on_both(|world| async move {
        assert_eq!(status(&world).await, "online");
        for word in ["away", "break", "dnd", "online"] {
            let reply = world.call("im.user.status.set", json!({"STATUS": word})).await;
            assert_eq!((reply.result(), status(&world).await), (&json!(true), json!(word)));
        }
        let idle = world.call("im.user.status.idle.start", json!({"AGO": 20})).await;
        assert_eq!((idle.result(), status(&world).await), (&json!(true), json!("away")));
        world.call("im.user.status.idle.end", json!({})).await;
        assert_eq!(status(&world).await, "online");
        // Who went away on purpose does not come back by itself.
        world.call("im.user.status.set", json!({"STATUS": "break"})).await;
        world.call("im.user.status.idle.start", json!({})).await;
        world.call("im.user.status.idle.end", json!({})).await;
        assert_eq!(status(&world).await, "break");
        let offline = json!({"presence": "offline", "reason": "On holiday"});
        let shown = json!({"user_id": 1, "presence": "offline", "reason": "On holiday"});
        assert_eq!(*world.call("trunkline.presence.set", offline).await.result(), shown);
        assert_eq!(status(&world).await, json!(false));
        let (_, boris) = world.add_employee("Boris").await;
        let seen = world.call_with(&boris, "trunkline.presence.get", json!({"user_id": 1})).await;
        assert_eq!(*seen.result(), shown);
        let own = world.call_with(&boris, "trunkline.presence.get", json!({})).await;
        assert_eq!(*own.result(), json!({"user_id": 2, "presence": "online", "reason": null}));
        world.end().await;
    });
}

#[test]
fn a_status_may_be_refused() {
    on_both(|world| async move {
        first_message(&world).await;
        let wrong = "400 STATUS_ERROR: Status is not available";
        for (method, parameters, expected) in [
            ("im.user.status.set", json!({}), wrong),
            ("im.user.status.set", json!({"STATUS": "ONLINE"}), wrong),
            ("im.user.status.set", json!({"STATUS": "offline"}), wrong),
            ("im.user.status.set", json!({"STATUS": ["away"]}), wrong),
            ("trunkline.presence.set", json!({"presence": "dnd"}), wrong),
            ("trunkline.presence.get", json!({"user_id": 2}), "400 USER_NOT_FOUND: User not found"),
            ("trunkline.presence.get", json!({"user_id": 99}), "400 USER_NOT_FOUND: User not found"),
            (
                "im.user.status.idle.start",
                json!({"AGO": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'AGO' has an invalid type",
            ),
        ] {
            assert_eq!(world.call(method, parameters.clone()).await.brief(), expected, "{method} {parameters}");
        }
        assert_eq!(status(&world).await, "online");
        world.end().await;
    });
}
