//! `owed doctor`: whether everything is in order, and what to do where it is not.

use super::Format;
use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::reading::Reader;
use crate::items::{Home, ItemId, Items};
use crate::ledger::{Deed, Ledger, NoteRow, Stage};
use crate::views::style::{self, paint};
use crate::views::{count, json, one_line};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::BTreeSet;

/// By then whoever has sent something has its answer, or has given up: a little more than the longest wait before it is
/// looked for.
const ANSWERED_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// Check the ledger, the notes, the rules and the settings, and say what to do
///
/// Nothing is changed. The exit code is 1 where something is wrong; what is only worth knowing is no fault.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed doctor
  owed doctor --format json")]
pub(crate) struct Args {
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// What one check comes to.
#[derive(Serialize)]
struct Finding {
    /// What was looked at.
    about: &'static str,
    grade: Grade,
    what: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Grade {
    Good,
    /// Worth knowing.
    Note,
    Wrong,
}

impl Finding {
    fn good(about: &'static str, what: impl Into<String>) -> Self {
        Self::graded(about, Grade::Good, what)
    }

    fn note(about: &'static str, what: impl Into<String>, hint: &str) -> Self {
        let mut made = Self::graded(about, Grade::Note, what);
        made.hint = Some(hint.to_owned());
        made
    }

    fn wrong(about: &'static str, what: impl Into<String>, hint: &str) -> Self {
        let mut made = Self::graded(about, Grade::Wrong, what);
        made.hint = Some(hint.to_owned());
        made
    }

    fn graded(about: &'static str, grade: Grade, what: impl Into<String>) -> Self {
        Self {
            about,
            grade,
            what: what.into(),
            hint: None,
        }
    }
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut findings = Vec::new();
    rules(context, &mut findings);
    match context.ledger() {
        Ok(ledger) => {
            settings(context, &ledger, &mut findings)?;
            file(&ledger, &mut findings)?;
            if let Some(items) = log(&ledger, &mut findings) {
                references(&items, &mut findings);
                links(&ledger, &items, &mut findings)?;
            }
            outbox(&ledger, context.clock.now, &mut findings)?;
            notes(context, &ledger, &mut findings)?;
            backups(context, &mut findings);
        }
        Err(error) if !context.project.ledger.exists() => {
            findings.push(Finding::note(
                "ledger",
                error.error,
                "`owed scan PATH…` makes it",
            ));
        }
        Err(error) => {
            let hint = error.hints.join("; ");
            findings.push(Finding::wrong("ledger", error.error, &hint));
        }
    }
    print(context, &findings, args.format)?;
    let wrong = findings
        .iter()
        .filter(|it| it.grade == Grade::Wrong)
        .count();
    match wrong {
        0 => Ok(()),
        1 => Err(CommandError::new(ErrorKind::Check, "1 thing is wrong")),
        n => Err(CommandError::new(
            ErrorKind::Check,
            format!("{n} things are wrong"),
        )),
    }
}

fn rules(context: &Context, findings: &mut Vec<Finding>) {
    findings.push(match Reader::new(&context.project, &context.config) {
        Ok(reader) => Finding::good("rules", count(reader.engine.rule_count(), "rule")),
        Err(error) => {
            let first = error
                .details
                .first()
                .and_then(|detail| detail.lines().next());
            let told = [Some(error.error.as_str()), first];
            Finding::wrong(
                "rules",
                told.into_iter().flatten().collect::<Vec<_>>().join(": "),
                "`owed rules test .owed/rules` shows each error with its place",
            )
        }
    });
}

fn settings(
    context: &Context,
    ledger: &Ledger,
    findings: &mut Vec<Finding>,
) -> Result<(), CommandError> {
    let known: BTreeSet<String> = ledger.series()?.into_iter().collect();
    let before = findings.len();
    for series in context.config.series_names() {
        if !known.contains(series) {
            findings.push(Finding::note(
                "settings",
                format!("no note that was scanned belongs to the series {series} of owed.toml"),
                "check its paths, or scan its notes",
            ));
        }
    }
    if context.config.names_people() {
        for series in &known {
            let aliases = ledger.aliases(series)?;
            let said = context.config.names_of(series);
            let late = said
                .iter()
                .filter(|(name, person)| aliases.get(*name) != Some(person))
                .count();
            if late > 0 {
                findings.push(Finding::note(
                    "settings",
                    format!(
                        "{} of owed.toml not heard of yet in {series}",
                        count(late, "name")
                    ),
                    "the next `owed scan` takes them in",
                ));
            }
        }
    }
    if findings.len() == before {
        findings.push(Finding::good("settings", "as they should be"));
    }
    Ok(())
}

fn file(ledger: &Ledger, findings: &mut Vec<Finding>) -> Result<(), CommandError> {
    let wrong = ledger.check_file()?;
    if wrong.is_empty() {
        findings.push(Finding::good("file", "the ledger's file is whole"));
    }
    for line in wrong {
        findings.push(Finding::wrong(
            "file",
            format!("SQLite says: {line}"),
            "export what can be read with `owed export`, move the file away, and scan the notes again",
        ));
    }
    Ok(())
}

/// Whether the log makes the items that are stored; gives those that are.
fn log(ledger: &Ledger, findings: &mut Vec<Finding>) -> Option<Items> {
    let damaged = "export what can be read with `owed export`, move the ledger away, and scan the notes again: the items get the same ids";
    let stored = match ledger.everything() {
        Ok(stored) => stored,
        Err(error) => {
            findings.push(Finding::wrong(
                "items",
                CommandError::from(error).error,
                damaged,
            ));
            return None;
        }
    };
    let entries = match ledger.log() {
        Ok(entries) => entries,
        Err(error) => {
            findings.push(Finding::wrong(
                "log",
                CommandError::from(error).error,
                damaged,
            ));
            return Some(stored);
        }
    };
    let made = Items::replay(entries.iter().map(|entry| &entry.change));
    findings.push(match made {
        Ok(made) if made == stored => Finding::good(
            "log",
            format!(
                "{} make the {} that are stored",
                count(entries.len(), "change"),
                count(stored.len(), "item")
            ),
        ),
        Ok(made) => {
            let differ = stored
                .iter()
                .filter(|item| made.get(&item.id) != Some(item))
                .map(|item| item.id.as_str())
                .chain(
                    made.iter()
                        .filter(|item| stored.get(&item.id).is_none())
                        .map(|item| item.id.as_str()),
                );
            let first: Vec<&str> = differ.take(5).collect();
            let what = match first.as_slice() {
                [] => "the log makes other decisions than are stored".to_owned(),
                ids => format!(
                    "the log makes other items than are stored: {}",
                    ids.join(", ")
                ),
            };
            Finding::wrong("log", what, damaged)
        }
        Err(error) => Finding::wrong("log", format!("it does not fit together: {error}"), damaged),
    });
    Some(stored)
}

/// What names something that is not there.
fn references(items: &Items, findings: &mut Vec<Finding>) {
    let mentions: BTreeSet<&ItemId> = items
        .iter()
        .flat_map(|item| &item.mentions)
        .filter_map(|mention| mention.id.as_ref())
        .collect();
    let before = findings.len();
    let lost = items
        .forwards()
        .filter(|(id, _)| items.resolve(id).is_none())
        .count();
    if lost > 0 {
        findings.push(Finding::wrong(
            "ids",
            format!("{} to no item", leads(lost)),
            "agendas and issues with these ids find nothing; `owed scan --force` over the notes puts them right where their lines are still there",
        ));
    }
    let homeless = items.homes().filter(|(_, home)| match home {
        Home::With { mention } => !mentions.contains(mention),
        Home::Own | Home::Nowhere => false,
    });
    let homeless = homeless.count();
    if homeless > 0 {
        findings.push(Finding::note(
            "decisions",
            format!(
                "{} said to be the same as words that no note has any more",
                count(homeless, "line")
            ),
            "nothing to do: they count again when the words come back",
        ));
    }
    let silent: Vec<&str> = items
        .iter()
        .filter(|item| item.mentions.is_empty() && item.state == crate::items::State::Open)
        .map(|item| item.id.as_str())
        .collect();
    if !silent.is_empty() {
        findings.push(Finding::note(
            "items",
            format!(
                "{} open that no note speaks of any more: {}",
                is_or_are(silent.len(), "item"),
                silent
                    .iter()
                    .take(5)
                    .copied()
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            "`owed drop ID` closes what was taken out of the notes on purpose",
        ));
    }
    let orphans = items
        .proposals()
        .filter(|proposal| proposal.decided.is_none() && items.resolve(&proposal.item).is_none())
        .count();
    if orphans > 0 {
        findings.push(Finding::wrong(
            "proposals",
            format!("{} about no item", is_or_are(orphans, "proposal")),
            "`owed scan --force` over the notes makes them anew",
        ));
    }
    if findings.len() == before {
        findings.push(Finding::good("ids", "all lead to items"));
    }
}

/// Links that lead to nothing, and issues that were opened for nothing that is still there.
fn links(ledger: &Ledger, items: &Items, findings: &mut Vec<Finding>) -> Result<(), CommandError> {
    let followed = ledger.followed()?;
    let is_gone = |url: &&String| followed.get(*url).is_some_and(|it| it.gone);
    let before = findings.len();
    let mut tied = 0;
    for item in items.iter() {
        tied += item.links.len();
        for url in item.links.iter().filter(is_gone) {
            findings.push(Finding::wrong(
                "links",
                format!("item {} is tied to {url}, which is gone", item.id),
                &format!("`owed unlink {} {url}` takes the link away", item.id),
            ));
        }
    }
    for errand in ledger.outbox()? {
        let opened = errand.url.filter(|_| errand.deed == Deed::Open);
        if let Some(url) = opened
            && items.resolve(&errand.item).is_none()
        {
            findings.push(Finding::wrong(
                "links",
                format!("{url} was opened for the item {}, which is not there", errand.item),
                "`owed scan` over the notes brings it back where its line still stands; else close the issue by hand",
            ));
        }
    }
    if findings.len() == before && tied > 0 {
        findings.push(Finding::good("links", count(tied, "link")));
    }
    Ok(())
}

/// What was sent to GitHub so long ago that no command waits for the answer any more.
fn outbox(
    ledger: &Ledger,
    now: Timestamp,
    findings: &mut Vec<Finding>,
) -> Result<(), CommandError> {
    for errand in ledger.outbox()? {
        let is_old = |sent: Timestamp| now.duration_since(sent) > ANSWERED_WITHIN;
        if errand.stage != Stage::Inflight || !errand.started.is_none_or(is_old) {
            continue;
        }
        let sent = errand.started.map(|at| format!(" since {at:.0}"));
        findings.push(Finding::wrong(
            "outbox",
            format!(
                "to {} for item {} at {} is in flight{} without an answer",
                errand.deed.as_str(),
                errand.item,
                errand.target,
                sent.unwrap_or_default()
            ),
            "`owed issues open` looks whether it was done, and does it where it was not",
        ));
    }
    Ok(())
}

fn leads(n: usize) -> String {
    match n {
        1 => "1 old id leads".to_owned(),
        n => format!("{n} old ids lead"),
    }
}

fn is_or_are(n: usize, what: &str) -> String {
    let are = if n == 1 { "is" } else { "are" };
    format!("{} {are}", count(n, what))
}

fn notes(
    context: &Context,
    ledger: &Ledger,
    findings: &mut Vec<Finding>,
) -> Result<(), CommandError> {
    let rows = ledger.notes()?;
    let path = |row: &NoteRow| context.project.root.join(&row.path);
    // Standard input has no file.
    let is_file = |row: &&NoteRow| !row.path.starts_with("stdin-");
    let gone: Vec<&NoteRow> = rows
        .iter()
        .filter(is_file)
        .filter(|row| !path(row).exists())
        .collect();
    let changed = rows.iter().filter(|row| {
        path(row)
            .metadata()
            .is_ok_and(|metadata| metadata.len() != row.size)
    });
    let changed = changed.count();
    if gone.is_empty() && changed == 0 {
        findings.push(Finding::good("notes", count(rows.len(), "note")));
    }
    if !gone.is_empty() {
        let first: Vec<String> = gone.iter().take(3).map(|row| one_line(&row.path)).collect();
        let more = if gone.len() > first.len() {
            ", …"
        } else {
            ""
        };
        findings.push(Finding::wrong(
            "notes",
            format!(
                "{} not there any more: {}{more}",
                is_or_are(gone.len(), "note"),
                first.join(", ")
            ),
            "`owed scan` of their folder takes out what they said, or finds them under their new names",
        ));
    }
    if changed > 0 {
        findings.push(Finding::note(
            "notes",
            format!("{} since the last scan", changes(changed)),
            "`owed scan` takes in what they say now",
        ));
    }
    Ok(())
}

fn changes(n: usize) -> String {
    match n {
        1 => "1 note has changed".to_owned(),
        n => format!("{n} notes have changed"),
    }
}

/// Copies of the ledger that owed has left beside it.
fn backups(context: &Context, findings: &mut Vec<Finding>) {
    let ledger = &context.project.ledger;
    let (Some(folder), Some(name)) = (ledger.parent(), ledger.file_name()) else {
        return;
    };
    let begins = format!("{}.bak-", name.to_string_lossy());
    let Ok(entries) = folder.read_dir() else {
        return;
    };
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| name.starts_with(&begins))
        .collect();
    names.sort();
    for name in names {
        findings.push(if name.ends_with(".unfinished") {
            Finding::note(
                "backups",
                format!("{name} was not finished"),
                "it may be deleted",
            )
        } else {
            Finding::note(
                "backups",
                format!("{name} is the ledger as it was before owed was updated"),
                "it may be deleted when all is well",
            )
        });
    }
}

fn print(context: &mut Context, findings: &[Finding], format: Format) -> Result<(), CommandError> {
    match format {
        Format::Json => context.out.line(&json::pretty(&findings)),
        Format::Jsonl => findings
            .iter()
            .try_for_each(|finding| context.out.line(&json::line(finding))),
        Format::Text => findings.iter().try_for_each(|finding| {
            let (style, word) = match finding.grade {
                Grade::Good => (style::TASK, "ok"),
                Grade::Note => (style::WARN, "note"),
                Grade::Wrong => (style::BAD, "wrong"),
            };
            let line = format!(
                "{}  {:<9}  {}",
                paint(style, &format!("{word:<5}")),
                finding.about,
                one_line(&finding.what)
            );
            context.out.line(&line)?;
            match &finding.hint {
                Some(hint) => {
                    context
                        .out
                        .line(&format!("       {:<9}  {}", "", paint(style::FAINT, hint)))
                }
                None => Ok(()),
            }
        }),
    }
}
