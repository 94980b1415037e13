//! The part of a text in which something was found, and where exactly: as numbers, so that nobody has to trust markup.

use std::ops::Range;

use store::words::Wanted;

use super::Query;
use super::words;

/// Longest part that is shown, in characters.
const CHARS_MAX: usize = 160;

/// How many characters stand before the first finding.
const BEFORE: usize = 40;

/// Marks of one part at most.
const MARKS_MAX: usize = 32;

/// Part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The part; an ellipsis stands where something was left out.
    pub text: String,
    /// What was found, in order, without overlaps.
    pub marks: Vec<Mark>,
}

/// A stretch of a text in UTF-16 code units, as browsers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Where it begins.
    pub start: usize,
    /// How long it is.
    pub length: usize,
}

/// The part of a plain text that shows why it was found.
#[must_use]
pub fn snippet(text: &str, query: &Query) -> Snippet {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let found = findings(&text, &query.messages);
    let part = part(&text, found.first());
    let (start, end) = (part.start, part.end);
    let mut shown = String::new();
    shown.push_str(if start > 0 { "…" } else { "" });
    let shift = shown.encode_utf16().count();
    shown.push_str(&text[part]);
    shown.push_str(if end < text.len() { "…" } else { "" });
    let units = |range: Range<usize>| text[range].encode_utf16().count();
    let inside = found.into_iter().filter(|range| range.start >= start && range.end <= end);
    let marks =
        inside.take(MARKS_MAX).map(|range| Mark { start: shift + units(start..range.start), length: units(range) });
    Snippet { marks: marks.collect(), text: shown }
}

/// Where words of the question stand.
fn findings(text: &str, wanted: &Wanted) -> Vec<Range<usize>> {
    let fits = |word: &str| wanted.groups().iter().flatten().any(|term| term.fits(word));
    let mut found: Vec<Range<usize>> = words::phones(text)
        .into_iter()
        .filter(|(_, digits)| words::numbers(digits).any(fits))
        .map(|(range, _)| range)
        .collect();
    for word in words::words(text) {
        let known = |spelling: &String| fits(spelling) || words::stems(spelling).iter().any(|stem| fits(stem));
        if word.spellings.iter().any(known) {
            found.push(word.range);
        }
    }
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|range| {
        let apart = range.start >= end;
        end = end.max(range.end);
        apart
    });
    found
}

/// About [`CHARS_MAX`] characters around the first finding, cut between words where there are blanks.
fn part(text: &str, first: Option<&Range<usize>>) -> Range<usize> {
    let begins = first.map_or(0, |range| range.start);
    let before = text[..begins].char_indices().rev().take(BEFORE).last().map_or(0, |(at, _)| at);
    let start = match before {
        0 => 0,
        at => text[at..begins].find(' ').map_or(at, |blank| at + blank + 1),
    };
    let rest = &text[start..];
    let Some((cut, _)) = rest.char_indices().nth(CHARS_MAX) else { return start..text.len() };
    let long_enough = start + cut / 2;
    let end = match rest[..cut].rfind(' ') {
        Some(blank) if start + blank > long_enough => start + blank,
        _ => start + cut,
    };
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, typed: &str) -> (String, Vec<String>) {
        let snippet = snippet(text, &Query::parse(typed));
        let units: Vec<u16> = snippet.text.encode_utf16().collect();
        let marks = snippet.marks.iter();
        let marks = marks.map(|mark| String::from_utf16(&units[mark.start..mark.start + mark.length]).unwrap());
        (snippet.text.clone(), marks.collect())
    }

    #[test]
    fn findings_are_marked() {
        for (text, typed, marks) in [
            ("Ihre Rechnungen, Rechnung 5 und Rechnungsnummer", "rechnung", "Rechnungen|Rechnung|Rechnungsnummer"),
            ("😀 наши заказы", "заказ ", "заказы"),
            ("Größe L", "groesse", "Größe"),
            ("call +7 (912) 345-67-89", "9123456789", "+7 (912) 345-67-89".trim_start_matches('+')),
            ("nothing", "other", ""),
        ] {
            let (_, found) = marked(text, typed);
            assert_eq!(found.join("|"), marks, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_finding() {
        let text = format!("{}needle {}", "hay ".repeat(100), "hay ".repeat(100));
        let (shown, found) = marked(&text, "needle");
        assert_eq!(found, ["needle"]);
        assert!(shown.starts_with("…hay ") && shown.ends_with(" hay…"), "{shown}");
        assert!(shown.chars().count() <= CHARS_MAX + 2, "{shown}");
        let (shown, _) = marked(&"я".repeat(1000), "x");
        assert_eq!(shown.chars().count(), CHARS_MAX + 1);
        assert_eq!(marked("", "x"), (String::new(), Vec::new()));
    }
}
