//! One question after the other.

use crate::cli::commands::{accept, answer, people, same, set, snooze, state, undo};
use crate::cli::context::{Context, item};
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::keys::Keys;
use crate::items::{Item, Proposal};
use crate::ledger::Ledger;
use crate::taking::{Unknown, Waiting};
use crate::views::show;
use crate::views::style::{self, paint};
use crate::views::{count, one_line};

/// What a key comes to.
enum Step {
    /// Something was kept: on to the next.
    Done,
    /// On to the next, and nothing is kept.
    Skip,
    /// Ask again.
    Again,
    /// Back to what was answered last.
    Back,
    /// Enough.
    Quit,
}

/// Where the walk is.
struct Walk<'c> {
    context: &'c mut Context,
    ledger: &'c mut Ledger,
    keys: Keys,
    /// The places of what was answered, in order, each with the operation that was kept for it.
    answered: Vec<(usize, u64)>,
}

/// Asks about one thing after the other.
pub(super) fn walk(
    context: &mut Context,
    ledger: &mut Ledger,
    waiting: &[Waiting],
) -> Result<(), CommandError> {
    let mut walk = Walk {
        context,
        ledger,
        keys: Keys::new(),
        answered: Vec::new(),
    };
    let mut at = 0;
    while let Some(it) = waiting.get(at) {
        let Some(it) = walk.as_it_is(it)? else {
            // An earlier answer has settled it.
            at += 1;
            continue;
        };
        walk.show(&it, at + 1, waiting.len())?;
        let before = walk.last_operation()?;
        match walk.ask(&it)? {
            Step::Done => {
                // What was so already keeps nothing, and there is nothing to take back.
                let kept = walk.last_operation()?.filter(|it| Some(*it) != before);
                walk.answered.extend(kept.map(|operation| (at, operation)));
                at += 1;
            }
            Step::Skip => at += 1,
            Step::Again => {}
            Step::Back => at = walk.answered.pop().map_or(at, |(at, _)| at),
            Step::Quit => break,
        }
    }
    let mut left = 0;
    for it in waiting {
        left += usize::from(walk.as_it_is(it)?.is_some());
    }
    let answered = count(walk.answered.len(), "answer");
    let left = match left {
        0 => "nothing waits any more".to_owned(),
        1 => "1 thing still waits".to_owned(),
        n => format!("{n} things still wait"),
    };
    walk.context
        .out
        .message(&format!("{answered} kept; {left}"));
    Ok(())
}

impl Walk<'_> {
    /// What waits as it is now; `None` where it waits no more.
    fn as_it_is(&self, waiting: &Waiting) -> Result<Option<Waiting>, CommandError> {
        Ok(match waiting {
            Waiting::Name { series, unknown } => {
                let aliases = self.ledger.aliases(series)?;
                let is_said = aliases.contains_key(&crate::items::normal(&unknown.name));
                (!is_said).then(|| waiting.clone())
            }
            Waiting::Proposal(proposal) => self
                .ledger
                .proposal(&proposal.id)?
                .filter(|proposal| proposal.decided.is_none())
                .map(|proposal| Waiting::Proposal(Box::new(proposal))),
            Waiting::Item(item) => {
                let now = self.ledger.item(&item.id)?;
                // Whatever was done about it has answered it.
                now.filter(|now| {
                    (now.state, now.accepted, &now.pinned, now.snoozed)
                        == (item.state, item.accepted, &item.pinned, item.snoozed)
                })
                .map(|now| Waiting::Item(Box::new(now)))
            }
        })
    }

    /// The last operation, where it is of this run: other processes may write in between.
    fn last_operation(&self) -> Result<Option<u64>, CommandError> {
        let last = self.ledger.last_operation()?;
        let own = last.filter(|it| it.at == self.context.clock.now);
        Ok(own.map(|it| it.id))
    }

    fn show(&mut self, waiting: &Waiting, n: usize, of: usize) -> Result<(), CommandError> {
        let text = match waiting {
            Waiting::Name { series, unknown } => {
                let mention = &unknown.first;
                format!(
                    "{} of {}, {}\n    > {}  {}\n",
                    paint(style::OWNER, &one_line(&unknown.name)),
                    one_line(series),
                    count(unknown.items, "item"),
                    one_line(&mention.quote),
                    paint(
                        style::FAINT,
                        &format!("{}:{}", one_line(&mention.path), mention.line)
                    )
                )
            }
            Waiting::Proposal(proposal) => {
                let about = self.about(proposal)?;
                show::question(proposal, &about)
            }
            Waiting::Item(item) => show::brief(item, self.context.today()),
        };
        let head = paint(style::FAINT, &format!("({n}/{of})"));
        self.context.out.print(&format!("\n{head} {text}"))
    }

    /// The item that a proposal is about.
    fn about(&self, proposal: &Proposal) -> Result<Item, CommandError> {
        let id = self.ledger.resolve(&proposal.item)?;
        item(self.ledger, id.as_ref().unwrap_or(&proposal.item))
    }

    fn ask(&mut self, waiting: &Waiting) -> Result<Step, CommandError> {
        let (question, keys) = match waiting {
            Waiting::Name { unknown, .. } => match unknown.could_be.as_slice() {
                [one] => (format!("Is this {}?", one_line(one)), NAME_KEYS),
                several => {
                    let numbered = (1..).zip(several).map(|(n, name)| format!("{n} {name}"));
                    let numbered: Vec<String> = numbered.collect();
                    let question = format!("Who is this: {}?", one_line(&numbered.join(", ")));
                    (question, NAMES_KEYS)
                }
            },
            Waiting::Proposal(_) => ("Is it so?".to_owned(), PROPOSAL_KEYS),
            Waiting::Item(item) if item.owners.is_empty() => {
                ("Is it an item, and whose?".to_owned(), ITEM_KEYS)
            }
            Waiting::Item(_) => ("Is it an item?".to_owned(), ITEM_KEYS),
        };
        let letters: Vec<String> = keys.iter().map(|(key, _)| key.to_string()).collect();
        let prompt = format!("{question} [{},?] ", letters.join(","));
        self.prompt(&prompt)?;
        let Some(key) = self.keys.key()? else {
            return Ok(Step::Quit);
        };
        let answer = match key.to_ascii_lowercase() {
            'q' => return Ok(Step::Quit),
            'k' | ' ' | '\n' | '\r' => return Ok(Step::Skip),
            'u' => self.undo(),
            key => match waiting {
                Waiting::Name { series, unknown } => self.name(key, series, unknown),
                Waiting::Proposal(proposal) => self.proposal(key, proposal),
                Waiting::Item(item) => self.item(key, item),
            },
        };
        match answer {
            Ok(Some(step)) => Ok(step),
            Ok(None) => {
                for (key, what) in keys {
                    self.context.out.line(&format!("  {key}  {what}"))?;
                }
                Ok(Step::Again)
            }
            // A wrong answer is asked again, where there is somebody to ask.
            Err(error) if error.kind == ErrorKind::User && self.keys.is_terminal() => {
                self.context.out.error(&error);
                Ok(Step::Again)
            }
            Err(error) => Err(error),
        }
    }

    fn prompt(&mut self, text: &str) -> Result<(), CommandError> {
        if self.keys.is_terminal() {
            self.context.out.print(&paint(style::KEY, text))?;
        } else {
            self.context.out.line(text.trim_end())?;
        }
        self.context.out.finish()
    }

    /// The answer to a question of words; `None` where there is none.
    fn words(&mut self, question: &str) -> Result<Option<String>, CommandError> {
        self.prompt(&format!("  {question} "))?;
        Ok(self.keys.line()?.filter(|line| !line.is_empty()))
    }

    /// Takes back what was answered last in this walk; never what was done before it, or by others meanwhile.
    fn undo(&mut self) -> Result<Option<Step>, CommandError> {
        let Some((_, operation)) = self.answered.last() else {
            self.context.out.message("nothing was answered yet");
            return Ok(Some(Step::Again));
        };
        undo::one(self.context, self.ledger, *operation)?;
        Ok(Some(Step::Back))
    }

    fn name(
        &mut self,
        key: char,
        series: &str,
        unknown: &Unknown,
    ) -> Result<Option<Step>, CommandError> {
        let person = match key {
            'y' if unknown.could_be.len() == 1 => unknown.could_be.first().cloned(),
            '1'..='9' => {
                let n = key.to_digit(10).unwrap_or(0) as usize;
                match unknown.could_be.get(n.saturating_sub(1)) {
                    Some(one) => Some(one.clone()),
                    None => return Ok(None),
                }
            }
            'n' => Some(unknown.name.clone()),
            'p' => self.words("who?")?,
            _ => return Ok(None),
        };
        let Some(person) = person else {
            return Ok(Some(Step::Again));
        };
        people::alias(
            self.context,
            self.ledger,
            &[series.to_owned()],
            &unknown.name,
            &person,
        )?;
        Ok(Some(Step::Done))
    }

    fn proposal(&mut self, key: char, proposal: &Proposal) -> Result<Option<Step>, CommandError> {
        let yes = match key {
            'y' => true,
            'n' => false,
            _ => return Ok(None),
        };
        let id = proposal.id.as_str().to_owned();
        answer::apply(self.context, self.ledger, &[id], yes)?;
        Ok(Some(Step::Done))
    }

    fn item(&mut self, key: char, item: &Item) -> Result<Option<Step>, CommandError> {
        let id = item.id.to_string();
        let ids = std::slice::from_ref(&id);
        match key {
            'y' => accept::accept(self.context, self.ledger, ids, None)?,
            'n' => accept::reject(self.context, self.ledger, ids, None)?,
            'e' => return self.edit(&id).map(Some),
            'm' => match self.words("the same as which item? its id:")? {
                Some(other) => {
                    same::apply(self.context, self.ledger, &[other, id], None)?;
                }
                None => return Ok(Some(Step::Again)),
            },
            's' => {
                let places = match self.words("which places are of another item? FILE:LINE …, or nothing for the later of two:")? {
                    Some(places) => places.split_whitespace().map(str::to_owned).collect(),
                    None => Vec::new(),
                };
                same::split(self.context, self.ledger, &id, &places, None)?;
            }
            'z' => match self.words("until when? a day, next-meeting, \"7 days before due\":")? {
                Some(until) => snooze::apply(self.context, self.ledger, ids, &until, None)?,
                None => return Ok(Some(Step::Again)),
            },
            'x' => {
                let why = self.words("why?")?;
                state::apply(self.context, self.ledger, ids, &state::DROP, why.as_deref())?;
            }
            'c' => state::apply(self.context, self.ledger, ids, &state::DONE, None)?,
            _ => return Ok(None),
        }
        Ok(Some(Step::Done))
    }

    /// Owner, due and words, one after the other; what is left empty stays.
    fn edit(&mut self, id: &str) -> Result<Step, CommandError> {
        let owner = self.words("owner (names between commas, nobody, or nothing to leave it):")?;
        let due = self.words("due (a day, none, or nothing to leave it):")?;
        let text = self.words("what (or nothing to leave it):")?;
        let names = owner.iter().flat_map(|owner| owner.split(','));
        let names = names.map(|name| name.trim().to_owned());
        let edit = set::Edit {
            owner: names.filter(|name| !name.is_empty()).collect(),
            text,
            due,
        };
        if edit.owner.is_empty() && edit.text.is_none() && edit.due.is_none() {
            return Ok(Step::Again);
        }
        set::apply(self.context, self.ledger, &[id.to_owned()], &edit, None)?;
        Ok(Step::Done)
    }
}

const NAME_KEYS: &[(char, &str)] = &[
    ('y', "yes, it is"),
    ('n', "no, it is somebody of their own"),
    ('p', "it is another person: asks for the name"),
    ('k', "later"),
    ('u', "take the last answer back"),
    ('q', "quit; what was answered is kept"),
];

const NAMES_KEYS: &[(char, &str)] = &[
    ('1', "it is the first, 2 the second, and so on"),
    ('n', "it is somebody of their own"),
    ('p', "it is another person: asks for the name"),
    ('k', "later"),
    ('u', "take the last answer back"),
    ('q', "quit; what was answered is kept"),
];

const PROPOSAL_KEYS: &[(char, &str)] = &[
    ('y', "yes"),
    ('n', "no, and never ask again"),
    ('k', "later"),
    ('u', "take the last answer back"),
    ('q', "quit; what was answered is kept"),
];

const ITEM_KEYS: &[(char, &str)] = &[
    ('y', "yes, accept it"),
    ('n', "no, reject it: the line never makes an item again"),
    ('e', "edit owner, due date and words"),
    ('m', "it is the same as another item"),
    ('s', "split: some places are of another item"),
    ('z', "put it off"),
    ('x', "drop it: it will not be done"),
    ('c', "close it: it is done"),
    ('k', "later"),
    ('u', "take the last answer back"),
    ('q', "quit; what was answered is kept"),
];
