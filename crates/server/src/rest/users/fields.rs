//! The fields of an employee, their titles, and which scope shows them (`contract/platform.md` 8.4).

use Visibility::{Basic, Brief, Full};

use super::filter::{Column, Holds};

/// How much of an employee a scope shows. Each step shows all of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Visibility {
    /// `user_brief`
    Brief,
    /// `user_basic`
    Basic,
    /// `user`
    Full,
}

/// One field.
#[derive(Debug)]
pub(super) struct Field {
    /// Code on the wire.
    pub code: &'static str,
    /// What people read.
    pub title: &'static str,
    /// The least scope that shows it.
    pub visibility: Visibility,
}

impl Field {
    /// The field of this code in any letter case.
    pub fn find(code: &str) -> Option<&'static Field> {
        FIELDS.iter().find(|field| field.code.eq_ignore_ascii_case(code))
    }

    /// What the field holds.
    pub fn holds(&self) -> Holds {
        match self.code {
            "ID" | "UF_DEPARTMENT" => Holds::Number,
            "ACTIVE" => Holds::Flag,
            "IS_ONLINE" | "USER_TYPE" | "PERSONAL_PHOTO" => Holds::Code,
            "DATE_REGISTER" | "TIMESTAMP_X" | "LAST_ACTIVITY_DATE" | "LAST_LOGIN" | "PERSONAL_BIRTHDAY"
            | "UF_EMPLOYMENT_DATE" => Holds::Date,
            _ => Holds::Text,
        }
    }

    /// The field as one filters by it.
    pub fn column(&self) -> Column {
        Column { searched: self.holds() == Holds::Text, ..Column::new(self.code, self.holds()) }
    }
}

const fn field(visibility: Visibility, code: &'static str, title: &'static str) -> Field {
    Field { code, title, visibility }
}

/// All fields in the order in which rows have them.
pub(super) const FIELDS: &[Field] = &[
    field(Brief, "ID", "ID"),
    field(Brief, "XML_ID", "External ID"),
    field(Brief, "ACTIVE", "Active"),
    field(Brief, "NAME", "First name"),
    field(Brief, "LAST_NAME", "Last name"),
    field(Brief, "SECOND_NAME", "Second name"),
    field(Brief, "TITLE", "Title"),
    field(Basic, "EMAIL", "E-mail"),
    field(Full, "LAST_LOGIN", "Last login"),
    field(Brief, "DATE_REGISTER", "Registration date"),
    field(Brief, "TIME_ZONE", "Time zone"),
    field(Brief, "IS_ONLINE", "Online"),
    field(Brief, "TIMESTAMP_X", "Modified on"),
    field(Brief, "LAST_ACTIVITY_DATE", "Last activity"),
    field(Brief, "PERSONAL_GENDER", "Gender"),
    field(Brief, "PERSONAL_PROFESSION", "Profession"),
    field(Full, "PERSONAL_WWW", "Personal site"),
    field(Brief, "PERSONAL_BIRTHDAY", "Birthday"),
    field(Brief, "PERSONAL_PHOTO", "Photo"),
    field(Full, "PERSONAL_ICQ", "ICQ"),
    field(Basic, "PERSONAL_PHONE", "Phone"),
    field(Basic, "PERSONAL_FAX", "Fax"),
    field(Basic, "PERSONAL_MOBILE", "Mobile phone"),
    field(Basic, "PERSONAL_PAGER", "Pager"),
    field(Basic, "PERSONAL_STREET", "Street"),
    field(Brief, "PERSONAL_CITY", "City"),
    field(Brief, "PERSONAL_STATE", "State"),
    field(Basic, "PERSONAL_ZIP", "Postal code"),
    field(Brief, "PERSONAL_COUNTRY", "Country"),
    field(Basic, "PERSONAL_MAILBOX", "Mailbox"),
    field(Basic, "PERSONAL_NOTES", "Notes"),
    field(Basic, "WORK_PHONE", "Company phone"),
    field(Basic, "WORK_COMPANY", "Company"),
    field(Brief, "WORK_POSITION", "Position"),
    field(Basic, "WORK_DEPARTMENT", "Department"),
    field(Basic, "WORK_WWW", "Company site"),
    field(Basic, "WORK_FAX", "Company fax"),
    field(Basic, "WORK_PAGER", "Company pager"),
    field(Basic, "WORK_STREET", "Company street"),
    field(Basic, "WORK_MAILBOX", "Company mailbox"),
    field(Brief, "WORK_CITY", "Company city"),
    field(Brief, "WORK_STATE", "Company state"),
    field(Basic, "WORK_ZIP", "Company postal code"),
    field(Brief, "WORK_COUNTRY", "Company country"),
    field(Basic, "WORK_PROFILE", "Company profile"),
    field(Basic, "WORK_NOTES", "Company notes"),
    field(Brief, "UF_EMPLOYMENT_DATE", "Employment date"),
    field(Brief, "UF_TIMEMAN", "Time management"),
    field(Brief, "UF_SKILLS", "Skills"),
    field(Brief, "UF_INTERESTS", "Interests"),
    field(Brief, "UF_DEPARTMENT", "Departments"),
    field(Brief, "UF_PHONE_INNER", "Extension number"),
    field(Basic, "UF_DISTRICT", "District"),
    field(Basic, "UF_SKYPE", "Skype"),
    field(Basic, "UF_SKYPE_LINK", "Skype link"),
    field(Basic, "UF_ZOOM", "Zoom"),
    field(Basic, "UF_TWITTER", "Twitter"),
    field(Basic, "UF_FACEBOOK", "Facebook"),
    field(Basic, "UF_LINKEDIN", "LinkedIn"),
    field(Basic, "UF_XING", "Xing"),
    field(Basic, "UF_WEB_SITES", "Other sites"),
    field(Full, "USER_TYPE", "User type"),
];
