//! `trunkline webhook`: inbound webhooks, an address with a secret that acts in an employee's name.

use clap::{Args, Subcommand};
use desk::webhooks::{self, Webhook};
use desk::{Error, Refusal};
use serde_json::{Value, json};
use server::app::SharedApp;
use server::provision;

use super::settings::{Common, with_portal};
use super::{output, scopes};

/// Makes, lists and removes inbound webhooks: addresses with a secret that act in an employee's name.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a webhook; prints its address, which cannot be shown again
    #[command(after_help = "\
Example:
  trunkline webhook create 'Nightly report' --user 1 --scopes imopenlines,im")]
    Create(Create),
    /// List the webhooks
    List(Common),
    /// Remove a webhook; a running server refuses it within five seconds
    Remove(Remove),
}

#[derive(Debug, Args)]
struct Create {
    /// What it is for
    title: String,
    /// Employee in whose name it acts
    #[arg(long, value_name = "ID", default_value_t = 1)]
    user: i64,
    /// What it may do: scope codes separated by commas
    #[arg(long, value_delimiter = ',', value_parser = scopes::parse, default_values_t = scopes::usual())]
    scopes: Vec<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Remove {
    /// Its id
    id: i64,
    #[command(flatten)]
    common: Common,
}

pub async fn run(arguments: Arguments) -> Result<(), String> {
    match arguments.action {
        Action::Create(create) => with_portal(&create.common.portal, async |app| add(&app, &create).await).await,
        Action::List(list) => with_portal(&list.portal, async |app| show(&app, &list).await).await,
        Action::Remove(remove) => with_portal(&remove.common.portal, async |app| take_away(&app, &remove).await).await,
    }
}

async fn add(app: &SharedApp, create: &Create) -> Result<(), String> {
    let added = provision::add_webhook(app, create.user, &create.title, &create.scopes).await;
    let (id, code) = added.map_err(|error| match error {
        Error::Refused(Refusal::NotFound) => super::no_employee(create.user),
        error => format!("making the webhook: {error}"),
    })?;
    let url = provision::webhook_url(app, create.user, &code);
    if create.common.json {
        output::json(
            &json!({"id": id, "user": create.user, "title": create.title, "scopes": create.scopes, "url": url}),
        );
        return Ok(());
    }
    output::line(url);
    output::note(format_args!("webhook {id} made. Its address cannot be shown again: keep it now."));
    Ok(())
}

async fn show(app: &SharedApp, list: &Common) -> Result<(), String> {
    let found = app.read(webhooks::list).await.map_err(|error| format!("listing the webhooks: {error}"))?;
    if list.json {
        output::json(&found.iter().map(|webhook| described(app, webhook)).collect());
        return Ok(());
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            let expires = one.expires_ms.map_or("never".to_owned(), |at_ms| app.datetime(at_ms));
            vec![one.id.to_string(), one.user_id.to_string(), one.title.clone(), one.scopes.clone(), expires]
        })
        .collect();
    output::table(&["ID", "USER", "TITLE", "SCOPES", "EXPIRES"], &rows);
    Ok(())
}

async fn take_away(app: &SharedApp, remove: &Remove) -> Result<(), String> {
    let id = remove.id;
    let removed = app
        .command("command.webhook.delete", move |change| {
            change.about(id);
            webhooks::remove(change.tx, id)
        })
        .await;
    match removed.map_err(|error| format!("removing webhook {id}: {error}"))? {
        false => Err(format!("there is no webhook {id}: `trunkline webhook list` shows which there are")),
        true if remove.common.json => {
            output::json(&json!({"id": id}));
            Ok(())
        }
        true => {
            output::line(format_args!("webhook {id} removed"));
            Ok(())
        }
    }
}

fn described(app: &SharedApp, webhook: &Webhook) -> Value {
    json!({
        "id": webhook.id,
        "user": webhook.user_id,
        "title": webhook.title,
        "scopes": scopes::split(&webhook.scopes),
        "expires": webhook.expires_ms.map(|at_ms| app.datetime(at_ms)),
    })
}
