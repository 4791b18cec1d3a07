#!/usr/bin/env python3
"""The contract against the gateway, by Schemathesis with all of its checks.

usage: run.py PASARELA FOLDER

PASARELA is the program; FOLDER, a new one, keeps what was found and is left behind.

Rule: whatever the document allows is taken, whatever it forbids is refused, and every answer is one that it describes; also with odd data,
with wrong keys and by another person's key. The gateway is the demo, so that there are calendars and a client system to ask. A judge that
hears no evil is no judge: first it is shown documents with a lie each, and has to find every one. Then it has a fixed time for the true one,
in which every operation must have been carried out. Both families are tried at once: each of the two who ask is a phone of Puentes, and
besides has a key of a client system of its own, which knows a customer by the same id as the other's does.

Chance is a seed: PASARELA_CONTRACT_SEED gives another one. Needs the Python of tests/contract/requirements.txt. Exits 0 when nothing was
found, 1 otherwise, 2 on wrong use.
"""

import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
# Seconds that all takes but for what comes before and after; and how long one lie may stay unfound.
BUDGET, A_LIE = 180, 30
# Cases that a machine of two busy cores gets through by far, and answers of success that each operation has among them.
CASES, SUCCESSES = 1_000, 3
# Of these, less: there is one calendar to disconnect, and each of the others ends with it.
FEWER = {"disconnect_calendar": 0, "sync_calendar": 0, "finish_calendar_consent": 1}
SEED = os.environ.get("PASARELA_CONTRACT_SEED", "20261128")
PATIENCE = 30
# More than this machine can ask.
LIMITS = json.dumps({"per_key": {"per_second": 10_000, "burst": 10_000}, "per_holder": {"per_second": 10_000, "burst": 10_000}})


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    began = time.monotonic()
    folder = pathlib.Path(sys.argv[2]).resolve()
    folder.mkdir(parents=True)
    with Demo(sys.argv[1], folder) as demo:
        faults = [*lies(demo, folder)]
        left = BUDGET - (time.monotonic() - began)
        faults += truth(demo, folder, max(left, BUDGET / 2))
    for fault in faults:
        print(f"FAILED {fault}")
    print(f"{len(faults)} faults in {time.monotonic() - began:.0f} s")
    sys.exit(1 if faults else 0)


class Demo:
    """The gateway with its neighbours; what it says is kept."""

    def __init__(self, binary, folder):
        self.log = open(folder / "demo.log", "ab")
        # It ends with this check, however that ends.
        command = ["setpriv", "--pdeathsig", "TERM", binary, "demo", "--listen", "127.0.0.1:0"]
        self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True)
        story = ""
        for line in self.child.stdout:
            story += line
            if line.startswith("What happens"):
                break
        # Nobody reads the rest; it must not be held up for that.
        subprocess.Popen(["cat"], stdin=self.child.stdout, stdout=self.log)
        self.url = re.search(r"gateway +(\S+)/docs", story)[1]
        self.calendars = re.search(r"calendar +(http://[^/]+)/.*CalDAV: ", story)[1]
        self.account = ":".join(re.search(r"CalDAV: (\S+) / (\S+?)\)", story).groups())
        people = re.findall(r"X-Phone-Number: (\S+)' -H 'X-Secure-Key: (\w+)'", story)
        self.people = list(dict.fromkeys(people))
        assert len(self.people) == 2, story
        self.settings = re.search(r"PASARELA_CONFIG=(\S+)", story)[1]
        self.binary = binary
        self.customer = re.search(r"X-Customer-Id: (\S+)'", story)[1]
        self.keys = [re.search(r"Bearer (pas_live_\w+)", story)[1], self.another_client_system()]

    def another_client_system(self):
        """A second one beside the ERP of the demo, and its key; both may ask as fast as they can."""
        self.operator("client", "add", "otra", "--set", "time_zone=America/Guayaquil")
        for slug in ("erp", "otra"):
            self.operator("client", "set", slug, f"limits={LIMITS}")
        return self.operator("key", "create", "--client", "otra").strip()

    def operator(self, *words):
        environment = os.environ | {"PASARELA_CONFIG": self.settings}
        return subprocess.run([self.binary, *words], env=environment, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait(PATIENCE)
        self.log.close()

    def document(self):
        with urllib.request.urlopen(f"{self.url}/openapi.json", timeout=PATIENCE) as answer:
            return json.load(answer)


def schemathesis(demo, folder, name, document, *options):
    """Its report, and how often each operation was answered with what."""
    place = folder / name
    place.mkdir()
    spoken, report, answers, people = place / "openapi.json", place / "report.json", place / "answers.json", place / "people.json"
    spoken.write_text(json.dumps(document), encoding="utf-8")
    headers = [
        [{"name": name, "value": value} for name, value in {
            "X-Phone-Number": phone, "X-Secure-Key": key, "Authorization": f"Bearer {api_key}", "X-Customer-Id": demo.customer,
        }.items()]
        for (phone, key), api_key in zip(demo.people, demo.keys)
    ]
    people.write_text(json.dumps({"auth": [{"name": f"person-{n}", "fixedHeaders": two} for n, two in enumerate(headers)]}))
    environment = os.environ | {
        "PASARELA_CONTRACT_HOOKS": str(HERE / "hooks.py"),
        "PASARELA_CONTRACT_CALENDARS": demo.calendars,
        "PASARELA_CONTRACT_ACCOUNT": demo.account,
        "PASARELA_CONTRACT_ANSWERS": str(answers),
        "PASARELA_CONTRACT_PEOPLE": str(people),
    }
    command = [
        f"{sys.prefix}/bin/st", "--config-file", HERE / "schemathesis.toml", "run", spoken, "--url", demo.url,
        "--checks", "all", "--seed", SEED, "--no-color", "--report", "json", "--report-json-path", report, *map(str, options),
    ]
    with open(place / "said.txt", "wb") as said:
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=place, env=environment, timeout=2 * BUDGET)
    if not report.exists():
        raise SystemExit(f"Schemathesis gave no report:\n{(place / 'said.txt').read_text()[-4000:]}")
    return json.loads(report.read_text()), json.loads(answers.read_text())


def lies(demo, folder):
    """Documents that differ from what is done; yields those that were not found out."""
    truth = demo.document()
    for name, (operation, lie, kind) in LIES.items():
        told = copy.deepcopy(truth)
        lie(told)
        options = ["--phases", "coverage,fuzzing", "--max-time", A_LIE, "--max-failures", 1, "--include-operation-id", operation]
        report, _ = schemathesis(demo, folder, f"lie-{name}", told, *options)
        found = {failure["type"] for failure in report["failures"]}
        print(f"{'ok    ' if kind in found else 'MISSED'} lie: {name} ({', '.join(sorted(found))})", flush=True)
        if kind not in found:
            yield f"the lie “{name}” was not found {json.dumps(report['errors'])[:600]}"


def schema(document, name):
    return document["components"]["schemas"][name]


def a_status_too_few(document):
    del document["paths"]["/events/{event_id}"]["get"]["responses"]["404"]


def a_field_too_many(document):
    schema(document, "EventReceipt")["required"].append("colour")


def a_text_where_yes_or_no_is_asked_for(document):
    schema(document, "NewResync")["properties"]["confirm"]["type"] = "string"


def a_limit_that_nobody_keeps(document):
    document["components"]["parameters"]["Prefer"]["schema"]["pattern"] = "^wait=[0-9]$"


def a_door_without_a_lock(document):
    document["paths"]["/healthz"]["get"]["security"] = document["paths"]["/link"]["get"]["security"]


# Where each is told, and what it is to be called when it is found.
LIES = {
    "a status too few": ("get_event", a_status_too_few, "UndefinedStatusCode"),
    "a field too many": ("create_event", a_field_too_many, "JsonSchemaError"),
    "a text where yes or no is asked for": ("create_resync", a_text_where_yes_or_no_is_asked_for, "RejectedPositiveData"),
    "a limit that nobody keeps": ("create_event", a_limit_that_nobody_keeps, "AcceptedNegativeData"),
    "a door without a lock": ("healthz", a_door_without_a_lock, "IgnoredAuth"),
}


def truth(demo, folder, seconds):
    """The document as it is; yields what was found, and what was left out."""
    document = demo.document()
    report, answers = schemathesis(demo, folder, "truth", document, "--max-time", int(seconds))
    cases = report["test_cases"]["generated"]
    print(f"{cases} cases in {report['running_time']:.0f} s with the seed {SEED}", flush=True)
    for failure in [*report["failures"], *report["errors"]]:
        yield f"{json.dumps(failure)[:600]} … see {folder}/truth/said.txt"
    if cases < CASES:
        yield f"only {cases} cases"
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    for name in (operation["operationId"] for operation in operations):
        statuses = answers.get(name, {})
        print(f"       {name}: {', '.join(f'{status} × {count}' for status, count in sorted(statuses.items()))}")
        if sum(count for status, count in statuses.items() if status.startswith("2")) < FEWER.get(name, SUCCESSES):
            yield f"{name} was hardly ever carried out"


if __name__ == "__main__":
    main()
