//! `owed agenda`: what the next meeting looks at.

use super::Format;
use super::list::is_series;
use crate::cli::clock::parse_date;
use crate::cli::context::{Context, in_short};
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::files::{not_there, replace};
use crate::cli::meeting::{Block, Meeting, next_file};
use crate::cli::reading::parse;
use crate::items::{Change, Item, ItemId, Mark, State};
use crate::ledger::{Filter, Ledger};
use crate::reconcile::{self, NoteRead, Plan};
use crate::text::SourceText;
use crate::views::block::{Placed, Read, bullets, has_block, read_block, write_block};
use crate::views::json::{self, AgendaShape};
use crate::views::{Bullets, count, fit, one_line};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Show what the next meeting is to look at, or write it into its agenda
///
/// FILE is the next meeting's agenda or note: its folder says which series, its name or its head which day. A SERIES is
/// named by its last folders; --next finds the file itself. Listed is what cannot wait, then what is fresh, as far as
/// the budget goes; the rest is counted.
///
/// With --write the block goes between two comment lines in FILE: where they are, or in its agenda section, or at its
/// end. What people ticked, changed or took out there is first taken into the ledger, and what they wrote under an entry
/// stays. Nothing outside the block changes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed agenda core
  owed agenda notes/core/2025/core-05-08.md --write
  owed agenda --next --write
  owed agenda --next --check
  owed agenda core --format json | jq -r '.[].items[] | [.need, .text] | @tsv'")]
pub(crate) struct Args {
    /// The next meeting's agenda, or its series
    #[arg(value_name = "FILE|SERIES")]
    target: Option<PathBuf>,

    /// Find the next agenda of the series, or of all series
    #[arg(long)]
    next: bool,

    /// Write the block into the file
    #[arg(long)]
    write: bool,

    /// End with 1 where the block in the file is not what it should be
    #[arg(long, conflicts_with = "write")]
    check: bool,

    /// The day of the meeting, where FILE does not tell
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "next")]
    date: Option<String>,

    /// How to write it: in JSON it is what is listed and why, an entry for each agenda
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with_all = ["write", "check"])]
    format: Format,
}

impl Args {
    /// The block is written into a file.
    pub(super) fn writing(file: PathBuf) -> Self {
        Self {
            target: Some(file),
            next: false,
            write: true,
            check: false,
            date: None,
            format: Format::Text,
        }
    }
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let date = args
        .date
        .as_deref()
        .map(|text| parse_date("--date", text))
        .transpose()?;
    let mut ledger = context.ledger()?;
    let agendas = match target(context, &ledger, args)? {
        Target::Files(files) => {
            let read = files.iter().map(|file| Agenda::read(context, file, date));
            read.collect::<Result<Vec<_>, _>>()?
        }
        Target::Series(series) => {
            if args.write || args.check {
                return Err(
                    CommandError::user("no agenda is named to write to or to check")
                        .hint("name its file, or let --next find it: owed agenda --next --write"),
                );
            }
            return print_series(context, &ledger, series.as_deref(), date, args.format);
        }
    };
    if args.format != Format::Text {
        return print_json(context, &ledger, &agendas, args.format);
    }
    let mut stale = Vec::new();
    for agenda in &agendas {
        if args.write {
            agenda.write(context, &mut ledger)?;
        } else if args.check {
            stale.extend(agenda.check(context, &ledger)?);
        } else {
            agenda.print(context, &ledger)?;
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    let mut found = CommandError::new(
        ErrorKind::Check,
        format!("{} not up to date", count(stale.len(), "agenda")),
    )
    .hint("`owed agenda FILE --write` brings it up to date");
    found.details = stale;
    Err(found)
}

/// What a block is asked for.
enum Target {
    Files(Vec<PathBuf>),
    /// One series, or all of them.
    Series(Option<String>),
}

fn target(context: &mut Context, ledger: &Ledger, args: &Args) -> Result<Target, CommandError> {
    let named = match &args.target {
        None => None,
        Some(given) => {
            let path = context.project.absolute(given);
            if path.is_file() && args.next {
                return Err(CommandError::user(format!(
                    "--next finds a file itself, and {} is one",
                    given.display()
                ))
                .hint("name its series, or leave --next out"));
            }
            if path.is_file() {
                return Ok(Target::Files(vec![given.clone()]));
            }
            Some(named_series(context, ledger, given)?)
        }
    };
    if !args.next {
        return Ok(Target::Series(named));
    }
    let today = context.today();
    if let Some(series) = named {
        return Ok(Target::Files(vec![next_file(
            context, ledger, &series, today,
        )?]));
    }
    let mut files = Vec::new();
    let mut missing = Vec::new();
    for series in all_series(ledger)? {
        match next_file(context, ledger, &series, today) {
            Ok(file) => files.push(file),
            Err(error) => missing.push(error),
        }
    }
    if files.is_empty() {
        return Err(missing.pop().unwrap_or_else(|| {
            CommandError::user("no note was scanned yet, so that there is no series")
                .hint("`owed scan PATH…` reads the notes; or name the agenda's file")
        }));
    }
    for error in missing {
        context.out.message(&error.error);
    }
    Ok(Target::Files(files))
}

/// The series that notes were scanned of or that have open items.
fn all_series(ledger: &Ledger) -> Result<BTreeSet<String>, CommandError> {
    let mut all: BTreeSet<String> = ledger.series()?.into_iter().collect();
    all.extend(ledger.series_with_open()?);
    Ok(all)
}

/// The series that a name of the command line means.
pub(super) fn named_series(
    context: &Context,
    ledger: &Ledger,
    given: &Path,
) -> Result<String, CommandError> {
    let all = all_series(ledger)?;
    let words = given.to_string_lossy();
    let by_folder = context.project.name(given);
    let exact = all.iter().find(|it| **it == words || **it == by_folder);
    let fits: Vec<&String> = match exact {
        Some(one) => vec![one],
        None => all.iter().filter(|it| is_series(it, &words)).collect(),
    };
    match fits.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(
            not_there(given, &context.project).hint(match all.is_empty() {
                true => "nor is there a series of this name: no note was scanned yet".to_owned(),
                false => {
                    let names: Vec<String> = all.iter().map(|it| one_line(it)).collect();
                    format!(
                        "nor is there a series of this name; there are {}",
                        fit(&names.join(", "), 300)
                    )
                }
            }),
        ),
        several => {
            let names: Vec<String> = several.iter().map(|it| one_line(it)).collect();
            Err(CommandError::user(format!(
                "several series are called so: {}",
                names.join(", ")
            ))
            .hint("give more of the name"))
        }
    }
}

/// Shows the block of a series, or of all, as it would be today.
fn print_series(
    context: &mut Context,
    ledger: &Ledger,
    series: Option<&str>,
    date: Option<Date>,
    format: Format,
) -> Result<(), CommandError> {
    let here = context.project.here.clone();
    let meeting = Meeting {
        series,
        day: date.unwrap_or(context.today()),
        path: None,
        directory: &here,
        bullets: Bullets::Mark('-'),
        keep: BTreeSet::new(),
    };
    if format != Format::Text {
        let brought = meeting.bring(context, ledger)?;
        return print_shapes(context, &[brought.shape(&meeting)], format);
    }
    let block = meeting.block(context, ledger)?;
    if block.is_empty {
        context.out.message("nothing is open");
        return Ok(());
    }
    context.out.line(&block.text)
}

/// Shows what the agendas would list, for programs.
fn print_json(
    context: &mut Context,
    ledger: &Ledger,
    agendas: &[Agenda],
    format: Format,
) -> Result<(), CommandError> {
    let mut brought = Vec::new();
    for agenda in agendas {
        let meeting = agenda.meeting(context, ledger)?;
        brought.push((meeting.bring(context, ledger)?, meeting));
    }
    let shapes: Vec<AgendaShape<'_>> = brought
        .iter()
        .map(|(brought, meeting)| brought.shape(meeting))
        .collect();
    print_shapes(context, &shapes, format)
}

fn print_shapes(
    context: &mut Context,
    shapes: &[AgendaShape<'_>],
    format: Format,
) -> Result<(), CommandError> {
    if format == Format::Json {
        return context.out.line(&json::pretty(&shapes));
    }
    shapes
        .iter()
        .try_for_each(|shape| context.out.line(&json::line(shape)))
}

/// The file of the next meeting.
struct Agenda {
    path: PathBuf,
    /// As the ledger knows it.
    name: String,
    shown: String,
    text: String,
    series: String,
    /// Its day, where the file or the caller tells.
    meeting: Option<Date>,
    /// What people wrote into the block.
    read: Read,
}

impl Agenda {
    fn read(context: &Context, given: &Path, date: Option<Date>) -> Result<Self, CommandError> {
        let path = context.project.absolute(given);
        let bytes =
            std::fs::read(&path).map_err(|error| CommandError::file(given, "read", &error))?;
        let text = String::from_utf8(bytes).map_err(|_| {
            CommandError::user(format!("{} is not UTF-8", given.display()))
                .hint("save it as UTF-8: owed could not keep its other bytes as they are")
        })?;
        let name = context.project.name(given);
        let source = SourceText::new(name.as_str(), text.as_str());
        let header = parse(&context.config, &source).header;
        let series = context.config.series_of(&name).map(str::to_owned);
        let meeting = date.or(header.date);
        let shown = match path.strip_prefix(&context.project.here) {
            Ok(inside) => inside.display().to_string(),
            Err(_) => given.display().to_string(),
        };
        Ok(Self {
            series: series.unwrap_or(header.series),
            read: read_block(&text, &name, meeting),
            meeting,
            shown,
            path,
            name,
            text,
        })
    }

    fn block(&self, context: &Context, ledger: &Ledger) -> Result<Block, CommandError> {
        self.meeting(context, ledger)?.block(context, ledger)
    }

    fn meeting(&self, context: &Context, ledger: &Ledger) -> Result<Meeting<'_>, CommandError> {
        let heading = context.config.agenda.heading.as_deref();
        let mut keep = BTreeSet::new();
        for remark in &self.read.remarks {
            let above = self.read.ticks.iter().filter(|it| it.line <= remark.line);
            if let Some(tick) = above.max_by_key(|it| it.line) {
                keep.extend(ledger.resolve(&tick.id)?);
            }
        }
        Ok(Meeting {
            series: Some(&self.series),
            day: self.meeting.unwrap_or(context.today()),
            path: Some(&self.name),
            directory: self.path.parent().unwrap_or(Path::new("/")),
            bullets: bullets(&self.text, heading),
            keep,
        })
    }

    fn print(&self, context: &mut Context, ledger: &Ledger) -> Result<(), CommandError> {
        if let Some(waits) = self.waits() {
            context.out.message(&format!(
                "{} {waits} for the ledger; --write or a scan takes them in",
                self.shown
            ));
        }
        let block = self.block(context, ledger)?;
        if block.is_empty {
            let why = self.why_none(ledger)?;
            context.out.message(&why);
            return Ok(());
        }
        context.out.line(&block.text)
    }

    /// What people wrote into the block that the ledger may not have.
    fn waits(&self) -> Option<String> {
        let n_ticks = self
            .read
            .ticks
            .iter()
            .filter(|it| it.mark != Mark::Open)
            .count();
        let n_edits: usize = self.read.ticks.iter().map(|it| it.edits.len()).sum();
        let parts = [(n_ticks, "tick"), (n_edits, "edit")];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| count(n, what))
            .collect();
        (!parts.is_empty()).then(|| format!("has {}", parts.join(" and ")))
    }

    /// What is not up to date about the file.
    fn check(&self, context: &Context, ledger: &Ledger) -> Result<Option<String>, CommandError> {
        if let Some(waits) = self.waits() {
            return Ok(Some(format!("{}: {waits} for the ledger", self.shown)));
        }
        let block = self.block(context, ledger)?;
        if block.is_empty && !has_block(&self.text) {
            return Ok(None);
        }
        let heading = context.config.agenda.heading.as_deref();
        let written = write_block(&self.text, &block.text, heading)?;
        Ok(
            (written.text != self.text).then(|| match has_block(&self.text) {
                true => format!("{}: the block is not what it should be", self.shown),
                false => format!("{}: there is no block", self.shown),
            }),
        )
    }

    fn write(&self, context: &mut Context, ledger: &mut Ledger) -> Result<(), CommandError> {
        let heading = context.config.agenda.heading.clone();
        let heading = heading.as_deref();
        // A file that cannot be written to must not be half taken in.
        let old = self.block(context, ledger)?;
        write_block(&self.text, &old.text, heading)?;
        self.take(context, ledger)?;

        let block = self.block(context, ledger)?;
        if block.is_empty && !has_block(&self.text) {
            let why = self.why_none(ledger)?;
            context
                .out
                .message(&format!("{why}; {} stays as it is", self.shown));
            return Ok(());
        }
        let written = write_block(&self.text, &block.text, heading)?;
        if written.kept > 0 {
            context.out.message(&format!(
                "kept below the block: {} that owed did not write",
                count(written.kept, "line")
            ));
        }
        let items = match block.open - block.listed {
            0 => count(block.open, "open item"),
            _ => format!("{} of {}", block.listed, count(block.open, "open item")),
        };
        if written.text == self.text {
            return context
                .out
                .line(&format!("{}: {items}, unchanged", self.shown));
        }
        replace(&self.path, &written.text)
            .map_err(|error| CommandError::file(&self.path, "write", &error))?;
        let place = match written.placed {
            Placed::Replaced => "in the block that was there".to_owned(),
            Placed::Section(heading) => format!("under \"{}\"", fit(&one_line(&heading), 60)),
            Placed::End => "at the end".to_owned(),
        };
        context
            .out
            .line(&format!("{}: {items}, {place}", self.shown))
    }

    /// Takes what people ticked, changed and took out into the ledger, before the block is written anew. Remarks stay
    /// in the file, for a scan to find.
    fn take(&self, context: &mut Context, ledger: &mut Ledger) -> Result<(), CommandError> {
        if self.read.is_silent() {
            return Ok(());
        }
        let mut read = NoteRead {
            path: self.name.clone(),
            series: self.series.clone(),
            meeting: self.meeting,
            title: None,
            mentions: Vec::new(),
            ticks: self.read.ticks.clone(),
        };
        let mut transaction =
            ledger.begin(&context.operation(format!("agenda {} --write", self.shown)))?;
        // Only the block is news here: what the file says otherwise is for a scan to find.
        let there = transaction.items_at(&self.name)?;
        let said = there.iter().flat_map(|item| &item.mentions);
        read.mentions = match transaction.reading(&self.name)? {
            Some(reading) => reading.mentions,
            None => said.filter(|it| it.path == self.name).cloned().collect(),
        };
        read.mentions.sort_by_key(|mention| mention.line);
        let reads = [read];
        let known = transaction.known_for(&reads)?;
        let Plan {
            changes,
            unknown_ticks,
            ..
        } = reconcile::plan(&known, &reads);
        if let Some((_, tick)) = unknown_ticks
            .iter()
            .find(|(_, tick)| tick.mark != Mark::Open)
        {
            return Err(CommandError::user(format!(
                "{}:{} ticks item {}, which the ledger does not have",
                self.shown, tick.line, tick.id
            ))
            .hint(
                "scan the notes that it comes from, or take the line out: its tick would be lost",
            ));
        }
        transaction.apply(&changes)?;
        transaction.commit()?;
        for (id, word) in told(&changes) {
            if let Some(item) = ledger.item(&id)? {
                let short = in_short(&ledger.short(&id)?, &item);
                context.out.line(&format!("{word}  {short}"))?;
            }
        }
        Ok(())
    }

    /// What to say when there is nothing to bring up.
    fn why_none(&self, ledger: &Ledger) -> Result<String, CommandError> {
        let open = ledger.items(&Filter {
            state: Some(State::Open),
            carried: true,
            ..Filter::default()
        })?;
        let others: BTreeSet<String> = open
            .iter()
            .filter(|item: &&Item| item.series != self.series)
            .map(|item| one_line(&item.series))
            .collect();
        let others: Vec<String> = others.into_iter().collect();
        let nothing = format!("nothing is open in the series {}", one_line(&self.series));
        Ok(if others.is_empty() {
            nothing
        } else {
            format!("{nothing}; there are items in {}", others.join(", "))
        })
    }
}

/// What became of items, a word for each.
fn told(changes: &[Change]) -> BTreeMap<ItemId, String> {
    let mut told: BTreeMap<ItemId, String> = BTreeMap::new();
    for change in changes {
        let word = match change {
            Change::StateSet { to, .. } => to.as_str(),
            Change::OwnersSet { .. } => "owner",
            Change::DueSet { .. } => "due",
            Change::TextSet { .. } => "words",
            Change::Proposed { .. } => "ask",
            _ => continue,
        };
        let Some(id) = change.item_id() else {
            continue;
        };
        let words = told.entry(id.clone()).or_default();
        if !words.split(", ").any(|known| known == word) {
            if !words.is_empty() {
                words.push_str(", ");
            }
            words.push_str(word);
        }
    }
    told
}
