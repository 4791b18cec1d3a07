"""What a person sees of each event, against an expansion that we did not write: icalendar and recurring-ical-events."""

import datetime

import icalendar
import recurring_ical_events

from report import expect

UTC = datetime.timezone.utc


def look(account, calendar, sent, told, when):
    """The calendar holds exactly those of these texts that show something, and shows what the libraries make of them; a line of its own
    for each of `told`."""
    found = account.by_source(calendar)
    shown = {name for name, text in sent.items() if text.shows}
    odd = [f"{name}: {len(found.get(name, []))}" for name in {*found, *shown} if len(found.get(name, [])) != (name in shown)]
    expect(f"{when}: the calendar holds the {len(shown)} events once each, and nothing else", odd, [])
    wrong = []
    for name, text in sent.items():
        if name not in found:
            continue
        ours, theirs = both(text, account.occurrences(calendar, found[name][0], text.window), name)
        if name in told:
            expect(f"{text.what}: {len(theirs)} to be seen", ours, theirs)
            if text.count is not None:
                expect(f"{text.what}: as many as counted by hand", len(ours), text.count)
        elif ours != theirs:
            wrong.append((text.what, ours, theirs))
    if len(told) < len(sent):
        expect(f"{when}: all others look as before", wrong, [])


def both(text, items, name):
    """What is to be seen, and what the libraries say is to be seen."""
    ours = sorted((google(item["start"]), google(item["end"]), item.get("summary")) for item in items)
    theirs = sorted(text.expected if text.expected is not None else independent(text, name))
    if not text.ends:
        return [[(start, title) for start, _, title in them] for them in (ours, theirs)]
    return ours, theirs


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
