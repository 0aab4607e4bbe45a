//! What has become of the issues that items are tied to, and what follows for the items.
//!
//! Issues of repositories whose index is kept are known from what has changed since the last time: one request for a
//! repository in which nothing has. Others, and those that were not seen for a week, are asked for one by one, which
//! is also how a deleted or transferred one is noticed.

use super::client::Client;
use super::error::GithubError;
use super::follows::{follows, is_about, mentioning, proposal};
use super::index::{Looked, is_converted, look_at, refresh};
use super::reference::{Reference, named};
use crate::items::{Change, Item, ItemId, LinkState, ProposalKind, Reason, State};
use crate::ledger::{Followed, IssueRow, Ledger, LedgerError, Operation};
use jiff::SignedDuration;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// After so long an issue is asked for by itself.
const UNSEEN: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What follows for an item when its issue changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// A closed issue closes its item, and one that is reopened opens it; else both are proposed or told.
    pub close: bool,
    /// New assignees become the item's owners.
    pub owners: bool,
    /// A milestone's day becomes the item's due date.
    pub due: bool,
}

/// What happened to an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was closed, or a pull request merged.
    Closed {
        /// `completed`, `not_planned`, `duplicate`, `merged`; none where GitHub gives none.
        reason: Option<String>,
    },
    /// It is open again.
    Reopened,
    /// It is in another repository, or its repository has another name.
    Moved {
        /// Its new address.
        to: String,
    },
    /// It is deleted, or out of the token's sight.
    Gone,
    /// It was turned into a discussion, and is closed for that alone.
    Converted,
    /// It is there again.
    Back,
    /// Another issue carries the item's marker: two machines with ledgers of their own filed it at once.
    Twice {
        /// The address of the other.
        other: String,
    },
    /// Other people are assigned.
    Assigned {
        /// Logins.
        to: Vec<String>,
    },
    /// It has another milestone.
    Milestone {
        /// Its title.
        to: Option<String>,
        /// The day on which it is due.
        due: Option<Date>,
    },
    /// A pull request that mentions it was merged.
    Mentioned {
        /// The address of the pull request.
        by: String,
    },
}

impl Event {
    /// In a few words.
    pub fn in_words(&self) -> String {
        match self {
            Event::Closed { reason } => LinkState::closed(reason.as_deref()).in_words().to_owned(),
            Event::Reopened => "reopened".to_owned(),
            Event::Moved { to } => format!("now at {to}"),
            Event::Gone => "deleted, or out of sight".to_owned(),
            Event::Converted => "turned into a discussion".to_owned(),
            Event::Back => "there again".to_owned(),
            Event::Twice { other } => {
                format!("filed twice, the other time as {other}: close one of them")
            }
            Event::Assigned { to } if to.is_empty() => "assigned to nobody".to_owned(),
            Event::Assigned { to } => format!("assigned to {}", to.join(", ")),
            Event::Milestone { to: None, .. } => "in no milestone".to_owned(),
            Event::Milestone {
                to: Some(title),
                due,
            } => {
                let due = due.map_or_else(String::new, |day| format!(", due {day}"));
                format!("in milestone {title}{due}")
            }
            Event::Mentioned { by } => format!("mentioned by {by}, which was merged"),
        }
    }
}

/// What follows for the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is proposed that it is finished or dropped, or that it is taken off its issue.
    Proposed,
    /// The item was changed.
    Changed,
    /// Nothing; a person is told.
    Told,
}

/// Something that happened, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The item.
    pub item: ItemId,
    /// The address of the issue, as the item had it.
    pub url: String,
    /// What happened.
    pub event: Event,
    /// What follows.
    pub effect: Effect,
}

/// What came of a sync.
#[derive(Debug, Default)]
pub struct Report {
    /// What happened, in order of the items.
    pub news: Vec<News>,
    /// How many issues are followed.
    pub followed: usize,
    /// What could not be looked at, and why.
    pub failed: Vec<(String, GithubError)>,
}

/// What a sync goes by.
#[derive(Debug)]
pub struct Options<'o> {
    /// What follows.
    pub policy: Policy,
    /// Names of people by their logins in lower case.
    pub names: &'o BTreeMap<String, String>,
    /// The day.
    pub today: Date,
    /// Ask for each issue by itself.
    pub each: bool,
    /// What the log says.
    pub operation: &'o Operation,
}

/// Looks at the issues of all items of this client's host, and takes into the ledger what follows.
///
/// # Errors
/// What concerns all of them; what concerns one is in the report.
pub fn sync(
    client: &Client,
    ledger: &mut Ledger,
    host: &str,
    options: &Options<'_>,
) -> Result<Report, GithubError> {
    let mut report = Report::default();
    let items = ledger.linked_items()?;
    let mut tied: Vec<(Item, String, Reference)> = Vec::new();
    for item in items {
        for url in &item.links {
            if let Some(reference) =
                Reference::from_url(url).filter(|it| it.repository.host == host)
            {
                tied.push((item.clone(), url.clone(), reference));
            }
        }
    }
    report.followed = tied.len();
    let repositories: BTreeSet<_> = tied.iter().map(|(.., it)| it.repository.key()).collect();
    let mut fresh: BTreeMap<(String, u64), IssueRow> = BTreeMap::new();
    let mut merged: Vec<IssueRow> = Vec::new();
    let mut marked: Vec<IssueRow> = Vec::new();
    let mut unreachable: BTreeSet<String> = BTreeSet::new();
    for key in repositories {
        let Some(repository) = tied.iter().find(|(.., it)| it.repository.key() == key) else {
            continue;
        };
        let repository = repository.2.repository.clone();
        if ledger.read_until(&key)?.is_none() {
            continue;
        }
        match refresh(client, ledger, &repository, None, options.operation) {
            Ok(refreshed) => {
                let now = refreshed.repository.key();
                let mut rows = ledger.issues(&now)?;
                rows.retain(|row| refreshed.read.contains(&row.number));
                merged.extend(rows.iter().filter(|row| row.merged).cloned());
                let is_ours = |row: &&IssueRow| row.trusted && row.marker.is_some();
                marked.extend(rows.iter().filter(is_ours).cloned());
                // Under another name every address is another.
                if now == key {
                    fresh.extend(rows.into_iter().map(|row| ((key.clone(), row.number), row)));
                }
            }
            Err(error) if error.is_local() => {
                unreachable.insert(key);
                report.failed.push((repository.to_string(), error));
            }
            Err(error) => return Err(error),
        }
    }
    let before = ledger.followed()?;
    for (item, url, reference) in tied {
        let known = before.get(&url);
        let key = reference.repository.key();
        if unreachable.contains(&key) {
            continue;
        }
        let is_indexed = ledger.read_until(&key)?.is_some();
        let row = if let Some(row) = fresh.get(&(key.clone(), reference.number)) {
            Sight::There(Some(Box::new(row.clone())))
        } else if is_indexed
            && !options.each
            && known.is_some_and(|it| client.now().duration_since(it.checked) < UNSEEN)
        {
            Sight::Same
        } else {
            match look_at(client, &reference) {
                Ok(Looked::There(issue, repository)) => {
                    Sight::There(Some(Box::new(issue.row(&repository))))
                }
                Ok(Looked::Gone) => Sight::There(None),
                Err(error) if error.is_local() => {
                    report.failed.push((reference.to_string(), error));
                    continue;
                }
                Err(error) => return Err(error),
            }
        };
        let mentions = merged.iter().filter(|pull| mentions(pull, &reference));
        let mut events: Vec<Event> = mentions
            .map(|pull| Event::Mentioned {
                by: pull.url.clone(),
            })
            .collect();
        if let Sight::There(now) = &row {
            events.extend(compare(known, &url, now.as_deref()));
        }
        // One that was turned into a discussion looks like one that was closed.
        let closed = events.iter_mut().find(|it| is_closed_issue(it));
        if let Some(closed) = closed {
            match is_converted(client, &reference) {
                Ok(false) => {}
                Ok(true) => *closed = Event::Converted,
                Err(error) if error.is_local() => {
                    report.failed.push((reference.to_string(), error));
                }
                Err(error) => return Err(error),
            }
        }
        settle(
            ledger,
            client,
            &item,
            &url,
            known,
            &row,
            events,
            options,
            &mut report,
        )?;
    }
    for row in marked {
        filed_twice(ledger, client, &row, options, &mut report)?;
    }
    Ok(report)
}

/// Tells, once, that an issue carries the marker of an item that is tied to another.
fn filed_twice(
    ledger: &mut Ledger,
    client: &Client,
    row: &IssueRow,
    options: &Options<'_>,
    report: &mut Report,
) -> Result<(), GithubError> {
    let id = match &row.marker {
        Some(marker) => ledger.resolve(marker)?,
        None => None,
    };
    let Some(item) = id.map(|id| ledger.item(&id)).transpose()?.flatten() else {
        return Ok(());
    };
    let other = item
        .links
        .iter()
        .find(|url| Reference::from_url(url).is_some());
    let is_known = ledger.followed()?.contains_key(&row.url);
    let is_refused = ledger
        .refused()?
        .get(&item.id)
        .is_some_and(|urls| urls.contains(&row.url));
    let Some(url) = other.filter(|_| !item.links.contains(&row.url) && !is_known && !is_refused)
    else {
        return Ok(());
    };
    report.news.push(News {
        item: item.id.clone(),
        url: url.clone(),
        event: Event::Twice {
            other: row.url.clone(),
        },
        effect: Effect::Told,
    });
    // From now on it is known.
    let mut transaction = ledger.begin(options.operation)?;
    transaction.set_followed(&row.followed(client.now()))?;
    Ok(transaction.commit()?)
}

fn is_closed_issue(event: &Event) -> bool {
    match event {
        Event::Closed { reason } => !matches!(reason.as_deref(), Some("merged" | "unmerged")),
        _ => false,
    }
}

/// What was seen of an issue.
enum Sight {
    /// Nothing has changed.
    Same,
    /// As it is now; `None` where it is gone.
    There(Option<Box<IssueRow>>),
}

/// Whether a merged pull request names an issue.
fn mentions(pull: &IssueRow, reference: &Reference) -> bool {
    let own = super::reference::Repository::from_key(&pull.repository);
    let text = format!("{} {}", pull.title, pull.body);
    let is_itself =
        pull.number == reference.number && pull.repository == reference.repository.key();
    !is_itself
        && named(&text, own.as_ref(), &reference.repository.host)
            .iter()
            .any(|it| it.is(reference))
}

/// What has happened to an issue since it was last looked at. At the first look it counts as having been open.
fn compare(before: Option<&Followed>, url: &str, now: Option<&IssueRow>) -> Vec<Event> {
    let Some(now) = now else {
        return match before.is_some_and(|it| it.gone) {
            true => Vec::new(),
            false => vec![Event::Gone],
        };
    };
    let mut events = Vec::new();
    if before.is_some_and(|it| it.gone) {
        events.push(Event::Back);
    }
    let same = |a: &str, b: &str| match (Reference::from_url(a), Reference::from_url(b)) {
        (Some(a), Some(b)) => a.is(&b),
        _ => a == b,
    };
    if !same(&now.url, url) {
        events.push(Event::Moved {
            to: now.url.clone(),
        });
    }
    let was_open = before.is_none_or(|it| it.open);
    if was_open && !now.open {
        events.push(Event::Closed {
            reason: now.ended_as(),
        });
    } else if !was_open && now.open {
        events.push(Event::Reopened);
    }
    if let Some(before) = before.filter(|it| !it.gone) {
        if before.assignees != now.assignees {
            events.push(Event::Assigned {
                to: now.assignees.clone(),
            });
        }
        if before.milestone != now.milestone {
            events.push(Event::Milestone {
                to: now.milestone.clone(),
                due: now.milestone_due,
            });
        }
    }
    events
}

/// Takes into the ledger what follows from what happened to an item's issue.
#[expect(
    clippy::too_many_arguments,
    reason = "one step of `sync`, cut out for its length"
)]
fn settle(
    ledger: &mut Ledger,
    client: &Client,
    item: &Item,
    url: &str,
    known: Option<&Followed>,
    sight: &Sight,
    mut events: Vec<Event>,
    options: &Options<'_>,
    report: &mut Report,
) -> Result<(), GithubError> {
    // What an earlier issue of the same item has changed is known here.
    let item = ledger.item(&item.id)?.unwrap_or_else(|| item.clone());
    let others_open = others_open(ledger, &item, url)?;
    let before = ledger.proposals_of(&item.id)?;
    // A merged pull request is read again whenever anything about it changes. It is asked about once.
    events.retain(|event| match event {
        Event::Mentioned { by } => {
            let asked = Reason::Issue {
                url: by.clone(),
                event: mentioning(url),
            };
            item.state == State::Open && !before.iter().any(|it| it.reasons.contains(&asked))
        }
        _ => true,
    });
    let mut changes: Vec<Change> = Vec::new();
    let mut asked: Vec<(ProposalKind, String, String)> = Vec::new();
    let mut news: Vec<News> = Vec::new();
    for event in events {
        let effect = follows(
            &item,
            url,
            &event,
            others_open,
            options,
            &mut changes,
            &mut asked,
        );
        news.push(News {
            item: item.id.clone(),
            url: url.to_owned(),
            event,
            effect,
        });
    }
    let is_closed =
        |it: &News| matches!(it.event, Event::Closed { .. }) && it.effect == Effect::Changed;
    if news.iter().any(is_closed) {
        // It is no question any more.
        asked.clear();
        not_asked(&mut news);
    }
    let is_taken_back = |it: &News| matches!(it.event, Event::Reopened | Event::Back);
    if news.iter().any(is_taken_back) {
        // Nobody has to answer any more what the issue itself takes back.
        changes.extend(
            before
                .iter()
                .filter(|it| it.decided.is_none() && is_about(it, url))
                .map(|it| Change::Withdrawn {
                    proposal: it.clone(),
                }),
        );
    }
    if !asked.is_empty() {
        let proposal = proposal(&item, &asked);
        let is_known = before.iter().any(|it| it.id == proposal.id);
        if is_known {
            not_asked(&mut news);
        } else {
            changes.push(Change::Proposed { proposal });
        }
    }
    let mut transaction = ledger.begin(options.operation)?;
    transaction.apply(&changes)?;
    if let Sight::There(now) = sight {
        let address = now.as_ref().map_or(url, |row| row.url.as_str());
        let moved = news
            .iter()
            .any(|it| matches!(it.event, Event::Moved { .. }));
        if moved {
            transaction.forget_followed(url)?;
            transaction.forget_issue(url)?;
        }
        let last = known.cloned();
        let row = now.as_deref();
        transaction.set_followed(&Followed {
            url: if moved { address } else { url }.to_owned(),
            open: row.map_or_else(|| last.as_ref().is_none_or(|it| it.open), |row| row.open),
            reason: row.and_then(IssueRow::ended_as),
            gone: row.is_none(),
            node: row.map_or_else(
                || last.as_ref().map_or_else(String::new, |it| it.node.clone()),
                |row| row.node.clone(),
            ),
            assignees: row.map_or_else(Vec::new, |row| row.assignees.clone()),
            milestone: row.and_then(|row| row.milestone.clone()),
            ours: last.is_some_and(|it| it.ours),
            checked: client.now(),
        })?;
        if row.is_none() {
            transaction.forget_issue(url)?;
        }
    }
    transaction.commit()?;
    report.news.append(&mut news);
    Ok(())
}

fn not_asked(news: &mut [News]) {
    for it in news.iter_mut().filter(|it| it.effect == Effect::Proposed) {
        it.effect = Effect::Told;
    }
}

/// Whether another issue of the item is still open, as far as is known.
fn others_open(ledger: &Ledger, item: &Item, url: &str) -> Result<bool, LedgerError> {
    let followed = ledger.followed()?;
    Ok(item
        .links
        .iter()
        .filter(|other| *other != url && Reference::from_url(other).is_some())
        .any(|other| followed.get(other).is_none_or(|it| it.open && !it.gone)))
}
