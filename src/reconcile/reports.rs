//! Reports that something is finished or given up, and words that name nothing themselves: of which item they are.

use super::alike::Owners;
use super::fold::{About, Fold, Heard, is_on_table};
use crate::items::{Item, Kind, Mention, ProposalKind, Reason, State};
use std::cmp::Reverse;

impl Fold<'_> {
    /// A report that something is finished, or will not be done: proposes to close the item that it speaks of. It
    /// joins the item where there is no doubt which one.
    pub(super) fn report(&mut self, mention: &Mention) -> Heard {
        let kind = if mention.rule.starts_with("dropped-") {
            ProposalKind::Dropped
        } else {
            ProposalKind::Finished
        };
        let rule = Reason::Rule {
            rule: mention.rule.clone(),
        };
        // A verdict under a topic ends what was left over for this meeting, not what comes out of it.
        let of_topic = mention.rule.starts_with("topic-");
        let comes_out = |item: &Item| {
            let here = |it: &Mention| it.meeting == mention.meeting && it.path == mention.path;
            of_topic && item.mentions.first().is_some_and(here)
        };
        let open = |item: &Item| is_on_table(item, mention, &self.held_before) && !comes_out(item);
        let alike = self.alike(mention);
        let mut speaks_of = alike
            .iter()
            .filter(|(item, it)| open(item) && (it.is_sure() || it.is_report()))
            .filter(|(item, _)| !self.is_still_at_it(mention, item));
        let (about, sure) = match speaks_of.next() {
            Some((item, it)) => (Some(self.about(mention, item, it)), it.is_sure()),
            None if of_topic => (None, false),
            None => (self.just_above(mention), false),
        };
        let Some((id, beside, mut reasons)) = about else {
            return Heard::Nowhere;
        };
        reasons.push(rule);
        self.propose(kind, &id, None, mention, &beside, reasons);
        if sure {
            self.join(&id, mention)
        } else {
            Heard::Nowhere
        }
    }

    /// Whether the line of a report also tells that the work goes on: "working on the loader; wrote half of the tests".
    fn is_still_at_it(&self, report: &Mention, item: &Item) -> bool {
        let items = self.index.in_note(&report.path);
        let said = items
            .filter_map(|id| self.items.get(id))
            .flat_map(|it| &it.mentions);
        let mut here = said.filter(|it| {
            it.kind == Kind::Progress && it.path == report.path && it.line == report.line
        });
        here.any(|it| {
            let is_alike = || self.likeness(it, item).is_some_and(|it| it.is_likely());
            item.mentions.contains(it) || is_alike()
        })
    }

    /// The open item that the line above speaks of, for words that name nothing themselves: "did that", "will look".
    pub(super) fn just_above(&self, mention: &Mention) -> Option<About> {
        let told = self.index.told_before(mention);
        if told.task.is_telling() || told.task.stems.len() > 1 {
            return None;
        }
        let above = |other: &&Mention| {
            other.path == mention.path
                && other.meeting == mention.meeting
                && other.line <= mention.line
                && mention.line - other.line <= 1
        };
        let items = self.index.in_note(&mention.path);
        let near = items.filter_map(|id| {
            let item = self
                .items
                .get(id)
                .filter(|item| item.state == State::Open)?;
            Some((item, item.mentions.iter().rev().find(above)?))
        });
        near.filter(|(item, _)| self.index.owners(mention, item) != Owners::Other)
            .max_by_key(|(item, it)| (it.line, it.end_line, Reverse(&item.id)))
            .map(|(item, it)| (item.id.clone(), it.clone(), vec![Reason::Near]))
    }
}
