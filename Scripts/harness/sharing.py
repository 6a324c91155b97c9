# SPDX-License-Identifier: Apache-2.0
"""Whether processes side by side do each other's work.

How much of it each does under kills is chance: one that was ended often, or starts slowly, does little. So no share is asked
for. Before one is ended for good, letters come in by one process at a time, as many as it takes until each of the others has
brought one of them to its end. Only where work is not shared that never happens.
"""

import smtplib
import time

from .letters import PAUSE, Letter, send
from .product import CATCH

# Beyond those of all other letters.
FIRST_NUMBER = 80_000
BURST = 20
# In seconds. Workers that could not write when the database was cut off rest for 30.
PATIENCE = 120


class Sharing:
    def __init__(self, run):
        self.run = run
        self.letters = []
        # How long it took until one had done a letter of the other; nothing where it never had.
        self.seconds = {}

    def look(self):
        """With all of them up; nobody is ended meanwhile, but by the letter that ends who works on it."""
        for taker in self.run.martlets:
            others = [one for one in self.run.martlets if one is not taker]
            self.look_beside(taker, others)

    def look_beside(self, taker, others):
        began = time.monotonic()
        waiting, jobs = list(others), set()
        while waiting and time.monotonic() < began + PATIENCE and not self.run.over.is_set():
            jobs |= self.send_some(taker)
            until = time.monotonic() + 2
            while waiting and time.monotonic() < until:
                for one in list(waiting):
                    if jobs & one.finished("letter"):
                        self.seconds[self.name(taker, one)] = round(time.monotonic() - began, 1)
                        waiting.remove(one)
                time.sleep(0.1)
        for one in waiting:
            self.seconds[self.name(taker, one)] = None

    def name(self, taker, doer):
        numbers = [self.run.everybody.index(one) for one in (taker, doer)]
        return "{} for {}".format(*reversed(numbers))

    def send_some(self, taker):
        """The ids that the process gave them; each is sent again, the same, until it is taken."""
        jobs = set()
        first = FIRST_NUMBER + len(self.letters)
        left = [Letter(number, []) for number in range(first, first + BURST)]
        self.letters += left
        while left and not self.run.over.is_set():
            try:
                with smtplib.SMTP("127.0.0.1", taker.smtp_port, "sender.example", timeout=60) as server:
                    server.ehlo()
                    while left:
                        jobs.add(send(server, CATCH, left[0].bytes))
                        with self.run.lock:
                            self.run.acknowledged.add(left.pop(0).message_id)
            except (OSError, smtplib.SMTPException):
                time.sleep(PAUSE)
        return jobs

    @property
    def is_held(self):
        """Of N processes, each did something of each other one's."""
        count = self.run.options.processes
        return len(self.seconds) == count * (count - 1) and None not in self.seconds.values()
