//! Users: employees and customers share one table and one series of ids, because a message's author is either.

use store::{Param, Row, Tx, params};

use crate::change::Notice;
use crate::facts::{Employee, EventCode, Fact};
use crate::ids::{self, Series};
use crate::memory::Bounded;
use crate::{Change, Error, Millis, Refusal, Result, browser_sessions, departments, events, profiles, queue, sessions};

/// What a user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Works here; may be an operator.
    Employee,
    /// Writes from outside through a connector.
    Customer,
    /// A program that takes part in chats.
    Bot,
}

impl Kind {
    fn parse(text: &str) -> Kind {
        match text {
            "employee" => Kind::Employee,
            "bot" => Kind::Bot,
            _ => Kind::Customer,
        }
    }
}

/// What an employee may do; each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Role {
    /// Answers on the lines in whose queue they are.
    #[default]
    Operator,
    /// Sees the chats of all lines, the board and the reports; rates and watches.
    Supervisor,
    /// Changes settings.
    Administrator,
}

impl Role {
    /// All, from the least.
    pub const ALL: [Role; 3] = [Role::Operator, Role::Supervisor, Role::Administrator];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Supervisor => "supervisor",
            Role::Administrator => "administrator",
        }
    }
}

/// A user as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Id, unique over employees and customers.
    pub id: i64,
    /// Employee, customer or bot.
    pub kind: Kind,
    /// False for a dismissed employee.
    pub active: bool,
    /// May administer the portal.
    pub admin: bool,
    /// May see all chats; see [`User::role`].
    pub supervisor: bool,
    /// Language of an employee's pages, or empty for the portal's.
    pub language: String,
    /// Time zone of an employee's pages, or empty for the portal's.
    pub time_zone: String,
    /// Given name.
    pub name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address or empty.
    pub email: String,
    /// Phone number as given, or empty.
    pub phone: String,
    /// `male`, `female` or empty.
    pub gender: String,
    /// Profile link of a customer, or empty.
    pub url: String,
    /// Position of an employee, or empty.
    pub work_position: String,
    /// `online`, `away`, `pause` or `offline`.
    pub presence: String,
    /// Where the customer's picture came from, or empty.
    pub picture_url: String,
    /// File of the avatar, 0 when there is none.
    pub avatar_file_id: i64,
    /// Unguessable part of the avatar's address, empty when there is none.
    pub avatar_secret: String,
    /// Departments of an employee, by id.
    pub departments: Vec<i64>,
    /// Connector of a customer.
    pub connector_id: Option<i64>,
    /// The customer's id in the external system.
    pub external_id: Option<String>,
    /// When the row was made.
    pub created_ms: Millis,
    /// When it last changed.
    pub updated_ms: Millis,
}

impl User {
    /// Given and family name with one blank, without blanks around.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.name, self.last_name).trim().to_owned()
    }

    /// What the user may do.
    #[must_use]
    pub fn role(&self) -> Role {
        match (self.admin, self.supervisor) {
            (true, _) => Role::Administrator,
            (false, true) => Role::Supervisor,
            (false, false) => Role::Operator,
        }
    }

    /// Whether the user works here and was not dismissed.
    #[must_use]
    pub fn is_active_employee(&self) -> bool {
        self.kind == Kind::Employee && self.active
    }
}

pub(crate) const COLUMNS: &str = "id, kind, active, admin, name, last_name, email, phone, gender, url, work_position, \
     presence, picture_url, avatar_file_id, connector_id, external_id, created_ms, updated_ms, \
     COALESCE((SELECT f.secret FROM files f WHERE f.id = avatar_file_id), ''), \
     COALESCE((SELECT string_agg(CAST(m.department_id AS TEXT), ',') FROM department_members m WHERE m.user_id = id), ''), supervisor, \
     language, time_zone";

pub(crate) fn from_row(row: &Row<'_>) -> std::result::Result<User, store::Error> {
    let kind: String = row.get(1)?;
    let departments: String = row.get(19)?;
    let mut departments: Vec<i64> = departments.split(',').filter_map(|id| id.parse().ok()).collect();
    departments.sort_unstable();
    Ok(User {
        id: row.get(0)?,
        kind: Kind::parse(&kind),
        active: row.get(2)?,
        admin: row.get(3)?,
        supervisor: row.get(20)?,
        language: row.get(21)?,
        time_zone: row.get(22)?,
        name: row.get(4)?,
        last_name: row.get(5)?,
        email: row.get(6)?,
        phone: row.get(7)?,
        gender: row.get(8)?,
        url: row.get(9)?,
        work_position: row.get(10)?,
        presence: row.get(11)?,
        picture_url: row.get(12)?,
        avatar_file_id: row.get(13)?,
        connector_id: row.get(14)?,
        external_id: row.get(15)?,
        created_ms: row.get(16)?,
        updated_ms: row.get(17)?,
        avatar_secret: row.get(18)?,
        departments,
    })
}

/// One user.
///
/// # Errors
/// Those of the database.
pub fn find(tx: &mut Tx<'_>, id: i64) -> Result<Option<User>> {
    Ok(tx.query_opt(&format!("SELECT {COLUMNS} FROM users WHERE id = ?1"), &params![id], from_row)?)
}

/// The users with these ids, in the order asked; unknown ids are left out.
///
/// # Errors
/// Those of the database.
pub fn find_many(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<User>> {
    let rows: Vec<Vec<Param<'_>>> = ids.iter().map(|id| vec![Param::Int(*id)]).collect();
    Ok(tx.query_each(&format!("SELECT {COLUMNS} FROM users WHERE id = ?1"), &rows, |_, row| from_row(row))?)
}

/// All employees by id, dismissed ones included.
///
/// # Errors
/// Those of the database.
pub fn employees(tx: &mut Tx<'_>) -> Result<Vec<User>> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE kind = 'employee' ORDER BY id");
    Ok(tx.query(&sql, &[], from_row)?)
}

/// Gives an employee a role.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such employee; those of the database.
pub fn set_role(change: &mut Change<'_, '_>, id: i64, role: Role) -> Result<()> {
    let sql = "UPDATE users SET admin = ?2, supervisor = ?3, updated_ms = ?4 WHERE id = ?1 AND kind = 'employee'";
    let (admin, supervisor) = (role == Role::Administrator, role == Role::Supervisor);
    if change.tx.execute(sql, &params![id, admin, supervisor, change.now])? == 0 {
        return Err(Error::Refused(Refusal::NotFound));
    }
    change.event(events::Kind::EmployeeChanged, 0, id);
    change.event(events::Kind::AccessChanged, 0, id);
    Ok(())
}

/// What is needed to make an employee.
#[derive(Debug, Clone, Default)]
pub struct NewEmployee {
    /// Given name.
    pub name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address; unique among employees unless empty.
    pub email: String,
    /// Position.
    pub work_position: String,
    /// May administer the portal.
    pub admin: bool,
    /// Departments; none means the company itself.
    pub departments: Vec<i64>,
}

/// Adds an employee and returns the id. Unknown departments are passed over.
///
/// # Errors
/// [`Refusal::EmailTaken`]; those of the database.
pub fn add_employee(change: &mut Change<'_, '_>, new: &NewEmployee) -> Result<i64> {
    let (tx, now) = (&mut *change.tx, change.now);
    check_email(tx, 0, &new.email)?;
    let id = ids::next(tx, Series::User)?;
    tx.execute(
        "INSERT INTO users (id, kind, active, admin, name, last_name, email, phone, gender, url, work_position, presence, \
         picture_url, avatar_file_id, created_ms, updated_ms, email_key) \
         VALUES (?1, 'employee', 1, ?2, ?3, ?4, ?5, '', '', '', ?6, 'online', '', 0, ?7, ?7, ?8)",
        &params![id, new.admin, &new.name, &new.last_name, &new.email, &new.work_position, now, email_key(&new.email)],
    )?;
    departments::set_of_user(tx, id, &new.departments)?;
    change.memory.queues = Bounded::default();
    Ok(id)
}

/// Whether an employee works here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Employment {
    /// Works here.
    Employed,
    /// Does not work here any more; the row stays, because messages name it.
    Dismissed,
}

/// Adds an employee, who takes part in the queues of the departments at once, and tells the applications;
/// [`add_employee`] with its effects. `complete` stores what else is known of the employee, so that it is told too.
///
/// # Errors
/// As [`add_employee`], and those of `complete`.
pub fn employ<'a, 'tx>(
    change: &mut Change<'a, 'tx>,
    new: &NewEmployee,
    complete: impl FnOnce(&mut Change<'a, 'tx>, User) -> Result<()>,
) -> Result<i64> {
    let id = add_employee(change, new)?;
    change.event(events::Kind::EmployeeChanged, 0, id);
    sessions::may_take_more(change, id);
    let user = find(change.tx, id)?.ok_or(Refusal::NoUser)?;
    complete(change, user)?;
    let user = find(change.tx, id)?.ok_or(Refusal::NoUser)?;
    let mut profile = profiles::of(change.tx, id)?;
    let mut known = |code| profile.remove(code).unwrap_or_default();
    let employee = Employee {
        id,
        active: user.active,
        birthday: known("PERSONAL_BIRTHDAY"),
        employed_on: known("UF_EMPLOYMENT_DATE"),
        email: user.email,
        name: user.name,
        last_name: user.last_name,
        gender: user.gender,
        departments: user.departments,
        created_ms: user.created_ms,
        work_position: user.work_position,
    };
    let fact = Fact::UserAdded(Box::new(employee));
    change.notice(Notice { application_id: None, code: EventCode::UserAdd, chat_id: 0, message_id: 0, fact });
    Ok(id)
}

/// Dismisses an employee, whose sessions go to others, or takes one back.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such employee; those of the database.
pub fn set_employment(change: &mut Change<'_, '_>, id: i64, employment: Employment) -> Result<()> {
    let active = employment == Employment::Employed;
    let sql = "UPDATE users SET active = ?2, updated_ms = ?3 WHERE id = ?1 AND kind = 'employee'";
    if change.tx.execute(sql, &params![id, active, change.now])? == 0 {
        return Err(Error::Refused(Refusal::NotFound));
    }
    queue::refresh_seats_of(change, id)?;
    change.event(events::Kind::EmployeeChanged, 0, id);
    change.event(events::Kind::AccessChanged, 0, id);
    match employment {
        Employment::Employed => sessions::may_take_more(change, id),
        Employment::Dismissed => {
            browser_sessions::end_all(change.tx, id)?;
            sessions::may_have_left(change, id);
        }
    }
    Ok(())
}

/// Stores what changed of an employee: names, address, phone, gender, position, language and time zone.
///
/// # Errors
/// [`Refusal::EmailTaken`]; those of the database.
pub fn update_employee(change: &mut Change<'_, '_>, user: &User) -> Result<()> {
    check_email(change.tx, user.id, &user.email)?;
    change.tx.execute(
        "UPDATE users SET name = ?2, last_name = ?3, email = ?4, phone = ?5, gender = ?6, work_position = ?7, \
         updated_ms = ?8, language = ?9, time_zone = ?10, email_key = ?11 WHERE id = ?1",
        &params![
            user.id,
            &user.name,
            &user.last_name,
            &user.email,
            &user.phone,
            &user.gender,
            &user.work_position,
            change.now,
            &user.language,
            &user.time_zone,
            email_key(&user.email)
        ],
    )?;
    change.event(events::Kind::EmployeeChanged, 0, user.id);
    queue::refresh_seats_of(change, user.id)
}

/// The form in which an employee's address is compared: they sign in with it in any letter case. It is stored beside the
/// address, because the databases make small letters of different ones.
#[must_use]
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Nobody else may have the address.
fn check_email(tx: &mut Tx<'_>, own_id: i64, email: &str) -> Result<()> {
    match employee_by_email(tx, email)? {
        Some(id) if id != own_id => Err(Error::Refused(Refusal::EmailTaken)),
        _ => Ok(()),
    }
}

/// The employee with this address, in any letter case; nobody has the empty one.
///
/// # Errors
/// Those of the database.
pub(crate) fn employee_by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<i64>> {
    let sql = "SELECT id FROM users WHERE kind = 'employee' AND email_key <> '' AND email_key = ?1";
    Ok(tx.query_opt(sql, &params![email_key(email)], |row| row.get(0))?)
}

/// How a bot presents itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BotProfile {
    /// Given name.
    pub name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address, or empty.
    pub email: String,
    /// `male`, `female` or empty.
    pub gender: String,
    /// Link, or empty.
    pub url: String,
    /// Position.
    pub work_position: String,
}

/// Changes how a bot presents itself.
///
/// # Errors
/// Those of the database.
pub fn set_bot_profile(tx: &mut Tx<'_>, now: Millis, id: i64, profile: &BotProfile) -> Result<()> {
    let p = profile;
    tx.execute(
        "UPDATE users SET name = ?2, last_name = ?3, email = ?4, gender = ?5, url = ?6, work_position = ?7, updated_ms = ?8 \
         WHERE id = ?1 AND kind = 'bot'",
        &params![id, &p.name, &p.last_name, &p.email, &p.gender, &p.url, &p.work_position, now],
    )?;
    Ok(())
}

/// Adds a bot and returns its user id.
///
/// # Errors
/// Those of the database.
pub fn add_bot(tx: &mut Tx<'_>, now: Millis, profile: &BotProfile) -> Result<i64> {
    let id = ids::next(tx, Series::User)?;
    let p = profile;
    tx.execute(
        "INSERT INTO users (id, kind, active, admin, name, last_name, email, phone, gender, url, work_position, presence, \
         picture_url, avatar_file_id, created_ms, updated_ms) \
         VALUES (?1, 'bot', 1, 0, ?2, ?3, ?4, '', ?5, ?6, ?7, 'online', '', 0, ?8, ?8)",
        &params![id, &p.name, &p.last_name, &p.email, &p.gender, &p.url, &p.work_position, now],
    )?;
    Ok(id)
}
