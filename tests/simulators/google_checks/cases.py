"""Series to expand. The counts were made by hand or from a calendar on the wall."""

from dataclasses import dataclass, field

MADRID, NEW_YORK, SANTIAGO = "Europe/Madrid", "America/New_York", "America/Santiago"
GUAYAQUIL, APIA, UTC = "America/Guayaquil", "Pacific/Apia", "UTC"


@dataclass
class Case:
    what: str
    zone: str
    start: str
    end: str
    lines: list
    count: int
    window: tuple = ("2020-01-01", "2031-01-01")
    # Original start to (start, end), or to None for a cancelled one.
    changes: dict = field(default_factory=dict)
    # Compare ends too? Over a change of the clock the libraries keep the wall clock's length; RFC 5545 §3.8.5.3 the exact one.
    ends: bool = True


CASES = [
    # Clocks that change.
    Case("weekly over the end of summer", MADRID, "2026-10-22T10:00:00", "2026-10-22T11:00:00", ["RRULE:FREQ=WEEKLY;COUNT=4"], 4),
    Case("daily over the end of summer", MADRID, "2026-10-23T23:30:00", "2026-10-23T23:45:00", ["RRULE:FREQ=DAILY;COUNT=5"], 5),
    Case("daily inside the hour that comes twice", MADRID, "2026-10-24T02:30:00", "2026-10-24T02:45:00", ["RRULE:FREQ=DAILY;COUNT=3"], 3),
    # The occurrence in the gap is moved on by its length (providers: shift, so that nobody loses a meeting), and counts.
    Case("daily inside the hour that is skipped", MADRID, "2026-03-28T02:30:00", "2026-03-28T02:45:00", ["RRULE:FREQ=DAILY;COUNT=3"], 3),
    Case("weekly on the Sunday of the change", NEW_YORK, "2026-03-01T02:15:00", "2026-03-01T02:30:00", ["RRULE:FREQ=WEEKLY;COUNT=3"], 3),
    Case("weekly over spring in New York", NEW_YORK, "2026-03-03T09:00:00", "2026-03-03T10:00:00", ["RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6"], 6),
    Case("weekly over autumn in New York", NEW_YORK, "2026-10-27T09:00:00", "2026-10-27T10:00:00", ["RRULE:FREQ=WEEKLY;COUNT=3"], 3),
    Case("weekly over autumn in Santiago", SANTIAGO, "2026-03-28T10:00:00", "2026-03-28T11:00:00", ["RRULE:FREQ=WEEKLY;COUNT=4"], 4),
    Case("daily at midnight, which Santiago skips", SANTIAGO, "2026-09-04T00:00:00", "2026-09-04T00:30:00", ["RRULE:FREQ=DAILY;COUNT=4"], 4),
    Case("a night shift over the end of summer", MADRID, "2026-10-23T23:00:00", "2026-10-24T04:00:00", ["RRULE:FREQ=DAILY;COUNT=3"], 3, ends=False),
    Case("weekly where nothing changes", GUAYAQUIL, "2026-10-20T20:00:00", "2026-10-20T21:00:00", ["RRULE:FREQ=WEEKLY;COUNT=30"], 30),
    # Samoa went to bed on 29 December 2011 and woke up on the 31st: the 30th falls onto the 31st.
    Case("daily over the day that Samoa skipped", APIA, "2011-12-28T10:00:00", "2011-12-28T11:00:00", ["RRULE:FREQ=DAILY;COUNT=5"], 4, ("2011-12-01", "2012-02-01")),
    Case("weekly on the day that Samoa skipped", APIA, "2011-12-16T08:00:00", "2011-12-16T09:00:00", ["RRULE:FREQ=WEEKLY;COUNT=4"], 4, ("2011-12-01", "2012-02-01")),
    Case("weekly in Samoa today", APIA, "2026-11-06T08:00:00", "2026-11-06T09:00:00", ["RRULE:FREQ=WEEKLY;COUNT=3"], 3),
    Case("weekly in India, half an hour off", "Asia/Kolkata", "2026-11-06T08:00:00", "2026-11-06T09:00:00", ["RRULE:FREQ=WEEKLY;COUNT=3"], 3),
    # Ends.
    Case("until an instant that is a start", MADRID, "2026-11-05T10:00:00", "2026-11-05T11:00:00", ["RRULE:FREQ=WEEKLY;UNTIL=20261126T090000Z"], 4),
    Case("until a second before", MADRID, "2026-11-05T10:00:00", "2026-11-05T11:00:00", ["RRULE:FREQ=WEEKLY;UNTIL=20261126T085959Z"], 3),
    Case("until late on the day before in UTC", GUAYAQUIL, "2026-11-05T20:00:00", "2026-11-05T21:00:00", ["RRULE:FREQ=DAILY;UNTIL=20261108T010000Z"], 3),
    Case("days until a day", UTC, "2026-11-05", "2026-11-06", ["RRULE:FREQ=DAILY;UNTIL=20261109"], 5),
    Case("endless, seen through a window", MADRID, "2026-11-05T10:00:00", "2026-11-05T11:00:00", ["RRULE:FREQ=WEEKLY"], 8, ("2027-01-01", "2027-03-01")),
    Case("every other week", MADRID, "2026-11-05T10:00:00", "2026-11-05T11:00:00", ["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=10"], 10),
    # Whole days.
    Case("whole days over a change of the clock", UTC, "2026-10-24", "2026-10-25", ["RRULE:FREQ=DAILY;COUNT=3"], 3),
    Case("two days each month", UTC, "2026-01-30", "2026-02-01", ["RRULE:FREQ=MONTHLY;COUNT=3"], 3),
    Case("birthdays on a leap day", UTC, "2024-02-29", "2024-03-01", ["RRULE:FREQ=YEARLY;COUNT=2"], 2, ("2020-01-01", "2040-01-01")),
    Case("birthdays on any other day", UTC, "2024-02-28", "2024-02-29", ["RRULE:FREQ=YEARLY;COUNT=5"], 5),
    # Months and years.
    Case("the 31st, where there is one", MADRID, "2026-01-31T10:00:00", "2026-01-31T11:00:00", ["RRULE:FREQ=MONTHLY;COUNT=6"], 6),
    Case("the last day of each month", MADRID, "2026-01-31T10:00:00", "2026-01-31T11:00:00", ["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=14"], 14),
    Case("the last working day", MADRID, "2026-01-30T10:00:00", "2026-01-30T11:00:00", ["RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=12"], 12),
    Case("the first and third Monday", MADRID, "2026-01-05T10:00:00", "2026-01-05T11:00:00", ["RRULE:FREQ=MONTHLY;BYDAY=1MO,3MO;COUNT=8"], 8),
    Case("the last Friday", MADRID, "2026-01-30T10:00:00", "2026-01-30T11:00:00", ["RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=8"], 8),
    Case("the fifth Friday, where there is one", MADRID, "2026-01-30T10:00:00", "2026-01-30T11:00:00", ["RRULE:FREQ=MONTHLY;BYDAY=5FR;COUNT=5"], 5),
    Case("Friday the 13th", MADRID, "2026-02-13T10:00:00", "2026-02-13T11:00:00", ["RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=5"], 5),
    Case("Thanksgiving", NEW_YORK, "2026-11-26T12:00:00", "2026-11-26T15:00:00", ["RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=4"], 4),
    Case("the twentieth Monday of the year", MADRID, "2026-05-18T10:00:00", "2026-05-18T11:00:00", ["RRULE:FREQ=YEARLY;BYDAY=20MO;COUNT=3"], 3),
    Case("the hundredth day and the last", MADRID, "2026-04-10T10:00:00", "2026-04-10T11:00:00", ["RRULE:FREQ=YEARLY;BYYEARDAY=100,-1;COUNT=6"], 6),
    Case("Mondays of week 20", MADRID, "2026-05-11T10:00:00", "2026-05-11T11:00:00", ["RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3"], 3),
    Case("Wednesdays of the first and last week", MADRID, "2026-12-30T10:00:00", "2026-12-30T11:00:00", ["RRULE:FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=WE;COUNT=6"], 6),
    Case("each quarter's first day", MADRID, "2026-01-01T10:00:00", "2026-01-01T11:00:00", ["RRULE:FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1;COUNT=9"], 9),
    Case("election day", NEW_YORK, "2024-11-05T09:00:00", "2024-11-05T10:00:00", ["RRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3"], 3),
    Case("every 18 months", MADRID, "2026-01-10T10:00:00", "2026-01-10T11:00:00", ["RRULE:FREQ=MONTHLY;INTERVAL=18;COUNT=3"], 3),
    Case("daily in January only", MADRID, "2026-01-29T10:00:00", "2026-01-29T11:00:00", ["RRULE:FREQ=DAILY;BYMONTH=1;COUNT=5"], 5),
    # Weeks and hours.
    Case("weeks that begin on Monday", NEW_YORK, "1997-08-05T09:00:00", "1997-08-05T10:00:00", ["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO"], 4, ("1997-01-01", "1998-01-01")),
    Case("weeks that begin on Sunday", NEW_YORK, "1997-08-05T09:00:00", "1997-08-05T10:00:00", ["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU"], 4, ("1997-01-01", "1998-01-01")),
    Case("thrice a day", MADRID, "2026-11-05T08:00:00", "2026-11-05T08:10:00", ["RRULE:FREQ=DAILY;BYHOUR=8,14,20;BYMINUTE=0;COUNT=7"], 7),
    # BYSETPOS counts in the whole week of the start (RFC 5545 §3.3.10); dateutil counts from the start on, so this one is the week's last.
    Case("the last of three times a week", MADRID, "2026-11-06T10:00:00", "2026-11-06T11:00:00", ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1;COUNT=3"], 3),
    # Dates added and taken.
    Case("only added dates", MADRID, "2026-11-05T10:00:00", "2026-11-05T11:00:00", ["RDATE;TZID=Europe/Madrid:20261107T100000,20261211T180000"], 3),
    Case("a rule and added dates", MADRID, "2026-11-05T10:00:00", "2026-11-05T11:00:00", ["RRULE:FREQ=WEEKLY;COUNT=3", "RDATE:20261107T170000Z", "RDATE;TZID=America/Guayaquil:20261108T100000"], 5),
    Case("added whole days", UTC, "2026-11-05", "2026-11-06", ["RDATE;VALUE=DATE:20261107,20261210"], 3),
    Case("excluded in the event's zone", MADRID, "2026-10-22T10:00:00", "2026-10-22T11:00:00", ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Madrid:20261029T100000"], 3),
    Case("excluded in UTC", MADRID, "2026-10-22T10:00:00", "2026-10-22T11:00:00", ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20261022T080000Z,20261029T090000Z"], 2),
    Case("excluded in another zone", MADRID, "2026-11-05T10:00:00", "2026-11-05T11:00:00", ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=America/Guayaquil:20261112T040000"], 3),
    Case("excluded whole days", UTC, "2026-11-05", "2026-11-06", ["RRULE:FREQ=DAILY;COUNT=5", "EXDATE;VALUE=DATE:20261106,20261108"], 3),
    # Exceptions.
    Case("one moved", MADRID, "2026-11-05T10:00:00", "2026-11-05T11:00:00", ["RRULE:FREQ=WEEKLY;COUNT=4"], 4, changes={"2026-11-12T10:00:00": ("2026-11-13T16:00:00", "2026-11-13T18:00:00")}),
    Case("one cancelled", MADRID, "2026-11-05T10:00:00", "2026-11-05T11:00:00", ["RRULE:FREQ=WEEKLY;COUNT=4"], 3, changes={"2026-11-19T10:00:00": None}),
    Case("the first cancelled, the last moved", MADRID, "2026-10-22T10:00:00", "2026-10-22T11:00:00", ["RRULE:FREQ=WEEKLY;COUNT=4"], 3,
         changes={"2026-10-22T10:00:00": None, "2026-11-12T10:00:00": ("2026-10-22T10:00:00", "2026-10-22T11:00:00")}),
    Case("a whole day moved", UTC, "2026-11-05", "2026-11-06", ["RRULE:FREQ=WEEKLY;COUNT=3"], 3, changes={"2026-11-12": ("2026-11-14", "2026-11-16")}),
    Case("moved out of the window", MADRID, "2026-11-05T10:00:00", "2026-11-05T11:00:00", ["RRULE:FREQ=WEEKLY;COUNT=3"], 2, ("2026-11-01", "2026-12-01"), changes={"2026-11-12T10:00:00": ("2026-12-24T10:00:00", "2026-12-24T11:00:00")}),
]
