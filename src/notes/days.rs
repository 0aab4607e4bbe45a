//! The days of a note that holds several meetings: a dated section each.
//!
//! One date is a note's own, and [`super::header`] finds it: a file with a day in its name, or with one in a heading above
//! the others, is of one meeting. Only where several headings of one level are dates, and most
//! of that level are, is each the beginning of another meeting: "Release of 3 May" among topics is none.

use super::blocks::{BlockKind, Blocks};
use super::header;
use crate::text::{SourceText, Span};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The blocks with which a meeting begins, in order, and its day. Empty where the note is of one meeting.
pub(super) fn of_sections(source: &SourceText, blocks: &Blocks) -> Vec<(usize, Date)> {
    if header::date_of_name(source.path()).is_some() {
        return Vec::new();
    }
    let text = source.text();
    let mut year = header::year_of(source.path());
    let mut levels: BTreeMap<u8, Level> = BTreeMap::new();
    for (at, block) in blocks.blocks.iter().enumerate() {
        let span = blocks.span_of(block);
        let (level, title) = match block.kind {
            BlockKind::Heading(level) => (level, span),
            // A line of its own that is nothing but a date, as a word processor's headings are pasted.
            BlockKind::Paragraph if block.first == block.last && is_date_alone(span.of(text)) => {
                (PASTED, span)
            }
            _ => continue,
        };
        let day = day(text, title, year);
        if day.is_none() {
            // "Minutes of 2018", over the months and days.
            year = header::year_of(title.of(text)).or(year);
        }
        let level = levels.entry(level).or_default();
        level.headings += 1;
        level.days.extend(day.map(|day| (at, day)));
    }
    let dated = levels.into_values().find(|level| !level.days.is_empty());
    let meetings = dated.filter(Level::is_of_meetings);
    meetings.map(|level| level.days).unwrap_or_default()
}

/// Stands for the level of dates that are no headings: below all that are.
const PASTED: u8 = u8::MAX;

#[derive(Default)]
struct Level {
    headings: usize,
    days: Vec<(usize, Date)>,
}

impl Level {
    fn is_of_meetings(&self) -> bool {
        let several = self
            .days
            .first()
            .is_some_and(|(_, first)| self.days.iter().any(|(_, day)| day != first));
        several && self.days.len() * 3 >= self.headings * 2
    }
}

fn day(text: &str, title: Span, year: Option<i64>) -> Option<Date> {
    let title = title.of(text);
    if title.len() > 120 {
        return None;
    }
    header::date_in(title).or_else(|| header::month_day_in(title, year?))
}

/// Whether a line is a date and no more: "**Tuesday, March 6, 2018**".
fn is_date_alone(line: &str) -> bool {
    const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let word_fits = |word: &str| {
        let lower = word.to_lowercase();
        word.starts_with(|c: char| c.is_ascii_digit())
            || header::month(word).is_some()
            || WEEKDAYS.iter().any(|day| lower.starts_with(day)) && lower.len() <= 9
    };
    let mut words = line
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    line.len() <= 60 && words.all(word_fits) && header::date_in(line).is_some()
}

#[cfg(test)]
mod tests {
    use crate::notes;
    use crate::text::SourceText;

    /// Holds the days of the turns, as `text day`, against what is expected.
    fn check(text: &str, expected: &[&str]) {
        check_in("notes/2018.md", text, expected);
    }

    fn check_in(path: &str, text: &str, expected: &[&str]) {
        let source = SourceText::new(path, text);
        let note = notes::parse(&source);
        let talk = note
            .turns
            .iter()
            .filter(|turn| turn.zone == notes::Zone::Notes);
        let got: Vec<String> = talk
            .map(|turn| {
                let day = turn.day.map(|day| day.to_string()).unwrap_or_default();
                format!("{} {day}", turn.text.of(note.plain.text()))
            })
            .collect();
        assert_eq!(got, expected, "of {text:?}");
    }

    #[test]
    fn every_dated_section_has_its_day() {
        check(
            "# Minutes\n\n## January 9, 2018\n- a\n### Topic of 2018-01-01\n- b\n## Meeting of 6 March\n- c\n# 2019\n## 8 Jan\n- d",
            &[
                "a 2018-01-09",
                "b 2018-01-09",
                "c 2018-03-06",
                "d 2019-01-08",
            ],
        );
        check(
            "Core group\n\n**Tuesday, Jan 9, 2018**\n\n- a\n\n**Mar 6th 2018**\n\n- b",
            &[
                "Core group 2018-01-09",
                "Tuesday, Jan 9, 2018 2018-01-09",
                "a 2018-01-09",
                "Mar 6th 2018 2018-03-06",
                "b 2018-03-06",
            ],
        );
    }

    #[test]
    fn one_meeting_has_one_day() {
        let text = "## Tides of 2018-05-03\n- a\n## Tides of 2018-07-01\n- b";
        check_in(
            "notes/2018-01-09.md",
            text,
            &["a 2018-01-09", "b 2018-01-09"],
        );
        let titled = format!("# Weekly of 2018-01-09\n{text}");
        check(&titled, &["a 2018-01-09", "b 2018-01-09"]);
        check(
            "# Weekly, 9 January 2018\n\n## Release of 2018-05-03\n- a\n## Conference in 2018-07-01\n- b\n## Budget\n- c\n## Any other\n- d",
            &[
                "a 2018-01-09",
                "b 2018-01-09",
                "c 2018-01-09",
                "d 2018-01-09",
            ],
        );
    }
}
