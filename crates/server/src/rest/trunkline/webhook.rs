//! `trunkline.webhook.*`: inbound webhooks, for administrators.

use desk::webhooks;
use desk::{Error, Millis, Refusal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Call, NoParams, RestError};
use super::{granted, limited};
use crate::provision;

/// Characters of a title at most.
const TITLE_CHARS_MAX: usize = 255;

/// An inbound webhook: an address that acts in an employee's name.
#[derive(Serialize, JsonSchema)]
pub(super) struct Webhook {
    id: i64,
    /// In whose name it acts.
    user_id: i64,
    title: String,
    scopes: Vec<String>,
    created_ms: Millis,
    /// Null: never.
    expires_ms: Option<Millis>,
    /// An hour late at most; null: it never was used.
    used_ms: Option<Millis>,
}

fn shown(webhook: webhooks::Webhook) -> Webhook {
    Webhook {
        id: webhook.id,
        user_id: webhook.user_id,
        title: webhook.title,
        scopes: super::words(&webhook.scopes),
        created_ms: webhook.created_ms,
        expires_ms: webhook.expires_ms,
        used_ms: webhook.used_ms,
    }
}

/// All inbound webhooks.
#[derive(Serialize, JsonSchema)]
pub(super) struct Webhooks {
    webhooks: Vec<Webhook>,
}

/// `trunkline.webhook.list`: all by id.
pub(super) async fn list(call: Call, _: NoParams) -> Result<Webhooks, RestError> {
    Ok(Webhooks { webhooks: call.read(webhooks::list).await?.into_iter().map(shown).collect() })
}

/// Parameters of `trunkline.webhook.add`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct AddParams {
    /// In whose name it acts; the caller's unless given.
    user_id: Option<i64>,
    title: String,
    scopes: Vec<String>,
    /// When it stops working; never unless given.
    expires_ms: Option<Millis>,
}

/// What was added.
#[derive(Serialize, JsonSchema)]
pub(super) struct AddedWebhook {
    webhook: Webhook,
    /// The secret: shown now and never again.
    code: String,
    /// Address with the secret, without a slash at the end.
    url: String,
}

/// `trunkline.webhook.add`
pub(super) async fn add(call: Call, params: AddParams) -> Result<AddedWebhook, RestError> {
    if params.expires_ms.is_some_and(|at_ms| at_ms <= call.now) {
        return Err(RestError::argument("expires_ms", "expires_ms is over already"));
    }
    let code = call.app.chance.alphanumeric(provision::CODE_CHARS);
    let mut webhook = webhooks::Webhook {
        id: 0,
        user_id: params.user_id.unwrap_or(call.caller.user.id),
        title: limited("title", &params.title, TITLE_CHARS_MAX)?,
        scopes: granted(&params.scopes)?.join(","),
        created_ms: call.now,
        expires_ms: params.expires_ms,
        used_ms: None,
    };
    let (stored, secret) = (webhook.clone(), code.clone());
    let added = call.change(move |change| provision::store_webhook(change, &stored, &secret)).await;
    webhook.id = added.map_err(|error| match error {
        Error::Refused(Refusal::NotFound) => Refusal::NoUser.into(),
        error => RestError::from(error),
    })?;
    let url = provision::webhook_url(&call.app, webhook.user_id, &code);
    Ok(AddedWebhook { webhook: shown(webhook), code, url })
}

/// Parameters of `trunkline.webhook.delete`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct DeleteParams {
    id: i64,
}

/// `trunkline.webhook.delete`: it is refused at once.
pub(super) async fn delete(call: Call, params: DeleteParams) -> Result<bool, RestError> {
    let removed = call
        .change(move |change| match webhooks::remove(change.tx, params.id)? {
            true => Ok(true),
            false => Err(Error::Refused(Refusal::NotFound)),
        })
        .await?;
    call.app.callers.clear();
    Ok(removed)
}
