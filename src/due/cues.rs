//! Which words before a place in the calendar make it a due phrase: "by Friday", "in two weeks".

use super::calendar::{Relation, Stretch, Unit, When};
use super::grammar::{Parsed, amount, skip, time_of_day, when};
use super::lexicon::Class;
use super::words::{Shape, Words};

/// A due phrase that begins at a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Where in the calendar.
    pub(super) when: When,
    /// How the cue relates to it.
    pub(super) relation: Relation,
    /// How far the cue alone makes it a limit.
    pub(super) cue: Cue,
    /// The token after it.
    pub(super) end: usize,
}

impl Found {
    /// A place in the calendar by itself.
    pub(super) fn bare((when, end): (When, usize)) -> Self {
        Self {
            when,
            relation: Relation::In,
            cue: Cue::None,
            end,
        }
    }

    /// A phrase that is no place in the calendar.
    pub(super) fn symbolic(end: usize) -> Self {
        Self {
            when: When::Unclear,
            relation: Relation::In,
            cue: Cue::Firm,
            end,
        }
    }
}

/// How far what leads a place in the calendar makes it a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// "By", "due": a limit whatever stands around it.
    Firm,
    /// "On", "in": these tell of the past as readily.
    Loose,
    /// None: "tomorrow", "(May 2)".
    None,
}

/// The due phrase that begins at a token, with its cue.
pub(super) fn found(words: &Words<'_>, at: usize) -> Option<Found> {
    if words.is_glued(at) {
        return None;
    }
    let found = led(words, at).or_else(|| bare(words, at))?;
    within_event(words, found)
}

/// A phrase led by a cue.
fn led(words: &Words<'_>, at: usize) -> Option<Found> {
    let firm = |relation, (when, end)| Found {
        when,
        relation,
        cue: Cue::Firm,
        end,
    };
    let loose = |(when, end)| Found {
        when,
        relation: Relation::In,
        cue: Cue::Loose,
        end,
    };
    let next = at + 1;
    if words.is_glued(next) {
        return None;
    }
    match words.word(at) {
        "due" | "eta" | "deadline" => deadline(words, next).map(|it| firm(Relation::UpTo, it)),
        "no" | "not" => {
            let is_latest = words.word(next) == "later" && words.word(at + 2) == "than";
            let it = when(words, at + 3).filter(|_| is_latest)?;
            Some(firm(Relation::UpTo, it))
        }
        "by" => {
            let it = limit(words, skip(words, next, ABOUT))?;
            (!is_agent(words, at, it.0)).then(|| firm(Relation::UpTo, it))
        }
        "until" | "till" | "til" => limit(words, next).map(|it| firm(Relation::UpTo, it)),
        "before" => limit(words, next).map(|it| firm(Relation::Before, it)),
        "on" => {
            let or_before = skip(words, skip(words, next, &["or"]), &["before"]);
            let it = when(words, or_before).filter(|(it, _)| {
                it.is_day() || matches!(it, When::Part(Stretch::Weekend(_), _))
            })?;
            if or_before > next {
                Some(firm(Relation::UpTo, it))
            } else {
                Some(loose(it))
            }
        }
        "in" | "within" | "inside" => inside(words, skip(words, next, ABOUT)).map(loose),
        "over" | "during" | "throughout" => {
            when(words, next).filter(|(it, _)| !it.is_day()).map(loose)
        }
        "at" => {
            let it = when(words, next)?;
            // "To look at this week" is no time that anything is at.
            let is_point = time_of_day(words, next).is_some()
                || words.is_possessive(it.1 - 1)
                || (matches!(it.0, When::Part(..) | When::Ahead(0, _))
                    && !matches!(words.word(next), "today" | "tonight" | "this" | "next"));
            (is_point && !is_idiom(words, next, it.0)).then(|| loose(it))
        }
        "for" => what_for(words, at).map(loose),
        "around" | "about" => {
            // "To worry about today".
            let is_object = matches!(words.word(next), "today" | "tomorrow" | "this" | "next");
            when(words, next).filter(|_| !is_object).map(loose)
        }
        "sometime" => {
            let cue = skip(words, next, &["in", "on", "around", "during"]);
            when(words, cue).map(loose)
        }
        // "After Friday" begins there and has no end; "after two weeks" is two weeks on; "after a
        // week" tells how things go.
        "after" => match amount(words, next) {
            Some(it) => (words.word(next) != "a").then(|| loose(it)),
            None => {
                let (_, end) = when(words, next)?;
                words
                    .is_boundary(end)
                    .then(|| firm(Relation::In, (When::Unclear, end)))
            }
        },
        // But not "a topic for another day".
        "another" if words.word(next) != "day" => amount(words, at).map(loose),
        _ => None,
    }
}

const ABOUT: &[&str] = &[
    "about",
    "around",
    "roughly",
    "approximately",
    "like",
    "maybe",
    "under",
];

/// What follows "due", "ETA", "deadline".
fn deadline(words: &Words<'_>, at: usize) -> Parsed<When> {
    let mut at = skip(words, at, &["date"]);
    for _ in 0..3 {
        let is_filler = matches!(
            words.shape(at),
            Some(Shape::Mark(':' | '-' | '–' | '=' | '|'))
        ) || matches!(
            words.word(at),
            "is" | "of" | "for" | "by" | "on" | "in" | "at" | "around" | "back"
        );
        at += usize::from(is_filler);
    }
    when(words, at).or_else(|| amount(words, at))
}

/// A limit: a place in the calendar, or a time of the meeting's day.
fn limit(words: &Words<'_>, at: usize) -> Parsed<When> {
    if matches!(words.shape(at), Some(Shape::Slashed(1..=3, 2..=4, None))) {
        // "By 2/3" is a majority.
        return None;
    }
    when(words, at).or_else(|| {
        let end = time_of_day(words, at)?;
        Some((When::Ahead(0, Unit::Day), end))
    })
}

/// Whether "by" names the one who did it: "written by April".
fn is_agent(words: &Words<'_>, by: usize, when: When) -> bool {
    let is_name = matches!(
        when,
        When::Part(Stretch::NamedMonth(1 | 4 | 5 | 6 | 8, None), _)
    );
    let verb = by.wrapping_sub(1);
    is_name && words.is_a(verb, Class::Participle)
}

/// What follows "in" and "within": an amount, or a stretch.
fn inside(words: &Words<'_>, at: usize) -> Parsed<When> {
    amount(words, at).or_else(|| {
        // "In the next day" is one, "in Friday" is none.
        when(words, at).filter(|(it, _)| !it.is_day() || matches!(it, When::Ahead(1, _)))
    })
}

/// What follows "for": a day or a week that something is put off or set to. A longer stretch is
/// the subject ("numbers for March") unless a plan leads it ("scheduled for March").
fn what_for(words: &Words<'_>, at: usize) -> Parsed<When> {
    let (when, end) = when(words, at + 1)?;
    let is_planned = at > 0 && words.is_a(at - 1, Class::Scheduled);
    match when {
        _ if is_planned => Some((when, end)),
        When::Ahead(..) | When::Unclear => None,
        When::Part(Stretch::Week(_) | Stretch::Weekend(_), _) => Some((when, end)),
        When::Part(..) => words.is_start(at).then_some((When::Unclear, end)),
        _ => Some((when, end)),
    }
}

/// "At the end of the day" is not about time.
fn is_idiom(words: &Words<'_>, at: usize, when: When) -> bool {
    words.word(at) == "the" && matches!(when, When::Ahead(0, _))
}

/// A phrase that needs no cue.
fn bare(words: &Words<'_>, at: usize) -> Option<Found> {
    // "Last Friday", "can't today".
    let before = at.wrapping_sub(1);
    if words.is_a(before, Class::Taking) || words.ending(before) == "t" {
        return None;
    }
    match words.word(at) {
        "today" if words.word_before(at) == "for" || is_nowadays(words, at) => None,
        "later" | "end" | "beginning" | "start" | "middle" | "early" | "late" | "mid" | "this"
        | "next" | "the" | "today" | "tonight" | "tomorrow" | "eod" | "cob" | "eob" | "eow"
        | "eom" | "eoq" | "eoy" | "midweek" | "week" | "month" | "quarter" | "year" | "noon"
        | "midnight" => {
            let (when, end) = when(words, at)?;
            // "Out for the next two weeks", "the 4th is odd".
            let is_length = matches!(when, When::Ahead(1.., _))
                && matches!(words.word(at), "the" | "next")
                && words.word(end - 1) != "tomorrow";
            // "End-of-year report".
            let is_adjective = words.is_glued(end - 1) && !words.is_boundary(end);
            let is_other = is_length || is_adjective || matches!(when, When::DayOfMonth(_));
            (!is_other && !is_idiom(words, at, when)).then(|| Found::bare((when, end)))
        }
        _ => counted(words, at)
            .or_else(|| final_day(words, at))
            .map(Found::bare),
    }
}

/// Whether "today" means these days: "Today the parser stops there."
fn is_nowadays(words: &Words<'_>, at: usize) -> bool {
    let has_future =
        (at + 1..at + 5).any(|next| words.ending(next) == "ll" || words.is_a(next, Class::Modal));
    let is_alone = words.is_end(at + 1) || words.is_mark(at + 1, '/') || words.word(at + 1) == "or";
    words.is_start(at) && !is_alone && !has_future
}

/// "Two weeks from now"; at a clause's end also "a week or so".
fn counted(words: &Words<'_>, at: usize) -> Parsed<When> {
    let (when, end) = amount(words, at)?;
    let is_from_now =
        end >= 2 && words.word(end - 2) == "from" && matches!(words.word(end - 1), "now" | "today");
    let is_or_so = when == When::Unclear
        && words.word(end - 2) == "or"
        && matches!(words.word(end - 1), "so" | "two")
        && words.is_end(end);
    (is_from_now || is_or_so).then_some((when, end))
}

/// A day without any cue, where nothing follows it: "will do Monday", "(30 Jan)".
fn final_day(words: &Words<'_>, at: usize) -> Parsed<When> {
    let may_be_day = words.weekday(at).is_some()
        || words.month(at).is_some()
        || words.day(at).is_some()
        || matches!(words.shape(at), Some(Shape::Date(_) | Shape::Clock));
    if at == 0 || !may_be_day {
        return None;
    }
    let is_led = match words.shape(at - 1)? {
        Shape::Mark(mark) => matches!(mark, '(' | '[' | ',' | ':' | '-' | '–' | '—' | '|'),
        Shape::Word => !words.is_a(at - 1, Class::Joining),
        _ => true,
    };
    if !is_led {
        return None;
    }
    let (when, end) = when(words, at)?;
    // "Sun" and "Wed" by themselves are names and words.
    let is_day = match when {
        When::Weekday(..) => words.word(at).len() > 3 || end > at + 1,
        When::DayOfMonth(_) => false,
        _ => when.is_day(),
    };
    (is_day && words.is_boundary(end)).then_some((when, end))
}

/// "Next week's meeting" is the phrase, not "next week"; "this week's changes" are no due.
fn within_event(words: &Words<'_>, found: Found) -> Option<Found> {
    let last = found.end - 1;
    if !words.is_possessive(last) || (words.ending(last).is_empty() && words.is_boundary(found.end))
    {
        return Some(found);
    }
    if matches!(found.when, When::Ahead(0, _)) {
        // "Today's meeting" is this one.
        return None;
    }
    if found.cue == Cue::None && found.when.is_day() {
        // "To copy Monday's meeting".
        return None;
    }
    let event = (found.end..found.end + 5)
        .take_while(|at| matches!(words.shape(*at), Some(Shape::Word | Shape::Atom)))
        .find(|at| words.is_a(*at, Class::Milestone))?;
    // The group's own next meeting is a week from this one.
    let is_own = event == found.end && words.is_a(event, Class::Meeting);
    let when = match found.when {
        When::Part(Stretch::Week(1), _) if is_own => When::Ahead(1, Unit::Week),
        when => when,
    };
    Some(Found {
        when,
        end: event + 1,
        ..found
    })
}
