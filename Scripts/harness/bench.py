# SPDX-License-Identifier: Apache-2.0
"""Figures of the running product, each beside what others reach in the same run on the same machine."""

import argparse
import collections
import os
import pathlib
import smtplib
import sys
import tempfile
import time
from email.message import EmailMessage

from .figures import figure, median, spread
from .load import letters_per_second
from .peers import Aiosmtpd, Postfix, Sink
from .processes import cpu_seconds, forget_peak, resident_bytes
from .product import CATCH, PROJECT, Martlet, Sandbox

SIZE = 4096
ROUNDS = 3
# One connection takes 1,000 letters from us, so a single session sends fewer.
LETTERS = {1: 900, 10: 5000, 50: 5000}


def intake(program, folder):
    """Letters of 4 KB a second, durable and sealed before the 250; deciding is switched off, as Postfix discards."""
    sandbox = Sandbox(program, folder).start()
    ours = Martlet(program, folder, sandbox, workers=0)
    ours.set_up()
    ours.start()
    servers = [(kind.name, kind(folder).start()) for kind in (Postfix, Sink, Aiosmtpd)]
    rates = collections.defaultdict(list)
    costs = []
    try:
        for turn in range(ROUNDS):
            for sessions, letters in LETTERS.items():
                order = [("martlet", ours), *servers]
                for name, server in order if turn % 2 == 0 else reversed(order):
                    before = cpu_seconds(ours.program.pid)
                    port = ours.smtp_port if server is ours else server.port
                    rates[name, sessions].append(letters_per_second(port, sessions, letters, SIZE, CATCH))
                    if server is ours and sessions == 10:
                        costs.append((cpu_seconds(ours.program.pid) - before) / letters)
    finally:
        for _, server in servers:
            server.stop()
        ours.stop()
        sandbox.stop()
    for sessions in LETTERS:
        value = median(rates["martlet", sessions])
        for name, _ in servers:
            figure(f"intake: 4 KB letters, sessions: {sessions}", value, "letters/s", name,
                   median(rates[name, sessions]), spread=spread(rates["martlet", sessions]),
                   peer_spread=spread(rates[name, sessions]))
    figure("intake: at 50 sessions beside 10", median(rates["martlet", 50]), "letters/s", "martlet at 10 sessions",
           median(rates["martlet", 10]))
    figure("intake: CPU of a letter at 10 sessions", median(costs) * 1e6, "microseconds")


def line(program, folder):
    """From SMTP to issues in the sandbox: all are sent at once, then time runs until the last issue is there."""
    letters = 1000
    sandbox = Sandbox(program, folder).start()
    ours = Martlet(program, folder, sandbox)
    ours.set_up()
    ours.start()
    rates = []
    try:
        letters_per_second(ours.smtp_port, 1, 20, SIZE, CATCH)
        wait_for_issues(sandbox, 20)
        for turn in range(ROUNDS):
            began = time.monotonic()
            letters_per_second(ours.smtp_port, 10, letters, SIZE, CATCH)
            wait_for_issues(sandbox, 20 + letters * (turn + 1))
            rates.append(letters / (time.monotonic() - began))
    finally:
        ours.stop()
        sandbox.stop()
    figure("line: from SMTP to an issue in the sandbox", median(rates), "letters/s", spread=spread(rates))


def wait_for_issues(sandbox, count, within=120):
    deadline = time.monotonic() + within
    while (there := sandbox.counts()["issueCount"]) < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{there} issues after {within} s, of {count}")
        time.sleep(0.1)


def memory(program, folder):
    """What the process takes: at rest, at the start, and while 25 MB go through the whole line."""
    megabytes = 1 << 20
    sandbox = Sandbox(program, folder).start()
    ours = Martlet(program, folder, sandbox)
    ours.set_up()
    starts = []
    try:
        for _ in range(5):
            starts.append(ours.start_until_healthy() * 1000)
            ours.stop()
        figure("start: until /health answers", median(starts), "ms", spread=spread(starts))
        ours.start_until_healthy()
        time.sleep(3)
        figure("memory: at rest", resident_bytes(ours.program.pid) / megabytes, "MB")
        send_attachment(ours, 100_000, "warm up")
        wait_for_attachments(sandbox, 1)
        time.sleep(2)
        growths = []
        for turn in range(ROUNDS):
            before = resident_bytes(ours.program.pid)
            forget_peak(ours.program.pid)
            send_attachment(ours, 25 * megabytes, f"large {turn}")
            wait_for_attachments(sandbox, 2 + turn)
            require_size(sandbox, 2 + turn, 25 * megabytes)
            growths.append((resident_bytes(ours.program.pid, peak=True) - before) / megabytes)
        figure("memory: peak growth while a 25 MB attachment goes through", max(growths), "MB",
               rounds=[round(growth, 1) for growth in growths])
        figure("memory: at rest afterwards", resident_bytes(ours.program.pid) / megabytes, "MB")
    finally:
        ours.stop()
        sandbox.stop()


def send_attachment(ours, size, name):
    message = EmailMessage()
    message["From"] = "sam@example.org"
    message["To"] = CATCH
    message["Subject"] = f"An attachment, {name}"
    message["Message-ID"] = f"<{name.replace(' ', '-')}.{size}@sender.example>"
    message.set_content("See the attachment.\n")
    message.add_attachment(os.urandom(size), maintype="application", subtype="octet-stream", filename="large.bin")
    with smtplib.SMTP("127.0.0.1", ours.smtp_port, "sender.example", timeout=60) as server:
        server.sendmail("sam@example.org", [CATCH], message.as_bytes())


def require_size(sandbox, number, size):
    """A figure counts only if the whole file arrived."""
    found = sandbox.read(f"/rest/api/3/issue/{PROJECT}-{number}?fields=attachment")["fields"]["attachment"]
    if [one["size"] for one in found] != [size]:
        raise RuntimeError(f"{PROJECT}-{number} has attachments of {[one['size'] for one in found]} bytes, not {size}")


def wait_for_attachments(sandbox, count, within=120):
    deadline = time.monotonic() + within
    while (there := sandbox.counts()["attachmentCount"]) < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{there} attachments after {within} s, of {count}")
        time.sleep(0.2)


def main():
    benches = {"intake": intake, "line": line, "memory": memory}
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("name", choices=benches)
    parser.add_argument("--martlet", required=True, type=pathlib.Path, help="the built program")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="martlet-bench-") as folder:
        path = pathlib.Path(folder)
        path.chmod(0o755)
        benches[options.name](options.martlet, path)


if __name__ == "__main__":
    sys.exit(main())
