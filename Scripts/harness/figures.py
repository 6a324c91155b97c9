# SPDX-License-Identifier: Apache-2.0
"""One line of JSON per figure."""

import json
import statistics
import subprocess


def figure(name, value, unit, peer=None, peer_value=None, **more):
    line = {"name": name, "value": rounded(value), "unit": unit}
    if peer is not None:
        line |= {"peer": peer, "peer_value": rounded(peer_value)}
        line["ratio"] = round(value / peer_value, 2) if peer_value else None
    print(json.dumps(line | more), flush=True)


def rounded(value):
    if isinstance(value, float):
        return round(value, 1) if abs(value) >= 10 else round(value, 3)
    return value


def median(values):
    return statistics.median(values)


def spread(values):
    return [round(min(values), 1), round(max(values), 1)]


def last_line(command):
    """What a bench says of its last pass; the one before warms up."""
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return json.loads(said.splitlines()[-1])
