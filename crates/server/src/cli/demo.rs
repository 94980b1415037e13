//! `trunkline demo`: a portal in which everything that a connector needs is there.

mod customers;
pub mod file;
mod furnish;

use std::os::unix::fs::DirBuilderExt;

use clap::Args;
use serde_json::json;
use server::logging;

use super::output;
use super::serve::{self, Signals};
use super::settings::Serving;
use file::Demo;

/// Runs a server whose portal has a line, two operators, an application with a connector and an inbound webhook, and
/// writes what is needed to call it to DATA/demo.json. Started again it goes on with the data that is there.
///
/// Customers write from the first second on, as through connectors of their own: several languages, files, changes of mind.
/// They go on when they are answered. --quiet leaves them out.
///
/// Handlers and files may be on this machine (127.0.0.0/8, ::1), which `serve` refuses.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  trunkline demo
  trunkline demo --listen 127.0.0.1:9000 --data /tmp/demo
  trunkline demo --quiet
  trunkline demo --database postgres://postgres@localhost/demo")]
pub struct Arguments {
    #[command(flatten)]
    serving: Serving,
    /// No customers: nothing happens that you do not do
    #[arg(long)]
    quiet: bool,
}

pub async fn run(arguments: &Arguments) -> Result<(), String> {
    let mut config = arguments.serving.config()?;
    for network in ["127.0.0.0/8", "::1/128"] {
        config.delivery.allow_private.push(network.parse().expect("a network"));
    }
    logging::start(&config.log)?;
    let signals = Signals::watch()?;
    let folder = &config.data.folder;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| format!("making the folder {}: {error}", folder.display()))?;
    let path = folder.join(file::NAME);
    // Who waits for the file must not find the one of an earlier run.
    let earlier = file::take(&path)?;
    let server = serve::start(config).await?;
    let demo = furnish::furnish(&server.app, earlier.as_ref()).await?;
    file::write(&path, &demo)?;
    introduce(&demo, &path);
    if arguments.quiet {
        return signals.serve(server).await;
    }
    let customers = tokio::spawn(customers::play(server.app.clone(), demo));
    let served = signals.serve(server).await;
    customers.abort();
    served
}

fn introduce(demo: &Demo, path: &std::path::Path) {
    let message = json!({
        "auth": demo.access_token,
        "CONNECTOR": demo.connector,
        "LINE": demo.line,
        "MESSAGES": [{
            "user": {"id": "customer-1", "name": "Maria"},
            "message": {"id": "message-1", "text": "Hello!"},
            "chat": {"id": "chat-1"},
        }],
    });
    let login = |login: &file::Login| format!("  {}  {}\n", login.email, login.password);
    let logins: String = demo.operators.iter().map(login).collect();
    output::line(format_args!(
        "Trunkline is ready on {portal}\n\n\
         Open it in a browser and sign in as\n{logins}\n\
         line {line}, connector {connector}, application {client_id}; secrets are in {path}\n\n\
         Send a message as a customer (the token is good for an hour; start the demo again for a new one):\n\n\
         curl -s -H 'Content-Type: application/json' {endpoint}imconnector.send.messages -d '{message}'\n\n\
         Ctrl-C stops it, the data stays.",
        portal = demo.portal,
        logins = logins,
        line = demo.line,
        connector = demo.connector,
        client_id = demo.client_id,
        path = path.display(),
        endpoint = demo.client_endpoint,
    ));
}
