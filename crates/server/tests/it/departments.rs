//! `department.*`, and who belongs where.

use serde_json::{Value, json};

use crate::support::{World, on_both};

const SCOPE: &[&str] = &["department", "user", "im"];

/// Company (1) > Sales (2) > Berlin (3), Support (4); Boris (2) heads Sales, Clara (3) is in Berlin.
async fn structure(world: &World) -> String {
    let token = world.narrow_application(SCOPE).await;
    world.add_employee("Boris").await;
    world.add_employee("Clara").await;
    for new in [
        json!({"NAME": "Sales", "PARENT": 1, "UF_HEAD": 2}),
        json!({"NAME": "Berlin", "PARENT": "2", "SORT": "100"}),
        json!({"NAME": "Support", "PARENT": 1}),
    ] {
        assert_eq!(world.call_with(&token, "department.add", new).await.brief(), "200 OK");
    }
    let app = &world.server.app;
    app.change(app.clock.now_ms(), 1, |change| desk::departments::move_user(change, 3, &[3, 99])).await.unwrap();
    token
}

#[test]
fn departments_are_added_and_listed() {
    on_both(|world| async move {
        let token = structure(&world).await;
        let all = world.call_with(&token, "department.get", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(all.snapshot(&world), @r#"
        {
          "status": 200,
          "body": {
            "result": [
              {
                "ID": "3",
                "NAME": "Berlin",
                "SORT": 100,
                "PARENT": "2"
              },
              {
                "ID": "1",
                "NAME": "Company",
                "SORT": 500
              },
              {
                "ID": "2",
                "NAME": "Sales",
                "SORT": 500,
                "PARENT": "1",
                "UF_HEAD": "2"
              },
              {
                "ID": "4",
                "NAME": "Support",
                "SORT": 500,
                "PARENT": "1"
              }
            ],
            "total": 4,
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
        let cases: &[(Value, &[i64])] = &[
            (json!({"sort": "ID", "order": "DESC"}), &[4, 3, 2, 1]),
            (json!({"sort": "NAME"}), &[3, 1, 2, 4]),
            (json!({"sort": "PARENT", "order": "asc"}), &[1, 2, 4, 3]),
            (json!({"sort": "UF_HEAD", "order": "desc"}), &[2, 4, 3, 1]),
            (json!({"PARENT": 1}), &[2, 4]),
            (json!({"ID": [2, "3"]}), &[3, 2]),
            (json!({"NAME": "Sales"}), &[2]),
            (json!({"NAME": "Sal"}), &[]),
            (json!({"SORT": 100}), &[3]),
            (json!({"UF_HEAD": 2}), &[2]),
            (json!({"start": 50}), &[]),
        ];
        for (parameters, expected) in cases {
            let reply = world.call_with(&token, "department.get", parameters.clone()).await;
            let rows = reply.result().as_array().unwrap();
            let ids: Vec<i64> = rows.iter().map(|row| row["ID"].as_str().unwrap().parse().unwrap()).collect();
            assert_eq!(ids, *expected, "{parameters}");
        }
        let fields = world.call_with(&token, "department.fields", json!({})).await;
        let titles = json!({
            "ID": "ID", "NAME": "Department Name", "SORT": "Sort Order", "PARENT": "Parent Department", "UF_HEAD": "Manager",
        });
        assert_eq!(*fields.result(), titles);
        world.end().await;
    });
}

#[test]
fn employees_belong_to_departments() {
    on_both(|world| async move {
        let token = structure(&world).await;
        let departments = async || {
            let reply = world.call_with(&token, "user.get", json!({})).await;
            let rows = reply.result().as_array().unwrap().clone();
            json!(rows.iter().map(|row| row["UF_DEPARTMENT"].clone()).collect::<Vec<_>>())
        };
        // The head of a department belongs to it; everybody begins in the company.
        assert_eq!(departments().await, json!([[1], [1, 2], [3]]));
        let user = world.call_with(&token, "im.user.get", json!({"ID": 2})).await;
        assert_eq!(user.result()["departments"], json!([1, 2]));
        let (below, members) = world
            .server
            .app
            .read(|tx| Ok((desk::departments::with_all_below(tx, 2)?, desk::departments::member_ids(tx, 2)?)))
            .await
            .unwrap();
        assert_eq!((below, members), (vec![2, 3], vec![2]));
        let update = json!({"ID": 3, "NAME": "Munich", "SORT": 700, "PARENT": 4, "UF_HEAD": 1});
        assert_eq!(*world.call_with(&token, "department.update", update).await.result(), json!(true));
        let row = world.call_with(&token, "department.get", json!({"ID": 3})).await;
        let changed = json!([{"ID": "3", "NAME": "Munich", "SORT": 700, "PARENT": "4", "UF_HEAD": "1"}]);
        assert_eq!(*row.result(), changed);
        world.call_with(&token, "department.update", json!({"ID": 3, "UF_HEAD": ""})).await;
        assert_eq!(world.count("SELECT head_id FROM departments WHERE id = 3").await, 0);
        // Who is in no other department moves up with it, and queues forget it.
        let line =
            json!({"CONFIG_ID": world.line_id, "PARAMS": {"QUEUE": [{"ENTITY_TYPE": "department", "ENTITY_ID": 3}]}});
        assert_eq!(world.call("imopenlines.config.update", line).await.brief(), "200 OK");
        assert_eq!(*world.call_with(&token, "department.delete", json!({"ID": "3"})).await.result(), json!(true));
        assert_eq!(departments().await, json!([[1], [1, 2], [4]]));
        assert_eq!(world.count("SELECT count(*) FROM line_queue WHERE entity_type = 'department'").await, 0);
        world.call_with(&token, "department.delete", json!({"ID": 2})).await;
        assert_eq!(departments().await, json!([[1], [1], [4]]));
        world.end().await;
    });
}

#[test]
fn departments_may_be_refused() {
    on_both(|world| async move {
        let token = structure(&world).await;
        let top = "400 ERROR_CORE: There can only be one top-level department in the company structure";
        let missing = "400 ERROR_CORE: Department not found";
        let cases = [
            ("department.add", json!({"PARENT": 1}), "400 ERROR_CORE: The department name is not provided.<br>"),
            (
                "department.add",
                json!({"NAME": " ", "PARENT": 1}),
                "400 ERROR_CORE: The department name is not provided.<br>",
            ),
            ("department.add", json!({"NAME": "x"}), top),
            ("department.add", json!({"NAME": "x", "PARENT": 99}), top),
            ("department.add", json!({"NAME": "x", "PARENT": 0}), top),
            ("department.add", json!({"NAME": "x", "PARENT": 1, "UF_HEAD": 99}), "400 USER_NOT_FOUND: User not found"),
            (
                "department.add",
                json!({"NAME": "x".repeat(256), "PARENT": 1}),
                "400 ERROR_ARGUMENT: NAME may have 255 characters: shorten it",
            ),
            (
                "department.add",
                json!({"NAME": "x", "PARENT": 1, "SORT": "first"}),
                "400 ERROR_ARGUMENT: The value of an argument 'SORT' has an invalid type",
            ),
            ("department.update", json!({}), missing),
            ("department.update", json!({"ID": 99, "NAME": "x"}), missing),
            ("department.update", json!({"ID": 2, "PARENT": 3}), top),
            ("department.update", json!({"ID": 2, "PARENT": 2}), top),
            ("department.update", json!({"ID": 2, "PARENT": 0}), top),
            ("department.update", json!({"ID": 1, "PARENT": 2}), top),
            ("department.update", json!({"ID": 2, "PARENT": 99}), missing),
            ("department.update", json!({"ID": 2, "UF_HEAD": 99}), "400 USER_NOT_FOUND: User not found"),
            ("department.delete", json!({"ID": "x"}), missing),
            ("department.delete", json!({"ID": 99}), missing),
            ("department.delete", json!({"ID": 1}), top),
            (
                "department.get",
                json!({"start": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'start' has an invalid type",
            ),
        ];
        for (method, parameters, expected) in cases {
            let reply = world.call_with(&token, method, parameters.clone()).await;
            assert_eq!(reply.brief(), expected, "{method} {parameters}");
        }
        let other = world.narrow_token(SCOPE, 2).await;
        for (method, parameters) in [
            ("department.add", json!({"NAME": "x", "PARENT": 1})),
            ("department.update", json!({"ID": 2, "NAME": "x"})),
            ("department.delete", json!({"ID": 2})),
        ] {
            let reply = world.call_with(&other, method, parameters).await;
            assert_eq!(reply.brief(), "400 ERROR_CORE: Access denied", "{method}");
        }
        assert_eq!(world.call_with(&other, "department.get", json!({})).await.body["total"], 4);
        let reply = world.call("department.get", json!({})).await;
        let text = "The request requires higher privileges than provided by the access token";
        assert_eq!(reply.brief(), format!("401 insufficient_scope: {text}"));
        assert_eq!(world.count("SELECT count(*) FROM departments").await, 4, "nothing half-stored");
        world.end().await;
    });
}

#[test]
fn departments_are_known_by_code_and_by_name() {
    on_both(|world| async move {
        let token = structure(&world).await;
        let codes = json!({"ACCESS": ["D1", "DR1", "D2", "DR3", "D99", "DR", "D2x", "G1", "X2"]});
        let named = world.call("access.name", codes).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(named.result(), @r#"
        {
          "D1": {
            "provider": "Department",
            "name": "Company",
            "provider_id": "intranet"
          },
          "DR1": {
            "provider": "Department",
            "name": "Company: all departments",
            "provider_id": "intranet"
          },
          "D2": {
            "provider": "Department",
            "name": "Sales",
            "provider_id": "intranet"
          },
          "DR3": {
            "provider": "Department",
            "name": "Berlin: all departments",
            "provider_id": "intranet"
          },
          "G1": {
            "provider": "",
            "name": "Administrators",
            "provider_id": "other"
          }
        }
        "#); }
        let clara = world.narrow_token(SCOPE, 3).await;
        for (code, has) in [
            ("D3", true),
            ("DR3", true),
            ("D2", false),
            ("DR2", true),
            ("D1", false),
            ("DR1", true),
            ("D4", false),
            ("DR4", false),
            ("DR99", false),
        ] {
            let reply = world.call_with(&clara, "user.access", json!({"ACCESS": [code]})).await;
            assert_eq!(*reply.result(), json!(has), "{code}");
        }
        let cases: &[(Value, &[&str])] = &[
            (json!({"FILTER": {"UF_DEPARTMENT_NAME": "sal"}}), &["2"]),
            (json!({"FILTER": {"UF_DEPARTMENT_NAME": ["ber", "comp"]}}), &["1", "2", "3"]),
            (json!({"FILTER": {"=UF_DEPARTMENT_NAME": "berlin"}}), &["3"]),
            (json!({"FILTER": {"!UF_DEPARTMENT_NAME": "Berlin"}}), &["1", "2"]),
            (json!({"FILTER": {"UF_DEPARTMENT_NAME": "support"}}), &[]),
            (json!({"FIND": "berl"}), &["3"]),
        ];
        for (parameters, expected) in cases {
            let found = world.call_with(&token, "user.search", parameters.clone()).await;
            let ids: Vec<&str> =
                found.result().as_array().unwrap().iter().map(|row| row["ID"].as_str().unwrap()).collect();
            assert_eq!(ids, *expected, "{parameters}");
        }
        let row = world.call_with(&token, "user.get", json!({"ID": 2})).await;
        assert_eq!(row.result()[0].get("UF_DEPARTMENT_NAME"), None, "only to filter by");
        world.end().await;
    });
}
