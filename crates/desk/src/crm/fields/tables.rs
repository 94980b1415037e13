//! The tables of fields, one for each type, put together from the groups that types have in common.

use super::{Access, Column, Field, Kind, Place};
use crate::crm::Type;

/// The fields of a type, in the order in which answers show them.
pub fn of(item_type: Type) -> impl Iterator<Item = &'static Field> {
    let groups: &[&'static [Field]] = match item_type {
        Type::Lead => &[LEADS, PERSON, ADDRESS, AUDIT, MOVED, REACHED],
        Type::Deal => &[DEALS, AUDIT, MOVED],
        Type::Contact => &[CONTACT_FIELDS, PERSON, ADDRESS, AUDIT, REACHED],
        Type::Company => &[COMPANIES, ADDRESS, REGISTERED_ADDRESS, AUDIT, REACHED],
        Type::Activity => &[ACTIVITIES],
    };
    groups.iter().copied().flatten()
}

const fn field(name: &'static str, kind: Kind, place: Place, title: &'static str) -> Field {
    Field { name, modern: "", kind, access: Access::Open, place, title }
}

const fn text(name: &'static str, title: &'static str) -> Field {
    field(name, Kind::Text, Place::Value(""), title)
}

const fn flag(name: &'static str, default: &'static str, title: &'static str) -> Field {
    field(name, Kind::Flag, Place::Value(default), title)
}

const fn status(name: &'static str, directory: &'static str, title: &'static str) -> Field {
    field(name, Kind::Status(directory), Place::Value(""), title)
}

const fn column(name: &'static str, kind: Kind, column: Column, title: &'static str) -> Field {
    field(name, kind, Place::Column(column), title)
}

const fn multi(name: &'static str, title: &'static str) -> Field {
    field(name, Kind::Multifield, Place::Multifields, title)
}

const fn has(name: &'static str, kind: &'static str, title: &'static str) -> Field {
    field(name, Kind::Flag, Place::Has(kind), title).read_only()
}

const ID: Field = field("ID", Kind::Int, Place::Id, "ID").read_only();
const TITLE: Field = text("TITLE", "Title");
const COMMENTS: Field = text("COMMENTS", "Comment");
const OPENED: Field = flag("OPENED", "Y", "Available to everyone");
const CURRENCY: Field = field("CURRENCY_ID", Kind::Currency, Place::Value(""), "Currency");
const OPPORTUNITY: Field = field("OPPORTUNITY", Kind::Double, Place::Value("0"), "Amount");
const IS_MANUAL: Field = flag("IS_MANUAL_OPPORTUNITY", "N", "Amount is set by hand");
const SOURCE: Field = status("SOURCE_ID", "SOURCE", "Source");
const SOURCE_DESCRIPTION: Field = text("SOURCE_DESCRIPTION", "Source information");
const COMPANY: Field = column("COMPANY_ID", Kind::Item(Type::Company), Column::Company, "Company");
const CONTACT: Field = column("CONTACT_ID", Kind::Item(Type::Contact), Column::Contact, "Contact");
const CONTACTS: Field = field("CONTACT_IDS", Kind::Items(Type::Contact), Place::Value(""), "Contacts");
const LEAD: Field = column("LEAD_ID", Kind::Item(Type::Lead), Column::Lead, "Lead").read_only();
const RETURNING: Field = flag("IS_RETURN_CUSTOMER", "N", "Returning customer");
const ORIGIN_VERSION: Field = text("ORIGIN_VERSION", "Original version");

const PERSON: &[Field] = &[
    status("HONORIFIC", "HONORIFIC", "Salutation"),
    text("NAME", "First name"),
    text("SECOND_NAME", "Second name"),
    text("LAST_NAME", "Last name"),
    field("BIRTHDATE", Kind::Date, Place::Value(""), "Date of birth"),
    text("POST", "Position"),
];

const ADDRESS: &[Field] = &[
    text("ADDRESS", "Address"),
    text("ADDRESS_2", "Address (line 2)"),
    text("ADDRESS_CITY", "City"),
    text("ADDRESS_POSTAL_CODE", "Postal code"),
    text("ADDRESS_REGION", "District"),
    text("ADDRESS_PROVINCE", "Region"),
    text("ADDRESS_COUNTRY", "Country"),
    text("ADDRESS_COUNTRY_CODE", "Country code"),
    field("ADDRESS_LOC_ADDR_ID", Kind::Int, Place::Fixed(None), "Location address ID"),
];

const REGISTERED_ADDRESS: &[Field] = &[
    text("ADDRESS_LEGAL", "Legal address"),
    text("REG_ADDRESS", "Legal address"),
    text("REG_ADDRESS_2", "Legal address (line 2)"),
    text("REG_ADDRESS_CITY", "Legal address: city"),
    text("REG_ADDRESS_POSTAL_CODE", "Legal address: postal code"),
    text("REG_ADDRESS_REGION", "Legal address: district"),
    text("REG_ADDRESS_PROVINCE", "Legal address: region"),
    text("REG_ADDRESS_COUNTRY", "Legal address: country"),
    text("REG_ADDRESS_COUNTRY_CODE", "Legal address: country code"),
    field("REG_ADDRESS_LOC_ADDR_ID", Kind::Int, Place::Fixed(None), "Legal address: location ID"),
];

const AUDIT: &[Field] = &[
    column("ASSIGNED_BY_ID", Kind::User, Column::AssignedBy, "Responsible person"),
    column("CREATED_BY_ID", Kind::User, Column::CreatedBy, "Created by").called("createdBy").read_only(),
    column("MODIFY_BY_ID", Kind::User, Column::UpdatedBy, "Modified by").called("updatedBy").read_only(),
    column("DATE_CREATE", Kind::DateTime, Column::Created, "Created").called("createdTime").read_only(),
    column("DATE_MODIFY", Kind::DateTime, Column::Updated, "Modified").called("updatedTime").read_only(),
    text("ORIGINATOR_ID", "External source"),
    text("ORIGIN_ID", "Identifier in the external source"),
    text("UTM_SOURCE", "Advertising system"),
    text("UTM_MEDIUM", "Medium"),
    text("UTM_CAMPAIGN", "Campaign"),
    text("UTM_CONTENT", "Content of the campaign"),
    text("UTM_TERM", "Search term of the campaign"),
    column("LAST_ACTIVITY_TIME", Kind::DateTime, Column::Updated, "Last activity").read_only(),
    column("LAST_ACTIVITY_BY", Kind::User, Column::UpdatedBy, "Last activity by").read_only(),
];

const MOVED: &[Field] = &[
    column("MOVED_BY_ID", Kind::User, Column::MovedBy, "Moved by").called("movedBy").read_only(),
    column("MOVED_TIME", Kind::DateTime, Column::Moved, "Moved").read_only(),
];

const REACHED: &[Field] = &[
    has("HAS_PHONE", "PHONE", "Has a phone"),
    has("HAS_EMAIL", "EMAIL", "Has an e-mail address"),
    has("HAS_IMOL", "IM", "Has an open line"),
    multi("PHONE", "Phone"),
    multi("EMAIL", "E-mail"),
    multi("WEB", "Website"),
    multi("IM", "Messenger"),
    multi("LINK", "Link"),
];

const LEADS: &[Field] = &[
    ID,
    TITLE,
    text("COMPANY_TITLE", "Company name"),
    SOURCE,
    SOURCE_DESCRIPTION,
    column("STATUS_ID", Kind::Status("STATUS"), Column::Stage, "Stage").called("stageId"),
    text("STATUS_DESCRIPTION", "Stage information"),
    column("STATUS_SEMANTIC_ID", Kind::Text, Column::Semantic, "Stage group").called("stageSemanticId").read_only(),
    CURRENCY,
    OPPORTUNITY,
    IS_MANUAL,
    OPENED,
    COMMENTS,
    COMPANY,
    CONTACT,
    CONTACTS,
    RETURNING,
    column("DATE_CLOSED", Kind::DateTime, Column::Closed, "Closed").read_only(),
];

const DEALS: &[Field] = &[
    ID,
    TITLE,
    status("TYPE_ID", "DEAL_TYPE", "Type"),
    column("CATEGORY_ID", Kind::Category, Column::Category, "Funnel").immutable(),
    column("STAGE_ID", Kind::Status("DEAL_STAGE"), Column::Stage, "Stage"),
    column("STAGE_SEMANTIC_ID", Kind::Text, Column::Semantic, "Stage group").read_only(),
    flag("IS_NEW", "N", "New").read_only(),
    flag("IS_RECURRING", "N", "Recurring"),
    RETURNING,
    flag("IS_REPEATED_APPROACH", "N", "Repeated approach"),
    field("PROBABILITY", Kind::Int, Place::Value(""), "Probability"),
    CURRENCY,
    OPPORTUNITY,
    IS_MANUAL,
    field("TAX_VALUE", Kind::Double, Place::Value("0"), "Tax"),
    COMPANY,
    CONTACT,
    CONTACTS,
    field("QUOTE_ID", Kind::Int, Place::Fixed(None), "Estimate").read_only(),
    field("BEGINDATE", Kind::Date, Place::Value(""), "Begins"),
    field("CLOSEDATE", Kind::Date, Place::Value(""), "Ends"),
    OPENED,
    field("CLOSED", Kind::Flag, Place::Column(Column::Closed), "Closed").read_only(),
    COMMENTS,
    SOURCE,
    SOURCE_DESCRIPTION,
    LEAD,
    text("ADDITIONAL_INFO", "Additional information"),
    text("LOCATION_ID", "Location"),
];

const CONTACT_FIELDS: &[Field] = &[
    ID,
    field("PHOTO", Kind::File, Place::Fixed(None), "Photo"),
    status("TYPE_ID", "CONTACT_TYPE", "Contact type"),
    SOURCE,
    SOURCE_DESCRIPTION,
    COMMENTS,
    OPENED,
    flag("EXPORT", "Y", "Take part in exports"),
    COMPANY,
    field("COMPANY_IDS", Kind::Items(Type::Company), Place::Value(""), "Companies"),
    LEAD,
    ORIGIN_VERSION,
    field("FACE_ID", Kind::Int, Place::Fixed(None), "Face").read_only(),
];

const COMPANIES: &[Field] = &[
    ID,
    TITLE,
    status("COMPANY_TYPE", "COMPANY_TYPE", "Company type").called("typeId"),
    field("LOGO", Kind::File, Place::Fixed(None), "Logo"),
    text("BANKING_DETAILS", "Bank details"),
    status("INDUSTRY", "INDUSTRY", "Industry"),
    status("EMPLOYEES", "EMPLOYEES", "Employees"),
    CURRENCY,
    field("REVENUE", Kind::Double, Place::Value("0"), "Annual revenue"),
    OPENED,
    COMMENTS,
    flag("IS_MY_COMPANY", "N", "My company"),
    field("CONTACT_ID", Kind::Items(Type::Contact), Place::Value(""), "Contacts").called("contactIds"),
    LEAD,
    ORIGIN_VERSION,
];

const ACTIVITIES: &[Field] = &[
    ID,
    column("OWNER_ID", Kind::Int, Column::Owner, "Owner"),
    column("OWNER_TYPE_ID", Kind::Int, Column::OwnerType, "Type of the owner"),
    field("TYPE_ID", Kind::Int, Place::Value("0"), "Type"),
    text("PROVIDER_ID", "Provider"),
    text("PROVIDER_TYPE_ID", "Type of the provider"),
    text("PROVIDER_GROUP_ID", "Group of the provider"),
    field("ASSOCIATED_ENTITY_ID", Kind::Int, Place::Value("0"), "Associated object"),
    text("SUBJECT", "Subject"),
    column("CREATED", Kind::DateTime, Column::Created, "Created").read_only(),
    column("LAST_UPDATED", Kind::DateTime, Column::Updated, "Modified").read_only(),
    field("START_TIME", Kind::DateTime, Place::Value(""), "Begins"),
    field("END_TIME", Kind::DateTime, Place::Value(""), "Ends"),
    field("DEADLINE", Kind::DateTime, Place::Value(""), "Deadline"),
    flag("COMPLETED", "N", "Completed"),
    field("STATUS", Kind::Int, Place::Value("1"), "Status"),
    column("RESPONSIBLE_ID", Kind::User, Column::AssignedBy, "Responsible person"),
    field("PRIORITY", Kind::Int, Place::Value("2"), "Priority"),
    field("NOTIFY_TYPE", Kind::Int, Place::Value("0"), "Type of the reminder"),
    field("NOTIFY_VALUE", Kind::Int, Place::Value("0"), "Reminder"),
    text("DESCRIPTION", "Description"),
    field("DESCRIPTION_TYPE", Kind::Int, Place::Value("1"), "Type of the description"),
    field("DIRECTION", Kind::Int, Place::Value("0"), "Direction"),
    text("LOCATION", "Place"),
    field("SETTINGS", Kind::Object, Place::Fixed(None), "Settings"),
    text("ORIGINATOR_ID", "External source"),
    text("ORIGIN_ID", "Identifier in the external source"),
    column("AUTHOR_ID", Kind::User, Column::CreatedBy, "Created by").read_only(),
    column("EDITOR_ID", Kind::User, Column::UpdatedBy, "Modified by").read_only(),
    field("PROVIDER_PARAMS", Kind::Object, Place::Fixed(None), "Parameters of the provider"),
    text("PROVIDER_DATA", "Data of the provider"),
    field("RESULT_MARK", Kind::Int, Place::Value("0"), "Mark"),
    text("RESULT_VALUE", "Value of the result"),
    text("RESULT_SUM", "Sum of the result"),
    text("RESULT_CURRENCY_ID", "Currency of the result"),
    field("RESULT_STATUS", Kind::Int, Place::Value("0"), "Status of the result"),
    field("RESULT_STREAM", Kind::Int, Place::Value("0"), "Stream of the result"),
    text("RESULT_SOURCE_ID", "Source of the result"),
    field("AUTOCOMPLETE_RULE", Kind::Int, Place::Value("0"), "Rule of completion"),
];
