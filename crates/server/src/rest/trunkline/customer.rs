//! `trunkline.customer.*`: what is known of a customer, for whoever sees one of the customer's chats.

use desk::customers::{self, Card as Known, Details};
use desk::{Millis, Refusal, sight};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{Call, RestError};
use super::{clearable, not_found};
use crate::app::App;
use crate::files::avatar_url;

/// What is known of a customer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct Customer {
    id: i64,
    name: String,
    last_name: String,
    avatar_url: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    /// A link to the customer's profile outside.
    url: Option<String>,
    /// What employees wrote down.
    notes: Option<String>,
    /// Items of the CRM to which the customer's last chat belongs.
    crm: Vec<CustomerItem>,
    since_ms: Millis,
}

/// An item of the CRM.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct CustomerItem {
    /// `lead`, `deal`, `contact` or `company`
    #[serde(rename = "type")]
    kind: &'static str,
    id: i64,
    title: String,
}

impl Customer {
    pub(super) fn of(app: &App, known: Known) -> Customer {
        let present = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let Known { user, notes, items } = known;
        Customer {
            id: user.id,
            avatar_url: present(&avatar_url(app, &user)),
            phone: present(&user.phone),
            email: present(&user.email),
            url: present(&user.url),
            notes: present(&notes),
            crm: items.into_iter().map(|(kind, id, title)| CustomerItem { kind, id, title }).collect(),
            since_ms: user.created_ms,
            name: user.name,
            last_name: user.last_name,
        }
    }
}

/// One customer.
#[derive(Serialize, JsonSchema)]
pub(super) struct OneCustomer {
    customer: Customer,
}

/// Names one customer.
#[derive(Deserialize, JsonSchema)]
pub(super) struct CustomerParams {
    customer_id: i64,
}

/// `trunkline.customer.get`
pub(super) async fn get(call: Call, params: CustomerParams) -> Result<OneCustomer, RestError> {
    let (user, app) = (call.caller.user.clone(), call.app.clone());
    let found = call.read(move |tx| {
        let sight = sight::of(tx, &user)?;
        customers::visible(tx, &sight, params.customer_id)?;
        Ok(customers::card(tx, params.customer_id)?.ok_or(Refusal::NotFound)?)
    });
    found.await.map(|known| OneCustomer { customer: Customer::of(&app, known) }).map_err(not_found)
}

/// Parameters of `trunkline.customer.update`: what is absent stays, what is null or empty is emptied.
#[derive(Deserialize, JsonSchema)]
pub(super) struct UpdateParams {
    customer_id: i64,
    #[serde(default, deserialize_with = "clearable")]
    name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    last_name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    phone: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    email: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    url: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    notes: Option<String>,
}

/// Longest name, phone, address and link; longest notes. In characters.
const FIELD_CHARS_MAX: usize = 255;
const NOTES_CHARS_MAX: usize = 10_000;

/// `trunkline.customer.update`
pub(super) async fn update(call: Call, params: UpdateParams) -> Result<OneCustomer, RestError> {
    let field = |name: &str, given: Option<String>, chars_max: usize| match given {
        Some(text) if text.chars().count() > chars_max => {
            Err(RestError::argument(name, format!("{name} may have {chars_max} characters")))
        }
        given => Ok(given.map(|text| text.trim().to_owned())),
    };
    let url = field("url", params.url, FIELD_CHARS_MAX)?;
    // It becomes a link.
    if url.as_ref().is_some_and(|url| !url.is_empty() && !is_web(url)) {
        return Err(RestError::argument("url", "url must begin with http:// or https://"));
    }
    let details = Details {
        name: field("name", params.name, FIELD_CHARS_MAX)?,
        last_name: field("last_name", params.last_name, FIELD_CHARS_MAX)?,
        phone: field("phone", params.phone, FIELD_CHARS_MAX)?,
        email: field("email", params.email, FIELD_CHARS_MAX)?,
        notes: field("notes", params.notes, NOTES_CHARS_MAX)?,
        url,
    };
    let (user, app, id) = (call.caller.user.clone(), call.app.clone(), params.customer_id);
    let updated = call.change(move |change| {
        let sight = sight::of(change.tx, &user)?;
        customers::visible(change.tx, &sight, id)?;
        customers::set_details(change, id, &details)?;
        Ok(customers::card(change.tx, id)?.ok_or(Refusal::NotFound)?)
    });
    updated.await.map(|known| OneCustomer { customer: Customer::of(&app, known) }).map_err(not_found)
}

fn is_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
