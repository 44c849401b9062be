"""Reads the shards of plan.json (`octocom plan --shards 8 --out plan.json`) as a Ray data set."""

import json, subprocess
import ray

def shard(row):
    command = ["octocom", "--quiet", "export", "conversations", "--plan", "plan.json", "--out", "-"]
    lines = subprocess.run([*command, "--shard", str(row["id"])], check=True, stdout=subprocess.PIPE).stdout
    return [{"raw": line.decode()} for line in lines.splitlines()]

count = len(json.load(open("plan.json"))["shards"])
conversations = ray.data.range(count, override_num_blocks=count).flat_map(shard)
print(conversations.count())
