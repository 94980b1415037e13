//! `crm.item.*`.

use serde_json::{Value, json};

use crate::crm_entities::furnish;
use crate::support::on_both;

#[test]
fn items_are_shown_with_typed_values() {
    on_both(|world| async move {
        furnish(&world).await;
        let contact = world.call("crm.item.get", json!({"entityTypeId": 3, "id": 1})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(contact.result(), @r#"
        {
          "item": {
            "id": 1,
            "photo": null,
            "typeId": null,
            "sourceId": null,
            "sourceDescription": null,
            "comments": null,
            "opened": "Y",
            "export": "Y",
            "companyId": 1,
            "companyIds": [
              1
            ],
            "leadId": 0,
            "originVersion": null,
            "faceId": null,
            "honorific": null,
            "name": "Maria",
            "secondName": null,
            "lastName": "Weber",
            "birthdate": "1990-05-17T00:00:00+00:00",
            "post": null,
            "address": null,
            "address2": null,
            "addressCity": null,
            "addressPostalCode": null,
            "addressRegion": null,
            "addressProvince": null,
            "addressCountry": null,
            "addressCountryCode": null,
            "addressLocAddrId": null,
            "assignedById": 1,
            "createdBy": 1,
            "updatedBy": 1,
            "createdTime": "2025-06-15T12:26:40+00:00",
            "updatedTime": "2025-06-15T12:26:40+00:00",
            "originatorId": null,
            "originId": null,
            "utmSource": null,
            "utmMedium": null,
            "utmCampaign": null,
            "utmContent": null,
            "utmTerm": null,
            "lastActivityTime": "2025-06-15T12:26:40+00:00",
            "lastActivityBy": 1,
            "hasPhone": "Y",
            "hasEmail": "Y",
            "hasImol": "Y",
            "phoneMobile": "+49 30 901820",
            "phoneWork": "",
            "phoneMailing": "",
            "emailHome": "Maria@Example.com",
            "emailWork": "",
            "emailMailing": "",
            "imol": "imol|myconnector|1|c1|2",
            "email": "Maria@Example.com",
            "phone": "+49 30 901820",
            "fm": [
              {
                "id": 2,
                "valueType": "MOBILE",
                "value": "+49 30 901820",
                "typeId": "PHONE"
              },
              {
                "id": 3,
                "valueType": "HOME",
                "value": "Maria@Example.com",
                "typeId": "EMAIL"
              },
              {
                "id": 4,
                "valueType": "OPENLINE",
                "value": "imol|myconnector|1|c1|2",
                "typeId": "IM"
              }
            ],
            "ufCrm_17": "blue",
            "observers": [],
            "entityTypeId": 3
          }
        }
        "#); }
        let deal = world.call("crm.item.get", json!({"entityTypeId": "2", "id": "1"})).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(deal.result(), @r#"
        {
          "item": {
            "id": 1,
            "title": "Big one",
            "typeId": null,
            "categoryId": 0,
            "stageId": "NEW",
            "stageSemanticId": "P",
            "isNew": "N",
            "isRecurring": "N",
            "isReturnCustomer": "N",
            "isRepeatedApproach": "N",
            "probability": null,
            "currencyId": null,
            "opportunity": 0,
            "isManualOpportunity": "N",
            "taxValue": 0,
            "companyId": 0,
            "contactId": 2,
            "contactIds": [
              2,
              1
            ],
            "quoteId": null,
            "begindate": null,
            "closedate": "2025-12-31T00:00:00+00:00",
            "opened": "Y",
            "closed": "N",
            "comments": null,
            "sourceId": null,
            "sourceDescription": null,
            "leadId": 0,
            "additionalInfo": null,
            "locationId": null,
            "assignedById": 1,
            "createdBy": 1,
            "updatedBy": 1,
            "createdTime": "2025-06-15T12:26:40+00:00",
            "updatedTime": "2025-06-15T12:26:40+00:00",
            "originatorId": null,
            "originId": null,
            "utmSource": null,
            "utmMedium": null,
            "utmCampaign": null,
            "utmContent": null,
            "utmTerm": null,
            "lastActivityTime": "2025-06-15T12:26:40+00:00",
            "lastActivityBy": 1,
            "movedBy": 1,
            "movedTime": "2025-06-15T12:26:40+00:00",
            "observers": [],
            "entityTypeId": 2
          }
        }
        "#); }
        let original = json!({"entityTypeId": 3, "id": 2, "useOriginalUfNames": "Y"});
        let contact = world.call("crm.item.get", original).await;
        assert_eq!(contact.result()["item"]["UF_CRM_17"], json!(["red", "blue"]));
        world.end().await;
    });
}

#[test]
fn items_are_added_and_updated() {
    on_both(|world| async move {
        let fields = json!({
            "title": "New", "stageId": "PREPARATION", "opportunity": 999.9, "ufCrm_17211": "x", "contactIds": [], "typeId": "SALE",
        });
        let added = world.call("crm.item.add", json!({"entityTypeId": 2, "fields": fields})).await;
        let item = &added.result()["item"];
        assert_eq!(
            (&item["id"], &item["stageId"], &item["opportunity"], &item["ufCrm_17211"], &item["stageSemanticId"]),
            (&json!(1), &json!("PREPARATION"), &json!(999.9), &json!("x"), &json!("P"))
        );
        world.advance(60_000);
        let fields = json!({"stageId": "WON", "ufCrm_17211": "", "createdTime": "2001-01-01"});
        let updated = world.call("crm.item.update", json!({"entityTypeId": 2, "id": 1, "fields": fields})).await;
        let item = &updated.result()["item"];
        assert_eq!(
            (&item["title"], &item["closed"], &item["stageSemanticId"], item.get("ufCrm_17211"), &item["createdTime"]),
            (&json!("New"), &json!("Y"), &json!("S"), None, &json!("2025-06-15T12:26:40+00:00"))
        );
        assert_eq!(item["movedTime"], "2025-06-15T12:27:40+00:00");
        let fm = json!({"n0": {"typeId": "PHONE", "valueType": "WORK", "value": "+4930901820"}, "n1": {"typeId": "EMAIL", "value": "a@example.com"}});
        world.call("crm.item.add", json!({"entityTypeId": 1, "fields": {"name": "Anna", "fm": fm}})).await;
        let fm = json!({"1": {"typeId": "PHONE", "value": "+4930901821"}, "2": {"typeId": "EMAIL", "value": ""}, "99": {"typeId": "EMAIL", "value": "b@example.com"}});
        let updated = world.call("crm.item.update", json!({"entityTypeId": 1, "id": 1, "fields": {"fm": fm}})).await;
        let item = &updated.result()["item"];
        assert_eq!(item["fm"], json!([{"id": 1, "valueType": "WORK", "value": "+4930901821", "typeId": "PHONE"}]));
        assert_eq!(
            (&item["title"], &item["phoneWork"], &item["hasEmail"]),
            (&json!("Lead #1"), &json!("+4930901821"), &json!("N"))
        );
        world.end().await;
    });
}

#[test]
fn item_lists() {
    on_both(|world| async move {
        furnish(&world).await;
        let imol = "imol|myconnector|1|c1|2";
        let find = |filter: Value| json!({"entityTypeId": 3, "filter": filter, "select": ["id"]});
        let either = json!({"logic": "OR", "0": {"name": "Maria"}, "1": {"=lastName": "Иванова", "opened": "Y"}});
        for (filter, expected) in [
            (json!({"=imol": imol}), json!([{"id": 1}])),
            (json!({"=imol": "imol|myconnector|1|c1|3"}), json!([])),
            (json!({"@id": [2, 3], "%name": "нн"}), json!([{"id": 2}])),
            (either, json!([{"id": 1}, {"id": 2}])),
            (json!({"0": {"logic": "OR", "0": {"id": 3}, "1": {"id": 1}}, "!id": 1}), json!([{"id": 3}])),
            (json!({"ufCrm_17": "red"}), json!([{"id": 2}])),
            (json!({"phone": "+49 30 901820"}), json!([{"id": 1}])),
        ] {
            let reply = world.call("crm.item.list", find(filter.clone())).await;
            assert_eq!(reply.result()["items"], expected, "{filter}");
        }
        let parameters =
            json!({"entityTypeId": 1, "order": {"opportunity": "DESC"}, "select": ["id", "title", "opportunity"]});
        let reply = world.call("crm.item.list", parameters).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.snapshot(&world)["body"]["result"], @r#"
        {
          "items": [
            {
              "id": 2,
              "title": "Old one",
              "opportunity": 1000.5
            },
            {
              "id": 1,
              "title": "Lead #1",
              "opportunity": 250
            }
          ]
        }
        "#); }
        assert_eq!(reply.body["total"], 2);
        world.end().await;
    });
}

#[test]
fn errors_of_the_newer_methods() {
    on_both(|world| async move {
        furnish(&world).await;
        let many: serde_json::Map<String, Value> =
            (0..200).map(|n| (format!("{}id", "!".repeat(n % 2)) + &" ".repeat(n), json!(1))).collect();
        let cases = [
            ("crm.item.list", json!({}), "400 100: Could not find value for parameter {entityTypeId}"),
            ("crm.item.list", json!({"entityTypeId": 31}), "400 NOT_FOUND: Smart process not found"),
            (
                "crm.item.list",
                json!({"entityTypeId": 1, "filter": {"=nope": 1}}),
                "400 INVALID_ARG_VALUE: Invalid filter: field 'nope' is not allowed in filter",
            ),
            (
                "crm.item.list",
                json!({"entityTypeId": 2, "filter": {"=imol": "x"}}),
                "400 INVALID_ARG_VALUE: Invalid filter: field 'imol' is not allowed in filter",
            ),
            (
                "crm.item.list",
                json!({"entityTypeId": 1, "filter": {">id": "x"}}),
                "400 INVALID_ARG_VALUE: Invalid filter: field 'id' has invalid value",
            ),
            (
                "crm.item.list",
                json!({"entityTypeId": 1, "order": {"nope": "ASC"}}),
                "400 INVALID_ARG_VALUE: Invalid order: field 'nope' is not allowed in order",
            ),
            (
                "crm.item.list",
                json!({"entityTypeId": 1, "order": {"id": "UP"}}),
                "400 INVALID_ARG_VALUE: Invalid order: allowed sort directions are ASC, DESC. But got 'UP' for field 'id'",
            ),
            ("crm.item.get", json!({"entityTypeId": 1}), "400 100: Could not find value for parameter {id}"),
            ("crm.item.get", json!({"entityTypeId": 1, "id": 99}), "400 NOT_FOUND: Element not found"),
            ("crm.item.add", json!({"entityTypeId": 1}), "400 100: Could not find value for parameter {fields}"),
            ("crm.item.add", json!({"entityTypeId": 9, "fields": {}}), "400 NOT_FOUND: Smart process not found"),
            (
                "crm.item.add",
                json!({"entityTypeId": 1, "fields": {"opportunity": "much"}}),
                "400 CRM_FIELD_ERROR_VALUE_NOT_VALID: Invalid value for field \"opportunity\"",
            ),
            (
                "crm.item.add",
                json!({"entityTypeId": 1, "fields": {"contactIds": "5"}}),
                "400 100: Expected iterable value for multiple field, but got string instead",
            ),
            ("crm.item.update", json!({"entityTypeId": 1, "id": 99, "fields": {}}), "400 NOT_FOUND: Element not found"),
            (
                "crm.item.update",
                json!({"entityTypeId": 1, "id": 1, "fields": {"assignedById": "x"}}),
                "400 CRM_FIELD_ERROR_VALUE_NOT_VALID: Invalid value for field \"assignedById\"",
            ),
        ];
        for (method, parameters, brief) in cases {
            assert_eq!(world.call(method, parameters.clone()).await.brief(), brief, "{method} {parameters}");
        }
        let reply = world.call("crm.contact.list", json!({"filter": many})).await;
        assert_eq!(
            reply.brief(),
            "400 INVALID_ARG_VALUE: A filter has at most 100 conditions of 500 values: ask in several calls"
        );
        world.end().await;
    });
}
