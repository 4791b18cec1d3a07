"""Batches, quotas, trouble."""

import http.client
import json

from googleapiclient.errors import HttpError

from .events import body
from .report import expect, expect_refusal


def check(person, service, calendar):
    check_batches(person, service, calendar)
    check_bytes(person, service, calendar)
    check_quotas(person, service, calendar)
    check_trouble(person, service, calendar)


def outcomes(service, requests):
    """What each part of a batch came to: its status and reason, or the event's id."""
    found = {}

    def heard(number, answer, no):
        if no is None:
            found[int(number)] = answer.get("id") if answer else 204
        else:
            found[int(number)] = (no.resp.status, no.error_details[0]["reason"])

    batch = service.new_batch_http_request(callback=heard)
    for request in requests:
        batch.add(request)
    batch.execute()
    return [found[number] for number in sorted(found)]


def check_batches(person, service, calendar):
    events = service.events()

    def insert(name, **more):
        return events.insert(calendarId=calendar, sendUpdates="none", body=body(id=name, **more))

    several = [
        insert("pbat01"),
        insert("pbat01"),
        insert("NO"),
        events.get(calendarId=calendar, eventId="pbat01"),
        events.delete(calendarId=calendar, eventId="pbat01", sendUpdates="none"),
        events.delete(calendarId=calendar, eventId="pbat01", sendUpdates="none"),
        events.get(calendarId="nobody", eventId="pbat01"),
    ]
    wanted = ["pbat01", (409, "duplicate"), (400, "invalid"), "pbat01", 204, (410, "deleted"), (404, "notFound")]
    expect("each part of a batch stands for itself", outcomes(service, several), wanted)
    expect("fifty fit", set(map(type, outcomes(service, [insert(f"pfif{n:02}") for n in range(50)]))), {str})
    try:
        outcomes(service, [insert(f"psix{n:02}") for n in range(51)])
    except HttpError as no:
        expect("fifty-one do not", no.resp.status, 400)
    else:
        expect("fifty-one do not", "answered", "refused")
    person.control("PUT", "quirks", {"batch_conflict_every": 2})
    parts = outcomes(service, [insert(f"pcon{n:02}") for n in range(4)])
    expect("parts can clash", sorted(map(str, parts))[:2], ["(409, 'conflict')"] * 2)
    person.control("PUT", "quirks", {})


def check_bytes(person, service, calendar):
    """A batch as a client of ours might write it: no version in the inner request line, bare LF, a token of its own in one part."""
    token = service._http.credentials.token
    text = (
        "--b1\nContent-Type: application/http\nContent-ID: <item-1>\n\n"
        f"GET /calendar/v3/calendars/{calendar.replace('@', '%40')}?fields=id\n\n"
        "--b1\nContent-Type: application/http\nContent-ID: <item-2>\n\n"
        "GET /calendar/v3/colors\nAuthorization: Bearer nonsense\n\n--b1--\n"
    )
    headers = {"Content-Type": 'multipart/mixed; boundary="b1"', "Authorization": f"Bearer {token}"}
    for path in ("/batch", "/batch/calendar/v3"):
        status, answer, _ = person.ask("POST", path, text, headers)
        parts = answer.split("--batch_")
        expect(f"{path} answers in parts", (status, len(parts)), (200, 4))
        told = ("Content-ID: <response-item-1>" in parts[1], "HTTP/1.1 200 OK" in parts[1], json.dumps(calendar) in parts[1])
        expect("each with its id and status", told, (True, True, True))
        expect("a part may bring a token of its own", "HTTP/1.1 401" in parts[2], True)
    for broken in (text.replace("--b1--", ""), text.replace("application/http", "text/plain"), "", "--b1--\n"):
        expect("what is no batch is refused", person.ask("POST", "/batch", broken, headers)[0], 400)


def check_quotas(person, service, calendar):
    events = service.events()
    person.control("PUT", "quirks", {"user_units_per_minute": 5})
    for _ in range(2):
        events.get(calendarId=calendar, eventId="pabc01").execute()
    events.patch(calendarId=calendar, eventId="pabc01", body={"summary": "tres"}).execute()
    over = events.get(calendarId=calendar, eventId="pabc01")
    expect_refusal("two reads and a PATCH are five units", 403, "userRateLimitExceeded", over)
    person.control("POST", "clock", {"advance": 61})
    expect("after a minute it goes on", over.execute()["summary"], "tres")
    parts = outcomes(service, [events.get(calendarId=calendar, eventId="pabc01") for _ in range(6)])
    expect("a batch of six costs six", parts, ["pabc01"] * 4 + [(403, "userRateLimitExceeded")] * 2)
    person.control("PUT", "quirks", {"project_units_per_minute": 1})
    expect_refusal("the project has its limit too", 403, "rateLimitExceeded", over)
    person.control("PUT", "quirks", {"usage_exceeded": True})
    expect_refusal("usage is another matter", 403, "quotaExceeded", events.insert(calendarId=calendar, body=body()))
    expect("and does not keep from reading", over.execute()["id"], "pabc01")
    person.control("PUT", "quirks", {"calendars_per_hour": 1})
    person.control("POST", "clock", {"advance": 3600})
    made = service.calendars().insert(body={"summary": "uno"}).execute()["id"]
    expect_refusal("calendars are counted by the hour", 403, "quotaExceeded", service.calendars().insert(body={"summary": "dos"}))
    person.control("PUT", "quirks", {})
    person.control("POST", "clock", {"advance": -3661})
    service.calendars().delete(calendarId=made).execute()


def check_trouble(person, service, calendar):
    events = service.events()
    rule = {"match": "^PUT .*/events/ptro", "code": 503, "reason": "backendError", "after": True, "times": 1, "retry_after": 7}
    events.insert(calendarId=calendar, sendUpdates="none", body=body(id="ptro01")).execute()
    person.control("POST", "trouble", rule)
    put = events.update(calendarId=calendar, eventId="ptro01", sendUpdates="none", body=body(summary="Hecho"))
    no = expect_refusal("an error after the write", 503, "backendError", put)
    expect("may say when to come back", no.resp["retry-after"], "7")
    expect("the write was done", events.get(calendarId=calendar, eventId="ptro01").execute()["summary"], "Hecho")
    person.control("POST", "trouble", [{"match": "ptro", "code": 403, "reason": "rateLimitExceeded", "every": 2}])
    parts = outcomes(service, [events.get(calendarId=calendar, eventId="ptro01") for _ in range(4)])
    expect("parts of a batch have their trouble too", parts, ["ptro01", (403, "rateLimitExceeded")] * 2)
    expect("the tally tells", [(t["fits"], t["used"]) for t in person.control("GET", "trouble")[1]], [(4, 2)])
    expect("nonsense is no trouble", person.control("POST", "trouble", {"match": "("})[0], 400)
    person.ask("DELETE", "/__sim/trouble")
    person.control("POST", "tokens/expire")
    expect("an old token is renewed by the library on its 401", put.execute()["summary"], "Hecho")
    person.control("POST", "faults", {"match": "^GET", "status": 502, "body": "bad gateway", "times": 1})
    try:
        events.get(calendarId=calendar, eventId="ptro01").execute()
        wire = None
    except (HttpError, http.client.HTTPException) as no:
        wire = no.resp.status
    expect("faults of the wire need no JSON", wire, 502)
    person.ask("DELETE", "/__sim/faults")
