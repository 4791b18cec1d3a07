"""Calendars, the calendar list, free/busy, colours."""

from .report import expect, expect_refusal


def check(person, service, own):
    made = check_calendars(person, service)
    check_list(person, service, made)
    check_free_busy(person, service, made)
    check_own_only(service, own, made)
    expect("there are eleven event colours", sorted(service.colors().get().execute()["event"], key=int)[-1], "11")
    service.calendars().delete(calendarId=made).execute()
    expect_refusal("what is deleted is gone", 404, "notFound", service.calendars().get(calendarId=made))


def check_calendars(person, service):
    calendars = service.calendars()
    made = calendars.insert(body={"summary": "Prueba ñ & <x>", "timeZone": "Europe/Madrid"}).execute()
    expect("a new calendar belongs to who made it", (made["dataOwner"], made["timeZone"]), (person.user, "Europe/Madrid"))
    expect("it can be read again", calendars.get(calendarId=made["id"]).execute(), made)
    expect_refusal("no zone, no calendar", 400, "invalid", calendars.insert(body={"summary": "x", "timeZone": "Mars/Base"}))
    patched = calendars.patch(calendarId=made["id"], body={"description": "d"}).execute()
    expect("PATCH keeps the rest", (patched["summary"], patched["description"]), (made["summary"], "d"))
    expect("each write has its own ETag", patched["etag"] != made["etag"], True)
    put = calendars.update(calendarId=made["id"], body={"summary": "Otra"}).execute()
    expect("PUT does not", (put["summary"], "description" in put), ("Otra", False))
    stale = calendars.update(calendarId=made["id"], body={"summary": "No"})
    stale.headers["If-Match"] = made["etag"]
    expect_refusal("a stale ETag is refused", 412, "conditionNotMet", stale)
    expect("the primary calendar has an alias", calendars.get(calendarId="primary").execute()["id"], person.user)
    expect_refusal("nobody deletes it", 403, "cannotDeletePrimaryCalendar", calendars.delete(calendarId="primary"))
    expect_refusal("only it can be cleared", 400, "invalid", calendars.clear(calendarId=made["id"]))
    return made["id"]


def check_list(person, service, made):
    entries = service.calendarList()
    listed = entries.list().execute()
    found = {entry["id"]: entry for entry in listed["items"]}
    expect("a new calendar is listed", (found[made]["accessRole"], found[person.user]["primary"]), ("owner", True))
    colors = {"backgroundColor": "#0088aa", "foregroundColor": "#ffffff", "selected": True}
    expect_refusal("colours need their parameter", 400, "invalid", entries.patch(calendarId=made, body=colors))
    painted = entries.patch(calendarId=made, colorRgbFormat=True, body=colors).execute()
    expect("with it they are kept", entries.get(calendarId=made).execute(), painted)
    renamed = entries.update(calendarId=made, body={"summaryOverride": "Mío"}).execute()
    expect("PUT resets them", (renamed["summaryOverride"], renamed["backgroundColor"] != "#0088aa"), ("Mío", True))
    pages, request = [], entries.list(maxResults=1)
    while request is not None:
        page = request.execute()
        pages.append(page)
        request = entries.list_next(request, page)
    expect("page by page they are the same", [e["id"] for p in pages for e in p["items"]], sorted(found))
    changed = entries.list(syncToken=listed["nextSyncToken"]).execute()
    expect("a sync token tells what changed since", [entry["id"] for entry in changed["items"]], [made])
    expect_refusal("an unknown one does not", 410, "fullSyncRequired", entries.list(syncToken="nonsense"))
    expect_refusal("an owner keeps their calendars listed", 403, "cannotUnsubscribeFromOwnCalendar", entries.delete(calendarId=made))
    expect("inserting what is listed changes nothing", entries.insert(body={"id": made}).execute()["id"], made)


def check_free_busy(person, service, made):
    def event(begins, ends, zone="UTC", **more):
        times = {"start": {"dateTime": f"2026-11-05T{begins}:00", "timeZone": zone}, "end": {"dateTime": f"2026-11-05T{ends}:00", "timeZone": zone}}
        service.events().insert(calendarId=made, sendUpdates="none", body=times | more).execute()

    event("10:00", "11:00")
    event("10:30", "12:00")
    event("15:00", "16:00", transparency="transparent")
    event("20:00", "21:00", "Europe/Madrid", recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    asked = {"timeMin": "2026-11-05T00:00:00Z", "timeMax": "2026-11-07T00:00:00Z", "items": [{"id": made}, {"id": "nobody"}]}
    answer = service.freebusy().query(body=asked).execute()["calendars"]
    busy = [(period["start"][5:16], period["end"][5:16]) for period in answer[made]["busy"]]
    wanted = [("11-05T10:00", "11-05T12:00"), ("11-05T19:00", "11-05T20:00"), ("11-06T19:00", "11-06T20:00")]
    expect("busy times are merged, free ones left out", busy, wanted)
    expect("an unknown calendar fails alone", answer["nobody"]["errors"][0]["reason"], "notFound")
    long = asked | {"timeMax": "2027-05-05T00:00:00Z"}
    expect_refusal("half a year is too long", 400, "timeRangeTooLong", service.freebusy().query(body=long))
    none = asked | {"timeMax": asked["timeMin"]}
    expect_refusal("nothing is too short", 400, "timeRangeEmpty", service.freebusy().query(body=none))


def check_own_only(service, own, made):
    expect_refusal("who may see only what they made does not see this", 404, "notFound", own.calendars().get(calendarId="primary"))
    expect_refusal("nor the list", 403, "insufficientPermissions", own.calendarList().list())
    mine = own.calendars().insert(body={"summary": "Puentes"}).execute()["id"]
    body = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}
    event = own.events().insert(calendarId=mine, body=body, sendUpdates="none").execute()["id"]
    expect("in its own it may write", event in [e["id"] for e in own.events().list(calendarId=mine).execute()["items"]], True)
    move = own.events().move(calendarId=mine, eventId=event, destination=made)
    expect_refusal("but not move away", 403, "insufficientPermissions", move)
    expect("and it may find it in the list by its id", own.calendarList().get(calendarId=mine).execute()["id"], mine)
    own.calendars().delete(calendarId=mine).execute()
