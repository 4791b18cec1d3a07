"""What every call of the gateway and every answer of the simulator must be: Google's description of its API, and the facts beyond it.

The discovery document that comes with google-api-python-client says which methods, parameters and properties there are and which scope
opens what. The rest is in Google's guides: ids, sizes of private properties, parts of a batch, what must never be sent.
"""

import email.parser
import email.policy
import json
import re
import threading
import urllib.parse

from google_checks.calls import Methods
from google_checks.schema import Judge, document, without_nulls
from phone import PREFIX
from report import failed

SCOPE = PREFIX + "calendar.app.created"
# The id of an event, and of an occurrence of one.
EVENT_ID = re.compile(r"[a-v0-9]{5,1024}")
OCCURRENCE_ID = re.compile(r"[a-v0-9]{5,1024}(_\d{8}(T\d{6}Z)?)?")
TOKEN_FIELDS = {
    "authorization_code": {"grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"},
    "refresh_token": {"grant_type", "refresh_token", "client_id", "client_secret"},
}
GRANTED = {"openid", "email", PREFIX + "userinfo.email", SCOPE}
WRITES = ("insert", "update", "patch", "delete", "import", "move", "quickAdd")


class Court:
    """Judges exchanges; counts them, and remembers each fault once."""

    def __init__(self, tell=failed):
        self.tell = tell
        found = document("https://www.googleapis.com/")
        self.batch_path = "/" + found["batchPath"]
        self.judge, self.methods = Judge(found), Methods(found)
        self.lock = threading.Lock()
        # Calls by method, and how many of them came in batches; exchanges of other kinds by path.
        self.calls, self.in_batches, self.batches, self.others = {}, 0, 0, {}
        self.requests = self.answers = 0
        self.faults, self.statuses, self.secrets = set(), {}, set()

    def exchange(self, verb, target, headers, body, status, answer_headers, content):
        with self.lock:
            path, query = split(target)
            try:
                if path in ("/token", "/revoke"):
                    self.others[path] = self.others.get(path, 0) + 1
                    self.token(verb, path, query, body, status, content)
                    return
                if path.startswith("/batch"):
                    self.batch(verb, path, query, headers, body, status, answer_headers, content)
                    return
                self.authorised(headers, target)
                self.call(verb, path, query, headers, body, status, content)
            except Exception as surprise:
                self.fault(f"{verb} {target} can't be read: {surprise!r}")

    def fault(self, text):
        if text not in self.faults:
            self.faults.add(text)
            self.tell("what travels between gateway and Google", text)

    def authorised(self, headers, what):
        word, _, token = headers.get("Authorization", "").partition(" ")
        if word != "Bearer" or not token:
            self.fault(f"{what} brings no token")
        self.secrets.add(token)

    def token(self, verb, path, query, body, status, content):
        form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
        told = sorted(form)
        if verb != "POST" or query:
            self.fault(f"{verb} {path} with the query {query}: a secret in an address ends in a log")
        if path == "/revoke":
            if told != ["token"] or status not in (200, 400):
                self.fault(f"/revoke with {told} was answered with {status}")
            return
        if set(form) != TOKEN_FIELDS.get(form.get("grant_type")):
            self.fault(f"/token with {told}")
        self.secrets.update(form[name] for name in ("code", "code_verifier", "refresh_token", "client_secret") if name in form)
        answer = json.loads(content)
        if status != 200:
            if not isinstance(answer.get("error"), str):
                self.fault(f"/token says no with {sorted(answer)}")
            return
        self.secrets.update(answer[name] for name in ("access_token", "refresh_token", "id_token") if name in answer)
        if answer.get("token_type") != "Bearer" or not isinstance(answer.get("expires_in"), int):
            self.fault(f"/token answers {sorted(answer)}")
        if not set(answer["scope"].split()) <= GRANTED:
            self.fault(f"the token opens {answer['scope']}")

    def batch(self, verb, path, query, headers, body, status, answer_headers, content):
        self.batches += 1
        if (verb, path, query) != ("POST", self.batch_path, []):
            self.fault(f"{verb} {path} with {query} is no batch")
        self.authorised(headers, path)
        asked = parts(headers["Content-Type"], body)
        if not 1 <= len(asked) <= 50:
            self.fault(f"a batch of {len(asked)} parts")
        if status != 200:
            self.refusal(status, content, "a batch")
            return
        answered = parts(answer_headers["Content-Type"], content)
        if sorted(answered) != sorted(f"<response-{name[1:]}" for name in asked):
            self.fault(f"a batch of {sorted(asked)} is answered with {sorted(answered)}")
            return
        for name, part in asked.items():
            (verb, target, version), own, payload = message(part)
            if version != "HTTP/1.1" or "Authorization" in own:
                self.fault(f"a part of a batch begins with {verb} {target} {version} and {own.keys()}")
            (_, inner, *_), _, told = message(answered[f"<response-{name[1:]}"])
            self.in_batches += 1
            self.call(verb, *split(target), own, payload, int(inner), told)

    def call(self, verb, path, query, headers, body, status, content):
        found = self.methods.of(verb, path)
        if found is None:
            self.fault(f"Google has no {verb} {path}")
            return
        method, names = found
        name = method["id"]
        self.calls[name] = self.calls.get(name, 0) + 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if SCOPE not in method["scopes"]:
            self.fault(f"calendar.app.created does not open {name}")
        for fault in self.methods.faults(method, query):
            self.fault(fault)
        self.request(method, names, dict(query), headers, body)
        self.answer(method, status, content)

    def request(self, method, names, query, headers, body):
        name = method["id"]
        _, kind, what = name.split(".", 2)
        if kind == "events" and what in WRITES and query.get("sendUpdates") != "none":
            self.fault(f"{name} may mail somebody: {query}")
        if not OCCURRENCE_ID.fullmatch(names.get("eventId", "aaaaa")):
            self.fault(f"{names['eventId']!r} is no id of an event")
        if "request" not in method:
            if body:
                self.fault(f"{name} has a body: {body[:200]!r}")
            return
        if headers.get_content_type() != "application/json":
            self.fault(f"the body of {name} says that it is {headers.get('Content-Type')}")
        content = json.loads(body)
        if method["httpMethod"] == "PATCH":
            content = without_nulls(content)
        wanted = method["request"]["$ref"]
        faults = self.judge.faults(self.judge.asked, wanted, content)
        properties = self.methods.schemas[wanted].get("properties", {})
        needed = [key for key, schema in properties.items() if name in schema.get("annotations", {}).get("required", [])]
        faults += [f"{key} is missing" for key in needed if key not in content]
        if wanted == "Event":
            faults += event_faults(content, what)
        for fault in faults:
            self.fault(f"{name}: {fault} in {json.dumps(content)[:600]}")
        self.requests += 1

    def answer(self, method, status, content):
        name = method["id"]
        if status >= 300:
            self.refusal(status, content, name)
        elif "response" not in method:
            if content:
                self.fault(f"{name} answers something, where Google answers nothing: {content[:200]!r}")
        else:
            for fault in self.judge.faults(self.judge.schemas, method["response"]["$ref"], json.loads(content)):
                self.fault(f"the answer of {name}: {fault} in {content[:600]!r}")
        self.answers += 1

    def refusal(self, status, content, what):
        """Google's errors are not in the document: a code, a message, and a list that has a reason."""
        error = json.loads(content)["error"]
        if error["code"] != status or not error["message"] or not all(one["reason"] and one["domain"] for one in error["errors"]):
            self.fault(f"{what} is refused with {content[:300]!r}")


def split(target):
    path, _, query = target.partition("?")
    return path, urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))


def parts(content_type, body):
    """The parts of a batch by their Content-ID."""
    policy = email.policy.HTTP
    whole = email.parser.BytesParser(policy=policy).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    if whole.get_content_type() != "multipart/mixed" or whole.defects:
        raise ValueError(f"no batch: {content_type} {whole.defects}")
    found = {}
    for part in whole.iter_parts():
        if part.get_content_type() != "application/http" or part["Content-ID"] in found:
            raise ValueError(f"no part of a batch: {part.items()}")
        found[part["Content-ID"]] = part.get_payload(decode=True)
    return found


def message(part):
    """An HTTP message: the words of its first line, its headers, its body."""
    first, _, rest = part.partition(b"\r\n")
    head, _, body = rest.partition(b"\r\n\r\n") if not rest.startswith(b"\r\n") else (b"", b"", rest[2:])
    headers = email.parser.BytesHeaderParser().parsebytes(head + b"\r\n\r\n")
    length = headers.get("Content-Length")
    body = body[: int(length)] if length else body.strip()
    return first.decode().split(" ", 2), headers, body


def event_faults(event, what):
    """What Google's guides say of an event, and what must never be in one of ours."""
    if "attendees" in event or "attendee" in json.dumps(event.get("extendedProperties", {})).lower():
        yield "somebody is invited"
    if what == "insert" and not EVENT_ID.fullmatch(event.get("id", "")):
        yield f"{event.get('id')!r} is no id"
    if "iCalUID" in event:
        yield "an iCalUID beside our id"
    if event.get("status") not in ("confirmed", "tentative"):
        yield "this status deletes the event"
    yield from property_faults(event.get("extendedProperties", {}))
    yield from time_faults(event)
    for line in event.get("recurrence", []):
        yield from line_faults(line, "date" in event["start"])
    reminders = event.get("reminders", {})
    if reminders.get("useDefault") is not False or len(reminders.get("overrides", [])) > 5:
        yield "reminders that are Google's own, or more than five"
    if any(not 0 <= one["minutes"] <= 40320 for one in reminders.get("overrides", [])):
        yield "a reminder out of bounds"
    if event.get("colorId", "1") not in map(str, range(1, 12)):
        yield "no colour of Google's"


def property_faults(properties):
    private, shared = properties.get("private", {}), properties.get("shared", {})
    if shared or not private:
        yield "properties that others see, or none of ours"
    for key, value in private.items():
        if len(key.encode()) > 44 or len(value.encode()) > 1024:
            yield f"the private property {key} is cut or dropped"
    if len(private) > 300 or sum(len(key.encode()) + len(value.encode()) for key, value in private.items()) > 32 * 1024:
        yield "too many private properties"


def time_faults(event):
    start, end = event.get("start", {}), event.get("end", {})
    for time in (start, end):
        if ("date" in time) == ("dateTime" in time):
            yield f"{time} is neither a day nor a time"
        elif "dateTime" in time and "timeZone" not in time and ("recurrence" in event or not re.search(r"(Z|[+-]\d\d:\d\d)$", time["dateTime"])):
            yield f"{time} has no time zone"
    if ("date" in start) != ("date" in end):
        yield "days and times mixed"


def line_faults(line, days):
    name, _, value = line.partition(":")
    if not re.fullmatch(r"(RRULE|EXRULE)|(RDATE|EXDATE)(;VALUE=DATE|;TZID=[\w/+-]+)?", name):
        yield f"{line} is no line of a recurrence"
    elif name.startswith(("RDATE", "EXDATE")):
        pattern = r"\d{8}" if days else r"\d{8}T\d{6}" if "TZID" in name else r"\d{8}T\d{6}Z"
        if days != ("VALUE=DATE" in name) or not all(re.fullmatch(pattern, date) for date in value.split(",")):
            yield f"{line} does not go with the start"
    else:
        rule = dict(part.split("=") for part in value.split(";"))
        if rule.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
            yield f"{line} repeats in a way that Google refuses"
        if "UNTIL" in rule and ("COUNT" in rule or not re.fullmatch(r"\d{8}" if days else r"\d{8}T\d{6}Z", rule["UNTIL"])):
            yield f"{line} ends in a way that does not go with the start"
