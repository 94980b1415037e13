//! How chats, users, messages and files look in answers. Several families show the same things.

pub(super) mod chat;
pub(super) mod file;
pub(crate) mod me;
pub(super) mod message;
pub(super) mod user;

/// Colours of chats and users without a picture; which one follows from the id.
const COLOURS: &[&str] =
    &["#df532d", "#64a513", "#4ba984", "#4ba5c3", "#3e99ce", "#8474c8", "#1eb4aa", "#f76187", "#58cc47", "#ab7761"];

/// The colour of the chat or user with this id.
fn colour(id: i64) -> &'static str {
    let index = id.rem_euclid(i64::try_from(COLOURS.len()).expect("a short list"));
    COLOURS[usize::try_from(index).expect("not negative")]
}
