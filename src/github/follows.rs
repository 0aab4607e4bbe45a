//! What follows for an item from what happened to its issue: changes and questions. Pure.

use super::sync::{Effect, Event, Options};
use crate::items::{
    Change, Field, Item, Mention, Proposal, ProposalId, ProposalKind, Reason, State, Status,
};

/// What a merged pull request has to do with an issue, as a reason of a proposal.
pub(super) fn mentioning(url: &str) -> String {
    format!("merged, and mentions {url}")
}

/// What follows for an item from one thing that happened to its issue: changes to make, and what to ask about.
pub(super) fn follows(
    item: &Item,
    url: &str,
    event: &Event,
    others_open: bool,
    options: &Options<'_>,
    changes: &mut Vec<Change>,
    asked: &mut Vec<(ProposalKind, String, String)>,
) -> Effect {
    let Options { policy, today, .. } = options;
    match event {
        Event::Closed { reason } if item.state == State::Open && !others_open => {
            let is_dropped = matches!(
                reason.as_deref(),
                Some("not_planned" | "duplicate" | "unmerged")
            );
            if policy.close {
                let to = if is_dropped {
                    State::Dropped
                } else {
                    State::Done
                };
                let why = format!("{url} {}", event.in_words());
                changes.push(item.put(to, Some(*today), Some(why)));
                changes.extend(item.pin(Field::State));
                return Effect::Changed;
            }
            let kind = if is_dropped {
                ProposalKind::Dropped
            } else {
                ProposalKind::Finished
            };
            asked.push((kind, url.to_owned(), event.in_words()));
            Effect::Proposed
        }
        Event::Gone | Event::Converted if item.state == State::Open => {
            // The item is as open as before. That it wants another issue is for a person to say.
            asked.push((ProposalKind::Unlinked, url.to_owned(), event.in_words()));
            Effect::Proposed
        }
        Event::Mentioned { by } if item.state == State::Open => {
            asked.push((ProposalKind::Finished, by.clone(), mentioning(url)));
            Effect::Proposed
        }
        Event::Reopened if policy.close && item.state != State::Open => {
            changes.push(item.put(State::Open, None, Some(format!("{url} reopened"))));
            changes.extend(item.pin(Field::State));
            Effect::Changed
        }
        Event::Moved { to } => {
            changes.push(Change::Unlinked {
                id: item.id.clone(),
                url: url.to_owned(),
            });
            if !item.links.contains(to) {
                changes.push(Change::Linked {
                    id: item.id.clone(),
                    url: to.clone(),
                });
            }
            Effect::Changed
        }
        Event::Assigned { to } if policy.owners && !to.is_empty() => {
            let names: Option<Vec<String>> = to
                .iter()
                .map(|login| options.names.get(&login.to_lowercase()).cloned())
                .collect();
            // Somebody whom the project does not know by name stays a matter for people.
            match names.filter(|names| *names != item.owners) {
                Some(names) => {
                    changes.push(Change::OwnersSet {
                        id: item.id.clone(),
                        from: item.owners.clone(),
                        to: names,
                    });
                    changes.extend(item.pin(Field::Owners));
                    Effect::Changed
                }
                None => Effect::Told,
            }
        }
        Event::Milestone {
            to: Some(title),
            due: Some(day),
        } if policy.due && item.due.as_ref().and_then(|due| due.date) != Some(*day) => {
            changes.push(Change::DueSet {
                id: item.id.clone(),
                from: item.due.clone(),
                to: Some(crate::due::Due {
                    phrase: format!("milestone {title}"),
                    date: Some(*day),
                    alternative: None,
                }),
            });
            changes.extend(item.pin(Field::Due));
            Effect::Changed
        }
        _ => Effect::Told,
    }
}

/// What is asked about an item whose issues have come to an end. That it is finished weighs more than that it is
/// dropped, and either more than that its issue is gone.
pub(super) fn proposal(item: &Item, asked: &[(ProposalKind, String, String)]) -> Proposal {
    let kinds = asked.iter().map(|(kind, ..)| *kind);
    let kind = kinds.min_by_key(weight).unwrap_or(ProposalKind::Finished);
    let reasons = asked.iter().map(|(_, url, event)| Reason::Issue {
        url: url.clone(),
        event: event.clone(),
    });
    let words = item
        .mentions
        .last()
        .cloned()
        .unwrap_or_else(|| made_up(item));
    let beside = item
        .mentions
        .first()
        .cloned()
        .unwrap_or_else(|| made_up(item));
    // What has happened is a part of the question: a no to one end of an issue is none to the next.
    let events: Vec<String> = asked
        .iter()
        .map(|(_, url, event)| format!("{url} {event}"))
        .collect();
    let asked_with = Mention {
        quote: format!("{} {}", words.quote, events.join(" ")),
        ..words.clone()
    };
    Proposal {
        id: ProposalId::from_content(kind, &item.series, &asked_with, &beside),
        kind,
        item: item.id.clone(),
        with: None,
        words,
        beside,
        reasons: reasons.collect(),
        decided: None,
    }
}

fn weight(kind: &ProposalKind) -> u8 {
    match kind {
        ProposalKind::Finished => 0,
        ProposalKind::Dropped => 1,
        ProposalKind::Unlinked | ProposalKind::Same => 2,
    }
}

/// Words for an item that the notes no longer have any of.
fn made_up(item: &Item) -> Mention {
    Mention {
        id: Some(item.id.clone()),
        path: String::new(),
        line: 0,
        end_line: 0,
        kind: item.kind,
        certainty: item.certainty,
        status: Status::Open,
        speaker: None,
        owners: item.owners.clone(),
        people: Vec::new(),
        text: item.text.clone(),
        due: item.due.clone(),
        rule: String::new(),
        confidence: 1.0,
        quote: item.text.clone(),
        topic: None,
        meeting: item.since,
    }
}

/// Whether a proposal is about what happened to an issue, and to no other.
pub(super) fn is_about(proposal: &Proposal, url: &str) -> bool {
    proposal
        .reasons
        .iter()
        .all(|reason| matches!(reason, Reason::Issue { url: of, .. } if of == url))
}
