//! What the program says of its configuration, and what it refuses.

use std::process::Output;

use serde_json::Value;

use super::cli::{brief, printed, printed_json, run, trunkline};

/// Configuration file, environment, flags, what is said.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str], &'static str);

#[test]
fn bad_configuration_names_key_and_source() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |file: &str, variables: &[(&str, &str)], flags: &[&str]| {
        std::fs::write(folder.path().join("c.toml"), file).unwrap();
        let mut command = trunkline(folder.path(), &["serve", "--config", "c.toml"]);
        let output = command.args(flags).envs(variables.iter().copied()).output().unwrap();
        let (code, text) = brief(&output);
        assert_eq!(code, 1, "{text}");
        text
    };
    let cases: [Case; 10] = [
        ("[server]\nlistn = 1", &[], &[], "server.listn (file c.toml): no such key; there are: listen, public_url,"),
        ("[nope]\na = 1", &[], &[], "nope (file c.toml): no such key; there are: server, database,"),
        ("[database]\nreaders = 'x'", &[], &[], "database.readers (file c.toml): invalid type: found string \"x\""),
        ("[database]\nreaders = 0", &[], &[], "database.readers (file c.toml): it must be from 1 to 64"),
        ("what is this", &[], &[], "configuration file c.toml: TOML parse error at line 1"),
        (
            "",
            &[("TRUNKLINE_RATE__BURST", "0")],
            &[],
            "rate.burst (environment variable TRUNKLINE_RATE__BURST): it must",
        ),
        ("", &[("TRUNKLINE_A__B", "0")], &[], "a (environment variable TRUNKLINE_A): no such key; there are: server,"),
        (
            "",
            &[],
            &["--database", "mysql://x"],
            "database.url (flag --database): it must start with sqlite: or postgres",
        ),
        ("", &[], &["--set", "rate.burst=many"], "rate.burst (flag --set): invalid type"),
        ("", &[], &["--log-level", "a=b=c"], "log.level (flag --log-level): use error, warn, info, debug or a filter"),
    ];
    for (file, variables, flags, expected) in cases {
        let text = refused(file, variables, flags);
        assert!(text.starts_with(&format!("trunkline: {expected}")), "{text}\n{expected}");
    }
    let missing = brief(&run(folder.path(), &["serve", "--config", "d.toml"]));
    assert_eq!(missing, (1, "trunkline: configuration file d.toml does not exist".to_owned()));
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let database = |variable: Option<&str>, flags: &[&str]| {
        let mut command = trunkline(folder.path(), &["check", "--json", "--listen", "127.0.0.1:0"]);
        command.args(flags);
        if let Some(value) = variable {
            command.env("TRUNKLINE_DATA__FOLDER", value);
        }
        let found: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        found[1]["text"].as_str().unwrap().replace("sqlite:", "").replace("/trunkline.db will be made", "")
    };
    assert_eq!(database(None, &[]), "data");
    std::fs::write(folder.path().join("trunkline.toml"), "[data]\nfolder = 'from-file'").unwrap();
    assert_eq!(database(None, &[]), "from-file", "trunkline.toml in the folder is read");
    std::fs::write(folder.path().join("other.toml"), "[data]\nfolder = 'from-other'").unwrap();
    assert_eq!(database(None, &["--config", "other.toml"]), "from-other");
    assert_eq!(database(Some("from-env"), &[]), "from-env");
    assert_eq!(database(Some("from-env"), &["--set", "data.folder=from-set"]), "from-set");
    assert_eq!(database(Some("from-env"), &["--set", "data.folder=x", "--data", "from-flag"]), "from-flag");
}

#[test]
fn check_names_what_failed() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let states = |output: &Output| -> Vec<String> {
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let state = |one: &Value| format!("{} {}", one["check"].as_str().unwrap(), one["ok"]);
        found.as_array().unwrap().iter().map(state).collect()
    };
    let fine = run(folder.path(), &["check", "--json", "--listen", "127.0.0.1:0"]);
    assert_eq!(fine.status.code(), Some(0));
    assert_eq!(states(&fine), ["configuration true", "database true", "clock true", "data folder true", "port true"]);
    assert!(!folder.path().join("data").exists(), "a check makes nothing");

    let taken = run(folder.path(), &["check", "--json", "--listen", &address]);
    assert_eq!(brief(&taken), (1, "trunkline: 1 of 5 checks failed".to_owned()));
    assert_eq!(states(&taken).last().unwrap(), "port false");

    std::fs::write(folder.path().join("file"), "").unwrap();
    let no_folder = run(folder.path(), &["check", "--json", "--listen", "127.0.0.1:0", "--data", "file/data"]);
    assert_eq!(states(&no_folder)[3], "data folder false");

    let no_server = ["check", "--json", "--listen", "127.0.0.1:0", "--database", "postgres://u:geheim@127.0.0.1:1/x"];
    let no_server = run(folder.path(), &no_server);
    assert_eq!(states(&no_server)[1], "database false");
    assert!(!String::from_utf8_lossy(&no_server.stdout).contains("geheim"), "passwords are not shown");

    let bad = run(folder.path(), &["check", "--listen", "nowhere"]);
    assert_eq!(bad.status.code(), Some(1));
    let text = String::from_utf8(bad.stdout).unwrap();
    assert!(text.starts_with("failed  configuration  server.listen (flag --listen)"), "{text}");
}

#[test]
fn refusals_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |arguments: &[&str]| brief(&run(folder.path(), arguments));
    assert_eq!(
        refused(&["user", "list"]),
        (
            1,
            "trunkline: there is no database data/trunkline.db: name it with --data or --database, or make it with \
             `trunkline migrate`"
                .to_owned()
        )
    );
    let migrated = printed_json(folder.path(), &["migrate", "--json"]);
    assert_eq!(migrated["database"], "sqlite:data/trunkline.db");
    assert_eq!(migrated["applied"].as_array().unwrap().len(), desk::MIGRATIONS.len());
    assert_eq!(printed(&run(folder.path(), &["migrate"])), "sqlite:data/trunkline.db is up to date\n");
    let no_user = "trunkline: there is no active employee 9: `trunkline user list` shows who there is";
    assert_eq!(refused(&["webhook", "create", "x", "--user", "9"]), (1, no_user.to_owned()));
    let no_app = "trunkline: there is no application 9: `trunkline app list` shows which there are";
    assert_eq!(refused(&["app", "token", "9"]), (1, no_app.to_owned()));
    assert_eq!(refused(&["app", "create"]).0, 2, "wrong usage");
    assert_eq!(refused(&["app", "create", "x", "--handler-url", "nowhere"]).0, 2, "wrong usage");
    assert_eq!(refused(&["--help"]).0, 0);
}
