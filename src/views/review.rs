//! What a change of notes brings, as one comment on it.

use super::show::reason;
use super::text::{count, fit, names};
use crate::github::{Filing, LONGEST_BODY, Step, inert};
use crate::items::{Mention, Proposal};
use crate::lint::{Code, Remark};
use crate::reconcile::What;

/// The first line of the comment, by which it is known again.
pub const MARKER: &str = "<!-- owed:review -->";

/// How many entries a part of the comment has.
const MOST: usize = 60;

/// What was found.
#[derive(Debug, Default)]
pub struct Review {
    /// How many notes were read.
    pub notes: usize,
    /// What goes on agendas, and whether it is new.
    pub found: Vec<(What, Mention)>,
    /// What the writer can mend.
    pub remarks: Vec<Remark>,
    /// What may be the same as something that is open.
    pub same: Vec<Proposal>,
    /// What may be done, or dropped.
    pub ended: Vec<Proposal>,
    /// What would be filed; empty where nothing is.
    pub filings: Vec<Filing>,
    /// Whether a merge files it.
    pub files_on_merge: bool,
}

/// The comment in Markdown. `link` gives the address of a line of a note.
pub fn markdown(review: &Review, link: &dyn Fn(&str, u32) -> Option<String>) -> String {
    let place = |path: &str, line: u32| {
        let name = inert(&format!("{path}:{line}"));
        match link(path, line) {
            Some(address) => format!("[{name}]({address})"),
            None => name,
        }
    };
    let mut out = format!(
        "{MARKER}\n**owed** found {} in {}.\n",
        count(review.found.len(), "item"),
        count(review.notes, "note")
    );
    if !review.found.is_empty() {
        out.push_str("\n| | who | what | due | where |\n|---|---|---|---|---|\n");
        for (what, mention) in review.found.iter().take(MOST) {
            let due = mention.due.as_ref().map_or_else(String::new, |due| {
                due.date
                    .map_or_else(|| inert(&due.phrase), |day| day.to_string())
            });
            out.push_str(&format!(
                "| {} | {} | {} | {due} | {} |\n",
                what.as_str(),
                inert(&names(&mention.owners)),
                inert(&cut(&mention.text)),
                place(&mention.path, mention.line)
            ));
        }
        more(&mut out, review.found.len());
    }
    let is_undated = |remark: &&Remark| remark.code == Code::NoDue;
    let remarks: Vec<String> = review
        .remarks
        .iter()
        .filter(|remark| !is_undated(remark))
        .map(|remark| {
            let line = remark.place.map_or(1, |place| place.line);
            format!(
                "{}: {} (`{}`; {})",
                place(&remark.path, line),
                inert(&remark.message),
                remark.code.as_str(),
                inert(&remark.help)
            )
        })
        .collect();
    part(&mut out, "Better mended now", &remarks);
    let undated: Vec<String> = review
        .remarks
        .iter()
        .filter(is_undated)
        .filter_map(|remark| Some(place(&remark.path, remark.place?.line)))
        .take(MOST)
        .collect();
    if !undated.is_empty() {
        out.push_str(&format!("\n**Without a date**: {}\n", undated.join(", ")));
    }
    let asked = |proposal: &Proposal| {
        let why: Vec<String> = proposal.reasons.iter().map(reason).collect();
        format!(
            "{}: \"{}\" and {}: \"{}\" ({})",
            place(&proposal.words.path, proposal.words.line),
            inert(&cut(&proposal.words.quote)),
            place(&proposal.beside.path, proposal.beside.line),
            inert(&cut(&proposal.beside.quote)),
            inert(&why.join("; "))
        )
    };
    let same: Vec<String> = review.same.iter().map(asked).collect();
    part(&mut out, "Maybe the same as something that is open", &same);
    let ended: Vec<String> = review.ended.iter().map(asked).collect();
    part(&mut out, "Maybe done or dropped", &ended);
    let filings: Vec<String> = review.filings.iter().filter_map(filing).collect();
    let title = if review.files_on_merge {
        "Filed when this is merged"
    } else {
        "To be filed by `owed issues open`"
    };
    part(&mut out, title, &filings);
    within_limit(out)
}

fn filing(filing: &Filing) -> Option<String> {
    let repository = filing
        .repository
        .as_ref()
        .map_or_else(String::new, |it| format!(" in {}", inert(&it.to_string())));
    match &filing.step {
        // A title is made for a place where only code is marked up.
        Step::Open(_) => Some(format!(
            "a new issue{repository}: {}",
            inert(&cut(&filing.item.text))
        )),
        Step::Link { url, why } => Some(format!(
            "{}: tied to {}, for {}",
            inert(&cut(&filing.item.text)),
            inert(url),
            why.as_str()
        )),
        Step::Choose(likely) => {
            let first = likely.first()?;
            Some(format!(
                "{}: may be {} already (\"{}\"); somebody has to choose",
                inert(&cut(&filing.item.text)),
                inert(&first.url),
                inert(&first.title)
            ))
        }
        Step::UnderWay | Step::Leave(_) => None,
    }
}

/// A part of the comment with its entries; nothing where there are none.
fn part(out: &mut String, title: &str, entries: &[String]) {
    if entries.is_empty() {
        return;
    }
    out.push_str(&format!("\n**{title}**\n\n"));
    for entry in entries.iter().take(MOST) {
        out.push_str(&format!("- {entry}\n"));
    }
    more(out, entries.len());
}

fn more(out: &mut String, n: usize) {
    if n > MOST {
        out.push_str(&format!("\nand {} more\n", n - MOST));
    }
}

/// As much of some words as an entry has room for.
fn cut(text: &str) -> String {
    fit(text, 150)
}

/// As much of the comment as GitHub takes, to the end of a line.
fn within_limit(text: String) -> String {
    const MORE: &str = "\nThere is more than a comment has room for.\n";
    match text.char_indices().nth(LONGEST_BODY - MORE.len()) {
        Some((at, _)) => {
            let end = text[..at].rfind('\n').map_or(0, |end| end + 1);
            format!("{}{MORE}", &text[..end])
        }
        None => text,
    }
}
