//! Due phrases: "by Friday", "in two weeks", "before the 2.0 release".
//!
//! A phrase is resolved against the date of the meeting, never against the clock: this room has no way to ask what day
//! it is. What has no calendar date ("next meeting", "once CI is green") stays symbolic.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// When something is due, as the note says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The phrase as written, without emphasis: "by Friday".
    pub phrase: String,
    /// The last day on which it is in time, where the phrase has a calendar date.
    pub date: Option<Date>,
    /// The other reading, where two are in use: "next Friday" is the coming one to some and the one after to others.
    pub alternative: Option<Date>,
}
