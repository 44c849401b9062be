"""Runs singer-check-tap, and compares what the tap writes with the sandbox.

Usage: singer_judge.py FOLDER_OF_PROGRAMS FOLDER CONVERSATIONS
"""

import json
import pathlib
import subprocess
import sys

import singer
from account import Sandbox, compare

programs, folder, conversations = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
tap = str(programs / "tap-octocom")


def check(what, command):
    """Runs the tap, and singer-check-tap on what it writes.

    With --tap, singer-tools 0.4.1 takes its summary before its thread has read everything.
    """
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    print(f"singer-check-tap, {what}:", flush=True)
    subprocess.run([folder / "venv/bin/singer-check-tap"], cwd=folder, input=lines, text=True, check=True)
    return lines


sandbox = Sandbox(programs / "octocom-sandbox", conversations)
try:
    config = folder / "config.json"
    config.write_text(json.dumps({"api_key": sandbox.key, "base_url": sandbox.url}))
    lines = check("without state", [tap, "--config", config])
    # As check-tap does it: the last state goes into the next run.
    states = [line for line in lines.splitlines() if '"STATE"' in line]
    state = folder / "state.json"
    state.write_text(json.dumps(json.loads(states[-1])["value"]))
    check("with the state of the run before", [tap, "--config", config, "--state", state])
    rows = {}
    keys = {}
    for line in lines.splitlines():
        message = singer.parse_message(line)
        if isinstance(message, singer.SchemaMessage):
            keys[message.stream] = message.key_properties
            rows.setdefault(message.stream, set())
        elif isinstance(message, singer.RecordMessage):
            key = keys[message.stream]
            rows[message.stream].add(tuple(message.record[name] for name in key))
    expected = sandbox.keys()
    wrong = compare(expected, lambda table: list(rows.get(table, ())), "tap-octocom")
    unknown = set(rows) - set(expected)
    if unknown:
        print(f"streams that are not compared: {', '.join(sorted(unknown))}")
finally:
    sandbox.stop()
sys.exit(bool(wrong or unknown))
