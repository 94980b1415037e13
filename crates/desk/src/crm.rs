//! The CRM as far as open lines and connectors need it: leads, deals, contacts and companies with their phones and
//! addresses, activities, comments, and which chats belong to which of them (D-70). The protocol side is in the public
//! documentation of `crm.*`; every active employee may read and change everything.

pub mod activities;
pub mod addresses;
pub mod comments;
pub mod dialogs;
pub mod fields;
pub mod items;
pub mod links;
pub mod multifields;
pub mod query;
pub mod statuses;
mod values;

use store::Tx;

use crate::ids::Series;
use crate::{Result, settings};
use addresses::Region;

/// A kind of row in the CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Somebody who may become a customer.
    Lead,
    /// A sale.
    Deal,
    /// A person.
    Contact,
    /// A company.
    Company,
    /// Something that was or is to be done for one of the others.
    Activity,
}

/// Everything that a chat can belong to.
pub const LINKED: [Type; 4] = [Type::Lead, Type::Company, Type::Contact, Type::Deal];

impl Type {
    /// The protocol's number.
    #[must_use]
    pub fn id(self) -> i64 {
        match self {
            Type::Lead => 1,
            Type::Deal => 2,
            Type::Contact => 3,
            Type::Company => 4,
            Type::Activity => 6,
        }
    }

    /// The type of this number, activities excepted: they have methods of their own.
    #[must_use]
    pub fn from_id(id: i64) -> Option<Type> {
        LINKED.into_iter().find(|one| one.id() == id)
    }

    /// The protocol's word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Type::Lead => "LEAD",
            Type::Deal => "DEAL",
            Type::Contact => "CONTACT",
            Type::Company => "COMPANY",
            Type::Activity => "ACTIVITY",
        }
    }

    /// The type of this word in any letter case, activities excepted.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Type> {
        LINKED.into_iter().find(|one| one.code().eq_ignore_ascii_case(code.trim()))
    }

    /// For people: `Lead`, `Deal` and so on.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Type::Lead => "Lead",
            Type::Deal => "Deal",
            Type::Contact => "Contact",
            Type::Company => "Company",
            Type::Activity => "Activity",
        }
    }

    /// Whether items of this type have phones, addresses and messengers.
    #[must_use]
    pub fn has_multifields(self) -> bool {
        matches!(self, Type::Lead | Type::Contact | Type::Company)
    }

    fn series(self) -> Series {
        match self {
            Type::Lead => Series::CrmLead,
            Type::Deal => Series::CrmDeal,
            Type::Contact => Series::CrmContact,
            Type::Company => Series::CrmCompany,
            Type::Activity => Series::CrmActivity,
        }
    }
}

/// Name of the setting with the country whose rules phone numbers without `+` follow: two letters, or empty.
pub const COUNTRY_SETTING: &str = "country";

/// The country whose rules phone numbers of the portal follow, if one is configured.
///
/// # Errors
/// Those of the database.
pub fn region(tx: &mut Tx<'_>) -> Result<Option<Region>> {
    Ok(settings::get(tx, COUNTRY_SETTING)?.as_deref().and_then(Region::parse))
}
