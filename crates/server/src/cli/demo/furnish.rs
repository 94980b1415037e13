//! Sets up what the demo's portal lacks. Every step looks first, so that it can be run again, also after half of it.

use std::net::Ipv4Addr;
use std::sync::Arc;

use desk::applications::{self, Application};
use desk::connectors::{self, Registration};
use desk::{Error, Refusal, channels, lines, queue, settings, tokens, users, webhooks};
use serde::{Deserialize, Serialize};
use server::app::SharedApp;
use server::provision::{self, NewApplication};
use server::sign_in::{self, Confirmed};

use super::file::{Demo, Login};
use crate::cli::scopes;

/// Setting that remembers what the demo made.
const SETTING: &str = "demo";

/// The demo's connector.
const CONNECTOR: &str = "demo_connector";

/// Length of an operator's password.
const PASSWORD_CHARS: usize = 12;

/// Ids of what the demo made; 0 is not made yet.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
struct Made {
    operator: i64,
    colleague: i64,
    line: i64,
    application: i64,
    webhook: i64,
}

/// Makes what is missing and issues fresh tokens. The secrets of `earlier` are kept as far as they are still good.
pub async fn furnish(app: &SharedApp, earlier: Option<&Demo>) -> Result<Demo, String> {
    let failed = |error: desk::Error| format!("setting up the demo: {error}");
    let made = staff_and_line(app).await.map_err(failed)?;
    let (application, client_secret) = application(app, made, earlier).await.map_err(failed)?;
    connector(app, made, application.id).await.map_err(failed)?;
    let webhook = webhook(app, made, earlier).await.map_err(failed)?;
    let operators = logins(app, made, earlier).await.map_err(failed)?;
    let pair = provision::issue_tokens(app, application.id, made.operator).await.map_err(failed)?;
    Ok(Demo {
        portal: app.address.portal_url.clone(),
        client_endpoint: app.address.client_endpoint(),
        client_id: application.client_id,
        client_secret,
        access_token: pair.access_token,
        refresh_token: pair.refresh_token,
        application_token: application.application_token,
        member_id: app.portal.member_id.clone(),
        line: made.line,
        connector: CONNECTOR.to_owned(),
        webhook,
        operators,
    })
}

/// Two operators and the line they answer on.
async fn staff_and_line(app: &SharedApp) -> desk::Result<Made> {
    let now = app.clock.now_ms();
    app.change(now, 0, move |change| {
        let mut made = remembered(change.tx)?;
        made.operator = employee(change, made.operator, "Anna", "Ivanova", Role::Administrator)?;
        made.colleague = employee(change, made.colleague, "Boris", "Petrov", Role::Operator)?;
        let there = lines::find(change.tx, made.line)?.is_some_and(|line| line.active);
        if !there {
            made.line = lines::add(change, "Demo line", true, &lines::Settings::default())?;
            let members = [made.operator, made.colleague].map(|id| ("user".to_owned(), id));
            queue::set_members(change, made.line, &members)?;
        }
        remember(change.tx, made)?;
        Ok(made)
    })
    .await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Administrator,
    Operator,
}

fn employee(change: &mut desk::Change<'_, '_>, id: i64, name: &str, last_name: &str, role: Role) -> desk::Result<i64> {
    if users::find(change.tx, id)?.is_some_and(|user| user.is_active_employee()) {
        return Ok(id);
    }
    let new = users::NewEmployee {
        name: name.to_owned(),
        last_name: last_name.to_owned(),
        email: format!("{}@example.com", name.to_lowercase()),
        work_position: "Operator".to_owned(),
        admin: role == Role::Administrator,
        departments: Vec::new(),
    };
    match users::add_employee(change, &new) {
        // Somebody else has the address meanwhile; this one can do without.
        Err(Error::Refused(Refusal::EmailTaken)) => {
            users::add_employee(change, &users::NewEmployee { email: String::new(), ..new })
        }
        added => added,
    }
}

/// The application and its client secret.
async fn application(app: &SharedApp, made: Made, earlier: Option<&Demo>) -> desk::Result<(Application, String)> {
    let found = app.read(move |tx| applications::find(tx, made.application)).await?;
    let Some(application) = found else {
        let new = NewApplication {
            name: "Demo application".to_owned(),
            scopes: scopes::usual(),
            ..NewApplication::default()
        };
        let added = provision::add_application(app, new).await?;
        let id = added.application.id;
        update(app, move |made| made.application = id).await?;
        return Ok((added.application, added.client_secret));
    };
    let known = earlier.filter(|earlier| {
        earlier.client_id == application.client_id
            && tokens::digest(&earlier.client_secret) == application.secret_digest
    });
    if let Some(known) = known {
        return Ok((application, known.client_secret.clone()));
    }
    let secret = provision::renew_secret(app, application.id).await?;
    Ok((application, secret))
}

async fn connector(app: &SharedApp, made: Made, application_id: i64) -> desk::Result<()> {
    app.change(app.clock.now_ms(), made.operator, move |change| {
        let connector_id = match connectors::find(change.tx, CONNECTOR)? {
            Some(found) if found.application_id == application_id => found.id,
            _ => connectors::register(change, application_id, &registration())?,
        };
        channels::set_active(change, connector_id, made.line, true)
    })
    .await
}

fn registration() -> Registration {
    Registration {
        spelling: CONNECTOR.to_owned(),
        name: "Demo connector".to_owned(),
        icon: "{}".to_owned(),
        icon_disabled: "{}".to_owned(),
        placement_url: String::new(),
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

/// The webhook's address. A code cannot be read back, so a lost one is replaced.
async fn webhook(app: &SharedApp, made: Made, earlier: Option<&Demo>) -> desk::Result<String> {
    let code = earlier.and_then(|earlier| earlier.webhook.rsplit('/').next()).unwrap_or_default().to_owned();
    let presented = code.clone();
    let known = app.read(move |tx| webhooks::find(tx, made.operator, &presented)).await?;
    if known.is_some() {
        return Ok(provision::webhook_url(app, made.operator, &code));
    }
    if made.webhook != 0 {
        app.change(app.clock.now_ms(), 0, move |change| webhooks::remove(change.tx, made.webhook)).await?;
    }
    let (id, code) = provision::add_webhook(app, made.operator, "Demo webhook", &scopes::usual()).await?;
    update(app, move |made| made.webhook = id).await?;
    Ok(provision::webhook_url(app, made.operator, &code))
}

/// What the operators sign in with. A password cannot be read back, so a lost or changed one is replaced.
async fn logins(app: &SharedApp, made: Made, earlier: Option<&Demo>) -> desk::Result<Vec<Login>> {
    let mut logins = Vec::new();
    for user_id in [made.operator, made.colleague] {
        let user = app.read(move |tx| users::find(tx, user_id)).await?;
        let Some(email) = user.map(|user| user.email).filter(|email| !email.is_empty()) else { continue };
        let known = earlier.and_then(|earlier| earlier.operators.iter().find(|login| login.email == email));
        let password = match known {
            Some(known) if is_right(app, user_id, &known.password).await? => known.password.clone(),
            _ => {
                let password = app.chance.alphanumeric(PASSWORD_CHARS);
                provision::set_password(app, user_id, &password).await?;
                password
            }
        };
        logins.push(Login { email, password });
    }
    Ok(logins)
}

async fn is_right(app: &SharedApp, user_id: i64, password: &str) -> desk::Result<bool> {
    let confirmed = sign_in::confirm(app, Ipv4Addr::LOCALHOST.into(), user_id, password.to_owned()).await?;
    Ok(confirmed == Confirmed::Right)
}

async fn update(app: &Arc<server::app::App>, with: impl FnOnce(&mut Made) + Send + 'static) -> desk::Result<()> {
    app.change(app.clock.now_ms(), 0, move |change| {
        let mut made = remembered(change.tx)?;
        with(&mut made);
        remember(change.tx, made)
    })
    .await
}

fn remembered(tx: &mut store::Tx<'_>) -> desk::Result<Made> {
    let text = settings::get(tx, SETTING)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

fn remember(tx: &mut store::Tx<'_>, made: Made) -> desk::Result<()> {
    settings::set(tx, SETTING, &serde_json::to_string(&made).expect("numbers are JSON"))
}
