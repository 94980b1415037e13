//! `app.info`, `scope`, `methods` and the other basic methods.

use serde_json::json;

use crate::support::{on_both, on_both_with, read};

#[test]
fn app_info_has_three_shapes() {
    on_both(|world| async move {
        let portal = world.call("app.info", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(portal.result(), @r#"
        {
          "ID": 1,
          "CODE": "local.7e6741705ac1f2.94020972",
          "VERSION": 1,
          "STATUS": "L",
          "INSTALLED": true,
          "PAYMENT_EXPIRED": "N",
          "DAYS": null,
          "LANGUAGE_ID": "en",
          "LICENSE": "en_selfhosted",
          "LICENSE_TYPE": "ent",
          "LICENSE_FAMILY": "ent"
        }
        "#); }
        let checked = world.call("app.info", json!({"IS_NEED_OAUTH_SECURE_CHECK": "true"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(checked.snapshot(&world)["body"]["result"], @r#"
        {
          "client_id": "local.7e6741705ac1f2.94020972",
          "scope": "imopenlines,imconnector,im,user,imbot,crm",
          "expires": "2025-06-15T13:26:40+00:00",
          "install": {
            "installed": true,
            "version": 1,
            "status": "L",
            "scope": "imopenlines,imconnector,im,user,imbot,crm",
            "domain": "127.0.0.1:PORT",
            "uri": "http://127.0.0.1:PORT",
            "client_endpoint": "http://127.0.0.1:PORT/rest/",
            "member_id": "611830d3641a68f94a690dcc25d1f4b0",
            "member_type": "selfhosted"
          },
          "user_id": 1
        }
        "#); }
        let hook = world.hook("app.info", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(hook.result(), @r#"
        {
          "SCOPE": [
            "imopenlines",
            "imconnector",
            "im",
            "user",
            "imbot",
            "crm"
          ],
          "LICENSE": "en_selfhosted"
        }
        "#); }
        world.end().await;
    });
}

#[test]
fn app_info_on_the_authorisation_host_is_the_authorisation_servers() {
    on_both_with(
        |config| {
            config.server.public_url = "https://portal.example".to_owned();
            config.server.authorization_url = "https://oauth.example".to_owned();
        },
        |world| async move {
            let ask = |host: &'static str| {
                let url = format!("{}/rest/app.info/?auth={}", world.base, world.tokens.access_token);
                let request = world.http.get(url).header("host", host);
                async move { read(request.send().await.unwrap()).await }
            };
            let reply = ask("oauth.example").await;
            assert_eq!(reply.result()["install"]["uri"], "https://portal.example");
            assert_eq!(reply.result()["install"]["client_endpoint"], "https://portal.example/rest/");
            assert_eq!(ask("portal.example").await.result()["STATUS"], "L");
            world.end().await;
        },
    );
}

#[test]
fn scope_methods_and_method_get() {
    on_both(|world| async move {
        let own = json!(["imopenlines", "imconnector", "im", "user", "imbot", "crm"]);
        assert_eq!(*world.call("scope", json!({})).await.result(), own);
        assert_eq!(*world.hook("scope", json!({"full": "N"})).await.result(), own);
        let full = world.call("scope", json!({"full": true})).await;
        let full: Vec<&str> = full.result().as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        assert!(full.contains(&"user_brief") && full.contains(&"imconnector"), "{full:?}");
        assert!(full.is_sorted(), "{full:?}");

        let listed = async |parameters| -> Vec<String> {
            serde_json::from_value(world.call("methods", parameters).await.result().clone()).unwrap()
        };
        let basic = listed(json!({"scope": ""})).await;
        assert!(basic.contains(&"batch".to_owned()) && basic.contains(&"app.info".to_owned()), "{basic:?}");
        assert!(!basic.contains(&"user.get".to_owned()), "{basic:?}");
        assert_eq!(
            listed(json!({"scope": "user_brief"})).await,
            ["user.get", "user.search", "user.current", "user.fields"]
        );
        let available = listed(json!(null)).await;
        assert!(available.contains(&"imconnector.send.messages".to_owned()), "{available:?}");
        assert_eq!(listed(json!({"full": 1})).await.len(), world.server.app.methods.all().len() + 1);
        assert!(listed(json!({"scope": "nothing"})).await.is_empty());

        for (name, exists, available) in [
            (json!("User.Current"), true, true),
            (json!("batch"), true, true),
            (json!("imopenlines.session.list"), false, false),
            (json!(""), false, false),
            (json!(null), false, false),
            (json!(["a"]), false, false),
        ] {
            let reply = world.call("method.get", json!({"name": name})).await;
            assert_eq!(*reply.result(), json!({"isExisting": exists, "isAvailable": available}), "{name}");
        }
        let narrow = world.narrow_application(&["im"]).await;
        let reply = world.call_with(&narrow, "method.get", json!({"name": "user.get"})).await;
        assert_eq!(*reply.result(), json!({"isExisting": true, "isAvailable": false}));
        world.end().await;
    });
}

#[test]
fn time_features_and_access() {
    on_both(|world| async move {
        let (other_id, other) = world.add_employee("Boris").await;
        assert_eq!(*world.call("server.time", json!({})).await.result(), "2025-06-15T12:26:40+00:00");
        for (code, value) in [("rest_offline_extended", "Y"), ("rest_auth_connector", "Y"), ("other", "N")] {
            assert_eq!(*world.call("feature.get", json!({"CODE": code})).await.result(), json!({"value": value}));
        }
        assert_eq!(world.call("feature.get", json!({})).await.brief(), "400 CODE_EMPTY: CODE can't be empty");
        let names = json!({"ACCESS": ["AU", "G2", "U1", "D1", "U999", "nonsense"]});
        let reply = world.call("access.name", names).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.result(), @r#"
        {
          "AU": {
            "provider": "",
            "name": "All authorized users",
            "provider_id": "other"
          },
          "G2": {
            "provider": "",
            "name": "All users",
            "provider_id": "other"
          },
          "U1": {
            "provider": "User",
            "name": "Anna Ivanova",
            "provider_id": "user"
          },
          "D1": {
            "provider": "Department",
            "name": "Company",
            "provider_id": "intranet"
          }
        }
        "#); }
        assert_eq!(*world.call("access.name", json!({"ACCESS": []})).await.result(), json!(false));
        assert_eq!(*world.call("access.name", json!({"ACCESS": ["SG4"]})).await.result(), json!([]));

        assert_eq!(*world.call("user.admin", json!({})).await.result(), json!(true));
        assert_eq!(*world.call_with(&other, "user.admin", json!({})).await.result(), json!(false));
        let own = format!("U{other_id}");
        for (token, access, has) in [
            (&world.tokens.access_token, json!(null), true),
            (&other, json!(null), false),
            (&other, json!(["G1"]), false),
            (&other, json!(["G1", own]), true),
            (&other, json!("AU"), true),
        ] {
            let reply = world.call_with(token, "user.access", json!({"ACCESS": access})).await;
            assert_eq!(*reply.result(), json!(has), "{access}");
        }
        let reply = world.call("profile", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.result(), @r#"
        {
          "ID": "1",
          "ADMIN": true,
          "NAME": "Anna",
          "LAST_NAME": "Ivanova",
          "PERSONAL_GENDER": "",
          "TIME_ZONE": ""
        }
        "#); }
        world.end().await;
    });
}
