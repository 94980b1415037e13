//! Why a session is whose it is: words with what belongs to each, kept with the session. Clients say them in their language;
//! [`text`] says them in English.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::presence::Presence;

/// One ground. Names are those of the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// What it is.
    pub word: Word,
    /// Whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whom or which line it went to, or whom it was taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// Those to whom it is offered together, and how many more they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// How many they are besides `names`.
    #[serde(default, skip_serializing_if = "is_none")]
    pub more: usize,
    /// How many chats that employee has, where the line limits them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chats: Option<i64>,
    /// How many the line allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chats_max: Option<i64>,
    /// That employee's presence, where the line looks at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
    /// What that employee says about being away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

/// What a ground is. The word is stored, and is what clients know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// The line does not work now.
    OffHours,
    /// Nobody is in the line's queue.
    QueueEmpty,
    /// All of the queue are passed over; the next grounds say why.
    NobodyFree,
    /// Offered to `names` together.
    AllFree,
    /// `name` is the first of the queue who is free.
    FirstInQueue,
    /// It is `name`'s turn.
    NextInQueue,
    /// `name` is responsible for the customer.
    Responsible,
    /// Passed over: `name` does not work here any more.
    SkippedGone,
    /// Passed over: `name` has passed it on.
    SkippedPassedOn,
    /// Passed over: `name` did not answer in time.
    SkippedLate,
    /// Passed over: `name` is away, as `presence` and `note` say.
    SkippedAway,
    /// Passed over: `name` has as many chats as the line allows.
    SkippedFull,
    /// The line's welcome bot has it first.
    WelcomeBot,
    /// The bot `name` did not answer in time.
    BotLate,
    /// The bot `name` cannot be reached.
    BotUnreachable,
    /// The bot `name` was removed.
    BotRemoved,
    /// The bot `name` has handed it over.
    BotHandedOver,
    /// Its operator has begun it.
    Started,
    /// `name` has answered.
    Answered,
    /// `name` has finished it.
    Finished,
    /// `name` gave it to `other`.
    Transferred,
    /// `name` took it, from `other` if somebody had it.
    Intercepted,
}

impl Word {
    /// All of them.
    pub const ALL: &'static [Word] = &[
        Word::OffHours,
        Word::QueueEmpty,
        Word::NobodyFree,
        Word::AllFree,
        Word::FirstInQueue,
        Word::NextInQueue,
        Word::Responsible,
        Word::SkippedGone,
        Word::SkippedPassedOn,
        Word::SkippedLate,
        Word::SkippedAway,
        Word::SkippedFull,
        Word::WelcomeBot,
        Word::BotLate,
        Word::BotUnreachable,
        Word::BotRemoved,
        Word::BotHandedOver,
        Word::Started,
        Word::Answered,
        Word::Finished,
        Word::Transferred,
        Word::Intercepted,
    ];
}

impl Ground {
    /// A ground that is about nobody.
    #[must_use]
    pub fn new(word: Word) -> Ground {
        Ground {
            word,
            name: None,
            other: None,
            names: Vec::new(),
            more: 0,
            chats: None,
            chats_max: None,
            presence: None,
            note: None,
        }
    }

    /// A ground that is about somebody.
    #[must_use]
    pub fn of(word: Word, name: &str) -> Ground {
        Ground { name: Some(name.to_owned()), ..Ground::new(word) }
    }

    /// With whom or what else it is about.
    #[must_use]
    pub fn with(self, other: &str) -> Ground {
        Ground { other: Some(other.to_owned()), ..self }
    }
}

/// The English sentence.
impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_deref().unwrap_or_default();
        let other = self.other.as_deref().unwrap_or_default();
        match self.word {
            Word::OffHours => f.write_str("outside working hours"),
            Word::QueueEmpty => f.write_str("the queue is empty"),
            Word::NobodyFree => f.write_str("nobody is free"),
            Word::AllFree => {
                write!(f, "offered to all who are free: {}", self.names.join(", "))?;
                if self.more > 0 { write!(f, ", {} more", self.more) } else { Ok(()) }
            }
            Word::FirstInQueue => write!(f, "{name}: first in queue{}", self.state()),
            Word::NextInQueue => write!(f, "{name}: next in queue{}", self.state()),
            Word::Responsible => write!(f, "{name}: responsible for the customer{}", self.state()),
            Word::SkippedGone => write!(f, "{name} skipped: does not work here any more"),
            Word::SkippedPassedOn => write!(f, "{name} skipped: passed it on"),
            Word::SkippedLate => write!(f, "{name} skipped: did not answer in time"),
            Word::SkippedAway => {
                write!(f, "{name} skipped: {}", self.presence.map_or("away", Presence::as_str))?;
                self.note.as_ref().map_or(Ok(()), |note| write!(f, " ({note})"))
            }
            Word::SkippedFull => write!(f, "{name} skipped: {}", self.load()),
            Word::WelcomeBot => f.write_str("the line's welcome bot"),
            Word::BotLate => write!(f, "{name}: did not answer in time"),
            Word::BotUnreachable => write!(f, "{name}: cannot be reached"),
            Word::BotRemoved => write!(f, "{name}: was removed"),
            Word::BotHandedOver => write!(f, "{name}: handed over"),
            Word::Started => f.write_str("started by the operator"),
            Word::Answered => write!(f, "{name}: answered"),
            Word::Finished => write!(f, "{name}: finished"),
            Word::Transferred => write!(f, "{name}: transferred to {other}"),
            Word::Intercepted if other.is_empty() => write!(f, "{name}: intercepted"),
            Word::Intercepted => write!(f, "{name}: intercepted from {other}"),
        }
    }
}

impl Ground {
    fn load(&self) -> String {
        format!("{} of {} chats", self.chats.unwrap_or(0), self.chats_max.unwrap_or(0))
    }

    /// What speaks for an employee, as far as the line looks at it.
    fn state(&self) -> String {
        let chats = self.chats_max.map(|_| format!(", {}", self.load())).unwrap_or_default();
        let presence = self.presence.map(|presence| format!(", {}", presence.as_str())).unwrap_or_default();
        format!("{chats}{presence}")
    }
}

/// All grounds in English, in one line.
#[must_use]
pub fn text(grounds: &[Ground]) -> String {
    grounds.iter().map(Ground::to_string).collect::<Vec<_>>().join("; ")
}

/// As a session's row has them.
pub(crate) fn stored(grounds: &[Ground]) -> String {
    serde_json::to_string(grounds).expect("words and texts are JSON")
}

/// What a session's row has; nothing of one that has none.
#[must_use]
pub fn read(stored: &str) -> Vec<Ground> {
    serde_json::from_str(stored).unwrap_or_default()
}
