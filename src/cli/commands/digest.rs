//! `owed digest`: what people owe, for a chat or a mail.

use super::Format;
use super::list::{leave_out_snoozed, open_items, tell_unknown_series};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::views::digest::{digest, parts};
use crate::views::{count, json, one_line};

/// Show what each person owes, as text for a chat or a mail
///
/// What is snoozed is left out. Nobody is called by it: names are written without `@`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed digest --owner ana
  owed digest --series core
  owed digest --format jsonl | jq -r '[.owner, (.items | length)] | @tsv'
  owed digest --owner ana | mail -s \"What you said you would do\" ana@example.org")]
pub(crate) struct Args {
    /// Only what this person is to do; `nobody` for items without an owner
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,

    /// Only items of this series; its last folder is enough
    #[arg(long, value_name = "NAME")]
    series: Option<String>,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let today = context.today();
    let ledger = context.ledger()?;
    let series = args.series.as_deref();
    let mut items = open_items(&ledger, series)?;
    let before = items.len();
    if before == 0 && tell_unknown_series(context, &ledger, series)? {
        return Ok(());
    }
    leave_out_snoozed(&ledger, &mut items, today)?;
    let parts = parts(&items, args.owner.as_deref());
    if parts.is_empty() {
        context.out.message(&match &args.owner {
            Some(owner) => format!(
                "{} owes nothing; `owed list` shows who does",
                one_line(owner)
            ),
            None => "nothing is open".to_owned(),
        });
    }
    if before > items.len() && args.owner.is_none() {
        context.out.message(&format!(
            "left out: {} snoozed",
            count(before - items.len(), "item")
        ));
    }
    let shapes = json::digest(&parts, today);
    match args.format {
        Format::Text => context.out.print(&digest(&parts, today)),
        Format::Json => context.out.line(&json::pretty(&shapes)),
        Format::Jsonl => shapes
            .iter()
            .try_for_each(|part| context.out.line(&json::line(part))),
    }
}
