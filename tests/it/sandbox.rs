//! A folder to run `owed` in, with the clock at noon of 2025-05-08.

use jiff::civil::Date;
use owed::due::Due;
use owed::items::{Certainty, Kind, Mention, Status};
use owed::ledger::{Filter, Ledger, Operation};
use owed::notes::series_of;
use owed::reconcile::{NoteRead, plan};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

/// One thing said in a note.
pub(crate) struct Said {
    pub(crate) line: u32,
    pub(crate) owner: &'static str,
    pub(crate) text: &'static str,
    pub(crate) due: Option<(&'static str, Option<&'static str>)>,
}

impl Said {
    pub(crate) fn new(line: u32, owner: &'static str, text: &'static str) -> Self {
        Self {
            line,
            owner,
            text,
            due: None,
        }
    }

    pub(crate) fn due(mut self, phrase: &'static str, date: Option<&'static str>) -> Self {
        self.due = Some((phrase, date));
        self
    }
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

impl Sandbox {
    /// An empty project.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let sandbox = Self { folder };
        sandbox.write("owed.toml", "");
        sandbox
    }

    /// A project with two meetings of `core` and one of `docs` in its ledger.
    pub(crate) fn with_items() -> Self {
        let sandbox = Self::new();
        sandbox.scan(
            "notes/core/2025/core-04-10.md",
            "2025-04-10",
            &[
                Said::new(7, "Ana", "write the guide").due("by Friday", Some("2025-04-18")),
                Said::new(9, "Ben", "ask @mira about the keys"),
                Said::new(12, "", "pick a date for the workshop"),
            ],
        );
        sandbox.scan(
            "notes/core/2025/core-04-24.md",
            "2025-04-24",
            &[
                Said::new(5, "Ana", "write the guide"),
                Said::new(8, "Chidi", "try the new build").due("next meeting", None),
            ],
        );
        sandbox.scan(
            "notes/docs/2025/docs-05-01.md",
            "2025-05-01",
            &[Said::new(3, "Ana", "move the site").due("by 1 June", Some("2025-06-01"))],
        );
        sandbox
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    /// Copies a folder with all below it, byte by byte.
    pub(crate) fn copy(&self, from: &Path, to: &str) {
        for entry in fs::read_dir(from).expect("a folder") {
            let from = entry.expect("an entry").path();
            let to = format!("{to}/{}", from.file_name().expect("a name").display());
            if from.is_dir() {
                self.copy(&from, &to);
            } else {
                self.write(&to, "");
                fs::copy(&from, self.path(&to)).expect("copied");
            }
        }
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("there")
    }

    pub(crate) fn ledger(&self) -> Ledger {
        let path = self.path(".owed/ledger.db");
        Ledger::open_or_create(&path).expect("a ledger").0
    }

    /// The id of the item with these words.
    pub(crate) fn id(&self, text: &str) -> String {
        let items = self.ledger().items(&Filter::default()).expect("read");
        let item = items.into_iter().find(|item| item.text == text);
        item.expect("there is such an item").id.to_string()
    }

    /// Puts what a note says into the ledger.
    pub(crate) fn scan(&self, path: &str, meeting: &str, said: &[Said]) {
        let mention = |said: &Said| Mention {
            id: None,
            people: Vec::new(),
            path: path.to_owned(),
            line: said.line,
            end_line: said.line,
            kind: Kind::Commitment,
            certainty: Certainty::Definite,
            status: Status::Open,
            speaker: None,
            owners: said
                .owner
                .split(',')
                .filter(|owner| !owner.is_empty())
                .map(str::to_owned)
                .collect(),
            text: said.text.to_owned(),
            due: said.due.map(|(phrase, date)| Due {
                phrase: phrase.to_owned(),
                date: date.map(day),
                alternative: None,
            }),
            rule: "en.will".to_owned(),
            confidence: 0.9,
            quote: format!("{}: I will {}", said.owner, said.text),
            topic: None,
            meeting: Some(day(meeting)),
        };
        let read = NoteRead {
            path: path.to_owned(),
            series: series_of(path),
            meeting: Some(day(meeting)),
            title: None,
            mentions: said.iter().map(mention).collect(),
            ticks: Vec::new(),
        };
        let mut ledger = self.ledger();
        let operation = Operation {
            command: "scan notes".to_owned(),
            who: None,
            at: "2025-05-01T10:00:00Z".parse().expect("a time"),
        };
        let mut transaction = ledger.begin(&operation).expect("begun");
        let reads = [read];
        let known = transaction.known_for(&reads).expect("read");
        transaction
            .apply(&plan(&known, &reads).changes)
            .expect("applied");
        transaction.commit().expect("committed");
    }

    /// The command, to be run in the sandbox.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_owed"));
        command
            .args(args)
            .current_dir(self.root())
            .env_clear()
            .env("OWED_NOW", "2025-05-08T12:00:00Z")
            .stdin(Stdio::null());
        command
    }

    /// What a run prints that gets these lines on standard input.
    pub(crate) fn answer(&self, args: &[&str], lines: &[&str]) -> String {
        self.write("answers", &(lines.join("\n") + "\n"));
        let file = fs::File::open(self.path("answers")).expect("there");
        self.transcript(self.command(args).stdin(file))
    }

    /// What a run prints: stdout, then each line of stderr after `! `, then the exit code where it
    /// is not 0.
    pub(crate) fn run(&self, args: &[&str]) -> String {
        self.transcript(&mut self.command(args))
    }

    fn transcript(&self, command: &mut Command) -> String {
        let output = command.output().expect("it runs");
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
            let root = self.root().to_str().expect("UTF-8");
            text.replace(root, "$ROOT")
        };
        let mut transcript = text(&output.stdout);
        for line in text(&output.stderr).lines() {
            transcript.push_str(&format!("! {line}\n"));
        }
        match output.status.code() {
            Some(0) => {}
            code => transcript.push_str(&format!("exit: {code:?}\n")),
        }
        transcript
    }
}
