//! `owed issues`: items and their issues on GitHub.

mod close;
mod link;
pub(super) mod open;
mod plan;
pub(super) mod sync;
mod tell;

use crate::cli::config::Standing;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::github::{Access, host_name};
use crate::cli::logins::Logins;
use crate::cli::origin::{Origin, cloned_from};
use crate::github::{Ask, Known, Repository, Surroundings, TEMPLATE, template_error};
use crate::items::{Item, ItemId, State};
use crate::ledger::{Deed, Errand, Filter, Ledger};
use crate::notes;
use crate::text::SourceText;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// File items as issues on GitHub, and bring back what became of these
///
/// Where items are filed, and with what, stands in owed.toml under `[issues]`. Nothing is ever filed twice: an item that
/// names an issue is tied to it, likely ones are asked about, and what was sent without an answer is looked for before
/// it is sent again.
#[derive(Debug, clap::Subcommand)]
#[command(after_help = "\
Examples:
  owed issues plan
  owed issues open 3f2a
  owed issues link 91c0 '#12'
  owed issues sync")]
pub(crate) enum Command {
    Plan(plan::Args),
    Open(open::Args),
    Link(link::LinkArgs),
    Unlink(link::UnlinkArgs),
    Skip(link::SkipArgs),
    Close(close::Args),
    Sync(sync::Args),
}

pub(super) fn run(context: &mut Context, command: &Command) -> Result<(), CommandError> {
    match command {
        Command::Plan(args) => plan::run(context, args),
        Command::Open(args) => open::run(context, args),
        Command::Link(args) => link::link(context, args),
        Command::Unlink(args) => link::unlink(context, args),
        Command::Skip(args) => link::skip(context, args),
        Command::Close(args) => close::run(context, args),
        Command::Sync(args) => sync::run(context, args),
    }
}

/// Which items are meant.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Which {
    /// The items' ids, or as much of each as no other id begins with
    #[arg(value_name = "ID")]
    pub(super) ids: Vec<String>,

    /// Only items of this series
    #[arg(long, value_name = "NAME", conflicts_with = "ids")]
    pub(super) series: Option<String>,
}

/// Where to file.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Where {
    /// The repository, in place of the one that owed.toml names
    #[arg(long, value_name = "OWNER/NAME")]
    pub(super) repository: Option<String>,
}

impl Which {
    /// The items, each once: those that are named, else all that are open.
    pub(super) fn items(&self, ledger: &Ledger) -> Result<Vec<Item>, CommandError> {
        if self.ids.is_empty() {
            return Ok(ledger.items(&Filter {
                series: self.series.clone(),
                state: Some(State::Open),
                carried: true,
                ..Filter::default()
            })?);
        }
        let mut seen = BTreeSet::new();
        let mut items = Vec::new();
        for prefix in &self.ids {
            let id = ledger.find(prefix)?;
            if seen.insert(id.clone()) {
                items.push(crate::cli::context::item(ledger, &id)?);
            }
        }
        Ok(items)
    }
}

/// Items with what surrounds each, as a plan asks for them.
pub(super) fn asks(
    context: &Context,
    ledger: &Ledger,
    host: &str,
    items: Vec<Item>,
    by_id: bool,
    anew: bool,
    repository: Option<&str>,
) -> Result<Vec<Ask>, CommandError> {
    if let Some(name) = repository.filter(|name| Repository::parse(host, name).is_none()) {
        return Err(CommandError::user(format!("`{name}` is no repository"))
            .hint("write it as owner/name: --repository acme/tiles"));
    }
    let origin = Origin::of(&context.project);
    let known = Logins::read(&context.config, ledger)?;
    let mut standings = Standings::new(context);
    let mut asks = Vec::with_capacity(items.len());
    for item in items {
        let last = item.mentions.last();
        let standing = last.map_or_else(Standing::default, |it| standings.of(&it.path, it.line));
        let target =
            context
                .config
                .target(&host_name(host), &item.series, &standing, repository)?;
        let link = last.and_then(|it| origin.as_ref()?.link(&it.path, it.line));
        let mut logins: Vec<String> = Vec::new();
        for owner in &item.owners {
            let login = known.of(owner).map(str::to_owned);
            logins.extend(login.filter(|login| !logins.contains(login)));
        }
        asks.push(Ask {
            item,
            target,
            link,
            logins,
            by_id,
            anew,
        });
    }
    Ok(asks)
}

/// Where in their notes things stand; a note is read once, and none where no rule asks.
struct Standings<'c> {
    context: &'c Context,
    needed: bool,
    notes: BTreeMap<String, Vec<(usize, usize, Standing)>>,
}

impl<'c> Standings<'c> {
    fn new(context: &'c Context) -> Self {
        Self {
            context,
            needed: !context.config.issues.rule.is_empty(),
            notes: BTreeMap::new(),
        }
    }

    fn of(&mut self, path: &str, line: u32) -> Standing {
        if !self.needed {
            return Standing::default();
        }
        let root = &self.context.project.root;
        let turns = self
            .notes
            .entry(path.to_owned())
            .or_insert_with(|| turns(root, path));
        let line = (line as usize).saturating_sub(1);
        let holds = |turn: &&(usize, usize, Standing)| (turn.0..=turn.1).contains(&line);
        let found = turns.iter().rev().find(holds);
        found.map_or_else(Standing::default, |turn| turn.2.clone())
    }
}

/// The lines of each turn of a note, and where it stands; none for a note that cannot be read any more.
fn turns(root: &Path, path: &str) -> Vec<(usize, usize, Standing)> {
    let Ok(bytes) = std::fs::read(root.join(path)) else {
        return Vec::new();
    };
    let (Some(source), _) = SourceText::from_bytes(path.to_owned(), bytes) else {
        return Vec::new();
    };
    let note = notes::parse(&source);
    let standing = |turn: &notes::Turn| Standing {
        topic: turn.topic.map(|topic| topic.of(source.text()).to_owned()),
        zone: Some(turn.zone.as_str()),
    };
    note.turns
        .iter()
        .map(|turn| (turn.lines.0, turn.lines.1, standing(turn)))
        .collect()
}

/// What is known beside the items: what was read of the repositories, what was filed, what was refused.
pub(super) fn surroundings(
    context: &Context,
    ledger: &Ledger,
    host: &str,
    asks: &[Ask],
) -> Result<Surroundings, CommandError> {
    let mut known = BTreeMap::new();
    for target in asks.iter().filter_map(|ask| ask.target.as_ref()) {
        let key = target.repository.key();
        if known.contains_key(&key) {
            continue;
        }
        let mut rows = ledger.issues(&key)?;
        for row in &mut rows {
            // An item may have changed its id since.
            if let Some(marker) = &row.marker {
                row.marker = ledger.resolve(marker)?.or_else(|| row.marker.clone());
            }
        }
        known.insert(key, Known::new(rows));
    }
    let mut refused: BTreeMap<ItemId, BTreeSet<String>> = BTreeMap::new();
    for (id, urls) in ledger.refused()? {
        let id = ledger.resolve(&id)?.unwrap_or(id);
        refused.entry(id).or_default().extend(urls);
    }
    Ok(Surroundings {
        template: template(context)?,
        host: host_name(host),
        known,
        errands: opened(ledger)?,
        refused,
    })
}

/// What was filed, or is being filed, for each item; the last where there were several.
pub(super) fn opened(ledger: &Ledger) -> Result<BTreeMap<ItemId, Errand>, CommandError> {
    let mut errands = BTreeMap::new();
    for errand in ledger.outbox()? {
        if errand.deed == Deed::Open {
            let id = ledger.resolve(&errand.item)?;
            errands.insert(id.unwrap_or_else(|| errand.item.clone()), errand);
        }
    }
    Ok(errands)
}

/// The project's template of bodies, or owed's.
fn template(context: &Context) -> Result<String, CommandError> {
    let Some(name) = &context.config.issues.template else {
        return Ok(TEMPLATE.to_owned());
    };
    let path = Path::new(name);
    let is_inside = path.is_relative()
        && path
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
    if !is_inside {
        return Err(CommandError::config(format!(
            "owed.toml: the template `{name}` is not a file of this project"
        )));
    }
    let path = context.project.root.join(path);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| CommandError::file(&path, "read", &error))?;
    match template_error(&text) {
        Some(wrong) => Err(CommandError::config(format!("{name}: {wrong}"))),
        None => Ok(text),
    }
}

/// What to say where none of the items has a repository.
pub(super) fn no_repository(context: &Context, host: &str) -> CommandError {
    let hints = how_to_name_one(context, host);
    let error = CommandError::config("no repository is named to file items in");
    hints.into_iter().fold(error, CommandError::hint)
}

/// How a repository is named; with the one that the notes were cloned from, which may well be another than the one
/// whose issues are meant, so that owed does not take it by itself.
pub(super) fn how_to_name_one(context: &Context, host: &str) -> Vec<String> {
    let origin = cloned_from(&context.project.root).filter(|it| it.host == host_name(host));
    let name = origin.map_or_else(|| "owner/name".to_owned(), |it| it.full_name());
    vec![
        format!("name one in owed.toml: `[issues]`, then `repository = \"{name}\"`"),
        format!("or for this run: --repository {name}"),
    ]
}

/// The host of a run, as given and by name.
pub(super) fn host(context: &Context, access: &Access) -> (String, String) {
    let host = access.host(context);
    let name = host_name(&host);
    (host, name)
}
