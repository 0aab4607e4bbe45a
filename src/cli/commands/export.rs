//! `owed export`: the whole ledger as lines of JSON, or items for other programs.

use super::list::{is_nobody, is_series, tell_unknown_owner, tell_unknown_series};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::items::State;
use crate::ledger::Filter;
use crate::views::{export, formats, json};

/// Write the whole ledger, or the open items for another program
///
/// As jsonl: every item with its words, its state, what waits for a yes and what people have decided; `owed import`
/// makes the same ledger of it. In the other formats: the items that lists and agendas have, the open ones unless --all
/// is given.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed export > ledger.jsonl
  owed export --format jsonl | jq -r 'select(.proposed == \"done\") | .text'
  owed export --format ics --owner ana > ana.ics
  owed export --format taskwarrior | task import
  owed export --format csv --all > items.csv
  owed export --format md --owner nobody")]
pub(crate) struct Args {
    /// The format
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Format,

    /// Only what this person is to do; `nobody` for items without an owner
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,

    /// Only items of this series; its last folder is enough
    #[arg(long, value_name = "NAME")]
    series: Option<String>,

    /// Items in every state
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The whole ledger, a line of JSON for each item
    Jsonl,
    /// One JSON array, as `owed list --format json` writes it
    Json,
    /// A table in Markdown
    Md,
    /// Comma-separated values
    Csv,
    /// A calendar: the open items that have a due date
    Ics,
    /// Lines of todo.txt
    Todotxt,
    /// What `task import` takes
    Taskwarrior,
    /// Entries for the Tasks plugin of Obsidian
    Obsidian,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    if args.format == Format::Jsonl {
        if args.owner.is_some() || args.series.is_some() {
            return Err(
                CommandError::user("jsonl is the whole ledger, and not some of its items").hint(
                    "`owed list --format jsonl` writes lines of some; or take another --format",
                ),
            );
        }
        let items = ledger.everything()?;
        return context.out.print(&export::jsonl(&items));
    }
    let of_nobody = is_nobody(args.owner.as_deref());
    let mut items = ledger.items(&Filter {
        owner: args.owner.clone().filter(|_| !of_nobody),
        state: (!args.all).then_some(State::Open),
        carried: true,
        ..Filter::default()
    })?;
    let asked = args.series.as_deref();
    items.retain(|item| {
        (!of_nobody || item.owners.is_empty())
            && asked.is_none_or(|asked| is_series(&item.series, asked))
    });
    if items.is_empty()
        && !tell_unknown_owner(context, &ledger, args.owner.as_deref())?
        && !tell_unknown_series(context, &ledger, asked)?
    {
        context.out.message(match args.all {
            true => "no items fit",
            false => "no open items fit; --all writes those that are done or dropped, too",
        });
    }
    let today = context.today();
    let text = match args.format {
        Format::Jsonl | Format::Json => json::items(&items, today) + "\n",
        Format::Md => formats::markdown(&items, today),
        Format::Csv => formats::csv(&items, today),
        Format::Ics => formats::calendar(&items, context.clock.now),
        Format::Todotxt => formats::todo_txt(&items),
        Format::Taskwarrior => formats::taskwarrior(&items),
        Format::Obsidian => formats::obsidian(&items),
    };
    context.out.print(&text)
}
