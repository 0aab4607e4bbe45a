//! `owed snooze`: out of sight for a while.

use super::when::snooze_of;
use crate::cli::context::{Context, in_short, items, with_why};
use crate::cli::error::CommandError;
use crate::ledger::Ledger;
use crate::taking;
use crate::views::change;

/// Put items out of sight until a day, the next meeting, or shortly before they are due
///
/// They stay open all the while; lists and agendas leave them out until then.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed snooze 3f2a --until next-meeting
  owed snooze 3f2a 91c0 --until 2025-09-01 --why \"after the summer\"
  owed snooze 3f2a --until \"7 days before due\"
  owed snooze 3f2a --until none

`owed undo` takes it back.")]
pub(crate) struct Args {
    /// The items' ids, or as much of each as no other id begins with
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,

    /// A day, `next-meeting`, or \"7 days before due\"; `none` brings them back
    #[arg(long, value_name = "WHEN")]
    until: String,

    /// The reason, kept in the log
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    apply(
        context,
        &mut ledger,
        &args.ids,
        &args.until,
        args.why.as_deref(),
    )
}

/// Puts all items off or, where something is wrong, none.
pub(super) fn apply(
    context: &mut Context,
    ledger: &mut Ledger,
    ids: &[String],
    until: &str,
    why: Option<&str>,
) -> Result<(), CommandError> {
    let mut changes = Vec::new();
    let mut lines = Vec::new();
    for item in items(ledger, ids)? {
        let to = snooze_of("--until", until, &item, context.today())?;
        let short = in_short(&ledger.short(&item.id)?, &item);
        match taking::snooze(&item, to) {
            Some(change) => {
                lines.push(format!("{short}: {}", change::in_words(&change)));
                changes.push(change);
            }
            None => lines.push(format!("{short}: as it was")),
        }
    }
    let command = format!("snooze {} --until \"{until}\"", ids.join(" "));
    let mut transaction = ledger.begin(&context.operation(with_why(&command, why)))?;
    transaction.apply(&changes)?;
    transaction.commit()?;
    lines.iter().try_for_each(|line| context.out.line(line))
}
