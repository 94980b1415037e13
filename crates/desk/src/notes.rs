//! Notes: what employees write to each other inside a customer's chat. No connector, customer or application hears of them;
//! methods that show the dialogue to employees show them as they show what was written in silent mode.

use crate::files::{self, Purpose};
use crate::messages::{self, Direction, NewMessage};
use crate::notifications::{self, NewNotification};
use crate::operators::{self, Text};
use crate::users::{self, User};
use crate::{Change, Error, Refusal, Result, chats, outbound, own, sessions};

/// Employees that one note can name.
pub const MENTIONS_MAX: usize = 50;

/// The caller leaves a note in a chat that the caller may open, and has read the chat with that; whose dialogue it is stays as
/// it is. Those whom it names (`[USER=ID]`) and who may open the chat are told. Returns the message's id.
///
/// # Errors
/// [`Refusal::NoChat`], [`Refusal::NoAccess`]; those of the database.
pub fn write(change: &mut Change<'_, '_>, chat_id: i64, text: Text) -> Result<i64> {
    let id = write_unseen(change, chat_id, text)?;
    chats::mark_read(change, chat_id, change.actor_id, id)?;
    Ok(id)
}

/// [`write()`] by an employee who does not look at the chat: what is unread stays so.
///
/// # Errors
/// As [`write()`].
pub(crate) fn write_unseen(change: &mut Change<'_, '_>, chat_id: i64, text: Text) -> Result<i64> {
    let (context, author) = operators::open_chat(change, chat_id)?;
    let session_id = sessions::last_of_chat(change.tx, chat_id)?.map_or(0, |session| session.id);
    let note = NewMessage {
        chat_id,
        session_id,
        author_id: author.id,
        direction: Direction::Note,
        sent_ms: change.now,
        body: text.body,
        params: outbound::marked_hidden(&text.params),
        external_id: None,
        files: Vec::new(),
        client_id: text.client_id,
        reply_to: text.reply_to,
    };
    let id = messages::append(change, std::slice::from_ref(&note))?[0];
    files::attach(change, Purpose::Attachment { chat_id, message_id: id, author_id: author.id }, &text.files)?;
    chats::rest_at(change, chat_id, id)?;
    let mut named = Vec::new();
    for user_id in mentioned(&note.body) {
        let user = users::find(change.tx, user_id)?.filter(|user| user.id != author.id);
        if let Some(user) = user
            && chats::may_open(change.tx, &context.chat, &user)?
        {
            tell(change, chat_id, &author, &note.body, user.id)?;
            named.push(user.id);
        }
    }
    if !named.is_empty() {
        let no = messages::last_number(change.tx, chat_id)?;
        own::mention(change, chat_id, no, &named)?;
    }
    Ok(id)
}

fn tell(change: &mut Change<'_, '_>, chat_id: i64, author: &User, body: &str, user_id: i64) -> Result<()> {
    let notification = NewNotification {
        user_id,
        author_id: author.id,
        application: String::new(),
        body: body.to_owned(),
        params: String::new(),
        tag: format!("mention|{chat_id}"),
        sub_tag: String::new(),
    };
    match notifications::add(change, &notification) {
        Ok(_) | Err(Error::Refused(Refusal::NoUser)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Ids that stand as `[USER=ID]` in a text, each once.
fn mentioned(body: &str) -> Vec<i64> {
    let mut ids = Vec::new();
    for part in body.split("[USER=").skip(1) {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        if let Ok(id) = digits.parse()
            && part[digits.len()..].starts_with([']', ' '])
            && !ids.contains(&id)
            && ids.len() < MENTIONS_MAX
        {
            ids.push(id);
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::mentioned;

    #[test]
    fn mentions_are_found_once_each() {
        assert_eq!(mentioned("[USER=7]Anna[/USER] and [USER=9 REPLACE]x[/USER], [USER=7][/USER]"), [7, 9]);
        assert_eq!(mentioned("USER=7 [USER=] [USER=x] [USER=-1] [USER=1"), [0; 0]);
    }
}
