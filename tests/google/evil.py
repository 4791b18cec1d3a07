"""Does the judge see what is wrong? One good exchange, and each time one thing about it changed."""

import email.message
import json

from judge import Court
from report import expect

PLACE = "/calendar/v3/calendars/c_1%40group.calendar.google.com/events"
QUERY = "?sendUpdates=none&fields=id%2Cetag"
EVENT = {
    "id": "psr01",
    "status": "confirmed",
    "summary": "Cita",
    "start": {"dateTime": "2026-11-05T10:00:00", "timeZone": "Europe/Madrid"},
    "end": {"dateTime": "2026-11-05T11:00:00", "timeZone": "Europe/Madrid"},
    "recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20261217T090000Z", "EXDATE;TZID=Europe/Madrid:20261112T100000"],
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 15}]},
    "extendedProperties": {"private": {"psrUid": "a"}},
}
GOOD = {"verb": "POST", "target": PLACE + QUERY, "body": EVENT, "status": 200, "answer": {"id": "psr01", "etag": '"1"'}}


def event(**changed):
    return {"body": EVENT | changed}


def day(date):
    return {"date": date}


WRONG = {
    "a property that Google doesn't have": event(sumary="x"),
    "one of the wrong type": event(summary=1),
    "guests": event(attendees=[{"email": "a@example.org"}]),
    "an id with letters that Google doesn't take": event(id="xyzzy"),
    "an id that is too short": event(id="psr1"),
    "an id of iCalendar": event(iCalUID="a@b"),
    "a status that deletes": event(status="cancelled"),
    "a time without a zone": event(start={"dateTime": "2026-11-05T10:00:00"}),
    "days mixed with times": event(start=day("2026-11-05")),
    "a rule that repeats by the hour": event(recurrence=["RRULE:FREQ=HOURLY"]),
    "a rule that ends in local time": event(recurrence=["RRULE:FREQ=DAILY;UNTIL=20261217T090000"]),
    "a line that is no rule": event(recurrence=["DTSTART:20261105T100000Z"]),
    "an exception without a zone": event(recurrence=["RRULE:FREQ=DAILY", "EXDATE:20261112T100000"]),
    "a private property that is cut": event(extendedProperties={"private": {"psrUid": "ñ" * 513}}),
    "a private property that is dropped": event(extendedProperties={"private": {"p" * 45: "a"}}),
    "a property that others see": event(extendedProperties={"shared": {"psrUid": "a"}, "private": {"psrUid": "a"}}),
    "six reminders": event(reminders={"useDefault": False, "overrides": [{"method": "popup", "minutes": n} for n in range(6)]}),
    "no end": {"body": {name: value for name, value in EVENT.items() if name != "end"}},
    "mail to guests": {"target": PLACE + "?sendUpdates=all"},
    "no word about mail": {"target": PLACE},
    "a parameter that Google doesn't have": {"target": PLACE + QUERY + "&notify=0"},
    "a parameter out of bounds": {"target": PLACE + QUERY + "&maxAttendees=0"},
    "a field that the answer never has": {"target": PLACE + "?sendUpdates=none&fields=id%2Cversion"},
    "a method that Google doesn't have": {"verb": "PUT"},
    "a method that the scope doesn't open": {"target": "/calendar/v3/freeBusy", "body": {}, "answer": {}},
    "no token": {"headers": {}},
    "an answer that Google never gives": {"answer": {"id": "psr01", "version": 1}},
    "a refusal that Google never gives": {"status": 409, "answer": {"error": "duplicate"}},
}


def faults(**changed):
    asked = GOOD | {"headers": {"Authorization": "Bearer x"}} | changed
    headers, heard = email.message.Message(), []
    for name, value in (asked["headers"] | {"Content-Type": "application/json"}).items():
        headers[name] = value
    court = Court(lambda _, text: heard.append(text))
    court.exchange(asked["verb"], asked["target"], headers, json.dumps(asked["body"]).encode(), asked["status"], headers, json.dumps(asked["answer"]).encode())
    return heard


def batch(parts, **changed):
    """A batch of so many deletions, each answered; `changed` are other words in it."""
    inner = f"DELETE {PLACE}/psr01?sendUpdates=none HTTP/1.1".replace(*changed.get("part", ("", "")))
    asked = "".join(f"--b\r\nContent-Type: application/http\r\nContent-ID: <{n}>\r\n\r\n{inner}\r\n\r\n" for n in range(parts))
    answer = "".join(f"--b\r\nContent-Type: application/http\r\nContent-ID: <response-{n}>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n" for n in range(changed.get("answered", parts)))
    headers, heard = email.message.Message(), []
    headers["Content-Type"], headers["Authorization"] = "multipart/mixed; boundary=b", "Bearer x"
    court = Court(lambda _, text: heard.append(text))
    court.exchange("POST", "/batch/calendar/v3", headers, (asked + "--b--\r\n").encode(), 200, headers, (answer + "--b--\r\n").encode())
    return heard, court.calls


def check():
    expect("the judge lets pass what is right", faults(), [])
    expect("and a batch of fifty", batch(50), ([], {"calendar.events.delete": 50}))
    blind = [what for what, changed in WRONG.items() if len(faults(**changed)) < 1]
    blind += ["fifty-one parts"] if not batch(51)[0] else []
    blind += ["a part without an answer"] if not batch(2, answered=1)[0] else []
    blind += ["mail from within a batch"] if not batch(2, part=("sendUpdates=none", "sendUpdates=all"))[0] else []
    expect(f"and sees each of {len(WRONG) + 3} wrongs", blind, [])
