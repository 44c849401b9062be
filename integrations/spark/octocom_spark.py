"""A Spark data source for Octocom's lists, read by the program `octocom`.

    spark.dataSource.register(OctocomDataSource)
    spark.read.format("octocom").option("details", "true").load()

Partitions are the shards of a plan, so that Spark retries, places and counts what `octocom` reads.
See README.md beside this file.
"""

import datetime
import json
import math
import os
import subprocess
import tempfile

import pyarrow as pa
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql import types as spark_types

BATCH_ROWS = 1000
BATCH_BYTES = 8 << 20
# The server may round times; Spark evaluates pushed filters once more.
SLACK = datetime.timedelta(seconds=1)
LOWER = {"GreaterThan", "GreaterThanOrEqual", "EqualTo"}
UPPER = {"LessThan", "LessThanOrEqual", "EqualTo"}


class OctocomDataSource(DataSource):
    @classmethod
    def name(cls):
        return "octocom"

    def schema(self):
        columns = _run(self.options, "schema", *_stream(self.options))
        fields = [
            spark_types.StructField(column["name"], _spark_type(column))
            for column in json.loads(columns)["columns"]
        ]
        return spark_types.StructType([*fields, spark_types.StructField("raw", spark_types.StringType())])

    def reader(self, schema):
        # Spark refuses a reader that takes filters while `spark.sql.python.filterPushdown.enabled`
        # is off, which it is by default.
        pushes = self.options.get("pushdown", "false").lower() == "true"
        return (PushdownReader if pushes else OctocomReader)(self.options, schema)


class Shard(InputPartition):
    def __init__(self, plan, number):
        self.plan = plan
        self.number = number


class OctocomReader(DataSourceReader):
    def __init__(self, options, schema):
        self.options = options
        self.since = options.get("since")
        self.until = options.get("until")
        columns = json.loads(_run(options, "schema", *_stream(options)))["columns"]
        known = {column["name"]: column for column in columns}
        known["raw"] = {"name": "raw", "type": "raw"}
        names = [field.name for field in schema.fields]
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ValueError(f"unknown columns {unknown}: expected some of {sorted(known)}")
        self.columns = [known[name] for name in names]

    def partitions(self):
        if self.options.get("resource", "conversations") != "conversations":
            return [Shard(None, 0)]
        arguments = ["--shards", self.options.get("shards", "8"), "--out", "-"]
        for flag in ("status", "handed-off", "metadata"):
            if _camel(flag) in self.options:
                arguments += [f"--{flag}={self.options[_camel(flag)]}"]
        plan = _run(self.options, "plan", *arguments, *self._dates())
        return [Shard(plan, number) for number in range(len(json.loads(plan)["shards"]))]

    def _dates(self):
        dates = (("--since", self.since), ("--until", self.until))
        return [f"{flag}={date}" for flag, date in dates if date is not None]

    def read(self, partition):
        with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, "err"), "w+b") as errors:
            arguments = [*_stream(self.options), "--out", "-", "--quiet"]
            for option in ("concurrency", "acceptFailures", "business", "key"):
                if option in self.options:
                    arguments += [f"--{_flag(option)}={self.options[option]}"]
            if partition.plan is None:
                arguments += self._dates()
            else:
                path = os.path.join(folder, "plan.json")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(partition.plan)
                arguments += ["--plan", path, "--shard", str(partition.number)]
            command = _command(self.options, "export", *arguments)
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
            )
            try:
                yield from self._batches(process.stdout)
                status = process.wait()
            finally:
                # A task that is cancelled, or an error above.
                if process.poll() is None:
                    process.kill()
                    process.wait()
                process.stdout.close()
            if status != 0:
                # Spark drops the rows of a failed attempt and reads the partition again.
                errors.seek(0)
                raise RuntimeError(_failure(command, status, errors.read()))

    def _batches(self, lines):
        names = [column["name"] for column in self.columns]
        types = [_arrow_type(column) for column in self.columns]
        converters = [_converter(column) for column in self.columns]
        schema = pa.schema(list(zip(names, types)))
        rows, size = [], 0

        def batch():
            columns = zip(*rows)
            arrays = [pa.array(list(values), kind) for values, kind in zip(columns, types)]
            return pa.RecordBatch.from_arrays(arrays, schema=schema)

        for line in lines:
            record = json.loads(line)
            raw = line.rstrip(b"\n").decode()
            rows.append(
                [
                    raw if column["type"] == "raw" else convert(record.get(column["name"]))
                    for column, convert in zip(self.columns, converters)
                ]
            )
            size += len(line)
            if len(rows) >= BATCH_ROWS or size >= BATCH_BYTES:
                yield batch()
                rows, size = [], 0
        if rows:
            yield batch()


class PushdownReader(OctocomReader):
    """Reads only what was created in the time that a query asks for (Spark 4.1 or later)."""

    def pushFilters(self, filters):
        lower, upper = [_time(self.since)], [_time(self.until)]
        for filter in filters:
            kind = type(filter).__name__
            if getattr(filter, "attribute", None) == ("createdAt",):
                time = _time(getattr(filter, "value", None))
                lower.append(time - SLACK if time and kind in LOWER else None)
                upper.append(time + SLACK if time and kind in UPPER else None)
            # Spark evaluates all of them again.
            yield filter
        self.since = max((time for time in lower if time), default=None)
        self.until = min((time for time in upper if time), default=None)
        self.since = self.since and self.since.isoformat()
        self.until = self.until and self.until.isoformat()


def _stream(options):
    details = options.get("details", "false").lower() == "true"
    return [options.get("resource", "conversations"), *(["--details"] if details else [])]


def _command(options, command, *arguments):
    # The key is not an option, since Spark shows options: OCTOCOM_API_KEY, or a file of each worker.
    flags = []
    for option in ("apiKeyFile", "baseUrl", "requestsPerSecond", "timeout", "profile", "config"):
        if option in options:
            flags += [f"--{_flag(option)}", options[option]]
    return [options.get("command", "octocom"), *flags, command, *arguments]


def _run(options, *arguments):
    command = _command(options, *arguments)
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if ended.returncode != 0:
        raise RuntimeError(_failure(command, ended.returncode, ended.stderr))
    return ended.stdout.decode()


def _failure(command, status, errors):
    lines = errors.decode(errors="replace").strip().splitlines()
    return f"`{' '.join(command)}` ended with status {status}: {lines[-1] if lines else 'no message'}"


def _flag(option):
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in option)


def _camel(flag):
    first, *rest = flag.split("-")
    return first + "".join(word.capitalize() for word in rest)


def _time(value):
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return None
        return value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc)
    return None


def _spark_type(column):
    match column["type"]:
        case "boolean":
            return spark_types.BooleanType()
        case "integer":
            return spark_types.LongType()
        case "number":
            return spark_types.DoubleType()
        case "timestamp":
            return spark_types.TimestampType()
        case "list":
            return spark_types.ArrayType(_spark_type(column["items"]))
        case "object":
            fields = column["fields"]
            return spark_types.StructType(
                [spark_types.StructField(field["name"], _spark_type(field)) for field in fields]
            )
        case _:
            return spark_types.StringType()


def _arrow_type(column):
    match column["type"]:
        case "boolean":
            return pa.bool_()
        case "integer":
            return pa.int64()
        case "number":
            return pa.float64()
        case "timestamp":
            return pa.timestamp("us", tz="UTC")
        case "list":
            return pa.list_(_arrow_type(column["items"]))
        case "object":
            return pa.struct([(field["name"], _arrow_type(field)) for field in column["fields"]])
        case _:
            return pa.string()


def _converter(column):
    """Returns a function of a JSON value: null where it has another type than documented."""
    match column["type"]:
        case "boolean":
            return lambda value: value if isinstance(value, bool) else None
        case "integer":
            return _integer
        case "number":
            return _number
        case "timestamp":
            return _timestamp
        case "list":
            convert = _converter(column["items"])
            return lambda value: (
                [convert(item) for item in value] if isinstance(value, list) else None
            )
        case "object":
            fields = [(field["name"], _converter(field)) for field in column["fields"]]
            return lambda value: (
                {name: convert(value.get(name)) for name, convert in fields}
                if isinstance(value, dict)
                else None
            )
        case "json":
            return lambda value: (
                None
                if value is None
                else _whole(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
            )
        case _:
            return lambda value: _whole(value) if isinstance(value, str) else None


def _integer(value):
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and -(2**63) <= value < 2**63 else None


def _number(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _timestamp(value):
    try:
        time = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        return None
    return time if time.tzinfo else None


def _whole(text):
    """Replaces half a surrogate pair, which JSON can hold and text cannot, by U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
