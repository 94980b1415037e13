//! Phone numbers and e-mail addresses: finding them in texts, and the form in which two of them are the same. Pure.

use std::str::FromStr;

use linkify::{LinkFinder, LinkKind};
use phonenumber::Mode;
use phonenumber::country::Id;

/// Phones and addresses that are taken from one text at most.
const FOUND_MAX: usize = 10;
/// Digits of a phone number (E.164).
const DIGITS_MAX: usize = 15;
/// Fewer digits are no phone number with its country's code.
const DIGITS_MIN: usize = 7;
/// Fewer digits without the country's code are a date, a price or a number of an order.
const NATIONAL_DIGITS_MIN: usize = 9;

/// The country whose rules phone numbers without `+` follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region(Id);

impl Region {
    /// From two letters (ISO 3166).
    #[must_use]
    pub fn parse(code: &str) -> Option<Region> {
        Id::from_str(&code.trim().to_uppercase()).ok().map(Region)
    }

    /// The country in which nearly everybody lives who speaks this language; `None` where it is many.
    #[must_use]
    pub fn of_language(language: &str) -> Option<Region> {
        let country = match language.trim().to_lowercase().as_str() {
            "be" | "by" => "BY",
            "cs" | "cz" => "CZ",
            "de" => "DE",
            "fr" => "FR",
            "it" => "IT",
            "kk" | "kz" => "KZ",
            "pl" => "PL",
            "ru" => "RU",
            "tr" => "TR",
            "ua" | "uk" => "UA",
            "br" => "BR",
            _ => return None,
        };
        Region::parse(country)
    }
}

/// What stands in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Phone numbers as `+` and digits, in order, each once.
    pub phones: Vec<String>,
    /// E-mail addresses in small letters, in order, each once.
    pub emails: Vec<String>,
}

impl Found {
    /// Nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.phones.is_empty() && self.emails.is_empty()
    }

    /// Adds what is not there yet, up to the limit.
    pub fn merge(&mut self, other: Found) {
        for phone in other.phones {
            push(&mut self.phones, phone);
        }
        for email in other.emails {
            push(&mut self.emails, email);
        }
    }
}

fn push(list: &mut Vec<String>, one: String) {
    if list.len() < FOUND_MAX && !list.contains(&one) {
        list.push(one);
    }
}

/// Whether it is worth looking: an `@`, or enough digits with nothing but separators between them. Costs one pass.
#[must_use]
pub fn may_contain(text: &str) -> bool {
    let mut digits = 0;
    for byte in text.bytes() {
        match byte {
            b'@' => return true,
            b'0'..=b'9' => digits += 1,
            b' ' | b'-' | b'.' | b'(' | b')' | b'/' | 0x80.. => {}
            _ => digits = 0,
        }
        if digits >= DIGITS_MIN {
            return true;
        }
    }
    false
}

/// The valid phone numbers and addresses in a text.
#[must_use]
pub fn find(text: &str, region: Option<Region>) -> Found {
    let mut found = Found::default();
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Email, LinkKind::Url]);
    // Digits inside of links and addresses are no phone numbers.
    let mut end = 0;
    for link in finder.links(text) {
        find_phones(&text[end..link.start()], region, &mut found.phones);
        end = link.end();
        if *link.kind() == LinkKind::Email {
            push(&mut found.emails, link.as_str().to_lowercase());
        }
    }
    find_phones(&text[end..], region, &mut found.phones);
    found
}

fn find_phones(text: &str, region: Option<Region>, phones: &mut Vec<String>) {
    let mut candidate = String::new();
    let mut before = ' ';
    let mut usable = true;
    for c in text.chars().chain(std::iter::once('\n')) {
        let begins = c == '+' && !candidate.is_empty();
        let goes_on = !begins && (c.is_ascii_digit() || (c == '+' && candidate.is_empty()) || is_separator(c));
        if goes_on && (!candidate.is_empty() || c.is_ascii_digit() || c == '+' || c == '(') {
            if candidate.is_empty() {
                usable = !before.is_alphanumeric() && before != '_';
            }
            candidate.push(c);
        } else if !candidate.is_empty() {
            let attached = c.is_alphanumeric() && candidate.ends_with(|last: char| last.is_ascii_digit());
            if usable && !attached {
                phones_of(&candidate, region, phones);
            }
            candidate.clear();
            if begins {
                candidate.push(c);
                usable = true;
            }
        }
        before = c;
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '\u{2010}'..='\u{2013}' | '\u{202f}')
}

fn phones_of(candidate: &str, region: Option<Region>, phones: &mut Vec<String>) {
    let text = candidate.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let international = text.starts_with('+');
    let enough = if international { DIGITS_MIN } else { NATIONAL_DIGITS_MIN };
    if !(enough..=DIGITS_MAX + 1).contains(&digits) || looks_like_date(text) {
        return;
    }
    if let Some(phone) = valid_phone(text, region) {
        push(phones, phone);
    }
}

/// `31.12.2025 …` and `2025-12-31 …`
fn looks_like_date(text: &str) -> bool {
    let mut parts = text.split(['.', '-', '/', ' ']);
    let mut number = || parts.next().filter(|part| part.bytes().all(|b| b.is_ascii_digit())).map(str::len);
    let shape = [number(), number(), number()];
    matches!(shape, [Some(1..=2), Some(1..=2), Some(2 | 4)] | [Some(4), Some(1..=2), Some(1..=2)])
        && text.contains(['.', '-', '/'])
}

/// A phone number that its country could have given, as `+` and digits. An extension is left out.
#[must_use]
pub fn valid_phone(text: &str, region: Option<Region>) -> Option<String> {
    if text.len() > 250 {
        return None;
    }
    let valid = |text: &str, region: Option<Region>| {
        let number = phonenumber::parse(region.map(|region| region.0), text).ok()?;
        if !number.is_valid() {
            return None;
        }
        Some(number.format().mode(Mode::E164).to_string())
    };
    let text = without_extension(text);
    let is_phone = |c: char| c.is_ascii_digit() || c == '+' || is_separator(c);
    if text.is_empty() || !text.chars().all(is_phone) {
        return None;
    }
    if let Some(phone) = valid(text, region) {
        return Some(phone);
    }
    // Messengers leave the plus out.
    let digits = digits_of(text);
    if text.starts_with('+') || digits.len() < 10 {
        return None;
    }
    valid(&format!("+{digits}"), None)
}

/// The number before `ext. 12`, `x12`, `#12` or `доб. 12`.
fn without_extension(text: &str) -> &str {
    let end = text.find(['e', 'E', 'x', 'X', '#', ',', ';', 'д', 'Д']);
    text[..end.unwrap_or(text.len())].trim()
}

/// The form in which two phone numbers are the same: `+` and digits if it is a valid one, else its digits, else itself.
#[must_use]
pub fn normal_phone(text: &str, region: Option<Region>) -> String {
    if let Some(phone) = valid_phone(text, region) {
        return phone;
    }
    let digits = digits_of(without_extension(text));
    if digits.is_empty() { text.trim().to_lowercase() } else { digits }
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The form in which two e-mail addresses are the same.
#[must_use]
pub fn normal_email(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether the whole text is one e-mail address.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let text = text.trim();
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Email]);
    let mut links = finder.links(text);
    links.next().is_some_and(|link| link.start() == 0 && link.end() == text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_read() {
        let cases: &[(&str, &str, &[&str], &[&str])] = &[
            ("call me: 8 (912) 345-67-89", "RU", &["+79123456789"], &[]),
            ("+7 912 345-67-89 and +49 30 901820", "RU", &["+79123456789", "+4930901820"], &[]),
            ("79123456789", "RU", &["+79123456789"], &[]),
            ("my number is 030/901820, thanks", "DE", &["+4930901820"], &[]),
            ("(212) 736-5000", "US", &["+12127365000"], &[]),
            ("mail Anna.Smith@Example.com, please", "", &[], &["anna.smith@example.com"]),
            ("on 31.12.2025 14:30 or 2025-12-31 at 7", "DE", &[], &[]),
            ("order 12345678", "RU", &[], &[]),
            ("https://example.com/79123456789?a=89123456789", "RU", &[], &[]),
            ("89123456789", "", &[], &[]),
            ("abc89123456789", "RU", &[], &[]),
            ("1234567890123456789012345", "RU", &[], &[]),
            ("", "RU", &[], &[]),
            ("+", "RU", &[], &[]),
            ("+7 912 345-67-89, 8 912 345 67 89", "RU", &["+79123456789"], &[]),
        ];
        for (text, region, phones, emails) in cases {
            let found = find(text, Region::parse(region));
            assert_eq!(found.phones, *phones, "{text}");
            assert_eq!(found.emails, *emails, "{text}");
        }
    }

    #[test]
    fn a_look_costs_nothing_where_nothing_is() {
        for (text, worth) in [
            ("hello", false),
            ("2 of 5 for 100", false),
            ("a@b", true),
            ("+7 (912) 345-67-89", true),
            ("12345a67", false),
            ("", false),
        ] {
            assert_eq!(may_contain(text), worth, "{text}");
        }
    }

    #[test]
    fn whatever_is_found_was_worth_looking_for() {
        for text in ["8 (912) 345-67-89", "a@example.com", "912\u{a0}345\u{a0}67\u{a0}89"] {
            assert!(!find(text, Region::parse("RU")).is_empty(), "{text}");
            assert!(may_contain(text), "{text}");
        }
    }

    #[test]
    fn forms_that_are_the_same() {
        let ru = Region::parse("RU");
        for (one, other) in [("8 912 345-67-89", "+79123456789"), ("7 912 3456789", "+7 (912) 345 67 89")] {
            assert_eq!(normal_phone(one, ru), normal_phone(other, ru));
        }
        assert_eq!(normal_phone("12-34", ru), "1234");
        assert_eq!(normal_phone("Extension", ru), "extension");
        assert!(is_email("a.b@example.com"));
        assert!(!is_email("write a@example.com"));
        assert!(!is_email("a@b"), "no host");
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "[0-9+() ./@a-zx#,;\\u{a0}\\u{2013}\\n-]{0,80}|.{0,60}", country in 0..5_usize) {
            let region = Region::parse(["", "DE", "RU", "US", "XX"][country]);
            let found = find(&text, region);
            prop_assert!(found.is_empty() || may_contain(&text), "{}", text);
            for phone in &found.phones {
                prop_assert_eq!(&normal_phone(phone, region), phone, "what was found is its own normal form");
            }
            prop_assert!(normal_phone(&text, region).len() <= 2 * text.len() + 4);
            prop_assert!(!is_email(&text) || text.contains('@'));
        }
    }
}
