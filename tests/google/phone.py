"""The client system and the person, for one phone number; and what the person's calendar at Google shows."""

import hashlib
import http.client
import json
import time
import urllib.parse

from google_checks.person import Forms
from report import Stop, need

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
        key = hashlib.md5((number + secret).encode()).hexdigest()
        self.headers = {"X-Phone-Number": number, "X-Secure-Key": key}

    def ask(self, method, path, body=None, wait=30):
        return ask_json(method, self.gateway + path, body, self.headers | {"Prefer": f"wait={wait}"})

    def post(self, ical):
        return self.ask("POST", "/events", {"event_data": ical})

    def put(self, event_id, ical):
        return self.ask("PUT", "/events/" + urllib.parse.quote(event_id, safe=""), {"event_data": ical})

    def delete(self, event_id):
        return self.ask("DELETE", "/events/" + urllib.parse.quote(event_id, safe=""))

    def link(self):
        return self.ask("GET", "/link")[1]

    def held(self):
        """The events held, by id."""
        return {event["event_id"]: event for event in self.ask("GET", "/events")[1]["events"]}

    def settle(self, patience=60):
        """Waits until nothing is on its way."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            waiting = [event for event in self.held().values() if event["sync"]["state"] == "pending"]
            if not waiting and not self.link().get("pending"):
                return
            time.sleep(0.1)
        raise Stop(f"after {patience} s still on their way: {waiting}")

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
        status, _, headers = submit(self.gateway, page, "again")
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
