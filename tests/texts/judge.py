"""Reads calendar objects as strictly as icalendar (Python) can: python judge.py FOLDER

For each FOLDER/NAME.ics a line of JSON on standard output: {"name", "refused"} with the reason, or {"name", "said"} with
the texts that were read.
"""

import json
import pathlib
import re
import sys

from icalendar import Calendar
from icalendar.parser import Contentline

# The grammar of RFC 5545 3.1 itself, which icalendar stretches.
SAFE, QSAFE, TOKEN = r'[^\x00-\x08\x0a-\x1f\x7f";:,]*', r'[^\x00-\x08\x0a-\x1f\x7f"]*', "[A-Za-z0-9-]+"
VALUE = f'(?:"{QSAFE}"|{SAFE})'
LINE = re.compile(f"{TOKEN}(?:;{TOKEN}={VALUE}(?:,{VALUE})*)*:[^\\x00-\\x08\\x0a-\\x1f\\x7f]*")

TEXTS = ("UID", "SUMMARY", "DESCRIPTION", "LOCATION")


def lines(raw):
    """The content lines, once the bytes are what RFC 5545 3.1 says."""
    if not raw.endswith(b"\r\n") or b"\n" in raw.replace(b"\r\n", b"") or b"\r" in raw.replace(b"\r\n", b""):
        raise ValueError("line ends are not CRLF")
    unfolded = []
    for line in raw[:-2].split(b"\r\n"):
        if len(line) > 75:
            raise ValueError(f"a line of {len(line)} octets: {line!r}")
        text = line.decode()
        if text.startswith(" "):
            unfolded[-1] += text[1:]
        else:
            unfolded.append(text)
    return unfolded


def read(raw):
    for line in lines(raw):
        if not LINE.fullmatch(line):
            raise ValueError(f"no content line: {line}")
        Contentline(line, strict=True).raw_parts()
    calendar = Calendar.from_ical(raw)
    said = []
    for component in calendar.walk():
        # Where icalendar is lenient it keeps what it could not read beside the rest.
        if component.errors:
            raise ValueError(f"{component.name}: {component.errors}")
        missing = [name for name in component.required if name not in component]
        if missing:
            raise ValueError(f"{component.name} lacks {missing}")
        once = [name for name in component.singletons if isinstance(component.get(name), list)]
        if once:
            raise ValueError(f"{component.name} has {once} more than once")
        if component.name == "VEVENT":
            said.append({name: str(component[name]) for name in TEXTS if name in component})
        # Values are read when they are asked for.
        for _, value in component.property_items(recursive=False):
            value.to_ical() if hasattr(value, "to_ical") else None
    return said


def main(folder):
    for path in sorted(pathlib.Path(folder).glob("*.ics")):
        try:
            answer = {"said": read(path.read_bytes())}
        except Exception as error:  # whatever a reader stumbles over is a refusal
            answer = {"refused": f"{type(error).__name__}: {error}"[:600]}
        print(json.dumps({"name": path.stem, **answer}))


main(sys.argv[1])
