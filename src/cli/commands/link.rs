//! `owed link`, `owed unlink`: what an item is tied to elsewhere.

use crate::cli::context::{Context, in_short, items};
use crate::cli::error::CommandError;
use crate::github::Reference;
use crate::items::Change;
use crate::views::one_line;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The item's id, or as much of it as no other id begins with
    #[arg(value_name = "ID")]
    id: String,

    /// The address, such as that of an issue
    #[arg(value_name = "URL")]
    url: String,
}

pub(super) const LINK_HELP: &str = "\
Examples:
  owed link 3f2a https://github.com/mapleaf/shaper/issues/12

`owed undo` takes it back.";
pub(super) const UNLINK_HELP: &str = "\
Examples:
  owed unlink 3f2a https://github.com/mapleaf/shaper/issues/12

`owed undo` takes it back.";

/// Ties an item to an address.
pub(super) fn link(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let url = args.url.trim();
    let is_address = ["https://", "http://"].iter().any(|scheme| {
        url.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    }) && !url.contains(|c: char| c.is_whitespace() || c.is_control());
    if !is_address {
        return Err(
            CommandError::user(format!("`{url}` is no address of the web"))
                .hint("give it whole: https://github.com/OWNER/REPOSITORY/issues/12"),
        );
    }
    set(context, args, true)
}

/// Takes a link away.
pub(super) fn unlink(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    set(context, args, false)
}

fn set(context: &mut Context, args: &Args, tied: bool) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    let url = args.url.trim().to_owned();
    for item in items(&ledger, std::slice::from_ref(&args.id))? {
        let short = in_short(&ledger.short(&item.id)?, &item);
        let id = item.id.clone();
        let (name, change) = match (tied, item.links.contains(&url)) {
            (true, false) => (
                "link",
                Change::Linked {
                    id,
                    url: url.clone(),
                },
            ),
            (false, true) => (
                "unlink",
                Change::Unlinked {
                    id,
                    url: url.clone(),
                },
            ),
            (true, true) => {
                context
                    .out
                    .message(&format!("{short}: linked to it already"));
                continue;
            }
            (false, false) => {
                let links: Vec<&str> = item.links.iter().map(String::as_str).collect();
                let hint = match links.as_slice() {
                    [] => "it has no links".to_owned(),
                    links => format!("it is linked to {}", links.join(", ")),
                };
                return Err(
                    CommandError::user(format!("item {} is not linked to {url}", args.id))
                        .hint(hint),
                );
            }
        };
        let operation = context.operation(format!("{name} {} {url}", args.id));
        let mut transaction = ledger.begin(&operation)?;
        transaction.apply(&[change])?;
        if Reference::from_url(&url).is_some() {
            // What a person takes off an issue, `owed issues` does not tie to it again by itself.
            transaction.set_refused(&item.id, &url, !tied)?;
        }
        transaction.commit()?;
        context
            .out
            .line(&format!("{name}  {short}: {}", one_line(&url)))?;
    }
    Ok(())
}
