//! Answers: "can you …?" – "sure".
//!
//! A request is nobody's commitment until the one who was asked accepts. Acceptance is looked for in the three turns
//! after the request; a refusal ends the search. A mere "yes" accepts what somebody was asked for; to what the group could
//! do it is an opinion.

use super::Found;
use super::owner::written;
use crate::due;
use crate::items::{Certainty, Kind};
use crate::notes::{Note, Turn};
use crate::rules::pack::OwnerFrom;
use crate::rules::{Engine, Role};
use crate::text::SourceText;
use std::collections::HashMap;

/// How many turns after a request an answer is looked for.
const TURNS: usize = 3;

/// What an answer is to.
#[derive(Clone, Copy)]
struct Asked {
    /// The turn of the request.
    turn: usize,
    /// Whether somebody was asked, by name or as "you", and not the group.
    to_you: bool,
}

/// Turns requests that were accepted into commitments.
pub(super) fn apply(engine: &Engine, note: &Note, source: &SourceText, found: &mut [Found]) {
    let speaker = |turn: &Turn| {
        turn.speaker
            .map(|speaker| written(speaker.name.of(source.text())))
    };
    // The nearest first: an answer is to the last that was asked before it.
    let mut taken: HashMap<usize, Asked> = HashMap::new();
    for one in found
        .iter_mut()
        .rev()
        .filter(|one| one.mention.kind == Kind::Request)
    {
        let Some(asker) = speaker(&note.turns[one.turn]) else {
            continue;
        };
        let asked = one.mention.owners.clone();
        let to_somebody = asked.iter().any(|owner| owner != "we");
        let mut rules = engine.rules.iter();
        let rule = rules.find(|rule| rule.id == one.mention.rule);
        let to_you = to_somebody || rule.is_some_and(|rule| rule.owner == OwnerFrom::Addressee);
        let this = Asked {
            turn: one.turn,
            to_you,
        };
        for (at, turn) in note.turns.iter().enumerate().skip(one.turn + 1).take(TURNS) {
            let Some(answerer) = speaker(turn).filter(|answerer| *answerer != asker) else {
                continue;
            };
            let text = turn.text.of(note.plain.text());
            let lead = engine.lead_length(text);
            let Some(answer) = engine
                .answers
                .iter()
                .filter(|answer| !answer.off)
                .find(|answer| {
                    answer.pattern.is_match(text) || answer.pattern.is_match(&text[lead..])
                })
            else {
                continue;
            };
            // Whoever is asked by name answers for himself.
            if to_somebody && !asked.iter().any(|owner| same(note, owner, &answerer)) {
                continue;
            }
            if answer.role == Role::Agree && !to_you {
                continue;
            }
            let other = taken.entry(at).or_insert(this);
            if other.turn != this.turn || other.to_you && !to_you {
                break;
            }
            if answer.role != Role::Refuse {
                one.mention.kind = Kind::Commitment;
                one.mention.certainty = Certainty::Definite;
                one.mention.owners = vec![answerer];
                one.owner = turn.speaker.map(|speaker| speaker.name);
                one.mention.rule.clone_from(&answer.id);
                one.mention.confidence = 0.8;
                one.mention.end_line = source.line_number(source.line_span(turn.lines.0).start);
                if one.mention.end_line > one.mention.line + 4 {
                    one.mention.end_line = one.mention.line;
                }
                if one.mention.due.is_none() {
                    take_due(note, turn, one);
                }
            }
            break;
        }
    }
}

/// "sure, tonight": the answer says when, where the request did not.
fn take_due(note: &Note, answer: &Turn, one: &mut Found) {
    let text = answer.text.of(note.plain.text());
    if let Some(phrase) = due::find(text, answer.day).pop() {
        let place = phrase.span.shifted(answer.text.start);
        one.due = Some(note.plain.source_span(place));
        one.mention.due = Some(phrase.due);
    }
}

fn same(note: &Note, a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || {
        let (left, right) = (note.people.find(a), note.people.find(b));
        left == right && matches!(left, crate::people::Match::One(_))
    }
}

#[cfg(test)]
mod tests {
    use crate::mentions::resolve;
    use crate::notes;
    use crate::rules;
    use crate::text::SourceText;

    /// What becomes of each request of a talk of Ana, Ben and Chidi: who took it and until when, or `-`.
    #[track_caller]
    fn check(talk: &str, expected: &[&str]) {
        let text = format!("Present: Ana, Ben, Chidi\n\n{talk}");
        let source = SourceText::new("notes/2025-11-12.md", text);
        let engine = rules::engine().expect("the packs compile");
        let found = resolve(&engine, &notes::parse(&source), &source).found;
        let taken: Vec<String> = found
            .iter()
            .map(|one| match (&one.mention.due, &*one.mention.rule) {
                (Some(due), "accepted" | "agreed") => {
                    format!("{} {}", one.mention.owners.join(", "), due.phrase)
                }
                (None, "accepted" | "agreed") => one.mention.owners.join(", "),
                _ => "-".to_owned(),
            })
            .collect();
        assert_eq!(taken, expected, "{talk}");
    }

    #[test]
    fn an_answer_is_to_what_was_asked_last() {
        check(
            "- Ana: we should ask the printers\n- Ana: could somebody mail the list?\n- Ben: will do",
            &["-", "Ben"],
        );
        check(
            "- Ana: let's split the page. Ben, could you file an issue?\n- Ben: will do",
            &["-", "Ben"],
        );
        check(
            "- Ana: Ben, can you file an issue? And can you review the draft?\n- Ben: sure",
            &["Ben", "Ben"],
        );
    }

    #[test]
    fn a_yes_to_the_group_is_an_opinion() {
        check("- Ana: we should split the page\n- Ben: yes", &["-"]);
        check(
            "- Ana: we should split the page\n- Ben: yes\n- Chidi: on it, tomorrow",
            &["Chidi tomorrow"],
        );
    }

    #[test]
    fn an_answer_may_say_when() {
        check(
            "- Ana: Ben, can you review the draft?\n- Ben: sure, tonight",
            &["Ben tonight"],
        );
        check(
            "- Ana: Ben, can you review the draft by Friday?\n- Ben: sure, tonight",
            &["Ben by Friday"],
        );
    }
}
