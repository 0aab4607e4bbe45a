//! What waits, without asking.

use crate::cli::commands::Format;
use crate::cli::context::{Context, in_short};
use crate::cli::error::CommandError;
use crate::items::{ItemId, Mention, Reason};
use crate::ledger::Ledger;
use crate::taking::Waiting;
use crate::views::style::{self, paint};
use crate::views::{fit, json, one_line};
use serde::Serialize;

/// One thing that waits, as programs read it.
#[derive(Serialize)]
#[serde(tag = "waits", rename_all = "lowercase")]
enum Shape<'w> {
    Name {
        series: &'w str,
        name: &'w str,
        could_be: &'w [String],
        times: usize,
        items: usize,
        #[serde(flatten)]
        place: Place<'w>,
    },
    Proposal {
        id: &'w str,
        /// "same", "finished" or "dropped".
        kind: &'static str,
        item: &'w ItemId,
        with: Option<&'w ItemId>,
        reasons: &'w [Reason],
        #[serde(flatten)]
        place: Place<'w>,
    },
    Item {
        id: &'w ItemId,
        series: &'w str,
        owners: &'w [String],
        text: &'w str,
        #[serde(flatten)]
        place: Option<Place<'w>>,
    },
}

/// Where its words stand.
#[derive(Serialize)]
struct Place<'w> {
    path: &'w str,
    line: u32,
    meeting_date: Option<jiff::civil::Date>,
    quote: &'w str,
}

impl<'w> From<&'w Mention> for Place<'w> {
    fn from(mention: &'w Mention) -> Self {
        Self {
            path: &mention.path,
            line: mention.line,
            meeting_date: mention.meeting,
            quote: &mention.quote,
        }
    }
}

fn shape(waiting: &Waiting) -> Shape<'_> {
    match waiting {
        Waiting::Name { series, unknown } => Shape::Name {
            series,
            name: &unknown.name,
            could_be: &unknown.could_be,
            times: unknown.times,
            items: unknown.items,
            place: (&unknown.first).into(),
        },
        Waiting::Proposal(proposal) => Shape::Proposal {
            id: proposal.id.as_str(),
            kind: proposal.kind.as_str(),
            item: &proposal.item,
            with: proposal.with.as_ref(),
            reasons: &proposal.reasons,
            place: (&proposal.words).into(),
        },
        Waiting::Item(item) => Shape::Item {
            id: &item.id,
            series: &item.series,
            owners: &item.owners,
            text: &item.text,
            place: item.mentions.first().map(Place::from),
        },
    }
}

/// Prints what waits.
pub(super) fn print(
    context: &mut Context,
    ledger: &Ledger,
    waiting: &[Waiting],
    format: Format,
) -> Result<(), CommandError> {
    match format {
        Format::Json => {
            let shapes: Vec<Shape<'_>> = waiting.iter().map(shape).collect();
            context.out.line(&json::pretty(&shapes))
        }
        Format::Jsonl => waiting
            .iter()
            .try_for_each(|it| context.out.line(&json::line(&shape(it)))),
        Format::Text => {
            if waiting.is_empty() {
                context.out.message("nothing waits for you");
            }
            for it in waiting {
                let line = line(ledger, it)?;
                context.out.line(&line)?;
            }
            Ok(())
        }
    }
}

/// It on one line.
fn line(ledger: &Ledger, waiting: &Waiting) -> Result<String, CommandError> {
    Ok(match waiting {
        Waiting::Name { series, unknown } => format!(
            "who?       {} of {}: {}?",
            paint(style::OWNER, &one_line(&unknown.name)),
            one_line(series),
            one_line(&unknown.could_be.join(" or "))
        ),
        Waiting::Proposal(proposal) => {
            let item = ledger.item(&proposal.item)?;
            let short = match ledger.resolve(&proposal.item)? {
                Some(id) => ledger.short(&id)?,
                None => String::new(),
            };
            let what = item.map_or(String::new(), |item| in_short(&short, &item));
            format!(
                "{:<10} {}  {what}  {}",
                format!("{}?", proposal.kind.as_str()),
                paint(style::FAINT, &proposal.id.as_str()[..6]),
                paint(
                    style::FAINT,
                    &format!("\"{}\"", fit(&one_line(&proposal.words.quote), 80))
                )
            )
        }
        Waiting::Item(item) => {
            let word = if item.owners.is_empty() {
                "whose?"
            } else {
                "new"
            };
            format!("{word:<10} {}", in_short(&ledger.short(&item.id)?, item))
        }
    })
}
