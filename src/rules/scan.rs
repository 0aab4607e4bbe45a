//! One pass of all rules over a note.

use super::bits::Bits;
use super::pack::{Anchor, Need, Unit, Where};
use super::sieve::Looked;
use super::tables::CompiledGuard;
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
    /// The rule is switched off.
    Off,
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

/// Which trials a scan tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trials {
    /// Every match, with what stopped it.
    All,
    /// Those that nothing stopped; rules that the place alone stops are then not tried.
    Unstopped,
}

/// Runs every rule over every turn. Each match is handed to `found` with what stopped it; only those that nothing
/// stopped are candidates.
pub fn scan(engine: &Engine, note: &Note, trials: Trials, found: &mut dyn FnMut(Trial)) {
    let mut looked = Looked::default();
    for (at, turn) in note.turns.iter().enumerate() {
        if matches!(
            turn.zone,
            Zone::Attendees | Zone::Template | Zone::Code | Zone::Block | Zone::Links
        ) || turn.text.is_empty()
        {
            continue;
        }
        let text = turn.text.of(note.plain.text());
        engine.sieve.look(text, &mut looked);
        let mut pass = Pass {
            engine,
            note,
            turn,
            at,
            trials,
            looked: &looked,
            seen: Span::new(0, 0),
            met: Bits::default(),
            lead: None,
            found,
        };
        pass.turn();
    }
}

/// The pass over one turn.
struct Pass<'p> {
    engine: &'p Engine,
    note: &'p Note,
    turn: &'p Turn,
    /// The turn's index.
    at: usize,
    trials: Trials,
    /// What the sieve found in the turn.
    looked: &'p Looked,
    /// The words that were looked at last, what was met in them, and the length of their lead: a turn that is one clause
    /// is looked at once.
    seen: Span,
    met: Bits,
    lead: Option<usize>,
    found: &'p mut dyn FnMut(Trial),
}

struct Place {
    clause: usize,
    unit: Span,
    around: Clause,
}

impl Pass<'_> {
    fn turn(&mut self) {
        let mut sentence = None;
        for (index, clause) in self.note.clauses_of(self.turn).iter().enumerate() {
            let place = |unit: Span| Place {
                clause: self.turn.clauses.start + index,
                unit,
                around: *clause,
            };
            if index == 0 {
                self.unit(Unit::Turn, &place(self.turn.text));
            }
            if sentence != Some(clause.sentence) && !clause.bracketed {
                sentence = Some(clause.sentence);
                self.unit(Unit::Sentence, &place(clause.sentence));
            }
            self.unit(Unit::Clause, &place(clause.span));
        }
    }

    /// Tries a unit at its start, and again behind what leads up to its first telling word.
    fn unit(&mut self, unit: Unit, place: &Place) {
        let engine = self.engine;
        let zone = (self.trials == Trials::Unstopped).then_some(self.turn.zone);
        let Some(rules) = engine.of_place(unit, zone) else {
            return;
        };
        if self.seen != place.unit {
            self.seen = place.unit;
            let (turn, plain) = (self.turn.text, self.note.plain.text());
            let part = place.unit.start - turn.start..place.unit.end - turn.start;
            engine
                .sieve
                .met(turn.of(plain), self.looked, part, &mut self.met);
            self.lead = None;
        }
        let mut tried = engine.sieve.passing(rules, &self.met);
        tried.retain(|rule| self.in_place(*rule, place));
        if tried.is_empty() {
            return;
        }
        for rule in &tried {
            self.rule(*rule, place, 0);
        }
        let text = place.unit.of(self.note.plain.text());
        let lead = *self.lead.get_or_insert_with(|| engine.lead_length(text));
        if lead > 0 && lead < text.len() {
            for rule in tried {
                if engine.rules[rule].anchor == Anchor::Start {
                    self.rule(rule, place, lead);
                }
            }
        }
    }

    /// Whether a rule is to be tried in this place.
    fn in_place(&self, rule: usize, place: &Place) -> bool {
        let rule = &self.engine.rules[rule];
        self.trials == Trials::All
            || (!rule.off && misplaced(rule, self.note, self.turn, place).is_none())
    }

    /// Tries a rule on a unit from an offset on.
    fn rule(&mut self, at: usize, place: &Place, offset: usize) {
        let text = &place.unit.of(self.note.plain.text())[offset..];
        let start = place.unit.start + offset;
        let rule = &self.engine.rules[at];
        let Some(captures) = rule.pattern.captures(text) else {
            return;
        };
        let span = |name: &str| {
            let group = captures.named(name)?;
            Some(Span::new(group.start, group.end).shifted(start))
        };
        let (Some(whole), Some(task)) = (captures.whole(), span("task")) else {
            return;
        };
        let mut candidate = Candidate {
            rule: at,
            turn: self.at,
            clause: place.clause,
            unit: place.unit,
            matched: Span::new(whole.start, whole.end).shifted(start),
            owner: span("owner"),
            task,
            relabels: Vec::new(),
            spared: Vec::new(),
        };
        let stopped = obstacle(
            self.engine,
            self.note,
            self.turn,
            place,
            rule,
            &mut candidate,
        );
        if stopped.is_none() || self.trials == Trials::All {
            (self.found)(Trial { candidate, stopped });
        }
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
    if let Some(obstacle) = misplaced(rule, note, turn, place) {
        return Some(obstacle);
    }
    if rule.off {
        return Some(Obstacle::Off);
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
            .position(|guard| !guard.off && guard.pattern.is_match(text(guard.place, candidate)))
    };
    if let Some(guard) = first(&rule.unless, candidate) {
        return Some(Obstacle::Guard(guard));
    }
    for (at, gate) in engine.gates.iter().enumerate() {
        let concerns = !gate.off
            && (gate.kinds.is_empty() || gate.kinds.contains(&rule.kind))
            && !rule.ignore_gates.contains(&at);
        if !concerns || !gate.pattern.is_match(text(gate.place, candidate)) {
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

/// What speaks against trying a rule in a place, whatever its words.
fn misplaced(rule: &CompiledRule, note: &Note, turn: &Turn, place: &Place) -> Option<Obstacle> {
    if !rule.zones.contains(&turn.zone) {
        return Some(Obstacle::Zone(turn.zone));
    }
    let mut needs = rule.requires.iter();
    needs
        .find(|need| !holds(**need, note, turn, place))
        .map(|need| Obstacle::Needs(*need))
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
        // What is only a name is no turn of its own.
        Need::Round => {
            let nobody_above = |under: usize| note.turns[under].speaker.is_none();
            let is_inherited = turn
                .speaker
                .is_some_and(|speaker| speaker.voice == Voice::Inherited);
            let is_talk = turn.zone == Zone::Notes && turn.entry.is_some();
            is_talk && is_inherited && turn.under.is_none_or(nobody_above)
        }
        Need::Top => turn.under.is_none_or(|under| {
            let above = &note.turns[under];
            above.zone != turn.zone || above.text.of(note.plain.text()).ends_with(':')
        }),
    }
}
