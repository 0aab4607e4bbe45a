//! `owed explain`: why a line is an item, or why it is none.

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::files;
use crate::cli::reading::{Reader, parse, underlined};
use crate::mentions::{self, Found, Traced};
use crate::notes::{Note, Turn, Voice};
use crate::rules::{Engine, Obstacle};
use crate::text::SourceText;
use crate::views::style::{self, paint};
use crate::views::{carets, fit, one_line};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Show how a line of a note was read: why it is an item, or why it is none
///
/// Shows its zone and speaker, its clauses, the rules that matched them, and what stopped those
/// that came to nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed explain notes/core/2025/core-04-24.md:41")]
pub(crate) struct Args {
    /// A line of a note
    #[arg(value_name = "FILE:LINE")]
    place: String,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let (path, line) = place(&args.place)?;
    let source = open(context, path)?;
    if line == 0 || line > source.line_count() {
        return Err(
            CommandError::user(format!("{} has no line {line}", path.display()))
                .hint(format!("it has {} lines", source.line_count())),
        );
    }
    let reader = Reader::new(&context.project, &context.config)?;
    let columns = context.out.columns();
    let text = explain(
        &reader.engine,
        &parse(&context.config, &source),
        &source,
        Some(line),
        columns,
    );
    context.out.print(&text)
}

fn place(text: &str) -> Result<(&Path, usize), CommandError> {
    let parts = text.rsplit_once(':');
    let parsed = parts.and_then(|(path, line)| Some((Path::new(path), line.parse().ok()?)));
    parsed.ok_or_else(|| {
        CommandError::user(format!("`{text}` names no line"))
            .hint("write it as FILE:LINE: notes/core-04-24.md:41")
    })
}

/// The text of one file.
pub(super) fn open(context: &mut Context, path: &Path) -> Result<SourceText, CommandError> {
    if context.project.absolute(path).is_dir() {
        return Err(
            CommandError::user(format!("{} is a folder", path.display())).hint("name one file"),
        );
    }
    let mut search = files::find(&[PathBuf::from(path)], &context.project)?;
    let file = search
        .files
        .pop()
        .ok_or_else(|| files::not_there(path, &context.project))?;
    let (source, notices) = file.read();
    for notice in &notices {
        context.out.notice(&file.name, notice);
    }
    source.ok_or_else(|| {
        let why = notices
            .first()
            .map_or("no text", |notice| notice.message.as_str());
        CommandError::user(format!("{}: {why}", path.display())).hint("name a note: a text file")
    })
}

/// How the turns on a line (1-based), or all turns, were read.
pub(super) fn explain(
    engine: &Engine,
    note: &Note,
    source: &SourceText,
    line: Option<usize>,
    columns: Option<usize>,
) -> String {
    let reading = mentions::resolve_traced(engine, note, source);
    let on_line =
        |turn: &Turn| line.is_none_or(|line| (turn.lines.0..=turn.lines.1).contains(&(line - 1)));
    let turns: Vec<usize> = (0..note.turns.len())
        .filter(|at| on_line(&note.turns[*at]))
        .collect();
    let mut out = String::new();
    if turns.is_empty() {
        if let Some(line) = line {
            out.push_str(&format!("{}\n", one_line(source.line(line - 1))));
        }
        out.push_str(
            "no words that rules look at: a blank line, code, front matter or a frame of a table\n",
        );
    }
    let mut tried: BTreeMap<usize, Vec<&Traced>> = BTreeMap::new();
    for traced in &reading.traced {
        let clause = traced.trial.candidate.clause;
        tried.entry(clause).or_default().push(traced);
    }
    let explanation = Explanation {
        engine,
        source,
        note,
        found: &reading.found,
        tried,
        columns,
    };
    for (index, at) in turns.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        explain_turn(&explanation, *at, &mut out);
    }
    // A rule that is switched off is told where it matches; what else is off cannot be seen in a place.
    let off: Vec<String> = engine
        .switched_off()
        .iter()
        .filter(|off| off.sort != "rule")
        .map(|off| format!("{} {}", off.sort, off.id))
        .collect();
    if !off.is_empty() {
        let off = format!("switched off: {}", one_line(&off.join(", ")));
        out.push_str(&format!("{}\n", paint(style::FAINT, &off)));
    }
    out
}

/// How a note was read.
struct Explanation<'e> {
    engine: &'e Engine,
    source: &'e SourceText,
    note: &'e Note,
    found: &'e [Found],
    /// What was tried, by the index of its clause.
    tried: BTreeMap<usize, Vec<&'e Traced>>,
    columns: Option<usize>,
}

fn explain_turn(explanation: &Explanation<'_>, at: usize, out: &mut String) {
    let Explanation {
        engine,
        source,
        note,
        ..
    } = *explanation;
    let turn = &note.turns[at];
    let mut push = |text: &str| out.push_str(text);
    let field = |name: &str, value: &str| {
        format!("{}  {value}\n", paint(style::FAINT, &format!("{name:<8}")))
    };
    let (first, last) = (turn.lines.0 + 1, turn.lines.1 + 1);
    push(&field(
        "lines",
        &if first == last {
            format!("{first}")
        } else {
            format!("{first} to {last}")
        },
    ));
    push(&field("zone", turn.zone.as_str()));
    let speaker = turn.speaker.map_or("nobody".to_owned(), |speaker| {
        let how = match speaker.voice {
            Voice::Own => "by a label of its own",
            Voice::Inherited => "from what it stands under or goes on from",
            Voice::Beside => "perhaps: from the entry before",
        };
        format!(
            "{}, {how}",
            paint(style::OWNER, &one_line(speaker.name.of(source.text())))
        )
    });
    push(&field("speaker", &speaker));
    for (index, clause) in turn.clauses.clone().zip(note.clauses_of(turn)) {
        // Plain text has marks for code and addresses; its reader wants to see them.
        let words = note.plain.source_span(clause.span).of(source.text());
        push(&field("clause", &one_line(words)));
        let mut elsewhere = Vec::new();
        let mut any = false;
        for traced in explanation.tried.get(&index).into_iter().flatten() {
            let candidate = &traced.trial.candidate;
            let rule = engine.rule_id(candidate.rule);
            if matches!(
                traced.trial.stopped,
                Some(Obstacle::Zone(_) | Obstacle::Needs(_))
            ) {
                elsewhere.push(rule);
                continue;
            }
            any = true;
            let end = match traced.reason(engine) {
                None => paint(style::TASK, "won"),
                Some(why) => format!("no: {why}"),
            };
            let matched = note.plain.source_span(candidate.matched).of(source.text());
            let said = fit(&one_line(matched), 60);
            // Of a match that came to nothing it would only be a guess what was said.
            let message = if traced.reason(engine).is_some() {
                one_line(engine.rule_title(candidate.rule))
            } else {
                let owner = candidate.owner.map(|span| note.plain.source_span(span));
                let owner = owner.map_or("somebody", |span| span.of(source.text()));
                one_line(engine.rule_message(candidate.rule)).replace("{owner}", &one_line(owner))
            };
            push(&format!("  {}  {end}\n", paint(style::KEY, rule)));
            push(&format!(
                "      {}\n",
                paint(style::FAINT, &format!("\"{said}\": {message}"))
            ));
        }
        if !any {
            push("  no rule for such a place matches\n");
        }
        // A clause is tried twice where words lead up to it.
        elsewhere.sort_unstable();
        elsewhere.dedup();
        if !elsewhere.is_empty() {
            let elsewhere = format!("  for other places only: {}", elsewhere.join(", "));
            push(&format!("{}\n", paint(style::FAINT, &elsewhere)));
        }
    }
    let found: Vec<_> = explanation
        .found
        .iter()
        .filter(|found| found.turn == at)
        .collect();
    if found.is_empty() {
        push("no item\n");
    }
    for found in found {
        push(&carets::finding(
            source,
            &underlined(found),
            explanation.columns,
        ));
        if !found.mention.is_carried() {
            push("kept off lists and agendas: only definite tasks and commitments go there\n");
        }
    }
}
