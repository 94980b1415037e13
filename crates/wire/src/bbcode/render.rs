//! Pieces into plain text and into HTML.

use std::fmt::Write;

use super::parse::{Piece, Tag};

pub(super) fn plain(pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    let mut after_quote = false;
    for piece in pieces {
        if std::mem::take(&mut after_quote) {
            out.push('\n');
        }
        match piece {
            Piece::Text(text) | Piece::Code(text) | Piece::Link(text) | Piece::Phone(text) => {
                out.push_str(text);
            }
            Piece::Image { url, .. } => out.push_str(url),
            Piece::Icon { title, .. } => out.push_str(title),
            Piece::Time { unix_s } => out.push_str(&utc(*unix_s)),
            Piece::Break => out.push('\n'),
            Piece::QuoteStart if !out.is_empty() && !out.ends_with('\n') => out.push('\n'),
            Piece::QuoteEnd => after_quote = true,
            Piece::QuoteStart | Piece::Open(_) | Piece::Close(_) | Piece::File { .. } => {}
        }
    }
    out
}

pub(super) fn html(pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => escape_lines(&mut out, text),
            Piece::Break => out.push_str("<br />"),
            Piece::Open(tag) => open(&mut out, *tag),
            Piece::Close(tag) => out.push_str(closing(*tag)),
            Piece::QuoteStart => out.push_str("<blockquote>"),
            Piece::QuoteEnd => out.push_str("</blockquote>"),
            Piece::Code(text) => {
                out.push_str("<code>");
                escape_lines(&mut out, text);
                out.push_str("</code>");
            }
            Piece::Link(url) => {
                link(&mut out, "", url);
                escape(&mut out, url);
                out.push_str("</a>");
            }
            Piece::Phone(number) => {
                link(&mut out, "tel:", number);
                escape(&mut out, number);
                out.push_str("</a>");
            }
            Piece::Image { url, size } => {
                attribute(&mut out, "<img src", url);
                attribute(&mut out, " class", size);
                out.push_str(" alt=\"\" />");
            }
            Piece::Icon { url, size, title } => icon(&mut out, url, *size, title),
            Piece::Time { unix_s } => {
                attribute(&mut out, "<time data-timestamp", &unix_s.to_string());
                out.push('>');
                out.push_str(&utc(*unix_s));
                out.push_str("</time>");
            }
            Piece::File { id } => {
                attribute(&mut out, "<span data-disk", id);
                out.push_str("></span>");
            }
        }
    }
    out
}

fn open(out: &mut String, tag: Tag<'_>) {
    let (start, value) = match tag {
        Tag::Bold => return out.push_str("<b>"),
        Tag::Italic => return out.push_str("<i>"),
        Tag::Underline => return out.push_str("<u>"),
        Tag::Strike => return out.push_str("<s>"),
        Tag::Link(url) => return link(out, "", url),
        Tag::Phone(number) => return link(out, "tel:", number),
        Tag::Size(size) => ("<span style", &*format!("font-size:{size}px")),
        Tag::Color(color) => ("<span style", &*format!("color:{color}")),
        Tag::User(id) => ("<span data-user", id),
        Tag::Chat(id) => ("<span data-chat", id),
        Tag::Context(place) => ("<span data-context", place),
        Tag::Put(command) => ("<span data-put", command),
        Tag::Send(command) => ("<span data-send", command),
    };
    attribute(out, start, value);
    out.push('>');
}

fn closing(tag: Tag<'_>) -> &'static str {
    match tag {
        Tag::Bold => "</b>",
        Tag::Italic => "</i>",
        Tag::Underline => "</u>",
        Tag::Strike => "</s>",
        Tag::Link(_) | Tag::Phone(_) => "</a>",
        Tag::Size(_) | Tag::Color(_) | Tag::User(_) | Tag::Chat(_) | Tag::Context(_) | Tag::Put(_) | Tag::Send(_) => {
            "</span>"
        }
    }
}

fn link(out: &mut String, scheme: &str, address: &str) {
    out.push_str("<a href=\"");
    out.push_str(scheme);
    escape(out, address);
    out.push_str("\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">");
}

fn icon(out: &mut String, url: &str, size: Option<u8>, title: &str) {
    attribute(out, "<img src", url);
    attribute(out, " class", "icon");
    if let Some(size) = size {
        attribute(out, " width", &size.to_string());
        attribute(out, " height", &size.to_string());
    }
    attribute(out, " title", title);
    attribute(out, " alt", title);
    out.push_str(" />");
}

/// Appends `name="value"`, where the name may have markup in front.
fn attribute(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value);
    out.push('"');
}

/// Escapes text; line feeds are breaks, four blanks a tab stop.
fn escape_lines(out: &mut String, text: &str) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push_str("<br />");
        }
        for (index, part) in line.split("    ").enumerate() {
            if index > 0 {
                out.push_str("&nbsp;&nbsp;&nbsp;&nbsp;");
            }
            escape(out, part);
        }
    }
}

fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => {}
            '\0' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
}

/// `2025-09-09 13:31 UTC`. The reader's zone is for whoever displays it.
fn utc(unix_s: i64) -> String {
    let (days, second) = (unix_s.div_euclid(86_400), unix_s.rem_euclid(86_400));
    // Years that begin in March, in eras of 400 years, from the year 0.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let mut out = String::new();
    let (hour, minute) = (second / 3_600, second % 3_600 / 60);
    // Writing into a String cannot fail.
    let _ = write!(out, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC");
    out
}
