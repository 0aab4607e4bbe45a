//! What became of what was said: one HTML file with charts that needs nothing beside itself.
//!
//! It is for people, not against them: nobody is put above anybody else, what is counted by person is in order of their
//! names, and can be left out.

mod charts;
mod figures;
mod page;

pub use figures::{CARRIED, Carried, Figures, Options, POINTS, Spread, Stretch, Tally, figures};
pub use page::page;
