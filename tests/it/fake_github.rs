//! A GitHub for tests: it keeps repositories, issues and comments, and can be told to lose answers, to be late, to
//! refuse and to have the process killed that asks. What it is asked for and does not know fails the test, and so does
//! a fault that nothing ran into.

use crate::fake_checks::wrong_issue;
use crate::fake_http::{Reply, Request, raw, read, write};
use crate::fake_projects::{self, Project};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

/// The token that it knows.
pub(crate) const TOKEN: &str = "ghp_0123456789secret0123456789";

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Nothing is done; this is the answer.
    Answer(u16, &'static [(&'static str, &'static str)], String),
    /// It is done, and this is the answer.
    DoneBut(u16, String),
    /// Nothing is done, and no answer comes.
    LostBefore,
    /// It is done, and no answer comes.
    LostAfter,
    /// It is done, and half of the answer comes.
    Half,
    /// The asking process is killed before anything is done.
    KillBefore,
    /// The asking process is killed when it is done, before the answer.
    KillAfter,
    /// The asking process is killed as soon as the answer is out.
    KillAnswered,
}

/// A fault for the next request that begins so: `POST /repos/acme/tiles/issues`.
struct Trap {
    request: String,
    fault: Fault,
}

#[derive(Default)]
pub(crate) struct Repo {
    pub(crate) id: u64,
    pub(crate) no_issues: bool,
    pub(crate) archived: bool,
    /// The token may not set labels and assignees, which are then left out without a word.
    pub(crate) no_push: bool,
    /// Who can be assigned.
    pub(crate) people: BTreeSet<String>,
    pub(crate) labels: BTreeSet<String>,
    pub(crate) milestones: Vec<Value>,
    /// What happened to issues, by their numbers.
    pub(crate) events: BTreeMap<u64, Vec<&'static str>>,
    pub(crate) issues: Vec<Value>,
    pub(crate) comments: Vec<Value>,
    /// How many lists do not show a new issue.
    pub(crate) lag: usize,
    hidden: BTreeMap<u64, usize>,
    /// Numbers of issues that are elsewhere (`owner/name`, number) or gone (410).
    pub(crate) moved: BTreeMap<u64, (String, u64)>,
    pub(crate) deleted: BTreeSet<u64>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) repos: BTreeMap<String, Repo>,
    /// Old names of repositories.
    pub(crate) renamed: BTreeMap<String, String>,
    /// Projects by `owner/number`.
    pub(crate) projects: BTreeMap<String, Project>,
    traps: Vec<Trap>,
    /// Faults drawn from a seed: one for about every `n`th request.
    pub(crate) chance: Option<(u64, u64)>,
    pub(crate) requests: Vec<(String, Value)>,
    unexpected: Vec<String>,
    /// Seconds since noon of 2025-05-08.
    pub(crate) clock: i64,
    base: String,
    pub(crate) kills: usize,
    pub(crate) lost: usize,
}

/// The server, and the process that talks to it.
pub(crate) struct FakeGithub {
    port: u16,
    state: Arc<Mutex<State>>,
    asking: Arc<Mutex<Option<Child>>>,
}

impl FakeGithub {
    /// With one repository, `acme/tiles`, where `analind` can be assigned.
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State {
            base: format!("http://127.0.0.1:{port}"),
            ..State::default()
        }));
        let asking: Arc<Mutex<Option<Child>>> = Arc::default();
        let (shared, process) = (Arc::clone(&state), Arc::clone(&asking));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, process) = (Arc::clone(&shared), Arc::clone(&process));
                thread::spawn(move || serve(stream, &shared, &process));
            }
        });
        let fake = Self {
            port,
            state,
            asking,
        };
        fake.add_repo("acme/tiles");
        fake
    }

    pub(crate) fn host(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The host as addresses have it.
    pub(crate) fn name(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread has panicked")
    }

    pub(crate) fn add_repo(&self, name: &str) {
        let mut state = self.state();
        let id = 100 + state.repos.len() as u64;
        state.repos.insert(
            name.to_owned(),
            Repo {
                id,
                people: BTreeSet::from(["analind".to_owned()]),
                labels: BTreeSet::from(["action".to_owned()]),
                ..Repo::default()
            },
        );
    }

    /// Changes a repository.
    pub(crate) fn repo<T>(&self, name: &str, change: impl FnOnce(&mut Repo) -> T) -> T {
        change(self.state().repos.get_mut(name).expect("a repository"))
    }

    /// An issue that somebody opened by hand.
    pub(crate) fn add_issue(&self, repo: &str, title: &str, body: &str) -> u64 {
        let mut state = self.state();
        let body = json!({"title": title, "body": body});
        state.create(repo, &body, "miraok", "NONE")["number"]
            .as_u64()
            .expect("a number")
    }

    /// Changes an issue as somebody would on its page: it counts as updated.
    pub(crate) fn edit(&self, repo: &str, number: u64, fields: &Value) {
        let mut state = self.state();
        let now = state.tick();
        let issue = state.issue(repo, number).expect("an issue");
        for (name, value) in fields.as_object().expect("an object") {
            issue[name] = value.clone();
        }
        issue["updated_at"] = json!(now);
    }

    pub(crate) fn trap(&self, request: &str, fault: Fault) {
        let request = request.to_owned();
        self.state().traps.push(Trap { request, fault });
    }

    /// The process that faults kill.
    pub(crate) fn watch(&self, child: Child) {
        *self.asking.lock().expect("no panic") = Some(child);
    }

    /// Waits for the process to end, by itself or killed; tells whether it ended well.
    pub(crate) fn wait(&self) -> bool {
        loop {
            let mut asking = self.asking.lock().expect("no panic");
            let Some(child) = asking.as_mut() else {
                return false;
            };
            if let Some(status) = child.try_wait().expect("a status") {
                *asking = None;
                return status.success();
            }
            drop(asking);
            thread::sleep(std::time::Duration::from_millis(2));
        }
    }

    /// What was asked for so far, as `METHOD path`, and forgets it.
    pub(crate) fn asked(&self) -> Vec<String> {
        let requests = std::mem::take(&mut self.state().requests);
        requests.into_iter().map(|(request, _)| request).collect()
    }

    /// Fails where something was asked for that the fake does not know, or a fault was not met.
    #[track_caller]
    pub(crate) fn finish(&self) {
        let state = self.state();
        assert!(
            state.unexpected.is_empty(),
            "not expected: {:#?}",
            state.unexpected
        );
        let left: Vec<&str> = state.traps.iter().map(|it| it.request.as_str()).collect();
        assert!(left.is_empty(), "nothing ran into these: {left:?}");
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>, asking: &Mutex<Option<Child>>) -> Option<()> {
    let mut stream = stream;
    let request = read(&stream)?;
    let mut state = state.lock().ok()?;
    let line = format!("{} {}", request.method, request.path);
    let shown = match request.query.is_empty() {
        true => line.clone(),
        false => format!(
            "{line}?{}",
            request
                .query
                .iter()
                .map(|(k, v)| format!("{k}={v}"))
                .collect::<Vec<_>>()
                .join("&")
        ),
    };
    state.requests.push((shown, request.body.clone()));
    let trap = state.traps.iter().position(|it| line == it.request);
    let fault = match trap {
        Some(at) => Some(state.traps.remove(at).fault),
        None => state.draw(),
    };
    let kill = |state: &mut State| {
        if let Ok(mut asking) = asking.lock()
            && let Some(child) = asking.as_mut()
        {
            state.kills += 1;
            let _ = child.kill();
        }
    };
    match fault {
        None => {
            let reply = state.answer(&request);
            write(&mut stream, &reply, &state.date(), false)
        }
        Some(Fault::Answer(status, headers, body)) => {
            let headers: String = headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}\r\n"))
                .collect();
            raw(&mut stream, status, &headers, &body, body.len())
        }
        Some(Fault::DoneBut(status, body)) => {
            state.answer(&request);
            raw(&mut stream, status, "", &body, body.len())
        }
        Some(Fault::LostBefore) => {
            state.lost += 1;
            None
        }
        Some(Fault::LostAfter) => {
            state.answer(&request);
            state.lost += 1;
            None
        }
        Some(Fault::Half) => {
            let reply = state.answer(&request);
            state.lost += 1;
            write(&mut stream, &reply, &state.date(), true)
        }
        Some(Fault::KillBefore) => {
            kill(&mut state);
            None
        }
        Some(Fault::KillAfter) => {
            state.answer(&request);
            kill(&mut state);
            None
        }
        Some(Fault::KillAnswered) => {
            let reply = state.answer(&request);
            write(&mut stream, &reply, &state.date(), false);
            // From none of what follows the answer to all of it.
            let wait = state.next() % 12;
            thread::sleep(std::time::Duration::from_millis(wait));
            kill(&mut state);
            None
        }
    }
}

fn refuse(status: u16, message: &str) -> Reply {
    (status, Vec::new(), json!({"message": message}))
}

impl State {
    /// The next number of the seed.
    fn next(&mut self) -> u64 {
        let Some((seed, _)) = &mut self.chance else {
            return 0;
        };
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    }

    fn draw(&mut self) -> Option<Fault> {
        let (_, every) = self.chance?;
        if !self.next().is_multiple_of(every) {
            return None;
        }
        Some(match self.next() % 9 {
            0 => Fault::KillBefore,
            1 | 2 => Fault::KillAfter,
            3 | 4 => Fault::KillAnswered,
            5 => Fault::LostBefore,
            6 => Fault::LostAfter,
            7 => Fault::Half,
            _ => Fault::DoneBut(502, "<html>bad gateway</html>".to_owned()),
        })
    }

    fn now(&self) -> Timestamp {
        let start: Timestamp = "2025-05-08T12:00:00Z".parse().expect("a time");
        start + SignedDuration::from_secs(self.clock)
    }

    /// A second passes with everything that is written.
    fn tick(&mut self) -> String {
        self.clock += 1;
        self.now().to_string()
    }

    fn date(&self) -> String {
        self.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    fn issue(&mut self, repo: &str, number: u64) -> Option<&mut Value> {
        let repo = self.repos.get_mut(repo)?;
        repo.issues
            .iter_mut()
            .find(|issue| issue["number"] == number)
    }

    fn create(&mut self, name: &str, body: &Value, login: &str, association: &str) -> Value {
        let now = self.tick();
        let base = self.base.clone();
        let clock = self.clock;
        let repo = self.repos.get_mut(name).expect("a repository");
        let number = repo.issues.len() as u64 + 1;
        let list = |field: &str| body[field].as_array().cloned().unwrap_or_default();
        let (labels, assignees) = match repo.no_push {
            true => (Vec::new(), Vec::new()),
            false => (list("labels"), list("assignees")),
        };
        let milestone = repo
            .milestones
            .iter()
            .find(|it| it["number"] == body["milestone"]);
        let issue = json!({
            "id": clock, "node_id": format!("I_{clock}"), "number": number, "state": "open", "state_reason": null,
            "title": body["title"], "body": body["body"],
            "url": format!("{base}/api/v3/repos/{name}/issues/{number}"),
            "repository_url": format!("{base}/api/v3/repos/{name}"),
            "html_url": format!("{base}/{name}/issues/{number}"),
            "user": {"login": login, "type": "User"}, "author_association": association,
            "labels": labels.iter().map(|it| json!({"name": it, "color": "ededed"})).collect::<Vec<_>>(),
            "assignees": assignees.iter().map(|it| json!({"login": it, "type": "User"})).collect::<Vec<_>>(),
            "milestone": milestone, "locked": false, "comments": 0,
            "created_at": now, "updated_at": now, "closed_at": null,
        });
        repo.issues.push(issue.clone());
        let lag = repo.lag;
        repo.hidden.insert(number, lag);
        issue
    }

    fn answer(&mut self, request: &Request) -> Reply {
        if !request.authorized {
            return refuse(401, "Bad credentials");
        }
        let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
        let (name, rest) = match parts.as_slice() {
            ["repos", owner, name, rest @ ..] => (format!("{owner}/{name}"), rest),
            ["repositories", id, rest @ ..] => {
                let found = self
                    .repos
                    .iter()
                    .find(|(_, repo)| repo.id.to_string() == **id);
                (
                    found.map_or_else(String::new, |(name, _)| name.clone()),
                    rest,
                )
            }
            ["api", "graphql"] => {
                let reply = fake_projects::answer(&mut self.projects, &request.body);
                return reply.unwrap_or_else(|| self.unknown(request));
            }
            _ => return self.unknown(request),
        };
        if let Some(now) = self.renamed.get(&name) {
            let id = self.repos.get(now).map_or(0, |repo| repo.id);
            let status = if request.method == "GET" { 301 } else { 307 };
            let query: Vec<String> = request
                .query
                .iter()
                .map(|(k, v)| format!("{k}={v}"))
                .collect();
            let mut path = format!("{}/api/v3/repositories/{id}", self.base);
            for part in rest {
                path.push_str(&format!("/{part}"));
            }
            if !query.is_empty() {
                path.push_str(&format!("?{}", query.join("&")));
            }
            return (
                status,
                vec![("location".to_owned(), path)],
                json!({"message": "Moved Permanently"}),
            );
        }
        let Some(repo) = self.repos.get(&name) else {
            return refuse(404, "Not Found");
        };
        match (request.method.as_str(), rest) {
            ("GET", []) => {
                let info = json!({"id": repo.id, "full_name": name, "has_issues": !repo.no_issues, "archived": repo.archived});
                (200, Vec::new(), info)
            }
            ("GET", ["assignees", login]) => match repo.people.contains(*login) {
                true => (204, Vec::new(), Value::Null),
                false => refuse(404, "Not Found"),
            },
            ("GET", ["labels"]) => {
                let label = |name| json!({"name": name, "color": "ededed"});
                let labels: Vec<Value> = repo.labels.iter().map(label).collect();
                (200, Vec::new(), json!(labels))
            }
            ("POST", ["labels"]) => {
                let label = request.body["name"].as_str().unwrap_or_default().to_owned();
                let repo = self.repos.get_mut(&name).expect("it is there");
                match repo.labels.insert(label) {
                    true => (201, Vec::new(), request.body.clone()),
                    false => refuse(422, "Validation Failed: already_exists"),
                }
            }
            ("GET", ["milestones"]) => (200, Vec::new(), json!(repo.milestones)),
            (_, ["issues", ..]) if repo.no_issues => {
                refuse(410, "Issues are disabled for this repo")
            }
            ("GET", ["issues"]) => self.list(&name, &request.query),
            ("POST", ["issues"]) => match wrong_issue(&request.body, repo) {
                Some(wrong) => refuse(422, &wrong),
                None => (
                    201,
                    Vec::new(),
                    self.create(&name, &request.body, "owed-bot", "COLLABORATOR"),
                ),
            },
            (method, ["issues", number, rest @ ..])
                if number.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                let number = number.parse().unwrap_or(0);
                self.one(method, &name, number, rest, request)
            }
            ("PATCH", ["issues", "comments", id]) => {
                let id: Option<u64> = id.parse().ok();
                let comments = &mut self.repos.get_mut(&name).expect("it is there").comments;
                match comments.iter_mut().find(|it| it["id"].as_u64() == id) {
                    Some(comment) => {
                        comment["body"] = request.body["body"].clone();
                        (200, Vec::new(), comment.clone())
                    }
                    None => refuse(404, "Not Found"),
                }
            }
            _ => self.unknown(request),
        }
    }

    fn unknown(&mut self, request: &Request) -> Reply {
        self.unexpected
            .push(format!("{} {}", request.method, request.path));
        refuse(501, "the fake does not know this")
    }

    fn list(&mut self, name: &str, query: &BTreeMap<String, String>) -> Reply {
        let text = |name: &str| query.get(name).map_or("", String::as_str);
        let repo = self.repos.get_mut(name).expect("it is there");
        let since = text("since").parse::<Timestamp>().ok();
        let mut found: Vec<Value> = Vec::new();
        for issue in &repo.issues {
            let number = issue["number"].as_u64().unwrap_or(0);
            let at: Timestamp = issue["updated_at"]
                .as_str()
                .and_then(|it| it.parse().ok())
                .expect("a time");
            let state = issue["state"].as_str() == Some(text("state")) || text("state") == "all";
            let hidden = repo.hidden.get(&number).is_some_and(|left| *left > 0);
            let here = !repo.moved.contains_key(&number) && !repo.deleted.contains(&number);
            if state && here && !hidden && since.is_none_or(|since| at >= since) {
                found.push(issue.clone());
            }
        }
        for left in repo.hidden.values_mut() {
            *left = left.saturating_sub(1);
        }
        let key = if text("sort") == "updated" {
            "updated_at"
        } else {
            "created_at"
        };
        found.sort_by_key(|issue| issue[key].as_str().map(str::to_owned));
        let per_page: usize = text("per_page").parse().unwrap_or(30);
        let page: usize = text("page").parse().unwrap_or(1);
        let total = found.len();
        let shown: Vec<Value> = found
            .into_iter()
            .skip((page - 1) * per_page)
            .take(per_page)
            .collect();
        let mut headers = Vec::new();
        if page * per_page < total {
            let mut next = query.clone();
            next.insert("page".to_owned(), (page + 1).to_string());
            let next: Vec<String> = next.iter().map(|(k, v)| format!("{k}={v}")).collect();
            headers.push((
                "link".to_owned(),
                format!(
                    "<{}/api/v3/repos/{name}/issues?{}>; rel=\"next\"",
                    self.base,
                    next.join("&")
                ),
            ));
        }
        (200, headers, json!(shown))
    }

    fn one(
        &mut self,
        method: &str,
        name: &str,
        number: u64,
        rest: &[&str],
        request: &Request,
    ) -> Reply {
        let repo = self.repos.get(name).expect("it is there");
        if repo.deleted.contains(&number) {
            return refuse(410, "This issue was deleted");
        }
        if let Some((to, new)) = repo.moved.get(&number) {
            let id = self.repos.get(to).map_or(0, |repo| repo.id);
            let location = format!("{}/api/v3/repositories/{id}/issues/{new}", self.base);
            return (
                301,
                vec![("location".to_owned(), location)],
                json!({"message": "Moved Permanently"}),
            );
        }
        if self.issue(name, number).is_none() {
            return refuse(404, "Not Found");
        }
        let now = match method {
            "GET" => String::new(),
            _ => self.tick(),
        };
        let base = self.base.clone();
        match (method, rest) {
            ("GET", []) => (
                200,
                Vec::new(),
                self.issue(name, number).cloned().unwrap_or_default(),
            ),
            ("PATCH", []) => {
                let issue = self.issue(name, number).expect("it is there");
                for (field, value) in request.body.as_object().into_iter().flatten() {
                    issue[field] = value.clone();
                }
                issue["updated_at"] = json!(now);
                (200, Vec::new(), issue.clone())
            }
            ("GET", ["events"]) => {
                let repo = self.repos.get(name).expect("it is there");
                let of = repo.events.get(&number).into_iter().flatten();
                let event = |name| json!({"id": 1, "event": name});
                (200, Vec::new(), json!(of.map(event).collect::<Vec<_>>()))
            }
            ("GET", ["comments"]) => {
                let repo = self.repos.get(name).expect("it is there");
                let of = repo.comments.iter().filter(|it| it["issue"] == number);
                (200, Vec::new(), json!(of.collect::<Vec<_>>()))
            }
            ("POST", ["comments"]) => {
                let repo = self.repos.get_mut(name).expect("it is there");
                let id = repo.comments.len() + 1;
                let comment = json!({
                    "id": id, "issue": number, "body": request.body["body"], "author_association": "NONE",
                    "user": {"login": "owed[bot]", "type": "Bot"},
                    "html_url": format!("{base}/{name}/issues/{number}#issuecomment-{id}"),
                });
                repo.comments.push(comment.clone());
                (201, Vec::new(), comment)
            }
            _ => self.unknown(request),
        }
    }
}
