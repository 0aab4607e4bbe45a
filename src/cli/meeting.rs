//! The series and the day of a meeting, from the path of its note.

use jiff::civil::Date;

/// The folder of a path without years; `notes` for a path without a folder.
pub(super) fn series_of(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    parts.retain(|part| !part.is_empty() && year(part).is_none());
    if parts.is_empty() {
        return "notes".to_owned();
    }
    parts.join("/")
}

/// The day that a file's name tells: `2025-04-24`, or `04-24` in the folder of a year.
pub(super) fn date_of(path: &str) -> Option<Date> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let numbers: Vec<&str> = name
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let date = |year: i16, month: &str, day: &str| {
        Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    };
    let whole = numbers
        .windows(3)
        .find_map(|window| date(year(window[0])?, window[1], window[2]));
    let in_year = || {
        let year = folders.split('/').rev().find_map(year)?;
        numbers
            .windows(2)
            .find_map(|window| date(year, window[0], window[1]))
    };
    whole.or_else(in_year)
}

fn year(part: &str) -> Option<i16> {
    let year = part
        .parse()
        .ok()
        .filter(|year| (1990..2100).contains(year))?;
    (part.len() == 4).then_some(year)
}
