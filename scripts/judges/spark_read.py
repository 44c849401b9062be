"""A sandbox read by Spark while records are added and deleted. See `scripts/judges/spark`."""

import datetime
import json
import os
import sys
import tempfile
import threading
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

import columns
from columns import PROGRAM, ROOT, Sandbox, check, records, run

sys.path.insert(0, str(ROOT / "integrations" / "spark"))
from octocom_spark import OctocomDataSource  # noqa: E402

CONVERSATIONS = 4_000
SHARDS = 8

# Fails the first attempt of every second shard: one by a status, one by a kill, in the middle of the
# output.
FLAKY = """#!/usr/bin/env bash
shard=
for word in "$@"; do
    [ "$before" = --shard ] && shard=$word
    before=$word
done
case $shard in
1 | 3 | 5 | 7)
    if mkdir "$FLAKY_FOLDER/failed-$shard" 2>/dev/null; then
        "$FLAKY_PROGRAM" "$@" | head -n 150
        [ "$shard" = 3 ] && kill -KILL $$
        exit 1
    fi ;;
esac
exec "$FLAKY_PROGRAM" "$@"
"""


class Changes:
    """Adds and deletes conversations until it is stopped."""

    def __init__(self, sandbox, ids):
        self.sandbox, self.ids = sandbox, ids
        self.deleted, self.added = set(), set()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.change)

    def change(self):
        for number, id in enumerate(self.ids):
            if self.over.is_set():
                return
            self.sandbox.control("DELETE", f"records/conversations/{id}")
            self.deleted.add(id)
            record = {"subject": f"added {number}"}
            if number % 2:
                # In the middle of what is listed.
                record["createdAt"] = f"2025-06-{number % 28 + 1:02}T12:00:00Z"
            self.added.add(self.sandbox.control("POST", "records/conversations", record)["id"])

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def main():
    columns.build()
    with tempfile.TemporaryDirectory() as temporary, Sandbox(CONVERSATIONS) as sandbox:
        os.environ |= sandbox.environment
        flaky = Path(temporary, "octocom")
        flaky.write_text(FLAKY)
        flaky.chmod(0o755)
        os.environ |= {"FLAKY_PROGRAM": str(PROGRAM), "FLAKY_FOLDER": temporary}
        # The workers import the data source.
        os.environ["PYTHONPATH"] = str(ROOT / "integrations" / "spark")
        spark = (
            # Four attempts of each task, as on a cluster.
            SparkSession.builder.master("local[4,4]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.python.filterPushdown.enabled", "true")
            .getOrCreate()
        )
        spark.sparkContext.setLogLevel("OFF")
        spark.dataSource.register(OctocomDataSource)
        print(f"Spark {pyspark.__version__}, {CONVERSATIONS} conversations, {SHARDS} shards")
        read = spark.read.format("octocom").option("shards", SHARDS)
        read = read.option("command", str(flaky)).option("details", "true")

        before = records(run(sandbox, "export", "conversations", "--details", "--out", "-")[3])
        with Changes(sandbox, list(before)[::7]) as changes:
            frame = read.load()
            count = frame.rdd.getNumPartitions()
            check(count == SHARDS, f"{count} partitions")
            rows = frame.collect()
        ids = [row["id"] for row in rows]
        stable = set(before) - changes.deleted
        retried = len(list(Path(temporary).glob("failed-*")))
        print(
            f"  {len(rows)} rows; meanwhile {len(changes.added)} added, "
            f"{len(changes.deleted)} deleted; {retried} partitions failed and were read again"
        )
        check(retried == 4 and len(changes.deleted) > 10, "partitions failed, records changed")
        check(len(ids) == len(set(ids)), "no record is there twice")
        check(stable <= set(ids), f"all {len(stable)} records that stayed are there")
        others = set(ids) - stable - changes.deleted - changes.added
        check(not others, "no other record is there")
        different = 0
        for row in rows:
            if row["id"] in stable:
                record = before[row["id"]]
                created = datetime.datetime.fromisoformat(record["createdAt"]).replace(tzinfo=None)
                texts = [message["text"] for message in record["messages"]]
                different += not (
                    json.loads(row["raw"]) == record
                    and row["subject"] == record["subject"]
                    and row["createdAt"] == created
                    and row["tags"] == record["tags"]
                    and [message["text"] for message in row["messages"]] == texts
                )
        check(different == 0, f"{different} with other values")

        # From here on nothing changes.
        now = records(run(sandbox, "export", "conversations", "--out", "-")[3])

        def plain(**options):
            return spark.read.format("octocom").options(command=str(PROGRAM), **options).load()

        dates = sorted(record["createdAt"] for record in now.values())
        start, end = dates[len(dates) // 2], dates[len(dates) * 6 // 10]
        expected = sum(start <= date < end for date in dates)
        time = lambda text: f.to_timestamp(f.lit(text))  # noqa: E731
        recent = (f.col("createdAt") >= time(start)) & (f.col("createdAt") < time(end))

        def requests(frame):
            sandbox.control("DELETE", "requests")
            count = frame.where(recent).count()
            sent = sandbox.control("GET", "requests?operation=list_conversations&limit=1000")
            return count, len(sent["data"])

        count, pushed = requests(plain(shards=2, pushdown="true"))
        spark.conf.set("spark.sql.python.filterPushdown.enabled", "false")
        same, whole = requests(plain(shards=2))
        print(f"  a tenth by creation date: {pushed} requests, {whole} without pushdown")
        check(count == same == expected, f"{count} rows with pushdown, {same} without, {expected} expected")
        check(pushed * 2 < whole, "the filter reaches the API")
        since, _ = requests(plain(shards=2, since=start))
        check(since == expected, "the option `since` does the same")

        customers = plain(resource="customers").select("id").collect()
        expected = records(run(sandbox, "export", "customers", "--out", "-")[3])
        check({row["id"] for row in customers} == set(expected), f"{len(customers)} customers")

        begun = datetime.datetime.now()
        count = plain(shards=4, requestsPerSecond="20").count()
        seconds = (datetime.datetime.now() - begun).total_seconds()
        sent = len(now) / 50
        check(count == len(now), f"{count} rows with 20 requests a second among 4 partitions")
        check(seconds >= sent / 20 * 0.8, f"{seconds:.1f} s for {sent:.0f} pages")
        spark.stop()


main()
