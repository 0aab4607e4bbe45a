//! The meetings of series.

use super::style::{self, paint};
use super::text::{count, one_line, pad, width};
use jiff::civil::Date;
use serde::Serialize;

/// One meeting, or the file made for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Meeting {
    /// Its day, where known.
    pub day: Option<Date>,
    /// The path of its note.
    pub file: String,
    /// The note's title, where it has one.
    pub title: Option<String>,
    /// How many items it speaks of.
    pub items: usize,
}

/// The meetings of one series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The series.
    pub series: String,
    /// The last meeting that has been.
    pub previous: Option<Meeting>,
    /// The first to come for which there is a file.
    pub next: Option<Meeting>,
    /// All of them, the earliest first; before them those without a day.
    pub meetings: Vec<Meeting>,
}

/// A line for each series: how many meetings it had, the last and the next.
pub fn one_line_each(runs: &[Run]) -> String {
    let name = |run: &Run| one_line(&run.series);
    let room = runs.iter().map(|run| width(&name(run))).max().unwrap_or(0);
    let mut out = String::new();
    for run in runs {
        let mut line = format!(
            "{}  {}",
            paint(style::KEY, &pad(&name(run), room)),
            count(run.meetings.len(), "meeting")
        );
        for (word, meeting) in [("last", &run.previous), ("next", &run.next)] {
            if let Some(meeting) = meeting {
                line.push_str(&format!(", {word} {}", place(meeting)));
            }
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// The meetings of a series, a line each.
pub fn table(run: &Run) -> String {
    let file = |meeting: &Meeting| one_line(&meeting.file);
    let files = run.meetings.iter().map(|it| width(&file(it)));
    let room = files.max().unwrap_or(0);
    let mut out = format!("{}\n", paint(style::KEY, &one_line(&run.series)));
    for meeting in &run.meetings {
        let is = |other: &Option<Meeting>| other.as_ref() == Some(meeting);
        let items = count(meeting.items, "item");
        let what = match (is(&run.previous), is(&run.next)) {
            (true, _) => format!("{items}, the last"),
            (_, true) => "the next".to_owned(),
            _ => items,
        };
        out.push_str(&format!(
            "  {:<10}  {}  {what}\n",
            day(meeting),
            pad(&file(meeting), room),
        ));
    }
    out
}

fn place(meeting: &Meeting) -> String {
    let file = paint(style::FAINT, &one_line(&meeting.file));
    format!("{} {file}", day(meeting))
}

fn day(meeting: &Meeting) -> String {
    meeting
        .day
        .map_or_else(|| "no day".to_owned(), |day| day.to_string())
}
