//! `trunkline.employee.*`, and what each role may.

use desk::accounts;
use serde_json::{Value, json};
use server::provision::{self, SecondFactor};

use crate::browser::Browser;
use crate::support::{World, on_both};

#[test]
fn employees_are_added_changed_and_dismissed() {
    on_both(|world| async move {
        let anna = Browser::of(&world, 1).await;
        let call = async |method: &str, parameters: Value| {
            anna.call(&format!("trunkline.employee.{method}"), parameters).await
        };
        anna.call("department.add", json!({"NAME": "Sales", "PARENT": 1})).await.result();
        let new = json!({"name": " Boris ", "email": "boris@example.com", "role": "supervisor", "department_ids": [2]});
        let added = call("invite", new).await;
        let mut shown = added.snapshot(&world);
        let link = shown["body"]["result"]["link"].take();
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown["body"]["result"], @r#"
        {
          "employee": {
            "id": 2,
            "name": "Boris",
            "last_name": "",
            "avatar_url": null,
            "role": "supervisor",
            "presence": "online",
            "presence_reason": null,
            "active": true,
            "department_ids": [
              2
            ],
            "email": "boris@example.com",
            "work_position": null,
            "totp": false,
            "invited": true,
            "link_expires_ms": 1750249600000,
            "seen_ms": null
          },
          "link": null,
          "expires_ms": 1750249600000
        }
        "#); }
        assert!(link.as_str().unwrap().starts_with("http://127.0.0.1:PORT/welcome/"), "{link}");
        let plain = call("invite", json!({"name": "Clara"})).await;
        let clara = &plain.result()["employee"];
        assert_eq!((&clara["email"], &clara["role"]), (&json!(""), &json!("operator")));

        let parameters = json!({"id": 2, "last_name": "Petrov", "work_position": "Head", "role": "administrator", "department_ids": [1]});
        let changed = call("update", parameters).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(changed.result(), @r#"
        {
          "employee": {
            "id": 2,
            "name": "Boris",
            "last_name": "Petrov",
            "avatar_url": null,
            "role": "administrator",
            "presence": "online",
            "presence_reason": null,
            "active": true,
            "department_ids": [
              1
            ],
            "email": "boris@example.com",
            "work_position": "Head",
            "totp": false,
            "invited": true,
            "link_expires_ms": 1750249600000,
            "seen_ms": null
          }
        }
        "#); }
        let changed = call("update", json!({"id": 2, "last_name": "", "email": "b@example.com"})).await;
        let changed = &changed.result()["employee"];
        assert_eq!(
            (&changed["last_name"], &changed["work_position"], &changed["email"]),
            (&json!(""), &json!("Head"), &json!("b@example.com"))
        );

        let boris = Browser::of(&world, 2).await;
        let count = async |browser: &Browser<'_>, parameters: Value| {
            let page = browser.call("trunkline.employee.list", parameters).await;
            page.result()["employees"].as_array().unwrap().len()
        };
        assert_eq!(count(&boris, json!({})).await, 3);
        assert_eq!(call("update", json!({"id": 2, "role": "operator"})).await.brief(), "200 OK");
        assert_eq!(boris.call("trunkline.employee.list", json!({})).await.status, 403, "at once");
        let dismissed = call("deactivate", json!({"id": 2})).await;
        let dismissed = &dismissed.result()["employee"];
        assert_eq!(
            (&dismissed["active"], &dismissed["link_expires_ms"], &dismissed["seen_ms"]),
            (&json!(false), &json!(null), &json!(null))
        );
        assert_eq!(boris.call("profile", json!({})).await.status, 401);
        for (filter, found) in [
            (json!({"active": true}), 2),
            (json!({"active": false}), 1),
            (json!({"q": "ANNA@"}), 1),
            (json!({"q": "r"}), 2),
            (json!({"q": "nobody"}), 0),
            (json!({"cursor": "1"}), 2),
        ] {
            assert_eq!(count(&anna, filter.clone()).await, found, "{filter}");
        }
        assert_eq!(call("activate", json!({"id": 2})).await.result()["employee"]["active"], true);
        let link = call("link", json!({"id": 2})).await;
        assert_eq!(link.result()["expires_ms"], crate::support::START_MS + 72 * 3_600_000);
        world
            .execute("INSERT INTO second_factors (user_id, secret, confirmed_ms, last_step) VALUES (2, '', 1, 1)")
            .await;
        assert_eq!(call("list", json!({})).await.result()["employees"][1]["totp"], true);
        assert_eq!(*call("totp_reset", json!({"id": 2})).await.result(), json!(true));
        assert_eq!(*call("totp_reset", json!({"id": 2})).await.result(), json!(false));
        world.end().await;
    });
}

#[test]
fn every_refusal_of_employees() {
    on_both(|world| async move {
        let anna = Browser::of(&world, 1).await;
        let name = "x".repeat(256);
        let not_found = "400 USER_NOT_FOUND: User not found";
        for (method, parameters, brief) in [
            ("invite", json!({"email": "b@example.com"}), "400 ERROR_ARGUMENT: Argument 'name' is null or empty"),
            ("invite", json!({"name": "B", "email": "nonsense"}), "400 ERROR_ARGUMENT: email is no e-mail address"),
            (
                "invite",
                json!({"name": "B", "email": "Anna@example.com"}),
                "400 ERROR_ARGUMENT: A user with this email already exists",
            ),
            ("invite", json!({"name": name}), "400 ERROR_ARGUMENT: name may have 255 characters: shorten it"),
            (
                "invite",
                json!({"name": "B", "role": "king"}),
                "400 ERROR_ARGUMENT: The value of an argument 'role' has an invalid type",
            ),
            ("invite", json!({"name": "B", "department_ids": [99]}), "400 ERROR_NOT_FOUND: Not found"),
            (
                "invite",
                json!({"name": "B", "department_ids": vec![1; 51]}),
                "400 ERROR_ARGUMENT: At most 50 departments",
            ),
            ("list", json!({"cursor": "x"}), "400 ERROR_ARGUMENT: cursor is `next` of the page before"),
            ("update", json!({"id": 99}), not_found),
            ("update", json!({"id": 1, "email": ""}), "200 OK"),
            ("update", json!({"id": 1, "email": "x"}), "400 ERROR_ARGUMENT: email is no e-mail address"),
            (
                "update",
                json!({"id": 1, "role": "supervisor"}),
                "400 LAST_ADMINISTRATOR: The portal needs an administrator: make somebody else one first",
            ),
            ("deactivate", json!({"id": 1}), "400 OWN_ACCOUNT: Nobody dismisses themselves: ask another administrator"),
            ("deactivate", json!({"id": 99}), not_found),
            ("deactivate", json!({}), "400 ERROR_ARGUMENT: Argument 'id' is null or empty"),
            ("activate", json!({"id": 99}), not_found),
            ("link", json!({"id": 99}), not_found),
            ("totp_reset", json!({"id": 99}), not_found),
        ] {
            let reply = anna.call(&format!("trunkline.employee.{method}"), parameters.clone()).await;
            assert_eq!(reply.brief(), brief, "{method} {parameters}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM users").await, 1, "nothing half-stored");
        assert_eq!(world.text("SELECT email FROM users").await, "anna@example.com");
        world.end().await;
    });
}

/// Status of a call by an operator, a supervisor and an administrator.
async fn by_role(world: &World, method: &str, parameters: Value) -> [u16; 3] {
    let mut statuses = [0; 3];
    for (index, user_id) in [2, 3, 1].into_iter().enumerate() {
        statuses[index] = Browser::of(world, user_id).await.call(method, parameters.clone()).await.status;
    }
    statuses
}

#[test]
fn what_each_role_may() {
    on_both(|world| async move {
        let (operator_id, _) = world.add_employee("Olga").await;
        let (supervisor_id, token) = world.add_employee("Sergei").await;
        assert_eq!((operator_id, supervisor_id), (2, 3));
        let anna = Browser::of(&world, 1).await;
        let role = json!({"id": 3, "role": "supervisor", "email": "sergei@example.com"});
        anna.call("trunkline.employee.update", role).await.result();
        world.send(json!([World::message("1", "Hello")])).await.result();
        for (method, parameters, statuses) in [
            ("imopenlines.dialog.get", json!({"CHAT_ID": 1}), [400, 200, 200]),
            ("imopenlines.session.history.get", json!({"SESSION_ID": 1}), [400, 200, 200]),
            ("trunkline.employee.list", json!({}), [403, 403, 200]),
            ("trunkline.audit.list", json!({}), [403, 403, 200]),
            ("user.admin", json!({}), [200, 200, 200]),
            ("imopenlines.config.update", json!({"CONFIG_ID": 1, "PARAMS": {}}), [403, 403, 200]),
            ("user.add", json!({}), [400, 400, 400]),
        ] {
            assert_eq!(by_role(&world, method, parameters).await, statuses, "{method}");
        }
        // A right is the employee's, whatever the employee calls with.
        let token_of = async |method: &str| world.call_with(&token, method, json!({"CHAT_ID": 1})).await.status;
        assert_eq!(token_of("imopenlines.dialog.get").await, 200);
        for method in world.server.app.methods.all().iter().filter(|method| method.needs > desk::users::Role::Operator)
        {
            let narrow = world.narrow_token(method.scopes, 2).await;
            assert_eq!(world.call_with(&narrow, method.name, json!({})).await.status, 403, "{}", method.name);
        }
        world.end().await;
    });
}

#[test]
fn one_employee_is_found_as_in_the_list_of_all() {
    on_both(|world| async move {
        let (boris, _) = world.add_employee("Boris").await;
        let (clara, _) = world.add_employee("Clara").await;
        let app = &world.server.app;
        provision::set_password(app, boris, "correct horse").await.unwrap();
        provision::invite(app, clara, SecondFactor::Kept).await.unwrap();
        let away = json!({"presence": "pause", "reason": "lunch"});
        let browser = Browser::of(&world, boris).await;
        assert_eq!(browser.call("trunkline.presence.set", away).await.brief(), "200 OK");
        browser.call("trunkline.account.totp.start", json!({})).await.result();
        world.execute("UPDATE second_factors SET confirmed_ms = 1").await;
        world.send(json!([crate::support::World::message("m1", "hello")])).await;
        for later_ms in [0, 73 * 3_600_000] {
            world.advance(later_ms);
            let now = app.clock.now_ms();
            let all = app.read(move |tx| accounts::list(tx, now)).await.unwrap();
            assert_eq!(all.len(), 3);
            for account in all {
                let id = account.user.id;
                assert_eq!(app.read(move |tx| accounts::find(tx, now, id)).await.unwrap(), account);
            }
        }
        let customer = world.count("SELECT id FROM users WHERE kind = 'customer'").await;
        for nobody in [customer, 99] {
            assert!(app.read(move |tx| accounts::find(tx, 0, nobody)).await.is_err(), "{nobody}");
        }
        drop(browser);
        world.end().await;
    });
}
