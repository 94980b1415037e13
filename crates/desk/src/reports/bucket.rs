//! By what sessions are counted together.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::Filter;
use crate::Millis;

/// By what sessions are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// The line that handles them.
    Line,
    /// Their last owner.
    Operator,
    /// Their connector.
    Connector,
    /// The day they were opened on.
    Day,
    /// The hour they were opened in, one by one.
    Hour,
    /// Why they were closed.
    CloseReason,
    /// Weekday and hour they were opened in, over all weeks.
    WeekdayHour,
}

/// One group. The order is that of a report's rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bucket {
    /// A line, operator (0 for nobody) by id.
    Id(i64),
    /// A connector's code, or the reason of closing; empty for sessions that are open.
    Word(String),
    /// A day or hour: from when until before when.
    Span(Millis, Millis),
    /// 1 for Monday to 7 for Sunday, and 0 to 23.
    WeekdayHour(i8, i8),
}

impl Bucket {
    /// The bucket as one word: `7`, `whatsapp`, `1749938400000-1750024800000`, `1-13`.
    #[must_use]
    pub fn to_word(&self) -> String {
        match self {
            Bucket::Id(id) => id.to_string(),
            Bucket::Word(word) => word.clone(),
            Bucket::Span(from_ms, to_ms) => format!("{from_ms}-{to_ms}"),
            Bucket::WeekdayHour(weekday, hour) => format!("{weekday}-{hour}"),
        }
    }
}

impl Grouping {
    /// The bucket that [`Bucket::to_word`] made a word of.
    #[must_use]
    pub fn parse(self, word: &str) -> Option<Bucket> {
        let pair = || word.split_once('-');
        match self {
            Grouping::Line | Grouping::Operator => word.parse().ok().map(Bucket::Id),
            Grouping::Connector | Grouping::CloseReason => Some(Bucket::Word(word.to_owned())),
            Grouping::Day | Grouping::Hour => {
                let (from_ms, to_ms) = pair()?;
                Some(Bucket::Span(from_ms.parse().ok()?, to_ms.parse().ok()?))
            }
            Grouping::WeekdayHour => {
                let (weekday, hour) = pair()?;
                Some(Bucket::WeekdayHour(weekday.parse().ok()?, hour.parse().ok()?))
            }
        }
    }

    /// The day, hour, or weekday and hour of a moment.
    pub(super) fn moment(self, at_ms: Millis, zone: &TimeZone) -> Bucket {
        if self == Grouping::WeekdayHour {
            let local = local(at_ms, zone);
            return Bucket::WeekdayHour(local.weekday().to_monday_one_offset(), local.hour());
        }
        self.span(at_ms, zone)
    }

    /// The day or hour of a moment.
    fn span(self, at_ms: Millis, zone: &TimeZone) -> Bucket {
        if self == Grouping::Hour {
            return hour(at_ms, zone);
        }
        let local = local(at_ms, zone);
        let day = local.start_of_day().and_then(|start| Ok((start, local.tomorrow()?.start_of_day()?)));
        match day {
            Ok((start, end)) => Bucket::Span(start.timestamp().as_millisecond(), end.timestamp().as_millisecond()),
            // Only at the ends of time.
            Err(_) => Bucket::Span(at_ms, at_ms),
        }
    }

    /// All days or hours of a report; nothing for what has no order of its own.
    pub(super) fn all_between(self, filter: &Filter) -> Vec<Bucket> {
        match self {
            Grouping::Day | Grouping::Hour => {
                self.spans(filter).into_iter().map(|(from_ms, to_ms)| Bucket::Span(from_ms, to_ms)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The stretches of time of a report in order, each of which belongs to one bucket: from when until before when.
    pub(super) fn spans(self, filter: &Filter) -> Vec<(Millis, Millis)> {
        let grouping = if self == Grouping::Day { Grouping::Day } else { Grouping::Hour };
        let (mut spans, mut at_ms) = (Vec::new(), filter.from_ms);
        while at_ms < filter.to_ms {
            let Bucket::Span(from_ms, end_ms) = grouping.span(at_ms, &filter.time_zone) else { break };
            if end_ms <= at_ms {
                break;
            }
            spans.push((from_ms, end_ms));
            at_ms = end_ms;
        }
        spans
    }
}

/// The hour of a moment. An hour that is repeated when summer ends is two hours; one in which the clock jumps ends there.
fn hour(at_ms: Millis, zone: &TimeZone) -> Bucket {
    const HOUR_MS: Millis = 3_600_000;
    let moment = |at_ms: Millis| Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let offset_ms = |at_ms: Millis| i64::from(zone.to_offset(moment(at_ms)).seconds()) * 1000;
    let own_ms = offset_ms(at_ms);
    let mut start_ms = (at_ms + own_ms).div_euclid(HOUR_MS) * HOUR_MS - own_ms;
    let mut end_ms = start_ms + HOUR_MS;
    if offset_ms(start_ms) != own_ms {
        let jump = zone.preceding(moment(at_ms + 1)).next();
        start_ms = jump.map_or(start_ms, |jump| jump.timestamp().as_millisecond());
    }
    if offset_ms(end_ms - 1) != own_ms {
        let jump = zone.following(moment(at_ms)).next();
        end_ms = jump.map_or(end_ms, |jump| jump.timestamp().as_millisecond());
    }
    Bucket::Span(start_ms, end_ms)
}

fn local(at_ms: Millis, zone: &TimeZone) -> Zoned {
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(zone: &str, from: &str, to: &str) -> Filter {
        let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        Filter {
            from_ms: ms(from),
            to_ms: ms(to),
            line_ids: Vec::new(),
            operator_ids: Vec::new(),
            connectors: Vec::new(),
            time_zone: TimeZone::get(zone).unwrap(),
            sessions_max: super::super::SESSIONS_MAX,
        }
    }

    fn hours_long(grouping: Grouping, filter: &Filter) -> Vec<i64> {
        let spans = grouping.all_between(filter).into_iter();
        let length = |bucket| match bucket {
            Bucket::Span(from_ms, to_ms) => (to_ms - from_ms) / 60_000,
            _ => 0,
        };
        spans.map(length).collect()
    }

    #[test]
    fn days_are_as_long_as_they_are() {
        // Summer time begins on 30 March and ends on 26 October 2025.
        let spring = filter("Europe/Berlin", "2025-03-28T23:00:00Z", "2025-03-31T22:00:00Z");
        assert_eq!(hours_long(Grouping::Day, &spring), [24 * 60, 23 * 60, 24 * 60]);
        let autumn = filter("Europe/Berlin", "2025-10-24T22:00:00Z", "2025-10-27T23:00:00Z");
        assert_eq!(hours_long(Grouping::Day, &autumn), [24 * 60, 25 * 60, 24 * 60]);
        assert_eq!(Grouping::Hour.all_between(&autumn).len(), 24 + 25 + 24);
        // Half an hour off, and a day without midnight.
        let india = filter("Asia/Kolkata", "2025-06-14T18:30:00Z", "2025-06-15T18:30:00Z");
        assert_eq!(hours_long(Grouping::Hour, &india), [60; 24]);
        let cairo = filter("Africa/Cairo", "2025-04-24T00:00:00Z", "2025-04-25T20:00:00Z");
        assert_eq!(hours_long(Grouping::Day, &cairo), [24 * 60, 23 * 60]);
    }

    #[test]
    fn spans_meet() {
        for zone in ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns", "UTC"] {
            let year = filter(zone, "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
            for grouping in [Grouping::Day, Grouping::Hour] {
                let spans = grouping.all_between(&year);
                for pair in spans.windows(2) {
                    let (Bucket::Span(_, end), Bucket::Span(start, _)) = (&pair[0], &pair[1]) else { panic!() };
                    assert_eq!(end, start, "{zone} {grouping:?}");
                }
            }
        }
    }

    #[test]
    fn a_bucket_comes_back_from_its_word() {
        for (grouping, bucket) in [
            (Grouping::Line, Bucket::Id(7)),
            (Grouping::Connector, Bucket::Word("a-b".to_owned())),
            (Grouping::Day, Bucket::Span(1, 2)),
            (Grouping::WeekdayHour, Bucket::WeekdayHour(7, 23)),
        ] {
            assert_eq!(grouping.parse(&bucket.to_word()), Some(bucket));
        }
        assert_eq!(Grouping::Day.parse("x-y"), None);
    }
}
