"""Series against an expansion that we did not write: icalendar and recurring-ical-events."""

import datetime
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from .cases import CASES
from .listings import pages
from .report import expect

UTC = datetime.timezone.utc


def check(service):
    calendar = service.calendars().insert(body={"summary": "Series", "timeZone": "America/Guayaquil"}).execute()["id"]
    for number, case in enumerate(CASES):
        check_case(service.events(), calendar, f"pcase{number:03}", case)
    expect("at least forty kinds of series were expanded", len(CASES) >= 40, True)
    service.calendars().delete(calendarId=calendar).execute()


def check_case(events, calendar, name, case):
    start, end = moment(case.start, case.zone), moment(case.end, case.zone)
    wanted = {"id": name, "start": google(start, case.zone), "end": google(end, case.zone), "recurrence": case.lines}
    events.insert(calendarId=calendar, sendUpdates="none", body=wanted).execute()
    for original, moved in case.changes.items():
        key = google(moment(original, case.zone), case.zone)
        asked = key.get("date") or key["dateTime"]
        found = events.instances(calendarId=calendar, eventId=name, originalStart=asked).execute()["items"]
        expect(f"{case.what}: one instance begins at {original}", len(found), 1)
        here = {"calendarId": calendar, "eventId": found[0]["id"], "sendUpdates": "none"}
        if moved is None:
            events.delete(**here).execute()
        else:
            times = {"start": google(moment(moved[0], case.zone), case.zone), "end": google(moment(moved[1], case.zone), case.zone)}
            events.patch(**here, body=times).execute()
    window = {"timeMin": case.window[0] + "T00:00:00Z", "timeMax": case.window[1] + "T00:00:00Z"}
    request = events.instances(calendarId=calendar, eventId=name, maxResults=50, **window)
    items = [item for page in pages(events.instances_next, request) for item in page["items"]]
    ours = sorted((instant(item["start"], case), instant(item["end"], case)) for item in items)
    theirs = sorted(independent(case))
    if not case.ends:
        ours, theirs = [start for start, _ in ours], [start for start, _ in theirs]
    expect(f"{case.what}: {len(theirs)} instances", ours, theirs)
    expect(f"{case.what}: as many as counted by hand", len(ours), case.count)


def moment(text, zone):
    if len(text) == 10:
        return datetime.date.fromisoformat(text)
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def google(when, zone):
    if not isinstance(when, datetime.datetime):
        return {"date": when.isoformat()}
    return {"dateTime": when.isoformat(), "timeZone": zone}


def instant(when, case):
    """Days as they are, times in UTC: the same instant is the same, whatever clock it is told by."""
    if "date" in when:
        return when["date"]
    return datetime.datetime.fromisoformat(when["dateTime"]).astimezone(UTC).isoformat()


def independent(case):
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//check//check//EN", *master(case), *overrides(case), "END:VCALENDAR", ""])
    calendar = icalendar.Calendar.from_ical(text)
    first, last = (datetime.datetime.fromisoformat(day).replace(tzinfo=UTC) for day in case.window)
    found = set()
    for event in recurring_ical_events.of(calendar, skip_bad_series=False).between(first, last):
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        found.add((told(start), told(end)))
    # A set: where a gap of the clock moves one occurrence onto the next, Google's instance ids leave room for one.
    return found


def told(when):
    return when.astimezone(UTC).isoformat() if isinstance(when, datetime.datetime) else when.isoformat()


def master(case):
    excluded = [key for key, moved in case.changes.items() if moved is None]
    return [
        "BEGIN:VEVENT",
        "UID:case",
        "DTSTAMP:20260101T000000Z",
        line("DTSTART", case.start, case.zone),
        line("DTEND", case.end, case.zone),
        *case.lines,
        *[line("EXDATE", key, case.zone) for key in excluded],
        "END:VEVENT",
    ]


def overrides(case):
    for original, moved in case.changes.items():
        if moved is not None:
            yield from ["BEGIN:VEVENT", "UID:case", "DTSTAMP:20260101T000000Z", line("RECURRENCE-ID", original, case.zone)]
            yield from [line("DTSTART", moved[0], case.zone), line("DTEND", moved[1], case.zone), "END:VEVENT"]


def line(name, text, zone):
    plain = text.replace("-", "").replace(":", "")
    return f"{name};VALUE=DATE:{plain}" if len(text) == 10 else f"{name};TZID={zone}:{plain}"
