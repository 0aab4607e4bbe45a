//! Talk under the title of an action list: people who speak in turn under "Next steps" list nothing.

use super::blocks::{Block, BlockKind, Blocks};
use super::labels::{self, Form};
use super::roster::Roster;
use super::zones::{self, Zone};
use crate::text::SourceText;

/// The titles of action lists, as indices of blocks in order, under which people talk: several voices take turns, and
/// some ask or give an opinion. A list of owners and their tasks does neither. A title is a heading, or the entry over a list.
pub(super) fn of_lists(source: &SourceText, blocks: &Blocks, roster: &Roster) -> Vec<usize> {
    let text = source.text();
    let mut out = Vec::new();
    let mut open: Vec<List<'_>> = Vec::new();
    for (at, block) in blocks.blocks.iter().enumerate() {
        let span = blocks.span_of(block);
        let heading = matches!(block.kind, BlockKind::Heading(_));
        while let Some(list) = open.pop_if(|list| heading || !list.holds(block)) {
            out.extend(Some(list.title).filter(|_| list.talk()));
        }
        let title = span.of(text).trim_matches(['*', '_', ' ', ':']);
        let is_title = heading || matches!(block.kind, BlockKind::Entry(_));
        if is_title && title.len() <= 90 && zones::of_title(title) == Some(Zone::Actions) {
            open.push(List::new(at, block));
        }
        let Some(list) = open.last_mut().filter(|list| list.title != at) else {
            continue;
        };
        let label = labels::parse(text, span).filter(|label| label.form == Form::Colon);
        if let Some(label) = label {
            let name = label.name.of(text);
            if label.rest <= span.end && roster.is_speaker(name, Form::Colon) {
                list.changes += usize::from(list.last != name);
                list.asides += usize::from(is_aside(&text[label.rest..span.end]));
                list.last = name;
            }
        }
    }
    out.extend(
        open.iter()
            .filter(|list| list.talk())
            .map(|list| list.title),
    );
    out.sort_unstable();
    out
}

/// Whether words ask, or give an opinion.
fn is_aside(words: &str) -> bool {
    const OPINIONS: [&str; 6] = ["agree", "believe", "don't", "feel", "think", "would"];
    let mut before = "";
    words.contains('?')
        || words.split(' ').any(|word| {
            let i = matches!(std::mem::replace(&mut before, word), "I" | "i");
            i && OPINIONS.contains(&word)
        })
}

/// Who speaks in a list.
struct List<'t> {
    /// Its title, an index of a block.
    title: usize,
    /// How far that is indented, where it is an entry: what stands no deeper ends the list.
    indent: Option<u32>,
    last: &'t str,
    changes: usize,
    asides: usize,
}

impl List<'_> {
    fn new(title: usize, block: &Block) -> Self {
        let entry = matches!(block.kind, BlockKind::Entry(_));
        Self {
            title,
            indent: entry.then_some(block.indent),
            last: "",
            changes: 0,
            asides: 0,
        }
    }

    fn holds(&self, block: &Block) -> bool {
        self.indent.is_none_or(|indent| block.indent > indent)
    }

    fn talk(&self) -> bool {
        self.changes > 6 && self.asides >= 2
    }
}

#[cfg(test)]
mod tests {
    use crate::notes::testing::check;
    use crate::notes::{Note, Turn};

    fn zone(_: &Note, turn: &Turn, _: &str) -> String {
        turn.zone.as_str().to_owned()
    }

    #[test]
    fn people_who_ask_and_answer_list_nothing() {
        let note = |entries: &str| format!("Present: Ana, Ben, Chidi\n\n# Next steps\n{entries}");
        let talk = note(&"- Ana: who goes?\n- Ben: nobody goes.\n".repeat(4));
        let opinions = note(&"- Ana: off it goes\n- Ben: I think not\n".repeat(4));
        let list = note(&"- Ana: send it\n- Ben: file it\n".repeat(4));
        let mut expected = vec!["notes", "title"];
        expected.resize(10, "notes");
        check("x.md", &talk, zone, &expected);
        check("x.md", &opinions, zone, &expected);
        expected[2..].fill("actions");
        check("x.md", &list, zone, &expected);
        let under_an_entry = |entries: &str| {
            let entries = entries.replace("- ", "  - ");
            format!("Present: Ana, Ben, Chidi\n\n- Next steps\n{entries}- Ana: bye")
        };
        let talk = "- Ana: who goes?\n- Ben: nobody goes.\n".repeat(4);
        check("x.md", &under_an_entry(&talk), zone, &["notes"; 11]);
        let list = "- Ana: send it\n- Ben: file it\n".repeat(4);
        expected[10..].fill("notes");
        expected.push("notes");
        check("x.md", &under_an_entry(&list), zone, &expected);
    }
}
