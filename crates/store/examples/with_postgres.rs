//! Runs a command with a PostgreSQL server that lives as long as the command: `with_postgres COMMAND ARGUMENT...`.
//!
//! The command finds the server's address in `TRUNKLINE_TEST_POSTGRES`. Its exit code is passed on.

use std::process::{Command, ExitCode};

use store::testing::{POSTGRES_VARIABLE, Postgres};

fn main() -> Result<ExitCode, String> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().ok_or("usage: with_postgres COMMAND ARGUMENT...")?;
    let server = Postgres::start(&[], &[]);
    let ended = Command::new(&program).args(arguments).env(POSTGRES_VARIABLE, server.url()).status();
    // The server ends before this process does, whatever became of the command.
    drop(server);
    let ended = ended.map_err(|error| format!("{}: {error}", program.to_string_lossy()))?;
    Ok(ended.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
