//! `owed meetings`.

use crate::sandbox::Sandbox;
use insta::assert_snapshot;

/// Two series, one of them with a note of two meetings and a file for the next one.
fn told() -> Sandbox {
    let sandbox = Sandbox::new();
    for (path, text) in [
        (
            "core/2025-04-10.md",
            "# Core\n\n- Ana: I will draw the floor plan\n- Mirko: I'll ask the printers\n",
        ),
        ("core/2025-04-24.md", "# Core\n\nNothing was said.\n"),
        (
            "press/log.md",
            "## 2025-03-03\n\n- Ana: I will write the guide\n\n## 2025-03-17\n\n- Ana: I will order the chairs\n",
        ),
    ] {
        sandbox.write(&format!("notes/{path}"), text);
    }
    sandbox.run(&["scan", "notes"]);
    sandbox
}

#[test]
fn the_meetings_of_a_series_have_an_order() {
    let sandbox = told();
    assert_snapshot!(sandbox.run(&["meetings"]), @"
    core   2 meetings, last 2025-04-24 notes/core/2025-04-24.md
    press  2 meetings, last 2025-03-17 notes/press/log.md
    ");
    assert_snapshot!(sandbox.run(&["meetings", "press"]), @"
    press
      2025-03-03  notes/press/log.md  1 item
      2025-03-17  notes/press/log.md  1 item, the last
    ");
    // Made in advance, and not scanned; then scanned.
    sandbox.write("notes/core/2025-05-22.md", "# Core\n\n## Agenda\n");
    assert_snapshot!(sandbox.run(&["meetings", "core"]), @"
    core
      2025-04-10  notes/core/2025-04-10.md  2 items
      2025-04-24  notes/core/2025-04-24.md  0 items, the last
      2025-05-22  notes/core/2025-05-22.md  the next
    ");
    let before = sandbox.run(&["meetings", "--format", "json"]);
    sandbox.run(&["scan", "notes"]);
    let next = |json: &str| {
        let runs: serde_json::Value = serde_json::from_str(json).expect("JSON");
        runs[0]["next"]["file"].clone()
    };
    let after = sandbox.run(&["meetings", "--format", "json"]);
    assert_eq!(next(&before), "notes/core/2025-05-22.md");
    assert_eq!(next(&after), next(&before));
    assert_snapshot!(sandbox.run(&["meetings", "core", "--format", "jsonl"]), @r#"
    {"series":"core","previous":{"day":"2025-04-24","file":"notes/core/2025-04-24.md","title":"Core","items":0},"next":{"day":"2025-05-22","file":"notes/core/2025-05-22.md","title":"Core","items":0},"meetings":[{"day":"2025-04-10","file":"notes/core/2025-04-10.md","title":"Core","items":2},{"day":"2025-04-24","file":"notes/core/2025-04-24.md","title":"Core","items":0},{"day":"2025-05-22","file":"notes/core/2025-05-22.md","title":"Core","items":0}]}
    "#);
}

#[test]
fn a_series_that_is_not_there() {
    assert_snapshot!(told().run(&["meetings", "garden"]), @"
    ! error: there is no garden
    ! hint: paths are taken from $ROOT
    ! hint: nor is there a series of this name; there are core, press
    exit: Some(2)
    ");
}
