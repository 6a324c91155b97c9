# SPDX-License-Identifier: Apache-2.0
"""A Jira that ends whoever works on a certain letter: what a letter does at which the program crashes."""

import smtplib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .letters import send
from .product import USER

ADDRESS = "trap@demo.example"
LIMIT = 3

LETTER = f"""\
From: Sender <sender@sender.example>\r
To: {ADDRESS}\r
Message-ID: <trap@sender.example>\r
Date: Mon, 02 Mar 2026 10:00:00 +0000\r
Subject: Ends who works on it\r
\r
Beware.\r
""".encode()


class Trap:
    """Ends the process that has the letter as soon as it asks for anything, and starts it again."""

    def __init__(self, run):
        self.run = run
        self.job = None
        self.kills = 0
        trap = self

        class Door(BaseHTTPRequestHandler):
            def answer(self):
                trap.spring()
                self.send_response(503)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = do_PUT = answer

            def log_message(self, *_):
                pass

        self.door = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.door.handle_error = lambda *_: None  # Who asked is no longer there.
        threading.Thread(target=self.door.serve_forever, daemon=True).start()

    @property
    def configuration(self):
        """A site and a profile of its own, so that nothing else asks here."""
        site = f"http://127.0.0.1:{self.door.server_port}"
        return {
            "connections": [{"id": "trap", "site": site, "account": USER, "allowsPrivateAddress": True}],
            "profiles": [{"id": "trap", "catch": [ADDRESS], "project": "TRAP", "connection": "trap"}],
            "secrets": [{"connection": "trap", "name": "token", "value": "not a secret"}],
        }

    def spring(self):
        with self.run.killing:
            found = self.ask("process")
            for martlet in self.run.martlets:
                if found and martlet.store_id == found:
                    with self.run.without(martlet):
                        martlet.kill()
                        self.kills += 1
                        martlet.start()

    def ask(self, columns):
        """Of the letter's row; nothing before it is there, and while the database is away."""
        if self.job is None:
            return None
        return next(iter(self.run.database.ask(f"SELECT {columns} FROM jobs WHERE id = '{self.job}'")), None)

    def send(self):
        """Until it is acknowledged; what acknowledges it names it."""
        while not self.run.over.is_set():
            try:
                server = smtplib.SMTP("127.0.0.1", self.run.any().smtp_port, "sender.example", timeout=60)
                server.ehlo()
                self.job = send(server, ADDRESS, LETTER)
                server.close()
                return
            except (OSError, smtplib.SMTPException):
                pass
            time.sleep(0.2)

    def is_over(self):
        """Whether it is set aside, after as many ends as that takes: some may be by chance."""
        return self.ask("state, interruptions") == f"parked|{LIMIT}"

    def stop(self):
        self.door.shutdown()
