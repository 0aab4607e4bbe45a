//! One pass of all rules over a note.

use super::compile::{CompiledGuard, UnitSet};
use super::pack::{Anchor, Need, Unit, Where};
use super::{CompiledRule, Engine};
use crate::notes::{Clause, Note, Turn, Voice, Zone};
use crate::text::Span;

/// A rule's match in a note, not yet believed. Spans are of the note's plain text.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The rule, an index into the engine's rules.
    pub rule: usize,
    /// The turn, an index into the note's turns.
    pub turn: usize,
    /// The clause, an index into the note's clauses; the first of the unit.
    pub clause: usize,
    /// The clause, sentence or turn that the rule looked at.
    pub unit: Span,
    /// All that the pattern matched.
    pub matched: Span,
    /// The capture `owner`.
    pub owner: Option<Span>,
    /// The capture `task`.
    pub task: Span,
    /// Gates that relabel it, as indices into the engine's gates.
    pub relabels: Vec<usize>,
    /// Gates that would have acted but for one of their own guards: indices of the gate and of its guard.
    pub spared: Vec<(usize, usize)>,
}

/// What stopped a match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The rule is not tried in this zone.
    Zone(Zone),
    /// What the rule needs does not hold.
    Needs(Need),
    /// One of the rule's guards; an index into them.
    Guard(usize),
    /// A gate; an index into the engine's gates.
    Gate(usize),
}

/// A rule that matched a unit, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The candidate that the match makes.
    pub candidate: Candidate,
    /// What stopped it, where something did.
    pub stopped: Option<Obstacle>,
}

/// Runs every rule over every turn. Each match is handed to `found` with what stopped it; only those that nothing
/// stopped are candidates.
pub fn scan(engine: &Engine, note: &Note, found: &mut dyn FnMut(Trial)) {
    for (at, turn) in note.turns.iter().enumerate() {
        if matches!(
            turn.zone,
            Zone::Attendees | Zone::Template | Zone::Code | Zone::Block | Zone::Links | Zone::Done
        ) || turn.text.is_empty()
        {
            continue;
        }
        scan_turn(engine, note, at, turn, found);
    }
}

fn scan_turn(engine: &Engine, note: &Note, at: usize, turn: &Turn, found: &mut dyn FnMut(Trial)) {
    let clauses = note.clauses_of(turn);
    let mut sentence = None;
    for (index, clause) in clauses.iter().enumerate() {
        let clause_at = turn.clauses.start + index;
        let mut unit = |unit: Unit, span: Span| {
            try_unit(
                engine,
                note,
                turn,
                &Place {
                    turn: at,
                    clause: clause_at,
                    unit: span,
                    around: *clause,
                },
                unit,
                found,
            );
        };
        if index == 0 {
            unit(Unit::Turn, turn.text);
        }
        if sentence != Some(clause.sentence) && !clause.bracketed {
            sentence = Some(clause.sentence);
            unit(Unit::Sentence, clause.sentence);
        }
        unit(Unit::Clause, clause.span);
    }
}

struct Place {
    turn: usize,
    clause: usize,
    unit: Span,
    around: Clause,
}

fn try_unit(
    engine: &Engine,
    note: &Note,
    turn: &Turn,
    place: &Place,
    unit: Unit,
    found: &mut dyn FnMut(Trial),
) {
    let Some(set) = engine
        .sets
        .get(unit as usize)
        .filter(|set| !set.rules.is_empty())
    else {
        return;
    };
    let text = place.unit.of(note.plain.text());
    let lead = engine.lead_length(text);
    try_at(engine, note, turn, place, set, 0, found);
    if lead > 0 && lead < text.len() {
        try_at(engine, note, turn, place, set, lead, found);
    }
}

/// Tries a unit from an offset on: at its start, and again behind what leads up to its first telling word.
fn try_at(
    engine: &Engine,
    note: &Note,
    turn: &Turn,
    place: &Place,
    set: &UnitSet,
    offset: usize,
    found: &mut dyn FnMut(Trial),
) {
    let text = &place.unit.of(note.plain.text())[offset..];
    let start = place.unit.start + offset;
    for matched in set.set.matches(text) {
        let rule_at = set.rules[matched];
        let rule = &engine.rules[rule_at];
        if offset > 0 && rule.anchor == Anchor::Anywhere {
            continue;
        }
        let Some(captures) = rule.regex.captures(text) else {
            continue;
        };
        let span = |name: &str| {
            let group = captures.name(name)?;
            Some(Span::new(group.start(), group.end()).shifted(start))
        };
        let Some(whole) = captures.get(0) else {
            continue;
        };
        let Some(task) = span("task") else { continue };
        let mut candidate = Candidate {
            rule: rule_at,
            turn: place.turn,
            clause: place.clause,
            unit: place.unit,
            matched: Span::new(whole.start(), whole.end()).shifted(start),
            owner: span("owner"),
            task,
            relabels: Vec::new(),
            spared: Vec::new(),
        };
        let stopped = obstacle(engine, note, turn, place, rule, &mut candidate);
        found(Trial { candidate, stopped });
    }
}

/// What stops a match; gates that only relabel are noted in the candidate.
fn obstacle(
    engine: &Engine,
    note: &Note,
    turn: &Turn,
    place: &Place,
    rule: &CompiledRule,
    candidate: &mut Candidate,
) -> Option<Obstacle> {
    if !rule.zones.contains(&turn.zone) {
        return Some(Obstacle::Zone(turn.zone));
    }
    if let Some(need) = rule
        .requires
        .iter()
        .find(|need| !holds(**need, note, turn, place))
    {
        return Some(Obstacle::Needs(*need));
    }
    let plain = note.plain.text();
    let text = |place_: Where, candidate: &Candidate| -> &str {
        match place_ {
            Where::Clause => candidate.unit.of(plain),
            Where::Sentence => place.around.sentence.of(plain),
            Where::Task => candidate.task.of(plain),
            Where::Owner => candidate.owner.map_or("", |owner| owner.of(plain)),
            Where::Lead => Span::new(candidate.unit.start, candidate.task.start).of(plain),
            Where::Before => Span::new(candidate.unit.start, candidate.matched.start).of(plain),
            Where::Earlier => {
                Span::new(place.around.sentence.start, candidate.unit.start).of(plain)
            }
        }
    };
    let first = |guards: &[CompiledGuard], candidate: &Candidate| {
        guards
            .iter()
            .position(|guard| !guard.off && guard.regex.is_match(text(guard.place, candidate)))
    };
    if let Some(guard) = first(&rule.unless, candidate) {
        return Some(Obstacle::Guard(guard));
    }
    for (at, gate) in engine.gates.iter().enumerate() {
        let concerns = !gate.off
            && (gate.kinds.is_empty() || gate.kinds.contains(&rule.kind))
            && !rule.ignore_gates.contains(&at);
        if !concerns || !gate.regex.is_match(text(gate.place, candidate)) {
            continue;
        }
        if let Some(guard) = first(&gate.unless, candidate) {
            candidate.spared.push((at, guard));
            continue;
        }
        if gate.effect == super::pack::Effect::Veto {
            return Some(Obstacle::Gate(at));
        }
        candidate.relabels.push(at);
    }
    None
}

fn holds(need: Need, note: &Note, turn: &Turn, place: &Place) -> bool {
    let is_box = turn.entry.is_some_and(|entry| entry.ticked.is_some());
    match need {
        Need::Speaker => turn
            .speaker
            .is_some_and(|speaker| speaker.voice != Voice::Beside),
        Need::NoSpeaker => turn.speaker.is_none(),
        Need::Entry => turn.entry.is_some(),
        Need::Box => is_box,
        Need::First => place.unit.start == turn.text.start,
        Need::Log => note.log,
        Need::Top => turn.under.is_none_or(|under| {
            let above = &note.turns[under];
            above.zone != turn.zone || above.text.of(note.plain.text()).ends_with(':')
        }),
    }
}
