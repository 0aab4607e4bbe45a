//! `owed extract`: what notes say, without a ledger.

use super::Format;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::files::NoteFile;
use crate::cli::parallel::{self, Jobs};
use crate::cli::reading::{Reader, underlined};
use crate::items::Mention;
use crate::text::{Notice, SourceText};
use crate::views::style::{self, paint};
use crate::views::{carets, count, json, one_line};
use std::path::PathBuf;

/// Show what notes say that somebody will do, without a ledger
///
/// Each finding is shown in its line: `^` under the owner, `~` under what is to be done, `-` under
/// the due phrase, and the rule that found it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed extract notes/core/2025/core-04-24.md
  owed extract notes --format jsonl
  pbpaste | owed extract - --all")]
pub(crate) struct Args {
    /// Notes, folders of notes, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Also what is asked for, under way, finished, or put with a hedge
    #[arg(long)]
    all: bool,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    #[command(flatten)]
    jobs: Jobs,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let files = context.notes(&args.paths)?;
    let reader = Reader::new(&context.project, &context.config)?;
    let columns = context.out.columns();
    let mut progress = context.out.progress(files.len());
    let (mut notes, mut lines, mut found) = (0, 0, 0);
    let mut array: Vec<Mention> = Vec::new();
    let work = |file: &NoteFile| extract(&reader, file, args, columns);
    let out = &mut context.out;
    parallel::in_order(&files, args.jobs, work, |extracted| {
        progress.step();
        for notice in &extracted.notices {
            out.notice(&extracted.name, notice);
        }
        notes += usize::from(extracted.lines.is_some());
        lines += extracted.lines.unwrap_or(0);
        found += extracted.mentions.len();
        out.print(&extracted.text)?;
        if args.format == Format::Json {
            array.extend(extracted.mentions);
        }
        Ok(())
    })?;
    drop(progress);
    if args.format == Format::Json {
        context.out.line(&json::mentions(&array))?;
    }
    let looked = format!(
        "{}, {}, {}",
        count(notes, "note"),
        count(lines, "line"),
        count(reader.engine.rule_count(), "rule")
    );
    context.out.message(&match found {
        0 if args.all => format!("found nothing in {looked}"),
        0 => format!("found no definite task or commitment in {looked}; --all shows the rest"),
        n if args.all => format!("{} in {looked}", count(n, "finding")),
        1 => format!("1 task or commitment in {looked}"),
        n => format!("{n} tasks and commitments in {looked}"),
    });
    Ok(())
}

/// What one file comes to.
struct Extracted {
    name: String,
    notices: Vec<Notice>,
    /// How many; `None` where the file is no text.
    lines: Option<usize>,
    mentions: Vec<Mention>,
    /// What to print of it.
    text: String,
}

fn extract(reader: &Reader, file: &NoteFile, args: &Args, columns: Option<usize>) -> Extracted {
    let (source, notices) = file.read();
    let mut extracted = Extracted {
        name: file.name.clone(),
        notices,
        lines: source.as_ref().map(SourceText::line_count),
        mentions: Vec::new(),
        text: String::new(),
    };
    let Some(source) = source else {
        return extracted;
    };
    let mut found = reader.read(&source).1.found;
    found.retain(|found| args.all || found.mention.is_carried());
    let text = &mut extracted.text;
    match args.format {
        Format::Text if found.is_empty() => {}
        Format::Text => {
            text.push_str(&paint(style::KEY, &one_line(source.path())));
            text.push('\n');
            for found in &found {
                text.push_str(&carets::finding(&source, &underlined(found), columns));
            }
            text.push('\n');
        }
        Format::Json => {}
        Format::Jsonl => {
            for found in &found {
                text.push_str(&json::mention(&found.mention));
                text.push('\n');
            }
        }
    }
    extracted.mentions = found.into_iter().map(|found| found.mention).collect();
    extracted
}
