//! `owed scan`: takes what notes say into the ledger.

use crate::cli::config::Config;
use crate::cli::context::{Context, in_short, words_in_short};
use crate::cli::error::CommandError;
use crate::cli::files::{self, NoteFile, STDIN, Search, Stamp};
use crate::cli::parallel::{self, Jobs};
use crate::cli::project::Project;
use crate::cli::reading::Reader;
use crate::items::{Field, ItemId, Mark, Mention, Proposal};
use crate::ledger::{Ledger, NoteRow};
use crate::reconcile::{NoteRead, Outcome, What};
use crate::taking::{self, Fresh, News};
use crate::text::{Notice, SourceText};
use crate::views::block::read_block;
use crate::views::style::{self, paint};
use crate::views::{count, fit, one_line, when};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Find what notes say that somebody will do, and take it into the ledger
///
/// Shows what is new, what was said again and what has changed. Notes that have not changed since
/// they were last scanned are not read again. The first scan makes the ledger.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed scan notes
  owed scan notes/core/2025/core-05-08.md --dry-run
  pbpaste | owed scan - --as notes/core/2025/core-05-08.md")]
pub(crate) struct Args {
    /// Notes, folders of notes, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Show what would come of it and keep nothing
    #[arg(long)]
    dry_run: bool,

    /// Also read notes that have not changed, as after a change of rules or settings
    #[arg(long)]
    force: bool,

    /// What to take the path of standard input for; its folder tells the series, its name the day
    #[arg(long, value_name = "PATH")]
    r#as: Option<PathBuf>,

    #[command(flatten)]
    jobs: Jobs,
}

impl Args {
    /// A plain scan of these paths.
    pub(super) fn of(paths: &[PathBuf]) -> Self {
        Self {
            paths: paths.to_vec(),
            dry_run: false,
            force: false,
            r#as: None,
            jobs: Jobs::default(),
        }
    }
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let Search { files, notices } = files::find(&args.paths, &context.project)?;
    for (path, notice) in &notices {
        context.out.notice(path, notice);
    }
    let mut ledger = if args.dry_run && !context.project.ledger.exists() {
        Ledger::in_memory()?
    } else {
        context.ledger_or_new()?
    };
    let known = known(context, args, &ledger, &files)?;
    let missing = missing(context, args, &known);
    let looked = look(context, args, &files, &known)?;

    let given: Vec<String> = args
        .paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let mut series: BTreeSet<String> = known.values().map(|row| row.series.clone()).collect();
    series.extend(looked.fresh.iter().map(|fresh| fresh.read.series.clone()));
    // An operation of its own, as undo takes back a scan without what the settings say.
    let mut transaction = ledger.begin(&context.operation("names of owed.toml"))?;
    for of in &series {
        taking::names(&mut transaction, of, &context.config.names_of(of))?;
    }
    if !args.dry_run {
        transaction.commit()?;
        transaction = ledger.begin(&context.operation(format!("scan {}", given.join(" "))))?;
    }
    let news = taking::take(&mut transaction, &looked.fresh, &missing, &known)?;
    for row in &looked.touched {
        transaction.touch_note(row)?;
    }
    if args.dry_run {
        drop(transaction);
    } else {
        transaction.commit()?;
    }
    report(context, args, &ledger, &looked, &news)
}

/// The notes of the ledger that the files are held against, by their paths.
fn known(
    context: &Context,
    args: &Args,
    ledger: &Ledger,
    files: &[NoteFile],
) -> Result<BTreeMap<String, NoteRow>, CommandError> {
    // Only what is in a folder, or has no name yet, can be a note that has moved.
    let is_file =
        |path: &PathBuf| path.as_os_str() != STDIN && !context.project.absolute(path).is_dir();
    let rows = if args.paths.iter().all(is_file) {
        let mut rows = Vec::new();
        for file in files {
            rows.extend(ledger.note(&file.name)?);
        }
        rows
    } else {
        ledger.notes()?
    };
    Ok(rows
        .into_iter()
        .map(|row| (row.path.clone(), row))
        .collect())
}

/// What became of the files.
#[derive(Default)]
struct Looked {
    /// In order of their meetings, so that what was said first comes first.
    fresh: Vec<Fresh>,
    /// Notes with other times and the same words.
    touched: Vec<NoteRow>,
    /// How many notes were as they had been, those in `touched` included.
    same: usize,
    lines: usize,
    rules: usize,
}

fn look(
    context: &mut Context,
    args: &Args,
    files: &[NoteFile],
    known: &BTreeMap<String, NoteRow>,
) -> Result<Looked, CommandError> {
    let mut looked = Looked::default();
    // Rules are not even compiled where no note has changed.
    let to_read: Vec<&NoteFile> = files
        .iter()
        .filter(|file| !is_same(context, args, file, known))
        .collect();
    looked.same = files.len() - to_read.len();
    if to_read.is_empty() {
        return Ok(looked);
    }
    let reader = Reader::new(&context.project, &context.config)?;
    looked.rules = reader.engine.rule_count();
    let mut progress = context.out.progress(to_read.len());
    let (config, project) = (&context.config, &context.project);
    let work = |file: &&NoteFile| {
        let before = known.get(&file.name).filter(|_| !args.force);
        Look::at(file, before, args.r#as.as_deref(), config, project, &reader)
    };
    let out = &mut context.out;
    parallel::in_order(&to_read, args.jobs, work, |look| {
        progress.step();
        for notice in &look.notices {
            out.notice(&look.name, notice);
        }
        match look.seen {
            Seen::Nothing => {}
            Seen::Same(row) => {
                looked.same += 1;
                looked.touched.push(row);
            }
            Seen::Fresh(fresh) => {
                looked.lines += look.lines;
                looked.fresh.push(*fresh);
            }
        }
        Ok(())
    })?;
    looked
        .fresh
        .sort_by(|a, b| (a.read.meeting, &a.read.path).cmp(&(b.read.meeting, &b.read.path)));
    Ok(looked)
}

/// Whether a file is, by its size and time, as it was when it was last read, and in the same
/// series.
fn is_same(
    context: &Context,
    args: &Args,
    file: &NoteFile,
    known: &BTreeMap<String, NoteRow>,
) -> bool {
    let (Some(row), Some(stamp)) = (known.get(&file.name), file.stamp()) else {
        return false;
    };
    let in_series = context
        .config
        .series_of(&file.name)
        .is_none_or(|series| series == row.series);
    !args.force && in_series && (row.size, row.modified) == (stamp.size, stamp.modified)
}

/// A look at one file.
struct Look {
    name: String,
    notices: Vec<Notice>,
    lines: usize,
    seen: Seen,
}

enum Seen {
    Nothing,
    /// The same words as before, at another time.
    Same(NoteRow),
    Fresh(Box<Fresh>),
}

impl Look {
    fn at(
        file: &NoteFile,
        before: Option<&NoteRow>,
        name: Option<&Path>,
        config: &Config,
        project: &Project,
        reader: &Reader,
    ) -> Self {
        let mut look = Look {
            name: file.name.clone(),
            notices: Vec::new(),
            lines: 0,
            seen: Seen::Nothing,
        };
        let stamp = file.stamp().unwrap_or(Stamp {
            size: 0,
            modified: 0,
        });
        let bytes = match file.bytes() {
            Ok(bytes) => bytes,
            Err(notice) => {
                look.notices.push(notice);
                return look;
            }
        };
        let hash: [u8; 32] = Sha256::digest(&bytes).into();
        let series = config.series_of(&file.name);
        if let Some(row) = before
            .filter(|row| row.hash == hash && series.is_none_or(|series| series == row.series))
        {
            look.seen = Seen::Same(NoteRow {
                size: stamp.size,
                modified: stamp.modified,
                ..row.clone()
            });
            return look;
        }
        let path = if file.name == STDIN {
            stdin_name(name, project, &hash)
        } else {
            file.name.clone()
        };
        let (source, notices) = SourceText::from_bytes(path, bytes);
        look.notices = notices;
        if let Some(source) = source {
            look.lines = source.line_count();
            look.seen = Seen::Fresh(Box::new(read(config, reader, &source, stamp, hash)));
        }
        look
    }
}

/// What the ledger calls standard input: what the caller says, else a name made of its content, so
/// that the same words are the same note, and others do not take their place.
fn stdin_name(name: Option<&Path>, project: &Project, hash: &[u8; 32]) -> String {
    name.map_or_else(
        || {
            hash[..4].iter().fold("stdin-".to_owned(), |name, byte| {
                format!("{name}{byte:02x}")
            })
        },
        |path| project.name(path),
    )
}

/// Reads a note for the ledger.
pub(super) fn read(
    config: &Config,
    reader: &Reader,
    source: &SourceText,
    stamp: Stamp,
    hash: [u8; 32],
) -> Fresh {
    let path = source.path().to_owned();
    let (note, reading) = reader.read(source);
    let series = config
        .series_of(&path)
        .map_or(note.header.series, str::to_owned);
    let row = NoteRow {
        path: path.clone(),
        series: series.clone(),
        meeting: note.header.date,
        title: note.header.title.clone(),
        size: stamp.size,
        modified: stamp.modified,
        hash,
    };
    let block = read_block(source.text(), &path, note.header.date);
    let found = reading.found.into_iter().map(|found| found.mention);
    let mut mentions: Vec<Mention> = found.chain(block.remarks).collect();
    mentions.sort_by_key(|mention| mention.line);
    let read = NoteRead {
        path,
        series,
        meeting: note.header.date,
        title: note.header.title,
        mentions,
        ticks: block.ticks,
    };
    Fresh { read, row }
}

/// The notes of the ledger that lie in a scanned folder and are no longer there.
fn missing(context: &Context, args: &Args, known: &BTreeMap<String, NoteRow>) -> Vec<NoteRow> {
    let folders: Vec<PathBuf> = args
        .paths
        .iter()
        .map(|path| context.project.absolute(path))
        .filter(|path| path.is_dir())
        .collect();
    let is_gone = |row: &&NoteRow| {
        let path = context.project.root.join(&row.path);
        folders.iter().any(|folder| path.starts_with(folder)) && !path.exists()
    };
    known.values().filter(is_gone).cloned().collect()
}

fn report(
    context: &mut Context,
    args: &Args,
    ledger: &Ledger,
    looked: &Looked,
    news: &[News],
) -> Result<(), CommandError> {
    let mut counts: BTreeMap<What, usize> = BTreeMap::new();
    let (mut n_set, mut n_edited) = (0, 0);
    let carried = news.iter().flat_map(told).map(|outcome| &outcome.id);
    let carried: BTreeSet<&ItemId> = carried.collect();
    for note in news {
        for outcome in told(note) {
            *counts.entry(outcome.what).or_default() += 1;
        }
        n_set += note.set.len();
        n_edited += note.edited.len();
        print_note(context, args, ledger, &carried, note)?;
        for tick in note
            .unknown_ticks
            .iter()
            .filter(|tick| tick.mark != Mark::Open)
        {
            let notice = Notice::line(
                tick.line,
                format!("ticks item {}, which the ledger does not have", tick.id),
            );
            context.out.notice(&note.path, &notice);
        }
    }
    let summary = summary(looked, &counts, n_set, n_edited);
    context.out.message(&summary);
    if args.dry_run {
        context.out.message("a dry run: nothing was kept");
    }
    Ok(())
}

/// What is worth telling: what became of the items that go on agendas.
fn told(note: &News) -> impl Iterator<Item = &Outcome> {
    note.outcomes.iter().filter(|outcome| outcome.carried)
}

/// What newly waits for a yes about items that go on agendas. `carried` are those of the notes; after a dry run the
/// ledger does not have them.
fn waiting<'n>(
    ledger: &Ledger,
    carried: &BTreeSet<&ItemId>,
    note: &'n News,
) -> Result<Vec<&'n Proposal>, CommandError> {
    let mut waiting = Vec::new();
    for proposal in &note.proposals {
        for id in proposal.items() {
            if carried.contains(id) || ledger.item(id)?.is_some_and(|item| item.is_carried()) {
                waiting.push(proposal);
                break;
            }
        }
    }
    Ok(waiting)
}

fn print_note(
    context: &mut Context,
    args: &Args,
    ledger: &Ledger,
    carried: &BTreeSet<&ItemId>,
    note: &News,
) -> Result<(), CommandError> {
    let told: Vec<&Outcome> = told(note)
        .filter(|outcome| outcome.what != What::Unchanged)
        .collect();
    let proposals: Vec<&Proposal> = waiting(ledger, carried, note)?;
    let is_silent = note.set.is_empty() && note.edited.is_empty();
    if told.is_empty() && is_silent && proposals.is_empty() {
        return Ok(());
    }
    context
        .out
        .line(&paint(style::KEY, &one_line(&note.path)))?;
    let short = |id: &ItemId| match args.dry_run {
        true => Ok(String::new()),
        false => ledger.short(id),
    };
    let today = context.today();
    for outcome in &told {
        let mention = &outcome.mention;
        let due = mention.due.as_ref().map_or(String::new(), |due| {
            paint(
                style::DUE,
                &format!(", due {}", when::due(due, mention.meeting.or(Some(today)))),
            )
        });
        let line = mention.line;
        let (word, who) = match (outcome.what, &mention.speaker) {
            (What::New | What::Again, Some(speaker)) if mention.is_remark() => {
                ("remark", std::slice::from_ref(speaker))
            }
            _ => (outcome.what.as_str(), mention.owners.as_slice()),
        };
        let what = words_in_short(&short(&outcome.id)?, who, &mention.text);
        context
            .out
            .line(&format!("  {word:<8}{line:>5}  {what}{due}"))?;
    }
    for (id, field) in &note.edited {
        if let Some(item) = ledger.item(id)? {
            let what = in_short(&short(id)?, &item);
            let due = item.due.as_ref().filter(|_| *field == Field::Due);
            let due = due.map_or(String::new(), |due| {
                format!(", due {}", when::due(due, Some(today)))
            });
            context
                .out
                .line(&format!("  {:<8}{:>5}  {what}{due}", field.as_str(), ""))?;
        }
    }
    for (id, state) in &note.set {
        if let Some(item) = ledger.item(id)? {
            let what = in_short(&short(id)?, &item);
            context
                .out
                .line(&format!("  {:<8}{:>5}  {what}", state.as_str(), ""))?;
        }
    }
    for proposal in proposals {
        let (words, kind) = (&proposal.words, proposal.kind.as_str());
        let quote = fit(&one_line(&words.quote), 100);
        context.out.line(&format!(
            "  {:<8}{:>5}  {kind}? \"{quote}\"",
            "ask", words.line
        ))?;
    }
    Ok(())
}

fn summary(
    looked: &Looked,
    counts: &BTreeMap<What, usize>,
    n_set: usize,
    n_edited: usize,
) -> String {
    let notes = looked.fresh.len() + looked.same;
    let words = [
        (What::New, "new"),
        (What::Again, "said again"),
        (What::Changed, "changed"),
        (What::Gone, "gone"),
    ];
    let mut parts: Vec<String> = words
        .iter()
        .filter_map(|(what, word)| Some(format!("{} {word}", counts.get(what)?)))
        .collect();
    if n_set > 0 {
        parts.push(format!("{n_set} closed or reopened"));
    }
    if n_edited > 0 {
        parts.push(format!("{n_edited} edited in the block"));
    }
    let same = match looked.same {
        0 => String::new(),
        n => format!(", {n} of them not changed"),
    };
    if !parts.is_empty() {
        return format!("{} in {}{same}", parts.join(", "), count(notes, "note"));
    }
    if looked.fresh.is_empty() {
        return match notes {
            0 => "no notes there".to_owned(),
            _ => format!(
                "nothing to do: {} not changed since the last scan",
                count(notes, "note")
            ),
        };
    }
    let looked_at = format!(
        "{} with {} and {}",
        count(looked.fresh.len(), "note"),
        count(looked.lines, "line"),
        count(looked.rules, "rule")
    );
    match counts.get(&What::Unchanged) {
        Some(n) => format!("nothing new: {n} known in {looked_at}{same}"),
        None => format!("found nothing in {looked_at}{same}"),
    }
}
