//! The words that the grammar knows, and the first look at a text.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word may be. A word can be of several classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Part of a place in the calendar; where it stands, there may be a due phrase.
    Calendar,
    /// Begins or makes a phrase without a calendar date; there may be a due phrase.
    Opener,
    /// Of the first two kinds with a capital, and another word without one.
    CapitalOnly,
    /// Takes a milestone: "by the release".
    MilestoneCue,
    /// What comes round or comes up at a time that the group knows.
    Milestone,
    /// A milestone that is a gathering of the group.
    Meeting,
    Season,
    /// What time is counted in.
    Unit,
    /// Names part of a day.
    PartOfDay,
    /// Follows a time of day: a zone's name.
    TimeZone,
    /// Shows that no noun carries a phrase on: "by Friday and …", not "the Friday build".
    Function,
    /// Turns a clause to what is to come: "the patch that will land on Monday".
    Modal,
    /// A finite form that carries a clause of its own, without saying when.
    Finite,
    /// Makes the participle after it a passive.
    Be,
    /// A past form that is nothing else.
    Past,
    /// Any past form, or a participle in -ed, but for those of arranging.
    Participle,
    /// A form in -ed of a verb of arranging: what was "agreed" or "moved" lies ahead.
    Arranged,
    /// Stands right before a past form that is the clause's verb: "we landed".
    Teller,
    /// A participle or noun of a plan: "scheduled for March".
    Scheduled,
    /// Takes what follows out of the clause: it is due, or happened, elsewhere.
    Subordinator,
    /// Stands before a "that" which only hands on what is said.
    Saying,
    /// Says that a thing is over and done, at the end of "once …", "after …", "when …".
    Accomplished,
    /// A step of a group's work, as distinct from what a program does before another thing.
    Step,
    /// Takes the phrase after it: "last Friday", "every week", "the notes of Monday".
    Taking,
    /// Needs something between it and a day.
    Joining,
    /// Makes of a milestone any of its kind: "before each release".
    Habitual,
    /// After "once", makes it a frequency: "once a week".
    Frequency,
}

const LISTS: &[(Class, &str)] = &[
    (
        Class::Calendar,
        "monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat \
         sunday sun january jan february feb march mar april apr may june jun july jul august aug \
         september sep sept october oct november nov december dec \
         today tonight tomorrow morning afternoon evening noon midnight midweek weekend business \
         hour hours hr hrs day days week weeks wk wks fortnight month months quarter quarters year \
         years q1 q2 q3 q4 h1 h2 eod eob cob eow eom eoq eoy",
    ),
    (
        Class::Opener,
        "soon soonish asap shortly later future once when before after until till til next then",
    ),
    (Class::CapitalOnly, "may mon wed sat sun"),
    (
        Class::MilestoneCue,
        "by at for prior ahead upcoming following coming",
    ),
    (
        Class::Milestone,
        "meeting meetings mtg call calls sync standup session retro f2f release releases version \
         beta rc alpha ga lts launch milestone sprint cycle iteration branch freeze cutoff deadline \
         summit conference conf workshop hackathon talk demo plenary vote fcp election elections \
         holiday holidays vacation christmas easter stabilization kickoff",
    ),
    (
        Class::Meeting,
        "meeting meetings mtg call calls sync standup session retro f2f",
    ),
    (Class::Season, "spring summer autumn fall winter"),
    (
        Class::Unit,
        "minute minutes hour hours hr hrs day days week weeks wk wks fortnight month months quarter \
         quarters year years",
    ),
    (
        Class::PartOfDay,
        "morning afternoon evening night noon midnight",
    ),
    (
        Class::TimeZone,
        "utc gmt pt pst pdt et est edt ct cst cdt mt cet cest bst jst ist aoe",
    ),
    (
        Class::Function,
        "and but or so then though although unless if because since as when while once with \
         without to for by in on at before after until from via about we i he she they you it will \
         is are should can could would might must please too also either instead now maybe \
         hopefully probably perhaps latest anyway",
    ),
    (
        Class::Modal,
        "will shall should must can could would might to gonna plan plans planning need needs \
         let lets please aim aiming hope hoping expect get want try",
    ),
    (Class::Finite, "is are has have do does don doesn isn aren"),
    (Class::Be, "be being get gets getting is are"),
    (
        Class::Past,
        "was were had did went met got sent wrote ran said came saw gave found took made began \
         broke built held kept left lost spoke spent told won been",
    ),
    (
        Class::Participle,
        "written given shown taken seen drawn driven led",
    ),
    (
        Class::Arranged,
        "scheduled rescheduled planned slated targeted booked agreed decided promised proposed \
         asked volunteered offered committed moved postponed deferred delayed pushed bumped needed \
         expected required wanted invited reminded assigned hoped proceed exceed",
    ),
    (
        Class::Teller,
        "i we he she they it you this that which who have has just already recently finally also",
    ),
    (
        Class::Scheduled,
        "scheduled rescheduled planned slated set targeted booked aim aiming plan planning target \
         targeting shooting track due",
    ),
    (
        Class::Subordinator,
        "which who whose because since when whenever while where how what why than once after \
         before until",
    ),
    (
        Class::Saying,
        "think thinks hope hopes hoping hopefully believe say says said agreed decided suggest \
         suggests propose so and but if sure expect ensure note do does did like is mean means",
    ),
    (
        Class::Accomplished,
        "ready done available back merged merges merge landed lands land released releases shipped \
         ships ship published out stable stabilized stabilizes finished finishes complete completed \
         completes fixed approved accepted closed closes over green passes pass settled decided \
         resolved sorted deployed works branches forks around right permits allows possible \
         installed exists unblocked updated started starts ends online",
    ),
    (
        Class::Step,
        "submitting moving merging landing releasing shipping publishing announcing deciding \
         starting closing finishing proceeding committing tagging branching voting meeting going",
    ),
    (
        Class::Taking,
        "last past previous every each most since from of the per than as like between except not \
         vs only",
    ),
    (
        Class::Joining,
        "and or a an on in at by for with about after before until is its was are that these those \
         all any some",
    ),
    (Class::Habitual, "each every any all last previous past of"),
    (
        Class::Frequency,
        "a an per every each in more again and or upon only for",
    ),
];

static CLASSES: LazyLock<HashMap<&str, Classes>> = LazyLock::new(|| {
    let mut classes: HashMap<&str, Classes> = HashMap::new();
    for (class, words) in LISTS {
        for word in words.split(' ') {
            classes.entry(word).or_default().add(*class);
        }
    }
    classes
});

/// The classes of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u32);

impl Classes {
    /// The classes of a word in lower case.
    pub(super) fn of(word: &str) -> Self {
        let mut classes = CLASSES.get(word).copied().unwrap_or_default();
        let is_past_form = word.len() > 4 && word.ends_with("ed") && !classes.has(Class::Arranged);
        if is_past_form || classes.has(Class::Past) {
            classes.add(Class::Participle);
        }
        classes
    }

    /// Whether this is one of them.
    pub(super) fn has(self, class: Class) -> bool {
        self.0 & (1 << class as u32) != 0
    }

    fn add(&mut self, class: Class) {
        self.0 |= 1 << class as u32;
    }
}

/// Whether a text may hold a due phrase at all: one look at its words, since most clauses hold
/// none.
///
/// Every phrase of the grammar holds a word that tells by itself, or a milestone or figure
/// together with one of the cues that take these.
pub(super) fn may_hold_due(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut has_milestone, mut has_cue) = (false, false);
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let hint = if bytes[start].is_ascii_digit() {
            figure_hint(&bytes[start..at], &bytes[at..])
        } else {
            word_hint(&bytes[start..at])
        };
        match hint {
            Hint::Sure => return true,
            Hint::Milestone => has_milestone = true,
            Hint::Cue => has_cue = true,
            Hint::None => {}
        }
        if has_milestone && has_cue {
            return true;
        }
    }
    false
}

/// What a word or figure lets expect.
enum Hint {
    Sure,
    Milestone,
    Cue,
    None,
}

/// 2026; 7th, 5pm; 8/13, 01.05.2025, 15:00. Any other may be a version.
fn figure_hint(figure: &[u8], after: &[u8]) -> Hint {
    let is_joined = match after {
        [b'/' | b':', digit, ..] => digit.is_ascii_digit(),
        [b'.', day, b'.', ..] | [b'.', _, day, b'.', ..] => day.is_ascii_digit(),
        _ => false,
    };
    let is_year = figure.len() == 4 && matches!(figure[..2], [b'1', b'9'] | [b'2', b'0' | b'1']);
    let has_suffix = matches!(
        figure.to_ascii_lowercase().as_slice(),
        [.., b's', b't'] | [.., b'n', b'd'] | [.., b'r', b'd'] | [.., b't', b'h'] | [.., b'm']
    );
    if is_joined || is_year || has_suffix {
        Hint::Sure
    } else {
        Hint::Milestone
    }
}

fn word_hint(word: &[u8]) -> Hint {
    // As long as the longest word that gives a hint, "stabilization".
    let mut lower = [0; 13];
    let Some(lower) = lower.get_mut(..word.len()) else {
        return Hint::None;
    };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    let classes = std::str::from_utf8(lower).map_or_else(|_| Classes::default(), Classes::of);
    if classes.has(Class::CapitalOnly) && word[0].is_ascii_lowercase() {
        Hint::None
    } else if classes.has(Class::Calendar)
        || classes.has(Class::Opener)
        || classes.has(Class::Season)
    {
        Hint::Sure
    } else if classes.has(Class::MilestoneCue) {
        Hint::Cue
    } else if classes.has(Class::Milestone) || matches!(word, [b'v' | b'V', b'0'..=b'9', ..]) {
        Hint::Milestone
    } else {
        Hint::None
    }
}

#[cfg(test)]
mod tests {
    use super::{Class, Classes, may_hold_due};

    #[test]
    fn most_clauses_hold_nothing() {
        for text in [
            "",
            "will open an issue on the parser",
            "Ana to look at it with Ben",
            "may cut the release",
            "#904 and 1.6 on 2 hosts",
            "ünïcode — only",
        ] {
            assert!(!may_hold_due(text), "{text}");
        }
        for text in [
            "by FRIDAY",
            "on 8/13",
            "the 7th",
            "Q1",
            "in 2026",
            "asap",
            "by 2.0",
            "at the summit",
            "in May",
            "01.05.2025",
        ] {
            assert!(may_hold_due(text), "{text}");
        }
    }

    #[test]
    fn what_was_arranged_lies_ahead() {
        for word in ["landed", "stalled", "was", "met"] {
            assert!(Classes::of(word).has(Class::Participle), "{word}");
        }
        for word in ["agreed", "scheduled", "need", "decided", "friday"] {
            assert!(!Classes::of(word).has(Class::Participle), "{word}");
        }
    }
}
