//! Where in an agenda the block belongs.

use super::entry::{Bullets, indent};
use super::lines::{Line, list_entry};
use crate::items::normal;

/// The part of a file where the block goes when there is none yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// Its heading, without markup.
    pub(super) heading: String,
    /// The line after its heading, or the last one where there is none.
    pub(super) first: usize,
    /// The last line that belongs to it: its last line that is neither blank nor a rule across the
    /// page.
    pub(super) last: usize,
    /// The white space before the lines of the block.
    pub(super) lead: String,
}

/// The section for the block: the one with the `wanted` heading where the project names one, else
/// the review of earlier actions, else other items of the agenda, else the agenda. An entry of the agenda's list may
/// stand in the place of a heading.
pub(super) fn section(lines: &[Line<'_>], wanted: Option<&str>) -> Option<Section> {
    let headings: Vec<Heading> = (0..lines.len())
        .filter_map(|at| heading(lines, at))
        .collect();
    let wanted = wanted.map(normal);
    let is_wanted = |words: &str| wanted.as_deref() == Some(words);
    let find = |is: &dyn Fn(&str) -> bool| headings.iter().position(|it| is(&normal(&it.text)));
    let whole = |at: usize| under_heading(lines, &headings, at);
    let agenda = find(&is_agenda).map(whole);
    let entry = |is: &dyn Fn(&str) -> bool| {
        let agenda = agenda.as_ref()?;
        (agenda.first..=agenda.last).find_map(|at| under_entry(lines, at, is))
    };
    find(&is_wanted)
        .map(whole)
        .or_else(|| entry(&is_wanted))
        .or_else(|| find(&is_review).map(whole))
        .or_else(|| entry(&|words| words.split(' ').count() <= 6 && is_review(words)))
        .or_else(|| entry(&is_other))
        .or(agenda)
}

fn under_heading(lines: &[Line<'_>], headings: &[Heading], at: usize) -> Section {
    let own = &headings[at];
    let end = headings[at + 1..]
        .iter()
        // A line such as "Please add your items:" ends no section that has a real heading.
        .find(|next| next.is_real || !own.is_real)
        .map_or(lines.len(), |next| next.line);
    let last = (own.body..end)
        .rev()
        .find(|at| !lines[*at].is_blank() && !is_rule(lines[*at].text))
        .unwrap_or(own.body - 1);
    Section {
        heading: own.text.clone(),
        first: own.body.min(last),
        last,
        lead: String::new(),
    }
}

/// The section of a list entry whose words are such: what stands below it and further in.
fn under_entry(lines: &[Line<'_>], at: usize, is: &dyn Fn(&str) -> bool) -> Option<Section> {
    let line = lines[at];
    let (_, words) = list_entry(line.text).filter(|_| !line.inert)?;
    if !is(&normal(words)) {
        return None;
    }
    let own = indent(line.text);
    let is_inside = |other: &&Line<'_>| other.is_blank() || indent(other.text) > own;
    let inside = lines[at + 1..].iter().take_while(is_inside).count();
    let last = (at..=at + inside)
        .rev()
        .find(|at| !lines[*at].is_blank())
        .unwrap_or(at);
    let child = lines[at + 1..=at + inside]
        .iter()
        .find(|child| list_entry(child.text).is_some());
    let start = line.text.trim_start();
    let marker = start.find(char::is_whitespace).unwrap_or(start.len());
    let white = |text: &str| text[..text.len() - text.trim_start().len()].to_owned();
    let lead = child.map_or_else(
        || white(line.text) + &" ".repeat(marker + 1),
        |child| white(child.text),
    );
    Some(Section {
        heading: words
            .trim_matches(|c: char| c.is_whitespace() || "*_:".contains(c))
            .to_owned(),
        first: (at + 1).min(last),
        last,
        lead,
    })
}

/// The first line below the last heading above a line.
pub(super) fn before(lines: &[Line<'_>], line: usize) -> usize {
    let above = (0..line).rev().find_map(|at| heading(lines, at));
    above.map_or(0, |heading| heading.body.min(line))
}

/// What the outermost list entries among some lines begin with, as the first of them does, and whether numbers count
/// up.
pub(super) fn bullets(lines: &[Line<'_>]) -> Option<(Bullets, bool)> {
    let entries: Vec<&Line<'_>> = lines
        .iter()
        .filter(|line| !line.inert && list_entry(line.text).is_some())
        .collect();
    let outer = entries.iter().map(|line| indent(line.text)).min()?;
    let marker = |line: &Line<'_>| {
        let text = line.text.trim_start();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let after = text[digits..].chars().next()?;
        Some((text[..digits].parse::<u32>().ok(), after))
    };
    let markers: Vec<(Option<u32>, char)> = entries
        .into_iter()
        .filter(|line| indent(line.text) == outer)
        .filter_map(marker)
        .collect();
    let counted = markers.iter().any(|(number, _)| *number > Some(1));
    let bullets = match markers.first()? {
        (None, mark) => Bullets::Mark(*mark),
        (Some(_), after) => Bullets::Number {
            after: *after,
            counted: false,
        },
    };
    Some((bullets, counted))
}

/// Bullets that count up or do not.
pub(super) fn counted(bullets: Bullets, counted: bool) -> Bullets {
    match bullets {
        Bullets::Number { after, .. } => Bullets::Number { after, counted },
        mark => mark,
    }
}

struct Heading {
    line: usize,
    /// The line after it.
    body: usize,
    text: String,
    /// Whether it is marked up as a heading, not just a bold line or one that ends in a colon.
    is_real: bool,
}

fn heading(lines: &[Line<'_>], at: usize) -> Option<Heading> {
    let line = lines[at];
    if line.inert || line.is_blank() || line.text.starts_with("    ") {
        return None;
    }
    let text = line.text.trim();
    let made = |text: &str, lines: usize, is_real| Heading {
        line: at,
        body: at + lines,
        text: text
            .trim_matches(|c: char| c.is_whitespace() || "*_#=:".contains(c))
            .to_owned(),
        is_real,
    };
    for mark in ['#', '='] {
        let level = text.chars().take_while(|c| *c == mark).count();
        if (1..=6).contains(&level) && text[level..].starts_with([' ', '\t']) {
            return Some(made(text, 1, true));
        }
    }
    if list_entry(line.text).is_some() || text.starts_with(['>', '|']) {
        return None;
    }
    if let Some(next) = lines.get(at + 1) {
        let under = next.text.trim_end();
        let is_underline = |mark: char| under.len() >= 3 && under.trim_matches(mark).is_empty();
        if !next.inert && !is_rule(text) && (is_underline('=') || is_underline('-')) {
            return Some(made(text, 2, true));
        }
    }
    let bold = ["**", "__"].iter().any(|mark| {
        let inner = text.trim_end_matches(':').strip_prefix(mark);
        inner
            .and_then(|inner| inner.strip_suffix(mark))
            .is_some_and(|inner| !inner.contains(mark))
    });
    let colon = text.ends_with(':') && text.split_whitespace().count() <= 5;
    (bold || colon).then(|| made(text, 1, false))
}

/// A line across the page.
fn is_rule(text: &str) -> bool {
    let text: String = text.split_whitespace().collect();
    text.len() >= 3
        && ["-", "*", "_"]
            .iter()
            .any(|mark| text.replace(mark, "").is_empty())
}

/// "Review of action items", "Last week's action items", "Open actions".
fn is_review(words: &str) -> bool {
    let words: Vec<&str> = words.split(' ').collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    has(&["action", "actions"])
        && has(&[
            "review",
            "last",
            "previous",
            "prior",
            "open",
            "outstanding",
            "pending",
            "old",
        ])
}

/// "Other agenda items", "Other business".
fn is_other(words: &str) -> bool {
    matches!(
        words,
        "other agenda items" | "other items" | "other business" | "any other business" | "aob"
    )
}

/// "Agenda", "Other agenda items", "This week's agenda"; not "Last week's agenda", nor "Agenda and
/// minutes".
fn is_agenda(words: &str) -> bool {
    const BESIDE: &[&str] = &[
        "a",
        "draft",
        "for",
        "items",
        "item",
        "meeting",
        "meetings",
        "next",
        "of",
        "other",
        "our",
        "proposed",
        "s",
        "tentative",
        "the",
        "this",
        "today",
        "todays",
        "topics",
        "week",
        "weeks",
    ];
    let mut agenda = false;
    words.split(' ').all(|word| {
        let is_agenda = word == "agenda";
        agenda |= is_agenda;
        is_agenda || BESIDE.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit())
    }) && agenda
}

#[cfg(test)]
mod tests {
    use super::section;
    use crate::views::lines::lines;

    /// The heading that is chosen and the text of the last line before the block.
    #[track_caller]
    fn check(text: &str, wanted: Option<&str>, expected: Option<(&str, &str)>) {
        let lines = lines(text);
        let found = section(&lines, wanted).map(|it| (it.heading, lines[it.last].text.to_owned()));
        let expected = expected.map(|(heading, last)| (heading.to_owned(), last.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn the_agenda_ends_before_the_next_heading() {
        let text = "# Core\n\n## Agenda\n\n1. Welcome\n   1. Roll call\n1. Other\n\n## Notes\n";
        check(text, None, Some(("Agenda", "1. Other")));
    }

    #[test]
    fn a_review_of_actions_goes_before_the_agenda() {
        let text = "## Agenda\n- a\n\n## Last week's action items\n\n- b\n\n---\n\n## Notes\n";
        check(text, None, Some(("Last week's action items", "- b")));
    }

    #[test]
    fn a_named_heading_goes_before_all() {
        let text = "## Agenda\n- a\n## *Topics:*\n- b\n";
        check(text, Some("topics"), Some(("Topics", "- b")));
        check(text, Some("minutes"), Some(("Agenda", "- a")));
    }

    #[test]
    fn spellings() {
        for text in [
            "Agenda\n======\n- a\n\nNotes\n-----\n",
            "Agenda:\n- a\n\nPresent:\n- b\n",
            "**Agenda:**\n\n- a\n\n**Notes**\n",
            "== Agenda\n- a\n\n== Notes\n",
            "<!--\n# Agenda\nold\n-->\n# Agenda #\n- a\n# Notes\n",
        ] {
            check(text, None, Some(("Agenda", "- a")));
        }
        check(
            "## Agenda\n\n### Announcements\n- a\n",
            None,
            Some(("Agenda", "## Agenda")),
        );
        check(
            "## Today's Agenda\nItems:\n- a\n",
            None,
            Some(("Today's Agenda", "- a")),
        );
    }

    #[test]
    fn what_is_no_agenda() {
        for text in [
            "## Last Week's Agenda\n- a\n",
            "## Agenda and minutes\n- a\n",
            "## Action items\n- a\n",
            "* Status: Agenda\n",
            "```\n# Agenda\n```\n",
            "",
        ] {
            check(text, None, None);
        }
    }
}
