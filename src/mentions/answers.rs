//! Answers: "can you …?" – "sure".
//!
//! A request is nobody's commitment until the one who was asked accepts. Acceptance is looked for in the three turns
//! after the request; a refusal ends the search. A mere "yes" accepts what somebody was asked for; to what the group could
//! do it is an opinion.

use super::Found;
use super::owner::written;
use crate::items::{Certainty, Kind};
use crate::notes::{Note, Turn};
use crate::rules::pack::OwnerFrom;
use crate::rules::{Engine, Role};
use crate::text::SourceText;

/// How many turns after a request an answer is looked for.
const TURNS: usize = 3;

/// Turns requests that were accepted into commitments.
pub(super) fn apply(engine: &Engine, note: &Note, source: &SourceText, found: &mut [Found]) {
    let speaker = |turn: &Turn| {
        turn.speaker
            .map(|speaker| written(speaker.name.of(source.text())))
    };
    for one in found
        .iter_mut()
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
        for turn in note.turns.iter().skip(one.turn + 1).take(TURNS) {
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
            }
            break;
        }
    }
}

fn same(note: &Note, a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || {
        let (left, right) = (note.people.find(a), note.people.find(b));
        left == right && matches!(left, crate::people::Match::One(_))
    }
}
