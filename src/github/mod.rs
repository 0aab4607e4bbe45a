//! Items and the issues of GitHub: which to open, which there are, what became of them. The only HTTP to elsewhere;
//! it is async inside [`Client`] alone.
//!
//! [`plan`] says what would be done and why, as plain values. [`Run`] carries it out by way of the ledger's outbox,
//! never twice and never to be lost. [`refresh`] keeps an index of what there is, [`sync()`] brings back what became of
//! it. Words of notes go out only as Markdown that calls nobody and refers to nothing. This room knows neither notes
//! nor rules, and asks nobody for the time.

mod client;
mod comment;
mod draft;
mod error;
mod filing;
mod follows;
mod index;
mod inert;
mod likely;
mod outbox;
mod project;
mod ready;
mod reference;
mod sync;
mod wire;

pub use client::{Client, Pace, Token, Wait, check_host, is_loopback};
pub use comment::{Commented, comment};
pub use draft::{
    Draft, LONGEST_BODY, LONGEST_TITLE, TEMPLATE, Target, draft, marked, marker, template_error,
};
pub use error::GithubError;
pub use filing::{Ask, Filing, Left, Step, Surroundings, Why, plan, url_of};
pub use index::{Refreshed, issue_at, look_up, refresh};
pub use inert::inert;
pub use likely::{Known, Likely};
pub use outbox::{
    Note, Run, SETTLED, Told, comment_marker, note_errand, open_errand, project_errand, project_of,
};
pub use project::Project;
pub use ready::lacking;
pub use reference::{Reference, Repository, is_pull, named};
pub use sync::{Effect, Event, News, Options, Policy, Report, sync};
