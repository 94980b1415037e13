//! The customer's rating of a session: the line asks for it (`VOTE_*`), the answer in the channel is read as the rating.
//!
//! The message that asks carries what became of it: `IMOL_VOTE_SID` is the session, `IMOL_VOTE_USER` the rating, 0 for none.

use serde_json::json;
use store::{Row, params};

use crate::automatic::{self, Spot};
use crate::lines::{self, Line};
use crate::sessions::{Open, Status};
use crate::{Change, Millis, Result, messages, sessions};

/// A customer's rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vote {
    /// It was good.
    Like,
    /// It was not.
    Dislike,
}

impl Vote {
    /// The stored number; 0 is no rating. The protocol's interface shows five stars and one.
    #[must_use]
    pub fn stored(self) -> i64 {
        match self {
            Vote::Like => 5,
            Vote::Dislike => 1,
        }
    }

    /// The rating that a message gives: the message is one of the words and nothing else.
    #[must_use]
    pub fn parse(body: &str) -> Option<Vote> {
        if body.len() > LONGEST_BYTES {
            return None;
        }
        let lower = body.to_lowercase();
        let bare: String = lower.chars().filter(|letter| !is_decoration(*letter)).collect();
        let said = bare.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_one_of = |words: &[&str]| words.contains(&said.as_str());
        match () {
            () if is_one_of(LIKE) => Some(Vote::Like),
            () if is_one_of(DISLIKE) => Some(Vote::Dislike),
            () => None,
        }
    }
}

/// Longer messages are no rating, whatever they say.
const LONGEST_BYTES: usize = 100;

const LIKE: &[&str] =
    &["1", "👍", "like", "liked", "good", "лайк", "нравится", "понравилось", "хорошо", "gefällt mir", "gut"];
const DISLIKE: &[&str] = &[
    "0",
    "👎",
    "dislike",
    "disliked",
    "bad",
    "дизлайк",
    "не нравится",
    "не понравилось",
    "плохо",
    "gefällt mir nicht",
    "schlecht",
];

/// What stands around a word without changing it: punctuation, brackets of `(like)`, the colour of a thumb.
fn is_decoration(letter: char) -> bool {
    matches!(letter, '.' | '!' | ',' | '"' | '\'' | '(' | ')' | '«' | '»' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// A question that the customer may still answer.
#[derive(Debug)]
pub(crate) struct Question {
    pub session_id: i64,
    /// The line that asked, where it is not the one through which the customer writes.
    pub elsewhere: Option<Line>,
    message_id: i64,
}

/// Asks for a rating, unless nobody has answered the customer, it was given already, or the question would not reach the
/// channel.
pub(crate) fn ask(change: &mut Change<'_, '_>, spot: Spot<'_>) -> Result<()> {
    if !spot.line.settings.flag("VOTE_MESSAGE") || !spot.connector.registration.need_system_messages {
        return Ok(());
    }
    let sql = "SELECT 1 FROM sessions WHERE id = ?1 AND vote = 0 AND operator_id <> 0 AND answered_ms IS NOT NULL";
    if change.tx.query_opt(sql, &params![spot.session_id], |row| row.get::<i64>(0))?.is_none() {
        return Ok(());
    }
    if let Some(message_id) = automatic::say(change, spot, &field(spot, "TEXT"))? {
        let sql = "UPDATE sessions SET vote_message_id = ?2 WHERE id = ?1";
        change.tx.execute(sql, &params![spot.session_id, message_id])?;
        mark(change, spot.chat.id, message_id, spot.session_id, 0)?;
    }
    Ok(())
}

/// Live chat and Network have texts of their own.
fn field(spot: Spot<'_>, text: &str) -> String {
    let own = ["livechat", "network"].iter().any(|code| spot.connector.code.eq_ignore_ascii_case(code));
    format!("VOTE_MESSAGE_{}_{text}", if own { 1 } else { 2 })
}

fn mark(change: &mut Change<'_, '_>, chat_id: i64, message_id: i64, session_id: i64, vote: i64) -> Result<()> {
    let params = json!({"IMOL_VOTE_SID": session_id, "IMOL_VOTE_USER": vote});
    messages::set_params(change, chat_id, message_id, &params.to_string())
}

/// The question that a customer's message in this chat would answer: that of the session that is closing, or, when none is
/// open, of the last one. `VOTE_TIME_LIMIT` seconds after it was asked it is too late.
pub(crate) fn pending(
    change: &mut Change<'_, '_>,
    chat_id: i64,
    open: Option<Open>,
    here: &Line,
) -> Result<Option<Question>> {
    let session_id = match open {
        Some(Open { id, status: Status::Closing, .. }) => id,
        Some(_) => return Ok(None),
        None => sessions::last_of_chat(change.tx, chat_id)?.map_or(0, |session| session.id),
    };
    let sql = "SELECT m.id, m.created_ms, s.line_id FROM sessions s JOIN messages m ON m.id = s.vote_message_id \
               WHERE s.id = ?1 AND s.vote = 0";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<Millis>(1)?, row.get(2)?));
    let Some((message_id, asked_ms, line_id)) = change.tx.query_opt(sql, &params![session_id], read)? else {
        return Ok(None);
    };
    let elsewhere = lines::elsewhere(change.tx, line_id, here)?;
    let limit_ms = elsewhere.as_ref().unwrap_or(here).settings.int("VOTE_TIME_LIMIT") * 1000;
    let is_in_time = limit_ms == 0 || change.now <= asked_ms + limit_ms;
    Ok(is_in_time.then_some(Question { session_id, message_id, elsewhere }))
}

/// Stores the rating. What is said to the customer follows the customer's message: [`thank`].
pub(crate) fn store(change: &mut Change<'_, '_>, chat_id: i64, question: &Question, vote: Vote) -> Result<()> {
    let sql = "UPDATE sessions SET vote = ?2 WHERE id = ?1";
    change.tx.execute(sql, &params![question.session_id, vote.stored()])?;
    mark(change, chat_id, question.message_id, question.session_id, vote.stored())
}

/// Thanks for a rating, and closes the session if the line does not wait any longer then (`VOTE_CLOSING_DELAY`, D-48).
pub(crate) fn thank(change: &mut Change<'_, '_>, spot: Spot<'_>, vote: Vote) -> Result<()> {
    let text = match vote {
        Vote::Like => "LIKE",
        Vote::Dislike => "DISLIKE",
    };
    automatic::say(change, spot, &field(spot, text))?;
    if spot.line.settings.flag("VOTE_CLOSING_DELAY") {
        sessions::close_if_closing(change, spot.session_id)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_thumbs_are_ratings_and_sentences_are_not() {
        for like in
            ["1", " 1 ", "1.", "(like)", "LIKE!", "👍", "👍🏽", "👍\u{fe0f}", "Нравится", "хорошо", "Gefällt  mir"]
        {
            assert_eq!(Vote::parse(like), Some(Vote::Like), "{like}");
        }
        for dislike in ["0", "👎", "👎🏿", "Dislike", "не нравится!", "Плохо", "gefällt mir nicht", "schlecht"]
        {
            assert_eq!(Vote::parse(dislike), Some(Vote::Dislike), "{dislike}");
        }
        let long = "1".repeat(LONGEST_BYTES + 1);
        for other in ["", "!", "10", "01", "1 pair please", "-1", "2", "👍👎", "not good", "good morning", "да", &long]
        {
            assert_eq!(Vote::parse(other), None, "{other}");
        }
    }
}
