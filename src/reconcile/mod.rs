//! What one note says, held against the items that are known.
//!
//! [`plan`] is a pure function: the same items and the same note give the same [`Plan`], and a plan that was applied
//! leaves nothing to do for the same note. A mention is recognized by its [`Key`](crate::items::Key): the same words
//! of the same owners in the same series. This room knows neither SQL nor the terminal.

mod draft;
mod home;
mod pair;

pub use crate::items::Mark;

use crate::items::{Change, ItemId, Items, Mention, Status};
use draft::Draft;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What one note says now.
#[derive(Clone, Debug, PartialEq)]
pub struct NoteRead {
    /// The note's path, as its mentions have it.
    pub path: String,
    /// The run of meetings it belongs to.
    pub series: String,
    /// The date of its meeting, where known. A mention has its own, as one note may hold several meetings.
    pub meeting: Option<Date>,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// Its carried mentions ([`Mention::is_carried`]) in document order.
    pub mentions: Vec<Mention>,
    /// The boxes of owed's own block in it.
    pub ticks: Vec<Tick>,
}

/// One box of owed's own block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The item it stands for.
    pub id: ItemId,
    /// What it says.
    pub mark: Mark,
    /// Its line, 1-based.
    pub line: u32,
}

/// What comes of a note.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The changes to make, in order.
    pub changes: Vec<Change>,
    /// What became of each mention of the note, in document order, and then of the stored ones that are gone.
    pub outcomes: Vec<Outcome>,
    /// The boxes whose item is not known.
    pub unknown_ticks: Vec<Tick>,
}

/// What became of one mention.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The item it speaks of.
    pub id: ItemId,
    /// What became of it.
    pub what: What,
    /// The mention as the note has it now; the stored one where it is gone.
    pub mention: Mention,
}

/// What can become of a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// It makes a new item.
    New,
    /// It is one more mention of a known item.
    Again,
    /// It was known, and something about it other than its lines has changed.
    Changed,
    /// It was known, and the note no longer has it.
    Gone,
    /// It was known, and is as it was, but for its lines.
    Unchanged,
}

impl What {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            What::New => "new",
            What::Again => "again",
            What::Changed => "changed",
            What::Gone => "gone",
            What::Unchanged => "unchanged",
        }
    }
}

/// What comes of a note, held against the items that are known.
///
/// `known` holds at least every item with a mention or a ticked box in this note, with the key of one of its
/// mentions, or named by one of its boxes; items beyond these change nothing.
pub fn plan(known: &Items, read: &NoteRead) -> Plan {
    let mut draft = Draft::new(known, &read.series);
    let pairs = pair::pair(known, read);
    for (id, mention) in &pairs.gone {
        draft.make(Change::MentionRemoved {
            id: id.clone(),
            mention: mention.clone(),
        });
    }

    // A note with several meetings may have the newest on top; what was said first is heard first all the same.
    let mut order: Vec<usize> = (0..read.mentions.len()).collect();
    order.sort_by(|a, b| read.mentions[*a].order(&read.mentions[*b]));
    let mut outcomes = BTreeMap::new();
    for at in order {
        let mention = &read.mentions[at];
        let (id, what) = match &pairs.stored[at] {
            Some((id, stored)) => (id.clone(), keep(&mut draft, id, stored, mention)),
            None => hear(&mut draft, mention),
        };
        let outcome = Outcome {
            id,
            what,
            mention: mention.clone(),
        };
        outcomes.insert(at, outcome);
    }
    follow_dues(&mut draft, known);
    let unknown_ticks = heed_ticks(&mut draft, known, read);

    let gone = pairs.gone.into_iter().map(|(id, mention)| Outcome {
        id,
        what: What::Gone,
        mention,
    });
    Plan {
        changes: draft.into_changes(),
        outcomes: outcomes.into_values().chain(gone).collect(),
        unknown_ticks,
    }
}

/// A mention that was known at this note: takes over what has changed about it.
fn keep(draft: &mut Draft<'_>, id: &ItemId, stored: &Mention, mention: &Mention) -> What {
    if stored == mention {
        return What::Unchanged;
    }
    draft.make(Change::MentionMoved {
        id: id.clone(),
        from: stored.clone(),
        to: mention.clone(),
    });
    match (stored.status, mention.status) {
        (Status::Open, Status::Done) => draft.close(id, mention),
        (Status::Done, Status::Open) => draft.reopen(id, mention),
        _ => {}
    }
    if pair::same_but_for_lines(stored, mention) {
        What::Unchanged
    } else {
        What::Changed
    }
}

/// A mention that is new in this note: joins the item that it speaks of, or makes one.
fn hear(draft: &mut Draft<'_>, mention: &Mention) -> (ItemId, What) {
    let (id, what) = match home::home(&draft.candidates(mention), mention) {
        Some(id) => (id, What::Again),
        None => (draft.add(mention), What::New),
    };
    let open_later = draft
        .item(&id)
        .is_some_and(|item| home::is_open_later(item, mention));
    draft.make(Change::MentionAdded {
        id: id.clone(),
        mention: mention.clone(),
    });
    if mention.status == Status::Done && !open_later {
        draft.close(&id, mention);
    }
    (id, what)
}

/// Every touched item takes the due of its latest mention that has one, unless a person has set another: an item
/// whose due was not what its mentions said keeps it.
fn follow_dues(draft: &mut Draft<'_>, known: &Items) {
    for id in draft.touched() {
        let Some(item) = draft.item(&id) else {
            continue;
        };
        let follows = known.get(&id).is_none_or(|before| {
            before.mentions.is_empty() || before.due.as_ref() == home::said_due(before)
        });
        let said = home::said_due(item);
        if follows && !item.mentions.is_empty() && item.due.as_ref() != said {
            let change = Change::DueSet {
                id: id.clone(),
                from: item.due.clone(),
                to: said.cloned(),
            };
            draft.make(change);
        }
    }
}

/// Closes or drops the items whose boxes were newly ticked or struck. Gives the boxes whose item is not known.
fn heed_ticks(draft: &mut Draft<'_>, known: &Items, read: &NoteRead) -> Vec<Tick> {
    let mut unknown = Vec::new();
    let mut boxes: BTreeMap<&ItemId, &Tick> = BTreeMap::new();
    for tick in &read.ticks {
        if draft.item(&tick.id).is_none() {
            unknown.push(tick.clone());
            continue;
        }
        // Where an item has several boxes, the first that is not open counts.
        let kept = boxes.entry(&tick.id).or_insert(tick);
        if kept.mark == Mark::Open {
            *kept = tick;
        }
    }
    for (id, path, mark) in known.marks() {
        if path == read.path && !boxes.contains_key(id) {
            draft.mark(id, path, mark, Mark::Open);
        }
    }
    for (id, tick) in boxes {
        let before = known.mark(id, &read.path);
        if before != tick.mark {
            draft.mark(id, &read.path, before, tick.mark);
            draft.heed(tick, &read.path);
        }
    }
    unknown
}
