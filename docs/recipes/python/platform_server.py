"""A platform's back end for Lectern's content, in Python 3.8 or later and nothing else: `python3 platform_server.py`.

POST /token       for <learning-session token-url="/token">: asks a Lectern server for the learner's launch
/learning/...     for fetchPlugin({ url: '/learning' }): the platform keeps everything itself (fetch-plugin.openapi.json)
Settings: PORT, DATA (a folder), and for /token LECTERN_URL, LECTERN_KEY, LECTERN_SECRET.
"""
import base64
import json
import os
import re
import sqlite3
import sys
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HOME = "https://campus.example"  # your site: with the learner's opaque name it makes their account
DATA = os.environ.get("DATA", "./data")
MOST = 4_000_000

TABLES = """
create table if not exists registrations (user text, course text, registration text unique, primary key (user, course));
create table if not exists statements (id text primary key, registration text, statement text);
create table if not exists documents (registration text, activity text, state text, content text, primary key (registration, activity, state));
create table if not exists outcomes (registration text, unit text, outcome text, primary key (registration, unit));
"""


class Problem(Exception):
    def __init__(self, status, title):
        super().__init__(title)
        self.status = status


def database():
    db = sqlite3.connect(os.path.join(DATA, "platform.sqlite"), timeout=10, isolation_level=None)
    db.execute("pragma journal_mode = wal")
    return db


def registration_of(db, user, course):
    db.execute("insert or ignore into registrations values (?, ?, ?)", (user, course, str(uuid.uuid4())))
    return db.execute("select registration from registrations where user = ? and course = ?", (user, course)).fetchone()[0]


def learning(db, user, what, query, body):
    if what == "POST /learning/sessions":
        course = body.get("course", {}).get("id") if isinstance(body, dict) else None
        if not isinstance(course, str):
            raise Problem(400, "Which course?")
        return {"learner": {"account": {"homePage": HOME, "name": user}}, "registration": registration_of(db, user, course)}

    registration = query.get("registration", [""])[0]
    if not db.execute("select 1 from registrations where registration = ? and user = ?", (registration, user)).fetchone():
        raise Problem(403, "Not this learner's.")
    key = (registration, query.get("activityId", [""])[0], query.get("stateId", [""])[0])

    if what == "POST /learning/statements":
        if not isinstance(body, list) or not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in body):
            raise Problem(400, "Statements have ids.")
        db.executemany("insert or ignore into statements values (?, ?, ?)", [(one["id"], registration, json.dumps(one)) for one in body])
        return {"stored": [one["id"] for one in body]}
    if what == "GET /learning/documents":
        row = db.execute("select content from documents where registration = ? and activity = ? and state = ?", key).fetchone()
        if not row:
            raise Problem(404, "There is none.")
        return json.loads(row[0])
    if what in ("POST /learning/documents", "PUT /learning/documents"):
        if not isinstance(body, dict):
            raise Problem(400, "A document is an object.")
        row = db.execute("select content from documents where registration = ? and activity = ? and state = ?", key).fetchone()
        content = {**json.loads(row[0]), **body} if row and what.startswith("POST") else body
        db.execute("insert or replace into documents values (?, ?, ?, ?)", (*key, json.dumps(content)))
        return None
    if what == "PUT /learning/outcomes":
        if not isinstance(body, dict) or not isinstance(body.get("completed"), bool):
            raise Problem(400, "An outcome says whether it is completed.")
        # Here your gradebook comes in.
        db.execute("insert or replace into outcomes values (?, ?, ?)", (registration, body.get("unitId") or "", json.dumps(body)))
        return None
    raise Problem(404, "There is no such address.")


def token(user):
    """The key stays here; the page gets a short-lived token for this learner alone."""
    secret = base64.b64encode(f"{os.environ['LECTERN_KEY']}:{os.environ['LECTERN_SECRET']}".encode()).decode()
    body = {"course": "demo", "learner": {"account": {"homePage": HOME, "name": user}}}
    request = urllib.request.Request(
        os.environ["LECTERN_URL"].rstrip("/") + "/launches",
        method="POST",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Basic {secret}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except (urllib.error.URLError, ValueError) as error:
        raise Problem(502, "The Lectern server gave no launch.") from error


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def signed_in(self):
        """Who is signed in, by an opaque name. Ask your own session here; this stands in for it."""
        found = re.search(r"(?:^|;\s*)user=([\w-]{1,100})", self.headers.get("Cookie", ""), re.ASCII)
        return found and found.group(1)

    def body(self):
        size = int(self.headers.get("Content-Length") or 0)
        if size > MOST:
            raise Problem(413, "Too large.")
        try:
            return json.loads(self.rfile.read(size) or b"null")
        except ValueError as error:
            raise Problem(400, "That is not JSON.") from error

    def answer(self):
        url = urlsplit(self.path)
        body = self.body() if self.command != "GET" else None
        user = self.signed_in()
        if not user:
            raise Problem(401, "Sign in.")
        # A form of another site cannot send this header: without it the request is forged.
        if url.path != "/token" and self.headers.get("X-Requested-With") != "lectern":
            raise Problem(403, "Not from our page.")
        if self.command == "POST" and url.path == "/token":
            return token(user)
        db = database()
        try:
            db.execute("begin immediate")
            value = learning(db, user, f"{self.command} {url.path}", parse_qs(url.query), body)
            db.execute("commit")
            return value
        finally:
            db.close()

    def respond(self):
        try:
            value = self.answer()
            self.send(204 if value is None else 200, value, "application/json")
        except Problem as problem:
            self.send(problem.status, {"status": problem.status, "title": str(problem)}, "application/problem+json")
        except Exception as error:  # noqa: BLE001: whatever it is, the page is told that it may come again
            print(repr(error), file=sys.stderr)
            self.send(500, {"status": 500, "title": "The platform has a fault."}, "application/problem+json")

    def send(self, status, value, kind):
        data = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = respond

    def log_message(self, *_):
        pass


os.makedirs(DATA, exist_ok=True)
database().executescript(TABLES)
port = int(os.environ.get("PORT", "8080"))
server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
print(f"http://127.0.0.1:{port}", flush=True)
server.serve_forever()
