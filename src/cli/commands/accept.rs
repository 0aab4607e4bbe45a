//! `owed accept`, `owed reject`: whether what was found is an item.

use crate::cli::context::{Context, in_short, items, with_why};
use crate::cli::error::CommandError;
use crate::ledger::Ledger;
use crate::taking;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The items' ids, or as much of each as no other id begins with
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,

    /// The reason, kept in the log
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

pub(super) const ACCEPT_HELP: &str = "\
Examples:
  owed accept 3f2a 91c0

What was only asked for or hedged goes on agendas from then on. `owed undo` takes it back.";
pub(super) const REJECT_HELP: &str = "\
Examples:
  owed reject 3f2a --why \"a joke\"

The line never makes an item again, unless its words change. For what is an item and will not be done there is
`owed drop`. `owed undo` takes it back.";

/// `owed accept`
pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    accept(context, &mut ledger, &args.ids, args.why.as_deref())
}

/// `owed reject`
pub(super) fn run_reject(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    reject(context, &mut ledger, &args.ids, args.why.as_deref())
}

/// Says of all items that they are some.
pub(super) fn accept(
    context: &mut Context,
    ledger: &mut Ledger,
    ids: &[String],
    why: Option<&str>,
) -> Result<(), CommandError> {
    let mut lines = Vec::new();
    let mut changes = Vec::new();
    for item in items(ledger, ids)? {
        let short = in_short(&ledger.short(&item.id)?, &item);
        match taking::accept(&item) {
            Some(change) => {
                lines.push(format!("accepted  {short}"));
                changes.push(change);
            }
            None => context.out.message(&format!("{short}: already accepted")),
        }
    }
    let command = with_why(&format!("accept {}", ids.join(" ")), why);
    let mut transaction = ledger.begin(&context.operation(command))?;
    transaction.apply(&changes)?;
    transaction.commit()?;
    lines.iter().try_for_each(|line| context.out.line(line))
}

/// Says of all items that they are none.
pub(super) fn reject(
    context: &mut Context,
    ledger: &mut Ledger,
    ids: &[String],
    why: Option<&str>,
) -> Result<(), CommandError> {
    let found = items(ledger, ids)?;
    let mut lines = Vec::new();
    for item in &found {
        let short = ledger.short(&item.id)?;
        lines.push(format!("rejected  {}", in_short(&short, item)));
    }
    let command = with_why(&format!("reject {}", ids.join(" ")), why);
    let mut transaction = ledger.begin(&context.operation(command))?;
    for item in &found {
        // An earlier one may have taken it along.
        if let Some(item) = transaction.item(&item.id)? {
            taking::reject(&mut transaction, &item)?;
        }
    }
    transaction.commit()?;
    lines.iter().try_for_each(|line| context.out.line(line))
}
