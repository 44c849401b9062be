"""Exports of a sandbox as Parquet, read by pyarrow, DuckDB and Spark. See `scripts/judges/parquet`."""

import datetime
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet
import pyspark
from pyspark.sql import SparkSession

import columns
from columns import PROGRAM, Sandbox, check, records, run

CONVERSATIONS = int(os.environ.get("CONVERSATIONS", "20000"))
UTC = datetime.timezone.utc


def expected(kind, value):
    """The value of a column for a JSON value."""
    match kind["type"], value:
        case _, None:
            return None
        case "json", _:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        case "timestamp", str():
            return datetime.datetime.fromisoformat(value).astimezone(UTC)
        case "list", list():
            return [expected(kind["items"], item) for item in value]
        case "object", dict():
            return {it["name"]: expected(it, value.get(it["name"])) for it in kind["fields"]}
        case _:
            return value


def plain(value):
    """A value as Python has it, whoever read it."""
    if isinstance(value, datetime.datetime):
        # Spark and DuckDB give local times, which are those of UTC here.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if hasattr(value, "asDict"):
        value = value.asDict()
    if isinstance(value, dict):
        return {name: plain(it) for name, it in value.items()}
    if isinstance(value, list):
        return [plain(it) for it in value]
    return value


def compare(reader, rows, exported, schema):
    """Checks rows, as dictionaries, against records of NDJSON."""
    seen = set()
    different = 0
    for row in rows:
        key = row["recordKey"]
        assert key not in seen, f"{reader}: {key} is there twice"
        seen.add(key)
        record = exported[key]
        raw = json.loads(row["raw"])
        same = raw == record and all(
            plain(row[column["name"]]) == expected(column, record.get(column["name"]))
            for column in schema
        )
        different += not same
    check(
        seen == set(exported) and different == 0,
        f"{reader}: {len(seen)} rows, the keys equal, {different} with other values",
    )


def read_all(folder, exported, schema, spark):
    table = pyarrow.parquet.read_table(folder)
    compare(f"pyarrow {pyarrow.__version__}", table.to_pylist(), exported, schema)
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    result = database.execute(f"SELECT * FROM '{folder}/*.parquet'")
    names = [it[0] for it in result.description]
    rows = (dict(zip(names, row)) for row in result.fetchall())
    compare(f"DuckDB {duckdb.__version__}", rows, exported, schema)
    rows = (row.asDict() for row in spark.read.parquet(str(folder)).toLocalIterator())
    compare(f"Spark {pyspark.__version__}", rows, exported, schema)


def kill_and_resume(sandbox, folder, arguments):
    """Kills an export when its journal has grown, and goes on, five times and then to the end."""
    kills = 0
    environment = {**os.environ, **sandbox.environment}
    for size in (1, 200_000, 1_000_000, 4_000_000, 20_000_000):
        command = [PROGRAM, *arguments, "--resume"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        journal = folder / "_all.journal"
        while process.poll() is None:
            if journal.exists() and journal.stat().st_size >= size:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
                break
            time.sleep(0.001)
    run(sandbox, *arguments, "--resume")
    return kills


def main():
    columns.build()
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = spark.config("spark.ui.showConsoleProgress", "false")
    spark = spark.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    with tempfile.TemporaryDirectory() as temporary:
        temporary = Path(temporary)
        with Sandbox(CONVERSATIONS) as sandbox:
            schema = run(sandbox, "schema", "conversations", "--details")[3]
            schema = json.loads(schema)["columns"]
            details = ["export", "conversations", "--details"]
            ndjson = temporary / "all.ndjson"
            run(sandbox, *details, "--out", ndjson)
            exported = records(ndjson.read_text())
            parquet = [*details, "--format", "parquet", "--out"]

            print(f"{CONVERSATIONS} conversations in full, one process")
            run(sandbox, *parquet, temporary / "one")
            read_all(temporary / "one", exported, schema, spark)
            size = sum(it.stat().st_size for it in (temporary / "one").glob("*.parquet"))
            print(f"  NDJSON {ndjson.stat().st_size >> 20} MiB, Parquet {size >> 20} MiB")

            print("eight shards in one folder")
            run(sandbox, "plan", "--shards", "8", "--out", temporary / "plan.json")
            shards = json.loads((temporary / "plan.json").read_text())["shards"]
            plan = ["--plan", temporary / "plan.json", "--shard"]
            eight = [[*parquet, temporary / "eight", *plan, it] for it in range(len(shards))]
            columns.at_once(sandbox, eight)
            read_all(temporary / "eight", exported, schema, spark)

            killed = temporary / "killed"
            kills = kill_and_resume(sandbox, killed, [*parquet, killed])
            print(f"killed {kills} times")
            check(kills >= 3, f"{kills} kills")
            read_all(killed, exported, schema, spark)
        spark.stop()

        print("memory of `export conversations --format parquet`, and of NDJSON")
        for rows in [int(it) for it in sys.argv[1:]] or [10_000, 100_000, 1_000_000]:
            with Sandbox(rows) as sandbox:
                export = ["export", "conversations", "--out"]
                plain_file = temporary / "plain.ndjson"
                seconds, memory, cpu, _ = run(sandbox, *export, plain_file, "--overwrite")
                folder = temporary / f"rows-{rows}"
                columnar = run(sandbox, *export, folder, "--format", "parquet")
                count = pyarrow.parquet.ParquetDataset(folder).fragments
                count = sum(it.count_rows() for it in count)
                check(count == rows, f"{count} rows")
                print(
                    f"  {rows} rows: Parquet {columnar[0]:.1f} s, {columnar[2]:.1f} s of CPU, "
                    f"{columnar[1]:.0f} MiB; NDJSON {seconds:.1f} s, {cpu:.1f} s, {memory:.0f} MiB"
                )


main()
