//! The local index: what is known of the issues and pull requests of a repository, brought up to date by what has
//! changed since.

use super::client::{Client, path};
use super::error::GithubError;
use super::reference::{Reference, Repository};
use super::wire::{Issue, IssueEvent, RepositoryInfo};
use crate::ledger::{IssueRow, Ledger, Operation};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// How far back a repository is read at first. Whatever is open is read, however old.
const FIRST_LOOK: SignedDuration = SignedDuration::from_hours(24 * 180);
/// How much is read again each time, for what GitHub's lists show late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(2);
/// How many issues a page has.
const PAGE: usize = 100;

/// What came of bringing the index of a repository up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    /// The repository under the name that it has now.
    pub repository: Repository,
    /// The numbers of what has changed.
    pub read: BTreeSet<u64>,
}

/// Asks what a repository is called now, and whether issues can be opened in it.
///
/// # Errors
/// [`GithubError::Archived`], [`GithubError::NoIssues`]; or it cannot be had.
pub fn look_up(client: &Client, repository: &Repository) -> Result<Repository, GithubError> {
    let now = current_name(client, repository)?;
    let full_name = now.1.full_name;
    if now.1.archived {
        return Err(GithubError::Archived {
            repository: full_name,
        });
    }
    if !now.1.has_issues {
        return Err(GithubError::NoIssues {
            repository: full_name,
        });
    }
    Ok(now.0)
}

fn current_name(
    client: &Client,
    repository: &Repository,
) -> Result<(Repository, RepositoryInfo), GithubError> {
    let what = repository.full_name();
    let got = client.get(&what, &path(repository, ""))?;
    let info: RepositoryInfo = got.answer.read(&what)?;
    let now = Repository::parse(&repository.host, &info.full_name);
    let now = now.ok_or_else(|| GithubError::Garbled {
        what,
        status: got.answer.status,
        start: format!("its name is `{}`", info.full_name),
    })?;
    Ok((now, info))
}

/// Brings the index of a repository up to date: everything that has changed since it was last read, or since `least`
/// where that is earlier.
///
/// A list that is sorted by change goes on changing while it is read; so the next page is not the second of the same
/// list but the first of what has changed since the last issue of this one. Nothing is passed over.
///
/// # Errors
/// What could be read before is kept, and the next time goes on from there.
pub fn refresh(
    client: &Client,
    ledger: &mut Ledger,
    repository: &Repository,
    least: Option<Timestamp>,
    operation: &Operation,
) -> Result<Refreshed, GithubError> {
    let mut repository = repository.clone();
    let what = format!("the issues of {repository}");
    let before = ledger.read_until(&repository.key())?;
    let from = match before {
        Some(before) => earlier(before - OVERLAP, least),
        None => {
            // Before anything is kept of how far the changes were read: where it breaks off, it is read again.
            read_open(client, ledger, &repository, operation)?;
            client.github_now() - FIRST_LOOK
        }
    };
    let mut since = from;
    let mut page = 1;
    let mut read = BTreeSet::new();
    loop {
        let list = format!(
            "/issues?state=all&sort=updated&direction=asc&per_page={PAGE}&since={}&page={page}",
            at_seconds(since)
        );
        let got = client.get(&what, &path(&repository, &list))?;
        let issues: Vec<Issue> = got.answer.read(&what)?;
        if got.moved {
            let (now, _) = current_name(client, &repository)?;
            if now.key() != repository.key() {
                let mut transaction = ledger.begin(operation)?;
                transaction.rename_repository(&repository.key(), &now.key())?;
                transaction.commit()?;
                // Under its new name nothing of it is known, and what has not changed is to be known as well.
                return refresh(client, ledger, &now, least, operation);
            }
            repository = now;
        }
        let newest = issues.iter().map(|issue| issue.updated_at).max();
        let until = newest.max(ledger.read_until(&repository.key())?);
        keep(ledger, &repository, &issues, until, operation)?;
        read.extend(issues.iter().map(|issue| issue.number));
        let Some(last) = issues.last().filter(|_| issues.len() >= PAGE) else {
            break;
        };
        if last.updated_at > since {
            since = last.updated_at;
            page = 1;
        } else {
            // A whole page of one second.
            page += 1;
        }
    }
    if ledger.read_until(&repository.key())?.is_none() {
        let now = client.github_now();
        keep(ledger, &repository, &[], Some(now), operation)?;
    }
    Ok(Refreshed { repository, read })
}

/// Reads whatever is open, for what has not changed for long.
fn read_open(
    client: &Client,
    ledger: &mut Ledger,
    repository: &Repository,
    operation: &Operation,
) -> Result<(), GithubError> {
    let what = format!("the open issues of {repository}");
    let list = format!("/issues?state=open&sort=created&direction=asc&per_page={PAGE}");
    let mut next = Some(path(repository, &list));
    while let Some(page) = next {
        let got = client.get(&what, &page)?;
        let issues: Vec<Issue> = got.answer.read(&what)?;
        keep(ledger, repository, &issues, None, operation)?;
        next = client.next_page(&got.answer);
    }
    Ok(())
}

/// Keeps what was read and, where that is known of it, up to when.
fn keep(
    ledger: &mut Ledger,
    repository: &Repository,
    issues: &[Issue],
    until: Option<Timestamp>,
    operation: &Operation,
) -> Result<(), GithubError> {
    let mut transaction = ledger.begin(operation)?;
    for issue in issues {
        transaction.set_issue(&issue.row(repository))?;
    }
    if let Some(until) = until {
        transaction.set_read_until(&repository.key(), until)?;
    }
    transaction.commit()?;
    Ok(())
}

/// What became of one issue.
#[derive(Debug)]
pub(super) enum Looked {
    /// It is there; in another place than it was asked for at where its row says so.
    There(Box<Issue>, Repository),
    /// It is deleted, turned into something else, or out of sight.
    Gone,
}

/// Asks for one issue.
pub(super) fn look_at(client: &Client, reference: &Reference) -> Result<Looked, GithubError> {
    let what = reference.to_string();
    let path = path(
        &reference.repository,
        &format!("/issues/{}", reference.number),
    );
    match client.get(&what, &path) {
        Ok(got) => {
            let issue: Issue = got.answer.read(&what)?;
            let repository = issue.repository(&reference.repository.host)?;
            Ok(Looked::There(Box::new(issue), repository))
        }
        Err(GithubError::NotThere { .. } | GithubError::Gone { .. }) => Ok(Looked::Gone),
        // It was transferred to where the token does not see: GitHub does not say where.
        Err(GithubError::Moved { to, .. }) if to.is_empty() => Ok(Looked::Gone),
        Err(error) => Err(error),
    }
}

/// Whether an issue was turned into a discussion. It stays, closed and locked, and only what happened to it says why.
pub(super) fn is_converted(client: &Client, reference: &Reference) -> Result<bool, GithubError> {
    let what = format!("the events of {reference}");
    let list = format!("/issues/{}/events?per_page=100", reference.number);
    let events: Vec<IssueEvent> = match client.list(&what, &path(&reference.repository, &list)) {
        Ok(events) => events,
        // It has moved since, and its events have not.
        Err(GithubError::NotThere { .. }) => return Ok(false),
        Err(error) => return Err(error),
    };
    let last = events
        .iter()
        .rfind(|it| matches!(it.event.as_str(), "converted_to_discussion" | "reopened"));
    Ok(last.is_some_and(|it| it.event == "converted_to_discussion"))
}

/// One issue or pull request as it is now.
///
/// # Errors
/// [`GithubError::NotThere`] and [`GithubError::Gone`]; or it cannot be asked for.
pub fn issue_at(client: &Client, reference: &Reference) -> Result<IssueRow, GithubError> {
    match look_at(client, reference)? {
        Looked::There(issue, repository) => Ok(issue.row(&repository)),
        Looked::Gone => Err(GithubError::NotThere {
            what: reference.to_string(),
        }),
    }
}

fn earlier(one: Timestamp, other: Option<Timestamp>) -> Timestamp {
    other.map_or(one, |other| one.min(other))
}

/// GitHub's lists know whole seconds.
fn at_seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).map_or_else(|_| at.to_string(), |at| at.to_string())
}
