# SPDX-License-Identifier: Apache-2.0
"""Letters from SMTP to issues by one, two and four processes on one PostgreSQL: how fast, and who does how much.

All letters come in by one of the processes; the others hear of them from the database.
"""

import argparse
import pathlib
import sys
import tempfile
import time

from .bench import SIZE, wait_for_issues
from .figures import figure, median, spread
from .load import letters_per_second
from .postgresql import PostgreSQL
from .product import CATCH, Martlet, Sandbox, shared_settings

COUNTS = (1, 2, 4)
ROUNDS = 3
WARM_UP = 20
# Of what is done, whoever is there does so much at least.
SHARE = 0.05


def measure(program, folder, count, letters):
    """Letters a second of each round, and what each process did of all."""
    sandbox = Sandbox(program, folder).start()
    database = PostgreSQL(folder / "postgresql").start()
    processes = [beside_others(program, folder, sandbox, database, number) for number in range(count)]
    processes[0].set_up()
    rates = []
    try:
        for one in processes:
            one.start()
        letters_per_second(processes[0].smtp_port, 1, WARM_UP, SIZE, CATCH)
        wait_for_issues(sandbox, WARM_UP)
        # Each counts the others once a beat, and takes its share by that.
        time.sleep(6)
        before = [one.done("letter") for one in processes]
        for turn in range(ROUNDS):
            began = time.monotonic()
            letters_per_second(processes[0].smtp_port, 10, letters, SIZE, CATCH)
            wait_for_issues(sandbox, WARM_UP + letters * (turn + 1))
            rates.append(letters / (time.monotonic() - began))
        wait_for_records(processes, WARM_UP + letters * ROUNDS)
        done = [one.done("letter") - already for one, already in zip(processes, before)]
    finally:
        for one in processes:
            one.stop()
        sandbox.stop()
        database.stop()
    return rates, [one / sum(done) for one in done]


def beside_others(program, folder, sandbox, database, number):
    own = folder / f"process-{number}"
    own.mkdir()
    return Martlet(program, own, sandbox, database=database.address, more=shared_settings(folder))


def wait_for_records(processes, count, within=30):
    """The last issues are there a moment before their letters are done."""
    deadline = time.monotonic() + within
    while sum(one.done("letter") for one in processes) < count and time.monotonic() < deadline:
        time.sleep(0.1)


def main():
    parser = argparse.ArgumentParser(prog="shared", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--martlet", required=True, type=pathlib.Path, help="the built program")
    parser.add_argument("--letters", type=int, default=1000, help="in each of three rounds")
    options = parser.parse_args()
    alone, idle = None, []
    for count in COUNTS:
        with tempfile.TemporaryDirectory(prefix="martlet-shared-") as folder:
            rates, shares = measure(options.martlet, pathlib.Path(folder), count, options.letters)
        alone = alone or median(rates)
        figure(f"shared: from SMTP to an issue, processes: {count}", median(rates), "letters/s", "one process", alone,
               spread=spread(rates), shares=[round(share, 3) for share in shares])
        idle += [f"one of {count}" for share in shares if share < SHARE]
    if idle:
        print(f"Less than {SHARE:.0%} of the letters: {', '.join(idle)}.", file=sys.stderr)
    return 1 if idle else 0


if __name__ == "__main__":
    sys.exit(main())
