//! Which of the items with its words a mention speaks of.

use crate::due::Due;
use crate::items::{Item, ItemId, Kind, Mention, State, Status};
use jiff::civil::Date;

/// The item that a mention belongs to, of those with its key; `None` where it begins a new one.
///
/// In order of meetings this is simple: an open item is spoken of again, a closed one was promised again and that is a
/// new item. A note that comes late belongs to what was on the table at its date: a closed item whose life covers that
/// date, or else the next item with these words. A mention that is shown as done neither begins an item where a closed
/// one says the same (a list that was copied with its ticks) nor joins one that was opened later.
pub(super) fn home(candidates: &[&Item], mention: &Mention) -> Option<ItemId> {
    let mut items = candidates.to_vec();
    items.sort_by_key(|item| (first_said(item), &item.id));
    let is_open = |item: &Item| item.state == State::Open;
    let is_done = mention.status == Status::Done;
    let latest = |fits: &dyn Fn(&Item) -> bool| items.iter().rfind(|item| fits(item));
    latest(&|item| covers(item, mention) && is_open(item))
        .or_else(|| latest(&|item| !begins_after(item, mention) && is_open(item)))
        .or_else(|| latest(&|item| covers(item, mention) && !is_ticked_above(item, mention)))
        .or_else(|| latest(&|item| !begins_after(item, mention) && is_done))
        .or_else(|| {
            items
                .iter()
                .find(|item| begins_after(item, mention) && !(is_done && is_open(item)))
        })
        .map(|item| item.id.clone())
}

/// The day on which a box of the item was ticked, where none of its boxes is open later on: at a later meeting, or
/// further down in the same note. The outer `None` says that it is not done.
pub(super) fn done_on(item: &Item) -> Option<Option<Date>> {
    let last_tick = item
        .mentions
        .iter()
        .rfind(|mention| mention.status == Status::Done)?;
    let first_tick = item
        .mentions
        .iter()
        .find(|mention| mention.status == Status::Done)?;
    let is_box = |mention: &&Mention| mention.kind == Kind::Task && mention.status == Status::Open;
    let open_later = item.mentions.iter().filter(is_box).any(|open| {
        let later = match (open.meeting, last_tick.meeting) {
            (Some(open), Some(tick)) => open > tick,
            _ => false,
        };
        later || is_above(last_tick, open)
    });
    (!open_later).then_some(first_tick.meeting)
}

/// The due of the latest mention that has one, with the day on which that was said.
pub(super) fn said_due(item: &Item) -> Option<(Option<Date>, &Due)> {
    item.mentions
        .iter()
        .rev()
        .find_map(|mention| Some((mention.meeting, mention.due.as_ref()?)))
}

/// Whether the item was on the table at the date of a mention; without a date, whether the same note speaks of it.
fn covers(item: &Item, mention: &Mention) -> bool {
    let Some(date) = mention.meeting else {
        return item.mentions.iter().any(|it| it.path == mention.path);
    };
    // A person may close it between two meetings; a note of an earlier day still speaks of it.
    let last = last_said(item).max(item.closed);
    first_said(item).is_some_and(|first| first <= date) && last.is_some_and(|last| date <= last)
}

/// Whether the item was first spoken of at a later meeting than that of a mention.
fn begins_after(item: &Item, mention: &Mention) -> bool {
    match (first_said(item), mention.meeting) {
        (Some(first), Some(date)) => first > date,
        _ => false,
    }
}

/// Whether an open mention stands below a ticked one of the item in the same note: it is promised again.
pub(super) fn is_ticked_above(item: &Item, mention: &Mention) -> bool {
    mention.status == Status::Open
        && item
            .mentions
            .iter()
            .any(|other| other.status == Status::Done && is_above(other, mention))
}

/// Whether one mention stands above another in the notes of the same meeting.
fn is_above(one: &Mention, other: &Mention) -> bool {
    one.path == other.path && one.meeting == other.meeting && one.line < other.line
}

fn first_said(item: &Item) -> Option<Date> {
    dates(item).min()
}

fn last_said(item: &Item) -> Option<Date> {
    dates(item).max()
}

fn dates(item: &Item) -> impl Iterator<Item = Date> {
    item.mentions
        .iter()
        .filter_map(|mention| mention.meeting)
        .chain(item.since)
}
