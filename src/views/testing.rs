//! Items for this room's tests.

use super::pick::{Need, Picking};
use crate::items::{Certainty, Item, ItemId, Kind, Mention, Proposal, Status};
use jiff::civil::{Date, date};

/// A mention in a note whose name ends in its meeting's date, `-MM-DD.md`, in 2025.
pub(super) fn mention(path: &str, line: u32) -> Mention {
    let day: Vec<i8> = path
        .trim_end_matches(".md")
        .rsplitn(3, '-')
        .take(2)
        .filter_map(|part| part.parse().ok())
        .collect();
    let meeting = match day.as_slice() {
        [day, month] => Some(date(2025, *month, *day)),
        _ => None,
    };
    Mention {
        id: None,
        people: Vec::new(),
        path: path.to_owned(),
        line,
        end_line: line,
        kind: Kind::Commitment,
        certainty: Certainty::Definite,
        status: Status::Open,
        speaker: None,
        owners: Vec::new(),
        text: String::new(),
        due: None,
        rule: "en.will".to_owned(),
        confidence: 0.9,
        quote: String::new(),
        topic: None,
        meeting,
    }
}

/// An open item of the series `notes/core`, said once, on line 12 of that day's note.
pub(super) fn item(owners: &[&str], text: &str, since: Date) -> Item {
    let owners: Vec<String> = owners.iter().map(|owner| (*owner).to_owned()).collect();
    let path = format!(
        "notes/core/{}/core-{}.md",
        since.year(),
        since.strftime("%m-%d")
    );
    let mention = Mention {
        owners: owners.clone(),
        text: text.to_owned(),
        speaker: owners.first().cloned(),
        quote: format!("{}: I will {text}", owners.join(" and ")),
        meeting: Some(since),
        ..mention(&path, 12)
    };
    let id = ItemId::from_content("notes/core", &since.to_string(), &owners, text, 0);
    Item {
        mentions: vec![mention.clone()],
        ..Item::begun_by(id, "notes/core", &mention)
    }
}

/// An item that is listed.
pub(super) fn picking<'a>(item: &'a Item, asked: Option<&'a Proposal>) -> Picking<'a> {
    Picking {
        need: Need::Rest,
        item,
        asked,
    }
}
