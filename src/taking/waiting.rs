//! What waits for a person: names of whom nobody knows, proposals, and items that nobody has looked at.

use super::who::Unknown;
use crate::items::{Item, Proposal, State};
use jiff::civil::Date;

/// One thing that waits for a person.
#[derive(Clone, Debug, PartialEq)]
pub enum Waiting {
    /// Who is this?
    Name {
        /// The series.
        series: String,
        /// The name.
        unknown: Box<Unknown>,
    },
    /// Is it so?
    Proposal(Box<Proposal>),
    /// Is it an item, and whose?
    Item(Box<Item>),
}

/// What waits of all this, in the order in which it is best answered: who is who, what is proposed, what is new.
pub fn waiting(
    unknown: impl IntoIterator<Item = (String, Unknown)>,
    proposals: impl IntoIterator<Item = Proposal>,
    items: impl IntoIterator<Item = Item>,
) -> Vec<Waiting> {
    let names = unknown.into_iter().map(|(series, unknown)| Waiting::Name {
        series,
        unknown: Box::new(unknown),
    });
    let asked = proposals
        .into_iter()
        .filter(|proposal| proposal.decided.is_none())
        .map(|proposal| Waiting::Proposal(Box::new(proposal)));
    let new = items
        .into_iter()
        .filter(is_new)
        .map(|item| Waiting::Item(Box::new(item)));
    names.chain(asked).chain(new).collect()
}

/// Whether nobody has looked at an open item that goes on agendas.
fn is_new(item: &Item) -> bool {
    let untouched = !item.accepted && item.pinned.is_empty();
    item.state == State::Open && item.is_carried() && untouched
}

impl Waiting {
    /// The day of the meeting whose notes raise it, where known.
    pub fn meeting(&self) -> Option<Date> {
        match self {
            Waiting::Name { unknown, .. } => unknown.first.meeting,
            Waiting::Proposal(proposal) => proposal.words.meeting,
            Waiting::Item(item) => item.since,
        }
    }
}
