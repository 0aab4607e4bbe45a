//! `owed sweep`: what nobody has spoken of for long.

use super::Format;
use super::list::{open_items, tell_unknown_series};
use crate::cli::context::{Context, in_short};
use crate::cli::error::CommandError;
use crate::items::{Change, Item, Proposal, ProposalId};
use crate::ledger::Ledger;
use crate::taking::{self, Idle};
use crate::views::{count, json};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Propose to drop what nobody has spoken of for long
///
/// An item is idle when it was not spoken of for so many days and so many meetings of its series, and is not due. Nothing
/// is dropped without a yes: `owed answer` gives it for one or a few, `--yes` for all.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed sweep --dry-run
  owed sweep --series core --days 365
  owed sweep --yes
  owed sweep --dry-run --format jsonl | jq -r .text

`owed undo` takes it back, whole.")]
pub(crate) struct Args {
    /// Only items of this series; its last folder is enough
    #[arg(long, value_name = "NAME")]
    series: Option<String>,

    /// Days since it was last spoken of
    #[arg(long, value_name = "N", default_value_t = 180)]
    days: u32,

    /// Meetings of its series since then
    #[arg(long, value_name = "N", default_value_t = 3)]
    meetings: u32,

    /// Say yes to all that a sweep proposes, now and before: they are dropped
    #[arg(long)]
    yes: bool,

    /// Show what would come of it and keep nothing
    #[arg(long)]
    dry_run: bool,

    /// How to write it; in JSON are all that sweeps propose, those from before, too
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let today = context.today();
    let mut ledger = context.ledger()?;
    let series = args.series.as_deref();
    let items = open_items(&ledger, series)?;
    if items.is_empty() && tell_unknown_series(context, &ledger, series)? {
        return Ok(());
    }
    let mut known: Vec<Proposal> = Vec::new();
    for item in &items {
        known.extend(ledger.proposals_of(&item.id)?);
    }
    let idle = Idle {
        days: args.days,
        meetings: args.meetings,
    };
    let changes = taking::sweep(&items, &meetings(&ledger)?, &known, idle, today);
    let new: Vec<&Proposal> = changes.iter().filter_map(proposed).collect();
    let gone = changes.len() - new.len();
    let withdrawn: BTreeSet<&ProposalId> = changes.iter().filter_map(withdrawn).collect();
    let still = known
        .iter()
        .filter(|it| it.decided.is_none() && it.is_of_sweep() && !withdrawn.contains(&it.id));
    let waiting: Vec<&Proposal> = still.chain(new.iter().copied()).collect();

    let operation = context.operation(match (&args.series, args.yes) {
        (Some(series), true) => format!("sweep --series {series} --yes"),
        (Some(series), false) => format!("sweep --series {series}"),
        (None, true) => "sweep --yes".to_owned(),
        (None, false) => "sweep".to_owned(),
    });
    let mut transaction = ledger.begin(&operation)?;
    transaction.apply(&changes)?;
    if args.yes {
        let ids: Vec<ProposalId> = waiting.iter().map(|it| it.id.clone()).collect();
        taking::decide_all(&mut transaction, &ids, true, today)?;
    }
    if args.dry_run {
        drop(transaction);
    } else {
        transaction.commit()?;
    }
    let is_text = args.format == Format::Text;
    let shown = if args.yes || !is_text { &waiting } else { &new };
    let by_id: BTreeMap<_, &Item> = items.iter().map(|item| (&item.id, item)).collect();
    let word = if args.yes { "dropped" } else { "ask" };
    let shown: Vec<(&Item, &Proposal)> = shown
        .iter()
        .filter_map(|proposal| Some((*by_id.get(&proposal.item)?, *proposal)))
        .collect();
    let shapes = shown
        .iter()
        .map(|(item, proposal)| json::swept(item, proposal, args.yes, today));
    match args.format {
        Format::Text => {
            for (item, proposal) in &shown {
                let short = in_short(&ledger.short(&item.id)?, item);
                context
                    .out
                    .line(&format!("{word}  {short} ({})", why(proposal, item)))?;
            }
        }
        Format::Json => {
            let shapes: Vec<_> = shapes.collect();
            context.out.line(&json::pretty(&shapes))?;
        }
        Format::Jsonl => {
            for shape in shapes {
                context.out.line(&json::line(&shape))?;
            }
        }
    }
    let told = if args.yes { waiting.len() } else { new.len() };
    tell(context, args, told, waiting.len(), gone);
    Ok(())
}

fn tell(context: &mut Context, args: &Args, shown: usize, waiting: usize, gone: usize) {
    let summary = match (shown, waiting) {
        (0, 0) => format!(
            "nothing is idle: all was spoken of in the last {} or {}, or is due",
            count(args.days as usize, "day"),
            count(args.meetings as usize, "meeting")
        ),
        (0, waiting) => format!("nothing new; {} from before", count(waiting, "proposal")),
        (shown, _) if args.yes && args.dry_run => {
            format!("{} would be dropped", count(shown, "item"))
        }
        (shown, _) if args.yes => format!(
            "{} dropped; `owed undo` takes it back",
            count(shown, "item")
        ),
        (shown, _) => format!(
            "{} to drop; `owed sweep --yes` drops all, `owed show ID` and `owed answer` one by one",
            count(shown, "proposal")
        ),
    };
    context.out.message(&summary);
    if gone > 0 {
        context.out.message(&format!(
            "{} taken back: spoken of again",
            count(gone, "proposal")
        ));
    }
    if args.dry_run {
        context.out.message("a dry run: nothing was kept");
    }
}

/// The days of all meetings.
fn meetings(ledger: &Ledger) -> Result<BTreeMap<String, BTreeSet<Date>>, CommandError> {
    let mut days: BTreeMap<String, BTreeSet<Date>> = BTreeMap::new();
    for note in ledger.notes()? {
        if let Some(day) = note.meeting {
            days.entry(note.series).or_default().insert(day);
        }
    }
    Ok(days)
}

fn proposed(change: &Change) -> Option<&Proposal> {
    match change {
        Change::Proposed { proposal } => Some(proposal),
        _ => None,
    }
}

fn withdrawn(change: &Change) -> Option<&ProposalId> {
    match change {
        Change::Withdrawn { proposal } => Some(&proposal.id),
        _ => None,
    }
}

/// "412 days, 18 meetings, no due".
fn why(proposal: &Proposal, item: &Item) -> String {
    let (days, meetings) = proposal.idle().unwrap_or_default();
    let due = if item.due.is_some() { "" } else { ", no due" };
    format!(
        "{}, {}{due}",
        count(days as usize, "day"),
        count(meetings as usize, "meeting")
    )
}
