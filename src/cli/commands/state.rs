//! `owed done`, `owed drop`, `owed reopen`: a person's word about an item.

use crate::cli::context::{Context, in_short, items};
use crate::cli::error::CommandError;
use crate::items::{Field, State};
use crate::ledger::Ledger;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The items' ids, or as much of each as no other id begins with
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,

    /// The reason, kept in the items' history
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

/// One of the three commands.
pub(super) struct Verb {
    name: &'static str,
    to: State,
}

pub(super) const DONE: Verb = Verb {
    name: "done",
    to: State::Done,
};
pub(super) const DROP: Verb = Verb {
    name: "drop",
    to: State::Dropped,
};
pub(super) const REOPEN: Verb = Verb {
    name: "reopen",
    to: State::Open,
};

pub(super) const DONE_HELP: &str = "\
Examples:
  owed done 3f2a
  owed done 3f2a 91c0 --why \"landed last week\"

`owed undo` takes it back.";
pub(super) const DROP_HELP: &str = "\
Examples:
  owed drop 3f2a --why \"not needed after the rewrite\"

`owed undo` takes it back.";
pub(super) const REOPEN_HELP: &str = "\
Examples:
  owed reopen 3f2a --why \"came up again\"

`owed undo` takes it back.";

pub(super) fn run(context: &mut Context, args: &Args, verb: &Verb) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    apply(context, &mut ledger, &args.ids, verb, args.why.as_deref())
}

/// Sets the state of all items or, where one of the ids is wrong, of none.
pub(super) fn apply(
    context: &mut Context,
    ledger: &mut Ledger,
    ids: &[String],
    verb: &Verb,
    why: Option<&str>,
) -> Result<(), CommandError> {
    let mut lines = Vec::new();
    let mut changes = Vec::new();
    for item in items(ledger, ids)? {
        let id = item.id.clone();
        let short = in_short(&ledger.short(&id)?, &item);
        if item.state == verb.to {
            context
                .out
                .message(&format!("{short}: already {}", verb.to.as_str()));
            continue;
        }
        lines.push(format!("{}  {short}", verb.to.as_str()));
        changes.push(item.put(verb.to, Some(context.today()), why.map(str::to_owned)));
        changes.extend(item.pin(Field::State));
    }
    // The reason is told by the changes themselves.
    let command = format!("{} {}", verb.name, ids.join(" "));
    let mut transaction = ledger.begin(&context.operation(command))?;
    transaction.apply(&changes)?;
    transaction.commit()?;
    lines.iter().try_for_each(|line| context.out.line(line))
}
