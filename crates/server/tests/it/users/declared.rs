//! `user.userfield.*`, and declared fields in `user.*`.

use serde_json::{Value, json};

use crate::support::{World, on_both};

/// An administrator's token that reaches employees and their declared fields.
pub(super) async fn token(world: &World) -> String {
    world.narrow_application(&["user", "user.userfield"]).await
}

/// Declares a field and returns its id.
pub(super) async fn declare(world: &World, token: &str, fields: Value) -> i64 {
    let reply = world.call_with(token, "user.userfield.add", json!({"fields": fields})).await;
    reply.result().as_i64().unwrap()
}

#[test]
fn fields_are_declared_listed_changed_and_removed() {
    on_both(|world| async move {
        let token = token(&world).await;
        let call = async |method: &str, parameters: Value| world.call_with(&token, method, parameters).await;
        let choices =
            json!([{"VALUE": "Berlin", "DEF": "Y", "XML_ID": "b"}, {"VALUE": "Bonn", "SORT": 50}, {"SORT": 1}]);
        let city = json!({
            "FIELD_NAME": "city", "USER_TYPE_ID": "enumeration", "SORT": "200", "MULTIPLE": "Y", "SHOW_FILTER": "Y",
            "IS_SEARCHABLE": true, "SETTINGS": {"DISPLAY": "ui", "LIST_HEIGHT": 0, "NOTHING": 1}, "LIST": choices,
        });
        let added = call("user.userfield.add", json!({"fields": city})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(added.snapshot(&world)["body"]["result"], @"1"); }
        let deals = json!({
            "FIELD_NAME": "UF_USR_DEALS", "USER_TYPE_ID": "crm", "XML_ID": "x-1", "SETTINGS": {"DEAL": "Y"},
            "LABEL": "Deals", "EDIT_FORM_LABEL": {"ru": "Сделки", "en": "Deals"}, "SHOW_IN_LIST": "N", "EDIT_IN_LIST": "N",
        });
        declare(&world, &token, deals).await;
        let listed = call("user.userfield.list", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(listed.snapshot(&world), @r#"
        {
          "status": 200,
          "body": {
            "result": [
              {
                "ID": "2",
                "ENTITY_ID": "USER",
                "FIELD_NAME": "UF_USR_DEALS",
                "USER_TYPE_ID": "crm",
                "XML_ID": "x-1",
                "SORT": "100",
                "MULTIPLE": "N",
                "MANDATORY": "N",
                "SHOW_FILTER": "N",
                "SHOW_IN_LIST": "N",
                "EDIT_IN_LIST": "N",
                "IS_SEARCHABLE": "N",
                "SETTINGS": {
                  "LEAD": "N",
                  "CONTACT": "N",
                  "COMPANY": "N",
                  "DEAL": "Y"
                }
              },
              {
                "ID": "1",
                "ENTITY_ID": "USER",
                "FIELD_NAME": "UF_USR_CITY",
                "USER_TYPE_ID": "enumeration",
                "XML_ID": null,
                "SORT": "200",
                "MULTIPLE": "Y",
                "MANDATORY": "N",
                "SHOW_FILTER": "E",
                "SHOW_IN_LIST": "Y",
                "EDIT_IN_LIST": "Y",
                "IS_SEARCHABLE": "Y",
                "SETTINGS": {
                  "DISPLAY": "UI",
                  "LIST_HEIGHT": 1,
                  "CAPTION_NO_VALUE": "",
                  "SHOW_NO_VALUE": "Y"
                },
                "LIST": [
                  {
                    "ID": "2",
                    "SORT": "50",
                    "VALUE": "Bonn",
                    "DEF": "N",
                    "XML_ID": ""
                  },
                  {
                    "ID": "1",
                    "SORT": "100",
                    "VALUE": "Berlin",
                    "DEF": "Y",
                    "XML_ID": "b"
                  }
                ]
              }
            ],
            "total": 2,
            "time": {
              "start": 1749990400.0,
              "finish": 1749990400.0,
              "duration": 0.0,
              "processing": 0.0,
              "date_start": "2025-06-15T12:26:40+00:00",
              "date_finish": "2025-06-15T12:26:40+00:00",
              "operating_reset_at": 1749991000,
              "operating": 0.0
            }
          }
        }
        "#); }

        let change = json!({"id": "1", "fields": {
            "SORT": 50, "MANDATORY": "Y", "XML_ID": "x-2", "MULTIPLE": "N", "FIELD_NAME": "OTHER", "USER_TYPE_ID": "string",
            "SHOW_FILTER": "S", "LIST": [{"ID": 1, "DEL": "Y"}, {"ID": "2", "VALUE": "Bonn am Rhein"}, {"VALUE": "Köln"}],
        }});
        let changed = call("user.userfield.update", change).await;
        assert_eq!(*changed.result(), json!(true));
        let listed = call("user.userfield.list", json!({"filter": {"ID": 1}})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(listed.result(), @r#"
        [
          {
            "ID": "1",
            "ENTITY_ID": "USER",
            "FIELD_NAME": "UF_USR_CITY",
            "USER_TYPE_ID": "enumeration",
            "XML_ID": "x-2",
            "SORT": "50",
            "MULTIPLE": "Y",
            "MANDATORY": "Y",
            "SHOW_FILTER": "S",
            "SHOW_IN_LIST": "Y",
            "EDIT_IN_LIST": "Y",
            "IS_SEARCHABLE": "Y",
            "SETTINGS": {
              "DISPLAY": "UI",
              "LIST_HEIGHT": 1,
              "CAPTION_NO_VALUE": "",
              "SHOW_NO_VALUE": "Y"
            },
            "LIST": [
              {
                "ID": "2",
                "SORT": "50",
                "VALUE": "Bonn am Rhein",
                "DEF": "N",
                "XML_ID": ""
              },
              {
                "ID": "3",
                "SORT": "100",
                "VALUE": "Köln",
                "DEF": "N",
                "XML_ID": ""
              }
            ]
          }
        ]
        "#); }
        assert_eq!(call("user.userfield.update", json!({"id": 1})).await.brief(), "200 OK", "nothing to change");

        assert_eq!(*call("user.userfield.delete", json!({"id": 1})).await.result(), json!(true));
        assert_eq!(call("user.userfield.list", json!({})).await.body["total"], 1);
        world.end().await;
    });
}

#[test]
fn settings_are_those_of_the_type() {
    on_both(|world| async move {
        let token = token(&world).await;
        let given = json!({
            "DEFAULT_VALUE": "7", "ROWS": "3", "PRECISION": -1, "DISPLAY": "RADIO", "LIST_HEIGHT": "4", "IBLOCK_ID": 5,
            "CONTACT": "Y", "ENTITY_TYPE": "SOURCE", "own": {"height": 3},
        });
        let moment = json!({"DEFAULT_VALUE": {"TYPE": "fixed", "VALUE": "2025-01-02"}});
        for (kind, settings, expected) in [
            ("string", &json!(null), json!({"DEFAULT_VALUE": "", "ROWS": 1})),
            ("string", &given, json!({"DEFAULT_VALUE": "7", "ROWS": 3})),
            ("integer", &given, json!({"DEFAULT_VALUE": "7"})),
            ("double", &given, json!({"DEFAULT_VALUE": "7", "PRECISION": 2})),
            ("boolean", &given, json!({"DEFAULT_VALUE": 1, "DISPLAY": "RADIO"})),
            ("date", &moment, json!({"DEFAULT_VALUE": {"VALUE": "2025-01-02", "TYPE": "FIXED"}})),
            ("datetime", &given, json!({"DEFAULT_VALUE": {"VALUE": "", "TYPE": "NONE"}})),
            ("url", &json!({}), json!({"DEFAULT_VALUE": ""})),
            ("address", &json!({}), json!({"DEFAULT_VALUE": ""})),
            ("money", &json!({}), json!({"DEFAULT_VALUE": ""})),
            (
                "iblock_element",
                &given,
                json!({"IBLOCK_TYPE_ID": "", "IBLOCK_ID": "5", "DEFAULT_VALUE": "7", "DISPLAY": "LIST", "LIST_HEIGHT": 4,
                       "ACTIVE_FILTER": "N"}),
            ),
            ("crm_status", &given, json!({"ENTITY_TYPE": "SOURCE"})),
            ("crm", &given, json!({"LEAD": "N", "CONTACT": "Y", "COMPANY": "N", "DEAL": "N"})),
            ("crm", &json!({}), json!({"LEAD": "Y", "CONTACT": "N", "COMPANY": "N", "DEAL": "N"})),
            ("employee", &given, json!([])),
            ("file", &given, json!([])),
            ("rest_7_rating", &json!({"height": 3}), json!({"height": 3})),
        ] {
            let id =
                declare(&world, &token, json!({"FIELD_NAME": "X", "USER_TYPE_ID": kind, "SETTINGS": settings})).await;
            let row = world.call_with(&token, "user.userfield.list", json!({"filter": {"id": id}})).await;
            assert_eq!(row.result()[0]["SETTINGS"], expected, "{kind} {settings}");
            assert_eq!(row.result()[0].get("LIST"), None, "only enumerations have choices");
            world.call_with(&token, "user.userfield.delete", json!({"id": id})).await;
        }
        world.end().await;
    });
}

#[test]
fn fields_are_filtered_sorted_and_paged() {
    on_both(|world| async move {
        let token = token(&world).await;
        for (name, kind, sort, multiple) in
            [("AB", "string", 30, "N"), ("BC", "string", 10, "Y"), ("CD", "integer", 9, "N"), ("DE", "date", 30, "N")]
        {
            let field = json!({"FIELD_NAME": name, "USER_TYPE_ID": kind, "SORT": sort, "MULTIPLE": multiple});
            declare(&world, &token, field).await;
        }
        let cases: &[(Value, &[&str])] = &[
            (json!({}), &["3", "2", "1", "4"]),
            (json!({"order": {"ID": "asc"}}), &["1", "2", "3", "4"]),
            (json!({"order": {"id": "desc"}}), &["4", "3", "2", "1"]),
            (json!({"order": {"SORT": "desc", "FIELD_NAME": "DESC"}}), &["4", "1", "2", "3"]),
            (json!({"order": {"USER_TYPE_ID": "asc", "NOTHING": "asc"}}), &["4", "3", "2", "1"]),
            (json!({"order": [], "filter": []}), &["3", "2", "1", "4"]),
            (json!({"filter": {"USER_TYPE_ID": "string"}}), &["2", "1"]),
            (json!({"filter": {"!USER_TYPE_ID": "string"}}), &["3", "4"]),
            (json!({"filter": {"@ID": [1, 4]}}), &["1", "4"]),
            (json!({"filter": {"!@ID": [1, 4]}}), &["3", "2"]),
            (json!({"filter": {">=SORT": 10, "<SORT": "30"}}), &["2"]),
            (json!({"filter": {">SORT": 9, "<=SORT": 10}}), &["2"]),
            (json!({"filter": {"MULTIPLE": "Y"}}), &["2"]),
            (json!({"filter": {"%FIELD_NAME": "usr_b"}}), &["2"]),
            (json!({"filter": {"!%FIELD_NAME": "b"}}), &["3", "4"]),
            (json!({"filter": {"=%FIELD_NAME": "uf_usr_%d"}}), &["3"]),
            (json!({"filter": {"%=FIELD_NAME": "%b"}}), &["1"]),
            (json!({"filter": {"!=%FIELD_NAME": "%b"}}), &["3", "2", "4"]),
            (json!({"filter": {"!%=FIELD_NAME": "%b"}}), &["3", "2", "4"]),
            (json!({"filter": {"XML_ID": ""}}), &["3", "2", "1", "4"]),
            (json!({"filter": {"MANDATORY": "Y"}}), &[]),
        ];
        for (parameters, expected) in cases {
            let reply = world.call_with(&token, "user.userfield.list", parameters.clone()).await;
            let ids: Vec<&str> =
                reply.result().as_array().unwrap().iter().map(|row| row["ID"].as_str().unwrap()).collect();
            assert_eq!(ids, *expected, "{parameters}");
            assert_eq!(reply.body["total"], expected.len());
        }
        for number in 5..=60 {
            declare(&world, &token, json!({"FIELD_NAME": format!("N{number}"), "USER_TYPE_ID": "string"})).await;
        }
        let reply = world.call_with(&token, "user.userfield.list", json!({"start": 50})).await;
        assert_eq!((reply.result().as_array().unwrap().len(), &reply.body["total"]), (10, &json!(60)));
        world.end().await;
    });
}

#[test]
fn fields_may_be_refused() {
    on_both(|world| async move {
        let admin = token(&world).await;
        declare(&world, &admin, json!({"FIELD_NAME": "CITY", "USER_TYPE_ID": "string"})).await;
        let field = |more: Value| {
            let mut fields = json!({"FIELD_NAME": "NEW", "USER_TYPE_ID": "string"});
            fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"fields": fields})
        };
        let add = "user.userfield.add";
        let fail = "400 ERROR_CORE: Fail to create new user field";
        let (denied, no_id) = ("400 : Access denied.", "400 : ID is not defined or invalid");
        let cases = [
            (add, json!({}), "400 ERROR_ARGUMENT: Argument 'fields' is null or empty"),
            (
                add,
                json!({"fields": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'fields' must be of type array",
            ),
            (add, json!({"fields": {"USER_TYPE_ID": "string"}}), "400 : The 'FIELD_NAME' field is not found."),
            (add, json!({"fields": {"FIELD_NAME": "A"}}), "400 : The 'USER_TYPE_ID' field is not found."),
            (add, field(json!({"USER_TYPE_ID": ""})), "400 ERROR_ARGUMENT: Argument 'USER_TYPE_ID' is null or empty"),
            (
                add,
                field(json!({"FIELD_NAME": "uf_usr_city"})),
                "400 ERROR_CORE: Field UF_USR_CITY for USER object already exists",
            ),
            (add, field(json!({"USER_TYPE_ID": "colour"})), fail),
            (add, field(json!({"USER_TYPE_ID": "rest_"})), fail),
            (add, field(json!({"FIELD_NAME": "ä"})), fail),
            (add, field(json!({"FIELD_NAME": "A".repeat(44)})), fail),
            (add, field(json!({"FIELD_NAME": "UF_USR_"})), fail),
            (
                add,
                field(json!({"SORT": "first"})),
                "400 ERROR_ARGUMENT: The value of an argument 'SORT' has an invalid type",
            ),
            (
                add,
                field(json!({"SETTINGS": "x"})),
                "400 ERROR_ARGUMENT: The value of an argument 'SETTINGS' has an invalid type",
            ),
            (
                add,
                field(json!({"SETTINGS": {"DEFAULT_VALUE": "x".repeat(1001)}})),
                "400 ERROR_ARGUMENT: A setting may have 1000 characters: shorten it",
            ),
            (
                add,
                field(json!({"USER_TYPE_ID": "rest_1_a", "SETTINGS": {"a": "x".repeat(1001)}})),
                "400 ERROR_ARGUMENT: A setting may have 1000 characters: shorten it",
            ),
            (
                add,
                field(json!({"LABEL": "x".repeat(256)})),
                "400 ERROR_ARGUMENT: LABEL may have 255 characters: shorten it",
            ),
            (
                add,
                field(json!({"LABEL": {"a-long-language": "x"}})),
                "400 ERROR_ARGUMENT: LABEL has a text for up to 30 languages",
            ),
            (
                add,
                field(json!({"XML_ID": ["x"]})),
                "400 ERROR_ARGUMENT: The value of an argument 'XML_ID' has an invalid type",
            ),
            (
                add,
                field(json!({"USER_TYPE_ID": "enumeration", "LIST": ["x"]})),
                "400 ERROR_ARGUMENT: The value of an argument 'LIST' has an invalid type",
            ),
            (
                add,
                field(json!({"USER_TYPE_ID": "enumeration", "LIST": vec![json!({"VALUE": "x"}); 501]})),
                "400 ERROR_ARGUMENT: An enumeration has up to 500 choices",
            ),
            (
                "user.userfield.list",
                json!({"filter": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'filter' must be of type array",
            ),
            (
                "user.userfield.list",
                json!({"order": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'order' must be of type array",
            ),
            (
                "user.userfield.list",
                json!({"start": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'start' has an invalid type",
            ),
            ("user.userfield.update", json!({"fields": {}}), no_id),
            ("user.userfield.update", json!({"id": "x"}), no_id),
            ("user.userfield.update", json!({"id": 99, "fields": {}}), denied),
            (
                "user.userfield.update",
                json!({"id": 1, "fields": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'fields' must be of type array",
            ),
            ("user.userfield.delete", json!({}), no_id),
            ("user.userfield.delete", json!({"id": 0}), no_id),
            ("user.userfield.delete", json!({"id": 99}), denied),
        ];
        for (method, parameters, expected) in cases {
            let shown: String = parameters.to_string().chars().take(90).collect();
            assert_eq!(world.call_with(&admin, method, parameters).await.brief(), expected, "{method} {shown}");
        }
        let (boris, _) = world.add_employee("Boris").await;
        let employee = world.narrow_token(&["user", "user.userfield"], boris).await;
        for (method, parameters) in [
            (add, field(json!({}))),
            ("user.userfield.list", json!({})),
            ("user.userfield.update", json!({"id": 1, "fields": {"SORT": 1}})),
            ("user.userfield.delete", json!({"id": 1})),
        ] {
            assert_eq!(world.call_with(&employee, method, parameters.clone()).await.brief(), denied, "{method}");
            let text = "The request requires higher privileges than provided by the access token";
            let narrow = world.call(method, parameters).await;
            assert_eq!(narrow.brief(), format!("401 insufficient_scope: {text}"), "{method}");
        }
        for number in 1..200 {
            declare(&world, &admin, json!({"FIELD_NAME": format!("N{number}"), "USER_TYPE_ID": "string"})).await;
        }
        let reply = world.call_with(&admin, add, field(json!({}))).await;
        assert_eq!(reply.brief(), "400 ERROR_ARGUMENT: At most 200 are allowed: remove some first");
        world.end().await;
    });
}
