//! `trunkline user`: the portal's employees.

use clap::{Args, Subcommand};
use desk::users::{self, NewEmployee, Role, User};
use desk::{Error, Refusal};
use serde_json::{Value, json};
use server::app::SharedApp;
use server::provision::{self, SecondFactor};

use super::settings::{Common, Portal, with_portal};
use super::{output, password};

/// Adds and lists employees.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add an employee
    #[command(after_help = "\
Examples:
  trunkline user create Anna --last-name Ivanova --email anna@example.com --admin
  trunkline user create Boris --email boris@example.com --password <password.txt
  trunkline user create Clara --json | jq .id")]
    Create(Create),
    /// Make a link with which an employee sets a password: a first one, or a new one for a forgotten one
    #[command(after_help = "\
The link works once and for 72 hours; what worked before works until it is used:
  trunkline user invite 1
  trunkline user invite 7 --without-second-factor     for somebody who lost the authenticator too")]
    Invite(Invite),
    /// List the employees
    List(Common),
    /// Give an employee a password, with which to sign in
    #[command(after_help = "\
The password is asked for on a terminal, otherwise it is the first line of standard input:
  trunkline user password 1
  pass show trunkline/anna | trunkline user password 1")]
    Password(Password),
}

#[derive(Debug, Args)]
struct Create {
    /// Given name
    name: String,
    /// Family name
    #[arg(long, default_value = "", hide_default_value = true)]
    last_name: String,
    /// E-mail address; nobody else may have it
    #[arg(long, default_value = "", hide_default_value = true)]
    email: String,
    /// Position
    #[arg(long, default_value = "", hide_default_value = true)]
    position: String,
    /// May administer the portal
    #[arg(long)]
    admin: bool,
    /// May see the chats of all lines
    #[arg(long, conflicts_with = "admin")]
    supervisor: bool,
    /// Department by its id, may be given several times; the company itself unless given
    #[arg(long, value_name = "ID")]
    department: Vec<i64>,
    /// Ask for a password, or take the first line of standard input
    #[arg(long, requires = "email")]
    password: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Password {
    /// The employee
    #[arg(value_name = "ID")]
    user: i64,
    #[command(flatten)]
    portal: Portal,
}

#[derive(Debug, Args)]
struct Invite {
    /// The employee
    #[arg(value_name = "ID")]
    user: i64,
    /// Switch the employee's second factor off
    #[arg(long)]
    without_second_factor: bool,
    #[command(flatten)]
    common: Common,
}

pub async fn run(arguments: Arguments) -> Result<(), String> {
    match arguments.action {
        Action::Create(create) => with_portal(&create.common.portal, async |app| add(&app, &create).await).await,
        Action::Invite(invite) => with_portal(&invite.common.portal, async |app| link(&app, &invite).await).await,
        Action::List(list) => with_portal(&list.portal, async |app| show(&app, &list).await).await,
        Action::Password(password) => with_portal(&password.portal, async |app| change(&app, &password).await).await,
    }
}

async fn add(app: &SharedApp, create: &Create) -> Result<(), String> {
    // Asked for first: without a usable one nobody is added.
    let password = match create.password {
        true => Some(password::ask().await?),
        false => None,
    };
    let new = NewEmployee {
        name: create.name.clone(),
        last_name: create.last_name.clone(),
        email: create.email.clone(),
        work_position: create.position.clone(),
        admin: create.admin,
        departments: create.department.clone(),
    };
    let role = if create.supervisor { Role::Supervisor } else { Role::Operator };
    let added = app
        .command("command.user.add", move |change| {
            let id = users::employ(change, &new, |_, _| Ok(()))?;
            change.about(id);
            if role != Role::Operator {
                users::set_role(change, id, role)?;
            }
            users::find(change.tx, id)
        })
        .await;
    let added = added.map_err(|error| match error {
        Error::Refused(Refusal::EmailTaken) => {
            format!("{} belongs to another employee: `trunkline user list` shows to whom", create.email)
        }
        error => format!("adding the employee: {error}"),
    })?;
    let user = added.ok_or("the employee is gone again")?;
    if let Some(password) = password {
        set_password(app, user.id, &password).await?;
    }
    match create.common.json {
        true => output::json(&described(&user)),
        false => output::line(format_args!("employee {} added: {}", user.id, user.full_name())),
    }
    Ok(())
}

async fn change(app: &SharedApp, change: &Password) -> Result<(), String> {
    let password = password::ask().await?;
    set_password(app, change.user, &password).await?;
    output::line(format_args!("employee {} has a new password", change.user));
    Ok(())
}

async fn link(app: &SharedApp, invite: &Invite) -> Result<(), String> {
    let (user_id, factor) = match invite.without_second_factor {
        true => (invite.user, SecondFactor::Removed),
        false => (invite.user, SecondFactor::Kept),
    };
    let url = provision::invite(app, user_id, factor).await.map_err(|error| match error {
        Error::Refused(Refusal::NotFound) => super::no_employee(user_id),
        error => format!("inviting employee {user_id}: {error}"),
    })?;
    match invite.common.json {
        true => output::json(&json!({"user": user_id, "url": url})),
        false => output::line(&url),
    }
    output::note("The link works once and for 72 hours. It cannot be shown again.");
    Ok(())
}

async fn set_password(app: &SharedApp, user_id: i64, password: &str) -> Result<(), String> {
    provision::set_password(app, user_id, password).await.map_err(|error| match error {
        Error::Refused(Refusal::NotFound) => super::no_employee(user_id),
        error => format!("setting the password of employee {user_id}: {error}"),
    })
}

async fn show(app: &SharedApp, list: &Common) -> Result<(), String> {
    let found = app.read(users::employees).await.map_err(|error| format!("listing the employees: {error}"))?;
    if list.json {
        output::json(&found.iter().map(described).collect());
        return Ok(());
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|user| {
            let role = if user.active { user.role().as_str() } else { "dismissed" };
            vec![user.id.to_string(), user.full_name(), user.email.clone(), role.to_owned()]
        })
        .collect();
    output::table(&["ID", "NAME", "E-MAIL", "ROLE"], &rows);
    Ok(())
}

fn described(user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name,
        "last_name": user.last_name,
        "email": user.email,
        "position": user.work_position,
        "role": user.role().as_str(),
        "admin": user.admin,
        "active": user.active,
    })
}
