//! Remarks about who is to do it.

use super::{Code, Lint, is_action};
use crate::mentions::{Found, is_team};
use crate::people::{Evidence, Match, Person};
use crate::text::{Span, nearest};

/// With more owners than this nobody feels meant.
const MOST: usize = 2;

/// How an entry begins that is for whoever comes along.
const SOMEBODY: [&str; 8] = [
    "somebody",
    "someone",
    "anybody",
    "anyone",
    "volunteer",
    "volunteers",
    "tbd",
    "who",
];

impl Lint<'_> {
    pub(super) fn owners(&mut self, found: &Found) {
        let mention = &found.mention;
        match mention.owners.as_slice() {
            [] => self.nobody(found),
            owners if owners.iter().any(|owner| owner == "we") => {
                // "We will …" is how people talk; an action is for somebody.
                if is_action(mention) {
                    let span = found.owner.unwrap_or(found.task);
                    self.push(Code::VagueOwner, span, "this is everybody's".to_owned());
                }
            }
            owners if owners.len() > MOST => {
                let span = found.owner.unwrap_or(found.task);
                let message = format!("{} people are to do this", owners.len());
                self.push(Code::ManyOwners, span, message);
            }
            owners => {
                for owner in owners {
                    self.name(found, owner);
                }
            }
        }
    }

    fn nobody(&mut self, found: &Found) {
        let first = found.mention.text.split_whitespace().next();
        let first = first.unwrap_or_default().to_lowercase();
        let first = first.trim_matches(|c: char| !c.is_alphanumeric());
        if !SOMEBODY.contains(&first) {
            let message = "no one is named who does this";
            self.push(Code::NoOwner, found.task, message.to_owned());
        } else if is_action(&found.mention) {
            let message = "this is somebody's, and no one is named";
            self.push(Code::VagueOwner, found.task, message.to_owned());
        }
    }

    /// An owner that is known, unknown, or could be two people.
    fn name(&mut self, found: &Found, owner: &str) {
        let people = &self.note.people;
        let span = self.span_of(found, owner);
        let listed: Vec<&Person> = people
            .persons()
            .iter()
            .filter(|person| person.evidence == Evidence::Listed)
            .collect();
        match people.find(owner) {
            Match::Several => {
                let names: Vec<&str> = people
                    .meant(owner)
                    .map(|person| person.name.as_str())
                    .collect();
                let message = format!("\"{owner}\" could be {}", names.join(" or "));
                self.push(Code::AmbiguousName, span, message);
            }
            // A list of attendees has more than one name.
            _ if listed.len() < 2 || is_team(owner) => {}
            found => {
                let known = listed.iter().flat_map(|person| {
                    let handle = person.handle.iter().map(String::as_str);
                    let first = person.name.split(' ').next();
                    handle.chain(first).chain([person.name.as_str()])
                });
                let meant = nearest(owner, known);
                // Whoever only turns up in the talk may be away; one who is called almost like an attendee is not.
                let is_known = match found {
                    Match::One(at) => {
                        people.persons()[at].evidence <= Evidence::Spoke || meant.is_none()
                    }
                    _ => false,
                };
                if !is_known {
                    let message = format!("\"{owner}\" is nobody in this note");
                    let help = meant.map_or_else(
                        || Code::UnknownName.help().to_owned(),
                        |meant| format!("is \"{meant}\" meant?"),
                    );
                    self.push_with(Code::UnknownName, span, message, help);
                }
            }
        }
    }

    /// Where an owner is named.
    fn span_of(&self, found: &Found, owner: &str) -> Span {
        let Some(span) = found.owner else {
            return found.task;
        };
        let text = span.of(self.source.text());
        match text.find(owner) {
            Some(at) => Span::new(at, at + owner.len()).shifted(span.start),
            None => span,
        }
    }
}
