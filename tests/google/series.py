"""What a person sees of each event, against an expansion that we did not write: icalendar and recurring-ical-events."""

import datetime

import icalendar
import recurring_ical_events

from report import expect, failed
from texts import TEXTS

UTC = datetime.timezone.utc


def check(phone, account, calendar):
    """Sends every text, then looks at all of them. Answers them by their names."""
    sent = {f"texto-{number:03}": text for number, text in enumerate(TEXTS)}
    for name, text in sent.items():
        status, answer = phone.post(text.ical(name))
        expect(f"{text.what}: POST /events", (status, answer.get("sync", answer)["state"] if "sync" in answer else answer), (201, "synced"))
    look(account, calendar, sent)
    return sent


def look(account, calendar, sent, titles=""):
    """The calendar holds exactly these texts, and shows what the libraries make of them."""
    found = account.by_source(calendar)
    expect(f"the calendar holds all {len(sent)} events once, and nothing else{titles}",
           sorted((str(name), len(there)) for name, there in found.items()), sorted((name, 1) for name in sent))
    for name, text in sent.items():
        if name in found:
            compare(text, account.occurrences(calendar, found[name][0], text.window), name)


def compare(text, items, name):
    ours = sorted((google(item["start"]), google(item["end"]), item.get("summary")) for item in items)
    try:
        theirs = sorted(text.expected) if text.expected is not None else sorted(independent(text, name))
    except Exception as surprise:
        failed(f"{text.what}: the libraries expand it", repr(surprise))
        return
    if not text.ends:
        ours, theirs = ([(start, title) for start, _, title in them] for them in (ours, theirs))
    expect(f"{text.what}: {len(theirs)} to be seen", ours, theirs)
    expect(f"{text.what}: as many as counted by hand", len(ours), text.count)


def google(when):
    """Days as they are, times in UTC: the same instant is the same, whatever clock it is told by."""
    return when["date"] if "date" in when else told(datetime.datetime.fromisoformat(when["dateTime"]))


def told(when):
    if isinstance(when, datetime.datetime):
        return when.astimezone(UTC).replace(tzinfo=None).isoformat()
    return when.isoformat()


def independent(text, name):
    """What the libraries see. A set: where a gap of the clock moves one onto the next, Google's ids leave room for one."""
    calendar = icalendar.Calendar.from_ical(text.ical(name))
    first, last = (datetime.datetime.fromisoformat(day).replace(tzinfo=UTC) for day in text.window)
    seen = recurring_ical_events.of(calendar, skip_bad_series=False).between(first, last)
    # What was called off is not to be seen; the libraries leave it to us.
    there = [event for event in seen if event.get("STATUS") != "CANCELLED"]
    return {(told(event["DTSTART"].dt), told(event["DTEND"].dt), str(event["SUMMARY"])) for event in there}
