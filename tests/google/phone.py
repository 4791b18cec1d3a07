"""The client system and the person, for one phone number; and what the person's calendar at Google shows."""

import hashlib
import http.client
import json
import time
import urllib.parse

from google_checks.person import Forms
from report import Stop, need

# Seconds.
PATIENCE = 90
PREFIX = "https://www.googleapis.com/auth/"


def ask(method, url, body=None, headers=None):
    """One request without following redirects: status, text, headers. What isn't bytes or text goes as JSON."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=70)
    headers = dict(headers or {})
    if body is not None and not isinstance(body, (str, bytes)):
        body = json.dumps(body)
        headers["Content-Type"] = "application/json"
    if isinstance(body, str):
        body = body.encode()
    connection.request(method, urllib.parse.urlunsplit(("", "", parts.path, parts.query, "")), body, headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), answer.headers
    connection.close()
    return found


def ask_json(method, url, body=None, headers=None):
    status, text, _ = ask(method, url, body, headers)
    return status, json.loads(text) if text else None


class Phone:
    """What the client system says about a person."""

    def __init__(self, gateway, number, secret):
        self.gateway, self.number = gateway, number
        # Is a 202 followed up until it is done, or taken as it is?
        self.follows = False
        key = hashlib.md5((number + secret).encode()).hexdigest()
        self.headers = {"X-Phone-Number": number, "X-Secure-Key": key}

    def ask(self, method, path, body=None, wait=30):
        return ask_json(method, self.gateway + path, body, self.headers | {"Prefer": f"wait={wait}"})

    def write(self, method, path, body, done, look):
        """Asks for something, and where the answer is 202 and we follow it up, waits until `look` answers: then it is `done`."""
        status, answer = self.ask(method, path, body, wait=5 if self.follows else 30)
        end = time.monotonic() + PATIENCE
        while status == 202 and self.follows and time.monotonic() < end:
            time.sleep(0.1)
            found = look(answer)
            if found is not None:
                return done, found
        return status, answer

    def post(self, ical):
        return self.write("POST", "/events", {"event_data": ical}, 201, self.synced)

    def put(self, event_id, ical):
        return self.write("PUT", "/events/" + urllib.parse.quote(event_id, safe=""), {"event_data": ical}, 200, self.synced)

    def delete(self, event_id):
        status, _ = self.write("DELETE", "/events/" + urllib.parse.quote(event_id, safe=""), None, 204, lambda _: None if self.link()["pending"] else {})
        return status

    def resync(self):
        def ended(told):
            _, found = self.ask("GET", "/resync/" + told["resync_id"])
            return None if found["state"] == "in_progress" else found

        return self.write("POST", "/resync", {}, 200, ended)

    def unlink(self):
        def ended(_):
            found = self.link().get("last_unlink", {})
            return found if found.get("status") == "unlinked" else None

        return self.write("DELETE", "/link", None, 200, ended)

    def synced(self, told):
        _, found = self.ask("GET", "/events/" + urllib.parse.quote(told["event_id"], safe=""))
        return None if found["sync"]["state"] == "pending" else found

    def link(self):
        return self.ask("GET", "/link")[1]

    def held(self):
        """The events held, by id."""
        return {event["event_id"]: event for event in self.ask("GET", "/events")[1]["events"]}

    def consent(self):
        """Everything from the client system's first call to the page that says that it is done."""
        status, told = self.ask("POST", "/link", {"provider": "google"})
        need("POST /link answers where to consent", (status, told.get("status")), (202, "authorization_required"))
        url = told["authorization_url"]
        question = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
        need("it asks for no more than it needs", sorted(question["scope"].split()), sorted(["openid", "email", PREFIX + "calendar.app.created"]))
        proof = (question["code_challenge_method"], question["access_type"], question["redirect_uri"])
        need("with a proof, for good, to come back here", proof, ("S256", "offline", self.gateway + "/oauth/google/callback"))
        return self.walk(url)

    def walk(self, url):
        """From Google's question to the page at which the person ends."""
        status, page, _ = ask("GET", url)
        need("Google shows a page that asks", status, 200)
        status, _, headers = submit(url, page, "allow")
        need("who allows is sent back", (status, headers["Location"].split("?")[0]), (302, self.gateway + "/oauth/google/callback"))
        status, page, _ = ask("GET", headers["Location"])
        need("the gateway asks whether it is their phone", (status, 'id="confirm"' in page), (200, True))
        status, page, _ = submit(self.gateway, page, "confirm")
        return status, page

    def once_more(self, page):
        """The button of a page that says that it didn't work."""
        status, page, headers = submit(self.gateway, page, "again")
        if status == 200:  # The consent was still good.
            return status, page
        need("who tries again is sent to Google", status, 303)
        return self.walk(headers["Location"])


def submit(base, page, form):
    """Sends a form of a page as a browser does, ticked boxes and all."""
    forms = Forms()
    forms.feed(page)
    form = forms.forms[form]
    ticked = [(name, value) for name, value, checked in form["boxes"] if checked]
    body = urllib.parse.urlencode(form["fields"] + ticked)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return ask(form["method"].upper(), urllib.parse.urljoin(base, form["action"]), body, kind)


class Account:
    """A person's account at the simulated Google, seen with a token that opens everything; not through the proxy."""

    def __init__(self, google, user, token):
        self.google, self.user, self.headers = google, user, {"Authorization": "Bearer " + token}

    def control(self, method, path, body=None):
        return ask_json(method, f"{self.google}/__sim/{path}", body)[1]

    def calendars(self):
        """Those that aren't the person's main one."""
        return [calendar for calendar in self.control("GET", f"calendars/{self.user}") if not calendar["primary"]]

    def events(self, calendar, **query):
        """All events of a calendar, of whatever many pages."""
        place, found, page = urllib.parse.quote(calendar, safe=""), [], {}
        while page is not None:
            asked = urllib.parse.urlencode({"maxResults": 2500} | query | page)
            status, answer = ask_json("GET", f"{self.google}/calendar/v3/calendars/{place}/events?{asked}", None, self.headers)
            if status != 200:
                raise Stop(f"events of {calendar}: {status} {answer}")
            found.extend(answer["items"])
            page = {"pageToken": answer["nextPageToken"]} if "nextPageToken" in answer else None
        return found

    def by_source(self, calendar):
        """What the calendar holds, by the source's id: the event or series itself, as often as it is there."""
        found = {}
        for event in self.events(calendar):
            if "recurringEventId" not in event:
                name = event.get("extendedProperties", {}).get("private", {}).get("psrUid")
                found.setdefault(name, []).append(event)
        return found

    def occurrences(self, calendar, event, window):
        """What a person sees of an event between two days."""
        bounds = {"timeMin": window[0] + "T00:00:00Z", "timeMax": window[1] + "T00:00:00Z"}
        if "recurrence" not in event:
            seen = self.events(calendar, singleEvents="true", **bounds)
            return [one for one in seen if one["id"] == event["id"]]
        place, master = (urllib.parse.quote(part, safe="") for part in (calendar, event["id"]))
        asked = urllib.parse.urlencode(bounds | {"maxResults": 2500})
        status, answer = ask_json("GET", f"{self.google}/calendar/v3/calendars/{place}/events/{master}/instances?{asked}", None, self.headers)
        if status != 200 or "nextPageToken" in answer:
            raise Stop(f"instances of {event['id']}: {status} {answer}")
        return answer["items"]
