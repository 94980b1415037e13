//! Posts: messages as the inbox shows them, many at once, each with its author, files, likes, quote and progress.

use std::collections::{BTreeSet, HashMap};

use store::Tx;

use crate::files::File;
use crate::messages::{Direction, Message, Progress};
use crate::users::User;
use crate::{Result, attempts, files, likes, messages, users};

/// A message as the inbox shows it.
#[derive(Debug, Clone)]
pub struct Post {
    /// The message; the text of a deleted one is not for showing.
    pub message: Message,
    /// Who wrote it; `None` for the program.
    pub author: Option<User>,
    /// Its files.
    pub files: Vec<File>,
    /// Who liked it, in the order in which they did.
    pub like_ids: Vec<i64>,
    /// The message that it answers.
    pub quote: Option<Message>,
    /// How an outgoing message stands.
    pub state: Option<State>,
    /// Why the last attempt to deliver it failed.
    pub failure: Option<String>,
}

/// How an outgoing message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be delivered, perhaps once more.
    Queued,
    /// The connector has it.
    Sent,
    /// The connector says that it was delivered.
    Delivered,
    /// The connector says that it was read.
    Read,
    /// Given up.
    Failed,
}

impl State {
    /// Of a message; `None` for what does not go out.
    #[must_use]
    pub fn of(message: &Message) -> Option<State> {
        if matches!(message.direction, Direction::In | Direction::Note) {
            return None;
        }
        if message.read_ms.is_some() {
            return Some(State::Read);
        }
        if message.delivered_ms.is_some() {
            return Some(State::Delivered);
        }
        message.progress.map(|progress| match progress {
            Progress::Queued => State::Queued,
            Progress::Sent => State::Sent,
            Progress::Failed => State::Failed,
        })
    }
}

/// What is said of a message that nobody takes.
pub const NOBODY_TAKES_IT: &str = "the connector is not connected to this line, or takes no messages";

/// Gathers what belongs to these messages, in their order.
///
/// # Errors
/// Those of the database.
pub fn load(tx: &mut Tx<'_>, found: Vec<Message>) -> Result<Vec<Post>> {
    let ids: Vec<i64> = found.iter().map(|message| message.id).collect();
    let mut of_files: HashMap<i64, Vec<File>> = HashMap::new();
    for file in files::of_messages(tx, &ids)? {
        of_files.entry(file.message_id).or_default().push(file);
    }
    let mut of_likes: HashMap<i64, Vec<i64>> = HashMap::new();
    for (message_id, user_id) in likes::of_messages(tx, &ids)? {
        of_likes.entry(message_id).or_default().push(user_id);
    }
    let quoted: Vec<i64> = found.iter().filter_map(|message| message.reply_to).collect();
    let quoted: HashMap<i64, Message> =
        messages::find_many(tx, &quoted)?.into_iter().map(|message| (message.id, message)).collect();
    let authors: BTreeSet<i64> = found.iter().map(|message| message.author_id).filter(|id| *id != 0).collect();
    let authors: Vec<i64> = authors.into_iter().collect();
    let authors: HashMap<i64, User> = users::find_many(tx, &authors)?.into_iter().map(|user| (user.id, user)).collect();
    let failures = failures(tx, &found)?;
    let posts = found.into_iter().map(|message| Post {
        author: authors.get(&message.author_id).cloned(),
        files: of_files.remove(&message.id).unwrap_or_default(),
        like_ids: of_likes.remove(&message.id).unwrap_or_default(),
        quote: message.reply_to.and_then(|id| quoted.get(&id).cloned()),
        state: State::of(&message),
        failure: failures.get(&message.id).cloned(),
        message,
    });
    Ok(posts.collect())
}

/// What went wrong with those that are not with the connector yet, in one look for all of them.
fn failures(tx: &mut Tx<'_>, found: &[Message]) -> Result<HashMap<i64, String>> {
    let open = |message: &&Message| matches!(State::of(message), Some(State::Queued | State::Failed));
    let mut failures = HashMap::new();
    let mut carried: Vec<(i64, i64)> = Vec::new();
    for message in found.iter().filter(open) {
        match message.delivery_id {
            Some(delivery_id) => carried.push((delivery_id, message.id)),
            None => drop(failures.insert(message.id, NOBODY_TAKES_IT.to_owned())),
        }
    }
    let deliveries: Vec<i64> = carried.iter().map(|(delivery_id, _)| *delivery_id).collect();
    let results: HashMap<i64, String> = attempts::last_results(tx, &deliveries)?.into_iter().collect();
    for (delivery_id, message_id) in carried {
        if let Some(result) = results.get(&delivery_id).filter(|result| *result != "ok") {
            failures.insert(message_id, result.clone());
        }
    }
    Ok(failures)
}
