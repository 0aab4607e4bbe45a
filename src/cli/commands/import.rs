//! `owed import`: a ledger from what `owed export` wrote.

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::files::STDIN;
use crate::items::Change;
use crate::ledger::Filter;
use crate::views::{count, export};
use std::io::Read;
use std::path::PathBuf;

/// Make a ledger of what `owed export` wrote
///
/// The ledger must not have items yet. Nothing is kept where a line cannot be read. The next scan
/// reads the notes again and finds their items there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed import ledger.jsonl
  owed export | ssh elsewhere 'cd notes && owed import -'

`owed undo` takes it back.")]
pub(crate) struct Args {
    /// The file, or `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let name = args.file.display().to_string();
    let unreadable = |error| CommandError::file(&args.file, "read", &error);
    let text = if name == STDIN {
        let mut text = String::new();
        std::io::stdin()
            .lock()
            .read_to_string(&mut text)
            .map_err(unreadable)?;
        text
    } else {
        std::fs::read_to_string(&args.file).map_err(unreadable)?
    };
    let changes = export::read_jsonl(&text).map_err(|error| {
        CommandError::user(format!("{name}: {error}"))
            .hint("`owed export` writes what can be read here")
    })?;
    let mut ledger = context.ledger_or_new()?;
    if !ledger.items(&Filter::default())?.is_empty() {
        return Err(CommandError::user("the ledger has items already").hint(
            "move the ledger away first, or run this in another project; two ledgers cannot be mixed",
        ));
    }
    let mut transaction = ledger.begin(&context.operation(format!("import {name}")))?;
    transaction.apply(&changes)?;
    transaction.commit()?;
    let added = |change: &&Change| matches!(change, Change::Added { .. });
    let items = changes.iter().filter(added).count();
    context
        .out
        .line(&format!("{} from {name}", count(items, "item")))
}
