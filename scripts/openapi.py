"""Runs owed against a server that validates each request by GitHub's OpenAPI description; see scripts/openapi."""

import copy
import json
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import graphql
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

API = "https://api.github.com"
REPO = "/repos/octocat/Hello-World"
TOKEN = "ghp_none_of_anybodys"

# What owed is to be seen asking for: each operation at least once.
OPERATIONS = {
    "repos/get",
    "issues/list-for-repo",
    "issues/get",
    "issues/create",
    "issues/update",
    "issues/list-comments",
    "issues/list-events",
    "issues/list-labels-for-repo",
    "issues/create-label",
    "issues/create-comment",
    "issues/update-comment",
    "issues/check-user-can-be-assigned",
    "issues/list-milestones",
    "graphql repositoryOwner",
    "graphql addProjectV2ItemById",
}


class Request:
    """A request as openapi-core reads it."""

    def __init__(self, method, target, body=None, content_type="application/json"):
        parts = urlsplit(target)
        self.host_url = API
        self.path = parts.path
        self.method = method.lower()
        self.body = body
        self.content_type = content_type
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(parts.query)), header=Headers(), cookie=ImmutableMultiDict()
        )


class Description:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.spec = json.load(file)
        # The description itself is GitHub's matter.
        self.openapi = OpenAPI.from_dict(self.spec, config=Config(spec_validator_cls=None))

    def wrong(self, request):
        """What is wrong with a request; None where nothing is."""
        try:
            self.openapi.validate_request(request)
        except Exception as error:  # each kind of error has a class of its own
            return f"{type(error).__name__}: {error.__cause__ or error}"
        return None

    def resolve(self, node):
        while "$ref" in node:
            at = self.spec
            for part in node["$ref"].lstrip("#/").split("/"):
                at = at[part.replace("~1", "/")]
            node = at
        return node

    def operation(self, method, path):
        """The operation that answers a path."""
        own = path.strip("/").split("/")
        for template, methods in self.spec["paths"].items():
            parts = template.strip("/").split("/")
            fits = len(parts) == len(own) and all(p == o or p.startswith("{") for p, o in zip(parts, own))
            exact = sum(p == o for p, o in zip(parts, own))
            if fits and method.lower() in methods:
                yield exact, methods[method.lower()]

    def find(self, method, path):
        found = sorted(self.operation(method, path), key=lambda it: -it[0])
        return found[0][1] if found else None

    def answer(self, operation, least):
        """Status and content: the description's example, or the least that its schema allows."""
        status = next(code for code in operation["responses"] if code.startswith("2"))
        response = self.resolve(operation["responses"][status])
        content = response.get("content", {}).get("application/json")
        if content is None:
            return int(status), None
        if least:
            return int(status), self.least(content["schema"])
        return int(status), copy.deepcopy(self.example(next(iter(content["examples"].values()))))

    def example(self, node):
        """An example's value, which may be another example."""
        node = self.resolve(node)
        value = node["value"]
        return self.example(value) if isinstance(value, dict) and "$ref" in value else value

    def least(self, schema):
        schema = self.resolve(schema)
        if schema.get("nullable"):
            return None
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                return self.least(schema[choice][0])
        if "allOf" in schema:
            return self.least(schema["allOf"][0])
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        if kind == "array":
            return [self.least(schema["items"])]
        if kind == "object" or "properties" in schema:
            properties = schema.get("properties", {})
            return {name: self.least(properties[name]) for name in schema.get("required", []) if name in properties}
        if kind in ("integer", "number"):
            return 1347
        if kind == "boolean":
            return False
        return {"date-time": "2011-04-22T13:33:48Z", "uri": API + REPO + "/issues/1347"}.get(schema.get("format"), "x")


class Graph:
    """GitHub's other language: queries are checked against its schema, and answered with made-up ids."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            # The schema itself is GitHub's matter, and defines some fields twice.
            self.schema = graphql.build_schema(file.read(), assume_valid_sdl=True)
        id_of = {"ProjectV2": "PVT_1", "ProjectV2Item": "PVTI_1"}

        def resolve(source, info, **_):
            kind = graphql.get_named_type(info.return_type)
            if info.field_name == "id":
                return id_of[info.parent_type.name]
            if graphql.is_leaf_type(kind):
                return False
            return {"__typename": "Organization" if graphql.is_abstract_type(kind) else kind.name}

        self.resolve = resolve

    def answer(self, body):
        """Names of the fields that were asked for, the answer, and what is wrong with the query."""
        asked = json.loads(body)
        document = graphql.parse(asked["query"])
        wrong = graphql.validate(self.schema, document)
        if wrong:
            return set(), None, "; ".join(str(error) for error in wrong)
        result = graphql.execute(
            self.schema, document, variable_values=asked["variables"], field_resolver=self.resolve,
            type_resolver=lambda value, *_: value["__typename"],
        )
        if result.errors:
            return set(), None, "; ".join(str(error) for error in result.errors)
        names = {f"graphql {field}" for field in result.data}
        return names, {"data": result.data}, None


def prove_graph(graph):
    """The same for the schema."""
    for query, variables in [
        ("{ repositoryOwner(login: 5) { id } }", {}),
        ("query($n: Int!) { repositoryOwner(login: \"x\") { projectV2(number: $n) { id } } }", {"n": 1}),
        ("query($n: Int!) { repositoryOwner(login: \"x\") { ... on User { projectV2(number: $n) { id } } } }", {"n": "one"}),
        ("mutation { addProjectV2ItemById(input: {projectId: \"x\"}) { item { id } } }", {}),
    ]:
        if graph.answer(json.dumps({"query": query, "variables": variables}))[2] is None:
            sys.exit(f"a wrong query passes: {query}")


def prove(description):
    """The validator must reject what is wrong, or it proves nothing."""
    for request in [
        Request("POST", REPO + "/issues", b'{"body": 5}'),
        Request("POST", REPO + "/issues", b'{"title": "x", "labels": "action"}'),
        Request("POST", REPO + "/issues", b'{"title": "x", "assignees": [1]}'),
        Request("PATCH", REPO + "/issues/1", b'{"state": "shut"}'),
        Request("GET", REPO + "/issues?state=half"),
        Request("GET", REPO + "/issues?per_page=many"),
        Request("GET", REPO + "/tissues"),
        Request("DELETE", REPO + "/issues/1"),
    ]:
        if description.wrong(request) is None:
            sys.exit(f"the validator lets a wrong request pass: {request.method} {request.path} {request.body}")
    for request in [Request("POST", REPO + "/issues", b'{"title": "x"}'), Request("GET", REPO + "/issues?state=all")]:
        wrong = description.wrong(request)
        if wrong:
            sys.exit(f"the validator rejects a right request: {wrong}")


class Server(ThreadingHTTPServer):
    def __init__(self, description, graph, least):
        super().__init__(("127.0.0.1", 0), Handler)
        self.description, self.graph, self.least = description, graph, least
        self.seen, self.wrong, self.n, self.review, self.closed = set(), [], 0, None, False
        self.host = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def handle_any(self):
        server, description = self.server, self.server.description
        target = self.path.removeprefix("/api/v3")
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else None
        server.n += 1
        if self.command == "POST" and self.path == "/api/graphql":
            names, answer, wrong = server.graph.answer(body)
            if wrong:
                server.wrong.append(f"{body}: {wrong}")
                return self.reply(400, {"message": wrong})
            server.seen |= names
            return self.reply(200, answer)
        request = Request(self.command, target, body, self.headers.get("content-type"))
        wrong = description.wrong(request)
        operation = description.find(self.command, urlsplit(target).path)
        if wrong or operation is None:
            server.wrong.append(f"{self.command} {target} {body}: {wrong}")
            return self.reply(400, {"message": "not by the description"})
        name = operation["operationId"]
        server.seen.add(name)
        status, answer = description.answer(operation, server.least)
        self.reply(status, self.fitted(name, answer, body))

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def fitted(self, name, answer, body):
        """The example with what it must share with the run: addresses, and what was written before."""
        server = self.server
        entries = answer if isinstance(answer, list) else [answer]
        for entry in [entry for entry in entries if isinstance(entry, dict)]:
            if name.startswith("issues/") and "comment" in name:
                entry["html_url"] = f"{server.host}/octocat/Hello-World/issues/1347#issuecomment-1"
            elif name == "repos/get":
                entry.update(full_name="octocat/Hello-World", has_issues=True, archived=False)
            elif name == "issues/list-milestones":
                entry["title"] = "v1.0"
            elif "label" in name or name == "issues/list-events":
                pass
            elif name.startswith("issues/"):
                entry["html_url"] = f"{server.host}/octocat/Hello-World/issues/1347"
                if server.closed:
                    # The example is a pull request, of which nobody asks why it is closed.
                    entry["state"] = "closed"
                    entry.pop("pull_request", None)
        if name == "issues/create-comment" and b"owed:review" in body:
            server.review = json.loads(body)["body"]
        if name == "issues/list-comments" and server.review and entries:
            entries[0].update(body=server.review, author_association="MEMBER")
        return answer

    def reply(self, status, answer):
        text = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


NOTE = """# Core

Present: Ana Lind, Mirko Okafor

- Ana: I will write the exporter guide by Friday
- Mirko: I'll ask the printers for a quote
"""


def scenario(owed, description, graph, least):
    server = Server(description, graph, least)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        env = {"PATH": os.environ["PATH"], "OWED_NOW": "2025-05-08T12:00:00Z", "GITHUB_TOKEN": TOKEN}
        env["GITHUB_SERVER_URL"] = server.host

        def run(*args, code=0):
            result = subprocess.run([owed, *args], cwd=folder, env=env, capture_output=True, text=True, timeout=120)
            if result.returncode != code:
                sys.exit(f"owed {' '.join(args)}: {result.returncode}\n{result.stdout}{result.stderr}\n" + "\n".join(server.wrong))
            return result.stdout

        def write(name, text):
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)

        settings = f'[issues]\nhost = "{server.host}"\nrepository = "octocat/Hello-World"\nlabels = ["action", "bug"]\n'
        settings += 'milestone = "v1.0"\nproject = "octocat/3"\nmake-labels = true\n\n[[people]]\nname = "Ana"\ngithub = "octocat"\n'
        write("owed.toml", settings)
        write("notes/core/2025-04-24.md", NOTE)
        run("scan", "notes")
        items = [json.loads(line) for line in run("export").splitlines()]
        ids = {item["text"]: item["id"] for item in items if "text" in item and "id" in item}
        guide, quote = ids["write the exporter guide"], ids["ask the printers for a quote"]
        run("issues", "plan", "--refresh")
        run("issues", "open", guide, "--new")
        run("issues", "link", quote, "#1347", "--comment")
        run("issues", "sync")
        run("issues", "sync", "--each")
        run("done", guide)
        # Examples and least answers may say that the issue is closed; then there is nothing to close.
        run("issues", "close", guide)
        server.closed = True
        run("issues", "sync", "--each")
        run("issues", "unlink", quote)
        review = ("ci", "review", "notes", "--comment", "--repository", "octocat/Hello-World", "--pull", "1347")
        run(*review)
        write("notes/core/2025-04-24.md", NOTE.replace("quote", "quote and a date"))
        run(*review)
    server.shutdown()
    if server.wrong:
        sys.exit("not by GitHub's description:\n" + "\n".join(server.wrong))
    return server


def main():
    description = Description(sys.argv[1])
    graph = Graph(sys.argv[2])
    owed = os.path.abspath(sys.argv[3])
    prove(description)
    prove_graph(graph)
    seen, n = set(), 0
    for least in (False, True):
        server = scenario(owed, description, graph, least)
        seen |= server.seen
        n += server.n
    missing = OPERATIONS - seen
    if missing:
        sys.exit(f"never asked for, and so not checked: {', '.join(sorted(missing))}")
    print(f"{n} requests of {len(seen)} operations are valid by GitHub's description, and its answers are understood")


main()
