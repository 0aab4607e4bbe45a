//! A running `owed serve`, and requests to it byte by byte.

use crate::sandbox::Sandbox;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

/// A board that runs until the test ends.
pub(crate) struct Board {
    child: Child,
    /// `127.0.0.1:PORT`
    pub(crate) host: String,
    /// The path that the command printed.
    pub(crate) path: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// By their names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Board {
    pub(crate) fn start(sandbox: &Sandbox, args: &[&str]) -> Self {
        let mut command = sandbox.command(&["serve", "--port", "0", "--quiet"]);
        command.args(args).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("a line that says where it is");
        let address = line.trim().strip_prefix("the board is at http://");
        let (host, path) = address
            .and_then(|it| it.split_once('/'))
            .unwrap_or_else(|| panic!("no address in `{line}`"));
        Self {
            host: host.to_owned(),
            path: format!("/{path}"),
            child,
        }
    }

    /// Sends these very lines and the body, and reads the answer.
    pub(crate) fn send(&self, first: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut text = format!("{first} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            let form = "application/x-www-form-urlencoded";
            text.push_str(&format!(
                "Content-Type: {form}\r\nContent-Length: {}\r\n",
                body.len()
            ));
        }
        let mut stream = TcpStream::connect(&self.host).expect("it listens");
        stream
            .write_all(format!("{text}\r\n{body}").as_bytes())
            .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        Answer {
            status: status.expect("a status").parse().expect("a number"),
            headers: lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[("Host", &self.host)], "")
    }

    /// A form as this board's own page sends it.
    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        let origin = format!("http://{}", self.host);
        let headers = [("Host", self.host.as_str()), ("Origin", &origin)];
        self.send(&format!("POST {path}"), &headers, body)
    }

    /// What the forms of an item carry: the secret, and the state that they were made for.
    pub(crate) fn form(&self, id: &str) -> String {
        let page = self.get(&format!("/item/{id}")).body;
        let value = |name: &str| between(&page, &format!("name=\"{name}\" value=\""), "\"");
        format!("secret={}&seen={}", value("secret"), value("seen"))
    }

    pub(crate) fn act(&self, id: &str, what: &str) -> Answer {
        self.post(&format!("/item/{id}"), &format!("{}&{what}", self.form(id)))
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        // One that has ended by itself is no matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What stands between two texts, after the first place of the first.
#[track_caller]
pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let rest = text.split_once(before).map(|(_, rest)| rest);
    let found = rest.and_then(|rest| rest.split_once(after));
    found
        .unwrap_or_else(|| panic!("no `{before}` in:\n{text}"))
        .0
}

pub(crate) fn item(sandbox: &Sandbox, id: &str) -> serde_json::Value {
    let text = sandbox.run(&["show", id, "--format", "json"]);
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"))
}

/// The operation that an answer says was done.
#[track_caller]
pub(crate) fn operation(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let place = &answer.headers["location"];
    let rest = place.split_once("did=").expect("an operation").1;
    rest.split('#').next().expect("a number").to_owned()
}

/// A meeting promises something, the next reports it done.
pub(crate) fn told() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes/core/2025-04-24.md",
        "# Core\n\nPresent: Ana Lind, Mirko Okafor\n\n- Ana: I will write the exporter guide by Friday\n- <b>not bold</b>\n",
    );
    sandbox.write(
        "notes/core/2025-05-01.md",
        "# Core\n\nPresent: Ana Lind, Mirko Okafor\n\n- Ana: published the exporter guide\n",
    );
    sandbox.run(&["scan", "notes"]);
    sandbox
}
