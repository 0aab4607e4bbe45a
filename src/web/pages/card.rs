//! An item on the board, and a proposal with its two sides.

use super::parts::{self, Back, Links};
use super::{Viewer, phrase};
use crate::items::{Item, Proposal, ProposalKind, State};
use crate::views::{names, one_line, show, when};
use crate::web::index::Known;
use jiff::civil::Date;
use maud::{Markup, html};
use std::sync::Arc;

/// An item with what is known of it on this board.
pub(super) struct Card {
    pub(super) known: Arc<Known>,
    /// How what it is tied to stands.
    pub(super) links: Links,
    /// Whether something waits for a yes about it.
    pub(super) is_asked: bool,
    /// Whether it was dealt with today, and by which operation.
    pub(super) looked: Option<Option<u64>>,
}

/// The board around a card: what its headings say already, no card says again.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) back: Back<'a>,
    pub(super) today: Date,
    pub(super) with_owner: bool,
    pub(super) with_series: bool,
}

pub(super) fn card(viewer: &Viewer, card: &Card, around: Around<'_>) -> Markup {
    let item = &card.known.item;
    let id = format!("i-{}", item.id);
    let title = format!("t-{}", item.id);
    let is_closed = item.state != State::Open;
    html! {
        article.card.overdue[when::is_overdue(item, around.today)].closed[is_closed].looked[card.looked.is_some()]
            id=(id) tabindex="-1" aria-labelledby=(title) {
            h3 id=(title) {
                a.what href={ "/item/" (item.id) } { (phrase(&item.what())) }
            }
            @if around.with_owner { p.who { (names(&item.owners)) } }
            p.facts {
                (parts::facts(item, &card.links, around.today))
                @if around.with_series { span { (one_line(&item.series)) } }
                @if card.is_asked { span.asked { "a question waits" } }
                @if card.looked.is_some() { span.seen { "looked at" } }
                span.id { (card.known.short) }
            }
            @if let Some(last) = item.mentions.last() { (parts::quote(last)) }
            (parts::actions(viewer, item, around.back, around.today, false))
            @if let (Some(Some(operation)), true) = (card.looked, viewer.may_write) {
                (parts::undo(viewer, operation, around.back))
            }
        }
    }
}

/// A proposal: what is asked, both sides, what speaks for it, and the answers.
pub(super) fn proposal(
    viewer: &Viewer,
    proposal: &Proposal,
    item: Option<&Item>,
    back: Back<'_>,
    with_series: bool,
    today: Date,
) -> Markup {
    let (question, yes, no) = match proposal.kind {
        ProposalKind::Finished => ("Is it done?", "Done", "Still open"),
        ProposalKind::Dropped => ("Will it not be done?", "Drop", "Keep"),
        ProposalKind::Unlinked => ("Its issue is gone. Take it off?", "Take it off", "Leave it"),
        ProposalKind::Same => ("Are these the same?", "The same", "Two items"),
    };
    let id = format!("p-{}", proposal.id);
    let title = format!("q-{}", proposal.id);
    let sides = [("Then", &proposal.beside), ("Later", &proposal.words)];
    let reasons: Vec<String> = proposal.reasons.iter().map(show::reason).collect();
    html! {
        article.card.proposal id=(id) tabindex="-1" aria-labelledby=(title) {
            h3 id=(title) {
                span.question { (question) }
                @if let Some(item) = item {
                    " " a.what href={ "/item/" (item.id) } { (phrase(&item.what())) }
                    " " span.who { (names(&item.owners)) }
                }
            }
            div.sides {
                @for (side, words) in sides {
                    div {
                        p.side {
                            (side)
                            @if let Some(day) = words.meeting { ", " (when::day(day, Some(today))) }
                        }
                        (parts::quote(words))
                    }
                }
            }
            p.facts {
                @if !reasons.is_empty() { span { (reasons.join("; ")) } }
                @if let (Some(item), true) = (item, with_series) { span { (one_line(&item.series)) } }
            }
            @if viewer.may_write {
                form.actions method="post" action={ "/proposal/" (proposal.id) } {
                    (parts::hidden(viewer, back))
                    button.main name="answer" value="yes" { (yes) }
                    button name="answer" value="no" { (no) }
                }
            }
        }
    }
}
