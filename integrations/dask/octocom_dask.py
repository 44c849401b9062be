"""Reads the shards of plan.json (`octocom plan --shards 8 --out plan.json`) as a Dask bag."""

import json, subprocess
import dask.bag

def shard(number):
    command = ["octocom", "--quiet", "export", "conversations", "--plan", "plan.json", "--out", "-"]
    lines = subprocess.run([*command, "--shard", str(number)], check=True, stdout=subprocess.PIPE).stdout
    return [json.loads(line) for line in lines.splitlines()]

if __name__ == "__main__":
    count = len(json.load(open("plan.json"))["shards"])
    conversations = dask.bag.from_sequence(range(count), npartitions=count).map(shard).flatten()
    print(conversations.count().compute())
