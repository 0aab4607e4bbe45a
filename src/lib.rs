//! `owed` reads the notes of a group's meetings, finds what people said they would do, and keeps
//! every item on the table, with its words, its owner and its history, until the group says that
//! it is done.
//!
//! The library neither prints nor exits nor asks the clock; only `cli` does. `ARCHITECTURE.md`
//! shows what flows through the rooms and which may know of which.

pub mod cli;
pub mod due;
pub mod github;
pub mod items;
pub mod ledger;
pub mod lint;
pub mod mentions;
pub mod notes;
pub mod people;
pub mod reconcile;
pub mod rules;
pub mod taking;
pub mod text;
pub mod views;
pub mod web;
