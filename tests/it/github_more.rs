//! What an issue is filed with beside its words (labels, projects), where it is filed, and two machines that file at once.

use crate::fake_github::{FakeGithub, Fault, TOKEN};
use crate::fake_projects::Project;
use crate::github_open::{project, run, shows};
use crate::sandbox::{Said, Sandbox};
use serde_json::json;
use std::process::{Command, Stdio};

const CREATE: &str = "POST /repos/acme/tiles/issues";
const GRAPHQL: &str = "POST /api/graphql";

fn titles(fake: &FakeGithub) -> Vec<String> {
    let title = |issue: &serde_json::Value| issue["title"].as_str().unwrap_or_default().to_owned();
    fake.repo("acme/tiles", |repo| repo.issues.iter().map(title).collect())
}

fn change(fake: &FakeGithub, change: impl FnOnce(&mut Project)) {
    change(
        fake.state()
            .projects
            .entry("acme/3".to_owned())
            .or_default(),
    );
}

/// The issues of the project, and those of the repository, in order.
#[track_caller]
fn all_are_in_the_project(fake: &FakeGithub, n: usize) {
    let mut issues: Vec<String> = fake.repo("acme/tiles", |repo| {
        let node =
            |issue: &serde_json::Value| issue["node_id"].as_str().unwrap_or_default().to_owned();
        repo.issues.iter().map(node).collect()
    });
    let mut entries = fake.state().projects["acme/3"].issues.clone();
    issues.sort();
    entries.sort();
    assert_eq!(entries, issues);
    assert_eq!(entries.len(), n);
}

#[test]
fn issues_are_put_into_a_project() {
    let fake = FakeGithub::new();
    change(&fake, |_| {});
    let sandbox = project(&fake, "project = \"acme/3\"");
    let id = sandbox.id("write the guide");
    shows(
        "project-plan",
        &run(&sandbox, &fake, &["issues", "plan", &id]),
    );
    shows(
        "project-open",
        &run(&sandbox, &fake, &["issues", "open", &id]),
    );
    run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    all_are_in_the_project(&fake, 4);
    assert_eq!(fake.state().projects["acme/3"].asked, 4);
    // A ledger that was lost before any entry was made.
    change(&fake, |it| it.issues.clear());
    let anew = project(&fake, "project = \"acme/3\"");
    run(&anew, &fake, &["issues", "open", "--all", "--yes"]);
    all_are_in_the_project(&fake, 4);
    fake.finish();
}

#[test]
fn what_could_not_be_put_into_a_project_is_tried_again() {
    for refusal in ["INSUFFICIENT_SCOPES", "NOT_FOUND"] {
        let fake = FakeGithub::new();
        change(&fake, |it| it.refusal = Some(refusal));
        let sandbox = project(&fake, "project = \"acme/3\"");
        // The issues are filed all the same, and the refusal is told once.
        let out = run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
        assert_eq!(
            out.matches("hint: the token needs the scope").count(),
            1,
            "{out}"
        );
        assert!(out.contains("4 opened, 4 not in the project"), "{out}");
        assert_eq!(titles(&fake).len(), 4);
        if refusal == "INSUFFICIENT_SCOPES" {
            shows("project-refused", &out);
            let plan = run(&sandbox, &fake, &["issues", "plan", "--refresh"]);
            let told = "notice: the project acme/3 cannot be had: Your token";
            assert!(plan.contains(told), "{plan}");
            let left = "left by an earlier run: project $HOST/acme/tiles/issues/1";
            assert!(plan.contains(left), "{plan}");
        }
        change(&fake, |it| it.refusal = None);
        run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
        all_are_in_the_project(&fake, 4);
        assert_eq!(titles(&fake).len(), 4);
        fake.finish();
    }
    // Nobody is asked for ever about a project that is no longer wanted.
    let fake = FakeGithub::new();
    change(&fake, |it| it.closed = true);
    let sandbox = project(&fake, "project = \"acme/3\"");
    let out = run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    assert!(out.contains("it is closed"), "{out}");
    let plain = std::fs::read_to_string(sandbox.root().join("owed.toml")).expect("read");
    sandbox.write("owed.toml", &plain.replace("project = \"acme/3\"", ""));
    run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    let out = run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    assert_eq!(out, "! nothing to do\n");
    fake.finish();
}

#[test]
fn an_entry_of_a_project_outlasts_whatever_comes_between() {
    let limit = |body: &str| Fault::Answer(200, &[], body.to_owned());
    for (fault, killed) in [
        (Fault::LostBefore, false),
        (Fault::LostAfter, false),
        (Fault::Half, false),
        (Fault::DoneBut(502, String::new()), false),
        (
            limit(
                "{\"errors\": [{\"type\": \"RATE_LIMITED\", \"message\": \"API rate limit exceeded\"}]}",
            ),
            false,
        ),
        (limit("{\"data\": {\"repositoryOwner\": null}}"), false),
        (Fault::KillBefore, true),
        (Fault::KillAfter, true),
        (Fault::KillAnswered, true),
    ] {
        // The fault meets the search for the project first, then the entry.
        for second in [false, true] {
            let fake = FakeGithub::new();
            change(&fake, |_| {});
            let sandbox = project(&fake, "project = \"acme/3\"");
            if second {
                fake.trap(GRAPHQL, limit("{\"data\": {\"repositoryOwner\": {\"projectV2\": {\"id\": \"PVT_acme/3\", \"closed\": false}}}}"));
            }
            fake.trap(GRAPHQL, fault.clone());
            let id = sandbox.id("write the guide");
            if killed {
                let mut command = sandbox.command(&["issues", "open", &id]);
                command
                    .env("GITHUB_TOKEN", TOKEN)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null());
                fake.watch(command.spawn().expect("it starts"));
                fake.wait();
            } else {
                run(&sandbox, &fake, &["issues", "open", &id]);
            }
            run(&sandbox, &fake, &["issues", "open", &id]);
            all_are_in_the_project(&fake, 1);
            fake.finish();
        }
    }
}

#[test]
fn a_label_that_is_not_there_is_told_and_made_only_when_that_is_wanted() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "labels = [\"Action\", \"good first issue\"]");
    let id = sandbox.id("write the guide");
    let plan = run(&sandbox, &fake, &["issues", "plan", &id, "--refresh"]);
    assert!(
        plan.contains("acme/tiles has no label `good first issue`"),
        "{plan}"
    );
    assert!(!plan.contains("no label `Action`"), "{plan}");
    fake.repo("acme/tiles", |repo| repo.labels.insert("Action".to_owned()));
    let out = run(&sandbox, &fake, &["issues", "open", &id]);
    assert!(
        out.contains("has no label `good first issue`, so that issues are opened without it"),
        "{out}"
    );
    let labels =
        |number: usize| fake.repo("acme/tiles", |repo| repo.issues[number]["labels"].clone());
    assert_eq!(labels(0).as_array().map(Vec::len), Some(1));
    // An answer that is lost on the way makes no second one.
    fake.trap("POST /repos/acme/tiles/labels", Fault::LostAfter);
    run(
        &sandbox,
        &fake,
        &["issues", "open", "--all", "--yes", "--make-labels"],
    );
    run(
        &sandbox,
        &fake,
        &["issues", "open", "--all", "--yes", "--make-labels"],
    );
    assert_eq!(labels(3)[1]["name"], "good first issue");
    fake.finish();
}

#[test]
fn a_repository_is_named_where_none_is() {
    let fake = FakeGithub::new();
    let sandbox = Sandbox::with_items();
    sandbox.write(
        "owed.toml",
        &format!("[issues]\nhost = \"{}\"\n", fake.host()),
    );
    let git = |args: &[&str]| {
        let status = Command::new("git")
            .arg("-C")
            .arg(sandbox.root())
            .args(args)
            .status();
        assert!(status.expect("git runs").success());
    };
    git(&["init", "-q"]);
    git(&[
        "remote",
        "add",
        "origin",
        &format!("{}/acme/tiles.git", fake.host()),
    ]);
    let id = sandbox.id("write the guide");
    shows(
        "no-repository",
        &run(&sandbox, &fake, &["issues", "plan", &id]),
    );
    let out = sandbox.run(&["issues", "open", &id]);
    assert!(
        out.contains("--repository acme/tiles"),
        "no token is asked for: {out}"
    );
    let out = run(&sandbox, &fake, &["issues", "plan", "--repository", "acme"]);
    assert!(out.contains("`acme` is no repository"), "{out}");
    assert!(!out.contains("owed.toml"), "{out}");
    run(
        &sandbox,
        &fake,
        &["issues", "open", &id, "--repository", "acme/tiles"],
    );
    assert_eq!(titles(&fake), ["Write the guide"]);
    // What names an issue needs no repository.
    let review = [Said::new(3, "Ana", "review acme/tiles#1 again")];
    sandbox.scan("notes/core/2025/core-05-07.md", "2025-05-07", &review);
    let id = sandbox.id("review acme/tiles#1 again");
    let out = run(&sandbox, &fake, &["issues", "open", &id]);
    assert!(out.contains("1 linked"), "{out}");
    fake.finish();
}

#[test]
fn a_second_machine_opens_nothing_that_the_first_has() {
    let fake = FakeGithub::new();
    let (one, other) = (project(&fake, ""), project(&fake, ""));
    // The first writes down what it will open and is stopped; the second opens it all; the first goes on.
    fake.trap(CREATE, Fault::KillBefore);
    let mut command = one.command(&["issues", "open", "--all", "--yes"]);
    command
        .env("GITHUB_TOKEN", TOKEN)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    fake.watch(command.spawn().expect("it starts"));
    fake.wait();
    run(&other, &fake, &["issues", "open", "--all", "--yes"]);
    let out = run(&one, &fake, &["issues", "open", "--all", "--yes"]);
    assert_eq!(titles(&fake).len(), 4, "{out}");
    assert_eq!(one.ledger().linked_items().expect("read").len(), 4);
    fake.finish();
}

#[test]
fn what_was_filed_twice_is_told_once() {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, "");
    let id = sandbox.id("write the guide");
    run(&sandbox, &fake, &["issues", "open", &id]);
    let body = fake.repo("acme/tiles", |repo| repo.issues[0]["body"].clone());
    let number = fake.add_issue(
        "acme/tiles",
        "Write the guide",
        body.as_str().expect("a body"),
    );
    let stranger = run(&sandbox, &fake, &["issues", "sync"]);
    assert!(stranger.contains("0 pieces of news"), "{stranger}");
    fake.edit(
        "acme/tiles",
        number,
        &json!({"author_association": "MEMBER"}),
    );
    let out = run(&sandbox, &fake, &["issues", "sync"]);
    assert!(
        out.contains("filed twice, the other time as $HOST/acme/tiles/issues/2"),
        "{out}"
    );
    let again = run(&sandbox, &fake, &["issues", "sync"]);
    assert!(again.contains("0 pieces of news"), "{again}");
    fake.finish();
}

#[test]
fn an_issue_that_is_gone_is_asked_about_and_not_filed_anew_by_itself() {
    let not_found = Fault::Answer(404, &[], "{\"message\": \"Not Found\"}".to_owned());
    let nowhere = Fault::Answer(
        301,
        &[("location", "")],
        "{\"message\": \"Moved Permanently\"}".to_owned(),
    );
    for (fault, converted) in [
        (None, false),
        (None, true),
        (Some(not_found), false),
        (Some(nowhere), false),
    ] {
        let fake = FakeGithub::new();
        let sandbox = project(&fake, "when-closed = \"close\"");
        let id = sandbox.id("write the guide");
        run(&sandbox, &fake, &["issues", "open", &id]);
        // Later, when it is not among what has changed of late.
        fake.state().clock += 600;
        fake.add_issue("acme/tiles", "Something else", "");
        run(&sandbox, &fake, &["issues", "sync"]);
        match &fault {
            Some(fault) => fake.trap("GET /repos/acme/tiles/issues/1", fault.clone()),
            None if converted => {
                // It stays, closed and locked, with nothing in it that says why.
                fake.edit(
                    "acme/tiles",
                    1,
                    &json!({"state": "closed", "locked": true, "state_reason": null}),
                );
                let events = vec!["labeled", "closed", "converted_to_discussion", "locked"];
                fake.repo("acme/tiles", |repo| repo.events.insert(1, events));
            }
            None => fake.repo("acme/tiles", |repo| {
                repo.deleted.insert(1);
            }),
        }
        let out = run(&sandbox, &fake, &["issues", "sync", "--each"]);
        assert!(
            out.contains("unlinked?  owed answer yes|no ID"),
            "{fault:?}: {out}"
        );
        assert!(!out.contains("changed "), "{out}");
        assert_eq!(out.contains("turned into a discussion"), converted, "{out}");
        let nothing = run(&sandbox, &fake, &["issues", "open", &id]);
        assert!(!nothing.contains("opened"), "{nothing}");
        if fault.is_some() {
            // It is there again: nobody has to answer any more.
            run(&sandbox, &fake, &["issues", "sync", "--each"]);
            assert!(
                sandbox
                    .ledger()
                    .proposals()
                    .expect("read")
                    .iter()
                    .all(|it| it.decided.is_some())
            );
            continue;
        }
        let proposals = sandbox.ledger().proposals().expect("read");
        let proposal = proposals.first().expect("a proposal").id.to_string();
        let said = sandbox.run(&["answer", "yes", &proposal]);
        assert!(said.starts_with("unlinked"), "{said}");
        run(&sandbox, &fake, &["issues", "open", &id]);
        assert_eq!(
            titles(&fake),
            ["Write the guide", "Something else", "Write the guide"]
        );
        fake.finish();
    }
}

#[test]
fn rules_go_by_zone_and_by_series() {
    let fake = FakeGithub::new();
    fake.add_repo("acme/docs");
    let more = "[[issues.rule]]\nzone = \"actions\"\nrepository = \"acme/docs\"\n\n[[series]]\nname = \"notes/club\"\npaths = [\"/notes/club/\"]\nissues = { labels = [] }\n";
    let sandbox = project(&fake, more);
    sandbox.write(
        "notes/club/2025-05-06.md",
        "# Club\n\nPresent: Ana Lind, Mirko Okafor\n\n## Talk\n\n- Mirko: I will ask the printers for a quote\n\n## Action items\n\n- [ ] Ana: write the exporter guide\n",
    );
    sandbox.run(&["scan", "notes/club"]);
    run(
        &sandbox,
        &fake,
        &["issues", "open", "--all", "--yes", "--series", "notes/club"],
    );
    let of = |name: &str| {
        fake.repo(name, |repo| {
            repo.issues
                .iter()
                .map(|it| format!("{} {}", it["title"], it["labels"]))
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(of("acme/docs"), ["\"Write the exporter guide\" []"]);
    assert_eq!(of("acme/tiles"), ["\"Ask the printers for a quote\" []"]);
    fake.finish();
}
