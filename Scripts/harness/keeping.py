# SPDX-License-Identifier: Apache-2.0
"""What keeping costs, beside what the same machine does without it in the same run."""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from .figures import figure
from .postgresql import PostgreSQL, programs

BYTES_A_RECORD = 4096
MOST_SLOWER = 3
IN_SQLITE, IN_POSTGRESQL = 1_000_000, 100_000


def look_at_the_disk(records):
    """A million records fill gigabytes: ends with words before a disk is full."""
    folder = tempfile.gettempdir()
    free, wanted = shutil.disk_usage(folder).free, records * BYTES_A_RECORD + (1 << 30)
    if free < wanted:
        sys.exit(f"{folder} has {free >> 20:,} MiB free; {records:,} records want {wanted >> 20:,}. Give --records fewer, "
                 "or TMPDIR a larger disk.")


def openssl_bytes():
    """Bytes a second of AES-256-GCM in pieces of 64 KiB, by OpenSSL on one core."""
    said = subprocess.run(
        ["openssl", "speed", "-elapsed", "-seconds", "2", "-bytes", "65536", "-evp", "aes-256-gcm"],
        capture_output=True, text=True, check=True)
    found = re.findall(r"^AES-256-GCM\s+([\d.]+)k", said.stdout, re.MULTILINE | re.IGNORECASE)
    if not found:
        raise RuntimeError(f"openssl speed says nothing: {said.stdout}{said.stderr}")
    return float(found[-1]) * 1000


INSERT = "INSERT INTO plain (payload) VALUES (decode(repeat('78', 300), 'hex'));\n"


def plain_inserts(server, folder, writers):
    """Single-row commits a second by pgbench, of as many clients as there are writers."""
    script = folder / "insert.sql"
    script.write_text(INSERT)
    script.chmod(0o644)
    folder.chmod(0o755)
    command = [str(programs() / "pgbench"), "-n", "-T", "3", "-c", str(writers), "-f", str(script), server.address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(re.search(r"^tps = ([\d.]+)", said, re.MULTILINE).group(1))


def measure(program, folder, records, *address):
    said = subprocess.run([program, folder, str(records), *address], stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(said.stdout)


def rows(ours, engine, plain, peers):
    for writers, peer in zip((1, 64), peers):
        figure(f"keeping: durable sealed rows in {engine}, {writers} writer{'s' if writers > 1 else ''}",
               ours[f"rows_{writers}"], "rows/s", plain, peer)


def records_and_sweeps(ours, engine):
    figure(f"keeping: search for a sender in {int(ours['all']):,} records in {engine}", ours["search_all"], "ms",
           f"in {int(ours['few']):,} records", ours["search_few"])
    figure(f"keeping: letters received and done while the table filled in {engine}", ours["fill_rate"], "letters/s")
    figure(f"keeping: sweep of {int(ours['swept']):,} expired letters with their records in {engine}",
           ours["sweep_seconds"], "s")
    figure(f"keeping: sweep of {int(ours['swept_bodies']):,} expired letters with bodies of 4 KB, of one in 100 with 300 KB, "
           f"in {engine}", ours["body_sweep_seconds"], "s")
    for swept, there in (("swept", "all"), ("swept_bodies", "bodies")):
        if ours[swept] != ours[there]:
            sys.exit(f"swept {ours[swept]} of {ours[there]}")
    if ours["search_all"] > MOST_SLOWER * ours["search_few"]:
        sys.exit(f"a search in {int(ours['all']):,} records takes more than {MOST_SLOWER} times that in {int(ours['few']):,}")


def in_sqlite(program, records):
    with tempfile.TemporaryDirectory(prefix="martlet-keeping-") as folder:
        ours = measure(program, folder, records)
    rows(ours, "SQLite", "SQLite, synchronous=FULL, a row a commit", [ours["plain_rows"]] * 2)
    figure("keeping: bytes sealed", ours["sealed_bytes"] / 1e6, "MB/s", "openssl speed -evp aes-256-gcm",
           openssl_bytes() / 1e6)
    records_and_sweeps(ours, "SQLite")


def in_postgresql(program, records):
    with tempfile.TemporaryDirectory(prefix="martlet-keeping-") as name:
        folder = pathlib.Path(name)
        server = PostgreSQL(folder / "postgresql").start()
        ours_folder = folder / "ours"
        ours_folder.mkdir()
        try:
            table = "CREATE TABLE plain (id BIGSERIAL PRIMARY KEY, payload BYTEA NOT NULL)"
            subprocess.run([str(programs() / "psql"), "-q", "-c", table, server.address], check=True)
            peers = [plain_inserts(server, folder, writers) for writers in (1, 64)]
            ours = measure(program, str(ours_folder), records, server.address)
        finally:
            server.stop()
    rows(ours, "PostgreSQL", "pgbench, a row a commit, as many clients", peers)
    records_and_sweeps(ours, "PostgreSQL")


def main():
    parser = argparse.ArgumentParser(prog="keeping", description=__doc__)
    parser.add_argument("--keeping", required=True, type=pathlib.Path, help="the built program")
    parser.add_argument("--records", type=int, help=f"{IN_SQLITE:,} in SQLite and {IN_POSTGRESQL:,} in PostgreSQL without this")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), help="both without this")
    options = parser.parse_args()
    engines = [("sqlite", in_sqlite, IN_SQLITE), ("postgresql", in_postgresql, IN_POSTGRESQL)]
    for name, measured, usual in engines:
        if options.engine in (None, name):
            records = options.records or usual
            look_at_the_disk(records)
            measured(options.keeping, records)


if __name__ == "__main__":
    main()
