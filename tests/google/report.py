"""Says what was looked at, one line for each; goes on after a surprise, and counts them."""

import threading

LOCK = threading.Lock()
GOOD, BAD = [], []


def ok(what):
    with LOCK:
        GOOD.append(what)
        print(f"ok     {what}", flush=True)


def failed(what, why):
    with LOCK:
        BAD.append(what)
        print(f"FAILED {what}: {why}", flush=True)


def expect(what, got, wanted):
    if got == wanted:
        ok(what)
    else:
        failed(what, f"got {got!r}, wanted {wanted!r}")
    return got == wanted


class Stop(Exception):
    """Without this nothing that follows makes sense."""


def need(what, got, wanted):
    if not expect(what, got, wanted):
        raise Stop(what)
