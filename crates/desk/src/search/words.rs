//! Words of a text as they are looked for: without capitals and accents, with their stems. Pure, so that both databases
//! answer alike (`docs/decisions/0011-stems-of-our-own.md`).

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The rules of this file and of the stemmers. One more whenever the words of a text change: every index is then made anew.
pub(super) const RULES: i64 = 1;

/// Longer words are cut, in characters.
const WORD_CHARS_MAX: usize = 40;

/// Different words of one text that are looked at.
const WORDS_MAX: usize = 5_000;

/// Digits of what may be a phone number.
const PHONE_DIGITS: Range<usize> = 7..16;

/// Digits of a phone number without its country.
const NATIONAL_DIGITS: usize = 10;

/// Fewer digits at the end of a number are not looked for.
const ENDING_DIGITS_MIN: usize = 4;

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::English));
static GERMAN: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::German));
static RUSSIAN: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::new(Algorithm::Russian));

/// A word where it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Bytes of the text.
    pub(super) range: Range<usize>,
    /// The word or number, in each spelling it is known by: without accents; with `ae` for `ä`.
    pub(super) spellings: Vec<String>,
}

/// The words of a text in their order. A sign of a script without blanks is a word by itself.
pub(super) fn words(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut start = None;
    let end_of_text = (text.len(), ' ');
    for (at, c) in text.char_indices().chain([end_of_text]) {
        let alone = stands_alone(c);
        let inside = !alone && (c.is_alphanumeric() || (start.is_some() && is_combining_mark(c)));
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(begun)) => {
                found.push(found_at(text, begun..at));
                start = None;
            }
            _ => {}
        }
        if alone {
            found.push(found_at(text, at..at + c.len_utf8()));
        }
    }
    found
}

fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

fn found_at(text: &str, range: Range<usize>) -> Found {
    Found { spellings: spellings(&text[range.clone()]), range }
}

/// The spellings of one word; none for what has nothing left without its accents.
fn spellings(word: &str) -> Vec<String> {
    let small: Vec<char> = word.nfkc().take(WORD_CHARS_MAX).flat_map(char::to_lowercase).nfc().collect();
    let cut = |spelling: String| spelling.chars().take(WORD_CHARS_MAX).collect::<String>();
    let plain = cut(small.iter().flat_map(|c| plain_letters(*c)).collect());
    let mut spellings = vec![plain];
    if small.iter().any(|c| matches!(c, 'ä' | 'ö' | 'ü')) {
        let written_out = small.iter().flat_map(|c| match c {
            'ä' => vec!['a', 'e'],
            'ö' => vec!['o', 'e'],
            'ü' => vec!['u', 'e'],
            c => plain_letters(*c),
        });
        spellings.push(cut(written_out.collect()));
    }
    spellings.retain(|spelling| !spelling.is_empty());
    spellings
}

/// A letter without its accent. The breve of `й` is no accent, and `ё` is mostly written `е`.
fn plain_letters(c: char) -> Vec<char> {
    match c {
        'й' => vec!['й'],
        'ß' => vec!['s', 's'],
        'ø' => vec!['o'],
        'ł' => vec!['l'],
        'æ' => vec!['a', 'e'],
        'œ' => vec!['o', 'e'],
        c => c.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect(),
    }
}

/// The stems of a spelling, in every language that its script suggests: a chat's message is too short to tell the language, and
/// a question is shorter. Numbers and other scripts have none.
pub(super) fn stems(spelling: &str) -> Vec<String> {
    let is_cyrillic = |c: char| matches!(c, '\u{400}'..='\u{52f}');
    let mut stems = if spelling.chars().all(|c| c.is_ascii_lowercase()) {
        vec![ENGLISH.stem(spelling).into_owned(), GERMAN.stem(spelling).into_owned()]
    } else if spelling.chars().all(is_cyrillic) {
        vec![RUSSIAN.stem(spelling).into_owned()]
    } else {
        Vec::new()
    };
    stems.dedup();
    stems.retain(|stem| !stem.is_empty());
    stems
}

/// A number that may be a phone's, where it stands in a text: its digits without what separates them.
pub(super) fn phones(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut digits = String::new();
    let (mut start, mut end, mut apart) = (0, 0, 0);
    let end_of_text = (text.len(), '\n');
    for (at, c) in text.char_indices().chain([end_of_text]) {
        if c.is_ascii_digit() {
            if digits.is_empty() {
                start = at;
            }
            digits.push(c);
            (end, apart) = (at + 1, 0);
            continue;
        }
        apart += 1;
        let separates = apart <= 3 && matches!(c, ' ' | '\u{a0}' | '-' | '(' | ')' | '.' | '/' | '‑' | '–');
        if !separates && !digits.is_empty() {
            if PHONE_DIGITS.contains(&digits.len()) {
                found.push((start..end, std::mem::take(&mut digits)));
            }
            digits.clear();
        }
    }
    found
}

/// A number as it is found by: whole, and without its country.
pub(super) fn numbers(digits: &str) -> impl Iterator<Item = &str> {
    let national = digits.len().checked_sub(NATIONAL_DIGITS).filter(|cut| *cut > 0).map(|cut| &digits[cut..]);
    [Some(digits), national].into_iter().flatten()
}

/// A set of words that a row is found by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Set(pub(super) BTreeSet<String>);

impl Set {
    /// What people write: words with their stems, phone numbers.
    pub(super) fn text(&mut self, text: &str) {
        for found in words(text) {
            for spelling in found.spellings {
                self.0.extend(stems(&spelling));
                self.0.insert(spelling);
            }
            if self.0.len() >= WORDS_MAX {
                return;
            }
        }
        for (_, digits) in phones(text) {
            self.0.extend(numbers(&digits).map(str::to_owned));
        }
    }

    /// Names and addresses, which have no stems.
    pub(super) fn names(&mut self, text: &str) {
        self.0.extend(words(text).into_iter().flat_map(|found| found.spellings));
    }

    /// A phone number, which is found by its end too, and by any part of it while it is typed.
    pub(super) fn phone(&mut self, text: &str) {
        let digits: String = text.chars().filter(char::is_ascii_digit).take(WORD_CHARS_MAX).collect();
        let endings = (0..digits.len()).map(|at| &digits[at..]);
        self.0.extend(endings.filter(|ending| ending.len() >= ENDING_DIGITS_MIN).map(str::to_owned));
    }

    /// A word that no text has.
    pub(super) fn mark(&mut self, mark: String) {
        self.0.insert(mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> Vec<String> {
        let mut set = Set::default();
        set.text(text);
        set.0.into_iter().collect()
    }

    #[test]
    fn words_have_stems_and_spellings() {
        let texts = [
            "Rechnungen",
            "Größe",
            "GRÖSSE gro\u{308}ße",
            "Häuser",
            "заказа",
            "Ёлки",
            "мой",
            "cancelled orders",
            "v2.5-beta",
            "北京 ok",
            "+7 (912) 345-67-89",
            "!?… — \u{301}",
        ];
        let lines: Vec<String> = texts.iter().map(|text| format!("{text}: {}", set(text).join(" "))).collect();
        assert_eq!(
            lines,
            [
                "Rechnungen: rechnung rechnungen",
                "Größe: groess groesse gross grosse",
                "GRÖSSE gro\u{308}ße: groess groesse gross grosse",
                "Häuser: haeuser haus hauser",
                "заказа: заказ заказа",
                "Ёлки: елк елки",
                "мой: мо мой",
                "cancelled orders: cancel cancelled ord order orders",
                "v2.5-beta: 5 beta v2",
                "北京 ok: ok 京 北",
                "+7 (912) 345-67-89: 345 67 7 79123456789 89 912 9123456789",
                "!?… — \u{301}: ",
            ]
        );
    }

    #[test]
    fn what_is_long_is_cut() {
        let long = "я".repeat(10_000);
        let words = set(&long);
        assert!(words.iter().all(|word| word.chars().count() <= WORD_CHARS_MAX), "{words:?}");
        let many: String = (0..100_000).map(|number| format!("w{number} ")).collect();
        assert!(set(&many).len() <= WORDS_MAX + 4);
    }

    #[test]
    fn numbers_of_phones() {
        let found = |text: &str| {
            phones(text).into_iter().map(|(range, digits)| (text[range].to_owned(), digits)).collect::<Vec<_>>()
        };
        assert_eq!(found("call 8 (912) 345-67-89."), [("8 (912) 345-67-89".to_owned(), "89123456789".to_owned())]);
        assert_eq!(found("12 or 2025-06-15T10"), [("2025-06-15".to_owned(), "20250615".to_owned())]);
        assert_eq!(found("1, 2, 3"), []);
        assert_eq!(numbers("79123456789").collect::<Vec<_>>(), ["79123456789", "9123456789"]);
        assert_eq!(numbers("1234567").collect::<Vec<_>>(), ["1234567"]);
    }
}
