//! Who is signed in, as the portal's own pages are told.

use desk::users::{self, User};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::files::avatar_url;

/// What an employee may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// Answers on the lines in whose queue they are.
    Operator,
    /// Sees the chats of all lines, the board and the reports.
    Supervisor,
    /// Changes settings.
    Administrator,
}

impl From<users::Role> for Role {
    fn from(role: users::Role) -> Self {
        match role {
            users::Role::Operator => Role::Operator,
            users::Role::Supervisor => Role::Supervisor,
            users::Role::Administrator => Role::Administrator,
        }
    }
}

impl From<Role> for users::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Operator => users::Role::Operator,
            Role::Supervisor => users::Role::Supervisor,
            Role::Administrator => users::Role::Administrator,
        }
    }
}

/// The employee who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Me {
    /// Id.
    pub id: i64,
    /// Given name.
    pub name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address, or empty.
    pub email: String,
    /// Address of the picture.
    pub avatar_url: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Language of the pages, such as `en`: the employee's or else the portal's.
    pub language: String,
    /// Time zone of the pages, such as `Europe/Berlin`: the employee's or else the portal's.
    pub time_zone: String,
    /// Whether a second factor is asked for when they sign in.
    pub totp: bool,
}

/// What the pages are told of an employee.
#[must_use]
pub(crate) fn me(app: &App, user: &User, totp: bool) -> Me {
    Me {
        id: user.id,
        name: user.name.clone(),
        last_name: user.last_name.clone(),
        email: user.email.clone(),
        avatar_url: Some(avatar_url(app, user)).filter(|url| !url.is_empty()),
        role: user.role().into(),
        language: or_portals(&user.language, &app.config.server.language),
        time_zone: or_portals(&user.time_zone, &app.config.server.time_zone),
        totp,
    }
}

fn or_portals(own: &str, portals: &str) -> String {
    if own.is_empty() { portals.to_owned() } else { own.to_owned() }
}
