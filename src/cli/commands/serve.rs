//! `owed serve`: the review board in a browser.

use crate::cli::context::Context;
use crate::cli::error::CommandError;
use crate::web::{Server, Settings};

/// Serve the review board: the items in a browser, to go through while the group meets
///
/// Only this machine can open it, unless --bind says otherwise. Then everybody who reaches the
/// machine can read it, and whoever opens it with the token that is shown can change things. It
/// runs until it is stopped with Ctrl-C; everything that is done on it stands in the ledger.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  owed serve
  owed serve --port 0 --read-only
  owed serve --bind 0.0.0.0 --name minutes.example")]
pub(crate) struct Args {
    /// The port; 0 takes any that is free
    #[arg(long, value_name = "PORT", default_value_t = 6933)]
    port: u16,

    /// The address of this machine to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: String,

    /// A name of this machine under which browsers may open it, beside its addresses
    #[arg(long = "name", value_name = "HOST")]
    names: Vec<String>,

    /// Show everything, change nothing
    #[arg(long)]
    read_only: bool,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let clock = context.clock.clone();
    let settings = Settings {
        ledger: context.project.ledger.clone(),
        root: context.project.root.clone(),
        read_only: args.read_only,
        names: args.names.clone(),
        zone: context.clock.zone.clone(),
        who: context.who.clone(),
        now: Box::new(move || clock.later()),
    };
    let server = Server::bind(settings, &args.bind, args.port)?;
    context
        .out
        .line(&format!("the board is at {}", server.address()))?;
    // Whoever waits for the address gets it now, not when the board ends.
    context.out.finish()?;
    if server.is_public() {
        context
            .out
            .message("everybody who reaches this machine can read it; changing anything takes the token in that address");
    }
    context.out.message("Ctrl-C stops it");
    Ok(server.run()?)
}
