//! Who gives the command.

/// The name that the log keeps beside what was done: that of `OWED_USER`; in a workflow of GitHub whoever started it; else
/// the one under which somebody is logged in. `None` where the machine tells none.
pub(super) fn who() -> Option<String> {
    let told = |name: &str| {
        let value = std::env::var(name).ok()?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    // The account of a workflow's machine is nobody's.
    let of_workflow = || told("GITHUB_ACTIONS").and_then(|_| told("GITHUB_ACTOR"));
    let of_machine = || ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(told);
    told("OWED_USER").or_else(of_workflow).or_else(of_machine)
}
