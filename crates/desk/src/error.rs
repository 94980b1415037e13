//! What can go wrong in a rule.

/// A rule's failure.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The database refused or was not there; nothing of the change is stored.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The rule says no; nothing of the change is stored.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// A row holds what this program never writes.
    #[error("{table} {id}: {what}")]
    Corrupt {
        /// Table of the row.
        table: &'static str,
        /// Its id.
        id: i64,
        /// What was found.
        what: String,
    },
}

/// Why a rule says no. The server gives each its code and text (`contract/openlines.md` 0.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The line is missing, deleted or switched off.
    #[error("the line is inactive or does not exist")]
    LineInactive,
    /// The connector is unknown, belongs to another application, or is not active on the line.
    #[error("no such connector on this line")]
    NoProvider,
    /// The connector's code belongs to another application or is built in.
    #[error("the connector's code is taken")]
    ConnectorTaken,
    /// No chat has this id.
    #[error("no such chat")]
    NoChat,
    /// No message has this id.
    #[error("no such message")]
    NoMessage,
    /// The message belongs to another chat.
    #[error("the message belongs to another chat")]
    OtherChat,
    /// The user may not do this here.
    #[error("no access")]
    NoAccess,
    /// The session is closed, or the chat never had one.
    #[error("the chat has no open session")]
    NoSession,
    /// The user was written to a short while ago; not again yet.
    #[error("too early for another message")]
    TooEarly,
    /// There is nothing to save, or it cannot be saved.
    #[error("nothing that can be saved")]
    NothingToSave,
    /// The employee or line cannot take the session over.
    #[error("the session cannot go there")]
    WrongOperator,
    /// No bot has this id, or the caller has none.
    #[error("no such bot")]
    NoBot,
    /// The bot belongs to another application.
    #[error("the bot belongs to another application")]
    ForeignBot,
    /// No bot has the dialogue.
    #[error("no bot has the dialogue")]
    NoBotDialog,
    /// The same handler is bound already.
    #[error("the handler is already bound")]
    HandlerBound,
    /// Another employee has this e-mail address.
    #[error("the e-mail address belongs to another employee")]
    EmailTaken,
    /// Another field has this name.
    #[error("a field of this name exists")]
    FieldTaken,
    /// A password is too short or too long.
    #[error("a password has 8 to 1024 bytes")]
    Password,
    /// No employee has this id, or they were dismissed.
    #[error("no such employee")]
    NoUser,
    /// The caller does not have the session.
    #[error("the caller is not the session's operator")]
    NotOperator,
    /// The user is in the chat, or out of it, already.
    #[error("there is nothing to do")]
    NothingToDo,
    /// Nobody could administer the portal any more.
    #[error("the portal needs an administrator")]
    LastAdministrator,
    /// The row does not exist.
    #[error("not found")]
    NotFound,
    /// A limit of the portal is reached; the number says how many are allowed.
    #[error("at most {0} are allowed")]
    TooMany(u32),
}
