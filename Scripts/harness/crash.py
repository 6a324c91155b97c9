# SPDX-License-Identifier: Apache-2.0
"""Letters and webhooks while the process is killed at random: nothing acknowledged is lost, nothing is done twice.

A sender behaves as mail servers and Jira do: what was not answered well is sent again, the same, until it is.
"""

import argparse
import collections
import pathlib
import queue
import random
import re
import smtplib
import sys
import tempfile
import threading
import time
import urllib.parse
from email.message import EmailMessage
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .bucket import Bucket
from .figures import figure
from .postgresql import PostgreSQL
from .processes import NotUp
from .product import CATCH, WEBHOOK_SECRET, Martlet, Sandbox, http, shared_settings
from .shared import SHARE
from .trap import LIMIT, Trap

EVENT_PROJECT = "OPS"
PAUSE = 0.2


class Letter:
    """A letter of our own: a new issue, or each fifth a comment on an issue that is there."""

    def __init__(self, number, issues):
        self.message_id = f"<crash-{number}@sender.example>"
        self.token = f"letter {number:05d}"
        self.issue = issues[number % len(issues)] if number % 5 == 4 else None
        message = EmailMessage()
        message["From"] = f"Sender {number % 50} <sender{number % 50}@sender.example>"
        message["To"] = CATCH
        message["Message-ID"] = self.message_id
        message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0000"
        message["Subject"] = f"Re: [{self.issue}] {self.token}" if self.issue else f"A crash test's {self.token}"
        message.set_content(f"This is {self.token}.\n")
        self.bytes = message.as_bytes()


class Run:
    """What all threads share."""

    def __init__(self, folder, martlet, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.sandbox = Sandbox(martlet, folder)
        self.everybody = []
        # Without the one that never comes back.
        self.martlets = []
        self.bucket = None
        # Of the one that never comes back: its id, when it was killed, and when others had its work.
        self.dead = None
        self.taken_over = None
        # A letter that ends who works on it; where there are several.
        self.trap = None
        self.folder = folder
        self.program = martlet
        self.acknowledged = set()
        self.retried = collections.Counter()
        self.kills = 0
        self.database = None
        self.database_cuts = 0
        self.lock = threading.Lock()
        # Held while one is down, or the database, so that nobody else is ended then.
        self.killing = threading.Lock()
        self.over = threading.Event()

    def any(self):
        """One of the processes, by chance; a sender tries another one when it is gone."""
        return random.choice(self.martlets)

    def note(self, kind):
        with self.lock:
            self.retried[kind] += 1


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


def relay(run, arrived):
    """Takes the sandbox's webhooks at once; they are carried on by our own senders, for as long as it takes."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept = ("Content-Type", "X-Hub-Signature", "X-Atlassian-Webhook-Identifier", "X-Atlassian-Webhook-Flow")
            arrived.put((body, {name: self.headers[name] for name in kept if self.headers[name]}))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def carry_events(run, hook, events, seconds):
    """Delivers webhooks until each was answered by 2xx; some are delivered twice, as Jira does when in doubt."""
    began = time.monotonic()
    for position, (body, headers) in enumerate(events):
        wait = began + seconds * position / len(events) - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        carry(run, hook, body, headers, times=2 if position % 20 == 19 else 1)


def carry(run, hook, body, headers, times):
    """One webhook, until it was answered well as often as wanted."""
    attempt = 0
    while times > 0 and not run.over.is_set():
        retry = {"X-Atlassian-Webhook-Retry": str(attempt)} if attempt else {}
        attempt += 1
        try:
            door = f"http://127.0.0.1:{run.any().console_port}{hook}"
            status, answer = http("POST", door, body, {**headers, **retry})
        except (OSError, HTTPException):
            status, answer = 0, b""
        if 200 <= status < 300:
            times -= 1
            continue
        if 400 <= status < 500 and status not in (408, 409, 425, 429):
            raise RuntimeError(f"a webhook is refused for good: {status} {answer[:200]!r}")
        run.note("events")
        time.sleep(PAUSE)


def kill_at_random(run, times, mean):
    """SIGKILL, a short while, and the start again; the data stays as the kill left it."""
    for number in range(times):
        if run.over.is_set():
            return
        time.sleep(run.random.uniform(0.1, 2 * mean - 0.1))
        with run.killing:
            kill_one(run, is_last=number == times - 1, cuts_database=run.database and number % 4 == 3)


def kill_one(run, *, is_last, cuts_database):
    martlet = run.random.choice(run.martlets)
    martlet.kill()
    with run.lock:
        run.kills += 1
    if is_last and len(run.martlets) > 1:
        # This one never comes back: the others have to find out, and do its work.
        run.dead = (martlet.store_id, time.monotonic())
        run.martlets.remove(martlet)
        return
    time.sleep(run.random.uniform(0.0, 0.3))
    martlet.start()
    if cuts_database:
        time.sleep(run.random.uniform(0.1, 1.0))
        run.database.stop()
        run.database_cuts += 1
        time.sleep(run.random.uniform(0.0, 1.0))
        run.database.start()


def watch(run):
    """When the others have taken over from the one that never comes back; until all is over."""
    while not run.over.wait(0.25):
        gone = "SELECT count(*) FROM processes WHERE id = '%s'"
        if run.dead and not run.taken_over and run.database.ask(gone % run.dead[0]) == ["0"]:
            run.taken_over = time.monotonic() - run.dead[1]


def make_events(run, count):
    """Half are issues, half comments on issues of which no other event is told: so each is one notification."""
    arrived = queue.Queue()
    door = relay(run, arrived)
    hook = f"http://127.0.0.1:{door.server_port}/"
    silent = [
        run.sandbox.write("/sandbox/issues", issue(f"silent {number}"))["key"] for number in range(count // 2)]
    run.sandbox.write("/rest/webhooks/1.0/webhook", {
        "name": "crash test", "url": hook, "events": ["jira:issue_created", "comment_created"],
        "filters": {"issue-related-events-section": f"project = {EVENT_PROJECT}"}, "secret": WEBHOOK_SECRET})
    keys = [run.sandbox.write("/sandbox/issues", issue(f"told {number}"))["key"] for number in range(count - count // 2)]
    for number, key in enumerate(silent):
        run.sandbox.write("/sandbox/comments", {"as": "Ada Ringer", "issue": key, "body": f"told comment {number}"})
    events = [arrived.get(timeout=60) for _ in range(count)]
    door.shutdown()
    return keys + silent, events


def issue(summary):
    return {"as": "Ada Ringer", "project": EVENT_PROJECT, "summary": summary, "watchers": ["Bo Lindqvist"]}


def in_threads(run, works):
    """Runs works side by side; the first trouble of one is raised here, after all have ended."""
    troubles = []

    def guarded(work, arguments):
        try:
            work(*arguments)
        except Exception as trouble:
            troubles.append(trouble)
            run.over.set()

    threads = [threading.Thread(target=guarded, args=(work, arguments), daemon=True) for work, *arguments in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def message_ids(properties):
    return (properties.get("martlet.mail") or {}).get("messageIDs", [])


def places_of_letters(counts):
    """Message-ID to the issues and comments that carry it."""
    places = collections.defaultdict(list)
    for one in counts["issues"]:
        for message_id in message_ids(one["properties"]):
            places[message_id.strip("<>")].append(one["key"])
        for comment in one["comments"]:
            for message_id in message_ids(comment["properties"]):
                places[message_id.strip("<>")].append(f"{one['key']} comment {comment['id']}")
    return places


def out_of_order(counts, letters, sessions):
    """Letters that are on their issue before one that the same session had acknowledged before them."""
    positions = {}
    for one in counts["issues"]:
        for position, comment in enumerate(one["comments"]):
            for message_id in message_ids(comment["properties"]):
                positions[message_id.strip("<>")] = position
    found = []
    for session in range(sessions):
        last = collections.defaultdict(int)
        for letter in letters[session::sessions]:
            position = positions.get(letter.message_id.strip("<>"))
            if letter.issue is None or position is None:
                continue
            if position < last[letter.issue]:
                found.append(letter)
            last[letter.issue] = max(last[letter.issue], position)
    return found


def notices_of(mail, keys):
    """Issue key to the Message-IDs of the notifications about it, for the one who is told."""
    told = collections.defaultdict(list)
    known = set(keys)
    for caught in mail:
        for key in set(re.findall(rf"\b{EVENT_PROJECT}-\d+\b", caught["subject"])) & known:
            for recipient in caught["recipients"]:
                told[(key, recipient)].append(caught["messageID"])
    return told


def wait_for_quiet(run, expected_letters, keys, patience):
    """Until all is there or nothing moves any more; then a while longer, for what comes twice."""
    last, since = None, time.monotonic()
    while True:
        places = places_of_letters(run.sandbox.counts())
        told = notices_of(run.sandbox.mail(), keys)
        state = (sum(map(len, places.values())), sum(map(len, told.values())))
        if state != last:
            last, since = state, time.monotonic()
        complete = len(places) >= expected_letters and len({key for key, _ in told}) >= len(keys)
        if time.monotonic() - since > (10 if complete else patience):
            return
        time.sleep(1)


def shares(run):
    """What each of those that lived to the end did of all the letters, over all its starts."""
    done = [martlet.done("letter") for martlet in run.everybody]
    alive = [count for martlet, count in zip(run.everybody, done) if martlet in run.martlets]
    return [count / max(1, sum(done)) for count in alive]


def verdict(run, letters, keys):
    """Prints the figures; true when every promise holds."""
    counts = run.sandbox.counts()
    places = places_of_letters(counts)
    told = notices_of(run.sandbox.mail(), keys)
    summaries = collections.Counter(
        found.group() for one in counts["issues"] if (found := re.search(r"letter \d{5}", one["summary"])))

    lost = [one for one in letters if one.message_id in run.acknowledged and not places[one.message_id.strip("<>")]]
    doubled = [one for one in letters if len(places[one.message_id.strip("<>")]) > 1]
    doubled_issues = [token for token, count in summaries.items() if count > 1]
    new = [one for one in letters if one.issue is None]
    unseen = [one for one in new if summaries[one.token] == 0]
    misplaced = [
        one for one in letters
        if one.issue and not all(place.startswith(one.issue + " ") for place in places[one.message_id.strip("<>")])]
    disordered = out_of_order(counts, letters, run.options.sessions)
    there = [one for one in counts["issues"] if not one["key"].startswith(EVENT_PROJECT)]
    strays = len(there) - 10 - len(new) + sum(len(one["comments"]) for one in there) - (len(letters) - len(new))
    untold = [key for key in keys if not any(name == key for name, _ in told)]
    repeated = {who: ids for who, ids in told.items() if len(set(ids)) > 1}
    copies = sum(len(ids) - len(set(ids)) for ids in told.values())

    figure("crash: kills", run.kills, "SIGKILL", seed=run.options.seed)
    if run.database:
        figure("crash: losses of power of the database", run.database_cuts, "times")
    if run.options.processes > 1:
        figure("crash: processes side by side", run.options.processes, "processes")
        figure("crash: the smallest share of the letters that a process did, of those that lived", min(shares(run)),
               "of all", shares=[round(share, 3) for share in shares(run)])
        figure("crash: until others had the work of the last one killed", round(run.taken_over or -1, 1), "s")
        figure("crash: processes ended by the letter that ends them", run.trap.kills, "processes",
               stands=run.trap.ask("state, interruptions"))
    if run.bucket:
        servers = "bucket and queue" if run.options.sqs else "the bucket"
        figure(f"crash: requests that {servers} failed", sum(run.bucket.failures().values()), "requests",
               **run.bucket.failures())
    figure("crash: letters acknowledged", len(run.acknowledged), "letters", of=len(letters))
    figure("crash: letters sent again", run.retried["letters"], "attempts")
    figure("crash: letters lost", len(lost) + len(unseen), "letters", examples=[one.message_id for one in (lost + unseen)[:5]])
    figure("crash: letters done twice", len(doubled) + len(doubled_issues), "letters",
           examples=[places[one.message_id.strip("<>")] for one in doubled[:5]] + doubled_issues[:5])
    figure("crash: letters on a wrong issue", len(misplaced), "letters", examples=[one.message_id for one in misplaced[:5]])
    figure("crash: letters out of their order", len(disordered), "letters", examples=[one.message_id for one in disordered[:5]])
    figure("crash: issues and comments beyond one for each letter", strays, "issues and comments")
    figure("crash: events sent", len(keys), "events")
    figure("crash: events sent again", run.retried["events"], "attempts")
    figure("crash: events lost", len(untold), "events", examples=untold[:5])
    figure("crash: events told twice", len(repeated), "events", examples=[list(who) for who in list(repeated)[:5]])
    # A server may die between the mailbox's 250 and its own record of it: then the same mail, under the same
    # Message-ID, is sent again, and mailboxes show it once.
    figure("crash: copies under the same Message-ID", copies, "mails")
    return not (lost or unseen or doubled or doubled_issues or misplaced or disordered or strays or untold or repeated) and (
        len(run.acknowledged) == len(letters) and run.kills >= run.options.kills) and (
        run.dead is None or run.taken_over is not None and run.taken_over < 60) and (
        run.options.processes == 1 or min(shares(run)) >= SHARE) and (
        run.trap is None or run.trap.is_over() and 0 < run.trap.kills <= LIMIT)


def main():
    parser = argparse.ArgumentParser(prog="crash-test", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--martlet", required=True, type=pathlib.Path, help="the built program")
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--mean", type=float, default=1.5, help="seconds between kills, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=90, help="seconds without any change that end the run")
    parser.add_argument("--postgresql", action="store_true", help="rows in a PostgreSQL, which is cut off now and then")
    parser.add_argument("--processes", type=int, default=1,
                        help="processes on one PostgreSQL; one at a time is killed, the last one for good")
    parser.add_argument("--s3", type=pathlib.Path, metavar="PYTHON",
                        help="letters in a bucket, of which one request in twenty fails; a Python that has moto")
    parser.add_argument("--sqs", action="store_true", help="with --s3: events in a queue first, which fails as the bucket does")
    parser.add_argument("--keep", action="store_true", help="keep the folder with data and logs")
    options = parser.parse_args()
    if options.processes > 1 and not options.postgresql:
        parser.error("several processes need --postgresql")
    if options.sqs and not options.s3:
        parser.error("--sqs needs --s3")

    folder = pathlib.Path(tempfile.mkdtemp(prefix="martlet-crash-"))
    run = Run(folder, options.martlet, options)
    held = False
    try:
        held = carry_out(run)
    except NotUp as trouble:
        print(trouble, file=sys.stderr)
    finally:
        run.over.set()
        for martlet in run.martlets:
            martlet.kill()
        if run.trap:
            run.trap.stop()
        if run.bucket:
            run.bucket.stop()
        if run.database:
            run.database.stop()
        run.sandbox.stop()
        if held and not options.keep:
            remove(folder)
        else:
            print(f"Data and logs: {folder}", file=sys.stderr)
    print("Every promise held." if held else "A promise was broken.", file=sys.stderr)
    return 0 if held else 1


def carry_out(run):
    options = run.options
    run.sandbox.start()
    if options.postgresql:
        run.database = PostgreSQL(run.folder / "postgresql").start()
    if options.s3:
        run.bucket = Bucket(options.s3, run.folder).start()
    if options.processes > 1:
        run.trap = Trap(run)
    run.everybody = [make_martlet(run, number) for number in range(options.processes)]
    run.martlets = list(run.everybody)
    hook = urllib.parse.urlsplit(run.martlets[0].set_up()).path
    there = [run.sandbox.write("/sandbox/issues", {"as": "Ada Ringer", "project": "HELP", "summary": f"there {number}"})["key"]
             for number in range(10)]
    print(f"{options.events} events are made in the sandbox ...", file=sys.stderr)
    keys, events = make_events(run, options.events)
    # What happened before the first start is told by its webhook alone.
    for martlet in run.martlets:
        martlet.start()
    if run.bucket:
        run.bucket.fail(0.05, options.seed)
    if options.processes > 1:
        threading.Thread(target=watch, args=(run,), daemon=True).start()
    letters = [Letter(number, there) for number in range(options.letters)]
    seconds = options.kills * (options.mean + 0.5)
    print(f"{options.letters} letters and {options.events} events in about {seconds:.0f} s, "
          f"{options.kills} kills ...", file=sys.stderr)
    share = [letters[number::options.sessions] for number in range(options.sessions)]
    streams = [events[number::4] for number in range(4)]
    in_threads(run, [
        *[(send_letters, run, some, seconds) for some in share],
        *[(carry_events, run, hook, some, seconds) for some in streams],
        (kill_at_random, run, options.kills, options.mean),
        *([(run.trap.send,)] if run.trap else []),
    ])
    print("All is sent; waiting for quiet ...", file=sys.stderr)
    wait_for_quiet(run, len(letters), keys, options.patience)
    patient_until = time.monotonic() + 120
    while time.monotonic() < patient_until and not (
            (run.dead is None or run.taken_over) and (run.trap is None or run.trap.is_over())):
        time.sleep(0.5)
    return verdict(run, letters, keys)


def make_martlet(run, number):
    """Each has a data folder of its own; keys and letters are shared."""
    folder = run.folder / f"process-{number}"
    folder.mkdir()
    more = {}
    if run.options.processes > 1:
        more = shared_settings(run.folder)
    if run.bucket:
        more["bodies"] = run.bucket.settings
    if run.options.sqs:
        more["eventQueue"] = run.bucket.queue_settings
    return Martlet(
        run.program, folder, run.sandbox, database=run.database.address if run.database else None, more=more,
        also=run.trap.configuration if run.trap else None)


def remove(folder):
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    folder.rmdir()


if __name__ == "__main__":
    sys.exit(main())
