//! `owed lint`: what the writer of a note can mend.

use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::files::NoteFile;
use crate::cli::parallel::{self, Jobs};
use crate::cli::reading::Reader;
use crate::lint::{self, Code, Remark, Wanted};
use crate::views::{count, remarks, sarif};
use std::path::PathBuf;

/// Show what in notes is better mended now
///
/// Actions of nobody or of everybody, unknown names, dates in the past. Each remark has a code:
/// no-owner, vague-owner, many-owners, unknown-name, ambiguous-name, no-due (with --due), past-due,
/// no-date, unreadable, unclosed. Actions under review from the last meeting are left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed lint notes/core-04-24.md
  owed lint notes --due --ignore many-owners,no-date
  owed lint notes --check --format github    annotations in a workflow
  owed lint notes --format sarif > owed.sarif

A remark is advice, so the exit code is 0 whatever was found, unless --check asks for 1.")]
pub(crate) struct Args {
    /// Notes, folders of notes, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Also actions without a due date
    #[arg(long)]
    due: bool,

    /// Leave out remarks with this code; several with commas between them
    #[arg(long, value_name = "CODE", value_parser = code, value_delimiter = ',')]
    ignore: Vec<Code>,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Exit with 1 where there are remarks
    #[arg(long)]
    check: bool,

    #[command(flatten)]
    jobs: Jobs,
}

/// How remarks are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON array
    Json,
    /// Annotations of a GitHub workflow
    Github,
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
}

fn code(text: &str) -> Result<Code, String> {
    let found = Code::ALL.into_iter().find(|code| code.as_str() == text);
    found.ok_or_else(|| {
        let known: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        format!("the codes are {}", known.join(", "))
    })
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let format = if args.json { Format::Json } else { args.format };
    let files = context.notes(&args.paths)?;
    let reader = Reader::new(&context.project, &context.config)?;
    let columns = context.out.columns();
    let mut progress = context.out.progress(files.len());
    let mut all: Vec<Remark> = Vec::new();
    let mut with_remarks = 0;
    let out = &mut context.out;
    let work = |file: &NoteFile| check(&reader, file, args, format, columns);
    parallel::in_order(&files, args.jobs, work, |(found, text)| {
        progress.step();
        with_remarks += usize::from(!found.is_empty());
        all.extend(found);
        out.print(&text)
    })?;
    drop(progress);
    match format {
        Format::Text | Format::Github => {}
        Format::Json => context.out.line(&remarks::json(&all))?,
        Format::Sarif => {
            let version = env!("CARGO_PKG_VERSION");
            context.out.line(&sarif::log(&all, version))?;
        }
    }
    let looked = count(files.len(), "note");
    let told = match all.len() {
        0 => format!("nothing to remark in {looked}"),
        n => format!("{} in {with_remarks} of {looked}", count(n, "remark")),
    };
    if args.check && !all.is_empty() {
        return Err(CommandError::new(ErrorKind::Check, told));
    }
    context.out.message(&told);
    Ok(())
}

/// The remarks about one file, and what is to be printed at once.
fn check(
    reader: &Reader,
    file: &NoteFile,
    args: &Args,
    format: Format,
    columns: Option<usize>,
) -> (Vec<Remark>, String) {
    let (source, notices) = file.read();
    let mut found = Vec::new();
    match &source {
        Some(source) => {
            let (note, reading) = reader.read(source);
            let wanted = Wanted { due: args.due };
            found.extend(lint::check(source, &note, &reading, wanted));
        }
        // A notice about a text is a remark at its place.
        None => found.extend(notices.iter().map(|one| lint::of_notice(&file.name, one))),
    }
    found.retain(|remark| !args.ignore.contains(&remark.code));
    let text = match format {
        Format::Text => found
            .iter()
            .map(|remark| remarks::text(source.as_ref(), remark, columns))
            .collect(),
        Format::Github => found
            .iter()
            .map(|remark| remarks::annotation(remark) + "\n")
            .collect(),
        Format::Json | Format::Sarif => String::new(),
    };
    (found, text)
}
