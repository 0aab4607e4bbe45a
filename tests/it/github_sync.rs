//! What comes back from issues, and what follows for their items.

use crate::fake_github::{FakeGithub, Fault, TOKEN};
use crate::github_open::{project, run, shows};
use crate::sandbox::{Said, Sandbox};
use serde_json::{Value, json};

/// Four items, each with an issue: Ben's is #1, then Ana's guide, Chidi's build, Ana's site.
fn filed(more: &str) -> (FakeGithub, Sandbox) {
    let fake = FakeGithub::new();
    let sandbox = project(&fake, more);
    run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    fake.asked();
    (fake, sandbox)
}

fn state(sandbox: &Sandbox, text: &str) -> (String, Value) {
    let id = sandbox.id(text);
    let exported = sandbox.run(&["export"]);
    let items = exported
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let item = items
        .into_iter()
        .find(|item| item["id"] == *id)
        .expect("the item");
    let state = item["state"].as_str().expect("a state").to_owned();
    (state, item)
}

#[test]
fn a_repository_in_which_nothing_changes_costs_one_request() {
    let (fake, sandbox) = filed("");
    let out = run(&sandbox, &fake, &["issues", "sync"]);
    assert_eq!(out, "! 4 issues followed, 0 pieces of news, 1 request\n");
    assert_eq!(fake.asked().len(), 1);
    fake.state().clock += 600;
    fake.add_issue("acme/tiles", "Later", "");
    run(&sandbox, &fake, &["issues", "sync"]);
    fake.asked();
    // What is not among the changes is asked for by itself when a person wants it, or when it was not seen for a week.
    run(&sandbox, &fake, &["issues", "sync", "--each"]);
    assert_eq!(fake.asked().len(), 5);
    let later = |day: &str| {
        let mut command = sandbox.command(&["issues", "sync"]);
        command
            .env("OWED_NOW", format!("{day}T12:00:00Z"))
            .env("GITHUB_TOKEN", TOKEN);
        assert!(command.output().expect("it runs").status.success());
        fake.asked().len()
    };
    assert_eq!(later("2025-05-14"), 1);
    assert_eq!(later("2025-05-16"), 5);
    fake.finish();
}

#[test]
fn what_closes_is_proposed_and_an_answer_is_kept() {
    let (fake, sandbox) = filed("");
    let closed = |reason: Value| json!({"state": "closed", "state_reason": reason});
    fake.edit("acme/tiles", 1, &closed(json!("completed")));
    fake.edit("acme/tiles", 2, &closed(json!("not_planned")));
    fake.edit("acme/tiles", 3, &closed(json!("a_word_of_next_year")));
    shows("sync-closed", &run(&sandbox, &fake, &["issues", "sync"]));
    for text in [
        "ask @mira about the keys",
        "write the guide",
        "try the new build",
    ] {
        assert_eq!(
            state(&sandbox, text).0,
            "open",
            "prose and issues close nothing"
        );
    }
    assert_eq!(
        run(&sandbox, &fake, &["issues", "sync"]),
        "! 4 issues followed, 0 pieces of news, 1 request\n"
    );
    // A proposal outlasts a scan; a yes closes, and a no is not asked again.
    sandbox.write(
        "notes/core/2025/core-05-07.md",
        "# Core\n\n- Ana: I will greet the guests\n",
    );
    sandbox.run(&["scan", "notes/core/2025/core-05-07.md"]);
    let (_, item) = state(&sandbox, "ask @mira about the keys");
    let yes = item["proposals"][0]["id"].as_str().expect("a proposal");
    sandbox.run(&["answer", "yes", yes]);
    assert_eq!(state(&sandbox, "ask @mira about the keys").0, "done");
    let (_, item) = state(&sandbox, "write the guide");
    assert_eq!(item["proposed"], "dropped");
    let no = item["proposals"][0]["id"].as_str().expect("a proposal");
    sandbox.run(&["answer", "no", no]);
    fake.edit("acme/tiles", 2, &json!({"title": "touched"}));
    let out = run(&sandbox, &fake, &["issues", "sync"]);
    assert!(out.contains("0 pieces of news"), "{out}");
    // Reopened, what waits is taken back.
    fake.edit(
        "acme/tiles",
        3,
        &json!({"state": "open", "state_reason": "reopened"}),
    );
    run(&sandbox, &fake, &["issues", "sync"]);
    assert_eq!(
        state(&sandbox, "try the new build").1["proposals"],
        json!([])
    );
    fake.finish();
}

#[test]
fn a_project_can_have_items_follow() {
    let (fake, sandbox) =
        filed("when-closed = \"close\"\nwhen-assigned = \"follow\"\nwhen-scheduled = \"follow\"\n");
    fake.edit(
        "acme/tiles",
        1,
        &json!({"state": "closed", "state_reason": "completed"}),
    );
    fake.edit(
        "acme/tiles",
        2,
        &json!({"assignees": [{"login": "BenWest"}]}),
    );
    fake.edit(
        "acme/tiles",
        3,
        &json!({"assignees": [{"login": "stranger"}]}),
    );
    fake.edit(
        "acme/tiles",
        4,
        &json!({"milestone": {"number": 4, "title": "Spring", "due_on": "2025-06-30T07:00:00Z"}}),
    );
    shows("sync-follow", &run(&sandbox, &fake, &["issues", "sync"]));
    assert_eq!(state(&sandbox, "ask @mira about the keys").0, "done");
    assert_eq!(
        state(&sandbox, "write the guide").1["owners"],
        json!(["Ben"])
    );
    assert_eq!(state(&sandbox, "move the site").1["due_date"], "2025-06-30");
    fake.edit(
        "acme/tiles",
        1,
        &json!({"state": "open", "state_reason": "reopened"}),
    );
    run(&sandbox, &fake, &["issues", "sync"]);
    assert_eq!(state(&sandbox, "ask @mira about the keys").0, "open");
    fake.finish();
}

#[test]
fn a_merged_pull_request_that_mentions_an_issue_is_heard() {
    let (fake, sandbox) = filed("");
    let pull = |title: &str, body: &str, merged: Value| {
        let number = fake.add_issue("acme/tiles", title, body);
        let fields = json!({"state": "closed", "pull_request": {"merged_at": merged}});
        fake.edit("acme/tiles", number, &fields);
    };
    pull(
        "Write it",
        "Fixes #2 and touches acme/docs#3",
        json!("2025-05-08T12:00:00Z"),
    );
    pull("Try it", "For #3", Value::Null);
    shows("sync-merged", &run(&sandbox, &fake, &["issues", "sync"]));
    assert_eq!(state(&sandbox, "write the guide").1["proposed"], "done");
    assert_eq!(
        state(&sandbox, "try the new build").1["proposals"],
        json!([])
    );
    fake.finish();
}

#[test]
fn issues_and_repositories_move_and_go() {
    let (fake, sandbox) = filed("");
    fake.add_repo("acme/docs");
    let new = fake.add_issue("acme/docs", "Write the guide", "");
    fake.repo("acme/tiles", |repo| {
        repo.moved.insert(2, ("acme/docs".to_owned(), new));
        repo.deleted.insert(3);
    });
    shows(
        "sync-moved",
        &run(&sandbox, &fake, &["issues", "sync", "--each"]),
    );
    let guide = state(&sandbox, "write the guide").1;
    assert_eq!(
        guide["links"],
        json!([format!("{}/acme/docs/issues/1", fake.host())])
    );
    // What is gone is told once, and never filed again by itself.
    let out = run(&sandbox, &fake, &["issues", "sync", "--each"]);
    assert!(out.contains("0 pieces of news"), "{out}");
    let out = run(&sandbox, &fake, &["issues", "open", "--all", "--yes"]);
    assert_eq!(out, "! nothing to do\n");

    let mut state = fake.state();
    let repo = state.repos.remove("acme/tiles").expect("a repository");
    state.repos.insert("acme/mosaic".to_owned(), repo);
    state
        .renamed
        .insert("acme/tiles".to_owned(), "acme/mosaic".to_owned());
    for issue in &mut state.repos.get_mut("acme/mosaic").expect("it").issues {
        let url = issue["html_url"]
            .as_str()
            .expect("an address")
            .replace("tiles", "mosaic");
        issue["html_url"] = json!(url);
    }
    drop(state);
    shows("sync-renamed", &run(&sandbox, &fake, &["issues", "sync"]));
    let id = {
        sandbox.scan(
            "notes/core/2025/core-05-07.md",
            "2025-05-07",
            &[Said::new(3, "Ana", "greet the guests")],
        );
        sandbox.id("greet the guests")
    };
    // The new name is found out before anything is sent there.
    let out = run(&sandbox, &fake, &["issues", "open", &id]);
    assert!(out.contains("acme/tiles is now acme/mosaic"), "{out}");
    assert!(out.contains("1 opened"), "{out}");
    fake.finish();
}

#[test]
fn an_issue_is_told_of_its_item_only_when_a_person_says_so() {
    let (fake, sandbox) = filed("");
    let id = sandbox.id("write the guide");
    sandbox.run(&["done", &id]);
    run(&sandbox, &fake, &["issues", "sync"]);
    let issue = |number: usize| fake.repo("acme/tiles", |repo| repo.issues[number - 1].clone());
    assert_eq!(issue(2)["state"], "open");
    fake.trap("POST /repos/acme/tiles/issues/2/comments", Fault::LostAfter);
    fake.trap("PATCH /repos/acme/tiles/issues/2", Fault::LostAfter);
    shows(
        "close",
        &run(&sandbox, &fake, &["issues", "close", "--all"]),
    );
    assert_eq!(issue(2)["state"], "closed");
    assert_eq!(issue(2)["state_reason"], "completed");
    assert_eq!(fake.repo("acme/tiles", |repo| repo.comments.len()), 1);
    run(&sandbox, &fake, &["issues", "close", &id]);
    assert_eq!(fake.repo("acme/tiles", |repo| repo.comments.len()), 1);
    for other in [1, 3, 4] {
        assert_eq!(issue(other)["state"], "open");
    }
    fake.finish();
}

#[test]
fn pages_that_change_while_they_are_read_lose_nothing() {
    let fake = FakeGithub::new();
    for n in 0..250 {
        fake.add_issue("acme/tiles", &format!("Tile {n}"), "");
    }
    let sandbox = project(&fake, "");
    // A whole page of one second, too.
    for number in 20..140 {
        fake.edit("acme/tiles", number, &json!({}));
        fake.repo("acme/tiles", |repo| {
            repo.issues[number as usize - 1]["updated_at"] = json!("2025-05-08T13:00:00Z");
        });
    }
    run(&sandbox, &fake, &["issues", "plan", "--refresh"]);
    let known = sandbox
        .ledger()
        .issues(&format!("{}/acme/tiles", fake.name()));
    assert_eq!(known.expect("read").len(), 250);
    fake.finish();
}
