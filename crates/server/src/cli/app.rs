//! `trunkline app`: applications, that is OAuth clients, on this portal.

use clap::{Args, Subcommand};
use desk::applications::{self, Application};
use desk::users;
use serde_json::{Value, json};
use server::app::SharedApp;
use server::provision::{self, NewApplication};

use super::settings::{Common, with_portal};
use super::{output, scopes};

/// Adds, lists and removes applications (OAuth clients), and gives them tokens.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add a local application; prints its secrets, which cannot be shown again
    #[command(after_help = "\
Examples:
  trunkline app create 'My connector'
  trunkline app create 'My connector' --handler-url https://connector.example/app --json")]
    Create(Create),
    /// List the applications
    List(Common),
    /// Remove an application with its tokens, event handlers and connectors; its chats stay
    Remove(Remove),
    /// Issue an access token and a refresh token without the OAuth dialogue
    #[command(after_help = "\
Example:
  trunkline app token 1 --user 1 --json | jq -r .access_token")]
    Token(Token),
}

#[derive(Debug, Args)]
struct Create {
    /// Name people see
    name: String,
    /// What it may do: scope codes separated by commas
    #[arg(long, value_delimiter = ',', value_parser = scopes::parse, default_values_t = scopes::usual())]
    scopes: Vec<String>,
    /// Address of its page
    #[arg(long, value_name = "URL", value_parser = super::parse_url, default_value = "", hide_default_value = true)]
    handler_url: String,
    /// Address that is told about the installation
    #[arg(long, value_name = "URL", value_parser = super::parse_url, default_value = "", hide_default_value = true)]
    install_url: String,
    /// Where authorisation codes are sent
    #[arg(long, value_name = "URL", value_parser = super::parse_url, default_value = "", hide_default_value = true)]
    redirect_url: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Remove {
    /// Its id or client id
    application: String,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Token {
    /// Id or client id of the application
    application: String,
    /// Employee in whose name the tokens act
    #[arg(long, value_name = "ID", default_value_t = 1)]
    user: i64,
    #[command(flatten)]
    common: Common,
}

pub async fn run(arguments: Arguments) -> Result<(), String> {
    match arguments.action {
        Action::Create(create) => with_portal(&create.common.portal, async |app| add(&app, &create).await).await,
        Action::List(list) => with_portal(&list.portal, async |app| show(&app, &list).await).await,
        Action::Remove(remove) => with_portal(&remove.common.portal, async |app| take_away(&app, &remove).await).await,
        Action::Token(token) => with_portal(&token.common.portal, async |app| issue(&app, &token).await).await,
    }
}

async fn add(app: &SharedApp, create: &Create) -> Result<(), String> {
    let new = NewApplication {
        name: create.name.clone(),
        scopes: create.scopes.clone(),
        handler_url: create.handler_url.clone(),
        install_url: create.install_url.clone(),
        redirect_url: create.redirect_url.clone(),
    };
    let added =
        provision::add_application(app, new).await.map_err(|error| format!("adding the application: {error}"))?;
    let application = &added.application;
    if create.common.json {
        let mut shown = described(application);
        shown["client_secret"] = json!(added.client_secret);
        shown["application_token"] = json!(application.application_token);
        shown["client_endpoint"] = json!(app.address.client_endpoint());
        output::json(&shown);
        return Ok(());
    }
    output::line(format_args!("application {} added: {}", application.id, application.name));
    output::line(format_args!("client_id          {}", application.client_id));
    output::line(format_args!("client_secret      {}", added.client_secret));
    output::line(format_args!("application_token  {}", application.application_token));
    output::line(format_args!("client_endpoint    {}", app.address.client_endpoint()));
    output::note("The secret is not stored and cannot be shown again: keep it now.");
    Ok(())
}

async fn show(app: &SharedApp, list: &Common) -> Result<(), String> {
    let found = app.read(applications::list).await.map_err(|error| format!("listing the applications: {error}"))?;
    if list.json {
        output::json(&found.iter().map(described).collect());
        return Ok(());
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| vec![one.id.to_string(), one.name.clone(), one.client_id.clone(), one.scopes.clone()])
        .collect();
    output::table(&["ID", "NAME", "CLIENT ID", "SCOPES"], &rows);
    Ok(())
}

async fn take_away(app: &SharedApp, remove: &Remove) -> Result<(), String> {
    let application = find(app, &remove.application).await?;
    let id = application.id;
    app.command("command.application.delete", move |change| {
        change.about(id);
        applications::remove(change, id)
    })
    .await
    .map_err(|error| format!("removing application {id}: {error}"))?;
    match remove.common.json {
        true => output::json(&described(&application)),
        false => output::line(format_args!("application {id} removed: {}", application.name)),
    }
    Ok(())
}

async fn issue(app: &SharedApp, token: &Token) -> Result<(), String> {
    let application = find(app, &token.application).await?;
    let user_id = token.user;
    let user = app.read(move |tx| users::find(tx, user_id)).await;
    let user = user.map_err(|error| format!("reading employee {user_id}: {error}"))?;
    if !user.is_some_and(|user| user.is_active_employee()) {
        return Err(super::no_employee(user_id));
    }
    let pair = provision::issue_tokens(app, application.id, user_id).await;
    let pair = pair.map_err(|error| format!("issuing tokens for application {}: {error}", application.id))?;
    if token.common.json {
        output::json(&json!({
            "access_token": pair.access_token,
            "refresh_token": pair.refresh_token,
            "expires_in": desk::tokens::ACCESS_SECONDS,
            "application": application.id,
            "user": user_id,
            "client_endpoint": app.address.client_endpoint(),
        }));
        return Ok(());
    }
    output::line(format_args!("access_token   {}", pair.access_token));
    output::line(format_args!("refresh_token  {}", pair.refresh_token));
    Ok(())
}

async fn find(app: &SharedApp, wanted: &str) -> Result<Application, String> {
    let name = wanted.to_owned();
    let found = app
        .read(move |tx| match name.parse() {
            Ok(id) => applications::find(tx, id),
            Err(_) => applications::find_by_client(tx, &name),
        })
        .await
        .map_err(|error| format!("looking for application {wanted}: {error}"))?;
    found.ok_or_else(|| format!("there is no application {wanted}: `trunkline app list` shows which there are"))
}

/// An application without its secrets.
fn described(application: &Application) -> Value {
    json!({
        "id": application.id,
        "name": application.name,
        "client_id": application.client_id,
        "scopes": scopes::split(&application.scopes),
        "handler_url": application.handler_url,
        "install_url": application.install_url,
        "redirect_url": application.redirect_url,
        "installed": application.installed,
        "active": application.active,
    })
}
