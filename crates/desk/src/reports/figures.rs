//! The numbers of a group of sessions.

use super::Counted;
use crate::Millis;
use crate::votes::Vote;

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
    pub(super) fn count(&mut self, session: &Counted) {
        self.sessions += 1;
        self.spam += i64::from(session.spam);
        self.likes += i64::from(session.vote == Vote::Like.stored());
        self.dislikes += i64::from(session.vote == Vote::Dislike.stored());
        match session.first_reply_ms {
            Some(at_ms) => {
                self.answered += 1;
                self.first_answers_ms.push(at_ms - session.created_ms);
            }
            None => self.lost += i64::from(session.closed_ms.is_some() && !session.spam),
        }
        self.replies += session.replies;
        self.replies_ms += session.replies_ms;
        if let Some(closed_ms) = session.closed_ms.filter(|_| !session.spam) {
            self.closed += 1;
            self.duration_ms += closed_ms - session.created_ms;
        }
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
