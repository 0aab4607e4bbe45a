//! The series that there are, to choose one.

use super::{Shell, Viewer, version};
use crate::items::State;
use crate::ledger::{LedgerError, Meetings};
use crate::views::{count, one_line, when};
use crate::web::Board;
use crate::web::filter::Filter;
use crate::web::index::Row;
use maud::{Markup, html};
use std::collections::BTreeMap;

#[derive(Default)]
struct Counts {
    open: usize,
    overdue: usize,
    waiting: usize,
}

/// None where there is one series or none at all: there is nothing to choose.
pub(crate) fn page(board: &Board, viewer: &Viewer) -> Result<Option<Markup>, LedgerError> {
    let today = board.today();
    let (version, index) =
        board.read(|ledger| Ok((version(board, ledger)?, board.index(ledger)?)))?;
    let mut series: BTreeMap<&str, (Counts, Meetings)> = BTreeMap::new();
    for (_, shelf) in index.shelves_of("") {
        let mut counts = Counts::default();
        let is_open = |row: &&Row| row.state == State::Open && !shelf.is_snoozed(row, today);
        for row in shelf.rows.iter().filter(is_open) {
            counts.open += 1;
            counts.overdue += usize::from(row.weight.is_overdue(today));
        }
        series.insert(&shelf.series, (counts, shelf.meetings));
    }
    for (_, shelf, _) in index.waiting() {
        if let Some((counts, _)) = series.get_mut(shelf.series.as_str()) {
            counts.waiting += 1;
        }
    }
    if series.len() < 2 {
        return Ok(None);
    }
    let of = |name: &str| Filter {
        series: name.to_owned(),
        ..Filter::default()
    };
    let content = html! {
        div.head {
            h1 { "Who meets?" }
            p.meeting { a href="/board" { "Everything, of all series" } }
        }
        ul.series {
            @for (name, (counts, meetings)) in &series {
                li {
                    a href=(of(name).address()) { (one_line(name)) }
                    p.facts {
                        span { (counts.open) " open" }
                        @if counts.overdue > 0 { span.due.overdue { (counts.overdue) " overdue" } }
                        @if counts.waiting > 0 { span.asked { (count(counts.waiting, "question")) } }
                        @if let Some(day) = meetings.last { span { "last met " (when::day(day, Some(today))) } }
                        @if let Some(day) = meetings.next { span { "meets " (when::day(day, Some(today))) } }
                    }
                }
            }
        }
    };
    let shell = Shell {
        title: "Series",
        viewer,
        version: &version,
    };
    Ok(Some(shell.around(&content)))
}
