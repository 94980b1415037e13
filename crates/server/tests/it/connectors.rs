//! An administrator connects a connector to a line and disconnects it (`contract/openlines.md` 6.1, 6.3, D-87).

use desk::facts::EventCode;
use serde_json::json;

use crate::browser::Browser;
use crate::delivery::{bind, chat};
use crate::receiver::Receiver;
use crate::support::{CONNECTOR, World, on_both};

async fn status(world: &World) -> serde_json::Value {
    world.call("imconnector.status", json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id})).await.result().clone()
}

#[test]
fn a_connector_is_disconnected_and_connected_again() {
    on_both(|world| async move {
        let receiver = Receiver::start().await;
        bind(&world, EventCode::ConnectorStatusDelete, receiver.url("/hook")).await;
        let data = json!({"CONNECTOR": CONNECTOR, "LINE": world.line_id, "DATA": {"ID": "x", "URL": "", "NAME": "X"}});
        assert_eq!(world.call("imconnector.connector.data.set", data).await.brief(), "200 OK");
        chat(&world, "c1").await;
        let anna = Browser::of(&world, 1).await;
        let channel = json!({"connector": CONNECTOR.to_uppercase(), "line_id": world.line_id});
        let call = async |method: &str| {
            anna.call(&format!("trunkline.connector.{method}"), channel.clone()).await.result().clone()
        };
        assert_eq!(status(&world).await["STATUS"], true);
        assert_eq!(call("disconnect").await, true);
        let heard = receiver.next().await;
        assert_eq!(heard.field("event"), "ONIMCONNECTORSTATUSDELETE");
        assert_eq!(heard.data(), ["data[connector]=myconnector".to_owned(), format!("data[line]={}", world.line_id)]);
        assert_eq!(status(&world).await["CONFIGURED"], false);
        assert_eq!(
            world.send(json!([World::message("2", "hello")])).await.body["error"],
            "IMCONNECTOR_NO_CORRECT_PROVIDER"
        );
        assert_eq!(call("disconnect").await, false);
        assert_eq!(call("connect").await, true);
        assert_eq!(world.send(json!([World::message("2", "hello")])).await.brief(), "200 OK");
        // What the application had told of its channel is gone: it has to say it anew.
        assert_eq!(status(&world).await["CONFIGURED"], false);
        let done = "SELECT count(*) FROM audit WHERE kind LIKE 'trunkline.connector.%'";
        assert_eq!(world.count(done).await, 2, "what changed nothing is no act");
        drop(anna);
        world.end().await;
    });
}

#[test]
fn every_refusal() {
    on_both(|world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        let (anna, boris) = (Browser::of(&world, 1).await, Browser::of(&world, boris).await);
        for method in ["trunkline.connector.connect", "trunkline.connector.disconnect"] {
            let channel = json!({"connector": CONNECTOR, "line_id": world.line_id});
            for (parameters, brief) in [
                (json!({"connector": "other", "line_id": world.line_id}), "400 ERROR_NOT_FOUND: Not found"),
                (json!({"connector": CONNECTOR, "line_id": 99}), "400 ERROR_NOT_FOUND: Not found"),
                (json!({"line_id": 1}), "400 ERROR_ARGUMENT: Argument 'connector' is null or empty"),
                (json!({"connector": CONNECTOR}), "400 ERROR_ARGUMENT: Argument 'line_id' is null or empty"),
            ] {
                assert_eq!(anna.call(method, parameters).await.brief(), brief, "{method}");
            }
            let denied = boris.call(method, channel.clone()).await;
            assert_eq!((denied.status, &denied.body["error"]), (403, &json!("ACCESS_DENIED")), "{method}");
            let denied = world.call(method, channel).await;
            assert_eq!((denied.status, &denied.body["error"]), (401, &json!("insufficient_scope")), "{method}");
        }
        assert_eq!(world.count("SELECT count(*) FROM channels WHERE active = 1").await, 1);
        drop((anna, boris));
        world.end().await;
    });
}
