//! `trunkline.connector.*`: how the connectors do, and which of them serve which lines.

use desk::connector_health::{self, Failure, Health};
use desk::connectors::Connector;
use desk::{Change, Millis, Refusal, channels, connectors, lines};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Call, NoParams, RestError};
use super::not_found;
use super::shapes::Icon;

/// A connector and how it does.
#[derive(Serialize, JsonSchema)]
pub(super) struct ConnectorHealth {
    /// As its application spells it.
    code: String,
    name: String,
    /// A picture as a `data:` address.
    icon: Option<String>,
    /// A colour such as `#2fc7f7`.
    color: Option<String>,
    /// The application that registered it.
    application: Option<ConnectorApplication>,
    channels: Vec<ConnectorChannel>,
    /// What it has not been told yet.
    queued: i64,
    /// What was given up in the last 24 hours.
    failed: i64,
    /// How long the oldest of what waits has been waiting; null when nothing waits.
    lag_ms: Option<Millis>,
    /// When a customer's message last came in: among its 200 newest chats and those with an open session.
    last_in_ms: Option<Millis>,
    /// When it was last told something, among its application's 500 newest deliveries.
    last_out_ms: Option<Millis>,
    /// Why the newest attempt to tell it something failed, as long as that is not told.
    last_error: Option<ConnectorError>,
}

/// Whose connector it is.
#[derive(Serialize, JsonSchema)]
pub(super) struct ConnectorApplication {
    id: i64,
    title: String,
}

/// A connector on a line.
#[derive(Serialize, JsonSchema)]
pub(super) struct ConnectorChannel {
    line_id: i64,
    /// Whether messages may be exchanged.
    active: bool,
    /// Whether it has reported an error.
    error: bool,
}

/// An attempt in vain.
#[derive(Serialize, JsonSchema)]
pub(super) struct ConnectorError {
    at_ms: Millis,
    /// What happened.
    text: String,
}

/// All connectors.
#[derive(Serialize, JsonSchema)]
pub(super) struct Connectors {
    connectors: Vec<ConnectorHealth>,
}

/// `trunkline.connector.list`: for everybody, because whoever answers customers has to know why they do not hear it.
pub(super) async fn list(call: Call, _: NoParams) -> Result<Connectors, RestError> {
    let now = call.now;
    let found = call.read_long(move |tx| connector_health::list(tx, now)).await?;
    Ok(Connectors { connectors: found.into_iter().map(|health| shown(health, now)).collect() })
}

/// A connector and a line.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ChannelParams {
    /// Code of the connector, in any letter case.
    connector: String,
    line_id: i64,
}

impl ChannelParams {
    /// # Errors
    /// [`Refusal::NotFound`] when one of them does not exist.
    fn connector(&self, change: &mut Change<'_, '_>) -> desk::Result<Connector> {
        let connector = connectors::find(change.tx, self.connector.trim())?.ok_or(Refusal::NotFound)?;
        lines::find(change.tx, self.line_id)?.ok_or(Refusal::NotFound)?;
        Ok(connector)
    }
}

/// `trunkline.connector.connect`: what pressing "connect" does in the protocol's portal (D-87): messages may be exchanged. The
/// application is told nothing of it; it sets up what else it needs when its page is opened, or has done so already.
pub(super) async fn connect(call: Call, params: ChannelParams) -> Result<bool, RestError> {
    let connected = call.change(move |change| {
        let connector = params.connector(change)?;
        change.about(&connector.registration.spelling);
        channels::set_active(change, connector.id, params.line_id, true)
    });
    connected.await.map_err(not_found)?;
    Ok(true)
}

/// `trunkline.connector.disconnect`: clears all that is known of the connector on this line and tells its application
/// (`OnImConnectorStatusDelete`). `false` when it was not connected.
pub(super) async fn disconnect(call: Call, params: ChannelParams) -> Result<bool, RestError> {
    let disconnected = call.change(move |change| {
        let connector = params.connector(change)?;
        change.about(&connector.registration.spelling);
        let disconnected = channels::disconnect(change, connector.id, params.line_id)?;
        if !disconnected {
            change.nothing_done();
        }
        Ok(disconnected)
    });
    disconnected.await.map_err(not_found)
}

fn shown(health: Health, now: Millis) -> ConnectorHealth {
    let registration = health.connector.registration;
    let icon = Icon::read(&registration.icon);
    let channels = health.lines.into_iter().map(|line| ConnectorChannel {
        line_id: line.line_id,
        active: line.active,
        error: line.failed,
    });
    let application = ConnectorApplication { id: health.connector.application_id, title: health.application_name };
    ConnectorHealth {
        icon: icon.picture,
        color: icon.color,
        code: registration.spelling,
        name: registration.name,
        application: Some(application).filter(|application| application.id != 0),
        channels: channels.collect(),
        queued: health.pending,
        failed: health.failed,
        lag_ms: health.pending_since_ms.map(|since_ms| (now - since_ms).max(0)),
        last_in_ms: health.last_message_ms,
        last_out_ms: health.last_told_ms,
        last_error: health.last_error.map(|failure| ConnectorError { at_ms: failure.at_ms, text: told(failure) }),
    }
}

fn told(failure: Failure) -> String {
    match failure.status {
        Some(status) => format!("HTTP {status}: {}", failure.result),
        None => failure.result,
    }
}
