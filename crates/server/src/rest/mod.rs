//! The REST methods. One list names them all; a new method is one function and one line in its family.

mod acts;
mod batch;
mod common;
mod crm;
mod departments;
pub(crate) mod disk;
mod error;
mod events;
mod im;
mod imbot;
mod imconnector;
mod imopenlines;
pub mod openapi;
mod options;
mod paging;
mod params;
mod placements;
mod trunkline;
mod users;
pub(crate) mod views;

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use std::net::IpAddr;

use desk::audit::Act;
use desk::users::Role;
use desk::{Cause, Change, Millis};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::Tx;
use wire::params::Params;

use crate::app::SharedApp;
use crate::auth::{Caller, Credential};
use crate::http::rest::Door;

pub use batch::run as run_batch;
pub use error::RestError;
pub(crate) use trunkline::shapes;
pub(crate) use users::change::is_email;

/// Longest text of a message, in characters.
pub(in crate::rest) const MESSAGE_CHARS_MAX: usize = 60_000;

/// What a method answers.
pub type Outcome = Result<Answer, RestError>;

/// A method's result; `total` and `next` stand beside `result` in the envelope.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// `result`
    pub result: Value,
    /// Rows that match, for lists.
    pub total: Option<i64>,
    /// Offset of the next page, if there is one.
    pub next: Option<i64>,
}

impl<V: Into<Value>> From<V> for Answer {
    fn from(result: V) -> Self {
        Answer { result: result.into(), total: None, next: None }
    }
}

/// One call of one method.
#[derive(Clone)]
pub struct Call {
    /// The portal.
    pub app: SharedApp,
    /// Who calls.
    pub caller: Arc<Caller>,
    /// Under which of the portal's names the request came.
    pub door: Door,
    /// Network address from which the request came.
    pub address: IpAddr,
    /// When the request began.
    pub now: Millis,
    /// `auth_connector`, or empty: offline queues with this key are not told of the call's changes (6.2).
    pub source: String,
    /// What goes into the audit log with what the call changes, if the method is one of those.
    pub act: Option<Act>,
    /// All parameters but `auth`.
    pub params: Params,
}

impl Call {
    /// Changes something in the caller's name.
    ///
    /// # Errors
    /// Those of the rule, in the usual wording; those of the database.
    pub async fn change<T: Send + 'static>(
        &self,
        rule: impl FnOnce(&mut Change<'_, '_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        self.app.change_for(self.cause(), rule).await
    }

    /// What the call's changes are caused by.
    #[must_use]
    pub fn cause(&self) -> Cause {
        let (actor_id, source) = (self.caller.user.id, self.source.clone());
        Cause { now: self.now, actor_id, source, act: self.act.clone() }
    }

    /// Reads.
    ///
    /// # Errors
    /// Those of the rule and of the database.
    pub async fn read<T: Send + 'static>(
        &self,
        rule: impl FnOnce(&mut Tx<'_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        self.app.read(rule).await
    }

    /// Reads what may take longer than others should wait (`App::read_long`).
    ///
    /// # Errors
    /// Those of the rule and of the database.
    pub async fn read_long<T: Send + 'static>(
        &self,
        rule: impl FnOnce(&mut Tx<'_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        self.app.read_long(rule).await
    }

    /// Reads what may take very long, one call after another (`App::read_in_turn`).
    ///
    /// # Errors
    /// Those of the rule and of the database, which is busy when too many wait.
    pub async fn read_in_turn<T: Send + 'static>(
        &self,
        rule: impl FnOnce(&mut Tx<'_>) -> desk::Result<T> + Send + 'static,
    ) -> desk::Result<T> {
        self.app.read_in_turn(rule).await
    }

    /// The calling application; a method of [`Callers::Applications`] always has one.
    ///
    /// # Errors
    /// `WRONG_AUTH_TYPE`.
    pub fn application(&self) -> Result<&desk::applications::Application, RestError> {
        self.caller.application().ok_or_else(RestError::application_required)
    }
}

/// Who may call a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callers {
    /// Everybody who is authorised.
    All,
    /// Applications and webhooks; a browser gets `WRONG_AUTH_TYPE` (E-SESSION-AUTH).
    NotBrowsers,
    /// Only applications; others get `WRONG_AUTH_TYPE`.
    Applications,
    /// Only browsers in which somebody is signed in; others get `WRONG_AUTH_TYPE`.
    Browsers,
}

type Run = Box<dyn Fn(Call) -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// One method.
pub struct Method {
    /// Name as documented.
    pub name: &'static str,
    /// Scopes of which one is needed; none means that everybody may call it.
    pub scopes: &'static [&'static str],
    /// Who may call it.
    pub callers: Callers,
    /// What the employee in whose name it is called must be.
    pub needs: Role,
    /// Whether what it changes goes into the audit log.
    pub audited: bool,
    /// JSON Schema of its parameters.
    pub parameters: fn(&mut SchemaGenerator) -> Schema,
    /// JSON Schema of its result; anything where the protocol's documentation says it.
    pub result: fn(&mut SchemaGenerator) -> Schema,
    run: Run,
}

impl Method {
    /// Only for employees who are this or more. What administrators change goes into the audit log.
    pub(crate) fn needs(self, role: Role) -> Method {
        Method { needs: role, audited: self.audited || role == Role::Administrator, ..self }
    }

    /// What it changes goes into the audit log.
    pub(crate) fn audited(self) -> Method {
        Method { audited: true, ..self }
    }

    /// Runs the method after the checks 9 and 10 of P-32.
    ///
    /// # Errors
    /// `WRONG_AUTH_TYPE`, `insufficient_scope`, `ACCESS_DENIED` and the method's own.
    pub async fn call(&self, mut call: Call) -> Outcome {
        match self.callers {
            Callers::Applications if call.caller.application().is_none() => {
                return Err(RestError::application_required());
            }
            Callers::NotBrowsers if call.caller.browser().is_some() => return Err(RestError::session_denied()),
            Callers::Browsers if call.caller.browser().is_none() => return Err(RestError::browser_required()),
            _ => {}
        }
        if !call.caller.has_any_scope(self.scopes) {
            return Err(insufficient_scope(&call));
        }
        if call.caller.user.role() < self.needs {
            return Err(RestError::role_required(self.needs));
        }
        call.act = self.audited.then(|| acts::act(self.name, &call));
        (self.run)(call).await
    }
}

/// The call's authorisation lacks a scope.
fn insufficient_scope(call: &Call) -> RestError {
    RestError::insufficient_scope(match call.caller.credential {
        Credential::Application(_) => "access",
        Credential::Webhook(_) | Credential::Browser(_) => "webhook",
    })
}

/// Makes the entry of a method. `P` is its parameters, an empty struct when it has none.
pub(crate) fn method<P, F, R>(
    name: &'static str,
    scopes: &'static [&'static str],
    callers: Callers,
    function: F,
) -> Method
where
    P: DeserializeOwned + JsonSchema + Send + 'static,
    F: Fn(Call, P) -> R + Send + Sync + Copy + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    Method {
        name,
        scopes,
        callers,
        needs: Role::Operator,
        audited: false,
        parameters: P::json_schema,
        result: |_| true.into(),
        run: Box::new(move |mut call: Call| {
            Box::pin(async move {
                let parameters = std::mem::take(&mut call.params);
                let parameters = parameters.read::<P>()?;
                function(call, parameters).await
            })
        }),
    }
}

/// Makes the entry of a method whose result has a type too, as all of `trunkline.*` have: the inbox's types are made of them.
pub(crate) fn typed<P, T, F, R>(
    name: &'static str,
    scopes: &'static [&'static str],
    callers: Callers,
    function: F,
) -> Method
where
    P: DeserializeOwned + JsonSchema + Send + 'static,
    T: Serialize + JsonSchema + 'static,
    F: Fn(Call, P) -> R + Send + Sync + Copy + 'static,
    R: Future<Output = Result<T, RestError>> + Send + 'static,
{
    let untyped = move |call: Call, parameters: P| async move {
        let result = function(call, parameters).await?;
        let result = serde_json::to_value(result).map_err(|error| {
            tracing::error!(method = name, %error, "a result could not be written as JSON");
            RestError::internal()
        })?;
        Ok(result.into())
    };
    Method { result: SchemaGenerator::subschema_for::<T>, ..method::<P, _, _>(name, scopes, callers, untyped) }
}

/// Makes the entry of a method that reads its parameters itself, because their shape is free; `P` only describes them.
pub(crate) fn raw_method<P, F, R>(
    name: &'static str,
    scopes: &'static [&'static str],
    callers: Callers,
    function: F,
) -> Method
where
    P: JsonSchema,
    F: Fn(Call) -> R + Send + Sync + Copy + 'static,
    R: Future<Output = Outcome> + Send + 'static,
{
    Method {
        name,
        scopes,
        callers,
        needs: Role::Operator,
        audited: false,
        parameters: P::json_schema,
        result: |_| true.into(),
        run: Box::new(move |call: Call| Box::pin(function(call))),
    }
}

/// The parameters of a method that has none.
#[derive(Debug, serde::Deserialize, JsonSchema)]
pub(crate) struct NoParams {}

/// The table of all methods.
pub struct Methods {
    by_name: HashMap<String, usize>,
    list: Vec<Method>,
}

impl Default for Methods {
    fn default() -> Self {
        let families: &[fn() -> Vec<Method>] = &[
            common::methods,
            users::methods,
            departments::methods,
            placements::methods,
            disk::methods,
            options::methods,
            events::methods,
            imconnector::methods,
            imopenlines::methods,
            im::methods,
            imbot::methods,
            crm::methods,
            trunkline::methods,
        ];
        let list: Vec<Method> = families.iter().flat_map(|family| family()).collect();
        let by_name = list.iter().enumerate().map(|(index, method)| (method.name.to_lowercase(), index)).collect();
        Methods { by_name, list }
    }
}

impl Methods {
    /// The method of this name in any letter case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Method> {
        self.by_name.get(&name.to_lowercase()).map(|index| &self.list[*index])
    }

    /// All scopes that a method or an event needs, by name.
    #[must_use]
    pub fn scopes(&self) -> Vec<&'static str> {
        let methods = self.list.iter().flat_map(|method| method.scopes);
        let events = desk::facts::EventCode::ALL.iter().flat_map(|event| event.scopes);
        let codes: std::collections::BTreeSet<&str> = methods.chain(events).copied().collect();
        codes.into_iter().collect()
    }

    /// All methods, family by family.
    #[must_use]
    pub fn all(&self) -> &[Method] {
        &self.list
    }
}
