#!/usr/bin/env python3
"""Checks the simulated CalDAV server with clients that we did not write.

usage: check_caldav.py URL [USER [PASSWORD]]

Needs PyPI caldav==3.6.0 and icalendar==7.3.0 (and what they bring). Everything is done in calendars it makes and deletes again.
Exits 0 when nothing surprised it, 1 at the first surprise, 2 on wrong use.
"""

import http.client
import sys
import urllib.parse
import urllib.request
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import caldav
from caldav.lib import error
from icalendar import Calendar, Event

MADRID = ZoneInfo("Europe/Madrid")


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"FAILED {what}: got {got!r}, wanted {wanted!r}")
    print(f"ok     {what}")


def expect_error(what, kind, call):
    try:
        call()
    except kind:
        print(f"ok     {what}")
        return
    sys.exit(f"FAILED {what}: nothing was raised")


def ical(uid, summary, start, end, **more):
    """One event with all that a strict server wants, VTIMEZONE included."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", datetime(2026, 11, 1, tzinfo=timezone.utc))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", summary)
    for name, value in more.items():
        event.add(name, value)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//check//check//EN")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical().decode()


def check_discovery(url, user, password):
    # The library loses the principal when PROPFIND is redirected (it looks for the answer of the old path): follow by hand.
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=10)
    connection.request("PROPFIND", "/.well-known/caldav")
    answer = connection.getresponse()
    expect("the well-known address leads on", (answer.status, answer.headers["Location"]), (301, "/dav/"))
    connection.close()
    for start in ("/", "/dav/"):
        with caldav.DAVClient(url=url + start, username=user, password=password) as client:
            expect(f"{start} tells the principal", client.principal().url.path, f"/dav/principals/{user}/")
    with caldav.DAVClient(url=url, username=user, password="wrong") as client:
        expect_error("a wrong password is refused", error.AuthorizationError, client.principal)
    client = caldav.DAVClient(url=f"{url}/dav/", username=user, password=password)
    expect("it says that it is CalDAV", client.check_cdav_support(), True)
    expect("it says that it schedules", client.check_scheduling_support(), True)
    return client.principal()


def check_calendar(principal):
    calendar = principal.make_calendar(name="Prueba ñ & <x>", cal_id="check-one")
    expect("a new calendar is listed", "check-one" in {c.url.path.rstrip("/").split("/")[-1] for c in principal.calendars()}, True)
    expect("with the name it was given", calendar.get_display_name(), "Prueba ñ & <x>")
    expect("it takes events", calendar.get_supported_components(), ["VEVENT"])
    expect("it is empty", calendar.events(), [])
    calendar.set_properties([caldav.elements.dav.DisplayName("Otra")])
    name = calendar.get_property(caldav.elements.dav.DisplayName(), use_cached=False)
    expect("PROPPATCH changes the name", name, "Otra")
    expect_error("the same calendar cannot be made twice", error.DAVError, lambda: principal.make_calendar(name="x", cal_id="check-one"))
    return calendar


def check_objects(principal, calendar):
    start = datetime(2026, 11, 5, 10, tzinfo=MADRID)
    text = ical("check-1@example.org", "Clase; con, señas", start, start + timedelta(hours=1))
    event = calendar.add_event(text)
    loaded = calendar.event_by_uid("check-1@example.org")
    component = loaded.icalendar_component
    expect("what was saved is loaded", str(component["summary"]), "Clase; con, señas")
    expect("at the same time", component.start, start)
    event.load()
    event.icalendar_component["summary"] = "Cambiada"
    event.save()
    expect("a change is kept", str(calendar.event_by_uid("check-1@example.org").icalendar_component["summary"]), "Cambiada")

    other = principal.make_calendar(name="Dos", cal_id="check-two")
    expect_error("a UID is in one calendar only", error.DAVError, lambda: other.add_event(text))
    other.delete()
    day = ical("check-2@example.org", "Viaje", date(2026, 12, 1), date(2026, 12, 3))
    calendar.add_event(day)
    weekly = ical("check-3@example.org", "Semanal", start, start + timedelta(hours=1), rrule={"freq": "weekly", "count": 4})
    calendar.add_event(weekly)
    expect("all are listed", len(calendar.events()), 3)
    return event


def check_refusals(calendar):
    start = datetime(2026, 11, 5, 10, tzinfo=timezone.utc)
    good = ical("check-bad@example.org", "x", start, start + timedelta(hours=1))
    for what, bad in [
        ("no DTEND", good.replace("DTEND:20261105T110000Z\r\n", "")),
        ("no UID", good.replace("UID:check-bad@example.org\r\n", "")),
        ("a METHOD", good.replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:PUBLISH")),
        ("an end before the start", good.replace("DTEND:20261105T11", "DTEND:20261105T09")),
        ("an unknown zone", good.replace("DTSTART:20261105T100000Z", "DTSTART;TZID=Mars/Base:20261105T100000")),
    ]:
        # The library calls every 403 an authorization error.
        expect_error(f"{what} is refused", error.AuthorizationError, lambda: put(calendar, bad))
    expect("the same without the fault is taken", put(calendar, good).status, 201)
    calendar.event_by_uid("check-bad@example.org").delete()


def put(calendar, text):
    return calendar.client.put(str(calendar.url.join("bad.ics")), text, {"Content-Type": "text/calendar; charset=utf-8"})


def check_search(calendar):
    def found(start, end):
        events = calendar.search(start=start, end=end, event=True, expand=False)
        return sorted(str(e.icalendar_component["uid"]).split("@")[0] for e in events)

    utc = timezone.utc
    expect("a search by dates finds", found(datetime(2026, 11, 5, tzinfo=utc), datetime(2026, 11, 6, tzinfo=utc)), ["check-1", "check-3"])
    expect("a later week of a series too", found(datetime(2026, 11, 12, tzinfo=utc), datetime(2026, 11, 13, tzinfo=utc)), ["check-3"])
    expect("days too", "check-2" in found(datetime(2026, 12, 2, tzinfo=utc), datetime(2026, 12, 3, tzinfo=utc)), True)
    expect("and nothing before", found(datetime(2026, 10, 1, tzinfo=utc), datetime(2026, 10, 2, tzinfo=utc)), [])
    instances = calendar.search(start=datetime(2026, 11, 1, tzinfo=utc), end=datetime(2026, 12, 31, tzinfo=utc), event=True, expand=True)
    weekly = [e for e in instances if str(e.icalendar_component["uid"]).startswith("check-3")]
    expect("the series has four instances", len(weekly), 4)
    expect("a search by text finds", len(calendar.search(event=True, summary="semanal")), 1)


def check_sync(calendar, event):
    everything = calendar.get_objects_by_sync_token(load_objects=True)
    expect("sync tells all at first", len(list(everything)), 3)
    nothing = calendar.get_objects_by_sync_token(sync_token=everything.sync_token)
    expect("then nothing", len(list(nothing)), 0)
    event.icalendar_component["summary"] = "Otra vez"
    event.save()
    calendar.event_by_uid("check-2@example.org").delete()
    changed = calendar.get_objects_by_sync_token(sync_token=everything.sync_token)
    expect("then what changed and what went", len(list(changed)), 2)
    updated, deleted = everything.sync()
    expect("one changed, one deleted", (len(list(updated)), len(list(deleted))), (1, 1))
    foreign = '<sync-collection xmlns="DAV:"><sync-token>urn:none</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>'
    expect_error("a foreign sync token is refused", error.AuthorizationError, lambda: calendar.client.report(str(calendar.url), foreign, 0))


def check_end(url, principal, calendar, event):
    event.delete()
    expect_error("what is deleted is gone", error.NotFoundError, lambda: calendar.event_by_uid("check-1@example.org"))
    calendar.delete()
    names = {c.url.path.rstrip("/").split("/")[-1] for c in principal.calendars()}
    expect("the calendar is gone", "check-one" in names, False)
    with urllib.request.urlopen(url + "/") as page:
        html = page.read().decode()
    expect("a person sees an agenda", "<h1>Agenda de" in html and "<script" not in html, True)


def main():
    if not 2 <= len(sys.argv) <= 4:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    url = sys.argv[1].rstrip("/")
    user = sys.argv[2] if len(sys.argv) > 2 else "alice"
    password = sys.argv[3] if len(sys.argv) > 3 else "secret"
    principal = check_discovery(url, user, password)
    calendar = check_calendar(principal)
    event = check_objects(principal, calendar)
    check_refusals(calendar)
    check_search(calendar)
    check_sync(calendar, event)
    check_end(url, principal, calendar, event)


if __name__ == "__main__":
    main()
