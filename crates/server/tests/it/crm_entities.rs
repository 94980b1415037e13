//! `crm.lead|deal|contact|company.*`: add, get, update, delete, fields.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Reply, World, on_both};

/// Two companies, three contacts, two leads, a deal.
pub(crate) async fn furnish(world: &World) {
    for (method, fields) in [
        (
            "crm.company.add",
            json!({"TITLE": "Acme", "COMPANY_TYPE": "CUSTOMER", "EMAIL": [{"VALUE": "info@acme.example"}]}),
        ),
        ("crm.company.add", json!({"TITLE": "Zenith", "REVENUE": "1500.5"})),
        (
            "crm.contact.add",
            json!({
                "NAME": "Maria", "LAST_NAME": "Weber", "COMPANY_ID": 1, "BIRTHDATE": "1990-05-17", "UF_CRM_17": "blue",
                "PHONE": [{"VALUE": "+49 30 901820", "VALUE_TYPE": "MOBILE"}, {"VALUE": "+49 (30) 90 18 20"}],
                "EMAIL": [{"VALUE": "Maria@Example.com", "VALUE_TYPE": "HOME"}],
                "IM": [{"VALUE": "imol|myconnector|1|c1|2", "VALUE_TYPE": "OPENLINE"}],
            }),
        ),
        (
            "crm.contact.add",
            json!({"NAME": "Анна", "LAST_NAME": "Иванова", "SOURCE_ID": "WEB", "UF_CRM_17": ["red", "blue"]}),
        ),
        ("crm.contact.add", json!({"NAME": "100%", "OPENED": "N", "ASSIGNED_BY_ID": 999})),
        ("crm.lead.add", json!({"NAME": "Boris", "STATUS_ID": "IN_PROCESS", "OPPORTUNITY": 250, "CONTACT_ID": 1})),
        ("crm.lead.add", json!({"TITLE": "Old one", "STATUS_ID": "JUNK", "OPPORTUNITY": "1000.50"})),
        (
            "crm.deal.add",
            json!({"TITLE": "Big one", "CATEGORY_ID": 0, "CONTACT_IDS": [2, 1], "CLOSEDATE": "2025-12-31", "NOPE": 1}),
        ),
    ] {
        let reply = world.call(method, json!({"fields": fields})).await;
        assert_eq!(reply.brief(), "200 OK", "{method}");
    }
}

#[test]
fn get_answers_as_documented() {
    on_both(|world| async move {
        furnish(&world).await;
        let contact = world.call("crm.contact.get", json!({"id": 1})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(contact.result(), @r#"
        {
          "ID": "1",
          "PHOTO": null,
          "TYPE_ID": null,
          "SOURCE_ID": null,
          "SOURCE_DESCRIPTION": null,
          "COMMENTS": null,
          "OPENED": "Y",
          "EXPORT": "Y",
          "COMPANY_ID": "1",
          "LEAD_ID": null,
          "ORIGIN_VERSION": null,
          "FACE_ID": null,
          "HONORIFIC": null,
          "NAME": "Maria",
          "SECOND_NAME": null,
          "LAST_NAME": "Weber",
          "BIRTHDATE": "1990-05-17T00:00:00+00:00",
          "POST": null,
          "ADDRESS": null,
          "ADDRESS_2": null,
          "ADDRESS_CITY": null,
          "ADDRESS_POSTAL_CODE": null,
          "ADDRESS_REGION": null,
          "ADDRESS_PROVINCE": null,
          "ADDRESS_COUNTRY": null,
          "ADDRESS_COUNTRY_CODE": null,
          "ADDRESS_LOC_ADDR_ID": null,
          "ASSIGNED_BY_ID": "1",
          "CREATED_BY_ID": "1",
          "MODIFY_BY_ID": "1",
          "DATE_CREATE": "2025-06-15T12:26:40+00:00",
          "DATE_MODIFY": "2025-06-15T12:26:40+00:00",
          "ORIGINATOR_ID": null,
          "ORIGIN_ID": null,
          "UTM_SOURCE": null,
          "UTM_MEDIUM": null,
          "UTM_CAMPAIGN": null,
          "UTM_CONTENT": null,
          "UTM_TERM": null,
          "LAST_ACTIVITY_TIME": "2025-06-15T12:26:40+00:00",
          "LAST_ACTIVITY_BY": "1",
          "HAS_PHONE": "Y",
          "HAS_EMAIL": "Y",
          "HAS_IMOL": "Y",
          "PHONE": [
            {
              "ID": "2",
              "VALUE_TYPE": "MOBILE",
              "VALUE": "+49 30 901820",
              "TYPE_ID": "PHONE"
            }
          ],
          "EMAIL": [
            {
              "ID": "3",
              "VALUE_TYPE": "HOME",
              "VALUE": "Maria@Example.com",
              "TYPE_ID": "EMAIL"
            }
          ],
          "IM": [
            {
              "ID": "4",
              "VALUE_TYPE": "OPENLINE",
              "VALUE": "imol|myconnector|1|c1|2",
              "TYPE_ID": "IM"
            }
          ],
          "UF_CRM_17": "blue"
        }
        "#); }
        let company = world.hook("crm.company.get", json!({"ID": "2"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(company.result(), @r#"
        {
          "ID": "2",
          "TITLE": "Zenith",
          "COMPANY_TYPE": null,
          "LOGO": null,
          "BANKING_DETAILS": null,
          "INDUSTRY": null,
          "EMPLOYEES": null,
          "CURRENCY_ID": null,
          "REVENUE": "1500.50",
          "OPENED": "Y",
          "COMMENTS": null,
          "IS_MY_COMPANY": "N",
          "LEAD_ID": null,
          "ORIGIN_VERSION": null,
          "ADDRESS": null,
          "ADDRESS_2": null,
          "ADDRESS_CITY": null,
          "ADDRESS_POSTAL_CODE": null,
          "ADDRESS_REGION": null,
          "ADDRESS_PROVINCE": null,
          "ADDRESS_COUNTRY": null,
          "ADDRESS_COUNTRY_CODE": null,
          "ADDRESS_LOC_ADDR_ID": null,
          "ADDRESS_LEGAL": null,
          "REG_ADDRESS": null,
          "REG_ADDRESS_2": null,
          "REG_ADDRESS_CITY": null,
          "REG_ADDRESS_POSTAL_CODE": null,
          "REG_ADDRESS_REGION": null,
          "REG_ADDRESS_PROVINCE": null,
          "REG_ADDRESS_COUNTRY": null,
          "REG_ADDRESS_COUNTRY_CODE": null,
          "REG_ADDRESS_LOC_ADDR_ID": null,
          "ASSIGNED_BY_ID": "1",
          "CREATED_BY_ID": "1",
          "MODIFY_BY_ID": "1",
          "DATE_CREATE": "2025-06-15T12:26:40+00:00",
          "DATE_MODIFY": "2025-06-15T12:26:40+00:00",
          "ORIGINATOR_ID": null,
          "ORIGIN_ID": null,
          "UTM_SOURCE": null,
          "UTM_MEDIUM": null,
          "UTM_CAMPAIGN": null,
          "UTM_CONTENT": null,
          "UTM_TERM": null,
          "LAST_ACTIVITY_TIME": "2025-06-15T12:26:40+00:00",
          "LAST_ACTIVITY_BY": "1",
          "HAS_PHONE": "N",
          "HAS_EMAIL": "N",
          "HAS_IMOL": "N"
        }
        "#); }
        let lead = world.call("crm.lead.get", json!({"id": 2})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(lead.result(), @r#"
        {
          "ID": "2",
          "TITLE": "Old one",
          "COMPANY_TITLE": null,
          "SOURCE_ID": null,
          "SOURCE_DESCRIPTION": null,
          "STATUS_ID": "JUNK",
          "STATUS_DESCRIPTION": null,
          "STATUS_SEMANTIC_ID": "F",
          "CURRENCY_ID": null,
          "OPPORTUNITY": "1000.50",
          "IS_MANUAL_OPPORTUNITY": "N",
          "OPENED": "Y",
          "COMMENTS": null,
          "COMPANY_ID": null,
          "CONTACT_ID": null,
          "IS_RETURN_CUSTOMER": "N",
          "DATE_CLOSED": "2025-06-15T12:26:40+00:00",
          "HONORIFIC": null,
          "NAME": null,
          "SECOND_NAME": null,
          "LAST_NAME": null,
          "BIRTHDATE": "",
          "POST": null,
          "ADDRESS": null,
          "ADDRESS_2": null,
          "ADDRESS_CITY": null,
          "ADDRESS_POSTAL_CODE": null,
          "ADDRESS_REGION": null,
          "ADDRESS_PROVINCE": null,
          "ADDRESS_COUNTRY": null,
          "ADDRESS_COUNTRY_CODE": null,
          "ADDRESS_LOC_ADDR_ID": null,
          "ASSIGNED_BY_ID": "1",
          "CREATED_BY_ID": "1",
          "MODIFY_BY_ID": "1",
          "DATE_CREATE": "2025-06-15T12:26:40+00:00",
          "DATE_MODIFY": "2025-06-15T12:26:40+00:00",
          "ORIGINATOR_ID": null,
          "ORIGIN_ID": null,
          "UTM_SOURCE": null,
          "UTM_MEDIUM": null,
          "UTM_CAMPAIGN": null,
          "UTM_CONTENT": null,
          "UTM_TERM": null,
          "LAST_ACTIVITY_TIME": "2025-06-15T12:26:40+00:00",
          "LAST_ACTIVITY_BY": "1",
          "MOVED_BY_ID": "1",
          "MOVED_TIME": "2025-06-15T12:26:40+00:00",
          "HAS_PHONE": "N",
          "HAS_EMAIL": "N",
          "HAS_IMOL": "N"
        }
        "#); }
        let deal = world.call("crm.deal.get", json!({"id": 1})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(deal.result(), @r#"
        {
          "ID": "1",
          "TITLE": "Big one",
          "TYPE_ID": null,
          "CATEGORY_ID": "0",
          "STAGE_ID": "NEW",
          "STAGE_SEMANTIC_ID": "P",
          "IS_NEW": "N",
          "IS_RECURRING": "N",
          "IS_RETURN_CUSTOMER": "N",
          "IS_REPEATED_APPROACH": "N",
          "PROBABILITY": null,
          "CURRENCY_ID": null,
          "OPPORTUNITY": "0.00",
          "IS_MANUAL_OPPORTUNITY": "N",
          "TAX_VALUE": "0.00",
          "COMPANY_ID": null,
          "CONTACT_ID": "2",
          "QUOTE_ID": null,
          "BEGINDATE": "",
          "CLOSEDATE": "2025-12-31T00:00:00+00:00",
          "OPENED": "Y",
          "CLOSED": "N",
          "COMMENTS": null,
          "SOURCE_ID": null,
          "SOURCE_DESCRIPTION": null,
          "LEAD_ID": null,
          "ADDITIONAL_INFO": null,
          "LOCATION_ID": null,
          "ASSIGNED_BY_ID": "1",
          "CREATED_BY_ID": "1",
          "MODIFY_BY_ID": "1",
          "DATE_CREATE": "2025-06-15T12:26:40+00:00",
          "DATE_MODIFY": "2025-06-15T12:26:40+00:00",
          "ORIGINATOR_ID": null,
          "ORIGIN_ID": null,
          "UTM_SOURCE": null,
          "UTM_MEDIUM": null,
          "UTM_CAMPAIGN": null,
          "UTM_CONTENT": null,
          "UTM_TERM": null,
          "LAST_ACTIVITY_TIME": "2025-06-15T12:26:40+00:00",
          "LAST_ACTIVITY_BY": "1",
          "MOVED_BY_ID": "1",
          "MOVED_TIME": "2025-06-15T12:26:40+00:00"
        }
        "#); }
        world.end().await;
    });
}

#[test]
fn update_changes_what_is_named() {
    on_both(|world| async move {
        furnish(&world).await;
        let id = |row: &Value, kind: &str| row[kind][0]["ID"].clone();
        let before = world.call("crm.contact.get", json!({"id": 1})).await;
        let fields = json!({
            "LAST_NAME": "Smith", "COMPANY_ID": 0, "UF_CRM_17": "",
            "PHONE": [{"ID": id(before.result(), "PHONE"), "VALUE": "+49301"}, {"VALUE": "+49302", "VALUE_TYPE": "WORK"}],
            "EMAIL": [{"ID": id(before.result(), "EMAIL"), "DELETE": "Y"}],
        });
        let updated = world.call("crm.contact.update", json!({"id": "1", "fields": fields})).await;
        assert_eq!(*updated.result(), json!(true));
        let after = world.call("crm.contact.get", json!({"id": 1})).await;
        let row = after.result();
        let phones: Vec<_> = row["PHONE"].as_array().unwrap().iter().map(|p| (&p["VALUE"], &p["VALUE_TYPE"])).collect();
        assert_eq!(phones, [(&json!("+49301"), &json!("MOBILE")), (&json!("+49302"), &json!("WORK"))]);
        assert_eq!(
            (&row["NAME"], &row["LAST_NAME"], &row["COMPANY_ID"]),
            (&json!("Maria"), &json!("Smith"), &json!(null))
        );
        assert_eq!((row.get("EMAIL"), row.get("UF_CRM_17"), &row["HAS_EMAIL"]), (None, None, &json!("N")));
        world.end().await;
    });
}

#[test]
fn delete_removes_everything_of_an_item() {
    on_both(|world| async move {
        furnish(&world).await;
        world
            .call(
                "crm.timeline.comment.add",
                json!({"fields": {"ENTITY_TYPE": "contact", "ENTITY_ID": 1, "COMMENT": "x"}}),
            )
            .await;
        let deleted = world.call("crm.contact.delete", json!({"id": 1})).await;
        assert_eq!(*deleted.result(), json!(true));
        assert_eq!(world.call("crm.contact.get", json!({"id": 1})).await.brief(), "400 : Not found");
        for sql in [
            "SELECT count(*) FROM crm_values WHERE type_id = 3 AND item_id = 1",
            "SELECT count(*) FROM crm_multifields WHERE type_id = 3 AND item_id = 1",
            "SELECT count(*) FROM crm_comments",
            "SELECT count(*) FROM crm_items WHERE contact_id = 1",
        ] {
            assert_eq!(world.count(sql).await, 0, "{sql}");
        }
        world.end().await;
    });
}

#[test]
fn fields_describe_the_type() {
    on_both(|world| async move {
        let reply = world.call("crm.lead.fields", json!({})).await;
        let fields = reply.result().as_object().unwrap();
        insta::allow_duplicates! { insta::assert_json_snapshot!(json!([fields["STATUS_ID"], fields["PHONE"], fields["ID"], fields["CONTACT_ID"]]), @r#"
        [
          {
            "type": "crm_status",
            "isRequired": false,
            "isReadOnly": false,
            "isImmutable": false,
            "isMultiple": false,
            "isDynamic": false,
            "statusType": "STATUS",
            "title": "Stage"
          },
          {
            "type": "crm_multifield",
            "isRequired": false,
            "isReadOnly": false,
            "isImmutable": false,
            "isMultiple": true,
            "isDynamic": false,
            "title": "Phone"
          },
          {
            "type": "integer",
            "isRequired": false,
            "isReadOnly": true,
            "isImmutable": false,
            "isMultiple": false,
            "isDynamic": false,
            "title": "ID"
          },
          {
            "type": "crm_contact",
            "isRequired": false,
            "isReadOnly": false,
            "isImmutable": false,
            "isMultiple": false,
            "isDynamic": false,
            "title": "Contact"
          }
        ]
        "#); }
        for entity in ["lead", "deal", "contact", "company"] {
            world.call(&format!("crm.{entity}.add"), json!({"fields": {"TITLE": "x"}})).await;
            let described = world.call(&format!("crm.{entity}.fields"), json!({})).await;
            let row = world.call(&format!("crm.{entity}.get"), json!({"id": 1})).await;
            let names = |reply: &Reply| reply.result().as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
            let hidden: Vec<String> = names(&described).difference(&names(&row)).cloned().collect();
            let multiple = |name: &String| described.result()[name]["isMultiple"] == json!(true);
            assert!(hidden.iter().all(multiple), "{entity}: {hidden:?}");
            assert!(names(&row).is_subset(&names(&described)), "{entity}");
        }
        world.end().await;
    });
}

#[test]
fn errors_of_the_older_methods() {
    on_both(|world| async move {
        furnish(&world).await;
        let bad_email = json!({"EMAIL": [{"VALUE": "nobody"}]});
        let long = json!({"COMMENTS": "x".repeat(70_000)});
        let cases = [
            ("crm.contact.add", json!({}), "400 : Parameter 'fields' must be array."),
            ("crm.contact.add", json!({"fields": "x"}), "400 : Parameter 'fields' must be array."),
            ("crm.contact.add", json!({"fields": {}, "params": "x"}), "400 : Parameter 'params' must be array."),
            (
                "crm.contact.add",
                json!({"fields": bad_email}),
                "400 ERROR_CORE: The field Work e-mail contains an invalid address",
            ),
            (
                "crm.lead.add",
                json!({"fields": long}),
                "400 ERROR_CORE: The field COMMENTS is longer than 65535 bytes: shorten it",
            ),
            ("crm.deal.add", json!({"fields": []}), "200 OK"),
            ("crm.contact.get", json!({}), "400 : ID is not defined or invalid."),
            ("crm.contact.get", json!({"id": "x"}), "400 : ID is not defined or invalid."),
            ("crm.contact.get", json!({"id": 0}), "400 : ID is not defined or invalid."),
            ("crm.contact.get", json!({"id": 99}), "400 : Not found"),
            ("crm.company.get", json!({"id": 99}), "400 : Not found"),
            ("crm.contact.update", json!({"fields": {}}), "400 : ID is not defined or invalid."),
            ("crm.contact.update", json!({"id": 1}), "400 : Parameter 'fields' must be array."),
            ("crm.contact.update", json!({"id": 99, "fields": {}}), "400 : Contact is not found"),
            ("crm.company.update", json!({"id": 99, "fields": {}}), "400 : Company is not found"),
            ("crm.lead.update", json!({"id": 99, "fields": {}}), "400 : Not found"),
            ("crm.deal.update", json!({"id": 99, "fields": {}}), "400 : Not found"),
            ("crm.contact.delete", json!({"id": 99}), "400 ERROR_CORE: Element not found"),
            ("crm.company.delete", json!({"id": 99}), "400 : Company is not found"),
            ("crm.lead.delete", json!({"id": 99}), "400 : Not found"),
            ("crm.deal.delete", json!({"id": -1}), "400 : ID is not defined or invalid."),
            ("crm.contact.list", json!({"filter": "x"}), "400 : Parameter 'filter' must be array."),
            ("crm.contact.list", json!({"order": "x"}), "400 : Parameter 'order' must be array."),
            (
                "crm.contact.list",
                json!({"start": "x"}),
                "400 ERROR_ARGUMENT: The value of an argument 'start' has an invalid type",
            ),
        ];
        for (method, parameters, brief) in cases {
            assert_eq!(world.call(method, parameters.clone()).await.brief(), brief, "{method}");
        }
        let narrow = world.narrow_application(&["imopenlines"]).await;
        let refused = world.call_with(&narrow, "crm.contact.list", json!({})).await;
        assert_eq!(refused.body["error"], "insufficient_scope");
        world.end().await;
    });
}
