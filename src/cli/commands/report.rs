//! `owed report`: what became of what was said, as one file.

use super::list::{is_series, unknown_series};
use crate::cli::clock::parse_date;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::ledger::Filter;
use crate::views::report::{Options, figures, page};
use crate::views::{count, one_line};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Write a report with charts: what was kept, put off and dropped, and what is carried
///
/// One HTML file that needs nothing beside itself, to be read in a browser, sent or printed. It
/// shows what was open over time, how old it is, how long things took, and what became of them by
/// month, series and person. Nobody is put above anybody else: people stand in order of their
/// names, and --no-owners leaves them out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed report --out report.html
  owed report --series core --since 2025-01-01 --until 2025-03-31 --out first-quarter.html
  owed report --no-owners --format json")]
pub(crate) struct Args {
    /// The file to write; without it the report goes to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Only items of this series, by its whole name or its last folders
    #[arg(long, value_name = "NAME")]
    series: Option<String>,

    /// Only what was closed on this day or later
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<String>,

    /// Only what was closed up to this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<String>,

    /// Count nothing by person
    #[arg(long)]
    no_owners: bool,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "html")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A page with charts.
    Html,
    /// The numbers alone.
    Json,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let today = context.today();
    let day = |flag: &str, text: &Option<String>| {
        let parsed = text.as_deref().map(|text| parse_date(flag, text));
        parsed.transpose()
    };
    let options = Options {
        today,
        since: day("--since", &args.since)?,
        until: day("--until", &args.until)?,
        owners: !args.no_owners,
    };
    if options
        .since
        .zip(options.until)
        .is_some_and(|(since, until)| until < since)
    {
        return Err(CommandError::user("--until lies before --since")
            .hint("both days count: --since 2025-01-01 --until 2025-03-31"));
    }
    let mut items = context.ledger()?.items(&Filter {
        carried: true,
        ..Filter::default()
    })?;
    if let Some(series) = &args.series {
        if let Some((unknown, known)) = unknown_series(&items, Some(series)) {
            return Err(CommandError::user(unknown).hint(known));
        }
        items.retain(|item| is_series(&item.series, series));
    }
    let counted = figures(&items, &options);
    let series: BTreeSet<String> = items.iter().map(|item| one_line(&item.series)).collect();
    let of = match series.len() {
        1 => series.into_iter().collect::<String>(),
        n => format!("{n} series"),
    };
    let text = match args.format {
        Format::Html => page(&counted, &of, today),
        Format::Json => serde_json::to_string_pretty(&counted).unwrap_or_default(),
    };
    match &args.out {
        None => context.out.line(&text),
        Some(out) => {
            let path = context.project.absolute(out);
            std::fs::write(&path, text)
                .map_err(|error| CommandError::file(out, "write", &error))?;
            context.out.line(&format!(
                "{}: {}",
                out.display(),
                count(items.len(), "item")
            ))
        }
    }
}
