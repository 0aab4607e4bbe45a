//! The model: what is said in notes, what becomes of it, and every change on the way.
//!
//! An [`Item`] is the tracked thing. It has a stable [`ItemId`], a [`State`], and one or more [`Mention`]s: the places
//! in the notes that speak of it. Items never change by assignment from outside; they change by a [`Change`], and a
//! change has an inverse, so that undo is the same machinery as do. This room knows neither SQL nor the terminal.

mod change;
mod common;
mod id;
mod item;
mod link;
mod mention;
mod proposal;
mod set;
#[cfg(test)]
mod tests;
mod words;

pub use change::{Change, Heard};
pub use id::{ItemId, Key, is_group, normal};
pub use item::{Field, Item, Mark, Snooze, State};
pub use link::LinkState;
pub use mention::{Certainty, Kind, Mention, REMARK, Status};
pub use proposal::{Home, Proposal, ProposalId, ProposalKind, Reason};
pub use set::{Conflict, Items};
pub use words::Words;
