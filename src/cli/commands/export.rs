//! `owed export`: the whole ledger as lines of JSON.

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::views::export;

/// Write the whole ledger, one item a line
///
/// Every item with its words, its state, what waits for a yes and what people have decided. `owed
/// import` makes the same ledger of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed export > ledger.jsonl
  owed export --format jsonl | jq -r 'select(.proposed == \"done\") | .text'")]
pub(crate) struct Args {
    /// The format
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// A line of JSON for each item
    Jsonl,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let items = context.ledger()?.everything()?;
    match args.format {
        Format::Jsonl => context.out.print(&export::jsonl(&items)),
    }
}
