//! The shape of a pack file, as TOML has it. Unknown fields are errors.

use super::Role;
use crate::items::{Certainty, Kind};
use crate::notes::Zone;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// One file of a pack. Every part may be missing; the files of a pack are read as one.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PackFile {
    /// The version of this format; 1.
    pub schema: u32,
    /// Named lists of words.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Lexicon>"))]
    pub lexicon: BTreeMap<String, Spanned<Lexicon>>,
    /// Named fragments of patterns.
    #[serde(default, rename = "macro")]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    pub macros: BTreeMap<String, Spanned<String>>,
    /// Patterns that veto or relabel.
    #[serde(default, rename = "gate")]
    pub gates: Vec<Gate>,
    /// Patterns that propose.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Patterns that accept or refuse what another speaker asked for.
    #[serde(default, rename = "answer")]
    pub answers: Vec<Answer>,
    /// What is not used, of this file and of all others.
    #[serde(default)]
    pub off: Off,
    /// What the pack's own examples assume.
    #[serde(default)]
    pub test: Option<TestSetup>,
}

/// What is switched off, by id.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Off {
    /// Ids of rules.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub rules: Vec<Spanned<String>>,
    /// Ids of gates.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub gates: Vec<Spanned<String>>,
    /// Ids of answers.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub answers: Vec<Spanned<String>>,
    /// Guards, each by the id of its rule or gate and its reason: `name-will: a pronoun`.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub guards: Vec<Spanned<String>>,
}

impl Off {
    /// Whether it switches nothing off.
    pub(crate) fn is_empty(&self) -> bool {
        let lists = [&self.rules, &self.gates, &self.answers, &self.guards];
        lists.iter().all(|list| list.is_empty())
    }
}

/// A named list of words. `{NAME}` in a pattern is any of them.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Lexicon {
    /// The words, each literal; a space stands for any white space.
    pub words: Vec<String>,
    /// Whether the words are verbs: `{NAME:s}`, `{NAME:ed}` and `{NAME:ing}` are then their forms.
    #[serde(default)]
    pub inflect: bool,
    /// Forms that do not follow the rule: base → [-s, -ed, -ing].
    #[serde(default)]
    pub irregular: BTreeMap<String, [String; 3]>,
}

/// How much a rule looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    /// One clause.
    #[default]
    Clause,
    /// A whole sentence.
    Sentence,
    /// A whole turn, label excluded.
    Turn,
}

/// Where a pattern must begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Anchor {
    /// At the first word that says something: after "ok,", "so", "I think" and the like.
    #[default]
    Start,
    /// At any word.
    Anywhere,
}

/// Where the owner comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum OwnerFrom {
    /// Whoever speaks, even by a line beside this one: "I will".
    #[serde(rename = "self")]
    Myself,
    /// Whoever speaks, by a label of this line or above it: dropped subjects.
    Speaker,
    /// The capture `owner`: known people and teams only.
    Known,
    /// The capture `owner`: known people and teams, and what has the shape of a name.
    Named,
    /// The group.
    We,
    /// Nobody.
    Nobody,
    /// The person whom the turn or clause addresses, in the capture `owner` or by the label after the speaker's.
    Addressee,
}

/// What a rule's mention is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum About {
    /// The capture `task`.
    #[default]
    Task,
    /// The topic that the turn stands under. The captured words only say what became of it.
    Topic,
}

/// What must hold for a rule to be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// The turn has a speaker, by its own label or from above.
    Speaker,
    /// The turn is an entry of a list.
    Entry,
    /// The entry has a box.
    Box,
    /// The unit stands at the start of its turn.
    First,
    /// The turn has no speaker.
    NoSpeaker,
    /// The note is a log.
    Log,
    /// The entry stands under no other entry, or under one that only says what follows.
    Top,
    /// The entry stands right under a name that is all that its line says: a round in which people tell of their work.
    Round,
}

/// The text that a guard or gate looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Where {
    /// The unit that the rule looked at.
    #[default]
    Clause,
    /// The sentence around it.
    Sentence,
    /// The capture `task`.
    Task,
    /// The capture `owner`.
    Owner,
    /// What stands before the match in the unit.
    Before,
    /// What stands before the task in the unit: the subject, the modal, what leads up to them.
    Lead,
    /// What stands before the clause in its sentence.
    Earlier,
}

/// An exception of one rule.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Guard {
    /// What it looks at.
    #[serde(default, rename = "where")]
    pub place: Where,
    /// What must not match.
    #[cfg_attr(test, schemars(with = "String"))]
    pub pattern: Spanned<String>,
    /// Why, in a few words; shown by `owed explain`.
    pub reason: String,
}

/// What a gate does to a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Effect {
    /// It is no mention.
    Veto,
    /// It is tentative.
    Tentative,
    /// It is a request.
    Request,
    /// It is shown as done.
    Done,
}

/// A pattern that vetoes or relabels whatever rule proposed.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Gate {
    /// Its stable id.
    #[cfg_attr(test, schemars(with = "String"))]
    pub id: Spanned<String>,
    /// One line for people.
    pub title: String,
    /// What it looks at.
    #[serde(default, rename = "where")]
    pub place: Where,
    /// What it looks for.
    #[cfg_attr(test, schemars(with = "String"))]
    pub pattern: Spanned<String>,
    /// What it does.
    pub effect: Effect,
    /// Only to candidates of these kinds; to all where empty.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Its exceptions.
    #[serde(default)]
    pub unless: Vec<Guard>,
    /// Proof that it does what it says.
    pub examples: GateExamples,
}

/// The examples of a gate: texts that it acts on and texts that it lets pass.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct GateExamples {
    /// Notes whose candidate it vetoes or relabels; without the gate the outcome would be another.
    #[serde(rename = "match")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub matches: Vec<String>,
    /// Notes whose candidate it leaves alone.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub no_match: Vec<String>,
}

/// A pattern that proposes.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Its stable id, shown with every mention.
    #[cfg_attr(test, schemars(with = "String"))]
    pub id: Spanned<String>,
    /// One line for people.
    pub title: String,
    /// What it finds.
    pub kind: Kind,
    /// How firm.
    #[serde(default = "definite")]
    pub certainty: Certainty,
    /// Between 0 and 1.
    #[cfg_attr(test, schemars(with = "f32"))]
    pub confidence: Spanned<f32>,
    /// The winner of a clause has the highest.
    pub priority: i32,
    /// Zones in which it is tried; `notes`, `agenda`, `actions` and `last-actions` where empty.
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// How much it looks at.
    #[serde(default)]
    pub unit: Unit,
    /// Where it must begin.
    #[serde(default)]
    pub anchor: Anchor,
    /// What it looks for; captures `owner` and `task`.
    #[cfg_attr(test, schemars(with = "String"))]
    pub pattern: Spanned<String>,
    /// Where the owner comes from.
    pub owner: OwnerFrom,
    /// Whose words the mention has.
    #[serde(default)]
    pub about: About,
    /// What must hold.
    #[serde(default)]
    pub requires: Vec<Need>,
    /// Its exceptions.
    #[serde(default)]
    pub unless: Vec<Guard>,
    /// Gates that do not concern it.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub ignore_gates: Vec<Spanned<String>>,
    /// What it says of a match, for `owed explain`.
    #[cfg_attr(test, schemars(with = "String"))]
    pub message: Spanned<String>,
    /// Proof that it does what it says.
    pub examples: RuleExamples,
}

/// A pattern that answers what another speaker asked for.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// Its stable id.
    #[cfg_attr(test, schemars(with = "String"))]
    pub id: Spanned<String>,
    /// One line for people.
    pub title: String,
    /// Accept or refuse.
    pub role: Role,
    /// What it looks for at the start of a turn.
    #[cfg_attr(test, schemars(with = "String"))]
    pub pattern: Spanned<String>,
    /// Proof that it does what it says: whole exchanges.
    pub examples: RuleExamples,
}

/// The examples of a rule.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleExamples {
    /// Notes in which it wins.
    #[serde(rename = "match")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub matches: Vec<MatchExample>,
    /// Look-alikes.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub no_match: Vec<NoMatchExample>,
}

/// A note in which the rule wins a clause, and what it must say.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct MatchExample {
    /// The note.
    #[cfg_attr(test, schemars(with = "String"))]
    pub text: Spanned<String>,
    /// The owners that it must find.
    #[serde(default)]
    pub owner: Vec<String>,
    /// The task that it must find.
    pub task: String,
    /// The due date or phrase that it must find.
    pub due: Option<String>,
    /// The certainty that it must come out with.
    pub certainty: Option<Certainty>,
    /// The kind that it must come out with.
    pub kind: Option<Kind>,
}

/// A note in which the rule must not win, nor any other but of the kind that is named.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct NoMatchExample {
    /// The note.
    #[cfg_attr(test, schemars(with = "String"))]
    pub text: Spanned<String>,
    /// Why not.
    pub because: String,
    /// The kind of the mention that it yields by another rule, where it yields one.
    pub kind: Option<Kind>,
}

/// What the examples of a pack assume.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct TestSetup {
    /// The date of the meeting.
    #[cfg_attr(test, schemars(with = "String"))]
    pub date: Spanned<String>,
    /// Who is there.
    pub roster: Vec<String>,
}

fn definite() -> Certainty {
    Certainty::Definite
}
