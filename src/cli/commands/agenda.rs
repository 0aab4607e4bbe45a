//! `owed agenda`: the open items for the next meeting.

use crate::cli::clock::parse_date;
use crate::cli::context::{Context, in_short};
use crate::cli::error::CommandError;
use crate::cli::files::not_there;
use crate::cli::project::slashed;
use crate::items::{Change, Item, Mark, State};
use crate::ledger::{Filter, Ledger};
use crate::notes;
use crate::reconcile::{self, NoteRead, Plan};
use crate::text::SourceText;
use crate::views::agenda::{Options, render};
use crate::views::block::{Placed, has_block, read_block, write_block};
use crate::views::{count, fit, one_line};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Show the open items as a part of the next agenda, or write them into it
///
/// FILE is the next meeting's agenda or note: its folder says which series, its name or its head
/// which day. Without FILE, the open items of all series are shown.
///
/// With --write the block goes between two comment lines in FILE: where they are, or in its agenda
/// section, or at its end. What was ticked in the block is first taken into the ledger. Nothing
/// outside the block changes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed agenda
  owed agenda notes/core/2025/core-05-08.md
  owed agenda notes/core/2025/core-05-08.md --write")]
pub(crate) struct Args {
    /// The next meeting's agenda
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// Write the block into FILE
    #[arg(long, requires = "file")]
    write: bool,

    /// The day of the meeting, where FILE does not tell
    #[arg(long, value_name = "YYYY-MM-DD", requires = "file")]
    date: Option<String>,
}

impl Args {
    /// The block is written into a file.
    pub(super) fn writing(file: PathBuf) -> Self {
        Self {
            file: Some(file),
            write: true,
            date: None,
        }
    }
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let Some(given) = &args.file else {
        return all(context);
    };
    let date = args
        .date
        .as_deref()
        .map(|text| parse_date("--date", text))
        .transpose()?;
    let agenda = Agenda::read(context, given, date)?;
    let ledger = context.ledger()?;
    if args.write {
        agenda.write(context, ledger)
    } else {
        agenda.print(context, &ledger)
    }
}

/// The open items of all series.
fn all(context: &mut Context) -> Result<(), CommandError> {
    let items = context.ledger()?.items(&OPEN)?;
    if items.is_empty() {
        context.out.message("nothing is open");
        return Ok(());
    }
    let here = context.project.here.clone();
    let block = block(context, &items, Some(context.today()), &here);
    context.out.line(&block)
}

const OPEN: Filter = Filter {
    owner: None,
    series: None,
    since: None,
    state: Some(State::Open),
    carried: true,
};

fn block(context: &Context, items: &[Item], meeting: Option<Date>, directory: &Path) -> String {
    render(
        items,
        &Options {
            meeting,
            title: &context.config.agenda.title,
            directory: &slashed(directory),
            root: &slashed(&context.project.root),
        },
    )
}

/// The file of the next meeting.
struct Agenda {
    path: PathBuf,
    /// As the ledger knows it.
    name: String,
    shown: String,
    text: String,
    series: String,
    meeting: Option<Date>,
}

impl Agenda {
    fn read(context: &Context, given: &Path, date: Option<Date>) -> Result<Self, CommandError> {
        let path = context.project.absolute(given);
        if !path.exists() {
            return Err(not_there(given, &context.project));
        }
        let bytes =
            std::fs::read(&path).map_err(|error| CommandError::file(given, "read", &error))?;
        let text = String::from_utf8(bytes).map_err(|_| {
            CommandError::user(format!("{} is not UTF-8", given.display()))
                .hint("save it as UTF-8: owed could not keep its other bytes as they are")
        })?;
        let name = context.project.name(given);
        let header = notes::parse(&SourceText::new(name.as_str(), text.as_str())).header;
        let series = context.config.series_of(&name).map(str::to_owned);
        Ok(Self {
            series: series.unwrap_or(header.series),
            meeting: date.or(header.date),
            shown: given.display().to_string(),
            path,
            name,
            text,
        })
    }

    /// The items to bring up: those of earlier meetings. What was said in this file is news there.
    fn items(&self, ledger: &Ledger) -> Result<Vec<Item>, CommandError> {
        let mut items = ledger.items(&Filter {
            series: Some(self.series.clone()),
            ..OPEN
        })?;
        items.retain(|item| {
            let is_later =
                matches!((item.since, self.meeting), (Some(since), Some(day)) if since > day);
            let begins_here = item
                .mentions
                .first()
                .is_some_and(|first| first.path == self.name);
            !is_later && !begins_here
        });
        Ok(items)
    }

    fn block(&self, context: &Context, items: &[Item]) -> String {
        let directory = self.path.parent().unwrap_or(Path::new("/"));
        block(context, items, self.meeting, directory)
    }

    fn print(&self, context: &mut Context, ledger: &Ledger) -> Result<(), CommandError> {
        let items = self.items(ledger)?;
        let waiting = read_block(&self.text)
            .iter()
            .filter(|tick| tick.mark != Mark::Open)
            .count();
        if waiting > 0 {
            context.out.message(&format!(
                "{} has {} for the ledger; --write or a scan takes them in",
                self.shown,
                count(waiting, "tick")
            ));
        }
        if items.is_empty() {
            let why = self.why_none(ledger)?;
            context.out.message(&why);
            return Ok(());
        }
        let block = self.block(context, &items);
        context.out.line(&block)
    }

    fn write(&self, context: &mut Context, mut ledger: Ledger) -> Result<(), CommandError> {
        let heading = context.config.agenda.heading.clone();
        // A file that cannot be written to must not be half taken in.
        let old_items = self.items(&ledger)?;
        write_block(
            &self.text,
            &self.block(context, &old_items),
            heading.as_deref(),
        )?;
        self.take_ticks(context, &mut ledger)?;

        let items = self.items(&ledger)?;
        let has_block = has_block(&self.text);
        if items.is_empty() && !has_block {
            let why = self.why_none(&ledger)?;
            context
                .out
                .message(&format!("{why}; {} stays as it is", self.shown));
            return Ok(());
        }
        let written = write_block(&self.text, &self.block(context, &items), heading.as_deref())?;
        if written.kept > 0 {
            context.out.message(&format!(
                "kept below the block: {} that owed did not write",
                count(written.kept, "line")
            ));
        }
        let items = count(items.len(), "open item");
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

    /// Takes what people ticked in the block into the ledger, before the block is written anew
    /// without the ticks.
    fn take_ticks(&self, context: &mut Context, ledger: &mut Ledger) -> Result<(), CommandError> {
        let ticks = read_block(&self.text);
        if ticks.iter().all(|tick| tick.mark == Mark::Open) {
            return Ok(());
        }
        let mut read = NoteRead {
            path: self.name.clone(),
            series: self.series.clone(),
            meeting: self.meeting,
            title: None,
            mentions: Vec::new(),
            ticks,
        };
        let mut transaction =
            ledger.begin(&context.operation(format!("agenda {} --write", self.shown)))?;
        // Only the ticks are news here: what the file says otherwise is for a scan to find.
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
        for change in &changes {
            if let (Change::StateSet { id, to, .. }, Some(item)) =
                (change, change.item_id().and_then(|id| known.items.get(id)))
            {
                let short = in_short(&ledger.short(id)?, item);
                context.out.line(&format!("{}  {short}", to.as_str()))?;
            }
        }
        Ok(())
    }

    /// What to say when there is nothing to bring up.
    fn why_none(&self, ledger: &Ledger) -> Result<String, CommandError> {
        let open = ledger.items(&OPEN)?;
        let others: BTreeSet<String> = open
            .iter()
            .filter(|item| item.series != self.series)
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

/// Puts a new text in the place of a file in one step, so that no reader and no crash sees half of
/// it.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    // Through a link, so that the link stays one.
    let path = path.canonicalize()?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let done = std::fs::write(&beside, text)
        .and_then(|()| std::fs::set_permissions(&beside, std::fs::metadata(&path)?.permissions()))
        .and_then(|()| std::fs::rename(&beside, &path));
    if done.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    done
}
