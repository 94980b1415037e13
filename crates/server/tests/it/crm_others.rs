//! `crm.duplicate.findbycomm`, `crm.activity.*`, `crm.timeline.comment.add`, `crm.status.list`, `crm.category.list`.

use serde_json::{Value, json};
use server::chance::Chance;
use server::start;

use crate::support::{World, on_both, on_both_with};

async fn add(world: &World, entity: &str, fields: Value) -> i64 {
    world.call(&format!("crm.{entity}.add"), json!({"fields": fields})).await.result().as_i64().unwrap()
}

#[test]
fn duplicates_are_found_however_they_are_written() {
    on_both_with(
        |config| config.server.country = "RU".to_owned(),
        |world| async move {
            add(&world, "contact", json!({"NAME": "A", "PHONE": [{"VALUE": "8 (912) 345-67-89"}]})).await;
            add(
                &world,
                "lead",
                json!({"NAME": "B", "PHONE": [{"VALUE": "+79123456789"}], "EMAIL": [{"VALUE": "B@Example.com"}]}),
            )
            .await;
            add(&world, "company", json!({"TITLE": "C", "PHONE": [{"VALUE": "not a number"}, {"VALUE": "12-34"}]}))
                .await;
            let cases = [
                (json!({"type": "PHONE", "values": ["79123456789"]}), json!({"LEAD": [1], "CONTACT": [1]})),
                (
                    json!({"type": "PHONE", "values": "+7 912 345 67 89 ext. 12", "entity_type": "contact"}),
                    json!({"CONTACT": [1]}),
                ),
                (json!({"type": "phone", "values": ["1234", "nothing"]}), json!({"COMPANY": [1]})),
                (json!({"type": "EMAIL", "values": ["b@example.COM"]}), json!({"LEAD": [1]})),
                (json!({"type": "EMAIL", "values": ["x@example.com"]}), json!([])),
                (json!({"type": "EMAIL", "values": ["b@example.com"], "entity_type": "DEAL"}), json!([])),
            ];
            for (parameters, expected) in cases {
                let reply = world.call("crm.duplicate.findbycomm", parameters.clone()).await;
                assert_eq!(*reply.result(), expected, "{parameters}");
            }
            for number in 0..25 {
                add(&world, "lead", json!({"NAME": format!("L{number}"), "PHONE": [{"VALUE": "+79123456789"}]})).await;
            }
            let reply =
                world.call("crm.duplicate.findbycomm", json!({"type": "PHONE", "values": ["+79123456789"]})).await;
            assert_eq!(reply.result()["LEAD"].as_array().unwrap().len(), 20);
            assert!(reply.result().get("CONTACT").is_none(), "types after a full one are left out");
            for (parameters, brief) in [
                (json!({"values": ["1"]}), "400 Communication type is not defined: Parameter 'type' is required."),
                (json!({"type": "PHONE"}), "400 Communication values is not defined: Parameter 'values' is required."),
                (
                    json!({"type": "FAX", "values": ["1"]}),
                    "400 : Communication type 'FAX' is not supported in current context",
                ),
            ] {
                assert_eq!(world.call("crm.duplicate.findbycomm", parameters).await.brief(), brief);
            }
            world.end().await;
        },
    );
}

#[test]
fn activities() {
    on_both(|world| async move {
        let (deal, contact) =
            (add(&world, "deal", json!({"TITLE": "D"})).await, add(&world, "contact", json!({"NAME": "A"})).await);
        let fields = json!({
            "OWNER_TYPE_ID": 2, "OWNER_ID": deal, "TYPE_ID": 2, "SUBJECT": "Call", "RESPONSIBLE_ID": 1, "DIRECTION": 2,
            "START_TIME": "2025-06-15T10:00:00+00:00", "COMMUNICATIONS": [{"VALUE": "+4930901820", "ENTITY_ID": contact, "ENTITY_TYPE_ID": 3}],
        });
        let added = world.call("crm.activity.add", json!({"fields": fields})).await;
        assert_eq!(*added.result(), json!(1));
        let listed = world.call("crm.activity.list", json!({"filter": {"OWNER_TYPE_ID": 2, "OWNER_ID": deal}})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(listed.result(), @r#"
        [
          {
            "ID": "1",
            "OWNER_ID": "1",
            "OWNER_TYPE_ID": "2",
            "TYPE_ID": "2",
            "PROVIDER_ID": null,
            "PROVIDER_TYPE_ID": null,
            "PROVIDER_GROUP_ID": null,
            "ASSOCIATED_ENTITY_ID": "0",
            "SUBJECT": "Call",
            "CREATED": "2025-06-15T12:26:40+00:00",
            "LAST_UPDATED": "2025-06-15T12:26:40+00:00",
            "START_TIME": "2025-06-15T10:00:00+00:00",
            "END_TIME": "",
            "DEADLINE": "",
            "COMPLETED": "N",
            "STATUS": "1",
            "RESPONSIBLE_ID": "1",
            "PRIORITY": "2",
            "NOTIFY_TYPE": "0",
            "NOTIFY_VALUE": "0",
            "DESCRIPTION": null,
            "DESCRIPTION_TYPE": "1",
            "DIRECTION": "2",
            "LOCATION": null,
            "SETTINGS": [],
            "ORIGINATOR_ID": null,
            "ORIGIN_ID": null,
            "AUTHOR_ID": "1",
            "EDITOR_ID": "1",
            "PROVIDER_PARAMS": [],
            "PROVIDER_DATA": null,
            "RESULT_MARK": "0",
            "RESULT_VALUE": null,
            "RESULT_SUM": null,
            "RESULT_CURRENCY_ID": null,
            "RESULT_STATUS": "0",
            "RESULT_STREAM": "0",
            "RESULT_SOURCE_ID": null,
            "AUTOCOMPLETE_RULE": "0"
          }
        ]
        "#); }
        assert_eq!(listed.body["total"], 1);
        for (filter, count) in [
            (json!({"BINDINGS": [{"OWNER_TYPE_ID": 3, "OWNER_ID": contact}]}), 1),
            (json!({"BINDINGS": [{"OWNER_TYPE_ID": 3}]}), 1),
            (json!({"BINDINGS": [{"OWNER_TYPE_ID": 1}]}), 0),
            (json!({"COMPLETED": "N", "TYPE_ID": 2, ">=START_TIME": "2025-06-15"}), 1),
            (json!({"COMPLETED": "Y"}), 0),
        ] {
            let reply =
                world.call("crm.activity.list", json!({"filter": filter, "select": ["ID", "COMMUNICATIONS"]})).await;
            assert_eq!(reply.body["total"], count, "{filter}");
        }
        let with = |name: &str, value: Value| {
            let mut changed = fields.clone();
            changed[name] = value;
            changed
        };
        let binding =
            "400 : Could not build binding. Please ensure that owner info and communications are defined correctly.";
        for (fields, brief) in [
            (json!(null), "400 : Parameter 'fields' must be array."),
            (with("SUBJECT", json!("")), "400 : The field SUBJECT is not defined or empty."),
            (with("RESPONSIBLE_ID", json!(null)), "400 : The field RESPONSIBLE_ID is not defined or invalid."),
            (with("TYPE_ID", json!("x")), "400 : The field TYPE_ID is not defined or invalid."),
            (with("COMMUNICATIONS", json!([])), "400 : The field COMMUNICATIONS is not defined or invalid."),
            (with("OWNER_ID", json!(99)), binding),
            (json!({"SUBJECT": "x", "RESPONSIBLE_ID": 1, "TYPE_ID": 1, "COMMUNICATIONS": [{"VALUE": "1"}]}), binding),
        ] {
            assert_eq!(world.call("crm.activity.add", json!({"fields": fields})).await.brief(), brief);
        }
        world.call("crm.deal.delete", json!({"id": deal})).await;
        assert_eq!(world.call("crm.activity.list", json!({})).await.body["total"], 0, "it goes with its owner");
        world.end().await;
    });
}

#[test]
fn comments() {
    on_both(|world| async move {
        let lead = add(&world, "lead", json!({"NAME": "A"})).await;
        let fields = json!({"ENTITY_ID": lead, "ENTITY_TYPE": "lead", "COMMENT": "Called back"});
        let added = world.call("crm.timeline.comment.add", json!({"fields": fields})).await;
        assert_eq!(*added.result(), json!(1));
        assert_eq!(world.text("SELECT body FROM crm_comments").await, "Called back");
        for (fields, brief) in [
            (json!(null), "400 100: Could not find value for parameter {fields}"),
            (json!({"ENTITY_TYPE": "lead", "COMMENT": "x"}), "400 100: Could not find value for parameter {ENTITY_ID}"),
            (json!({"ENTITY_ID": 1, "COMMENT": "x"}), "400 100: Could not find value for parameter {ENTITY_TYPE}"),
            (json!({"ENTITY_ID": 1, "ENTITY_TYPE": "lead"}), "400 100: Could not find value for parameter {COMMENT}"),
            (json!({"ENTITY_ID": 1, "ENTITY_TYPE": "lead", "COMMENT": " "}), "400 INVALID_ARG_VALUE: Empty comment"),
            (
                json!({"ENTITY_ID": 1, "ENTITY_TYPE": "order", "COMMENT": "x"}),
                "400 OWNER_NOT_FOUND: Owner of the item not found",
            ),
            (json!({"ENTITY_ID": 99, "ENTITY_TYPE": "lead", "COMMENT": "x"}), "400 NOT_FOUND: Not found."),
        ] {
            assert_eq!(world.call("crm.timeline.comment.add", json!({"fields": fields})).await.brief(), brief);
        }
        world.end().await;
    });
}

#[test]
fn directories() {
    on_both(|world| async move {
        let stages = world
            .call("crm.status.list", json!({"filter": {"ENTITY_ID": "DEAL_STAGE"}, "order": {"SORT": "DESC"}}))
            .await;
        let codes: Vec<&Value> = stages.result().as_array().unwrap().iter().map(|row| &row["STATUS_ID"]).collect();
        assert_eq!(codes.len(), 8);
        assert_eq!((codes[0], codes[7], &stages.body["total"]), (&json!("APOLOGY"), &json!("NEW"), &json!(8)));
        let sources = world
            .call("crm.status.list", json!({"filter": {"ENTITY_ID": "SOURCE", "STATUS_ID": ["WEB", "1|MYCONNECTOR"]}}))
            .await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(sources.result(), @r#"
        [
          {
            "ID": "16",
            "ENTITY_ID": "SOURCE",
            "STATUS_ID": "WEB",
            "NAME": "Website",
            "NAME_INIT": "",
            "SORT": "30",
            "SYSTEM": "N",
            "CATEGORY_ID": null,
            "COLOR": "",
            "SEMANTICS": null
          },
          {
            "ID": "1000001",
            "ENTITY_ID": "SOURCE",
            "STATUS_ID": "1|MYCONNECTOR",
            "NAME": "My Connector - Support",
            "NAME_INIT": "",
            "SORT": "1000",
            "SYSTEM": "N",
            "CATEGORY_ID": null,
            "COLOR": "",
            "SEMANTICS": null
          }
        ]
        "#); }
        let wrong = world.call("crm.status.list", json!({"filter": "x"})).await;
        assert_eq!(wrong.brief(), "400 Invalid parameters.: Incorrect parameters passed.");
        let funnels = world.call("crm.category.list", json!({"entityTypeId": 2})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(funnels.result(), @r#"
        {
          "categories": [
            {
              "id": 0,
              "name": "General",
              "sort": 300,
              "entityTypeId": 2,
              "isDefault": "Y"
            }
          ]
        }
        "#); }
        for (parameters, brief) in [
            (json!({}), "400 100: Could not find value for parameter {entityTypeId}"),
            (json!({"entityTypeId": 77}), "400 NOT_FOUND: Smart process not found"),
            (json!({"entityTypeId": 1}), "400 ENTITY_TYPE_NOT_SUPPORTED: Entity type LEAD is not supported"),
        ] {
            assert_eq!(world.call("crm.category.list", parameters).await.brief(), brief);
        }
        world.end().await;
    });
}

#[test]
fn another_country_makes_other_phones_the_same() {
    on_both(|world| async move {
        add(&world, "contact", json!({"NAME": "A", "PHONE": [{"VALUE": "8 912 345-67-89"}]})).await;
        let find = json!({"type": "PHONE", "values": ["+79123456789"]});
        assert_eq!(*world.call("crm.duplicate.findbycomm", find.clone()).await.result(), json!([]));
        let world = world.restart_with(|config| config.server.country = "ru".to_owned()).await;
        assert_eq!(*world.call("crm.duplicate.findbycomm", find).await.result(), json!({"CONTACT": [1]}));
        world.end().await;
    });
}

/// A command may be run without the server's configuration.
#[test]
fn a_command_leaves_the_country_alone() {
    on_both_with(
        |config| config.server.country = "DE".to_owned(),
        |world| async move {
            add(&world, "contact", json!({"NAME": "A", "PHONE": [{"VALUE": "030 1234567"}]})).await;
            world.execute("UPDATE crm_multifields SET tracked = 1").await;
            let app = &world.server.app;
            let mut config = app.config.clone();
            config.server.country = String::new();
            let opened =
                start::open(config, app.clock.clone(), Chance::seeded(3), world.server.listening).await.unwrap();
            opened.store.close().await;
            let country = world.text("SELECT value FROM settings WHERE name = 'country'").await;
            let phone = world.text("SELECT normal FROM crm_multifields").await;
            let tracked = world.count("SELECT tracked FROM crm_multifields").await;
            assert_eq!((country.as_str(), phone.as_str(), tracked), ("DE", "+49301234567", 1));
            world.end().await;
        },
    );
}
