//! `owed init`: a file of settings to begin with.

use crate::cli::config::TEMPLATE;
use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::cli::project::CONFIG;
use std::io::Write;

/// Write an owed.toml that shows every setting
///
/// Nothing needs it: a project without one has the defaults. It marks the project's root.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed init
  owed -C ~/meetings init")]
pub(crate) struct Args {}

pub(super) fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    let path = context.project.here.join(CONFIG);
    let file = std::fs::File::options()
        .write(true)
        .create_new(true)
        .open(&path);
    match file.and_then(|mut file| file.write_all(TEMPLATE.as_bytes())) {
        Ok(()) => context.out.line(&format!("wrote {}", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(CommandError::user(
            format!("{} is there already", path.display()),
        )
        .hint("move it away first: owed overwrites nothing")),
        Err(error) => Err(CommandError::file(&path, "write", &error)),
    }
}
