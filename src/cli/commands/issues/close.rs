//! `owed issues close`: tells the issues of closed items.

use super::open::send;
use super::{Which, host};
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::github::Access;
use crate::github::{Note, Reference, comment_marker, is_pull, note_errand};
use crate::items::{Item, State};
use crate::ledger::{Deed, Filter};

/// Close the issues of items that are done or dropped, or comment on them
///
/// Only issues that owed opened or that an item was tied to are touched, and only when you say so here.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed issues close 3f2a
  owed issues close --all --comment-only
  owed issues close --all --dry-run")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,

    /// All items that are done or dropped
    #[arg(long, conflicts_with = "ids")]
    all: bool,

    /// Comment on the issues, and leave it to others to close them
    #[arg(long)]
    comment_only: bool,

    /// Show which, and send nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    access: Access,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    if args.which.ids.is_empty() && !args.all {
        return Err(CommandError::user("which items?").hint("name their ids, or all with --all"));
    }
    let mut ledger = context.ledger()?;
    let (host, host_name) = host(context, &args.access);
    let items = if args.all {
        let mut items = ledger.items(&Filter {
            series: args.which.series.clone(),
            ..Filter::default()
        })?;
        items.retain(|item| item.state != State::Open);
        items
    } else {
        args.which.items(&ledger)?
    };
    let followed = ledger.followed()?;
    let mut errands = Vec::new();
    for item in &items {
        if item.state == State::Open {
            context
                .out
                .message(&format!("{} is open: `owed done {0}` closes it", item.id));
            continue;
        }
        let urls = item.links.iter().filter(|url| {
            let is_here =
                Reference::from_url(url).is_some_and(|it| it.repository.host == host_name);
            // What is closed already, as far as is known, needs no word.
            is_here && followed.get(*url).is_none_or(|it| it.open && !it.gone)
        });
        for url in urls {
            let day = item
                .closed
                .map_or_else(|| "closed".to_owned(), |day| day.to_string());
            let occasion = format!("{}-{day}", item.state.as_str());
            let note = note(item, &occasion);
            errands.push(note_errand(&item.id, Deed::Comment, url, &occasion, &note));
            // A pull request would be thrown away by it.
            if !args.comment_only && !is_pull(url) {
                errands.push(note_errand(&item.id, Deed::Close, url, &occasion, &note));
            }
        }
    }
    if args.dry_run {
        for errand in &errands {
            context
                .out
                .line(&format!("{:<7} {}", errand.deed.as_str(), errand.target))?;
        }
        return Ok(());
    }
    if errands.is_empty() {
        context.out.message("no open issue of a closed item");
        return Ok(());
    }
    let client = args.access.connect(context, &host)?;
    let operation = context.operation("issues close");
    let mut transaction = ledger.begin(&operation)?;
    for errand in &errands {
        transaction.add_errand(errand)?;
    }
    transaction.commit()?;
    send(&client, context, &mut ledger, &errands, &operation)
}

fn note(item: &Item, occasion: &str) -> Note {
    let (words, reason) = match item.state {
        State::Dropped => ("The group has decided not to do this.", "not_planned"),
        _ => ("This is done, says the group.", "completed"),
    };
    let day = item
        .closed
        .map_or_else(String::new, |day| format!(" ({day})"));
    Note {
        comment: format!("{words}{day}\n\n{}", comment_marker(&item.id, occasion)),
        reason: Some(reason.to_owned()),
    }
}
