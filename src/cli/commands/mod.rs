//! The commands.

mod agenda;
mod completions;
mod init;
mod list;
mod show;
mod state;
mod undo;

use super::context::Context;
use super::error::CommandError;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    List(list::Args),
    Show(show::Args),
    #[command(about = "Close items that are done", after_help = state::DONE_HELP)]
    Done(state::Args),
    #[command(about = "Close items that will not be done", after_help = state::DROP_HELP)]
    Drop(state::Args),
    #[command(about = "Put closed items back on the table", after_help = state::REOPEN_HELP)]
    Reopen(state::Args),
    Undo(undo::Args),
    Agenda(agenda::Args),
    Init(init::Args),
    Completions(completions::Args),
}

impl Command {
    pub(super) fn run(self, context: &mut Context) -> Result<(), CommandError> {
        match self {
            Command::List(args) => list::run(context, &args),
            Command::Show(args) => show::run(context, &args),
            Command::Done(args) => state::run(context, &args, &state::DONE),
            Command::Drop(args) => state::run(context, &args, &state::DROP),
            Command::Reopen(args) => state::run(context, &args, &state::REOPEN),
            Command::Undo(args) => undo::run(context, &args),
            Command::Agenda(args) => agenda::run(context, &args),
            Command::Init(args) => init::run(context, &args),
            Command::Completions(args) => completions::run(context, &args),
        }
    }
}

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON value.
    Json,
    /// One JSON object per line.
    Jsonl,
}
