//! Facts: what a delivery tells, in Trunkline's own words. The server puts them into the protocol's form when it sends them,
//! so that a change of the form does not touch what is stored.

use serde::{Deserialize, Serialize};

use crate::Millis;
use crate::crm::links::Links;

/// The protocol's events that Trunkline fires (`contract/openlines.md` Part 4, `contract/platform.md` 6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventCode {
    /// Upper-case code on the wire.
    pub code: &'static str,
    /// Scopes of which an application needs one to subscribe; empty for the common events.
    pub scopes: &'static [&'static str],
}

const CONNECTOR: &[&str] = &["imopenlines", "imconnector"];
const LINES: &[&str] = &["imopenlines"];
const BOTS: &[&str] = &["imbot"];

macro_rules! event_codes {
    ($($name:ident = $code:literal $scopes:expr;)*) => {
        #[expect(non_upper_case_globals, reason = "they read as variants: EventCode::MessageAdd")]
        #[expect(missing_docs, reason = "each is described under its code in the contract")]
        impl EventCode {
            $(pub const $name: EventCode = EventCode { code: $code, scopes: $scopes };)*
            /// All of them, in the order in which `events` lists them.
            pub const ALL: &'static [EventCode] = &[$(EventCode::$name),*];
        }
    };
}

event_codes! {
    AppUninstall = "ONAPPUNINSTALL" &[];
    AppInstall = "ONAPPINSTALL" &[];
    AppUpdate = "ONAPPUPDATE" &[];
    AppPayment = "ONAPPPAYMENT" &[];
    AppTest = "ONAPPTEST" &[];
    AppMethodConfirm = "ONAPPMETHODCONFIRM" &[];
    OfflineEvent = "ONOFFLINEEVENT" &[];
    UserAdd = "ONUSERADD" &["user"];
    ConnectorMessageAdd = "ONIMCONNECTORMESSAGEADD" CONNECTOR;
    ConnectorMessageUpdate = "ONIMCONNECTORMESSAGEUPDATE" CONNECTOR;
    ConnectorMessageDelete = "ONIMCONNECTORMESSAGEDELETE" CONNECTOR;
    ConnectorDialogStart = "ONIMCONNECTORDIALOGSTART" CONNECTOR;
    ConnectorDialogFinish = "ONIMCONNECTORDIALOGFINISH" CONNECTOR;
    ConnectorStatusDelete = "ONIMCONNECTORSTATUSDELETE" CONNECTOR;
    ConnectorLineDelete = "ONIMCONNECTORLINEDELETE" CONNECTOR;
    LineMessageAdd = "ONOPENLINEMESSAGEADD" LINES;
    LineMessageUpdate = "ONOPENLINEMESSAGEUPDATE" LINES;
    LineMessageDelete = "ONOPENLINEMESSAGEDELETE" LINES;
    SessionStart = "ONSESSIONSTART" LINES;
    SessionFinish = "ONSESSIONFINISH" LINES;
    BotMessageAdd = "ONIMBOTMESSAGEADD" BOTS;
    BotMessageUpdate = "ONIMBOTMESSAGEUPDATE" BOTS;
    BotMessageDelete = "ONIMBOTMESSAGEDELETE" BOTS;
    BotJoinChat = "ONIMBOTJOINCHAT" BOTS;
    BotDelete = "ONIMBOTDELETE" BOTS;
}

impl EventCode {
    /// The code in any letter case.
    #[must_use]
    pub fn parse(text: &str) -> Option<EventCode> {
        EventCode::ALL.iter().copied().find(|event| event.code.eq_ignore_ascii_case(text))
    }
}

/// A chat as its connector knows it: the four segments of the user code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatRef {
    /// Connector as registered.
    pub connector: String,
    /// Line.
    pub line_id: i64,
    /// Chat id in the external system.
    pub external_id: String,
    /// Customer's user id; 0 in a group chat (D-09).
    pub customer_id: i64,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// A message goes out to the channel, was edited or was deleted.
    Outgoing {
        /// Where it goes.
        chat: ChatRef,
        /// Chat's id.
        chat_id: i64,
        /// Message's id.
        message_id: i64,
        /// Author; 0 for automatic texts.
        author_id: i64,
        /// Name for the signature, when the connector wants one.
        signature: Option<String>,
        /// Text without signature.
        body: String,
        /// External ids confirmed by the connector.
        connector_ids: Vec<String>,
    },
    /// A session was opened or closed.
    Session {
        /// Whose.
        chat: ChatRef,
        /// Session's id.
        session_id: i64,
        /// Session before it, or 0.
        parent_id: i64,
        /// Closed by now.
        closed: bool,
        /// Minutes until full closure.
        close_term_minutes: i64,
    },
    /// A message appeared in the line's chat, in either direction, or changed, or is gone.
    LineMessage {
        /// Whose chat.
        chat: ChatRef,
        /// Chat's id.
        chat_id: i64,
        /// Message's id.
        message_id: i64,
        /// When it was written.
        at_ms: Millis,
        /// Its text.
        body: String,
        /// Author; 0 for automatic texts.
        author_id: i64,
        /// Written by the program.
        system: bool,
    },
    /// A connector was disconnected from a line.
    ChannelGone {
        /// Connector as registered.
        connector: String,
        /// Line.
        line_id: i64,
    },
    /// A line was deleted.
    LineGone {
        /// Line.
        line_id: i64,
    },
    /// The application was installed.
    Installed {
        /// Version the administrator gave.
        version: i64,
    },
    /// The application is gone.
    Uninstalled {
        /// Its token: the only proof of the sender, and no row holds it any more.
        application_token: String,
    },
    /// `event.test` was called.
    Test {
        /// The call's parameters as JSON.
        query: serde_json::Value,
    },
    /// An employee was added.
    UserAdded(Box<Employee>),
    /// Offline events were stored.
    OfflineStored,
    /// Something happened in a chat that a bot takes part in.
    Bot(Box<BotFact>),
    /// A bot was removed.
    BotGone {
        /// Its user id.
        bot_id: i64,
        /// Its code.
        code: String,
        /// As [`BotFact::client`].
        client: String,
    },
}

/// A new employee as applications are told of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    /// User id.
    pub id: i64,
    /// Works here; one may be added who does not yet.
    pub active: bool,
    /// E-mail address or empty.
    pub email: String,
    /// Given name.
    pub name: String,
    /// Family name.
    pub last_name: String,
    /// `male`, `female` or empty.
    pub gender: String,
    /// Birthday as the profile has it, or empty.
    pub birthday: String,
    /// Ids of the departments.
    pub departments: Vec<i64>,
    /// When the employee was added.
    pub created_ms: Millis,
    /// Position.
    pub work_position: String,
    /// Day of employment as the profile has it, or empty.
    pub employed_on: String,
}

/// What a bot is told of its chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotFact {
    /// The bot's user id.
    pub bot_id: i64,
    /// Its code.
    pub code: String,
    /// Its application's OAuth client id, or the key with which it was registered.
    pub client: String,
    /// Which chat.
    pub chat: ChatRef,
    /// Chat's id.
    pub chat_id: i64,
    /// Name of the chat.
    pub title: String,
    /// What employees write stays inside.
    pub silent: bool,
    /// Who has the session, 0 for nobody.
    pub owner_id: i64,
    /// The open session, or 0.
    pub session_id: i64,
    /// When it was opened.
    pub session_started_ms: Millis,
    /// The CRM items to which the chat belongs.
    pub links: Links,
    /// How many take part.
    pub people: i64,
    /// The message; `None` when the bot has joined.
    pub message: Option<BotMessage>,
    /// Who wrote it, or whose chat it is.
    pub user: Option<Person>,
}

/// A message that a bot hears of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotMessage {
    /// Its id.
    pub id: i64,
    /// Its text.
    pub body: String,
}

/// A user as a bot is told of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// User id.
    pub id: i64,
    /// Given and family name.
    pub full_name: String,
    /// Given name.
    pub name: String,
    /// Family name.
    pub last_name: String,
    /// Position.
    pub work_position: String,
    /// Known to be a woman.
    pub female: bool,
    /// Is a bot.
    pub bot: bool,
    /// Writes from outside.
    pub customer: bool,
}

impl Fact {
    /// In whose name a handler may answer: whoever caused the fact, or, of those whom nobody did, a new employee.
    #[must_use]
    pub fn signer(&self, actor_id: i64) -> i64 {
        match self {
            Fact::UserAdded(employee) if actor_id == 0 => employee.id,
            _ => actor_id,
        }
    }

    /// Identity of the object the fact speaks of: offline queues keep only the last state per object.
    #[must_use]
    pub fn object_key(&self) -> String {
        match self {
            Fact::Outgoing { message_id, .. } | Fact::LineMessage { message_id, .. } => format!("message:{message_id}"),
            Fact::Session { session_id, .. } => format!("session:{session_id}"),
            Fact::Bot(fact) => match &fact.message {
                Some(message) => format!("message:{}", message.id),
                None => format!("bot:{}:{}", fact.bot_id, fact.chat_id),
            },
            Fact::BotGone { bot_id, .. } => format!("bot:{bot_id}"),
            Fact::ChannelGone { connector, line_id } => format!("channel:{connector}:{line_id}"),
            Fact::LineGone { line_id } => format!("line:{line_id}"),
            Fact::UserAdded(employee) => format!("user:{}", employee.id),
            Fact::Installed { .. } | Fact::Uninstalled { .. } | Fact::Test { .. } | Fact::OfflineStored => {
                "application".to_owned()
            }
        }
    }
}
