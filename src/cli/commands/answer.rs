//! `owed answer`: yes or no to what waits for it.

use crate::cli::context::{Context, in_short, item};
use crate::cli::error::CommandError;
use crate::items::{Proposal, ProposalId, ProposalKind};
use crate::ledger::Ledger;
use crate::taking;
use crate::views::count;

/// Say yes or no to what is proposed
///
/// `owed show` shows what is proposed about an item, with the words of both sides. A yes closes the
/// item or joins it with the other. A no is kept: the same question never comes back.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed answer yes 4f9c
  owed answer no 4f9c 81d2

`owed undo` takes it back.")]
pub(crate) struct Args {
    /// The answer
    #[arg(value_enum)]
    answer: Answer,

    /// The proposals' ids, or as much of each as no other waiting proposal's begins with
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Answer {
    /// It is so
    Yes,
    /// It is not so
    No,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    let yes = args.answer == Answer::Yes;
    apply(context, &mut ledger, &args.ids, yes)
}

/// Answers all proposals or, where one of the ids is wrong, none.
pub(super) fn apply(
    context: &mut Context,
    ledger: &mut Ledger,
    given: &[String],
    yes: bool,
) -> Result<(), CommandError> {
    let waiting = ledger.proposals()?;
    let ids = given
        .iter()
        .map(|id| find(&waiting, id).map(|it| it.id.clone()));
    let ids = ids.collect::<Result<Vec<ProposalId>, CommandError>>()?;
    let word = if yes { "yes" } else { "no" };
    let today = context.today();
    let operation = context.operation(format!("answer {word} {}", given.join(" ")));
    let mut transaction = ledger.begin(&operation)?;
    for id in &ids {
        taking::decide(&mut transaction, id, yes, today)?;
    }
    transaction.commit()?;
    for id in &ids {
        if let Some(proposal) = ledger.proposal(id)?
            && let Some(now) = ledger.resolve(&proposal.item)?
        {
            let short = ledger.short(&now)?;
            let what = match (yes, proposal.kind) {
                (false, _) => "as it was",
                (true, ProposalKind::Same) => "joined",
                (true, ProposalKind::Finished) => "done",
                (true, ProposalKind::Dropped) => "dropped",
                (true, ProposalKind::Unlinked) => "unlinked",
            };
            let item = item(ledger, &now)?;
            context
                .out
                .line(&format!("{what}  {}", in_short(&short, &item)))?;
        }
    }
    Ok(())
}

/// The waiting proposal whose id begins so.
fn find<'p>(waiting: &'p [Proposal], prefix: &str) -> Result<&'p Proposal, CommandError> {
    let prefix = prefix.trim().to_ascii_lowercase();
    let fits: Vec<&Proposal> = waiting
        .iter()
        .filter(|it| !prefix.is_empty() && it.id.as_str().starts_with(&prefix))
        .collect();
    match fits.as_slice() {
        [one] => Ok(one),
        [] => Err(CommandError::user(format!(
            "nothing that waits for an answer has the id `{prefix}`"
        ))
        .hint("`owed show ID` shows what is proposed about an item")),
        several => Err(CommandError::user(format!(
            "`{prefix}` begins the ids of {}",
            count(several.len(), "proposal")
        ))
        .hint("give more of it")),
    }
}
