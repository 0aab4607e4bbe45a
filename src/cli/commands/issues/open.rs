//! `owed issues open`: filing.

use super::plan::shorts;
use super::tell::{Tally, say};
use super::{Where, Which, asks, host, no_repository, surroundings};
use crate::cli::context::{Context, in_short};
use crate::cli::error::CommandError;
use crate::cli::github::Access;
use crate::github::{
    self, Ask, Client, Filing, Reference, Repository, Run, Step, Told, Why, look_up, open_errand,
    project_errand, project_of, refresh,
};
use crate::items::{Change, Item};
use crate::ledger::{Deed, Errand, Ledger, Operation, Stage};
use crate::views::{count, filing, one_line};
use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};

/// Open issues for items
///
/// An item that is named by its id is filed whatever its kind. With --all, every open item is that is definite, has an
/// owner and was not filed yet; what may be an issue already is left for you to choose. First of all, what an earlier
/// run began is brought to its end.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed issues open 3f2a
  owed issues open --all
  owed issues open --all --series core --yes --most 10
  owed issues open 3f2a --new
  owed issues open --all --repository acme/tiles --make-labels")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,

    /// All items that are promised and not filed yet
    #[arg(long, conflicts_with = "ids")]
    all: bool,

    /// Open a new issue although there may be one
    #[arg(long, requires = "ids")]
    new: bool,

    /// Do not ask
    #[arg(long)]
    yes: bool,

    /// How many issues to open at most [default: 50, or as owed.toml says]
    #[arg(long, value_name = "N")]
    most: Option<usize>,

    #[command(flatten)]
    place: Where,

    /// Make labels that the repository does not have
    #[arg(long)]
    make_labels: bool,

    #[command(flatten)]
    access: Access,
}

impl Args {
    /// All that is promised, without asking.
    pub(crate) fn all(access: Access) -> Self {
        Self {
            which: Which::default(),
            all: true,
            new: false,
            yes: true,
            most: None,
            place: Where::default(),
            make_labels: false,
            access,
        }
    }
}

pub(crate) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    let (host, host_name) = host(context, &args.access);
    let pending = pending(&ledger, &host_name)?;
    if args.which.ids.is_empty() && !args.all && pending.is_empty() {
        return Err(CommandError::user("which items?")
            .hint("name their ids, or all that are promised with --all"));
    }
    let named = args.place.repository.as_deref();
    if pending.is_empty() && named.is_none() && !context.config.names_repository() {
        // Before anybody is asked for a token.
        let by_id = !args.which.ids.is_empty();
        let asks = asks(
            context,
            &ledger,
            &host,
            args.which.items(&ledger)?,
            by_id,
            args.new,
            None,
        )?;
        somewhere(context, &ledger, &host, &asks)?;
    }
    let client = args.access.connect(context, &host)?;
    let filer = Filer {
        client: &client,
        host: &host,
        most: args.most.unwrap_or(context.config.issues.most),
        ask: args.all && !args.yes,
        repository: named,
        make_labels: args.make_labels || context.config.issues.make_labels,
    };
    let mut tally = Tally::default();
    if !pending.is_empty() {
        let n = count(pending.len(), "errand");
        context
            .out
            .message(&format!("an earlier run left {n}: these come first"));
        let operation = context.operation("issues open");
        let pending = still_wanted(context, &mut ledger, pending, &host_name, &operation)?;
        filer.carry_out(context, &mut ledger, &pending, &operation, &mut tally)?;
    }
    if args.all || !args.which.ids.is_empty() {
        let items = args.which.items(&ledger)?;
        let by_id = !args.which.ids.is_empty();
        filer.file(context, &mut ledger, items, by_id, args.new, &mut tally)?;
    }
    tally.tell(context)
}

/// What earlier runs began on this host and did not end. What could not be put into a project is tried again.
pub(super) fn pending(ledger: &Ledger, host: &str) -> Result<Vec<Errand>, CommandError> {
    let mut errands = ledger.outbox()?;
    let is_here = |errand: &Errand| match errand.deed {
        Deed::Open => Repository::from_key(&errand.target).is_some_and(|it| it.host == host),
        _ => Reference::from_url(&errand.target).is_some_and(|it| it.repository.host == host),
    };
    let is_left = |errand: &Errand| match errand.stage {
        Stage::Planned | Stage::Inflight => true,
        Stage::Failed => errand.deed == Deed::Project,
        Stage::Done => false,
    };
    errands.retain(|it| is_left(it) && is_here(it));
    Ok(errands)
}

/// Without those that were never sent and that nobody wants any more: their item is closed, tied to another issue, or
/// gone; their project is no longer the one that owed.toml names.
fn still_wanted(
    context: &Context,
    ledger: &mut Ledger,
    errands: Vec<Errand>,
    host_name: &str,
    operation: &Operation,
) -> Result<Vec<Errand>, CommandError> {
    let mut wanted = Vec::new();
    for errand in errands {
        let item = match ledger.resolve(&errand.item)? {
            Some(id) => ledger.item(&id)?,
            None => None,
        };
        let is_wanted = match (item, errand.deed) {
            (None, _) => false,
            (Some(item), Deed::Open) => item.state == crate::items::State::Open && !is_tied(&item),
            (Some(item), Deed::Project) => {
                let project = project_of(&errand);
                is_tied(&item)
                    && project.is_some_and(|it| context.config.names_project(&it, host_name))
            }
            (Some(_), Deed::Comment | Deed::Close) => true,
        };
        let mut transaction = ledger.begin(operation)?;
        if errand.stage != Stage::Inflight && !is_wanted {
            transaction.drop_errand(&errand)?;
        } else {
            if errand.stage == Stage::Failed {
                transaction.add_errand(&errand)?;
            }
            wanted.push(errand);
        }
        transaction.commit()?;
    }
    Ok(wanted)
}

fn is_tied(item: &Item) -> bool {
    let mut links = item.links.iter();
    links.any(|url| Reference::from_url(url).is_some())
}

/// How to file.
pub(crate) struct Filer<'f> {
    pub(crate) client: &'f Client,
    pub(crate) host: &'f str,
    /// How many issues are opened at most.
    pub(crate) most: usize,
    /// Whether to ask first.
    pub(crate) ask: bool,
    /// The repository that the caller names.
    pub(crate) repository: Option<&'f str>,
    /// Whether labels that a repository does not have are made.
    pub(crate) make_labels: bool,
}

impl Filer<'_> {
    /// Files items: ties those that have an issue, opens issues for the others, and tells of those that are left.
    pub(crate) fn file(
        &self,
        context: &mut Context,
        ledger: &mut Ledger,
        items: Vec<Item>,
        by_id: bool,
        anew: bool,
        tally: &mut Tally,
    ) -> Result<(), CommandError> {
        let mut asks = asks(
            context,
            ledger,
            self.host,
            items,
            by_id,
            anew,
            self.repository,
        )?;
        somewhere(context, ledger, self.host, &asks)?;
        let ids: Vec<&str> = asks.iter().map(|ask| ask.item.id.as_str()).collect();
        let command = if by_id {
            format!("issues open {}", ids.join(" "))
        } else {
            "issues open --all".to_owned()
        };
        let operation = context.operation(command);
        read_targets(self.client, context, ledger, &mut asks, &operation)?;
        let around = surroundings(context, ledger, self.host, &asks)?;
        let mut filings = github::plan(&asks, &around);
        if !by_id {
            // What is filed, closed or not promised is no news.
            filings.retain(|it| !matches!(it.step, Step::Leave(_)));
        }
        let found = self.link_named(context, ledger, &asks, &mut filings, &operation, tally)?;
        self.carry_out(context, ledger, &found, &operation, tally)?;
        self.tell_left(context, ledger, &filings, tally)?;

        let mut opening: Vec<&Filing> = filings
            .iter()
            .filter(|it| matches!(it.step, Step::Open(_)))
            .collect();
        if opening.len() > self.most {
            let more = opening.len() - self.most;
            context.out.message(&format!(
                "{} at most in one run: {more} more wait for the next, or for --most",
                count(self.most, "issue")
            ));
            opening.truncate(self.most);
        }
        if opening.is_empty() || (self.ask && !agreed(context, &opening)?) {
            return Ok(());
        }
        let mut errands = Vec::new();
        let mut transaction = ledger.begin(&operation)?;
        for filing in opening {
            if let (Step::Open(draft), Some(repository)) = (&filing.step, &filing.repository) {
                let before = around.errands.get(&filing.item.id);
                let errand = open_errand(&filing.item.id, given_up(before), repository, draft);
                if anew {
                    // Those that were likely were looked at by a person.
                    for issue in around
                        .known
                        .get(&repository.key())
                        .into_iter()
                        .flat_map(|it| it.marked(&filing.item))
                    {
                        transaction.set_refused(&filing.item.id, &issue.url, true)?;
                    }
                }
                transaction.set_refused(&filing.item.id, "", false)?;
                transaction.add_errand(&errand)?;
                errands.push(errand);
            }
        }
        transaction.commit()?;
        self.carry_out(context, ledger, &errands, &operation, tally)
    }

    /// Carries out errands and tells of each as it is done.
    fn carry_out(
        &self,
        context: &mut Context,
        ledger: &mut Ledger,
        errands: &[Errand],
        operation: &Operation,
        tally: &mut Tally,
    ) -> Result<(), CommandError> {
        let (client, make_labels) = (self.client, self.make_labels);
        carry_out(
            client,
            context,
            ledger,
            errands,
            operation,
            tally,
            make_labels,
        )
    }

    /// Ties items to the issues that they have. An issue that is not there is none: `#1` may be a manner of speaking.
    /// What is to be done yet for those that owed itself has opened, with a ledger that was lost, is written down.
    fn link_named(
        &self,
        context: &mut Context,
        ledger: &mut Ledger,
        asks: &[Ask],
        filings: &mut [Filing],
        operation: &Operation,
        tally: &mut Tally,
    ) -> Result<Vec<Errand>, CommandError> {
        let mut errands = Vec::new();
        for filing in filings.iter_mut() {
            // After a refusal the item is planned for again, and may name another.
            while let Step::Link { url, why } = filing.step.clone() {
                let item = filing.item.clone();
                let ask = asks.iter().find(|ask| ask.item.id == item.id);
                let short = in_short(&ledger.short(&item.id)?, &item);
                let is_there = Reference::from_url(&url)
                    .map(|reference| super::link::exists(self.client, &reference))
                    .transpose()?
                    .flatten();
                if let Some(address) = is_there {
                    let mut transaction = ledger.begin(operation)?;
                    transaction.apply(&[Change::Linked {
                        id: item.id.clone(),
                        url: address.clone(),
                    }])?;
                    let target = ask.and_then(|ask| ask.target.as_ref());
                    let project = target.and_then(|target| target.project.as_ref());
                    if let Some(project) = project.filter(|_| why == Why::Marked) {
                        let errand = project_errand(&item.id, &address, project, "");
                        transaction.add_errand(&errand)?;
                        errands.push(errand);
                    }
                    transaction.commit()?;
                    tally.linked += 1;
                    context.out.line(&format!("linked  {short}"))?;
                    context.out.line(&format!(
                        "        {}: {}",
                        one_line(&address),
                        why.as_str()
                    ))?;
                    break;
                }
                context
                    .out
                    .message(&format!("{short}: there is no {}", one_line(&url)));
                let mut transaction = ledger.begin(operation)?;
                transaction.set_refused(&item.id, &url, true)?;
                transaction.commit()?;
                let Some(ask) = ask else {
                    break;
                };
                let ask = std::slice::from_ref(ask);
                let around = surroundings(context, ledger, self.host, ask)?;
                if let Some(again) = github::plan(ask, &around).pop() {
                    *filing = again;
                }
            }
        }
        Ok(errands)
    }

    fn tell_left(
        &self,
        context: &mut Context,
        ledger: &Ledger,
        filings: &[Filing],
        tally: &mut Tally,
    ) -> Result<(), CommandError> {
        let left: Vec<Filing> = filings
            .iter()
            .filter(|it| !matches!(it.step, Step::Open(_) | Step::Link { .. }))
            .cloned()
            .collect();
        tally.left += left.len();
        let text = filing::plan(&left, &shorts(ledger, &left)?);
        context.out.print(&text)
    }
}

/// An error where items have nowhere to go: no repository is named for any of them, and none names an issue.
fn somewhere(
    context: &Context,
    ledger: &Ledger,
    host: &str,
    asks: &[Ask],
) -> Result<(), CommandError> {
    if asks.is_empty() || asks.iter().any(|ask| ask.target.is_some()) {
        return Ok(());
    }
    let around = surroundings(context, ledger, host, asks)?;
    let filings = github::plan(asks, &around);
    match filings
        .iter()
        .any(|it| matches!(it.step, Step::Link { .. }))
    {
        true => Ok(()),
        false => Err(no_repository(context, host)),
    }
}

/// Finds out what the repositories are called now, and what has changed in them.
pub(super) fn read_targets(
    client: &Client,
    context: &mut Context,
    ledger: &mut Ledger,
    asks: &mut [Ask],
    operation: &Operation,
) -> Result<(), CommandError> {
    let mut seen: BTreeMap<String, Repository> = BTreeMap::new();
    for ask in asks {
        let Some(target) = &mut ask.target else {
            continue;
        };
        let key = target.repository.key();
        if let Some(now) = seen.get(&key) {
            target.repository = now.clone();
            continue;
        }
        let now = look_up(client, &target.repository)?;
        if now.key() != key {
            context.out.message(&format!(
                "{} is now {now}: write its new name into owed.toml",
                target.repository
            ));
            let mut transaction = ledger.begin(operation)?;
            transaction.rename_repository(&key, &now.key())?;
            transaction.commit()?;
        }
        if ledger.read_until(&now.key())?.is_none() {
            context
                .out
                .message(&format!("reading the issues of {now} for the first time"));
        }
        refresh(client, ledger, &now, None, operation)?;
        seen.insert(key, now.clone());
        target.repository = now;
    }
    Ok(())
}

/// Carries out errands and tells of each as it is done.
fn carry_out(
    client: &Client,
    context: &mut Context,
    ledger: &mut Ledger,
    errands: &[Errand],
    operation: &Operation,
    tally: &mut Tally,
    make_labels: bool,
) -> Result<(), CommandError> {
    let mut lines = BTreeMap::new();
    for errand in errands {
        if let Some(id) = ledger.resolve(&errand.item)?
            && let Some(item) = ledger.item(&id)?
        {
            lines.insert(errand.item.clone(), in_short(&ledger.short(&id)?, &item));
        }
    }
    let mut failure = None;
    let mut n = 0;
    let all = errands.len();
    let mut tell = |told: &Told| {
        let result = say(context, &lines, told, tally, &mut n, all);
        failure = failure.take().or(result.err());
    };
    let done = Run::new(client, ledger, operation, &mut tell, make_labels).carry_out(errands);
    match failure {
        Some(error) => Err(error),
        None => Ok(done?),
    }
}

/// The same for a command that files nothing.
pub(super) fn send(
    client: &Client,
    context: &mut Context,
    ledger: &mut Ledger,
    errands: &[Errand],
    operation: &Operation,
) -> Result<(), CommandError> {
    let mut tally = Tally::default();
    carry_out(
        client, context, ledger, errands, operation, &mut tally, false,
    )?;
    tally.outcome("errand", "carried out")
}

/// How many issues were opened for an item and given up again by a person who wants another.
fn given_up(before: Option<&Errand>) -> usize {
    let Some(before) = before.filter(|it| it.stage == Stage::Done) else {
        return 0;
    };
    let nth = before.done_once.split(' ').nth(2);
    1 + nth.and_then(|nth| nth.parse::<usize>().ok()).unwrap_or(0)
}

/// Asks a person.
fn agreed(context: &mut Context, opening: &[&Filing]) -> Result<bool, CommandError> {
    for filing in opening {
        if let Step::Open(draft) = &filing.step {
            context
                .out
                .line(&format!("open    {}", one_line(&draft.title)))?;
        }
    }
    context.out.finish()?;
    let what = filing::where_to(opening);
    if !std::io::stdin().is_terminal() {
        return Err(CommandError::user(format!(
            "{what} would be opened, and nobody is here to agree"
        ))
        .hint("--yes opens them without asking; `owed issues plan` shows them whole"));
    }
    let mut err = std::io::stderr();
    // Nobody reads the question: nobody agrees.
    let _ = write!(err, "open {what}? [y/N] ").and_then(|()| err.flush());
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(CommandError::from)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
