//! `owed undo`: takes back what the last command did to the ledger.

use crate::cli::context::{Context, in_short};
use crate::cli::error::CommandError;
use crate::items::{Change, ItemId};
use crate::ledger::{Ledger, LedgerError, Undone};
use crate::views::{change, count, one_line, when};

/// Take back the last command that changed the ledger
///
/// Run it again to take back the one before. Files are left as they are.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed undo
  owed undo 3

`owed log` shows what was done.")]
pub(crate) struct Args {
    /// How many commands to take back
    #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    commands: u16,
}

/// More changes than this are counted, not shown.
const SHOWN: usize = 10;

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    let command = match args.commands {
        1 => "undo".to_owned(),
        n => format!("undo {n}"),
    };
    let mut transaction = ledger.begin(&context.operation(command))?;
    let mut undone: Vec<Undone> = Vec::new();
    for _ in 0..args.commands {
        match transaction.undo_last() {
            Ok(one) => undone.push(one),
            Err(LedgerError::NothingToUndo) if !undone.is_empty() => {
                return Err(CommandError::user(format!(
                    "only {} can be taken back, so none was",
                    count(undone.len(), "command")
                ))
                .hint("`owed log` shows what there is"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    transaction.commit()?;
    undone
        .iter()
        .try_for_each(|undone| tell(context, &ledger, undone))
}

/// Takes one operation back, where nothing that came after it rests on it.
pub(super) fn one(
    context: &mut Context,
    ledger: &mut Ledger,
    operation: u64,
) -> Result<(), CommandError> {
    let mut transaction = ledger.begin(&context.operation("undo"))?;
    let undone = transaction.undo(operation).map_err(|error| match error {
        LedgerError::NothingToUndo | LedgerError::Conflict(_) => {
            CommandError::user("this cannot be taken back: something has changed it since")
                .hint("`owed log` shows what, and `owed undo` takes it back")
        }
        error => error.into(),
    })?;
    transaction.commit()?;
    tell(context, ledger, &undone)
}

fn tell(context: &mut Context, ledger: &Ledger, undone: &Undone) -> Result<(), CommandError> {
    let at = when::moment(undone.at, &context.clock.zone);
    context.out.line(&format!(
        "took back `{}` of {at}: {}",
        one_line(&undone.command),
        count(undone.changes.len(), "change")
    ))?;
    for change in undone.changes.iter().take(SHOWN) {
        let what = change::in_words(change);
        let id = change.item_id();
        let item = id.map(|id| ledger.item(id)).transpose()?.flatten();
        let line = match (change, item) {
            (Change::Removed { item }, _) => in_short(item.id.as_str(), item),
            (_, Some(item)) => in_short(&ledger.short(&item.id)?, &item),
            (Change::AliasSet { series, .. }, None) => one_line(series),
            (Change::LoginSet { person, .. }, None) => one_line(person),
            (_, None) => id.map(ItemId::to_string).unwrap_or_default(),
        };
        context.out.line(&format!("  {line}: {what}"))?;
    }
    if undone.changes.len() > SHOWN {
        context
            .out
            .line(&format!("  and {} more", undone.changes.len() - SHOWN))?;
    }
    Ok(())
}
