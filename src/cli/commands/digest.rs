//! `owed digest`: what people owe, for a chat or a mail.

use super::list::{leave_out_put_off, open_items, tell_unknown_series};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::views::digest::digest;
use crate::views::{count, one_line};

/// Show what each person owes, as text for a chat or a mail
///
/// What is put off for a while is left out. Nobody is called by it: names are written without `@`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed digest --owner ana
  owed digest --series core
  owed digest --owner ana | mail -s \"What you said you would do\" ana@example.org")]
pub(crate) struct Args {
    /// Only what this person is to do; `nobody` for items without an owner
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,

    /// Only items of this series; its last folder is enough
    #[arg(long, value_name = "NAME")]
    series: Option<String>,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let today = context.today();
    let ledger = context.ledger()?;
    let series = args.series.as_deref();
    let mut items = open_items(&ledger, series)?;
    let before = items.len();
    if before == 0 && tell_unknown_series(context, &ledger, series)? {
        return Ok(());
    }
    leave_out_put_off(&ledger, &mut items, today)?;
    let text = digest(&items, args.owner.as_deref(), today);
    if text.is_empty() {
        context.out.message(&match &args.owner {
            Some(owner) => format!(
                "{} owes nothing; `owed list` shows who does",
                one_line(owner)
            ),
            None => "nothing is open".to_owned(),
        });
    }
    if before > items.len() && args.owner.is_none() {
        context.out.message(&format!(
            "left out: {} snoozed",
            count(before - items.len(), "item")
        ));
    }
    context.out.print(&text)
}
