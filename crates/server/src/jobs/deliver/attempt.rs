//! One attempt of a delivery: claimed with everything it needs, posted, judged, recorded.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use desk::applications::{self, Application, Retries};
use desk::attempts::{self, Attempt, Claim, Next};
use desk::deliveries::{self, Delivery, State};
use desk::facts::Fact;
use desk::files::{self, File};
use desk::tokens::{self, Kind, Token};
use desk::{Change, Millis, users};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue};
use sha2::Sha256;

use crate::app::{App, SharedApp};
use crate::auth::may_call;
use crate::chance::Chance;
use crate::jobs::LEASE_MS;
use crate::outgoing::{Answer, Failure};
use crate::payload::{self, Auth, Event, Locale, Tokens};
use crate::{provision, telemetry};

/// A claimed delivery with what its body needs.
pub(super) struct Parcel {
    pub(super) delivery: Delivery,
    application: Option<Application>,
    files: Vec<File>,
    tokens: Option<Tokens>,
    /// Those that act for the bot that is told.
    bot_tokens: Option<Tokens>,
}

impl Parcel {
    /// What was claimed.
    pub(super) fn claim(&self) -> Claim {
        Claim { id: self.delivery.id, attempts: self.delivery.attempts }
    }
}

/// What became of an attempt, as far as the next one cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The handler answered, well or not.
    Answered,
    /// It did not, or asked to be left alone.
    Failed,
}

/// Claims those of the deliveries that may be tried, each with a fresh access token.
pub(super) async fn claim(app: &App, ids: Vec<i64>) -> desk::Result<Vec<Parcel>> {
    let chance = app.chance.clone();
    // Wakes nobody: a claim is no news for anybody, least of all for this worker.
    app.work(move |change| {
        let mut known = HashMap::new();
        let mut parcels = Vec::new();
        for delivery in deliveries::claim(change, &ids, LEASE_MS)? {
            let application = application_of(change, &mut known, delivery.application_id)?;
            parcels.push(pack(change, &chance, delivery, application)?);
        }
        Ok(parcels)
    })
    .await
}

fn application_of(
    change: &mut Change<'_, '_>,
    known: &mut HashMap<i64, Option<Application>>,
    id: i64,
) -> desk::Result<Option<Application>> {
    if let Some(application) = known.get(&id) {
        return Ok(application.clone());
    }
    let application = applications::find(change.tx, id)?;
    known.insert(id, application.clone());
    Ok(application)
}

fn pack(
    change: &mut Change<'_, '_>,
    chance: &Chance,
    delivery: Delivery,
    application: Option<Application>,
) -> desk::Result<Parcel> {
    let files = match payload::message_with_files(&delivery.event_code, &delivery.fact) {
        Some(message_id) => files::of_messages(change.tx, &[message_id])?,
        None => Vec::new(),
    };
    let tokens = match &application {
        Some(application) if !payload::carries_no_token(&delivery.event_code) => {
            issue_tokens(change, chance, application, &delivery, delivery.auth_user_id)?
        }
        _ => None,
    };
    let bot_tokens = match (&application, &delivery.fact) {
        (Some(application), Fact::Bot(fact)) => issue_tokens(change, chance, application, &delivery, fact.bot_id)?,
        _ => None,
    };
    Ok(Parcel { delivery, application, files, tokens, bot_tokens })
}

/// Tokens in the name of the employee or bot concerned; none for customers' events and for employees who left (6.3).
fn issue_tokens(
    change: &mut Change<'_, '_>,
    chance: &Chance,
    application: &Application,
    delivery: &Delivery,
    user_id: i64,
) -> desk::Result<Option<Tokens>> {
    if user_id == 0 || !users::find(change.tx, user_id)?.is_some_and(|user| may_call(&user)) {
        return Ok(None);
    }
    let now = change.now;
    let mut token = Token { application_id: application.id, user_id, expires_ms: now + tokens::ACCESS_SECONDS * 1000 };
    let expires_ms = token.expires_ms;
    let access_token = chance.hex(provision::TOKEN_BYTES);
    tokens::add(change.tx, now, Kind::Access, &access_token, &token)?;
    let mut refresh_token = None;
    if payload::carries_refresh_token(&delivery.event_code) {
        let secret = chance.hex(provision::TOKEN_BYTES);
        token.expires_ms = now + tokens::REFRESH_MS;
        tokens::add(change.tx, now, Kind::Refresh, &secret, &token)?;
        refresh_token = Some(secret);
    }
    Ok(Some(Tokens { user_id, access_token, expires_ms, refresh_token, scope: application.scopes.clone() }))
}

/// Posts a parcel and records what came of it.
pub(super) async fn run(app: SharedApp, parcel: Parcel) -> Ended {
    let started_us = app.clock.now_us();
    let outcome = post(&app, &parcel, started_us / 1000).await;
    let finished_us = app.clock.now_us();
    let verdict = judge(&outcome, finished_us / 1000);
    let retries = parcel.application.as_ref().map_or(Retries::ForDays, |application| application.retries);
    let now = finished_us / 1000;
    let next = match &verdict {
        Verdict::Done => Next::End(State::Done),
        Verdict::Final(_) => Next::End(State::Failed),
        Verdict::Again { retry_after_ms, .. } => {
            attempts::after_failure(&parcel.delivery, retries, now, app.chance.unit(), *retry_after_ms)
        }
    };
    let attempt = Attempt {
        at_ms: started_us / 1000,
        duration_ms: (finished_us - started_us) / 1000,
        status: outcome.as_ref().ok().map(|answer| i64::from(answer.status)),
        result: verdict.text(),
        answer: outcome.map(|answer| answer.start).unwrap_or_default(),
        request: request(&app, &parcel),
    };
    note(&parcel.delivery, &attempt, next, now);
    let delivery = parcel.delivery;
    let recorded = app.work(move |change| attempts::record(change, &delivery, &attempt, next)).await;
    app.committed();
    if let Err(error) = recorded {
        tracing::error!(%error, "an attempt could not be recorded; the delivery is repeated when its lease is over");
    }
    match verdict {
        Verdict::Again { .. } => Ended::Failed,
        Verdict::Done | Verdict::Final(_) => Ended::Answered,
    }
}

/// Largest part of a request that is kept, in bytes.
const REQUEST_BYTES_MAX: usize = 4096;

/// The beginning of what was posted, as JSON and without what authorises it: secrets are nobody's to look at.
fn request(app: &App, parcel: &Parcel) -> String {
    let delivery = &parcel.delivery;
    let data = payload::data(&delivery.event_code, &delivery.fact, &parcel.files, &Locale::of(app));
    let mut text = serde_json::json!({"event": delivery.event_code, "data": data}).to_string();
    text.truncate(text.floor_char_boundary(REQUEST_BYTES_MAX));
    text
}

fn note(delivery: &Delivery, attempt: &Attempt, next: Next, now: Millis) {
    let (id, event, handler) = (delivery.id, &delivery.event_code, delivery.handler_id);
    let result = match next {
        Next::End(State::Done) => {
            telemetry::delivered(now - delivery.created_ms);
            "done"
        }
        Next::End(_) => {
            tracing::warn!(
                id,
                event,
                handler,
                attempts = delivery.attempts,
                reason = attempt.result,
                "a delivery failed"
            );
            "failed"
        }
        Next::RetryAt(_) => {
            tracing::info!(
                id,
                event,
                handler,
                attempts = delivery.attempts,
                reason = attempt.result,
                "a delivery is tried again later"
            );
            "retried"
        }
    };
    telemetry::attempt_finished(result, attempt.duration_ms);
}

async fn post(app: &App, parcel: &Parcel, now: Millis) -> Result<Answer, Failure> {
    let delivery = &parcel.delivery;
    let application_token = match (&delivery.fact, &parcel.application) {
        (Fact::Uninstalled { application_token }, _) => application_token.clone(),
        (_, Some(application)) => application.application_token.clone(),
        // A bot that was registered through a webhook knows the sender by its own key.
        (Fact::Bot(fact), None) if delivery.application_id == 0 => fact.client.clone(),
        (Fact::BotGone { client, .. }, None) if delivery.application_id == 0 => client.clone(),
        (_, None) => return Err(Failure::Refused("the application is gone".to_owned())),
    };
    let auth = Auth {
        domain: app.address.domain.clone(),
        server_endpoint: app.address.server_endpoint(),
        client_endpoint: app.address.client_endpoint(),
        member_id: app.portal.member_id.clone(),
        application_token,
        tokens: parcel.tokens.clone(),
    };
    let bot_auth = Auth { tokens: parcel.bot_tokens.clone(), ..auth.clone() };
    let event = Event {
        code: &delivery.event_code,
        handler_id: delivery.handler_id.max(0),
        fact: &delivery.fact,
        files: &parcel.files,
        now,
        auth: &auth,
        bot_auth: &bot_auth,
    };
    let form = payload::form(&event, &Locale::of(app));
    let id = format!("dlv_{}", delivery.id);
    let headers = webhook_headers(&auth.application_token, &id, now / 1000, &form);
    app.outgoing.post_form(&delivery.url, headers, form).await
}

/// The headers of Standard Webhooks; the id is the same for every attempt.
fn webhook_headers(application_token: &str, id: &str, timestamp_s: i64, form: &str) -> HeaderMap {
    let timestamp = timestamp_s.to_string();
    let signature = signature(application_token.as_bytes(), id, &timestamp, form);
    let pairs = [("webhook-id", id), ("webhook-timestamp", &timestamp), ("webhook-signature", &signature)];
    pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name.parse().ok()?, HeaderValue::from_str(value).ok()?)))
        .collect()
}

fn signature(key: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// What an outcome means (P-70).
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    /// The handler took it.
    Done,
    /// It will not, however often it is asked.
    Final(String),
    /// Try again, not before `retry_after_ms` from now.
    Again { reason: String, retry_after_ms: Option<Millis> },
}

impl Verdict {
    fn text(&self) -> String {
        match self {
            Verdict::Done => "ok".to_owned(),
            Verdict::Final(reason) | Verdict::Again { reason, .. } => reason.clone(),
        }
    }
}

fn judge(outcome: &Result<Answer, Failure>, now: Millis) -> Verdict {
    match outcome {
        Ok(answer) => match answer.status {
            200..=299 => Verdict::Done,
            300..=399 => Verdict::Final(redirected(answer)),
            408 | 425 | 429 | 500..=599 => Verdict::Again {
                reason: format!("the handler answered {}", answer.status),
                retry_after_ms: answer.retry_after.as_deref().and_then(|value| retry_after_ms(value, now)),
            },
            status => Verdict::Final(format!("the handler answered {status}")),
        },
        Err(Failure::Unreachable(reason)) => Verdict::Again { reason: reason.clone(), retry_after_ms: None },
        Err(failure) => Verdict::Final(failure.to_string()),
    }
}

/// What a person has to know who bound an address that sends the caller elsewhere. Redirects are not followed (P-70), so nobody has
/// read the event: taking such an answer for a receipt would lose the reply. It is final like any other refusal, because what
/// helps is another address, or somebody who sends it again. Of the place only the server is named: a path may hold a secret.
fn redirected(answer: &Answer) -> String {
    match &answer.redirect {
        Some(url) => format!(
            "the handler answered {} and redirects to {}: bind the address it redirects to",
            answer.status,
            url.origin().ascii_serialization()
        ),
        None => format!("the handler answered {}", answer.status),
    }
}

/// `Retry-After` in either of its forms, as milliseconds from now.
fn retry_after_ms(value: &str, now: Millis) -> Option<Millis> {
    if let Ok(seconds) = value.trim().parse::<u32>() {
        return Some(Millis::from(seconds) * 1000);
    }
    let at = jiff::fmt::rfc2822::parse(value.trim()).ok()?;
    Some((at.timestamp().as_millisecond() - now).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        // The example of the specification's reference libraries.
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn answers_are_judged_by_their_status() {
        let answer = |status: u16| Ok(Answer { status, retry_after: None, redirect: None, start: String::new() });
        for status in [200, 201, 204, 299] {
            assert_eq!(judge(&answer(status), 0), Verdict::Done, "{status}");
        }
        for status in [408, 425, 429, 500, 502, 503, 504, 599] {
            assert!(matches!(judge(&answer(status), 0), Verdict::Again { .. }), "{status}");
        }
        for status in [100, 301, 302, 304, 308, 400, 401, 403, 404, 405, 410, 413, 422, 600] {
            assert!(matches!(judge(&answer(status), 0), Verdict::Final(_)), "{status}");
        }
        let unreachable = Err(Failure::Unreachable("no answer in time".to_owned()));
        assert!(matches!(judge(&unreachable, 0), Verdict::Again { .. }));
        let refused = Err(Failure::Refused("10.0.0.1 is a private address".to_owned()));
        assert_eq!(judge(&refused, 0), Verdict::Final("10.0.0.1 is a private address".to_owned()));
    }

    #[test]
    fn retry_after_comes_as_seconds_or_as_a_date() {
        let now = 784_111_717_000;
        assert_eq!(retry_after_ms("120", now), Some(120_000));
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(60_000));
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:00:00 GMT", now), Some(0));
        assert_eq!(retry_after_ms("soon", now), None);
        assert_eq!(retry_after_ms("-5", now), None);
    }
}
