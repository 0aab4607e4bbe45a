//! Items and mentions for programs. The names of fields are a promise; the types here keep it,
//! whatever the model does.

use super::digest::Part;
use super::pick::Picked;
use super::show::Event;
use super::when;
use crate::due::Due;
use crate::items::{Change, Item, Mention, Proposal, ProposalId};
use crate::mentions::compare::Comparison;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Serialize)]
struct MentionShape<'a> {
    path: &'a str,
    line: u32,
    end_line: u32,
    kind: &'static str,
    certainty: &'static str,
    status: &'static str,
    speaker: Option<&'a str>,
    owners: &'a [String],
    text: &'a str,
    due: Option<&'a str>,
    due_date: Option<Date>,
    rule: &'a str,
    confidence: f32,
    quote: &'a str,
    topic: Option<&'a str>,
}

#[derive(Serialize)]
struct ItemShape<'a> {
    id: &'a str,
    series: &'a str,
    state: &'static str,
    kind: &'static str,
    certainty: &'static str,
    owners: &'a [String],
    text: &'a str,
    /// The topic that it was said under, where its words tell nothing.
    topic: Option<&'a str>,
    due: Option<&'a str>,
    due_date: Option<Date>,
    overdue: bool,
    since: Option<Date>,
    /// At how many meetings it was said.
    said: usize,
    /// How often it was put off.
    slipped: usize,
    /// Addresses of what it is tied to.
    links: &'a BTreeSet<String>,
    mentions: Vec<MentionShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposals: Option<&'a [Proposal]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Vec<EventShape<'a>>>,
}

#[derive(Serialize)]
struct EventShape<'a> {
    at: jiff::Timestamp,
    command: &'a str,
    who: Option<&'a str>,
    #[serde(flatten)]
    change: &'a Change,
}

/// A mention on one line.
pub fn mention(mention: &Mention) -> String {
    line(&mention_shape(mention))
}

/// Mentions as an array.
pub fn mentions(mentions: &[Mention]) -> String {
    pretty(&mentions.iter().map(mention_shape).collect::<Vec<_>>())
}

/// An item on one line.
pub fn item(item: &Item, today: Date) -> String {
    line(&item_shape(item, today))
}

/// Items as an array.
pub fn items<'a>(items: impl IntoIterator<Item = &'a Item>, today: Date) -> String {
    pretty(
        &items
            .into_iter()
            .map(|item| item_shape(item, today))
            .collect::<Vec<_>>(),
    )
}

/// An item with its proposals and its history, on one line or on several.
pub fn item_with_history(
    item: &Item,
    proposals: &[Proposal],
    history: &[Event],
    today: Date,
    on_one_line: bool,
) -> String {
    let events = history.iter().map(|event| EventShape {
        at: event.at,
        command: &event.command,
        who: event.who.as_deref(),
        change: &event.change,
    });
    let shape = ItemShape {
        history: Some(events.collect()),
        proposals: Some(proposals),
        ..item_shape(item, today)
    };
    if on_one_line {
        line(&shape)
    } else {
        pretty(&shape)
    }
}

/// The meeting that items are picked for.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct About<'a> {
    /// The agenda's path, where there is a file.
    pub file: Option<&'a str>,
    /// Its series; none for all series.
    pub series: Option<&'a str>,
    /// Its day.
    pub meeting: Date,
    /// The day of the meeting before.
    pub previous: Option<Date>,
    /// How many items are listed at most.
    pub budget: usize,
}

/// What a meeting looks at, and why.
#[derive(Serialize)]
pub struct AgendaShape<'a> {
    #[serde(flatten)]
    about: About<'a>,
    #[serde(flatten)]
    picked: PickedShape<'a>,
}

#[derive(Serialize)]
struct PickedShape<'a> {
    items: Vec<NeedShape<'a>>,
    more: usize,
    idle: usize,
    snoozed: usize,
    later: usize,
    done: Vec<ItemShape<'a>>,
    dropped: usize,
}

#[derive(Serialize)]
struct NeedShape<'a> {
    /// Why it comes where it comes: "overdue", "due", "carried", "asked", "rest", "later" or "idle".
    need: &'static str,
    /// The proposal to close it that waits for a yes.
    asked: Option<&'a Proposal>,
    #[serde(flatten)]
    item: ItemShape<'a>,
}

/// What was picked for a meeting.
pub fn agenda<'a>(picked: &Picked<'a>, about: About<'a>) -> AgendaShape<'a> {
    let meeting = about.meeting;
    let items = picked.items.iter().map(|it| NeedShape {
        need: it.need.as_str(),
        asked: it.asked,
        item: item_shape(it.item, meeting),
    });
    let done = picked.done.iter().map(|item| item_shape(item, meeting));
    AgendaShape {
        about,
        picked: PickedShape {
            items: items.collect(),
            more: picked.more,
            idle: picked.idle,
            snoozed: picked.snoozed,
            later: picked.later,
            done: done.collect(),
            dropped: picked.dropped,
        },
    }
}

/// What one owner owes.
#[derive(Serialize)]
pub struct PartShape<'a> {
    owner: &'a str,
    overdue: usize,
    items: Vec<ItemShape<'a>>,
}

/// What each owner owes.
pub fn digest<'a>(parts: &'a [Part<'a>], today: Date) -> Vec<PartShape<'a>> {
    let shape = |part: &'a Part<'a>| PartShape {
        owner: &part.owner,
        overdue: part.overdue(today),
        items: part.items.iter().map(|it| item_shape(it, today)).collect(),
    };
    parts.iter().map(shape).collect()
}

/// An item that a sweep would drop.
#[derive(Serialize)]
pub struct SweptShape<'a> {
    proposal: &'a ProposalId,
    /// Whether it was dropped, with `--yes`, or waits for a yes.
    dropped: bool,
    /// Days since it was last spoken of, and meetings.
    days: u32,
    meetings: u32,
    #[serde(flatten)]
    item: ItemShape<'a>,
}

/// An item that nobody has spoken of for so many days and meetings.
pub fn swept<'a>(
    item: &'a Item,
    proposal: &'a Proposal,
    dropped: bool,
    today: Date,
) -> SweptShape<'a> {
    let (days, meetings) = proposal.idle().unwrap_or_default();
    SweptShape {
        proposal: &proposal.id,
        dropped,
        days,
        meetings,
        item: item_shape(item, today),
    }
}

#[derive(Serialize)]
struct ComparisonShape<'a> {
    notes: usize,
    same: usize,
    gained: Vec<MentionShape<'a>>,
    lost: Vec<MentionShape<'a>>,
    changed: Vec<ChangedShape<'a>>,
}

#[derive(Serialize)]
struct ChangedShape<'a> {
    fields: Vec<&'static str>,
    old: MentionShape<'a>,
    new: MentionShape<'a>,
}

/// What differs between two readings of some notes.
pub fn comparison(comparison: &Comparison, notes: usize) -> String {
    let changed = comparison.changed.iter().map(|changed| ChangedShape {
        fields: changed.differences().iter().map(|one| one.field).collect(),
        old: mention_shape(&changed.old),
        new: mention_shape(&changed.new),
    });
    pretty(&ComparisonShape {
        notes,
        same: comparison.same,
        gained: comparison.gained.iter().map(mention_shape).collect(),
        lost: comparison.lost.iter().map(mention_shape).collect(),
        changed: changed.collect(),
    })
}

fn mention_shape(mention: &Mention) -> MentionShape<'_> {
    let (due, due_date) = due(mention.due.as_ref());
    MentionShape {
        path: &mention.path,
        line: mention.line,
        end_line: mention.end_line,
        kind: mention.kind.as_str(),
        certainty: mention.certainty.as_str(),
        status: mention.status.as_str(),
        speaker: mention.speaker.as_deref(),
        owners: &mention.owners,
        text: &mention.text,
        due,
        due_date,
        rule: &mention.rule,
        confidence: mention.confidence,
        quote: &mention.quote,
        topic: mention.topic.as_deref(),
    }
}

fn item_shape(item: &Item, today: Date) -> ItemShape<'_> {
    let (due, due_date) = due(item.due.as_ref());
    ItemShape {
        id: item.id.as_str(),
        series: &item.series,
        state: item.state.as_str(),
        kind: item.kind.as_str(),
        certainty: item.certainty.as_str(),
        owners: &item.owners,
        text: &item.text,
        topic: item.topic(),
        due,
        due_date,
        overdue: when::is_overdue(item, today),
        since: item.since,
        said: item.times_said(),
        slipped: item.times_slipped(),
        links: &item.links,
        proposals: None,
        mentions: item.mentions.iter().map(mention_shape).collect(),
        history: None,
    }
}

fn due(due: Option<&Due>) -> (Option<&str>, Option<Date>) {
    (
        due.map(|due| due.phrase.as_str()),
        due.and_then(|due| due.date),
    )
}

/// A shape on one line. Shapes hold nothing that JSON cannot say, so the empty text never comes out.
pub fn line(shape: &impl Serialize) -> String {
    serde_json::to_string(shape).unwrap_or_default()
}

/// A shape over several lines.
pub fn pretty(shape: &impl Serialize) -> String {
    serde_json::to_string_pretty(shape).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{item as line_of, item_with_history, items, mention};
    use crate::items::{Change, State};
    use crate::views::show::Event;
    use crate::views::testing::item;
    use jiff::civil::date;

    #[test]
    fn the_fields_of_a_mention() {
        let mut ana = item(&["Ana"], "write the guide", date(2025, 4, 24))
            .mentions
            .remove(0);
        ana.due = Some(crate::due::Due {
            phrase: "by Friday".to_owned(),
            date: Some(date(2025, 5, 2)),
            alternative: None,
        });
        insta::assert_snapshot!(mention(&ana), @r#"{"path":"notes/core/2025/core-04-24.md","line":12,"end_line":12,"kind":"commitment","certainty":"definite","status":"open","speaker":"Ana","owners":["Ana"],"text":"write the guide","due":"by Friday","due_date":"2025-05-02","rule":"en.will","confidence":0.9,"quote":"Ana: I will write the guide","topic":null}"#);
    }

    #[test]
    fn the_fields_of_an_item() {
        let ana = item(&["Ana"], "write \"the\" guide", date(2025, 4, 24));
        let today = date(2025, 5, 8);
        let history = [Event {
            at: jiff::Timestamp::from_second(1_746_700_000).expect("in range"),
            command: "done x".to_owned(),
            who: Some("ana".to_owned()),
            change: Change::StateSet {
                id: ana.id.clone(),
                from: State::Open,
                to: State::Done,
                was_closed: None,
                closed: None,
                why: None,
            },
        }];
        insta::assert_snapshot!(item_with_history(&ana, &[], &history, today, false), @r#"
        {
          "id": "vnv2en78dr6a",
          "series": "notes/core",
          "state": "open",
          "kind": "commitment",
          "certainty": "definite",
          "owners": [
            "Ana"
          ],
          "text": "write \"the\" guide",
          "topic": null,
          "due": null,
          "due_date": null,
          "overdue": false,
          "since": "2025-04-24",
          "said": 1,
          "slipped": 0,
          "links": [],
          "mentions": [
            {
              "path": "notes/core/2025/core-04-24.md",
              "line": 12,
              "end_line": 12,
              "kind": "commitment",
              "certainty": "definite",
              "status": "open",
              "speaker": "Ana",
              "owners": [
                "Ana"
              ],
              "text": "write \"the\" guide",
              "due": null,
              "due_date": null,
              "rule": "en.will",
              "confidence": 0.9,
              "quote": "Ana: I will write \"the\" guide",
              "topic": null
            }
          ],
          "proposals": [],
          "history": [
            {
              "at": "2025-05-08T10:26:40Z",
              "command": "done x",
              "who": "ana",
              "change": "state_set",
              "id": "vnv2en78dr6a",
              "from": "open",
              "to": "done",
              "why": null
            }
          ]
        }
        "#);
        let one = line_of(&ana, today);
        assert_eq!(one.lines().count(), 1);
        assert_eq!(items([], today), "[]");
    }
}
