//! What commands print: results on standard output, everything else on standard error.

use std::io::{IsTerminal, Write};

use serde_json::Value;

/// Prints one line. A reader that went away (`| head`) is no error.
pub fn line(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints one value for scripts.
pub fn json(value: &Value) {
    line(format_args!("{value:#}"));
}

/// Prints what went wrong.
pub fn failure(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "trunkline: {text}");
}

/// Prints a note that is not part of the result.
pub fn note(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints rows in columns as wide as they need to be.
pub fn table(heads: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heads[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let print = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells.zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        line(padded.join("  ").trim_end());
    };
    print(&mut heads.iter().copied());
    for row in rows {
        print(&mut row.iter().map(String::as_str));
    }
}

/// A word that stands out on a terminal; plain in files and pipes, and where `NO_COLOR` is set.
pub fn mark(word: &str, colour: Colour) -> String {
    let plain = !std::io::stdout().is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match (plain, colour) {
        (true, _) => word.to_owned(),
        (false, Colour::Green) => format!("\u{1b}[32m{word}\u{1b}[0m"),
        (false, Colour::Red) => format!("\u{1b}[31m{word}\u{1b}[0m"),
    }
}

/// The colours in use.
#[derive(Debug, Clone, Copy)]
pub enum Colour {
    /// Good.
    Green,
    /// Bad.
    Red,
}
