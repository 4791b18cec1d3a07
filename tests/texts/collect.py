"""Gathers real iCalendar texts from packages that ship them: python collect.py CARGO_METADATA NODE_MODULES FOLDER

The texts are those that libraries test themselves with, which is what people sent them when something broke: of every
maker, of thirty years, good and bad. None of them is in this repository; each comes from its package, in the version that
Cargo.lock, requirements.txt or package-lock.json pins, so that every run has the same ones. A text that several packages
ship is taken once. Files are named by what is in them: their order has nothing to do with where they came from.
"""

import hashlib
import importlib.util
import json
import pathlib
import shutil
import sys

# The least that each must give: fewer means that a package has stopped to ship them, and the tests prove less.
LEAST = {"calcard": 800, "icalendar": 120, "recurring_ical_events": 60, "ical": 10}


def crate(metadata, name):
    packages = json.loads(pathlib.Path(metadata).read_text())["packages"]
    return next(pathlib.Path(package["manifest_path"]).parent for package in packages if package["name"] == name)


def module(name):
    return pathlib.Path(importlib.util.find_spec(name).origin).parent


def main(metadata, node_modules, folder):
    places = {
        "calcard": crate(metadata, "calcard"),
        "icalendar": module("icalendar"),
        "recurring_ical_events": module("recurring_ical_events"),
        "ical": pathlib.Path(node_modules) / "ical",
    }
    texts = {}
    for name, place in places.items():
        found = {hashlib.sha256(text).hexdigest(): text for path in place.rglob("*.ics") if b"BEGIN:VEVENT" in (text := path.read_bytes())}
        print(f"{name}: {len(found)} texts")
        if len(found) < LEAST[name]:
            sys.exit(f"{place} has {len(found)} texts; {LEAST[name]} were expected")
        texts |= found
    folder = pathlib.Path(folder)
    fresh = folder.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, text in texts.items():
        (fresh / f"{name[:16]}.ics").write_bytes(text)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    print(f"{len(texts)} texts in {folder}")


main(*sys.argv[1:])
