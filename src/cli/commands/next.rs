//! `owed next`: the agenda of the next meeting, made from the group's template.

use super::Format;
use crate::cli::clock::parse_date;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::meeting::Meeting;
use crate::cli::project::slashed;
use crate::cli::reading::parse;
use crate::ledger::{Ledger, NoteRow};
use crate::text::SourceText;
use crate::views::agenda::relative;
use crate::views::block::{bullets, write_block};
use crate::views::template::{fill, of_single_braces};
use crate::views::{count, json, one_line};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Make the agenda of the next meeting from the group's template
///
/// FILE is made new; its folder says which series, its name which day. The template is text with Jinja's `{{ day }}`,
/// or with `{day}` as scripts of many groups have it. Into it go the day, the meeting before with a link to its notes,
/// and owed's block: where `{{ block }}` stands, or else as `owed agenda --write` would put it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed next notes/core/2025/core-05-08.md --template notes/core/TEMPLATE.md
  owed next agenda.md --template TEMPLATE.md --date 2025-05-08
  owed next core-05-08.md --template TEMPLATE.md --format json | jq -r '.items[].text'")]
pub(crate) struct Args {
    /// The file to make
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The template
    #[arg(long, value_name = "FILE")]
    template: PathBuf,

    /// The day of the meeting, where FILE does not tell
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<String>,

    /// How to tell of it: in JSON it is what is listed and why
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// What a template gets.
#[derive(Serialize)]
struct Values {
    /// YYYY-MM-DD.
    date: String,
    year: String,
    /// "May".
    month: String,
    /// "8".
    day: String,
    /// "05".
    mm: String,
    /// "08".
    dd: String,
    /// "Thursday".
    weekday: String,
    series: String,
    /// The day of the meeting before, YYYY-MM-DD; this and the following are empty where there was none.
    prev_date: String,
    prev_year: String,
    /// "04".
    prev_month: String,
    /// "24".
    prev_day: String,
    /// The way to its notes from the new file.
    prev_path: String,
    prev_title: String,
    block: String,
}

/// The values that may stand in single braces.
const NAMES: &[&str] = &[
    "date",
    "year",
    "month",
    "day",
    "mm",
    "dd",
    "weekday",
    "series",
    "prev_date",
    "prev_year",
    "prev_month",
    "prev_day",
    "prev_path",
    "prev_title",
    "block",
];

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let path = context.project.absolute(&args.file);
    if path.exists() {
        return Err(
            CommandError::user(format!("{} is there already", args.file.display()))
                .hint("`owed agenda FILE --write` puts the block into it"),
        );
    }
    let template = std::fs::read_to_string(context.project.absolute(&args.template))
        .map_err(|error| CommandError::file(&args.template, "read", &error))?;
    let name = context.project.name(&args.file);
    let header = parse(&context.config, &SourceText::new(name.as_str(), "")).header;
    let day = match &args.date {
        Some(text) => parse_date("--date", text)?,
        None => header.date.ok_or_else(|| {
            CommandError::user(format!("{} does not tell its day", args.file.display()))
                .hint("name it with --date 2025-05-08")
        })?,
    };
    let series = context.config.series_of(&name).map(str::to_owned);
    let series = series.unwrap_or(header.series);
    // A group may begin with its agenda, before any note was scanned.
    let ledger = match context.ledger() {
        Ok(ledger) => ledger,
        Err(_) if !context.project.ledger.exists() => Ledger::in_memory()?,
        Err(error) => return Err(error),
    };

    let source = of_single_braces(&template, NAMES);
    let previous = ledger.last_note(&series, day, Some(&name))?;
    let directory = path.parent().unwrap_or(Path::new("/"));
    let meeting = Meeting {
        series: Some(&series),
        day,
        path: Some(&name),
        directory,
        bullets: bullets(&template, context.config.agenda.heading.as_deref()),
        keep: BTreeSet::new(),
    };
    let mut block = meeting.block(context, &ledger)?;
    if template.contains("\r\n") {
        block.text = block.text.replace('\n', "\r\n");
    }
    let values = values(
        context,
        day,
        &series,
        previous.as_ref(),
        directory,
        &block.text,
    );
    let mut text = fill(&source, &values).map_err(|error| {
        CommandError::new(
            ErrorKind::Config,
            format!("{}: {error}", args.template.display()),
        )
        .hint(format!("there are {}", NAMES.join(", ")))
    })?;
    if !block.is_empty && !text.contains(&block.text) {
        let heading = context.config.agenda.heading.as_deref();
        text = write_block(&text, &block.text.replace('\r', ""), heading)?.text;
    }
    std::fs::create_dir_all(directory)
        .and_then(|()| {
            std::fs::File::options()
                .write(true)
                .create_new(true)
                .open(&path)
        })
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| CommandError::file(&args.file, "write", &error))?;
    if args.format == Format::Text {
        return context.out.line(&format!(
            "made {}: {} of {}",
            args.file.display(),
            block.listed,
            count(block.open, "open item")
        ));
    }
    let brought = meeting.bring(context, &ledger)?;
    let shape = brought.shape(&meeting);
    context.out.line(&match args.format {
        Format::Jsonl => json::line(&shape),
        _ => json::pretty(&shape),
    })
}

fn values(
    context: &Context,
    day: Date,
    series: &str,
    previous: Option<&NoteRow>,
    directory: &Path,
    block: &str,
) -> Values {
    let before = previous.and_then(|note| note.meeting);
    let part = |format: &str| before.map_or(String::new(), |day| day.strftime(format).to_string());
    let path = previous.map_or(String::new(), |note| {
        let path = slashed(&context.project.root.join(&note.path));
        relative(&slashed(directory), &path)
    });
    let title = previous.and_then(|note| note.title.as_deref());
    Values {
        date: day.to_string(),
        year: day.strftime("%Y").to_string(),
        month: day.strftime("%B").to_string(),
        day: day.day().to_string(),
        mm: day.strftime("%m").to_string(),
        dd: day.strftime("%d").to_string(),
        weekday: day.strftime("%A").to_string(),
        series: one_line(series),
        prev_date: part("%Y-%m-%d"),
        prev_year: part("%Y"),
        prev_month: part("%m"),
        prev_day: part("%d"),
        prev_path: path,
        prev_title: title.map(one_line).unwrap_or_default(),
        block: block.to_owned(),
    }
}
