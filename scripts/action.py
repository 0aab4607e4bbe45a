"""Runs the steps of action.yml as a workflow would: shell by shell, in a throwaway repository, with a GitHub of its own."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import yaml

TOKEN = "ghp_none_of_anybodys"
NOW = "2025-05-08T12:00:00Z"
NOTE = """# Core

Present: Ana Lind, Mirko Okafor

- Ana: I will write the exporter guide by Friday
- Mirko: I'll ask the printers for a quote
"""


class GitHub(ThreadingHTTPServer):
    """As much of GitHub as the action asks for: issues, and the comments of one pull request."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.host = f"http://127.0.0.1:{self.server_address[1]}"
        self.issues, self.comments, self.unknown, self.may_write = [], [], [], True
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def handle_any(self):
        github = self.server
        path = self.path.split("?")[0].removeprefix("/api/v3/repos/acme/notes")
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        user = {"user": {"login": "owed[bot]", "type": "Bot"}, "author_association": "NONE"}
        if self.headers["authorization"] != f"Bearer {TOKEN}":
            return self.reply(401, {"message": "Bad credentials"})
        if self.command != "GET" and not github.may_write:
            return self.reply(403, {"message": "Resource not accessible by integration"})
        match self.command, path:
            case "GET", "":
                self.reply(200, {"full_name": "acme/notes", "has_issues": True, "archived": False})
            case "GET", "/labels":
                self.reply(200, [{"name": "action"}])
            case "GET", "/issues":
                self.reply(200, github.issues)
            case "POST", "/issues":
                number = len(github.issues) + 1
                issue = {
                    "number": number, "node_id": f"I_{number}", "html_url": f"{github.host}/acme/notes/issues/{number}",
                    "title": body["title"], "body": body["body"], "state": "open", "created_at": NOW, "updated_at": NOW,
                    "labels": [{"name": name} for name in body.get("labels", [])], "assignees": [], **user,
                }
                github.issues.append(issue)
                self.reply(201, issue)
            case "GET", "/issues/7/comments":
                self.reply(200, github.comments)
            case "POST", "/issues/7/comments":
                comment = {"id": 1, "html_url": f"{github.host}/acme/notes/pull/7#issuecomment-1", **body, **user}
                github.comments.append(comment)
                self.reply(201, comment)
            case "PATCH", "/issues/comments/1":
                github.comments[0].update(body)
                self.reply(200, github.comments[0])
            case _:
                github.unknown.append(f"{self.command} {self.path}")
                self.reply(501, {})

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def reply(self, status, answer):
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Workflow:
    """A repository of notes on a server, and a runner."""

    def __init__(self, action, owed, folder, settings=""):
        self.action, self.owed, self.folder = action, owed, folder
        self.github = GitHub()
        self.run("git", "init", "-q", "--bare", "-b", "main", "origin.git", cwd=folder)
        self.people = self.clone("people")
        self.write("owed.toml", f'[issues]\nrepository = "acme/notes"\n{settings}')
        self.write(".gitignore", ".owed/\n")
        self.write("notes/core/2025-04-24.md", NOTE)
        self.write("notes/core/2025-05-15.md", "# Core\n\n## Agenda\n\n- welcome\n")
        self.run("git", "checkout", "-q", "-b", "main", cwd=self.people)
        self.push("main")

    def run(self, *command, cwd, env=None, code=0):
        everywhere = {"GIT_AUTHOR_NAME": "Ana", "GIT_AUTHOR_EMAIL": "ana@example.org", "GIT_COMMITTER_NAME": "Ana"}
        everywhere |= {"GIT_COMMITTER_EMAIL": "ana@example.org", "HOME": self.folder, "PATH": os.environ["PATH"]}
        env = everywhere | (env or {})
        result = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120)
        if result.returncode != code:
            sys.exit(f"{command[:3]} in {cwd}: {result.returncode}\n{result.stdout}{result.stderr}{self.github.unknown}")
        return result.stdout + result.stderr

    def clone(self, name, *more):
        path = os.path.join(self.folder, name)
        shutil.rmtree(path, ignore_errors=True)
        self.run("git", "clone", "-q", *more, f"file://{self.folder}/origin.git", name, cwd=self.folder)
        return path

    def write(self, name, text):
        path = os.path.join(self.people, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def push(self, branch):
        self.run("git", "add", "-A", cwd=self.people)
        self.run("git", "commit", "-q", "-m", "notes", cwd=self.people)
        self.run("git", "push", "-q", "origin", branch, cwd=self.people)

    def on(self, event, inputs, branch, code=0, meanwhile=None):
        """What the action does on an event, in a fresh clone, as a runner has it."""
        # docs/github.md asks for the whole history for reviews alone.
        runner = self.clone("runner", *([] if event == "pull_request" else ["--depth=1", f"--branch={branch}"]))
        self.run("git", "checkout", "-q", branch, cwd=runner)
        if meanwhile:
            meanwhile()
        base = self.run("git", "rev-parse", "origin/main", cwd=runner).strip()
        known = {
            "github.event_name": event, "github.event.pull_request.base.sha": base, "github.ref_name": "main",
            "github.token": TOKEN, "github.action_path": os.path.dirname(self.action),
        }
        with open(self.action, encoding="utf-8") as file:
            action = yaml.safe_load(file)

        def fill(text):
            return re.sub(r"\$\{\{ *(\S+) *\}\}", lambda it: known[it[1]], text)

        for name, field in action["inputs"].items():
            known[f"inputs.{name}"] = inputs.get(name, fill(field["default"]))
        env_file = os.path.join(self.folder, "env")
        open(env_file, "w", encoding="utf-8").close()
        log = ""
        for step in action["runs"]["steps"]:
            if "if" in step and not eval(step["if"].replace("github.event_name", "event"), {"event": event}):
                continue
            env = {"GITHUB_SERVER_URL": self.github.host, "GITHUB_REPOSITORY": "acme/notes", "RUNNER_TEMP": self.folder}
            env |= {"GITHUB_REF": "refs/pull/7/merge", "GITHUB_ENV": env_file, "OWED_NOW": NOW, "CI": "true"}
            env |= {"GIT_AUTHOR_NAME": "", "GIT_COMMITTER_NAME": "", "GIT_AUTHOR_EMAIL": "", "GIT_COMMITTER_EMAIL": ""}
            env = {name: value for name, value in env.items() if value}
            with open(env_file, encoding="utf-8") as file:
                env |= dict(line.rstrip("\n").split("=", 1) for line in file)
            env |= {name: fill(value) for name, value in step.get("env", {}).items()}
            last = "if" in step
            command = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"])
            log += self.run(*command, cwd=runner, env=env, code=code if last else 0)
        if TOKEN in log:
            sys.exit("the token is in the log")
        if self.github.unknown:
            sys.exit(f"not expected: {self.github.unknown}")
        return log

    def at(self, branch, name):
        return self.run("git", "show", f"{branch}:{name}", cwd=os.path.join(self.folder, "origin.git"))


def check(truth, what, log=""):
    if not truth:
        sys.exit(f"not so: {what}\n{log}")


def reviews(flow):
    flow.run("git", "checkout", "-q", "-b", "may", cwd=flow.people)
    flow.write("notes/core/2025-05-08.md", NOTE.replace("exporter guide by Friday", "importer guide") + "- Chidi to greet the guests\n")
    flow.push("may")
    inputs = {"owed": flow.owed, "notes": "notes"}
    log = flow.on("pull_request", inputs, "may")
    check(len(flow.github.comments) == 1 and "importer guide" in flow.github.comments[0]["body"], "one comment", log)
    flow.on("pull_request", inputs, "may")
    check(len(flow.github.comments) == 1, "the comment is changed in place")
    check(not flow.github.issues, "a review files nothing")
    flow.github.may_write = False
    flow.github.comments.clear()
    log = flow.on("pull_request", inputs, "may")
    check("importer guide" in log, "a fork's review is in the log", log)
    flow.github.may_write = True
    flow.run("git", "checkout", "-q", "main", cwd=flow.people)


def merges(flow):
    agenda = "notes/core/2025-05-15.md"
    inputs = {"owed": flow.owed, "notes": "notes", "agenda": agenda}
    # Where something is refused, the ledger and the agenda are kept all the same, and the run is red.
    flow.github.may_write = False
    log = flow.on("push", inputs, "main", code=2)
    check("write the exporter guide" in flow.at("main", agenda), "the agenda is written", log)
    flow.github.may_write = True
    flow.on("push", inputs, "main")
    check(len(flow.github.issues) == 2, "both are filed")
    before = flow.run("git", "rev-parse", "main", cwd=os.path.join(flow.folder, "origin.git"))
    flow.on("schedule", inputs, "main")
    check(len(flow.github.issues) == 2, "they are filed once")
    after = flow.run("git", "rev-parse", "main", cwd=os.path.join(flow.folder, "origin.git"))
    check(before == after, "nothing new, no commit")

    # Somebody pushes while the workflow runs.
    def push():
        flow.run("git", "pull", "-q", "--rebase", "origin", "main", cwd=flow.people)
        flow.write("notes/core/2025-05-08.md", NOTE.replace("a quote", "paper"))
        flow.push("main")

    flow.write("notes/core/2025-05-01.md", "# Core\n\nPresent: Ana Lind\n\n- Ana: I will call the landlord\n")
    flow.run("git", "pull", "-q", "--rebase", "origin", "main", cwd=flow.people)
    flow.push("main")
    flow.on("push", inputs, "main", meanwhile=push)
    check("call the landlord" in flow.at("main", agenda), "the agenda goes on top of what was pushed")
    check("paper" in flow.at("main", "notes/core/2025-05-08.md"), "what was pushed is there")

    # An agenda that nobody has made yet; and a pull request in the place of a commit.
    log = flow.on("push", inputs | {"agenda": "notes/core/2025-05-22.md"}, "main", code=2)
    check("there is no notes/core/2025-05-22.md" in log, "a missing agenda is told", log)
    flow.run("git", "pull", "-q", "--rebase", "origin", "main", cwd=flow.people)
    flow.write("notes/core/2025-05-29.md", "# Core\n\n## Agenda\n\n- welcome\n")
    flow.push("main")
    bin = os.path.join(flow.folder, "bin")
    os.makedirs(bin)
    with open(os.path.join(bin, "gh"), "w", encoding="utf-8") as file:
        file.write('#!/bin/sh\necho "gh $*" >> "$RUNNER_TEMP/gh.log"\n[ "$2" != view ]\n')
    os.chmod(os.path.join(bin, "gh"), 0o755)
    os.environ["PATH"] = f"{bin}:{os.environ['PATH']}"
    flow.on("push", inputs | {"agenda": "notes/core/2025-05-29.md", "agenda-by": "pull-request"}, "main")
    check("call the landlord" in flow.at("owed-agenda", "notes/core/2025-05-29.md"), "the agenda is on its branch")
    with open(os.path.join(flow.folder, "gh.log"), encoding="utf-8") as file:
        check("gh pr create --base main --head owed-agenda" in file.read(), "a pull request is opened")


def main():
    action, owed = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    for scenario, settings in ((reviews, ""), (merges, "file-on-merge = true\n")):
        with tempfile.TemporaryDirectory() as folder:
            scenario(Workflow(action, owed, folder, settings))
    print("the steps of action.yml do what docs/github.md says")


main()
