//! Mentions: from candidates to what is believed.
//!
//! Of all that rules proposed for a clause one candidate wins. The winner gets its owner, its certainty, its task's
//! words and its due; a candidate whose owner must be a person and is none is not believed. What another speaker
//! answers within three turns may turn a request into a commitment (`answers`).

mod answers;
mod beside;
pub mod compare;
mod owner;
pub mod proof;
mod task;
mod topic;

pub(crate) use owner::is_team;

use crate::due;
use crate::items::{Certainty, Kind, Mention, Status};
use crate::notes::{Note, Zone};
use crate::people::Match;
use crate::rules::pack::{About, Effect};
use crate::rules::{self, Candidate, Engine, Obstacle, Trial, Trials};
use crate::text::{SourceText, Span};
use jiff::civil::Date;
use std::collections::HashMap;

/// A mention with its places in the note.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What it says.
    pub mention: Mention,
    /// The words that say what is to be done, in the source.
    pub task: Span,
    /// The words that name the owner, in the source; none for a dropped subject.
    pub owner: Option<Span>,
    /// The due phrase, in the source.
    pub due: Option<Span>,
    /// The clause, in the source.
    pub clause: Span,
    /// What lies between the lines of its words in the source and is none of them: see
    /// [`Plain::joins`](crate::notes::Plain::joins).
    pub joins: Vec<Span>,
    /// The turn, an index into the note's turns.
    pub turn: usize,
}

/// Why a candidate that no rule or gate stopped came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The owner must be a person, and the words name none.
    Owner,
    /// Nothing is left of the task once owner and due are taken out.
    Task,
    /// Its words are those of the topic that the line stands under, and it stands under none.
    Topic,
    /// Another candidate won the clause.
    Outdone,
    /// The list of actions says again what the note said above.
    Repeated,
}

/// A trial with its end, for `owed explain`.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// What was tried.
    pub trial: Trial,
    /// Why it came to nothing although nothing stopped it.
    pub lost: Option<Loss>,
}

/// What a note comes to.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// All mentions, of all kinds, in reading order.
    pub found: Vec<Found>,
    /// Everything that was tried; empty unless asked for.
    pub traced: Vec<Traced>,
}

/// Resolves a note.
pub fn resolve(engine: &Engine, note: &Note, source: &SourceText) -> Reading {
    run(engine, note, source, false)
}

/// Resolves a note and keeps what was tried on the way.
pub fn resolve_traced(engine: &Engine, note: &Note, source: &SourceText) -> Reading {
    run(engine, note, source, true)
}

/// A candidate with what it means.
#[derive(Clone)]
struct Meaning {
    candidate: Candidate,
    owners: owner::Owners,
    task: Span,
    due: Option<due::Phrase>,
}

fn run(engine: &Engine, note: &Note, source: &SourceText, traced: bool) -> Reading {
    let mut reading = Reading::default();
    let mut meanings = Vec::new();
    let trace = |trial: Trial, lost: Option<Loss>, reading: &mut Reading| {
        if traced {
            reading.traced.push(Traced { trial, lost });
        }
    };
    let mut trials = Vec::new();
    let which = if traced {
        Trials::All
    } else {
        Trials::Unstopped
    };
    rules::scan(engine, note, which, &mut |trial| trials.push(trial));
    for trial in trials {
        if trial.stopped.is_some() {
            trace(trial, None, &mut reading);
            continue;
        }
        let rule = &engine.rules[trial.candidate.rule];
        let Some(owners) = owner::of(engine, rule.owner, &trial.candidate, note, source) else {
            trace(trial, Some(Loss::Owner), &mut reading);
            continue;
        };
        match meaning(&trial.candidate, owners, note, source) {
            Some(meaning) => meanings.push((meaning, trial)),
            None => trace(trial, Some(Loss::Task), &mut reading),
        }
    }
    // The strongest first; among equals the earlier and longer, then the order of the packs.
    let mut order: Vec<usize> = (0..meanings.len()).collect();
    order.sort_by_key(|at| {
        let candidate = &meanings[*at].0.candidate;
        let rule = &engine.rules[candidate.rule];
        let confidence = (rule.confidence * 1000.0) as i64;
        (
            candidate.turn,
            -i64::from(rule.priority),
            std::cmp::Reverse(candidate.matched.len()),
            -confidence,
            candidate.rule,
            candidate.clause,
        )
    });
    let mut winners: Vec<usize> = Vec::new();
    let mut lost = vec![None; meanings.len()];
    let mut first_of_turn = 0;
    for at in order {
        let meaning = &meanings[at].0;
        while first_of_turn < winners.len()
            && meanings[winners[first_of_turn]].0.candidate.turn != meaning.candidate.turn
        {
            first_of_turn += 1;
        }
        let outdone = winners[first_of_turn..]
            .iter()
            .any(|winner| clashes(engine, note, &meanings[*winner].0, meaning));
        if outdone {
            lost[at] = Some(Loss::Outdone);
        } else {
            winners.push(at);
        }
    }
    winners.sort_by_key(|at| (meanings[*at].0.candidate.turn, meanings[*at].0.task.start));
    let mut recorded = HashMap::new();
    for at in winners {
        let mut loss = None;
        let kept = reading.found.len();
        for meaning in steps(engine, note, &meanings[at].0) {
            let Some(found) = mention(engine, note, source, &meaning) else {
                loss = Some(Loss::Topic);
                continue;
            };
            // Signs alone are nothing that anybody could do.
            if !found.mention.text.chars().any(char::is_alphanumeric) {
                loss = Some(Loss::Task);
            } else if is_repeated(note, &found, &mut reading.found, &mut recorded) {
                loss = Some(Loss::Repeated);
            } else {
                reading.found.push(found);
            }
        }
        if reading.found.len() == kept {
            lost[at] = loss;
        }
    }
    for (at, (_, trial)) in meanings.into_iter().enumerate() {
        trace(trial, lost[at], &mut reading);
    }
    inherit(note, &mut reading.found);
    answers::apply(engine, note, source, &mut reading.found);
    reading
}

/// Whether a list of actions says again, word for word, what was recorded as an action in the talk of the same meeting:
/// the summary that a bot or a scribe's tool puts at its end. What such a list adds is not lost: a due goes to the action
/// that had none, and with another due or a box that is ticked by then it says something new.
fn is_repeated(
    note: &Note,
    found: &Found,
    before: &mut [Found],
    recorded: &mut HashMap<Recorded, usize>,
) -> bool {
    if found.mention.kind != Kind::Task {
        return false;
    }
    let mut owners = found.mention.owners.clone();
    owners.sort();
    let record = Recorded {
        owners,
        text: found.mention.text.to_lowercase(),
        meeting: found.mention.meeting,
        status: found.mention.status,
    };
    let turn = &note.turns[found.turn];
    if turn.recorded || !matches!(turn.zone, Zone::Actions | Zone::LastActions) {
        recorded.insert(record, before.len());
        return false;
    }
    let Some(first) = recorded.get(&record).map(|at| &mut before[*at]) else {
        return false;
    };
    match (&first.mention.due, &found.mention.due) {
        (_, None) => true,
        (None, Some(_)) => {
            first.mention.due.clone_from(&found.mention.due);
            true
        }
        (Some(first), Some(again)) => first == again,
    }
}

/// A task as a list of actions would say it again.
#[derive(PartialEq, Eq, Hash)]
struct Recorded {
    owners: Vec<String>,
    text: String,
    meeting: Option<Date>,
    status: Status,
}

/// Tasks without an owner that stand under a task with one are that owner's: steps of one piece of work.
fn inherit(note: &Note, found: &mut [Found]) {
    for at in 0..found.len() {
        if found[at].mention.kind != Kind::Task || !found[at].mention.owners.is_empty() {
            continue;
        }
        let Some(under) = note.turns[found[at].turn].under else {
            continue;
        };
        // Mentions are in the order of their turns.
        let end = found[..at].partition_point(|above| above.turn <= under);
        let above = end.checked_sub(1).map(|last| &found[last]);
        let above = above.filter(|above| above.turn == under && above.mention.kind == Kind::Task);
        if let Some(above) = above {
            let (owners, place) = (above.mention.owners.clone(), above.owner);
            found[at].mention.owners = owners;
            found[at].owner = place;
        }
    }
}

/// A commitment to several things, "open a PR, ask Ben, and tell the list", is several commitments. The due phrase
/// belongs to the step that it stands in.
fn steps(engine: &Engine, note: &Note, meaning: &Meaning) -> Vec<Meaning> {
    let turn = &note.turns[meaning.candidate.turn];
    let kind = engine.rules[meaning.candidate.rule].kind;
    let step = engine
        .step
        .as_ref()
        .filter(|_| kind == Kind::Commitment && turn.zone != Zone::Actions);
    let Some(step) = step else {
        return vec![meaning.clone()];
    };
    let plain = note.plain.text();
    let task = meaning.task.of(plain);
    let mut bounds = vec![0];
    bounds.extend(step.find_all(task).iter().map(|found| found.start));
    bounds.push(task.len());
    bounds
        .windows(2)
        .filter_map(|pair| {
            let part = Span::new(meaning.task.start + pair[0], meaning.task.start + pair[1]);
            let part = task::shaved(plain, task::without_conjunction(plain, part));
            let due = meaning.due.clone().filter(|due| {
                let place = due.span;
                part.contains(place)
                    || (place.start >= part.end && pair[1] == task.len())
                    || place.end <= meaning.task.start
            });
            (!part.is_empty()).then(|| Meaning {
                task: part,
                due,
                ..meaning.clone()
            })
        })
        .collect()
}

/// Whether two candidates of one turn speak of the same words. What stands in brackets is beside its sentence, and what
/// became of a topic beside what is to be done for it.
fn clashes(engine: &Engine, note: &Note, winner: &Meaning, other: &Meaning) -> bool {
    let about = |meaning: &Meaning| engine.rules[meaning.candidate.rule].about;
    if about(winner) != about(other) {
        return false;
    }
    let bracketed = |meaning: &Meaning| note.clauses[meaning.candidate.clause].bracketed;
    let units = winner.candidate.unit.overlaps(other.candidate.unit);
    let tasks = winner.task.overlaps(other.task);
    units && (tasks || !(bracketed(winner) || bracketed(other)))
}

fn meaning(
    candidate: &Candidate,
    owners: owner::Owners,
    note: &Note,
    source: &SourceText,
) -> Option<Meaning> {
    let plain = note.plain.text();
    let text = candidate.unit.of(plain);
    let anchor = beside::anchor(&note.turns[candidate.turn], source);
    let phrases = due::find(text, anchor);
    let phrases: Vec<due::Phrase> = phrases
        .into_iter()
        .map(|phrase| due::Phrase {
            span: phrase.span.shifted(candidate.unit.start),
            due: phrase.due,
        })
        .collect();
    let (task, due) = task::trim(plain, candidate, &phrases)?;
    let due = due.or_else(|| beside::due(candidate, task, note, anchor));
    Some(Meaning {
        candidate: candidate.clone(),
        owners,
        task,
        due,
    })
}

/// What a meaning says; `None` where it is about a topic and stands under none.
fn mention(engine: &Engine, note: &Note, source: &SourceText, meaning: &Meaning) -> Option<Found> {
    let candidate = &meaning.candidate;
    let rule = &engine.rules[candidate.rule];
    let turn = &note.turns[candidate.turn];
    let has = |effect: Effect| {
        candidate
            .relabels
            .iter()
            .any(|gate| engine.gates[*gate].effect == effect)
    };
    let in_list = turn.zone == Zone::Actions;
    let mut kind = rule.kind;
    if has(Effect::Request) && kind == Kind::Commitment {
        kind = Kind::Request;
    }
    if in_list
        && turn.entry.is_some()
        && matches!(kind, Kind::Commitment | Kind::Request | Kind::Progress)
    {
        kind = Kind::Task;
    }
    let tentative = rule.certainty == Certainty::Tentative || has(Effect::Tentative);
    let certainty = match kind {
        Kind::Task | Kind::Progress => Certainty::Definite,
        _ if tentative => Certainty::Tentative,
        _ => Certainty::Definite,
    };
    let ticked = turn.entry.and_then(|entry| entry.ticked);
    let done = ticked == Some(true) || has(Effect::Done) || turn.struck;
    let task = task::whole_links(source.text(), note.plain.source_span(meaning.task));
    let due = meaning
        .due
        .as_ref()
        .map(|phrase| note.plain.source_span(phrase.span));
    let clause = note.plain.source_span(candidate.unit);
    let plain_sentence = note.clauses[candidate.clause].sentence.join(candidate.unit);
    let sentence = note.plain.source_span(plain_sentence);
    let written = |place: Span, plain: Span| {
        if note.rewritten {
            task::one_line(&note.plain.written(source.text(), plain, !note.html))
        } else {
            let mut text = String::with_capacity(place.len());
            let mut start = place.start;
            for join in note.plain.joins(plain) {
                text.push_str(Span::new(start, join.start).of(source.text()));
                text.push('\n');
                start = join.end;
            }
            text.push_str(Span::new(start, place.end).of(source.text()));
            task::one_line(&text)
        }
    };
    let cell = turn
        .cells
        .and_then(|cells| cells.due)
        .filter(|_| due.is_none());
    // A day in a verdict is no day by which the topic is to be done.
    let due = due.or(cell).filter(|_| rule.about == About::Task);
    let mut due_value = meaning.due.as_ref().map(|phrase| phrase.due.clone());
    if due.is_none() {
        due_value = None;
    }
    if let Some(cell) = cell {
        due_value = due::parse(cell.of(source.text()), turn.day);
    }
    if let (Some(value), Some(span)) = (&mut due_value, due) {
        value.phrase = match &meaning.due {
            Some(phrase) => written(span, phrase.span),
            None => task::one_line(span.of(source.text())),
        };
    }
    let (text, quote, speaker, words, topic) = match rule.about {
        About::Task => (
            written(task, meaning.task),
            written(sentence, plain_sentence),
            turn.speaker,
            task,
            topic::telling(note, turn, source),
        ),
        About::Topic => {
            let topic = topic::of(note, turn, source, |words| {
                written(note.plain.source_span(words), words)
            })?;
            let verdict = written(sentence, plain_sentence);
            let quote = format!("{}: {verdict}", topic.words);
            (topic.words, quote, topic.speaker, topic.place, None)
        }
    };
    let end = words.end.saturating_sub(1).max(words.start);
    Some(Found {
        mention: Mention {
            id: None,
            path: source.path().to_owned(),
            line: source.line_number(words.start),
            end_line: source.line_number(end),
            kind,
            certainty,
            status: if done { Status::Done } else { Status::Open },
            speaker: speaker.map(|speaker| owner::written(speaker.name.of(source.text()))),
            owners: meaning.owners.names.clone(),
            people: known_as(note, &meaning.owners.names),
            text,
            due: due_value,
            rule: rule.id.clone(),
            confidence: rule.confidence,
            quote,
            topic,
            meeting: turn.day,
        },
        task,
        owner: meaning.owners.place,
        due,
        clause,
        joins: note.plain.joins(turn.text).collect(),
        turn: candidate.turn,
    })
}

impl Traced {
    /// Whether it became the mention.
    pub fn won(&self) -> bool {
        self.trial.stopped.is_none() && self.lost.is_none()
    }

    /// What stopped it, in words.
    pub fn reason(&self, engine: &Engine) -> Option<String> {
        if let Some(lost) = self.lost {
            return Some(match lost {
                Loss::Owner => "the owner is nobody known to be a person".to_owned(),
                Loss::Task => "no task is left".to_owned(),
                Loss::Topic => "the line stands under no topic".to_owned(),
                Loss::Outdone => "another rule won the clause".to_owned(),
                Loss::Repeated => "the action is recorded above".to_owned(),
            });
        }
        self.trial.stopped.as_ref().map(|obstacle| match obstacle {
            Obstacle::Zone(zone) => format!("not tried in the zone {}", zone.as_str()),
            Obstacle::Needs(need) => format!("needs {need:?}").to_lowercase(),
            Obstacle::Off => {
                let id = engine.rule_id(self.trial.candidate.rule);
                let place = engine.off_place("rule", id).unwrap_or_default();
                format!("switched off in {place}")
            }
            Obstacle::Guard(guard) => {
                let reason = engine.guard_reason(self.trial.candidate.rule, *guard);
                format!("guard: {reason}")
            }
            Obstacle::Gate(gate) => {
                let (id, title) = engine.gate_title(*gate);
                format!("gate {id}: {title}")
            }
        })
    }
}
/// The owners by the names that the note knows them by; empty where these are the names as written.
fn known_as(note: &Note, owners: &[String]) -> Vec<String> {
    let known: Vec<String> = owners
        .iter()
        .map(|owner| {
            let found = match note.people.find(owner) {
                Match::Nobody => note.people.find_nick(owner),
                found => found,
            };
            match found {
                Match::One(at) => note.people.persons()[at].name.clone(),
                Match::Several | Match::Nobody => owner.clone(),
            }
        })
        .collect();
    if known == owners { Vec::new() } else { known }
}
