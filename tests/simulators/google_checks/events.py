"""Single events: writing, refusals, listings."""

from .report import expect, expect_refusal


def at(day, time, zone="Europe/Madrid"):
    return {"dateTime": f"2026-11-{day:02}T{time}:00", "timeZone": zone}


def body(**more):
    return {"summary": "Clase", "start": at(5, "10:00"), "end": at(5, "11:00")} | more


def check(person, service, loose, calendar):
    check_writes(person, service, calendar)
    check_tombstones(service, calendar)
    check_properties(service, calendar)
    check_refusals(service, loose, calendar)
    check_import_and_move(person, service, calendar)
    check_mail(person, service, calendar)


def check_writes(person, service, calendar):
    events = service.events()
    made = events.insert(calendarId=calendar, sendUpdates="none", body=body(id="pabc01", description="a &amp; b", colorId="7")).execute()
    expect("a new event has its id, UID and kind", (made["id"], made["iCalUID"], made["eventType"]), ("pabc01", "pabc01@google.com", "default"))
    expect("times come on the calendar's clock", made["start"]["dateTime"], "2026-11-05T10:00:00+01:00")
    shown = events.get(calendarId=calendar, eventId="pabc01", timeZone="America/Guayaquil").execute()
    expect("or on another", shown["start"], {"dateTime": "2026-11-05T04:00:00-05:00", "timeZone": "Europe/Madrid"})
    expect("who made it and whose it is", (made["creator"]["email"], made["organizer"]["self"]), (person.user, True))
    expect_refusal("the same id again is a duplicate", 409, "duplicate", events.insert(calendarId=calendar, body=body(id="pabc01")))
    put = events.update(calendarId=calendar, eventId="pabc01", sendUpdates="none", body=body(location="Aula 2")).execute()
    expect("PUT replaces everything", (put["location"], "description" in put, "colorId" in put), ("Aula 2", False, False))
    expect("and changes the ETag", put["etag"] != made["etag"], True)
    patched = events.patch(calendarId=calendar, eventId="pabc01", sendUpdates="none", body={"summary": "Otra", "location": None}).execute()
    expect("PATCH merges, null takes away", (patched["summary"], "location" in patched, patched["start"]), ("Otra", False, put["start"]))
    for method, wanted in [(events.update, body()), (events.patch, {"summary": "No"})]:
        stale = method(calendarId=calendar, eventId="pabc01", body=wanted)
        stale.headers["If-Match"] = made["etag"]
        expect_refusal("a stale ETag is refused", 412, "conditionNotMet", stale)
    fresh = events.update(calendarId=calendar, eventId="pabc01", sendUpdates="none", body=body())
    fresh.headers["If-Match"] = patched["etag"]
    expect("the right one is taken", fresh.execute()["summary"], "Clase")
    day = body(id="pabc02", start={"date": "2026-11-05"}, end={"date": "2026-11-06"}, transparency="transparent")
    made = events.insert(calendarId=calendar, sendUpdates="none", body=day).execute()
    expect("whole days stay whole days", (made["start"], made["end"]), ({"date": "2026-11-05"}, {"date": "2026-11-06"}))
    expect_refusal("what is not there cannot be replaced", 404, "notFound", events.update(calendarId=calendar, eventId="pnone1", body=body()))
    offset = body(start={"dateTime": "2026-11-05T10:00:00-05:00"}, end={"dateTime": "2026-11-05T16:30:00Z"})
    made = events.insert(calendarId=calendar, sendUpdates="none", body=offset).execute()
    expect("an offset needs no zone", (made["start"]["dateTime"], made["end"]["dateTime"]), ("2026-11-05T16:00:00+01:00", "2026-11-05T17:30:00+01:00"))
    quiet = events.patch(calendarId=calendar, eventId=made["id"], sendUpdates="none", body={"reminders": {"useDefault": False}}).execute()
    expect("reminders are no change of the event", (quiet["updated"], quiet["etag"] != made["etag"]), (made["updated"], True))


def check_tombstones(service, calendar):
    events = service.events()
    here = {"calendarId": calendar, "eventId": "pdead1"}
    events.insert(calendarId=calendar, sendUpdates="none", body=body(id="pdead1", sequence=4)).execute()
    events.delete(**here, sendUpdates="none").execute()
    expect("what is deleted can still be read", events.get(**here).execute()["status"], "cancelled")
    expect_refusal("but not deleted again", 410, "deleted", events.delete(**here))
    expect_refusal("and its id is not free", 409, "duplicate", events.insert(calendarId=calendar, body=body(id="pdead1")))
    listed = [event["id"] for event in events.list(calendarId=calendar).execute()["items"]]
    expect("it is not listed", "pdead1" in listed, False)
    shown = {event["id"]: event["status"] for event in events.list(calendarId=calendar, showDeleted=True).execute()["items"]}
    expect("unless asked for", shown["pdead1"], "cancelled")
    expect_refusal("a lower sequence is refused", 400, "invalid", events.update(**here, body=body(sequence=3)))
    revived = events.update(**here, sendUpdates="none", body=body(status="confirmed", sequence=4)).execute()
    expect("PUT revives it", (revived["status"], revived["sequence"]), ("confirmed", 4))
    gone = events.update(**here, sendUpdates="none", body=body(status="cancelled")).execute()
    expect("a status of cancelled deletes it", (gone["status"], events.get(**here).execute()["status"]), ("cancelled", "cancelled"))


def check_properties(service, calendar):
    events = service.events()

    def write(name, **private):
        wanted = body(id=name, extendedProperties={"private": private, "shared": {"s": "1"}})
        return events.insert(calendarId=calendar, sendUpdates="none", body=wanted).execute()

    made = write("pprop1", link="17", kind="a", **{"k" * 44: "x", "l" * 45: "x", "long": "ñ" * 1030})
    private = made["extendedProperties"]["private"]
    expect("a key of 44 is kept, one of 45 silently dropped", ("k" * 44 in private, "l" * 45 in private), (True, False))
    expect("a value is silently cut at 1024", private["long"], "ñ" * 1024)
    write("pprop2", link="17", kind="b=c")

    def found(*wanted, **more):
        listed = events.list(calendarId=calendar, privateExtendedProperty=list(wanted), **more).execute()
        return sorted(event["id"] for event in listed["items"])

    expect("events are found by a property", found("link=17"), ["pprop1", "pprop2"])
    expect("by two, both of which must fit", found("link=17", "kind=b=c"), ["pprop2"])
    expect("by a shared one", found("link=17", sharedExtendedProperty="s=1", q="clase"), ["pprop1", "pprop2"])
    expect("and by none that they lack", found("link=1"), [])
    part = events.list(calendarId=calendar, privateExtendedProperty="link=17", fields="items(id,etag,extendedProperties/private/link),nextPageToken").execute()
    expect("only what was asked for is answered", part["items"][0].keys(), {"id", "etag", "extendedProperties"})
    expect("also deep inside", part["items"][0]["extendedProperties"], {"private": {"link": "17"}})
    many = {f"k{number}": "x" for number in range(301)}
    wanted = body(extendedProperties={"private": many})
    expect_refusal("three hundred are enough", 400, "invalid", events.insert(calendarId=calendar, body=wanted))
    expect_refusal("and 32 kB", 400, "invalid", events.insert(calendarId=calendar, body=body(extendedProperties={"private": {"a": "x" * 33_000}})))


def check_refusals(service, loose, calendar):
    day, zoned = {"date": "2026-11-05"}, body()
    popup = {"method": "popup", "minutes": 5}
    for what, reason, wanted in [
        ("an id with letters beyond v", "invalid", body(id="pxyz12")),
        ("an id that is too short", "invalid", body(id="abcd")),
        ("an id in capitals", "invalid", body(id="ABCDE1")),
        ("both id and iCalUID", "invalid", body(id="pboth1", iCalUID="a@b")),
        ("a date and a time", "invalid", body(end=day)),
        ("an end at the start", "timeRangeEmpty", body(end=zoned["start"])),
        ("an end before the start", "timeRangeEmpty", body(end=at(4, "10:00"))),
        ("a day that ends where it begins", "timeRangeEmpty", body(start=day, end=day)),
        ("a time without a zone", "invalid", body(start={"dateTime": "2026-11-05T10:00:00"})),
        ("an unknown zone", "invalid", body(start=at(5, "10:00", "Mars/Base"))),
        ("a Windows zone", "invalid", body(start=at(5, "10:00", "Romance Standard Time"))),
        ("a colour that is none", "invalid", body(colorId="12")),
        ("a reminder of 29 days", "invalid", body(reminders={"useDefault": False, "overrides": [{"method": "popup", "minutes": 41_760}]})),
        ("six reminders", "invalid", body(reminders={"useDefault": False, "overrides": [popup] * 6})),
        ("default reminders and others", "cannotUseDefaultRemindersAndSpecifyOverride", body(reminders={"useDefault": True, "overrides": [popup]})),
        ("a source that is no web page", "invalid", body(source={"title": "x", "url": "ftp://example.org/"})),
        ("a guest without address", "invalid", body(attendees=[{"email": "nobody"}])),
        ("a negative sequence", "invalid", body(sequence=-1)),
        ("an endless description", "invalid", body(description="x" * 8193)),
    ]:
        expect_refusal(f"{what} is refused", 400, reason, service.events().insert(calendarId=calendar, body=wanted))
    for what, reason, wanted in [
        ("no end", "required", {"start": zoned["start"]}),
        ("no start", "required", {"end": zoned["end"]}),
        ("a visibility that is none", "invalid", body(visibility="secret")),
        ("a transparency that is none", "invalid", body(transparency="maybe")),
        ("a status that is none", "invalid", body(status="done")),
        ("a field that nobody knows", "invalid", body(sumary="x")),
        ("a text that is a number", "invalid", body(summary=1)),
    ]:
        expect_refusal(f"{what} is refused", 400, reason, loose.events().insert(calendarId=calendar, body=wanted))


def check_import_and_move(person, service, calendar):
    events = service.events()
    other = body(iCalUID="abc@origin", organizer={"email": "boss@example.org"})
    made = events.import_(calendarId=calendar, body=other).execute()
    expect("an import keeps UID and organizer", (made["iCalUID"], made["organizer"]["email"]), ("abc@origin", "boss@example.org"))
    again = events.import_(calendarId=calendar, body=other | {"summary": "Dos"}).execute()
    expect("the same UID replaces it", (again["id"], again["summary"]), (made["id"], "Dos"))
    found = events.list(calendarId=calendar, iCalUID="abc@origin").execute()["items"]
    expect("it is found by its UID", [event["id"] for event in found], [made["id"]])
    moved = events.update(calendarId=calendar, eventId=made["id"], body=body(start=at(5, "09:00")))
    expect_refusal("whoever is not the organizer may not move it", 403, "forbiddenForNonOrganizer", moved)
    events.delete(calendarId=calendar, eventId=made["id"]).execute()
    expect_refusal("deleted, its UID is taken", 409, "duplicate", events.import_(calendarId=calendar, body=other))
    events.insert(calendarId=calendar, sendUpdates="none", body=body(id="pmove1")).execute()
    moved = events.move(calendarId=calendar, eventId="pmove1", destination="primary").execute()
    expect("a move keeps the id and changes the organizer", (moved["id"], moved["organizer"]["email"]), ("pmove1", person.user))
    expect("and leaves a tombstone", events.get(calendarId=calendar, eventId="pmove1").execute()["status"], "cancelled")


def check_mail(person, service, calendar):
    person.ask("DELETE", "/__sim/mails")
    guests = body(attendees=[{"email": "luis@example.org"}, {"email": "eva@example.org"}])
    quiet = service.events().insert(calendarId=calendar, sendUpdates="none", body=guests).execute()
    expect("sendUpdates=none sends no mail", (person.control("GET", "mails")[1], len(quiet["attendees"])), ([], 2))
    loud = service.events().insert(calendarId=calendar, body=guests).execute()
    service.events().delete(calendarId=calendar, eventId=loud["id"], sendUpdates="all").execute()
    sent = [(mail["to"], mail["what"]) for mail in person.control("GET", "mails")[1]]
    wanted = [(to, what) for what in ("invitation", "cancellation") for to in ("luis@example.org", "eva@example.org")]
    expect("anything else does", sent, wanted)
    person.ask("DELETE", "/__sim/mails")
