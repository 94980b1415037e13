//! `trunkline.employee.*`: the employees, for administrators.

use desk::accounts::{self, Account};
use desk::users::{self, Employment, NewEmployee};
use desk::{Error, Millis, Refusal, departments, invitations, second_factors};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::is_email;
use super::super::views::me::Role;
use super::super::{Call, RestError};
use super::shapes::words;
use super::{clearable, limited};
use crate::app::App;
use crate::files::avatar_url;
use crate::provision;

/// Characters of a name or position at most.
pub(super) const NAME_CHARS_MAX: usize = 255;

/// Departments of one employee at most.
const DEPARTMENTS_MAX: usize = 50;

/// Employees of a page of the list.
const PAGE: usize = 200;

/// An employee, as administrators see them.
#[derive(Serialize, JsonSchema)]
pub(super) struct Colleague {
    id: i64,
    name: String,
    last_name: String,
    avatar_url: Option<String>,
    role: Role,
    /// `online`, `away`, `pause` or `offline`.
    #[schemars(extend("enum" = words::presences()))]
    presence: String,
    presence_reason: Option<String>,
    /// False for a dismissed one.
    active: bool,
    department_ids: Vec<i64>,
    /// Empty: cannot sign in.
    email: String,
    work_position: Option<String>,
    /// Whether signing in needs a code.
    totp: bool,
    /// Has not chosen a password yet.
    invited: bool,
    /// Until when a link to set a password works.
    link_expires_ms: Option<Millis>,
    /// When they last used a browser in which they are signed in; five minutes late at most.
    seen_ms: Option<Millis>,
}

fn shown(app: &App, account: Account) -> Colleague {
    let user = account.user;
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    Colleague {
        id: user.id,
        avatar_url: given(avatar_url(app, &user)),
        role: user.role().into(),
        name: user.name,
        last_name: user.last_name,
        presence: if user.presence.is_empty() { "online".to_owned() } else { user.presence },
        presence_reason: account.presence_reason,
        active: user.active,
        department_ids: user.departments,
        email: user.email,
        work_position: given(user.work_position),
        totp: account.totp,
        invited: !account.has_password,
        link_expires_ms: account.invited_until_ms,
        seen_ms: account.used_ms,
    }
}

/// Parameters of `trunkline.employee.list`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ListParams {
    /// Only those whose name or e-mail address contains it.
    q: Option<String>,
    /// Only those who work here, or only those who were dismissed.
    active: Option<bool>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of the employees.
#[derive(Serialize, JsonSchema)]
pub(super) struct Colleagues {
    employees: Vec<Colleague>,
    /// `cursor` of the next page; null on the last one.
    next: Option<String>,
}

/// `trunkline.employee.list`: by id.
pub(super) async fn list(call: Call, params: ListParams) -> Result<Colleagues, RestError> {
    let invalid = || RestError::argument("cursor", "cursor is `next` of the page before");
    let after: i64 = params.cursor.map_or(Ok(0), |cursor| cursor.parse().map_err(|_| invalid()))?;
    let now = call.now;
    let mut found = call.read(move |tx| accounts::list(tx, now)).await?;
    let words = params.q.unwrap_or_default().to_lowercase();
    found.retain(|account| {
        let user = &account.user;
        let text = format!("{} {}", user.full_name(), user.email).to_lowercase();
        user.id > after && text.contains(words.trim()) && params.active.is_none_or(|active| active == user.active)
    });
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(|account| account.user.id.to_string());
    let employees = found.into_iter().map(|account| shown(&call.app, account)).collect();
    Ok(Colleagues { employees, next })
}

/// Parameters of `trunkline.employee.invite`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct InviteParams {
    name: String,
    last_name: Option<String>,
    /// Nobody else may have it; without one it is asked for with the password.
    email: Option<String>,
    work_position: Option<String>,
    /// `operator` unless given.
    role: Option<Role>,
    /// None means the company itself.
    department_ids: Option<Vec<i64>>,
}

/// Somebody new, and the link with which they set a password.
#[derive(Serialize, JsonSchema)]
pub(super) struct InvitedColleague {
    employee: Colleague,
    /// Shown now and never again.
    link: String,
    expires_ms: Millis,
}

/// `trunkline.employee.invite`: adds an employee.
pub(super) async fn invite(call: Call, params: InviteParams) -> Result<InvitedColleague, RestError> {
    let role = users::Role::from(params.role.unwrap_or(Role::Operator));
    let new = NewEmployee {
        name: limited("name", &params.name, NAME_CHARS_MAX)?,
        last_name: limited("last_name", &params.last_name.unwrap_or_default(), NAME_CHARS_MAX)?,
        email: params.email.map(|text| email(&text)).transpose()?.unwrap_or_default(),
        work_position: limited("work_position", &params.work_position.unwrap_or_default(), NAME_CHARS_MAX)?,
        admin: false,
        departments: department_ids(params.department_ids)?.unwrap_or_default(),
    };
    let link = provision::new_invitation(&call.app);
    let (secret, now) = (link.secret, call.now);
    let added = call
        .change(move |change| {
            check_departments(change, &new.departments)?;
            let id = users::employ(change, &new, |change, user| users::set_role(change, user.id, role))?;
            change.about(id);
            invitations::add(change.tx, now, id, &secret)?;
            accounts::find(change.tx, now, id)
        })
        .await?;
    let expires_ms = now + invitations::LIFETIME_MS;
    Ok(InvitedColleague { employee: shown(&call.app, added), link: link.url, expires_ms })
}

/// An employee as they are now.
#[derive(Serialize, JsonSchema)]
pub(super) struct ChangedColleague {
    employee: Colleague,
}

/// Parameters of `trunkline.employee.update`: what is left out stays.
#[derive(Deserialize, JsonSchema)]
pub(super) struct UpdateParams {
    id: i64,
    name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    last_name: Option<String>,
    email: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    work_position: Option<String>,
    role: Option<Role>,
    department_ids: Option<Vec<i64>>,
}

/// `trunkline.employee.update`
pub(super) async fn update(call: Call, params: UpdateParams) -> Result<ChangedColleague, RestError> {
    let text = |name, value: Option<String>| value.map(|value| limited(name, &value, NAME_CHARS_MAX)).transpose();
    let name = text("name", params.name)?;
    let last_name = text("last_name", params.last_name)?;
    let position = text("work_position", params.work_position)?;
    let email = params.email.map(|text| email(&text)).transpose()?;
    let departments = department_ids(params.department_ids)?;
    let (id, role, now) = (params.id, params.role, call.now);
    let changed = call
        .change(move |change| {
            let mut user = accounts::find(change.tx, now, id)?.user;
            user.name = name.unwrap_or(user.name);
            user.last_name = last_name.unwrap_or(user.last_name);
            user.email = email.unwrap_or(user.email);
            user.work_position = position.unwrap_or(user.work_position);
            users::update_employee(change, &user)?;
            if let Some(ids) = departments {
                check_departments(change, &ids)?;
                departments::move_user(change, id, &ids)?;
            }
            if let Some(role) = role {
                accounts::set_role(change, id, role.into())?;
            }
            accounts::find(change.tx, now, id)
        })
        .await?;
    call.app.callers.clear();
    Ok(ChangedColleague { employee: shown(&call.app, changed) })
}

/// Parameters of methods about one employee.
#[derive(Deserialize, JsonSchema)]
pub(super) struct IdParams {
    id: i64,
}

/// `trunkline.employee.deactivate`: signed out at once; open dialogues go to others.
pub(super) async fn deactivate(call: Call, params: IdParams) -> Result<ChangedColleague, RestError> {
    if params.id == call.caller.user.id {
        return Err(RestError::method("OWN_ACCOUNT", "Nobody dismisses themselves: ask another administrator"));
    }
    employ(&call, params.id, Employment::Dismissed).await
}

/// `trunkline.employee.activate`: takes a dismissed one back.
pub(super) async fn activate(call: Call, params: IdParams) -> Result<ChangedColleague, RestError> {
    employ(&call, params.id, Employment::Employed).await
}

async fn employ(call: &Call, id: i64, employment: Employment) -> Result<ChangedColleague, RestError> {
    let now = call.now;
    let changed = call
        .change(move |change| {
            accounts::find(change.tx, now, id)?;
            accounts::set_employment(change, id, employment)?;
            accounts::find(change.tx, now, id)
        })
        .await?;
    call.app.callers.clear();
    Ok(ChangedColleague { employee: shown(&call.app, changed) })
}

/// A link with which an employee sets a password, once.
#[derive(Serialize, JsonSchema)]
pub(super) struct PasswordLink {
    /// Shown now and never again.
    link: String,
    expires_ms: Millis,
}

/// `trunkline.employee.link`: for somebody who forgot the password. What worked before works until the link is used.
pub(super) async fn link(call: Call, params: IdParams) -> Result<PasswordLink, RestError> {
    let link = provision::new_invitation(&call.app);
    let (secret, now) = (link.secret, call.now);
    let made = call.change(move |change| invitations::add(change.tx, now, params.id, &secret)).await;
    made.map_err(no_user)?;
    Ok(PasswordLink { link: link.url, expires_ms: now + invitations::LIFETIME_MS })
}

/// `trunkline.employee.totp_reset`: for somebody who lost the authenticator and the recovery codes; answers whether there was
/// anything to switch off.
pub(super) async fn reset_totp(call: Call, params: IdParams) -> Result<bool, RestError> {
    let now = call.now;
    Ok(call
        .change(move |change| {
            accounts::find(change.tx, now, params.id)?;
            second_factors::switch_off(change, params.id)
        })
        .await?)
}

fn no_user(error: Error) -> RestError {
    match error {
        Error::Refused(Refusal::NotFound) => Refusal::NoUser.into(),
        error => error.into(),
    }
}

/// An e-mail address.
pub(super) fn email(text: &str) -> Result<String, RestError> {
    let text = text.trim();
    let invalid = || RestError::argument("email", "email is no e-mail address");
    if is_email(text) { Ok(text.to_owned()) } else { Err(invalid()) }
}

fn department_ids(ids: Option<Vec<i64>>) -> Result<Option<Vec<i64>>, RestError> {
    let too_many = || RestError::argument("department_ids", format!("At most {DEPARTMENTS_MAX} departments"));
    if ids.as_ref().is_some_and(|ids| ids.len() > DEPARTMENTS_MAX) { Err(too_many()) } else { Ok(ids) }
}

fn check_departments(change: &mut desk::Change<'_, '_>, ids: &[i64]) -> desk::Result<()> {
    for id in ids {
        departments::find(change.tx, *id)?.ok_or(Refusal::NotFound)?;
    }
    Ok(())
}
