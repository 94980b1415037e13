//! `trunkline send`: what a connector does when a customer writes.

use clap::Args;
use serde_json::{Value, json};
use server::chance::Chance;
use server::outgoing;
use url::Url;

use super::demo::file::{self, Demo};
use super::output;
use super::settings::Portal;

/// Sends one message into a line with imconnector.send.messages and prints the answer.
///
/// What is not given is taken from the demo's file, DATA/demo.json.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trunkline send --text 'Hello!'
  trunkline send --user 42 --name Maria --text 'Where is my parcel?'
  trunkline send --url https://chat.example.com --token TOKEN --connector my_connector --line 1 --text 'Hello!'")]
pub struct Arguments {
    /// Address of the portal or its REST base
    #[arg(long, value_parser = super::parse_url)]
    url: Option<String>,
    /// Access token of the connector's application
    #[arg(long, env = "TRUNKLINE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The connector
    #[arg(long)]
    connector: Option<String>,
    /// The line
    #[arg(long)]
    line: Option<i64>,
    /// The customer's id in the external system
    #[arg(long, default_value = "customer-1")]
    user: String,
    /// The customer's name
    #[arg(long, default_value = "Customer")]
    name: String,
    /// The chat's id in the external system [default: the customer's id]
    #[arg(long)]
    chat: Option<String>,
    /// The message's id in the external system [default: a new one]
    #[arg(long)]
    id: Option<String>,
    /// What the customer writes
    #[arg(long)]
    text: String,
    #[command(flatten)]
    portal: Portal,
}

pub async fn run(arguments: &Arguments) -> Result<(), String> {
    let path = arguments.portal.config()?.data.folder.join(file::NAME);
    let demo = file::read(&path)?;
    let known = |given: Option<String>, flag: &str, from: fn(&Demo) -> String| {
        let found = given.or_else(|| demo.as_ref().map(from));
        found.ok_or_else(|| format!("{flag} is missing, and there is no {} to take it from: give it", path.display()))
    };
    let base = known(arguments.url.clone(), "--url", |demo| demo.client_endpoint.clone())?;
    let url = endpoint(&base)?;
    let line = known(arguments.line.map(|line| line.to_string()), "--line", |demo| demo.line.to_string())?;
    let body = json!({
        "auth": known(arguments.token.clone(), "--token", |demo| demo.access_token.clone())?,
        "CONNECTOR": known(arguments.connector.clone(), "--connector", |demo| demo.connector.clone())?,
        "LINE": line,
        "MESSAGES": [{
            "user": {"id": arguments.user, "name": arguments.name},
            "message": {"id": arguments.id.clone().unwrap_or_else(|| Chance::system().hex(8)), "text": arguments.text},
            "chat": {"id": arguments.chat.as_ref().unwrap_or(&arguments.user)},
        }],
    });
    let answered = outgoing::post_json(&url, &body).await;
    let (status, answer) = answered.map_err(|failure| format!("calling {url}: {failure}; does the server run?"))?;
    match serde_json::from_str::<Value>(&answer) {
        Ok(answer) => output::json(&answer),
        Err(_) => output::line(&answer),
    }
    match status {
        200 => Ok(()),
        _ => Err(format!("the server refused the message with status {status}; the reason stands above")),
    }
}

/// The method's address under a portal's address or its REST base.
fn endpoint(base: &str) -> Result<Url, String> {
    let base = base.trim_end_matches('/');
    let rest = if base.ends_with("/rest") { "" } else { "/rest" };
    let url = format!("{base}{rest}/imconnector.send.messages");
    Url::parse(&url).map_err(|error| format!("--url {base}: {error}"))
}
