//! `owed triage`: what waits for a person, one thing after the other.

mod list;
mod walk;

use super::Format;
use super::list::{is_series, leave_out_snoozed};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::items::{Item, State};
use crate::ledger::{Filter, Ledger};
use crate::taking::{self, Waiting};
use std::collections::{BTreeMap, BTreeSet};

/// Go through what waits for you: unknown names, proposals, new items
///
/// Each is shown with its words and answered with one key: accept, reject, edit, same as another, split, snooze, close,
/// drop. Every answer is kept at once, so that you can quit at any time and go on later. Where standard input is no
/// terminal, each line is an answer.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed triage
  owed triage --series core --only items
  owed triage --list
  owed triage --format json | jq '.[].waits'
  printf 'y\\nn\\n' | owed triage

Every answer is also a command: owed accept, reject, set, same, split, snooze, done, drop, answer, people alias.")]
pub(crate) struct Args {
    /// Only what waits in this series
    #[arg(long, value_name = "NAME")]
    series: Option<String>,

    /// Only what waits in this way
    #[arg(long, value_name = "KIND")]
    only: Option<Kind>,

    /// Show what waits, and ask nothing
    #[arg(long)]
    list: bool,

    /// How to write the list; json and jsonl ask nothing
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// In which way something waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// Who is this?
    Names,
    /// Is it so?
    Proposals,
    /// Is it an item?
    Items,
    /// Whose is it? Also of items that were accepted.
    Unowned,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    let waiting = waiting(context, &ledger, args)?;
    if args.list || args.format != Format::Text {
        return list::print(context, &ledger, &waiting, args.format);
    }
    if waiting.is_empty() {
        context.out.message("nothing waits for you");
        return Ok(());
    }
    walk::walk(context, &mut ledger, &waiting)
}

fn waiting(context: &Context, ledger: &Ledger, args: &Args) -> Result<Vec<Waiting>, CommandError> {
    let is_asked = |series: &str| {
        let asked = args.series.as_deref();
        asked.is_none_or(|asked| is_series(series, asked))
    };
    let mut all = ledger.items(&Filter::default())?;
    all.retain(|item| is_asked(&item.series));
    let mut by_series: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in &all {
        by_series.entry(&item.series).or_default().push(item);
    }
    let mut unknown = Vec::new();
    for (series, items) in by_series {
        let carried = items.into_iter().filter(|item| item.is_carried());
        let known = taking::directory(carried, &ledger.aliases(series)?);
        unknown.extend(known.unknown.into_iter().map(|it| (series.to_owned(), it)));
    }
    let carried: BTreeSet<_> = all
        .iter()
        .filter(|item| item.is_carried())
        .map(|item| item.id.clone())
        .collect();
    let mut proposals = ledger.proposals()?;
    proposals.retain(|proposal| proposal.items().any(|id| carried.contains(id)));
    leave_out_snoozed(ledger, &mut all, context.today())?;
    if args.only == Some(Kind::Unowned) {
        all.retain(|item| {
            let is_open = item.state == State::Open;
            is_open && item.is_carried() && item.owners.is_empty()
        });
        let items = all.into_iter().map(|item| Waiting::Item(Box::new(item)));
        return Ok(items.collect());
    }
    let mut waiting = taking::waiting(unknown, proposals, all);
    waiting.retain(|it| match args.only {
        Some(Kind::Names) => matches!(it, Waiting::Name { .. }),
        Some(Kind::Proposals) => matches!(it, Waiting::Proposal(_)),
        Some(Kind::Items) => matches!(it, Waiting::Item(_)),
        Some(Kind::Unowned) | None => true,
    });
    Ok(waiting)
}
