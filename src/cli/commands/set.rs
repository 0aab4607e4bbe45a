//! `owed set`: who is to do it, what, and by when, as a person says it.

use super::when::due_of;
use crate::cli::context::{Context, in_short, items, with_why};
use crate::cli::error::CommandError;
use crate::items::Item;
use crate::ledger::Ledger;
use crate::taking;
use crate::views::{change, one_line};

/// Set the owner, the words or the due date of items
///
/// What is set here stays as it is, whatever notes say later.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed set 3f2a --owner \"Dana West\"
  owed set 3f2a --owner Dana --owner Priya --due \"in two weeks\"
  owed set 3f2a 91c0 --due none --why \"waits for the vendor\"
  owed set 3f2a --text \"write the exporter guide, with pictures\"

`owed undo` takes it back.")]
pub(crate) struct Args {
    /// The items' ids, or as much of each as no other id begins with
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,

    #[command(flatten)]
    edit: Edit,

    /// The reason, kept in the log
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

/// What is to be set.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(required = true, multiple = true)]
pub(super) struct Edit {
    /// Who is to do it, once for each; `nobody` for nobody
    #[arg(long, value_name = "NAME")]
    pub(super) owner: Vec<String>,

    /// What is to be done
    #[arg(long, value_name = "TEXT")]
    pub(super) text: Option<String>,

    /// By when, in any words that notes could say, counted from today: 2025-06-01, Friday, "in two weeks", "next meeting"; `none`
    /// for no due date
    #[arg(long, value_name = "WHEN")]
    pub(super) due: Option<String>,
}

impl Edit {
    /// As the log has it.
    fn told(&self) -> String {
        let mut told = String::new();
        let flags = self.owner.iter().map(|name| ("owner", name));
        let flags = flags.chain(self.text.iter().map(|text| ("text", text)));
        for (flag, value) in flags.chain(self.due.iter().map(|due| ("due", due))) {
            told.push_str(&format!(" --{flag} \"{}\"", one_line(value)));
        }
        told
    }
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut ledger = context.ledger()?;
    apply(
        context,
        &mut ledger,
        &args.ids,
        &args.edit,
        args.why.as_deref(),
    )
}

/// Sets it for all items or, where something is wrong, for none.
pub(super) fn apply(
    context: &mut Context,
    ledger: &mut Ledger,
    ids: &[String],
    edit: &Edit,
    why: Option<&str>,
) -> Result<(), CommandError> {
    let found = items(ledger, ids)?;
    let mut changes = Vec::new();
    for item in &found {
        changes.extend(changes_of(context, ledger, item, edit)?);
    }
    let command = with_why(&format!("set {}{}", ids.join(" "), edit.told()), why);
    let mut transaction = ledger.begin(&context.operation(command))?;
    transaction.apply(&changes)?;
    transaction.commit()?;
    for item in &items(ledger, ids)? {
        let short = ledger.short(&item.id)?;
        context
            .out
            .line(&format!("set  {}", in_short(&short, item)))?;
        let set = changes
            .iter()
            .filter(|change| change.item_id() == Some(&item.id));
        for change in set.filter(|it| !matches!(it, crate::items::Change::Pinned { .. })) {
            context
                .out
                .line(&format!("       {}", change::in_words(change)))?;
        }
    }
    Ok(())
}

fn changes_of(
    context: &Context,
    ledger: &Ledger,
    item: &Item,
    edit: &Edit,
) -> Result<Vec<crate::items::Change>, CommandError> {
    let mut changes = Vec::new();
    if !edit.owner.is_empty() {
        changes.extend(taking::set_owners(item, owners(&edit.owner)?));
    }
    if let Some(text) = &edit.text {
        let text = one_line(text);
        if text.is_empty() {
            return Err(CommandError::user("--text has no words")
                .hint("`owed drop ID` closes what will not be done"));
        }
        changes.extend(taking::set_text(item, text));
    }
    if let Some(when) = &edit.due {
        changes.extend(taking::set_due(
            item,
            due_of("--due", when, item, ledger, context.today())?,
        ));
    }
    Ok(changes)
}

/// The owners that are named, each once; none for `nobody`.
fn owners(given: &[String]) -> Result<Vec<String>, CommandError> {
    let mut owners: Vec<String> = Vec::new();
    for name in given {
        let name = one_line(name);
        if name.is_empty() {
            return Err(CommandError::user("--owner has no name")
                .hint("`--owner nobody` takes the owners away"));
        }
        if !owners.contains(&name) {
            owners.push(name);
        }
    }
    let is_nobody = |name: &String| name.eq_ignore_ascii_case("nobody");
    match owners.iter().any(is_nobody) {
        true if owners.len() > 1 => {
            Err(CommandError::user("--owner names somebody and nobody").hint("give one of them"))
        }
        true => Ok(Vec::new()),
        false => Ok(owners),
    }
}
