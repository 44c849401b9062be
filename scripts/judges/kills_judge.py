"""Exports and copies that are killed before each change of a file. See `scripts/judges/kills`."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet

import columns
from columns import PROGRAM, Sandbox

CONVERSATIONS = 30
LATE = 5
SEED = int(os.environ.get("SEED", random.randrange(2**32)))
WAYS = ["--resume", "--append", "--overwrite"]
# Columns of a database that tell of runs.
OF_RUNS = {"synced_at", "details_at", "details_run", "seen_run", "missed"}
REST = (".part", ".new", ".journal", "-journal", ".lock")


def lines(path):
    found = path.read_text().splitlines()
    assert len(set(found)) == len(found), "a record is there twice"
    return sorted(found)


def table(path):
    """The lines of CSV, whose first has to stay the first."""
    return [path.read_text().splitlines()[0], *lines(path)]


def parts(path):
    rows = []
    for part in sorted(path.glob("[!_]*.parquet")):
        rows += pyarrow.parquet.read_table(part, columns=["raw"]).column("raw").to_pylist()
    assert len(set(rows)) == len(rows), "a record is there twice"
    return sorted(rows)


def database(path):
    rows = set()
    with sqlite3.connect(path) as connection:
        names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'octocom%'"
        for (name,) in connection.execute(names).fetchall():
            found = connection.execute(f"SELECT * FROM {name}")
            kept = [it[0] not in OF_RUNS for it in found.description]
            rows |= {(name, *(it for it, is_kept in zip(row, kept) if is_kept)) for row in found}
    return rows


class Output:
    """An output, how it is written, and what there is before."""

    def __init__(self, name, command, content, before=None, ways=WAYS):
        self.name, self.command, self.content = name, command, content
        # `whole` for a finished output, `late` for one that lacks the last conversations.
        self.before, self.ways = before, ways


def export(resource, *flags):
    return ["export", resource, *flags]


FULL = export("conversations", "--details")
PARQUET = [*FULL, "--format", "parquet"]
SYNC = ["sync", "--db"]
OUTPUTS = [
    Output("ndjson", FULL, lines),
    Output("ndjson-whole", FULL, lines, "whole"),
    Output("ndjson-late", FULL, lines, "late"),
    Output("csv", export("articles", "--format", "csv"), table),
    Output("csv-late", export("conversations", "--format", "csv"), table, "late"),
    Output("parquet", PARQUET, parts),
    Output("parquet-whole", PARQUET, parts, "whole"),
    Output("parquet-late", PARQUET, parts, "late"),
    Output("sqlite", SYNC, database, ways=[None]),
    Output("sqlite-late", SYNC, database, "late", ways=[None]),
]


class Case:
    def __init__(self, sandbox, library, root, output):
        self.environment = {**os.environ, **sandbox.environment, "TOKIO_WORKER_THREADS": "1"}
        self.library, self.root, self.output = library, root / output.name, output
        self.root.mkdir()
        self.before = self.root / "before"
        self.before.mkdir()

    def run(self, folder, way, at=None):
        """Runs the program. Returns `None` if it was killed, otherwise its status and its words."""
        command = [PROGRAM, "--quiet", *self.output.command]
        out = [folder / "out"] if "sync" in command else ["--out", folder / "out"]
        environment = dict(self.environment)
        if at is not None:
            environment |= {"LD_PRELOAD": self.library, "KILL_BELOW": str(folder)}
            environment |= {"KILL_AT": str(at), "KILL_COUNT": f"{folder}.count"}
        command += [*out, *([way] if way else [])]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True)
        killed = ended.returncode == -signal.SIGKILL
        return None if killed else (ended.returncode, ended.stderr.strip())

    def judge(self, folder, expected):
        """Returns what is wrong with an output that is finished."""
        try:
            if self.output.content(folder / "out") != expected:
                return "other content"
        except Exception as error:
            return repr(error)
        left = [it.name for it in folder.rglob("*") if any(rest in it.name for rest in REST)]
        return f"left: {left}" if left else None

    def chain(self, number, steps, last, expected):
        """Kills runs one after the other, and lets the last come to its end."""
        folder = self.root / str(number)
        shutil.copytree(self.before, folder)
        kills = sum(self.run(folder, way, at) is None for way, at in steps)
        status, words = self.run(folder, last)
        wrong = self.judge(folder, expected) if status == 0 else words
        shutil.rmtree(folder)
        return kills, wrong and f"{steps}, then {last}: {wrong}"


def judge(case, chains, numbers):
    output = case.output
    undisturbed = case.root / "undisturbed"
    shutil.copytree(case.before, undisturbed)
    first = {None: "--resume", "late": "--append", "whole": "--overwrite"}[output.before]
    first = first if first in output.ways else None
    assert case.run(undisturbed, first, 0) == (0, "")
    expected = output.content(undisturbed / "out")
    changes = int(Path(f"{undisturbed}.count").read_text())
    # What was not begun is not gone on with by `--resume`.
    last = [way for way in output.ways if output.before != "late" or way != "--resume"]
    step = max(1, changes // 150)
    every = [([(first, at)], way) for at in range(1, changes + 1, step) for way in last]
    for _ in range(chains):
        steps = numbers.randrange(1, 5)
        some = [(numbers.choice(output.ways), numbers.randint(1, changes)) for _ in range(steps)]
        every.append((some, numbers.choice(last)))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(case.chain, at, *it, expected) for at, it in enumerate(every)]
        done = [job.result() for job in jobs]
    wrong = [it for _, it in done if it]
    kills = sum(it for it, _ in done)
    print(f"{output.name}: {changes} changes, {kills} kills, {len(wrong)} wrong", flush=True)
    for it in wrong[:10]:
        print(f"  {it}")
    return len(wrong)


def main():
    folder, chains = Path(sys.argv[1]), int(sys.argv[2])
    columns.build()
    print(f"SEED={SEED}")
    numbers = random.Random(SEED)
    wrong = 0
    with Sandbox(CONVERSATIONS) as sandbox:
        cases = [Case(sandbox, folder / "kills.so", folder, output) for output in OUTPUTS]
        for case in cases:
            if case.output.before == "late":
                assert case.run(case.before, None) == (0, "")
        for number in range(LATE):
            record = {"subject": f"late {number}", "messages": [{"sender": "customer", "text": "late"}]}
            sandbox.control("POST", "records/conversations", record)
        for case in cases:
            if case.output.before == "whole":
                assert case.run(case.before, None) == (0, "")
            wrong += judge(case, chains, numbers)
    sys.exit(1 if wrong else 0)


main()
