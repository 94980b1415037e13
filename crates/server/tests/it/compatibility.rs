//! `docs/compatibility.md` says what the program does: it is made from the method table, the list of events, and the notes
//! beside this file. `UPDATE=1` writes it anew.

pub(crate) mod notes;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use desk::facts::EventCode;
use desk::line_fields;
use server::rest::Methods;

use crate::method_table::NOT_BUILT;
use notes::{ABSENT, CALLED, DIFFERS, EVENTS, FIELDS, PARTS};

const HEAD: &str = "\
# Compatibility

What Trunkline does of the public Bitrix24 REST protocol, method by method. Made from the program's own tables by
`UPDATE=1 cargo test -p server --test it compatibility`; a test fails while this page says something else than the program.

* *done*: answers as documented, errors included.
* *differs*: answers as documented, except for what is said.
* *not yet*: to come; answers 404 `ERROR_METHOD_NOT_FOUND`.
* *not available*: will not come, and why; answers 404 `ERROR_METHOD_NOT_FOUND`.

What holds for every method: a call that is answered with 200 is on disk. All chats are open lines and a caller is always
known, so the documented errors `CHAT_TYPE`, `USER_ID`, `IMBOT_ERROR` and `IM_NOT_INSTALLED` do not occur. A browser
in which an employee is signed in has all scopes; methods of applications, and `imbot.*`, `imopenlines.bot.*` and
`imopenlines.network.message.add`, refuse it (`WRONG_AUTH_TYPE`), each in its documented words.
";

const EVENTS_HEAD: &str = "
## Events

Every event is told durably: in order per chat and handler, repeated for three days until the handler answers, with the same ids
each time. (The protocol promises no repetition; `trunkline.application.update` with `retry` = `never`
turns it off for an application. A redirect is not followed and counts as a refusal: bind the address it leads to.)
";

const FIELDS_HEAD: &str = "
## Fields of a line

All fields of `imopenlines.config.add` are kept and answered. These have no effect here:
";

const PARTS_HEAD: &str = "
## Not methods, and not there

| what | why |
| --- | --- |
";

/// How things stand with a method.
fn state(name: &str, built: &BTreeSet<String>) -> String {
    let note = |list: &[(&str, &'static str)]| list.iter().find(|(noted, _)| *noted == name).map(|(_, text)| *text);
    match (built.contains(&name.to_lowercase()), note(DIFFERS), note(ABSENT)) {
        (true, Some(text), _) => format!("differs: {text}"),
        (true, None, _) => "done".to_owned(),
        (false, _, Some(text)) => format!("not available: {text}"),
        (false, ..) => "not yet".to_owned(),
    }
}

/// The first part of a name; what has none belongs to the basic methods.
fn family(name: &str) -> &str {
    match name.split_once('.') {
        Some((
            family @ ("imconnector" | "imopenlines" | "im" | "imbot" | "crm" | "event" | "user" | "department"),
            _,
        )) => family,
        Some((family @ ("disk" | "placement" | "trunkline"), _)) => family,
        _ => "",
    }
}

fn title(family: &str) -> &str {
    match family {
        "" => "Basic and other methods",
        "imconnector" => "Connectors: `imconnector.*`",
        "imopenlines" => "Open lines: `imopenlines.*`",
        "im" => "Messenger: `im.*`",
        "imbot" => "Bots: `imbot.*`",
        "crm" => "CRM: `crm.*`",
        "event" => "Subscriptions: `event.*`",
        "user" => "Employees: `user.*`",
        "department" => "Departments: `department.*`",
        "disk" => "Files: `disk.*`",
        "placement" => "Placements: `placement.*`",
        _ => "Beyond the protocol: `trunkline.*`",
    }
}

const FAMILIES: &[&str] = &[
    "imconnector",
    "imopenlines",
    "im",
    "imbot",
    "crm",
    "event",
    "user",
    "department",
    "disk",
    "placement",
    "",
    "trunkline",
];

/// Name and scopes of every method that is spoken of, as documented.
fn spoken_of(methods: &Methods) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = methods
        .all()
        .iter()
        .map(|method| {
            (
                method.name.to_owned(),
                method.scopes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(" or "),
            )
        })
        .collect();
    let absent = ABSENT.iter().map(|(name, _)| *name);
    for name in absent.chain(CALLED.iter().copied()).chain(NOT_BUILT.iter().copied()).chain(["batch"]) {
        if !found.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            found.push((name.to_owned(), String::new()));
        }
    }
    found
}

fn page() -> String {
    let methods = Methods::default();
    let mut built: BTreeSet<String> = methods.all().iter().map(|method| method.name.to_lowercase()).collect();
    // It is answered before the table is asked.
    built.insert("batch".to_owned());
    let all = spoken_of(&methods);
    let mut page = HEAD.to_owned();
    for wanted in FAMILIES {
        let rows: Vec<_> = all.iter().filter(|(name, _)| family(name) == *wanted).collect();
        if rows.is_empty() {
            continue;
        }
        write!(page, "\n## {}\n\n| method | scope | state |\n| --- | --- | --- |\n", title(wanted)).unwrap();
        for (name, scopes) in rows {
            writeln!(page, "| `{name}` | {scopes} | {} |", state(name, &built)).unwrap();
        }
    }
    page.push_str(EVENTS_HEAD);
    page.push_str("\n| event | scope | state |\n| --- | --- | --- |\n");
    for event in EventCode::ALL {
        let scopes = event.scopes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(" or ");
        let note = EVENTS.iter().find(|(code, _)| *code == event.code).map_or("done", |(_, text)| text);
        writeln!(page, "| `{}` | {scopes} | {note} |", event.code).unwrap();
    }
    page.push_str(FIELDS_HEAD);
    page.push_str("\n| field | why |\n| --- | --- |\n");
    for (names, text) in FIELDS {
        let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        writeln!(page, "| {names} | {text} |").unwrap();
    }
    page.push_str(PARTS_HEAD);
    for (what, why) in PARTS {
        writeln!(page, "| {what} | {why} |").unwrap();
    }
    page
}

#[test]
fn the_page_says_what_the_program_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/compatibility.md");
    let page = page();
    if std::env::var_os("UPDATE").is_some_and(|value| !value.is_empty()) {
        std::fs::write(&path, &page).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = page.lines().zip(stored.lines()).find(|(new, old)| new != old);
    assert!(
        page == stored,
        "docs/compatibility.md is stale: run UPDATE=1 cargo test -p server --test it compatibility; first difference: {differs:?}"
    );
}

#[test]
fn the_notes_speak_of_what_there_is() {
    let methods = Methods::default();
    let find = |name: &str| methods.find(name).is_some() || name == "batch";
    let wrong: Vec<&str> = DIFFERS.iter().map(|(name, _)| *name).filter(|name| !find(name)).collect();
    assert!(wrong.is_empty(), "noted as different, but not there: {wrong:?}");
    let wrong: Vec<&str> = ABSENT.iter().map(|(name, _)| *name).filter(|name| find(name)).collect();
    assert!(wrong.is_empty(), "noted as not available, but there: {wrong:?}");
    let wrong: Vec<&str> =
        EVENTS.iter().map(|(code, _)| *code).filter(|code| EventCode::parse(code).is_none()).collect();
    assert!(wrong.is_empty(), "noted, but no events: {wrong:?}");
    let fields = FIELDS.iter().flat_map(|(names, _)| names.iter());
    let wrong: Vec<&&str> = fields.filter(|name| line_fields::find(name).is_none()).collect();
    assert!(wrong.is_empty(), "noted, but no fields: {wrong:?}");
}
