//! What the words before a phrase say about it: whether they tell of the past, or belong to
//! another clause.

use super::calendar::{Stretch, When, Which};
use super::cues::Found;
use super::lexicon::Class;
use super::words::{Shape, Words};

/// What has been passed since the last mark.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context {
    is_past: bool,
    is_future: bool,
    is_finite: bool,
    is_progressive: bool,
    clause: Inner,
}

/// Whether the words stand in a clause inside the clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inner {
    #[default]
    No,
    /// After a "that" which may yet be a pronoun.
    Maybe,
    Yes,
}

impl Context {
    /// Takes a token in.
    pub(super) fn pass(&mut self, words: &Words<'_>, at: usize) {
        if let Some(Shape::Mark(_)) = words.shape(at) {
            if words.is_end(at) {
                *self = Self::default();
            }
            return;
        }
        let word = words.word(at);
        if words.is_a(at, Class::Modal) || words.ending(at) == "ll" {
            self.is_future = true;
            self.clause = Inner::No;
        } else if words.is_a(at, Class::Subordinator)
            || (word == "as" && matches!(words.word(at + 1), "it" | "we" | "they"))
        {
            self.clause = Inner::Yes;
        } else if word == "that" {
            let is_relative = !words.is_start(at) && !words.is_a(at - 1, Class::Saying);
            if is_relative && !words.is_possessive(at) {
                self.clause = Inner::Maybe;
            }
        } else if words.is_a(at, Class::Finite) || is_told(words, at) {
            self.is_finite |= words.is_a(at, Class::Finite);
            self.is_past |= is_told(words, at);
            if self.clause == Inner::Maybe {
                self.clause = Inner::Yes;
            }
        }
        self.is_progressive |= word.len() > 4 && word.ends_with("ing");
    }

    /// Whether a phrase without a firm cue is none of the clause's own: it tells when something
    /// happened, or belongs to the clause inside.
    pub(super) fn forbids(&self, words: &Words<'_>, at: usize, found: &Found) -> bool {
        let Found { when, end, .. } = *found;
        if self.clause == Inner::Yes {
            return true;
        }
        if is_ahead(when) && words.word(at) != "after" {
            return false;
        }
        // "That is how it works today."
        let is_state =
            words.word(at) == "today" && self.is_finite && !self.is_progressive && !self.is_future;
        // "In March we slowed down."
        let is_told_after = matches!(words.word(end), "we" | "i" | "they" | "he" | "she" | "it")
            && words.is_a(end + 1, Class::Participle);
        is_state || is_told_after || (!self.is_future && (self.is_past || is_told_at(words, at)))
    }
}

/// Whether a word is a verb that tells of the past: "we landed", "Ana landed", "landed" at a start;
/// not "will be landed", "the updated draft".
fn is_told(words: &Words<'_>, at: usize) -> bool {
    words.is_a(at, Class::Participle)
        && (words.is_a(at, Class::Past)
            || words.is_start(at)
            || words.is_a(at - 1, Class::Teller)
            || (words.is_capital(at - 1) && !words.is_start(at - 1)))
}

/// Whether what stands right before a phrase tells of the past: "the parser stalled in March",
/// "back in March".
fn is_told_at(words: &Words<'_>, at: usize) -> bool {
    let before = at.wrapping_sub(1);
    let is_back = words.word(before) == "back" && words.word(at) == "in";
    let is_passive = words.is_a(before.wrapping_sub(1), Class::Be);
    is_back || (words.is_a(before, Class::Participle) && !is_passive)
}

/// Whether it lies ahead whatever the words around it say.
fn is_ahead(when: When) -> bool {
    match when {
        When::Ahead(count, _) => count > 0,
        When::Weekday(_, which) => which == Which::Next,
        When::WeekdayOf(_, weeks) => weeks > 0,
        When::Part(
            Stretch::Week(count)
            | Stretch::Weekend(count)
            | Stretch::Month(count)
            | Stretch::Quarter(count)
            | Stretch::Year(count),
            _,
        ) => count > 0,
        _ => false,
    }
}
