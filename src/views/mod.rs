//! What people and programs get to see: one renderer per output, and owed's block in an agenda,
//! read and written.
//!
//! Every renderer is a function from plain values to a text. Text for a terminal comes with styles;
//! who prints it takes them off where they are not wanted ([`plain`] does it for everybody else).
//! All words of notes pass through [`one_line`] or an escape, so that a note cannot act on a
//! terminal or in an agenda. Nothing here reads the clock, the ledger or a file.

pub mod agenda;
pub mod block;
pub mod carets;
pub mod change;
pub mod diff;
pub mod digest;
mod entry;
mod escape;
pub mod export;
pub mod filing;
pub mod formats;
pub mod json;
mod lines;
pub mod list;
pub mod meetings;
pub mod pick;
mod place;
pub mod remarks;
pub mod report;
pub mod review;
pub mod sarif;
pub mod show;
pub mod style;
pub mod template;
#[cfg(test)]
mod testing;
mod text;
pub mod when;

pub use entry::Bullets;
pub use style::plain;
pub use text::{count, fit, names, one_line, pad, width, words};
