//! A change in words, for histories and for what undo took back.

use super::text::{names, one_line};
use super::when;
use crate::items::{Change, Heard, Home, Mention, Snooze};

/// A change in words.
pub fn in_words(change: &Change) -> String {
    let place = |mention: &Mention| format!("{}:{}", one_line(&mention.path), mention.line);
    let due = |due: &Option<crate::due::Due>| {
        due.as_ref()
            .map_or("none".to_owned(), |due| when::due(due, None))
    };
    match change {
        Change::Added { .. } => "added".to_owned(),
        Change::Removed { .. } => "removed".to_owned(),
        Change::MentionAdded { mention, .. } => format!("said in {}", place(mention)),
        Change::MentionRemoved { mention, .. } => format!("no longer said in {}", place(mention)),
        Change::MentionMoved { from, to, .. } if place(from) == place(to) => {
            format!("changed in {}", place(to))
        }
        Change::MentionMoved { from, to, .. } => {
            format!("moved from {} to line {}", place(from), to.line)
        }
        Change::StateSet { from, to, why, .. } => {
            let why = why
                .as_ref()
                .map_or(String::new(), |why| format!(": {}", one_line(why)));
            format!("{} → {}{why}", from.as_str(), to.as_str())
        }
        Change::Ticked { path, from, to, .. } => {
            format!(
                "box in {} {} → {}",
                one_line(path),
                from.as_str(),
                to.as_str()
            )
        }
        Change::DueSet { from, to, .. } => format!("due {} → {}", due(from), due(to)),
        Change::OwnersSet { from, to, .. } => format!("owner {} → {}", names(from), names(to)),
        Change::TextSet { from, to, .. } => {
            format!("words \"{}\" → \"{}\"", one_line(from), one_line(to))
        }
        Change::HeardAs { from, to, .. } => {
            let heard = |it: &Heard| {
                let since = it.since.map_or(String::new(), |date| format!(" of {date}"));
                format!("{} {}{since}", it.certainty.as_str(), it.kind.as_str())
            };
            format!("heard as {} → {}", heard(from), heard(to))
        }
        Change::Pinned {
            field, to: true, ..
        } => format!("{} set by hand", field.as_str()),
        Change::Pinned { field, .. } => format!("{} left to the notes again", field.as_str()),
        Change::Accepted { to: true, .. } => "accepted".to_owned(),
        Change::Accepted { .. } => "not accepted any more".to_owned(),
        Change::Snoozed { to, .. } => match to {
            Some(Snooze::Day { day }) => format!("snoozed until {day}"),
            Some(Snooze::NextMeeting { after }) => {
                format!("snoozed until the first meeting after {after}")
            }
            None => "not snoozed any more".to_owned(),
        },
        Change::AgainSet { to: Some(to), .. } => format!("promises {to} again"),
        Change::AgainSet { .. } => "promises nothing again".to_owned(),
        Change::Linked { url, .. } => format!("linked to {}", one_line(url)),
        Change::Unlinked { url, .. } => format!("no longer linked to {}", one_line(url)),
        Change::Forwarded { to: Some(to), .. } => format!("became part of {to}"),
        Change::Forwarded { .. } => "no longer part of another".to_owned(),
        Change::HomeSet { to, .. } => match to {
            Some(Home::Own) => "is an item of its own".to_owned(),
            Some(Home::With { mention }) => format!("belongs with {mention}"),
            Some(Home::Nowhere) => "is no item".to_owned(),
            None => "belongs where its words say".to_owned(),
        },
        Change::Proposed { proposal } => {
            format!(
                "proposed: {}, by {}",
                proposal.kind.as_str(),
                place(&proposal.words)
            )
        }
        Change::Withdrawn { proposal } => {
            format!(
                "no longer proposed: {}, by {}",
                proposal.kind.as_str(),
                place(&proposal.words)
            )
        }
        Change::Decided { proposal, to, .. } => match to {
            Some(true) => format!("yes to proposal {proposal}"),
            Some(false) => format!("no to proposal {proposal}"),
            None => format!("proposal {proposal} is open again"),
        },
        Change::AliasSet { name, to, .. } => match to {
            Some(person) => format!("{} stands for {}", one_line(name), one_line(person)),
            None => format!("{} stands for nobody in particular", one_line(name)),
        },
        Change::LoginSet { person, to, .. } => match to {
            Some(login) => format!("{} is {} on GitHub", one_line(person), one_line(login)),
            None => format!("{} has no known login on GitHub", one_line(person)),
        },
    }
}
