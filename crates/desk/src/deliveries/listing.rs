//! Looking at deliveries, and removing those that ended long ago.

use store::{Param, Tx, params};

use super::{COLUMNS, Delivery, State, from_row, with_fact};
use crate::{Millis, Result};

/// Which deliveries to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<State>,
    /// Only of this application.
    pub application_id: Option<i64>,
    /// Only of this chat.
    pub chat_id: Option<i64>,
    /// Only of this outgoing message; quick together with its chat.
    pub message_id: Option<i64>,
    /// Only older ones than this.
    pub before_id: Option<i64>,
}

/// The newest deliveries that match, at most `limit`.
///
/// # Errors
/// Those of the database.
pub fn list(tx: &mut Tx<'_>, filter: Filter, limit: i64) -> Result<Vec<Delivery>> {
    let (sql, values) = question(filter, limit);
    tx.query(&sql, &values, from_row)?.into_iter().map(with_fact).collect()
}

/// Says only what is asked for, so that the planner sees which index answers it.
fn question(filter: Filter, limit: i64) -> (String, Vec<Param<'static>>) {
    let mut sql = format!("SELECT {COLUMNS} FROM deliveries WHERE id < ?1");
    let mut values = vec![Param::Int(filter.before_id.unwrap_or(i64::MAX))];
    let state = filter.state.map(|state| Param::from(state.as_str()));
    // The index of chats leaves out what belongs to none.
    let conditions = [
        ("chat_id <> 0 AND chat_id =", filter.chat_id.map(Param::Int)),
        ("message_id =", filter.message_id.map(Param::Int)),
        ("application_id =", filter.application_id.map(Param::Int)),
        ("state =", state),
    ];
    for (condition, value) in conditions {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND {condition} ?{}", values.len()));
        }
    }
    values.push(Param::Int(limit));
    sql.push_str(&format!(" ORDER BY id DESC LIMIT ?{}", values.len()));
    (sql, values)
}

/// One delivery.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<Delivery>> {
    let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?1");
    tx.query_opt(&sql, &params![id], from_row)?.map(with_fact).transpose()
}

/// The deliveries with these ids; unknown ids and those that cannot be read are left out.
///
/// # Errors
/// Those of the database.
pub fn find_many(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Delivery>> {
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?1");
    let found = tx.query_each(&sql, &keys, |_, row| from_row(row))?;
    Ok(found.into_iter().filter_map(|found| with_fact(found).ok()).collect())
}

/// The outgoing messages that these deliveries carry, as (chat, message).
///
/// # Errors
/// Those of the database.
pub fn messages_of(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let keys: Vec<Vec<Param<'_>>> = ids.iter().map(|id| params![*id].to_vec()).collect();
    let sql = "SELECT chat_id, message_id FROM deliveries WHERE id = ?1 AND message_id <> 0";
    Ok(tx.query_each(sql, &keys, |_, row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// How much waits to be told, and since when the oldest has been waiting. What waits for an application that is switched off
/// waits by somebody's will and is not counted.
///
/// # Errors
/// Those of the database.
pub fn backlog(tx: &mut Tx<'_>) -> Result<(i64, Option<Millis>)> {
    let sql = "SELECT count(*), min(created_ms) FROM deliveries WHERE state = 'pending' \
               AND application_id NOT IN (SELECT id FROM applications WHERE active = 0)";
    Ok(tx.query_one(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Removes ended deliveries and their attempts that are older than `before`, at most `limit` deliveries.
///
/// # Errors
/// Those of the database.
pub fn sweep(tx: &mut Tx<'_>, before: Millis, limit: u64) -> Result<u64> {
    let sql = "SELECT id FROM deliveries WHERE state <> 'pending' AND finished_ms < ?1 ORDER BY finished_ms LIMIT ?2";
    let ids: Vec<i64> = tx.query(sql, &params![before, limit.cast_signed()], |row| row.get(0))?;
    let keys: Vec<_> = ids.iter().map(|id| params![*id].to_vec()).collect();
    tx.execute_each("DELETE FROM attempts WHERE delivery_id = ?1", &keys)?;
    tx.execute_each("DELETE FROM deliveries WHERE id = ?1", &keys)?;
    Ok(ids.len() as u64)
}

#[cfg(test)]
mod tests {
    use store::testing::{self, Database};
    use store::{Options, Param, Store};

    use super::{Filter, question};
    use crate::deliveries::State;

    /// How the database goes about it, in its own words.
    async fn plan(database: &Database, filter: Filter) -> String {
        let store = Store::open(database.url(), Options::default()).await.unwrap();
        store.migrate(crate::MIGRATIONS).await.unwrap();
        let plan = store.read(move |tx| {
            let (sql, values) = question(filter, 51);
            let values: Vec<Param<'_>> = values;
            tx.query(&format!("EXPLAIN QUERY PLAN {sql}"), &values, |row| row.get::<String>(3))
        });
        let plan = plan.await.unwrap().join("; ");
        store.close().await;
        plan
    }

    #[tokio::test]
    async fn what_is_asked_for_is_found_through_an_index() {
        let failed = Some(State::Failed);
        for (filter, index) in [
            (Filter { chat_id: Some(7), message_id: Some(9), ..Filter::default() }, "deliveries_chat"),
            (Filter { chat_id: Some(7), state: failed, ..Filter::default() }, "deliveries_chat"),
            (Filter { application_id: Some(3), ..Filter::default() }, "deliveries_application"),
        ] {
            let plan = plan(&testing::sqlite(), filter).await;
            assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
        }
    }
}
