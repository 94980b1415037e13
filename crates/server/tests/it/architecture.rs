//! What must not be where (`ARCHITECTURE.md`): each crate is a set of forbidden things, and these tests hold it to that.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file: its path inside the repository, and its lines.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The lines that are code of the program: without comments and without the tests at the end of the file.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let program = self.text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
        let lines = program.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn is_one_of(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path == format!("{place}.rs") || self.path.starts_with(&format!("{place}/")))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// All Rust sources below these folders.
fn sources(folders: &[&str]) -> Vec<Source> {
    let root = root();
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push(Source { path: path.strip_prefix(&root).unwrap().display().to_string(), text });
        }
    }
    assert!(!found.is_empty(), "no sources below {folders:?}");
    found
}

/// Lines of code that contain one of these texts, as `path:line: text`.
fn mentions(sources: &[Source], forbidden: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for (number, line) in source.code() {
            let hits = forbidden.iter().filter(|text| line.contains(*text));
            found.extend(hits.map(|text| format!("{}:{number}: {text}", source.path)));
        }
    }
    found
}

const NOTHING: [String; 0] = [];

/// How a statement begins or goes on; in this notation nothing but SQL does.
const SQL: &[&str] = &["SELECT ", "INSERT INTO ", "DELETE FROM ", " SET ", "CREATE TABLE "];

#[test]
fn wire_has_no_clock_and_no_table() {
    let wire = sources(&["crates/wire/src"]);
    assert_eq!(mentions(&wire, &["SystemTime", "Instant", "jiff", "rand::", "std::fs", "std::net"]), NOTHING);
    assert_eq!(mentions(&wire, SQL), NOTHING);
}

#[test]
fn store_knows_no_table_of_ours() {
    let schema = fs::read_to_string(root().join("crates/desk/migrations/0001_first.sql")).unwrap();
    let tables: Vec<&str> =
        schema.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.strip_suffix(" (")).collect();
    assert!(tables.len() > 20, "{tables:?}");
    let statements: Vec<String> = tables
        .iter()
        .flat_map(|table| ["FROM", "INTO", "UPDATE", "TABLE", "JOIN"].map(|word| format!("{word} {table} ")))
        .collect();
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    assert_eq!(mentions(&sources(&["crates/store/src"]), &statements), NOTHING);
}

#[test]
fn desk_never_waits_and_never_calls_out() {
    let forbidden =
        ["async ", ".await", "tokio", "reqwest", "axum", "StatusCode", "std::net", "std::thread", "std::fs"];
    assert_eq!(mentions(&sources(&["crates/desk/src"]), &forbidden), NOTHING);
}

#[test]
fn the_server_has_no_sql() {
    assert_eq!(mentions(&sources(&["crates/server/src"]), SQL), NOTHING);
}

#[test]
fn only_outgoing_opens_client_connections() {
    let mut others = sources(&["crates/server/src", "crates/desk/src", "crates/store/src", "crates/wire/src"]);
    others.retain(|source| !source.is_one_of(&["crates/server/src/outgoing"]));
    assert_eq!(mentions(&others, &["reqwest", "hyper_util"]), NOTHING);
    // The database is another matter.
    others.retain(|source| !source.is_one_of(&["crates/store/src/postgres"]));
    assert_eq!(mentions(&others, &["TcpStream::connect", "UnixStream::connect"]), NOTHING);
}

#[test]
fn only_the_drivers_know_which_database_runs() {
    let mut others = sources(&["crates"]);
    let drivers = ["sqlite", "postgres", "dialect", "tls", "testing"].map(|name| format!("crates/store/src/{name}"));
    let drivers = drivers.each_ref().map(String::as_str);
    others.retain(|source| !source.is_one_of(&drivers) && !source.path.contains("/tests/"));
    assert_eq!(mentions(&others, &["rusqlite", "tokio_postgres"]), NOTHING);
}

#[test]
fn crates_point_in_one_direction() {
    let ours = ["wire", "store", "desk", "server"];
    for (name, expected) in
        [("wire", &[][..]), ("store", &[]), ("desk", &["store"]), ("server", &["desk", "store", "wire"])]
    {
        let manifest = fs::read_to_string(root().join(format!("crates/{name}/Cargo.toml"))).unwrap();
        let section = manifest.split("[dependencies]").nth(1).expect("dependencies");
        let section = section.split("\n[").next().unwrap_or_default();
        let named = section.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
        let mut used: Vec<&str> = named.filter(|name| ours.contains(name)).collect();
        used.sort_unstable();
        assert_eq!(used, expected, "{name}");
    }
}

#[test]
fn files_can_be_read_in_one_go() {
    let all = sources(&["crates", "load"]);
    let long = all.iter().filter(|source| source.text.lines().count() > 500);
    let long: Vec<String> = long.map(|source| format!("{}: split it by noun", source.path)).collect();
    assert_eq!(long, NOTHING);
}

#[test]
fn every_table_is_in_the_guide_to_the_database() {
    let schema = fs::read_to_string(root().join("crates/desk/migrations/0001_first.sql")).unwrap();
    let guide = fs::read_to_string(root().join("docs/database.md")).unwrap();
    let tables = schema.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split(' ').next());
    let missing: Vec<String> =
        tables.filter(|table| !guide.contains(&format!("`{table}`"))).map(str::to_owned).collect();
    assert_eq!(missing, NOTHING, "tables that docs/database.md does not name");
}
