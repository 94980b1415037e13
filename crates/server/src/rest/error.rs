//! Errors as the protocol words them. Short constructors; anything unexpected is a 500 that is logged once, here.

use desk::Refusal;
use desk::users::Role;
use http::StatusCode;
use wire::envelope::ErrorBody;
use wire::params::ParamError;

/// A refused call.
#[derive(Debug, Clone, PartialEq)]
pub struct RestError {
    /// HTTP status outside a batch.
    pub status: StatusCode,
    /// Code, text and further keys.
    pub body: ErrorBody,
}

/// Status of `insufficient_scope`; the documentation says 403, clients see 401 (P-25).
const INSUFFICIENT_SCOPE: StatusCode = StatusCode::UNAUTHORIZED;

impl RestError {
    /// Any error.
    pub fn new(status: StatusCode, code: &'static str, text: impl Into<std::borrow::Cow<'static, str>>) -> RestError {
        RestError { status, body: ErrorBody::new(code, text) }
    }

    /// A method's error without a status of its own: 400 (P-33).
    pub fn method(code: &'static str, text: impl Into<std::borrow::Cow<'static, str>>) -> RestError {
        RestError::new(StatusCode::BAD_REQUEST, code, text)
    }

    /// E-ARG: a parameter is missing.
    #[must_use]
    pub fn empty_argument(name: &'static str) -> RestError {
        RestError::argument(name, format!("Argument '{name}' is null or empty"))
    }

    /// E-ARG with another text; the answer names the parameter (D-05).
    pub fn argument(name: &str, text: impl Into<std::borrow::Cow<'static, str>>) -> RestError {
        let body = ErrorBody::new("ERROR_ARGUMENT", text).with("argument", name);
        RestError { status: StatusCode::BAD_REQUEST, body }
    }

    /// The request cannot be read.
    pub fn invalid_request(text: impl Into<std::borrow::Cow<'static, str>>) -> RestError {
        RestError::method("INVALID_REQUEST", text)
    }

    /// Nothing proves who calls (P-27).
    #[must_use]
    pub fn no_auth_found() -> RestError {
        RestError::new(StatusCode::UNAUTHORIZED, "NO_AUTH_FOUND", "Wrong authorization data")
    }

    /// A wrong or expired webhook (P-26, P-29).
    #[must_use]
    pub fn invalid_credentials() -> RestError {
        RestError::new(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS", "Invalid request credentials")
    }

    /// An unknown token (P-28).
    #[must_use]
    pub fn invalid_token() -> RestError {
        RestError::new(StatusCode::UNAUTHORIZED, "invalid_token", "Unable to get application by token")
    }

    /// A token past its hour.
    #[must_use]
    pub fn expired_token() -> RestError {
        RestError::new(StatusCode::UNAUTHORIZED, "expired_token", "The access token provided has expired")
    }

    /// The token's user does not work here any more.
    #[must_use]
    pub fn authorization_error() -> RestError {
        RestError::new(StatusCode::UNAUTHORIZED, "authorization_error", "Unable to authorize user")
    }

    /// The token's application is gone.
    #[must_use]
    pub fn application_not_found() -> RestError {
        RestError::new(StatusCode::UNAUTHORIZED, "APPLICATION_NOT_FOUND", "Application not found")
    }

    /// The token's application is switched off. The protocol knows no such state; for a client it is not installed.
    #[must_use]
    pub fn application_inactive() -> RestError {
        RestError::new(StatusCode::UNAUTHORIZED, "ERROR_OAUTH", "Application not installed")
    }

    /// No such method (P-30).
    #[must_use]
    pub fn method_not_found() -> RestError {
        RestError::new(StatusCode::NOT_FOUND, "ERROR_METHOD_NOT_FOUND", "Method not found!")
    }

    /// E-AUTH: the method needs an application.
    #[must_use]
    pub fn application_required() -> RestError {
        let text = "Current authorization type is denied for this method Application context required";
        RestError::new(StatusCode::FORBIDDEN, "WRONG_AUTH_TYPE", text)
    }

    /// E-SESSION-AUTH: the method is not for browsers.
    #[must_use]
    pub fn session_denied() -> RestError {
        let text = "Access for this method not allowed by session authorization";
        RestError::new(StatusCode::FORBIDDEN, "WRONG_AUTH_TYPE", text)
    }

    /// The cookie names no session that goes on; why it does not is not said.
    #[must_use]
    pub fn no_session() -> RestError {
        RestError::new(StatusCode::UNAUTHORIZED, "NO_SESSION", "There is no such session any more: sign in")
    }

    /// The method is only for browsers in which somebody is signed in.
    #[must_use]
    pub fn browser_required() -> RestError {
        let text = "Current authorization type is denied for this method Session authorization required";
        RestError::new(StatusCode::FORBIDDEN, "WRONG_AUTH_TYPE", text)
    }

    /// The method is for employees who may more.
    #[must_use]
    pub fn role_required(role: Role) -> RestError {
        RestError::access_denied(match role {
            Role::Administrator => "Only administrators may do this",
            Role::Supervisor | Role::Operator => "Only supervisors and administrators may do this",
        })
    }

    /// Passwords or codes were guessed: the next attempt is allowed in so many seconds.
    #[must_use]
    pub fn too_many_attempts(seconds: i64) -> RestError {
        let text = format!("Too many attempts: try again in {seconds} seconds");
        let mut error = RestError::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS", text);
        error.body = error.body.with("retry_after_s", seconds);
        error
    }

    /// A browser's request may have been sent by somebody else's page.
    #[must_use]
    pub fn csrf_failed() -> RestError {
        let text = "The header X-Trunkline-Csrf is missing or wrong: reload the page";
        RestError::new(StatusCode::FORBIDDEN, "CSRF_FAILED", text)
    }

    /// A browser's request was sent by a page of another address.
    #[must_use]
    pub fn foreign_origin() -> RestError {
        let text = "The request comes from a page of another address than the portal's";
        RestError::new(StatusCode::FORBIDDEN, "FOREIGN_ORIGIN", text)
    }

    /// The method's scope was not granted; `by` is `webhook` or `access`.
    #[must_use]
    pub fn insufficient_scope(by: &str) -> RestError {
        let text = format!("The request requires higher privileges than provided by the {by} token");
        RestError::new(INSUFFICIENT_SCOPE, "insufficient_scope", text)
    }

    /// The method may not stand in a batch (4.5).
    #[must_use]
    pub fn batch_not_allowed() -> RestError {
        let text = "Method is not allowed for batch usage";
        RestError::new(StatusCode::METHOD_NOT_ALLOWED, "ERROR_BATCH_METHOD_NOT_ALLOWED", text)
    }

    /// A batch has too many commands (P-52).
    #[must_use]
    pub fn batch_length_exceeded() -> RestError {
        RestError::method("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")
    }

    /// The request limit is reached (5.2).
    #[must_use]
    pub fn query_limit_exceeded() -> RestError {
        RestError::new(StatusCode::SERVICE_UNAVAILABLE, "QUERY_LIMIT_EXCEEDED", "Too many requests")
    }

    /// The operating time is used up (5.3).
    #[must_use]
    pub fn operation_time_limit() -> RestError {
        let text = "Method is blocked due to operation time limit.";
        RestError::new(StatusCode::TOO_MANY_REQUESTS, "OPERATION_TIME_LIMIT", text)
    }

    /// More work waits than may wait.
    #[must_use]
    pub fn overload_limit() -> RestError {
        RestError::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOAD_LIMIT", "REST API is blocked due to overload")
    }

    /// Something unexpected; what it was is in the log, not in the answer.
    #[must_use]
    pub fn internal() -> RestError {
        RestError::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", "Internal server error")
    }

    /// A method's `ACCESS_DENIED` with 403.
    pub fn access_denied(text: impl Into<std::borrow::Cow<'static, str>>) -> RestError {
        RestError::new(StatusCode::FORBIDDEN, "ACCESS_DENIED", text)
    }

    /// E-CONN: the line is missing or inactive.
    #[must_use]
    pub fn not_active_line() -> RestError {
        RestError::method("NOT_ACTIVE_LINE", "The line with this ID is inactive or does not exist")
    }

    /// E-CONN: the connector is unknown or not active on the line.
    #[must_use]
    pub fn no_provider() -> RestError {
        RestError::method("IMCONNECTOR_NO_CORRECT_PROVIDER", "Could not find a suitable provider for the connector")
    }

    /// E-DIALOG: `CHAT_ID` is empty or no chat.
    #[must_use]
    pub fn chat_id() -> RestError {
        RestError::method("CHAT_ID", "The specified chat identifier is incorrect")
    }

    /// `CHAT_ID` is empty, in the words of transferring, intercepting, pinning and of the bots' methods.
    #[must_use]
    pub fn chat_id_empty() -> RestError {
        RestError::method("CHAT_ID_EMPTY", "Chat ID can't be empty")
    }

    /// A dialogue cannot go to this employee or line.
    #[must_use]
    pub fn operator_wrong() -> RestError {
        RestError::method("OPERATOR_WRONG", "You can not redirect to this operator")
    }

    /// E-DIALOG: the caller may not open the dialogue; 400, not 403.
    #[must_use]
    pub fn dialog_denied() -> RestError {
        let text = "You cannot open this conversation as you do not have sufficient permissions";
        RestError::method("ACCESS_DENIED", text)
    }
}

impl From<store::Error> for RestError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Busy | store::Error::Closed => RestError::overload_limit(),
            error => {
                tracing::error!(%error, "the database failed a call");
                RestError::internal()
            }
        }
    }
}

impl From<desk::Error> for RestError {
    fn from(error: desk::Error) -> Self {
        match error {
            desk::Error::Store(error) => error.into(),
            desk::Error::Refused(refusal) => refusal.into(),
            error @ desk::Error::Corrupt { .. } => {
                tracing::error!(%error, "a call met a row that should not be");
                RestError::internal()
            }
        }
    }
}

/// The usual wording of a refusal; a method whose page words it otherwise maps it before.
impl From<Refusal> for RestError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::LineInactive => RestError::not_active_line(),
            Refusal::NoProvider => RestError::no_provider(),
            Refusal::NoChat => RestError::chat_id(),
            Refusal::NoAccess | Refusal::NoSession => RestError::dialog_denied(),
            Refusal::NoMessage | Refusal::OtherChat | Refusal::NotFound => {
                RestError::method("ERROR_NOT_FOUND", "Not found")
            }
            Refusal::ConnectorTaken => {
                RestError::method("APPLICATION_REGISTRATION_ERROR", "Application registration error")
            }
            Refusal::WrongOperator => RestError::operator_wrong(),
            Refusal::TooEarly => {
                let text = "You cant send more than one message per week to each user";
                RestError::method("USER_MESSAGE_LIMIT", text)
            }
            Refusal::NothingToSave => RestError::method("CANT_SAVE_QUICK_ANSWER", "Error saving quick answer"),
            Refusal::NoBot => RestError::method("BOT_ID_ERROR", "Bot not found"),
            Refusal::ForeignBot => RestError::method("APP_ID_ERROR", "Bot was installed by another REST application"),
            Refusal::NoBotDialog => RestError::method("WRONG_CHAT", "Operator is not a bot"),
            Refusal::NotOperator => {
                let text = "Attempt to save a CRM entity by a user who is not an operator";
                RestError::method("ERROR_USER_NOT_OPERATOR", text)
            }
            Refusal::LastAdministrator => {
                let text = "The portal needs an administrator: make somebody else one first";
                RestError::method("LAST_ADMINISTRATOR", text)
            }
            Refusal::NothingToDo => RestError::method("WRONG_REQUEST", "There is nothing to do"),
            Refusal::HandlerBound => RestError::method("ERROR_CORE", "Handler already binded"),
            Refusal::Password => RestError::argument("PASSWORD", "A password has 8 to 1024 bytes: take another one"),
            Refusal::EmailTaken => RestError::argument("", "A user with this email already exists"),
            Refusal::FieldTaken => RestError::method("ERROR_CORE", "A field of this name already exists"),
            Refusal::NoUser => RestError::method("USER_NOT_FOUND", "User not found"),
            Refusal::TooMany(max) => RestError::argument("", format!("At most {max} are allowed: remove some first")),
        }
    }
}

impl From<ParamError> for RestError {
    fn from(error: ParamError) -> Self {
        RestError::argument(&error.argument, error.describe())
    }
}
