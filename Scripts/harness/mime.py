# SPDX-License-Identifier: Apache-2.0
"""Reading of mail on one core: ours, GMime and fast-mail-parser take turns on the same generated letters."""

import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from .figures import figure, last_line, median, spread

ROUNDS = 5
PEERS_SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "Benchmarks" / "peers" / "fast_mail_parser_peer.py"


def require_same(ours, theirs):
    """A peer counts only if it read the same letters to the same end."""
    for key in ("messages", "bytes", "files", "addresses", "dates", "ids"):
        if ours[key] != theirs[key]:
            raise RuntimeError(f"{key}: {ours[key]} here, {theirs[key]} in GMime")


def speed(options):
    readers = {"martlet": [options.reader, "read"], "gmime": [options.gmime]}
    if options.python:
        readers["fast-mail-parser"] = [options.python, PEERS_SCRIPT]
    subprocess.run([options.reader, "corpus", options.corpus], check=True)
    for kind in ("mixed", "small"):
        pack = options.corpus / f"{kind}.pack"
        results = collections.defaultdict(list)
        for turn in range(ROUNDS):
            names = list(readers)
            for name in names if turn % 2 == 0 else reversed(names):
                command = [*readers[name], pack, "2"]
                results[name].append(last_line(command))
        require_same(results["martlet"][0], results["gmime"][0])
        for unit, key, scale in (("MB/s", "bytes", 1e6), ("letters/s", "messages", 1)):
            rates = {name: [one[key] / one["seconds"] / scale for one in all_] for name, all_ in results.items()}
            for peer in list(readers)[1:]:
                figure(f"mime: {kind}, parsed and decoded", median(rates["martlet"]), unit, peer, median(rates[peer]),
                       spread=spread(rates["martlet"]), peer_spread=spread(rates[peer]))


def memory(options):
    for encoding in ("base64", "quoted-printable", "8bit"):
        growth = last_line([options.reader, "memory", encoding])["growth"]
        figure(f"mime: growth while 25 MB in {encoding} come in pieces", growth, "MB", limit=4)


def instructions(options):
    """Where the time goes: instructions repeat from run to run, seconds do not."""
    for kind in ("mixed", "small"):
        pack = options.corpus / f"{kind}.pack"
        with tempfile.TemporaryDirectory() as folder:
            counted = f"{folder}/callgrind.out"
            command = [options.reader, "read", pack, "1"]
            result = last_line(["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={counted}", *command])
            listing = subprocess.run(["callgrind_annotate", "--auto=no", counted], check=True, capture_output=True).stdout
        listing = subprocess.run(["swift", "demangle", "--simplified", "--compact"], check=True, capture_output=True,
                                 input=listing).stdout.decode()
        rows = re.findall(r"^ *([0-9,]+) \(\s*[0-9.]+%\)\s+(.*)$", listing, re.MULTILINE)
        total = int(rows[0][0].replace(",", ""))
        figure(f"mime: {kind}, instructions a byte", total / result["bytes"], "instructions")
        for count, place in rows[1:9]:
            function = re.sub(r" \[[^][]*\]$", "", place).split(":", 1)[-1]
            figure(f"mime: {kind}, instructions in {function}", int(count.replace(",", "")) * 100 / total, "%")


def mutations(options):
    folders = [options.fixtures]
    if reference := os.environ.get("MARTLET_REFERENCE"):
        folders.append(pathlib.Path(reference) / "corpora")
    slowest = last_line([options.reader, "mutations", str(options.mutations), *folders])["slowest"]
    figure(f"mime: slowest of {options.mutations} broken letters", slowest * 1000, "ms", limit=2000)


def main():
    parser = argparse.ArgumentParser(prog="mime", description=__doc__)
    parser.add_argument("--reader", required=True, type=pathlib.Path, help="the built benchmark")
    parser.add_argument("--gmime", required=True, type=pathlib.Path, help="the built peer")
    parser.add_argument("--python", type=pathlib.Path, help="a Python that has fast-mail-parser")
    parser.add_argument("--corpus", required=True, type=pathlib.Path, help="a folder for the generated letters")
    parser.add_argument("--fixtures", required=True, type=pathlib.Path, help="letters to break")
    parser.add_argument("--mutations", type=int, default=10_000, help="how many letters are broken")
    parser.add_argument("--instructions", action="store_true", help="count them by valgrind")
    options = parser.parse_args()
    speed(options)
    memory(options)
    if options.instructions:
        instructions(options)
    mutations(options)


if __name__ == "__main__":
    sys.exit(main())
