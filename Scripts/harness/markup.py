# SPDX-License-Identifier: Apache-2.0
"""HTML of mails to trimmed ADF: ours and two Python packages take turns on the same generated answers; then attacks."""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

from .figures import figure, last_line, median, spread

ROUNDS = 5
ROOT = pathlib.Path(__file__).resolve().parents[2]
PEER = "selectolax + mail-parser-reply"


def speed(options):
    subprocess.run([options.reader, "corpus", options.corpus], check=True)
    pack = options.corpus / "html.pack"
    readers = {"martlet": [options.reader, "read"],
               PEER: [options.python, ROOT / "Benchmarks" / "peers" / "html_reply_peer.py"]}
    results = collections.defaultdict(list)
    for turn in range(ROUNDS):
        for name in readers if turn % 2 == 0 else reversed(readers):
            results[name].append(last_line([*readers[name], pack, "2"]))
    ours, theirs = results["martlet"][0], results[PEER][0]
    # It cuts most of the quotes, too.
    if ours["messages"] != theirs["messages"] or not 0.5 < theirs["reply"] / ours["reply"] < 1.5:
        raise RuntimeError(f"the peer did not do the same work: {ours} here, {theirs} there")
    for unit, key, scale in (("letters/s", "messages", 1), ("MB/s", "bytes", 1e6)):
        rates = {name: [one[key] / one["seconds"] / scale for one in all_] for name, all_ in results.items()}
        figure("markup: HTML answers to trimmed ADF", median(rates["martlet"]), unit, PEER, median(rates[PEER]),
               spread=spread(rates["martlet"]), peer_spread=spread(rates[PEER]), peer_writes="text")


def attacks(options):
    said = subprocess.run([options.reader, "hostile"], stdout=subprocess.PIPE, check=True, text=True).stdout
    results = [json.loads(line) for line in said.splitlines()]
    for key, words in (("adf", "to ADF"), ("sanitised", "sanitised")):
        slowest = max(results, key=lambda one: one[key])
        figure(f"markup: slowest of {len(results)} attacks of 1 MB, {words}", slowest[key] * 1000, "ms", limit=2000,
               attack=slowest["attack"])


def mutations(options):
    """Each mutant's ADF goes straight into the check by Atlassian's schema, where that is to be had."""
    folders = [ROOT / "Fixtures" / "messages"]
    reference = os.environ.get("MARTLET_REFERENCE")
    if reference:
        folders.append(pathlib.Path(reference) / "corpora")
        schema = pathlib.Path(reference) / "jira" / "adf" / "full-57.3.4.json"
        taker = [options.python, ROOT / "Scripts" / "validate-adf", schema, "-"]
    else:
        taker = ["wc", "-l"]
    maker = subprocess.Popen([options.reader, "mutations", str(options.mutations), *folders], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    taken = subprocess.run(taker, stdin=maker.stdout, stdout=subprocess.PIPE, text=True)
    maker.stdout.close()
    said = maker.stderr.read()
    if maker.wait() != 0 or taken.returncode != 0:
        raise RuntimeError(f"mutations: {said[-2000:]} {taken.stdout[-2000:]}")
    slowest = json.loads(said.splitlines()[-1])
    figure(f"markup: slowest of {options.mutations} broken HTML bodies", slowest["slowest"] * 1000, "ms", limit=2000,
           documents=taken.stdout.strip())


def main():
    parser = argparse.ArgumentParser(prog="markup", description=__doc__)
    parser.add_argument("--reader", required=True, type=pathlib.Path, help="the built benchmark")
    parser.add_argument("--python", required=True, type=pathlib.Path, help="a Python that has the peers")
    parser.add_argument("--corpus", required=True, type=pathlib.Path, help="a folder for the generated answers")
    parser.add_argument("--mutations", type=int, default=10_000, help="how many bodies are broken")
    options = parser.parse_args()
    speed(options)
    attacks(options)
    mutations(options)


if __name__ == "__main__":
    sys.exit(main())
