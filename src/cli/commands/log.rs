//! `owed log`: everything that ever changed the ledger.

use super::Format;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::items::{Change, ItemId};
use crate::ledger::OperationRow;
use crate::views::style::{self, paint};
use crate::views::{change, count, json, one_line, show, when};
use jiff::Timestamp;
use serde::Serialize;

/// Show what has changed the ledger: when, by which command, by whom, why
///
/// The newest comes first. Nothing is ever taken out of the log; what was undone says so. Who did it is the value of
/// OWED_USER, else the name under which they are logged in; in a workflow of GitHub, who started it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed log
  owed log -n 3 --changes
  owed log --item 3f2a
  owed log --format jsonl | jq -r .command")]
pub(crate) struct Args {
    /// Only what has changed this item
    #[arg(long, value_name = "ID")]
    item: Option<String>,

    /// At most so many commands
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,

    /// Also each change that a command made
    #[arg(long)]
    changes: bool,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// One command, as programs read it.
#[derive(Serialize)]
struct Shape {
    operation: u64,
    at: Timestamp,
    command: String,
    who: Option<String>,
    undone: bool,
    undoes: Vec<u64>,
    changes: Vec<Change>,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let of = args
        .item
        .as_deref()
        .map(|prefix| ledger.find(prefix))
        .transpose()?;
    let rows = ledger.operations(args.limit, of.as_ref())?;
    if rows.is_empty() {
        context.out.message("nothing has changed the ledger yet");
    }
    let of_item = |change: &Change| of.is_none() || change.item_id() == of.as_ref();
    let shape = |row: &OperationRow| -> Result<Shape, CommandError> {
        let mut changes = ledger.changes_of(row.id)?;
        changes.retain(of_item);
        Ok(Shape {
            operation: row.id,
            at: row.at,
            command: row.command.clone(),
            who: row.who.clone(),
            undone: row.undone,
            undoes: row.undoes.clone(),
            changes,
        })
    };
    match args.format {
        Format::Text => {
            for row in &rows {
                context.out.line(&line(context, row))?;
                if args.changes || of.is_some() {
                    for change in shape(row)?.changes {
                        let id = change.item_id().map_or("", ItemId::as_str);
                        let what = change::in_words(&change);
                        context
                            .out
                            .line(&format!("       {}  {what}", paint(style::FAINT, id)))?;
                    }
                }
            }
            Ok(())
        }
        Format::Json => {
            let all = rows.iter().map(shape).collect::<Result<Vec<_>, _>>()?;
            context.out.line(&json::pretty(&all))
        }
        Format::Jsonl => rows
            .iter()
            .try_for_each(|row| context.out.line(&json::line(&shape(row)?))),
    }
}

fn line(context: &Context, row: &OperationRow) -> String {
    let at = when::moment(row.at, &context.clock.zone);
    let undoes: Vec<String> = row.undoes.iter().map(u64::to_string).collect();
    let fate = match (row.undone, undoes.as_slice()) {
        (true, _) => ", undone".to_owned(),
        (false, []) => String::new(),
        (false, undone) => format!(", took back {}", undone.join(", ")),
    };
    format!(
        "{}  {}  {} {}",
        paint(style::KEY, &format!("{:>5}", row.id)),
        paint(style::FAINT, &at),
        one_line(&row.command),
        paint(
            style::FAINT,
            &format!(
                "({}{}{fate})",
                count(row.changes, "change"),
                show::by(row.who.as_deref())
            )
        )
    )
}
