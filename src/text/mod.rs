//! Source text and places in it.
//!
//! Everything that `owed` says about a note points back into the note. This room holds the text as it was read, the
//! byte spans that point into it, and the index that turns a byte into a line. It knows nothing of meetings.

mod nearest;
mod source;
mod span;

pub use nearest::nearest;
pub use source::{Notice, SourceText};
pub use span::Span;
