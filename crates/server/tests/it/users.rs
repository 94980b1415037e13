//! `user.*`

mod declared;
mod values;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{Reply, World, on_both};

fn ids(reply: &Reply) -> Vec<&str> {
    reply.result().as_array().unwrap().iter().map(|row| row["ID"].as_str().unwrap()).collect()
}

/// Anna Ivanova (1, administrator, operator), Boris Petrov (2), Maria Ivanchenko (3, dismissed, woman).
async fn people(world: &mut World) {
    let app = Arc::clone(&world.server.app);
    for (name, last_name, position) in [("Boris", "Petrov", "Head of sales"), ("Maria", "Ivanchenko", "")] {
        app.clock.advance(86_400_000);
        let now = app.clock.now_ms();
        let new = desk::users::NewEmployee {
            name: name.to_owned(),
            last_name: last_name.to_owned(),
            work_position: position.to_owned(),
            ..desk::users::NewEmployee::default()
        };
        app.change(now, 0, move |change| desk::users::add_employee(change, &new)).await.unwrap();
    }
    world.execute("UPDATE users SET active = 0, gender = 'female', presence = 'offline' WHERE id = 3").await;
    // Days have passed: the world's tokens have expired.
    world.tokens = server::provision::issue_tokens(&app, world.application.application.id, 1).await.unwrap();
}

#[test]
fn user_current_and_fields() {
    on_both(|world| async move {
        let reply = world.call("user.current", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.result(), @r#"
        {
          "ID": "1",
          "XML_ID": null,
          "ACTIVE": true,
          "NAME": "Anna",
          "LAST_NAME": "Ivanova",
          "SECOND_NAME": "",
          "TITLE": "",
          "EMAIL": "anna@example.com",
          "LAST_LOGIN": "",
          "DATE_REGISTER": "2025-06-15T12:26:40+00:00",
          "TIME_ZONE": "",
          "IS_ONLINE": "Y",
          "TIMESTAMP_X": "2025-06-15T12:26:40+00:00",
          "LAST_ACTIVITY_DATE": "2025-06-15T12:26:40+00:00",
          "PERSONAL_GENDER": "",
          "PERSONAL_PROFESSION": "",
          "PERSONAL_WWW": "",
          "PERSONAL_BIRTHDAY": "",
          "PERSONAL_PHOTO": "",
          "PERSONAL_ICQ": "",
          "PERSONAL_PHONE": "",
          "PERSONAL_FAX": "",
          "PERSONAL_MOBILE": "",
          "PERSONAL_PAGER": "",
          "PERSONAL_STREET": "",
          "PERSONAL_CITY": "",
          "PERSONAL_STATE": "",
          "PERSONAL_ZIP": "",
          "PERSONAL_COUNTRY": "",
          "PERSONAL_MAILBOX": "",
          "PERSONAL_NOTES": "",
          "WORK_PHONE": "",
          "WORK_COMPANY": "",
          "WORK_POSITION": "Operator",
          "WORK_DEPARTMENT": "",
          "WORK_WWW": "",
          "WORK_FAX": "",
          "WORK_PAGER": "",
          "WORK_STREET": "",
          "WORK_MAILBOX": "",
          "WORK_CITY": "",
          "WORK_STATE": "",
          "WORK_ZIP": "",
          "WORK_COUNTRY": "",
          "WORK_PROFILE": "",
          "WORK_NOTES": "",
          "UF_EMPLOYMENT_DATE": "",
          "UF_TIMEMAN": "",
          "UF_SKILLS": "",
          "UF_INTERESTS": "",
          "UF_DEPARTMENT": [
            1
          ],
          "UF_PHONE_INNER": "",
          "UF_DISTRICT": "",
          "UF_SKYPE": "",
          "UF_SKYPE_LINK": "",
          "UF_ZOOM": "",
          "UF_TWITTER": "",
          "UF_FACEBOOK": "",
          "UF_LINKEDIN": "",
          "UF_XING": "",
          "UF_WEB_SITES": ""
        }
        "#); }
        let fields = world.call("user.fields", json!({})).await;
        assert_eq!(fields.result()["EMAIL"], "E-mail");
        world.end().await;
    });
}

#[test]
fn the_scope_says_how_much_is_shown() {
    on_both(|world| async move {
        for (scope, count, email, last_login) in
            [("user_brief", 29, false, false), ("user_basic", 58, true, false), ("user", 62, true, true)]
        {
            let token = world.narrow_application(&[scope]).await;
            let reply = world.call_with(&token, "user.get", json!({"ID": 1})).await;
            let row = reply.result()[0].as_object().unwrap();
            let fields = world.call_with(&token, "user.fields", json!({})).await;
            let codes: Vec<&String> = fields.result().as_object().unwrap().keys().collect();
            assert_eq!(row.keys().collect::<Vec<_>>(), codes, "{scope}");
            assert_eq!(
                (row.len(), row.contains_key("EMAIL"), row.contains_key("LAST_LOGIN")),
                (count, email, last_login),
                "{scope}"
            );
        }
        let none = world.narrow_application(&["im"]).await;
        for method in ["user.get", "user.current", "user.search", "user.fields"] {
            let reply = world.call_with(&none, method, json!({})).await;
            let text = "The request requires higher privileges than provided by the access token";
            assert_eq!(reply.brief(), format!("401 insufficient_scope: {text}"), "{method}");
        }
        world.end().await;
    });
}

#[test]
fn user_get_filters() {
    on_both(|mut world| async move {
        people(&mut world).await;
        let cases: &[(Value, &[&str])] = &[
            (json!({}), &["1", "2", "3"]),
            (json!({"FILTER": {}}), &["1", "2", "3"]),
            (json!({"filter": []}), &["1", "2", "3"]),
            (json!({"ID": 2}), &["2"]),
            (json!({"id": ["1", 3]}), &["1", "3"]),
            (json!({"FILTER": {"ID": [1, 2]}}), &["1", "2"]),
            (json!({"FILTER": {"@ID": [1, 2]}}), &["1", "2"]),
            (json!({"FILTER": {"!@ID": [1, 2]}}), &["3"]),
            (json!({"FILTER": {"!ID": 1}}), &["2", "3"]),
            (json!({"FILTER": {"!=ID": 1}}), &["2", "3"]),
            (json!({"FILTER": {">ID": 1, "<ID": "3"}}), &["2"]),
            (json!({"FILTER": {">=ID": "2"}}), &["2", "3"]),
            (json!({"FILTER": {"<=ID": "2"}}), &["1", "2"]),
            (json!({"FILTER": {"ID": "two"}}), &[]),
            (json!({"FILTER": {"ACTIVE": true}}), &["1", "2"]),
            (json!({"FILTER": {"ACTIVE": "Y"}}), &["1", "2"]),
            (json!({"ACTIVE": "N"}), &["3"]),
            (json!({"FILTER": {"ACTIVE": false}}), &["3"]),
            (json!({"FILTER": {"NAME": "anna"}}), &["1"]),
            (json!({"FILTER": {"=NAME": "Ann"}}), &[]),
            (json!({"FILTER": {"NAME": "An%"}}), &["1"]),
            (json!({"FILTER": {"LAST_NAME": "Iv%"}}), &[]),
            (json!({"FILTER": {"%LAST_NAME": "van"}}), &["1", "3"]),
            (json!({"FILTER": {"!%LAST_NAME": "van"}}), &["2"]),
            (json!({"FILTER": {"=%LAST_NAME": "iv%a"}}), &["1"]),
            (json!({"FILTER": {"%=LAST_NAME": "%ov"}}), &["2"]),
            (json!({"FILTER": {"!=%LAST_NAME": "iv%"}}), &["2"]),
            (json!({"FILTER": {"!%=LAST_NAME": "iv%"}}), &["2"]),
            (json!({"FILTER": {"NAME_SEARCH": "petr bor"}}), &["2"]),
            (json!({"FILTER": {"PERSONAL_GENDER": "F"}}), &["3"]),
            (json!({"FILTER": {"IS_ONLINE": "N"}}), &["3"]),
            (json!({"FILTER": {"USER_TYPE": "employee"}}), &["1", "2", "3"]),
            (json!({"FILTER": {"USER_TYPE": "extranet"}}), &[]),
            (json!({"UF_DEPARTMENT": 1}), &["1", "2", "3"]),
            (json!({"UF_DEPARTMENT": 7}), &[]),
            (json!({"FILTER": {">DATE_REGISTER": "2025-06-16"}}), &["2", "3"]),
            (json!({"FILTER": {">DATE_REGISTER": "17.06.2025"}}), &["3"]),
            (json!({"FILTER": {"<=DATE_REGISTER": "2025-06-16T15:26:40+03:00"}}), &["1", "2"]),
            (json!({"FILTER": {">DATE_REGISTER": "soon"}}), &[]),
            (json!({"FILTER": {"UNKNOWN": 7}}), &["1", "2", "3"]),
        ];
        for (parameters, expected) in cases {
            assert_eq!(ids(&world.call("user.get", parameters.clone()).await), *expected, "{parameters}");
        }
        for (parameters, brief) in [
            (json!({"FILTER": "x"}), "400 ERROR_ARGUMENT: The value of an argument 'FILTER' must be of type array"),
            (
                json!({"FILTER": {"ID": {"a": 1}}}),
                "400 ERROR_ARGUMENT: The value of an argument 'ID' has an invalid type",
            ),
            (json!({"start": "x"}), "400 ERROR_ARGUMENT: The value of an argument 'start' has an invalid type"),
        ] {
            assert_eq!(world.call("user.get", parameters).await.brief(), brief);
        }
        world.end().await;
    });
}

#[test]
fn user_get_sorts_selects_and_pages() {
    on_both(|mut world| async move {
        people(&mut world).await;
        for (sort, order, expected) in [
            ("ID", "desc", ["3", "2", "1"]),
            ("LAST_NAME", "ASC", ["3", "1", "2"]),
            ("last_name", "DESC", ["2", "1", "3"]),
            ("NOTHING", "", ["1", "2", "3"]),
        ] {
            let reply = world.call("user.get", json!({"sort": sort, "order": order})).await;
            assert_eq!(ids(&reply), expected, "{sort} {order}");
        }
        let reply = world.call("user.get", json!({"select": ["ID", "NAME", "NOPE"], "FILTER": {"ID": 2}})).await;
        assert_eq!(*reply.result(), json!([{"ID": "2", "NAME": "Boris"}]));
        let reply = world.call("user.get", json!({"select": "uf_*", "ID": 2})).await;
        assert!(reply.result()[0].as_object().unwrap().keys().all(|code| code.starts_with("UF_")));
        let reply = world.call("user.get", json!({"select": ["*"], "ID": 2})).await;
        assert_eq!(reply.result()[0]["ID"], "2");

        for number in 4..=120 {
            world.add_employee(&format!("E{number}")).await;
        }
        for (start, first, rows, total, next) in [
            (json!(null), "1", 50, 120, json!(50)),
            (json!(50), "51", 50, 120, json!(100)),
            (json!("100"), "101", 20, 120, json!(null)),
            (json!(10), "11", 50, 120, json!(60)),
            (json!(70), "71", 50, 120, json!(null)),
            (json!(-1), "1", 50, 0, json!(null)),
            (json!(-7), "1", 50, 120, json!(50)),
        ] {
            let reply = world.call("user.get", json!({"start": start})).await;
            let found = (ids(&reply)[0], ids(&reply).len(), &reply.body["total"], &reply.body["next"]);
            assert_eq!(found, (first, rows, &json!(total), &next), "{start}");
            assert_eq!(reply.body.get("next").is_none(), next.is_null(), "absent, not null");
        }
        let reply = world.call("user.get", json!({"start": 9_000_000_000_000_000_000_i64})).await;
        assert_eq!((reply.result(), &reply.body["total"]), (&json!([]), &json!(120)));
        world.end().await;
    });
}

#[test]
fn user_search_matches_beginnings() {
    on_both(|mut world| async move {
        people(&mut world).await;
        world.send(json!([World::message("m1", "hello")])).await;
        let cases: &[(Value, &[&str])] = &[
            (json!({"FIND": "iv"}), &["1", "3"]),
            (json!({"FIND": "sal head"}), &["2"]),
            (json!({"FIND": "ales"}), &[]),
            (json!({"FILTER": {"FIND": "iv"}}), &["1", "2", "3"]),
            (json!({"FILTER": {"NAME": "bor"}}), &["2"]),
            (json!({"FILTER": {"WORK_POSITION": "SALES"}}), &["2"]),
            (json!({"FILTER": {"UF_DEPARTMENT_NAME": "comp"}}), &["1", "2", "3"]),
            (json!({"FILTER": {"USER_TYPE": "employee"}, "sort": "LAST_NAME"}), &["3", "1", "2"]),
        ];
        for (parameters, expected) in cases {
            let reply = world.call("user.search", parameters.clone()).await;
            assert_eq!(ids(&reply), *expected, "{parameters}");
            assert_eq!(reply.body["total"], expected.len());
        }
        world.end().await;
    });
}
