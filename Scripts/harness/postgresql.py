# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL of one run's own."""

import os
import pathlib
import subprocess

from .processes import free_port


def programs():
    """Debian keeps them beside each other by version."""
    versions = [place for place in pathlib.Path("/usr/lib/postgresql").glob("*") if place.name.isdigit()]
    if not versions:
        raise RuntimeError("PostgreSQL is not installed: apt install postgresql")
    return max(versions, key=lambda place: int(place.name)) / "bin"


class PostgreSQL:
    """Flushes its log at each commit, as a server does."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        folder.chmod(0o777)
        folder.parent.chmod(0o755)
        self.port = free_port()
        self.address = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self.run("initdb", "-D", folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8")

    def run(self, program, *arguments):
        command = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        with open(self.folder.parent / "postgresql.out", "ab") as log:
            subprocess.run(
                command + [str(programs() / program), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, cwd=self.folder, check=True)

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self.run("pg_ctl", "-D", self.folder / "data", "-w", "-s", "-l", self.folder / "log", "-o", options, "start")
        return self

    def ask(self, sql):
        """The lines of the answer; none while the server is away."""
        said = subprocess.run(
            [str(programs() / "psql"), "-X", "-q", "-A", "-t", "-c", sql, self.address], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60)
        return said.stdout.splitlines() if said.returncode == 0 else []

    def stop(self):
        """As at a loss of power."""
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-s", "stop")
