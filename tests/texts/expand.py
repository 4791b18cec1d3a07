"""Says when events happen: python expand.py FOLDER

FOLDER/cases.json is a list of {"name", "zone", "ranges": [[FROM, TO], …]} in seconds since 1970; the text of each is
FOLDER/NAME.ics. For each a line of JSON on standard output: {"name", "found": [[[ORIGINAL, START, END], …], …]}, one list for
each range, or {"name", "gave_up"} with the reason.

Rules are python-dateutil's, zones are Python's, texts are read by icalendar. None of it knows our code.
"""

import datetime as dt
import json
import pathlib
import re
import sys
import zoneinfo

from dateutil.rrule import rrulestr
from icalendar import Calendar

UTC = dt.timezone.utc
DAY = dt.timedelta(days=1)


def naive(when):
    """What the clock reads: midnight for a day."""
    return when.replace(tzinfo=None) if isinstance(when, dt.datetime) else dt.datetime.combine(when, dt.time())


def like(when, reading):
    """Another reading of the same kind of clock."""
    if not isinstance(when, dt.datetime):
        return reading.date()
    return reading.replace(tzinfo=when.tzinfo)


def instant(when, home):
    """Seconds since 1970, for a person at home there."""
    at = naive(when)
    zone = when.tzinfo if isinstance(when, dt.datetime) and when.tzinfo else home
    return (at.replace(tzinfo=zone).astimezone(UTC) - dt.datetime(1970, 1, 1, tzinfo=UTC)) // dt.timedelta(seconds=1)


def order(when):
    """What tells points of one series apart."""
    return instant(when, UTC)


def is_absolute(when):
    return isinstance(when, dt.datetime) and when.tzinfo is not None


def zone_name(when):
    return str(when.tzinfo) if is_absolute(when) else None


def lasting(begin, end, by):
    """Where clocks skip an hour, what ends in it lasts as long as ever."""
    return begin, end if end > begin else begin + max(0, int(by.total_seconds()))


class Span:
    """From when until when; can be had elsewhere, as long by the clock where one clock shows both ends, else by time."""

    def __init__(self, component):
        self.start = component.decoded("DTSTART")
        if "DTEND" in component:
            self.end = component.decoded("DTEND")
        elif "DURATION" in component:
            length = component.decoded("DURATION")
            # Days by the clock, the rest by time (RFC 5545, 3.3.6).
            days, rest = dt.timedelta(days=length.days), length - dt.timedelta(days=length.days)
            self.end = like(self.start, naive(self.start) + days)
            if rest:
                if is_absolute(self.start):
                    self.end = (self.end.astimezone(UTC) + rest).astimezone(self.start.tzinfo)
                else:
                    self.end = self.end + rest
        else:
            self.end = self.start + DAY if not isinstance(self.start, dt.datetime) else self.start

    def at(self, start, home):
        """The instants of a span as long as this one."""
        begin = instant(start, home)
        if is_absolute(start):
            # In the hour that clocks skip, what they show instead.
            start = dt.datetime.fromtimestamp(begin, start.tzinfo)
        if is_absolute(self.start) and zone_name(self.start) != zone_name(self.end):
            return begin, begin + order(self.end) - order(self.start)
        by = naive(self.end) - naive(self.start)
        return lasting(begin, instant(like(start, naive(start) + by), home), by)

    def own(self, home):
        return lasting(instant(self.start, home), instant(self.end, home), naive(self.end) - naive(self.start))


def values(component, name):
    found = component.get(name, [])
    for one in found if isinstance(found, list) else [found]:
        yield from (value.dt for value in one.dts)


def rules(component, name):
    found = component.get(name, [])
    return [one.to_ical().decode() for one in (found if isinstance(found, list) else [found])]


def ruled(text, start, last):
    """The points of a rule, up to a reading."""
    until = re.search(r"(?:^|;)UNTIL=([0-9TZ]+)", text)
    rule = rrulestr(re.sub(r"(^|;)UNTIL=[0-9TZ]+", "", text).strip(";"), dtstart=naive(start))
    for reading in rule:
        point = like(start, reading)
        if reading > last or until and order(point) > end_of(until[1], start):
            return
        yield point


def end_of(until, start):
    if not isinstance(start, dt.datetime):
        return order(dt.datetime.strptime(until[:8], "%Y%m%d").date())
    if len(until) == 8:
        until += "T235959"
    at = dt.datetime.strptime(until.rstrip("Z"), "%Y%m%dT%H%M%S")
    return order(at.replace(tzinfo=UTC) if until.endswith("Z") else like(start, at))


def expand(raw, home, ranges):
    components = [one for one in Calendar.from_ical(raw).walk() if one.name == "VEVENT"]
    (master,) = [one for one in components if "RECURRENCE-ID" not in one]
    changes = {order(one.decoded("RECURRENCE-ID")): one for one in components if "RECURRENCE-ID" in one}
    span = Span(master)
    last = max(dt.datetime.fromtimestamp(to, UTC).replace(tzinfo=None) for _, to in ranges) + 60 * DAY
    found = []
    if not any(name in master for name in ("RRULE", "RDATE")) and not changes:
        found.append((None, *span.own(home)))
    else:
        points = {order(point): point for point in [span.start, *values(master, "RDATE")]}
        for rule in rules(master, "RRULE"):
            points.update((order(point), point) for point in ruled(rule, span.start, last))
        except_ = {order(point) for point in values(master, "EXDATE")}
        for rule in rules(master, "EXRULE"):
            except_.update(order(point) for point in ruled(rule, span.start, last))
        for at, point in points.items():
            if at not in except_ and at not in changes:
                found.append((at, *happening(span, changes, at, point, home)))
        for at, one in changes.items():
            if one.get("STATUS") != "CANCELLED":
                found.append((at, *Span(one).own(home)))
    found = [one for one in found if one[1] is not None]
    found.sort(key=lambda one: (one[1], one[0] or 0))
    return [[one for one in found if one[1] < to and (begin < one[2] or begin <= one[1])] for begin, to in ranges]


def happening(span, changes, at, point, home):
    """What happens at a point: as the series says, or as the last change says that speaks of all later ones, too."""
    later = [key for key, one in changes.items() if key <= at and one["RECURRENCE-ID"].params.get("RANGE") == "THISANDFUTURE"]
    if not later:
        return span.at(point, home)
    one = changes[max(later)]
    if one.get("STATUS") == "CANCELLED":
        return None, None
    changed = Span(one)
    # The reading that the clock of the series has where the change begins.
    replaced = one.decoded("RECURRENCE-ID")
    if is_absolute(point) and is_absolute(replaced):
        replaced = replaced.astimezone(point.tzinfo)
    shift = naive(changed.start) - naive(replaced)
    return changed.at(like(changed.start, naive(point) + shift), home)


def main(folder):
    folder = pathlib.Path(folder)
    for case in json.loads((folder / "cases.json").read_text()):
        name = case["name"]
        try:
            raw = (folder / f"{name}.ics").read_bytes()
            answer = {"found": expand(raw, zoneinfo.ZoneInfo(case["zone"]), case["ranges"])}
        except Exception as error:  # whatever it stumbles over is to be seen
            answer = {"gave_up": f"{type(error).__name__}: {error}"[:600]}
        print(json.dumps({"name": name, **answer}))


main(sys.argv[1])
