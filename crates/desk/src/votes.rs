//! The customer's rating of a session: how an answer in the channel is read. Pure.

/// A customer's rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vote {
    /// It was good.
    Like,
    /// It was not.
    Dislike,
}

impl Vote {
    /// The stored number; 0 is no rating. The protocol's interface shows five stars and one.
    #[must_use]
    pub fn stored(self) -> i64 {
        match self {
            Vote::Like => 5,
            Vote::Dislike => 1,
        }
    }

    /// The rating that a message gives: the message is one of the words and nothing else.
    #[must_use]
    pub fn parse(body: &str) -> Option<Vote> {
        if body.len() > LONGEST_BYTES {
            return None;
        }
        let lower = body.to_lowercase();
        let bare: String = lower.chars().filter(|letter| !is_decoration(*letter)).collect();
        let said = bare.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_one_of = |words: &[&str]| words.contains(&said.as_str());
        match () {
            () if is_one_of(LIKE) => Some(Vote::Like),
            () if is_one_of(DISLIKE) => Some(Vote::Dislike),
            () => None,
        }
    }
}

/// Longer messages are no rating, whatever they say.
const LONGEST_BYTES: usize = 100;

const LIKE: &[&str] =
    &["1", "👍", "like", "liked", "good", "лайк", "нравится", "понравилось", "хорошо", "gefällt mir", "gut"];
const DISLIKE: &[&str] = &[
    "0",
    "👎",
    "dislike",
    "disliked",
    "bad",
    "дизлайк",
    "не нравится",
    "не понравилось",
    "плохо",
    "gefällt mir nicht",
    "schlecht",
];

/// What stands around a word without changing it: punctuation, brackets of `(like)`, the colour of a thumb.
fn is_decoration(letter: char) -> bool {
    matches!(letter, '.' | '!' | ',' | '"' | '\'' | '(' | ')' | '«' | '»' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_thumbs_are_ratings_and_sentences_are_not() {
        for like in
            ["1", " 1 ", "1.", "(like)", "LIKE!", "👍", "👍🏽", "👍\u{fe0f}", "Нравится", "хорошо", "Gefällt  mir"]
        {
            assert_eq!(Vote::parse(like), Some(Vote::Like), "{like}");
        }
        for dislike in ["0", "👎", "👎🏿", "Dislike", "не нравится!", "Плохо", "gefällt mir nicht", "schlecht"]
        {
            assert_eq!(Vote::parse(dislike), Some(Vote::Dislike), "{dislike}");
        }
        let long = "1".repeat(LONGEST_BYTES + 1);
        for other in ["", "!", "10", "01", "1 pair please", "-1", "2", "👍👎", "not good", "good morning", "да", &long]
        {
            assert_eq!(Vote::parse(other), None, "{other}");
        }
    }
}
