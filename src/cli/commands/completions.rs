//! `owed completions`: what a shell needs to complete command lines.

use crate::cli::context::Context;
use crate::cli::error::CommandError;

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed completions bash > ~/.local/share/bash-completion/completions/owed
  owed completions zsh > ~/.zfunc/_owed
  owed completions fish > ~/.config/fish/completions/owed.fish")]
pub(crate) struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: clap_complete::Shell,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::cli::command(), "owed", &mut script);
    context.out.print(&String::from_utf8_lossy(&script))
}
