//! From a place in the calendar, as a note names it, to a date.
//!
//! The conventions, each with its own test:
//! - A stretch of time ends on its last day; a week on its Friday, or on its Sunday where the
//!   meeting is on a weekend. "Early" is its first third, "mid" its second; a week's are Tuesday
//!   and Wednesday.
//! - Weeks begin on Monday. "This week" is the meeting's, "next week" the one after.
//! - "Friday" is the first one after the day of the meeting. On a Friday, that same day is the
//!   alternative.
//! - "Next Friday" is the Friday of next week; the alternative is the coming one.
//! - A day is in time itself, after "before" as well; "before next week" ends before that week.
//! - A date without a year is the first one that lies not longer than [`OVERDUE_DAYS`] before the
//!   meeting: what is carried on from the last meeting may be overdue.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// How long before the meeting a date without a year may lie, in days.
const OVERDUE_DAYS: i32 = 45;

/// A place in the calendar, not yet held against the date of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// 2025-05-01.
    On(Date),
    /// "January 30".
    MonthDay(MonthDay),
    /// "8/13": month and day, or day and month where the first is no month.
    Slashed(i8, i8),
    /// "The 7th".
    DayOfMonth(i8),
    /// "Friday".
    Weekday(Weekday, Which),
    /// "Friday of next week": the day in the week so many weeks from this one.
    WeekdayOf(Weekday, i32),
    /// "In two weeks": so much after the meeting.
    Ahead(i32, Unit),
    /// "Early next month".
    Part(Stretch, Part),
    /// Time, but no day of it: "in a few weeks", "by the end of summer".
    Unclear,
}

/// A day of a month in a year that is not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MonthDay {
    /// 1 to 12.
    pub(super) month: i8,
    /// 1 to 31.
    pub(super) day: i8,
}

/// Which of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// "Friday", "the coming Friday".
    Coming,
    /// "This Friday".
    This,
    /// "Next Friday".
    Next,
}

/// What time is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A stretch of the calendar. The relative ones count from the meeting's: 0 is this, 1 the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    Week(i32),
    Weekend(i32),
    Month(i32),
    Quarter(i32),
    Year(i32),
    /// "The week of March 3".
    WeekOf(MonthDay),
    /// "March", "March 2026".
    NamedMonth(i8, Option<i16>),
    /// "Q1", "Q1 2026".
    NamedQuarter(i8, Option<i16>),
    /// "H2", "H2 2026".
    NamedHalf(i8, Option<i16>),
    NamedYear(i16),
}

/// A part of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Early,
    Mid,
    /// The end, where it is said: "before the end of March" is not "before March".
    End,
    Whole,
}

/// How a cue relates a phrase to its place in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// On it or in it.
    In,
    /// Up to it: "by".
    UpTo,
    /// "Before".
    Before,
}

/// What a place in the calendar comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Resolved {
    /// The last day in time.
    pub(super) date: Option<Date>,
    /// The other reading, where two are in use.
    pub(super) alternative: Option<Date>,
}

impl When {
    /// Whether it is one day, not a stretch.
    pub(super) fn is_day(self) -> bool {
        match self {
            When::On(_)
            | When::MonthDay(_)
            | When::Slashed(..)
            | When::DayOfMonth(_)
            | When::Weekday(..)
            | When::WeekdayOf(..) => true,
            When::Ahead(days, unit) => unit == Unit::Day && days < 2,
            When::Part(..) | When::Unclear => false,
        }
    }

    /// Whether it names the year that the meeting is in, or one before: "embedded in 2025".
    pub(super) fn is_year_up_to(self, anchor: Date) -> bool {
        matches!(self, When::Part(Stretch::NamedYear(year), Part::Whole) if year <= anchor.year())
    }

    /// Holds it against the date of a meeting. Without one, only what names its year has a date.
    pub(super) fn resolve(self, relation: Relation, anchor: Option<Date>) -> Resolved {
        let only = |date| Resolved {
            date,
            alternative: None,
        };
        match self {
            When::On(date) => only(Some(date)),
            When::MonthDay(day) => only(anchor.and_then(|anchor| day.nearest(anchor))),
            When::Slashed(first, second) => {
                anchor.map_or_else(Resolved::default, |anchor| slashed(first, second, anchor))
            }
            When::DayOfMonth(day) => only(anchor.and_then(|anchor| day_of_month(day, anchor))),
            When::Weekday(day, which) => {
                anchor.map_or_else(Resolved::default, |anchor| weekday(day, which, anchor))
            }
            When::WeekdayOf(day, weeks) => only(anchor.and_then(|anchor| {
                plus_days(
                    monday(anchor, weeks)?,
                    i32::from(day.to_monday_zero_offset()),
                )
            })),
            When::Ahead(count, unit) => only(anchor.and_then(|anchor| ahead(count, unit, anchor))),
            When::Part(stretch, part) => part_of(stretch, part, relation, anchor),
            When::Unclear => Resolved::default(),
        }
    }
}

impl MonthDay {
    fn in_year(self, year: i16) -> Option<Date> {
        Date::new(year, self.month, self.day).ok()
    }

    /// The one that is meant at a meeting.
    fn nearest(self, anchor: Date) -> Option<Date> {
        nearest(anchor, |year| self.in_year(year))
    }
}

/// The first of the yearly dates that is not long before the meeting.
fn nearest(anchor: Date, in_year: impl Fn(i16) -> Option<Date>) -> Option<Date> {
    in_year(nearest_year(anchor, &in_year)?)
}

fn nearest_year(anchor: Date, in_year: impl Fn(i16) -> Option<Date>) -> Option<i16> {
    let earliest = plus_days(anchor, -OVERDUE_DAYS)?;
    (anchor.year() - 1..=anchor.year() + 1)
        .find(|year| in_year(*year).is_some_and(|date| earliest <= date))
}

/// "8/13" is month and day, as is "5/6", with the other reading kept; "13/8" is day and month.
fn slashed(first: i8, second: i8, anchor: Date) -> Resolved {
    let by_month = MonthDay {
        month: first,
        day: second,
    };
    let by_day = MonthDay {
        month: second,
        day: first,
    };
    match (by_month.nearest(anchor), by_day.nearest(anchor)) {
        (None, date) => Resolved {
            date,
            alternative: None,
        },
        (date, alternative) => Resolved {
            date,
            alternative: alternative.filter(|other| Some(*other) != date),
        },
    }
}

/// The first such day of a month on or after the meeting.
fn day_of_month(day: i8, anchor: Date) -> Option<Date> {
    (0..=2)
        .filter_map(|months| {
            let first = plus_months(anchor.first_of_month(), months)?;
            Date::new(first.year(), first.month(), day).ok()
        })
        .find(|date| anchor <= *date)
}

fn weekday(day: Weekday, which: Which, anchor: Date) -> Resolved {
    let days = i32::from(day.since(anchor.weekday()));
    let coming = plus_days(anchor, if days == 0 { 7 } else { days });
    let (date, alternative) = match which {
        Which::This => (plus_days(anchor, days), None),
        Which::Coming => (coming, (days == 0).then_some(anchor)),
        Which::Next => {
            let of_next_week = monday(anchor, 1)
                .and_then(|monday| plus_days(monday, i32::from(day.to_monday_zero_offset())));
            (of_next_week, coming.filter(|_| coming != of_next_week))
        }
    };
    Resolved { date, alternative }
}

fn ahead(count: i32, unit: Unit, anchor: Date) -> Option<Date> {
    match unit {
        // The time of day is not known: "in 36 hours" may fall on the second day.
        Unit::Hour => plus_days(anchor, if count < 12 { 0 } else { (count + 23) / 24 }),
        Unit::Day => plus_days(anchor, count),
        Unit::Week => plus_days(anchor, count * 7),
        Unit::Month => plus_months(anchor, count),
        Unit::Quarter => plus_months(anchor, count * 3),
        Unit::Year => plus_months(anchor, count * 12),
    }
}

/// Where a stretch lies.
enum Bounds {
    /// Its first and last day.
    Days(Date, Date),
    /// Its first day and its length in months.
    Months(Date, i32),
}

fn part_of(stretch: Stretch, part: Part, relation: Relation, anchor: Option<Date>) -> Resolved {
    let is_whole = part == Part::Whole;
    let is_before = is_whole && relation == Relation::Before;
    let Some(bounds) = bounds(stretch, is_before, anchor) else {
        return Resolved::default();
    };
    let (first, last) = match bounds {
        Bounds::Days(first, last) => (first, Some(last)),
        Bounds::Months(first, months) => (first, last_of_months(first, months)),
    };
    if is_before {
        // A week that must be over is over on Friday.
        let back = if matches!(stretch, Stretch::Week(_) | Stretch::WeekOf(_)) {
            3
        } else {
            1
        };
        return Resolved {
            date: plus_days(first, -back),
            alternative: None,
        };
    }
    let date = match (part, bounds) {
        (Part::End | Part::Whole, _) => last,
        (Part::Early, Bounds::Days(first, _)) => plus_days(first, 1),
        (Part::Mid, Bounds::Days(first, _)) => plus_days(first, 2),
        (Part::Early, Bounds::Months(first, 1)) => plus_days(first, 9),
        (Part::Mid, Bounds::Months(first, 1)) => plus_days(first, 19),
        (Part::Early, Bounds::Months(first, months)) => last_of_months(first, months / 3),
        (Part::Mid, Bounds::Months(first, months)) => last_of_months(first, months * 2 / 3),
    };
    // "By March" is before it begins to some, before it ends to others.
    let is_long = matches!(
        stretch,
        Stretch::NamedMonth(..)
            | Stretch::NamedQuarter(..)
            | Stretch::NamedHalf(..)
            | Stretch::NamedYear(_)
    );
    Resolved {
        date,
        alternative: (is_whole && is_long && relation == Relation::UpTo).then_some(first),
    }
}

fn bounds(stretch: Stretch, is_before: bool, anchor: Option<Date>) -> Option<Bounds> {
    let first = |year, month| Date::new(year, month, 1).ok();
    let year_or_nearest = |year: Option<i16>, month: i8, months: i32| {
        let months_to_limit = if is_before { 0 } else { months };
        let limit = |year| last_of_months(first(year, month)?, months_to_limit);
        let year = year.or_else(|| nearest_year(anchor?, limit))?;
        Some(Bounds::Months(first(year, month)?, months))
    };
    let week = |monday: Date| Some(Bounds::Days(monday, plus_days(monday, 4)?));
    match stretch {
        Stretch::Week(weeks) => {
            let anchor = anchor?;
            let monday = monday(anchor, weeks)?;
            let friday = plus_days(monday, 4)?;
            if friday < anchor {
                Some(Bounds::Days(monday, plus_days(monday, 6)?))
            } else {
                Some(Bounds::Days(monday, friday))
            }
        }
        Stretch::Weekend(weeks) => {
            let monday = monday(anchor?, weeks)?;
            Some(Bounds::Days(plus_days(monday, 5)?, plus_days(monday, 6)?))
        }
        Stretch::WeekOf(day) => week(monday(day.nearest(anchor?)?, 0)?),
        Stretch::Month(months) => Some(Bounds::Months(
            plus_months(anchor?.first_of_month(), months)?,
            1,
        )),
        Stretch::Quarter(quarters) => {
            let anchor = anchor?;
            let into = i32::from((anchor.month() - 1) % 3);
            let first = plus_months(anchor.first_of_month(), quarters * 3 - into)?;
            Some(Bounds::Months(first, 3))
        }
        Stretch::Year(years) => Some(Bounds::Months(
            plus_months(anchor?.first_of_year(), years * 12)?,
            12,
        )),
        Stretch::NamedMonth(month, year) => year_or_nearest(year, month, 1),
        Stretch::NamedQuarter(quarter, year) => year_or_nearest(year, quarter * 3 - 2, 3),
        Stretch::NamedHalf(half, year) => year_or_nearest(year, half * 6 - 5, 6),
        Stretch::NamedYear(year) => Some(Bounds::Months(first(year, 1)?, 12)),
    }
}

/// The Monday of the week so many weeks from a day's own.
fn monday(day: Date, weeks: i32) -> Option<Date> {
    plus_days(
        day,
        weeks * 7 - i32::from(day.weekday().to_monday_zero_offset()),
    )
}

fn last_of_months(first: Date, months: i32) -> Option<Date> {
    plus_days(plus_months(first, months)?, -1)
}

fn plus_days(date: Date, days: i32) -> Option<Date> {
    date.checked_add(days.days()).ok()
}

fn plus_months(date: Date, months: i32) -> Option<Date> {
    date.checked_add(months.months()).ok()
}

#[cfg(test)]
mod tests {
    use super::{MonthDay, Part, Relation, Resolved, Stretch, Unit, When, Which};
    use jiff::civil::{Date, Weekday, date};

    fn resolve(when: When, relation: Relation, anchor: Date) -> (String, String) {
        let Resolved { date, alternative } = when.resolve(relation, Some(anchor));
        let text = |date: Option<Date>| date.map_or_else(String::new, |date| date.to_string());
        (text(date), text(alternative))
    }

    fn check(anchor: Date, when: When, expected: &str) {
        assert_eq!(
            resolve(when, Relation::In, anchor),
            (expected.to_owned(), String::new()),
            "{when:?} on {anchor}"
        );
    }

    #[test]
    fn weeks_end_on_friday_until_it_is_over() {
        let week = |weeks| When::Part(Stretch::Week(weeks), Part::Whole);
        check(date(2025, 4, 21), week(0), "2025-04-25");
        check(date(2025, 4, 25), week(0), "2025-04-25");
        check(date(2025, 4, 26), week(0), "2025-04-27");
        check(date(2025, 4, 27), week(1), "2025-05-02");
        check(date(2025, 4, 24), week(1), "2025-05-02");
    }

    #[test]
    fn thirds() {
        let anchor = date(2025, 4, 24);
        for (stretch, early, mid, end) in [
            (Stretch::Week(1), "2025-04-29", "2025-04-30", "2025-05-02"),
            (Stretch::Month(1), "2025-05-10", "2025-05-20", "2025-05-31"),
            (
                Stretch::Quarter(0),
                "2025-04-30",
                "2025-05-31",
                "2025-06-30",
            ),
            (
                Stretch::NamedHalf(2, None),
                "2025-08-31",
                "2025-10-31",
                "2025-12-31",
            ),
            (
                Stretch::NamedYear(2026),
                "2026-04-30",
                "2026-08-31",
                "2026-12-31",
            ),
        ] {
            check(anchor, When::Part(stretch, Part::Early), early);
            check(anchor, When::Part(stretch, Part::Mid), mid);
            check(anchor, When::Part(stretch, Part::End), end);
            check(anchor, When::Part(stretch, Part::Whole), end);
        }
    }

    #[test]
    fn weekdays_have_two_readings() {
        let next = When::Weekday(Weekday::Friday, Which::Next);
        let coming = When::Weekday(Weekday::Friday, Which::Coming);
        let pair = |date: &str, alternative: &str| (date.to_owned(), alternative.to_owned());
        let thursday = date(2025, 4, 24);
        let friday = date(2025, 4, 25);
        assert_eq!(
            resolve(next, Relation::In, thursday),
            pair("2025-05-02", "2025-04-25")
        );
        assert_eq!(resolve(next, Relation::In, friday), pair("2025-05-02", ""));
        assert_eq!(
            resolve(coming, Relation::In, thursday),
            pair("2025-04-25", "")
        );
        assert_eq!(
            resolve(coming, Relation::In, friday),
            pair("2025-05-02", "2025-04-25")
        );
        check(
            friday,
            When::Weekday(Weekday::Friday, Which::This),
            "2025-04-25",
        );
    }

    #[test]
    fn dates_without_a_year_are_near_the_meeting() {
        let on = |month, day| When::MonthDay(MonthDay { month, day });
        check(date(2025, 12, 18), on(1, 7), "2026-01-07");
        check(date(2026, 1, 8), on(12, 20), "2025-12-20");
        check(date(2025, 4, 24), on(4, 24), "2025-04-24");
        check(date(2025, 4, 24), on(4, 1), "2025-04-01");
        check(date(2025, 4, 24), on(2, 1), "2026-02-01");
        check(date(2025, 4, 24), on(2, 30), "");
        check(date(2025, 1, 31), When::DayOfMonth(30), "2025-03-30");
    }

    #[test]
    fn slashes_are_american_until_they_cannot_be() {
        let anchor = date(2025, 4, 24);
        check(anchor, When::Slashed(8, 13), "2025-08-13");
        check(anchor, When::Slashed(13, 8), "2025-08-13");
        check(anchor, When::Slashed(13, 14), "");
        assert_eq!(
            resolve(When::Slashed(5, 6), Relation::In, anchor),
            ("2025-05-06".to_owned(), "2025-06-05".to_owned())
        );
    }

    #[test]
    fn before_a_stretch_is_before_it_begins() {
        let anchor = date(2025, 4, 24);
        for (stretch, part, expected) in [
            (Stretch::Week(1), Part::Whole, "2025-04-25"),
            (Stretch::Month(1), Part::Whole, "2025-04-30"),
            (Stretch::NamedQuarter(3, None), Part::Whole, "2025-06-30"),
            (Stretch::NamedMonth(5, None), Part::End, "2025-05-31"),
        ] {
            let (date, _) = resolve(When::Part(stretch, part), Relation::Before, anchor);
            assert_eq!(date, expected, "{stretch:?}");
        }
    }

    #[test]
    fn the_edge_of_the_calendar_is_no_date() {
        check(Date::MAX, When::Ahead(999, Unit::Year), "");
        check(Date::MAX, When::Part(Stretch::Week(1), Part::Whole), "");
        check(Date::MIN, When::MonthDay(MonthDay { month: 1, day: 1 }), "");
        check(Date::MAX, When::DayOfMonth(31), "9999-12-31");
    }
}
