# SPDX-License-Identifier: Apache-2.0
"""Other SMTP servers that take letters, started on loopback in a folder of their own."""

import os
import shutil
import subprocess
import sys
import time

from .processes import Program, answers, free_port

POSTFIX_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
local_recipient_maps =
myhostname = peer.example
default_transport = discard:
relay_transport = discard:
maillog_file = /dev/null
maillog_file_prefixes = /dev
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
in_flow_delay = 0
"""

POSTFIX_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
proxymap  unix - - n - - proxymap
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


def program(name):
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")


class Postfix:
    """Durable as it ships: the queue file is synced before the 250. Delivery is to nowhere."""

    name = "postfix"

    def __init__(self, folder):
        self.folder = folder / "postfix"
        self.port = free_port()

    def start(self):
        for name in ("conf", "queue", "data"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        shutil.chown(self.folder / "data", "postfix")
        (self.folder / "conf" / "main.cf").write_text(POSTFIX_MAIN.format(folder=self.folder))
        (self.folder / "conf" / "master.cf").write_text(POSTFIX_MASTER.format(port=self.port))
        self.command("start")
        deadline = time.monotonic() + 20
        while not answers(self.port):
            if time.monotonic() > deadline:
                raise RuntimeError("postfix does not answer")
            time.sleep(0.05)
        return self

    def stop(self):
        self.command("stop")

    def command(self, verb):
        said = subprocess.run(
            [program("postfix"), "-c", self.folder / "conf", verb], stdin=subprocess.DEVNULL,
            capture_output=True, text=True)
        if said.returncode != 0:
            raise RuntimeError(f"postfix {verb}: {said.stdout}{said.stderr}")


class Sink:
    """Takes letters and forgets them at once: the bound of what a sender can do."""

    name = "smtp-sink"

    def __init__(self, folder):
        self.port = free_port()
        rights = ["-u", "postfix"] if os.geteuid() == 0 else []
        command = [program("smtp-sink"), *rights, f"127.0.0.1:{self.port}", "1000"]
        self.program = Program(command, folder / "smtp-sink.log")

    def start(self):
        self.program.start([self.port])
        return self

    def stop(self):
        self.program.kill()


AIOSMTPD = """
import asyncio, sys
from aiosmtpd.smtp import SMTP
class Catcher:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Catcher(), hostname="peer.example"), "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()
asyncio.run(main())
"""


class Aiosmtpd:
    """Takes letters into memory and drops them."""

    name = "aiosmtpd"

    def __init__(self, folder):
        self.port = free_port()
        self.program = Program([sys.executable, "-c", AIOSMTPD, self.port], folder / "aiosmtpd.log")

    def start(self):
        self.program.start([self.port])
        return self

    def stop(self):
        self.program.kill()
