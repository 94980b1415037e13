//! Employees, lines and connectors as the inbox knows them.

use std::collections::BTreeMap;

use desk::chat_list;
use desk::users::User;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::super::views::me::Role;
use super::{present, words};
use crate::app::App;
use crate::files::avatar_url;

/// A colleague.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Employee {
    pub id: i64,
    pub name: String,
    pub last_name: String,
    pub avatar_url: Option<String>,
    pub role: Role,
    /// `online`, `away`, `pause` or `offline`
    #[schemars(extend("enum" = words::presences()))]
    pub presence: String,
    pub presence_reason: Option<String>,
    /// Works here.
    pub active: bool,
    pub department_ids: Vec<i64>,
}

/// An open line.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Line {
    pub id: i64,
    pub name: String,
    pub active: bool,
    /// Employees in its queue, by themselves or by a department.
    pub queue: Vec<i64>,
    pub connectors: Vec<LineConnector>,
}

/// A connector on a line.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct LineConnector {
    pub code: String,
    pub name: String,
    pub active: bool,
}

/// A connector.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Connector {
    pub code: String,
    pub name: String,
    /// A `data:` address of a picture, if the connector brought one.
    pub icon: Option<String>,
    pub color: Option<String>,
}

/// How many chats are open.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Counts {
    /// Of the lines that the employee sees and on which something is open.
    pub lines: Vec<LineCounts>,
}

/// How many chats of a line are open.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct LineCounts {
    pub line_id: i64,
    pub open: i64,
    /// Nobody has them.
    pub unassigned: i64,
    /// By the owner's id.
    pub by_owner: BTreeMap<String, i64>,
}

impl Employee {
    pub fn of(app: &App, user: &User, presence_reason: Option<&String>) -> Employee {
        Employee {
            id: user.id,
            name: user.name.clone(),
            last_name: user.last_name.clone(),
            avatar_url: present(&avatar_url(app, user)),
            role: user.role().into(),
            presence: user.presence.clone(),
            presence_reason: presence_reason.cloned(),
            active: user.active,
            department_ids: user.departments.clone(),
        }
    }
}

impl From<&chat_list::LineCounts> for LineCounts {
    fn from(counts: &chat_list::LineCounts) -> LineCounts {
        LineCounts {
            line_id: counts.line_id,
            open: counts.open,
            unassigned: counts.unassigned,
            by_owner: counts.by_owner.iter().map(|(owner_id, open)| (owner_id.to_string(), *open)).collect(),
        }
    }
}

impl Connector {
    pub fn of(connector: &desk::connectors::Connector) -> Connector {
        let registration = &connector.registration;
        let icon = Icon::read(&registration.icon);
        Connector {
            code: registration.spelling.clone(),
            name: registration.name.clone(),
            icon: icon.picture,
            color: icon.color,
        }
    }
}

/// What is shown of an icon that a connector was registered with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Icon {
    /// A `data:` address.
    pub picture: Option<String>,
    /// `#` with three or six digits.
    pub color: Option<String>,
}

impl Icon {
    /// Its fields may have any letter case.
    pub fn read(icon: &str) -> Icon {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(icon).unwrap_or_default();
        let text = |wanted: &str| {
            let found = object.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.and_then(|(_, value)| value.as_str()).and_then(present)
        };
        // The picture stands in an image, where nothing in it runs; an address of elsewhere would tell that host who looks.
        let is_data = |picture: &String| picture.starts_with("data:image/");
        Icon { picture: text("DATA_IMAGE").filter(is_data), color: text("COLOR").filter(|color| is_color(color)) }
    }
}

/// Nothing that could be more than a colour where it is put.
fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}
