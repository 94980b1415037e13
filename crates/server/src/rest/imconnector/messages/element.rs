//! One element of `MESSAGES`, read from whatever shape the connector sends (`contract/clients.md` rule 12).

use desk::Millis;
use desk::customers::Profile;
use desk::files::Link;
use desk::inbound::{Author, Incoming};
use serde_json::{Map, Value, json};
use wire::node::Node;

use super::Refused;
use crate::rest::MESSAGE_CHARS_MAX;

/// Longest id of a user, chat or message in the external system, in bytes.
const EXTERNAL_ID_BYTES_MAX: usize = 255;
/// Longest name of a chat or file and longest contact field, in characters.
const NAME_CHARS_MAX: usize = 255;
/// Longest address, in bytes.
const URL_BYTES_MAX: usize = 2048;
/// Files of one message at most.
const FILES_MAX: usize = 50;

/// Which method reads the element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// `imconnector.send.messages`
    Send,
    /// `imconnector.update.messages`
    Update,
    /// `imconnector.delete.messages`
    Delete,
}

impl Purpose {
    /// Deleting needs no block but `message` and `chat`: connectors leave the user out.
    pub(super) fn tolerates_missing(self, block: &str) -> bool {
        self == Purpose::Delete && block == "user"
    }
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    pub(super) profile: Profile,
    pub(super) chat_id: String,
    chat_name: Option<String>,
    chat_url: Option<String>,
    pub(super) message_id: Option<String>,
    date: Option<i64>,
    sent_ms: Option<Millis>,
    pub(super) text: Option<String>,
    pub(super) files: Vec<Link>,
    gave_files: bool,
    skip_phone_validate: bool,
    disable_crm: bool,
    author: Option<i64>,
    purpose: Option<Purpose>,
}

/// Reads one element whose blocks were found to be there.
pub(super) fn read(node: &Node, purpose: Purpose) -> Result<Element, Refused> {
    let mut errors = Vec::new();
    let block = |name: &str| node.get_any_case(name).unwrap_or(&Node::Null);
    let (user, message, chat) = (block("user"), block("message"), block("chat"));
    let element = Element {
        profile: profile(user),
        chat_id: text_of(chat, "id").unwrap_or_default(),
        chat_name: limited(text_of(chat, "name"), NAME_CHARS_MAX),
        chat_url: text_of(chat, "url").filter(|url| url.len() <= URL_BYTES_MAX),
        message_id: message_id(message),
        date: message.get_any_case("date").and_then(Node::as_int),
        sent_ms: sent_ms(message.get_any_case("date")),
        text: message.get_any_case("text").and_then(Node::as_text).map(std::borrow::Cow::into_owned),
        files: files(message.get_any_case("files"), &mut errors),
        gave_files: message.get_any_case("files").is_some_and(|files| !files.is_empty()),
        skip_phone_validate: is_yes(user, "skip_phone_validate"),
        disable_crm: is_yes(message, "disable_crm"),
        author: message.get_any_case("user_id").and_then(Node::as_int),
        purpose: Some(purpose),
    };
    check(&element, purpose, &mut errors);
    if errors.is_empty() { Ok(element) } else { Err(Refused { echo: Box::new(element), errors }) }
}

fn check(element: &Element, purpose: Purpose, errors: &mut Vec<String>) {
    if purpose != Purpose::Delete && element.profile.external_id.is_empty() {
        errors.push("Not all required data is provided: user.id is empty".to_owned());
    }
    if element.chat_id.is_empty() {
        errors.push("Not all required data is provided: chat.id is empty".to_owned());
    }
    if purpose != Purpose::Send && element.message_id.is_none() {
        errors.push("Not all required data is provided: message.id is empty".to_owned());
    }
    let has_content = element.text.as_ref().is_some_and(|text| !text.is_empty()) || element.gave_files;
    if purpose != Purpose::Delete && !has_content {
        errors.push("Not all required data is provided: message.text and message.files are empty".to_owned());
    }
    let ids = [
        ("user.id", Some(&element.profile.external_id)),
        ("chat.id", Some(&element.chat_id)),
        ("message.id", element.message_id.as_ref()),
    ];
    for (name, id) in ids {
        if id.is_some_and(|id| id.len() > EXTERNAL_ID_BYTES_MAX) {
            errors.push(format!("{name} is longer than {EXTERNAL_ID_BYTES_MAX} bytes: send a shorter identifier"));
        }
    }
    if element.text.as_ref().is_some_and(|text| text.chars().count() > MESSAGE_CHARS_MAX) {
        errors.push(format!("message.text is longer than {MESSAGE_CHARS_MAX} characters: send it in several messages"));
    }
}

fn profile(user: &Node) -> Profile {
    let field = |name: &str| limited(text_of(user, name), NAME_CHARS_MAX);
    let address = |text: Option<String>| text.filter(|url| url.len() <= URL_BYTES_MAX);
    let picture = user.get_any_case("picture").and_then(|picture| match picture {
        Node::Map(_) => text_of(picture, "url"),
        _ => None,
    });
    Profile {
        external_id: text_of(user, "id").unwrap_or_default(),
        name: field("name"),
        last_name: field("last_name"),
        picture_url: address(picture).filter(|url| is_web_address(url)),
        url: address(text_of(user, "url")),
        gender: field("gender").or_else(|| field("sex")).filter(|gender| gender == "male" || gender == "female"),
        email: field("email").filter(|email| email.contains('@')),
        phone: field("phone"),
        phone_trusted: is_yes(user, "skip_phone_validate"),
    }
}

/// `message.id`; false, null and "" mean that there is none, 0 is an id (D-06).
fn message_id(message: &Node) -> Option<String> {
    match message.get_any_case("id")? {
        Node::Bool(_) => None,
        id => id.as_text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
    }
}

/// Unix seconds, digits, or ISO 8601; anything else counts as missing (D-36).
fn sent_ms(date: Option<&Node>) -> Option<Millis> {
    let date = date?;
    if let Some(seconds) = date.as_int() {
        return (1..=253_402_300_799).contains(&seconds).then_some(seconds * 1000);
    }
    let text = date.as_text()?;
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond).filter(|ms| *ms > 0)
}

fn files(node: Option<&Node>, errors: &mut Vec<String>) -> Vec<Link> {
    let items = node.and_then(Node::items).unwrap_or_default();
    if items.len() > FILES_MAX {
        errors.push(format!("message.files has more than {FILES_MAX} files: send them in several messages"));
        return Vec::new();
    }
    let mut links = Vec::new();
    for item in items {
        let url = match item {
            Node::Map(_) => text_of(item, "url").or_else(|| text_of(item, "link")),
            other => other.as_text().map(|text| text.trim().to_owned()),
        };
        match url.filter(|url| url.len() <= URL_BYTES_MAX && is_web_address(url)) {
            Some(url) => {
                let name = limited(text_of(item, "name"), NAME_CHARS_MAX).unwrap_or_else(|| name_from(&url));
                links.push(Link { url, name });
            }
            None => errors.push("message.files has an address that is not http or https".to_owned()),
        }
    }
    links
}

fn name_from(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.is_empty() { "file".to_owned() } else { last.chars().take(NAME_CHARS_MAX).collect() }
}

fn is_web_address(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn text_of(node: &Node, name: &str) -> Option<String> {
    let text = node.get_any_case(name)?.as_text()?.trim().to_owned();
    Some(text).filter(|text| !text.is_empty())
}

fn limited(text: Option<String>, chars_max: usize) -> Option<String> {
    text.map(|text| text.chars().take(chars_max).collect())
}

fn is_yes(node: &Node, name: &str) -> bool {
    text_of(node, name).is_some_and(|text| text.eq_ignore_ascii_case("y"))
}

impl Element {
    /// The employee who wrote it outside, if one is named.
    pub(super) fn employee_id(&self) -> Option<i64> {
        self.author.filter(|id| *id != 0)
    }

    /// The message as the desk takes it.
    pub(super) fn incoming(&self) -> Incoming {
        Incoming {
            profile: self.profile.clone(),
            chat_external_id: self.chat_id.clone(),
            chat_name: self.chat_name.clone(),
            chat_url: self.chat_url.clone(),
            external_id: self.message_id.clone(),
            sent_ms: self.sent_ms,
            body: self.text.clone().unwrap_or_default(),
            files: self.files.clone(),
            author: match self.author {
                None => Author::Customer,
                Some(0) => Author::Staff,
                Some(id) => Author::Employee(id),
            },
            disable_crm: self.disable_crm,
        }
    }

    pub(super) fn message_echo(&self) -> Map<String, Value> {
        let mut echo = Map::new();
        if let Some(id) = &self.message_id {
            echo.insert("id".to_owned(), json!(id));
        }
        match self.purpose {
            Some(Purpose::Delete) => {
                if let Some(date) = self.date {
                    echo.insert("date".to_owned(), json!(date));
                }
            }
            _ => {
                echo.insert("date".to_owned(), json!({}));
            }
        }
        if let Some(text) = &self.text {
            echo.insert("text".to_owned(), json!(text));
        }
        if self.gave_files {
            echo.insert("files".to_owned(), json!([]));
        }
        echo
    }

    pub(super) fn chat_echo(&self) -> Map<String, Value> {
        let mut echo = Map::new();
        echo.insert("id".to_owned(), json!(self.chat_id));
        if let Some(name) = &self.chat_name {
            echo.insert("name".to_owned(), json!(name));
        }
        if let Some(url) = &self.chat_url {
            echo.insert("description".to_owned(), json!(format!("Link to the original post: {url}")));
        }
        echo
    }

    pub(super) fn extra_echo(&self) -> Map<String, Value> {
        let mut echo = Map::new();
        if self.skip_phone_validate {
            echo.insert("skip_phone_validate".to_owned(), json!("Y"));
        }
        if self.disable_crm {
            echo.insert("disable_tracker".to_owned(), json!("Y"));
        }
        echo
    }
}
