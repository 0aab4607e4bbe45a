//! `owed issues plan`: what would be filed.

use super::open::{pending, read_targets};
use super::{Where, Which, asks, host, how_to_name_one, surroundings};
use crate::cli::commands::Format;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::github::Access;
use crate::github::{self, Filing, Repository, Target};
use crate::ledger::Ledger;
use crate::views::style::{self, paint};
use crate::views::{filing, one_line};
use std::collections::BTreeMap;

/// Show what would be opened, linked or asked about, with the very words; nothing is sent
///
/// It goes by what was last read of the repositories. With --refresh, what has changed there since is read first, and
/// labels, milestones and projects that are not there are told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed issues plan
  owed issues plan 3f2a 91c0
  owed issues plan --series core --refresh
  owed issues plan --repository acme/tiles
  owed issues plan --format json")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    place: Where,

    /// Read what has changed in the repositories first
    #[arg(long)]
    refresh: bool,

    /// Plan a new issue although there may be one
    #[arg(long, requires = "ids")]
    new: bool,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    #[command(flatten)]
    access: Access,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    let (host, host_name) = host(context, &args.access);
    let by_id = !args.which.ids.is_empty();
    let items = args.which.items(&ledger)?;
    let named = args.place.repository.as_deref();
    let mut asks = asks(context, &ledger, &host, items, by_id, args.new, named)?;
    if args.refresh {
        let client = args.access.connect(context, &host)?;
        let operation = context.operation("issues plan --refresh");
        read_targets(&client, context, &mut ledger, &mut asks, &operation)?;
        let targets: Vec<Target> = asks.iter().filter_map(|ask| ask.target.clone()).collect();
        for one in github::lacking(&client, &targets)? {
            let mark = paint(style::WARN, "notice:");
            context.out.message(&format!("{mark} {}", one_line(&one)));
        }
    }
    let mut targets: BTreeMap<String, Repository> = BTreeMap::new();
    for target in asks.iter().filter_map(|ask| ask.target.as_ref()) {
        targets.insert(target.repository.key(), target.repository.clone());
    }
    for (key, repository) in &targets {
        if ledger.read_until(key)?.is_none() {
            let unread = format!(
                "nothing was read of {repository} yet, so that issues it may have already are not seen: --refresh reads it"
            );
            context.out.message(&unread);
        }
    }
    let around = surroundings(context, &ledger, &host, &asks)?;
    let filings = github::plan(&asks, &around);
    match args.format {
        Format::Text => {
            let text = filing::plan(&filings, &shorts(&ledger, &filings)?);
            context.out.print(&text)?;
            context.out.message(&filing::summary(&filings));
            for errand in pending(&ledger, &host_name)? {
                let (deed, target) = (errand.deed.as_str(), one_line(&errand.target));
                context
                    .out
                    .message(&format!("left by an earlier run: {deed} {target}"));
            }
            if asks.iter().all(|ask| ask.target.is_none()) && !asks.is_empty() {
                for hint in how_to_name_one(context, &host) {
                    let mark = paint(style::WARN, "hint:");
                    context.out.message(&format!("{mark} {hint}"));
                }
            }
            Ok(())
        }
        _ => context.out.line(&filing::json(&filings)),
    }
}

/// The short id of each item of a plan.
pub(super) fn shorts(
    ledger: &Ledger,
    filings: &[Filing],
) -> Result<impl Fn(&Filing) -> String + use<>, CommandError> {
    let mut shorts = BTreeMap::new();
    for filing in filings {
        shorts.insert(filing.item.id.clone(), ledger.short(&filing.item.id)?);
    }
    Ok(move |filing: &Filing| {
        let short = shorts.get(&filing.item.id).cloned();
        short.unwrap_or_else(|| filing.item.id.to_string())
    })
}
