//! `owed show`: everything about one item.

use crate::cli::context::{Context, item};
use crate::cli::error::CommandError;
use crate::views::json;
use crate::views::show::{self, Event, show};

/// Show an item: every place that speaks of it, and all that happened to it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed show 3f2a
  owed show 3f2a --history
  owed show 3f2a --format json")]
pub(crate) struct Args {
    /// The item's id, or as much of it as no other id begins with
    #[arg(value_name = "ID")]
    id: String,

    /// Only what happened to it
    #[arg(long)]
    history: bool,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: super::Format,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let item = item(&ledger, &ledger.find(&args.id)?)?;
    let proposals = ledger.proposals_of(&item.id)?;
    let entries = ledger.history(&item.id)?;
    let history: Vec<Event> = entries
        .into_iter()
        .map(|entry| Event {
            at: entry.at,
            command: entry.command,
            who: entry.who,
            change: entry.change,
        })
        .collect();
    let today = context.today();
    match args.format {
        super::Format::Text if args.history => context
            .out
            .print(&show::history(&history, &context.clock.zone)),
        super::Format::Text => {
            let text = show(&item, &proposals, &history, today, &context.clock.zone);
            context.out.print(&text)
        }
        format => {
            let on_one_line = format == super::Format::Jsonl;
            context.out.line(&json::item_with_history(
                &item,
                &proposals,
                &history,
                today,
                on_one_line,
            ))
        }
    }
}
