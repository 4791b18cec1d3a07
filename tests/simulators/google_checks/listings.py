"""Pages, sync tokens, orders, windows."""

from .events import at, body
from .report import expect, expect_refusal


def check(person, service):
    calendar = service.calendars().insert(body={"summary": "Listas", "timeZone": "Europe/Madrid"}).execute()["id"]
    events = service.events()
    for number in range(7):
        wanted = body(id=f"plist{number}", start=at(20 - number, "10:00"), end=at(20 - number, "11:00"))
        events.insert(calendarId=calendar, sendUpdates="none", body=wanted).execute()
    check_pages(events, calendar)
    check_windows(events, calendar)
    check_sync(person, events, calendar)
    service.calendars().delete(calendarId=calendar).execute()


def ids(answer):
    return [event["id"] for event in answer["items"]]


def pages(method, request):
    found = []
    while request is not None:
        page = request.execute()
        found.append(page)
        request = method(request, page)
    return found


def check_pages(events, calendar):
    found = pages(events.list_next, events.list(calendarId=calendar, maxResults=3))
    expect("three to a page", [len(page["items"]) for page in found], [3, 3, 1])
    expect("all of them, none twice", sorted(sum(map(ids, found), [])), [f"plist{number}" for number in range(7)])
    expect("only the last page has a sync token", ["nextSyncToken" in page for page in found], [False, False, True])
    wrong = events.list(calendarId=calendar, q="x", pageToken=found[0]["nextPageToken"])
    expect_refusal("a page token belongs to its question", 400, "invalidParameter", wrong)
    ordered = events.list(calendarId=calendar, singleEvents=True, orderBy="startTime").execute()
    expect("by start", ids(ordered), [f"plist{6 - number}" for number in range(7)])
    expect("what is ordered cannot be synchronised", "nextSyncToken" in ordered, False)
    expect_refusal("series have no order by start", 400, "badRequest", events.list(calendarId=calendar, orderBy="startTime"))
    expect_refusal("no page without events", 400, "invalidParameter", events.list(calendarId=calendar, maxResults=0))


def check_windows(events, calendar):
    def within(start, end, **more):
        found = events.list(calendarId=calendar, timeMin=start, timeMax=end, **more).execute()
        return sorted(ids(found))

    expect("events of a window", within("2026-11-16T00:00:00+01:00", "2026-11-17T12:00:00Z"), ["plist3", "plist4"])
    expect("what ends where the window begins is not in it", within("2026-11-16T11:00:00+01:00", "2026-11-17T10:00:00+01:00"), [])
    backwards = events.list(calendarId=calendar, timeMin="2026-11-17T00:00:00Z", timeMax="2026-11-16T00:00:00Z")
    expect_refusal("a window does not end before it begins", 400, "timeRangeEmpty", backwards)
    expect_refusal("a bound needs its offset", 400, "badRequest", events.list(calendarId=calendar, timeMin="2026-11-17T00:00:00"))


def check_sync(person, events, calendar):
    first = pages(events.list_next, events.list(calendarId=calendar, maxResults=4))[-1]["nextSyncToken"]
    expect("nothing changed", events.list(calendarId=calendar, syncToken=first).execute()["items"], [])
    events.delete(calendarId=calendar, eventId="plist1").execute()
    events.patch(calendarId=calendar, eventId="plist2", body={"summary": "Otra"}).execute()
    changed = events.list(calendarId=calendar, syncToken=first).execute()
    told = {event["id"]: (event["status"], event.get("summary")) for event in changed["items"]}
    expect("what changed and what went", told, {"plist1": ("cancelled", None), "plist2": ("confirmed", "Otra")})
    expect("then nothing more", events.list(calendarId=calendar, syncToken=changed["nextSyncToken"]).execute()["items"], [])
    # While somebody pages an event changes: whoever synchronises later must hear of it.
    page = events.list(calendarId=calendar, maxResults=3).execute()
    events.patch(calendarId=calendar, eventId="plist0", body={"summary": "Mientras tanto"}).execute()
    rest = pages(events.list_next, events.list(calendarId=calendar, maxResults=3, pageToken=page["nextPageToken"]))
    later = events.list(calendarId=calendar, syncToken=rest[-1]["nextSyncToken"]).execute()
    expect("a change between two pages is not lost", ids(later), ["plist0"])
    for name, value in [
        ("iCalUID", "a@b"),
        ("orderBy", "updated"),
        ("privateExtendedProperty", "a=b"),
        ("q", "x"),
        ("sharedExtendedProperty", "a=b"),
        ("timeMin", "2026-11-17T00:00:00Z"),
        ("timeMax", "2026-11-17T00:00:00Z"),
        ("updatedMin", "2026-11-17T00:00:00Z"),
    ]:
        wrong = events.list(calendarId=calendar, syncToken=first, **{name: value})
        expect_refusal(f"{name} does not go with a sync token", 400, "invalidParameterCombination", wrong)
    hidden = events.list(calendarId=calendar, syncToken=first, showDeleted=False)
    expect_refusal("nor does hiding what went", 400, "invalidParameter", hidden)
    expect_refusal("an unknown token needs a full listing", 410, "fullSyncRequired", events.list(calendarId=calendar, syncToken="x"))
    expect_refusal("so does one of another calendar", 410, "fullSyncRequired", events.list(calendarId="primary", syncToken=first))
    person.control("POST", "sync/expire")
    expired = events.list(calendarId=calendar, syncToken=changed["nextSyncToken"])
    expect_refusal("and an expired one", 410, "fullSyncRequired", expired)
