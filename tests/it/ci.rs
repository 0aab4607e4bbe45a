//! A repository of notes that looks after itself: reviews of pull requests, merges, and a ledger on a branch.

use crate::fake_github::{FakeGithub, Fault, TOKEN};
use crate::github_open::shows;
use crate::sandbox::Sandbox;
use std::path::{Path, PathBuf};
use std::process::Command;

const APRIL: &str = "# Core\n\nPresent: Ana Lind, Mirko Okafor\n\n- Ana: I will write the exporter guide by Friday\n- Mirko: I'll ask the printers for a quote\n";
const MAY: &str = "# Core\n\nPresent: Ana Lind, Mirko Okafor\n\n- Ana: published the exporter guide\n- Mirko: I will ask the printers for a quote and a date\n- Mirko: I will call @everyone about #12 | <!-- x -->\n\n## Actions\n\n- [ ] Priya to greet the guests\n- [ ] water the plants\n";

#[track_caller]
fn git(folder: &Path, args: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
        .args(args)
        .output()
        .expect("git is there");
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A repository of notes on the other side, with April's in it, and two clones.
struct Notes {
    fake: FakeGithub,
    sandbox: Sandbox,
}

impl Notes {
    fn new(settings: &str) -> Self {
        let fake = FakeGithub::new();
        let sandbox = Sandbox::new();
        let notes = Self { fake, sandbox };
        git(
            notes.sandbox.root(),
            &["init", "-q", "--bare", "-b", "main", "origin.git"],
        );
        let mine = notes.clone_to("mine");
        let settings = format!("[issues]\nrepository = \"acme/tiles\"\n{settings}");
        std::fs::create_dir_all(mine.join("notes/core")).expect("made");
        std::fs::write(mine.join("owed.toml"), settings).expect("written");
        std::fs::write(mine.join(".gitignore"), ".owed/\n").expect("written");
        std::fs::write(mine.join("notes/core/2025-04-24.md"), APRIL).expect("written");
        git(&mine, &["checkout", "-q", "-b", "main"]);
        notes.commit(&mine);
        git(&mine, &["push", "-q", "-u", "origin", "main"]);
        notes
    }

    fn clone_to(&self, name: &str) -> PathBuf {
        git(self.sandbox.root(), &["clone", "-q", "origin.git", name]);
        self.sandbox.path(name)
    }

    fn commit(&self, folder: &Path) {
        git(folder, &["add", "-A"]);
        git(folder, &["commit", "-q", "-m", "notes"]);
    }

    fn run(&self, folder: &str, args: &[&str]) -> String {
        let host = self.fake.host();
        let mut all = vec!["-C", folder];
        all.extend(args);
        let mut command = self.sandbox.command(&all);
        command
            .env("GITHUB_TOKEN", TOKEN)
            .env("GITHUB_SERVER_URL", &host);
        let output = command.output().expect("it runs");
        let mut text = String::from_utf8(output.stdout).expect("UTF-8");
        for line in String::from_utf8(output.stderr).expect("UTF-8").lines() {
            text.push_str(&format!("! {line}\n"));
        }
        if output.status.code() != Some(0) {
            text.push_str(&format!("exit: {:?}\n", output.status.code()));
        }
        text.replace(&host, "$HOST")
            .replace(self.sandbox.root().to_str().expect("UTF-8"), "$ROOT")
    }
}

#[test]
fn a_pull_request_gets_one_comment_that_is_kept_up_to_date() {
    let notes = Notes::new("");
    let mine = notes.sandbox.path("mine");
    notes.run("mine", &["scan", "notes"]);
    git(&mine, &["checkout", "-q", "-b", "may"]);
    std::fs::write(mine.join("notes/core/2025-05-01.md"), MAY).expect("written");
    notes.commit(&mine);
    let review = ["ci", "review", "notes", "--base", "origin/main"];
    shows("ci-review", &notes.run("mine", &review));
    let before = notes.run("mine", &["export"]);

    let number = notes
        .fake
        .add_issue("acme/tiles", "Notes of May", "")
        .to_string();
    let comment = [
        &review[..],
        &[
            "--comment",
            "--annotate",
            "--repository",
            "acme/tiles",
            "--pull",
            &number,
        ],
    ]
    .concat();
    shows("ci-comment", &notes.run("mine", &comment));
    let comments = || notes.fake.repo("acme/tiles", |repo| repo.comments.clone());
    assert_eq!(comments().len(), 1);
    let said = notes.run("mine", &comment);
    assert!(said.contains("left as it is"), "{said}");
    std::fs::write(
        mine.join("notes/core/2025-05-01.md"),
        MAY.replace("Priya to", "Mirko to"),
    )
    .expect("written");
    let said = notes.run("mine", &comment);
    assert!(said.contains("! changed"), "{said}");
    assert_eq!(comments().len(), 1);
    assert!(
        comments()[0]["body"]
            .as_str()
            .is_some_and(|body| body.contains("| Mirko | greet"))
    );
    assert_eq!(
        notes.run("mine", &["export"]),
        before,
        "a review changes no ledger"
    );

    // From a fork the token may only read: the comment is printed, and the run is well.
    let refusal = Fault::Answer(
        403,
        &[],
        "{\"message\": \"Resource not accessible by integration\"}".to_owned(),
    );
    std::fs::write(mine.join("notes/core/2025-05-01.md"), MAY).expect("written");
    notes
        .fake
        .trap("PATCH /repos/acme/tiles/issues/comments/1", refusal);
    let said = notes.run("mine", &comment);
    assert!(
        said.contains("so it stands above") && !said.contains("exit"),
        "{said}"
    );
    notes.fake.finish();
}

#[test]
fn a_merge_scans_files_and_writes_the_agenda() {
    let notes = Notes::new("file-on-merge = true\n");
    let mine = notes.sandbox.path("mine");
    std::fs::write(
        mine.join("notes/core/2025-05-15.md"),
        "# Core\n\n## Agenda\n\n- hello\n",
    )
    .expect("written");
    let merge = [
        "ci",
        "merge",
        "notes",
        "--agenda",
        "notes/core/2025-05-15.md",
    ];
    shows("ci-merge", &notes.run("mine", &merge));
    let agenda = std::fs::read_to_string(mine.join("notes/core/2025-05-15.md")).expect("there");
    assert!(agenda.contains("write the exporter guide"), "{agenda}");
    notes.run("mine", &merge);
    assert_eq!(notes.fake.repo("acme/tiles", |repo| repo.issues.len()), 2);
    // Without its ledger, as when a runner was lost: the issues are found again.
    std::fs::remove_dir_all(mine.join(".owed")).expect("gone");
    let said = notes.run("mine", &merge);
    assert!(said.contains("2 linked"), "{said}");
    assert_eq!(notes.fake.repo("acme/tiles", |repo| repo.issues.len()), 2);
    notes.fake.finish();
}

#[test]
fn of_two_who_save_the_second_begins_anew() {
    let notes = Notes::new("");
    notes.clone_to("yours");
    let said = notes.run("mine", &["ci", "fetch"]);
    assert!(said.contains("begins empty"), "{said}");
    notes.run("yours", &["ci", "fetch"]);
    notes.run("mine", &["scan", "notes"]);
    assert!(notes.run("mine", &["ci", "save"]).contains("saved"));
    assert!(
        notes
            .run("mine", &["ci", "save"])
            .contains("as it was fetched")
    );

    notes.run("yours", &["scan", "notes"]);
    shows("ci-lost-race", &notes.run("yours", &["ci", "save"]));
    let said = notes.run("yours", &["ci", "fetch"]);
    assert!(said.contains("fetched"), "{said}");
    assert!(
        notes
            .sandbox
            .path("yours/.owed/ledger.db.before-fetch")
            .exists()
    );
    let items = notes.run("yours", &["list", "--format", "json"]);
    let id = serde_json::from_str::<serde_json::Value>(&items).expect("JSON")[0]["id"].clone();
    notes.run(
        "yours",
        &["done", id.as_str().expect("an id"), "--why", "seen"],
    );
    assert!(notes.run("yours", &["ci", "save"]).contains("saved"));

    notes.run("mine", &["ci", "fetch"]);
    let shown = notes.run("mine", &["show", id.as_str().expect("an id")]);
    assert!(shown.contains("done"), "{shown}");
    // The branch has one commit, whatever was saved.
    git(
        notes.sandbox.root(),
        &["-C", "origin.git", "rev-parse", "owed-ledger"],
    );
    let parents = Command::new("git")
        .args(["-C", "origin.git", "rev-list", "--count", "owed-ledger"])
        .current_dir(notes.sandbox.root())
        .output()
        .expect("git is there");
    assert_eq!(String::from_utf8_lossy(&parents.stdout).trim(), "1");
    notes.fake.finish();
}

#[test]
fn strangers_settings_do_not_say_whom_the_token_is_sent_to() {
    let notes = Notes::new("");
    let mine = notes.sandbox.path("mine");
    let other = FakeGithub::new();
    std::fs::write(
        mine.join("owed.toml"),
        format!(
            "[issues]\nrepository = \"acme/tiles\"\nhost = \"{}\"\ntemplate = \"../secret\"\n",
            other.host()
        ),
    )
    .expect("written");
    let number = notes
        .fake
        .add_issue("acme/tiles", "Notes of May", "")
        .to_string();
    let said = notes.run(
        "mine",
        &[
            "ci",
            "review",
            "notes",
            "--comment",
            "--repository",
            "acme/tiles",
            "--pull",
            &number,
        ],
    );
    assert!(said.contains("not a file of this project"), "{said}");
    std::fs::write(
        mine.join("owed.toml"),
        format!(
            "[issues]\nrepository = \"acme/tiles\"\nhost = \"{}\"\n",
            other.host()
        ),
    )
    .expect("written");
    let said = notes.run(
        "mine",
        &[
            "ci",
            "review",
            "notes",
            "--comment",
            "--repository",
            "acme/tiles",
            "--pull",
            &number,
        ],
    );
    assert!(said.contains("! wrote"), "{said}");
    assert_eq!(other.asked(), [""; 0]);
    other.finish();
    notes.fake.finish();
}
