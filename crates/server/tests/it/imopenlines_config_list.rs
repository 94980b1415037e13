//! `imopenlines.config.list.get`

use serde_json::{Value, json};

use super::imopenlines_config::{add, check};
use crate::support::on_both;

#[test]
fn list_selects_filters_and_sorts() {
    on_both(|world| async move {
        add(&world, json!({"LINE_NAME": "Beta", "ACTIVE": "N", "QUEUE_TIME": 5})).await;
        add(&world, json!({"LINE_NAME": "Alpha", "QUEUE_TIME": 100, "QUEUE": [{"ENTITY_TYPE": "department", "ENTITY_ID": "10"}]})).await;
        let list = "imopenlines.config.list.get";
        let ids = |params: Value| {
            let mut params = params;
            params["select"] = json!(["ID"]);
            json!({"PARAMS": params})
        };
        check(
            &world,
            &[
                (list, ids(json!({})), r#"[{"ID":"1"},{"ID":"2"},{"ID":"3"}]"#),
                (list, ids(json!({"order": {"LINE_NAME": "ASC"}})), r#"[{"ID":"3"},{"ID":"2"},{"ID":"1"}]"#),
                (list, ids(json!({"order": {"QUEUE_TIME": "desc"}})), r#"[{"ID":"3"},{"ID":"1"},{"ID":"2"}]"#),
                (list, ids(json!({"filter": {"ACTIVE": "Y"}})), r#"[{"ID":"1"},{"ID":"3"}]"#),
                (list, ids(json!({"filter": {"ACTIVE": false}})), r#"[{"ID":"2"}]"#),
                (list, ids(json!({"filter": {"ID": [1, "3", 9]}})), r#"[{"ID":"1"},{"ID":"3"}]"#),
                (list, ids(json!({"filter": {"!ID": [1, 3]}})), r#"[{"ID":"2"}]"#),
                (list, ids(json!({"filter": {">=QUEUE_TIME": 60, "<ID": 3}})), r#"[{"ID":"1"}]"#),
                (list, ids(json!({"filter": {">QUEUE_TIME": 5, "<=QUEUE_TIME": "60"}})), r#"[{"ID":"1"}]"#),
                (list, ids(json!({"filter": {"%LINE_NAME": "ET"}})), r#"[{"ID":"2"}]"#),
                (list, ids(json!({"filter": {"=LINE_NAME": "Alpha"}})), r#"[{"ID":"3"}]"#),
                (list, ids(json!({"filter": {"CLOSE_TEXT": null, "<DATE_CREATE": "2020-01-01"}})), "[]"),
                (list, ids(json!({"filter": {">=DATE_CREATE": "2025-06-15T12:26:40+00:00"}})), r#"[{"ID":"1"},{"ID":"2"},{"ID":"3"}]"#),
                (list, ids(json!({"limit": 1, "offset": "1"})), r#"[{"ID":"2"}]"#),
                (list, ids(json!({"limit": 0, "offset": 2})), r#"[{"ID":"3"}]"#),
                (list, ids(json!({"limit": 1000, "offset": 3})), "[]"),
                (
                    list,
                    json!({"PARAMS": {"select": {"number": "ID", "title": "LINE_NAME", "since": "DATE_CREATE"}, "limit": 1}}),
                    r#"[{"number":"1","title":"Support","since":{}}]"#,
                ),
                (
                    list,
                    json!({"PARAMS": {"select": ["ID"], "limit": 1}, "OPTIONS": {"QUEUE": "Y", "CONFIG_QUEUE": "Y"}}),
                    r#"[{"ID":"1","QUEUE":[1],"QUEUE_USERS_FIELDS":{"1":{"USER_NAME":"Anna Ivanova","USER_WORK_POSITION":"Operator","USER_AVATAR":"","USER_AVATAR_ID":null}},"CONFIG_QUEUE":[{"ENTITY_ID":"1","ENTITY_TYPE":"user"}]}]"#,
                ),
                (
                    list,
                    json!({"PARAMS": {"select": ["ID"], "offset": 2}, "OPTIONS": {"QUEUE": "Y", "CONFIG_QUEUE": "Y"}}),
                    r#"[{"ID":"3","QUEUE":[],"QUEUE_USERS_FIELDS":[],"CONFIG_QUEUE":[{"ENTITY_ID":"10","ENTITY_TYPE":"department"}]}]"#,
                ),
            ],
        )
        .await;
        let all = world.call(list, json!({"PARAMS": {"limit": 1}})).await;
        let one = world.call("imopenlines.config.get", json!({"CONFIG_ID": 1, "WITH_QUEUE": "N"})).await;
        assert_eq!(&all.result()[0], one.result(), "without select every field is shown");
        let (_, token) = world.add_employee("Boris").await;
        let allowed = |action| json!({"PARAMS": {"select": ["ID"]}, "OPTIONS": {"CHECK_PERMISSION": action}});
        assert_eq!(world.call_with(&token, list, allowed("modify")).await.result(), &json!([]));
        assert_eq!(world.call(list, allowed("VIEW")).await.result().as_array().unwrap().len(), 3);
        world.end().await;
    });
}

#[test]
fn list_says_what_is_wrong() {
    on_both(|world| async move {
        let params = |value: Value| json!({"PARAMS": value});
        let options = |value: Value| json!({"OPTIONS": value});
        let cases = [
            (params(json!({"Select": [], "x": 1})), "Unsupported PARAMS fields are passed: Select, x"),
            (params(json!({"select": "ID"})), "A wrong format for the PARAMS field 'select' is passed"),
            (params(json!({"order": "ID"})), "A wrong format for the PARAMS field 'order' is passed"),
            (params(json!({"filter": 5})), "A wrong format for the PARAMS field 'filter' is passed"),
            (params(json!({"filter": {"ID": {"a": 1}}})), "A wrong format for the PARAMS field 'filter' is passed"),
            (params(json!({"limit": -1})), "A non-negative integer is expected in the PARAMS field 'limit'"),
            (params(json!({"limit": "ten"})), "A non-negative integer is expected in the PARAMS field 'limit'"),
            (params(json!({"offset": 1.5})), "A non-negative integer is expected in the PARAMS field 'offset'"),
            (params(json!({"select": ["ID", ""]})), "A wrong field name is passed in the PARAMS field 'select'"),
            (params(json!({"select": [5]})), "A wrong field name is passed in the PARAMS field 'select'"),
            (params(json!({"order": ["ID"]})), "A wrong field name is passed in the PARAMS field 'order'"),
            (params(json!({"filter": {"": 1}})), "A wrong field name is passed in the PARAMS field 'filter'"),
            (
                params(json!({"select": ["QUEUE", "ID", "x"]})),
                "An unknown field 'QUEUE, x' is passed in the PARAMS field 'select'",
            ),
            (params(json!({"order": {"id": "ASC"}})), "An unknown field 'id' is passed in the PARAMS field 'order'"),
            (params(json!({"filter": {"!=WHO": 1}})), "An unknown field 'WHO' is passed in the PARAMS field 'filter'"),
            (
                params(json!({"select": {"my name": "ID"}})),
                "A wrong field alias is passed in the PARAMS field 'select'",
            ),
            (
                params(json!({"select": {"CRM": "ID"}})),
                "The alias 'CRM' matches an existing field in the PARAMS field 'select'",
            ),
            (params(json!({"order": {"ID": "up"}})), "A wrong sorting direction is passed in the PARAMS field 'order'"),
            (options(json!({"QUEUES": "Y"})), "Unsupported OPTIONS fields are passed: QUEUES"),
            (options(json!({"QUEUE": ["Y"]})), "A wrong format for the OPTIONS field 'QUEUE' is passed"),
            (
                options(json!({"CONFIG_QUEUE": {"a": 1}})),
                "A wrong format for the OPTIONS field 'CONFIG_QUEUE' is passed",
            ),
            (
                options(json!({"CHECK_PERMISSION": "fly"})),
                "An unknown value for the OPTIONS field 'CHECK_PERMISSION' is passed",
            ),
        ];
        for (parameters, text) in cases {
            let reply = world.call("imopenlines.config.list.get", parameters.clone()).await;
            assert_eq!(reply.brief(), format!("400 INVALID_FORMAT: {text}"), "{parameters}");
        }
        world.end().await;
    });
}
