//! `owed same`, `owed split`: which words are of which item, as a person says it.

use crate::cli::context::{Context, in_short, item, items, with_why};
use crate::cli::error::CommandError;
use crate::items::{Item, Kind, Mention};
use crate::ledger::Ledger;
use crate::taking;
use crate::views::one_line;

/// Say that items are the same
///
/// The later ones join the earliest, with all places that speak of them. What was set about them stays.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed same 3f2a 91c0

`owed undo` takes it back, `owed split` parts them again.")]
pub(crate) struct Args {
    /// The items' ids, or as much of each as no other id begins with
    #[arg(value_name = "ID", required = true, num_args = 2..)]
    ids: Vec<String>,

    /// The reason, kept in the log
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

/// Say that some places that speak of an item speak of another
///
/// They become an item of their own. Of an item with two places, the later parts by itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed split 3f2a
  owed split 3f2a notes/core/core-05-08.md:12
  owed split 3f2a core-05-08.md:12 core-05-22.md:7

`owed undo` takes it back.")]
pub(crate) struct SplitArgs {
    /// The item's id, or as much of it as no other id begins with
    #[arg(value_name = "ID")]
    id: String,

    /// The places that are of another item, as `owed show` names them; the end of the path is enough
    #[arg(value_name = "FILE:LINE")]
    places: Vec<String>,

    /// The reason, kept in the log
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    apply(context, &mut ledger, &args.ids, args.why.as_deref())
}

/// Joins all items or, where something is wrong, none.
pub(super) fn apply(
    context: &mut Context,
    ledger: &mut Ledger,
    ids: &[String],
    why: Option<&str>,
) -> Result<(), CommandError> {
    let mut found = items(ledger, ids)?;
    found.sort_by(|a, b| {
        let [a, b] = [a, b].map(|item| item.mentions.first().map(Mention::place));
        a.cmp(&b)
    });
    let Some((first, others)) = found.split_first().filter(|(_, others)| !others.is_empty()) else {
        return Err(
            CommandError::user("these ids are of one item already").hint("give the ids of two")
        );
    };
    let first = first.id.clone();
    let command = with_why(&format!("same {}", ids.join(" ")), why);
    let mut transaction = ledger.begin(&context.operation(command))?;
    for other in others {
        let into = transaction
            .item(&first)?
            .ok_or_else(|| CommandError::user(format!("item {first} has gone")))?;
        if into.series != other.series {
            let told = format!(
                "item {} is of {}, and {} of {}",
                into.id, into.series, other.id, other.series
            );
            return Err(CommandError::user(told).hint("only items of one series can be the same"));
        }
        if !taking::join(&mut transaction, &into, other)? {
            let told = format!(
                "item {} cannot join {}: no note speaks of one of them any more, or somebody has said so already",
                other.id, into.id
            );
            return Err(
                CommandError::user(told).hint("`owed drop ID` closes the one that is too many")
            );
        }
    }
    transaction.commit()?;
    let id = ledger.resolve(&first)?.unwrap_or(first);
    let short = ledger.short(&id)?;
    let joined = item(ledger, &id)?;
    context
        .out
        .line(&format!("joined  {}", in_short(&short, &joined)))
}

pub(super) fn run_split(context: &mut Context, args: &SplitArgs) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    split(
        context,
        &mut ledger,
        &args.id,
        &args.places,
        args.why.as_deref(),
    )
}

/// Parts an item in two.
pub(super) fn split(
    context: &mut Context,
    ledger: &mut Ledger,
    id: &str,
    places: &[String],
    why: Option<&str>,
) -> Result<(), CommandError> {
    let whole = item(ledger, &ledger.find(id)?)?;
    let apart = named(&whole, places)?;
    let command = format!("split {id} {}", places.join(" "));
    let command = with_why(command.trim_end(), why);
    let mut transaction = ledger.begin(&context.operation(command))?;
    let parted = taking::split(&mut transaction, &whole, |mention| apart.contains(mention))?;
    if !parted {
        return Err(CommandError::user(
            "an item needs a place of its own, and these are all that it has",
        )
        .hint("`owed show ID` shows the places"));
    }
    transaction.commit()?;
    let mut lines = Vec::new();
    for mention in &whole.mentions {
        let Some(own) = &mention.id else { continue };
        let Some(now) = ledger.holder(own)? else {
            continue;
        };
        let line = format!(
            "{}  {}:{}",
            in_short(&ledger.short(&now)?, &item(ledger, &now)?),
            one_line(&mention.path),
            mention.line
        );
        lines.push(line);
    }
    lines.iter().try_for_each(|line| context.out.line(line))
}

/// The mentions that places name.
fn named(item: &Item, places: &[String]) -> Result<Vec<Mention>, CommandError> {
    let speaking: Vec<&Mention> = item
        .mentions
        .iter()
        .filter(|it| it.kind != Kind::Completion)
        .collect();
    let known: Vec<String> = speaking
        .iter()
        .map(|it| format!("{}:{}", one_line(&it.path), it.line))
        .collect();
    let hint = format!("the places are {}", known.join(", "));
    if places.is_empty() {
        return match speaking.as_slice() {
            [_, later] => Ok(vec![(*later).clone()]),
            [] | [_] => Err(CommandError::user(
                "only one place speaks of the item, so that there is nothing to part",
            )
            .hint("`owed set ID --text …` changes what it says")),
            _ => Err(CommandError::user("which places are of another item?").hint(hint)),
        };
    }
    let mut found = Vec::new();
    for place in places {
        let here: Vec<&&Mention> = speaking.iter().filter(|it| is_place(it, place)).collect();
        match here.as_slice() {
            [one] => found.push((**one).clone()),
            [] => {
                return Err(
                    CommandError::user(format!("the item is not spoken of at {place}")).hint(hint),
                );
            }
            several if several.iter().all(|it| it.path == several[0].path) => {
                found.extend(several.iter().map(|it| (**it).clone()));
            }
            _ => {
                return Err(
                    CommandError::user(format!("{place} could be in several notes")).hint(hint),
                );
            }
        }
    }
    Ok(found)
}

/// Whether a place is that of a mention: its path or the end of it, and its line.
fn is_place(mention: &Mention, place: &str) -> bool {
    let Some((path, line)) = place.rsplit_once(':') else {
        return false;
    };
    let ends = mention
        .path
        .strip_suffix(path)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    let within = line
        .parse()
        .is_ok_and(|line: u32| (mention.line..=mention.end_line).contains(&line));
    ends && !path.is_empty() && within
}
