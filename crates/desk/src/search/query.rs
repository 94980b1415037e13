//! What somebody typed, as a question to the indexes. Nothing of it is an operator: quotes, brackets and signs only separate.

use store::words::{Term, Wanted};

use super::words::{self, Found};

/// Longest question, in characters.
pub const QUERY_CHARS_MAX: usize = 1000;

/// Words that count; what comes after them is passed over.
const WORDS_MAX: usize = 16;

/// Fewer signs are taken as a whole word, not as the beginning of one.
const PREFIX_CHARS_MIN: usize = 2;

/// Digits from which a question of digits alone may be a phone number.
const PHONE_DIGITS_MIN: usize = 5;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(super) messages: Wanted,
    pub(super) names: Wanted,
    pub(super) chat_id: Option<i64>,
}

impl Query {
    /// Understands what was typed. The last word may be unfinished, unless a blank follows it.
    #[must_use]
    pub fn parse(text: &str) -> Query {
        let text: String = text.chars().take(QUERY_CHARS_MAX).collect();
        let number = text.trim().trim_start_matches('#');
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let chat_id = number.parse().ok().filter(|id| is_number && *id > 0);
        match phone(&text) {
            Some(digits) => {
                let mut wanted = Wanted::default();
                wanted.any_of(words::numbers(&digits).filter_map(Term::prefix));
                Query { messages: wanted.clone(), names: wanted, chat_id }
            }
            None => Query { chat_id, ..Query::of_words(&text) },
        }
    }

    fn of_words(text: &str) -> Query {
        let found = words::words(text);
        let (mut messages, mut names) = (Wanted::default(), Wanted::default());
        for (number, word) in found.iter().enumerate().take(WORDS_MAX) {
            let unfinished = number + 1 == found.len() && word.range.end == text.len();
            messages.any_of(message_terms(word, unfinished));
            names.any_of(word.spellings.iter().filter_map(|spelling| name_term(spelling)));
        }
        Query { messages, names, chat_id: None }
    }
}

/// The digits of a question that holds nothing else than a number, in groups or not.
fn phone(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-().".contains(c);
    let digits: String = text.chars().filter(char::is_ascii_digit).take(20).collect();
    (text.chars().all(allowed) && digits.len() >= PHONE_DIGITS_MIN).then_some(digits)
}

fn beginning(spelling: &str) -> Option<Term> {
    match spelling.chars().count() < PREFIX_CHARS_MIN {
        true => Term::word(spelling),
        false => Term::prefix(spelling),
    }
}

/// Every word of a name may be unfinished, an initial too; one digit is rather a number.
fn name_term(spelling: &str) -> Option<Term> {
    match spelling.len() == 1 && spelling.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Term::word(spelling),
        false => Term::prefix(spelling),
    }
}

fn message_terms(word: &Found, unfinished: bool) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for spelling in &word.spellings {
        let stems = words::stems(spelling);
        terms.extend(stems.iter().filter_map(|stem| Term::word(stem)));
        if stems.is_empty() || unfinished {
            terms.extend(if unfinished { beginning(spelling) } else { Term::word(spelling) });
        }
    }
    let mut seen = std::collections::HashSet::new();
    terms.retain(|term| seen.insert(term.clone()));
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(wanted: &Wanted) -> String {
        let term = |term: &Term| match term {
            Term::Word(word) => word.clone(),
            Term::Prefix(start) => format!("{start}*"),
        };
        let group = |group: &Vec<Term>| group.iter().map(term).collect::<Vec<_>>().join("|");
        wanted.groups().iter().map(group).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_typed_is_words_only() {
        let typed = [
            "Rechnungen",
            "Rechnungen ",
            "Größe ist",
            "\"a\" OR b* NOT (c) words:x",
            "заказа",
            "#123",
            "7",
            "+7 (912) 345-67-89",
            "00000",
            "99999999999999999999999",
            "'; -- /* : ! & | <->",
        ];
        let line = |typed: &&str| {
            let query = Query::parse(typed);
            let chat = query.chat_id.map(|id| format!(" #{id}")).unwrap_or_default();
            format!("{typed} -> {} -> {}{chat}", shown(&query.messages), shown(&query.names))
        };
        let lines: Vec<String> = typed.iter().map(line).collect();
        assert_eq!(
            lines,
            [
                "Rechnungen -> rechnungen|rechnung|rechnungen* -> rechnungen*",
                "Rechnungen  -> rechnungen|rechnung -> rechnungen*",
                "Größe ist -> gross|groess ist|ist* -> grosse*|groesse* ist*",
                "\"a\" OR b* NOT (c) words:x -> a or b not c word x -> a* or* b* not* c* words* x*",
                "заказа -> заказ|заказа* -> заказа*",
                "#123 -> 123* -> 123* #123",
                "7 -> 7 -> 7 #7",
                "+7 (912) 345-67-89 -> 79123456789*|9123456789* -> 79123456789*|9123456789*",
                "00000 -> 00000* -> 00000*",
                "99999999999999999999999 -> 99999999999999999999*|9999999999* -> 99999999999999999999*|9999999999*",
                "'; -- /* : ! & | <-> ->  -> ",
            ]
        );
        let long = Query::parse(&"word ".repeat(2000));
        assert_eq!(long.messages.groups().len(), WORDS_MAX);
    }
}
