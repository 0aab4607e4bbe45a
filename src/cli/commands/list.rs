//! `owed list`: what is on the table.

use super::Format;
use crate::cli::clock::parse_date;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::items::{Item, ProposalKind, State, normal};
use crate::ledger::{Filter, Ledger};
use crate::text::nearest;
use crate::views::list::{Row, table};
use crate::views::{count, json, one_line, when};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Show the open items
///
/// The oldest come first. Dues that have passed are marked with `!`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed list
  owed list --owner ana --overdue
  owed list --series core --since 2025-04-01
  owed list --all --format jsonl | jq -r .text")]
pub(crate) struct Args {
    /// Only what this person is to do; `nobody` for items without an owner
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,

    /// Only items of this series; its last folder is enough
    #[arg(long, value_name = "NAME")]
    series: Option<String>,

    /// Only items that were first said on this day or later
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<String>,

    /// Only items in this state [default: open]
    #[arg(long, value_name = "STATE")]
    state: Option<StateName>,

    /// Only open items whose due date has passed
    #[arg(long, conflicts_with_all = ["state", "all"])]
    overdue: bool,

    /// Items in every state
    #[arg(long, conflicts_with = "state")]
    all: bool,

    /// How to write them
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum StateName {
    Open,
    Done,
    Dropped,
}

impl From<StateName> for State {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Open => State::Open,
            StateName::Done => State::Done,
            StateName::Dropped => State::Dropped,
        }
    }
}

/// What `--owner` takes for items that nobody has.
const NOBODY: &str = "nobody";

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let today = context.today();
    let since = args
        .since
        .as_deref()
        .map(|text| parse_date("--since", text))
        .transpose()?;
    let is_nobody = is_nobody(args.owner.as_deref());
    let state = args.state.map_or(State::Open, State::from);
    let ledger = context.ledger()?;
    let mut items = ledger.items(&Filter {
        owner: args.owner.clone().filter(|_| !is_nobody),
        series: None,
        since,
        state: (!args.all).then_some(state),
        closed_since: None,
        carried: true,
    })?;
    items.retain(|item| {
        (!is_nobody || item.owners.is_empty())
            && args
                .series
                .as_deref()
                .is_none_or(|series| is_series(&item.series, series))
            && (!args.overdue || when::is_overdue(item, today))
    });
    let before = items.len();
    if !args.all {
        leave_out_snoozed(&ledger, &mut items, today)?;
    }
    let snoozed = before - items.len();
    if snoozed > 0 {
        let are = if snoozed == 1 { "is" } else { "are" };
        context.out.message(&format!(
            "{} {are} snoozed; --all shows what is",
            count(snoozed, "item")
        ));
    } else if items.is_empty() {
        let why = why_none(&ledger, args)?;
        context.out.message(&why);
    }
    match args.format {
        Format::Text if items.is_empty() => Ok(()),
        Format::Text => {
            let rows = items.iter().map(|item| {
                let short = ledger.short(&item.id)?;
                let ask = ledger
                    .waiting_for(&item.id)?
                    .last()
                    .map_or("", |it| ask(it.kind));
                Ok(Row { short, item, ask })
            });
            let rows = rows.collect::<Result<Vec<_>, CommandError>>()?;
            let columns = context.out.columns();
            context.out.print(&table(&rows, today, columns))
        }
        Format::Json => context.out.line(&json::items(&items, today)),
        Format::Jsonl => items
            .iter()
            .try_for_each(|item| context.out.line(&json::item(item, today))),
    }
}

/// Whether items are asked for that nobody has.
pub(super) fn is_nobody(owner: Option<&str>) -> bool {
    owner.is_some_and(|owner| owner.eq_ignore_ascii_case(NOBODY))
}

/// The open items that lists have, of the series that is asked for.
pub(super) fn open_items(ledger: &Ledger, series: Option<&str>) -> Result<Vec<Item>, CommandError> {
    let mut items = ledger.items(&Filter {
        state: Some(State::Open),
        carried: true,
        ..Filter::default()
    })?;
    items.retain(|item| series.is_none_or(|asked| is_series(&item.series, asked)));
    Ok(items)
}

/// Takes out what is snoozed on a day.
pub(super) fn leave_out_snoozed(
    ledger: &Ledger,
    items: &mut Vec<Item>,
    today: Date,
) -> Result<(), CommandError> {
    let mut last = BTreeMap::new();
    for item in items.iter().filter(|item| item.snoozed.is_some()) {
        let meetings = ledger.meetings(&item.series, today)?;
        last.insert(item.series.clone(), meetings.last);
    }
    items.retain(|item| {
        let last = last.get(&item.series).copied().flatten();
        !item.snoozed.is_some_and(|until| until.holds(today, last))
    });
    Ok(())
}

/// What a proposal asks, for a column of the table.
fn ask(kind: ProposalKind) -> &'static str {
    match kind {
        ProposalKind::Same => "same?",
        ProposalKind::Finished => "done?",
        ProposalKind::Dropped => "dropped?",
        ProposalKind::Unlinked => "unlinked?",
    }
}

/// Whether a series is the one that is asked for: by its whole name, or by its last folders.
pub(super) fn is_series(series: &str, asked: &str) -> bool {
    let (series, asked) = (
        series.to_lowercase(),
        asked.trim_matches('/').to_lowercase(),
    );
    series
        .strip_suffix(&asked)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// What to say when nothing is listed.
fn why_none(ledger: &Ledger, args: &Args) -> Result<String, CommandError> {
    let all = ledger.items(&Filter::default())?;
    if all.is_empty() {
        return Ok("the ledger has no items yet; `owed scan PATH…` looks for them".to_owned());
    }
    if let Some(told) = unknown_owner(&all, args.owner.as_deref()) {
        return Ok(told);
    }
    if let Some((unknown, known)) = unknown_series(&all, args.series.as_deref()) {
        return Ok(format!("{unknown}; {known}"));
    }
    let any_filter = args.owner.is_some() || args.series.is_some() || args.since.is_some();
    Ok(if args.overdue {
        "nothing is overdue".to_owned()
    } else if let Some(state) = args.state {
        format!("no items that are {} fit", State::from(state).as_str())
    } else if any_filter && !args.all {
        "no open items fit; --all looks at those that are done or dropped, too".to_owned()
    } else if any_filter {
        "no items fit".to_owned()
    } else {
        "nothing is open; --all shows what is done or dropped".to_owned()
    })
}

/// That nobody is called as is asked for, and who there is; `None` where somebody is, or there are no items at all.
fn unknown_owner(all: &[Item], asked: Option<&str>) -> Option<String> {
    let owner = asked.filter(|owner| !owner.eq_ignore_ascii_case(NOBODY))?;
    let mut known = all.iter().flat_map(|item| &item.owners).peekable();
    known.peek()?;
    let owners: BTreeSet<&String> = known.collect();
    if owners.iter().any(|known| normal(known) == normal(owner)) {
        return None;
    }
    let owners = instead(
        owner,
        owners.into_iter().map(|name| one_line(name)).collect(),
    );
    Some(format!(
        "nobody is called `{}` in the ledger; there are {owners}",
        one_line(owner)
    ))
}

/// Says so where nobody is called as is asked for; an empty answer would look like good news.
pub(super) fn tell_unknown_owner(
    context: &mut Context,
    ledger: &Ledger,
    asked: Option<&str>,
) -> Result<bool, CommandError> {
    let told = unknown_owner(&ledger.items(&Filter::default())?, asked);
    if let Some(told) = &told {
        context.out.message(told);
    }
    Ok(told.is_some())
}

/// That none of these items is of the series that is asked for, and which series there are; `None` where one is, or
/// there are no items at all.
pub(super) fn unknown_series(all: &[Item], asked: Option<&str>) -> Option<(String, String)> {
    let asked = asked?;
    let known: BTreeSet<String> = all.iter().map(|item| one_line(&item.series)).collect();
    if known.is_empty() || all.iter().any(|item| is_series(&item.series, asked)) {
        return None;
    }
    let unknown = format!("no series is called `{}` in the ledger", one_line(asked));
    Some((unknown, format!("there are {}", instead(asked, known))))
}

/// Says so where the series that is asked for is none of the ledger's; an empty answer would look like good news.
pub(super) fn tell_unknown_series(
    context: &mut Context,
    ledger: &Ledger,
    asked: Option<&str>,
) -> Result<bool, CommandError> {
    let told = unknown_series(&ledger.items(&Filter::default())?, asked);
    if let Some((unknown, known)) = &told {
        context.out.message(&format!("{unknown}; {known}"));
    }
    Ok(told.is_some())
}

/// How many names are told whole, and how many of more.
const FEW: usize = 12;
const ALIKE: usize = 3;

/// The names that there are; of many, their number and those that are most like the one that was asked for.
fn instead(asked: &str, mut known: BTreeSet<String>) -> String {
    let count = known.len();
    if count <= FEW {
        return known.into_iter().collect::<Vec<_>>().join(", ");
    }
    let mut alike: Vec<String> = Vec::new();
    while alike.len() < ALIKE
        && let Some(name) = nearest(asked, known.iter().map(String::as_str)).map(str::to_owned)
    {
        known.remove(&name);
        alike.push(name);
    }
    match alike.as_slice() {
        [] => format!("{count} others"),
        alike => format!("{count} others, most like it {}", alike.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{instead, is_series};

    #[test]
    fn of_many_names_the_most_alike() {
        let few = ["Ana", "Mirko"].map(str::to_owned);
        assert_eq!(instead("Anna", few.into_iter().collect()), "Ana, Mirko");
        let many = (0..40).map(|n| format!("Dana {n:02}"));
        let many: std::collections::BTreeSet<String> = many.chain(["Goran".to_owned()]).collect();
        let told = instead("gorran", many.clone());
        assert_eq!(told, "41 others, most like it Goran");
        let told = instead("dana", many.clone());
        assert_eq!(told, "41 others, most like it Dana 00, Dana 01, Dana 02");
        assert_eq!(instead("x", many), "41 others");
    }

    #[test]
    fn series_by_their_last_folders() {
        for (asked, expected) in [
            ("notes/core", true),
            ("Core", true),
            ("core/", true),
            ("ore", false),
            ("notes", false),
            ("other/core", false),
        ] {
            assert_eq!(is_series("notes/core", asked), expected, "{asked}");
        }
    }
}
