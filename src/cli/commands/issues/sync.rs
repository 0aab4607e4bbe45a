//! `owed issues sync`: brings back what became of issues.

use super::host;
use crate::cli::commands::Format;
use crate::cli::context::{Context, in_short, item};
use crate::cli::error::CommandError;
use crate::cli::github::Access;
use crate::cli::logins::Logins;
use crate::github::{self, Effect, Options, Report};
use crate::ledger::Ledger;
use crate::views::style::{self, paint};
use crate::views::{count, one_line};
use serde_json::json;

/// Bring back what became of the issues that items are tied to
///
/// A closed issue, and a merged pull request that mentions one, propose to close the item; `owed answer` says yes or no.
/// owed.toml can have the item follow by itself. Nothing is changed on GitHub.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed issues sync
  owed issues sync --each
  owed issues sync --format json")]
pub(crate) struct Args {
    /// Ask for every issue by itself, also where nothing seems to have changed
    #[arg(long)]
    each: bool,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    #[command(flatten)]
    access: Access,
}

impl Args {
    /// A plain sync.
    pub(crate) fn plain(access: Access) -> Self {
        Self {
            each: false,
            format: Format::Text,
            access,
        }
    }
}

pub(crate) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    let (host, host_name) = host(context, &args.access);
    let is_tied = ledger.linked_items()?.iter().any(|item| {
        let mut references = item
            .links
            .iter()
            .filter_map(|url| github::Reference::from_url(url));
        references.any(|it| it.repository.host == host_name)
    });
    if !is_tied {
        context
            .out
            .message(&format!("no item is tied to an issue on {host_name}"));
        return Ok(());
    }
    let client = args.access.connect(context, &host)?;
    let operation = context.operation("issues sync");
    let names = Logins::read(&context.config, &ledger)?.names();
    let options = Options {
        policy: context.config.issues.policy(),
        names: &names,
        today: context.today(),
        each: args.each,
        operation: &operation,
    };
    let report = github::sync(&client, &mut ledger, &host_name, &options)?;
    match args.format {
        Format::Text => text(context, &ledger, &report)?,
        _ => context.out.line(&as_json(&report))?,
    }
    context.out.message(&format!(
        "{} followed, {}, {}",
        count(report.followed, "issue"),
        count(report.news.len(), "piece") + " of news",
        count(client.requests(), "request")
    ));
    match report.failed.first() {
        None => Ok(()),
        Some((what, error)) => {
            let n = report.failed.len();
            let made = CommandError::remote(format!(
                "{} could not be looked at; {what}: {error}",
                count(n, "place")
            ));
            Err(match error.hint() {
                Some(hint) => made.hint(hint),
                None => made,
            })
        }
    }
}

fn text(context: &mut Context, ledger: &Ledger, report: &Report) -> Result<(), CommandError> {
    for news in &report.news {
        let Some(id) = ledger.resolve(&news.item)? else {
            continue;
        };
        let item = item(ledger, &id)?;
        let word = match news.effect {
            Effect::Proposed => "ask",
            Effect::Changed => "changed",
            Effect::Told => "told",
        };
        let short = in_short(&ledger.short(&id)?, &item);
        context.out.line(&format!("{word:<7} {short}"))?;
        context.out.line(&format!(
            "        {} {}",
            one_line(&news.url),
            paint(style::WARN, &one_line(&news.event.in_words()))
        ))?;
        if news.effect == Effect::Proposed {
            for proposal in ledger.proposals_of(&id)? {
                if proposal.decided.is_none() && !proposal.is_of_words() {
                    context.out.line(&format!(
                        "        {}?  owed answer yes|no {}",
                        proposal.kind.as_str(),
                        &proposal.id.as_str()[..6]
                    ))?;
                }
            }
        }
    }
    Ok(())
}

fn as_json(report: &Report) -> String {
    let news: Vec<_> = report
        .news
        .iter()
        .map(|news| {
            json!({
                "id": news.item.as_str(),
                "url": news.url,
                "event": news.event.in_words(),
                "effect": match news.effect {
                    Effect::Proposed => "proposed",
                    Effect::Changed => "changed",
                    Effect::Told => "told",
                },
            })
        })
        .collect();
    serde_json::to_string_pretty(&news).unwrap_or_default()
}
