//! What holds for every command: help, flags, settings, streams.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;
use std::io::Read;
use std::process::Stdio;

#[test]
fn help_shows_the_commands() {
    assert_snapshot!(Sandbox::new().run(&["--help"]), @r"
    Finds what people said they would do in meeting notes, and keeps it on the table until it is done

    Usage: owed [OPTIONS] <COMMAND>

    Commands:
      scan         Find what notes say that somebody will do, and take it into the ledger
      extract      Show what notes say that somebody will do, without a ledger
      list         Show the open items
      show         Show an item: every place that speaks of it, and all that happened to it
      done         Close items that are done
      drop         Close items that will not be done
      reopen       Put closed items back on the table
      accept       Say of what was found that it is an item
      reject       Say of what was found that it is no item
      answer       Say yes or no to what is proposed
      set          Set the owner, the words or the due date of items
      snooze       Put items out of sight until a day, the next meeting, or shortly before they are due
      link         Tie an item to an address elsewhere
      unlink       Take a link of an item away
      same         Say that items are the same
      split        Say that some places that speak of an item speak of another
      triage       Go through what waits for you: unknown names, proposals, new items
      people       Show who is who, and say whom a name stands for
      undo         Take back the last command that changed the ledger
      log          Show what has changed the ledger: when, by which command, by whom, why
      meetings     Show the meetings of a series in their order, the last one and the next
      agenda       Show what the next meeting is to look at, or write it into its agenda
      next         Make the agenda of the next meeting from the group's template
      digest       Show what each person owes, as text for a chat or a mail
      sweep        Propose to drop what nobody has spoken of for long
      issues       File items as issues on GitHub, and bring back what became of these
      ci           What a repository of notes does by itself when notes are proposed and merged
      serve        Serve the review board: the items in a browser, to go through while the group meets
      report       Write a report with charts: what was kept, put off and dropped, and what is carried
      export       Write the whole ledger, or the open items for another program
      import       Make a ledger of what `owed export` wrote
      lint         Show what in notes is better mended now
      explain      Show how a line of a note was read: why it is an item, or why it is none
      rules        Look at the rules and try them
      debug        Show what each step of reading makes of a note
      doctor       Check the ledger, the notes, the rules and the settings, and say what to do
      init         Write an owed.toml that shows every setting
      completions  Print the completions for a shell

    Options:
      -C <DIR>             Run as if started in this folder
          --ledger <PATH>  The ledger's file [default: .owed/ledger.db at the project's root]
          --color <WHEN>   When to use colour: on a terminal without NO_COLOR, always, or never
                           [possible values: auto, always, never]
      -q, --quiet          Print results and errors only
      -h, --help           Print help
      -V, --version        Print version

    Examples:
      owed scan notes                    find what people said they would do
      owed list                          what is open
      owed agenda 2025-05-08.md --write  put it on the next agenda
      owed done 3f2a                     take it off the table

    `owed COMMAND --help` shows examples for each command.
    ");
}

#[test]
fn every_command_has_help_with_examples() {
    let sandbox = Sandbox::new();
    let help = sandbox.run(&["--help"]);
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next());
    let commands: Vec<&str> = commands
        .expect("a list of commands")
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() >= 9, "{commands:?}");
    for command in commands {
        let help = sandbox.run(&[command, "--help"]);
        let examples = help.split("Examples:\n").nth(1).unwrap_or_default();
        assert!(examples.contains("owed "), "{command}: {help}");
    }
}

#[test]
fn errors_are_lines_with_hints() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run(&["lst"]), @"
    ! error: unrecognized subcommand 'lst'
    ! hint: some similar subcommands exist: 'lint', 'list'
    ! hint: usage: owed [OPTIONS] <COMMAND>
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["list", "--ownr", "x"]), @"
    ! error: unexpected argument '--ownr' found
    ! hint: a similar argument exists: '--owner'
    ! hint: usage: owed list --owner <NAME>
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["-C", "nowhere", "list"]), @"
    ! error: -C: there is no folder nowhere
    ! hint: -C names the folder to run in
    exit: Some(2)
    ");
    assert!(sandbox.run(&[]).ends_with("exit: Some(2)\n"));
    let output = sandbox
        .command(&["list"])
        .env("OWED_NOW", "noon")
        .output()
        .expect("it runs");
    assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"
    error: OWED_NOW is `noon`, which is no time
    hint: write it as 2025-05-08T12:00:00Z, or leave it unset
    ");
}

#[test]
fn settings_that_are_wrong() {
    let sandbox = Sandbox::with_items();
    sandbox.write("owed.toml", "[agenda]\ntitel = \"Open\"\n");
    assert_snapshot!(sandbox.run(&["list"]), @"
    ! error: owed.toml:2: unknown field `titel`, expected one of `heading`, `title`, `budget`, `template`
    ! hint: `owed init` in an empty folder writes an owed.toml that shows every key
    exit: Some(2)
    ");
    sandbox.write("owed.toml", "agenda = [\n");
    assert_snapshot!(sandbox.run(&["list"]), @"
    ! error: owed.toml:1: unclosed array, expected `]`
    ! hint: `owed init` in an empty folder writes an owed.toml that shows every key
    exit: Some(2)
    ");
}

#[test]
fn init_writes_a_file_once() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("new")).expect("made");
    assert_snapshot!(sandbox.run(&["-C", "new", "init"]), @"wrote $ROOT/new/owed.toml");
    assert!(
        sandbox
            .read("new/owed.toml")
            .contains("\n# heading = \"Topics\"\n")
    );
    sandbox.write("new/owed.toml", "# mine\n");
    assert_snapshot!(sandbox.run(&["-C", "new", "init"]), @"
    ! error: $ROOT/new/owed.toml is there already
    ! hint: move it away first: owed overwrites nothing
    exit: Some(2)
    ");
    assert_eq!(sandbox.read("new/owed.toml"), "# mine\n");
}

#[test]
fn the_root_is_found_upward() {
    let sandbox = Sandbox::with_items();
    std::fs::create_dir_all(sandbox.path("notes/core/2025")).expect("made");
    let above = sandbox.run(&["list"]);
    assert_eq!(sandbox.run(&["-C", "notes/core/2025", "list"]), above);
    let ledger = sandbox.path(".owed/ledger.db");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let at = elsewhere.path().to_str().expect("UTF-8");
    let ledger = ledger.to_str().expect("UTF-8");
    assert_eq!(sandbox.run(&["-C", at, "--ledger", ledger, "list"]), above);
    assert_snapshot!(sandbox.run(&["--ledger", "owed.toml", "list"]), @"! the ledger has no items yet; `owed scan PATH…` looks for them");
}

#[test]
fn completions_know_the_commands() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = sandbox.run(&["completions", shell]);
        assert!(script.contains("reopen"), "{shell}");
    }
    assert_snapshot!(sandbox.run(&["completions", "tcsh"]), @"
    ! error: invalid value 'tcsh' for '<SHELL>' [possible values: bash, elvish, fish, powershell, zsh]
    ! hint: a similar value exists: 'zsh'
    exit: Some(2)
    ");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::with_items();
    let mut child = sandbox
        .command(&["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let mut errors = String::new();
    let stderr = child.stderr.as_mut().expect("piped");
    stderr.read_to_string(&mut errors).expect("UTF-8");
    assert_eq!(errors, "");
    assert!(child.wait().expect("it ends").success());
}
