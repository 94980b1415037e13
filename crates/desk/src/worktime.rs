//! Working hours of a line (`contract/openlines.md`, `WORKTIME_*`). Pure: the moment is an argument.
//!
//! A working day begins on a date that is neither a day off nor a holiday and lasts from `WORKTIME_FROM` until
//! `WORKTIME_TO`, on the clocks of the line's time zone. An end that is not after the beginning is on the next day; 23:59
//! means until midnight. Where the clocks jump over a beginning or an end, it moves by the length of the jump; where they go
//! back, the first of the two moments counts.

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday, time};
use jiff::tz::TimeZone;

use crate::Millis;
use crate::line_fields::WEEKDAYS;
use crate::lines::Settings;

/// When a line works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worktime {
    zone: TimeZone,
    from: Time,
    to: Time,
    days_off: Vec<Weekday>,
    /// Day and month.
    holidays: Vec<(i8, i8)>,
}

/// Whether a line works at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    /// It does.
    Open,
    /// It does not.
    Closed {
        /// When it does again; `None` when it does not within [`DAYS_AHEAD`].
        opens_ms: Option<Millis>,
    },
}

/// So many days ahead a next opening is looked for: more than a year, so that a single working day is found.
pub const DAYS_AHEAD: i32 = 400;

/// The last minute that can be configured; whoever names it means midnight.
const LAST_MINUTE: Time = time(23, 59, 0, 0);

impl Worktime {
    /// The working hours of a line with these settings; `None` when it always works. An unknown time zone counts as UTC.
    #[must_use]
    pub fn of(settings: &Settings) -> Option<Worktime> {
        if !settings.flag("WORKTIME_ENABLE") {
            return None;
        }
        let list =
            |name| settings.text(name).unwrap_or_default().split(',').map(str::trim).filter(|day| !day.is_empty());
        Some(Worktime {
            zone: TimeZone::get(settings.text("WORKTIME_TIMEZONE").unwrap_or_default()).unwrap_or(TimeZone::UTC),
            from: clock(settings.text("WORKTIME_FROM").unwrap_or_default()),
            to: clock(settings.text("WORKTIME_TO").unwrap_or_default()),
            days_off: list("WORKTIME_DAYOFF").filter_map(weekday).collect(),
            holidays: list("WORKTIME_HOLIDAYS").filter_map(day_month).collect(),
        })
    }

    /// Whether the line works at this moment, and else when it does next.
    #[must_use]
    pub fn at(&self, at_ms: Millis) -> Hours {
        let now = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let today = now.to_zoned(self.zone.clone()).date();
        // A day that began yesterday may last until today; one of tomorrow is looked at in case a zone jumps over a day.
        let around = [today.yesterday(), Ok(today), today.tomorrow()];
        let shifts = around.into_iter().flatten().filter_map(|date| self.shift(date));
        if shifts.into_iter().any(|(begins, ends)| begins <= now && now < ends) {
            return Hours::Open;
        }
        let mut ahead = today.series(jiff::ToSpan::days(1)).take(DAYS_AHEAD as usize);
        let next = ahead.find_map(|date| self.shift(date).filter(|(begins, _)| *begins > now));
        Hours::Closed { opens_ms: next.map(|(begins, _)| begins.as_millisecond()) }
    }

    /// The working hours for people: `09:00–18:30`.
    #[must_use]
    pub fn in_words(&self) -> String {
        format!("{}–{}", self.from.strftime("%H:%M"), self.to.strftime("%H:%M"))
    }

    /// Beginning and end of the working day that begins on this date, if one does.
    fn shift(&self, date: Date) -> Option<(Timestamp, Timestamp)> {
        let is_off = self.days_off.contains(&date.weekday()) || self.holidays.contains(&(date.day(), date.month()));
        if is_off {
            return None;
        }
        let (last, to) = match self.to {
            LAST_MINUTE => (date.tomorrow().ok()?, Time::midnight()),
            to if to <= self.from => (date.tomorrow().ok()?, to),
            to => (date, to),
        };
        let moment = |date: Date, time| self.zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok();
        // Clocks that jump over the whole working day leave nothing of it.
        Some((moment(date, self.from)?, moment(last, to)?)).filter(|(begins, ends)| begins < ends)
    }
}

/// `HH:MM` as [`crate::line_fields::Field::accept`] keeps it; midnight when it is not.
fn clock(text: &str) -> Time {
    let parsed = text.split_once(':').and_then(|(hours, minutes)| {
        let (hours, minutes) = (hours.parse().ok()?, minutes.parse().ok()?);
        Time::new(hours, minutes, 0, 0).ok()
    });
    parsed.unwrap_or(Time::midnight())
}

fn weekday(text: &str) -> Option<Weekday> {
    let number = (1_i8..).zip(WEEKDAYS).find(|(_, name)| **name == text)?.0;
    Weekday::from_monday_one_offset(number).ok()
}

fn day_month(text: &str) -> Option<(i8, i8)> {
    let (day, month) = text.split_once('.')?;
    Some((day.parse().ok()?, month.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use proptest::prelude::*;
    use proptest::sample::{select, subsequence};

    /// From, to, zone, days off, holidays.
    fn worktime(from: &str, to: &str, zone: &str, days_off: &str, holidays: &str) -> Worktime {
        let mut settings = Settings::default();
        let fields = [
            ("WORKTIME_ENABLE", "Y"),
            ("WORKTIME_FROM", from),
            ("WORKTIME_TO", to),
            ("WORKTIME_TIMEZONE", zone),
            ("WORKTIME_DAYOFF", days_off),
            ("WORKTIME_HOLIDAYS", holidays),
        ];
        for (name, value) in fields {
            let kept = crate::line_fields::find(name).unwrap().accept(value);
            settings.set(name, kept.unwrap_or_else(|| panic!("{name} = {value}")));
        }
        Worktime::of(&settings).unwrap()
    }

    fn ms(text: &str) -> Millis {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    /// What holds at a moment given as RFC 3339: `open`, `never`, or when it opens, in UTC.
    fn check(worktime: &Worktime, cases: &[(&str, &str)]) {
        for (at, expected) in cases {
            let found = match worktime.at(ms(at)) {
                Hours::Open => "open".to_owned(),
                Hours::Closed { opens_ms: None } => "never".to_owned(),
                Hours::Closed { opens_ms: Some(at_ms) } => Timestamp::from_millisecond(at_ms).unwrap().to_string(),
            };
            assert_eq!(found, *expected, "{at} of {worktime:?}");
        }
    }

    #[test]
    fn a_line_without_working_hours_always_works() {
        assert_eq!(Worktime::of(&Settings::default()), None);
    }

    #[test]
    fn days_nights_weekends_and_holidays() {
        let office = worktime("9", "18.30", "Europe/Berlin", "SA,SU", "25.12,26.12,01.01");
        check(
            &office,
            &[
                // A Friday in winter: nine o'clock is eight in UTC.
                ("2025-12-19T07:59:59.999Z", "2025-12-19T08:00:00Z"),
                ("2025-12-19T08:00:00Z", "open"),
                ("2025-12-19T17:29:59.999Z", "open"),
                ("2025-12-19T17:30:00Z", "2025-12-22T08:00:00Z"),
                // Christmas is on a Thursday and a Friday: the weekend follows.
                ("2025-12-25T12:00:00Z", "2025-12-29T08:00:00Z"),
                // In summer seven.
                ("2025-07-01T06:59:59Z", "2025-07-01T07:00:00Z"),
            ],
        );
        let night = worktime("22:00", "06:00", "Europe/Berlin", "SU", "");
        check(
            &night,
            &[
                ("2025-12-19T20:59:59Z", "2025-12-19T21:00:00Z"),
                ("2025-12-20T04:59:59Z", "open"),
                ("2025-12-20T05:00:00Z", "2025-12-20T21:00:00Z"),
                // What began on Saturday lasts into Sunday; on Sunday nothing begins.
                ("2025-12-21T03:00:00Z", "open"),
                ("2025-12-21T22:00:00Z", "2025-12-22T21:00:00Z"),
            ],
        );
        let round = worktime("0", "23.59", "UTC", "WE", "");
        check(
            &round,
            &[
                ("2025-12-16T23:59:59.999Z", "open"),
                ("2025-12-17T00:00:00Z", "2025-12-18T00:00:00Z"),
                ("2025-12-18T00:00:00Z", "open"),
            ],
        );
        check(
            &worktime("7", "7", "UTC", "", ""),
            &[("2025-12-16T06:59:59Z", "open"), ("2025-12-16T07:00:00Z", "open")],
        );
        check(&worktime("9", "18", "UTC", "MO,TU,WE,TH,FR,SA,SU", ""), &[("2025-12-16T12:00:00Z", "never")]);
        check(&worktime("9", "18", "Mars/Olympus", "", ""), &[("2025-12-16T09:00:00Z", "open")]);
    }

    #[test]
    fn clocks_that_change() {
        // 30 March 2025: after 01:59:59 comes 03:00:00. 26 October: 02:00 to 03:00 come twice.
        let jumped_over = worktime("2:15", "2:45", "Europe/Berlin", "", "");
        check(
            &jumped_over,
            &[
                ("2025-03-30T00:59:59Z", "2025-03-30T01:15:00Z"),
                ("2025-03-30T01:15:00Z", "open"),
                ("2025-03-30T01:45:00Z", "2025-03-31T00:15:00Z"),
                ("2025-10-26T00:15:00Z", "open"),
                ("2025-10-26T00:45:00Z", "2025-10-27T01:15:00Z"),
                ("2025-10-26T01:15:00Z", "2025-10-27T01:15:00Z"),
            ],
        );
        // Half past two until three does not come on that day.
        check(
            &worktime("2:30", "3", "Europe/Berlin", "", ""),
            &[("2025-03-30T00:00:00Z", "2025-03-31T00:30:00Z"), ("2025-03-30T01:10:00Z", "2025-03-31T00:30:00Z")],
        );
        // A night shift is an hour shorter or longer.
        let night = worktime("22:00", "06:00", "Europe/Berlin", "", "");
        check(&night, &[("2025-03-30T03:59:59Z", "open"), ("2025-03-30T04:00:00Z", "2025-03-30T20:00:00Z")]);
        check(&night, &[("2025-10-26T04:59:59Z", "open"), ("2025-10-26T05:00:00Z", "2025-10-26T21:00:00Z")]);
        // Samoa had no 30 December 2011.
        let samoa = worktime("9", "18", "Pacific/Apia", "", "");
        check(&samoa, &[("2011-12-30T08:00:00Z", "2011-12-30T19:00:00Z"), ("2011-12-30T19:00:00Z", "open")]);
    }

    const ZONES: &[&str] = &[
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Asia/Kolkata",
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "Africa/Casablanca",
    ];

    prop_compose! {
        fn any_worktime()(
            from in (0..24, 0..60),
            to in (0..24, 0..60),
            zone in select(ZONES),
            days_off in subsequence(WEEKDAYS.to_vec(), 0..5),
            holidays in proptest::collection::vec((1..29, 1..13), 0..20),
        ) -> Worktime {
            let clock = |(hours, minutes): (i32, i32)| format!("{hours}:{minutes:02}");
            let holidays: Vec<String> = holidays.iter().map(|(day, month)| format!("{day:02}.{month:02}")).collect();
            worktime(&clock(from), &clock(to), zone, &days_off.join(","), &holidays.join(","))
        }
    }

    fn any_moment() -> impl Strategy<Value = Millis> {
        ms("2015-01-01T00:00:00Z")..ms("2035-01-01T00:00:00Z")
    }

    fn is_open(worktime: &Worktime, at_ms: Millis) -> bool {
        worktime.at(at_ms) == Hours::Open
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Where no clock changes, the clock on the wall decides.
        #[test]
        fn the_clock_on_the_wall_decides(worktime in any_worktime(), at_ms in any_moment()) {
            let now = Timestamp::from_millisecond(at_ms).unwrap();
            let offset = |hours: i64| worktime.zone.to_offset(now + hours.hours());
            prop_assume!((-48..=48).all(|hours| offset(hours) == offset(0)));
            let local = now.to_zoned(worktime.zone.clone());
            let works = |date: Date| {
                !worktime.days_off.contains(&date.weekday()) && !worktime.holidays.contains(&(date.day(), date.month()))
            };
            let (today, yesterday) = (works(local.date()), works(local.date().yesterday().unwrap()));
            let (clock, from, to) = (local.time(), worktime.from, worktime.to);
            let expected = if to == LAST_MINUTE {
                today && clock >= from
            } else if from < to {
                today && from <= clock && clock < to
            } else {
                (today && clock >= from) || (yesterday && clock < to)
            };
            prop_assert_eq!(is_open(&worktime, at_ms), expected);
        }

        /// Across every change of the clocks: the next opening is an opening, and nothing before it is.
        #[test]
        fn the_next_opening_is_the_next(worktime in any_worktime(), at_ms in any_moment(), parts in 1..50_i64) {
            if let Hours::Closed { opens_ms: Some(opens_ms) } = worktime.at(at_ms) {
                prop_assert!(opens_ms > at_ms);
                prop_assert!(is_open(&worktime, opens_ms));
                for part in 0..parts {
                    prop_assert!(!is_open(&worktime, at_ms + (opens_ms - 1 - at_ms) / parts * part));
                }
                prop_assert_eq!(worktime.at(opens_ms - 1), Hours::Closed { opens_ms: Some(opens_ms) });
            }
        }

        /// No zone changes its clocks at noon, so whoever works from nine to three works at noon on each of the days.
        #[test]
        fn noon_is_noon_on_every_day(zone in select(ZONES), day in 0..7300_i32, off in select(WEEKDAYS)) {
            let worktime = worktime("9", "15", zone, off, "29.02,05.08");
            let date = jiff::civil::date(2015, 1, 1) + day.days();
            let noon = date.at(12, 0, 0, 0).to_zoned(worktime.zone.clone()).unwrap().timestamp().as_millisecond();
            let is_off = weekday(off) == Some(date.weekday()) || [(29, 2), (5, 8)].contains(&(date.day(), date.month()));
            prop_assert_eq!(is_open(&worktime, noon), !is_off);
        }
    }
}
