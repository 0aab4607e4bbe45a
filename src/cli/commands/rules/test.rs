//! `owed rules test`: the rules' own examples, and whether they cover the guards and gates.

use crate::cli::context::Context;
use crate::cli::error::{CommandError, ErrorKind};
use crate::cli::reading::{own_packs, pack_errors, pack_files, packs, with_embedded};
use crate::mentions::proof::{self, Outcome};
use crate::views::style::{self, paint};
use crate::views::{count, one_line, pad};
use std::path::PathBuf;

/// Run the rules' own examples, and show those that do not come out as they say
///
/// Every example is read with all rules, so that a new rule cannot quietly take the example of
/// another. The exit code is 1 where one fails.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed rules test
  owed rules test --all
  owed rules test drafts/our-rules.toml
  owed rules test --coverage")]
pub(crate) struct Args {
    /// Files of rules, or folders of them, to test with the others, such as drafts that are not in
    /// `.owed/rules` yet
    #[arg(value_name = "PACK")]
    packs: Vec<PathBuf>,
    /// List what passes too
    #[arg(short, long)]
    all: bool,
    /// Take away every guard and gate, one at a time, and show those whose loss no example tells
    #[arg(long)]
    coverage: bool,
}

/// Runs every example through all packs together.
pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut paths = own_packs(&context.project)?;
    for given in &args.packs {
        paths.extend(pack_files(&context.project, given)?);
    }
    let own = packs(&context.project, &paths)?;
    let sources = with_embedded(&own);
    let proof = proof::prove(&sources).map_err(|errors| pack_errors(&errors))?;
    let verdicts = &proof.verdicts;
    let (mut failed, mut off) = (0, 0);
    for verdict in verdicts {
        let (word, reason) = match &verdict.outcome {
            Outcome::Passed => ("passed", ""),
            Outcome::Missing(reason) => ("missing", reason.as_str()),
            Outcome::Noisy(reason) => ("noisy", reason.as_str()),
            Outcome::Wrong(reason) => ("wrong", reason.as_str()),
            Outcome::Off => ("off", ""),
        };
        match verdict.outcome {
            Outcome::Passed => {}
            Outcome::Off => off += 1,
            _ => failed += 1,
        }
        // With --coverage, what passes is told of guards and gates.
        let is_well = matches!(verdict.outcome, Outcome::Passed | Outcome::Off);
        if is_well && (!args.all || args.coverage) {
            continue;
        }
        let id = paint(style::KEY, &one_line(&verdict.id));
        let text = one_line(&verdict.text.replace('\n', " ⏎ "));
        context
            .out
            .line(&format!("{}  {id}  {text}", pad(word, 7)))?;
        if !reason.is_empty() {
            let place = paint(style::FAINT, &one_line(&verdict.file));
            let reason = one_line(reason);
            context.out.line(&format!("         {reason}  {place}"))?;
        }
    }
    let tried = count(verdicts.len(), "example");
    let off = match off {
        0 => String::new(),
        off => format!(", {off} not held to for what is switched off"),
    };
    context
        .out
        .line(&format!("{tried}, {failed} failed{off}"))?;
    if failed > 0 {
        let error = CommandError::new(ErrorKind::Check, format!("{failed} of {tried} failed"));
        return Err(error.hint("`owed rules try TEXT` shows how a text is read"));
    }
    if args.coverage {
        return coverage(context, &proof::cover(proof), args.all);
    }
    Ok(())
}

/// Shows the guards and gates that no example needs; with `all`, how many need each of the others.
fn coverage(context: &mut Context, covers: &[proof::Cover], all: bool) -> Result<(), CommandError> {
    let mut idle = 0;
    for cover in covers {
        idle += usize::from(cover.examples == 0);
        if cover.examples > 0 && !all {
            continue;
        }
        let need = match cover.examples {
            0 => "no example needs".to_owned(),
            1 => "1 example needs".to_owned(),
            many => format!("{many} examples need"),
        };
        context.out.line(&format!(
            "{}  {} {}  {}",
            pad(&need, 17),
            cover.sort,
            paint(style::KEY, &one_line(&cover.name)),
            paint(style::FAINT, &one_line(&cover.file))
        ))?;
    }
    let tried = format!("{} and gates", count(covers.len(), "guard"));
    context
        .out
        .line(&format!("{tried}, {idle} that no example needs"))?;
    if idle > 0 {
        return Err(CommandError::new(
            ErrorKind::Check,
            format!("{idle} of {tried} could go and no example would tell"),
        )
        .hint("add a look-alike that is found without it; `owed rules show ID` shows the guard"));
    }
    Ok(())
}
