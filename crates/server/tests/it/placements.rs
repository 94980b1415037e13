//! `placement.*`

use serde_json::{Value, json};

use crate::support::on_both;

const SCOPES: &[&str] = &["placement", "im", "imopenlines", "crm"];

fn merged(mut one: Value, other: &Value) -> Value {
    one.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    one
}

/// A binding of the widget in the chat's input.
fn textarea(more: &Value) -> Value {
    let bind = json!({
        "PLACEMENT": "IM_TEXTAREA", "HANDLER": "https://app.example.com/x", "TITLE": "My App",
        "OPTIONS": {"iconName": "fa-bars", "unknown": 1},
    });
    merged(bind, more)
}

#[test]
fn placements_are_bound_and_unbound() {
    on_both(|world| async move {
        let token = world.narrow_application(SCOPES).await;
        let call = async |method: &str, parameters: Value| world.call_with(&token, method, parameters).await;
        assert_eq!(*call("placement.bind", textarea(&json!({}))).await.result(), json!(true));
        let languages =
            json!({"LANG_ALL": {"de": {"TITLE": "Meine App"}}, "TITLE": "Other", "PLACEMENT": "im_textarea"});
        assert_eq!(*call("placement.bind", textarea(&languages)).await.result(), json!(true), "another title");
        let worker = json!({
            "PLACEMENT": "PAGE_BACKGROUND_WORKER", "HANDLER": "http://app.example.com/w", "USER_ID": 1,
            "OPTIONS": {"errorHandlerUrl": "https://app.example.com/e"},
        });
        assert_eq!(*call("placement.bind", worker).await.result(), json!(true));
        let tab = json!({"PLACEMENT": "CRM_DYNAMIC_136_DETAIL_TAB", "HANDLER": "https://app.example.com/t"});
        assert_eq!(*call("placement.bind", tab).await.result(), json!(true));
        let bound = call("placement.get", json!({})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(bound.result(), @r#"
        [
          {
            "id": 1,
            "placement": "IM_TEXTAREA",
            "userId": 0,
            "handler": "https://app.example.com/x",
            "options": {
              "iconName": "fa-bars",
              "context": "ALL",
              "role": "USER",
              "extranet": "N"
            },
            "title": "My App",
            "description": "",
            "langAll": {
              "en": {
                "TITLE": "My App",
                "DESCRIPTION": "",
                "GROUP_NAME": ""
              }
            }
          },
          {
            "id": 2,
            "placement": "IM_TEXTAREA",
            "userId": 0,
            "handler": "https://app.example.com/x",
            "options": {
              "iconName": "fa-bars",
              "context": "ALL",
              "role": "USER",
              "extranet": "N"
            },
            "title": "Other",
            "description": "",
            "langAll": {
              "de": {
                "TITLE": "Meine App",
                "DESCRIPTION": "",
                "GROUP_NAME": ""
              }
            }
          },
          {
            "id": 3,
            "placement": "PAGE_BACKGROUND_WORKER",
            "userId": 1,
            "handler": "http://app.example.com/w",
            "options": {
              "errorHandlerUrl": "https://app.example.com/e"
            },
            "title": "Narrow",
            "description": "",
            "langAll": {
              "en": {
                "TITLE": "Narrow",
                "DESCRIPTION": "",
                "GROUP_NAME": ""
              }
            }
          },
          {
            "id": 4,
            "placement": "CRM_DYNAMIC_136_DETAIL_TAB",
            "userId": 0,
            "handler": "https://app.example.com/t",
            "options": [],
            "title": "Narrow",
            "description": "",
            "langAll": {
              "en": {
                "TITLE": "Narrow",
                "DESCRIPTION": "",
                "GROUP_NAME": ""
              }
            }
          }
        ]
        "#); }
        let other = world.narrow_application(SCOPES).await;
        assert_eq!(*world.call_with(&other, "placement.get", json!({})).await.result(), json!([]));
        let places = call("placement.list", json!({})).await.result().clone();
        assert!(places.as_array().unwrap().contains(&json!("SETTING_CONNECTOR")));
        assert!(!places.as_array().unwrap().contains(&json!("CALL_CARD")), "telephony was not granted");
        assert_eq!(
            *call("placement.list", json!({"SCOPE": "contact_center"})).await.result(),
            json!(["CONTACT_CENTER"])
        );
        let full = call("placement.list", json!({"FULL": true})).await;
        assert!(full.result().as_array().unwrap().contains(&json!("CALL_CARD")));
        for (parameters, count) in [
            (json!({"PLACEMENT": "IM_TEXTAREA", "HANDLER": "https://app.example.com/y"}), 0),
            (json!({"PLACEMENT": "IM_TEXTAREA", "HANDLER": "https://app.example.com/x"}), 2),
            (json!({"PLACEMENT": "PAGE_BACKGROUND_WORKER", "USER_ID": 2}), 0),
            (json!({"PLACEMENT": "page_background_worker"}), 1),
        ] {
            let reply = call("placement.unbind", parameters.clone()).await;
            assert_eq!(*reply.result(), json!({"count": count}), "{parameters}");
        }
        world.end().await;
    });
}

#[test]
fn placements_may_be_refused() {
    on_both(|world| async move {
        let token = world.narrow_application(SCOPES).await;
        world.call_with(&token, "placement.bind", textarea(&json!({}))).await;
        let worker = |more: Value| {
            merged(json!({"PLACEMENT": "PAGE_BACKGROUND_WORKER", "HANDLER": "https://app.example.com/w"}), &more)
        };
        let first = worker(json!({"OPTIONS": {"errorHandlerUrl": "https://app.example.com/e"}}));
        world.call_with(&token, "placement.bind", first.clone()).await;
        let second = merged(first, &json!({"HANDLER": "https://app.example.com/w2"}));
        let unknown = "400 ERROR_PLACEMENT_NOT_FOUND: Placement not found";
        let wrong_url = "400 ERROR_WRONG_HANDLER_URL: Wrong handler URL";
        let options = |name: &str, value: &str| json!({"OPTIONS": {"iconName": "x", name: value}});
        let cases = [
            ("placement.bind", json!({}), "200 ERROR_ARGUMENT: Argument 'PLACEMENT' is null or empty"),
            (
                "placement.bind",
                json!({"PLACEMENT": "LEFT_MENU"}),
                "200 ERROR_ARGUMENT: Argument 'HANDLER' is null or empty",
            ),
            (
                "placement.bind",
                textarea(&json!({"OPTIONS": {}})),
                "200 ERROR_ARGUMENT: Argument 'iconName' is null or empty",
            ),
            ("placement.bind", textarea(&json!({"PLACEMENT": "NOWHERE"})), unknown),
            ("placement.bind", textarea(&json!({"PLACEMENT": "CALL_CARD"})), unknown),
            ("placement.bind", textarea(&json!({"PLACEMENT": "CRM_CAR_DETAIL_TAB"})), unknown),
            ("placement.bind", textarea(&json!({"HANDLER": "nonsense"})), wrong_url),
            ("placement.bind", textarea(&json!({"HANDLER": "https://localhost/x"})), wrong_url),
            ("placement.bind", textarea(&json!({"HANDLER": "https://127.0.0.1/x"})), wrong_url),
            (
                "placement.bind",
                textarea(&json!({"HANDLER": "ftp://app.example.com/x"})),
                "400 ERROR_UNSUPPORTED_PROTOCOL: Unsupported event handler protocol",
            ),
            (
                "placement.bind",
                textarea(&json!({"USER_ID": 1})),
                "200 ERROR_PLACEMENT_USER_MODE: User mode is not available",
            ),
            (
                "placement.bind",
                worker(json!({})),
                "200 EMPTY_ERROR_HANDLER_URL: The option errorHandlerUrl is missing: it is told when the worker is switched off",
            ),
            (
                "placement.bind",
                second,
                "200 ERROR_PLACEMENT_MAX_COUNT: The placement has a handler already: unbind it first",
            ),
            (
                "placement.bind",
                textarea(&options("context", "CHAT;CARS")),
                "400 INVALID_ERROR_CONTEXT: The option must be one of ALL, USER, CHAT, LINES, CRM",
            ),
            (
                "placement.bind",
                textarea(&options("role", "BOSS")),
                "400 INVALID_ERROR_ROLE: The option must be one of USER, ADMIN",
            ),
            (
                "placement.bind",
                textarea(&options("extranet", "maybe")),
                "400 INVALID_ERROR_EXTRANET: The option must be one of N, Y",
            ),
            (
                "placement.bind",
                textarea(&json!({})),
                "400 ERROR_CORE: Unable to set placement handler: Handler already binded",
            ),
            ("placement.unbind", json!({}), "400 ERROR_ARGUMENT: Argument 'PLACEMENT' is null or empty"),
            (
                "placement.unbind",
                json!({"PLACEMENT": ["x"]}),
                "400 ERROR_ARGUMENT: The value of an argument 'PLACEMENT' must be of type string",
            ),
        ];
        for (method, parameters, expected) in cases {
            let reply = world.call_with(&token, method, parameters.clone()).await;
            assert_eq!(reply.brief(), expected, "{method} {parameters}");
        }
        let (boris, _) = world.add_employee("Boris").await;
        let other = world.narrow_token(SCOPES, boris).await;
        for (method, parameters) in [
            ("placement.bind", textarea(&json!({}))),
            ("placement.get", json!({})),
            ("placement.unbind", json!({"PLACEMENT": "IM_TEXTAREA"})),
        ] {
            let reply = world.call_with(&other, method, parameters).await;
            assert_eq!(reply.brief(), "403 ACCESS_DENIED: Access denied!", "{method}");
        }
        let scopes = ["placement".to_owned()];
        let (_, code) = server::provision::add_webhook(&world.server.app, 1, "Hook", &scopes).await.unwrap();
        let hook = world.post(&format!("/rest/1/{code}/placement.get"), json!({})).await;
        let text = "Current authorization type is denied for this method Application context required";
        assert_eq!(hook.brief(), format!("403 WRONG_AUTH_TYPE: {text}"));
        assert_eq!(world.count("SELECT count(*) FROM placements").await, 2, "nothing half-stored");
        world.end().await;
    });
}
