//! Asking for a password: on a terminal without showing it, otherwise the first line of standard input.

use std::io::{IsTerminal, Write};
use std::process::{Command, exit};

use server::sign_in::{PASSWORD_BYTES_MAX, PASSWORD_BYTES_MIN};

use super::serve::Signals;

/// What a shell says of a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// Reads a password of a usable length.
pub async fn ask() -> Result<String, String> {
    let password = match std::io::stdin().is_terminal() {
        false => line()?,
        true => {
            // A signal would end the program and leave the terminal as it is.
            let mut signals = Signals::watch()?;
            let hidden = Hidden::start();
            let asking = tokio::task::spawn_blocking(twice);
            let asked = tokio::select! {
                asked = asking => asked.map_err(|error| format!("reading the password: {error}"))?,
                () = signals.next() => {
                    drop(hidden);
                    // The thread that reads from the terminal cannot be ended otherwise.
                    exit(INTERRUPTED)
                }
            };
            drop(hidden);
            asked?
        }
    };
    match password.len() {
        PASSWORD_BYTES_MIN..=PASSWORD_BYTES_MAX => Ok(password),
        _ => Err(format!("a password has {PASSWORD_BYTES_MIN} to {PASSWORD_BYTES_MAX} bytes: choose another")),
    }
}

fn twice() -> Result<String, String> {
    let first = prompt("Password: ")?;
    match prompt("Again: ")? == first {
        true => Ok(first),
        false => Err("the two passwords differ: try again".to_owned()),
    }
}

fn prompt(text: &str) -> Result<String, String> {
    let mut terminal = std::io::stderr().lock();
    let _ = terminal.write_all(text.as_bytes());
    let line = line();
    let _ = terminal.write_all(b"\n");
    line
}

fn line() -> Result<String, String> {
    let mut text = String::new();
    let read = std::io::stdin().read_line(&mut text).map_err(|error| format!("reading the password: {error}"))?;
    match read {
        0 => Err("there is no password on standard input".to_owned()),
        _ => Ok(text.trim_end_matches(['\n', '\r']).to_owned()),
    }
}

/// Typed letters are not shown while this lives.
struct Hidden;

impl Hidden {
    fn start() -> Hidden {
        // Without stty the password is seen by whoever looks on, which is no reason to refuse it.
        let _ = Command::new("stty").arg("-echo").status();
        Hidden
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = Command::new("stty").arg("echo").status();
    }
}
