//! Dates, ages and dues in words.

use crate::due::Due;
use crate::items::{Item, State};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A date as people say it, "24 Apr"; with its year where that is not the year of `near`.
pub fn day(date: Date, near: Option<Date>) -> String {
    let month = MONTHS[usize::from(date.month().unsigned_abs()).clamp(1, 12) - 1];
    if near.is_some_and(|near| near.year() == date.year()) {
        format!("{} {month}", date.day())
    } else {
        format!("{} {month} {}", date.day(), date.year())
    }
}

/// A moment as people write it, to the minute: "2025-04-24 09:30".
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    local.strftime("%Y-%m-%d %H:%M").to_string()
}

/// The time from one day to another in the largest unit that says enough: "3 days", "2 weeks", "5
/// months", "2 years". Empty where `to` does not come after `from`.
pub fn age(from: Date, to: Date) -> String {
    let days = days_between(from, to);
    let (n, unit) = match days {
        ..=0 => return String::new(),
        1..=13 => (days, "day"),
        14..=62 => (days / 7, "week"),
        63..=729 => (days * 12 / 365, "month"),
        _ => (days / 365, "year"),
    };
    super::text::count(usize::try_from(n).unwrap_or(0), unit)
}

/// How many days after `from` the day `to` is; negative where it is before.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// A due in words: its date where it has one, with the other reading where there are two; else the
/// phrase of the note.
pub fn due(due: &Due, near: Option<Date>) -> String {
    match (due.date, due.alternative) {
        (Some(date), Some(other)) => format!("{} or {}", day(date, near), day(other, near)),
        (Some(date), None) => day(date, near),
        (None, _) => super::text::one_line(&due.phrase),
    }
}

/// The date of a due as programs write it, with the other reading where there are two; none where it has no date.
pub fn exact(due: &Due) -> Option<String> {
    let date = due.date?;
    Some(match due.alternative {
        Some(other) => format!("{date} or {other}"),
        None => date.to_string(),
    })
}

/// Whether an item is open and its due date, by its later reading, has passed.
pub fn is_overdue(item: &Item, today: Date) -> bool {
    item.state == State::Open && item.last_due().is_some_and(|last| last < today)
}

#[cfg(test)]
mod tests {
    use super::{age, day, due, exact};
    use crate::due::Due;
    use jiff::civil::date;

    #[test]
    fn days() {
        let april = date(2025, 4, 24);
        assert_eq!(day(april, Some(date(2025, 12, 1))), "24 Apr");
        assert_eq!(day(april, Some(date(2026, 1, 1))), "24 Apr 2025");
        assert_eq!(day(april, None), "24 Apr 2025");
    }

    #[test]
    fn ages() {
        let from = date(2025, 4, 24);
        let cases = [
            (date(2025, 4, 24), ""),
            (date(2025, 4, 20), ""),
            (date(2025, 4, 25), "1 day"),
            (date(2025, 5, 7), "13 days"),
            (date(2025, 5, 8), "2 weeks"),
            (date(2025, 6, 25), "8 weeks"),
            (date(2025, 7, 1), "2 months"),
            (date(2026, 4, 24), "12 months"),
            (date(2027, 4, 24), "2 years"),
        ];
        for (to, expected) in cases {
            assert_eq!(age(from, to), expected, "to {to}");
        }
    }

    #[test]
    fn dues() {
        let near = Some(date(2025, 4, 24));
        let mut of = Due {
            phrase: "next\n Friday".to_owned(),
            date: None,
            alternative: None,
        };
        assert_eq!(due(&of, near), "next Friday");
        assert_eq!(exact(&of), None);
        of.date = Some(date(2025, 4, 25));
        assert_eq!(due(&of, near), "25 Apr");
        of.alternative = Some(date(2025, 5, 2));
        assert_eq!(due(&of, near), "25 Apr or 2 May");
        assert_eq!(exact(&of), Some("2025-04-25 or 2025-05-02".to_owned()));
    }
}
