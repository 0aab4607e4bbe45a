//! The whole ledger as lines of JSON, one item a line, and back.
//!
//! What people have decided that belongs to no item stands on lines of its own with a field `record`; a ledger in which
//! nobody has decided anything has none.

use crate::due::Due;
use crate::items::{
    Certainty, Change, Field, Home, Item, ItemId, Items, Kind, Mark, Mention, Proposal,
    ProposalKind, Snooze, State, Status,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize, Deserialize)]
struct ItemLine {
    id: ItemId,
    state: State,
    /// What waits for a yes: "done" or "dropped".
    proposed: Option<String>,
    series: String,
    owners: Vec<String>,
    text: String,
    due: Option<String>,
    due_date: Option<Date>,
    due_alternative: Option<Date>,
    created: Option<Date>,
    closed: Option<Date>,
    kind: Kind,
    certainty: Certainty,
    /// Whether it goes on agendas; follows from the rest.
    carried: bool,
    /// At how many meetings it was said; follows from the rest.
    said: usize,
    /// How often it was put off; follows from the rest.
    slipped: usize,
    pinned: BTreeSet<Field>,
    #[serde(default)]
    accepted: bool,
    snoozed: Option<Snooze>,
    again: Option<ItemId>,
    links: BTreeSet<String>,
    /// Ids that lead to it.
    also: Vec<ItemId>,
    boxes: Vec<BoxLine>,
    mentions: Vec<MentionLine>,
    proposals: Vec<Proposal>,
}

#[derive(Serialize, Deserialize)]
struct BoxLine {
    path: String,
    mark: Mark,
}

#[derive(Serialize, Deserialize)]
struct MentionLine {
    id: Option<ItemId>,
    path: String,
    line: u32,
    end_line: u32,
    kind: Kind,
    quote: String,
    #[serde(default)]
    topic: Option<String>,
    meeting_date: Option<Date>,
    certainty: Certainty,
    status: Status,
    speaker: Option<String>,
    owners: Vec<String>,
    people: Vec<String>,
    text: String,
    due: Option<String>,
    due_date: Option<Date>,
    due_alternative: Option<Date>,
    rule: String,
    confidence: f32,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "lowercase")]
#[expect(
    clippy::large_enum_variant,
    reason = "a ledger has few of them, and each is written at once"
)]
enum Record {
    /// Where a person has said that a mention belongs.
    Home { mention: ItemId, home: Home },
    /// Whom a name stands for.
    Alias {
        series: String,
        name: String,
        person: String,
    },
    /// Which login a person has.
    Login { person: String, login: String },
    /// A decision about an item that is no longer there.
    Decision { proposal: Proposal },
}

/// The lines, each with its end.
pub fn jsonl(items: &Items) -> String {
    let mut also: BTreeMap<&ItemId, Vec<ItemId>> = BTreeMap::new();
    for (id, _) in items.forwards() {
        if let Some(to) = items.resolve(id) {
            also.entry(to).or_default().push(id.clone());
        }
    }
    let mut proposals: BTreeMap<&ItemId, Vec<&Proposal>> = BTreeMap::new();
    let mut records = Vec::new();
    for proposal in items.proposals() {
        match items.resolve(&proposal.item) {
            Some(id) => proposals.entry(id).or_default().push(proposal),
            None => records.push(Record::Decision {
                proposal: proposal.clone(),
            }),
        }
    }
    let mut boxes: BTreeMap<&ItemId, Vec<BoxLine>> = BTreeMap::new();
    for (id, path, mark) in items.marks() {
        boxes.entry(id).or_default().push(BoxLine {
            path: path.to_owned(),
            mark,
        });
    }
    let homes = items.homes().map(|(mention, home)| Record::Home {
        mention: mention.clone(),
        home: home.clone(),
    });
    records.extend(homes);
    records.extend(items.aliases().map(|(series, name, person)| Record::Alias {
        series: series.to_owned(),
        name: name.to_owned(),
        person: person.to_owned(),
    }));
    records.extend(items.logins().map(|(person, login)| Record::Login {
        person: person.to_owned(),
        login: login.to_owned(),
    }));

    let mut out = String::new();
    let mut push = |line: serde_json::Result<String>| {
        // Plain values with words for keys can always be written.
        if let Ok(line) = line {
            out.push_str(&line);
            out.push('\n');
        }
    };
    for item in items.iter() {
        let line = ItemLine {
            also: also.remove(&item.id).unwrap_or_default(),
            boxes: boxes.remove(&item.id).unwrap_or_default(),
            ..line_of(item, &proposals.remove(&item.id).unwrap_or_default())
        };
        push(serde_json::to_string(&line));
    }
    for record in &records {
        push(serde_json::to_string(record));
    }
    out
}

fn line_of(item: &Item, proposals: &[&Proposal]) -> ItemLine {
    let proposed = proposals
        .iter()
        .filter(|it| it.decided.is_none())
        .find_map(|it| match it.kind {
            ProposalKind::Finished => Some("done".to_owned()),
            ProposalKind::Dropped => Some("dropped".to_owned()),
            ProposalKind::Same | ProposalKind::Unlinked => None,
        });
    let (due, due_date, due_alternative) = parts(item.due.as_ref());
    ItemLine {
        id: item.id.clone(),
        state: item.state,
        proposed,
        series: item.series.clone(),
        owners: item.owners.clone(),
        text: item.text.clone(),
        due,
        due_date,
        due_alternative,
        created: item.since,
        closed: item.closed,
        kind: item.kind,
        certainty: item.certainty,
        carried: item.is_carried(),
        said: item.times_said(),
        slipped: item.times_slipped(),
        pinned: item.pinned.clone(),
        accepted: item.accepted,
        snoozed: item.snoozed,
        again: item.again.clone(),
        links: item.links.clone(),
        also: Vec::new(),
        boxes: Vec::new(),
        mentions: item.mentions.iter().map(mention_line).collect(),
        proposals: proposals.iter().map(|it| (*it).clone()).collect(),
    }
}

fn mention_line(mention: &Mention) -> MentionLine {
    let (due, due_date, due_alternative) = parts(mention.due.as_ref());
    MentionLine {
        id: mention.id.clone(),
        path: mention.path.clone(),
        line: mention.line,
        end_line: mention.end_line,
        kind: mention.kind,
        quote: mention.quote.clone(),
        topic: mention.topic.clone(),
        meeting_date: mention.meeting,
        certainty: mention.certainty,
        status: mention.status,
        speaker: mention.speaker.clone(),
        owners: mention.owners.clone(),
        people: mention.people.clone(),
        text: mention.text.clone(),
        due,
        due_date,
        due_alternative,
        rule: mention.rule.clone(),
        confidence: mention.confidence,
    }
}

fn parts(due: Option<&Due>) -> (Option<String>, Option<Date>, Option<Date>) {
    (
        due.map(|due| due.phrase.clone()),
        due.and_then(|due| due.date),
        due.and_then(|due| due.alternative),
    )
}

fn due(phrase: Option<String>, date: Option<Date>, alternative: Option<Date>) -> Option<Due> {
    phrase.map(|phrase| Due {
        phrase,
        date,
        alternative,
    })
}

/// A line that is no line of an export.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {source}")]
pub struct ImportError {
    /// Its number, 1-based.
    pub line: usize,
    /// What is wrong with it.
    pub source: serde_json::Error,
}

/// The changes that make, from nothing, the items that these lines were written from.
///
/// # Errors
/// The first line that is none of an export.
pub fn read_jsonl(text: &str) -> Result<Vec<Change>, ImportError> {
    let mut changes = Vec::new();
    // What refers to an item comes after all items.
    let mut later = Vec::new();
    for (number, line) in (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let wrong = |source| ImportError {
            line: number,
            source,
        };
        let value: serde_json::Value = serde_json::from_str(line).map_err(wrong)?;
        if value.get("record").is_some() {
            later.push(match serde_json::from_value(value).map_err(wrong)? {
                Record::Home { mention, home } => Change::HomeSet {
                    mention,
                    from: None,
                    to: Some(home),
                },
                Record::Alias {
                    series,
                    name,
                    person,
                } => Change::AliasSet {
                    series,
                    name,
                    from: None,
                    to: Some(person),
                },
                Record::Login { person, login } => Change::LoginSet {
                    person,
                    from: None,
                    to: Some(login),
                },
                Record::Decision { proposal } => {
                    later.extend(decided(proposal));
                    continue;
                }
            });
        } else {
            let line: ItemLine = serde_json::from_value(value).map_err(wrong)?;
            item_changes(line, &mut changes, &mut later);
        }
    }
    changes.extend(later);
    Ok(changes)
}

fn item_changes(line: ItemLine, changes: &mut Vec<Change>, later: &mut Vec<Change>) {
    let id = line.id.clone();
    changes.push(Change::Added {
        item: Item {
            id: line.id,
            series: line.series,
            kind: line.kind,
            certainty: line.certainty,
            owners: line.owners,
            text: line.text,
            due: due(line.due, line.due_date, line.due_alternative),
            state: line.state,
            closed: line.closed,
            since: line.created,
            pinned: line.pinned,
            accepted: line.accepted,
            snoozed: line.snoozed,
            again: line.again,
            links: line.links,
            mentions: Vec::new(),
        },
    });
    changes.extend(line.mentions.into_iter().map(|it| Change::MentionAdded {
        id: id.clone(),
        mention: Mention {
            id: it.id,
            path: it.path,
            line: it.line,
            end_line: it.end_line,
            kind: it.kind,
            certainty: it.certainty,
            status: it.status,
            speaker: it.speaker,
            owners: it.owners,
            people: it.people,
            text: it.text,
            due: due(it.due, it.due_date, it.due_alternative),
            rule: it.rule,
            confidence: it.confidence,
            quote: it.quote,
            topic: it.topic,
            meeting: it.meeting_date,
        },
    }));
    changes.extend(line.boxes.into_iter().map(|it| Change::Ticked {
        id: id.clone(),
        path: it.path,
        from: Mark::Open,
        to: it.mark,
    }));
    later.extend(line.also.into_iter().map(|old| Change::Forwarded {
        id: old,
        from: None,
        to: Some(id.clone()),
    }));
    later.extend(line.proposals.into_iter().flat_map(decided));
}

/// A proposal, and what was decided about it.
fn decided(proposal: Proposal) -> Vec<Change> {
    let decision = proposal.decided.map(|yes| Change::Decided {
        proposal: proposal.id.clone(),
        id: proposal.item.clone(),
        from: None,
        to: Some(yes),
    });
    let proposed = Change::Proposed {
        proposal: Proposal {
            decided: None,
            ..proposal
        },
    };
    [proposed].into_iter().chain(decision).collect()
}
