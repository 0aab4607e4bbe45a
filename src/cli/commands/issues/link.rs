//! `owed issues link`, `unlink`, `skip`: what a person says about an item and issues.

use super::open::send;
use super::{asks, host};
use crate::cli::context::{Context, in_short, item};
use crate::cli::error::CommandError;
use crate::cli::github::Access;
use crate::github::{
    Ask, Client, GithubError, Note, Reference, Target, comment_marker, draft, issue_at,
    note_errand, url_of,
};
use crate::items::{Change, Item};
use crate::ledger::{Deed, Ledger};
use crate::views::one_line;

/// Tie an item to an issue or pull request that there is
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed issues link 3f2a '#12'
  owed issues link 3f2a acme/docs#7 --comment
  owed issues link 3f2a https://github.com/acme/docs/issues/7")]
pub(crate) struct LinkArgs {
    /// The item's id, or as much of it as no other id begins with
    #[arg(value_name = "ID")]
    id: String,

    /// Its address, `owner/name#12`, or `#12` in the repository where the item would be filed
    #[arg(value_name = "ISSUE")]
    issue: String,

    /// Write what was said as a comment there, too
    #[arg(long)]
    comment: bool,

    #[command(flatten)]
    access: Access,
}

/// Take an item off an issue, and never tie it to that one again by itself
///
/// The issue stays as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed issues unlink 3f2a
  owed issues unlink 3f2a '#12'")]
pub(crate) struct UnlinkArgs {
    /// The item's id, or as much of it as no other id begins with
    #[arg(value_name = "ID")]
    id: String,

    /// Which of its issues; all of them where none is named
    #[arg(value_name = "ISSUE")]
    issue: Option<String>,

    #[command(flatten)]
    access: Access,
}

/// Say that items are not to be filed
///
/// `owed issues open --all` passes them over then; one that is named by its id is filed all the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  owed issues skip 3f2a 91c0")]
pub(crate) struct SkipArgs {
    /// The items' ids, or as much of each as no other id begins with
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

/// The address of an issue as GitHub spells it; `None` where there is none.
pub(super) fn exists(
    client: &Client,
    reference: &Reference,
) -> Result<Option<String>, GithubError> {
    match issue_at(client, reference) {
        Ok(row) => Ok(Some(row.url)),
        Err(GithubError::NotThere { .. } | GithubError::Gone { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The issue that is meant, and the item with what surrounds it: `#12` is one of the repository where it would be filed.
fn meant(
    context: &Context,
    ledger: &Ledger,
    host_name: &str,
    item: &Item,
    text: &str,
) -> Result<(Reference, Option<Ask>), CommandError> {
    let ask = asks(
        context,
        ledger,
        host_name,
        vec![item.clone()],
        true,
        false,
        None,
    )?
    .pop();
    let target = ask.as_ref().and_then(|ask| ask.target.as_ref());
    let default = target.map(|target| &target.repository);
    let reference = Reference::parse(text.trim(), default, host_name).ok_or_else(|| {
        CommandError::user(format!("`{text}` is no issue")).hint(
            "write its address, `owner/name#12`, or `#12` where owed.toml names the repository",
        )
    })?;
    Ok((reference, ask))
}

pub(super) fn link(context: &mut Context, args: &LinkArgs) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    let (host, host_name) = host(context, &args.access);
    let item = item(&ledger, &ledger.find(&args.id)?)?;
    let (reference, ask) = meant(context, &ledger, &host_name, &item, &args.issue)?;
    if reference.repository.host != host_name {
        return Err(CommandError::user(format!(
            "{} is on {}, and this run asks {host_name}",
            args.issue, reference.repository.host
        ))
        .hint(format!("--host {}", reference.repository.host)));
    }
    let client = args.access.connect(context, &host)?;
    let row = issue_at(&client, &reference)?;
    let operation = context.operation(format!("issues link {} {}", args.id, args.issue));
    let mut transaction = ledger.begin(&operation)?;
    if !item.links.contains(&row.url) {
        transaction.apply(&[Change::Linked {
            id: item.id.clone(),
            url: row.url.clone(),
        }])?;
    }
    transaction.set_refused(&item.id, &row.url, false)?;
    let mut errands = Vec::new();
    if args.comment {
        let link = ask.and_then(|ask| ask.link);
        let note = said(&item, &reference, link.as_deref());
        let errand = note_errand(&item.id, Deed::Comment, &row.url, "said", &note);
        transaction.add_errand(&errand)?;
        errands.push(errand);
    }
    transaction.commit()?;
    let short = in_short(&ledger.short(&item.id)?, &item);
    context.out.line(&format!("linked  {short}"))?;
    let state = if row.open { "open" } else { "closed" };
    context.out.line(&format!(
        "        {} ({state}): {}",
        one_line(&row.url),
        one_line(&row.title)
    ))?;
    send(&client, context, &mut ledger, &errands, &operation)
}

/// What was said, as a comment: the body that an issue would have, with a marker of its own.
fn said(item: &Item, issue: &Reference, link: Option<&str>) -> Note {
    let target = Target {
        repository: issue.repository.clone(),
        labels: Vec::new(),
        milestone: None,
        project: None,
    };
    let body = draft(item, &target, link, &[], crate::github::TEMPLATE).body;
    let own = crate::github::marker(&item.id);
    let marker = comment_marker(&item.id, "said");
    Note {
        comment: format!("{}\n\n{marker}", body.replace(&own, "").trim()),
        reason: None,
    }
}

pub(super) fn unlink(context: &mut Context, args: &UnlinkArgs) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    let (_, host_name) = host(context, &args.access);
    let item = item(&ledger, &ledger.find(&args.id)?)?;
    let wanted = match &args.issue {
        Some(text) => Some(meant(context, &ledger, &host_name, &item, text)?.0),
        None => None,
    };
    let is_meant = |url: &&String| {
        let reference = Reference::from_url(url);
        reference.is_some_and(|it| wanted.as_ref().is_none_or(|wanted| wanted.is(&it)))
    };
    let urls: Vec<String> = item.links.iter().filter(is_meant).cloned().collect();
    if urls.is_empty() {
        let what = wanted.map_or_else(|| "an issue".to_owned(), |it| url_of(&it));
        return Err(
            CommandError::user(format!("the item is not tied to {what}"))
                .hint(format!("`owed show {}` shows what it is tied to", args.id)),
        );
    }
    let operation = context.operation(format!("issues unlink {}", args.id));
    let mut transaction = ledger.begin(&operation)?;
    for url in &urls {
        transaction.apply(&[Change::Unlinked {
            id: item.id.clone(),
            url: url.clone(),
        }])?;
        transaction.set_refused(&item.id, url, true)?;
        transaction.forget_followed(url)?;
    }
    transaction.commit()?;
    let short = in_short(&ledger.short(&item.id)?, &item);
    for url in urls {
        context.out.line(&format!("unlinked  {short}"))?;
        context.out.line(&format!("          {}", one_line(&url)))?;
    }
    Ok(())
}

pub(super) fn skip(context: &mut Context, args: &SkipArgs) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    let mut items = Vec::new();
    for prefix in &args.ids {
        items.push(item(&ledger, &ledger.find(prefix)?)?);
    }
    let operation = context.operation(format!("issues skip {}", args.ids.join(" ")));
    let mut transaction = ledger.begin(&operation)?;
    for item in &items {
        transaction.set_refused(&item.id, "", true)?;
    }
    transaction.commit()?;
    for item in items {
        let short = in_short(&ledger.short(&item.id)?, &item);
        context.out.line(&format!("skip    {short}"))?;
    }
    Ok(())
}
