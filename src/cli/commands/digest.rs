//! `owed digest`: what people owe, for a chat or a mail.

use super::list::is_series;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::items::State;
use crate::ledger::Filter;
use crate::views::count;
use crate::views::digest::digest;

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
    let mut items = ledger.items(&Filter {
        state: Some(State::Open),
        carried: true,
        ..Filter::default()
    })?;
    let asked = args.series.as_deref();
    items.retain(|item| asked.is_none_or(|asked| is_series(&item.series, asked)));
    let mut last = std::collections::BTreeMap::new();
    for note in ledger.notes()? {
        let day = last.entry(note.series).or_insert(None);
        *day = note.meeting.max(*day);
    }
    let before = items.len();
    items.retain(|item| {
        let last = last.get(&item.series).copied().flatten();
        !item.snoozed.is_some_and(|snooze| snooze.holds(today, last))
    });
    let text = digest(&items, args.owner.as_deref(), today);
    if text.is_empty() {
        context.out.message(&match &args.owner {
            Some(owner) => format!("{owner} owes nothing; `owed list` shows who does"),
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
