//! The name of a dialogue: `connector|line|chat|user` (`contract/openlines.md` 0.5, D-09, D-10).

use std::fmt;
use std::str::FromStr;

/// A parsed `USER_CODE`. Its `Display` is the form that is stored and sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserCode {
    /// Connector id in the spelling of its registration.
    pub connector: String,
    /// Open line id.
    pub line: i64,
    /// External chat id; may contain `|`.
    pub chat: String,
    /// Internal id of the technical user (D-09), or an external one on input (D-10). Never with `|`.
    pub user: String,
}

/// A text that is not a `USER_CODE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("USER_CODE must be connector|line|chat|user")]
pub struct UserCodeError;

impl UserCode {
    /// The value of a CRM messenger field: `imol|` and the code, byte for byte.
    #[must_use]
    pub fn to_crm(&self) -> String {
        format!("imol|{self}")
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}|{}|{}|{}", self.connector, self.line, self.chat, self.user)
    }
}

impl FromStr for UserCode {
    type Err = UserCodeError;

    /// Two segments from the left, one from the right, the chat between; `imol|` may stand in front.
    fn from_str(text: &str) -> Result<Self, UserCodeError> {
        // Only when the rest is a code as well: a connector may be called `imol`.
        let without = text.split_at_checked(5).filter(|(head, _)| head.eq_ignore_ascii_case("imol|"));
        without.and_then(|(_, code)| parse(code)).or_else(|| parse(text)).ok_or(UserCodeError)
    }
}

fn parse(code: &str) -> Option<UserCode> {
    let (connector, rest) = code.split_once('|')?;
    let (line, rest) = rest.split_once('|')?;
    let (chat, user) = rest.rsplit_once('|')?;
    let line = line.trim().parse().ok()?;
    if connector.is_empty() {
        return None;
    }
    Some(UserCode { connector: connector.to_owned(), line, chat: chat.to_owned(), user: user.to_owned() })
}
