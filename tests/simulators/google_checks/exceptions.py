"""Series and their exceptions."""

from .events import at, body
from .listings import ids, pages
from .report import expect, expect_refusal


def check(service, calendar):
    check_refusals(service.events(), calendar)
    check_exceptions(service.events(), calendar)
    check_stale(service.events(), calendar)


def weekly(**more):
    return body(recurrence=["RRULE:FREQ=WEEKLY;COUNT=5"], extendedProperties={"private": {"link": "9"}}) | more


def check_refusals(events, calendar):
    days = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}
    offset = {"start": {"dateTime": "2026-11-05T10:00:00Z"}, "end": {"dateTime": "2026-11-05T11:00:00Z"}}
    for what, reason, wanted in [
        ("a series without zone", "required", body(recurrence=["RRULE:FREQ=DAILY"]) | offset),
        ("a DTSTART line", "invalid", body(recurrence=["DTSTART:20261105T100000Z", "RRULE:FREQ=DAILY"])),
        ("a line without rule", "invalid", body(recurrence=["EXDATE:20261105T090000Z"])),
        ("nonsense", "invalid", body(recurrence=["FREQ=DAILY"])),
        ("an hourly rule", "invalid", body(recurrence=["RRULE:FREQ=HOURLY"])),
        ("a date for the end of times", "invalid", body(recurrence=["RRULE:FREQ=DAILY;UNTIL=20261231"])),
        ("a local time for the end", "invalid", body(recurrence=["RRULE:FREQ=DAILY;UNTIL=20261231T100000"])),
        ("a time for the end of days", "invalid", body(recurrence=["RRULE:FREQ=DAILY;UNTIL=20261231T100000Z"]) | days),
        ("COUNT and UNTIL", "invalid", body(recurrence=["RRULE:FREQ=DAILY;COUNT=2;UNTIL=20261231T100000Z"])),
        ("a part that nobody knows", "invalid", body(recurrence=["RRULE:FREQ=DAILY;BYEASTER=1"])),
        ("a month that is none", "invalid", body(recurrence=["RRULE:FREQ=YEARLY;BYMONTH=13"])),
        ("a numbered weekday in a week", "invalid", body(recurrence=["RRULE:FREQ=WEEKLY;BYDAY=2MO"])),
        ("a period", "invalid", body(recurrence=["RDATE;VALUE=PERIOD:20261107T090000Z/PT1H"])),
        ("a floating exclusion", "invalid", body(recurrence=["RRULE:FREQ=DAILY", "EXDATE:20261106T100000"])),
        ("an excluded day of a series of times", "invalid", body(recurrence=["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20261106"])),
        ("an exclusion in an unknown zone", "invalid", body(recurrence=["RRULE:FREQ=DAILY", "EXDATE;TZID=Mars/Base:20261106T100000"])),
    ]:
        expect_refusal(f"{what} is refused", 400, reason, events.insert(calendarId=calendar, body=wanted))


def check_exceptions(events, calendar):
    master = events.insert(calendarId=calendar, sendUpdates="none", body=weekly(id="pserie1")).execute()
    second, third = "pserie1_20261112T090000Z", "pserie1_20261119T090000Z"
    computed = events.get(calendarId=calendar, eventId=second).execute()
    expect("an instance is there before it is touched", (computed["recurringEventId"], computed["start"]["dateTime"]), ("pserie1", "2026-11-12T10:00:00+01:00"))
    expect_refusal("a time that is no start is no instance", 404, "notFound", events.get(calendarId=calendar, eventId="pserie1_20261112T100000Z"))
    expect_refusal("ids are told from others by their capitals", 404, "notFound", events.get(calendarId=calendar, eventId=second.lower()))
    moved = events.patch(calendarId=calendar, eventId=second, sendUpdates="none", body={"start": at(13, "16:00"), "end": at(13, "17:00")}).execute()
    expect("a moved instance knows where it was", moved["originalStartTime"], computed["originalStartTime"])
    expect("it has what the series has", moved["extendedProperties"], master["extendedProperties"])
    expect("the series keeps its ETag", events.get(calendarId=calendar, eventId="pserie1").execute()["etag"], master["etag"])
    events.delete(calendarId=calendar, eventId=third, sendUpdates="none").execute()
    expect("a deleted instance is cancelled", events.get(calendarId=calendar, eventId=third).execute()["status"], "cancelled")
    expect_refusal("and not deleted again", 410, "deleted", events.delete(calendarId=calendar, eventId=third))
    nested = events.patch(calendarId=calendar, eventId=second, body={"recurrence": ["RRULE:FREQ=DAILY"]})
    expect_refusal("an instance does not recur", 400, "invalid", nested)

    found = pages(events.instances_next, events.instances(calendarId=calendar, eventId="pserie1", maxResults=2))
    expect("instances without the deleted one", [len(page["items"]) for page in found], [2, 2])
    expect("with it", len(events.instances(calendarId=calendar, eventId="pserie1", showDeleted=True).execute()["items"]), 5)
    by_start = events.instances(calendarId=calendar, eventId="pserie1", originalStart="2026-11-12T10:00:00+01:00").execute()
    expect("one is found by its original start", ids(by_start), [second])
    none = events.instances(calendarId=calendar, eventId="pserie1", originalStart="2026-11-12T10:30:00+01:00").execute()
    expect("and none by another", ids(none), [])
    expect_refusal("a single event has no instances", 400, "invalid", events.instances(calendarId=calendar, eventId="pabc01"))

    listed = events.list(calendarId=calendar, privateExtendedProperty="link=9").execute()
    told = {event["id"]: event["status"] for event in listed["items"]}
    expect("the series and its exceptions are listed", told, {"pserie1": "confirmed", second: "confirmed", third: "cancelled"})
    single = events.list(calendarId=calendar, privateExtendedProperty="link=9", singleEvents=True, orderBy="startTime").execute()
    starts = [event["start"]["dateTime"][5:16] for event in single["items"]]
    expect("or its instances", starts, ["11-05T10:00", "11-13T16:00", "11-26T10:00", "12-03T10:00"])
    window = {"timeMin": "2026-11-13T12:00:00Z", "timeMax": "2026-11-14T00:00:00Z"}
    inside = events.list(calendarId=calendar, privateExtendedProperty="link=9", singleEvents=True, **window).execute()
    expect("a moved one is where it was moved to", ids(inside), [second])
    revived = events.update(calendarId=calendar, eventId=third, sendUpdates="none", body=body(start=at(19, "10:00"), end=at(19, "11:00"))).execute()
    expect("PUT revives a deleted instance", (revived["status"], "extendedProperties" in revived), ("confirmed", False))


def check_stale(events, calendar):
    second, third = "pserie1_20261112T090000Z", "pserie1_20261119T090000Z"
    token = events.list(calendarId=calendar).execute()["nextSyncToken"]
    kept = weekly(recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
    events.update(calendarId=calendar, eventId="pserie1", sendUpdates="none", body=kept).execute()
    expect("an exception that still fits stays", events.get(calendarId=calendar, eventId=second).execute()["start"]["dateTime"][8:16], "13T16:00")
    expect_refusal("one that no longer does is gone", 404, "notFound", events.get(calendarId=calendar, eventId=third))
    changed = events.list(calendarId=calendar, syncToken=token).execute()
    told = {event["id"]: event["status"] for event in changed["items"]}
    expect("who synchronises hears of both", told, {"pserie1": "confirmed", third: "cancelled"})
    events.delete(calendarId=calendar, eventId="pserie1", sendUpdates="none").execute()
    expect_refusal("with the series its instances go", 404, "notFound", events.get(calendarId=calendar, eventId=second))
    listed = events.list(calendarId=calendar, privateExtendedProperty="link=9", showDeleted=True).execute()
    expect("nothing but the tombstone of the series is left", ids(listed), ["pserie1"])
    events.update(calendarId=calendar, eventId="pserie1", sendUpdates="none", body=weekly(status="confirmed")).execute()
    again = events.instances(calendarId=calendar, eventId="pserie1").execute()
    expect("revived, it is whole", [event["start"]["dateTime"][5:16] for event in again["items"]][1], "11-12T10:00")
