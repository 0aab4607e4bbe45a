//! The `owed` command: flags, settings, clock, files and streams, and one file per command.
//!
//! This is the only room that speaks to the outside: what it learns there it hands to the other
//! rooms as plain values. A command is a struct of its flags and one function, `run(context,
//! args)`. Errors carry their hints to here and end in exit code 2, a check that found something in
//! 1; finding nothing is no error.

mod clock;
mod commands;
mod config;
mod context;
mod error;
mod files;
mod github;
mod keys;
mod logins;
mod meeting;
mod origin;
mod output;
mod parallel;
mod project;
mod reading;
mod who;

use clap::{CommandFactory, Parser};
use clock::Clock;
use commands::Command;
use config::Config;
use context::Context;
use error::{CommandError, ErrorKind};
use output::{Color, Output};
use project::Project;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Finds what people said they would do in meeting notes, and keeps it on the table until it is
/// done.
#[derive(Debug, Parser)]
#[command(
    name = "owed",
    version,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  owed scan notes                    find what people said they would do
  owed list                          what is open
  owed agenda 2025-05-08.md --write  put it on the next agenda
  owed done 3f2a                     take it off the table

`owed COMMAND --help` shows examples for each command."
)]
struct Cli {
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    directory: Option<PathBuf>,

    /// The ledger's file [default: .owed/ledger.db at the project's root]
    #[arg(long, value_name = "PATH", global = true)]
    ledger: Option<PathBuf>,

    /// When to use colour: on a terminal without NO_COLOR, always, or never
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        hide_default_value = true
    )]
    color: Color,

    /// Print results and errors only
    #[arg(short, long, global = true)]
    quiet: bool,

    #[command(subcommand)]
    command: Command,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    run(std::env::args_os())
}

fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) if is_help(&error) => return help(&error),
        Err(error) => return end(&mut Output::new(Color::Auto, false), Err(error.into())),
    };
    let mut out = Output::new(cli.color, cli.quiet);
    match surroundings(&cli) {
        Ok((project, config, clock)) => {
            let mut context = Context {
                project,
                config,
                clock,
                who: who::who(),
                out,
            };
            let result = cli.command.run(&mut context);
            end(&mut context.out, result)
        }
        Err(error) => end(&mut out, Err(error)),
    }
}

fn surroundings(cli: &Cli) -> Result<(Project, Config, Clock), CommandError> {
    let here = cli.directory.as_deref().unwrap_or(Path::new("."));
    if !here.is_dir() {
        return Err(
            CommandError::user(format!("-C: there is no folder {}", here.display()))
                .hint("-C names the folder to run in"),
        );
    }
    let project = Project::find(here, cli.ledger.as_deref())?;
    let config = Config::read(&project)?;
    Ok((project, config, Clock::read()?))
}

/// Prints what is left to print and makes the exit code.
fn end(out: &mut Output, result: Result<(), CommandError>) -> ExitCode {
    match result.and_then(|()| out.finish()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            out.error(&error);
            ExitCode::from(if error.kind == ErrorKind::Check { 1 } else { 2 })
        }
    }
}

fn is_help(error: &clap::Error) -> bool {
    use clap::error::ErrorKind::{
        DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion,
    };
    matches!(
        error.kind(),
        DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand | DisplayVersion
    )
}

/// Help that was asked for goes to stdout and is no error; `owed` alone is one.
fn help(error: &clap::Error) -> ExitCode {
    // Nobody reads it: nothing to tell anybody.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

/// The command line as clap knows it.
fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_flags_fit_together() {
        super::command().debug_assert();
    }
}
