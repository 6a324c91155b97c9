# SPDX-License-Identifier: Apache-2.0
"""Letters and webhooks while the process is killed at random: nothing acknowledged is lost, nothing is done twice.

A sender behaves as mail servers and Jira do: what was not answered well is sent again, the same, until it is.
"""

import argparse
import collections
import contextlib
import itertools
import pathlib
import queue
import random
import sys
import tempfile
import threading
import time
import urllib.parse
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .bucket import Bucket
from .letters import PAUSE, Letter, send_letters
from .postgresql import PostgreSQL
from .processes import NotUp
from .product import WEBHOOK_SECRET, Martlet, Sandbox, http, shared_settings
from .rotation import Rotation
from .sharing import Sharing
from .trap import Trap
from .verdict import EVENT_PROJECT, verdict, wait_for_quiet


class Run:
    """What all threads share."""

    def __init__(self, folder, martlet, options):
        self.options = options
        self.folder = folder
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
        self.sharing = Sharing(self) if options.processes > 1 else None
        self.rotation = Rotation(self) if options.rotate else None
        self.program = martlet
        self.acknowledged = set()
        self.retried = collections.Counter()
        self.kills = 0
        self.database = None
        self.database_cuts = 0
        self.lock = threading.Lock()
        # Held while one is down, or the database, so that nobody else is ended then.
        self.killing = threading.Lock()
        # Who is down, and how many times somebody was.
        self.down = None
        self.ends = 0
        self.over = threading.Event()

    def any(self):
        """One of the processes, by chance; a sender tries another one when it is gone."""
        return random.choice(self.martlets)

    @contextlib.contextmanager
    def without(self, martlet):
        """While one is down; who calls it holds `killing`."""
        self.down = martlet
        self.ends += 1
        try:
            yield
        finally:
            self.down = None

    def note(self, kind):
        with self.lock:
            self.retried[kind] += 1


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
    for number in itertools.count():
        time.sleep(run.random.uniform(0.1, 2 * mean - 0.1))
        if run.over.is_set():
            return
        is_last = number >= times - 1 and (run.rotation is None or run.rotation.is_over.is_set())
        if is_last and run.sharing:
            run.sharing.look()
        with run.killing:
            kill_one(run, is_last=is_last, cuts_database=run.database and number % 4 == 3)
        if is_last:
            return


def kill_one(run, *, is_last, cuts_database):
    martlet = run.random.choice(run.martlets)
    with run.without(martlet):
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
    parser.add_argument("--rotate", nargs="?", const="file", choices=["file", "environment"],
                        help="change the master key meanwhile, kept in a file or in an environment variable")
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
    if run.rotation:
        run.rotation.prepare()
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
        *([(run.rotation.carry_out,)] if run.rotation else []),
        *([(run.trap.send,)] if run.trap else []),
    ])
    print("All is sent; waiting for quiet ...", file=sys.stderr)
    if run.sharing:
        letters += run.sharing.letters
    wait_for_quiet(run, len(letters), keys, options.patience)
    patient_until = time.monotonic() + 120
    while time.monotonic() < patient_until and not (
            (run.dead is None or run.taken_over) and (run.trap is None or run.trap.is_over())):
        time.sleep(0.5)
    if run.rotation:
        run.rotation.check()
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
    if run.rotation:
        more.update(run.rotation.settings)
    return Martlet(
        run.program, folder, run.sandbox, database=run.database.address if run.database else None, more=more,
        also=run.trap.configuration if run.trap else None,
        environment=run.rotation.environment if run.rotation else None)


def remove(folder):
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    folder.rmdir()


if __name__ == "__main__":
    sys.exit(main())
