//! `trunkline.customer.*`: what is known of a customer, and what operators write down.

use serde_json::json;

use crate::browser::Browser;
use crate::support::{World, on_both};

const ID: i64 = 2;

/// A customer of whom the connector says everything, with a lead.
async fn furnish(world: &World) {
    let user = json!({
        "id": "u1", "name": "Maria", "last_name": "Petrova", "email": "maria@example.com", "phone": "+4930123456",
        "url": "https://example.com/maria",
    });
    let element = json!({"user": user, "message": {"id": "m1", "text": "hello"}, "chat": {"id": "c1"}});
    assert_eq!(world.send(json!([element])).await.brief(), "200 OK");
    let lead = world.call("imopenlines.crm.lead.create", json!({"CHAT_ID": 1})).await;
    assert_eq!(lead.brief(), "200 OK");
}

#[test]
fn a_customer_is_shown_and_changed() {
    on_both(|world| async move {
        furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let shown = browser.call("trunkline.customer.get", json!({"customer_id": ID})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown.result(), @r#"
        {
          "customer": {
            "id": 2,
            "name": "Maria",
            "last_name": "Petrova",
            "avatar_url": null,
            "phone": "+4930123456",
            "email": "maria@example.com",
            "url": "https://example.com/maria",
            "notes": null,
            "crm": [
              {
                "type": "lead",
                "id": 1,
                "title": "Maria Petrova - Support"
              }
            ],
            "since_ms": 1749990400000
          }
        }
        "#); }
        let change = json!({"customer_id": ID, "name": " Mascha ", "notes": "Calls on Mondays"});
        let changed = browser.call("trunkline.customer.update", change).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(changed.result(), @r#"
        {
          "customer": {
            "id": 2,
            "name": "Mascha",
            "last_name": "Petrova",
            "avatar_url": null,
            "phone": "+4930123456",
            "email": "maria@example.com",
            "url": "https://example.com/maria",
            "notes": "Calls on Mondays",
            "crm": [
              {
                "type": "lead",
                "id": 1,
                "title": "Maria Petrova - Support"
              }
            ],
            "since_ms": 1749990400000
          }
        }
        "#); }
        let shown = browser.call("trunkline.customer.get", json!({"customer_id": ID})).await;
        assert_eq!(shown.result(), changed.result(), "what was answered is what is kept");
        drop(browser);
        world.end().await;
    });
}

#[test]
fn a_field_that_is_null_or_empty_is_emptied_and_one_that_is_absent_stays() {
    on_both(|world| async move {
        furnish(&world).await;
        let browser = Browser::of(&world, 1).await;
        let update = async |parameters| browser.call("trunkline.customer.update", parameters).await;
        update(json!({"customer_id": ID, "notes": "x"})).await;
        update(json!({"customer_id": ID, "phone": null, "email": "", "url": " "})).await;
        let changed = update(json!({"customer_id": ID, "last_name": null, "notes": ""})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(changed.result(), @r#"
        {
          "customer": {
            "id": 2,
            "name": "Maria",
            "last_name": "",
            "avatar_url": null,
            "phone": null,
            "email": null,
            "url": null,
            "notes": null,
            "crm": [
              {
                "type": "lead",
                "id": 1,
                "title": "Maria Petrova - Support"
              }
            ],
            "since_ms": 1749990400000
          }
        }
        "#); }
        let long = "x".repeat(256);
        let mut briefs = Vec::new();
        for parameters in [
            json!({"customer_id": ID, "phone": ["x"]}),
            json!({"customer_id": ID, "notes": {"a": 1}}),
            json!({"customer_id": ID, "name": long}),
            json!({"customer_id": ID, "notes": "x".repeat(10_001)}),
            json!({"customer_id": ID, "url": "ftp://example.com"}),
            json!({"customer_id": 1, "name": "x"}),
            json!({"name": "x"}),
        ] {
            briefs.push(update(parameters).await.brief());
        }
        insta::allow_duplicates! { insta::assert_json_snapshot!(briefs, @r#"
        [
          "400 ERROR_ARGUMENT: The value of an argument 'phone' has an invalid type",
          "400 ERROR_ARGUMENT: The value of an argument 'notes' has an invalid type",
          "400 ERROR_ARGUMENT: name may have 255 characters",
          "400 ERROR_ARGUMENT: notes may have 10000 characters",
          "400 ERROR_ARGUMENT: url must begin with http:// or https://",
          "400 ERROR_NOT_FOUND: Not found",
          "400 ERROR_ARGUMENT: Argument 'customer_id' is null or empty"
        ]
        "#); }
        drop(browser);
        world.end().await;
    });
}
