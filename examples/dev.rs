//! dev
#![allow(
    clippy::all,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used
)]
use owed::*;
fn main() {
    let mode = std::env::args().nth(1).unwrap();
    let names = [
        "words",
        "gates",
        "actions",
        "commitments",
        "requests",
        "progress",
        "answers",
    ];
    let texts: Vec<(String, String)> = names
        .iter()
        .map(|n| {
            (
                format!("rules/en/{n}.toml"),
                std::fs::read_to_string(format!("/work/main/rules/en/{n}.toml")).unwrap(),
            )
        })
        .collect();
    let sources: Vec<rules::PackSource> = texts
        .iter()
        .map(|(n, t)| rules::PackSource { name: n, text: t })
        .collect();
    let engine = match rules::load(&sources) {
        Ok(e) => e,
        Err(es) => {
            for e in es {
                eprintln!("{e}");
                if let Some((l, c)) = e.excerpt {
                    eprintln!("  {l}\n  {}{}", " ".repeat(c.start), "^".repeat(c.len()));
                }
            }
            std::process::exit(2)
        }
    };
    for path in std::env::args().skip(2) {
        let bytes = std::fs::read(&path).unwrap();
        let (Some(src), _) = text::SourceText::from_bytes(path.clone(), bytes) else {
            continue;
        };
        let note = notes::parse(&src);
        if mode == "turns" {
            println!("# {path} {:?}", note.header);
            for p in note.people.persons() {
                println!("  person {:?} {:?} {:?}", p.name, p.handle, p.evidence);
            }
            for t in &note.turns {
                println!(
                    "{}-{} {} {:?} {:?} | {}",
                    t.lines.0 + 1,
                    t.lines.1 + 1,
                    t.zone.as_str(),
                    t.speaker.map(|s| (s.name.of(src.text()), s.voice)),
                    t.entry.map(|e| (e.depth, e.ticked)),
                    t.text.of(note.plain.text())
                );
                for c in note.clauses_of(t) {
                    println!(
                        "       {} {}",
                        if c.bracketed { "()" } else { "-" },
                        c.span.of(note.plain.text())
                    );
                }
            }
            continue;
        }
        let r = if mode == "explain" {
            mentions::resolve_traced(&engine, &note, &src)
        } else {
            mentions::resolve(&engine, &note, &src)
        };
        if mode == "explain" {
            for t in &r.traced {
                let c = &t.trial.candidate;
                println!(
                    "{} {:?} {} -> {:?} task={:?}",
                    src.line_number(note.plain.source_span(c.unit).start),
                    c.unit.of(note.plain.text()),
                    engine.rule_id(c.rule),
                    t.reason(&engine),
                    c.task.of(note.plain.text())
                );
            }
            continue;
        }
        for f in &r.found {
            let m = &f.mention;
            if mode == "carry" && !m.is_carried() {
                continue;
            }
            println!(
                "{}",
                serde_json::json!({"path": m.path, "line": m.line, "end_line": m.end_line, "kind": m.kind, "certainty": m.certainty, "status": m.status, "speaker": m.speaker, "owners": m.owners, "text": m.text, "due": m.due.as_ref().map(|d| d.phrase.clone()), "due_date": m.due.as_ref().and_then(|d| d.date).map(|d| d.to_string()), "rule": m.rule, "quote": m.quote})
            );
        }
    }
}
