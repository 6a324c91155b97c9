# SPDX-License-Identifier: Apache-2.0
"""What keeping costs, beside what the same machine does without it in the same run."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from .figures import figure


def openssl_bytes():
    """Bytes a second of AES-256-GCM in pieces of 64 KiB, by OpenSSL on one core."""
    said = subprocess.run(
        ["openssl", "speed", "-elapsed", "-seconds", "2", "-bytes", "65536", "-evp", "aes-256-gcm"],
        capture_output=True, text=True, check=True)
    found = re.findall(r"^AES-256-GCM\s+([\d.]+)k", said.stdout, re.MULTILINE | re.IGNORECASE)
    if not found:
        raise RuntimeError(f"openssl speed says nothing: {said.stdout}{said.stderr}")
    return float(found[-1]) * 1000


def main():
    parser = argparse.ArgumentParser(prog="keeping", description=__doc__)
    parser.add_argument("--keeping", required=True, type=pathlib.Path, help="the built program")
    parser.add_argument("--records", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="martlet-keeping-") as folder:
        said = subprocess.run([options.keeping, folder, str(options.records)], stdout=subprocess.PIPE, check=True, text=True)
    ours = json.loads(said.stdout)
    plain = "SQLite, synchronous=FULL, a row a commit"
    figure("keeping: durable sealed rows, 1 writer", ours["rows_1"], "rows/s", plain, ours["plain_rows"])
    figure("keeping: durable sealed rows, 64 writers", ours["rows_64"], "rows/s", plain, ours["plain_rows"])
    figure("keeping: bytes sealed", ours["sealed_bytes"] / 1e6, "MB/s", "openssl speed -evp aes-256-gcm", openssl_bytes() / 1e6)
    figure(f"keeping: search for a sender in {int(ours['all']):,} records", ours["search_all"], "ms",
           f"in {int(ours['few']):,} records", ours["search_few"])
    figure("keeping: letters received and done while the table filled", ours["fill_rate"], "letters/s")
    figure(f"keeping: sweep of {int(ours['swept']):,} expired letters with their records", ours["sweep_seconds"], "s")
    if ours["swept"] != ours["all"]:
        sys.exit(f"swept {ours['swept']} of {ours['all']}")


if __name__ == "__main__":
    main()
