//! The directories of the CRM: stages, sources and the like. They are fixed, but for the sources, of which each channel is
//! one; an item may hold any other word as well.

use store::Tx;

use crate::Result;

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Id of the entry, unique over all directories.
    pub id: i64,
    /// Directory.
    pub directory: &'static str,
    /// What items hold.
    pub code: String,
    /// For people.
    pub name: String,
    /// Place in the directory: 10, 20 and so on.
    pub sort: i64,
    /// Whether an item in this stage is at work.
    pub semantic: Semantic,
}

/// What a stage says of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Semantic {
    /// It is being worked on.
    Process,
    /// It ended well.
    Success,
    /// It ended badly.
    Failure,
}

impl Semantic {
    /// `P`, `S` or `F`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Semantic::Process => "P",
            Semantic::Success => "S",
            Semantic::Failure => "F",
        }
    }
}

/// Directory, code, name and what it says.
type Entry = (&'static str, &'static str, &'static str, Semantic);

use Semantic::{Failure, Process, Success};

const ENTRIES: &[Entry] = &[
    ("STATUS", "NEW", "Unassigned", Process),
    ("STATUS", "IN_PROCESS", "In progress", Process),
    ("STATUS", "PROCESSED", "Processed", Process),
    ("STATUS", "CONVERTED", "High-quality lead", Success),
    ("STATUS", "JUNK", "Junk lead", Failure),
    ("DEAL_STAGE", "NEW", "New", Process),
    ("DEAL_STAGE", "PREPARATION", "Document preparation", Process),
    ("DEAL_STAGE", "PREPAYMENT_INVOICE", "Prepayment invoice", Process),
    ("DEAL_STAGE", "EXECUTING", "In progress", Process),
    ("DEAL_STAGE", "FINAL_INVOICE", "Final invoice", Process),
    ("DEAL_STAGE", "WON", "Deal won", Success),
    ("DEAL_STAGE", "LOSE", "Deal lost", Failure),
    ("DEAL_STAGE", "APOLOGY", "Failure analysis", Failure),
    ("SOURCE", "CALL", "Call", Process),
    ("SOURCE", "EMAIL", "E-mail", Process),
    ("SOURCE", "WEB", "Website", Process),
    ("SOURCE", "ADVERTISING", "Advertising", Process),
    ("SOURCE", "PARTNER", "Existing client", Process),
    ("SOURCE", "RECOMMENDATION", "Recommendation", Process),
    ("SOURCE", "TRADE_SHOW", "Trade show", Process),
    ("SOURCE", "WEBFORM", "CRM form", Process),
    ("SOURCE", "CALLBACK", "Callback", Process),
    ("SOURCE", "OTHER", "Other", Process),
    ("CONTACT_TYPE", "CLIENT", "Clients", Process),
    ("CONTACT_TYPE", "SUPPLIER", "Suppliers", Process),
    ("CONTACT_TYPE", "PARTNER", "Partners", Process),
    ("CONTACT_TYPE", "OTHER", "Other", Process),
    ("COMPANY_TYPE", "CUSTOMER", "Client", Process),
    ("COMPANY_TYPE", "SUPPLIER", "Supplier", Process),
    ("COMPANY_TYPE", "COMPETITOR", "Competitor", Process),
    ("COMPANY_TYPE", "PARTNER", "Partner", Process),
    ("COMPANY_TYPE", "OTHER", "Other", Process),
    ("DEAL_TYPE", "SALE", "Sale", Process),
    ("DEAL_TYPE", "COMPLEX", "Complex sale", Process),
    ("DEAL_TYPE", "GOODS", "Sale of goods", Process),
    ("DEAL_TYPE", "SERVICES", "Sale of services", Process),
    ("DEAL_TYPE", "SERVICE", "After-sale service", Process),
    ("HONORIFIC", "HNR_EN_1", "Mr.", Process),
    ("HONORIFIC", "HNR_EN_2", "Ms.", Process),
    ("HONORIFIC", "HNR_EN_3", "Mrs.", Process),
    ("HONORIFIC", "HNR_EN_4", "Dr.", Process),
    ("INDUSTRY", "IT", "Information technology", Process),
    ("INDUSTRY", "TELECOM", "Telecommunication", Process),
    ("INDUSTRY", "MANUFACTURING", "Manufacturing", Process),
    ("INDUSTRY", "BANKING", "Banking services", Process),
    ("INDUSTRY", "OTHER", "Other", Process),
    ("EMPLOYEES", "EMPLOYEES_1", "less than 50", Process),
    ("EMPLOYEES", "EMPLOYEES_2", "50-250", Process),
    ("EMPLOYEES", "EMPLOYEES_3", "250-500", Process),
    ("EMPLOYEES", "EMPLOYEES_4", "over 500", Process),
];

/// All entries, directory by directory.
pub fn all() -> impl Iterator<Item = Status> {
    (1_i64..).zip(ENTRIES).scan(("", 0), |(directory, place), (id, entry)| {
        let (name, code, title, semantic) = *entry;
        *place = if *directory == name { *place + 10 } else { 10 };
        *directory = name;
        Some(Status { id, directory: name, code: code.to_owned(), name: title.to_owned(), sort: *place, semantic })
    })
}

/// The source of what a line's connector brings (`CRM_SOURCE` = `create`): `1|WHATSAPP`.
#[must_use]
pub fn line_source(line_id: i64, connector: &str) -> String {
    format!("{line_id}|{}", connector.to_uppercase())
}

/// The sources of the channels that there are, after the fixed ones.
///
/// # Errors
/// Those of the database.
pub fn line_sources(tx: &mut Tx<'_>) -> Result<Vec<Status>> {
    let sql = "SELECT l.id, l.name, k.id, k.spelling, k.name FROM channels c \
               JOIN lines l ON l.id = c.line_id AND l.removed_ms IS NULL \
               JOIN connectors k ON k.id = c.connector_id AND k.removed_ms IS NULL ORDER BY l.id, k.id LIMIT 1000";
    let sources = tx.query(sql, &[], |row| {
        let (line_id, connector_id): (i64, i64) = (row.get(0)?, row.get(2)?);
        let (line, spelling, connector): (String, String, String) = (row.get(1)?, row.get(3)?, row.get(4)?);
        Ok(Status {
            // Beyond the fixed entries, and the same every time.
            id: line_id * 1_000_000 + connector_id,
            directory: "SOURCE",
            code: line_source(line_id, &spelling),
            name: format!("{connector} - {line}"),
            sort: 1000,
            semantic: Process,
        })
    })?;
    Ok(sources)
}

/// The first entry of a directory: what an item holds that was not told otherwise.
#[must_use]
pub fn first(directory: &str) -> &'static str {
    ENTRIES.iter().find(|entry| entry.0 == directory).map_or("", |entry| entry.1)
}

/// What a stage says of an item; a word of no directory is work in progress. Stages of another funnel are `C9:NEW`.
#[must_use]
pub fn semantic(directory: &str, code: &str) -> Semantic {
    let plain = code.split_once(':').map_or(code, |(_, plain)| plain);
    ENTRIES.iter().find(|entry| entry.0 == directory && entry.1 == plain).map_or(Process, |entry| entry.3)
}
