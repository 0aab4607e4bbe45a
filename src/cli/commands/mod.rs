//! The commands.

mod accept;
mod agenda;
mod answer;
mod ci;
mod completions;
mod debug;
mod digest;
mod doctor;
mod explain;
mod export;
mod extract;
mod import;
mod init;
mod issues;
mod link;
mod lint;
mod list;
mod log;
mod meetings;
mod next;
mod people;
mod report;
mod rules;
mod same;
mod scan;
mod serve;
mod set;
mod show;
mod snooze;
mod state;
mod sweep;
mod triage;
mod undo;
mod when;

use super::context::Context;
use super::error::CommandError;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Scan(scan::Args),
    Extract(extract::Args),
    List(list::Args),
    Show(show::Args),
    #[command(about = "Close items that are done", after_help = state::DONE_HELP)]
    Done(state::Args),
    #[command(about = "Close items that will not be done", after_help = state::DROP_HELP)]
    Drop(state::Args),
    #[command(about = "Put closed items back on the table", after_help = state::REOPEN_HELP)]
    Reopen(state::Args),
    #[command(about = "Say of what was found that it is an item", after_help = accept::ACCEPT_HELP)]
    Accept(accept::Args),
    #[command(about = "Say of what was found that it is no item", after_help = accept::REJECT_HELP)]
    Reject(accept::Args),
    Answer(answer::Args),
    Set(set::Args),
    Snooze(snooze::Args),
    #[command(about = "Tie an item to an address elsewhere", after_help = link::LINK_HELP)]
    Link(link::Args),
    #[command(about = "Take a link of an item away", after_help = link::UNLINK_HELP)]
    Unlink(link::Args),
    Same(same::Args),
    Split(same::SplitArgs),
    Triage(triage::Args),
    People(people::Args),
    Undo(undo::Args),
    Log(log::Args),
    Meetings(meetings::Args),
    Agenda(agenda::Args),
    Next(next::Args),
    Digest(digest::Args),
    Sweep(sweep::Args),
    #[command(subcommand)]
    Issues(issues::Command),
    #[command(subcommand)]
    Ci(ci::Command),
    Serve(serve::Args),
    Report(report::Args),
    Export(export::Args),
    Import(import::Args),
    Lint(lint::Args),
    Explain(explain::Args),
    #[command(subcommand)]
    Rules(rules::Command),
    #[command(subcommand)]
    Debug(debug::Command),
    Doctor(doctor::Args),
    Init(init::Args),
    Completions(completions::Args),
}

impl Command {
    pub(super) fn run(self, context: &mut Context) -> Result<(), CommandError> {
        match self {
            Command::Scan(args) => scan::run(context, &args),
            Command::Extract(args) => extract::run(context, &args),
            Command::List(args) => list::run(context, &args),
            Command::Show(args) => show::run(context, &args),
            Command::Done(args) => state::run(context, &args, &state::DONE),
            Command::Drop(args) => state::run(context, &args, &state::DROP),
            Command::Reopen(args) => state::run(context, &args, &state::REOPEN),
            Command::Accept(args) => accept::run(context, &args),
            Command::Reject(args) => accept::run_reject(context, &args),
            Command::Answer(args) => answer::run(context, &args),
            Command::Set(args) => set::run(context, &args),
            Command::Snooze(args) => snooze::run(context, &args),
            Command::Link(args) => link::link(context, &args),
            Command::Unlink(args) => link::unlink(context, &args),
            Command::Same(args) => same::run(context, &args),
            Command::Split(args) => same::run_split(context, &args),
            Command::Triage(args) => triage::run(context, &args),
            Command::People(args) => people::run(context, &args),
            Command::Undo(args) => undo::run(context, &args),
            Command::Log(args) => log::run(context, &args),
            Command::Meetings(args) => meetings::run(context, &args),
            Command::Agenda(args) => agenda::run(context, &args),
            Command::Next(args) => next::run(context, &args),
            Command::Digest(args) => digest::run(context, &args),
            Command::Sweep(args) => sweep::run(context, &args),
            Command::Issues(command) => issues::run(context, &command),
            Command::Ci(command) => ci::run(context, &command),
            Command::Serve(args) => serve::run(context, &args),
            Command::Report(args) => report::run(context, &args),
            Command::Export(args) => export::run(context, &args),
            Command::Import(args) => import::run(context, &args),
            Command::Lint(args) => lint::run(context, &args),
            Command::Explain(args) => explain::run(context, &args),
            Command::Rules(command) => rules::run(context, &command),
            Command::Debug(command) => debug::run(context, &command),
            Command::Doctor(args) => doctor::run(context, &args),
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
