//! `owed ci merge`: what was merged goes into the ledger, on the agenda and, where the project wants it, to GitHub.

use crate::cli::commands::issues::{open, sync};
use crate::cli::commands::{agenda, scan};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::github::Access;
use std::path::PathBuf;

/// Take merged notes into the ledger, write the next agenda, and file what is promised
///
/// The agenda is only written into the file; who runs this commits it. Issues are opened where owed.toml says
/// `file-on-merge = true` under `[issues]`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed ci merge notes
  owed ci merge notes --agenda notes/core/next.md")]
pub(crate) struct Args {
    /// Notes and folders of notes
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// The next meeting's agenda, to write the open items into; several may be named
    #[arg(long, value_name = "FILE")]
    agenda: Vec<PathBuf>,

    #[command(flatten)]
    access: Access,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    scan::run(context, &scan::Args::of(&args.paths))?;
    // The settings are those of the branch that was merged into, which strangers cannot change.
    let filed = match context.config.issues.file_on_merge {
        true => open::run(context, &open::Args::all(args.access.clone())),
        false => Ok(()),
    };
    // Trouble with GitHub keeps nothing from the agenda. Where filing has failed, its error is told in the end.
    let synced = sync::run(context, &sync::Args::plain(args.access.clone()));
    for file in &args.agenda {
        agenda::run(context, &agenda::Args::writing(file.clone()))?;
    }
    if let (Err(_), Err(error)) = (&filed, &synced) {
        context.out.error(error);
    }
    filed.and(synced)
}
