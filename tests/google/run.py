#!/usr/bin/env python3
"""The whole product with Google, judged by what we did not write.

usage: run.py PASARELA FOLDER

PASARELA is the program; FOLDER, a new one, keeps what its processes say and is left behind.

Rule: nothing here knows how the gateway does its work. It is started as an operator starts it, with the simulated Google and the
simulated Puentes; a person links it in a browser; events are told as the client system tells them. What travels between the gateway and
Google passes a proxy that holds every call and every answer against Google's discovery document (judge.py). What the person then sees
is compared with icalendar's and recurring-ical-events's reading of the same texts (series.py, texts.py), not with our own. A judge that
hears no evil is no judge: before all that it is shown some (evil.py).

Then the events change, go, are resynced and unlinked (life.py); and all of it again, shorter, while answers get lost (lost.py).
Needs the Python of tests/servers/requirements.txt. Exits 0 when nothing surprised it, 1 otherwise, 2 on wrong use.
"""

import pathlib
import sys
import time
import warnings
import zoneinfo

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "simulators"), str(TESTS / "servers")]

import evil
import life
import lost
import report


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    # The machine's rules of time may be older than the pinned ones of the package tzdata.
    zoneinfo.reset_tzpath(to=())
    # icalendar warns of time zones that it has to guess, which is what some texts are for.
    warnings.simplefilter("ignore")
    began = time.monotonic()
    evil.check()
    for part in (life, lost):
        try:
            part.check(binary, folder / part.__name__)
        except report.Stop as why:
            report.failed("the rest of it", why)
    print(f"{len(report.GOOD)} checks passed, {len(report.BAD)} failed in {time.monotonic() - began:.0f} s")
    sys.exit(1 if report.BAD else 0)


if __name__ == "__main__":
    main()
