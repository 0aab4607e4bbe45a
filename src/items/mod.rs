//! The model: what is said in notes, what becomes of it, and every change on the way.
//!
//! An [`Item`] is the tracked thing. It has a stable [`ItemId`], a [`State`], and one or more [`Mention`]s: the places
//! in the notes that speak of it. Items never change by assignment from outside; they change by a [`Change`], and a
//! change has an inverse, so that undo is the same machinery as do. This room knows neither SQL nor the terminal.

mod change;
mod id;
mod mention;

pub use change::{Change, Conflict, Item, Items, Mark, State};
pub use id::{ItemId, Key, normal};
pub use mention::{Certainty, Kind, Mention, Status};
