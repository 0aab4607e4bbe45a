//! Remarks as SARIF 2.1.0, the format in which code hosts and editors take the results of analyses.
//!
//! Paths are relative to the root of the project (`%SRCROOT%`), as the format wants them; columns count characters.

use super::escape::link_path;
use crate::lint::{Code, Remark};
use serde_json::{Value, json};

/// Where the format is defined.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One run of owed with these remarks, as JSON. `version` is owed's own.
pub fn log(remarks: &[Remark], version: &str) -> String {
    let rules: Vec<Value> = Code::ALL.iter().map(|code| rule(*code)).collect();
    let results: Vec<Value> = remarks.iter().map(result).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "owed", "version": version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                "%SRCROOT%": { "description": { "text": "The root of the project." } },
            },
            "results": results,
        }],
    });
    // A value of JSON can always be written.
    serde_json::to_string_pretty(&log).unwrap_or_default()
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.title() },
        "help": { "text": sentence(code.help()) },
        "defaultConfiguration": { "level": "warning" },
    })
}

fn result(remark: &Remark) -> Value {
    let index = Code::ALL.iter().position(|code| *code == remark.code);
    let mut location = json!({ "artifactLocation": artifact(&remark.path) });
    if let Some(place) = remark.place {
        location["region"] = json!({
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        });
    }
    let message = format!("{} {}", sentence(&remark.message), sentence(&remark.help));
    json!({
        "ruleId": remark.code.as_str(),
        "ruleIndex": index,
        "level": "warning",
        "message": { "text": message },
        "locations": [{ "physicalLocation": location }],
    })
}

/// The address of a note: relative inside the project, else of a file of this machine.
fn artifact(path: &str) -> Value {
    let address = link_path(path);
    match path.strip_prefix('/') {
        Some(_) => json!({ "uri": format!("file://{address}") }),
        None => json!({ "uri": address, "uriBaseId": "%SRCROOT%" }),
    }
}

/// With a capital and a full stop, unless it ends in a sign of its own.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let text = format!("{}{}", first.unwrap_or_default(), letters.as_str());
    if text.ends_with(['.', '?', '!']) {
        text
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests {
    use super::{log, sentence};
    use crate::lint::{Code, Place, Remark};
    use crate::text::Span;
    use serde_json::Value;

    fn remark(code: Code, path: &str, place: Option<Place>) -> Remark {
        Remark {
            code,
            path: path.to_owned(),
            place,
            message: "no one is named who does this".to_owned(),
            help: code.help().to_owned(),
        }
    }

    /// What the format asks of a log beyond being JSON; the sections are those of SARIF 2.1.0.
    #[track_caller]
    fn check(log: &Value) {
        assert_eq!(log["version"], "2.1.0", "§3.13.2");
        let runs = log["runs"].as_array().expect("§3.13.4: runs");
        for run in runs {
            let driver = &run["tool"]["driver"];
            assert!(driver["name"].is_string(), "§3.19.8: a tool has a name");
            let rules = driver["rules"].as_array().expect("§3.19.23: rules");
            let bases = run["originalUriBaseIds"].as_object().expect("§3.14.14");
            for rule in rules {
                assert!(rule["id"].is_string(), "§3.49.3");
                let text = rule["shortDescription"]["text"].as_str().expect("§3.49.9");
                assert!(text.ends_with('.'), "§3.11.2: plain text is sentences");
            }
            for result in run["results"].as_array().expect("§3.14.23: results") {
                let index = result["ruleIndex"].as_u64().expect("§3.27.6");
                let rule = &rules[usize::try_from(index).expect("an index")];
                assert_eq!(rule["id"], result["ruleId"], "§3.27.5");
                assert!(result["message"]["text"].is_string(), "§3.27.11");
                let place = &result["locations"][0]["physicalLocation"];
                let file = &place["artifactLocation"];
                let uri = file["uri"].as_str().expect("§3.4.3");
                assert!(!uri.contains([' ', '\\', '"']), "§3.4.3: an address: {uri}");
                if let Some(base) = file["uriBaseId"].as_str() {
                    assert!(bases.contains_key(base), "§3.4.4");
                    assert!(
                        !uri.starts_with('/') && !uri.contains("://"),
                        "§3.4.4: relative"
                    );
                } else {
                    assert!(uri.starts_with("file:///"), "§3.10.2: absolute: {uri}");
                }
                let Some(region) = place.get("region") else {
                    continue;
                };
                let number = |name: &str| region[name].as_u64().expect("a number");
                assert!(
                    number("startLine") >= 1 && number("startColumn") >= 1,
                    "§3.30.5"
                );
                let (start, end) = (
                    (number("startLine"), number("startColumn")),
                    (number("endLine"), number("endColumn")),
                );
                assert!(
                    start < end,
                    "§3.30.8: the end lies behind the last character"
                );
            }
        }
    }

    #[test]
    fn a_log_is_as_the_format_has_it() {
        let place = Place {
            line: 3,
            column: 5,
            end_line: 4,
            end_column: 2,
            span: Span::new(20, 30),
        };
        let remarks = [
            remark(Code::NoOwner, "notes/a b/é:1.md", Some(place)),
            remark(Code::Unreadable, "/elsewhere/x.md", None),
        ];
        let log: Value = serde_json::from_str(&log(&remarks, "1.2.3")).expect("JSON");
        check(&log);
        let results = log["runs"][0]["results"].as_array().expect("results");
        let uri =
            |at: usize| &results[at]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri(0), "notes/a%20b/%C3%A9%3A1.md");
        assert_eq!(uri(1), "file:///elsewhere/x.md");
        assert_eq!(
            results[0]["message"]["text"],
            "No one is named who does this. Name who does it: \"Ana to …\"."
        );
    }

    #[test]
    fn no_remarks_are_a_log_too() {
        let log: Value = serde_json::from_str(&log(&[], "1")).expect("JSON");
        check(&log);
        assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    }

    #[test]
    fn sentences() {
        assert_eq!(sentence("write more"), "Write more.");
        assert_eq!(sentence("is it?"), "Is it?");
    }
}
