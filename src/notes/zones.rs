//! Zones: what kind of place a clause stands in.

use serde::{Deserialize, Serialize};

/// What kind of place in a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Zone {
    /// The talk itself.
    Notes,
    /// A list of what is to be done: every entry is a task.
    Actions,
    /// The plan of the meeting: topics and who presents them.
    Agenda,
    /// Who was there.
    Attendees,
    /// A standing line of the agenda's template.
    Template,
    /// The last meeting's actions under review.
    LastActions,
    /// What somebody is going to do next, as stand-ups list it.
    Plans,
    /// What somebody has done, as stand-ups list it.
    Done,
    /// What the group decided, as a list under "Decisions" or "Outcome".
    Decisions,
    /// Quoted or pasted text.
    Quote,
    /// Code.
    Code,
    /// A heading: it names what follows.
    Title,
    /// owed's own block.
    Block,
    /// Links, dial-in data, documents: no talk.
    Links,
}

impl Zone {
    /// The word used in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Zone::Notes => "notes",
            Zone::Actions => "actions",
            Zone::Agenda => "agenda",
            Zone::Attendees => "attendees",
            Zone::Template => "template",
            Zone::LastActions => "last-actions",
            Zone::Plans => "plans",
            Zone::Done => "done",
            Zone::Decisions => "decisions",
            Zone::Quote => "quote",
            Zone::Code => "code",
            Zone::Title => "title",
            Zone::Block => "block",
            Zone::Links => "links",
        }
    }
}

/// Whether a text says what came out of the talk, "Result: adopted", which some notes set off like a quote.
pub(super) fn is_outcome(text: &str) -> bool {
    let label = text.split_once(": ").map_or("", |(label, _)| label);
    matches!(
        label.to_lowercase().as_str(),
        "conclusion"
            | "consensus"
            | "decision"
            | "outcome"
            | "resolution"
            | "resolved"
            | "result"
            | "verdict"
    )
}

/// No title has more words than this.
const TITLE: usize = 9;

/// The words of a title that says which zone follows; `None` for a topic of the talk.
pub(super) fn of_title(title: &str) -> Option<Zone> {
    let words = title_words(title);
    if words.is_empty() || words.len() > TITLE {
        return None;
    }
    // "No agenda", "No actions this week": there is none.
    if words[0] == "no" {
        return None;
    }
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let text = words.join(" ");
    match text.as_str() {
        "next"
        | "up next"
        | "next up"
        | "plans"
        | "planned"
        | "today"
        | "next week"
        | "coming up"
        | "doing next"
        | "plans for next week"
        | "plan for next week"
        | "plan for today" => return Some(Zone::Plans),
        "decision" | "decisions" | "decisions made" | "outcome" | "outcomes" | "resolution"
        | "resolutions" | "verdict" | "conclusion" | "conclusions" | "agreed" => {
            return Some(Zone::Decisions);
        }
        "done"
        | "yesterday"
        | "completed"
        | "finished"
        | "accomplishments"
        | "done since last meeting"
        | "done last week"
        | "done this week" => return Some(Zone::Done),
        _ => {}
    }
    let about_actions = has(&[
        "action",
        "actions",
        "ais",
        "todo",
        "todos",
        "actionables",
        "actionable",
    ]) || text.contains("to do")
        || text.contains("follow up")
        || has(&[
            "followup",
            "followups",
            "tasks",
            "homework",
            "deliverables",
            "assignments",
        ])
        || text.contains("next step");
    if about_actions {
        let past = has(&[
            "previous",
            "last",
            "prior",
            "past",
            "old",
            "outstanding",
            "review",
            "reviewing",
            "status",
            "earlier",
            "closed",
            "completed",
            "existing",
            "pending",
            "check",
            "recap",
        ]);
        let topic = has(&["for", "about", "on", "in", "api", "github"]) && words.len() > 4;
        if past {
            return Some(Zone::LastActions);
        }
        // "Action items", "Next steps and owners"; not "Next steps for the parser" of five words and more.
        let filler = [
            "action",
            "actions",
            "items",
            "item",
            "points",
            "point",
            "ais",
            "todo",
            "todos",
            "to",
            "do",
            "dos",
            "follow",
            "up",
            "ups",
            "followup",
            "followups",
            "tasks",
            "task",
            "next",
            "steps",
            "step",
            "new",
            "and",
            "or",
            "summary",
            "of",
            "agreed",
            "list",
            "open",
            "for",
            "this",
            "week",
            "weeks",
            "meeting",
            "meetings",
            "the",
            "owners",
            "owner",
            "homework",
            "actionables",
            "actionable",
            "decisions",
            "decision",
            "our",
            "current",
            "assigned",
            "today",
            "todays",
            "key",
            "takeaways",
            "immediate",
            "other",
            "all",
            "deliverables",
            "assignments",
            "discussion",
            "upcoming",
            "s",
        ];
        let plain = words.iter().all(|word| filler.contains(&word.as_str()));
        let starts = [
            "action",
            "actions",
            "todo",
            "todos",
            "next",
            "ais",
            "tasks",
            "follow",
            "followups",
        ]
        .contains(&words[0].as_str());
        return (plain
            || (starts
                && words.len() <= 4
                && !topic
                && words[0] != "next"
                && words[0] != "follow"
                && has(&["items", "item", "points"])))
        .then_some(Zone::Actions);
    }
    let attendee_words = [
        "attendees",
        "attendee",
        "attendance",
        "attending",
        "present",
        "participants",
        "participating",
        "attended",
        "regrets",
        "absent",
        "apologies",
        "guests",
        "observers",
        "visitors",
        "invited",
        "absentees",
        "excused",
        "members",
        "attendence",
        "invitees",
    ];
    let attendee_filler = [
        "in",
        "and",
        "list",
        "of",
        "the",
        "not",
        "members",
        "member",
        "remote",
        "voting",
        "non",
        "board",
        "tsc",
        "wg",
        "who",
        "is",
        "was",
        "were",
        "from",
        "here",
        "also",
        "core",
        "team",
        "meeting",
        "active",
        "with",
        "people",
        "staff",
        "roll",
        "call",
        "community",
        "committee",
        "general",
        "public",
        "other",
        "others",
    ];
    let all_attendees = words.iter().all(|word| {
        attendee_words.contains(&word.as_str()) || attendee_filler.contains(&word.as_str())
    });
    if (all_attendees && has(&attendee_words) && words.len() <= 6)
        || text == "roll call"
        || text == "who was here"
        || text == "in the call"
        || text == "on the call"
        || text == "in the room"
        || text == "whos here"
    {
        return Some(Zone::Attendees);
    }
    if has(&["agenda"]) {
        // "Agenda and minutes" is the talk.
        if has(&["minutes", "notes", "discussion"]) {
            return Some(Zone::Notes);
        }
        return (words.len() <= 5).then_some(Zone::Agenda);
    }
    if words.len() <= 3
        && has(&[
            "links",
            "recording",
            "recordings",
            "logistics",
            "resources",
            "references",
        ])
    {
        return Some(Zone::Links);
    }
    let talk = [
        "notes",
        "minutes",
        "discussion",
        "discussions",
        "meeting notes",
        "updates",
        "announcements",
    ];
    talk.contains(&text.as_str()).then_some(Zone::Notes)
}

/// Whether an entry is a topic as tools list them under an agenda, box or no box: a title with its number as a link,
/// `Drop the old tiles [#12](…)`, or nothing but a link.
pub(super) fn is_linked_topic(body: &str) -> bool {
    let Some((before, link)) = body
        .strip_suffix(')')
        .and_then(|body| body.rsplit_once("]("))
    else {
        return false;
    };
    let (title, text) = before.rsplit_once('[').unwrap_or(("", before));
    let number = text.rsplit_once('#').map_or("", |(_, number)| number);
    let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let bare = !title.contains(char::is_alphabetic);
    link.starts_with("http") && (numbered || bare)
}

/// A title's words in lower case, without numbers, signs and what stands in brackets.
fn title_words(title: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut depth = 0i32;
    let mut word = String::new();
    for c in title.chars().take(160) {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 && c.is_ascii_alphabetic() {
            word.push(c.to_ascii_lowercase());
        } else if depth == 0 && c.is_alphabetic() {
            word.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '’') && !word.is_empty() {
            out.push(std::mem::take(&mut word));
            if out.len() > TITLE {
                break;
            }
        }
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

/// Whether a line is one that every agenda of a group carries unfilled: an invitation to add, help, vote or sign in.
pub(super) fn is_template(plain: &str) -> bool {
    let lower = plain
        .trim()
        .trim_matches(['_', '*', '(', ')'])
        .to_lowercase();
    let starts = |list: &[&str]| list.iter().any(|start| lower.starts_with(start));
    if lower.len() > 220 {
        return false;
    }
    let placeholder = matches!(
        lower.trim_end_matches(['.', ':', '!']),
        "todo"
            | "tbd"
            | "none"
            | "n/a"
            | "tba"
            | "fixme"
            | "xxx"
            | "..."
            | "…"
            | "thanks"
            | "to be added"
            | "to be filled"
            | "none this week"
            | "to be announced"
            | "to be determined"
            | "your name here"
            | "your item here"
            | "nothing"
            | "no action items"
            | "none yet"
            | "no actions"
            | "unassigned"
    );
    placeholder
        || (starts(&[
            "submit a pr to",
            "submit a pull request to",
            "sumbit a pr to",
            "send a pr to",
            "open a pr to",
            "please submit a pr",
            "create a pr to",
        ]) && lower.contains("add"))
        || starts(&[
            "please help take notes",
            "please help with the notes",
            "please help with notes",
            "please help taking notes",
            "please help add your name",
            "please add your name",
            "please add your agenda",
            "please add agenda",
            "please add any agenda",
            "please add topics",
            "please add yourself",
            "please sign in",
            "please mute",
            "please remember",
            "please put",
            "add your name",
            "add your agenda",
            "add yourself",
            "add agenda items",
            "add items here",
            "add topics here",
            "please list",
            "note: meeting notes linked",
            "meeting notes linked",
            "opening, welcome",
            "join the",
            "join queue",
            "see the instructions",
            "sign up",
            "fill in your name",
            "raise your hand",
            "please introduce yourself",
        ])
}

#[cfg(test)]
mod tests {
    use super::{Zone, is_template, of_title};

    #[test]
    fn titles() {
        for title in [
            "Action items",
            "ACTIONS",
            "## Next Steps:",
            "TODO",
            "To-do",
            "Follow-ups",
            "✅ Action Items (5m, Ana)",
            "Action Items and Next Steps",
            "Summary of action items",
            "Tasks",
            "New action items",
            "AIs",
        ] {
            assert_eq!(of_title(title), Some(Zone::Actions), "{title}");
        }
        for title in [
            "Review of previous meeting's action items (5m)",
            "Last week's actions",
            "Review action items",
        ] {
            assert_eq!(of_title(title), Some(Zone::LastActions), "{title}");
        }
        for title in [
            "Attendees",
            "Present",
            "In attendance",
            "Members present",
            "Regrets",
            "Attendees (alphabetical)",
        ] {
            assert_eq!(of_title(title), Some(Zone::Attendees), "{title}");
        }
        assert_eq!(of_title("Proposed agenda"), Some(Zone::Agenda));
        for title in [
            "Next steps for the incremental parser rewrite",
            "Follow up on the outage",
            "Tide tables",
            "",
        ] {
            assert_eq!(of_title(title), None, "{title}");
        }
    }

    #[test]
    fn linked_topics() {
        for topic in [
            "Drop the old tiles [#12](https://x.y/pull/12)",
            "docs: oil [tiles#9](https://x.y/9)",
            "1 [Drop the old tiles](https://x.y/12)",
        ] {
            assert!(super::is_linked_topic(topic), "{topic}");
        }
        for task in [
            "Merge https://x.y/pull/12",
            "Ana: merge [the pull request](https://x.y/pull/12)",
            "Drop the old tiles (#12)",
        ] {
            assert!(!super::is_linked_topic(task), "{task}");
        }
    }

    #[test]
    fn templates() {
        for line in [
            "_Submit a PR to add your item here_",
            "Please help take notes.",
            "TODO",
            "None.",
        ] {
            assert!(is_template(line), "{line}");
        }
        assert!(!is_template("Ana: submit a PR for the parser"));
        assert!(!is_template("Please review the draft"));
    }
}
