//! The `owed` command.

fn main() {}
