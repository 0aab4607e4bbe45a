//! `owed debug`: what each step of reading a note makes of it.

use crate::cli::commands::explain::open;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::reading::{Reader, parse, underlined};
use crate::mentions;
use crate::notes::Note;
use crate::text::SourceText;
use crate::views::{carets, one_line, plain};
use std::path::PathBuf;

/// Show what each step of reading makes of a note
#[derive(Debug, clap::Subcommand)]
#[command(after_help = "\
Examples:
  owed debug turns notes/core/2025/core-04-24.md
  owed debug mentions notes/core/2025/core-04-24.md")]
pub(crate) enum Command {
    /// Its date, title and series, and who is a person in it
    #[command(after_help = "Examples:\n  owed debug note notes/core-04-24.md")]
    Note(File),
    /// Who says what in which zone, and the clauses of it
    #[command(after_help = "Examples:\n  owed debug turns notes/core-04-24.md")]
    Turns(File),
    /// Every match of a rule, and what stopped it
    #[command(after_help = "Examples:\n  owed debug candidates notes/core-04-24.md")]
    Candidates(File),
    /// All lines, with everything found underlined
    #[command(after_help = "Examples:\n  owed debug mentions notes/core-04-24.md")]
    Mentions(File),
}

#[derive(Debug, clap::Args)]
pub(crate) struct File {
    /// The note
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(context: &mut Context, command: &Command) -> Result<(), CommandError> {
    let (Command::Note(File { file })
    | Command::Turns(File { file })
    | Command::Candidates(File { file })
    | Command::Mentions(File { file })) = command;
    let source = open(context, file)?;
    let text = match command {
        Command::Note(_) => note(&parse(&context.config, &source)),
        Command::Turns(_) => turns(&parse(&context.config, &source), &source),
        Command::Candidates(_) => candidates(
            &Reader::new(&context.project, &context.config)?,
            &parse(&context.config, &source),
            &source,
        ),
        Command::Mentions(_) => {
            let (_, reading) = Reader::new(&context.project, &context.config)?.read(&source);
            let found: Vec<_> = reading.found.iter().map(underlined).collect();
            carets::note(&source, &found)
        }
    };
    context.out.print(&text)
}

fn note(note: &Note) -> String {
    let mut out = format!("{:#?}\n", note.header);
    for person in note.people.persons() {
        out.push_str(&format!("{person:?}\n"));
    }
    plain(&out)
}

fn turns(note: &Note, source: &SourceText) -> String {
    let mut out = String::new();
    for turn in &note.turns {
        let speaker = turn.speaker.map_or("-".to_owned(), |speaker| {
            format!(
                "{} ({:?})",
                one_line(speaker.name.of(source.text())),
                speaker.voice
            )
        });
        out.push_str(&format!(
            "{}-{} {} {speaker}\n",
            turn.lines.0 + 1,
            turn.lines.1 + 1,
            turn.zone.as_str()
        ));
        for clause in note.clauses_of(turn) {
            let mark = if clause.bracketed { "()" } else { "- " };
            out.push_str(&format!(
                "    {mark} {}\n",
                one_line(clause.span.of(note.plain.text()))
            ));
        }
    }
    out
}

fn candidates(reader: &Reader, note: &Note, source: &SourceText) -> String {
    let engine = &reader.engine;
    let reading = mentions::resolve_traced(engine, note, source);
    let plain = note.plain.text();
    let mut out = String::new();
    for traced in &reading.traced {
        let candidate = &traced.trial.candidate;
        let line = source.line_number(note.plain.source_span(candidate.unit).start);
        let end = traced.reason(engine).unwrap_or_else(|| "won".to_owned());
        out.push_str(&format!(
            "{line} {}: {end}\n    {}\n    task: {}\n",
            engine.rule_id(candidate.rule),
            one_line(candidate.unit.of(plain)),
            one_line(candidate.task.of(plain)),
        ));
    }
    out
}
