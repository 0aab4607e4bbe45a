//! The `owed` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    owed::cli::main()
}
