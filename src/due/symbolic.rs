//! Due phrases without a calendar date: "soon", "before the next release", "once CI is green".
//!
//! What a program does "before the call" or "when the file is open" looks the same as what the
//! group will do then. So these phrases count only at the end of a clause or at its start, and
//! only with a milestone that groups have, a person as the subject, or a word that says that
//! something is done.

use super::grammar::{amount, skip};
use super::lexicon::Class;
use super::words::{Shape, Words};

/// How many tokens a clause may have that is a due phrase.
const LONGEST_CLAUSE: usize = 12;

/// The token after the phrase that begins at `at`.
pub(super) fn found(words: &Words<'_>, at: usize) -> Option<usize> {
    if words.is_glued(at) {
        return None;
    }
    if let Some(end) = adverb(words, at) {
        return Some(end);
    }
    // "A day before the next meeting", "six weeks after it ships".
    let cue = match amount(words, at) {
        Some((_, end)) if matches!(words.word(end), "before" | "after") => end,
        _ => at,
    };
    // "By next meeting for sure", but not "the next meeting's notes" or "the call to open".
    let is_open = words.is_start(at) || words.word(cue + 1) == "next";
    milestone(words, cue)
        .filter(|end| words.is_end(*end) || (is_open && words.is_boundary(*end)))
        .or_else(|| clause(words, cue))
}

/// "Soon", "ASAP", "later" at the end of a clause. "Eventually" and "at some point" promise nothing.
fn adverb(words: &Words<'_>, at: usize) -> Option<usize> {
    let before = words.word_before(at);
    match words.word(at) {
        "soon" if matches!(before, "as" | "how" | "too" | "so" | "sooner") => None,
        "soon" => Some(skip(words, at + 1, &["thereafter", "after", "enough"])),
        "soonish" | "asap" => Some(at + 1),
        "shortly" => {
            let end = skip(words, at + 1, &["thereafter", "afterwards"]);
            (!matches!(words.word(end), "before" | "after")).then_some(end)
        }
        // "1.85 or later", "an hour later".
        "later" => {
            let is_counted = words.is_a(at.wrapping_sub(1), Class::Unit);
            let is_compared = is_counted || matches!(before, "or" | "and" | "than");
            let end = skip(words, at + 1, &["on"]);
            (words.is_end(end) && !is_compared).then_some(end)
        }
        "as" if words.word(at + 1) == "soon" && words.word(at + 2) == "as" => {
            (words.word(at + 3) == "possible").then_some(at + 4)
        }
        "in" => {
            let near = skip(words, skip(words, at + 1, &["the"]), &["near"]);
            (near > at + 2 && words.word(near) == "future").then_some(near + 1)
        }
        _ => None,
    }
}

/// "Before the 2.0 release", "at the next board meeting", "next time", "by then".
fn milestone(words: &Words<'_>, at: usize) -> Option<usize> {
    let next = at + 1;
    match words.word(at) {
        "by" | "until" | "till" | "til" | "before" if words.word(next) == "then" => Some(next + 1),
        "until" if words.word(next) == "next" && words.is_end(next + 1) => Some(next + 1),
        "by" => by(words, at),
        "before" | "until" | "till" | "til" | "after" => {
            noun(words, next).or_else(|| version(words, next))
        }
        "prior" if words.word(next) == "to" => noun(words, next + 1),
        "ahead" if words.word(next) == "of" => noun(words, next + 1),
        "at" => {
            let has_article = matches!(words.word(next), "the" | "our");
            coming(words, next)
                .or_else(|| noun(words, next).filter(|_| has_article))
                // "At Parser 47", but not "versioned at 0.2".
                .or_else(|| version(words, next).filter(|end| *end > next + 1))
        }
        "in" if words.word(next) == "time" && words.word(at + 2) == "for" => {
            noun(words, at + 3).and_then(|_| clause_end(words, at + 3))
        }
        "in" | "for" | "on" | "during" | "over" => coming(words, next)
            .or_else(|| season(words, next))
            .or_else(|| {
                // "Have it for 4.2", but not "the docs for 4.2".
                let is_object = at > 0 && matches!(words.word(at - 1), "it" | "this" | "them");
                version(words, next).filter(|_| is_object && words.word(at) == "for")
            }),
        "next" => {
            let before = words.word_before(at);
            coming(words, at).filter(|_| !matches!(before, "the" | "our" | "as" | "of"))
        }
        _ => None,
    }
}

/// What follows "by": "by vote" and "by video conference" are ways to do it, and "run by Orchid 8"
/// names a doer.
fn by(words: &Words<'_>, at: usize) -> Option<usize> {
    let next = at + 1;
    let is_agent = at > 0 && words.is_a(at - 1, Class::Participle);
    let is_definite = matches!(
        words.word(next),
        "the" | "our" | "next" | "upcoming" | "this"
    ) || words.is_a(next, Class::Season)
        || words.is_capital(next)
        || words.shape(next) == Some(Shape::Atom);
    noun(words, next)
        .filter(|_| is_definite)
        .or_else(|| version(words, next).filter(|_| !is_agent))
}

/// "The next release", "our upcoming call", "next time".
fn coming(words: &Words<'_>, at: usize) -> Option<usize> {
    let next = skip(words, at, &["the", "our"]);
    if words.is_glued(next + 1) {
        return None;
    }
    match words.word(next) {
        "next" if words.word(next + 1) == "time" => Some(next + 2),
        "next" | "upcoming" | "following" | "coming" => noun(words, next + 1),
        _ => None,
    }
}

/// A milestone with a few words before it: "the 2.0 release", "final core team vote", "the end of
/// the sprint".
fn noun(words: &Words<'_>, at: usize) -> Option<usize> {
    let the = skip(words, at, &["the"]);
    let is_end = words.word(the) == "end" && words.word(the + 1) == "of";
    let at = if is_end { the + 2 } else { at };
    let head = (at..at + 6)
        .take_while(|at| match words.shape(*at) {
            Some(Shape::Word) => ![Class::Function, Class::Modal, Class::Habitual]
                .into_iter()
                .any(|class| words.is_a(*at, class)),
            Some(Shape::Atom | Shape::Number(_) | Shape::Quarter(_)) => true,
            _ => false,
        })
        .find(|at| {
            (words.is_a(*at, Class::Milestone) || words.is_a(*at, Class::Season))
                && !words.is_possessive(*at)
        })?;
    // "Before the beta release": of two milestones, the last is the one.
    let last = head + usize::from(words.is_a(head + 1, Class::Milestone));
    let number = usize::from(matches!(
        words.shape(last + 1),
        Some(Shape::Number(_) | Shape::Atom)
    ));
    Some(last + 1 + number)
}

fn season(words: &Words<'_>, at: usize) -> Option<usize> {
    let the = skip(words, at, &["the"]);
    (the > at && words.is_a(the, Class::Season)).then_some(the + 1)
}

/// "2.0", "v2", "Parser 47": a version is a milestone of those who make it.
fn version(words: &Words<'_>, at: usize) -> Option<usize> {
    let is_name = words.is_capital(at)
        && !matches!(
            words.word(at),
            "" | "pr"
                | "issue"
                | "section"
                | "step"
                | "line"
                | "chapter"
                | "item"
                | "table"
                | "figure"
                | "page"
                | "room"
                | "level"
                | "version"
        );
    let number = at + usize::from(is_name || words.word(at) == "version");
    let is_version = match words.shape(number)? {
        Shape::Number(_) => number > at,
        Shape::Atom => {
            let text = words.text(number).trim_start_matches(['v', 'V']);
            text.bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        }
        _ => false,
    };
    (is_version && words.is_end(number + 1)).then_some(number + 1)
}

/// A clause that says when: "once he's back", "when I have time", "before we decide".
fn clause(words: &Words<'_>, at: usize) -> Option<usize> {
    let before = words.word_before(at);
    let next = words.word(at + 1);
    let opener = words.word(at);
    if words.is_a(at + 1, Class::Function)
        && !matches!(next, "i" | "he" | "she" | "we" | "they" | "it")
    {
        return None;
    }
    let from = match opener {
        "once" if matches!(before, "at" | "all" | "only" | "just" | "more" | "than") => {
            return None;
        }
        "once" if words.is_a(at + 1, Class::Frequency) || next.is_empty() => return None,
        "as" if next == "soon" && words.word(at + 2) == "as" => at + 3,
        "once" | "when" | "after" | "before" | "until" | "till" => at + 1,
        _ => return None,
    };
    let end = if words.is_start(at) {
        // Without a comma or a "will", what is long holds the main clause too.
        main_clause(words, from).or_else(|| {
            let is_short = |end: &usize| words.is_mark(*end, ',') || *end < from + 6;
            clause_end(words, from).filter(is_short)
        })?
    } else {
        clause_end(words, from)?
    };
    let is_due = match opener {
        "once" => {
            let is_clause = end > from + 1 && words.word(from) != "you";
            is_clause || words.is_a(from, Class::Accomplished)
        }
        "when" => {
            let is_ready = end == from + 1 && words.is_a(from, Class::Accomplished);
            is_ready || is_person(words, from, &["i", "he", "she"]) || tells_done(words, from, end)
        }
        _ => {
            is_person(words, from, &["i", "he", "she", "we", "they"])
                || words.is_a(from, Class::Step)
                || tells_done(words, from, end)
        }
    };
    is_due.then_some(end)
}

/// Whether a clause's subject is one of these people, and what they do lies ahead.
fn is_person(words: &Words<'_>, at: usize, people: &[&str]) -> bool {
    people.contains(&words.word(at)) && !words.is_a(at + 1, Class::Participle)
}

/// Whether a clause with a subject says that something is done: "the build is green". Not "we
/// landed it", "Ana decided", which tell of the past.
fn tells_done(words: &Words<'_>, from: usize, end: usize) -> bool {
    let is_told = |at: usize| {
        words.is_a(at, Class::Participle)
            && !words.is_a(at - 1, Class::Be)
            && !words.is_possessive(at - 1)
            && !matches!(
                words.word(at - 1),
                "been" | "has" | "have" | "and" | "fully" | "all"
            )
    };
    !is_person(words, from, &["you", "we", "i"])
        && (from + 1..end).any(|at| words.is_a(at, Class::Accomplished))
        && !(from + 1..end).any(|at| words.word(at) != "been" && is_told(at))
}

/// Where a clause ends that is short enough and not empty.
fn clause_end(words: &Words<'_>, from: usize) -> Option<usize> {
    let end = (from..=from + LONGEST_CLAUSE).find(|at| words.is_end(*at))?;
    (end > from).then_some(end)
}

/// Where the main clause begins after one that opens the sentence without a comma: "once that is
/// ready I'll release".
fn main_clause(words: &Words<'_>, from: usize) -> Option<usize> {
    for at in from + 2..from + LONGEST_CLAUSE {
        if words.is_end(at) {
            return None;
        }
        if words.ending(at) == "ll" {
            return Some(at);
        }
        let has_subject = matches!(words.word(at - 1), "i" | "we" | "he" | "she" | "they");
        match words.word(at) {
            "should" | "would" | "can" | "could" if has_subject => return Some(at - 1),
            "will" => return Some(at - usize::from(has_subject)),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::due::tests::check;

    #[test]
    fn milestones() {
        check(
            "
            let's sync next meeting
                       ^^^^^^^^^^^^ no date
            Ben to report at the next meeting
                          ^^^^^^^^^^^^^^^^^^^ no date
            Ana to post the agenda before next meeting
                                   ^^^^^^^^^^^^^^^^^^^ no date
            a day before the next meeting
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no date
            by next call for sure, yes
            ^^^^^^^^^^^^ no date
            will land it before the 2.0 release
                         ^^^^^^^^^^^^^^^^^^^^^^ no date
            will land it for 1.90
                         ^^^^^^^^ no date
            freeze the API before 2.0
                           ^^^^^^^^^^ no date
            revisit at Orchid 47
                    ^^^^^^^^^^^^ no date
            in time for the summit in Oslo
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no date
            by the end of the sprint
            ^^^^^^^^^^^^^^^^^^^^^^^^ no date
            wait until next
                 ^^^^^^^^^^ no date
            finish the port by then
                            ^^^^^^^ no date
            this summer, by the end of summer
            ^^^^^^^^^^^ no date
                         ^^^^^^^^^^^^^^^^^^^^ no date
            after Friday
            ^^^^^^^^^^^^ no date
            the docs for 1.90 users, versioned at 0.2, supported by Orchid 8
            decided by vote, by video conference, before each release
            notes of the next meeting, to release it as the next version
            the next item, the next step, this one, 1.6 on 2 hosts
            the lock is taken before the call to open
            ",
        );
    }

    #[test]
    fn clauses_that_say_when() {
        check(
            "
            will publish it once CI is green
                            ^^^^^^^^^^^^^^^^ no date
            once he's back
            ^^^^^^^^^^^^^^ no date
            Once that is ready I'll cut a release
            ^^^^^^^^^^^^^^^^^^ no date
            Once the mirror is up, Tom will announce it
            ^^^^^^^^^^^^^^^^^^^^^ no date
            Farah to rerun it when she is back
                              ^^^^^^^^^^^^^^^^ no date
            will post when ready
                      ^^^^^^^^^^ no date
            Priya to rebase after the parser change lands
                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no date
            hold it until the vote is over
                    ^^^^^^^^^^^^^^^^^^^^^^ no date
            ask before we decide
                ^^^^^^^^^^^^^^^^ no date
            will do it as soon as I can
                       ^^^^^^^^^^^^^^^^ no date
            it panics when the file is open, and stops as soon as it reads
            happens once per frame, once a week, all at once
            check the input before allocating
            ",
        );
    }

    #[test]
    fn vague_words() {
        check(
            "
            Oskar will post it soon
                               ^^^^ no date
            Soon we will have a mirror
            ^^^^ no date
            will look into it ASAP
                              ^^^^ no date
            as soon as possible
            ^^^^^^^^^^^^^^^^^^^ no date
            will get back to it later
                                ^^^^^ no date
            in the near future
            ^^^^^^^^^^^^^^^^^^ no date
            works on 1.85 or later, an hour later, later versions, too soon
            ",
        );
    }
}
