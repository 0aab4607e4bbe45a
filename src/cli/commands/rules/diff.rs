//! `owed rules diff`: what other rules would find otherwise.

use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::files::NoteFile;
use crate::cli::parallel::{self, Jobs};
use crate::cli::reading::{PackText, Reader, own_packs, pack_files, packs};
use crate::mentions::compare::{Comparison, compare};
use crate::mentions::resolve;
use crate::notes;
use crate::text::Notice;
use crate::views::{count, diff, json};
use std::path::{Path, PathBuf};

/// Show what notes say by two sets of rules: what is gained, lost and found otherwise
///
/// A set of rules is `builtin`, the rules that come with owed; `project`, those with the project's
/// own; or a file or folder of rules, which are put on top of the builtin ones. With `+` several are
/// put on top of each other: `project+drafts`. All kinds of mentions are compared, tentative ones as
/// well.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed rules diff builtin project notes
  owed rules diff project project+drafts/ours.toml notes --check
  owed rules diff ../before/rules/en rules/en notes --json

With --check the exit code is 1 where anything differs.")]
pub(crate) struct Args {
    /// The rules to compare with
    #[arg(value_name = "OLD")]
    old: String,
    /// The rules to compare
    #[arg(value_name = "NEW")]
    new: String,
    /// Notes, folders of notes, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Write JSON
    #[arg(long)]
    json: bool,
    /// Exit with 1 where anything differs
    #[arg(long)]
    check: bool,

    #[command(flatten)]
    jobs: Jobs,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let old = Reader::with(&named(context, &args.old)?)?;
    let new = Reader::with(&named(context, &args.new)?)?;
    let files = context.notes(&args.paths)?;
    let mut progress = context.out.progress(files.len());
    let (mut notes, mut whole) = (0, Comparison::default());
    let out = &mut context.out;
    let work = |file: &NoteFile| differences(&old, &new, file);
    parallel::in_order(&files, args.jobs, work, |(name, comparison, notices)| {
        progress.step();
        for notice in &notices {
            out.notice(&name, notice);
        }
        notes += usize::from(comparison.is_some());
        whole.extend(comparison.unwrap_or_default());
        Ok(())
    })?;
    drop(progress);
    if args.json {
        context.out.line(&json::comparison(&whole, notes))?;
    } else {
        context.out.print(&diff::diff(&whole, notes))?;
    }
    if args.check && !whole.is_empty() {
        let differ = whole.gained.len() + whole.lost.len() + whole.changed.len();
        return Err(CommandError::new(
            ErrorKind::Check,
            format!("{} by these rules", count(differ, "difference")),
        ));
    }
    Ok(())
}

/// The name of a note, what differs in it, and notices about it; no comparison where it is no text.
fn differences(
    old: &Reader,
    new: &Reader,
    file: &NoteFile,
) -> (String, Option<Comparison>, Vec<Notice>) {
    let (source, notices) = file.read();
    let comparison = source.map(|source| {
        let note = notes::parse(&source);
        let read = |reader: &Reader| resolve(&reader.engine, &note, &source).found;
        compare(read(old), read(new))
    });
    (file.name.clone(), comparison, notices)
}

/// The packs that a set of rules puts on top of the builtin ones.
fn named(context: &Context, given: &str) -> Result<Vec<PackText>, CommandError> {
    let project = &context.project;
    let mut paths = Vec::new();
    let whole = project.absolute(Path::new(given));
    // A path may have a plus in its name.
    let parts = if whole.exists() {
        vec![given]
    } else {
        given.split('+').collect()
    };
    for part in parts {
        match part {
            "builtin" => {}
            "project" => paths.extend(own_packs(project)?),
            path => paths.extend(pack_files(project, Path::new(path)).map_err(|error| {
                error.hint("a set of rules is `builtin`, `project`, or a file or folder of rules")
            })?),
        }
    }
    packs(project, &paths)
}
