//! What people do on the board, each one operation of the ledger.
//!
//! A form carries the state of the item that its reader saw. What has changed since is never overwritten: the form is
//! [stale](Refused::Stale), and the reader is shown how things stand. Who wants what is already so gets it.

use super::Board;
use crate::due::{self, Due};
use crate::items::{
    Change, Field, Item, ItemId, Proposal, ProposalId, ProposalKind, Snooze, State,
};
use crate::ledger::{LedgerError, Operation, Transaction};
use crate::taking;
use crate::views::one_line;
use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// A form about an item.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ItemForm {
    pub(super) secret: String,
    pub(super) act: String,
    /// See [`seen`].
    pub(super) seen: String,
    pub(super) why: String,
    pub(super) owners: String,
    pub(super) due: String,
    /// Where its reader was: the query of a board, or nothing for the item's own page.
    pub(super) back: Option<String>,
}

/// Why nothing was done.
#[derive(Debug)]
pub(super) enum Refused {
    /// There is no such item, proposal or operation.
    Unknown,
    /// The item has changed since the form was made.
    Stale(ItemId),
    /// What was done has been changed again since, and cannot be taken back by itself.
    Overtaken,
    /// The form says something that cannot be: in words.
    Wrong(String),
    /// The ledger did not let it.
    Ledger(LedgerError),
}

impl From<LedgerError> for Refused {
    fn from(error: LedgerError) -> Self {
        Refused::Ledger(error)
    }
}

/// What was done: the item as it is called now, and the operation, where anything changed.
#[derive(Debug)]
pub(super) struct Acted {
    pub(super) item: ItemId,
    pub(super) operation: Option<u64>,
}

/// What the log calls everything that a board did.
pub(super) const COMMAND: &str = "board ";

/// One of the things that can be done with an item.
enum Act {
    Put(State),
    StillOpen,
    HandOver(Vec<String>),
    Date(Option<Due>),
    Snooze(Snooze),
}

/// The most owners that one form can name, and the longest of their names in characters.
const OWNERS: usize = 10;
const NAME: usize = 80;

impl Act {
    fn of(form: &ItemForm, today: Date) -> Result<Self, Refused> {
        Ok(match form.act.as_str() {
            "done" => Act::Put(State::Done),
            "drop" => Act::Put(State::Dropped),
            "open" => Act::StillOpen,
            "owners" => Act::HandOver(owners(&form.owners)?),
            "due" => Act::Date(date(&form.due, today)?),
            "later" => Act::Snooze(Snooze::NextMeeting { after: today }),
            other => {
                return Err(Refused::Wrong(format!(
                    "nothing is called `{}`",
                    one_line(other)
                )));
            }
        })
    }

    /// Its name in the ledger's log.
    fn name(&self) -> &'static str {
        match self {
            Act::Put(State::Done) => "done",
            Act::Put(State::Dropped) => "drop",
            Act::Put(State::Open) | Act::StillOpen => "open",
            Act::HandOver(_) => "owners",
            Act::Date(_) => "due",
            Act::Snooze(_) => "later",
        }
    }

    /// The changes that it takes; none where it is so already.
    fn changes(&self, item: &Item, today: Date, why: Option<String>) -> Vec<Change> {
        let put = |to: State| {
            let is_so = item.state == to;
            let set =
                (!is_so).then(|| [Some(item.put(to, Some(today), why)), item.pin(Field::State)]);
            set.into_iter().flatten().flatten().collect()
        };
        match self {
            Act::Put(to) => put(*to),
            Act::StillOpen => {
                let mut changes: Vec<Change> = put(State::Open);
                changes.extend(taking::snooze(item, None));
                changes.extend(taking::accept(item));
                changes
            }
            Act::HandOver(to) if item.owners == *to => Vec::new(),
            Act::HandOver(to) => taking::set_owners(item, to.clone()),
            Act::Date(to) if item.due == *to => Vec::new(),
            Act::Date(to) => taking::set_due(item, to.clone()),
            Act::Snooze(to) => taking::snooze(item, Some(*to)).into_iter().collect(),
        }
    }
}

fn owners(text: &str) -> Result<Vec<String>, Refused> {
    let mut owners: Vec<String> = Vec::new();
    for name in text.split(',').map(one_line) {
        if name.chars().count() > NAME {
            return Err(Refused::Wrong(
                "that name is too long for a person's".to_owned(),
            ));
        }
        if !name.is_empty() && !owners.contains(&name) {
            owners.push(name);
        }
    }
    if owners.len() > OWNERS {
        return Err(Refused::Wrong(format!(
            "an item has at most {OWNERS} owners"
        )));
    }
    Ok(owners)
}

fn date(text: &str, today: Date) -> Result<Option<Due>, Refused> {
    let text = one_line(text);
    if text.is_empty() {
        return Ok(None);
    }
    match due::parse(&text, Some(today)) {
        Some(due) => Ok(Some(due)),
        None => Err(Refused::Wrong(format!("`{text}` is no date"))),
    }
}

/// What of an item a decision rests on, in short. A form made for another state of it is stale; that a note speaks of
/// it once more meanwhile is no reason to ask again.
pub(super) fn seen(item: &Item) -> String {
    let due = item
        .due
        .as_ref()
        .map(|due| (&due.phrase, due.date, due.alternative));
    let parts = (
        item.state,
        &item.owners,
        &item.text,
        due,
        item.snoozed,
        &item.id,
    );
    // Debug's form is enough: it is held against what this very program wrote.
    super::hex(&Sha256::digest(format!("{parts:?}"))[..8])
}

impl Board {
    /// Does what a form says with an item.
    pub(super) fn act(&self, id: &ItemId, form: &ItemForm) -> Result<Acted, Refused> {
        let today = self.today();
        let act = Act::of(form, today)?;
        let why = Some(one_line(&form.why)).filter(|why| !why.is_empty());
        let mut ledger = super::lock(&self.writer);
        let id = ledger.resolve(id)?.ok_or(Refused::Unknown)?;
        let short = ledger.short(&id)?;
        let asked = ledger.proposals_of(&id)?;
        let mut transaction = ledger.begin(&self.operation(act.name(), &short))?;
        let item = transaction.item(&id)?.ok_or(Refused::Unknown)?;
        let changes = act.changes(&item, today, why);
        if !changes.is_empty() && seen(&item) != form.seen {
            return Err(Refused::Stale(id));
        }
        transaction.apply(&changes)?;
        answer(&mut transaction, &act, &asked, today)?;
        let operation = transaction.number();
        transaction.commit()?;
        drop(ledger);
        self.look(id.clone(), operation);
        Ok(Acted {
            item: id,
            operation,
        })
    }

    /// Answers a proposal.
    pub(super) fn answer(&self, id: &ProposalId, yes: bool) -> Result<Acted, Refused> {
        let mut ledger = super::lock(&self.writer);
        let proposal = ledger.proposal(id)?.ok_or(Refused::Unknown)?;
        let of = |ledger: &crate::ledger::Ledger| -> Result<ItemId, LedgerError> {
            Ok(ledger
                .resolve(&proposal.item)?
                .unwrap_or_else(|| proposal.item.clone()))
        };
        match proposal.decided {
            Some(known) if known == yes => {
                return Ok(Acted {
                    item: of(&ledger)?,
                    operation: None,
                });
            }
            Some(_) => return Err(Refused::Stale(of(&ledger)?)),
            None => {}
        }
        let word = if yes { "yes" } else { "no" };
        let operation = self.operation(&format!("answer {word}"), &id.as_str()[..6]);
        let mut transaction = ledger.begin(&operation)?;
        taking::decide(&mut transaction, id, yes, self.today())?;
        let operation = transaction.number();
        transaction.commit()?;
        let item = of(&ledger)?;
        drop(ledger);
        self.look(item.clone(), operation);
        Ok(Acted { item, operation })
    }

    /// Takes an operation back, where nothing rests on it.
    pub(super) fn take_back(&self, operation: u64) -> Result<Acted, Refused> {
        let mut ledger = super::lock(&self.writer);
        // What a scan did is not the board's to take back.
        let known = ledger.operation(operation)?;
        known
            .filter(|it| it.command.starts_with(COMMAND))
            .ok_or(Refused::Unknown)?;
        let first = ledger.changes_of(operation)?;
        let item = first.iter().find_map(Change::item_id).cloned();
        let item = item.ok_or(Refused::Unknown)?;
        let mut transaction = ledger.begin(&self.operation("undo", &operation.to_string()))?;
        transaction.undo(operation).map_err(|error| match error {
            LedgerError::NothingToUndo => Refused::Stale(item.clone()),
            LedgerError::Conflict(_) => Refused::Overtaken,
            error => Refused::Ledger(error),
        })?;
        let by = transaction.number();
        transaction.commit()?;
        drop(ledger);
        self.look_away(operation);
        Ok(Acted {
            item,
            operation: by,
        })
    }

    fn operation(&self, what: &str, about: &str) -> Operation {
        Operation {
            command: format!("{COMMAND}{what} {about}"),
            // Of whoever asks from elsewhere nothing is known but that they have the token.
            who: self.settings.who.clone().filter(|_| self.key.is_none()),
            at: (self.settings.now)(),
        }
    }
}

/// A word about an item answers what waits about its end: who says "still open" says no to "done?".
fn answer(
    transaction: &mut Transaction<'_>,
    act: &Act,
    asked: &[Proposal],
    today: Date,
) -> Result<(), LedgerError> {
    let waiting = asked.iter().filter(|it| it.decided.is_none());
    let about_its_end =
        waiting.filter(|it| matches!(it.kind, ProposalKind::Finished | ProposalKind::Dropped));
    match act {
        Act::StillOpen => {
            for proposal in about_its_end {
                taking::decide(transaction, &proposal.id, false, today)?;
            }
            Ok(())
        }
        // What is closed is not asked about any more; the notes decide that when they are heard again.
        Act::Put(_) => {
            let paths: BTreeSet<String> = about_its_end.map(|it| it.words.path.clone()).collect();
            taking::hear_again(transaction, &paths)
        }
        _ => Ok(()),
    }
}
