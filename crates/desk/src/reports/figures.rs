//! The numbers of a group of sessions.

use store::{Error, Row};

use crate::Millis;
use crate::votes::Vote;

/// The figures of the sessions `s` of a group, for [`Figures::from_row`]. The times to the first answers go into one text: a
/// percentile needs them all, and one column costs less than a row for each.
pub(super) fn columns() -> String {
    let count = |what: &str| format!("COUNT(CASE WHEN {what} THEN 1 END)");
    let sum = |what: &str| format!("CAST(COALESCE(SUM({what}), 0) AS BIGINT)");
    let ended = "s.closed_ms IS NOT NULL AND s.status <> 'spam'";
    [
        "COUNT(*)".to_owned(),
        "COUNT(s.first_reply_ms)".to_owned(),
        count(&format!("s.first_reply_ms IS NULL AND {ended}")),
        count("s.status = 'spam'"),
        count(&format!("s.vote = {}", Vote::Like.stored())),
        count(&format!("s.vote = {}", Vote::Dislike.stored())),
        sum("s.replies"),
        sum("s.replies_ms"),
        count(ended),
        "string_agg(CAST(s.first_reply_ms - s.created_ms AS TEXT), ',')".to_owned(),
        sum(&format!("CASE WHEN {ended} THEN s.closed_ms - s.created_ms END")),
    ]
    .join(", ")
}

/// The numbers of a group of sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Sessions that were opened.
    pub sessions: i64,
    /// Of these, answered by an operator.
    pub answered: i64,
    /// Closed without an answer, and no spam.
    pub lost: i64,
    /// Called spam.
    pub spam: i64,
    /// Rated well.
    pub likes: i64,
    /// Rated badly.
    pub dislikes: i64,
    /// From the opening to the first answer, of each answered session.
    first_answers_ms: Vec<Millis>,
    replies: i64,
    replies_ms: Millis,
    closed: i64,
    duration_ms: Millis,
}

impl Figures {
    /// The figures of a group from a row of [`columns`], which begin at this column.
    pub(super) fn from_row(row: &Row<'_>, first: usize) -> Result<Figures, Error> {
        let firsts: Option<String> = row.get(first + 9)?;
        let firsts = firsts.iter().flat_map(|text| text.split(','));
        Ok(Figures {
            sessions: row.get(first)?,
            answered: row.get(first + 1)?,
            lost: row.get(first + 2)?,
            spam: row.get(first + 3)?,
            likes: row.get(first + 4)?,
            dislikes: row.get(first + 5)?,
            replies: row.get(first + 6)?,
            replies_ms: row.get(first + 7)?,
            closed: row.get(first + 8)?,
            first_answers_ms: firsts.filter_map(|text| text.parse().ok()).collect(),
            duration_ms: row.get(first + 10)?,
        })
    }

    /// Both groups together.
    pub(super) fn add(&mut self, other: &Figures) {
        self.sessions += other.sessions;
        self.answered += other.answered;
        self.lost += other.lost;
        self.spam += other.spam;
        self.likes += other.likes;
        self.dislikes += other.dislikes;
        self.first_answers_ms.extend_from_slice(&other.first_answers_ms);
        self.replies += other.replies;
        self.replies_ms += other.replies_ms;
        self.closed += other.closed;
        self.duration_ms += other.duration_ms;
    }

    /// The time to the first answer that this share of the answered sessions did not exceed: the nearest rank, in
    /// milliseconds. `percent` is 1 to 100.
    #[must_use]
    pub fn first_answer_ms(&self, percent: usize) -> Option<Millis> {
        let mut sorted = self.first_answers_ms.clone();
        let rank = (sorted.len() * percent).div_ceil(100).checked_sub(1)?;
        let rank = rank.min(sorted.len() - 1);
        let (_, value, _) = sorted.select_nth_unstable(rank);
        Some(*value)
    }

    /// How long a customer waited for an answer on average.
    #[must_use]
    pub fn answer_ms(&self) -> Option<Millis> {
        (self.replies > 0).then(|| self.replies_ms / self.replies)
    }

    /// How long sessions lasted from opening to closing on average, without spam and those that are open.
    #[must_use]
    pub fn duration_ms(&self) -> Option<Millis> {
        (self.closed > 0).then(|| self.duration_ms / self.closed)
    }
}
