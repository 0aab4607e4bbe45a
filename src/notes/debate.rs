//! Talk under the title of an action list: people who speak in turn under "Next steps" list nothing.

use super::blocks::{BlockKind, Blocks};
use super::labels::{self, Form};
use super::roster::Roster;
use super::zones::{self, Zone};
use crate::text::SourceText;

/// The headings of action lists, as indices of blocks in order, under which people talk: several voices take turns, and
/// some ask. A list of owners and their tasks asks nothing.
pub(super) fn of_sections(source: &SourceText, blocks: &Blocks, roster: &Roster) -> Vec<usize> {
    let text = source.text();
    let mut out = Vec::new();
    let mut open: Option<(usize, Voices<'_>)> = None;
    for (at, block) in blocks.blocks.iter().enumerate() {
        let span = blocks.span_of(block);
        if let BlockKind::Heading(_) = block.kind {
            out.extend(open.take().filter(|(_, seen)| seen.talk()).map(|it| it.0));
            let is_list = zones::of_title(span.of(text)) == Some(Zone::Actions);
            open = is_list.then(|| (at, Voices::default()));
            continue;
        }
        let Some((_, seen)) = &mut open else { continue };
        let label = labels::parse(text, span).filter(|label| label.form == Form::Colon);
        if let Some(label) = label {
            let name = label.name.of(text);
            if label.rest <= span.end && roster.is_speaker(name, Form::Colon) {
                seen.changes += usize::from(seen.last != name);
                seen.questions += usize::from(text[label.rest..span.end].contains('?'));
                seen.last = name;
            }
        }
    }
    out.extend(open.filter(|(_, seen)| seen.talk()).map(|it| it.0));
    out
}

/// Who speaks in a section.
#[derive(Default)]
struct Voices<'t> {
    last: &'t str,
    changes: usize,
    questions: usize,
}

impl Voices<'_> {
    fn talk(&self) -> bool {
        self.changes > 6 && self.questions >= 2
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
        let list = note(&"- Ana: send it\n- Ben: file it\n".repeat(4));
        let mut expected = vec!["notes", "title"];
        expected.resize(10, "notes");
        check("x.md", &talk, zone, &expected);
        expected[2..].fill("actions");
        check("x.md", &list, zone, &expected);
    }
}
