//! The fields of the CRM's items: one table for each type, from which `fields`, `get`, `list` and `update` are made. A
//! custom field (`UF_…`) is any name of that form; it holds a text or a list of texts.

mod tables;

use super::Type;

pub use tables::of;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Int,
    /// Text.
    Text,
    /// `Y` or `N`.
    Flag,
    /// An amount.
    Double,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// An employee.
    User,
    /// A word of this directory.
    Status(&'static str),
    /// A currency's code.
    Currency,
    /// A funnel.
    Category,
    /// Another item.
    Item(Type),
    /// Other items.
    Items(Type),
    /// A file; none is kept.
    File,
    /// Phones, addresses or messengers.
    Multifield,
    /// A structure that is not kept, always empty.
    Object,
    /// A custom field.
    Custom,
}

/// Who may set a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Any call.
    Open,
    /// Only the call that makes the item.
    Immutable,
    /// Nobody.
    ReadOnly,
}

/// Where a field's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The item's id.
    Id,
    /// A column of `crm_items`.
    Column(Column),
    /// Rows of `crm_values`, with what counts when there are none.
    Value(&'static str),
    /// Rows of `crm_multifields` of the kind with the field's name.
    Multifields,
    /// `Y` when there is a row of `crm_multifields` of this kind.
    Has(&'static str),
    /// Nowhere; it is always this.
    Fixed(Option<&'static str>),
}

/// A column of `crm_items`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the columns say it")]
pub enum Column {
    Stage,
    Semantic,
    Category,
    AssignedBy,
    CreatedBy,
    UpdatedBy,
    MovedBy,
    Contact,
    Company,
    Lead,
    OwnerType,
    Owner,
    Created,
    Updated,
    Moved,
    Closed,
}

impl Column {
    /// Its name in the database.
    #[must_use]
    pub fn sql(self) -> &'static str {
        match self {
            Column::Stage => "stage",
            Column::Semantic => "semantic",
            Column::Category => "category_id",
            Column::AssignedBy => "assigned_by",
            Column::CreatedBy => "created_by",
            Column::UpdatedBy => "updated_by",
            Column::MovedBy => "moved_by",
            Column::Contact => "contact_id",
            Column::Company => "company_id",
            Column::Lead => "lead_id",
            Column::OwnerType => "owner_type",
            Column::Owner => "owner_id",
            Column::Created => "created_ms",
            Column::Updated => "updated_ms",
            Column::Moved => "moved_ms",
            Column::Closed => "closed_ms",
        }
    }

    /// Whether it holds text.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Column::Stage | Column::Semantic)
    }
}

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Name in `crm.contact.*` and its like.
    pub name: &'static str,
    /// Name in `crm.item.*`, where it does not follow from `name`; empty where it does.
    modern: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Who may set it.
    pub access: Access,
    /// Where it is.
    pub place: Place,
    /// For people.
    pub title: &'static str,
}

impl Field {
    /// Name in `crm.item.*`.
    #[must_use]
    pub fn modern_name(&self) -> String {
        if self.modern.is_empty() { camel_case(self.name) } else { self.modern.to_owned() }
    }

    const fn called(self, modern: &'static str) -> Field {
        Field { modern, ..self }
    }

    const fn read_only(self) -> Field {
        Field { access: Access::ReadOnly, ..self }
    }

    const fn immutable(self) -> Field {
        Field { access: Access::Immutable, ..self }
    }
}

/// `ASSIGNED_BY_ID` becomes `assignedById`.
fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for (index, part) in name.split('_').enumerate() {
        let part = part.to_lowercase();
        match part.chars().next() {
            Some(first) if index > 0 => {
                camel.extend(first.to_uppercase());
                camel.push_str(&part[first.len_utf8()..]);
            }
            _ => camel.push_str(&part),
        }
    }
    camel
}

/// What a call names: a field of the table, or a custom one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// A field of the table.
    Known(&'static Field),
    /// A custom field in its original spelling, `UF_…`.
    Custom(String),
}

impl Name {
    /// What the field holds.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Name::Known(field) => field.kind,
            Name::Custom(_) => Kind::Custom,
        }
    }
}

/// Longest name of a custom field.
const CUSTOM_CHARS_MAX: usize = 100;

/// The field of this name (`ASSIGNED_BY_ID`) in any letter case.
#[must_use]
pub fn find(item_type: Type, name: &str) -> Option<Name> {
    let known = of(item_type).find(|field| field.name.eq_ignore_ascii_case(name));
    known.map(Name::Known).or_else(|| custom(&name.to_uppercase()))
}

/// The field of this name in `crm.item.*` (`assignedById`); custom fields also in their original spelling.
#[must_use]
pub fn find_modern(item_type: Type, name: &str) -> Option<Name> {
    let known = of(item_type).find(|field| field.modern_name() == name);
    known.map(Name::Known).or_else(|| match name.starts_with("UF_") {
        true => custom(name),
        false => custom(&original_spelling(name)),
    })
}

fn custom(name: &str) -> Option<Name> {
    let usable = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_';
    let is_custom = name.starts_with("UF_") && name.len() <= CUSTOM_CHARS_MAX && name.bytes().all(usable);
    is_custom.then(|| Name::Custom(name.to_owned()))
}

/// `ufCrm_17` becomes `UF_CRM_17`, `ufCrm2_17` becomes `UF_CRM_2_17`.
fn original_spelling(name: &str) -> String {
    let mut original = String::with_capacity(name.len() + 8);
    let mut before = '_';
    for c in name.chars() {
        let begins = c.is_ascii_uppercase() || (c.is_ascii_digit() && before.is_ascii_lowercase());
        if begins && before != '_' {
            original.push('_');
        }
        original.push(c.to_ascii_uppercase());
        before = c;
    }
    original
}

/// A custom field's name in `crm.item.*`: `UF_CRM_17` becomes `ufCrm_17`, `UF_CRM_2_17` becomes `ufCrm2_17`.
#[must_use]
pub fn modern_custom_name(original: &str) -> String {
    match original.rsplit_once('_') {
        Some((start, last)) if !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{}_{last}", camel_case(start))
        }
        _ => camel_case(original),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_twice() {
        for item_type in [Type::Lead, Type::Deal, Type::Contact, Type::Company, Type::Activity] {
            let names: Vec<&str> = of(item_type).map(|field| field.name).collect();
            let mut once = names.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), names.len(), "{item_type:?}");
        }
    }

    #[test]
    fn names_of_both_families_lead_to_the_same_field() {
        for (original, modern) in [
            ("UF_CRM_1721244707107", "ufCrm_1721244707107"),
            ("UF_CRM_2_1639669411830", "ufCrm2_1639669411830"),
            ("UF_CRM_MY_FIELD", "ufCrmMyField"),
        ] {
            assert_eq!(modern_custom_name(original), modern);
            assert_eq!(find_modern(Type::Deal, modern), Some(Name::Custom(original.to_owned())));
            assert_eq!(find(Type::Deal, original), Some(Name::Custom(original.to_owned())));
        }
        let modern: Vec<String> = of(Type::Lead).map(Field::modern_name).collect();
        for name in
            ["id", "title", "stageId", "assignedById", "createdTime", "isReturnCustomer", "utmSource", "movedBy"]
        {
            assert!(modern.iter().any(|one| one == name), "{name}");
        }
        assert_eq!(find(Type::Lead, "NOTHING"), None);
        assert_eq!(find(Type::Lead, "UF_a b"), None);
    }
}
