//! The plan: what would be opened, linked, asked about or left, item by item, with the reasons. Pure.

use super::draft::{Draft, Target, draft};
use super::likely::{Known, Likely};
use super::reference::{Reference, Repository, named};
use crate::items::{Certainty, Item, ItemId, Kind, State};
use crate::ledger::{Errand, Stage};
use std::collections::{BTreeMap, BTreeSet};

/// An item to plan for, with what surrounds it.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The item.
    pub item: Item,
    /// Where its issue would go; `None` where the project names no repository for it.
    pub target: Option<Target>,
    /// The address of its last words in their note.
    pub link: Option<String>,
    /// The logins of its owners, as far as they are known.
    pub logins: Vec<String>,
    /// Whether a person has named it, and so means it whatever its kind.
    pub by_id: bool,
    /// Whether a person wants an issue for it though there may be one.
    pub anew: bool,
}

/// What is known beside the items.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// The template of bodies.
    pub template: String,
    /// The host that `owner/name#12` is on.
    pub host: String,
    /// What was read of repositories, by [`Repository::key`].
    pub known: BTreeMap<String, Known>,
    /// What was filed, or is being filed, for an item.
    pub errands: BTreeMap<ItemId, Errand>,
    /// What people have said that an item is not; see [`Ledger::refused`](crate::ledger::Ledger::refused).
    pub refused: BTreeMap<ItemId, BTreeSet<String>>,
}

/// What would be done for an item.
#[derive(Clone, Debug)]
pub struct Filing {
    /// The item.
    pub item: Item,
    /// Where.
    pub repository: Option<Repository>,
    /// What.
    pub step: Step,
}

/// One of the things that can be done for an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// An issue is opened.
    Open(Draft),
    /// It is tied to one that there is.
    Link {
        /// The address.
        url: String,
        /// Why.
        why: Why,
    },
    /// One of these may be it; a person has to choose.
    Choose(Vec<Likely>),
    /// It was sent, and the answer is not known: that is looked into first.
    UnderWay,
    /// Nothing.
    Leave(Left),
}

/// Why an item belongs to an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its words name it.
    Named,
    /// It carries the item's marker.
    Marked,
    /// owed has opened it for the item.
    Filed,
}

impl Why {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Named => "its words name it",
            Why::Marked => "it carries the item's marker",
            Why::Filed => "it was opened for it",
        }
    }
}

/// Why nothing is done for an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// It is tied to an issue.
    Linked(String),
    /// It is done or dropped.
    Closed,
    /// It is only asked for, reported under way, or hedged.
    NotPromised,
    /// Nobody is to do it.
    NoOwner,
    /// A person has said that it is not to be filed.
    Skipped,
    /// The project names no repository.
    NoRepository,
}

impl Left {
    /// In words.
    pub fn in_words(&self) -> String {
        match self {
            Left::Linked(url) => format!("it has {url}"),
            Left::Closed => "it is closed".to_owned(),
            Left::NotPromised => "nobody has promised it; name its id to file it".to_owned(),
            Left::NoOwner => "it has no owner; name its id to file it".to_owned(),
            Left::Skipped => "it was said not to be filed; name its id to file it".to_owned(),
            Left::NoRepository => "no repository is named for its series".to_owned(),
        }
    }
}

/// What would be done for items, in their order.
pub fn plan(asks: &[Ask], around: &Surroundings) -> Vec<Filing> {
    let filing = |ask: &Ask| Filing {
        item: ask.item.clone(),
        repository: ask.target.as_ref().map(|target| target.repository.clone()),
        step: step(ask, around),
    };
    asks.iter().map(filing).collect()
}

fn step(ask: &Ask, around: &Surroundings) -> Step {
    let item = &ask.item;
    let nothing = BTreeSet::new();
    let refused = around.refused.get(&item.id).unwrap_or(&nothing);
    if let Some(url) = item
        .links
        .iter()
        .find(|url| Reference::from_url(url).is_some())
    {
        return Step::Leave(Left::Linked(url.clone()));
    }
    let errand = around.errands.get(&item.id);
    if errand.is_some_and(|errand| errand.stage == Stage::Inflight) {
        return Step::UnderWay;
    }
    if item.state != State::Open {
        return Step::Leave(Left::Closed);
    }
    let is_refused = |url: &str| {
        let same = |other: &String| match (Reference::from_url(url), Reference::from_url(other)) {
            (Some(one), Some(other)) => one.is(&other),
            _ => url == other,
        };
        refused.iter().any(same)
    };
    // What was filed is not filed again, even where the link to it was taken back.
    let filed = errand.and_then(|errand| errand.url.clone());
    if let Some(url) = filed.filter(|url| !is_refused(url)) {
        return Step::Link {
            url,
            why: Why::Filed,
        };
    }
    if !ask.by_id {
        if refused.contains("") {
            return Step::Leave(Left::Skipped);
        }
        let is_promised = matches!(item.kind, Kind::Task | Kind::Commitment)
            && item.certainty == Certainty::Definite;
        if !is_promised && !item.accepted {
            return Step::Leave(Left::NotPromised);
        }
        if !item.owners.iter().any(|owner| is_somebody(owner)) {
            return Step::Leave(Left::NoOwner);
        }
    }
    let repository = ask.target.as_ref().map(|target| &target.repository);
    let mut urls = references(item, repository, &around.host)
        .map(|reference| address(&reference, around))
        .filter(|url| !is_refused(url));
    if let Some(url) = urls.next() {
        return Step::Link {
            url,
            why: Why::Named,
        };
    }
    let Some(target) = &ask.target else {
        return Step::Leave(Left::NoRepository);
    };
    if let Some(known) = around.known.get(&target.repository.key()) {
        let mut choice: Vec<Likely> = Vec::new();
        for issue in known.marked(item).filter(|issue| !is_refused(&issue.url)) {
            if issue.trusted {
                return Step::Link {
                    url: issue.url.clone(),
                    why: Why::Marked,
                };
            }
            // Anybody can copy a marker into an issue of a public repository.
            choice.push(Likely {
                url: issue.url.clone(),
                number: issue.number,
                title: issue.title.clone(),
                open: issue.open,
                reasons: Vec::new(),
                score: 1.0,
            });
        }
        if !ask.anew {
            let likely = known.likely(item, &ask.logins).into_iter();
            for it in likely.filter(|it| !is_refused(&it.url)) {
                if !choice.iter().any(|known| known.url == it.url) {
                    choice.push(it);
                }
            }
        }
        if !choice.is_empty() && !ask.anew {
            return Step::Choose(choice);
        }
    }
    Step::Open(draft(
        item,
        target,
        ask.link.as_deref(),
        &ask.logins,
        &around.template,
    ))
}

/// Whether an owner is a person, and not the whole group.
fn is_somebody(owner: &str) -> bool {
    !matches!(
        owner.to_lowercase().as_str(),
        "" | "we"
            | "us"
            | "all"
            | "everyone"
            | "everybody"
            | "someone"
            | "somebody"
            | "tbd"
            | "group"
            | "team"
    )
}

/// The issues that an item's words name.
fn references(
    item: &Item,
    default: Option<&Repository>,
    host: &str,
) -> impl Iterator<Item = Reference> {
    let texts = std::iter::once(&item.text).chain(item.mentions.iter().map(|it| &it.text));
    let mut found: Vec<Reference> = Vec::new();
    for text in texts {
        for reference in named(text, default, host) {
            if reference.repository.host == host.to_lowercase()
                && !found.iter().any(|known| known.is(&reference))
            {
                found.push(reference);
            }
        }
    }
    found.into_iter()
}

/// The address of a reference; as GitHub spells it where it was read.
fn address(reference: &Reference, around: &Surroundings) -> String {
    let known = around.known.get(&reference.repository.key());
    known
        .and_then(|known| known.issue(reference))
        .map_or_else(|| url_of(reference), |issue| issue.url.clone())
}

/// The address of an issue for people.
pub fn url_of(reference: &Reference) -> String {
    let scheme = if super::client::is_loopback(&reference.repository.host) {
        "http"
    } else {
        "https"
    };
    format!(
        "{scheme}://{}/{}/issues/{}",
        reference.repository.host, reference.repository, reference.number
    )
}
