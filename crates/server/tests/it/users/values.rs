//! Values of employees in declared fields.

use serde_json::{Value, json};

use super::declared::{declare, token};
use crate::support::on_both;

#[test]
fn employees_have_values_in_declared_fields() {
    on_both(|world| async move {
        let token = token(&world).await;
        let call = async |method: &str, parameters: Value| world.call_with(&token, method, parameters).await;
        for (name, kind, more) in [
            ("TEXT", "string", json!({"IS_SEARCHABLE": "Y"})),
            ("TAGS", "string", json!({"MULTIPLE": "Y"})),
            ("AGE", "integer", json!({})),
            ("RATE", "double", json!({"SETTINGS": {"PRECISION": 1}})),
            ("BORN", "date", json!({})),
            ("SMOKES", "boolean", json!({})),
            ("CITY", "enumeration", json!({"LIST": [{"VALUE": "Berlin"}, {"VALUE": "Bonn"}]})),
            ("BOSS", "employee", json!({})),
            ("SCAN", "file", json!({})),
            ("DEALS", "crm", json!({"MULTIPLE": "Y"})),
        ] {
            let mut field = json!({"FIELD_NAME": name, "USER_TYPE_ID": kind});
            field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            declare(&world, &token, field).await;
        }
        let new = json!({
            "EMAIL": "boris@example.com", "UF_DEPARTMENT": [1], "uf_usr_text": " Likes tea ", "UF_USR_TAGS": ["a", "", "b"],
            "UF_USR_AGE": "42", "UF_USR_RATE": "1.25", "UF_USR_BORN": "02.01.1990", "UF_USR_SMOKES": "N", "UF_USR_CITY": 2,
            "UF_USR_BOSS": 1, "UF_USR_SCAN": ["a.png", "AAAA"], "UF_USR_DEALS": ["D_5", 7], "UF_USR_NOTHING": 1,
        });
        assert_eq!(*call("user.add", new).await.result(), json!(2));
        let only = json!(["ID", "UF_USR_*"]);
        let row = call("user.get", json!({"ID": 2, "select": only})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(row.result(), @r#"
        [
          {
            "ID": "2",
            "UF_USR_TEXT": "Likes tea",
            "UF_USR_TAGS": [
              "a",
              "b"
            ],
            "UF_USR_AGE": "42",
            "UF_USR_RATE": "1.3",
            "UF_USR_BORN": "1990-01-02T00:00:00+00:00",
            "UF_USR_SMOKES": "0",
            "UF_USR_CITY": "2",
            "UF_USR_BOSS": "1",
            "UF_USR_SCAN": "",
            "UF_USR_DEALS": [
              "D_5",
              "7"
            ]
          }
        ]
        "#); }
        let found = call("user.search", json!({"FIND": "te", "select": only})).await;
        assert_eq!(found.result(), row.result());

        let update = json!({
            "ID": 2, "UF_USR_TEXT": "", "UF_USR_TAGS": "c", "UF_USR_AGE": 9, "UF_USR_SMOKES": true, "UF_USR_CITY": "",
            "UF_USR_RATE": 3,
        });
        assert_eq!(*call("user.update", update).await.result(), json!(true));
        let row = call("user.get", json!({"ID": 2, "select": only})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(row.result(), @r#"
        [
          {
            "ID": "2",
            "UF_USR_TEXT": "",
            "UF_USR_TAGS": [
              "c"
            ],
            "UF_USR_AGE": "9",
            "UF_USR_RATE": "3",
            "UF_USR_BORN": "1990-01-02T00:00:00+00:00",
            "UF_USR_SMOKES": "1",
            "UF_USR_CITY": "",
            "UF_USR_BOSS": "1",
            "UF_USR_SCAN": "",
            "UF_USR_DEALS": [
              "D_5",
              "7"
            ]
          }
        ]
        "#); }
        call("user.update", json!({"ID": 1, "UF_USR_AGE": 10, "UF_USR_CITY": 1, "UF_USR_TAGS": ["tea", "milk"]})).await;
        assert_eq!(call("user.current", json!({})).await.result()["UF_USR_TAGS"], json!(["tea", "milk"]));

        let cases: &[(Value, &[&str])] = &[
            (json!({"FILTER": {"UF_USR_AGE": 9}}), &["2"]),
            (json!({"UF_USR_AGE": "10"}), &["1"]),
            (json!({"FILTER": {">UF_USR_AGE": 9}}), &["1"]),
            (json!({"FILTER": {"<UF_USR_RATE": "3.5"}}), &["2"]),
            (json!({"FILTER": {"UF_USR_TAGS": "milk"}}), &["1"]),
            (json!({"FILTER": {"%UF_USR_TAGS": "mil"}}), &["1"]),
            (json!({"FILTER": {"UF_USR_CITY": ""}}), &["2"]),
            (json!({"FILTER": {"UF_USR_DEALS": ""}}), &["1"]),
            (json!({"FILTER": {"UF_USR_SMOKES": "Y"}}), &["2"]),
            (json!({"FILTER": {"<UF_USR_BORN": "1995-01-01", ">UF_USR_BORN": "1985-01-01"}}), &["2"]),
            (json!({"FILTER": {"UF_USR_GONE": 1}}), &["1", "2"]),
            (json!({"sort": "UF_USR_AGE"}), &["2", "1"]),
            (json!({"sort": "UF_USR_AGE", "order": "DESC"}), &["1", "2"]),
        ];
        for (parameters, expected) in cases {
            let reply = call("user.get", parameters.clone()).await;
            let ids: Vec<&str> =
                reply.result().as_array().unwrap().iter().map(|row| row["ID"].as_str().unwrap()).collect();
            assert_eq!(ids, *expected, "{parameters}");
        }

        // Without the scope they are not there.
        let row = world.call("user.get", json!({"ID": 2, "UF_USR_AGE": 1000})).await;
        assert_eq!(row.result()[0].get("UF_USR_AGE"), None);
        world.call("user.update", json!({"ID": 2, "UF_USR_AGE": 1})).await;
        assert_eq!(call("user.get", json!({"ID": 2})).await.result()[0]["UF_USR_AGE"], "9");
        let titles = call("user.fields", json!({})).await;
        assert_eq!(titles.result().get("UF_USR_AGE"), None, "custom fields are not among them");

        // With a choice or a field go the values in it.
        call("user.userfield.update", json!({"id": 7, "fields": {"LIST": [{"ID": 1, "DEL": "Y"}]}})).await;
        assert_eq!(call("user.current", json!({})).await.result()["UF_USR_CITY"], "");
        call("user.userfield.delete", json!({"id": 3})).await;
        assert_eq!(world.count("SELECT count(*) FROM user_field_values WHERE field_id IN (3, 7)").await, 0);
        world.end().await;
    });
}

#[test]
fn values_may_be_refused() {
    on_both(|world| async move {
        let token = token(&world).await;
        for (name, kind, more) in [
            ("MUST", "string", json!({"MANDATORY": "Y", "EDIT_FORM_LABEL": {"en": "Badge", "ru": "Пропуск"}})),
            ("TAGS", "string", json!({"MULTIPLE": "Y"})),
            ("AGE", "integer", json!({"ERROR_MESSAGE": "Say how old they are"})),
            ("RATE", "double", json!({})),
            ("BORN", "datetime", json!({})),
            ("SMOKES", "boolean", json!({})),
            ("CITY", "enumeration", json!({"LIST": [{"VALUE": "Berlin"}]})),
            ("BOSS", "employee", json!({})),
        ] {
            let mut field = json!({"FIELD_NAME": name, "USER_TYPE_ID": kind});
            field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            declare(&world, &token, field).await;
        }
        let wrong =
            |name: &str, kind: &str| format!("400 ERROR_ARGUMENT: UF_USR_{name} is no value of the type {kind}");
        let missing = "400 ERROR_CORE: The field \"Badge\" needs a value".to_owned();
        for (name, value, expected) in [
            ("MUST", json!(""), missing.clone()),
            ("MUST", json!(["x"]), wrong("MUST", "string")),
            ("TAGS", json!([["x"]]), wrong("TAGS", "string")),
            (
                "TAGS",
                json!(vec!["x"; 101]),
                "400 ERROR_ARGUMENT: UF_USR_TAGS may have 100 values: send fewer".to_owned(),
            ),
            (
                "TAGS",
                json!("x".repeat(1001)),
                "400 ERROR_ARGUMENT: UF_USR_TAGS may have 1000 characters: shorten it".to_owned(),
            ),
            ("AGE", json!("old"), "400 ERROR_ARGUMENT: Say how old they are".to_owned()),
            ("RATE", json!("1e999"), wrong("RATE", "double")),
            ("BORN", json!("soon"), wrong("BORN", "datetime")),
            ("SMOKES", json!("sometimes"), wrong("SMOKES", "boolean")),
            ("CITY", json!(2), wrong("CITY", "enumeration")),
            ("BOSS", json!(-1), wrong("BOSS", "employee")),
        ] {
            let mut update = json!({"ID": 1, "NAME": "Changed"});
            update[format!("UF_USR_{name}")] = value;
            assert_eq!(world.call_with(&token, "user.update", update).await.brief(), expected, "{name}");
        }
        let new = json!({"EMAIL": "boris@example.com", "UF_DEPARTMENT": [1]});
        assert_eq!(world.call_with(&token, "user.add", new).await.brief(), missing);
        assert_eq!(world.call_with(&token, "user.update", json!({"ID": 1, "TITLE": "Dr."})).await.brief(), "200 OK");
        assert_eq!(world.count("SELECT count(*) FROM user_field_values").await, 0, "nothing half-stored");
        assert_eq!(world.count("SELECT count(*) FROM users WHERE name = 'Changed'").await, 0);
        world.end().await;
    });
}
