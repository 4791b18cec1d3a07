"""Saying what was looked at, and stopping at the first surprise."""

import sys

from googleapiclient.errors import HttpError

COUNT = 0


def ok(what):
    global COUNT
    COUNT += 1
    print(f"ok     {what}")


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"FAILED {what}: got {got!r}, wanted {wanted!r}")
    ok(what)


def expect_refusal(what, status, reason, request):
    """The request is refused with this status and reason, in Google's own shape."""
    try:
        answer = request.execute()
    except HttpError as no:
        details = no.error_details if isinstance(no.error_details, list) else [{}]
        expect(what, (no.resp.status, details[0].get("reason")), (status, reason))
        return no
    sys.exit(f"FAILED {what}: it was answered with {answer!r}")
