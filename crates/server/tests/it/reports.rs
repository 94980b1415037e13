//! `trunkline.report.*`: compared with a naive recount of random sessions, and who may see what.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use store::params;

use crate::support::{START_MS, World, on_both};

const DAY_MS: i64 = 24 * 3_600_000;
const OPERATORS: [i64; 4] = [0, 1, 20, 21];
const LINES: [i64; 3] = [1, 2, 3];
const REASONS: [&str; 4] = ["finished", "silence", "spam", "line_removed"];

/// A session, made of a number, and what is expected of it.
#[derive(Debug, Clone)]
struct Made {
    id: i64,
    line_id: i64,
    operator_id: i64,
    connector: &'static str,
    created_ms: i64,
    first_ms: Option<i64>,
    replies: i64,
    replies_ms: i64,
    closed_ms: Option<i64>,
    reason: &'static str,
    vote: i64,
}

/// Sessions over 40 days around the end of summer time in Europe; the same in every run.
fn made(count: u64) -> Vec<Made> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut dice = move |sides: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % sides).cast_signed()
    };
    let begin = "2025-10-05T00:00:00Z".parse::<Timestamp>().unwrap().as_millisecond();
    let mut pick = move |id: u64| {
        let created_ms = begin + dice(40 * DAY_MS.cast_unsigned());
        let first_ms = (dice(3) > 0).then(|| created_ms + dice(900_000));
        let closed_ms = (dice(10) > 0).then(|| created_ms + 900_000 + dice(9_000_000));
        let replies = if first_ms.is_some() { 1 + dice(5) } else { 0 };
        let reason = REASONS[usize::try_from(dice(4)).unwrap()];
        Made {
            id: id.cast_signed(),
            line_id: LINES[usize::try_from(dice(3)).unwrap()],
            operator_id: OPERATORS[usize::try_from(dice(4)).unwrap()],
            connector: if dice(2) == 0 { "myconnector" } else { "other" },
            created_ms,
            first_ms,
            replies,
            replies_ms: replies * dice(60_000),
            closed_ms,
            reason: if closed_ms.is_some() { reason } else { "" },
            vote: [0, 5, 1][usize::try_from(dice(3)).unwrap()],
        }
    };
    (1..=count).map(|id| pick(1000 + id)).collect()
}

async fn store_all(world: &World, sessions: &[Made]) {
    let sessions = sessions.to_vec();
    let stored = world.server.app.work(move |change| {
        let tx = &mut *change.tx;
        tx.execute(
            "INSERT INTO connectors (id, code, spelling, application_id, name, icon, icon_disabled, placement_url, comment_text, \
             del_external_messages, edit_internal_messages, del_internal_messages, newsletter, need_system_messages, \
             need_signature, chat_group, created_ms) VALUES (77, 'other', 'other', 1, 'Other', '', '', '', '', 0, 0, 0, 0, 0, 0, 0, 0)",
            &[],
        )?;
        // A chat for each session; in chat 77xxx the connector is the other one.
        let chat = |made: &Made| made.id;
        let connector = |made: &Made| if made.connector == "other" { 77_i64 } else { 1 };
        let rows: Vec<_> = sessions
            .iter()
            .map(|made| params![chat(made), connector(made), made.line_id, format!("r{}", made.id)].to_vec())
            .collect();
        tx.execute_each(
            "INSERT INTO chats (id, connector_id, line_id, external_id, customer_id, created_ms, name, url, silent, bot_id) \
             VALUES (?1, ?2, ?3, ?4, 0, 0, '', '', 0, 0)",
            &rows,
        )?;
        let status = |made: &Made| match (made.closed_ms, made.reason) {
            (None, _) => "answered",
            (_, "spam") => "spam",
            _ => "closed",
        };
        let rows: Vec<_> = sessions
            .iter()
            .map(|made| {
                params![
                    made.id,
                    chat(made),
                    made.line_id,
                    status(made),
                    made.operator_id,
                    made.created_ms,
                    made.first_ms,
                    made.replies,
                    made.replies_ms,
                    made.closed_ms,
                    made.reason,
                    made.vote
                ]
                .to_vec()
            })
            .collect();
        tx.execute_each(
            "INSERT INTO sessions (id, chat_id, line_id, status, operator_id, created_ms, first_reply_ms, replies, replies_ms, \
             closed_ms, close_reason, vote, parent_id, reason, first_no, vote_head) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, '', 1, 0)",
            &rows,
        )?;
        Ok(())
    });
    stored.await.unwrap();
}

/// The group of a session, by other means than the program's: civil time only.
fn group(made: &Made, group_by: &str, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(made.created_ms).unwrap().to_zoned(zone.clone());
    match group_by {
        "line" => made.line_id.to_string(),
        "operator" => made.operator_id.to_string(),
        "connector" => made.connector.to_owned(),
        "close_reason" => made.reason.to_owned(),
        "day" => at.strftime("%Y-%m-%d").to_string(),
        "hour" => at.strftime("%Y-%m-%dT%H%:z").to_string(),
        _ => format!("{}-{}", at.strftime("%u"), at.hour()),
    }
}

/// The group of a row of the answer, in the same words.
fn group_of_row(row: &Value, group_by: &str, zone: &TimeZone) -> String {
    let from = |format: &str| {
        let at = Timestamp::from_millisecond(row["from_ms"].as_i64().unwrap()).unwrap().to_zoned(zone.clone());
        at.strftime(format).to_string()
    };
    match group_by {
        "day" => from("%Y-%m-%d"),
        "hour" => from("%Y-%m-%dT%H%:z"),
        _ => row["bucket"].as_str().unwrap().to_owned(),
    }
}

fn naive(sessions: &[&Made]) -> Value {
    let count = |is: &dyn Fn(&Made) -> bool| sessions.iter().filter(|made| is(made)).count();
    let mut firsts: Vec<i64> = sessions.iter().filter_map(|made| Some(made.first_ms? - made.created_ms)).collect();
    firsts.sort_unstable();
    // The smallest value that at least this share does not exceed.
    let percentile = |share: f64| {
        let enough = |value: &&i64| {
            let within = firsts.iter().filter(|other| other <= value).count();
            within as f64 >= share * firsts.len() as f64
        };
        firsts.iter().find(enough).copied()
    };
    let replies: i64 = sessions.iter().map(|made| made.replies).sum();
    let replies_ms: i64 = sessions.iter().map(|made| made.replies_ms).sum();
    let ended = sessions.iter().filter(|made| made.reason != "spam");
    let durations: Vec<i64> = ended.filter_map(|made| Some(made.closed_ms? - made.created_ms)).collect();
    json!({
        "sessions": sessions.len(),
        "answered": firsts.len(),
        "lost": count(&|made| made.first_ms.is_none() && made.closed_ms.is_some() && made.reason != "spam"),
        "spam": count(&|made| made.reason == "spam"),
        "likes": count(&|made| made.vote == 5),
        "dislikes": count(&|made| made.vote == 1),
        "first_answer_median_ms": percentile(0.5),
        "first_answer_p90_ms": percentile(0.9),
        "answer_average_ms": (replies > 0).then(|| replies_ms / replies.max(1)),
        "duration_average_ms": (!durations.is_empty())
            .then(|| durations.iter().sum::<i64>() / i64::try_from(durations.len().max(1)).unwrap()),
    })
}

#[test]
fn reports_agree_with_a_naive_recount() {
    on_both(|world| async move {
        let sessions = made(3000);
        store_all(&world, &sessions).await;
        let begin = "2025-10-11T00:00:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        let range = (begin, begin + 30 * DAY_MS);
        let filters = [
            json!({}),
            json!({"line_ids": [1, 3], "time_zone": "Europe/Berlin"}),
            json!({"operator_ids": [0, 20], "connectors": ["OTHER"], "time_zone": "America/New_York"}),
            json!({"line_ids": [99], "time_zone": "Asia/Kolkata"}),
        ];
        for filter in filters {
            let zone = filter["time_zone"].as_str().unwrap_or("UTC");
            let zone = TimeZone::get(zone).unwrap();
            let has = |name: &str, value: &Value| filter[name].as_array().is_none_or(|list| list.contains(value));
            let wanted: Vec<&Made> = sessions
                .iter()
                .filter(|made| made.created_ms >= range.0 && made.created_ms < range.1)
                .filter(|made| has("line_ids", &json!(made.line_id)) && has("operator_ids", &json!(made.operator_id)))
                .filter(|made| has("connectors", &json!(made.connector.to_uppercase())))
                .collect();
            for group_by in ["line", "operator", "connector", "day", "hour", "close_reason", "weekday_hour"] {
                let mut parameters = filter.clone();
                parameters["time_zone"] = json!(zone.iana_name().unwrap());
                parameters["from_ms"] = json!(range.0);
                parameters["to_ms"] = json!(range.1);
                parameters["group_by"] = json!(group_by);
                compare(&world, parameters, &wanted, group_by, &zone).await;
            }
        }
        world.end().await;
    });
}

async fn compare(world: &World, parameters: Value, wanted: &[&Made], group_by: &str, zone: &TimeZone) {
    let reply = world.call("trunkline.report.get", parameters.clone()).await;
    let report = reply.result();
    assert_eq!(report["total"], naive(wanted), "{parameters}");
    let mut expected: BTreeMap<String, Vec<&Made>> = BTreeMap::new();
    for made in wanted {
        expected.entry(group(made, group_by, zone)).or_default().push(made);
    }
    let rows = report["rows"].as_array().unwrap();
    let empty = naive(&[]);
    let mut counted = BTreeMap::new();
    for row in rows {
        if row["figures"] == empty {
            assert!(matches!(group_by, "day" | "hour"), "{row}");
            continue;
        }
        let before = counted.insert(group_of_row(row, group_by, zone), row["figures"].clone());
        assert_eq!(before, None, "{row}");
    }
    let naive: BTreeMap<String, Value> = expected.iter().map(|(key, made)| (key.clone(), naive(made))).collect();
    assert_eq!(counted, naive, "{parameters}");
    // The sessions behind the fullest row, page by page.
    let Some(row) = rows.iter().max_by_key(|row| row["figures"]["sessions"].as_i64()) else { return };
    let key = group_of_row(row, group_by, zone);
    let mut behind: Vec<(i64, i64)> =
        expected.get(&key).into_iter().flatten().map(|made| (made.created_ms, made.id)).collect();
    behind.sort_unstable_by(|one, other| other.cmp(one));
    let (mut listed, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let mut page = parameters.clone();
        page["bucket"] = row["bucket"].clone();
        page["limit"] = json!(200);
        if !cursor.is_null() {
            page["cursor"] = cursor;
        }
        let reply = world.call("trunkline.report.sessions", page).await;
        let found = reply.result()["sessions"].as_array().unwrap();
        listed.extend(found.iter().map(|one| (one["created_ms"].as_i64().unwrap(), one["id"].as_i64().unwrap())));
        cursor = reply.result()["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(listed, behind, "{parameters} {key}");
}

#[test]
fn an_answer_counts() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "hello")])).await;
        world.advance(90_000);
        let chat = world.call("imopenlines.operator.answer", json!({"CHAT_ID": 1})).await;
        assert_eq!(chat.status, 200, "{chat:?}");
        world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "good day"})).await;
        world.advance(10_000);
        world.send(json!([World::message("m2", "and?")])).await;
        world.advance(30_000);
        world.call("im.message.add", json!({"DIALOG_ID": "chat1", "MESSAGE": "yes"})).await;
        let range = json!({"from_ms": START_MS, "to_ms": START_MS + DAY_MS, "group_by": "operator"});
        let reply = world.call("trunkline.report.get", range.clone()).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.snapshot(&world), @r#"
        {
          "status": 200,
          "body": {
            "result": {
              "rows": [
                {
                  "bucket": "1",
                  "id": 1,
                  "word": null,
                  "from_ms": null,
                  "to_ms": null,
                  "weekday": null,
                  "hour": null,
                  "figures": {
                    "sessions": 1,
                    "answered": 1,
                    "lost": 0,
                    "spam": 0,
                    "likes": 0,
                    "dislikes": 0,
                    "first_answer_median_ms": 90000,
                    "first_answer_p90_ms": 90000,
                    "answer_average_ms": 60000,
                    "duration_average_ms": null
                  }
                }
              ],
              "total": {
                "sessions": 1,
                "answered": 1,
                "lost": 0,
                "spam": 0,
                "likes": 0,
                "dislikes": 0,
                "first_answer_median_ms": 90000,
                "first_answer_p90_ms": 90000,
                "answer_average_ms": 60000,
                "duration_average_ms": null
              },
              "cut": false,
              "time_zone": "UTC"
            },
            "time": {
              "start": 1749990530.0,
              "finish": 1749990530.0,
              "duration": 0.0,
              "processing": 0.0,
              "date_start": "2025-06-15T12:28:50+00:00",
              "date_finish": "2025-06-15T12:28:50+00:00",
              "operating_reset_at": 1749991130,
              "operating": 0.0
            }
          }
        }
        "#); }
        let reply = world.call("trunkline.report.sessions", range).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(reply.snapshot(&world), @r#"
        {
          "status": 200,
          "body": {
            "result": {
              "sessions": [
                {
                  "id": 1,
                  "chat_id": 1,
                  "chat_name": "Maria",
                  "line_id": 1,
                  "operator_id": 1,
                  "connector": "myconnector",
                  "created_ms": 1749990400000,
                  "first_answer_ms": 1749990490000,
                  "closed_ms": null,
                  "close_reason": null,
                  "vote": null
                }
              ],
              "next": null
            },
            "time": {
              "start": 1749990530.0,
              "finish": 1749990530.0,
              "duration": 0.0,
              "processing": 0.0,
              "date_start": "2025-06-15T12:28:50+00:00",
              "date_finish": "2025-06-15T12:28:50+00:00",
              "operating_reset_at": 1749991130,
              "operating": 0.0
            }
          }
        }
        "#); }
        world.end().await;
    });
}

#[test]
fn an_operator_sees_their_own_and_mistakes_are_told() {
    on_both(|world| async move {
        world.send(json!([World::message("m1", "hello")])).await;
        let (_, token) = world.add_employee("Boris").await;
        let day = |group_by: &str| json!({"from_ms": START_MS, "to_ms": START_MS + DAY_MS, "group_by": group_by});
        let own = world.call_with(&token, "trunkline.report.get", day("line")).await;
        assert_eq!(own.result()["total"]["sessions"], 0);
        let mut others = day("line");
        others["operator_ids"] = json!([world.operator_id]);
        let own = world.call_with(&token, "trunkline.report.sessions", others.clone()).await;
        assert_eq!(own.result()["sessions"], json!([]));
        let all = world.call("trunkline.report.get", others).await;
        assert_eq!(all.result()["total"]["sessions"], 1);
        let mut briefs = Vec::new();
        let mut with = async |method: &str, name: &str, value: Value| {
            let mut parameters = day("line");
            parameters[name] = value;
            let reply = world.call(method, parameters).await;
            briefs.push(format!("{name}: {}", reply.brief()));
        };
        with("trunkline.report.get", "group_by", json!("moon")).await;
        with("trunkline.report.get", "to_ms", json!(START_MS)).await;
        with("trunkline.report.get", "to_ms", json!(START_MS + 367 * DAY_MS)).await;
        with("trunkline.report.get", "from_ms", json!(-1)).await;
        with("trunkline.report.get", "from_ms", json!(i64::MIN)).await;
        with("trunkline.report.get", "to_ms", json!(i64::MAX)).await;
        with("trunkline.report.get", "time_zone", json!("Europe/Nowhere")).await;
        with("trunkline.report.get", "line_ids", json!(vec![1; 1001])).await;
        with("trunkline.report.sessions", "bucket", json!("x")).await;
        with("trunkline.report.sessions", "cursor", json!("x")).await;
        with("trunkline.report.sessions", "limit", json!(201)).await;
        insta::allow_duplicates! { insta::assert_snapshot!(briefs.join("\n"), @"
        group_by: 400 ERROR_ARGUMENT: The value of an argument 'group_by' has an invalid type
        to_ms: 400 ERROR_ARGUMENT: Argument 'to_ms' must be after 'from_ms', at most 366 days
        to_ms: 400 ERROR_ARGUMENT: Argument 'to_ms' must be after 'from_ms', at most 366 days
        from_ms: 400 ERROR_ARGUMENT: Argument 'to_ms' must be after 'from_ms', at most 366 days
        from_ms: 400 ERROR_ARGUMENT: Argument 'to_ms' must be after 'from_ms', at most 366 days
        to_ms: 400 ERROR_ARGUMENT: Argument 'to_ms' must be after 'from_ms', at most 366 days
        time_zone: 400 ERROR_ARGUMENT: Argument 'time_zone' is no time zone, such as Europe/Berlin
        line_ids: 400 ERROR_ARGUMENT: Argument 'line_ids' has more than 1000 items
        bucket: 400 ERROR_ARGUMENT: Argument 'bucket' is none of a report
        cursor: 400 ERROR_ARGUMENT: Argument 'cursor' is not the 'next' of a page
        limit: 400 ERROR_ARGUMENT: limit is a number from 1 to 200
        "); }
        world.end().await;
    });
}
