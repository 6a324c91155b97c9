# SPDX-License-Identifier: Apache-2.0
"""Programs that run on loopback for a while, and what they cost."""

import os
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class NotUp(Exception):
    """A program ended, or did not answer in time."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


class Program:
    """One program with a log; killed with all of its children at the end."""

    def __init__(self, command, log, environment=None):
        self.command = [str(word) for word in command]
        self.log = log
        self.environment = dict(os.environ, **(environment or {}))
        self.process = None

    def start(self, ports=(), within=30):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env=self.environment, start_new_session=True)
        deadline = time.monotonic() + within
        for port in ports:
            while not answers(port):
                if self.process.poll() is not None:
                    raise NotUp(f"{' '.join(self.command)} ended with {self.process.returncode}:\n{self.tail()}")
                if time.monotonic() > deadline:
                    self.kill()
                    raise NotUp(f"{' '.join(self.command)} does not answer on {port}:\n{self.tail()}")
                time.sleep(0.005)
        return self

    def kill(self):
        """SIGKILL: no chance to tidy up."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def tail(self, lines=20):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-lines:])

    @property
    def pid(self):
        return self.process.pid


def cpu_seconds(pid):
    """User and system time of a process so far, with that of its ended children."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / TICKS


def resident_bytes(pid, peak=False):
    name = "VmHWM:" if peak else "VmRSS:"
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    raise NotUp(f"process {pid} has no {name}")


def forget_peak(pid):
    """Lets the kernel measure the peak of memory anew from here."""
    with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as clear:
        clear.write("5")
