//! The shapes of the inbox's methods and of the live feed. Times are unix milliseconds and end with `_ms`; what is absent is
//! `null`.

mod chat;
mod message;
mod people;
pub(crate) mod words;

pub(crate) use chat::{Chat, Own};
pub(crate) use message::{Delivery, File, Message, Quote};
pub(crate) use people::{Connector, Counts, Employee, Icon, Line, LineConnector, LineCounts};

/// Empty texts are absent.
fn present(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The beginning of a text in one line, without markup.
fn plain(body: &str, chars_max: usize) -> String {
    let plain = wire::bbcode::strip(body);
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").chars().take(chars_max).collect()
}
