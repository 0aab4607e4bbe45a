//! `owed ci`: what a repository of notes does by itself.

mod ledger;
mod merge;
mod review;

use crate::cli::context::Context;
use crate::cli::error::CommandError;

/// What a repository of notes does by itself when notes are proposed and merged
///
/// `review` looks at the notes of a pull request, `merge` takes what was merged into the ledger, and `fetch` and `save`
/// keep the ledger on a branch of the repository. docs/github.md shows workflows for GitHub, GitLab and Forgejo.
#[derive(Debug, clap::Subcommand)]
#[command(after_help = "\
Examples:
  owed ci review notes --base origin/main --comment
  owed ci fetch && owed ci merge notes && owed ci save")]
pub(crate) enum Command {
    Review(review::Args),
    Merge(merge::Args),
    Fetch(ledger::FetchArgs),
    Save(ledger::SaveArgs),
}

pub(super) fn run(context: &mut Context, command: &Command) -> Result<(), CommandError> {
    match command {
        Command::Review(args) => review::run(context, args),
        Command::Merge(args) => merge::run(context, args),
        Command::Fetch(args) => ledger::fetch(context, args),
        Command::Save(args) => ledger::save(context, args),
    }
}
