//! Asking for a password: on a terminal without showing it, otherwise the first line of standard input.

use std::io::{IsTerminal, Write};
use std::process::Command;

use server::sign_in::{PASSWORD_BYTES_MAX, PASSWORD_BYTES_MIN};

/// Reads a password of a usable length.
pub fn ask() -> Result<String, String> {
    let password = match std::io::stdin().is_terminal() {
        false => line()?,
        true => {
            let hidden = Hidden::start();
            let first = prompt("Password: ")?;
            let second = prompt("Again: ")?;
            drop(hidden);
            if first != second {
                return Err("the two passwords differ: try again".to_owned());
            }
            first
        }
    };
    match password.len() {
        PASSWORD_BYTES_MIN..=PASSWORD_BYTES_MAX => Ok(password),
        _ => Err(format!("a password has {PASSWORD_BYTES_MIN} to {PASSWORD_BYTES_MAX} bytes: choose another")),
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
