//! Chat logs and transcripts: who wrote a line, and what is noise.

use crate::text::{SourceText, Span};

/// One line of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogLine {
    /// `nick` said `body`.
    Said { nick: Span, body: Span },
    /// Joins, parts, topic changes, cue numbers and times.
    Noise,
    /// No line of a log: a wrapped line, a heading.
    Other,
}

/// Whether a source is a log: most of its first lines look like one.
pub(super) fn is_log(source: &SourceText) -> bool {
    let mut seen = 0usize;
    let mut said = 0usize;
    for index in 0..source.line_count().min(400) {
        let line = source.line(index);
        if line.trim().is_empty() {
            continue;
        }
        seen += 1;
        said += usize::from(!matches!(
            parse(source.text(), source.line_span(index)),
            LogLine::Other
        ));
        if seen == 200 {
            break;
        }
    }
    seen > 0 && said * 10 >= seen * 6
}

/// Whether a nick is a bot's: what it writes was said by somebody else, or by nobody.
pub(super) fn is_bot(nick: &str) -> bool {
    let lower = nick.to_lowercase();
    let known = [
        "rrsagent",
        "zakim",
        "trackbot",
        "tracker",
        "meetbot",
        "ghurlbot",
        "agendabot",
        "github",
        "gitlab",
    ];
    lower.ends_with("bot") || known.contains(&lower.trim_end_matches('_'))
}

/// What a scribe's tools take out of the talk: `s/old/new/`, `q+`, `present+ Ana`, `+1`.
pub(super) fn is_command(body: &str) -> bool {
    let lower = body.to_lowercase();
    let starts = [
        "q+",
        "q-",
        "q?",
        "ack ",
        "present+",
        "present-",
        "regrets+",
        "zakim,",
        "rrsagent,",
        "trackbot,",
        "+1",
        "-1",
        "scribe:",
        "scribenick:",
        "scribe+",
        "scribe-",
        "meeting:",
        "chair:",
        "chair+",
        "date:",
        "agenda:",
        "agenda+",
        "agendum ",
        "rrsagent",
        "zakim",
    ];
    let substitution = lower.starts_with("s/") && lower[2..].contains('/')
        || lower.starts_with("i/") && lower[2..].contains('/');
    substitution || starts.iter().any(|start| lower.starts_with(start))
}

/// Whether a source is a subtitle file.
pub(super) fn is_subtitles(source: &SourceText) -> bool {
    let path = source.path().to_lowercase();
    source
        .line(0)
        .trim_start_matches('\u{feff}')
        .starts_with("WEBVTT")
        || path.ends_with(".vtt")
        || path.ends_with(".srt")
}

/// Takes one line of a subtitle file apart: a voice tag, or a name with a colon. Cue numbers and times are noise.
pub(super) fn parse_subtitle(text: &str, span: Span) -> LogLine {
    let span = span.trimmed(text);
    let line = span.of(text);
    let number = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
    if number
        || line.contains("-->")
        || line.starts_with("WEBVTT")
        || line.starts_with("NOTE")
        || line.starts_with("STYLE")
    {
        return LogLine::Noise;
    }
    let end = span.end - if line.ends_with("</v>") { 4 } else { 0 };
    if let Some(rest) = line.strip_prefix("<v") {
        let rest = rest.split_once([' ', '.']).map_or(rest, |(_, name)| name);
        if let Some(close) = rest.find('>') {
            let start = span.end - rest.len();
            let nick = Span::new(start, start + close).trimmed(text);
            return LogLine::Said {
                nick,
                body: Span::new(start + close + 1, end.max(start + close + 1)),
            };
        }
    }
    match super::labels::parse(text, Span::new(span.start, end)) {
        Some(label)
            if label.form == super::labels::Form::Colon
                && !super::words::is_no_name(label.name.of(text)) =>
        {
            LogLine::Said {
                nick: label.name,
                body: Span::new(label.rest, end),
            }
        }
        _ => LogLine::Other,
    }
}

/// Takes one line apart.
pub(super) fn parse(text: &str, span: Span) -> LogLine {
    let line = span.of(text);
    let (stamp, stamped) = stamp_length(line);
    let mut rest = &line[stamp..];
    let mut at = span.start + stamp;
    let skip = |rest: &mut &str, at: &mut usize, length: usize| {
        *at += length;
        *rest = &rest[length..];
    };
    if stamped && rest.trim_start().starts_with("-->") {
        return LogLine::Noise;
    }
    let space = rest.len() - rest.trim_start().len();
    let tab = rest.starts_with('\t') || line[..stamp].ends_with('\t');
    skip(&mut rest, &mut at, space);
    if stamped
        && ["-!-", "***", "* ", "*\t", "--", "<--", "=-=", "==="]
            .iter()
            .any(|mark| rest.starts_with(mark))
    {
        return LogLine::Noise;
    }
    // `<nick> text`
    if rest.starts_with('<') {
        if let Some(close) = rest.bytes().take(60).position(|byte| byte == b'>') {
            let inner = &rest[1..close];
            let name = inner.trim_matches([' ', '~', '&', '@', '%', '+']);
            let start = 1 + inner.find(name).unwrap_or(0);
            let fits = !name.is_empty()
                && name
                    .chars()
                    .all(|c| !c.is_whitespace() && c != '/' && c != '=')
                && (stamped || rest[close + 1..].starts_with([' ', '\t']));
            if fits {
                let nick = Span::new(at + start, at + start + name.len());
                return LogLine::Said {
                    nick,
                    body: Span::new(at + close + 1, span.end).trimmed(text),
                };
            }
        }
        return LogLine::Other;
    }
    if !stamped {
        return LogLine::Other;
    }
    // `time<TAB>nick<TAB>text`, `time nick: text`
    let name_length = rest
        .find(['\t', ':'])
        .or_else(|| if tab { rest.find(' ') } else { None });
    let Some(length) = name_length.filter(|length| *length > 0 && *length <= 40) else {
        return LogLine::Other;
    };
    let name = rest[..length].trim_matches([' ', '~', '&', '@', '%', '+']);
    // "Ana Lind (Tidal Co)" is Ana Lind.
    let name = name.split(" (").next().unwrap_or(name);
    let start = rest.find(name).unwrap_or(0);
    let close = &rest[length..];
    let fits = !name.is_empty()
        && name.split(' ').count() <= 4
        && name.chars().any(char::is_alphabetic)
        && (close.starts_with('\t') || close.starts_with(": ") || close == ":");
    if !fits {
        return LogLine::Other;
    }
    let nick = Span::new(at + start, at + start + name.len());
    LogLine::Said {
        nick,
        body: Span::new(at + length + 1, span.end).trimmed(text),
    }
}

/// The length of the date and time before a line, and whether there is a time.
///
/// `2021-03-15 20:07:31`, `2024-05-02T17:01:09.123Z`, `[12:03]`, `00:12:03.500`, `12:03 `, `12:03:44`.
fn stamp_length(line: &str) -> (usize, bool) {
    let bytes = line.as_bytes();
    let mut at = line.len() - line.trim_start_matches([' ', '[', '(']).len();
    let digits = |at: usize| {
        bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    // A date.
    if digits(at) == 4
        && bytes.get(at + 4) == Some(&b'-')
        && digits(at + 5) == 2
        && bytes.get(at + 7) == Some(&b'-')
    {
        let day = digits(at + 8);
        if day == 2 {
            at += 10;
            if matches!(bytes.get(at), Some(b' ' | b'T')) {
                at += 1;
            }
        }
    }
    let hours = digits(at);
    if !(1..=2).contains(&hours)
        || bytes.get(at + hours) != Some(&b':')
        || digits(at + hours + 1) != 2
    {
        return (0, false);
    }
    at += hours + 3;
    if bytes.get(at) == Some(&b':') && digits(at + 1) == 2 {
        at += 3;
    }
    if matches!(bytes.get(at), Some(b'.' | b',')) {
        at += 1 + digits(at + 1);
    }
    if bytes.get(at) == Some(&b'Z') {
        at += 1;
    }
    while matches!(bytes.get(at), Some(b']' | b')')) {
        at += 1;
    }
    match bytes.get(at) {
        None | Some(b' ' | b'\t' | b'<') => (at, true),
        _ => (0, false),
    }
}

#[cfg(test)]
mod tests {
    use super::{LogLine, parse};
    use crate::text::Span;

    fn check(line: &str, expected: Option<(&str, &str)>) {
        let got = match parse(line, Span::new(0, line.len())) {
            LogLine::Said { nick, body } => Some((nick.of(line), body.of(line))),
            LogLine::Noise => Some(("", "")),
            LogLine::Other => None,
        };
        assert_eq!(got, expected, "of {line:?}");
    }

    #[test]
    fn said() {
        check(
            "2021-03-15 20:07:31\t~mira\thello: you",
            Some(("mira", "hello: you")),
        );
        check("[12:03] <@jonas> I'll go", Some(("jonas", "I'll go")));
        check("12:03:44 <lena_> ok", Some(("lena_", "ok")));
        check("<lena> ok", Some(("lena", "ok")));
        check("2024-05-02T17:01:09.123Z <oskar> hi", Some(("oskar", "hi")));
        check("[00:12:03] Lena Holt: hi", Some(("Lena Holt", "hi")));
        check(
            "[00:12:03] Lena Holt (Tidal Co): hi",
            Some(("Lena Holt", "hi")),
        );
    }

    #[test]
    fn noise_and_other() {
        check("12:03 -!- lena has joined #tide", Some(("", "")));
        check("00:00:01.000 --> 00:00:04.000", Some(("", "")));
        check("12:30 lunch", None);
        check("<div> a", Some(("div", "a")));
        check("Ana: hello", None);
        check("- 12:30: lunch", None);
    }
}
