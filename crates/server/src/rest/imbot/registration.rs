//! `imbot.register`, `.update`, `.unregister` and `imbot.bot.list`

use desk::bots::{self, Addresses, Registration, Type};
use desk::users::{self, BotProfile};
use desk::{Error, Refusal};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use wire::node::{Node, is_absent};
use wire::php::php_map;

use super::super::events::checked_url;
use super::super::{Call, NoParams, Outcome, RestError};
use super::{bot_id, required_owner};

/// Longest text of a registration, in characters.
const TEXT_CHARS_MAX: usize = 255;

/// The parameters that name addresses, with what is said when a required one is missing.
const MESSAGE_ADD: (&str, &str) = ("EVENT_MESSAGE_ADD_ERROR", "Handler for \"Message add\" event isn't specified");
const WELCOME: (&str, &str) = ("EVENT_WELCOME_MESSAGE_ERROR", "Handler for \"Welcome message\" event isn't specified");
const BOT_DELETE: (&str, &str) = ("EVENT_BOT_DELETE_ERROR", "Handler for \"Bot delete\" event isn't specified");

/// Addresses as given.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(rename_all = "UPPERCASE", default)]
struct GivenAddresses {
    /// Stands for those that are not given.
    event_handler: Option<Node>,
    event_message_add: Option<Node>,
    event_message_update: Option<Node>,
    event_message_delete: Option<Node>,
    event_welcome_message: Option<Node>,
    event_bot_delete: Option<Node>,
}

impl GivenAddresses {
    /// Takes over what is given; `EVENT_HANDLER` counts for all five.
    fn apply(&self, call: &Call, to: &mut Addresses) -> Result<(), RestError> {
        let shared = self.event_handler.as_ref().filter(|node| !node.is_empty());
        for (given, code, stored) in [
            (&self.event_message_add, MESSAGE_ADD.0, &mut to.message_add),
            (&self.event_message_update, "EVENT_MESSAGE_UPDATE_ERROR", &mut to.message_update),
            (&self.event_message_delete, "EVENT_MESSAGE_DELETE_ERROR", &mut to.message_delete),
            (&self.event_welcome_message, WELCOME.0, &mut to.welcome),
            (&self.event_bot_delete, BOT_DELETE.0, &mut to.bot_delete),
        ] {
            let Some(node) = shared.or(given.as_ref().filter(|node| !node.is_empty())) else { continue };
            let text = node.as_text().unwrap_or_default();
            let url = checked_url(&text, call.app.config.delivery.require_https);
            *stored = url.map_err(|_| RestError::method(code, "Wrong handler URL"))?;
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        let all = [
            &self.event_handler,
            &self.event_message_add,
            &self.event_message_update,
            &self.event_message_delete,
            &self.event_welcome_message,
            &self.event_bot_delete,
        ];
        all.iter().all(|node| is_absent(node.as_ref()))
    }
}

/// Parameters of `imbot.register`.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the two halves are read by themselves; this is the description of the whole")]
pub(super) struct RegisterParams {
    #[serde(flatten)]
    bot: BotParams,
    #[serde(flatten)]
    addresses: GivenAddresses,
}

/// What `imbot.register` says of a bot besides its addresses.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
struct BotParams {
    code: Option<Node>,
    /// `B` (default), `O`, `H` or `S`.
    #[serde(rename = "TYPE")]
    kind: Option<Node>,
    /// `Y`: works in open lines; always so with `TYPE` = `O`.
    openline: Option<Node>,
    /// Through a webhook: the key to whom the bot belongs.
    client_id: Option<Node>,
    /// `NAME`, `LAST_NAME`, `EMAIL`, `WORK_POSITION`, `PERSONAL_WWW`, `PERSONAL_GENDER`.
    properties: Option<Node>,
}

/// `imbot.register`: registering the same code again changes the bot and returns its id.
pub(super) async fn register(call: Call) -> Outcome {
    let params: BotParams = call.params.clone().read()?;
    let given: GivenAddresses = call.params.clone().read()?;
    let owner = required_owner(&call, params.client_id.as_ref())?;
    let mut addresses = Addresses::default();
    given.apply(&call, &mut addresses)?;
    for (url, (code, text)) in
        [(&addresses.message_add, MESSAGE_ADD), (&addresses.welcome, WELCOME), (&addresses.bot_delete, BOT_DELETE)]
    {
        if url.is_empty() {
            return Err(RestError::method(code, text));
        }
    }
    let code = text(params.code.as_ref(), "CODE")?.unwrap_or_default();
    if code.is_empty() {
        return Err(RestError::method("CODE_ERROR", "Bot code isn't specified"));
    }
    let mut profile = BotProfile::default();
    present(&mut profile, params.properties.as_ref())?;
    let kind = params.kind.as_ref().and_then(Node::as_text).and_then(|kind| Type::parse(kind.trim()));
    let kind = kind.unwrap_or(Type::Bot);
    let openline = kind == Type::OpenLine || params.openline.as_ref().and_then(Node::as_flag) == Some(true);
    if matches!(kind, Type::Bot | Type::Human) && !openline {
        (addresses.message_update, addresses.message_delete) = (String::new(), String::new());
    }
    let new = Registration { code, kind, openline, addresses, profile };
    let registered = call.change(move |change| bots::register(change, &owner, &new)).await;
    registered.map(Into::into).map_err(|error| match error {
        Error::Refused(Refusal::TooMany(max)) => {
            let text = format!("Has reached the maximum number of bots for application (max: {max})");
            RestError::method("MAX_COUNT_ERROR", text)
        }
        Error::Refused(Refusal::NotFound | Refusal::EmailTaken) => {
            RestError::method("WRONG_REQUEST", "Bot can't be created")
        }
        error => error.into(),
    })
}

/// A text of bounded length; `None` when it is not given.
fn text(node: Option<&Node>, name: &'static str) -> Result<Option<String>, RestError> {
    let Some(text) = node.and_then(Node::as_text).map(|text| text.trim().to_owned()) else { return Ok(None) };
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(RestError::argument(name, format!("{name} may have {TEXT_CHARS_MAX} characters")));
    }
    Ok(Some(text))
}

/// Takes over the properties that are given. A bot needs a name.
fn present(profile: &mut BotProfile, properties: Option<&Node>) -> Result<(), RestError> {
    let given = |name: &'static str| text(properties.and_then(|map| map.get(name)), name);
    let gender = given("PERSONAL_GENDER")?.map(|letter| match letter.to_uppercase().as_str() {
        "F" => "female".to_owned(),
        "M" => "male".to_owned(),
        _ => String::new(),
    });
    for (stored, value) in [
        (&mut profile.name, given("NAME")?),
        (&mut profile.last_name, given("LAST_NAME")?),
        (&mut profile.email, given("EMAIL")?),
        (&mut profile.url, given("PERSONAL_WWW")?),
        (&mut profile.work_position, given("WORK_POSITION")?),
        (&mut profile.gender, gender),
    ] {
        if let Some(value) = value {
            *stored = value;
        }
    }
    if profile.name.is_empty() && profile.last_name.is_empty() {
        return Err(RestError::method("NAME_ERROR", "Bot name isn't specified"));
    }
    Ok(())
}

/// Parameters of `imbot.update`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct UpdateParams {
    bot_id: Option<Node>,
    /// Fields of `imbot.register` but `TYPE` and `OPENLINE`; only those given change.
    fields: Option<Node>,
    client_id: Option<Node>,
}

/// `imbot.update`
pub(super) async fn update(call: Call, params: UpdateParams) -> Outcome {
    let owner = required_owner(&call, params.client_id.as_ref())?;
    let id = bot_id(params.bot_id.as_ref())?.ok_or(Refusal::NoBot)?;
    let (mut bot, user) = call
        .read(move |tx| {
            let bot = bots::owned(tx, &owner, Some(id))?;
            Ok((bot, users::find(tx, id)?.ok_or(Refusal::NoBot)?))
        })
        .await?;
    let field = |name: &str| params.fields.as_ref().and_then(|fields| fields.get(name)).cloned();
    let given = GivenAddresses {
        event_handler: field("EVENT_HANDLER"),
        event_message_add: field("EVENT_MESSAGE_ADD"),
        event_message_update: field("EVENT_MESSAGE_UPDATE"),
        event_message_delete: field("EVENT_MESSAGE_DELETE"),
        event_welcome_message: field("EVENT_WELCOME_MESSAGE"),
        event_bot_delete: field("EVENT_BOT_DELETE"),
    };
    given.apply(&call, &mut bot.addresses)?;
    let code = text(field("CODE").as_ref(), "CODE")?.filter(|code| !code.is_empty());
    let properties = field("PROPERTIES");
    if given.is_empty() && code.is_none() && is_absent(properties.as_ref()) {
        return Err(RestError::method("WRONG_REQUEST", "Update fields can't be empty"));
    }
    bot.code = code.unwrap_or(bot.code);
    let mut profile = BotProfile {
        name: user.name,
        last_name: user.last_name,
        email: user.email,
        gender: user.gender,
        url: user.url,
        work_position: user.work_position,
    };
    present(&mut profile, properties.as_ref())?;
    let updated = call.change(move |change| bots::update(change, &bot, &profile)).await;
    updated.map(|()| true.into()).map_err(|error| match error {
        Error::Refused(Refusal::NotFound | Refusal::EmailTaken) => {
            RestError::method("WRONG_REQUEST", "Bot can't be updated")
        }
        error => error.into(),
    })
}

/// Parameters of `imbot.unregister`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) struct UnregisterParams {
    bot_id: Option<Node>,
    client_id: Option<Node>,
}

/// `imbot.unregister`: its dialogues go to the queue.
pub(super) async fn unregister(call: Call, params: UnregisterParams) -> Outcome {
    let owner = required_owner(&call, params.client_id.as_ref())?;
    let id = bot_id(params.bot_id.as_ref())?.ok_or(Refusal::NoBot)?;
    call.change(move |change| bots::unregister(change, &owner, id)).await?;
    Ok(true.into())
}

/// `imbot.bot.list`: the bots of all applications, by id.
pub(super) async fn list(call: Call, _: NoParams) -> Outcome {
    let found = call
        .read(|tx| {
            let bots = bots::list(tx)?;
            let users = users::find_many(tx, &bots.iter().map(|bot| bot.id).collect::<Vec<_>>())?;
            Ok((bots, users))
        })
        .await?;
    let (bots, users) = found;
    let shown = bots.iter().map(|bot| {
        let name = users.iter().find(|user| user.id == bot.id).map(users::User::full_name).unwrap_or_default();
        let openline = if bot.openline { "Y" } else { "N" };
        (bot.id.to_string(), json!({"ID": bot.id, "NAME": name, "CODE": bot.code, "OPENLINE": openline}))
    });
    Ok(php_map(shown).into())
}
