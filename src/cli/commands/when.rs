//! Days as people give them on the command line, in the words of notes.

use crate::cli::error::CommandError;
use crate::due::{self, Due};
use crate::items::{Item, Snooze};
use crate::ledger::Ledger;
use crate::views::one_line;
use jiff::civil::Date;

/// Words for no day at all.
fn is_none(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "none" | "never" | "-")
}

/// A due as notes could say it, counted from today; `None` for `none`.
pub(super) fn due_of(
    flag: &str,
    text: &str,
    item: &Item,
    ledger: &Ledger,
    today: Date,
) -> Result<Option<Due>, CommandError> {
    let text = one_line(text);
    if is_none(&text) {
        return Ok(None);
    }
    let mut due = due::parse(&text, Some(today))
        .or_else(|| next_meeting(&text))
        .ok_or_else(|| no_day(flag, &text))?;
    if due.is_next_meeting() {
        due.date = ledger.meetings(&item.series, today)?.next;
    }
    Ok(Some(due))
}

/// Until when an item is to be out of sight: a day, the next meeting, or so long before it is due; `None` for `none`.
pub(super) fn snooze_of(
    flag: &str,
    text: &str,
    item: &Item,
    today: Date,
) -> Result<Option<Snooze>, CommandError> {
    let text = one_line(text);
    if is_none(&text) {
        return Ok(None);
    }
    if next_meeting(&text).is_some() {
        return Ok(Some(Snooze::NextMeeting { after: today }));
    }
    let day = match before_due(&text) {
        Some(days) => {
            let due = item.due.as_ref().and_then(|due| due.date);
            let due = due.ok_or_else(|| {
                CommandError::user(format!(
                    "{flag} counts from the due date, and item {} has none",
                    item.id
                ))
                .hint("name a day, or give the item one with `owed set ID --due WHEN`")
            })?;
            due.checked_sub(jiff::Span::new().days(days)).ok()
        }
        None => due::parse(&text, Some(today)).and_then(|due| due.date),
    };
    let day = day.ok_or_else(|| no_day(flag, &text))?;
    if day <= today {
        return Err(
            CommandError::user(format!("{flag} is {day}, which is not to come"))
                .hint("name a day after today, or `next-meeting`"),
        );
    }
    Ok(Some(Snooze::Day { day }))
}

/// `next-meeting`, as a due.
fn next_meeting(text: &str) -> Option<Due> {
    let due = Due {
        phrase: text.replace('-', " "),
        date: None,
        alternative: None,
    };
    due.is_next_meeting().then_some(due)
}

/// The days of "7 days before due", "2 weeks before due".
fn before_due(text: &str) -> Option<i64> {
    let words: Vec<&str> = text.split(' ').collect();
    let [count, unit, "before", rest @ ..] = words.as_slice() else {
        return None;
    };
    let is_due = matches!(rest, ["due"] | ["it", "is", "due"] | ["the", "due", "date"]);
    let count: i64 = match *count {
        "a" | "one" => 1,
        count => count
            .parse()
            .ok()
            .filter(|count| (0..=3650).contains(count))?,
    };
    let days = match unit.trim_end_matches('s') {
        "day" => 1,
        "week" => 7,
        _ => return None,
    };
    is_due.then_some(count * days)
}

fn no_day(flag: &str, text: &str) -> CommandError {
    CommandError::user(format!("{flag} is `{text}`, which is no day that owed knows")).hint(
        "write it as 2025-06-01, Friday, \"in two weeks\", \"end of June\" or \"next meeting\", or `none`",
    )
}

#[cfg(test)]
mod tests {
    use super::before_due;

    #[test]
    fn so_long_before_it_is_due() {
        for (text, expected) in [
            ("7 days before due", Some(7)),
            ("2 weeks before it is due", Some(14)),
            ("a week before the due date", Some(7)),
            ("2 months before due", None),
            ("7 days before the release", None),
            ("-1 days before due", None),
        ] {
            assert_eq!(before_due(text), expected, "{text}");
        }
    }
}
