//! `owed meetings`: the meetings of a series in their order, the last one and the next.

use super::Format;
use super::agenda::named_series;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::meeting::next_file;
use crate::cli::reading::parse;
use crate::ledger::Ledger;
use crate::text::SourceText;
use crate::views::json;
use crate::views::meetings::{Meeting, Run, one_line_each, table};
use jiff::ToSpan;
use jiff::civil::Date;
use std::path::PathBuf;

/// Show the meetings of a series in their order, the last one and the next
///
/// Without SERIES, a line for each series. A file that was made in advance, with nothing said in it yet, is the next
/// meeting, whether it was scanned or not.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed meetings
  owed meetings core
  owed meetings core --format json | jq -r '.[].next.file'")]
pub(crate) struct Args {
    /// The series, or a part of its name
    #[arg(value_name = "SERIES")]
    series: Option<PathBuf>,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let series = match &args.series {
        Some(given) => vec![named_series(context, &ledger, given)?],
        None => ledger.series()?,
    };
    let today = context.today();
    let mut runs = Vec::new();
    for series in series {
        runs.push(run_of(context, &ledger, series, today)?);
    }
    if runs.is_empty() {
        context.out.message("no note was scanned yet");
    }
    match args.format {
        Format::Text if args.series.is_some() => {
            let tables: String = runs.iter().map(table).collect();
            context.out.print(&tables)
        }
        Format::Text => context.out.print(&one_line_each(&runs)),
        Format::Json => context.out.line(&json::pretty(&runs)),
        Format::Jsonl => runs
            .iter()
            .try_for_each(|run| context.out.line(&json::line(run))),
    }
}

fn run_of(
    context: &Context,
    ledger: &Ledger,
    series: String,
    today: Date,
) -> Result<Run, CommandError> {
    let rows = ledger.meetings_of(&series)?.into_iter();
    let mut meetings: Vec<Meeting> = rows
        .map(|row| Meeting {
            day: row.day,
            file: row.path,
            title: row.title,
            items: row.items,
        })
        .collect();
    // What was said on a day to come was said at a meeting that has been.
    let is_to_come = |it: &&Meeting| it.day > Some(today) && it.items == 0;
    let has_been = |it: &&Meeting| it.day.is_some() && !is_to_come(it);
    let previous = meetings.iter().rfind(has_been).cloned();
    let mut next = meetings.iter().find(is_to_come).cloned();
    if next.is_none() {
        let last = previous.as_ref().and_then(|it| it.day);
        next = made_in_advance(context, ledger, &series, last, today);
        meetings.extend(next.clone());
    }
    Ok(Run {
        series,
        previous,
        next,
        meetings,
    })
}

/// The file of a meeting to come that no scan has read. Where it cannot be told where such files are, there is none.
fn made_in_advance(
    context: &Context,
    ledger: &Ledger,
    series: &str,
    last: Option<Date>,
    today: Date,
) -> Option<Meeting> {
    let from = match last {
        Some(last) if last >= today => last.checked_add(1.day()).ok()?,
        _ => today,
    };
    let path = next_file(context, ledger, series, from).ok()?;
    let path = context.project.name(&path);
    let header = parse(&context.config, &SourceText::new(path.as_str(), "")).header;
    Some(Meeting {
        day: Some(header.date?),
        file: path,
        title: None,
        items: 0,
    })
}
