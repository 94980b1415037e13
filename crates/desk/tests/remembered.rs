//! What the writer remembers for its decisions follows what changes, on SQLite and on PostgreSQL. Debug builds compare it with the
//! database after every change, the simulation too; here is what comes about there too seldom.

use desk::departments::{self, NewDepartment};
use desk::inbound::{Author, Call, Incoming};
use desk::users::{Employment, NewEmployee};
use desk::{Cause, Change, Writer, channels, connectors, line_fields, lines, operators, queue, sessions, users};
use store::testing;
use store::{Options, Store, Tx, params};

const NOW: i64 = 1_749_990_400_000;

/// One process with a line whose operators may have one session each, and which offers nothing to who is away.
struct Portal {
    writer: Writer,
    line_id: i64,
    operators: Vec<i64>,
    department_id: i64,
}

impl Portal {
    /// The first of two operators is in the department that is the line's queue.
    fn furnish(tx: &mut Tx<'_>) -> desk::Result<Portal> {
        let writer = Writer::new(1);
        let cause = Cause { now: NOW, ..Cause::default() };
        let (line_id, operators, department_id) = writer.change(tx, cause, |change| {
            let new = NewDepartment { name: "D".to_owned(), parent_id: departments::COMPANY, head_id: 0, sort: 500 };
            let department_id = departments::add(change, &new)?;
            let first = NewEmployee { departments: vec![department_id], ..NewEmployee::default() };
            let operators = vec![
                users::add_employee(change, &first)?,
                users::add_employee(change, &NewEmployee { admin: true, ..NewEmployee::default() })?,
            ];
            let mut settings = lines::Settings::default();
            settings.set("MAX_CHAT", line_fields::find("MAX_CHAT").unwrap().accept("1").unwrap());
            let line_id = lines::add(change, "Line", true, &settings)?;
            queue::set_members(change, line_id, &[("department".to_owned(), department_id)])?;
            let connector_id = connectors::register(change, 1, &registration())?;
            channels::set_active(change, connector_id, line_id, true)?;
            Ok((line_id, operators, department_id))
        })?;
        Ok(Portal { writer, line_id, operators, department_id })
    }

    fn change<T>(
        &self,
        tx: &mut Tx<'_>,
        actor_id: i64,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T>,
    ) -> desk::Result<T> {
        self.writer.change(tx, Cause { now: NOW, actor_id, ..Cause::default() }, rule)
    }

    /// A customer writes; returns the chat.
    fn receive(&self, tx: &mut Tx<'_>, customer: &str) -> desk::Result<i64> {
        let message = Incoming {
            profile: desk::customers::Profile { external_id: customer.to_owned(), ..Default::default() },
            chat_external_id: customer.to_owned(),
            chat_name: None,
            chat_url: None,
            external_id: None,
            sent_ms: None,
            body: "hello".to_owned(),
            files: Vec::new(),
            author: Author::Customer,
            disable_crm: false,
        };
        let call = Call {
            application_id: 1,
            connector: "c".to_owned(),
            line_id: self.line_id,
            source: String::new(),
            messages: vec![message],
        };
        let (done, _) = self.writer.accept(tx, NOW, &[call])?;
        Ok(done[0].as_ref().unwrap()[0].chat_id)
    }
}

fn registration() -> connectors::Registration {
    connectors::Registration {
        spelling: "c".to_owned(),
        name: "C".to_owned(),
        icon: "{}".to_owned(),
        icon_disabled: "{}".to_owned(),
        placement_url: "https://c.example/".to_owned(),
        comment: String::new(),
        del_external_messages: true,
        edit_internal_messages: true,
        del_internal_messages: true,
        newsletter: true,
        need_system_messages: true,
        need_signature: true,
        chat_group: false,
    }
}

fn owner(tx: &mut Tx<'_>, chat_id: i64) -> desk::Result<i64> {
    Ok(sessions::open_of_chat(tx, chat_id)?.unwrap().operator_id)
}

async fn on_both(story: fn(&mut Tx<'_>) -> desk::Result<()>) {
    for database in [testing::sqlite(), testing::postgres().fresh_database()] {
        let store = Store::open(database.url(), Options::default()).await.unwrap();
        store.migrate(desk::MIGRATIONS).await.unwrap();
        store.write(story).await.unwrap();
        store.close().await;
    }
}

#[tokio::test]
async fn who_moves_into_a_department_is_in_its_queues() {
    on_both(|tx| {
        let portal = Portal::furnish(tx)?;
        let [first, second] = portal.operators[..] else { unreachable!("there are two") };
        let chats = [portal.receive(tx, "a")?, portal.receive(tx, "b")?];
        assert_eq!([owner(tx, chats[0])?, owner(tx, chats[1])?], [first, 0]);
        portal.change(tx, 0, |change| departments::move_user(change, second, &[portal.department_id]))?;
        assert_eq!(owner(tx, chats[1])?, second);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_comes_back_has_none_of_the_sessions_that_nobody_took_over() {
    on_both(|tx| {
        let portal = Portal::furnish(tx)?;
        let first = portal.operators[0];
        let answered = portal.receive(tx, "a")?;
        portal.change(tx, first, |change| operators::write(change, answered, "hi".into()))?;
        let waiting = portal.receive(tx, "b")?;
        assert_eq!([owner(tx, answered)?, owner(tx, waiting)?], [first, 0]);
        portal.change(tx, 0, |change| users::set_employment(change, first, Employment::Dismissed))?;
        assert_eq!(owner(tx, answered)?, 0);
        portal.change(tx, 0, |change| users::set_employment(change, first, Employment::Employed))?;
        assert_eq!(owner(tx, waiting)?, first);
        Ok(())
    })
    .await;
}

/// Two processes write in turns: what one of them remembers holds for nobody when the other has written.
#[tokio::test]
async fn what_another_process_changed_is_not_remembered() {
    on_both(|tx| {
        let portal = Portal::furnish(tx)?;
        let first = portal.operators[0];
        let chats = [portal.receive(tx, "a")?, portal.receive(tx, "b")?];
        assert_eq!([owner(tx, chats[0])?, owner(tx, chats[1])?], [first, 0]);
        let gone = |change: &mut Change<'_, '_>| {
            let sql = "UPDATE sessions SET status = 'closed', closed_ms = ?2 WHERE chat_id = ?1";
            Ok(change.tx.execute(sql, &params![chats[0], NOW])?)
        };
        Writer::new(2).change(tx, Cause { now: NOW, ..Cause::default() }, gone)?;
        let third = portal.receive(tx, "c")?;
        assert_eq!(owner(tx, third)?, first);
        Ok(())
    })
    .await;
}
