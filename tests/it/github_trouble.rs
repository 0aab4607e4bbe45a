//! Everything that can go wrong on the way: each refusal with its own words and hint, limits, secrets, crashes.

use crate::fake_github::{FakeGithub, Fault, TOKEN};
use crate::fake_projects::Project;
use crate::github_open::{project, run, shows};
use crate::sandbox::Sandbox;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;

const CREATE: &str = "POST /repos/acme/tiles/issues";
const LOOK: &str = "GET /repos/acme/tiles";
const LIST: &str = "GET /repos/acme/tiles/issues";

fn numbers(fake: &FakeGithub) -> BTreeMap<String, usize> {
    let mut numbers = BTreeMap::new();
    fake.repo("acme/tiles", |repo| {
        for issue in &repo.issues {
            let title = issue["title"].as_str().unwrap_or_default().to_owned();
            *numbers.entry(title).or_default() += 1;
        }
    });
    numbers
}

#[test]
fn every_refusal_has_its_words_and_loses_nothing() {
    let says = |message: &str| format!("{{\"message\": \"{message}\"}}");
    let mut all = String::new();
    for (request, fault) in [
        (LOOK, Fault::Answer(401, &[], says("Bad credentials"))),
        (LOOK, Fault::Answer(403, &[("x-github-sso", "required; url=https://github.com/orgs/acme/sso")], says("SAML"))),
        (LOOK, Fault::Answer(404, &[], says("Not Found"))),
        (LOOK, Fault::Answer(451, &[], says("Blocked"))),
        (LOOK, Fault::Answer(200, &[], "<html>Please log in</html>".to_owned())),
        (LOOK, Fault::Answer(200, &[], "{\"full_name\": 5}".to_owned())),
        (LIST, Fault::Answer(200, &[], "[{\"number\": 1".to_owned())),
        (CREATE, Fault::Answer(403, &[], says("Resource not accessible by integration"))),
        (CREATE, Fault::Answer(403, &[("retry-after", "3600")], says("You have exceeded a secondary rate limit"))),
        (CREATE, Fault::Answer(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1746709000")], says("API rate limit exceeded"))),
        (CREATE, Fault::Answer(410, &[], says("Issues are disabled for this repo"))),
        (CREATE, Fault::Answer(422, &[], "{\"message\": \"Validation Failed\", \"errors\": [{\"field\": \"body\", \"code\": \"custom\", \"message\": \"body is too long\"}]}".to_owned())),
        (CREATE, Fault::Answer(307, &[("location", "/repositories/9/issues")], says("Moved"))),
    ] {
        let fake = FakeGithub::new();
        let sandbox = project(&fake, "");
        let id = sandbox.id("write the guide");
        let (status, words) = match &fault {
            Fault::Answer(status, _, body) => (*status, body.clone()),
            _ => (0, String::new()),
        };
        fake.trap(request, fault);
        let out = run(&sandbox, &fake, &["issues", "open", &id]);
        all.push_str(&format!("== {status} to {request}: {words}\n{out}"));
        assert!(out.ends_with("exit: Some(2)\n"), "{out}");
        assert_eq!(numbers(&fake).len(), 0, "{out}");
        // The trouble over, the same command does it, once.
        run(&sandbox, &fake, &["issues", "open", &id]);
        assert_eq!(numbers(&fake), BTreeMap::from([("Write the guide".to_owned(), 1)]), "{out}");
        fake.finish();
    }
    shows("refusals", &all);
}

#[test]
fn one_refusal_does_not_keep_the_others_back() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "");
    fake.trap(
        CREATE,
        Fault::Answer(422, &[], "{\"message\": \"Validation Failed\"}".to_owned()),
    );
    let out = run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    assert!(out.contains("3 opened, 1 failed"), "{out}");
    run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    assert_eq!(
        numbers(&fake).values().copied().collect::<Vec<_>>(),
        [1, 1, 1, 1]
    );
    fake.finish();
}

#[test]
fn short_limits_and_troubles_are_sat_out() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "");
    let limit = |wait| {
        Fault::Answer(
            403,
            wait,
            "{\"message\": \"You have exceeded a secondary rate limit\"}".to_owned(),
        )
    };
    fake.trap(CREATE, limit(&[("retry-after", "7")]));
    fake.trap(CREATE, limit(&[]));
    fake.trap(CREATE, Fault::Answer(429, &[], String::new()));
    fake.trap(LIST, Fault::Answer(502, &[], String::new()));
    fake.trap(LIST, Fault::LostBefore);
    fake.trap(LOOK, limit(&[("retry-after", "7")]));
    let out = run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    assert!(out.ends_with("! 4 opened\n"), "{out}");
    assert_eq!(
        numbers(&fake).values().copied().collect::<Vec<_>>(),
        [1, 1, 1, 1]
    );
    fake.finish();
}

#[test]
fn no_server_no_token_no_host() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "");
    let bare = sandbox
        .command(&["issues", "open", "--all", "--yes"])
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&bare.stderr).replace(&fake.name(), "$HOST");
    let other = |host: &str| {
        run(
            &sandbox,
            &fake,
            &["issues", "open", "--all", "--yes", "--host", host],
        )
    };
    shows(
        "no-way",
        &format!(
            "{said}{}{}{}",
            other("http://127.0.0.1:1"),
            other("http://git.example.org"),
            // GITHUB_TOKEN is for github.com, and for the server of the workflow.
            other("git.example.org"),
        ),
    );
    let plain = Sandbox::with_items();
    plain.write(
        "owed.toml",
        &format!("[issues]\nhost = \"{}\"\n", fake.host()),
    );
    let out = run(&plain, &fake, &["issues", "open", "--all", "--yes"]);
    assert!(out.contains("no repository is named"), "{out}");
    fake.finish();
}

/// Every file below a folder, as bytes.
fn bytes_below(folder: &std::path::Path, out: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            bytes_below(&path, out);
        } else {
            out.push((
                path.display().to_string(),
                std::fs::read(&path).expect("a file"),
            ));
        }
    }
}

#[test]
fn no_token_is_kept_or_shown() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "");
    let holder = tempfile::tempdir().expect("a folder");
    let file = holder.path().join("token");
    std::fs::write(&file, format!("{TOKEN}\n")).expect("written");
    let file = file.to_str().expect("UTF-8");
    let mut said = String::new();
    fake.trap(CREATE, Fault::LostAfter);
    fake.trap(
        CREATE,
        Fault::Answer(422, &[], "{\"message\": \"no\"}".to_owned()),
    );
    said.push_str(&run(
        &sandbox,
        &fake,
        &["issues", "open", "--all", "--yes", "--token-file", file],
    ));
    said.push_str(&run(
        &sandbox,
        &fake,
        &["issues", "sync", "--each", "--format", "json"],
    ));
    fake.trap(
        LIST,
        Fault::Answer(401, &[], "{\"message\": \"Bad credentials\"}".to_owned()),
    );
    said.push_str(&run(&sandbox, &fake, &["issues", "sync"]));
    said.push_str(&run(
        &sandbox,
        &fake,
        &["issues", "sync", "--host", "http://127.0.0.1:1"],
    ));
    said.push_str(&sandbox.run(&["export"]));
    assert!(said.contains("opened"), "{said}");
    let secret = &TOKEN[4..];
    assert!(!said.contains(secret), "{said}");
    let mut files = Vec::new();
    bytes_below(sandbox.root(), &mut files);
    bytes_below(&crate::snapshots::root().join("snapshots"), &mut files);
    assert!(files.iter().any(|(path, _)| path.ends_with("ledger.db")));
    for (path, bytes) in files {
        let holds = bytes
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!holds, "{path}");
    }
    fake.finish();
}

#[test]
fn tokens_have_an_order() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "");
    let tries = |names: &[(&str, &str)]| {
        let mut command = sandbox.command(&["issues", "plan", "--refresh", "-q"]);
        let output = command
            .envs(names.iter().copied())
            .output()
            .expect("it runs");
        output.status.success()
    };
    assert!(tries(&[
        ("OWED_GITHUB_TOKEN", TOKEN),
        ("GITHUB_TOKEN", "wrong")
    ]));
    assert!(tries(&[("GITHUB_TOKEN", TOKEN), ("GH_TOKEN", "wrong")]));
    assert!(tries(&[("GH_TOKEN", TOKEN)]));
    assert!(!tries(&[
        ("OWED_GITHUB_TOKEN", "wrong"),
        ("GITHUB_TOKEN", TOKEN)
    ]));
    assert!(!tries(&[("GITHUB_TOKEN", "wrong"), ("GH_TOKEN", TOKEN)]));
    fake.finish();
}

/// The process is killed, and answers are lost, wherever the dice fall, until everything is filed; again and again. No
/// item is filed twice, and none is lost, nor its place in a project. `OWED_CRASHES` says how many times it is killed at least.
#[test]
fn killed_anywhere_nothing_is_filed_twice_and_nothing_is_lost() {
    let wanted = std::env::var("OWED_CRASHES").map_or(100, |n| n.parse().expect("a number"));
    let (mut kills, mut lost, mut runs, mut round) = (0, 0, 0, 0);
    while kills < wanted {
        round += 1;
        let fake = FakeGithub::new();
        let sandbox = project(&fake, "project = \"acme/3\"");
        fake.state()
            .projects
            .insert("acme/3".to_owned(), Project::default());
        // New issues show up late in lists, as they do.
        fake.repo("acme/tiles", |repo| repo.lag = round % 3);
        fake.state().chance = Some((round as u64 * 7919, 3));
        for attempt in 0.. {
            assert!(attempt < 400, "round {round} comes to no end");
            if attempt > 60 {
                fake.state().chance = None;
            }
            let mut command = sandbox.command(&["issues", "open", "--all", "--yes", "-q"]);
            command
                .env("GITHUB_TOKEN", TOKEN)
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            fake.watch(command.spawn().expect("it starts"));
            runs += 1;
            if fake.wait() {
                break;
            }
        }
        let found = numbers(&fake);
        assert_eq!(found.len(), 4, "round {round}: {found:?}");
        assert!(found.values().all(|n| *n == 1), "round {round}: {found:?}");
        let linked = sandbox.ledger().linked_items().expect("read");
        assert_eq!(linked.len(), 4, "round {round}");
        let state = fake.state();
        assert_eq!(state.projects["acme/3"].issues.len(), 4, "round {round}");
        kills += state.kills;
        lost += state.lost;
        drop(state);
        fake.finish();
    }
    // Seen with `--nocapture`, and what docs/github.md says.
    let told =
        serde_json::json!({"runs": runs, "killed": kills, "answers lost": lost, "rounds": round});
    writeln!(std::io::stderr(), "{told}").expect("told");
}
