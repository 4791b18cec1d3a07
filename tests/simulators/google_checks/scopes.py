"""Which scope opens which method: the simulator and the discovery document must agree on each pair."""

import json
import re

from .person import PREFIX
from .report import expect

# At Google, not in the simulator.
ABSENT = ("acl", "settings", "channels", "watch", "quickAdd", "transferOwnership")


def check(person, judge):
    methods = {name: method for name, method in judge.methods.items() if not any(part in name.split(".") for part in ABSENT)}
    scopes = sorted({scope for method in methods.values() for scope in method["scopes"]} | {PREFIX + "calendar.freebusy"})
    before = person.control("GET", "scopes")[1]
    pairs = 0
    for scope in scopes:
        token = person.link([scope.removeprefix(PREFIX)])["access_token"]
        wrong = [name for name, method in methods.items() if opens(person, token, method) != (scope in method["scopes"])]
        expect(f"{scope.removeprefix(PREFIX)} opens just what Google says", wrong, [])
        pairs += len(methods)
        person.control("POST", f"revoke/{person.user}")
    expect("of so many pairs of scope and method", pairs, len(scopes) * len(methods))
    expect("refused calls are on record", len(person.control("GET", "scopes")[1]) > len(before), True)
    person.ask("DELETE", "/__sim/scopes")


def opens(person, token, method):
    """Is a call of this method let through, whatever else is wrong with it?"""
    path = "/calendar/v3/" + re.sub(r"\{\+?\w+\}", "nobody", method["path"])
    body = "{}" if method["httpMethod"] in ("POST", "PUT", "PATCH") else None
    status, text, _ = person.ask(method["httpMethod"], path, body, {"Authorization": "Bearer " + token})
    return not (status == 403 and json.loads(text)["error"]["errors"][0]["reason"] == "insufficientPermissions")
