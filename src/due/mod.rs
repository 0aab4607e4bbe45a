//! Due phrases: "by Friday", "in two weeks", "before the 2.0 release".
//!
//! A phrase is resolved against the date of the meeting, never against the clock: this room has no
//! way to ask what day it is. What has no calendar date ("next meeting", "once CI is green") stays
//! symbolic. The module `calendar` states the conventions by which a phrase gets its date, `cues`
//! says which words make it a phrase, and `context` when it is none.

mod calendar;
mod context;
mod cues;
mod grammar;
mod lexicon;
mod symbolic;
mod words;

#[cfg(test)]
mod tests;

use crate::text::Span;
use calendar::{Relation, Resolved, When};
use context::Context;
use cues::{Cue, Found};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use words::Words;

/// When something is due, as the note says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The phrase as written, without emphasis: "by Friday".
    pub phrase: String,
    /// The last day on which it is in time, where the phrase has a calendar date.
    pub date: Option<Date>,
    /// The other reading, where two are in use: "next Friday" is the coming one to some and the
    /// one after to others.
    pub alternative: Option<Date>,
}

/// A due phrase in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// Where it stands, with its cue: "by Friday".
    pub span: Span,
    /// What it says.
    pub due: Due,
}

impl Due {
    /// The last day on which it is in time, by the later reading.
    pub fn last(&self) -> Option<Date> {
        self.date.max(self.alternative)
    }

    /// Whether it is the next meeting of the group, whose day is not known from the phrase: "by next meeting", "before
    /// the next call", "next time"; not "a day before the next meeting" or "after the next call", which are other days.
    pub fn is_next_meeting(&self) -> bool {
        const MEETINGS: [&str; 6] = ["meeting", "call", "sync", "session", "time", "standup"];
        const CUES: [&str; 10] = [
            "by", "before", "until", "till", "at", "for", "in", "on", "the", "our",
        ];
        let phrase = self.phrase.to_lowercase();
        let mut words = phrase.split_whitespace();
        let before: Vec<&str> = words.by_ref().take_while(|word| *word != "next").collect();
        let is_plain = before.len() <= 2 && before.iter().all(|word| CUES.contains(word));
        let rest: Vec<&str> = words.collect();
        let named = rest.first().is_some_and(|word| MEETINGS.contains(word));
        // "The next TSC meeting".
        let of_group = rest.get(1) == Some(&"meeting") && !rest[0].ends_with("'s");
        self.date.is_none() && is_plain && (named || of_group)
    }
}

/// Every due phrase of a clause, in order, none overlapping another.
///
/// `anchor` is the date of the meeting. Without it, phrases are found all the same, and only those
/// that name their year have a date. A text of several sentences may be given too.
///
/// ```
/// use jiff::civil::date;
///
/// let text = "Ana to send the draft by Friday";
/// let phrases = owed::due::find(text, Some(date(2025, 4, 24)));
/// assert_eq!(phrases[0].span.of(text), "by Friday");
/// assert_eq!(phrases[0].due.date, Some(date(2025, 4, 25)));
/// ```
pub fn find(text: &str, anchor: Option<Date>) -> Vec<Phrase> {
    if lexicon::may_hold_due(text) {
        scan(text, anchor)
    } else {
        Vec::new()
    }
}

fn scan(text: &str, anchor: Option<Date>) -> Vec<Phrase> {
    let words = Words::of(text);
    let mut context = Context::default();
    let mut phrases = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if let Some(found) = in_context(&words, at, &context, anchor) {
            let (resolved, end) = widened(&words, found, anchor);
            phrases.push(phrase(&words, at, end, resolved, text));
            at = end;
        } else {
            context.pass(&words, at);
            at += 1;
        }
    }
    phrases
}

/// A due phrase that stands alone, such as a table's cell: "Friday", "2025-05-01", "in two weeks".
/// It may do without a cue, and lie in the past. `None` where the text is anything more or else.
pub fn parse(text: &str, anchor: Option<Date>) -> Option<Due> {
    let words = Words::of(text);
    let is_mark = |at: &usize| matches!(words.shape(*at), Some(words::Shape::Mark(_)));
    let start = (0..words.len()).find(|at| !is_mark(at))?;
    let end = (0..words.len()).rev().find(|at| !is_mark(at))? + 1;
    let (resolved, after) = widened(&words, alone(&words, start)?, anchor);
    if after < end {
        return None;
    }
    Some(phrase(&words, start, end, resolved, text).due)
}

/// What stands at a token that needs neither cue nor context.
fn alone(words: &Words<'_>, at: usize) -> Option<Found> {
    grammar::when(words, at)
        .or_else(|| grammar::amount(words, at))
        .map(Found::bare)
        .or_else(|| cues::found(words, at))
        .or_else(|| symbolic::found(words, at).map(Found::symbolic))
}

/// What stands at a token and says when something is to be.
fn in_context(
    words: &Words<'_>,
    at: usize,
    context: &Context,
    anchor: Option<Date>,
) -> Option<Found> {
    cues::found(words, at)
        .filter(|found| !is_told(*found, anchor))
        .filter(|found| found.cue == Cue::Firm || !context.forbids(words, at, found))
        .or_else(|| symbolic::found(words, at).map(Found::symbolic))
}

/// Whether the date itself shows that a phrase tells of what has been.
fn is_told(found: Found, anchor: Option<Date>) -> bool {
    let is_absolute = matches!(found.when, When::On(_) | When::MonthDay(_));
    let date = found.when.resolve(found.relation, anchor).date;
    let (Some(date), Some(anchor)) = (date, anchor) else {
        return found.cue == Cue::None && is_absolute;
    };
    match found.cue {
        // "By March 6" is overdue in April; "by 2023" is not meant in 2025.
        Cue::Firm => date < anchor && found.when.is_year_up_to(anchor),
        Cue::Loose => date < anchor || found.when.is_year_up_to(anchor),
        // A date by itself may be the meeting's own, in a title.
        Cue::None => date < anchor || (is_absolute && date == anchor),
    }
}

/// A phrase's dates and the token after it, once what may follow is taken in: another day ("today
/// or tomorrow", of which the later is the limit), a day in brackets ("next meeting (May 6)"), "at
/// the latest".
fn widened(words: &Words<'_>, found: Found, anchor: Option<Date>) -> (Resolved, usize) {
    let mut resolved = found.when.resolve(found.relation, anchor);
    let mut end = found.end;
    let day = |at: usize| {
        let (when, after) = grammar::when(words, at)?;
        Some((when.resolve(Relation::In, anchor).date?, after))
    };
    if (words.word(end) == "or" || words.is_mark(end, '/'))
        && let Some((other, after)) = day(end + 1)
        && let Some(date) = resolved.date
    {
        resolved = Resolved {
            date: Some(date.max(other)),
            alternative: Some(date.min(other)),
        };
        end = after;
    }
    if words.is_mark(end, '(') {
        let sure = grammar::skip(
            words,
            end + 1,
            &["possibly", "maybe", "perhaps", "probably"],
        );
        if let Some((other, after)) = day(sure)
            && words.is_mark(after, ')')
        {
            if sure > end + 1 {
                resolved.alternative = Some(other);
            } else if !found.when.is_day() {
                resolved.date = Some(other);
                resolved.alternative = None;
            }
            end = after + 1;
        }
    }
    let at_the = grammar::skip(words, grammar::skip(words, end, &["at"]), &["the"]);
    if words.word(at_the) == "latest" {
        end = at_the + 1;
    }
    (resolved, end)
}

fn phrase(words: &Words<'_>, at: usize, end: usize, resolved: Resolved, text: &str) -> Phrase {
    let mut span = words.span(at, end);
    if span.of(text).contains(EMPHASIS) {
        // Of "by **Friday**", all of it.
        let rest = &text[span.end..];
        span.end += rest.len() - rest.trim_start_matches(EMPHASIS).len();
    }
    Phrase {
        span,
        due: Due {
            phrase: without_emphasis(span.of(text)),
            date: resolved.date,
            alternative: resolved.alternative,
        },
    }
}

const EMPHASIS: [char; 3] = ['*', '_', '~'];

/// The words of a phrase on one line, without the marks of emphasis.
fn without_emphasis(text: &str) -> String {
    text.split_whitespace()
        .map(|word| word.trim_matches(EMPHASIS))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
