# SPDX-License-Identifier: Apache-2.0
"""Replies to one issue, more than Jira takes: do all arrive, once and in order, and is anybody else held up?"""

import argparse
import json
import pathlib
import smtplib
import sys
import tempfile
import threading
import time
from datetime import datetime
from email.message import EmailMessage

from .figures import figure
from .product import CATCH, Martlet, Sandbox, http

DESK = "desk@demo.example"
TENANT = "globex"
CALM_SECONDS = 60
# What nobody notices: another issue's or tenant's letters may take three times as long as without a storm, and a second.
RATIO, SLACK = 3.0, 1.0
PAUSE = 0.4  # 75 letters in 30 seconds to one issue, below the 100 that Jira takes


def letter(to, subject, name):
    message = EmailMessage()
    message["From"] = f"{name}@example.org"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{name}@example.org>"
    message.set_content(f"This is {name}.\n")
    return message


class Sender:
    """One connection, and when each letter was given away."""

    def __init__(self, port):
        self.port = port
        self.sent = {}
        self.server = None

    def send(self, to, subject, name):
        if self.server is None or len(self.sent) % 500 == 0:
            self.server = smtplib.SMTP("127.0.0.1", self.port, "sender.example", timeout=60)
        self.sent[f"{name}@example.org"] = time.time()
        self.server.send_message(letter(to, subject, name))


def stamp(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()


def arrivals(entries):
    """When each letter arrived, by its Message-ID, and in which order."""
    return [(one["properties"]["messageIDs"][0], stamp(one["created"])) for one in entries]


def comments(sandbox, key):
    page = sandbox.read(f"/rest/api/3/issue/{key}/comment?expand=properties&maxResults=5000")["comments"]
    return arrivals({"created": one["created"], "properties": one["properties"][0]["value"]} for one in page)


def issues(sandbox, project):
    found = sandbox.write(
        "/rest/api/3/search/jql",
        {"jql": f"project = {project}", "fields": ["created"], "properties": ["martlet.mail"], "maxResults": 5000})
    return arrivals({"created": one["fields"]["created"], "properties": one["properties"]["martlet.mail"]}
                    for one in found["issues"])


def limits(sandbox, **settings):
    status, body = http("PUT", f"{sandbox.url}/sandbox/limits", settings)
    if status != 200:
        raise RuntimeError(f"limits: {status} {body[:300]!r}")


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def run(program, folder, replies):
    """One run; the calm letters go until the storm is over, or for a minute without one."""
    sandbox = Sandbox(program, folder).start()
    ours = Martlet(program, folder, sandbox)
    ours.set_up()
    add_desk(ours)
    ours.start()
    try:
        for summary in ("A printer", "Another"):
            sandbox.write("/sandbox/issues", {"as": "Ada Ringer", "project": "HELP", "summary": summary})
        limits(sandbox, issueWrites=True, burst=100)
        storm, calm = Sender(ours.smtp_port), Sender(ours.smtp_port)
        began = time.time()
        thread = threading.Thread(target=lambda: [
            storm.send(CATCH, "Re: HELP-1 A printer", f"storm{number}") for number in range(replies)])
        thread.start()
        deadline = began + CALM_SECONDS + replies
        ended = None
        number = 0
        while time.time() < deadline:
            calm.send(CATCH, "Re: HELP-2 Another", f"calm{number}")
            calm.send(DESK, "A question", f"desk{number}")
            number += 1
            time.sleep(PAUSE)
            there = sandbox.counts()["issues"][0]["comments"]
            if ended is None and len(there) >= replies:
                ended = time.time()
            if ended is not None and time.time() > began + CALM_SECONDS:
                break
        thread.join()
        time.sleep(3)
        standing = sandbox.read("/sandbox/limits")
        limits(sandbox)
        return {
            "took": (ended or time.time()) - began, "storm": comments(sandbox, "HELP-1"), "sent": list(storm.sent),
            "issue": delays(comments(sandbox, "HELP-2"), calm.sent, "calm"),
            "tenant": delays(issues(sandbox, "OPS"), calm.sent, "desk"),
            "refusals": standing["refusals"], "unheeded": standing["unheeded"],
        }
    finally:
        ours.stop()
        sandbox.stop()


def delays(arrived, sent, prefix):
    found = dict(arrived)
    wanted = [name for name in sent if name.startswith(prefix)]
    missing = [name for name in wanted if name not in found]
    if missing or len(arrived) != len(wanted):
        raise RuntimeError(f"{prefix}: {len(arrived)} arrived of {len(wanted)}, missing {missing[:3]}")
    return [found[name] - sent[name] for name in wanted]


def add_desk(ours):
    """A second tenant with a project of its own on the same site."""
    ours.say("tenant", "add", TENANT)
    setup = json.loads(ours.configuration.read_text())
    setup["profiles"] = [{"id": "desk", "catch": [DESK], "project": "OPS"}]
    setup["notifications"] = []
    path = ours.folder / "desk.yaml"
    path.write_text(json.dumps(setup))
    ours.say("apply", path, "--tenant", TENANT)


def held_up(name, calm, storm):
    """What to say where letters of others waited for the storm; nothing where they did not."""
    limit = max(RATIO * calm, SLACK)
    if storm <= limit:
        return None
    return (f"Letters to another {name} waited for the storm: the 99th percentile of their delay is {storm:.2f} s, "
            f"without a storm {calm:.2f} s; at most {limit:.2f} s would do.")


def main():
    parser = argparse.ArgumentParser(prog="storm", description=__doc__)
    parser.add_argument("--martlet", required=True, type=pathlib.Path, help="the built program")
    parser.add_argument("--replies", type=int, default=300)
    options = parser.parse_args()
    results = []
    for replies in (0, options.replies):
        with tempfile.TemporaryDirectory(prefix="martlet-storm-") as folder:
            results.append(run(options.martlet, pathlib.Path(folder), replies))
    calm, storm = results
    order = [name for name, _ in storm["storm"]]
    figure("storm: replies that arrived", len(order), "replies", "sent", len(storm["sent"]),
           once=len(set(order)) == len(order), in_order=order == storm["sent"], refused=storm["refusals"],
           unheeded=storm["unheeded"])
    figure("storm: until the last reply arrived", storm["took"], "s", "Jira's limit alone",
           max(0.0, (len(order) - 100) / 100 * 30))
    for name in ("issue", "tenant"):
        figure(f"storm: delay of another {name}, 99th percentile", percentile(storm[name], 0.99) * 1000, "ms",
               "without a storm", percentile(calm[name], 0.99) * 1000, letters=len(storm[name]),
               median=round(percentile(storm[name], 0.5) * 1000, 1),
               peer_median=round(percentile(calm[name], 0.5) * 1000, 1))
    complaints = [held_up(name, percentile(calm[name], 0.99), percentile(storm[name], 0.99))
                  for name in ("issue", "tenant")]
    if order != storm["sent"]:
        complaints.append("The replies did not all arrive once and in their order.")
    if storm["unheeded"]:
        complaints.append(f"{storm['unheeded']} requests came although Jira had asked to wait.")
    complaints = [words for words in complaints if words]
    for words in complaints:
        print(words, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
