//! `trunkline.application.*`: the applications, for administrators.

use desk::applications;
use desk::{DAY_MS, Millis, Refusal, connector_health, connectors, handlers, tokens};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Call, NoParams, RestError};
use super::{clearable, granted, limited};
use crate::provision::{self, NewApplication};

/// Characters of a name at most.
const NAME_CHARS_MAX: usize = 255;

/// Bytes of an address at most.
const URL_BYTES_MAX: usize = 2048;

/// An application, as administrators see it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Application {
    id: i64,
    title: String,
    /// What it presents itself as; the secret is shown only when it is made.
    client_id: String,
    /// Proof of the sender in every event.
    application_token: String,
    scopes: Vec<String>,
    /// Address of its page.
    url: Option<String>,
    /// Address that is told about the installation.
    install_url: Option<String>,
    /// Where authorisation codes are sent.
    redirect_url: Option<String>,
    retry: Retry,
    /// Whether it is switched on.
    active: bool,
    created_ms: Millis,
    /// Codes of its connectors.
    connectors: Vec<String>,
    /// How many handlers of events it has bound.
    handlers: usize,
    /// Deliveries that wait.
    queued: i64,
    /// Deliveries that were given up in the last 24 hours.
    failed: i64,
}

/// Whether failed deliveries are tried again.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Retry {
    /// For days, with growing pauses.
    Days,
    /// Never.
    Never,
}

impl From<applications::Retries> for Retry {
    fn from(retries: applications::Retries) -> Self {
        match retries {
            applications::Retries::ForDays => Retry::Days,
            applications::Retries::Never => Retry::Never,
        }
    }
}

impl From<Retry> for applications::Retries {
    fn from(retries: Retry) -> Self {
        match retries {
            Retry::Days => applications::Retries::ForDays,
            Retry::Never => applications::Retries::Never,
        }
    }
}

/// What belongs to an application.
#[derive(Default)]
struct Belongings {
    connectors: Vec<String>,
    handlers: usize,
    queued: i64,
    failed: i64,
}

fn shown(application: applications::Application, belongings: Belongings) -> Application {
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    Application {
        id: application.id,
        title: application.name,
        client_id: application.client_id,
        application_token: application.application_token,
        scopes: super::words(&application.scopes),
        url: given(application.handler_url),
        install_url: given(application.install_url),
        redirect_url: given(application.redirect_url),
        retry: application.retries.into(),
        active: application.active,
        created_ms: application.created_ms,
        connectors: belongings.connectors,
        handlers: belongings.handlers,
        queued: belongings.queued,
        failed: belongings.failed,
    }
}

fn belongings(tx: &mut store::Tx<'_>, now: Millis, id: i64) -> desk::Result<Belongings> {
    let connectors = connectors::list(tx)?.into_iter().filter(|connector| connector.application_id == id);
    let connectors = connectors.map(|connector| connector.registration.spelling).collect();
    let (queued, failed) = connector_health::counts(tx, id, now - DAY_MS)?;
    Ok(Belongings { connectors, handlers: handlers::list(tx, id)?.len(), queued, failed })
}

/// All applications.
#[derive(Serialize, JsonSchema)]
pub(super) struct Applications {
    applications: Vec<Application>,
}

/// `trunkline.application.list`: all by id.
pub(super) async fn list(call: Call, _: NoParams) -> Result<Applications, RestError> {
    let now = call.now;
    let found = call
        .read(move |tx| {
            let mut found = Vec::new();
            for application in applications::list(tx)? {
                let belongings = belongings(tx, now, application.id)?;
                found.push((application, belongings));
            }
            Ok(found)
        })
        .await?;
    let applications = found.into_iter().map(|(application, belongings)| shown(application, belongings)).collect();
    Ok(Applications { applications })
}

/// What an application can be granted.
#[derive(Serialize, JsonSchema)]
pub(super) struct Scopes {
    scopes: Vec<&'static str>,
}

/// `trunkline.application.scopes`: all that a method or an event needs.
pub(super) async fn scopes(call: Call, _: NoParams) -> Result<Scopes, RestError> {
    Ok(Scopes { scopes: call.app.methods.scopes() })
}

/// Parameters of `trunkline.application.add`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct AddParams {
    title: String,
    scopes: Vec<String>,
    /// Address of its page.
    url: Option<String>,
    install_url: Option<String>,
    redirect_url: Option<String>,
}

/// What was added.
#[derive(Serialize, JsonSchema)]
pub(super) struct AddedApplication {
    application: Application,
    /// Shown now and never again.
    client_secret: String,
}

/// `trunkline.application.add`: counts as installed; its install address is told.
pub(super) async fn add(call: Call, params: AddParams) -> Result<AddedApplication, RestError> {
    let new = NewApplication {
        name: title(&params.title)?,
        scopes: granted(&params.scopes)?,
        handler_url: url("url", params.url)?.unwrap_or_default(),
        install_url: url("install_url", params.install_url)?.unwrap_or_default(),
        redirect_url: url("redirect_url", params.redirect_url)?.unwrap_or_default(),
    };
    let provision::AddedApplication { mut application, client_secret } = provision::new_application(&call.app, new);
    let stored = application.clone();
    application.id = call.change(move |change| provision::store_application(change, &stored)).await?;
    Ok(AddedApplication { application: shown(application, Belongings::default()), client_secret })
}

/// Parameters of `trunkline.application.update`: what is left out stays.
#[derive(Deserialize, JsonSchema)]
pub(super) struct UpdateParams {
    id: i64,
    title: Option<String>,
    scopes: Option<Vec<String>>,
    #[serde(default, deserialize_with = "clearable")]
    url: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    install_url: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    redirect_url: Option<String>,
    retry: Option<Retry>,
    /// False switches it off: its tokens are refused, and what it is to be told waits until it is switched on again.
    active: Option<bool>,
}

/// `trunkline.application.update`: its tokens have the new scopes at once.
pub(super) async fn update(call: Call, params: UpdateParams) -> Result<ChangedApplication, RestError> {
    let name = params.title.map(|text| title(&text)).transpose()?;
    let scopes = params.scopes.map(|scopes| granted(&scopes)).transpose()?;
    let handler_url = url("url", params.url)?;
    let install_url = url("install_url", params.install_url)?;
    let redirect_url = url("redirect_url", params.redirect_url)?;
    let (id, retry, active, now) = (params.id, params.retry, params.active, call.now);
    let (application, belongings) = call
        .change(move |change| {
            let mut application = applications::find(change.tx, id)?.ok_or(Refusal::NotFound)?;
            application.name = name.unwrap_or(application.name);
            application.scopes = scopes.map_or(application.scopes, |scopes| scopes.join(","));
            application.handler_url = handler_url.unwrap_or(application.handler_url);
            application.install_url = install_url.unwrap_or(application.install_url);
            application.redirect_url = redirect_url.unwrap_or(application.redirect_url);
            application.retries = retry.map_or(application.retries, Into::into);
            application.active = active.unwrap_or(application.active);
            applications::update(change.tx, now, &application)?;
            let belongings = belongings(change.tx, now, id)?;
            Ok((application, belongings))
        })
        .await?;
    call.app.callers.clear();
    Ok(ChangedApplication { application: shown(application, belongings) })
}

/// An application as it is now.
#[derive(Serialize, JsonSchema)]
pub(super) struct ChangedApplication {
    application: Application,
}

/// Parameters of methods about one application.
#[derive(Deserialize, JsonSchema)]
pub(super) struct IdParams {
    id: i64,
}

/// A secret that was made anew.
#[derive(Serialize, JsonSchema)]
pub(super) struct ClientSecret {
    /// Shown now and never again.
    client_secret: String,
}

/// `trunkline.application.secret`: makes a new client secret; the one before stops working.
pub(super) async fn secret(call: Call, params: IdParams) -> Result<ClientSecret, RestError> {
    let client_secret = provision::new_secret(&call.app);
    let digest = tokens::digest(&client_secret);
    call.change(move |change| {
        applications::find(change.tx, params.id)?.ok_or(Refusal::NotFound)?;
        applications::set_secret(change.tx, params.id, &digest)
    })
    .await?;
    Ok(ClientSecret { client_secret })
}

/// `trunkline.application.delete`: with its tokens, handlers, connectors and bots; its chats stay.
pub(super) async fn delete(call: Call, params: IdParams) -> Result<bool, RestError> {
    let removed = call
        .change(move |change| {
            applications::find(change.tx, params.id)?.ok_or(Refusal::NotFound)?;
            applications::remove(change, params.id)
        })
        .await?;
    call.app.callers.clear();
    Ok(removed)
}

fn title(text: &str) -> Result<String, RestError> {
    match limited("title", text, NAME_CHARS_MAX)? {
        title if title.is_empty() => Err(RestError::empty_argument("title")),
        title => Ok(title),
    }
}

/// Empty, or an address by http or https.
fn url(name: &'static str, given: Option<String>) -> Result<Option<String>, RestError> {
    let Some(text) = given else { return Ok(None) };
    let text = text.trim().to_owned();
    let usable = |url: url::Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    match text.is_empty() || (text.len() <= URL_BYTES_MAX && url::Url::parse(&text).is_ok_and(usable)) {
        true => Ok(Some(text)),
        false => Err(RestError::argument(name, format!("{name} is no address such as https://connector.example/app"))),
    }
}
