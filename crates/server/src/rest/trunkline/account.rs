//! `trunkline.account.*`: what employees do with their own account. Only from a browser: no program needs it, and one that
//! got hold of a token could lock the owner out.

use desk::browser_sessions::{self, BrowserSession};
use desk::second_factors::{self, Confirmation, SecondFactor};
use desk::users::{self, User};
use desk::{Error, Millis, Refusal, passwords};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Tx;

use super::super::views::me::me;
use super::super::{Call, NoParams, RestError};
use super::employee::{NAME_CHARS_MAX, email};
use super::{clearable, limited};
use crate::app::App;
use crate::sign_in::{self, Confirmed};
use crate::totp;

/// One's own account.
#[derive(Serialize, JsonSchema)]
pub(super) struct Account {
    id: i64,
    name: String,
    last_name: String,
    email: String,
    /// Language of the pages, such as `en`.
    language: String,
    /// Time zone of the pages, such as `Europe/Berlin`.
    time_zone: String,
    /// Whether signing in needs a code.
    totp: bool,
    /// Recovery codes that were not used yet.
    recovery_codes_left: i64,
}

/// What is told of one's own account.
#[derive(Serialize, JsonSchema)]
pub(super) struct OwnAccount {
    account: Account,
}

/// `trunkline.account.get`
pub(super) async fn get(call: Call, _: NoParams) -> Result<OwnAccount, RestError> {
    let user_id = session(&call)?.user_id;
    let found = call.read(move |tx| found(tx, user_id)).await?;
    Ok(shown(&call.app, found))
}

type Found = (User, bool, i64);

fn found(tx: &mut Tx<'_>, user_id: i64) -> desk::Result<Found> {
    let user = users::find(tx, user_id)?.ok_or(Refusal::NoUser)?;
    Ok((user, second_factors::is_on(tx, user_id)?, second_factors::recovery_codes_left(tx, user_id)?))
}

fn shown(app: &App, (user, totp, recovery_codes_left): Found) -> OwnAccount {
    let me = me(app, &user, totp);
    let account = Account {
        id: me.id,
        name: me.name,
        last_name: me.last_name,
        email: me.email,
        language: me.language,
        time_zone: me.time_zone,
        totp,
        recovery_codes_left,
    };
    OwnAccount { account }
}

/// Parameters of `trunkline.account.update`: what is left out stays.
#[derive(Deserialize, JsonSchema)]
pub(super) struct UpdateParams {
    name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    last_name: Option<String>,
    email: Option<String>,
    /// Two letters.
    language: Option<String>,
    /// A name such as `Europe/Berlin`.
    time_zone: Option<String>,
}

/// `trunkline.account.update`
pub(super) async fn update(call: Call, params: UpdateParams) -> Result<OwnAccount, RestError> {
    let user_id = session(&call)?.user_id;
    let text = |name, value: Option<String>| value.map(|value| limited(name, &value, NAME_CHARS_MAX)).transpose();
    let name = text("name", params.name)?;
    let last_name = text("last_name", params.last_name)?;
    let email = params.email.map(|text| email(&text)).transpose()?;
    let is_language = |text: &String| text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_lowercase());
    if params.language.as_ref().is_some_and(|language| !is_language(language)) {
        return Err(RestError::argument("language", "language is two small letters such as en"));
    }
    if params.time_zone.as_ref().is_some_and(|zone| TimeZone::get(zone).is_err()) {
        return Err(RestError::argument("time_zone", "time_zone is a name such as Europe/Berlin"));
    }
    let changed = call
        .change(move |change| {
            change.about(user_id);
            let mut user = users::find(change.tx, user_id)?.ok_or(Refusal::NoUser)?;
            user.name = name.unwrap_or(user.name);
            user.last_name = last_name.unwrap_or(user.last_name);
            user.email = email.unwrap_or(user.email);
            user.language = params.language.unwrap_or(user.language);
            user.time_zone = params.time_zone.unwrap_or(user.time_zone);
            users::update_employee(change, &user)?;
            found(change.tx, user_id)
        })
        .await?;
    call.app.callers.clear();
    Ok(shown(&call.app, changed))
}

/// Parameters of `trunkline.account.password`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct PasswordParams {
    /// The one that works now.
    current: String,
    /// The one to work from now on, 8 to 1024 bytes.
    password: String,
}

/// `trunkline.account.password`: ends all other sessions.
pub(super) async fn change_password(call: Call, params: PasswordParams) -> Result<bool, RestError> {
    let session = session(&call)?;
    confirm(&call, params.current).await?;
    let hash = sign_in::hash(&call.app, params.password).await?;
    call.change(move |change| passwords::change(change.tx, change.now, session.user_id, &hash, session.id)).await?;
    call.app.callers.clear();
    Ok(true)
}

/// Parameters of what needs the password again.
#[derive(Deserialize, JsonSchema)]
pub(super) struct ConfirmedParams {
    /// Proof that it is still the same person.
    password: String,
}

/// What an authenticator needs.
#[derive(Serialize, JsonSchema)]
pub(super) struct TotpSetup {
    /// For typing.
    secret: String,
    /// For a QR code: `otpauth://totp/…`.
    uri: String,
}

/// `trunkline.account.totp.start`: makes a secret; a code is asked for only after `trunkline.account.totp.confirm`.
pub(super) async fn start_totp(call: Call, _: NoParams) -> Result<TotpSetup, RestError> {
    let secret = call.app.chance.hex(totp::SECRET_BYTES);
    let user = &call.caller.user;
    // Not everybody has an e-mail address, and an authenticator wants a name.
    let names = [user.email.clone(), user.full_name(), format!("user {}", user.id)];
    let name = names.iter().find(|name| !name.is_empty()).map_or("", String::as_str);
    let setup = totp::setup(&secret, &call.app.address.domain, name).ok_or_else(RestError::internal)?;
    let user_id = user.id;
    let begun = call.change(move |change| second_factors::begin(change.tx, user_id, &secret)).await;
    begun.map_err(|error| refused(error, "TOTP_IN_USE", "The second factor is in use: switch it off first"))?;
    Ok(TotpSetup { secret: setup.secret, uri: setup.url })
}

/// Parameters of `trunkline.account.totp.confirm`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct CodeParams {
    /// The one that `trunkline.account.totp.start` answered: where another one was made since, this one is confirmed no more.
    secret: String,
    /// What the authenticator shows.
    code: String,
}

/// Codes to sign in with without the authenticator, each once.
#[derive(Serialize, JsonSchema)]
pub(super) struct RecoveryCodes {
    /// Shown now and never again.
    recovery_codes: Vec<String>,
}

/// `trunkline.account.totp.confirm`: from now on signing in needs a code.
pub(super) async fn confirm_totp(call: Call, params: CodeParams) -> Result<RecoveryCodes, RestError> {
    let (app, user_id, now) = (&call.app, session(&call)?.user_id, call.now);
    let missing = || RestError::method("TOTP_NOT_BEGUN", "There is no second factor to confirm: begin anew");
    let factor = call.read(move |tx| second_factors::find(tx, user_id)).await?;
    let meant = |factor: &SecondFactor| totp::base32(&factor.secret).is_some_and(|secret| secret == params.secret);
    let factor = factor.filter(meant).ok_or_else(missing)?;
    let step = totp::step_of(&factor.secret, &totp::tidy(&params.code), now);
    let step = step.ok_or_else(|| RestError::method("WRONG_CODE", "The code is wrong: type the one shown now"))?;
    let codes = new_codes(app);
    let secret = factor.secret;
    let confirm = Confirmation { secret, step, recovery_codes: codes.clone() };
    let confirmed = call.change(move |change| second_factors::confirm(change.tx, now, user_id, &confirm)).await;
    confirmed.map_err(|error| match error {
        Error::Refused(Refusal::NothingToDo) => missing(),
        error => error.into(),
    })?;
    Ok(RecoveryCodes { recovery_codes: codes })
}

/// `trunkline.account.totp.disable`: signing in needs the password only.
pub(super) async fn disable_totp(call: Call, params: ConfirmedParams) -> Result<bool, RestError> {
    let user_id = session(&call)?.user_id;
    confirm(&call, params.password).await?;
    Ok(call.change(move |change| second_factors::switch_off(change, user_id)).await?)
}

/// `trunkline.account.totp.recovery`: new recovery codes; those before work no more.
pub(super) async fn new_recovery_codes(call: Call, params: ConfirmedParams) -> Result<RecoveryCodes, RestError> {
    let user_id = session(&call)?.user_id;
    confirm(&call, params.password).await?;
    let codes = new_codes(&call.app);
    let stored = codes.clone();
    let replaced = call.change(move |change| second_factors::replace_codes(change.tx, user_id, &stored)).await;
    replaced.map_err(|error| refused(error, "TOTP_NOT_IN_USE", "The second factor is not in use"))?;
    Ok(RecoveryCodes { recovery_codes: codes })
}

fn new_codes(app: &App) -> Vec<String> {
    (0..second_factors::RECOVERY_CODES).map(|_| app.chance.alphanumeric(totp::RECOVERY_CHARS)).collect()
}

/// A browser in which the employee is signed in.
#[derive(Serialize, JsonSchema)]
pub(super) struct Device {
    id: i64,
    created_ms: Millis,
    /// Five minutes late at most.
    seen_ms: Millis,
    /// When it ends unless it is used before.
    ends_ms: Millis,
    /// Network address from which somebody signed in.
    address: Option<String>,
    /// How the browser describes itself.
    agent: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

/// The browsers.
#[derive(Serialize, JsonSchema)]
pub(super) struct Devices {
    sessions: Vec<Device>,
}

/// `trunkline.account.session.list`: the caller's, last used first.
pub(super) async fn list_sessions(call: Call, _: NoParams) -> Result<Devices, RestError> {
    let (own, now) = (session(&call)?, call.now);
    let found = call.read(move |tx| browser_sessions::list(tx, now, own.user_id)).await?;
    let shown = found.into_iter().map(|session| Device {
        ends_ms: session.ends_ms(),
        current: session.id == own.id,
        id: session.id,
        created_ms: session.created_ms,
        seen_ms: session.used_ms,
        address: Some(session.address).filter(|text| !text.is_empty()),
        agent: Some(session.user_agent).filter(|text| !text.is_empty()),
    });
    Ok(Devices { sessions: shown.collect() })
}

/// Parameters of `trunkline.account.session.end`.
#[derive(Deserialize, JsonSchema)]
pub(super) struct EndParams {
    id: i64,
}

/// `trunkline.account.session.end`: signs out in one browser.
pub(super) async fn end_session(call: Call, params: EndParams) -> Result<bool, RestError> {
    let user_id = session(&call)?.user_id;
    let ended = call
        .change(move |change| match browser_sessions::end(change.tx, user_id, params.id)? {
            true => Ok(true),
            false => Err(Error::Refused(Refusal::NotFound)),
        })
        .await?;
    call.app.callers.clear();
    Ok(ended)
}

/// `trunkline.account.session.end_others`: signs out everywhere but here; answers how many sessions ended.
pub(super) async fn end_other_sessions(call: Call, _: NoParams) -> Result<u64, RestError> {
    let own = session(&call)?;
    let ended = call.change(move |change| {
        let ended = browser_sessions::end_others(change.tx, own.user_id, own.id)?;
        if ended == 0 {
            change.nothing_done();
        }
        Ok(ended)
    });
    let ended = ended.await?;
    call.app.callers.clear();
    Ok(ended)
}

/// The calling session; the table lets nobody else in.
fn session(call: &Call) -> Result<Own, RestError> {
    let own = |session: &BrowserSession| Own { id: session.id, user_id: session.user_id };
    call.caller.browser().map(own).ok_or_else(RestError::browser_required)
}

#[derive(Clone, Copy)]
struct Own {
    id: i64,
    user_id: i64,
}

/// Makes sure that it is the account's owner who sits at the browser.
async fn confirm(call: &Call, password: String) -> Result<(), RestError> {
    match sign_in::confirm(&call.app, call.address, call.caller.user.id, password).await? {
        Confirmed::Right => Ok(()),
        Confirmed::Wrong => Err(RestError::new(http::StatusCode::FORBIDDEN, "WRONG_PASSWORD", "The password is wrong")),
        Confirmed::Later(seconds) => Err(RestError::too_many_attempts(seconds)),
    }
}

fn refused(error: Error, code: &'static str, text: &'static str) -> RestError {
    match error {
        Error::Refused(Refusal::NothingToDo) => RestError::method(code, text),
        error => error.into(),
    }
}
