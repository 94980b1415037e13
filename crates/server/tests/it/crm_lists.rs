//! `crm.contact.list` and its like: filters, order, fields and pages.

use serde_json::{Value, json};

use crate::crm_entities::furnish;
use crate::support::{Reply, on_both};

/// Ids of a list's rows, in order.
fn ids(reply: &Reply) -> Vec<&str> {
    reply.result().as_array().unwrap().iter().map(|row| row["ID"].as_str().unwrap()).collect()
}

#[test]
fn lists_filter() {
    on_both(|world| async move {
        furnish(&world).await;
        let cases: &[(&str, Value, &[&str])] = &[
            ("contact", json!({}), &["1", "2", "3"]),
            ("contact", json!({"NAME": "maria"}), &["1"]),
            ("contact", json!({"=NAME": ["Maria", "АННА"]}), &["1", "2"]),
            ("contact", json!({"!NAME": "Maria"}), &["2", "3"]),
            ("contact", json!({"%LAST_NAME": "ано"}), &["2"]),
            ("contact", json!({"%NAME": "%"}), &["3"]),
            ("contact", json!({"=%NAME": "ма%"}), &[]),
            ("contact", json!({"=%NAME": "Ma%"}), &["1"]),
            ("contact", json!({"%=NAME": "%a"}), &["1"]),
            ("contact", json!({"!%NAME": "a"}), &["2", "3"]),
            ("contact", json!({"LAST_NAME": ""}), &["3"]),
            ("contact", json!({"!=LAST_NAME": ""}), &["1", "2"]),
            ("contact", json!({"@ID": [1, 3, "x"]}), &["1", "3"]),
            ("contact", json!({"!@ID": ["1", 3]}), &["2"]),
            ("contact", json!({">ID": 1, "<=ID": "2"}), &["2"]),
            ("contact", json!({"@ID": []}), &[]),
            ("contact", json!({"PHONE": "+4930901820"}), &["1"]),
            ("contact", json!({"PHONE": "+49 30 90-18-20"}), &["1"]),
            ("contact", json!({"EMAIL": "maria@example.com"}), &["1"]),
            ("contact", json!({"IM": "imol|myconnector|1|c1|2"}), &["1"]),
            ("contact", json!({"IM": "IMOL|myconnector|1|c1|2"}), &[]),
            ("contact", json!({"HAS_PHONE": "Y"}), &["1"]),
            ("contact", json!({"HAS_EMAIL": "N"}), &["2", "3"]),
            ("contact", json!({"OPENED": "N"}), &["3"]),
            ("contact", json!({"OPENED": "Y", "EXPORT": "Y"}), &["1", "2"]),
            ("contact", json!({"COMPANY_ID": 1}), &["1"]),
            ("contact", json!({"!COMPANY_ID": 1}), &["2", "3"]),
            ("contact", json!({"ASSIGNED_BY_ID": "1"}), &["1", "2", "3"]),
            ("contact", json!({"SOURCE_ID": "WEB"}), &["2"]),
            ("contact", json!({"UF_CRM_17": "blue"}), &["1", "2"]),
            ("contact", json!({"UF_CRM_17": "red"}), &["2"]),
            ("contact", json!({">=BIRTHDATE": "1990-05-17", "<BIRTHDATE": "1990-05-18"}), &["1"]),
            ("contact", json!({">=DATE_CREATE": "2025-06-15T12:26:40+00:00"}), &["1", "2", "3"]),
            ("contact", json!({">DATE_CREATE": "2025-06-15T12:26:40+00:00"}), &[]),
            ("contact", json!({"UNKNOWN": "x"}), &["1", "2", "3"]),
            ("lead", json!({"STATUS_SEMANTIC_ID": "P"}), &["1"]),
            ("lead", json!({"STATUS_ID": ["JUNK", "CONVERTED"]}), &["2"]),
            ("lead", json!({">OPPORTUNITY": 250}), &["2"]),
            ("lead", json!({">=OPPORTUNITY": "250"}), &["1", "2"]),
            ("lead", json!({"OPPORTUNITY": 1000.5}), &["2"]),
            ("lead", json!({"CONTACT_ID": 1}), &["1"]),
            ("lead", json!({"TITLE": "Lead #1"}), &["1"]),
            ("deal", json!({"CLOSED": "N", "CATEGORY_ID": 0, "CONTACT_ID": 2}), &["1"]),
            ("deal", json!({"CLOSED": "Y"}), &[]),
            ("company", json!({"<REVENUE": 1000}), &["1"]),
        ];
        for (entity, filter, expected) in cases {
            let reply = world.call(&format!("crm.{entity}.list"), json!({"filter": filter})).await;
            assert_eq!(ids(&reply), *expected, "{entity} {filter}");
            assert_eq!(reply.body["total"], expected.len(), "{entity} {filter}");
        }
        world.end().await;
    });
}

#[test]
fn lists_sort_select_and_page() {
    on_both(|world| async move {
        furnish(&world).await;
        for (order, expected) in [
            (json!({"ID": "DESC"}), ["3", "2", "1"]),
            (json!({"NAME": "ASC"}), ["3", "1", "2"]),
            (json!({"LAST_NAME": "desc"}), ["2", "1", "3"]),
            (json!({"OPENED": "ASC", "ID": "DESC"}), ["3", "2", "1"]),
            (json!({"UF_CRM_17": "DESC"}), ["1", "3", "2"]),
            (json!({"PHONE": "ASC", "NOPE": "ASC"}), ["1", "2", "3"]),
        ] {
            let reply = world.call("crm.contact.list", json!({"order": order})).await;
            assert_eq!(ids(&reply), expected, "{order}");
        }
        let filter = json!({"ID": 1});
        let select = json!(["NAME", "PHONE", "UF_*", "NOPE"]);
        let reply = world.call("crm.contact.list", json!({"filter": filter, "select": select})).await;
        let row = &reply.result()[0];
        assert_eq!(row.as_object().unwrap().keys().collect::<Vec<_>>(), ["ID", "NAME", "PHONE", "UF_CRM_17"]);
        let reply = world.call("crm.contact.list", json!({"filter": filter})).await;
        assert!(reply.result()[0].get("PHONE").is_none() && reply.result()[0].get("UF_CRM_17").is_some());
        for number in 0..60 {
            world.call("crm.lead.add", json!({"fields": {"TITLE": format!("L{number}")}})).await;
        }
        for (start, first, rows, total, next) in [
            (json!(null), "1", 50, 62, json!(50)),
            (json!("50"), "51", 12, 62, json!(null)),
            (json!(-1), "1", 50, 0, json!(null)),
        ] {
            let reply = world.call("crm.lead.list", json!({"start": start})).await;
            let found = (ids(&reply)[0], ids(&reply).len(), &reply.body["total"], &reply.body["next"]);
            assert_eq!(found, (first, rows, &json!(total), &next), "{start}");
        }
        let far = world.call("crm.lead.list", json!({"start": i64::MAX})).await;
        assert_eq!((far.result(), &far.body["total"]), (&json!([]), &json!(62)));
        world.end().await;
    });
}
