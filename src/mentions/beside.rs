//! Days that stand beside a clause: in its heading, in the sentence before it or after it.

use crate::due;
use crate::notes::{Note, Turn};
use crate::rules::Candidate;
use crate::text::{SourceText, Span};
use jiff::ToSpan;
use jiff::civil::Date;

/// The day from which the phrases of a turn count: its meeting's. What stands under "Last week's minutes" was said a week
/// before.
pub(super) fn anchor(turn: &Turn, source: &SourceText) -> Option<Date> {
    let topic = turn.topic.map_or("", |topic| topic.of(source.text()));
    let title = topic.trim_start_matches(['#', '*', ' ']).to_lowercase();
    let minutes = title
        .replace('\u{2019}', "'")
        .strip_prefix("last week's ")
        .is_some_and(|rest| {
            ["minutes", "notes", "agenda"]
                .iter()
                .any(|it| rest.starts_with(it))
        });
    match turn.day {
        Some(day) if minutes => day.checked_sub(1.week()).ok(),
        day => day,
    }
}

/// The due phrase in a sentence beside the candidate's: who presents does so on the day that the sentence before
/// announces, "Open call on Friday. Ana will be presenting.", and what is planned may get its day afterwards, "The plan is
/// to hold a workshop. Scheduled for May 5."
pub(super) fn due(
    candidate: &Candidate,
    task: Span,
    note: &Note,
    anchor: Option<Date>,
) -> Option<due::Phrase> {
    let plain = note.plain.text();
    let turn = &note.turns[candidate.turn];
    let own = note.clauses[candidate.clause].sentence;
    let mut sentences = note.clauses_of(turn).iter().map(|clause| clause.sentence);
    let verb = task.of(plain).split_whitespace().next()?.to_lowercase();
    let place = if matches!(
        verb.as_str(),
        "present" | "presenting" | "speak" | "speaking"
    ) {
        sentences.rfind(|before| before.end <= own.start)?
    } else if own.end == candidate.unit.end {
        let next = sentences.find(|after| after.start >= own.end)?;
        is_schedule(next.of(plain)).then_some(next)?
    } else {
        return None;
    };
    let mut days = due::find(place.of(plain), anchor).into_iter();
    let day = days.rfind(|phrase| phrase.due.date.is_some())?;
    Some(due::Phrase {
        span: day.span.shifted(place.start),
        due: day.due,
    })
}

/// Whether a sentence without a subject only tells when: "Tentatively scheduled for May 5."
fn is_schedule(sentence: &str) -> bool {
    let mut words = sentence.split_whitespace().map(str::to_lowercase);
    let first = words.find(|word| {
        !matches!(
            word.as_str(),
            "tentatively" | "currently" | "now" | "provisionally"
        )
    });
    let first = first.unwrap_or_default();
    sentence.split_whitespace().count() <= 8
        && matches!(
            first.trim_end_matches(':'),
            "scheduled" | "planned" | "due" | "deadline" | "eta" | "targeted"
        )
}
