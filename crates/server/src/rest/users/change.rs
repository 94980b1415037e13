//! `user.add` and `user.update` (`contract/platform.md` 8.4).

use desk::profiles::{self, Profile};
use desk::user_fields::{self, UserField, Values};
use desk::users::{self, Employment, Kind, NewEmployee, User};
use desk::{Change, Error, Refusal, departments};
use schemars::JsonSchema;
use wire::node::Node;

use super::super::params::moment;
use super::super::{Call, Outcome, RestError};
use super::custom::{self, Purpose};
use super::fields::Field;
use super::filter::Holds;
use super::{VALUE_CHARS_MAX, too_long};

/// Departments of one employee at most.
const DEPARTMENTS_MAX: usize = 50;

/// Fields that are set by other means.
const FIXED: &[&str] = &[
    "ID",
    "LAST_LOGIN",
    "DATE_REGISTER",
    "IS_ONLINE",
    "TIMESTAMP_X",
    "LAST_ACTIVITY_DATE",
    "PERSONAL_PHOTO",
    "USER_TYPE",
];

/// Parameters of `user.add` and `user.update`: fields of `user.fields` beside these.
#[derive(JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(dead_code, reason = "read by hand, because any field may be given; this is its description")]
pub(super) struct ChangeParams {
    /// The employee, for `user.update`.
    id: Option<i64>,
    /// Required for `user.add`.
    email: Option<String>,
    name: Option<String>,
    last_name: Option<String>,
    work_position: Option<String>,
    /// Ids; required for `user.add`.
    uf_department: Option<Vec<i64>>,
    // Declared fields, `UF_USR_…`, go with the scope `user.userfield`.
    /// `N` dismisses, `Y` reinstates.
    active: Option<String>,
    /// `Y` is refused: there are no workgroups to invite guests to.
    extranet: Option<String>,
}

/// `user.add`: answers the id.
pub(super) async fn add(call: Call) -> Outcome {
    require_administrator(&call)?;
    let given = Given::read(&call, &custom::declared(&call).await?, Purpose::Add)?;
    let email = given.changes.email.clone().unwrap_or_default();
    if !is_email(&email) {
        return Err(wrong("wrong_email"));
    }
    if call.params.get("EXTRANET").and_then(Node::as_flag) == Some(true) {
        return Err(match call.params.get("SONET_GROUP_ID").filter(|node| !node.is_empty()) {
            None => RestError::method("ERROR_GROUPID", "Group code not specified"),
            Some(_) => RestError::method("ERROR_NO_GROUP", "Group is specified incorrectly"),
        });
    }
    let Some(departments) = given.departments.clone().filter(|ids| !ids.is_empty()) else {
        return Err(wrong("no_extranet_field"));
    };
    let new = NewEmployee {
        name: given.changes.name.clone().unwrap_or_default(),
        last_name: given.changes.last_name.clone().unwrap_or_default(),
        work_position: given.changes.work_position.clone().unwrap_or_default(),
        email,
        admin: false,
        departments,
    };
    let id = call
        .change(move |change| {
            let id = users::employ(change, &new, |change, user| given.store(change, user))?;
            change.about(id);
            Ok(id)
        })
        .await?;
    Ok(id.into())
}

/// `user.update`
pub(super) async fn update(call: Call) -> Outcome {
    require_administrator(&call)?;
    let id = call.params.get("ID").and_then(Node::as_int).ok_or_else(access_denied)?;
    let given = Given::read(&call, &custom::declared(&call).await?, Purpose::Update)?;
    if given.changes.email.as_ref().is_some_and(|email| !is_email(email)) {
        return Err(wrong("wrong_email"));
    }
    // Nobody locks themselves out.
    if given.changes.active == Some(false) && id == call.caller.user.id {
        return Err(access_denied());
    }
    let changed = call
        .change(move |change| {
            let user = users::find(change.tx, id)?.filter(|user| user.kind == Kind::Employee).ok_or(Refusal::NoUser)?;
            if let Some(ids) = &given.departments {
                departments::move_user(change, id, ids)?;
            }
            given.store(change, user)
        })
        .await;
    changed.map_err(|error| match error {
        Error::Refused(Refusal::NoUser) => access_denied(),
        error => error.into(),
    })?;
    call.app.callers.clear();
    Ok(true.into())
}

fn require_administrator(call: &Call) -> Result<(), RestError> {
    if call.caller.user.admin { Ok(()) } else { Err(access_denied()) }
}

fn access_denied() -> RestError {
    RestError::method("ERROR_CORE", "access_denied")
}

fn wrong(what: &'static str) -> RestError {
    RestError::argument("", what)
}

/// One address with a name and a host.
pub(crate) fn is_email(text: &str) -> bool {
    let plain = text.len() <= 254 && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    plain
        && text
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
}

/// What a call gave.
struct Given {
    changes: Changes,
    departments: Option<Vec<i64>>,
    profile: Profile,
    declared: Values,
}

/// Fields that the program works with.
#[derive(Default)]
struct Changes {
    name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    gender: Option<String>,
    work_position: Option<String>,
    active: Option<bool>,
}

impl Changes {
    fn apply(&self, user: &mut User) {
        let put = |field: &mut String, value: &Option<String>| {
            if let Some(value) = value {
                field.clone_from(value);
            }
        };
        put(&mut user.name, &self.name);
        put(&mut user.last_name, &self.last_name);
        put(&mut user.email, &self.email);
        put(&mut user.phone, &self.phone);
        put(&mut user.gender, &self.gender);
        put(&mut user.work_position, &self.work_position);
    }
}

impl Given {
    fn read(call: &Call, fields: &[UserField], purpose: Purpose) -> Result<Given, RestError> {
        let declared = custom::read(call, fields, purpose)?;
        let mut given = Given { changes: Changes::default(), departments: None, profile: Profile::new(), declared };
        for (name, node) in call.params.as_map() {
            let Some(field) = Field::find(name).filter(|field| !FIXED.contains(&field.code)) else { continue };
            match field.code {
                code if field.holds() == Holds::Date => {
                    let date = date(call, code, &value(name, node)?)?;
                    given.profile.insert(code.to_owned(), date);
                }
                "UF_DEPARTMENT" => given.departments = Some(departments(node)?),
                "ACTIVE" => given.changes.active = node.as_flag(),
                code => given.put(code, value(name, node)?)?,
            }
        }
        Ok(given)
    }

    /// Everything but the departments.
    fn store(&self, change: &mut Change<'_, '_>, mut user: User) -> desk::Result<()> {
        self.changes.apply(&mut user);
        users::update_employee(change, &user)?;
        profiles::change(change.tx, user.id, &self.profile)?;
        user_fields::set_values(change.tx, user.id, &self.declared)?;
        match self.changes.active.filter(|active| *active != user.active) {
            None => Ok(()),
            Some(true) => users::set_employment(change, user.id, Employment::Employed),
            Some(false) => users::set_employment(change, user.id, Employment::Dismissed),
        }
    }

    fn put(&mut self, code: &str, value: String) -> Result<(), RestError> {
        let field = match code {
            "NAME" => &mut self.changes.name,
            "LAST_NAME" => &mut self.changes.last_name,
            "EMAIL" => &mut self.changes.email,
            "PERSONAL_MOBILE" => &mut self.changes.phone,
            "WORK_POSITION" => &mut self.changes.work_position,
            "PERSONAL_GENDER" => {
                let gender = match value.as_str() {
                    "M" => "male",
                    "F" => "female",
                    "" => "",
                    _ => return Err(RestError::argument("PERSONAL_GENDER", "PERSONAL_GENDER is M, F or empty")),
                };
                self.changes.gender = Some(gender.to_owned());
                return Ok(());
            }
            _ => {
                self.profile.insert(code.to_owned(), value);
                return Ok(());
            }
        };
        *field = Some(value);
        Ok(())
    }
}

fn value(name: &str, node: &Node) -> Result<String, RestError> {
    if node.is_empty() {
        return Ok(String::new());
    }
    let invalid = || RestError::argument(name, format!("The value of an argument '{name}' has an invalid type"));
    let text = node.as_text().ok_or_else(invalid)?;
    if text.chars().count() > VALUE_CHARS_MAX {
        return Err(too_long(name));
    }
    Ok(text.trim().to_owned())
}

/// As rows show it, or empty.
fn date(call: &Call, code: &str, text: &str) -> Result<String, RestError> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let at = moment(text, &call.app.time_zone);
    let invalid = || RestError::argument(code, format!("{code} is not a date: write it as 2025-12-28"));
    at.map(|at| call.app.datetime(at.as_millisecond())).ok_or_else(invalid)
}

/// Ids as a list or as one number; empty means none.
fn departments(node: &Node) -> Result<Vec<i64>, RestError> {
    if node.is_empty() {
        return Ok(Vec::new());
    }
    let items = node.items().unwrap_or_else(|| vec![node]);
    let ids: Option<Vec<i64>> = items.into_iter().map(Node::as_int).collect();
    let invalid = || RestError::argument("UF_DEPARTMENT", "UF_DEPARTMENT is a list of up to 50 departments");
    ids.filter(|ids| ids.len() <= DEPARTMENTS_MAX).ok_or_else(invalid)
}
