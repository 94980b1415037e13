//! `trunkline.view.*`: saved lists of chats, one's own and everybody's.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::support::on_both;

#[test]
fn views_are_saved_changed_and_removed() {
    on_both(|world| async move {
        let browser = Browser::of(&world, 1).await;
        let filter = json!({"line_ids": [1], "connectors": ["myconnector"], "unread": true});
        let new = json!({"title": " Unread ", "view": "all", "filter": filter, "sort": "waiting"});
        let saved = browser.call("trunkline.view.save", new).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(saved.result(), @r#"
        {
          "view": {
            "id": 1,
            "title": "Unread",
            "shared": false,
            "owner_id": 1,
            "view": "all",
            "filter": {
              "line_ids": [
                1
              ],
              "connectors": [
                "myconnector"
              ],
              "owner_ids": [],
              "statuses": [],
              "label_ids": [],
              "from_ms": null,
              "to_ms": null,
              "unread": true
            },
            "sort": "waiting"
          }
        }
        "#); }
        let changed = json!({"id": 1, "title": "Everybody's", "shared": true, "view": "mine"});
        let changed = browser.call("trunkline.view.save", changed).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(changed.result(), @r#"
        {
          "view": {
            "id": 1,
            "title": "Everybody's",
            "shared": true,
            "owner_id": 1,
            "view": "mine",
            "filter": {
              "line_ids": [],
              "connectors": [],
              "owner_ids": [],
              "statuses": [],
              "label_ids": [],
              "from_ms": null,
              "to_ms": null,
              "unread": false
            },
            "sort": "newest"
          }
        }
        "#); }
        let list = browser.call("trunkline.view.list", json!({})).await;
        assert_eq!(*list.result(), json!([changed.result()["view"]]));
        let started = browser.call("trunkline.start", json!({})).await;
        assert_eq!(started.result()["views"], *list.result());
        assert_eq!(*browser.call("trunkline.view.delete", json!({"id": 1})).await.result(), true);
        assert_eq!(*browser.call("trunkline.view.list", json!({})).await.result(), json!([]));
        drop(browser);
        world.end().await;
    });
}

#[test]
fn who_sees_and_changes_whose_views() {
    on_both(|world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        let (clara, _) = world.add_employee("Clara").await;
        let lead = Browser::of(&world, 1).await;
        let role = json!({"id": clara, "role": "supervisor"});
        assert_eq!(lead.call("trunkline.employee.update", role).await.brief(), "200 OK");
        let (operator, supervisor) = (Browser::of(&world, boris).await, Browser::of(&world, clara).await);
        let titles = async |browser: &Browser<'_>| -> Vec<Value> {
            let list = browser.call("trunkline.view.list", json!({})).await;
            list.result().as_array().unwrap().iter().map(|view| view["title"].clone()).collect()
        };
        let own = json!({"title": "Own", "view": "mine"});
        assert_eq!(operator.call("trunkline.view.save", own).await.brief(), "200 OK");
        let shared = json!({"title": "Shared", "view": "all", "shared": true});
        assert_eq!(supervisor.call("trunkline.view.save", shared.clone()).await.brief(), "200 OK");
        assert_eq!(titles(&operator).await, ["Own", "Shared"]);
        assert_eq!(titles(&supervisor).await, ["Shared"]);
        let denied = "403 ACCESS_DENIED: You do not have the right to do this";
        assert_eq!(operator.call("trunkline.view.save", shared).await.brief(), denied);
        let unknown = "400 ERROR_NOT_FOUND: Not found";
        for (browser, id, brief) in [(&operator, 2, unknown), (&supervisor, 1, unknown), (&lead, 1, unknown)] {
            let change = json!({"id": id, "title": "Taken", "view": "all"});
            assert_eq!(browser.call("trunkline.view.save", change).await.brief(), brief);
            assert_eq!(browser.call("trunkline.view.delete", json!({"id": id})).await.brief(), brief);
        }
        // An administrator makes it private again: it stays whose it was.
        let change = json!({"id": 2, "title": "Not shared", "view": "all"});
        let changed = lead.call("trunkline.view.save", change).await;
        assert_eq!(changed.result()["view"]["owner_id"], clara);
        assert_eq!(titles(&lead).await, Vec::<Value>::new());
        assert_eq!(titles(&supervisor).await, ["Not shared"]);
        drop((lead, operator, supervisor));
        world.end().await;
    });
}
