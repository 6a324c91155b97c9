# SPDX-License-Identifier: Apache-2.0
"""Letters of a crash test, and who sends them."""

import smtplib
import time
from email.message import EmailMessage

from .product import CATCH

PAUSE = 0.2


class Letter:
    """A letter of our own: a new issue, or each fifth a comment on one of the issues."""

    def __init__(self, number, issues):
        self.message_id = f"<crash-{number}@sender.example>"
        self.token = f"letter {number:05d}"
        self.issue = issues[number % len(issues)] if issues and number % 5 == 4 else None
        message = EmailMessage()
        message["From"] = f"Sender {number % 50} <sender{number % 50}@sender.example>"
        message["To"] = CATCH
        message["Message-ID"] = self.message_id
        message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0000"
        message["Subject"] = f"Re: [{self.issue}] {self.token}" if self.issue else f"A crash test's {self.token}"
        message.set_content(f"This is {self.token}.\n")
        self.bytes = message.as_bytes()


def is_final(trouble):
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return any(code >= 500 for code, _ in trouble.recipients.values())
    return isinstance(trouble, smtplib.SMTPResponseException) and trouble.smtp_code >= 500


def send_letters(run, letters, seconds):
    """One session: connects anew whenever the other side is gone."""
    server = None
    began = time.monotonic()
    for position, letter in enumerate(letters):
        wait = began + seconds * position / len(letters) - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        while not run.over.is_set():
            try:
                if server is None:
                    server = smtplib.SMTP("127.0.0.1", run.any().smtp_port, "sender.example", timeout=60)
                server.sendmail("sender@sender.example", [CATCH], letter.bytes)
                with run.lock:
                    run.acknowledged.add(letter.message_id)
                break
            except (OSError, smtplib.SMTPException) as trouble:
                if is_final(trouble):
                    raise RuntimeError(f"a letter is refused for good: {trouble}") from trouble
                run.note("letters")
                if server is not None:
                    server.close()
                server = None
                time.sleep(PAUSE)
    if server is not None:
        server.close()


def send(server, address, letter):
    """What acknowledges it names it."""
    server.mail("sender@sender.example")
    server.rcpt(address)
    code, said = server.data(letter)
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)
    return said.decode().split()[-1]
