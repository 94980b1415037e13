//! `DIALOG_ID`: `chatN` is a chat, a bare number a private dialogue with that user (`contract/platform.md` 9.0).

use wire::node::Node;

use super::super::RestError;

/// What a `DIALOG_ID` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rest) enum DialogId {
    /// `chatN`
    Chat(i64),
    /// `N`: there are no private dialogues here.
    User(i64),
}

impl DialogId {
    /// From its text form.
    pub(super) fn parse(text: &str) -> Option<DialogId> {
        let id = |digits: &str| digits.parse().ok().filter(|id: &i64| *id > 0);
        match text.trim().strip_prefix("chat") {
            Some(digits) => id(digits).map(DialogId::Chat),
            None => id(text.trim()).map(DialogId::User),
        }
    }
}

impl std::fmt::Display for DialogId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DialogId::Chat(id) => write!(formatter, "chat{id}"),
            DialogId::User(id) => write!(formatter, "{id}"),
        }
    }
}

/// Reads `DIALOG_ID`.
///
/// # Errors
/// `DIALOG_ID_EMPTY` when it is absent, empty or neither form.
pub(in crate::rest) fn read(node: Option<&Node>) -> Result<DialogId, RestError> {
    let text = node.and_then(Node::as_text).unwrap_or_default();
    DialogId::parse(&text).ok_or_else(|| RestError::method("DIALOG_ID_EMPTY", "Dialog ID can't be empty"))
}

/// The chat that `DIALOG_ID` names.
///
/// # Errors
/// `DIALOG_ID_EMPTY`; `ACCESS_ERROR` for a private dialogue.
pub(super) fn chat(node: Option<&Node>) -> Result<i64, RestError> {
    match read(node)? {
        DialogId::Chat(id) => Ok(id),
        DialogId::User(_) => Err(no_access()),
    }
}

/// The chat is not there, or not for the caller.
pub(super) fn no_access() -> RestError {
    let text = "You do not have access to the specified dialog";
    RestError::new(http::StatusCode::FORBIDDEN, "ACCESS_ERROR", text)
}

/// The same for what a rule refused.
pub(super) fn refused(error: desk::Error) -> RestError {
    match error {
        desk::Error::Refused(desk::Refusal::NoChat | desk::Refusal::NoAccess) => no_access(),
        error => error.into(),
    }
}
