"""The cost of reading conversations as their number grows. See `scripts/judges/cost`."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from pyspark.sql import SparkSession

import columns
from columns import PROGRAM, ROOT, Sandbox, at_once, run

sys.path.insert(0, str(ROOT / "integrations" / "spark"))
from octocom_spark import OctocomDataSource  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
PAGE = 50
LIMIT = 20
PARALLEL = 8  # Details at once in a process, shards, and partitions.
LONGEST = float(sys.argv[1]) if len(sys.argv) > 1 else 60


def requests(size, details):
    return size / PAGE + (size if details else 0)


class One:
    name = "one process"

    def measure(self, sandbox, size, details, limit, folder, spark):
        command = [*rate(limit), "export", "conversations", *details, "--out", "-"]
        return at_once(sandbox, [command])


class Eight:
    name = "eight shards"

    def measure(self, sandbox, size, details, limit, folder, spark):
        begun = time.monotonic()
        plan = Path(folder, "plan.json")
        command = [*rate(limit), "plan", "--shards", PARALLEL, "--out", plan, "--overwrite"]
        run(sandbox, *command)
        shards = len(json.loads(plan.read_text())["shards"])
        command = [*rate(limit), "export", "conversations", *details, "--out", "-", "--plan", plan]
        at_once(sandbox, [[*command, "--shard", shard] for shard in range(shards)])
        return time.monotonic() - begun


class Spark:
    name = "Spark"

    def measure(self, sandbox, size, details, limit, folder, spark):
        os.environ |= sandbox.environment
        read = spark.read.format("octocom").option("command", str(PROGRAM))
        read = read.option("shards", PARALLEL).option("details", str(bool(details)).lower())
        # A file, since the workers keep the environment that they began with.
        key = Path(folder, "key")
        key.write_text(sandbox.key)
        key.chmod(0o600)
        read = read.option("baseUrl", sandbox.url).option("apiKeyFile", str(key))
        if limit:
            read = read.option("requestsPerSecond", str(limit))
        begun = time.monotonic()
        count = read.load().count()
        assert count == size, f"{count} of {size}"
        return time.monotonic() - begun


def rate(limit):
    return ["--quiet", *(["--requests-per-second", limit] if limit else [])]


def latency(milliseconds):
    if milliseconds == 0:
        return []
    plans = (
        {"operation": operation, "fault": f"latency={milliseconds}"}
        for operation in ("list_conversations", "get_conversation")
    )
    return [word for plan in plans for word in ("--plan", json.dumps(plan))]


def human(seconds):
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def main():
    columns.build()
    os.environ["PYTHONPATH"] = str(ROOT / "integrations" / "spark")
    spark = SparkSession.builder.master("local[8]").config("spark.ui.enabled", "false")
    spark = spark.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spark.dataSource.register(OctocomDataSource)
    ways = (One(), Eight(), Spark())
    with tempfile.TemporaryDirectory() as folder, Sandbox(1000) as sandbox:
        # Starts Spark's workers.
        Spark().measure(sandbox, 1000, [], None, folder, spark)
    print("| details | away | limit | conversations |", " | ".join(way.name for way in ways), "|")
    print("|---|---:|---:|---:|", "---:|" * len(ways), sep="")
    with tempfile.TemporaryDirectory() as folder:
        for details in ([], ["--details"]):
            for away in (0, 20):
                last = {}
                for size in SIZES:
                    with Sandbox(size, *latency(away)) as sandbox:
                        for limit in (None, LIMIT):
                            cells = []
                            for way in ways:
                                # By the limit, or as many times longer as there is more to read.
                                known = last.get((way, limit))
                                by_limit = requests(size, details) / limit if limit else 0
                                expected = max(known[1] / known[0] * size if known else 0, by_limit)
                                if expected > LONGEST:
                                    last[way, limit] = size, expected
                                    cells.append(f"{human(expected)} (computed)")
                                    continue
                                arguments = (sandbox, size, details, limit, folder, spark)
                                seconds = way.measure(*arguments)
                                last[way, limit] = size, seconds
                                cells.append(human(seconds))
                            shown = ("yes" if details else "no", f"{away} ms", limit or "none", f"{size:,}")
                            print("|", " | ".join(map(str, (*shown, *cells))), "|", flush=True)
    spark.stop()


main()
