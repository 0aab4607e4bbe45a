//! The report.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

#[test]
fn a_file_that_needs_nothing_beside_itself() {
    let sandbox = Sandbox::with_items();
    let guide = sandbox.id("write the guide");
    sandbox.run(&["done", &guide]);
    assert_snapshot!(sandbox.run(&["report", "--out", "report.html"]), @"report.html: 5 items");
    let page = sandbox.read("report.html");
    assert_eq!(page.matches("<svg class=\"chart\" role=\"img\"").count(), 4);
    for text in [
        "Open over time",
        "Time until done",
        "Closed by month",
        "By person",
        "By series",
    ] {
        assert!(page.contains(text), "{text}");
    }
    // Names of formats are no addresses to load from.
    let page = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for text in [
        "<script", "http://", "https://", "<link", "url(", "@import", " onload=",
    ] {
        assert!(!page.contains(text), "{text}");
    }
    sandbox.run(&[
        "report",
        "--out",
        "other.html",
        "--no-owners",
        "--series",
        "core",
    ]);
    let other = sandbox.read("other.html");
    assert!(!other.contains("By person") && !other.contains("Chidi"));
    assert!(other.contains("<p>core · "), "{other}");
}

#[test]
fn the_numbers_alone() {
    let sandbox = Sandbox::with_items();
    let guide = sandbox.id("write the guide");
    sandbox.run(&["done", &guide]);
    let json = |args: &[&str]| -> serde_json::Value {
        let args: Vec<&str> = ["report", "--format", "json"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        serde_json::from_str(&sandbox.run(&args)).expect("JSON")
    };
    assert_eq!(
        json(&[])["all"],
        serde_json::json!({ "open": 4, "overdue": 0, "kept": 0, "slipped": 1, "dropped": 0 })
    );
    assert_eq!(json(&["--until", "2025-05-01"])["all"]["slipped"], 0);
    assert_eq!(json(&["--no-owners"])["owners"], serde_json::json!({}));
    assert_eq!(json(&["--series", "notes"])["all"]["open"], 1);
}

#[test]
fn what_cannot_be_reported() {
    let sandbox = Sandbox::with_items();
    assert_snapshot!(sandbox.run(&["report", "--series", "cores"]), @"
    ! error: no series is called `cores` in the ledger
    ! hint: there are core, notes
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["report", "--since", "2025-05-01", "--until", "2025-04-01"]), @"
    ! error: --until lies before --since
    ! hint: both days count: --since 2025-01-01 --until 2025-03-31
    exit: Some(2)
    ");
    assert_snapshot!(sandbox.run(&["report", "--out", "no/such/folder.html"]), @"
    ! error: cannot write no/such/folder.html: No such file or directory (os error 2)
    exit: Some(2)
    ");
}

#[test]
fn what_notes_without_a_day_say_is_not_left_out_in_silence() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025-03.md",
        "# Core\n\n- [ ] Ana: write the guide\n- [x] Ana: order the chairs\n",
    );
    sandbox.write(
        "notes/core/2025-04-24.md",
        "# Core\n\n- [ ] Ana: draw the floor plan\n",
    );
    sandbox.run(&["scan", "notes"]);
    sandbox.run(&["report", "--out", "report.html"]);
    let page = sandbox.read("report.html");
    for told in [
        "1 item closed on a day that nobody knows",
        "1 item first said on a day that nobody knows",
    ] {
        assert!(page.contains(told), "{told}\n{page}");
    }
}
